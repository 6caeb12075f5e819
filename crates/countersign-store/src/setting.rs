//! Named values of the whole installation, such as the mark that it is a demonstration.

use crate::db::{Db, Value};
use crate::error::StoreError;

const GET: &str = "SELECT value FROM setting WHERE name = ?1";
const PUT_IF_ABSENT: &str = "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";

pub(crate) const STATEMENTS: &[&str] = &[GET, PUT_IF_ABSENT];

/// The value under this name.
pub async fn get(db: &mut Db, name: &str) -> Result<Option<String>, StoreError> {
    db.query_opt(GET, &[Value::from(name)]).await?.map(|row| row.text("value")).transpose()
}

/// Writes a value under a name that has none. `false`: it has one, which stays.
pub async fn put_if_absent(db: &mut Db, name: &str, value: &str) -> Result<bool, StoreError> {
    Ok(db.execute(PUT_IF_ABSENT, &[Value::from(name), Value::from(value)]).await? == 1)
}
