//! `challenge`

use countersign_core::id::{BrowserId, ChallengeId, PhoneNumberId, SessionId, TelegramAccountId};
use countersign_core::limits::CHALLENGE_TRIES;
use countersign_core::method::Method;
use countersign_core::sign_in::Purpose;
use countersign_store::Store;
use countersign_store::account::AccountRow;
use countersign_store::challenge::{self, ChallengeRow};

use crate::rows::{self, DICE, NOW, at_once, challenge_row, commit, later, wins};

async fn put(store: &Store, row: &ChallengeRow) -> [u8; 32] {
    let hash = rows::hash();
    commit!(store, |tx, hash, row| challenge::create(tx, hash, row).await).unwrap();
    hash
}

async fn open(store: &Store, account: &AccountRow) -> (ChallengeId, [u8; 32]) {
    let row = challenge_row(account);
    (row.id, put(store, &row).await)
}

async fn read(store: &Store, hash: &[u8; 32]) -> Option<ChallengeRow> {
    let mut db = store.reader().await.unwrap();
    challenge::by_token_hash(&mut db, hash).await.unwrap()
}

async fn spend(store: &Store, id: ChallengeId, now: i64) -> bool {
    let data = (id, later(now));
    commit!(store, |tx, data| challenge::spend(tx, data.0, data.1).await).unwrap()
}

on_both! {
    async fn a_challenge_comes_back_as_it_was_written(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let bare = challenge_row(&account);
        let mut full = challenge_row(&account);
        full.purpose = Purpose::RemoveAuthenticator;
        full.subject = Some([9; 16]);
        full.session_id = Some(SessionId::new(NOW, &DICE));
        full.method = Some(Method::Authenticator);
        full.browser_id = Some(BrowserId::new(NOW, &DICE));
        full.spent_at = Some(later(3));
        full.tries = 2;
        (full.sends, full.sent_at) = (3, Some(later(2)));
        (full.approved_at, full.approved_by) = (Some(later(4)), Some(TelegramAccountId::new(NOW, &DICE)));
        full.phone_id = Some(PhoneNumberId::new(NOW, &DICE));
        (full.calls, full.sms, full.phone_at) = (2, 1, Some(later(5)));
        for row in [bare, full] {
            let hash = put(store, &row).await;
            assert_eq!(read(store, &hash).await, Some(row));
        }
        assert_eq!(read(store, &rows::hash()).await, None);
    }

    async fn all_1_of_64_copies_of_an_answer_one_spends_the_challenge(home) {
        let store = &home.store;
        let (id, hash) = open(store, &rows::account(store).await).await;
        let spent = at_once(|_| {
            let store = store.clone();
            async move { spend(&store, id, 0).await }
        });
        assert_eq!(wins(&spent.await), 1);
        assert_eq!(read(store, &hash).await.unwrap().spent_at, Some(NOW));
    }

    async fn all_2_after_the_last_try_not_even_the_right_code_counts(home) {
        let store = &home.store;
        let (id, hash) = open(store, &rows::account(store).await).await;
        for tries in 1..=CHALLENGE_TRIES {
            assert_eq!(commit!(store, |tx, id| challenge::fail(tx, *id, NOW).await), Ok(Some(tries)));
        }
        assert_eq!(commit!(store, |tx, id| challenge::fail(tx, *id, NOW).await), Ok(None));
        assert!(!spend(store, id, 0).await);
        assert_eq!(read(store, &hash).await.unwrap().tries, CHALLENGE_TRIES);
    }

    async fn all_2_64_wrong_answers_at_once_are_five(home) {
        let store = &home.store;
        let (id, _) = open(store, &rows::account(store).await).await;
        let charged = at_once(|_| {
            let store = store.clone();
            async move { commit!(store, |tx, id| challenge::fail(tx, *id, NOW).await).unwrap() }
        });
        let mut charged: Vec<_> = charged.await.into_iter().flatten().collect();
        charged.sort_unstable();
        assert_eq!(charged, [1, 2, 3, 4, 5]);
    }

    async fn a_challenge_that_is_over_takes_nothing(home) {
        let store = &home.store;
        let (id, _) = open(store, &rows::account(store).await).await;
        assert!(!spend(store, id, 600).await);
        assert_eq!(commit!(store, |tx, id| challenge::fail(tx, *id, later(600)).await), Ok(None));
        let set = commit!(store, |tx, id| {
            challenge::set_method(tx, *id, Method::Authenticator, later(600)).await
        });
        assert_eq!(set, Ok(false));
        assert!(spend(store, id, 599).await);
    }

    async fn codes_that_are_sent_are_counted_while_the_challenge_lives(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let (id, hash) = open(store, &account).await;
        for sends in 1..=2 {
            let at = later(sends.into());
            let counted = commit!(store, |tx, id, at| challenge::count_send(tx, *id, *at).await);
            assert_eq!(counted, Ok(Some(sends)));
        }
        let row = read(store, &hash).await.unwrap();
        assert_eq!((row.sends, row.sent_at), (2, Some(later(2))));
        assert_eq!(commit!(store, |tx, id| challenge::count_send(tx, *id, later(600)).await), Ok(None), "over");
        spend(store, id, 3).await;
        assert_eq!(commit!(store, |tx, id| challenge::count_send(tx, *id, later(4)).await), Ok(None), "spent");
        let (id, _) = open(store, &account).await;
        for _ in 0..CHALLENGE_TRIES {
            commit!(store, |tx, id| challenge::fail(tx, *id, NOW).await).unwrap();
        }
        assert_eq!(commit!(store, |tx, id| challenge::count_send(tx, *id, NOW).await), Ok(None), "tried out");
    }

    async fn all_1_codes_sent_at_once_are_each_counted(home) {
        let store = &home.store;
        let (id, _) = open(store, &rows::account(store).await).await;
        let counted = at_once(|_| {
            let store = store.clone();
            async move { commit!(store, |tx, id| challenge::count_send(tx, *id, NOW).await).unwrap() }
        });
        let mut counted: Vec<_> = counted.await.into_iter().flatten().collect();
        counted.sort_unstable();
        assert_eq!(counted, (1..=64).collect::<Vec<_>>());
    }

    async fn a_cancelled_challenge_is_dead(home) {
        let store = &home.store;
        let (id, hash) = open(store, &rows::account(store).await).await;
        for cancelled in [true, false] {
            assert_eq!(commit!(store, |tx, id| challenge::cancel(tx, *id, later(2)).await), Ok(cancelled));
        }
        assert!(!spend(store, id, 3).await);
        assert_eq!(commit!(store, |tx, id| challenge::fail(tx, *id, NOW).await), Ok(None));
        assert_eq!(read(store, &hash).await.unwrap().spent_at, Some(later(2)));
    }

    async fn the_chosen_method_is_noted(home) {
        let store = &home.store;
        let (id, hash) = open(store, &rows::account(store).await).await;
        let set = commit!(store, |tx, id| challenge::set_method(tx, *id, Method::Authenticator, NOW).await);
        assert_eq!(set, Ok(true));
        assert_eq!(read(store, &hash).await.unwrap().method, Some(Method::Authenticator));
        spend(store, id, 1).await;
        let set = commit!(store, |tx, id| challenge::set_method(tx, *id, Method::Authenticator, NOW).await);
        assert_eq!(set, Ok(false));
    }

    async fn all_challenges_of_one_account_go_and_no_others(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let (_, first) = open(store, &account).await;
        let (_, second) = open(store, &account).await;
        let (_, other) = open(store, &rows::account(store).await).await;
        let id = account.id;
        assert_eq!(commit!(store, |tx, id| challenge::delete_for_account(tx, *id).await), Ok(2));
        assert_eq!((read(store, &first).await, read(store, &second).await), (None, None));
        assert!(read(store, &other).await.is_some());
    }
}
