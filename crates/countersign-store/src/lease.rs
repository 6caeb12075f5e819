//! Leases: which replica runs a background job just now.

use countersign_core::time::Timestamp;

use crate::db::{Db, Value};
use crate::error::StoreError;

const TAKE: &str = "INSERT INTO lease (name, holder, until) VALUES (?1, ?2, ?4) ON CONFLICT (name) DO UPDATE \
    SET holder = excluded.holder, until = excluded.until \
    WHERE lease.holder = excluded.holder OR lease.until <= ?3";
const RELEASE: &str = "DELETE FROM lease WHERE name = ?1 AND holder = ?2";

// A prefix is compared as a range, so that its own wildcards mean nothing; '~' comes after every character of a name.
const LIVE: &str = "SELECT name, holder FROM lease WHERE name > ?1 AND name < ?1 || '~' AND until > ?2 ORDER BY name LIMIT 1000";
const CLEAR: &str = "DELETE FROM lease WHERE until <= ?1";

const CLEAR_BEYOND: &str = "DELETE FROM lease WHERE until > ?1";

pub(crate) const STATEMENTS: &[&str] = &[TAKE, RELEASE, LIVE, CLEAR, CLEAR_BEYOND];

/// Takes the lease of a job, or extends one's own, up to `until`. `false`: another holder has it at `now`.
pub async fn take(
    db: &mut Db,
    name: &str,
    holder: &str,
    now: Timestamp,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let values = [Value::from(name), Value::from(holder), Value::from(now), Value::from(until)];
    Ok(db.execute(TAKE, &values).await? == 1)
}

/// Gives a lease back before it ends, so that another replica need not wait. `false`: it was not this holder's.
pub async fn release(db: &mut Db, name: &str, holder: &str) -> Result<bool, StoreError> {
    Ok(db.execute(RELEASE, &[Value::from(name), Value::from(holder)]).await? == 1)
}

/// The leases whose name begins with `prefix` and that are held at `now`, as name and holder.
pub async fn live(db: &mut Db, prefix: &str, now: Timestamp) -> Result<Vec<(String, String)>, StoreError> {
    let rows = db.query(LIVE, &[Value::from(prefix), Value::from(now)]).await?;
    rows.iter().map(|row| Ok((row.text("name")?, row.text("holder")?))).collect()
}

/// Forgets leases that ended before `before`, and returns how many: each replica leaves one behind when it is killed.
pub async fn clear(db: &mut Db, before: Timestamp) -> Result<u64, StoreError> {
    db.execute(CLEAR, &[Value::from(before)]).await
}

/// Forgets leases that end after `beyond`, where none can end by a right clock, and returns how many.
pub async fn clear_beyond(db: &mut Db, beyond: Timestamp) -> Result<u64, StoreError> {
    db.execute(CLEAR_BEYOND, &[Value::from(beyond)]).await
}
