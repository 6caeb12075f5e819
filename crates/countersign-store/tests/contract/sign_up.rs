//! `sign_up`

use countersign_core::keys::KeyId;
use countersign_core::link::LinkPurpose;
use countersign_core::password::PasswordHash;
use countersign_store::account::AccountRow;
use countersign_store::sign_up::{self, SignUpRow};
use countersign_store::{Store, StoreError, link};

use crate::rows::{self, NOW, commit, link_row, password};

/// A sign-up that waits, with its password under this pepper key.
async fn put(store: &Store, account: &AccountRow, key: u32) -> SignUpRow {
    let mut link = link_row(account, LinkPurpose::SignUp);
    link.account_id = None;
    let row = SignUpRow {
        link_id: link.id,
        email_key: format!("ada{key}@example.org"),
        display_name: "Ada Example".into(),
        language: Some("de".into()),
        password: PasswordHash { pepper_key: KeyId(key), ..password("first") },
    };
    let hash = rows::hash();
    commit!(store, |tx, hash, link, row| {
        link::create(tx, hash, link).await?;
        sign_up::create(tx, row).await
    })
    .unwrap();
    row
}

async fn read(store: &Store, row: &SignUpRow) -> Option<SignUpRow> {
    let mut db = store.reader().await.unwrap();
    sign_up::by_link(&mut db, row.link_id).await.unwrap()
}

on_both! {
    async fn a_sign_up_comes_back_as_it_was_written(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let row = put(store, &account, 1).await;
        assert_eq!(read(store, &row).await, Some(row.clone()));
        let again = commit!(store, |tx, row| sign_up::create(tx, row).await);
        assert_eq!(again, Err(StoreError::Unique("sign_up.link_id".into())));
        let mut stray = SignUpRow { link_id: link_row(&account, LinkPurpose::SignUp).id, ..row };
        stray.language = None;
        let made = commit!(store, |tx, stray| sign_up::create(tx, stray).await);
        assert_eq!(made, Err(StoreError::Refused("foreign key")));
        assert_eq!(read(store, &stray).await, None);
    }

    async fn only_the_latest_sign_up_for_an_address_counts(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let (first, second, other) =
            (put(store, &account, 1).await, put(store, &account, 1).await, put(store, &account, 2).await);
        let organisation = account.organisation_id;
        for voided in [2, 0] {
            let done = commit!(store, |tx, organisation| {
                sign_up::void_for_address(tx, *organisation, "ada1@example.org", NOW).await
            });
            assert_eq!(done, Ok(voided));
        }
        for (row, open) in [(&first, false), (&second, false), (&other, true)] {
            let id = row.link_id;
            assert_eq!(commit!(store, |tx, id| link::spend(tx, *id, NOW).await), Ok(open));
        }
    }

    async fn all_7_sign_ups_that_wait_are_counted_by_pepper_key_and_taken_back_with_their_links(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let mut old = Vec::new();
        for _ in 0..3 {
            old.push(put(store, &account, 1).await);
        }
        let kept = put(store, &account, 2).await;
        let used = put(store, &account, 1).await;
        let id = used.link_id;
        assert!(commit!(store, |tx, id| link::spend(tx, *id, NOW).await).unwrap());
        let counts = async || {
            let mut db = store.reader().await.unwrap();
            sign_up::count_by_pepper_key(&mut db).await.unwrap()
        };
        assert_eq!(counts().await, [(KeyId(1), 3), (KeyId(2), 1)]);
        for voided in [2, 1, 0] {
            let done = commit!(store, |tx| sign_up::void_by_pepper_key(tx, KeyId(1), 2).await);
            assert_eq!(done, Ok(voided));
        }
        assert_eq!(counts().await, [(KeyId(2), 1)]);
        for row in &old {
            assert_eq!(read(store, row).await, None);
            let id = row.link_id;
            assert_eq!(commit!(store, |tx, id| link::spend(tx, *id, NOW).await), Ok(false));
        }
        assert_eq!(read(store, &kept).await, Some(kept));
        assert_eq!(read(store, &used).await, Some(used));
    }
}
