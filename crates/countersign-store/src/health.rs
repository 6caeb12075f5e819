//! What an operator's check-up asks the database: whether commits survive a power cut, and what time it has.

use countersign_core::time::Timestamp;

use crate::db::Db;
use crate::error::StoreError;

// These are the only statements that differ between the databases on purpose: they ask about the database itself.
const SQLITE_SYNCHRONOUS: &str = "PRAGMA synchronous";
const SQLITE_JOURNAL: &str = "PRAGMA journal_mode";
const POSTGRES: &str = "SELECT current_setting('synchronous_commit') AS synchronous_commit, \
    current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes, \
    current_setting('server_version') AS server_version, \
    CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT) AS clock_ms";

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Each setting by the database's own name, its value, and whether commits survive a power cut with it.
    pub settings: Vec<(&'static str, String, bool)>,
    /// The database server's version; `None` for the embedded database.
    pub version: Option<String>,
    /// The database server's clock; `None` for the embedded database, which has none of its own.
    pub clock: Option<Timestamp>,
}

/// Asks. Belongs into a [`crate::Store::write`], because it is the writing connection's settings that matter.
pub async fn ask(db: &mut Db) -> Result<Health, StoreError> {
    if db.sqlite_mut().is_some() { sqlite(db).await } else { postgres(db).await }
}

async fn sqlite(db: &mut Db) -> Result<Health, StoreError> {
    let absent = StoreError::Corrupt("pragma");
    let level = db.query_opt(SQLITE_SYNCHRONOUS, &[]).await?.ok_or(absent.clone())?.int("synchronous")?;
    let journal = db.query_opt(SQLITE_JOURNAL, &[]).await?.ok_or(absent)?.text("journal_mode")?;
    let wal = journal == "wal";
    // 2 is FULL and 3 is EXTRA (https://www.sqlite.org/pragma.html#pragma_synchronous).
    let settings = vec![("synchronous", level.to_string(), level >= 2), ("journal_mode", journal, wal)];
    Ok(Health { settings, version: None, clock: None })
}

async fn postgres(db: &mut Db) -> Result<Health, StoreError> {
    let row = db.query_opt(POSTGRES, &[]).await?.ok_or(StoreError::Corrupt("settings"))?;
    let setting = |name, off: &str| -> Result<(&'static str, String, bool), StoreError> {
        let value = row.text(name)?;
        let safe = value != off;
        Ok((name, value, safe))
    };
    Ok(Health {
        settings: vec![
            setting("synchronous_commit", "off")?,
            setting("fsync", "off")?,
            setting("full_page_writes", "off")?,
        ],
        version: Some(row.text("server_version")?),
        clock: Some(row.time("clock_ms")?),
    })
}
