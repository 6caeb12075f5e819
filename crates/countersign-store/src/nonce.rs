//! Values that may be used once, kept until they would have expired anyway (solved puzzles).

use countersign_core::time::Timestamp;

use crate::db::{Db, Value};
use crate::error::StoreError;

const SPEND: &str =
    "INSERT INTO spent_nonce (hash, expires_at) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING";

pub(crate) const STATEMENTS: &[&str] = &[SPEND];

/// Spends a nonce, named by its SHA-256. `false`: it was spent before. The row may go once `expires_at` has passed.
pub async fn spend(db: &mut Db, hash: &[u8; 32], expires_at: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(SPEND, &[Value::from(hash), Value::from(expires_at)]).await? == 1)
}
