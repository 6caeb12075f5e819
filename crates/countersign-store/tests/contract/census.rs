//! How many accounts are alike

use countersign_core::method::Method;
use countersign_core::role::Role;
use countersign_store::account::AccountState;
use countersign_store::census::{self, CensusRow};
use countersign_store::{account, recovery_key};

use crate::rows::{self, NOW, account_row, commit, later, recovery_key_row};

fn sorted(mut rows: Vec<CensusRow>) -> Vec<(&'static str, Vec<Method>, u64)> {
    let order = |row: &CensusRow| (row.role.as_str(), row.methods.clone(), row.accounts);
    rows.sort_by_key(order);
    rows.iter().map(order).collect()
}

on_both! {
    async fn key_10_accounts_are_counted_by_role_and_by_what_they_have(home) {
        let store = &home.store;
        let id = rows::organisation(store).await.id;
        rows::account(store).await;
        let mut made = Vec::new();
        for number in 0..6 {
            let mut row = account_row(id, &format!("n{number}-{id}@example.org"));
            row.role = if number == 4 { Role::Support } else { Role::Member };
            row.email_codes_at = (number < 2).then_some(NOW);
            if number == 5 {
                row.state = AccountState::Disabled;
            }
            assert!(commit!(store, |tx, row| account::create(tx, row).await).unwrap());
            made.push(row);
        }
        // Two devices are one way; a set-up in progress is none; a key that was used is none.
        for (account, name) in [(0, "phone"), (0, "tablet"), (4, "phone")] {
            rows::device(store, made[account].id, name).await;
        }
        let session = rows::session_row(&made[2]);
        let pending = rows::new_authenticator(made[2].id, session.id);
        rows::start_set_up(store, 1, pending).await.unwrap();
        for number in [0, 3] {
            let key = recovery_key_row(&made[number]);
            commit!(store, |tx, key| recovery_key::replace(tx, key).await).unwrap();
            if number == 3 {
                commit!(store, |tx, key| recovery_key::spend(tx, key.account_id, key.id, later(2)).await)
                    .unwrap();
            }
        }
        let mut db = store.reader().await.unwrap();
        let found = sorted(census::of_organisation(&mut db, id).await.unwrap());
        assert_eq!(
            found,
            [
                ("member", vec![], 2),
                ("member", vec![Method::Authenticator, Method::Email, Method::RecoveryKey], 1),
                ("member", vec![Method::Email], 1),
                ("support", vec![Method::Authenticator], 1),
            ]
        );
    }

    async fn an_organisation_without_accounts_has_no_groups(home) {
        let id = rows::organisation(&home.store).await.id;
        let mut db = home.store.reader().await.unwrap();
        assert_eq!(census::of_organisation(&mut db, id).await.unwrap(), []);
    }
}
