//! The high-water mark of the wall clock, shared by all replicas: time that was once seen never comes back.

use countersign_core::time::Timestamp;

use crate::db::{Db, Value};
use crate::error::StoreError;

const READ: &str = "SELECT high_water FROM clock WHERE id = 1";
// SQLite's two-argument MAX is PostgreSQL's GREATEST; CASE is in both.
const RAISE: &str = "INSERT INTO clock (id, high_water) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET high_water = \
    CASE WHEN excluded.high_water > clock.high_water THEN excluded.high_water ELSE clock.high_water END \
    RETURNING high_water";

const SET: &str = "INSERT INTO clock (id, high_water) VALUES (1, ?1) \
    ON CONFLICT (id) DO UPDATE SET high_water = excluded.high_water";

pub(crate) const STATEMENTS: &[&str] = &[READ, RAISE, SET];

/// The mark, if one was ever set.
pub async fn read(db: &mut Db) -> Result<Option<Timestamp>, StoreError> {
    db.query_opt(READ, &[]).await?.map(|row| row.time("high_water")).transpose()
}

/// Raises the mark to `now` unless it is higher already, and returns the mark that then stands.
pub async fn raise(db: &mut Db, now: Timestamp) -> Result<Timestamp, StoreError> {
    db.query_opt(RAISE, &[Value::from(now)])
        .await?
        .ok_or(StoreError::Corrupt("clock.high_water"))?
        .time("high_water")
}

/// Sets the mark to `now`, also back: for an operator whose clock had been wrong.
pub async fn set(db: &mut Db, now: Timestamp) -> Result<(), StoreError> {
    db.execute(SET, &[Value::from(now)]).await.map(drop)
}
