//! Checkpoints: the write-ahead log goes back into the file on a thread of its own, so that no commit waits for it.

use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

use super::sqlite::{PATIENCE, fault};
use crate::error::StoreError;

/// Pages of 4 KiB in the log that are worth a checkpoint; SQLite's own default.
const WORTH_IT: i64 = 1000;
/// Pages at which the log is begun anew (64 MiB), which makes writers wait a moment.
const LONG: i64 = 16_384;
/// Pages still to be moved that this moment is short with. More were written meanwhile: another round first.
const FEW: i64 = 256;
/// Rounds at most; then writers wait for whatever is left.
const ROUNDS: usize = 4;
/// The least time between two looks at the log.
const PAUSE: Duration = Duration::from_millis(50);

/// Starts the thread. The function it returns wakes it and never waits; the thread ends once that is dropped.
pub(crate) fn start(path: &Path) -> Result<(impl Fn() + Send + use<>, JoinHandle<()>), StoreError> {
    let connection = open(path)?;
    let (wake, woken): (SyncSender<()>, _) = sync_channel(1);
    let thread = std::thread::Builder::new().name("store-checkpoint".into()).spawn(move || {
        while woken.recv().is_ok() {
            if let Err(error) = look(&connection) {
                tracing::warn!(%error, "the write-ahead log could not be checkpointed");
            }
            // A second commit meanwhile waits in the channel and is looked at after the pause.
            std::thread::sleep(PAUSE);
        }
    });
    let thread =
        thread.map_err(|error| StoreError::Unavailable(format!("no thread for checkpoints: {error}")))?;
    let wake = move || {
        // Full means that it is awake already.
        let _awake = wake.try_send(());
    };
    Ok((wake, thread))
}

/// Moves the whole log into the file and cuts it, once nobody else writes.
pub(crate) fn finish(path: &Path) -> Result<(), StoreError> {
    let (blocked, _, _) = checkpoint(&open(path)?, "TRUNCATE")?;
    if blocked == 0 { Ok(()) } else { Err(StoreError::Busy) }
}

fn open(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path).map_err(fault)?;
    connection.busy_timeout(PATIENCE).map_err(fault)?;
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;").map_err(fault)?;
    Ok(connection)
}

/// Moves what is worth it while others write. The log of a busy server never comes to its end by itself, so one that is
/// long is begun anew; its file keeps its length, since a file that grows again makes every commit cost more.
fn look(connection: &Connection) -> Result<(), StoreError> {
    let (_, pages, moved) = checkpoint(connection, "NOOP")?;
    if pages - moved >= WORTH_IT {
        checkpoint(connection, "PASSIVE")?;
    }
    if pages < LONG {
        return Ok(());
    }
    for _ in 0..ROUNDS {
        let (_, pages, moved) = checkpoint(connection, "NOOP")?;
        if pages - moved <= FEW {
            break;
        }
        checkpoint(connection, "PASSIVE")?;
    }
    checkpoint(connection, "RESTART").map(drop)
}

/// Whether something was in the way (1), the pages in the log, and how many of them are in the file.
fn checkpoint(connection: &Connection, mode: &str) -> Result<(i64, i64, i64), StoreError> {
    let sql = format!("PRAGMA wal_checkpoint({mode})");
    connection.query_row(&sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).map_err(fault)
}
