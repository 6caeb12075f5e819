//! `breaker`

use countersign_core::id::OrganisationId;
use countersign_store::Store;
use countersign_store::breaker::{self, BreakerRow};

use crate::rows::{NOW, at_once, commit, later, wins};

fn row(prefix: &str, seconds: i64) -> BreakerRow {
    BreakerRow {
        prefix: prefix.into(),
        country: "DE".into(),
        reason: "too-few-answers".into(),
        organisation_id: Some(OrganisationId::from_bytes([7; 16])),
        opened_at: later(seconds),
        closed_at: None,
        closed_by: None,
    }
}

/// Opens at this time; one that opened an hour before is closed by itself.
async fn open(store: &Store, prefix: &str, seconds: i64) -> bool {
    let (row, over) = (row(prefix, seconds), later(seconds - 3600));
    commit!(store, |tx, row, over| breaker::open(tx, row, *over).await).unwrap()
}

async fn close(store: &Store, prefix: &'static str, seconds: i64) -> bool {
    let (over, now) = (later(seconds - 3600), later(seconds));
    commit!(store, |tx, prefix, over, now| breaker::close(tx, prefix, "command-line", *over, *now).await)
        .unwrap()
}

on_both! {
    async fn msg_7_of_64_that_open_a_breaker_one_does(home) {
        let store = &home.store;
        for (seconds, count) in [(0, 1), (10, 0), (3599, 0), (3600, 1)] {
            let opened = at_once(|_| {
                let store = store.clone();
                async move { open(&store, "4915123", seconds).await }
            });
            assert_eq!(wins(&opened.await), count, "{seconds}");
        }
        let mut db = store.reader().await.unwrap();
        assert_eq!(breaker::of_prefix(&mut db, "4915123").await, Ok(Some(row("4915123", 3600))));
        assert_eq!(breaker::of_prefix(&mut db, "4915124").await, Ok(None));
    }

    async fn msg_7_an_administrator_closes_it_once_before_its_time(home) {
        let store = &home.store;
        assert!(!close(store, "4915123", 0).await);
        assert!(open(store, "4915123", 0).await && open(store, "4915124", 1).await);
        assert!(!close(store, "4915123", 3600).await, "it is closed by itself");
        assert!(close(store, "4915123", 9).await && !close(store, "4915123", 10).await);
        let closed = BreakerRow {
            closed_at: Some(later(9)),
            closed_by: Some("command-line".into()),
            ..row("4915123", 0)
        };
        let mut db = store.reader().await.unwrap();
        let all = breaker::list(&mut db, later(-1), 9).await.unwrap();
        assert_eq!(all, [row("4915124", 1), closed]);
        assert_eq!(breaker::list(&mut db, NOW, 9).await.unwrap().len(), 1);
        assert_eq!(breaker::list(&mut db, later(-1), 1).await.unwrap().len(), 1);
        drop(db);
        assert!(open(store, "4915123", 11).await, "it opens again");
        let mut db = store.reader().await.unwrap();
        assert_eq!(breaker::of_prefix(&mut db, "4915123").await, Ok(Some(row("4915123", 11))));
    }

    async fn msg_7_that_it_closed_by_itself_is_written_once(home) {
        let store = &home.store;
        assert!(open(store, "4915123", 0).await && open(store, "4915124", 1).await);
        let mut db = store.reader().await.unwrap();
        let over = breaker::over(&mut db, later(0), 9).await.unwrap();
        assert_eq!(over, [row("4915123", 0)]);
        drop(db);
        let closed = at_once(|_| {
            let (store, row) = (store.clone(), over[0].clone());
            async move {
                let at = later(3600);
                commit!(&store, |tx, row, at| breaker::close_over(tx, row, "time", *at).await).unwrap()
            }
        });
        assert_eq!(wins(&closed.await), 1);
        let mut db = store.reader().await.unwrap();
        assert_eq!(breaker::over(&mut db, later(0), 9).await.unwrap(), []);
        let closed = breaker::of_prefix(&mut db, "4915123").await.unwrap().unwrap();
        assert_eq!((closed.closed_at, closed.closed_by.as_deref()), (Some(later(3600)), Some("time")));
        drop(db);
        assert!(open(store, "4915123", 3601).await, "it opens again");
        let late = over[0].clone();
        assert!(!commit!(store, |tx, late| breaker::close_over(tx, late, "time", later(9)).await).unwrap());
    }
}
