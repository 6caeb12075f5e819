//! `dispatch`: sending, and what became of it

use std::collections::BTreeSet;

use countersign_core::id::DispatchId;
use countersign_store::contract::{Value, execute};
use countersign_store::dispatch::{self, Channel, DispatchState, End, NewDispatch};
use countersign_store::{Store, StoreError};

use crate::dispatch::{claim, end, has_body, post, read};
use crate::rows::{self, at_once, commit, later, new_dispatch, ring};

async fn posted(store: &Store, channel: Channel) -> DispatchId {
    let new = new_dispatch(&rows::account(store).await, channel);
    post(store, &new).await;
    new.id
}

async fn due(store: &Store, channel: Channel, seconds: i64) -> bool {
    let mut db = store.reader().await.unwrap();
    dispatch::due(&mut db, channel, later(seconds)).await.unwrap()
}

async fn retry(store: &Store, id: DispatchId, seconds: i64) -> bool {
    let at = later(seconds);
    commit!(store, |tx, id, at| dispatch::retry(tx, *id, *at, "not handed over").await).unwrap()
}

async fn ringing(store: &Store, id: DispatchId, seconds: i64) -> bool {
    let now = later(seconds);
    commit!(store, |tx, id, now| dispatch::ringing(tx, *id, *now).await).unwrap()
}

async fn lose(store: &Store, seconds: i64) -> Vec<DispatchId> {
    let now = later(seconds);
    let rows = commit!(store, |tx, now| dispatch::lose(tx, *now, 9).await).unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

async fn expire(store: &Store, seconds: i64) -> Vec<DispatchId> {
    let now = later(seconds);
    let rows = commit!(store, |tx, now| dispatch::expire(tx, *now, 9).await).unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

async fn receipt(store: &Store, route: &'static str, names: &[&'static str], state: DispatchState) -> bool {
    let data = (route, names.to_vec(), state);
    commit!(store, |tx, data| {
        dispatch::receipt(tx, data.0, &data.1, (data.2, "receipt"), later(50)).await
    })
    .unwrap()
}

on_both! {
    async fn msg_7_a_call_and_an_sms_are_claimed_once_and_never_again(home) {
        let store = &home.store;
        for channel in [Channel::Sms, Channel::Call] {
            assert!(!due(store, channel, 0).await);
            let id = posted(store, channel).await;
            assert!(!due(store, channel, -1).await && claim(store, channel, -1).await.is_empty());
            assert!(due(store, channel, 0).await && !due(store, Channel::Telegram, 0).await);
            assert!(claim(store, Channel::Telegram, 0).await.is_empty());
            let claimed = claim(store, channel, 0).await;
            assert_eq!((claimed.len(), claimed[0].row.id), (1, id));
            assert_eq!(claimed[0].row.state, DispatchState::Attempted);
            assert!(claimed[0].body.as_ref().is_ok_and(|body| body.as_slice() == b"to whom and what"));
            for seconds in [0, 61, 119] {
                assert!(!due(store, channel, seconds).await && claim(store, channel, seconds).await.is_empty());
            }
            assert_eq!(expire(store, 999).await, [], "it was begun");
            assert_eq!(lose(store, 59).await, [], "its sender may still come back");
            assert_eq!(lose(store, 60).await, [id]);
            let row = read(store, id).await;
            assert_eq!((row.state, row.outcome.as_deref()), (DispatchState::Unknown, Some("lost")));
            assert!(row.ended_at == Some(later(60)) && !has_body(store, id).await);
            assert!(!end(store, id, DispatchState::Sent, 61).await && !retry(store, id, 61).await);
        }
    }

    async fn a_telegram_message_is_claimed_again_when_its_claim_is_over(home) {
        let store = &home.store;
        let id = posted(store, Channel::Telegram).await;
        assert_eq!(claim(store, Channel::Telegram, 0).await.len(), 1);
        assert!(claim(store, Channel::Telegram, 59).await.is_empty());
        let again = claim(store, Channel::Telegram, 60).await;
        assert_eq!((again.len(), again[0].row.state), (1, DispatchState::Waiting));
        assert_eq!(lose(store, 999).await, []);
        assert!(end(store, id, DispatchState::Sent, 61).await);
        assert!(claim(store, Channel::Telegram, 119).await.is_empty());
    }

    async fn all_1_of_64_claimers_each_dispatch_has_one(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        for channel in [Channel::Sms, Channel::Call, Channel::Telegram] {
            let mut written = BTreeSet::new();
            for _ in 0..20 {
                let new = new_dispatch(&account, channel);
                written.insert(new.id);
                post(store, &new).await;
            }
            let claimed = at_once(|_| {
                let (store, data) = (store.clone(), (channel, later(0), later(60)));
                async move {
                    let mine = commit!(store, |tx, data| {
                        dispatch::claim(tx, &ring(1), data.0, data.1, data.2, 3).await
                    })
                    .unwrap();
                    assert!(mine.len() <= 3);
                    mine.into_iter().map(|claimed| claimed.row.id).collect::<Vec<_>>()
                }
            });
            let mut claimed = claimed.await.concat();
            // Claimers that met may have left some over; none was given twice.
            claimed.extend(claim(store, channel, 0).await.into_iter().map(|claimed| claimed.row.id));
            assert_eq!(claimed.len(), 20);
            assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>(), written);
        }
    }

    async fn what_a_challenge_waits_for_goes_first(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let mut ids = Vec::new();
        for (waited_for, second) in [(false, 1), (true, 3), (true, 2)] {
            let mut new = NewDispatch { send_at: later(second), ..new_dispatch(&account, Channel::Telegram) };
            if !waited_for {
                new.challenge_id = None;
            }
            ids.push(new.id);
            post(store, &new).await;
        }
        let order: Vec<_> = claim(store, Channel::Telegram, 5).await.into_iter().map(|c| c.row.id).collect();
        assert_eq!(order, [ids[2], ids[1], ids[0]]);
    }

    async fn msg_6_a_call_rings_and_ends(home) {
        let store = &home.store;
        let id = posted(store, Channel::Call).await;
        assert!(!ringing(store, id, 0).await && !end(store, id, DispatchState::Failed, 0).await, "nobody began it");
        claim(store, Channel::Call, 0).await;
        assert!(ringing(store, id, 1).await && !ringing(store, id, 2).await);
        assert!(!retry(store, id, 9).await, "it rings");
        let row = read(store, id).await;
        assert_eq!((row.state, row.rang_at), (DispatchState::Ringing, Some(later(1))));
        assert!(has_body(store, id).await);
        assert!(end(store, id, DispatchState::Delivered, 5).await);
        assert!(!end(store, id, DispatchState::Failed, 6).await && !ringing(store, id, 6).await);
        let row = read(store, id).await;
        assert_eq!((row.state, row.ended_at), (DispatchState::Delivered, Some(later(5))));
        assert_eq!((row.outcome.as_deref(), row.route.as_deref()), (Some("word"), Some("main")));
        assert!(!has_body(store, id).await);
        let sms = posted(store, Channel::Sms).await;
        claim(store, Channel::Sms, 0).await;
        assert!(!ringing(store, sms, 1).await, "no call");
    }

    async fn msg_6_calls_that_still_ring_though_they_were_answered_are_found(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let answered = async || dispatch::answered(&mut store.reader().await.unwrap()).await.unwrap();
        let mut calls = Vec::new();
        for channel in [Channel::Call, Channel::Call, Channel::Sms] {
            let new = new_dispatch(&account, channel);
            post(store, &new).await;
            claim(store, channel, 0).await;
            let challenge = new.challenge_id.unwrap();
            calls.push((new.id, challenge));
        }
        assert!(ringing(store, calls[0].0, 1).await);
        assert_eq!(answered().await, []);
        for (_, challenge) in calls.clone() {
            assert!(commit!(store, |tx, challenge| dispatch::mark_answered(tx, *challenge, later(2)).await).unwrap());
        }
        let mut found = answered().await;
        found.sort_unstable();
        let mut both = vec![calls[0].0, calls[1].0];
        both.sort_unstable();
        assert_eq!(found, both, "no SMS");
        assert!(end(store, calls[0].0, DispatchState::Delivered, 3).await);
        assert_eq!(answered().await, [calls[1].0]);
    }

    async fn what_was_not_handed_over_is_tried_again_at_its_time(home) {
        let store = &home.store;
        for channel in [Channel::Sms, Channel::Call, Channel::Telegram] {
            let id = posted(store, channel).await;
            claim(store, channel, 0).await;
            assert!(retry(store, id, 20).await);
            let row = read(store, id).await;
            assert_eq!((row.state, row.attempts, row.send_at), (DispatchState::Waiting, 1, later(20)));
            assert_eq!(row.outcome.as_deref(), Some("not handed over"));
            assert!(!due(store, channel, 19).await && due(store, channel, 20).await, "the claim was let go");
            let again = claim(store, channel, 20).await;
            assert!(again.len() == 1 && again[0].body.is_ok());
        }
    }

    async fn msg_7_a_receipt_finds_its_sms_by_route_and_name_once(home) {
        let store = &home.store;
        let send = async |route: &'static str, name: &'static str| {
            let id = posted(store, Channel::Sms).await;
            claim(store, Channel::Sms, 0).await;
            let end = End {
                state: DispatchState::Sent,
                outcome: "accepted",
                route: Some(route),
                remote_id: Some(name),
            };
            assert!(commit!(store, |tx, id, end| dispatch::end(tx, *id, end, later(1)).await).unwrap());
            id
        };
        let (one, two, three) = (send("a", "1a2b").await, send("b", "1a2b").await, send("a", "m1").await);
        assert!(!receipt(store, "c", &["1a2b"], DispatchState::Delivered).await);
        assert!(!receipt(store, "a", &[], DispatchState::Delivered).await);
        assert!(receipt(store, "a", &["6699", "1a2b"], DispatchState::Delivered).await);
        assert!(!receipt(store, "a", &["6699", "1a2b"], DispatchState::Failed).await, "it has had its receipt");
        assert!(receipt(store, "a", &["m1"], DispatchState::Failed).await);
        let states = [read(store, one).await, read(store, two).await, read(store, three).await];
        let states = states.map(|row| (row.state, row.receipt_at, row.outcome.unwrap()));
        assert_eq!(states[0], (DispatchState::Delivered, Some(later(50)), "receipt".into()));
        assert_eq!(states[1], (DispatchState::Sent, None, "accepted".into()));
        assert_eq!(states[2], (DispatchState::Failed, Some(later(50)), "receipt".into()));
        let newer = send("b", "1a2b").await;
        let older = "UPDATE dispatch SET created_at = created_at - 1 WHERE id = ?1";
        commit!(store, |tx, older, two| {
            execute(tx, older, &[Value::from(two)]).await
        })
        .unwrap();
        assert!(receipt(store, "b", &["1a2b"], DispatchState::Delivered).await);
        assert_eq!(read(store, newer).await.state, DispatchState::Delivered, "a name may come round again");
        assert_eq!(read(store, two).await.state, DispatchState::Sent);
    }

    async fn only_an_end_ends_it(home) {
        use DispatchState::{Attempted, Delivered, Dropped, Expired, Failed, Ringing, Sent, Unknown, Waiting};
        let store = &home.store;
        let id = posted(store, Channel::Sms).await;
        claim(store, Channel::Sms, 0).await;
        for state in [Waiting, Attempted, Ringing, Expired, Dropped] {
            let end = End { state, outcome: "word", route: None, remote_id: None };
            let job = commit!(store, |tx, id, end| dispatch::end(tx, *id, end, later(1)).await);
            assert_eq!(job, Err(StoreError::Refused("value")), "{state:?}");
        }
        for state in [Waiting, Sent, Unknown] {
            let job = commit!(store, |tx, state| {
                dispatch::receipt(tx, "a", &["b"], (*state, "word"), later(1)).await
            });
            assert_eq!(job, Err(StoreError::Refused("value")), "{state:?}");
        }
        assert!(end(store, id, Unknown, 2).await);
        for state in [Sent, Delivered, Failed] {
            assert!(!end(store, id, state, 3).await);
        }
        assert_eq!(read(store, id).await.ended_at, Some(later(2)));
    }

    async fn what_nobody_began_in_time_expires_but_not_under_a_senders_hands(home) {
        let store = &home.store;
        let held = posted(store, Channel::Telegram).await;
        claim(store, Channel::Telegram, 119).await;
        let mut ids = vec![posted(store, Channel::Sms).await, posted(store, Channel::Call).await];
        assert_eq!(expire(store, 119).await, []);
        let mut expired = expire(store, 120).await;
        ids.sort();
        expired.sort();
        assert_eq!(expired, ids);
        assert_eq!(expire(store, 178).await, [], "the claim still runs");
        assert_eq!(expire(store, 179).await, [held]);
        let row = read(store, held).await;
        assert_eq!((row.state, row.ended_at), (DispatchState::Expired, Some(later(179))));
        assert!(!has_body(store, held).await && claim(store, Channel::Sms, 120).await.is_empty());
        let mut db = store.reader().await.unwrap();
        let failures = dispatch::recent_failures(&mut db, later(121), 9).await.unwrap();
        assert_eq!(failures.into_iter().map(|row| row.id).collect::<Vec<_>>(), [held]);
        assert_eq!(dispatch::recent_failures(&mut db, later(0), 2).await.unwrap().len(), 2);
    }
}
