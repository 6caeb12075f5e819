//! What the operator's tools and the worker ask: leases that live, passwords under a key, the database's health.

use std::time::Duration;

use countersign_core::keys::KeyId;
use countersign_core::time::Timestamp;
use countersign_store::{Backend, account, health, lease};

const NOW: Timestamp = Timestamp::from_secs(1_795_296_247);

on_both! {
    /// Only leases of that prefix that still run are listed, and only ended ones are forgotten.
    async fn leases_are_listed_while_they_live(home) {
        let soon = NOW.plus(Duration::from_secs(30));
        for (name, holder, until) in [("replica:a", "k1 k1", soon), ("replica:b", "k2 k1", NOW), ("worker", "a", soon)] {
            let data = (name, holder, until);
            let taken = home.store.write(data, |tx, (name, holder, until)| {
                Box::pin(lease::take(tx, name, holder, NOW, *until))
            });
            assert!(taken.await.unwrap());
        }
        let mut db = home.store.reader().await.unwrap();
        let live = lease::live(&mut db, "replica:", NOW).await.unwrap();
        assert_eq!(live, [("replica:a".to_owned(), "k1 k1".to_owned())]);
        drop(db);
        let gone = home.store.write((), |tx, ()| Box::pin(lease::clear(tx, NOW))).await.unwrap();
        assert_eq!(gone, 1);
        let mut db = home.store.reader().await.unwrap();
        assert_eq!(lease::live(&mut db, "", NOW).await.unwrap().len(), 2);
    }

    /// Nobody's password is under a key that was never used.
    async fn no_password_is_forgotten_that_is_not_under_the_key(home) {
        let job = home.store.write((), |tx, ()| Box::pin(account::forget_passwords(tx, KeyId(9), 10)));
        assert_eq!(job.await.unwrap(), []);
    }

    /// The settings that this program opens its databases with keep what was committed.
    async fn commits_are_durable(home) {
        let health = home.store.write((), |tx, ()| Box::pin(health::ask(tx))).await.unwrap();
        assert!(health.settings.iter().any(|(name, _, _)| name.starts_with("synchronous")), "{health:?}");
        assert_eq!(health.clock.is_some(), home.store.backend() == Backend::Postgres);
        if home.store.backend() == Backend::Sqlite {
            assert!(health.settings.iter().all(|(_, _, safe)| *safe), "{health:?}");
        }
    }
}
