//! What only a server can do to a store: end its connections, let transactions meet.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use countersign_store::contract::{execute, query, query_opt};
use countersign_store::{Job, Store, StoreError};
use tokio::sync::Notify;

use crate::db::{PUT, names, put};
use crate::support::{Home, command, on_postgres, postgres_url};

/// Ends every connection of the store, from outside, and waits until they are gone.
fn end_connections(home: &Home) {
    let sql = format!(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = '{}'",
        home.schema
    );
    command(&postgres_url().expect("a server"), &sql);
}

async fn idle_in_transaction(home: &Home) -> i64 {
    let mut db = home.store.reader().await.expect("a reader");
    let sql =
        "SELECT COUNT(*) AS n FROM pg_stat_activity WHERE application_name = ?1 AND state LIKE 'idle in%'";
    let row = query_opt(&mut db, sql, &[home.schema.clone().into()]).await.expect("an answer");
    row.expect("a row").int("n").expect("a number")
}

#[test]
fn postgres_ended_connections_are_replaced() {
    on_postgres(|home| {
        Box::pin(async move {
            put(&home.store, "before").await.expect("it is written");
            // Several connections in the pool, all of them idle and about to die.
            let many = futures_util::future::join_all((0..8).map(|_| home.store.reader())).await;
            drop(many);
            end_connections(home);
            put(&home.store, "after").await.expect("a new connection writes");
            end_connections(home);
            assert_eq!(names(&home.store).await, ["after", "before"]);
            let mut held = home.store.reader().await.expect("a reader");
            end_connections(home);
            let rows = query(&mut held, "SELECT name FROM setting", &[]).await;
            assert_eq!(rows.expect("even a lent reader reads on").len(), 2);
        })
    });
}

#[test]
fn postgres_a_connection_ended_inside_a_transaction_runs_it_again_whole() {
    on_postgres(|home| {
        Box::pin(async move {
            let job: Job<AtomicBool, u64> = |db, ended| {
                Box::pin(async move {
                    execute(db, PUT, &["a".into(), "x".into()]).await?;
                    if !ended.swap(true, Ordering::Relaxed) {
                        query(db, "SELECT 1 AS n WHERE pg_terminate_backend(pg_backend_pid())", &[]).await?;
                    }
                    execute(db, PUT, &["b".into(), "x".into()]).await
                })
            };
            assert_eq!(home.store.write(AtomicBool::new(false), job).await, Ok(1));
            assert_eq!(names(&home.store).await, ["a", "b"]);
        })
    });
}

#[test]
fn postgres_a_reader_sees_what_is_committed_and_no_more() {
    on_postgres(|home| {
        Box::pin(async move {
            let signals = Arc::new((Notify::new(), Notify::new()));
            let job: Job<Arc<(Notify, Notify)>, ()> = |db, signals| {
                Box::pin(async move {
                    execute(db, PUT, &["a".into(), "x".into()]).await?;
                    signals.0.notify_one();
                    signals.1.notified().await;
                    Ok(())
                })
            };
            let store = home.store.clone();
            let shared = Arc::clone(&signals);
            let write = tokio::spawn(async move { store.write(shared, job).await });
            signals.0.notified().await;
            assert_eq!(names(&home.store).await, [""; 0]);
            signals.1.notify_one();
            write.await.expect("the task").expect("it commits");
            assert_eq!(names(&home.store).await, ["a"]);
        })
    });
}

/// Updates two rows in the order given, with a pause between that lets another transaction take the second.
fn crossing(order: [&'static str; 2]) -> ([&'static str; 2], Job<[&'static str; 2], u64>) {
    (order, |db, order| {
        Box::pin(async move {
            let update = "UPDATE setting SET value = value || 'x' WHERE name = ?1";
            execute(db, update, &[order[0].into()]).await?;
            query(db, "SELECT 1 AS n FROM pg_sleep(0.2)", &[]).await?;
            execute(db, update, &[order[1].into()]).await
        })
    })
}

async fn cross(store: &Store, order: [&'static str; 2]) -> Result<u64, StoreError> {
    let (order, job) = crossing(order);
    store.write(order, job).await
}

#[test]
fn postgres_transactions_that_block_each_other_both_succeed() {
    on_postgres(|home| {
        Box::pin(async move {
            put(&home.store, "a").await.expect("it is free");
            put(&home.store, "b").await.expect("it is free");
            let (one, two) = tokio::join!(cross(&home.store, ["a", "b"]), cross(&home.store, ["b", "a"]));
            assert_eq!((one, two), (Ok(1), Ok(1)));
            let mut db = home.store.reader().await.expect("a reader");
            let rows = query(&mut db, "SELECT value FROM setting", &[]).await.expect("an answer");
            assert!(rows.iter().all(|row| row.text("value") == Ok("herexx".into())));
        })
    });
}

#[test]
fn postgres_no_transaction_stays_open() {
    on_postgres(|home| {
        Box::pin(async move {
            let panics: Job<(), ()> = |db, ()| {
                Box::pin(async move {
                    execute(db, PUT, &["a".into(), "x".into()]).await?;
                    panic!("this job panics on purpose")
                })
            };
            let fails: Job<(), ()> = |db, ()| {
                Box::pin(async move {
                    execute(db, PUT, &["a".into(), "x".into()]).await?;
                    Err(StoreError::Corrupt("on purpose"))
                })
            };
            assert!(home.store.write((), panics).await.is_err());
            assert!(home.store.write((), fails).await.is_err());
            let mut gone = Box::pin(put(&home.store, "gone"));
            assert!(futures_util::poll!(&mut gone).is_pending());
            drop(gone);
            while names(&home.store).await != ["gone"] || idle_in_transaction(home).await > 0 {
                tokio::task::yield_now().await;
            }
        })
    });
}

#[test]
fn postgres_connections_are_set_to_keep_what_is_committed() {
    on_postgres(|home| {
        Box::pin(async move {
            let mut db = home.store.reader().await.expect("a reader");
            for (name, value) in
                [("synchronous_commit", "on"), ("statement_timeout", "10s"), ("lock_timeout", "5s")]
            {
                let row = query_opt(&mut db, "SELECT current_setting(?1) AS v", &[name.into()]).await;
                assert_eq!(row.expect("an answer").expect("a row").text("v"), Ok(value.to_owned()), "{name}");
            }
        })
    });
}

#[test]
fn postgres_a_server_that_is_not_there_is_unavailable() {
    on_postgres(|home| {
        Box::pin(async move {
            let mut settings = home.settings.clone();
            settings.database =
                countersign_store::Database::Postgres("postgres://nobody@127.0.0.1:1/none".into());
            let Err(error) = Store::open(&settings).await else { panic!("nothing listens there") };
            assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
        })
    });
}
