//! The threads that hash passwords. A hash costs about 60 ms of a core and 46 MiB: so there are as many threads as
//! cores and no more, at a lower priority than everything else, behind a short queue. Whoever comes when it is full is
//! told to come again, and a storm of sign-ins never starves the rest.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign_core::entropy::Entropy;
use countersign_core::keys::KeyRing;
use countersign_core::password::{self, HashMemory, Parameters, PasswordHash, Verified};
use countersign_core::secret::Password;
use tokio::sync::oneshot;

use crate::observe::metrics;
use crate::time_source::Stopwatch;

/// Requests that may wait at once. At two cores and 60 ms each, the last of 64 waits about two seconds.
pub const LONGEST_QUEUE: usize = 64;

/// A thread without work keeps its 46 MiB for so long, because touching fresh memory costs a third of a hash.
const MEMORY_KEPT: Duration = Duration::from_secs(10);

/// Added to the niceness of the hashing threads: the rest of the server then wins any contest for a core.
const NICENESS: i32 = 10;

/// The password was not looked at: too many wait, or a fault of the installation that stands in the log. It says nothing
/// about the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no password can be checked now")]
pub struct Busy {
    /// When it is worth trying again; whole seconds, at least one.
    pub retry_after: Duration,
}

type Work = Box<dyn FnOnce(&Tools, &mut HashMemory) + Send>;

struct Tools {
    keys: Arc<KeyRing>,
    entropy: Arc<dyn Entropy>,
    parameters: Parameters,
}

/// What a thread does next.
enum Next {
    /// This, which has waited for so long.
    Work(Work, Stopwatch),
    /// Give the memory back: nothing came for a while.
    Idle,
    /// End.
    Closed,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<(Work, Stopwatch)>,
    closed: bool,
}

struct Shared {
    queue: Mutex<Queue>,
    arrived: Condvar,
    tools: Tools,
    threads: usize,
    /// The duration of the last hash, in microseconds: what `retry_after` is computed from.
    last_micros: AtomicU64,
}

/// Closes the queue when the last [`PasswordPool`] is dropped, so that the threads end.
struct Closer(Arc<Shared>);

impl Drop for Closer {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.arrived.notify_all();
    }
}

/// A handle to the hashing threads; clones share them.
#[derive(Clone)]
pub struct PasswordPool {
    closer: Arc<Closer>,
}

impl PasswordPool {
    /// Starts `threads` threads (at least one; the right number is that of the cores).
    ///
    /// # Errors
    ///
    /// When the operating system starts no thread.
    pub fn start(
        threads: usize,
        keys: Arc<KeyRing>,
        entropy: Arc<dyn Entropy>,
        parameters: Parameters,
    ) -> std::io::Result<Self> {
        let threads = threads.max(1);
        let shared = Arc::new(Shared {
            queue: Mutex::default(),
            arrived: Condvar::new(),
            tools: Tools { keys, entropy, parameters },
            threads,
            last_micros: AtomicU64::new(60_000),
        });
        let pool = Self { closer: Arc::new(Closer(Arc::clone(&shared))) };
        for number in 0..threads {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new().name(format!("password-{number}")).spawn(move || shared.serve())?;
        }
        Ok(pool)
    }

    /// Hashes a new password with the active key and today's parameters.
    ///
    /// # Errors
    ///
    /// When the queue is full or the work was given up.
    pub async fn hash(&self, password: impl Into<Arc<Password>>) -> Result<PasswordHash, Busy> {
        let password = password.into();
        self.run(move |tools, memory| {
            password::hash(&tools.keys, &*tools.entropy, &password, tools.parameters, memory)
        })
        .await
    }

    /// Compares a password with a stored hash. Where there is none (no such account, no password chosen yet) the same
    /// work is done for nothing, so that neither the answer nor the time it takes tells the cases apart.
    ///
    /// # Errors
    ///
    /// When the queue is full, the work was given up, or the hash needs a key that is not loaded.
    pub async fn verify(
        &self,
        stored: Option<PasswordHash>,
        password: impl Into<Arc<Password>>,
    ) -> Result<Verified, Busy> {
        let password = password.into();
        let verdict = self.run(move |tools, memory| {
            let nobody = stored.is_none();
            let stored = stored.unwrap_or_else(|| password::dummy(&tools.keys, tools.parameters));
            let verdict = password::verify(&tools.keys, &stored, &password, tools.parameters, memory);
            if nobody { verdict.map(|_| Verified::Wrong) } else { verdict }
        });
        verdict.await?.map_err(|fault| {
            tracing::error!(%fault, "a stored password cannot be checked");
            Busy { retry_after: self.closer.0.retry_after() }
        })
    }

    /// How many requests wait now.
    pub fn waiting(&self) -> usize {
        self.closer.0.lock().waiting.len()
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Tools, &mut HashMemory) -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let (answer, asked) = oneshot::channel();
        self.closer.0.enter(Box::new(move |tools, memory| {
            // Whoever went away meanwhile is not worked for.
            if !answer.is_closed() {
                let _ = answer.send(work(tools, memory));
            }
        }))?;
        asked.await.map_err(|_| Busy { retry_after: self.closer.0.retry_after() })
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // The lock is never held while work is done, so a panic cannot leave the queue half changed.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, work: Work) -> Result<(), Busy> {
        let mut queue = self.lock();
        if queue.waiting.len() >= LONGEST_QUEUE {
            drop(queue);
            metrics::password_refused();
            return Err(Busy { retry_after: self.retry_after() });
        }
        queue.waiting.push_back((work, Stopwatch::start()));
        metrics::passwords_waiting(queue.waiting.len());
        drop(queue);
        self.arrived.notify_one();
        Ok(())
    }

    /// How long the threads need for half of a full queue, in whole seconds.
    fn retry_after(&self) -> Duration {
        let each = Duration::from_micros(self.last_micros.load(Ordering::Relaxed));
        let rounds = LONGEST_QUEUE / (2 * self.threads);
        let span = each * u32::try_from(rounds).unwrap_or(1);
        Duration::from_secs(span.as_secs() + 1)
    }

    fn serve(&self) {
        be_nice();
        let mut memory = HashMemory::new();
        let mut memory_used = false;
        loop {
            let (work, queued) = match self.next(memory_used) {
                Next::Work(work, queued) => (work, queued),
                Next::Idle => {
                    memory.release();
                    memory_used = false;
                    continue;
                }
                Next::Closed => return,
            };
            memory_used = true;
            let waited = queued.elapsed();
            let stopwatch = Stopwatch::start();
            // The asker of work that panics is told to come again; the thread goes on with the next one.
            if catch_unwind(AssertUnwindSafe(|| work(&self.tools, &mut memory))).is_err() {
                memory.release();
                metrics::panicked();
            }
            let took = stopwatch.elapsed();
            self.last_micros.store(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
            metrics::password_done(waited, took);
        }
    }

    fn next(&self, memory_used: bool) -> Next {
        let mut queue = self.lock();
        loop {
            if let Some((work, queued)) = queue.waiting.pop_front() {
                metrics::passwords_waiting(queue.waiting.len());
                return Next::Work(work, queued);
            }
            if queue.closed {
                return Next::Closed;
            }
            if !memory_used {
                queue = self.arrived.wait(queue).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let (again, timeout) =
                self.arrived.wait_timeout(queue, MEMORY_KEPT).unwrap_or_else(PoisonError::into_inner);
            queue = again;
            if timeout.timed_out() && queue.waiting.is_empty() {
                return Next::Idle;
            }
        }
    }
}

/// Lowers the priority of the present thread; on Linux niceness belongs to the thread, not to the process.
fn be_nice() {
    if let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICENESS) {
        tracing::warn!(%error, "the password threads keep their normal priority");
    }
}

#[cfg(test)]
mod tests;
