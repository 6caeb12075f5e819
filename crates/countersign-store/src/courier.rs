//! How each way of sending letters last went, as all replicas together saw it.

use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
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

const ALL: &str = "SELECT name, ok_at, failed_at, error FROM courier_state ORDER BY name LIMIT 100";

pub(crate) const STATEMENTS: &[&str] = &[WORKED, FAILED, STATE, ALL];

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
    db.query_opt(STATE, &[Value::from(name)]).await?.as_ref().map(read).transpose()
}

/// How every courier that was ever used last went, by name.
pub async fn states(db: &mut Db) -> Result<Vec<(String, CourierState)>, StoreError> {
    db.query(ALL, &[]).await?.iter().map(|row| Ok((row.text("name")?, read(row)?))).collect()
}

fn read(row: &Row) -> Result<CourierState, StoreError> {
    Ok(CourierState {
        ok_at: row.time_opt("ok_at")?,
        failed_at: row.time_opt("failed_at")?,
        error: row.text_opt("error")?,
    })
}
