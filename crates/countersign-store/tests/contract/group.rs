//! The laws of many transactions at once, and of the group that shares a commit on SQLite.

use std::sync::{Arc, Barrier};
use std::time::Duration;

use countersign_store::contract::{execute, query_opt};
use countersign_store::{Database, Job, Store, StoreError};

use crate::db::{PUT, names, put};
use crate::support::{Home, on_sqlite};

/// Runs 64 jobs at once, with the numbers from 0.
async fn all<T: Send + 'static>(store: &Store, job: Job<i64, T>) -> Vec<Result<T, StoreError>> {
    let tasks: Vec<_> = (0..64)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { store.write(number, job).await })
        })
        .collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.expect("the task"));
    }
    results
}

on_both! {
    async fn writes_at_once_all_commit(home) {
        let results = all(&home.store, |db, number| Box::pin(async move {
            execute(db, PUT, &[format!("{number}").into(), "x".into()]).await
        })).await;
        assert_eq!(results, vec![Ok(1); 64]);
        assert_eq!(names(&home.store).await.len(), 64);
    }

    async fn a_failing_job_loses_nothing_of_the_others(home) {
        put(&home.store, "taken").await.expect("it is free");
        let results = all(&home.store, |db, number| Box::pin(async move {
            execute(db, PUT, &[format!("{number}").into(), "x".into()]).await?;
            if number % 4 == 0 { execute(db, PUT, &["taken".into(), "x".into()]).await } else { Ok(1) }
        })).await;
        let failed = results.iter().filter(|r| **r == Err(StoreError::Unique("setting.name".into()))).count();
        assert_eq!((failed, results.iter().filter(|r| r.is_ok()).count()), (16, 48));
        assert_eq!(names(&home.store).await.len(), 49);
    }

    async fn a_panic_hurts_nobody_else(home) {
        let results = all(&home.store, |db, number| Box::pin(async move {
            let done = execute(db, PUT, &[format!("{number}").into(), "x".into()]).await;
            assert!(number % 16 != 3, "this job panics on purpose");
            done
        })).await;
        let failed = results.iter().filter(|r| **r == Err(StoreError::Unavailable("a job panicked".into()))).count();
        assert_eq!((failed, results.iter().filter(|r| r.is_ok()).count()), (4, 60));
        assert_eq!(names(&home.store).await.len(), 60);
        put(&home.store, "later").await.expect("it goes on");
    }

    async fn a_conditional_update_succeeds_once(home) {
        put(&home.store, "spent").await.expect("it is free");
        let spend: Job<i64, u64> = |db, number| Box::pin(async move {
            execute(db, "UPDATE setting SET value = ?1 WHERE name = 'spent' AND value = 'here'",
                &[format!("by {number}").into()]).await
        });
        let results = all(&home.store, spend).await;
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        assert_eq!(results.into_iter().flatten().sum::<u64>(), 1);
    }

    async fn two_stores_spend_once_between_them(home) {
        let other = Store::open(&home.settings).await.expect("a second store");
        put(&home.store, "spent").await.expect("it is free");
        let spend: Job<i64, u64> = |db, number| Box::pin(async move {
            execute(db, "UPDATE setting SET value = ?1 WHERE name = 'spent' AND value = 'here'",
                &[format!("by {number}").into()]).await
        });
        let (here, there) = tokio::join!(all(&home.store, spend), all(&other, spend));
        let results: Vec<_> = here.into_iter().chain(there).collect();
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        assert_eq!(results.into_iter().flatten().sum::<u64>(), 1);
        other.close().await.expect("it closes");
    }

    async fn a_counter_counts_every_write(home) {
        let count: Job<i64, i64> = |db, _| Box::pin(async move {
            let raise = "INSERT INTO clock (id, high_water) VALUES (1, 1) ON CONFLICT (id) DO UPDATE \
                SET high_water = clock.high_water + 1 RETURNING high_water";
            query_opt(db, raise, &[]).await?.ok_or(StoreError::Corrupt("clock"))?.int("high_water")
        });
        let mut seen: Vec<_> = all(&home.store, count).await.into_iter().map(|r| r.expect("a number")).collect();
        seen.sort_unstable();
        assert_eq!(seen, (1..=64).collect::<Vec<_>>());
    }

    async fn a_caller_that_goes_away_is_served_all_the_same(home) {
        let mut write = Box::pin(put(&home.store, "gone"));
        let waiting = futures_util::poll!(&mut write).is_pending();
        assert!(waiting, "nothing commits at once");
        drop(write);
        let found = async {
            while names(&home.store).await != ["gone"] {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), found).await.expect("it is committed");
    }

    async fn without_grouping_all_is_the_same(home) {
        let mut settings = home.settings.clone();
        settings.grouping = false;
        let store = Store::open(&settings).await.expect("it opens");
        let results = all(&store, |db, number| Box::pin(async move {
            execute(db, PUT, &[format!("{}", number % 32).into(), "x".into()]).await
        })).await;
        assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 32);
        store.close().await.expect("it closes");
    }
}

/// Makes a first job hold the writer until 8 others wait for it, so that those share one group. The fifth is `bad`.
async fn in_one_group(home: &Home, bad: Job<i64, u64>) -> Vec<Result<u64, StoreError>> {
    let gates = Arc::new([Barrier::new(2), Barrier::new(2)]);
    let hold: Job<Arc<[Barrier; 2]>, ()> = |_, gates| {
        Box::pin(async move {
            for gate in gates.iter() {
                gate.wait();
            }
            Ok(())
        })
    };
    let (store, shared) = (home.store.clone(), Arc::clone(&gates));
    let first = tokio::spawn(async move { store.write(shared, hold).await });
    let shared = Arc::clone(&gates);
    tokio::task::spawn_blocking(move || shared[0].wait()).await.expect("the first job runs");
    let mut writes = Vec::new();
    for number in 0..8 {
        let job: Job<i64, u64> = if number == 4 {
            bad
        } else {
            |db, number| {
                Box::pin(async move { execute(db, PUT, &[format!("{number}").into(), "x".into()]).await })
            }
        };
        let mut write = Box::pin(home.store.write(number, job));
        // Polled once, it stands in the queue.
        assert!(futures_util::poll!(&mut write).is_pending());
        writes.push(write);
    }
    gates[1].wait();
    first.await.expect("the first job").expect("it is well");
    futures_util::future::join_all(writes).await
}

#[test]
fn sqlite_a_commit_that_fails_fails_the_whole_group() {
    on_sqlite(|home| {
        Box::pin(async move {
            // A foreign key that is only checked at the commit.
            let results = in_one_group(home, |db, _| {
                Box::pin(async move {
                    execute(db, "PRAGMA defer_foreign_keys = ON", &[]).await?;
                    let orphan =
                        "INSERT INTO audit_seal_entry (audit_id, number, position) VALUES (x'01', 9, 0)";
                    execute(db, orphan, &[]).await
                })
            })
            .await;
            assert!(results.iter().all(|r| matches!(r, Err(StoreError::Unavailable(_)))), "{results:?}");
            assert_eq!(names(&home.store).await, [""; 0]);
            put(&home.store, "later").await.expect("it goes on");
        })
    });
}

#[test]
fn sqlite_a_fault_that_ends_the_transaction_fails_the_whole_group() {
    on_sqlite(|home| {
        Box::pin(async move {
            let results = in_one_group(home, |db, _| {
                Box::pin(async move {
                    query_opt(db, "PRAGMA max_page_count = 100", &[]).await?;
                    execute(db, "UPDATE setting SET value = CAST(zeroblob(4000000) AS TEXT)", &[]).await
                })
            })
            .await;
            let undone: Job<(), ()> = |db, ()| {
                Box::pin(
                    async move { query_opt(db, "PRAGMA max_page_count = 4000000000", &[]).await.map(drop) },
                )
            };
            home.store.write((), undone).await.expect("there is room again");
            assert!(matches!(results.get(4), Some(Err(StoreError::Unavailable(_)))), "{results:?}");
            let kept = names(&home.store).await.len();
            let told = results.iter().filter(|r| r.is_ok()).count();
            assert_eq!(kept, told, "what was told is what is there");
            put(&home.store, "later").await.expect("it goes on");
        })
    });
}

#[test]
fn sqlite_a_job_that_waits_for_something_else_fails_clearly() {
    on_sqlite(|home| {
        Box::pin(async move {
            let job: Job<(), ()> = |db, ()| {
                Box::pin(async move {
                    execute(db, PUT, &["a".into(), "x".into()]).await?;
                    std::future::pending().await
                })
            };
            let told = home.store.write((), job).await;
            assert_eq!(
                told,
                Err(StoreError::Unavailable("a job waited for more than its transaction".into()))
            );
            assert_eq!(names(&home.store).await, [""; 0]);
        })
    });
}

#[test]
fn sqlite_another_process_that_writes_is_waited_for() {
    on_sqlite(|home| {
        Box::pin(async move {
            let Database::Sqlite(path) = &home.settings.database else { panic!("this is SQLite") };
            let other = rusqlite::Connection::open(path).expect("a connection");
            other
                .execute_batch("BEGIN IMMEDIATE; INSERT INTO setting VALUES ('theirs', '')")
                .expect("the lock");
            let mut ours = Box::pin(put(&home.store, "ours"));
            assert!(futures_util::poll!(&mut ours).is_pending());
            assert_eq!(names(&home.store).await, [""; 0]);
            other.execute_batch("COMMIT").expect("the commit");
            assert_eq!(ours.await, Ok(1));
            assert_eq!(names(&home.store).await, ["ours", "theirs"]);
        })
    });
}
