//! `courier_state`

use countersign_store::courier::{self, CourierState};

use crate::rows::{NOW, commit, later};

on_both! {
    async fn a_courier_is_known_by_its_last_success_and_its_last_failure(home) {
        let store = &home.store;
        let state = async |name| {
            let mut db = store.reader().await.unwrap();
            courier::state(&mut db, name).await.unwrap()
        };
        assert_eq!(state("smtp").await, None);
        commit!(store, |tx| courier::worked(tx, "smtp", NOW).await).unwrap();
        assert_eq!(state("smtp").await, Some(CourierState { ok_at: Some(NOW), ..CourierState::default() }));
        for (second, error) in [(1, "no route"), (2, "timed out")] {
            let data = (later(second), error);
            commit!(store, |tx, data| courier::failed(tx, "smtp", data.0, data.1).await).unwrap();
        }
        let failing = CourierState {
            ok_at: Some(NOW),
            failed_at: Some(later(2)),
            error: Some("timed out".into()),
        };
        assert_eq!(state("smtp").await, Some(failing.clone()));
        commit!(store, |tx| courier::worked(tx, "smtp", later(3)).await).unwrap();
        assert_eq!(state("smtp").await, Some(CourierState { ok_at: Some(later(3)), ..failing }));
        commit!(store, |tx| courier::failed(tx, "second", later(4), "refused").await).unwrap();
        let new = CourierState { ok_at: None, failed_at: Some(later(4)), error: Some("refused".into()) };
        assert_eq!(state("second").await, Some(new));
        let mut db = store.reader().await.unwrap();
        let all = courier::states(&mut db).await.unwrap();
        assert_eq!(all.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["second", "smtp"]);
    }
}
