//! `suspension`

use countersign_store::{Store, suspension};

use crate::rows::{self, NOW, commit, later, suspension_row};

async fn put(store: &Store, row: &suspension::SuspensionRow) {
    commit!(store, |tx, row| suspension::create(tx, row).await).unwrap();
}

on_both! {
    async fn app_9_a_suspension_ends_by_itself_at_its_hour(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let other = rows::account(store).await.id;
        let row = suspension_row(&account);
        put(store, &row).await;
        let mut db = store.reader().await.unwrap();
        assert_eq!(suspension::active(&mut db, account.id, NOW).await.unwrap(), Some(row.clone()));
        assert_eq!(suspension::active(&mut db, account.id, later(3599)).await.unwrap(), Some(row));
        assert_eq!(suspension::active(&mut db, account.id, later(3600)).await.unwrap(), None);
        assert_eq!(suspension::active(&mut db, other, NOW).await.unwrap(), None);
    }

    async fn app_9_a_suspension_is_lifted_by_hand_once(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let mut row = suspension_row(&account);
        put(store, &row).await;
        let id = account.id;
        for lifted in [1, 0] {
            let done = commit!(store, |tx, id| suspension::lift(tx, *id, "support", later(9)).await);
            assert_eq!(done, Ok(lifted));
        }
        (row.lifted_at, row.lifted_by) = (Some(later(9)), Some("support".into()));
        row.end_told_at = row.lifted_at;
        let mut db = store.reader().await.unwrap();
        assert_eq!(suspension::active(&mut db, id, later(9)).await.unwrap(), None);
        assert_eq!(suspension::list(&mut db, id, 9).await.unwrap(), [row]);
    }

    async fn the_latest_suspension_that_runs_counts(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let mut long = suspension_row(&account);
        long.until = later(9000);
        let mut short = suspension_row(&account);
        short.created_at = later(10);
        put(store, &long).await;
        put(store, &short).await;
        let mut db = store.reader().await.unwrap();
        assert_eq!(suspension::active(&mut db, account.id, later(20)).await.unwrap(), Some(short.clone()));
        assert_eq!(suspension::active(&mut db, account.id, later(4000)).await.unwrap(), Some(long.clone()));
        assert_eq!(suspension::list(&mut db, account.id, 9).await.unwrap(), [short.clone(), long]);
        assert_eq!(suspension::list(&mut db, account.id, 1).await.unwrap(), [short]);
        drop(db);
        let id = account.id;
        assert_eq!(commit!(store, |tx, id| suspension::lift(tx, *id, "x", later(20)).await), Ok(2));
    }
}
