//! `telegram_prompt` and `telegram_cursor`

use countersign_core::factor::telegram::{State, TelegramId};
use countersign_core::id::{ChallengeId, TelegramPromptId};
use countersign_store::telegram_account::{self, Most, TelegramAccountRow};
use countersign_store::telegram_cursor::{self, TelegramCursor};
use countersign_store::telegram_prompt::{self, TelegramPromptRow};
use countersign_store::{Store, account::AccountRow};

use crate::rows::{
    self, DICE, NOW, at_once, commit, later, ring, telegram_account_row, telegram_prompt_row, wins,
};

/// A linked Telegram account with this number.
pub(crate) async fn linked(store: &Store, account: &AccountRow, number: i64) -> TelegramAccountRow {
    let row = telegram_account_row(account, number);
    let job = commit!(store, |tx, row| {
        telegram_account::insert(tx, &ring(1), &DICE, row, Most { of_account: 5, of_person: 5 }).await
    });
    assert_eq!(job, Ok(telegram_account::Linked::Done));
    row
}

async fn ask(store: &Store, row: &TelegramPromptRow) -> [u8; 32] {
    let (hash, row) = (rows::hash(), row.clone());
    commit!(store, |tx, hash, row| telegram_prompt::create(tx, hash, row).await).unwrap();
    hash
}

async fn confirm(store: &Store, id: TelegramPromptId, seconds: i64) -> bool {
    let now = later(seconds);
    commit!(store, |tx, id, now| telegram_prompt::confirm(tx, *id, *now).await).unwrap()
}

async fn refuse(store: &Store, id: TelegramPromptId, seconds: i64) -> bool {
    let now = later(seconds);
    commit!(store, |tx, id, now| telegram_prompt::refuse(tx, *id, *now).await).unwrap()
}

async fn end_all(store: &Store, challenge: ChallengeId) -> Vec<TelegramPromptId> {
    let job = commit!(store, |tx, challenge| telegram_prompt::end_all_of_challenge(tx, *challenge).await);
    job.unwrap().into_iter().map(|prompt| prompt.id).collect()
}

async fn waiting(store: &Store, key: u8, number: i64, seconds: i64) -> Vec<TelegramPromptId> {
    let mut db = store.reader().await.unwrap();
    let person = TelegramId::new(number).unwrap();
    let rows = telegram_prompt::waiting_of(&mut db, &ring(key), person, later(seconds)).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

on_both! {
    async fn msg_2_a_prompt_comes_back_as_it_was_written(home) {
        let store = &home.store;
        let chat = linked(store, &rows::account(store).await, 5).await;
        let challenge = ChallengeId::new(NOW, &DICE);
        let first = telegram_prompt_row(&chat, challenge);
        let mut second = telegram_prompt_row(&chat, challenge);
        (second.offered, second.message_id, second.created_at) = (vec![], Some(-7), later(1));
        (second.state, second.answered_at) = (State::Refused, Some(later(2)));
        let mut db = store.reader().await.unwrap();
        for row in [&first, &second] {
            let hash = ask(store, row).await;
            assert_eq!(telegram_prompt::by_handle_hash(&mut db, &hash).await, Ok(Some(row.clone())));
            assert_eq!(telegram_prompt::by_id(&mut db, row.id).await, Ok(Some(row.clone())));
        }
        assert_eq!(telegram_prompt::by_handle_hash(&mut db, &rows::hash()).await, Ok(None));
        assert_eq!(telegram_prompt::of_challenge(&mut db, challenge).await, Ok(vec![first.clone(), second]));
        drop(db);
        let id = first.id;
        let told = commit!(store, |tx, id| telegram_prompt::set_message(tx, *id, 99).await).unwrap();
        assert_eq!(told, Some(TelegramPromptRow { message_id: Some(99), ..first }));
        let none = TelegramPromptId::new(NOW, &DICE);
        assert_eq!(commit!(store, |tx, none| telegram_prompt::set_message(tx, *none, 99).await), Ok(None));
    }

    async fn all_1_of_64_answers_to_a_prompt_one_counts(home) {
        let store = &home.store;
        let chat = linked(store, &rows::account(store).await, 5).await;
        let row = telegram_prompt_row(&chat, ChallengeId::new(NOW, &DICE));
        ask(store, &row).await;
        let id = row.id;
        assert!(!confirm(store, id, 180).await, "too late");
        let answers = at_once(|number| {
            let store = store.clone();
            async move {
                if number % 2 == 0 { confirm(&store, id, 1).await } else { refuse(&store, id, 1).await }
            }
        });
        assert_eq!(wins(&answers.await), 1);
        assert_eq!(end_all(store, row.challenge_id).await, []);
    }

    async fn msg_3_one_answer_ends_the_others_each_once_and_a_refusal_is_still_heard(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let (one, two) = (linked(store, &account, 5).await, linked(store, &account, 6).await);
        let challenge = ChallengeId::new(NOW, &DICE);
        let (first, second) = (telegram_prompt_row(&one, challenge), telegram_prompt_row(&two, challenge));
        let elsewhere = telegram_prompt_row(&two, ChallengeId::new(NOW, &DICE));
        for row in [&first, &second, &elsewhere] {
            ask(store, row).await;
        }
        assert!(confirm(store, first.id, 1).await);
        let ended = at_once(|_| {
            let store = store.clone();
            async move { end_all(&store, challenge).await }
        });
        assert_eq!(ended.await.concat(), [second.id]);
        let id = second.id;
        let told = commit!(store, |tx, id| telegram_prompt::set_message(tx, *id, 4).await).unwrap().unwrap();
        assert_eq!((told.state, told.message_id), (State::Ended, Some(4)), "disarm it at once");
        assert!(!confirm(store, second.id, 2).await);
        assert!(refuse(store, second.id, 999).await && !refuse(store, second.id, 999).await);
        assert!(!refuse(store, first.id, 3).await, "it was confirmed");
        let chat = two.id;
        for gone in [vec![elsewhere.id], vec![]] {
            let job = commit!(store, |tx, chat| telegram_prompt::end_all_of_telegram_account(tx, *chat).await);
            assert_eq!(job.unwrap().into_iter().map(|row| row.id).collect::<Vec<_>>(), gone);
        }
    }

    async fn msg_2_digits_belong_to_what_waits_in_that_chat(home) {
        let store = &home.store;
        let (ada, eve) = (rows::account(store).await, rows::account(store).await);
        let (mine, theirs) = (linked(store, &ada, 5).await, linked(store, &eve, 5).await);
        let other = linked(store, &ada, 6).await;
        let challenge = ChallengeId::new(NOW, &DICE);
        let first = telegram_prompt_row(&mine, challenge);
        let mut second = telegram_prompt_row(&theirs, ChallengeId::new(NOW, &DICE));
        second.created_at = later(1);
        for row in [&first, &second, &telegram_prompt_row(&other, challenge)] {
            ask(store, row).await;
        }
        for key in [1, 2] {
            assert_eq!(waiting(store, key, 5, 179).await, [second.id, first.id], "newest first");
        }
        assert_eq!(waiting(store, 1, 5, 180).await, []);
        assert_eq!(waiting(store, 1, 7, 0).await, []);
        assert!(confirm(store, second.id, 2).await);
        assert_eq!(waiting(store, 1, 5, 3).await, [first.id]);
        let (id, account) = (mine.id, ada.id);
        commit!(store, |tx, id, account| telegram_account::delete(tx, *id, *account).await).unwrap();
        assert_eq!(waiting(store, 1, 5, 3).await, [], "unlinked");
    }

    async fn updates_are_read_on_and_each_is_acted_on_once(home) {
        let store = &home.store;
        let mut db = store.reader().await.unwrap();
        assert_eq!(telegram_cursor::of_bot(&mut db, "77").await, Ok(None));
        drop(db);
        // Who found what stands there goes on, with whatever clock; nobody else does.
        for (before, next_update, seconds, written) in [
            (Some(7), 8, 1, false),
            (None, 8, 9, true),
            (None, 9, 9, false),
            (Some(8), 12, 5, true),
            (Some(8), 9, 9, false),
            (Some(12), 3, 1, true),
        ] {
            let cursor = TelegramCursor { next_update, read_at: later(seconds) };
            let job = commit!(store, |tx, before, cursor| {
                telegram_cursor::set(tx, "77", *before, *cursor).await
            });
            assert_eq!(job, Ok(written), "{next_update}");
        }
        let mut db = store.reader().await.unwrap();
        let cursor = TelegramCursor { next_update: 3, read_at: later(1) };
        assert_eq!(telegram_cursor::of_bot(&mut db, "77").await, Ok(Some(cursor)));
        assert_eq!(telegram_cursor::of_bot(&mut db, "78").await, Ok(None));
        drop(db);
        let spent = at_once(|_| {
            let store = store.clone();
            async move {
                commit!(store, |tx| telegram_cursor::spend_update(tx, "77", 8, later(9)).await).unwrap()
            }
        });
        assert_eq!(wins(&spent.await), 1);
        for (bot, update) in [("77", 9), ("78", 8), ("7", 78)] {
            let job = commit!(store, |tx, bot, update| {
                telegram_cursor::spend_update(tx, bot, *update, later(9)).await
            });
            assert_eq!(job, Ok(true), "{bot} {update}");
        }
    }
}
