//! What an error of PostgreSQL's means here.

use std::error::Error as Cause;

use deadpool_postgres::{PoolError, TimeoutType};
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

use crate::error::StoreError;

/// Whether the same transaction may be tried once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// No.
    Final,
    /// It met another one and was rolled back.
    Conflict,
    /// The connection is gone; before a commit was sent, so is the transaction.
    Lost,
    /// The server says nothing. The connection is of no use any more, and another one would keep silent too.
    Silent,
}

/// Sorts an error. Texts are taken from the server only where they cannot hold a value.
pub(crate) fn fault(error: &Error) -> (Fault, StoreError) {
    if let Some(told) = error.as_db_error() {
        return told_by_server(told);
    }
    let cause = error.source();
    if cause.is_some_and(<dyn Cause>::is::<super::value::WrongKind>) {
        return (Fault::Final, StoreError::Corrupt("the kind of a parameter or a field"));
    }
    let text = match cause {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    };
    let lost = error.is_closed() || cause.is_some_and(<dyn Cause>::is::<std::io::Error>);
    (if lost { Fault::Lost } else { Fault::Final }, StoreError::Unavailable(text))
}

fn told_by_server(told: &DbError) -> (Fault, StoreError) {
    let code = told.code();
    let last = |error| (Fault::Final, error);
    if *code == SqlState::UNIQUE_VIOLATION {
        return last(StoreError::Unique(told.constraint().unwrap_or_default().to_owned()));
    }
    if [SqlState::T_R_DEADLOCK_DETECTED, SqlState::T_R_SERIALIZATION_FAILURE].contains(code) {
        return (Fault::Conflict, StoreError::Busy);
    }
    if [SqlState::LOCK_NOT_AVAILABLE, SqlState::QUERY_CANCELED].contains(code) {
        return last(StoreError::Busy);
    }
    match code.code() {
        "23503" => return last(StoreError::Refused("foreign key")),
        "23514" => return last(StoreError::Refused("check")),
        "23502" => return last(StoreError::Refused("not null")),
        "23001" => return last(StoreError::Refused("append-only")),
        _ => {}
    }
    match code.code().get(..2) {
        // A value the type cannot hold. The server's text may quote it.
        Some("22") => last(StoreError::Refused("value")),
        Some("23") => last(StoreError::Refused("constraint")),
        // The connection failed, or an operator ended it.
        Some("08" | "57") => (Fault::Lost, unavailable(told)),
        _ => last(unavailable(told)),
    }
}

fn unavailable(told: &DbError) -> StoreError {
    StoreError::Unavailable(format!("PostgreSQL error {}: {}", told.code().code(), told.message()))
}

/// Why the pool has no connection to lend.
pub(crate) fn pool_fault(error: &PoolError) -> StoreError {
    match error {
        PoolError::Backend(error) => fault(error).1,
        PoolError::Timeout(TimeoutType::Wait) => StoreError::Busy,
        PoolError::Timeout(_) => StoreError::Unavailable("the server does not answer".into()),
        PoolError::Closed => StoreError::Unavailable("the store is closed".into()),
        other => StoreError::Unavailable(other.to_string()),
    }
}
