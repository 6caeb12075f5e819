//! `recovery_key`

use countersign_core::id::{AccountId, RecoveryKeyId};
use countersign_core::keys::KeyId;
use countersign_store::Store;
use countersign_store::recovery_key::{self, RecoveryKeyRow};

use crate::rows::{self, DICE, NOW, at_once, commit, later, recovery_key_row, wins};

async fn put(store: &Store, row: &RecoveryKeyRow) {
    commit!(store, |tx, row| recovery_key::replace(tx, row).await).unwrap();
}

async fn read(store: &Store, account: AccountId) -> Option<RecoveryKeyRow> {
    let mut db = store.reader().await.unwrap();
    recovery_key::of_account(&mut db, account).await.unwrap()
}

async fn confirm(store: &Store, row: &RecoveryKeyRow, seconds: i64) -> bool {
    let data = (row.account_id, row.id, later(seconds));
    commit!(store, |tx, data| recovery_key::confirm(tx, data.0, data.1, data.2).await).unwrap()
}

async fn spend(store: &Store, row: &RecoveryKeyRow, seconds: i64) -> bool {
    let data = (row.account_id, row.id, later(seconds));
    commit!(store, |tx, data| recovery_key::spend(tx, data.0, data.1, data.2).await).unwrap()
}

on_both! {
    async fn key_7_a_new_key_takes_the_place_of_the_old_one(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        assert_eq!(read(store, account.id).await, None);
        let old = recovery_key_row(&account);
        put(store, &old).await;
        assert!(confirm(store, &old, 1).await);
        assert!(!confirm(store, &old, 2).await, "it was confirmed before");
        assert_eq!(
            read(store, account.id).await,
            Some(RecoveryKeyRow { confirmed_at: Some(later(1)), ..old.clone() })
        );
        let new = RecoveryKeyRow { key_id: KeyId(2), created_at: later(3), ..recovery_key_row(&account) };
        put(store, &new).await;
        assert_eq!(read(store, account.id).await, Some(new.clone()), "confirmed no more");
        assert!(!spend(store, &old, 4).await && !confirm(store, &old, 4).await);
        let used = RecoveryKeyRow { spent_at: Some(later(5)), ..new.clone() };
        assert!(spend(store, &new, 5).await);
        assert_eq!(read(store, account.id).await, Some(used));
        assert!(!confirm(store, &new, 6).await, "it was used");
        let id = account.id;
        for deleted in [true, false] {
            assert_eq!(commit!(store, |tx, id| recovery_key::delete(tx, *id).await), Ok(deleted));
        }
    }

    async fn key_8_of_64_uses_of_a_key_one_counts(home) {
        let store = &home.store;
        let row = recovery_key_row(&rows::account(store).await);
        put(store, &row).await;
        let spent = at_once(|_| {
            let (store, row) = (store.clone(), row.clone());
            async move { spend(&store, &row, 1).await }
        });
        assert_eq!(wins(&spent.await), 1);
    }

    async fn a_key_belongs_to_its_account(home) {
        let store = &home.store;
        let row = recovery_key_row(&rows::account(store).await);
        let other = rows::account(store).await.id;
        put(store, &row).await;
        let stolen = RecoveryKeyRow { account_id: other, ..row.clone() };
        assert!(!spend(store, &stolen, 1).await && !confirm(store, &stolen, 1).await);
        let unknown = RecoveryKeyRow { id: RecoveryKeyId::new(NOW, &DICE), ..row.clone() };
        assert!(!spend(store, &unknown, 1).await && !confirm(store, &unknown, 1).await);
        assert_eq!(read(store, row.account_id).await, Some(row));
    }

    async fn all_7_keys_are_counted_by_master_key_and_voided_in_batches(home) {
        let store = &home.store;
        let mut owners = Vec::new();
        for _ in 0..3 {
            let account = rows::account(store).await;
            put(store, &recovery_key_row(&account)).await;
            owners.push((account.id, account.organisation_id));
        }
        let used = RecoveryKeyRow { spent_at: Some(NOW), ..recovery_key_row(&rows::account(store).await) };
        let kept = RecoveryKeyRow { key_id: KeyId(2), ..recovery_key_row(&rows::account(store).await) };
        put(store, &used).await;
        put(store, &kept).await;
        let counts = async || {
            let mut db = store.reader().await.unwrap();
            recovery_key::count_by_key(&mut db).await.unwrap()
        };
        assert_eq!(counts().await, [(KeyId(1), 3), (KeyId(2), 1)]);
        let mut voided = Vec::new();
        for most in [2, 1, 0] {
            let batch = commit!(store, |tx| recovery_key::void_by_key(tx, KeyId(1), 2).await).unwrap();
            assert_eq!(batch.len(), most);
            voided.extend(batch);
        }
        owners.sort();
        voided.sort();
        assert_eq!(voided, owners);
        assert_eq!(counts().await, [(KeyId(2), 1)]);
        assert_eq!(read(store, owners[0].0).await, None);
        for row in [used, kept] {
            assert_eq!(read(store, row.account_id).await, Some(row));
        }
    }
}
