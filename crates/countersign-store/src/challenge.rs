//! Challenges: second steps in progress. A half-signed-in browser holds one of these and no session.

mod messenger;

pub(crate) use messenger::STATEMENTS as MESSENGER_STATEMENTS;
pub use messenger::{
    approve, choose_phone, count_call, count_sms, key_counts, reseal_batch, set_shown, shown,
};

use countersign_core::id::{AccountId, BrowserId, ChallengeId, PhoneNumberId, SessionId, TelegramAccountId};
use countersign_core::limits::CHALLENGE_TRIES;
use countersign_core::method::Method;
use countersign_core::sign_in::{BrowserKind, Purpose};
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// One challenge. It is bound to everything here: a change of account, purpose, browser or version makes it dead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChallengeRow {
    /// Its identifier.
    pub id: ChallengeId,
    /// The account that passed the first step.
    pub account_id: AccountId,
    /// What a right answer does.
    pub purpose: Purpose,
    /// What the purpose is about, such as the authenticator to remove.
    pub subject: Option<[u8; 16]>,
    /// The session it was started in; `None` for a sign-in.
    pub session_id: Option<SessionId>,
    /// The method chosen for the answer, once one was.
    pub method: Option<Method>,
    /// The recognised browser it was started in, if it was one.
    pub browser_id: Option<BrowserId>,
    /// Whether that browser was recognised under the present password, so that it has counters of its own.
    pub browser_is_current: bool,
    /// The account's password version when it was started.
    pub password_version: i64,
    /// The account's factor version when it was started.
    pub factor_version: i64,
    /// How many wrong answers it has had.
    pub tries: u32,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it can no longer be answered.
    pub expires_at: Timestamp,
    /// When it was answered rightly or cancelled.
    pub spent_at: Option<Timestamp>,
    /// The address it was started from.
    pub address: String,
    /// The browser it was started in, as the browser describes itself.
    pub device: String,
    /// How the first step was passed (`password`, `link` …).
    pub first_step: String,
    /// How many codes were sent for it.
    pub sends: u32,
    /// When the last of them was sent.
    pub sent_at: Option<Timestamp>,
    /// When it was confirmed in Telegram. The browser that holds it can spend it then without a code.
    pub approved_at: Option<Timestamp>,
    /// The Telegram account that confirmed it.
    pub approved_by: Option<TelegramAccountId>,
    /// The phone number that was chosen for it.
    pub phone_id: Option<PhoneNumberId>,
    /// How many calls were begun for it.
    pub calls: u32,
    /// How many SMS were begun for it.
    pub sms: u32,
    /// When the last of either was begun.
    pub phone_at: Option<Timestamp>,
}

/// The columns of a challenge, from a table named `c`, under names of their own in a join.
macro_rules! challenge_columns {
    () => {
        "c.id AS challenge_id, c.account_id AS challenge_account_id, c.purpose AS challenge_purpose, \
         c.subject AS challenge_subject, c.session_id AS challenge_session_id, c.method AS challenge_method, \
         c.browser_id AS challenge_browser_id, c.browser_current AS challenge_browser_current, \
         c.password_version AS challenge_password_version, \
         c.factor_version AS challenge_factor_version, c.tries AS challenge_tries, \
         c.created_at AS challenge_created_at, c.expires_at AS challenge_expires_at, \
         c.spent_at AS challenge_spent_at, c.address AS challenge_address, c.device AS challenge_device, \
         c.first_step AS challenge_first_step, c.sends AS challenge_sends, c.sent_at AS challenge_sent_at, \
         c.approved_at AS challenge_approved_at, c.approved_by AS challenge_approved_by, \
         c.phone_id AS challenge_phone_id, c.calls AS challenge_calls, c.sms AS challenge_sms, \
         c.phone_at AS challenge_phone_at"
    };
}
pub(crate) use challenge_columns;

impl ChallengeRow {
    /// What browser it was started in, as far as its account knows it.
    pub fn browser(&self) -> BrowserKind {
        match self.browser_id {
            None => BrowserKind::Unknown,
            Some(_) if self.browser_is_current => BrowserKind::Current,
            Some(_) => BrowserKind::Former,
        }
    }

    /// The browser it was started in, where that has counters of its own.
    pub fn current_browser(&self) -> Option<BrowserId> {
        self.browser_id.filter(|_| self.browser_is_current)
    }

    pub(crate) fn of(row: &Row) -> Result<Self, StoreError> {
        let method = row.text_opt("challenge_method")?;
        Ok(Self {
            id: row.id("challenge_id")?,
            account_id: row.id("challenge_account_id")?,
            purpose: Purpose::parse(&row.text("challenge_purpose")?)
                .ok_or(StoreError::Corrupt("challenge.purpose"))?,
            subject: row.id_opt("challenge_subject")?,
            session_id: row.id_opt("challenge_session_id")?,
            method: method
                .map(|word| Method::parse(&word).ok_or(StoreError::Corrupt("challenge.method")))
                .transpose()?,
            browser_id: row.id_opt("challenge_browser_id")?,
            browser_is_current: row.int("challenge_browser_current")? != 0,
            password_version: row.int("challenge_password_version")?,
            factor_version: row.int("challenge_factor_version")?,
            tries: row.u32("challenge_tries")?,
            created_at: row.time("challenge_created_at")?,
            expires_at: row.time("challenge_expires_at")?,
            spent_at: row.time_opt("challenge_spent_at")?,
            address: row.text("challenge_address")?,
            device: row.text("challenge_device")?,
            first_step: row.text("challenge_first_step")?,
            sends: row.u32("challenge_sends")?,
            sent_at: row.time_opt("challenge_sent_at")?,
            approved_at: row.time_opt("challenge_approved_at")?,
            approved_by: row.id_opt("challenge_approved_by")?,
            phone_id: row.id_opt("challenge_phone_id")?,
            calls: row.u32("challenge_calls")?,
            sms: row.u32("challenge_sms")?,
            phone_at: row.time_opt("challenge_phone_at")?,
        })
    }
}

const CREATE: &str = "INSERT INTO challenge (id, token_hash, account_id, purpose, subject, session_id, method, \
    browser_id, password_version, factor_version, tries, created_at, expires_at, spent_at, address, device, \
    first_step, sends, sent_at, approved_at, approved_by, phone_id, calls, sms, phone_at, browser_current) VALUES (?1, \
    ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, \
    ?26)";
const BY_TOKEN_HASH: &str =
    concat!("SELECT ", challenge_columns!(), " FROM challenge c WHERE c.token_hash = ?1");
const BY_ID: &str = concat!("SELECT ", challenge_columns!(), " FROM challenge c WHERE c.id = ?1");
const SPEND: &str = "UPDATE challenge SET spent_at = ?2 \
    WHERE id = ?1 AND spent_at IS NULL AND expires_at > ?2 AND tries < ?3";
const FAIL: &str = "UPDATE challenge SET tries = tries + 1 \
    WHERE id = ?1 AND spent_at IS NULL AND expires_at > ?2 AND tries < ?3 RETURNING tries";
const SET_METHOD: &str =
    "UPDATE challenge SET method = ?2 WHERE id = ?1 AND spent_at IS NULL AND expires_at > ?3";
const COUNT_SEND: &str = "UPDATE challenge SET sends = sends + 1, sent_at = ?2 \
    WHERE id = ?1 AND spent_at IS NULL AND expires_at > ?2 AND tries < ?3 RETURNING sends";
const CANCEL: &str = "UPDATE challenge SET spent_at = ?2 WHERE id = ?1 AND spent_at IS NULL";
const DELETE_FOR_ACCOUNT: &str = "DELETE FROM challenge WHERE account_id = ?1";

pub(crate) const STATEMENTS: &[&str] =
    &[CREATE, BY_TOKEN_HASH, BY_ID, SPEND, FAIL, SET_METHOD, COUNT_SEND, CANCEL, DELETE_FOR_ACCOUNT];

/// Writes a challenge, to be found by the hash of its token.
pub async fn create(db: &mut Db, token_hash: &[u8; 32], challenge: &ChallengeRow) -> Result<(), StoreError> {
    let values = [
        Value::from(challenge.id),
        Value::from(token_hash),
        Value::from(challenge.account_id),
        Value::from(challenge.purpose.as_str()),
        Value::from(challenge.subject.as_ref()),
        Value::from(challenge.session_id),
        Value::from(challenge.method.map(Method::as_str)),
        Value::from(challenge.browser_id),
        Value::from(challenge.password_version),
        Value::from(challenge.factor_version),
        Value::from(challenge.tries),
        Value::from(challenge.created_at),
        Value::from(challenge.expires_at),
        Value::from(challenge.spent_at),
        Value::from(challenge.address.as_str()),
        Value::from(challenge.device.as_str()),
        Value::from(challenge.first_step.as_str()),
        Value::from(challenge.sends),
        Value::from(challenge.sent_at),
        Value::from(challenge.approved_at),
        Value::from(challenge.approved_by),
        Value::from(challenge.phone_id),
        Value::from(challenge.calls),
        Value::from(challenge.sms),
        Value::from(challenge.phone_at),
        Value::from(u32::from(challenge.browser_is_current)),
    ];
    db.execute(CREATE, &values).await.map(drop)
}

/// The challenge with this token, whether or not it can still be answered. What its outcome rests on comes along with
/// [`crate::facts::challenge_facts`].
pub async fn by_token_hash(db: &mut Db, token_hash: &[u8; 32]) -> Result<Option<ChallengeRow>, StoreError> {
    let row = db.query_opt(BY_TOKEN_HASH, &[Value::from(token_hash)]).await?;
    row.as_ref().map(ChallengeRow::of).transpose()
}

/// The challenge of this id, whether or not it can still be answered.
pub async fn by_id(db: &mut Db, id: ChallengeId) -> Result<Option<ChallengeRow>, StoreError> {
    let row = db.query_opt(BY_ID, &[Value::from(id)]).await?;
    row.as_ref().map(ChallengeRow::of).transpose()
}

/// Spends a challenge: of any number of callers exactly one gets `true` (ALL-1). `false`: it is spent, over, or had its
/// last try.
pub async fn spend(db: &mut Db, id: ChallengeId, now: Timestamp) -> Result<bool, StoreError> {
    let values = [Value::from(id), Value::from(now), Value::from(CHALLENGE_TRIES)];
    Ok(db.execute(SPEND, &values).await? == 1)
}

/// Charges one wrong answer and returns how many there are now. `None`: the challenge is dead and takes no answers.
pub async fn fail(db: &mut Db, id: ChallengeId, now: Timestamp) -> Result<Option<u32>, StoreError> {
    let values = [Value::from(id), Value::from(now), Value::from(CHALLENGE_TRIES)];
    db.query_opt(FAIL, &values).await?.map(|row| row.u32("tries")).transpose()
}

/// Notes the method that was chosen for the answer. `false`: the challenge is dead.
pub async fn set_method(
    db: &mut Db,
    id: ChallengeId,
    method: Method,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values = [Value::from(id), Value::from(method.as_str()), Value::from(now)];
    Ok(db.execute(SET_METHOD, &values).await? == 1)
}

/// Counts a code that is sent for a challenge and returns how many there are now. `None`: the challenge is dead, and
/// nothing is to be sent.
pub async fn count_send(db: &mut Db, id: ChallengeId, now: Timestamp) -> Result<Option<u32>, StoreError> {
    let values = [Value::from(id), Value::from(now), Value::from(CHALLENGE_TRIES)];
    db.query_opt(COUNT_SEND, &values).await?.map(|row| row.u32("sends")).transpose()
}

/// Ends a challenge unanswered. `false`: it was answered or cancelled before.
pub async fn cancel(db: &mut Db, id: ChallengeId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(CANCEL, &[Value::from(id), Value::from(now)]).await? == 1)
}

/// Removes all challenges of an account and returns how many there were.
pub async fn delete_for_account(db: &mut Db, account: AccountId) -> Result<u64, StoreError> {
    db.execute(DELETE_FOR_ACCOUNT, &[Value::from(account)]).await
}
