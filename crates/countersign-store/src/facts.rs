//! What a decision about an account needs, in one round trip: the account, its organisation's newest policy, what is
//! enrolled, and the active suspension. Every request is judged from these live rows, never from a stored flag.

use countersign_core::id::AccountId;
use countersign_core::policy::Policy;
use countersign_core::time::Timestamp;

use crate::account::AccountRow;
use crate::challenge::{ChallengeRow, challenge_columns};
use crate::db::{Db, Row, Value};
use crate::error::StoreError;
use crate::policy::read_body;
use crate::suspension::SuspensionRow;

/// What a decision about one account rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountFacts {
    /// The account.
    pub account: AccountRow,
    /// The number of the policy version that counts.
    pub policy_version: i64,
    /// The policy that counts.
    pub policy: Policy,
    /// How many confirmed authenticator devices there are.
    pub authenticators: u32,
    /// The suspension that is active at the time that was asked about.
    pub suspension: Option<SuspensionRow>,
    /// The recovery key, while there is one that was not used.
    pub recovery_key: Option<RecoveryKeyFacts>,
    /// How Telegram stands.
    pub telegram: TelegramFacts,
    /// How many proved phone numbers there are.
    pub phone_numbers: u32,
}

/// How Telegram stands as the second step of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TelegramFacts {
    /// Since when it is on; `None`: it is off. Whoever is linked stays linked.
    pub on_since: Option<Timestamp>,
    /// How many linked Telegram accounts can be asked: their owners have not blocked the bot.
    pub accounts: u32,
    /// When its questions were last refused: the last two times, the newest first.
    pub refused: Vec<Timestamp>,
}

impl TelegramFacts {
    fn of(row: &Row) -> Result<Self, StoreError> {
        let refused = [row.time_opt("telegram_refused_at")?, row.time_opt("telegram_refused_before")?];
        Ok(Self {
            on_since: row.time_opt("telegram_at")?,
            accounts: row.u32("telegram_accounts")?,
            refused: refused.into_iter().flatten().collect(),
        })
    }
}

/// What is known of a recovery key without looking at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoveryKeyFacts {
    /// When it was made.
    pub made_at: Timestamp,
    /// Whether its owner confirmed that it is kept.
    pub saved: bool,
}

impl RecoveryKeyFacts {
    fn of_opt(row: &Row) -> Result<Option<Self>, StoreError> {
        let Some(made_at) = row.time_opt("recovery_key_made_at")? else { return Ok(None) };
        Ok(Some(Self { made_at, saved: row.time_opt("recovery_key_confirmed_at")?.is_some() }))
    }
}

/// A challenge and what its outcome rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeFacts {
    /// The challenge, whether or not it can still be answered.
    pub challenge: ChallengeRow,
    /// The account that it belongs to.
    pub facts: AccountFacts,
}

/// The columns that [`AccountFacts`] reads, from what [`facts_joins`] joins.
macro_rules! facts_columns {
    () => {
        concat!(
            $crate::account::account_columns!(),
            ", p.version AS policy_version, p.body AS policy_body, ",
            "(SELECT COUNT(*) FROM authenticator f WHERE f.account_id = a.id AND f.confirmed_at IS NOT NULL) ",
            "AS authenticators, r.created_at AS recovery_key_made_at, ",
            "r.confirmed_at AS recovery_key_confirmed_at, a.telegram_at AS telegram_at, ",
            "a.telegram_refused_at AS telegram_refused_at, a.telegram_refused_before AS telegram_refused_before, ",
            "(SELECT COUNT(*) FROM telegram_account g WHERE g.account_id = a.id AND g.blocked_at IS NULL) ",
            "AS telegram_accounts, (SELECT COUNT(*) FROM phone_number n WHERE n.account_id = a.id ",
            "AND n.confirmed_at IS NOT NULL) AS phone_numbers, ",
            $crate::suspension::suspension_columns!()
        )
    };
}
pub(crate) use facts_columns;

/// Joins to an account `a` what decisions need; the time asked about is `?2`. The policy is joined loosely, so that an
/// organisation without one reads as corrupt and not as an unknown account.
macro_rules! facts_joins {
    () => {
        " LEFT JOIN policy p ON p.organisation_id = a.organisation_id AND p.version = \
         (SELECT MAX(q.version) FROM policy q WHERE q.organisation_id = a.organisation_id) \
         LEFT JOIN suspension u ON u.id = (SELECT v.id FROM suspension v WHERE v.account_id = a.id \
         AND v.lifted_at IS NULL AND v.until > ?2 AND v.approval IN ('none-needed', 'approved') ORDER BY v.created_at DESC, v.id DESC LIMIT 1) \
         LEFT JOIN recovery_key r ON r.account_id = a.id AND r.spent_at IS NULL "
    };
}
pub(crate) use facts_joins;

impl AccountFacts {
    pub(crate) fn of(row: &Row) -> Result<Self, StoreError> {
        let body =
            row.text_opt("policy_body")?.ok_or(StoreError::Corrupt("an organisation without a policy"))?;
        Ok(Self {
            account: AccountRow::of(row)?,
            policy_version: row.int("policy_version")?,
            policy: read_body(&body)?,
            authenticators: row.u32("authenticators")?,
            suspension: SuspensionRow::of_opt(row)?,
            recovery_key: RecoveryKeyFacts::of_opt(row)?,
            telegram: TelegramFacts::of(row)?,
            phone_numbers: row.u32("phone_numbers")?,
        })
    }
}

const SIGN_IN: &str =
    concat!("SELECT ", facts_columns!(), " FROM account a", facts_joins!(), "WHERE a.email_key = ?1");
const ACCOUNT: &str =
    concat!("SELECT ", facts_columns!(), " FROM account a", facts_joins!(), "WHERE a.id = ?1");
const CHALLENGE: &str = concat!(
    "SELECT ",
    challenge_columns!(),
    ", ",
    facts_columns!(),
    " FROM challenge c JOIN account a ON a.id = c.account_id",
    facts_joins!(),
    "WHERE c.token_hash = ?1"
);

pub(crate) const STATEMENTS: &[&str] = &[SIGN_IN, ACCOUNT, CHALLENGE];

/// What the first step of a sign-in needs, by the address key ([`countersign_core::email::EmailAddress::key`]). `None`:
/// nobody has this address.
pub async fn sign_in_facts(
    db: &mut Db,
    email_key: &str,
    now: Timestamp,
) -> Result<Option<AccountFacts>, StoreError> {
    let row = db.query_opt(SIGN_IN, &[Value::from(email_key), Value::from(now)]).await?;
    row.as_ref().map(AccountFacts::of).transpose()
}

/// The facts of one account. `None`: there is no such account.
pub async fn account_facts(
    db: &mut Db,
    id: AccountId,
    now: Timestamp,
) -> Result<Option<AccountFacts>, StoreError> {
    let row = db.query_opt(ACCOUNT, &[Value::from(id), Value::from(now)]).await?;
    row.as_ref().map(AccountFacts::of).transpose()
}

/// A challenge by the hash of its token, with the facts of its account. `None`: there is no such challenge.
pub async fn challenge_facts(
    db: &mut Db,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<ChallengeFacts>, StoreError> {
    let Some(row) = db.query_opt(CHALLENGE, &[Value::from(token_hash), Value::from(now)]).await? else {
        return Ok(None);
    };
    Ok(Some(ChallengeFacts { challenge: ChallengeRow::of(&row)?, facts: AccountFacts::of(&row)? }))
}
