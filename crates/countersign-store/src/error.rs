//! What can go wrong between a question and the database.

use thiserror::Error;

/// Why the store has no answer. None of these means "not there": that is `None`, `false` or an empty list.
///
/// No text in here holds a parameter's value, so that an error may be logged.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The database could not be asked, or it is not known whether it kept what it was told.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A row with this value is already there. Holds the table, a full stop and the columns with commas between them
    /// (`account.email_key`, `authenticator.account_id,name_key`), the same on both databases.
    #[error("there is a row with the same {0}")]
    Unique(String),
    /// A rule of the schema refused the change: `"foreign key"`, `"check"`, `"not null"`, `"append-only"` or `"value"`.
    #[error("the schema refused the change: {0}")]
    Refused(&'static str),
    /// What the database holds, or what a statement says, is not what the program expects. Names the column.
    #[error("unexpected content in the database: {0}")]
    Corrupt(&'static str),
    /// Too much is going on: a lock, a connection or a place in the queue was not to be had in time.
    #[error("the database is busy")]
    Busy,
    /// The database was made by another version of the program. Only from [`crate::Store::open`].
    #[error("the database does not fit this version: {0}")]
    Schema(String),
}
