//! `counter`

use countersign_core::id::AccountId;
use countersign_core::limits::{Bucket, Counter, CounterKey, SECOND_STEP_STRANGER};
use countersign_store::contract::{Value, execute};
use countersign_store::{Store, StoreError, counter};

use crate::rows::{DICE, NOW, at_once, commit, later};

fn keys(most: usize) -> Vec<CounterKey> {
    (0..most).map(|_| CounterKey::second_step(AccountId::new(NOW, &DICE), &Bucket::Strangers)).collect()
}

fn failed(times: u32) -> Counter {
    let mut counter = Counter::default();
    for _ in 0..times {
        counter.fail(&SECOND_STEP_STRANGER, NOW);
    }
    counter
}

async fn peek(store: &Store, keys: &[CounterKey]) -> Vec<(CounterKey, Counter)> {
    let mut db = store.reader().await.unwrap();
    let mut found = counter::peek(&mut db, keys).await.unwrap();
    found.sort_by(|(one, _), (other, _)| one.cmp(other));
    found
}

on_both! {
    async fn locking_makes_what_is_missing_and_returns_each_key_once(home) {
        let store = &home.store;
        for most in 0..=9 {
            let mut asked = keys(most);
            if most > 2 {
                asked.push(asked[0].clone());
            }
            for _ in 0..2 {
                let mut locked = commit!(store, |tx, asked| counter::lock(tx, asked).await).unwrap();
                locked.sort_by(|(one, _), (other, _)| one.cmp(other));
                let mut wanted: Vec<_> = asked.iter().map(|key| (key.clone(), Counter::default())).collect();
                wanted.sort_by(|(one, _), (other, _)| one.cmp(other));
                wanted.dedup();
                assert_eq!(locked, wanted, "{most}");
                assert_eq!(peek(store, &asked).await, wanted, "{most}");
            }
        }
    }

    async fn a_look_makes_nothing(home) {
        let store = &home.store;
        let asked = keys(2);
        assert_eq!(peek(store, &asked).await, []);
        let key = asked[1].clone();
        let data = (key.clone(), failed(2));
        commit!(store, |tx, data| counter::save(tx, &data.0, &data.1, later(9)).await).unwrap();
        assert_eq!(peek(store, &asked).await, [(key, failed(2))]);
    }

    async fn what_is_saved_is_found_until_it_is_deleted(home) {
        let store = &home.store;
        let asked = keys(3);
        let rows: Vec<_> =
            asked.iter().zip(1..).map(|(key, times)| (key.clone(), failed(times), later(9))).collect();
        for _ in 0..2 {
            let job = commit!(store, |tx, rows| {
                for (key, counter, expires_at) in rows {
                    counter::save(tx, key, counter, *expires_at).await?;
                }
                Ok(())
            });
            job.unwrap();
        }
        let mut wanted: Vec<_> = rows.into_iter().map(|(key, counter, _)| (key, counter)).collect();
        wanted.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut locked = commit!(store, |tx, asked| counter::lock(tx, asked).await).unwrap();
        locked.sort_by(|(one, _), (other, _)| one.cmp(other));
        assert_eq!(locked, wanted);
        let key = wanted.remove(0).0;
        for there in [true, false] {
            assert_eq!(commit!(store, |tx, key| counter::delete(tx, key).await), Ok(there));
        }
        assert_eq!(peek(store, &asked).await, wanted);
    }

    async fn a_counter_that_makes_no_sense_refuses_and_does_not_start_afresh(home) {
        let store = &home.store;
        let asked = keys(1);
        let key = asked[0].as_str().to_owned();
        commit!(store, |tx, key| {
            let sql = "INSERT INTO counter (key, body, touched, expires_at) VALUES (?1, ?2, 0, 0)";
            execute(tx, sql, &[Value::from(key), Value::from(vec![9])]).await
        })
        .unwrap();
        let corrupt = Err(StoreError::Corrupt("counter.body"));
        assert_eq!(commit!(store, |tx, asked| counter::lock(tx, asked).await), corrupt);
        let mut db = store.reader().await.unwrap();
        assert_eq!(counter::peek(&mut db, &asked).await, corrupt);
    }

    async fn all_2_64_failures_at_once_are_all_counted(home) {
        let store = &home.store;
        let shared = keys(3);
        let counted = at_once(|number| {
            // Named in another order each time: the store takes them in their own.
            let (store, mut asked) = (store.clone(), shared.clone());
            asked.rotate_left(number % 3);
            async move {
                let job = commit!(store, |tx, asked| {
                    for (key, mut counter) in counter::lock(tx, asked).await? {
                        counter.fail(&SECOND_STEP_STRANGER, NOW);
                        counter::save(tx, &key, &counter, later(9)).await?;
                    }
                    Ok(())
                });
                job.unwrap();
            }
        });
        counted.await;
        for (_, counter) in peek(store, &shared).await {
            assert_eq!(counter.in_a_row(), 64);
        }
    }
}
