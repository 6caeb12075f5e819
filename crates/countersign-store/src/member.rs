//! The members of one organisation, as its administrators look for them.

use countersign_core::email::EmailAddress;
use countersign_core::id::{AccountId, OrganisationId};
use countersign_core::method::Method;
use countersign_core::role::Role;
use countersign_core::time::Timestamp;

use crate::account::{AccountRow, AccountState, account_columns, pattern};
use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// By which second step members are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// By any.
    Any,
    /// By none: the password alone.
    None,
    /// By this one, beside others or alone.
    By(Method),
}

impl Protection {
    /// The word in addresses and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::None => "none",
            Self::By(method) => method.as_str(),
        }
    }

    /// Reads [`Self::as_str`] back.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "any" => Some(Self::Any),
            "none" => Some(Self::None),
            other => Method::parse(other).map(Self::By),
        }
    }
}

/// Which members are listed. Everything that is given has to fit.
#[derive(Clone, Debug, Default)]
pub struct MemberFilter {
    /// Part of the address or of the name, capitals aside (beyond ASCII, a name's capitals may count).
    pub search: Option<String>,
    /// Of this role.
    pub role: Option<Role>,
    /// In this state.
    pub state: Option<AccountState>,
    /// With this second step.
    pub protection: Option<Protection>,
    /// Who have not signed in since, or never.
    pub quiet_since: Option<Timestamp>,
    /// Only addresses that come after this key: the last of the page before.
    pub after: Option<String>,
}

/// One member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberRow {
    /// The account.
    pub account: AccountRow,
    /// How many confirmed authenticators it has.
    pub authenticators: u32,
    /// Whether it has a recovery key that is saved and unused.
    pub recovery_key: bool,
    /// Whether Telegram is on and can be asked.
    pub telegram: bool,
    /// Whether it has a proved phone number.
    pub phone: bool,
}

impl MemberRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            account: AccountRow::of(row)?,
            authenticators: row.u32("authenticators")?,
            recovery_key: row.u32("recovery_keys")? > 0,
            telegram: row.u32("telegram_accounts")? > 0,
            phone: row.u32("phone_numbers")? > 0,
        })
    }
}

/// How many members there are, of what kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemberCounts {
    /// All of them, whatever their state.
    pub all: u64,
    /// Those who are disabled.
    pub disabled: u64,
    /// Active support agents.
    pub support: u64,
    /// Active administrators.
    pub administrators: u64,
    /// Active members whose password alone signs in.
    pub unprotected: u64,
}

macro_rules! has_authenticator {
    () => {
        "EXISTS (SELECT 1 FROM authenticator f WHERE f.account_id = a.id AND f.confirmed_at IS NOT NULL)"
    };
}
pub(crate) use has_authenticator;

macro_rules! has_recovery_key {
    () => {
        "EXISTS (SELECT 1 FROM recovery_key r WHERE r.account_id = a.id AND r.confirmed_at IS NOT NULL \
         AND r.spent_at IS NULL)"
    };
}
pub(crate) use has_recovery_key;

macro_rules! has_telegram {
    () => {
        "(a.telegram_at IS NOT NULL AND EXISTS (SELECT 1 FROM telegram_account g WHERE g.account_id = a.id \
         AND g.blocked_at IS NULL))"
    };
}
pub(crate) use has_telegram;

macro_rules! has_phone {
    () => {
        "EXISTS (SELECT 1 FROM phone_number n WHERE n.account_id = a.id AND n.confirmed_at IS NOT NULL)"
    };
}
pub(crate) use has_phone;

/// Whether the account `a` has any daily method that may stand alone. A phone never does (MSG-8).
macro_rules! is_protected {
    () => {
        concat!(
            "(a.email_codes_at IS NOT NULL OR ",
            $crate::member::has_authenticator!(),
            " OR ",
            $crate::member::has_telegram!(),
            ")"
        )
    };
}
pub(crate) use is_protected;

const LIST: &str = concat!(
    "SELECT ",
    account_columns!(),
    ", (SELECT COUNT(*) FROM authenticator f WHERE f.account_id = a.id AND f.confirmed_at IS NOT NULL) \
     AS authenticators, (SELECT COUNT(*) FROM recovery_key r WHERE r.account_id = a.id \
     AND r.confirmed_at IS NOT NULL AND r.spent_at IS NULL) AS recovery_keys, \
     (SELECT COUNT(*) FROM telegram_account g WHERE g.account_id = a.id AND g.blocked_at IS NULL \
     AND a.telegram_at IS NOT NULL) AS telegram_accounts, (SELECT COUNT(*) FROM phone_number n \
     WHERE n.account_id = a.id AND n.confirmed_at IS NOT NULL) AS phone_numbers FROM account a \
     WHERE a.organisation_id = ?1 AND a.email_key > ?2 \
     AND (a.email_key LIKE ?3 ESCAPE '\\' OR LOWER(a.display_name) LIKE ?3 ESCAPE '\\') \
     AND (?4 = '' OR a.role = ?4) AND (?5 = '' OR a.state = ?5) \
     AND (a.last_sign_in_at IS NULL OR a.last_sign_in_at < ?6) AND (?7 = '' OR (?7 = 'authenticator' AND ",
    has_authenticator!(),
    ") OR (?7 = 'email' AND a.email_codes_at IS NOT NULL) OR (?7 = 'recovery-key' AND ",
    has_recovery_key!(),
    ") OR (?7 = 'telegram' AND ",
    has_telegram!(),
    ") OR (?7 = 'phone' AND ",
    has_phone!(),
    ") OR (?7 = 'any' AND ",
    is_protected!(),
    ") OR (?7 = 'none' AND NOT ",
    is_protected!(),
    ")) ORDER BY a.email_key LIMIT ?8"
);
const COUNTS: &str = concat!(
    "SELECT COUNT(*) AS total, COUNT(CASE WHEN a.state = 'disabled' THEN 1 END) AS disabled, \
     COUNT(CASE WHEN a.state = 'active' AND a.role = 'support' THEN 1 END) AS support, \
     COUNT(CASE WHEN a.state = 'active' AND a.role = 'administrator' THEN 1 END) AS administrators, \
     COUNT(CASE WHEN a.state = 'active' AND NOT ",
    is_protected!(),
    " THEN 1 END) AS unprotected FROM account a WHERE a.organisation_id = ?1"
);
// Whoever counts the administrators holds all of them, so that of two who take the role away one comes later.
const HOLD_ADMINISTRATORS: &str = "UPDATE account SET factor_version = factor_version \
    WHERE organisation_id = ?1 AND role = 'administrator' AND state = 'active'";
const DELETE: &str = "DELETE FROM account WHERE id = ?1 AND organisation_id = ?2";

pub(crate) const STATEMENTS: &[&str] = &[LIST, COUNTS, HOLD_ADMINISTRATORS, DELETE];

/// A page of at most `most` members, in the order of their address keys ([`EmailAddress::key`]).
pub async fn list(
    db: &mut Db,
    organisation: OrganisationId,
    filter: &MemberFilter,
    most: u32,
) -> Result<Vec<MemberRow>, StoreError> {
    let values = [
        Value::from(organisation),
        Value::from(filter.after.as_deref().unwrap_or_default()),
        Value::from(pattern(filter.search.as_deref().unwrap_or_default())),
        Value::from(filter.role.map_or("", Role::as_str)),
        Value::from(filter.state.map_or("", AccountState::as_str)),
        Value::from(filter.quiet_since.unwrap_or(Timestamp::from_millis(i64::MAX))),
        Value::from(filter.protection.map_or("", Protection::as_str)),
        Value::from(most),
    ];
    db.query(LIST, &values).await?.iter().map(MemberRow::of).collect()
}

/// How many members an organisation has.
pub async fn counts(db: &mut Db, organisation: OrganisationId) -> Result<MemberCounts, StoreError> {
    let row = db.query_opt(COUNTS, &[Value::from(organisation)]).await?;
    let row = row.ok_or(StoreError::Corrupt("count"))?;
    Ok(MemberCounts {
        all: row.count("total")?,
        disabled: row.count("disabled")?,
        support: row.count("support")?,
        administrators: row.count("administrators")?,
        unprotected: row.count("unprotected")?,
    })
}

/// Holds the rows of an organisation's active administrators until the transaction ends, and tells how many there are.
pub async fn hold_administrators(db: &mut Db, organisation: OrganisationId) -> Result<u64, StoreError> {
    db.execute(HOLD_ADMINISTRATORS, &[Value::from(organisation)]).await
}

/// Deletes an account with everything that hangs on it; what the audit log says of it stays. `false`: the organisation
/// has no such account.
pub async fn delete(db: &mut Db, id: AccountId, organisation: OrganisationId) -> Result<bool, StoreError> {
    Ok(db.execute(DELETE, &[Value::from(id), Value::from(organisation)]).await? == 1)
}

/// Where the next page of a list begins after this row.
pub fn cursor(row: &MemberRow) -> String {
    EmailAddress::key(&row.account.email)
}
