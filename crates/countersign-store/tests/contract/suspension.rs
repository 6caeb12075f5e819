//! `suspension`

use std::time::Duration;

use countersign_store::suspension::Approval;
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

fn decision(approval: Approval) -> suspension::Decision {
    suspension::Decision {
        approval,
        by: "two".into(),
        at: later(60),
        until: later(3660),
        since: NOW.minus(HOUR),
    }
}

const HOUR: Duration = Duration::from_hours(1);

on_both! {
    async fn d_12_one_that_waits_counts_for_nothing_until_somebody_agreed_once(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let mut row = suspension_row(&account);
        row.approval = Approval::Waiting;
        put(store, &row).await;
        let organisation = account.organisation_id;
        let mut db = store.reader().await.unwrap();
        assert_eq!(suspension::active(&mut db, account.id, later(1)).await.unwrap(), None);
        let listed = suspension::waiting(&mut db, organisation, NOW.minus(HOUR), 9).await.unwrap();
        assert_eq!(listed, [row.clone()]);
        assert!(suspension::waiting(&mut db, organisation, NOW, 9).await.unwrap().is_empty(), "too long ago");
        let elsewhere = rows::account(store).await.organisation_id;
        if elsewhere != organisation {
            assert!(suspension::waiting(&mut db, elsewhere, NOW.minus(HOUR), 9).await.unwrap().is_empty());
        }
        drop(db);
        let (id, late) = (row.id, suspension::Decision { since: NOW, ..decision(Approval::Approved) });
        assert_eq!(commit!(store, |tx, id, late| suspension::decide(tx, *id, late).await), Ok(false));
        let word = decision(Approval::Approved);
        for counts in [true, false] {
            assert_eq!(commit!(store, |tx, id, word| suspension::decide(tx, *id, word).await), Ok(counts));
        }
        let mut db = store.reader().await.unwrap();
        let found = suspension::by_id(&mut db, id).await.unwrap().unwrap();
        assert_eq!((found.approval, found.until), (Approval::Approved, later(3660)));
        assert_eq!((found.approved_by.as_deref(), found.approved_at), (Some("two"), Some(later(60))));
        assert_eq!(suspension::active(&mut db, account.id, later(61)).await.unwrap(), Some(found));
        assert!(suspension::waiting(&mut db, organisation, NOW.minus(HOUR), 9).await.unwrap().is_empty());
    }

    async fn app_9_its_own_end_is_told_once_and_never_of_one_that_was_lifted(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let row = suspension_row(&account);
        put(store, &row).await;
        let mut refused = suspension_row(&account);
        refused.approval = Approval::Refused;
        put(store, &refused).await;
        let (id, now) = (row.id, later(3600));
        assert_eq!(commit!(store, |tx, id| suspension::tell_end(tx, *id, later(3599)).await), Ok(false));
        let mut db = store.reader().await.unwrap();
        assert!(suspension::ended(&mut db, later(3599), 9).await.unwrap().is_empty());
        assert_eq!(suspension::ended(&mut db, now, 9).await.unwrap(), [row]);
        drop(db);
        for told in [true, false] {
            assert_eq!(commit!(store, |tx, id, now| suspension::tell_end(tx, *id, *now).await), Ok(told));
        }
        let mut db = store.reader().await.unwrap();
        assert!(suspension::ended(&mut db, now, 9).await.unwrap().is_empty());
    }

    async fn a_new_one_lifts_the_others_and_not_itself(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let (old, new) = (suspension_row(&account), suspension_row(&account));
        put(store, &old).await;
        put(store, &new).await;
        let (owner, keep) = (account.id, new.id);
        let lifted = commit!(store, |tx, owner, keep| {
            suspension::lift_others(tx, *owner, "x", later(5), *keep).await
        });
        assert_eq!(lifted, Ok(1));
        let mut db = store.reader().await.unwrap();
        assert_eq!(suspension::active(&mut db, owner, later(6)).await.unwrap(), Some(new));
    }
}
