//! A connection to a SQLite file.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi, params_from_iter};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Db, Row, Value, row};
use crate::error::StoreError;
use crate::store::Backend;

/// More than the number of statements in this crate, so that each stays prepared.
const STATEMENTS: usize = 512;
/// How long to wait for another process that holds the file's lock, and for a free reader.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// A connection together with the place it goes back to.
pub(crate) struct Connected {
    connection: Option<Connection>,
    home: Option<(Arc<Readers>, OwnedSemaphorePermit)>,
}

impl Connected {
    /// The connection that writes.
    pub(crate) fn writer(connection: Connection) -> Self {
        Self { connection: Some(connection), home: None }
    }

    pub(crate) fn writes(&self) -> bool {
        self.home.is_none()
    }

    pub(crate) fn connection(&self) -> Result<&Connection, StoreError> {
        self.connection.as_ref().ok_or_else(|| StoreError::Unavailable("the connection is closed".into()))
    }

    pub(crate) fn query(&mut self, sql: &'static str, params: &[Value]) -> Result<Vec<Row>, StoreError> {
        let mut statement = self.connection()?.prepare_cached(sql).map_err(fault)?;
        let columns =
            row::names(sql, Backend::Sqlite, || statement.column_names().map(str::to_owned).collect());
        let mut found = statement.query(params_from_iter(params)).map_err(fault)?;
        let mut rows = Vec::new();
        while let Some(row) = found.next().map_err(fault)? {
            let field = |at| row.get_ref(at).ok().and_then(Value::of_sqlite);
            let fields: Option<Vec<_>> = (0..columns.len()).map(field).collect();
            rows.push(Row::new(Arc::clone(&columns), fields.ok_or(StoreError::Corrupt("field"))?));
        }
        Ok(rows)
    }

    pub(crate) fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64, StoreError> {
        let mut statement = self.connection()?.prepare_cached(sql).map_err(fault)?;
        let rows = statement.execute(params_from_iter(params)).map_err(fault)?;
        Ok(rows as u64)
    }

    pub(crate) fn prepare(&mut self, sql: &str) -> Result<(), StoreError> {
        self.connection()?.prepare_cached(sql).map_err(fault).map(drop)
    }

    /// Runs text that takes no parameters and answers nothing: `BEGIN`, `SAVEPOINT` …
    pub(crate) fn run(&self, sql: &str) -> Result<(), StoreError> {
        self.connection()?.prepare_cached(sql).map_err(fault)?.execute([]).map_err(fault).map(drop)
    }
}

impl Drop for Connected {
    fn drop(&mut self) {
        // The connection is back before its permit is: a reader that was let in always finds one.
        if let (Some((readers, _)), Some(connection)) = (&self.home, self.connection.take()) {
            readers.put(connection);
        }
    }
}

/// The connections that read.
pub(crate) struct Readers {
    idle: Mutex<Vec<Connection>>,
    free: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn open(path: &Path, most: usize) -> Result<Arc<Self>, StoreError> {
        let idle = (0..most.max(1)).map(|_| open_reader(path)).collect::<Result<Vec<_>, _>>()?;
        let free = Arc::new(Semaphore::new(idle.len()));
        Ok(Arc::new(Self { idle: Mutex::new(idle), free }))
    }

    /// Lends a connection; at most [`PATIENCE`] passes before one is free or the store is [`StoreError::Busy`].
    pub(crate) async fn get(self: &Arc<Self>) -> Result<Db, StoreError> {
        let permit = tokio::time::timeout(PATIENCE, Arc::clone(&self.free).acquire_owned()).await;
        let permit = permit.map_err(|_| StoreError::Busy)?;
        let permit = permit.map_err(|_| StoreError::Unavailable("the store is closed".into()))?;
        let connection = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Ok(Db::sqlite(Connected { connection, home: Some((Arc::clone(self), permit)) }))
    }

    fn put(&self, connection: Connection) {
        if !self.free.is_closed() {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }

    /// Closes the idle connections now and the lent ones when they come back.
    pub(crate) fn close(&self) {
        self.free.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Opens the file for writing, and makes it, for its owner alone, when it is not there.
pub(crate) fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    make(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(fault)?;
    prepared_once(&connection)?;
    write_ahead(&connection)?;
    // FULL: with NORMAL a power cut can take back a commit, and with it the mark that a code was used.
    // Triggers that guard the audit log must also see the deletion inside a REPLACE.
    // Savepoints note the pages that they change: in memory, as in a file each page would cost two system calls. The
    // cache has room for the pages of a whole group, which would otherwise go to the log before its commit and come
    // back from there; memory is taken only when it is needed.
    connection
        .execute_batch(
            "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; \
             PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;",
        )
        .map_err(fault)?;
    Ok(connection)
}

fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(fault)?;
    prepared_once(&connection)?;
    Ok(connection)
}

/// What all connections have in common. Each statement is planned once, for all values: left to itself, SQLite plans some
/// of them anew with every run, because other values might suit another plan, and that costs far more than it can win.
fn prepared_once(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(PATIENCE).map_err(fault)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(fault).map(drop)
}

/// Two processes that open a new file at once may meet here; SQLite does not wait for its busy timeout then.
fn write_ahead(connection: &Connection) -> Result<(), StoreError> {
    let mut tries = 0;
    loop {
        match connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get::<_, String>(0)) {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(_) => {
                return Err(StoreError::Unavailable(
                    "the file system does not allow write-ahead logging".into(),
                ));
            }
            Err(error) if busy(&error) && tries < 250 => tries += 1,
            Err(error) => return Err(fault(error)),
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn make(path: &Path) -> Result<(), StoreError> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(StoreError::Unavailable(format!("cannot make {}: {error}", path.display())))
        }
        _ => Ok(()),
    }
}

fn busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// What an error of SQLite's means here. Its texts name tables and columns, never values.
#[expect(clippy::needless_pass_by_value, reason = "it is what map_err hands over")]
pub(crate) fn fault(error: rusqlite::Error) -> StoreError {
    if busy(&error) {
        return StoreError::Busy;
    }
    let (code, text) = match &error {
        rusqlite::Error::SqliteFailure(code, text) => {
            (code.extended_code, text.as_deref().unwrap_or_default())
        }
        rusqlite::Error::SqlInputError { error, msg, .. } => (error.extended_code, msg.as_str()),
        _ => return StoreError::Corrupt("the kind of a parameter or a field"),
    };
    match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            StoreError::Unique(unique_name(text))
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => StoreError::Refused("foreign key"),
        ffi::SQLITE_CONSTRAINT_CHECK => StoreError::Refused("check"),
        ffi::SQLITE_CONSTRAINT_NOTNULL => StoreError::Refused("not null"),
        ffi::SQLITE_CONSTRAINT_TRIGGER => StoreError::Refused("append-only"),
        ffi::SQLITE_CONSTRAINT_DATATYPE | ffi::SQLITE_MISMATCH => StoreError::Refused("value"),
        // A mistake in a statement: only its text tells which.
        ffi::SQLITE_ERROR => StoreError::Unavailable(format!("SQLite error 1: {text}")),
        other => StoreError::Unavailable(format!("SQLite error {other}: {}", ffi::code_to_str(other))),
    }
}

/// `UNIQUE constraint failed: a.b, a.c` becomes `a.b,c`.
fn unique_name(text: &str) -> String {
    let columns = text.rsplit_once(": ").map_or(text, |(_, columns)| columns);
    let mut columns = columns.split(", ");
    let mut name = columns.next().unwrap_or_default().to_owned();
    for column in columns {
        name.push(',');
        name.push_str(column.rsplit_once('.').map_or(column, |(_, column)| column));
    }
    name
}

#[cfg(test)]
mod tests {
    use rusqlite::StatementStatus;

    use super::*;

    /// A limit that is a parameter is one of the things that SQLite would plan anew for.
    #[test]
    fn a_statement_is_planned_once_for_all_values() {
        let folder = tempfile::tempdir().unwrap();
        let writer = open_writer(&folder.path().join("test.sqlite3")).unwrap();
        writer.execute_batch("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)").unwrap();
        let reader = open_reader(&folder.path().join("test.sqlite3")).unwrap();
        for connection in [&writer, &reader] {
            let mut statement =
                connection.prepare("SELECT b FROM t WHERE a > ?1 ORDER BY b LIMIT ?2").unwrap();
            for value in 1..10 {
                assert!(statement.query((value, value)).unwrap().next().unwrap().is_none());
            }
            assert_eq!(statement.get_status(StatementStatus::RePrepare), 0);
        }
    }
}
