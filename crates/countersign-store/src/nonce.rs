//! Values that may be used once, kept until they would have expired anyway (solved puzzles).

use countersign_core::time::Timestamp;

use crate::db::{Db, Value};
use crate::error::StoreError;

const SPEND: &str =
    "INSERT INTO spent_nonce (hash, expires_at) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING";

const IS_SPENT: &str = "SELECT COUNT(*) AS n FROM spent_nonce WHERE hash = ?1";

const HOLD: &str = "INSERT INTO spent_nonce (hash, expires_at) VALUES (?1, ?2) \
    ON CONFLICT (hash) DO UPDATE SET expires_at = excluded.expires_at";

pub(crate) const STATEMENTS: &[&str] = &[SPEND, IS_SPENT, HOLD];

/// Spends a nonce, named by its SHA-256. `false`: it was spent before. The row may go once `expires_at` has passed.
pub async fn spend(db: &mut Db, hash: &[u8; 32], expires_at: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(SPEND, &[Value::from(hash), Value::from(expires_at)]).await? == 1)
}

/// Whether a nonce was spent: a plain look, for before costly work. Only [`spend`] decides.
pub async fn is_spent(db: &mut Db, hash: &[u8; 32]) -> Result<bool, StoreError> {
    let row = db.query_opt(IS_SPENT, &[Value::from(hash)]).await?.ok_or(StoreError::Corrupt("count"))?;
    Ok(row.count("n")? > 0)
}

/// Holds a name until the transaction ends, so that whoever counts what bears it counts alone, also where nothing bears it
/// yet. The names are keyed or plain hashes of things that no nonce is made of. Whoever holds an account's row too takes that
/// first. The row may be cleared away at once.
pub(crate) async fn hold(db: &mut Db, name: &[u8; 32], now: Timestamp) -> Result<(), StoreError> {
    db.execute(HOLD, &[Value::from(name), Value::from(now)]).await.map(drop)
}
