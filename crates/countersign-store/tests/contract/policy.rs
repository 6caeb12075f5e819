//! `policy`

use countersign_core::id::OrganisationId;
use countersign_core::preset::Preset;
use countersign_store::contract::{Value, execute};
use countersign_store::{StoreError, policy};

use crate::rows::{self, commit, policy_row};

on_both! {
    async fn the_newest_version_counts_and_the_others_stay(home) {
        let store = &home.store;
        let id = rows::organisation(store).await.id;
        let second = policy_row(id, 2, Preset::Authenticator);
        assert!(commit!(store, |tx, second| policy::append(tx, second).await).unwrap());
        let mut db = store.reader().await.unwrap();
        assert_eq!(policy::current(&mut db, id).await.unwrap(), Some(second.clone()));
        let first = policy_row(id, 1, Preset::Recommended);
        assert_eq!(policy::history(&mut db, id, 9).await.unwrap(), [second.clone(), first.clone()]);
        assert_eq!(policy::history(&mut db, id, 1).await.unwrap(), [second]);
        assert_eq!(policy::version(&mut db, id, 1).await.unwrap(), Some(first));
        assert_eq!(policy::version(&mut db, id, 3).await.unwrap(), None);
        let nobody = OrganisationId::new(rows::NOW, &rows::DICE);
        assert_eq!(policy::current(&mut db, nobody).await.unwrap(), None);
    }

    async fn of_two_changes_of_one_version_the_first_counts(home) {
        let store = &home.store;
        let id = rows::organisation(store).await.id;
        let ours = policy_row(id, 2, Preset::Authenticator);
        let theirs = policy_row(id, 2, Preset::Messenger);
        assert!(commit!(store, |tx, ours| policy::append(tx, ours).await).unwrap());
        assert!(!commit!(store, |tx, theirs| policy::append(tx, theirs).await).unwrap());
        let mut db = store.reader().await.unwrap();
        assert_eq!(policy::current(&mut db, id).await.unwrap(), Some(ours));
    }

    async fn every_preset_comes_back_as_it_was(home) {
        let store = &home.store;
        let id = rows::organisation(store).await.id;
        for (version, preset) in (2..).zip(Preset::ALL) {
            let row = policy_row(id, version, *preset);
            assert!(commit!(store, |tx, row| policy::append(tx, row).await).unwrap());
            let mut db = store.reader().await.unwrap();
            assert_eq!(policy::current(&mut db, id).await.unwrap(), Some(row));
        }
    }

    async fn a_policy_that_makes_no_sense_is_an_error_and_not_an_older_one(home) {
        let store = &home.store;
        let id = rows::organisation(store).await.id;
        let sql = "INSERT INTO policy (organisation_id, version, body, changed_at, changed_by, reason) \
            VALUES (?1, 2, '{\"unknown\": 1}', 0, '', '')";
        commit!(store, |tx, id, sql| execute(tx, sql, &[Value::from(id)]).await).unwrap();
        let mut db = store.reader().await.unwrap();
        assert_eq!(policy::current(&mut db, id).await, Err(StoreError::Corrupt("policy.body")));
    }
}
