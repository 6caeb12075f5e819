//! A door for this crate's contract suite and for the bench's seeder: bare statements. Nothing else may go through it.

use crate::db::{Db, migrate};
pub use crate::db::{Row, Value};
use crate::error::StoreError;

/// See the crate's own `Db::query`.
pub async fn query(db: &mut Db, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
    db.query(sql, params).await
}

/// See the crate's own `Db::query_opt`.
pub async fn query_opt(db: &mut Db, sql: &'static str, params: &[Value]) -> Result<Option<Row>, StoreError> {
    db.query_opt(sql, params).await
}

/// See the crate's own `Db::execute`.
pub async fn execute(db: &mut Db, sql: &'static str, params: &[Value]) -> Result<u64, StoreError> {
    db.execute(sql, params).await
}

/// See the crate's own `Db::execute_all`.
pub async fn execute_all(
    db: &mut Db,
    statements: &[(&'static str, Vec<Value>)],
) -> Result<Vec<u64>, StoreError> {
    db.execute_all(statements).await
}

/// See the crate's own `Db::query_all`.
pub async fn query_all(
    db: &mut Db,
    statements: &[(&'static str, Vec<Value>)],
) -> Result<Vec<Vec<Row>>, StoreError> {
    db.query_all(statements).await
}

/// Lets the database parse a statement without running it.
pub async fn prepare(db: &mut Db, sql: &'static str) -> Result<(), StoreError> {
    db.prepare(sql).await
}

/// How many statements have been run on this connection. A SQLite store writes on one, so that what its jobs cost can be
/// compared from outside.
pub fn statements_run(db: &Db) -> u64 {
    db.statements_run()
}

/// How many migrations this version has.
pub fn migrations() -> usize {
    migrate::MIGRATIONS.len()
}
