//! Named values of the whole installation, such as the mark that it is a demonstration.

use crate::db::{Db, Value};
use crate::error::StoreError;

const GET: &str = "SELECT value FROM setting WHERE name = ?1";
const PUT_IF_ABSENT: &str = "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO NOTHING";

const STARTING_WITH: &str = "SELECT name, value FROM setting WHERE substr(name, 1, ?2) = ?1 ORDER BY name";
const DELETE: &str = "DELETE FROM setting WHERE name = ?1";

pub(crate) const STATEMENTS: &[&str] = &[GET, PUT_IF_ABSENT, STARTING_WITH, DELETE];

/// The value under this name.
pub async fn get(db: &mut Db, name: &str) -> Result<Option<String>, StoreError> {
    db.query_opt(GET, &[Value::from(name)]).await?.map(|row| row.text("value")).transpose()
}

/// Writes a value under a name that has none. `false`: it has one, which stays.
pub async fn put_if_absent(db: &mut Db, name: &str, value: &str) -> Result<bool, StoreError> {
    Ok(db.execute(PUT_IF_ABSENT, &[Value::from(name), Value::from(value)]).await? == 1)
}

/// All names that start so (ASCII), with their values. An installation has few.
pub async fn starting_with(db: &mut Db, start: &str) -> Result<Vec<(String, String)>, StoreError> {
    let length = u32::try_from(start.len()).unwrap_or(u32::MAX);
    let rows = db.query(STARTING_WITH, &[Value::from(start), Value::from(length)]).await?;
    rows.iter().map(|row| Ok((row.text("name")?, row.text("value")?))).collect()
}

/// Takes a value away. `false`: there was none.
pub async fn delete(db: &mut Db, name: &str) -> Result<bool, StoreError> {
    Ok(db.execute(DELETE, &[Value::from(name)]).await? == 1)
}
