//! A fresh database for each test.

use std::sync::atomic::{AtomicU32, Ordering};

use countersign_store::{Database, Store, StoreSettings};
use futures_util::future::BoxFuture;
use tokio_postgres::NoTls;

/// One law on both databases: `on_both! { async fn name(home) { … } }` where `home` is a [`Home`].
macro_rules! on_both {
    ($($(#[$doc:meta])* async fn $name:ident($home:ident) $body:block)+) => {$(
        $(#[$doc])*
        mod $name {
            use super::*;

            async fn law($home: &crate::support::Home) $body

            #[test]
            fn sqlite() {
                crate::support::on_sqlite(|home| Box::pin(law(home)));
            }

            #[test]
            fn postgres() {
                crate::support::on_postgres(|home| Box::pin(law(home)));
            }
        }
    )+};
}

/// An open store on an empty database of its own.
pub(crate) struct Home {
    /// The store.
    pub(crate) store: Store,
    /// How it was opened, to open it again.
    pub(crate) settings: StoreSettings,
    /// The name of the PostgreSQL schema, which is the application name of its connections too; else empty.
    pub(crate) schema: String,
}

/// A law: it panics where it does not hold.
pub(crate) type Law = for<'h> fn(&'h Home) -> BoxFuture<'h, ()>;

/// Runs a law on a fresh SQLite file.
pub(crate) fn on_sqlite(law: Law) {
    let folder = tempfile::tempdir().expect("a folder");
    run(StoreSettings::new(Database::Sqlite(folder.path().join("store.db"))), String::new(), law);
}

/// Runs a law on a fresh PostgreSQL schema.
pub(crate) fn on_postgres(law: Law) {
    let Some(schema) = Schema::make() else { return };
    run(StoreSettings::new(Database::Postgres(schema.url())), schema.name.clone(), law);
}

/// A schema of the test server; dropped with this, also when the test fails.
struct Schema {
    server: String,
    name: String,
}

impl Schema {
    fn make() -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let server = postgres_url()?;
        let name = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        command(&server, &format!("CREATE SCHEMA {name}"));
        Some(Self { server, name })
    }

    fn url(&self) -> String {
        let Self { server, name } = self;
        let joint = if server.contains('?') { '&' } else { '?' };
        format!("{server}{joint}application_name={name}&options=-csearch_path%3D{name}")
    }
}

impl Drop for Schema {
    #[expect(clippy::print_stderr, reason = "whoever reads of a failure must know on which database it was")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("this was on PostgreSQL");
        }
        command(&self.server, &format!("DROP SCHEMA {} CASCADE", self.name));
    }
}

/// The server's address, if there is one to test on.
#[expect(clippy::print_stderr, reason = "whoever runs the tests must see what was left out")]
#[expect(clippy::disallowed_methods, reason = "a test has no other way to be told of a server")]
pub(crate) fn postgres_url() -> Option<String> {
    let url = std::env::var("COUNTERSIGN_TEST_POSTGRES").ok();
    if url.is_none() {
        assert!(
            std::env::var_os("CI").is_none(),
            "COUNTERSIGN_TEST_POSTGRES must name a PostgreSQL database where CI is set"
        );
        eprintln!("left out: COUNTERSIGN_TEST_POSTGRES names no PostgreSQL database");
    }
    url
}

/// Runs statements on the server, outside the store and outside any runtime.
pub(crate) fn command(url: &str, sql: &str) {
    let talk = async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test server");
        let talking = tokio::spawn(connection);
        client.batch_execute(sql).await.expect("the statement");
        drop(client);
        talking.await.expect("the connection").expect("the connection");
    };
    std::thread::scope(|scope| {
        scope.spawn(|| runtime().block_on(talk)).join().expect("the command");
    });
}

fn run(settings: StoreSettings, schema: String, law: Law) {
    runtime().block_on(async {
        let store = Store::open(&settings).await.expect("the store opens");
        let home = Home { store, settings, schema };
        law(&home).await;
        home.store.close().await.expect("the store closes");
    });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}
