//! The store: readers, and the one way to write.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use crate::db::group::{self, Queue, Work};
use crate::db::server::Server;
use crate::db::sqlite::{self, Readers};
use crate::db::{Db, checkpoint, migrate};
use crate::error::StoreError;

/// What a transaction does. A plain function, so that it can hold on to nothing but the data handed over with it; it
/// may await nothing but its `Db`.
pub type Job<D, T> = for<'t> fn(&'t mut Db, &'t D) -> BoxFuture<'t, Result<T, StoreError>>;

/// Where the rows are.
#[derive(Clone)]
pub enum Database {
    /// A file of the embedded SQLite, made if it is not there.
    Sqlite(PathBuf),
    /// The address of a PostgreSQL database: `postgres://user:password@host/database?sslmode=require`.
    Postgres(String),
}

/// How to open a store.
#[derive(Clone)]
pub struct StoreSettings {
    /// Where the rows are.
    pub database: Database,
    /// How many connections read a SQLite file. A look-up takes microseconds, so few suffice.
    pub readers: usize,
    /// How many connections to PostgreSQL there are at most, for reading and writing together.
    pub connections: usize,
    /// Whether writes to SQLite that wait at the same time share one commit. `false` costs throughput only.
    pub grouping: bool,
}

impl StoreSettings {
    /// The usual settings: 4 readers, 16 connections, commits shared.
    pub fn new(database: Database) -> Self {
        Self { database, readers: 4, connections: 16, grouping: true }
    }
}

/// Which database a store is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// The embedded SQLite.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

/// A handle to the database. Clones are cheap and share everything.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

enum Inner {
    Sqlite(File),
    Postgres(Server),
}

struct File {
    path: PathBuf,
    readers: Arc<Readers>,
    /// `None` once the store is closed.
    writer: Mutex<Option<Queue>>,
    threads: Mutex<Vec<std::thread::JoinHandle<()>>>,
}

impl Store {
    /// Opens the database and brings its tables to this version's shape, one opener at a time.
    pub async fn open(settings: &StoreSettings) -> Result<Self, StoreError> {
        let inner = match &settings.database {
            Database::Sqlite(path) => {
                let (path, readers, grouping) = (path.clone(), settings.readers, settings.grouping);
                let opened = tokio::task::spawn_blocking(move || File::open(path, readers, grouping)).await;
                Inner::Sqlite(opened.map_err(|_| StoreError::Unavailable("opening was cut short".into()))??)
            }
            Database::Postgres(url) => Inner::Postgres(Server::open(url, settings.connections.max(1)).await?),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// A connection to read with; it sees what is committed. At most 5 seconds pass before one is free.
    pub async fn reader(&self) -> Result<Db, StoreError> {
        match &*self.inner {
            Inner::Sqlite(file) => file.readers.get().await,
            Inner::Postgres(server) => server.reader().await,
        }
    }

    /// Runs a job in one transaction and answers once it is committed durably. An error, a panic or a failed statement
    /// rolls it back. [`StoreError::Unavailable`] may also mean that nobody knows whether it was committed.
    ///
    /// The job is finished even when the caller goes away. On PostgreSQL it may run more than once: what an earlier
    /// run did was rolled back then.
    pub async fn write<D, T>(&self, data: D, job: Job<D, T>) -> Result<T, StoreError>
    where
        D: Send + Sync + 'static,
        T: Send + 'static,
    {
        match &*self.inner {
            Inner::Sqlite(file) => file.write(data, job).await,
            Inner::Postgres(server) => server.write(data, job).await,
        }
    }

    /// Asks the database something trivial.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.reader().await?.query("SELECT 1 AS one", &[]).await.map(drop)
    }

    /// Lets the waiting writes finish, moves the log into the file and closes every connection. What is asked
    /// afterwards is [`StoreError::Unavailable`].
    pub async fn close(&self) -> Result<(), StoreError> {
        match &*self.inner {
            Inner::Sqlite(file) => file.close().await,
            Inner::Postgres(server) => {
                server.close();
                Ok(())
            }
        }
    }

    /// Which database this is.
    pub fn backend(&self) -> Backend {
        match &*self.inner {
            Inner::Sqlite(_) => Backend::Sqlite,
            Inner::Postgres(_) => Backend::Postgres,
        }
    }
}

impl File {
    fn open(path: PathBuf, readers: usize, grouping: bool) -> Result<Self, StoreError> {
        let connection = sqlite::open_writer(&path)?;
        migrate::sqlite(&connection)?;
        let readers = Readers::open(&path, readers)?;
        let (wake, checkpoints) = checkpoint::start(&path)?;
        let db = Db::sqlite(sqlite::Connected::writer(connection));
        let (queue, writer) = group::start(db, grouping, wake)?;
        Ok(Self {
            path,
            readers,
            writer: Mutex::new(Some(queue)),
            threads: Mutex::new(vec![writer, checkpoints]),
        })
    }

    async fn write<D, T>(&self, data: D, job: Job<D, T>) -> Result<T, StoreError>
    where
        D: Send + Sync + 'static,
        T: Send + 'static,
    {
        let queue = self.writer.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(closed)?;
        let (caller, answer) = oneshot::channel();
        let place =
            tokio::time::timeout(sqlite::PATIENCE, queue.reserve()).await.map_err(|_| StoreError::Busy)?;
        place.map_err(|_| closed())?.send(Box::new(Work::new(data, job, caller)));
        drop(queue);
        answer.await.map_err(|_| closed())?
    }

    async fn close(&self) -> Result<(), StoreError> {
        drop(self.writer.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.readers.close();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        if threads.is_empty() {
            return Ok(());
        }
        let path = self.path.clone();
        let closing = tokio::task::spawn_blocking(move || {
            for thread in threads {
                thread.join().map_err(|_| closed())?;
            }
            checkpoint::finish(&path)
        });
        closing.await.map_err(|_| closed())?
    }
}

fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".into())
}
