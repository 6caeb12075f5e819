//! The pool of connections to a PostgreSQL server.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::Db;
use super::fault::{Fault, fault, pool_fault};
use super::migrate::{self, Applied};
use super::postgres::{Connected, LOST};
use crate::error::StoreError;
use crate::store::Job;

/// How long to wait for a free connection, and for a new one.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often a transaction is run again that met another one.
const CONFLICTS: u32 = 5;
/// What every connection is set to: a statement and a wait for a lock end before their caller gives up, and a commit
/// is on the disk before it is told. Times in milliseconds.
const OPTIONS: &str = "-c statement_timeout=10000 -c lock_timeout=5000 -c synchronous_commit=on \
    -c idle_in_transaction_session_timeout=30000";

/// A pool; clones share it.
#[derive(Clone)]
pub(crate) struct Server {
    pool: Pool,
}

impl Server {
    /// Makes the pool and migrates the database.
    pub(crate) async fn open(url: &str, connections: usize) -> Result<Self, StoreError> {
        let manager = manager(url)?;
        let pool = Pool::builder(manager)
            .max_size(connections)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(PATIENCE))
            .create_timeout(Some(PATIENCE))
            .recycle_timeout(Some(PATIENCE))
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let server = Self { pool };
        server.migrate().await?;
        Ok(server)
    }

    pub(crate) async fn connection(&self) -> Result<Object, StoreError> {
        self.pool.get().await.map_err(|error| pool_fault(&error))
    }

    pub(crate) async fn reader(&self) -> Result<Db, StoreError> {
        Ok(Db::postgres(Connected::reader(self.connection().await?, self.clone())))
    }

    /// Runs a transaction on a task of its own, so that a caller who goes away cannot leave it open.
    pub(crate) async fn write<D, T>(&self, data: D, job: Job<D, T>) -> Result<T, StoreError>
    where
        D: Send + Sync + 'static,
        T: Send + 'static,
    {
        let server = self.clone();
        let task = tokio::spawn(async move { server.transact(&data, job).await });
        task.await.map_err(|error| {
            let why = if error.is_panic() { "a job panicked" } else { "the program is ending" };
            StoreError::Unavailable(why.into())
        })?
    }

    pub(crate) fn close(&self) {
        self.pool.close();
    }

    async fn transact<D: Sync, T: Send>(&self, data: &D, job: Job<D, T>) -> Result<T, StoreError> {
        let (mut conflicts, mut lost) = (0, 1);
        loop {
            let (result, fault) = self.attempt(data, job).await?;
            match fault {
                Fault::Conflict if result.is_err() && conflicts < CONFLICTS => {
                    conflicts += 1;
                    tokio::time::sleep(apart(conflicts)).await;
                }
                Fault::Lost if result.is_err() && lost < LOST => lost += 1,
                _ => return result,
            }
        }
    }

    /// Runs the job once. The fault tells whether it may be run again.
    async fn attempt<D: Sync, T: Send>(
        &self,
        data: &D,
        job: Job<D, T>,
    ) -> Result<(Result<T, StoreError>, Fault), StoreError> {
        let mut db = Db::postgres(Connected::transaction(self.connection().await?, self.clone()));
        let result = job(&mut db, data).await;
        let result = match db.take_failure() {
            Some(swallowed) if result.is_ok() => Err(swallowed),
            _ => result,
        };
        let link = db.postgres_mut().ok_or(StoreError::Corrupt("connection"))?;
        if result.is_err() {
            link.roll_back().await;
            return Ok((result, link.fault));
        }
        match link.commit().await {
            Ok(()) => Ok((result, Fault::Final)),
            // Nobody knows whether a commit that got no answer took place.
            Err(error) if link.fault == Fault::Lost => Ok((Err(error), Fault::Final)),
            Err(error) => Ok((Err(error), link.fault)),
        }
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        let mut object = self.connection().await?;
        migrate_on(&mut object).await
    }
}

async fn migrate_on(object: &mut Object) -> Result<(), StoreError> {
    let told = |error: tokio_postgres::Error| fault(&error).1;
    let tx = object.transaction().await.map_err(told)?;
    // Another opener may take its time, and so may a change of a large table. The lock ends with the transaction.
    let lock = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'; \
        SELECT pg_advisory_xact_lock(hashtext('countersign'), hashtext(current_schema()))";
    tx.batch_execute(lock).await.map_err(told)?;
    tx.batch_execute(migrate::CREATE_POSTGRES).await.map_err(told)?;
    let rows =
        tx.query("SELECT number, checksum FROM schema_migration ORDER BY number", &[]).await.map_err(told)?;
    let read = |row: &tokio_postgres::Row| Ok(Applied { number: row.try_get(0)?, checksum: row.try_get(1)? });
    let applied = rows.iter().map(read).collect::<Result<Vec<_>, _>>().map_err(told)?;
    for step in migrate::pending(&applied, |step| step.postgres)? {
        tx.batch_execute(step.postgres).await.map_err(|error| {
            StoreError::Schema(format!("migration {} failed: {}", step.name, told(error)))
        })?;
        // The database's own clock: this is a note for people, nothing rests on it.
        let note = "INSERT INTO schema_migration (number, name, applied_at, checksum) \
            VALUES ($1, $2, (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT, $3)";
        let checksum = migrate::checksum(step.postgres);
        tx.execute(note, &[&step.number, &step.name, &checksum]).await.map_err(told)?;
    }
    tx.commit().await.map_err(told)
}

/// A pause of a few milliseconds that differs from one caller to the next, so that two who met do not meet again.
fn apart(attempt: u32) -> Duration {
    static TURN: AtomicU64 = AtomicU64::new(0);
    let turn = TURN.fetch_add(1, Ordering::Relaxed);
    Duration::from_millis(1 + turn % 7) * attempt
}

fn manager(url: &str) -> Result<Manager, StoreError> {
    // Certificates are always verified, name and all, so the stricter words mean no more than `require` here.
    let url =
        url.replace("sslmode=verify-full", "sslmode=require").replace("sslmode=verify-ca", "sslmode=require");
    let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| fault(&error).1)?;
    let options =
        config.get_options().map_or_else(|| OPTIONS.to_owned(), |given| format!("{given} {OPTIONS}"));
    config.options(options);
    if config.get_application_name().is_none() {
        config.application_name("countersign");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(PATIENCE);
    }
    let how = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    if plain(&config) {
        Ok(Manager::from_config(config, NoTls, how))
    } else {
        // "Prefer" would go on in the clear where a server, or somebody in between, offers no TLS (ASVS 12.2.1).
        config.ssl_mode(SslMode::Require);
        Ok(Manager::from_config(config, tls()?, how))
    }
}

/// Whether encryption is neither wanted nor of use: it was switched off, or the server is this machine and it was not
/// demanded.
fn plain(config: &Config) -> bool {
    let here = config.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    });
    match config.get_ssl_mode() {
        SslMode::Disable => true,
        SslMode::Require => false,
        _ => here,
    }
}

fn tls() -> Result<MakeRustlsConnect, StoreError> {
    let mut roots = RootCertStore::empty();
    let _counts = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| StoreError::Unavailable(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}
