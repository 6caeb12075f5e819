//! `letter`: posting, bundling, and what is sealed

use std::time::Duration;

use countersign_core::email::EmailAddress;
use countersign_core::id::{ChallengeId, LetterId};
use countersign_core::keys::KeyId;
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::time::Timestamp;
use countersign_store::account::AccountRow;
use countersign_store::contract::{Value, execute, query, query_opt};
use countersign_store::letter::{self, Claimed, LetterRow, LetterState, NewLetter};
use countersign_store::{Store, StoreError};

use crate::rows::{self, DICE, NOW, at_once, commit, later, new_letter, post, ring};

const HOUR: i64 = 3600;

/// All letters that can be claimed at this time, claimed for a minute.
async fn claim(store: &Store, seconds: i64) -> Vec<Claimed> {
    let now = later(seconds);
    let data = (now, now.plus(Duration::from_mins(1)));
    commit!(store, |tx, data| letter::claim(tx, &ring(2), data.0, data.1, 99).await).unwrap()
}

/// A notice that is bundled for an hour, written at this time.
fn notice(account: &AccountRow, seconds: i64) -> NewLetter {
    NewLetter {
        id: LetterId::new(later(seconds), &DICE),
        challenge_id: None,
        kind: LetterKind::WrongSecondStep,
        body: LetterBody { at: Some(seconds), ..LetterBody::default() },
        bundle: Some((format!("wrong {}", account.id), Duration::from_hours(1))),
        created_at: later(seconds),
        expires_at: later(seconds + 72 * HOUR),
        ..new_letter(account)
    }
}

/// Identifier, count and time of sending of every letter, the oldest first.
async fn outbox(store: &Store) -> Vec<(i64, Timestamp)> {
    let mut db = store.reader().await.unwrap();
    let sql = "SELECT count AS events, send_at FROM letter ORDER BY created_at, id";
    let rows = query(&mut db, sql, &[]).await.unwrap();
    rows.iter()
        .map(|row| (row.int("events").unwrap(), Timestamp::from_millis(row.int("send_at").unwrap())))
        .collect()
}

async fn column(store: &Store, id: LetterId) -> Option<Vec<u8>> {
    let mut db = store.reader().await.unwrap();
    let sql = "SELECT body FROM letter WHERE id = ?1";
    query_opt(&mut db, sql, &[Value::from(id)]).await.unwrap().unwrap().blob_opt("body").unwrap()
}

on_both! {
    async fn a_letter_comes_back_as_it_was_posted(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let new = new_letter(&account);
        post(store, 1, new.clone()).await;
        let row = LetterRow {
            id: new.id,
            account_id: Some(account.id),
            challenge_id: new.challenge_id,
            kind: LetterKind::Code,
            recipient: account.email.clone(),
            language: "de".into(),
            count: 1,
            created_at: NOW,
            send_at: NOW,
            expires_at: later(600),
            attempts: 0,
            last_error: None,
            state: LetterState::Waiting,
            ended_at: None,
        };
        let claimed = claim(store, 0).await;
        assert_eq!(claimed.len(), 1);
        assert_eq!(claimed[0].row, row);
        assert!(claimed[0].body.as_ref().is_ok_and(|body| *body == new.body));
        let challenge = new.challenge_id.unwrap();
        let mut db = store.reader().await.unwrap();
        assert_eq!(letter::of_challenge(&mut db, challenge).await.unwrap(), Some(row));
        assert_eq!(letter::of_challenge(&mut db, ChallengeId::new(NOW, &DICE)).await.unwrap(), None);
    }

    async fn the_letters_of_an_account_are_told_newest_first(home) {
        let store = &home.store;
        let (ours, theirs) = (rows::account(store).await, rows::account(store).await);
        let mut second = rows::new_letter(&ours);
        second.created_at = later(1);
        let (first, other) = (rows::new_letter(&ours), rows::new_letter(&theirs));
        let ids = [second.id, first.id];
        for new in [first, second, other] {
            rows::post(store, 1, new).await;
        }
        let mut db = store.reader().await.unwrap();
        let found = letter::of_account(&mut db, ours.id, 9).await.unwrap();
        assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), ids);
        assert_eq!(letter::of_account(&mut db, ours.id, 1).await.unwrap(), found[..1]);
    }

    async fn a_letter_to_nobodys_account_is_sealed_too(home) {
        let store = &home.store;
        let mut new = new_letter(&rows::account(store).await);
        (new.account_id, new.challenge_id, new.kind) = (None, None, LetterKind::SignUp);
        let id = new.id;
        post(store, 1, new.clone()).await;
        assert!(!column(store, id).await.unwrap().windows(6).any(|window| window == b"012345"));
        let claimed = claim(store, 0).await;
        assert!(claimed[0].body.as_ref().is_ok_and(|body| *body == new.body));
        assert_eq!(claimed[0].row.account_id, None);
    }

    async fn all_3_a_bundle_is_one_letter_at_once_and_one_an_hour_later(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        post(store, 1, notice(&account, 0)).await;
        let first = claim(store, 0).await[0].row.id;
        // The first is on its way and takes nothing in; what follows waits together.
        for second in [5, 10, 15] {
            post(store, 2, notice(&account, second)).await;
        }
        assert_eq!(outbox(store).await, [(1, NOW), (3, later(HOUR))]);
        assert!(commit!(store, |tx, first| letter::sent(tx, *first, later(20)).await).unwrap());
        post(store, 1, notice(&account, 25)).await;
        assert_eq!(outbox(store).await, [(1, NOW), (4, later(HOUR))]);
        assert!(claim(store, HOUR - 1).await.is_empty());
        let second = claim(store, HOUR).await;
        assert_eq!((second.len(), second[0].row.count), (1, 4));
        assert_eq!(second[0].row.expires_at, later(25 + 72 * HOUR));
        assert!(second[0].body.as_ref().is_ok_and(|body| body.at == Some(25)), "the newest words count");
        // The window counts from when the last one was written.
        post(store, 1, notice(&account, HOUR + 2)).await;
        assert_eq!(outbox(store).await, [(1, NOW), (4, later(HOUR)), (1, later(HOUR + 5))]);
        post(store, 1, notice(&account, 9 * HOUR)).await;
        assert_eq!(outbox(store).await.last(), Some(&(2, later(HOUR + 5))), "it was never claimed");
    }

    async fn the_link_of_a_letter_that_takes_another_in_is_handed_back(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let linked = |second, link: &str| {
            let mut new = notice(&account, second);
            new.body.link = Some(link.to_owned().into());
            new
        };
        assert_eq!(post(store, 1, linked(0, "first")).await, None);
        assert_eq!(post(store, 1, linked(1, "second")).await.as_deref(), Some("first"));
        assert_eq!(post(store, 1, notice(&account, 2)).await.as_deref(), Some("second"));
        assert_eq!(post(store, 1, linked(3, "last")).await, None);
        let claimed = claim(store, HOUR).await;
        assert!(claimed[0].body.as_ref().is_ok_and(|body| body.link.as_deref().is_some_and(|link| link == "last")));
        assert_eq!(post(store, 1, linked(HOUR, "next")).await, None, "the one before is on its way");
    }

    async fn a_letter_that_was_tried_or_is_over_takes_nothing_in(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let tried = notice(&account, 0);
        let id = tried.id;
        post(store, 1, tried).await;
        assert!(commit!(store, |tx, id| letter::retry(tx, *id, later(30), "later").await).unwrap());
        post(store, 1, notice(&account, 1)).await;
        assert_eq!(outbox(store).await, [(1, later(30)), (1, later(HOUR))]);
        post(store, 1, notice(&account, 1 + 72 * HOUR)).await;
        assert_eq!(outbox(store).await.len(), 3, "the second is over");
    }

    async fn bundles_of_other_names_and_other_recipients_stay_apart(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let mut elsewhere = notice(&account, 1);
        elsewhere.recipient = EmailAddress::parse("new@example.org").unwrap();
        let mut named = notice(&account, 2);
        named.bundle = Some(("other".into(), Duration::from_hours(1)));
        let mut alone = notice(&account, 3);
        alone.bundle = None;
        for letter in [notice(&account, 0), elsewhere, named, alone.clone(), NewLetter {
            id: LetterId::new(NOW, &DICE),
            ..alone
        }] {
            post(store, 1, letter).await;
        }
        let sent = [NOW, later(1), later(2), later(3), later(3)].map(|at| (1, at));
        assert_eq!(outbox(store).await, sent);
    }

    async fn all_3_of_64_notices_at_once_none_is_lost_and_one_letter_is_made(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        at_once(|_| {
            let (store, letter) = (store.clone(), notice(&account, 0));
            async move { post(&store, 1, letter).await }
        })
        .await;
        assert_eq!(outbox(store).await, [(64, NOW)]);
    }

    async fn a_newer_code_takes_the_place_of_one_that_waits(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let (sent, waiting) = (new_letter(&account), new_letter(&account));
        let challenge = sent.challenge_id.unwrap();
        let waiting = NewLetter { challenge_id: sent.challenge_id, created_at: later(1), ..waiting };
        let other = new_letter(&account);
        let (first, second) = (sent.id, waiting.id);
        for letter in [sent, waiting, other] {
            post(store, 1, letter).await;
        }
        assert!(commit!(store, |tx, first| letter::sent(tx, *first, later(2)).await).unwrap());
        let mut db = store.reader().await.unwrap();
        assert_eq!(letter::of_challenge(&mut db, challenge).await.unwrap().unwrap().id, second);
        drop(db);
        for dropped in [1, 0] {
            let done = commit!(store, |tx, challenge| letter::drop_waiting_of_challenge(tx, *challenge).await);
            assert_eq!(done, Ok(dropped));
        }
        assert_eq!(commit!(store, |tx, second| letter::sent(tx, *second, later(3)).await), Ok(false));
        let mut db = store.reader().await.unwrap();
        assert_eq!(letter::of_challenge(&mut db, challenge).await.unwrap().unwrap().id, first);
        assert_eq!(outbox(store).await.len(), 2);
    }

    async fn all_7_a_body_moved_to_another_letter_or_account_does_not_open(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let other = rows::account(store).await;
        let (first, second, third) = (new_letter(&account), new_letter(&account), new_letter(&other));
        let data = (first.id, second.id, third.id, account.id);
        for letter in [first, second, third] {
            post(store, 1, letter).await;
        }
        commit!(store, |tx, data| {
            let sql = "UPDATE letter SET body = (SELECT o.body FROM letter o WHERE o.id = ?1) WHERE id = ?2";
            execute(tx, sql, &[Value::from(data.0), Value::from(data.1)]).await?;
            let sql = "UPDATE letter SET account_id = ?2 WHERE id = ?1";
            execute(tx, sql, &[Value::from(data.2), Value::from(data.3)]).await
        })
        .unwrap();
        let claimed = claim(store, 0).await;
        assert_eq!(claimed.len(), 3, "the worker has to see what it cannot send");
        for claimed in claimed {
            assert_eq!(claimed.body.is_ok(), claimed.row.id == data.0);
        }
    }

    async fn all_7_the_column_holds_nothing_readable_and_nothing_once_it_ended(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let letters = [new_letter(&account), new_letter(&account), new_letter(&account)];
        let ids = letters.clone().map(|letter| letter.id);
        for letter in letters {
            post(store, 1, letter).await;
        }
        for id in ids {
            let body = column(store, id).await.unwrap();
            assert!(!body.windows(6).any(|window| window == b"012345"));
        }
        commit!(store, |tx, ids| {
            letter::sent(tx, ids[0], NOW).await?;
            letter::give_up(tx, ids[1], LetterState::Refused, "550 no such mailbox", NOW).await
        })
        .unwrap();
        assert_eq!(commit!(store, |tx| letter::expire(tx, later(600), 9).await).unwrap().len(), 1);
        for id in ids {
            assert_eq!(column(store, id).await, None);
        }
        let mut db = store.reader().await.unwrap();
        assert_eq!(letter::count_by_key(&mut db).await.unwrap(), [], "no key is needed for them");
    }

    async fn all_7_bodies_are_sealed_anew_in_batches_until_the_old_key_is_free(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        for _ in 0..3 {
            post(store, 1, new_letter(&account)).await;
        }
        post(store, 2, new_letter(&account)).await;
        let mut ownerless = new_letter(&account);
        ownerless.account_id = None;
        let id = ownerless.id;
        post(store, 1, ownerless).await;
        let counts = async || {
            let mut db = store.reader().await.unwrap();
            letter::count_by_key(&mut db).await.unwrap()
        };
        assert_eq!(counts().await, [(KeyId(1), 4), (KeyId(2), 1)]);
        for resealed in [3, 1, 0] {
            let done = commit!(store, |tx| letter::reseal_batch(tx, &ring(2), &DICE, 3).await);
            assert_eq!(done, Ok(resealed));
        }
        assert_eq!(counts().await, [(KeyId(2), 5)]);
        let claimed = claim(store, 0).await;
        assert_eq!(claimed.len(), 5);
        assert!(claimed.iter().all(|claimed| {
            claimed.body.as_ref().is_ok_and(|body| body.code.as_deref().is_some_and(|code| code == "012345"))
        }));
        let mut broken = column(store, id).await.unwrap();
        *broken.last_mut().unwrap() ^= 1;
        let data = (id, broken);
        commit!(store, |tx, data| {
            let sql = "UPDATE letter SET body = ?2, key_id = 1 WHERE id = ?1";
            execute(tx, sql, &[Value::from(data.0), Value::from(&data.1)]).await
        })
        .unwrap();
        let done = commit!(store, |tx| letter::reseal_batch(tx, &ring(2), &DICE, 3).await);
        assert_eq!(done, Err(StoreError::Corrupt("letter.body")), "never skipped");
    }
}
