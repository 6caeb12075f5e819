//! Migrations: numbered files, each applied once, in order, by one opener at a time.

use std::fmt::Write;

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::sqlite::fault;
use crate::error::StoreError;

/// One step of the schema, in both dialects.
pub(crate) struct Migration {
    /// Its place in the order, from 1 without gaps.
    pub(crate) number: i64,
    /// What it brings.
    pub(crate) name: &'static str,
    sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

macro_rules! migration {
    ($number:literal, $name:literal) => {
        Migration {
            number: $number,
            name: $name,
            sqlite: include_str!(concat!("../../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../../migrations/postgres/", $name, ".sql")),
        }
    };
}

/// All steps. A released one is never edited: a database remembers its checksum.
pub(crate) const MIGRATIONS: &[Migration] = &[migration!(1, "0001_first")];

/// A step that a database says it has had.
pub(crate) struct Applied {
    pub(crate) number: i64,
    pub(crate) checksum: String,
}

pub(crate) const CREATE_SQLITE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (number INTEGER NOT NULL PRIMARY KEY, \
    name TEXT NOT NULL, applied_at INTEGER NOT NULL, checksum TEXT NOT NULL) STRICT";
pub(crate) const CREATE_POSTGRES: &str = "CREATE TABLE IF NOT EXISTS schema_migration (number BIGINT NOT NULL \
    CONSTRAINT \"schema_migration.number\" PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL, \
    checksum TEXT NOT NULL)";

/// The SHA-256 of a step's text, in hexadecimal, whatever a checkout made of its line ends.
pub(crate) fn checksum(sql: &str) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(sql.replace('\r', "")) {
        // Writing to a `String` cannot fail.
        let _infallible = write!(text, "{byte:02x}");
    }
    text
}

/// The steps still to take, or why this program must leave the database alone.
pub(crate) fn pending(
    applied: &[Applied],
    text: fn(&Migration) -> &'static str,
) -> Result<&'static [Migration], StoreError> {
    for (at, step) in applied.iter().enumerate() {
        let Some(known) = MIGRATIONS.get(at).filter(|known| known.number == step.number) else {
            return Err(StoreError::Schema(format!(
                "it has had migration {}, which this version does not know; a newer version has been here",
                step.number
            )));
        };
        if checksum(text(known)) != step.checksum {
            return Err(StoreError::Schema(format!("migration {} is not the one it has had", known.name)));
        }
    }
    Ok(MIGRATIONS.get(applied.len()..).unwrap_or_default())
}

/// Migrates a SQLite file. Another opener waits for the file's lock.
pub(crate) fn sqlite(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch("BEGIN EXCLUSIVE").map_err(fault)?;
    let done = sqlite_steps(connection).and_then(|()| connection.execute_batch("COMMIT").map_err(fault));
    if done.is_err() && !connection.is_autocommit() {
        // The first fault is the one to tell.
        let _first_fault_counts = connection.execute_batch("ROLLBACK");
    }
    done
}

fn sqlite_steps(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(CREATE_SQLITE).map_err(fault)?;
    let mut statement =
        connection.prepare("SELECT number, checksum FROM schema_migration ORDER BY number").map_err(fault)?;
    let applied = statement.query_map([], |row| Ok(Applied { number: row.get(0)?, checksum: row.get(1)? }));
    let applied = applied.and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(fault)?;
    for step in pending(&applied, |step| step.sqlite)? {
        connection.execute_batch(step.sqlite).map_err(|error| {
            StoreError::Schema(format!("migration {} failed: {}", step.name, fault(error)))
        })?;
        // The database's own clock: this is a note for people, nothing rests on it.
        let note = "INSERT INTO schema_migration (number, name, applied_at, checksum) \
            VALUES (?1, ?2, CAST(unixepoch('subsec') * 1000 AS INTEGER), ?3)";
        connection.execute(note, (step.number, step.name, checksum(step.sqlite))).map_err(fault)?;
    }
    Ok(())
}
