//! One connection of either database, and what may be asked of it.
//!
//! Every statement is one portable text with `?1` for its first parameter. A transaction in which a statement failed
//! is over on both databases: what comes after in it fails too, and it is rolled back even when the job that ran it
//! swallows the error.

pub(crate) mod checkpoint;
mod fault;
pub(crate) mod group;
pub(crate) mod migrate;
pub(crate) mod postgres;
mod row;
pub(crate) mod server;
pub(crate) mod sqlite;
pub(crate) mod translate;
mod value;

pub use row::Row;
pub use value::Value;

use crate::error::StoreError;

/// A connection, lent for as long as this lives: either a reader's, or a transaction's.
///
/// Let go of a reader before calling [`crate::Store::write`]: the transaction takes a connection of its own.
pub struct Db {
    link: Link,
    failed: Option<StoreError>,
    /// How many statements were run on this connection, so that a test can compare two roads.
    run: u64,
}

enum Link {
    Sqlite(sqlite::Connected),
    Postgres(Box<postgres::Connected>),
}

impl Db {
    pub(crate) fn sqlite(connected: sqlite::Connected) -> Self {
        Self { link: Link::Sqlite(connected), failed: None, run: 0 }
    }

    pub(crate) fn postgres(connected: postgres::Connected) -> Self {
        Self { link: Link::Postgres(Box::new(connected)), failed: None, run: 0 }
    }

    /// The rows of an answer.
    pub(crate) async fn query(
        &mut self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        self.check()?;
        self.run += 1;
        let answer = match &mut self.link {
            Link::Sqlite(connected) => connected.query(sql, params),
            Link::Postgres(connected) => connected.query(sql, params).await,
        };
        self.note(answer)
    }

    /// The only row of an answer, or nothing. More than one row is a mistake in the statement.
    pub(crate) async fn query_opt(
        &mut self,
        sql: &'static str,
        params: &[Value],
    ) -> Result<Option<Row>, StoreError> {
        let mut rows = self.query(sql, params).await?;
        let row = rows.pop();
        if rows.is_empty() { Ok(row) } else { Err(StoreError::Corrupt("more than one row")) }
    }

    /// Changes something and tells how many rows that touched.
    pub(crate) async fn execute(&mut self, sql: &'static str, params: &[Value]) -> Result<u64, StoreError> {
        self.check()?;
        self.run += 1;
        let answer = match &mut self.link {
            Link::Sqlite(connected) => connected.execute(sql, params),
            Link::Postgres(connected) => connected.execute(sql, params).await,
        };
        self.note(answer)
    }

    /// Runs several changes in order, on PostgreSQL without waiting for one answer before sending the next.
    pub(crate) async fn execute_all(
        &mut self,
        statements: &[(&'static str, Vec<Value>)],
    ) -> Result<Vec<u64>, StoreError> {
        self.check()?;
        self.run += statements.len() as u64;
        let answer = match &mut self.link {
            Link::Sqlite(connected) => {
                statements.iter().map(|(sql, params)| connected.execute(sql, params)).collect()
            }
            Link::Postgres(connected) => connected.execute_all(statements).await,
        };
        self.note(answer)
    }

    /// Asks several questions in order, on PostgreSQL without waiting for one answer before sending the next.
    pub(crate) async fn query_all(
        &mut self,
        statements: &[(&'static str, Vec<Value>)],
    ) -> Result<Vec<Vec<Row>>, StoreError> {
        self.check()?;
        self.run += statements.len() as u64;
        let answer = match &mut self.link {
            Link::Sqlite(connected) => {
                statements.iter().map(|(sql, params)| connected.query(sql, params)).collect()
            }
            Link::Postgres(connected) => connected.query_all(statements).await,
        };
        self.note(answer)
    }

    /// Lets the database parse a statement without running it.
    pub(crate) async fn prepare(&mut self, sql: &'static str) -> Result<(), StoreError> {
        match &mut self.link {
            Link::Sqlite(connected) => connected.prepare(sql),
            Link::Postgres(connected) => connected.prepare(sql).await,
        }
    }

    /// How many statements have been run on this connection.
    pub(crate) fn statements_run(&self) -> u64 {
        self.run
    }

    /// Why this transaction must be rolled back whatever its job answers, if it must. Clears the mark.
    pub(crate) fn take_failure(&mut self) -> Option<StoreError> {
        self.failed.take()
    }

    pub(crate) fn sqlite_mut(&mut self) -> Option<&mut sqlite::Connected> {
        match &mut self.link {
            Link::Sqlite(connected) => Some(connected),
            Link::Postgres(_) => None,
        }
    }

    pub(crate) fn postgres_mut(&mut self) -> Option<&mut postgres::Connected> {
        match &mut self.link {
            Link::Postgres(connected) => Some(connected),
            Link::Sqlite(_) => None,
        }
    }

    fn in_transaction(&self) -> bool {
        match &self.link {
            Link::Sqlite(connected) => connected.writes(),
            Link::Postgres(connected) => connected.writes(),
        }
    }

    fn check(&self) -> Result<(), StoreError> {
        self.failed.clone().map_or(Ok(()), Err)
    }

    fn note<T>(&mut self, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &answer
            && self.in_transaction()
        {
            self.failed = Some(error.clone());
        }
        answer
    }
}
