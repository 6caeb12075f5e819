//! `telegram_link`

use countersign_core::factor::telegram::LINK_TRIES;
use countersign_core::id::AccountId;
use countersign_core::keys::KeyId;
use countersign_store::telegram_link::{self, Claim, TelegramLinkRow};
use countersign_store::{Store, StoreError};

use crate::rows::{self, DICE, at_once, commit, later, ring, telegram_link_row, wins};

async fn start(store: &Store, row: &TelegramLinkRow) -> [u8; 32] {
    let (hash, row) = (rows::hash(), row.clone());
    commit!(store, |tx, hash, row| telegram_link::create(tx, hash, row).await).unwrap();
    hash
}

/// Opened in a chat; the handle and the MAC are these 32 bytes.
async fn claim(store: &Store, row: &TelegramLinkRow, bytes: [u8; 32], seconds: i64) -> bool {
    let data = (row.id, row.account_id, bytes, later(seconds));
    commit!(store, |tx, data| {
        let (id, account, bytes, now) = data;
        let person = rows::person(5);
        let claim = Claim { person: &person, handle_hash: bytes, code_mac: bytes };
        telegram_link::claim(tx, &ring(1), &DICE, (*id, *account), &claim, *now).await
    })
    .unwrap()
}

async fn spend(store: &Store, row: &TelegramLinkRow, seconds: i64) -> bool {
    let (id, now) = (row.id, later(seconds));
    commit!(store, |tx, id, now| telegram_link::spend(tx, *id, *now).await).unwrap()
}

async fn refuse(store: &Store, row: &TelegramLinkRow, seconds: i64) -> bool {
    let (id, now) = (row.id, later(seconds));
    commit!(store, |tx, id, now| telegram_link::refuse(tx, *id, *now).await).unwrap()
}

async fn miss(store: &Store, row: &TelegramLinkRow, seconds: i64) -> Option<u32> {
    let (id, now) = (row.id, later(seconds));
    commit!(store, |tx, id, now| telegram_link::count_try(tx, *id, *now).await).unwrap()
}

async fn read(store: &Store, hash: &[u8; 32]) -> Option<TelegramLinkRow> {
    let mut db = store.reader().await.unwrap();
    telegram_link::by_token_hash(&mut db, &ring(2), hash).await.unwrap()
}

on_both! {
    async fn msg_1_a_linking_is_opened_once_and_then_links_once(home) {
        let store = &home.store;
        let row = telegram_link_row(&rows::account(store).await);
        let hash = start(store, &row).await;
        assert_eq!(read(store, &hash).await, Some(row.clone()));
        assert_eq!(read(store, &rows::hash()).await, None);
        assert!(!spend(store, &row, 1).await, "nobody has opened it");
        assert_eq!(miss(store, &row, 1).await, None);
        assert!(!refuse(store, &row, 1).await);
        let stranger = TelegramLinkRow { account_id: rows::account(store).await.id, ..row.clone() };
        assert!(!claim(store, &stranger, [1; 32], 1).await);
        let opened = at_once(|number| {
            let (store, row) = (store.clone(), row.clone());
            async move { claim(&store, &row, [u8::try_from(number).unwrap(); 32], 2).await }
        });
        assert_eq!(wins(&opened.await), 1);
        let found = read(store, &hash).await.unwrap();
        assert_eq!((found.claimed_at, found.person.clone()), (Some(later(2)), Some(rows::person(5))));
        let mut db = store.reader().await.unwrap();
        let handle = found.code_mac.unwrap();
        let by_handle = telegram_link::by_handle_hash(&mut db, &ring(2), &handle).await.unwrap();
        assert_eq!(by_handle, Some(found.clone()));
        assert_eq!(telegram_link::by_handle_hash(&mut db, &ring(2), &rows::hash()).await.unwrap(), None);
        let of = telegram_link::of_session(&mut db, &ring(2), row.session_id, row.account_id).await.unwrap();
        assert_eq!(of, Some(found));
        let other = stranger.account_id;
        assert_eq!(telegram_link::of_session(&mut db, &ring(2), row.session_id, other).await.unwrap(), None);
        drop(db);
        let linked = at_once(|_| {
            let (store, row) = (store.clone(), row.clone());
            async move { spend(&store, &row, 3).await }
        });
        assert_eq!(wins(&linked.await), 1);
        assert_eq!(read(store, &hash).await.unwrap().spent_at, Some(later(3)));
        assert!(!refuse(store, &row, 4).await, "it has linked");
    }

    async fn msg_1_five_wrong_codes_end_a_linking(home) {
        let store = &home.store;
        let row = telegram_link_row(&rows::account(store).await);
        start(store, &row).await;
        assert!(claim(store, &row, [1; 32], 1).await);
        let counted = at_once(|_| {
            let (store, row) = (store.clone(), row.clone());
            async move { miss(&store, &row, 2).await }
        });
        let mut counted: Vec<u32> = counted.await.into_iter().flatten().collect();
        counted.sort_unstable();
        assert_eq!(counted, (1..=LINK_TRIES).collect::<Vec<_>>());
        assert!(!spend(store, &row, 3).await);
    }

    async fn msg_1_nothing_links_after_its_time_after_a_refusal_or_after_a_newer_one(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let first = telegram_link_row(&account);
        let hash = start(store, &first).await;
        assert!(!claim(store, &first, [1; 32], 600).await, "it is over");
        assert!(claim(store, &first, [1; 32], 599).await);
        assert!(!spend(store, &first, 600).await);
        assert!(refuse(store, &first, 700).await, "heard also when it is over");
        assert!(!refuse(store, &first, 701).await);
        assert!(!spend(store, &first, 9).await);
        assert_eq!(miss(store, &first, 9).await, None);
        assert_eq!(read(store, &hash).await.unwrap().refused_at, Some(later(700)));

        let mut second = telegram_link_row(&account);
        second.created_at = later(10);
        let hash = start(store, &second).await;
        assert!(claim(store, &second, [2; 32], 11).await);
        let mut third = telegram_link_row(&account);
        third.created_at = later(12);
        start(store, &third).await;
        assert_eq!(read(store, &hash).await.unwrap().expires_at, later(12));
        assert!(!spend(store, &second, 13).await, "a newer one took its place");
        let (id, now): (AccountId, _) = (account.id, later(20));
        for ended in [1, 0] {
            assert_eq!(commit!(store, |tx, id, now| telegram_link::end_all_of(tx, *id, *now).await), Ok(ended));
        }
        assert!(!claim(store, &third, [3; 32], 21).await);
    }

    async fn msg_1_of_64_that_are_started_at_once_one_can_be_used(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let claimed = at_once(|number| {
            let (store, row) = (store.clone(), telegram_link_row(&account));
            async move {
                start(&store, &row).await;
                (row, u8::try_from(number).unwrap())
            }
        });
        let mut opened = 0;
        for (row, number) in claimed.await {
            opened += usize::from(claim(store, &row, [number; 32], 1).await);
        }
        assert_eq!(opened, 1);
    }

    async fn all_7_who_opened_it_is_sealed_for_its_row_and_moves_to_a_new_key(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let row = telegram_link_row(&account);
        let hash = start(store, &row).await;
        let mut db = store.reader().await.unwrap();
        assert_eq!(telegram_link::key_counts(&mut db).await.unwrap(), []);
        drop(db);
        assert!(claim(store, &row, [1; 32], 1).await);
        for resealed in [1, 0] {
            let job = commit!(store, |tx| telegram_link::reseal_batch(tx, &ring(2), &DICE, 9).await);
            assert_eq!(job, Ok(resealed));
        }
        let mut db = store.reader().await.unwrap();
        assert_eq!(telegram_link::key_counts(&mut db).await.unwrap(), [(KeyId(2), 1)]);
        assert!(telegram_link::by_token_hash(&mut db, &ring(2), &hash).await.unwrap().unwrap().person.is_some());
        let read = telegram_link::by_token_hash(&mut db, &ring(1), &hash).await;
        assert_eq!(read, Err(StoreError::Corrupt("telegram_link.body")));
    }
}
