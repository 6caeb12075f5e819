//! Leases: which replica runs a background job just now.

use countersign_core::time::Timestamp;

use crate::db::{Db, Value};
use crate::error::StoreError;

const TAKE: &str = "INSERT INTO lease (name, holder, until) VALUES (?1, ?2, ?4) ON CONFLICT (name) DO UPDATE \
    SET holder = excluded.holder, until = excluded.until \
    WHERE lease.holder = excluded.holder OR lease.until <= ?3";
const RELEASE: &str = "DELETE FROM lease WHERE name = ?1 AND holder = ?2";

pub(crate) const STATEMENTS: &[&str] = &[TAKE, RELEASE];

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
