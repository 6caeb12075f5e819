//! How each way of sending letters last went, as all replicas together saw it.

use countersign_core::time::Timestamp;

use crate::db::{Db, Value};
use crate::error::StoreError;

/// How a courier last went. Whichever time is later tells how it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CourierState {
    /// When it last took something.
    pub ok_at: Option<Timestamp>,
    /// When it last failed.
    pub failed_at: Option<Timestamp>,
    /// Why it last failed.
    pub error: Option<String>,
}

const WORKED: &str = "INSERT INTO courier_state (name, ok_at) VALUES (?1, ?2) \
    ON CONFLICT (name) DO UPDATE SET ok_at = excluded.ok_at";
const FAILED: &str = "INSERT INTO courier_state (name, failed_at, error) VALUES (?1, ?2, ?3) \
    ON CONFLICT (name) DO UPDATE SET failed_at = excluded.failed_at, error = excluded.error";
const STATE: &str = "SELECT ok_at, failed_at, error FROM courier_state WHERE name = ?1";

pub(crate) const STATEMENTS: &[&str] = &[WORKED, FAILED, STATE];

/// Notes that a courier took something. When and why it last failed stays told.
pub async fn worked(db: &mut Db, name: &str, now: Timestamp) -> Result<(), StoreError> {
    db.execute(WORKED, &[Value::from(name), Value::from(now)]).await.map(drop)
}

/// Notes that a courier failed, and why.
pub async fn failed(db: &mut Db, name: &str, now: Timestamp, error: &str) -> Result<(), StoreError> {
    db.execute(FAILED, &[Value::from(name), Value::from(now), Value::from(error)]).await.map(drop)
}

/// How a courier last went; `None`: it was never used.
pub async fn state(db: &mut Db, name: &str) -> Result<Option<CourierState>, StoreError> {
    let Some(row) = db.query_opt(STATE, &[Value::from(name)]).await? else { return Ok(None) };
    Ok(Some(CourierState {
        ok_at: row.time_opt("ok_at")?,
        failed_at: row.time_opt("failed_at")?,
        error: row.text_opt("error")?,
    }))
}
