//! `spent_nonce`, `lease`, `clock` and `setting`

use countersign_store::{clock, lease, nonce, setting};

use crate::rows::{self, NOW, at_once, commit, later, wins};

on_both! {
    async fn all_1_of_64_uses_of_a_nonce_one_counts(home) {
        let store = &home.store;
        let hash = rows::hash();
        let spent = at_once(|_| {
            let store = store.clone();
            async move { commit!(store, |tx, hash| nonce::spend(tx, hash, NOW).await).unwrap() }
        });
        assert_eq!(wins(&spent.await), 1);
    }

    async fn a_lease_has_one_holder_until_it_ends_or_is_given_back(home) {
        let store = &home.store;
        for (holder, seconds, taken) in
            [("a", 0, true), ("b", 59, false), ("a", 30, true), ("b", 60, false), ("b", 90, true), ("a", 91, false)]
        {
            let data = (holder, later(seconds), later(seconds + 60));
            let done =
                commit!(store, |tx, data| lease::take(tx, "audit-seal", data.0, data.1, data.2).await);
            assert_eq!(done, Ok(taken), "{holder} at {seconds}");
        }
        assert_eq!(commit!(store, |tx| lease::take(tx, "purge", "a", NOW, later(1)).await), Ok(true));
        assert_eq!(commit!(store, |tx| lease::release(tx, "audit-seal", "a").await), Ok(false));
        assert_eq!(commit!(store, |tx| lease::release(tx, "audit-seal", "b").await), Ok(true));
        assert_eq!(commit!(store, |tx| lease::take(tx, "audit-seal", "a", NOW, later(1)).await), Ok(true));
    }

    async fn of_64_who_ask_for_a_lease_one_gets_it(home) {
        let store = &home.store;
        let taken = at_once(|number| {
            let (store, holder) = (store.clone(), number.to_string());
            async move { commit!(store, |tx, holder| lease::take(tx, "purge", holder, NOW, later(60)).await).unwrap() }
        });
        assert_eq!(wins(&taken.await), 1);
    }

    async fn the_clocks_mark_never_falls(home) {
        let store = &home.store;
        let mut db = store.reader().await.unwrap();
        assert_eq!(clock::read(&mut db).await.unwrap(), None);
        drop(db);
        for (seconds, mark) in [(5, 5), (3, 5), (5, 5), (8, 8), (-9, 8)] {
            let now = later(seconds);
            assert_eq!(commit!(store, |tx, now| clock::raise(tx, *now).await), Ok(later(mark)));
        }
        let mut db = store.reader().await.unwrap();
        assert_eq!(clock::read(&mut db).await.unwrap(), Some(later(8)));
    }

    async fn a_setting_is_written_once(home) {
        let store = &home.store;
        assert_eq!(commit!(store, |tx| setting::put_if_absent(tx, "marker", "demo").await), Ok(true));
        assert_eq!(commit!(store, |tx| setting::put_if_absent(tx, "marker", "other").await), Ok(false));
        let mut db = store.reader().await.unwrap();
        assert_eq!(setting::get(&mut db, "marker").await.unwrap(), Some("demo".into()));
        assert_eq!(setting::get(&mut db, "nothing").await.unwrap(), None);
        assert_eq!(commit!(store, |tx| setting::put_if_absent(tx, "mark", "short").await), Ok(true));
        let found = setting::starting_with(&mut db, "marker").await.unwrap();
        assert_eq!(found, [("marker".to_owned(), "demo".to_owned())]);
        assert_eq!(setting::starting_with(&mut db, "mark").await.unwrap().len(), 2);
        assert_eq!(commit!(store, |tx| setting::delete(tx, "marker").await), Ok(true));
        assert_eq!(commit!(store, |tx| setting::delete(tx, "marker").await), Ok(false));
        assert_eq!(setting::get(&mut db, "marker").await.unwrap(), None);
    }
}
