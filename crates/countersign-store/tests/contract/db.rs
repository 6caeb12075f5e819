//! The laws of one connection and one transaction.

use countersign_store::contract::{Row, Value, execute, execute_all, query, query_all, query_opt};
use countersign_store::{Db, Job, Store, StoreError};

use crate::support::on_sqlite;

pub(crate) const PUT: &str = "INSERT INTO setting (name, value) VALUES (?1, ?2)";
const GET: &str = "SELECT value FROM setting WHERE name = ?1";
const NAMES: &str = "SELECT name FROM setting ORDER BY name";

/// Puts a setting of this name in a transaction of its own.
pub(crate) async fn put(store: &Store, name: &str) -> Result<u64, StoreError> {
    store
        .write(name.to_owned(), |db, name| {
            Box::pin(async move { execute(db, PUT, &[name.into(), "here".into()]).await })
        })
        .await
}

/// The names of all settings.
pub(crate) async fn names(store: &Store) -> Vec<String> {
    let mut db = store.reader().await.expect("a reader");
    let rows = query(&mut db, NAMES, &[]).await.expect("an answer");
    rows.iter().map(|row| row.text("name").expect("a name")).collect()
}

on_both! {
    async fn what_is_written_is_read(home) {
        assert_eq!(put(&home.store, "a").await, Ok(1));
        let mut db = home.store.reader().await.expect("a reader");
        let row = query_opt(&mut db, GET, &["a".into()]).await.expect("an answer").expect("a row");
        assert_eq!(row.text("value"), Ok("here".to_owned()));
        assert_eq!(row.int("value"), Err(StoreError::Corrupt("value")));
        assert_eq!(row.text("colour"), Err(StoreError::Corrupt("colour")));
        assert!(query_opt(&mut db, GET, &["b".into()]).await.expect("an answer").is_none());
    }

    async fn every_kind_of_value_comes_back(home) {
        const LIMITS: &str = "INSERT INTO counter (key, body, touched, expires_at) VALUES (?1, ?2, ?3, ?4)";
        let job: Job<(), u64> = |db, ()| Box::pin(async move {
            let values = ["käse 🔑".into(), vec![0, 255, 39].into(), i64::MAX.into(), i64::MIN.into()];
            execute(db, LIMITS, &values).await?;
            let nothing: Option<&str> = None;
            execute(db, "INSERT INTO organisation (id, name, slug, created_at) VALUES (?1, 'n', 's', 0)",
                &[[7; 16].into()]).await?;
            execute(db, "INSERT INTO account (id, organisation_id, email, email_key, display_name, language, role, \
                state, password_version, factor_version, created_at) \
                VALUES (?1, ?1, 'e', 'e', 'd', ?2, 'member', 'active', 1, 1, 0)",
                &[[7; 16].into(), nothing.into()]).await
        });
        home.store.write((), job).await.expect("it is written");
        let mut db = home.store.reader().await.expect("a reader");
        let row = only(&mut db, "SELECT key, body, touched, expires_at FROM counter").await;
        assert_eq!(row.text("key"), Ok("käse 🔑".to_owned()));
        assert_eq!(row.blob("body"), Ok(vec![0, 255, 39]));
        assert_eq!((row.int("touched"), row.int("expires_at")), (Ok(i64::MAX), Ok(i64::MIN)));
        let row = only(&mut db, "SELECT language, pepper_key, id FROM account").await;
        assert_eq!((row.text_opt("language"), row.int_opt("pepper_key")), (Ok(None), Ok(None)));
        assert_eq!(row.text("language"), Err(StoreError::Corrupt("language")));
        assert_eq!(row.blob("id"), Ok(vec![7; 16]));
    }

    async fn statements_sent_together_answer_in_order(home) {
        let job: Job<(), Vec<u64>> = |db, ()| Box::pin(async move {
            let mut all: Vec<(&'static str, Vec<Value>)> =
                (0..40).map(|n| (PUT, vec![format!("{n:02}").into(), "x".into()])).collect();
            all.push(("DELETE FROM setting WHERE name < ?1", vec!["05".into()]));
            all.push(("UPDATE setting SET value = 'y' WHERE name = ?1", vec!["none".into()]));
            execute_all(db, &all).await
        });
        let counts = home.store.write((), job).await.expect("it is written");
        assert_eq!(counts, [vec![1; 40], vec![5, 0]].concat());
        assert_eq!(names(&home.store).await.len(), 35);
        let mut db = home.store.reader().await.expect("a reader");
        let asked: Vec<_> = ["39", "04", "10"].map(|name| (GET, vec![name.into()])).into();
        let answers = query_all(&mut db, &asked).await.expect("the answers");
        assert_eq!(answers.iter().map(Vec::len).collect::<Vec<_>>(), [1, 0, 1]);
    }

    async fn an_error_rolls_everything_back_and_names_the_constraint(home) {
        put(&home.store, "taken").await.expect("it is free");
        let job: Job<(), u64> = |db, ()| Box::pin(async move {
            execute(db, PUT, &["new".into(), "x".into()]).await?;
            execute(db, PUT, &["taken".into(), "x".into()]).await
        });
        assert_eq!(home.store.write((), job).await, Err(StoreError::Unique("setting.name".into())));
        assert_eq!(names(&home.store).await, ["taken"]);
    }

    async fn an_error_that_the_job_swallows_rolls_back_all_the_same(home) {
        let job: Job<(), &'static str> = |db, ()| Box::pin(async move {
            execute(db, PUT, &["a".into(), "x".into()]).await?;
            drop(execute(db, PUT, &["a".into(), "x".into()]).await);
            // The transaction is over on both databases.
            assert!(execute(db, PUT, &["b".into(), "x".into()]).await.is_err());
            Ok("all is well")
        });
        assert_eq!(home.store.write((), job).await, Err(StoreError::Unique("setting.name".into())));
        assert_eq!(names(&home.store).await, [""; 0]);
        put(&home.store, "later").await.expect("the next transaction knows nothing of it");
    }

    async fn a_job_that_refuses_by_itself_leaves_nothing(home) {
        let job: Job<(), u64> = |db, ()| Box::pin(async move {
            execute(db, PUT, &["a".into(), "x".into()]).await?;
            Err(StoreError::Corrupt("the job's own"))
        });
        assert_eq!(home.store.write((), job).await, Err(StoreError::Corrupt("the job's own")));
        assert_eq!(names(&home.store).await, [""; 0]);
    }

    async fn a_unique_constraint_of_two_columns_has_one_name(home) {
        let job: Job<(), u64> = |db, ()| Box::pin(async move {
            let id = || Value::from([1; 16]);
            execute(db, "INSERT INTO organisation (id, name, slug, created_at) VALUES (?1, 'n', 's', 0)", &[id()])
                .await?;
            let version = "INSERT INTO policy (organisation_id, version, body, changed_at, changed_by, reason) \
                VALUES (?1, 1, '', 0, '', '')";
            execute(db, version, &[id()]).await?;
            execute(db, version, &[id()]).await
        });
        assert_eq!(home.store.write((), job).await, Err(StoreError::Unique("policy.organisation_id,version".into())));
    }

    async fn each_rule_of_the_schema_refuses_in_the_same_words(home) {
        let refused = |sql: &'static str| async move {
            let job: Job<&'static str, u64> = |db, sql| Box::pin(async move { execute(db, sql, &[]).await });
            home.store.write(sql, job).await
        };
        let job: Job<(), u64> = |db, ()| Box::pin(async move {
            execute(db, "INSERT INTO audit_seal (number, rows, previous, digest, sealed_at) VALUES (1, 0, ?1, ?1, 0)",
                &[[1; 32].into()]).await
        });
        assert_eq!(home.store.write((), job).await, Ok(1));
        assert_eq!(refused("INSERT INTO audit_seal_entry (audit_id, number, position) SELECT previous, 9, 0 FROM audit_seal").await,
            Err(StoreError::Refused("foreign key")));
        assert_eq!(refused("INSERT INTO clock (id, high_water) VALUES (2, 0)").await,
            Err(StoreError::Refused("check")));
        assert_eq!(refused("INSERT INTO setting (name, value) VALUES ('a', NULL)").await,
            Err(StoreError::Refused("not null")));
        assert_eq!(refused("UPDATE audit_seal SET rows = 7").await, Err(StoreError::Refused("append-only")));
    }

    async fn no_error_tells_a_value(home) {
        put(&home.store, "hunter2").await.expect("it is free");
        let unique = put(&home.store, "hunter2").await.expect_err("it is taken");
        let job: Job<(), u64> = |db, ()| Box::pin(async move {
            execute(db, "UPDATE clock SET id = ?1", &["hunter2".into()]).await?;
            execute(db, "INSERT INTO clock (id, high_water) VALUES (?1, 0)", &["hunter2".into()]).await
        });
        let kind = home.store.write((), job).await.expect_err("it is no number");
        for error in [unique, kind] {
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        }
    }

    async fn a_reader_may_not_write(home) {
        let mut db = home.store.reader().await.expect("a reader");
        assert!(execute(&mut db, PUT, &["a".into(), "x".into()]).await.is_err());
        // And an error leaves it as good as before.
        assert!(query(&mut db, NAMES, &[]).await.expect("an answer").is_empty());
    }

    async fn a_statement_with_more_rows_than_one_is_a_mistake(home) {
        put(&home.store, "a").await.expect("it is free");
        put(&home.store, "b").await.expect("it is free");
        let mut db = home.store.reader().await.expect("a reader");
        assert_eq!(query_opt(&mut db, NAMES, &[]).await.err(), Some(StoreError::Corrupt("more than one row")));
    }
}

async fn only(db: &mut Db, sql: &'static str) -> Row {
    query_opt(db, sql, &[]).await.expect("an answer").expect("a row")
}

#[test]
fn sqlite_a_reader_sees_what_is_committed_and_no_more() {
    on_sqlite(|home| {
        Box::pin(async move {
            let job: Job<Store, usize> = |db, store| {
                Box::pin(async move {
                    execute(db, PUT, &["a".into(), "x".into()]).await?;
                    assert_eq!(query(db, NAMES, &[]).await?.len(), 1);
                    // The job runs on the writer's thread, outside any runtime; a reader is free at once.
                    Ok(tokio::runtime::Builder::new_current_thread()
                        .enable_all()
                        .build()
                        .expect("a runtime")
                        .block_on(names(store))
                        .len())
                })
            };
            assert_eq!(home.store.write(home.store.clone(), job).await, Ok(0));
            assert_eq!(names(&home.store).await, ["a"]);
        })
    });
}
