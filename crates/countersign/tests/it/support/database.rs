//! A database of its own for each test, and a look into it past the product.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use countersign_courier::phone_tray::PhoneTray;
use countersign_courier::telegram::TelegramTray;
use countersign_courier::tray::Tray;
use rusqlite::OptionalExtension;
use rusqlite::types::Value;
use tokio_postgres::{NoTls, SimpleQueryMessage};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A file in the test's folder.
    Sqlite,
    /// A schema of the test server.
    Postgres,
}

impl Kind {
    /// Whether there is a PostgreSQL to test on. With `CI` set there must be one.
    #[expect(clippy::print_stderr, reason = "whoever runs the tests must see what was left out")]
    pub(crate) fn has_postgres() -> bool {
        let there = server().is_some();
        if !there {
            assert!(
                std::env::var_os("CI").is_none(),
                "COUNTERSIGN_TEST_POSTGRES must name a PostgreSQL database where CI is set"
            );
            eprintln!("left out: COUNTERSIGN_TEST_POSTGRES names no PostgreSQL database");
        }
        there
    }
}

#[expect(clippy::disallowed_methods, reason = "a test has no other way to be told of a server")]
fn server() -> Option<String> {
    std::env::var("COUNTERSIGN_TEST_POSTGRES").ok()
}

/// Where a test's data are. They go with it.
pub(crate) struct Place {
    folder: tempfile::TempDir,
    /// Server address and schema.
    schema: Option<(String, String)>,
    /// Where the letters of every server on this database go.
    pub(crate) tray: Tray,
    /// The chats with the bot, where trays stand in for everything.
    pub(crate) chats: TelegramTray,
    /// The phone that every number leads to then.
    pub(crate) phone: PhoneTray,
}

impl Place {
    pub(crate) fn new(kind: Kind) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let folder = tempfile::tempdir().unwrap();
        let schema = (kind == Kind::Postgres).then(|| {
            let name = format!("it{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
            let server = server().expect("has_postgres was asked");
            run(&server, &format!("CREATE SCHEMA {name}"));
            (server, name)
        });
        Self { folder, schema, tray: Tray::new(), chats: TelegramTray::new(), phone: PhoneTray::default() }
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The value of the setting `database_url`.
    pub(crate) fn url(&self) -> String {
        match &self.schema {
            None => format!("sqlite:{}", self.file().display()),
            Some((server, name)) => {
                let joint = if server.contains('?') { '&' } else { '?' };
                format!("{server}{joint}application_name={name}&options=-csearch_path%3D{name}")
            }
        }
    }

    fn file(&self) -> PathBuf {
        self.data().join("countersign.sqlite3")
    }

    fn sqlite(&self) -> rusqlite::Connection {
        let connection = rusqlite::Connection::open(self.file()).unwrap();
        connection.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
        connection
    }

    /// Runs statements past the product, as somebody with the database's password could.
    pub(crate) fn run(&self, sql: &str) {
        self.try_run(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// As [`Self::run`], where the database may refuse.
    pub(crate) fn try_run(&self, sql: &str) -> Result<(), String> {
        match &self.schema {
            None => self.sqlite().execute_batch(sql).map_err(|error| error.to_string()),
            Some(_) => try_run(&self.url(), sql).map(drop),
        }
    }

    /// Bytes, given as lower-case hexadecimal digits, as a literal of this database.
    pub(crate) fn blob(&self, hex: &str) -> String {
        match &self.schema {
            None => format!("x'{hex}'"),
            Some(_) => format!("'\\x{hex}'::bytea"),
        }
    }

    /// The first column of the first row as text; `None` without a row or for NULL.
    pub(crate) fn text(&self, sql: &str) -> Option<String> {
        if self.schema.is_some() {
            return run(&self.url(), sql).into_iter().next().flatten();
        }
        let found = self.sqlite().query_row(sql, [], |row| row.get::<_, Value>(0)).optional().unwrap();
        match found? {
            Value::Null => None,
            Value::Integer(number) => Some(number.to_string()),
            Value::Real(number) => Some(number.to_string()),
            Value::Text(text) => Some(text),
            Value::Blob(bytes) => Some(data_encoding::HEXLOWER.encode(&bytes)),
        }
    }

    /// The number in the first column of the first row.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        self.text(sql).unwrap_or_default().parse().unwrap_or_else(|_| panic!("no number: {sql}"))
    }

    /// How many rows a table holds.
    pub(crate) fn count(&self, table: &str) -> i64 {
        self.number(&format!("SELECT COUNT(*) FROM {table}"))
    }

    /// Everything the database holds, to be searched for secrets: SQLite's files as they lie on the disk, or each row of
    /// PostgreSQL as text.
    pub(crate) fn everything(&self) -> Vec<u8> {
        if self.schema.is_none() {
            let files = std::fs::read_dir(self.data()).unwrap().map(|entry| entry.unwrap().path());
            let ours = files.filter(|path| path.display().to_string().contains("sqlite3"));
            return ours.flat_map(|path| std::fs::read(path).unwrap()).collect();
        }
        let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()";
        let tables = run(&self.url(), tables).into_iter().flatten();
        let rows = tables.flat_map(|table| run(&self.url(), &format!("SELECT t::text FROM {table} t")));
        rows.flatten().collect::<Vec<_>>().join("\n").into_bytes()
    }

    /// Nobody may have left a transaction open.
    pub(super) fn assert_nothing_open(&self) {
        match &self.schema {
            None if !self.file().exists() => {}
            None => self
                .sqlite()
                .execute_batch("BEGIN IMMEDIATE; ROLLBACK")
                .expect("no transaction was left open"),
            Some((server, name)) => {
                let sql = format!(
                    "SELECT COUNT(*)::text FROM pg_stat_activity WHERE application_name = '{name}' \
                     AND state LIKE 'idle in transaction%'"
                );
                assert_eq!(run(server, &sql), [Some("0".to_owned())], "a transaction was left open");
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.schema {
            run(server, &format!("DROP SCHEMA {name} CASCADE"));
        }
    }
}

fn run(url: &str, sql: &str) -> Vec<Option<String>> {
    try_run(url, sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
}

/// Runs statements on a connection of their own; tells the first column of every row, or why the server refused.
fn try_run(url: &str, sql: &str) -> Result<Vec<Option<String>>, String> {
    let talk = async {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await.expect("the test server");
        let talking = tokio::spawn(connection);
        let answers = client.simple_query(sql).await.map_err(|error| format!("{error:?}"));
        drop(client);
        talking.await.expect("the connection").expect("the connection");
        let rows = answers?.into_iter().filter_map(|answer| match answer {
            SimpleQueryMessage::Row(row) => Some(row.get(0).map(str::to_owned)),
            _ => None,
        });
        Ok(rows.collect())
    };
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    std::thread::scope(|scope| scope.spawn(|| runtime().block_on(talk)).join().expect("the command"))
}
