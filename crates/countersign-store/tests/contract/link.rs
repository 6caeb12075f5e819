//! `link`

use countersign_core::email::EmailAddress;
use countersign_core::id::LinkId;
use countersign_core::link::LinkPurpose;
use countersign_core::role::Role;
use countersign_store::Store;
use countersign_store::link::{self, LinkRow};

use crate::rows::{self, NOW, at_once, commit, later, link_row, wins};

async fn put(store: &Store, row: &LinkRow) -> [u8; 32] {
    let hash = rows::hash();
    commit!(store, |tx, hash, row| link::create(tx, hash, row).await).unwrap();
    hash
}

async fn spend(store: &Store, id: LinkId, seconds: i64) -> bool {
    let data = (id, later(seconds));
    commit!(store, |tx, data| link::spend(tx, data.0, data.1).await).unwrap()
}

on_both! {
    async fn a_link_comes_back_as_it_was_written(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let mut invitation = link_row(&account, LinkPurpose::Invitation);
        invitation.account_id = None;
        invitation.email = Some(EmailAddress::parse("new@example.org").unwrap());
        invitation.role = Some(Role::Support);
        let reset = link_row(&account, LinkPurpose::PasswordReset);
        for row in [invitation, reset] {
            let hash = put(store, &row).await;
            let mut db = store.reader().await.unwrap();
            assert_eq!(link::by_token_hash(&mut db, &hash).await.unwrap(), Some(row));
        }
        let mut db = store.reader().await.unwrap();
        assert_eq!(link::by_token_hash(&mut db, &rows::hash()).await.unwrap(), None);
    }

    async fn all_1_of_64_uses_of_a_link_one_counts(home) {
        let store = &home.store;
        let row = link_row(&rows::account(store).await, LinkPurpose::PasswordReset);
        let id = row.id;
        put(store, &row).await;
        assert!(!spend(store, id, 1800).await, "it is over");
        let spent = at_once(|_| {
            let store = store.clone();
            async move { spend(&store, id, 1799).await }
        });
        assert_eq!(wins(&spent.await), 1);
    }

    async fn a_link_is_forgotten_by_its_token(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let hash = put(store, &link_row(&account, LinkPurpose::NotMe)).await;
        let kept = put(store, &link_row(&account, LinkPurpose::NotMe)).await;
        for there in [true, false] {
            assert_eq!(commit!(store, |tx, hash| link::delete_by_token_hash(tx, hash).await), Ok(there));
        }
        let mut db = store.reader().await.unwrap();
        assert_eq!(link::by_token_hash(&mut db, &hash).await, Ok(None));
        assert!(link::by_token_hash(&mut db, &kept).await.unwrap().is_some());
    }

    async fn the_newest_link_that_can_still_be_used_is_the_pending_one(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let (id, purpose) = (account.id, LinkPurpose::ConfirmNewAddress);
        let older = link_row(&account, purpose);
        let mut newer = link_row(&account, purpose);
        (newer.created_at, newer.expires_at) = (later(5), later(900));
        newer.email = Some(EmailAddress::parse("new@example.org").unwrap());
        let mut other = link_row(&account, LinkPurpose::PasswordReset);
        other.created_at = later(9);
        for row in [&older, &newer, &other, &link_row(&rows::account(store).await, purpose)] {
            put(store, row).await;
        }
        let pending = async |now: i64| {
            let mut db = store.reader().await.unwrap();
            link::pending_of(&mut db, id, purpose, later(now)).await.unwrap()
        };
        assert_eq!(pending(899).await, Some(newer.clone()));
        assert_eq!(pending(900).await, Some(older));
        assert_eq!(pending(1800).await, None);
        spend(store, newer.id, 1).await;
        assert_ne!(pending(10).await.map(|row| row.id), Some(newer.id), "it was used");
    }

    async fn all_links_of_an_account_are_voided_whatever_they_are_for(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let reset = link_row(&account, LinkPurpose::PasswordReset);
        let undo = link_row(&account, LinkPurpose::UndoAddressChange);
        let theirs = link_row(&rows::account(store).await, LinkPurpose::PasswordReset);
        for row in [&reset, &undo, &theirs] {
            put(store, row).await;
        }
        let id = account.id;
        for voided in [2, 0] {
            assert_eq!(commit!(store, |tx, id| link::void_all_for(tx, *id, NOW).await), Ok(voided));
        }
        assert!(!spend(store, reset.id, 1).await && !spend(store, undo.id, 1).await);
        assert!(spend(store, theirs.id, 1).await);
    }

    async fn links_of_one_maker_are_voided_alone(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let by = |purpose, maker: &str| LinkRow { created_by: maker.to_owned(), ..link_row(&account, purpose) };
        let mailed = by(LinkPurpose::PasswordReset, "mail");
        let printed = by(LinkPurpose::PasswordReset, "command-line");
        let other = by(LinkPurpose::NotMe, "mail");
        for row in [&mailed, &printed, &other] {
            put(store, row).await;
        }
        let (id, purpose) = (account.id, LinkPurpose::PasswordReset);
        for voided in [1, 0] {
            let done = commit!(store, |tx, id, purpose| link::void_made_by(tx, *id, *purpose, "mail", NOW).await);
            assert_eq!(done, Ok(voided));
        }
        assert!(!spend(store, mailed.id, 1).await);
        assert!(spend(store, printed.id, 1).await && spend(store, other.id, 1).await);
    }

    async fn only_the_latest_link_of_its_purpose_counts(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let other = rows::account(store).await;
        let reset = link_row(&account, LinkPurpose::PasswordReset);
        let invitation = link_row(&account, LinkPurpose::Invitation);
        let theirs = link_row(&other, LinkPurpose::PasswordReset);
        for row in [&reset, &invitation, &theirs] {
            put(store, row).await;
        }
        let (id, purpose) = (account.id, LinkPurpose::PasswordReset);
        for voided in [1, 0] {
            let done = commit!(store, |tx, id, purpose| link::void_for(tx, *id, *purpose, NOW).await);
            assert_eq!(done, Ok(voided));
        }
        assert!(!spend(store, reset.id, 1).await);
        let (id, purpose) = (account.organisation_id, LinkPurpose::Invitation);
        for voided in [1, 0] {
            let done =
                commit!(store, |tx, id, purpose| link::void_of_organisation(tx, *id, *purpose, NOW).await);
            assert_eq!(done, Ok(voided));
        }
        assert!(!spend(store, invitation.id, 1).await);
        assert!(spend(store, theirs.id, 1).await);
    }
}
