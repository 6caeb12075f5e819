//! `recognised_browser`

use countersign_core::id::BrowserId;
use countersign_store::Store;
use countersign_store::browser::{self, BrowserRow};

use crate::rows::{self, DICE, NOW, browser_row, commit, later};

async fn put(store: &Store, row: &BrowserRow) -> [u8; 32] {
    let hash = rows::hash();
    commit!(store, |tx, hash, row| browser::create(tx, hash, row).await).unwrap();
    hash
}

on_both! {
    async fn all_2_a_browser_is_recognised_for_its_own_account_only(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let other = rows::account(store).await.id;
        let row = browser_row(&account);
        let hash = put(store, &row).await;
        let mut db = store.reader().await.unwrap();
        assert_eq!(browser::by_token_hash(&mut db, &hash, account.id).await.unwrap(), Some(row));
        assert_eq!(browser::by_token_hash(&mut db, &hash, other).await.unwrap(), None);
        assert_eq!(browser::by_token_hash(&mut db, &rows::hash(), account.id).await.unwrap(), None);
    }

    async fn a_browser_that_is_seen_again_is_noted(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let row = browser_row(&account);
        let hash = put(store, &row).await;
        let id = row.id;
        assert_eq!(commit!(store, |tx, id| browser::touch(tx, *id, later(9), 4).await), Ok(true));
        let nobody = BrowserId::new(NOW, &DICE);
        assert_eq!(commit!(store, |tx, nobody| browser::touch(tx, *nobody, later(9), 4).await), Ok(false));
        let mut db = store.reader().await.unwrap();
        let found = browser::by_token_hash(&mut db, &hash, account.id).await.unwrap().unwrap();
        assert_eq!((found.last_used_at, found.password_version), (later(9), 4), "known again after a reset");
    }

    async fn all_browsers_of_one_account_become_strangers(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let other = rows::account(store).await;
        let hash = put(store, &browser_row(&account)).await;
        put(store, &browser_row(&account)).await;
        let kept = put(store, &browser_row(&other)).await;
        let id = account.id;
        assert_eq!(commit!(store, |tx, id| browser::delete_for_account(tx, *id).await), Ok(2));
        let mut db = store.reader().await.unwrap();
        assert_eq!(browser::by_token_hash(&mut db, &hash, id).await.unwrap(), None);
        assert!(browser::by_token_hash(&mut db, &kept, other.id).await.unwrap().is_some());
    }

    async fn the_browsers_unseen_for_longest_are_forgotten(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let mut hashes = Vec::new();
        for seen in [2, 1, 3] {
            let mut row = browser_row(&account);
            row.last_used_at = later(seen);
            hashes.push(put(store, &row).await);
        }
        let id = account.id;
        assert_eq!(commit!(store, |tx, id| browser::trim_to(tx, *id, 2).await), Ok(1));
        let mut db = store.reader().await.unwrap();
        for (hash, kept) in hashes.iter().zip([true, false, true]) {
            let found = browser::by_token_hash(&mut db, hash, id).await.unwrap();
            assert_eq!(found.is_some(), kept);
        }
    }
}
