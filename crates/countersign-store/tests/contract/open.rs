//! The laws of opening and closing: migrations, locks, what a database must not have been through.

use countersign_store::contract::{execute, migrations, query};
use countersign_store::{Database, Job, Store, StoreError};

use crate::db::{names, put};
use crate::support::{Home, on_sqlite};

async fn applied(store: &Store) -> usize {
    let mut db = store.reader().await.expect("a reader");
    query(&mut db, "SELECT number FROM schema_migration", &[]).await.expect("an answer").len()
}

async fn reopened(home: &Home) -> Result<(), StoreError> {
    Store::open(&home.settings).await?.close().await
}

on_both! {
    async fn opening_again_finds_everything_and_migrates_nothing(home) {
        put(&home.store, "a").await.expect("it is free");
        home.store.close().await.expect("it closes");
        let again = Store::open(&home.settings).await.expect("it opens again");
        assert_eq!(names(&again).await, ["a"]);
        assert_eq!(applied(&again).await, migrations());
        again.close().await.expect("it closes");
    }

    async fn a_closed_store_is_unavailable(home) {
        let other = home.store.clone();
        home.store.ping().await.expect("it answers");
        home.store.close().await.expect("it closes");
        home.store.close().await.expect("it closes twice");
        assert!(matches!(put(&other, "a").await, Err(StoreError::Unavailable(_))));
        assert!(matches!(other.ping().await, Err(StoreError::Unavailable(_))));
    }

    async fn a_newer_database_is_left_alone(home) {
        let job: Job<(), u64> = |db, ()| Box::pin(async move {
            execute(db, "INSERT INTO schema_migration (number, name, applied_at, checksum) \
                VALUES (999, 'later', 0, '')", &[]).await
        });
        home.store.write((), job).await.expect("it is noted");
        let error = reopened(home).await.expect_err("it is newer");
        assert!(matches!(&error, StoreError::Schema(text) if text.contains("999")), "{error}");
    }

    async fn an_edited_migration_is_noticed(home) {
        let job: Job<(), u64> = |db, ()| Box::pin(async move {
            execute(db, "UPDATE schema_migration SET checksum = 'another' WHERE number = 1", &[]).await
        });
        home.store.write((), job).await.expect("it is noted");
        let error = reopened(home).await.expect_err("it is another");
        assert!(matches!(&error, StoreError::Schema(text) if text.contains("0001_first")), "{error}");
    }

    async fn many_open_the_same_empty_database_at_once(home) {
        let settings = empty_beside(home);
        let tasks: Vec<_> = (0..6).map(|_| {
            let settings = settings.clone();
            tokio::spawn(async move { Store::open(&settings).await })
        }).collect();
        let mut stores = Vec::new();
        for task in tasks {
            stores.push(task.await.expect("the task").expect("it opens"));
        }
        for (number, store) in stores.iter().enumerate() {
            assert_eq!(applied(store).await, migrations());
            put(store, &number.to_string()).await.expect("each may write");
        }
        for store in stores {
            assert_eq!(names(&store).await.len(), 6);
            store.close().await.expect("it closes");
        }
    }
}

/// Settings for a database nobody has opened: another file, or the same schema emptied.
fn empty_beside(home: &Home) -> countersign_store::StoreSettings {
    let mut settings = home.settings.clone();
    match &mut settings.database {
        Database::Sqlite(path) => path.set_file_name("empty.db"),
        Database::Postgres(_) => {
            let (url, schema) = (crate::support::postgres_url().expect("a server"), home.schema.clone());
            let empty = format!("DROP SCHEMA {schema} CASCADE; CREATE SCHEMA {schema}");
            crate::support::command(&url, &empty);
        }
    }
    settings
}

#[test]
fn sqlite_the_file_is_its_owners_alone_and_durable() {
    on_sqlite(|home| {
        Box::pin(async move {
            let Database::Sqlite(path) = &home.settings.database else { panic!("this is SQLite") };
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let mode = std::fs::metadata(path).expect("the file").permissions().mode();
                assert_eq!(mode & 0o777, 0o600);
            }
            let job: Job<(), Vec<i64>> = |db, ()| {
                Box::pin(async move {
                    let mut found = Vec::new();
                    for (sql, name) in [
                        ("PRAGMA synchronous", "synchronous"),
                        ("PRAGMA foreign_keys", "foreign_keys"),
                        ("PRAGMA busy_timeout", "timeout"),
                        ("PRAGMA wal_autocheckpoint", "wal_autocheckpoint"),
                    ] {
                        found.push(query(db, sql, &[]).await?.first().ok_or(StoreError::Busy)?.int(name)?);
                    }
                    Ok(found)
                })
            };
            assert_eq!(home.store.write((), job).await, Ok(vec![2, 1, 5000, 0]));
            put(&home.store, "a").await.expect("it is free");
            let log = path.with_extension("db-wal");
            assert!(log.exists(), "it writes ahead");
            home.store.close().await.expect("it closes");
            assert!(!log.exists(), "everything is in the file");
        })
    });
}

#[test]
fn sqlite_the_log_is_checkpointed_while_the_store_is_open() {
    on_sqlite(|home| {
        Box::pin(async move {
            let Database::Sqlite(path) = &home.settings.database else { panic!("this is SQLite") };
            let size = || std::fs::metadata(path).expect("the file").len();
            let before = size();
            // More than a thousand pages, after which the checkpointer has something to do.
            let job: Job<String, u64> = |db, name| {
                Box::pin(async move {
                    let text = "x".repeat(5_000_000);
                    execute(db, crate::db::PUT, &[name.into(), text.into()]).await
                })
            };
            home.store.write("large".into(), job).await.expect("it is written");
            let moved = async {
                while size() < before + 4_000_000 {
                    tokio::task::yield_now().await;
                }
            };
            tokio::time::timeout(std::time::Duration::from_secs(10), moved).await.expect("the file grows");
        })
    });
}
