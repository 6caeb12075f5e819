//! `delivered_code`

use countersign_core::id::{AccountId, ChallengeId};
use countersign_core::method::Method;
use countersign_store::contract::{Value, execute};
use countersign_store::delivered_code::{self, DeliveredCode};
use countersign_store::{Store, StoreError};

use crate::rows::{self, DICE, NOW, at_once, commit, delivered_code, later, wins};

async fn put(store: &Store, code: &DeliveredCode) {
    commit!(store, |tx, code| delivered_code::put(tx, code).await).unwrap();
}

async fn read(store: &Store, account: AccountId) -> Result<Option<DeliveredCode>, StoreError> {
    let mut db = store.reader().await.unwrap();
    delivered_code::of_account(&mut db, account, Method::Email).await
}

async fn spend(store: &Store, code: &DeliveredCode, seconds: i64) -> bool {
    let data = (code.clone(), later(seconds));
    let job = commit!(store, |tx, data| {
        let (code, now) = data;
        delivered_code::spend(tx, code.account_id, code.method, code.challenge_id, &code.mac, *now).await
    });
    job.unwrap()
}

on_both! {
    async fn the_last_code_of_a_method_is_the_one_that_counts(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let first = delivered_code(&account);
        assert_eq!(read(store, account.id).await, Ok(None));
        put(store, &first).await;
        assert_eq!(read(store, account.id).await, Ok(Some(first.clone())));
        let mut second = delivered_code(&account);
        (second.earlier, second.sent_at) = (vec![first.mac, rows::hash()], later(60));
        put(store, &second).await;
        assert_eq!(read(store, account.id).await, Ok(Some(second.clone())));
        assert!(!spend(store, &first, 61).await);
        assert!(spend(store, &second, 61).await);
        let spent = DeliveredCode { spent_at: Some(later(61)), ..second };
        assert_eq!(read(store, account.id).await, Ok(Some(spent)));
    }

    async fn all_1_of_64_copies_of_a_code_one_is_accepted(home) {
        let store = &home.store;
        let code = delivered_code(&rows::account(store).await);
        put(store, &code).await;
        let spent = at_once(|_| {
            let (store, code) = (store.clone(), code.clone());
            async move { spend(&store, &code, 599).await }
        });
        assert_eq!(wins(&spent.await), 1);
    }

    async fn a_code_answers_its_own_challenge_of_its_own_account_in_its_time(home) {
        let store = &home.store;
        let code = delivered_code(&rows::account(store).await);
        put(store, &code).await;
        let other = rows::account(store).await.id;
        let wrong = [
            DeliveredCode { account_id: other, ..code.clone() },
            DeliveredCode { method: Method::Authenticator, ..code.clone() },
            DeliveredCode { challenge_id: ChallengeId::new(NOW, &DICE), ..code.clone() },
            DeliveredCode { mac: rows::hash(), ..code.clone() },
        ];
        for wrong in &wrong {
            assert!(!spend(store, wrong, 0).await);
        }
        assert!(!spend(store, &code, 600).await, "it is over");
        assert!(spend(store, &code, 599).await);
    }

    async fn codes_of_one_account_go_and_no_others(home) {
        let store = &home.store;
        let (mine, theirs) = (rows::account(store).await, rows::account(store).await);
        for account in [&mine, &theirs] {
            put(store, &delivered_code(account)).await;
        }
        let id = mine.id;
        for gone in [1, 0] {
            assert_eq!(commit!(store, |tx, id| delivered_code::delete_for_account(tx, *id).await), Ok(gone));
        }
        assert_eq!(read(store, mine.id).await, Ok(None));
        assert!(read(store, theirs.id).await.unwrap().is_some());
    }

    async fn half_a_mac_is_an_error_and_no_shorter_list(home) {
        let store = &home.store;
        let code = delivered_code(&rows::account(store).await);
        put(store, &code).await;
        let id = code.account_id;
        commit!(store, |tx, id| {
            let sql = "UPDATE delivered_code SET earlier = ?2 WHERE account_id = ?1";
            execute(tx, sql, &[Value::from(id), Value::from(vec![0; 33])]).await
        })
        .unwrap();
        assert_eq!(read(store, id).await, Err(StoreError::Corrupt("delivered_code.earlier")));
    }
}
