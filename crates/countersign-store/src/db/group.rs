//! Group commit: one thread writes to the SQLite file, and one commit pays for all who wait.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, Waker};

use tokio::sync::{mpsc, oneshot};

use super::Db;
use crate::error::StoreError;
use crate::store::Job;

/// Jobs that may wait before a caller has to.
const QUEUE: usize = 4096;
/// Jobs of one commit: more would let the first wait longer than a commit takes.
const GROUP: usize = 256;

/// The queue of the writing thread.
pub(crate) type Queue = mpsc::Sender<Box<dyn Task>>;

/// A job with its caller, whatever its types.
pub(crate) trait Task: Send {
    /// Runs the job. `false`: what it did must be rolled back.
    fn run(&mut self, db: &mut Db) -> bool;
    /// Answers the caller: with the job's own result if `group` went well, with the group's fault otherwise.
    fn answer(self: Box<Self>, group: Result<(), StoreError>);
}

/// The only implementation of [`Task`].
pub(crate) struct Work<D, T> {
    data: D,
    job: Job<D, T>,
    result: Option<Result<T, StoreError>>,
    caller: oneshot::Sender<Result<T, StoreError>>,
}

impl<D, T> Work<D, T> {
    pub(crate) fn new(data: D, job: Job<D, T>, caller: oneshot::Sender<Result<T, StoreError>>) -> Self {
        Self { data, job, result: None, caller }
    }
}

impl<D: Send + Sync, T: Send> Task for Work<D, T> {
    fn run(&mut self, db: &mut Db) -> bool {
        let (job, data) = (self.job, &self.data);
        let ran = catch_unwind(AssertUnwindSafe(|| {
            job(db, data).as_mut().poll(&mut Context::from_waker(Waker::noop()))
        }));
        let result = match ran {
            Ok(Poll::Ready(result)) => result,
            Ok(Poll::Pending) => {
                Err(StoreError::Unavailable("a job waited for more than its transaction".into()))
            }
            Err(_) => Err(StoreError::Unavailable("a job panicked".into())),
        };
        let result = match db.take_failure() {
            Some(swallowed) if result.is_ok() => Err(swallowed),
            _ => result,
        };
        let good = result.is_ok();
        self.result = Some(result);
        good
    }

    fn answer(self: Box<Self>, group: Result<(), StoreError>) {
        let Self { result, caller, .. } = *self;
        let missing = || Err(StoreError::Unavailable("the job was not run".into()));
        // A caller that went away has nothing to hear; what it asked for is done all the same.
        let _gone = caller.send(group.and_then(|()| result.unwrap_or_else(missing)));
    }
}

/// Starts the writing thread. It ends when every sender of the queue is gone and all jobs are answered; `committed` is
/// called after each commit.
pub(crate) fn start(
    mut db: Db,
    grouping: bool,
    committed: impl Fn() + Send + 'static,
) -> Result<(Queue, std::thread::JoinHandle<()>), StoreError> {
    let (queue, mut waiting) = mpsc::channel::<Box<dyn Task>>(QUEUE);
    let most = if grouping { GROUP } else { 1 };
    let thread = std::thread::Builder::new().name("store-writer".into()).spawn(move || {
        let mut group = Vec::with_capacity(most);
        while waiting.blocking_recv_many(&mut group, most) > 0 {
            let done = run(&mut db, &mut group);
            for task in group.drain(..) {
                task.answer(done.clone());
            }
            committed();
        }
    });
    let thread =
        thread.map_err(|error| StoreError::Unavailable(format!("no thread to write with: {error}")))?;
    Ok((queue, thread))
}

/// One transaction around all jobs, a savepoint around each.
fn run(db: &mut Db, group: &mut [Box<dyn Task>]) -> Result<(), StoreError> {
    command(db, "BEGIN IMMEDIATE")?;
    let done = match group {
        [only] => run_alone(db, only.as_mut()),
        several => several.iter_mut().try_for_each(|task| run_in_savepoint(db, task.as_mut())),
    };
    let done = done
        .and_then(|()| if open(db) { command(db, "COMMIT").map_err(|error| lost(&error)) } else { Ok(()) });
    if done.is_err() && open(db) {
        // Nothing more can be done for the group here: its callers hear of the first fault.
        let _first_fault_counts = command(db, "ROLLBACK");
    }
    done
}

fn run_alone(db: &mut Db, task: &mut dyn Task) -> Result<(), StoreError> {
    let good = task.run(db);
    if !open(db) {
        return Err(aborted());
    }
    if good { Ok(()) } else { command(db, "ROLLBACK") }
}

fn run_in_savepoint(db: &mut Db, task: &mut dyn Task) -> Result<(), StoreError> {
    command(db, "SAVEPOINT job")?;
    let good = task.run(db);
    // A full disk or a fault of reading ends the whole transaction, not just the statement.
    if !open(db) {
        return Err(aborted());
    }
    if !good {
        command(db, "ROLLBACK TO job")?;
    }
    command(db, "RELEASE job")
}

fn open(db: &mut Db) -> bool {
    db.sqlite_mut()
        .and_then(|link| link.connection().ok())
        .is_some_and(|connection| !connection.is_autocommit())
}

fn command(db: &mut Db, sql: &str) -> Result<(), StoreError> {
    db.sqlite_mut().ok_or_else(aborted)?.run(sql)
}

fn aborted() -> StoreError {
    StoreError::Unavailable("the transaction was rolled back by the database".into())
}

fn lost(error: &StoreError) -> StoreError {
    StoreError::Unavailable(format!("the commit failed: {error}"))
}
