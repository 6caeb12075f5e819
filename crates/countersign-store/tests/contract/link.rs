//! `link`

use countersign_core::email::EmailAddress;
use countersign_core::id::LinkId;
use countersign_core::link::LinkPurpose;
use countersign_core::role::Role;
use countersign_store::Store;
use countersign_store::account::AccountRow;
use countersign_store::link::{self, LinkRow};

use crate::rows::{self, DICE, NOW, at_once, commit, later, wins};

fn link_row(account: &AccountRow, purpose: LinkPurpose) -> LinkRow {
    LinkRow {
        id: LinkId::new(NOW, &DICE),
        purpose,
        account_id: Some(account.id),
        organisation_id: account.organisation_id,
        email: None,
        role: None,
        created_at: NOW,
        expires_at: later(1800),
        spent_at: None,
        created_by: account.id.to_string(),
    }
}

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
