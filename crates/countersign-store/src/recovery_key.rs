//! Recovery keys: at most one an account, of which only a MAC is stored.

use countersign_core::id::{AccountId, OrganisationId, RecoveryKeyId};
use countersign_core::keys::KeyId;
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// One recovery key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveryKeyRow {
    /// Its identifier; another key gets another one.
    pub id: RecoveryKeyId,
    /// Whose it is.
    pub account_id: AccountId,
    /// The MAC of the key.
    pub mac: [u8; 32],
    /// The master key that the MAC was made with.
    pub key_id: KeyId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its owner confirmed that it is kept.
    pub confirmed_at: Option<Timestamp>,
    /// When it was used.
    pub spent_at: Option<Timestamp>,
}

impl RecoveryKeyRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            account_id: row.id("account_id")?,
            mac: row.bytes("mac")?,
            key_id: KeyId(row.u32("key_id")?),
            created_at: row.time("created_at")?,
            confirmed_at: row.time_opt("confirmed_at")?,
            spent_at: row.time_opt("spent_at")?,
        })
    }
}

const REPLACE: &str = "INSERT INTO recovery_key (account_id, id, mac, key_id, created_at, confirmed_at, spent_at) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (account_id) DO UPDATE SET id = excluded.id, mac = excluded.mac, \
    key_id = excluded.key_id, created_at = excluded.created_at, confirmed_at = excluded.confirmed_at, \
    spent_at = excluded.spent_at";
const OF_ACCOUNT: &str = "SELECT account_id, id, mac, key_id, created_at, confirmed_at, spent_at FROM recovery_key \
    WHERE account_id = ?1";
const CONFIRM: &str = "UPDATE recovery_key SET confirmed_at = ?3 \
    WHERE account_id = ?1 AND id = ?2 AND confirmed_at IS NULL AND spent_at IS NULL";
const SPEND: &str =
    "UPDATE recovery_key SET spent_at = ?3 WHERE account_id = ?1 AND id = ?2 AND spent_at IS NULL";
const DELETE: &str = "DELETE FROM recovery_key WHERE account_id = ?1";
// Nothing rests any more on a key that was used.
const COUNT_BY_KEY: &str =
    "SELECT key_id, COUNT(*) AS n FROM recovery_key WHERE spent_at IS NULL GROUP BY key_id ORDER BY key_id";
const VOID_BY_KEY: &str = "DELETE FROM recovery_key WHERE key_id = ?1 AND spent_at IS NULL AND account_id IN \
    (SELECT k.account_id FROM recovery_key k WHERE k.key_id = ?1 AND k.spent_at IS NULL ORDER BY k.account_id \
    LIMIT ?2) RETURNING account_id, \
    (SELECT a.organisation_id FROM account a WHERE a.id = recovery_key.account_id) AS organisation_id";

pub(crate) const STATEMENTS: &[&str] =
    &[REPLACE, OF_ACCOUNT, CONFIRM, SPEND, DELETE, COUNT_BY_KEY, VOID_BY_KEY];

/// Writes a recovery key in the place of the one the account had, which is dead from then on.
pub async fn replace(db: &mut Db, key: &RecoveryKeyRow) -> Result<(), StoreError> {
    let values = [
        Value::from(key.account_id),
        Value::from(key.id),
        Value::from(key.mac),
        Value::from(key.key_id.0),
        Value::from(key.created_at),
        Value::from(key.confirmed_at),
        Value::from(key.spent_at),
    ];
    db.execute(REPLACE, &values).await.map(drop)
}

/// The recovery key of an account, whether or not it was confirmed or used.
pub async fn of_account(db: &mut Db, account: AccountId) -> Result<Option<RecoveryKeyRow>, StoreError> {
    db.query_opt(OF_ACCOUNT, &[Value::from(account)]).await?.as_ref().map(RecoveryKeyRow::of).transpose()
}

/// Notes that the owner keeps this key. `false`: they said so before, it was used, or another one took its place.
pub async fn confirm(
    db: &mut Db,
    account: AccountId,
    id: RecoveryKeyId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(db.execute(CONFIRM, &[Value::from(account), Value::from(id), Value::from(now)]).await? == 1)
}

/// Spends a key: of any number of callers exactly one gets `true` (ALL-1). `false`: it was used, or another one took its
/// place. Whether it was confirmed is for the caller to judge.
pub async fn spend(
    db: &mut Db,
    account: AccountId,
    id: RecoveryKeyId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(db.execute(SPEND, &[Value::from(account), Value::from(id), Value::from(now)]).await? == 1)
}

/// Removes the recovery key of an account. `false`: it had none.
pub async fn delete(db: &mut Db, account: AccountId) -> Result<bool, StoreError> {
    Ok(db.execute(DELETE, &[Value::from(account)]).await? == 1)
}

/// How many keys that can still be used were made with each master key: one may only be taken away at zero.
pub async fn count_by_key(db: &mut Db) -> Result<Vec<(KeyId, u64)>, StoreError> {
    let rows = db.query(COUNT_BY_KEY, &[]).await?;
    rows.iter().map(|row| Ok((KeyId(row.u32("key_id")?), row.count("n")?))).collect()
}

/// Removes at most `limit` recovery keys that were made with this master key and can still be used, and returns whose
/// they were. Without the master key none could be checked, and none can be made anew without its owner.
pub async fn void_by_key(
    db: &mut Db,
    key: KeyId,
    limit: u32,
) -> Result<Vec<(AccountId, OrganisationId)>, StoreError> {
    let rows = db.query(VOID_BY_KEY, &[Value::from(key.0), Value::from(limit)]).await?;
    rows.iter().map(|row| Ok((row.id("account_id")?, row.id("organisation_id")?))).collect()
}
