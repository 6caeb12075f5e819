//! Recognised browsers: each once completed a sign-in, with a second step where the account has one. They have no rights; they select the
//! counters that strangers cannot spend.

use countersign_core::id::{AccountId, BrowserId};
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// One recognised browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserRow {
    /// Its identifier, which names its counters.
    pub id: BrowserId,
    /// The account that signed in there.
    pub account_id: AccountId,
    /// The account's password version at the time; under another version it is a stranger's browser.
    pub password_version: i64,
    /// When it was first recognised.
    pub created_at: Timestamp,
    /// When it becomes a stranger's browser again.
    pub expires_at: Timestamp,
    /// When it was last seen.
    pub last_used_at: Timestamp,
    /// The browser, as it describes itself.
    pub device: String,
}

impl BrowserRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("browser_id")?,
            account_id: row.id("account_id")?,
            password_version: row.int("password_version")?,
            created_at: row.time("created_at")?,
            expires_at: row.time("expires_at")?,
            last_used_at: row.time("last_used_at")?,
            device: row.text("device")?,
        })
    }
}

const CREATE: &str = "INSERT INTO recognised_browser (id, token_hash, account_id, password_version, created_at, \
    expires_at, last_used_at, device) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const BY_TOKEN_HASH: &str = "SELECT id AS browser_id, account_id, password_version, created_at, expires_at, \
    last_used_at, device FROM recognised_browser WHERE token_hash = ?1 AND account_id = ?2";
const TOUCH: &str = "UPDATE recognised_browser SET last_used_at = ?2, password_version = ?3 WHERE id = ?1";
const RENEW: &str = "UPDATE recognised_browser SET password_version = ?2 WHERE id = ?1";
const DELETE_FOR_ACCOUNT: &str = "DELETE FROM recognised_browser WHERE account_id = ?1";
const DELETE_OTHERS: &str = "DELETE FROM recognised_browser WHERE account_id = ?1 AND id <> ?2";
const TRIM: &str = "DELETE FROM recognised_browser WHERE account_id = ?1 AND id NOT IN \
    (SELECT t.id FROM recognised_browser t WHERE t.account_id = ?1 ORDER BY t.last_used_at DESC, t.id DESC LIMIT ?2)";

pub(crate) const STATEMENTS: &[&str] =
    &[CREATE, BY_TOKEN_HASH, TOUCH, RENEW, DELETE_FOR_ACCOUNT, DELETE_OTHERS, TRIM];

/// Writes a recognised browser, to be found by the hash of its token.
pub async fn create(db: &mut Db, token_hash: &[u8; 32], browser: &BrowserRow) -> Result<(), StoreError> {
    let values = [
        Value::from(browser.id),
        Value::from(token_hash),
        Value::from(browser.account_id),
        Value::from(browser.password_version),
        Value::from(browser.created_at),
        Value::from(browser.expires_at),
        Value::from(browser.last_used_at),
        Value::from(browser.device.as_str()),
    ];
    db.execute(CREATE, &values).await.map(drop)
}

/// The browser with this token, if it is recognised for this account. The caller judges its version and its age.
pub async fn by_token_hash(
    db: &mut Db,
    token_hash: &[u8; 32],
    account: AccountId,
) -> Result<Option<BrowserRow>, StoreError> {
    let row = db.query_opt(BY_TOKEN_HASH, &[Value::from(token_hash), Value::from(account)]).await?;
    row.as_ref().map(BrowserRow::of).transpose()
}

/// Notes that a complete sign-in passed in a browser, under this password version: after a reset it is recognised again.
/// `false`: it is not recognised any more.
pub async fn touch(
    db: &mut Db,
    id: BrowserId,
    now: Timestamp,
    password_version: i64,
) -> Result<bool, StoreError> {
    Ok(db.execute(TOUCH, &[Value::from(id), Value::from(now), Value::from(password_version)]).await? == 1)
}

/// Keeps a browser recognised across a change of password made in it. `false`: there is no such browser.
pub async fn renew(db: &mut Db, id: BrowserId, password_version: i64) -> Result<bool, StoreError> {
    Ok(db.execute(RENEW, &[Value::from(id), Value::from(password_version)]).await? == 1)
}

/// Makes strangers of all browsers of an account, and returns how many there were.
pub async fn delete_for_account(db: &mut Db, account: AccountId) -> Result<u64, StoreError> {
    db.execute(DELETE_FOR_ACCOUNT, &[Value::from(account)]).await
}

/// Makes strangers of all browsers of an account but one, where one is to stay, and returns how many there were.
pub async fn delete_others(
    db: &mut Db,
    account: AccountId,
    keep: Option<BrowserId>,
) -> Result<u64, StoreError> {
    match keep {
        Some(keep) => db.execute(DELETE_OTHERS, &[Value::from(account), Value::from(keep)]).await,
        None => delete_for_account(db, account).await,
    }
}

/// Forgets the browsers of an account that were not seen for longest, beyond the last `most`, and returns how many
/// they were: each has a budget of tries of its own, so their number is bounded.
pub async fn trim_to(db: &mut Db, account: AccountId, most: u32) -> Result<u64, StoreError> {
    db.execute(TRIM, &[Value::from(account), Value::from(most)]).await
}
