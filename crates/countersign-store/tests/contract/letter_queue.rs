//! `letter`: sending, and what became of them

use std::collections::BTreeSet;

use countersign_core::id::LetterId;
use countersign_store::letter::{self, Claimed, LetterCounts, LetterRow, LetterState, NewLetter};
use countersign_store::{Store, StoreError};

use crate::rows::{self, DICE, NOW, at_once, commit, later, new_letter, post, ring};

const DAY: i64 = 24 * 3600;

/// Claims at this time for a minute.
async fn claim(store: &Store, seconds: i64, most: u32) -> Vec<Claimed> {
    let data = (later(seconds), later(seconds + 60), most);
    commit!(store, |tx, data| letter::claim(tx, &ring(1), data.0, data.1, data.2).await).unwrap()
}

async fn due(store: &Store, seconds: i64) -> bool {
    let mut db = store.reader().await.unwrap();
    letter::due(&mut db, later(seconds)).await.unwrap()
}

async fn posted(store: &Store) -> (LetterId, NewLetter) {
    let new = new_letter(&rows::account(store).await);
    post(store, 1, new.clone()).await;
    (new.id, new)
}

async fn read(store: &Store, new: &NewLetter) -> LetterRow {
    let mut db = store.reader().await.unwrap();
    letter::of_challenge(&mut db, new.challenge_id.unwrap()).await.unwrap().unwrap()
}

on_both! {
    async fn a_claim_holds_until_it_is_over(home) {
        let store = &home.store;
        assert!(!due(store, 0).await);
        let (id, _) = posted(store).await;
        assert!(!due(store, -1).await && claim(store, -1, 9).await.is_empty(), "it is not time yet");
        assert!(due(store, 0).await);
        assert_eq!(claim(store, 0, 9).await.len(), 1);
        assert!(!due(store, 59).await && claim(store, 59, 9).await.is_empty());
        assert!(due(store, 60).await);
        let again = claim(store, 60, 9).await;
        assert_eq!((again.len(), again[0].row.id), (1, id));
        assert!(!due(store, 600).await && claim(store, 600, 9).await.is_empty(), "it is over");
    }

    async fn of_many_claimers_each_letter_has_one(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let mut letters = BTreeSet::new();
        for _ in 0..20 {
            let new = new_letter(&account);
            letters.insert(new.id);
            post(store, 1, new).await;
        }
        let claimed = at_once(|_| {
            let store = store.clone();
            async move {
                let mine = claim(&store, 0, 3).await;
                assert!(mine.len() <= 3);
                mine.into_iter().map(|claimed| claimed.row.id).collect::<Vec<_>>()
            }
        });
        let mut claimed = claimed.await.concat();
        // Claimers that met may have left some over; none was given twice.
        claimed.extend(claim(store, 0, 99).await.into_iter().map(|claimed| claimed.row.id));
        assert_eq!(claimed.len(), 20);
        assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>(), letters);
    }

    async fn of_64_claimers_of_one_letter_one_has_it(home) {
        let store = &home.store;
        posted(store).await;
        let claimed = at_once(|_| {
            let store = store.clone();
            async move { claim(&store, 0, 16).await.len() }
        });
        assert_eq!(claimed.await.into_iter().sum::<usize>(), 1);
    }

    async fn the_longest_due_are_claimed_first(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let mut ids = Vec::new();
        for second in [3, 1, 2] {
            let new = NewLetter { created_at: later(second), ..new_letter(&account) };
            ids.push(new.id);
            post(store, 1, new).await;
        }
        let order = async |most| {
            claim(store, 5, most).await.into_iter().map(|claimed| claimed.row.id).collect::<Vec<_>>()
        };
        assert_eq!(order(2).await, [ids[1], ids[2]]);
        assert_eq!(order(2).await, [ids[0]]);
    }

    async fn a_letter_is_tried_again_at_its_time(home) {
        let store = &home.store;
        let (id, new) = posted(store).await;
        claim(store, 0, 9).await;
        for (second, error) in [(5, "timed out"), (20, "greylisted")] {
            let data = (id, later(second), error);
            let done = commit!(store, |tx, data| letter::retry(tx, data.0, data.1, data.2).await);
            assert_eq!(done, Ok(true));
        }
        let row = read(store, &new).await;
        assert_eq!((row.attempts, row.send_at, row.state), (2, later(20), LetterState::Waiting));
        assert_eq!(row.last_error.as_deref(), Some("greylisted"));
        assert!(!due(store, 19).await && due(store, 20).await, "the claim was let go");
        let again = claim(store, 20, 9).await;
        assert!(again[0].body.as_ref().is_ok_and(|body| *body == new.body));
    }

    async fn what_has_ended_stays_as_it_ended(home) {
        let store = &home.store;
        let (sent, first) = posted(store).await;
        let (refused, second) = posted(store).await;
        claim(store, 0, 9).await;
        assert_eq!(commit!(store, |tx, sent| letter::sent(tx, *sent, later(1)).await), Ok(true));
        let done = commit!(store, |tx, refused| {
            letter::give_up(tx, *refused, LetterState::Refused, "550 no", later(2)).await
        });
        assert_eq!(done, Ok(true));
        let (first, second) = (read(store, &first).await, read(store, &second).await);
        assert_eq!((first.state, first.ended_at), (LetterState::Sent, Some(later(1))));
        assert_eq!((second.state, second.ended_at), (LetterState::Refused, Some(later(2))));
        assert_eq!(second.last_error.as_deref(), Some("550 no"));
        for id in [sent, refused, LetterId::new(NOW, &DICE)] {
            let done = commit!(store, |tx, id| {
                let sent = letter::sent(tx, *id, later(3)).await?;
                let retried = letter::retry(tx, *id, later(3), "late").await?;
                Ok([sent, retried, letter::give_up(tx, *id, LetterState::Expired, "late", later(3)).await?])
            });
            assert_eq!(done, Ok([false; 3]));
        }
        assert!(claim(store, 120, 9).await.is_empty() && !due(store, 120).await);
    }

    async fn a_letter_is_given_up_as_refused_or_expired_only(home) {
        let store = &home.store;
        let (id, new) = posted(store).await;
        for state in [LetterState::Waiting, LetterState::Sent] {
            let done = commit!(store, |tx, id, state| letter::give_up(tx, *id, *state, "no", NOW).await);
            assert_eq!(done, Err(StoreError::Refused("value")));
        }
        assert_eq!(read(store, &new).await.state, LetterState::Waiting);
    }

    async fn what_is_over_expires_in_batches_but_not_under_a_senders_hands(home) {
        let store = &home.store;
        let (held, held_letter) = posted(store).await;
        claim(store, 590, 9).await;
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(posted(store).await.0);
        }
        let expire = async |seconds: i64| {
            let now = later(seconds);
            let rows = commit!(store, |tx, now| letter::expire(tx, *now, 2).await).unwrap();
            for row in &rows {
                assert_eq!((row.state, row.ended_at), (LetterState::Expired, Some(now)));
            }
            rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(expire(599).await, []);
        let mut expired = expire(600).await;
        assert_eq!(expired.len(), 2);
        expired.extend(expire(600).await);
        expired.sort();
        ids.sort();
        assert_eq!(expired, ids);
        assert_eq!(expire(649).await, [], "the claim still runs");
        assert_eq!(read(store, &held_letter).await.state, LetterState::Waiting);
        assert_eq!(expire(650).await, [held]);
    }

    async fn the_outbox_is_counted(home) {
        let store = &home.store;
        let counts = async |seconds| {
            let mut db = store.reader().await.unwrap();
            letter::counts(&mut db, later(seconds)).await.unwrap()
        };
        assert_eq!(counts(0).await, LetterCounts::default());
        let account = rows::account(store).await;
        let (tried, _) = posted(store).await;
        let (sent, _) = posted(store).await;
        let (refused, _) = posted(store).await;
        let (expired, _) = posted(store).await;
        post(store, 1, NewLetter { created_at: later(5), ..new_letter(&account) }).await;
        commit!(store, |tx, tried, sent, refused, expired| {
            letter::retry(tx, *tried, later(300), "timed out").await?;
            letter::sent(tx, *sent, later(1)).await?;
            letter::give_up(tx, *refused, LetterState::Refused, "550 no", later(2)).await?;
            letter::give_up(tx, *expired, LetterState::Expired, "unreadable", later(3)).await
        })
        .unwrap();
        let all = LetterCounts { waiting: 2, oldest_waiting: Some(NOW), failed: 2, sent: 1 };
        assert_eq!(counts(10).await, all);
        assert_eq!(counts(2 + DAY).await, LetterCounts { failed: 1, sent: 0, ..all });
        assert!(commit!(store, |tx, tried| letter::sent(tx, *tried, later(9)).await).unwrap());
        let rest = LetterCounts { waiting: 1, oldest_waiting: None, failed: 2, sent: 2 };
        assert_eq!(counts(4).await, rest, "the other one is not due yet");
        assert_eq!(counts(5).await.oldest_waiting, Some(later(5)));

        let failures = async |since, most| {
            let mut db = store.reader().await.unwrap();
            let rows = letter::recent_failures(&mut db, later(since), most).await.unwrap();
            rows.into_iter().map(|row| (row.id, row.last_error.unwrap())).collect::<Vec<_>>()
        };
        let (no, unreadable) = ((refused, "550 no".to_owned()), (expired, "unreadable".to_owned()));
        assert_eq!(failures(2, 9).await, [unreadable.clone(), no]);
        assert_eq!(failures(2, 1).await, std::slice::from_ref(&unreadable));
        assert_eq!(failures(3, 9).await, [unreadable]);
        assert_eq!(failures(4, 9).await, []);
    }
}
