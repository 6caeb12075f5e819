//! `phone_number`

use countersign_core::id::{AccountId, PhoneNumberId};
use countersign_core::keys::{KeyId, KeyRing};
use countersign_store::contract::{Value, execute, query_opt};
use countersign_store::phone_number::{self, Added, Confirmed, E164, Most, PhoneNumberRow};
use countersign_store::{Store, StoreError};

use crate::rows::{self, DICE, NOW, at_once, commit, later, phone_number_row, ring};

const DAY: i64 = 24 * 3600;
const MOST: Most = Most { of_account: 3, pending: 2, of_number: 3 };
const ADA: &str = "+4915112345678";

async fn add(store: &Store, key: u8, row: &PhoneNumberRow) -> Added {
    let row = row.clone();
    commit!(store, |tx, key, row| phone_number::add(tx, &ring(*key), &DICE, row, MOST).await).unwrap()
}

async fn confirm(store: &Store, row: &PhoneNumberRow, seconds: i64) -> Confirmed {
    let (phone, now) = ((row.id, row.account_id), later(seconds));
    commit!(store, |tx, phone, now| phone_number::confirm(tx, &ring(2), *phone, MOST, *now).await).unwrap()
}

/// A number that the account has proved.
pub(crate) async fn proved(store: &Store, row: &PhoneNumberRow) {
    assert_eq!(add(store, 1, row).await, Added::Done);
    assert_eq!(confirm(store, row, 1).await, Confirmed::Done);
}

async fn of(store: &Store, account: AccountId, seconds: i64) -> Vec<PhoneNumberRow> {
    let mut db = store.reader().await.unwrap();
    phone_number::of_account(&mut db, &ring(2), account, later(seconds)).await.unwrap()
}

on_both! {
    async fn msg_6_a_number_comes_back_as_it_was_written(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let row = phone_number_row(&account, ADA);
        assert_eq!(add(store, 1, &row).await, Added::Done);
        assert_eq!(of(store, account.id, 0).await, std::slice::from_ref(&row));
        let mut db = store.reader().await.unwrap();
        let found = phone_number::by_id(&mut db, &ring(1), row.id, account.id).await;
        assert_eq!(found, Ok(Some(row.clone())));
        let stranger = rows::account(store).await.id;
        assert_eq!(phone_number::by_id(&mut db, &ring(1), row.id, stranger).await, Ok(None));
        assert_eq!(of(store, account.id, DAY).await, [], "it was not proved in time");
        assert_eq!(confirm(store, &row, DAY).await, Confirmed::Over);
        let theirs = PhoneNumberRow { account_id: stranger, ..row.clone() };
        assert_eq!(confirm(store, &theirs, 5).await, Confirmed::Over);
        assert_eq!(confirm(store, &row, 5).await, Confirmed::Done);
        assert_eq!(confirm(store, &row, 6).await, Confirmed::Over, "once");
        let (id, caller) = (row.id, [9; 16]);
        for job in [
            commit!(store, |tx, id| phone_number::set_used(tx, *id, later(7)).await),
            commit!(store, |tx, id, caller| phone_number::set_last_caller(tx, *id, *caller).await),
        ] {
            assert_eq!(job, Ok(true));
        }
        let proved = PhoneNumberRow {
            confirmed_at: Some(later(5)),
            expires_at: None,
            session_id: None,
            last_used_at: Some(later(7)),
            last_caller: Some(caller),
            ..row
        };
        assert_eq!(of(store, account.id, 999 * DAY).await, [proved]);
        let none = PhoneNumberId::new(NOW, &DICE);
        assert_eq!(commit!(store, |tx, none| phone_number::set_used(tx, *none, NOW).await), Ok(false));
    }

    async fn msg_6_of_one_number_an_account_has_one_row(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let first = phone_number_row(&account, ADA);
        assert_eq!(add(store, 1, &first).await, Added::Done);
        let mut again = phone_number_row(&account, ADA);
        (again.created_at, again.expires_at) = (later(50), Some(later(50 + DAY)));
        // Under whichever key the first one was written.
        assert_eq!(add(store, 2, &again).await, Added::Again(first.id));
        let wanted = PhoneNumberRow { id: first.id, ..again.clone() };
        assert_eq!(of(store, account.id, 60).await, std::slice::from_ref(&wanted));
        assert_eq!(confirm(store, &wanted, 60).await, Confirmed::Done);
        assert_eq!(add(store, 2, &again).await, Added::Before(first.id));
        assert_eq!(of(store, account.id, 60).await.len(), 1);
    }

    async fn msg_6_numbers_and_accounts_have_their_limits(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let row = |number: usize| phone_number_row(&account, &format!("+491511234567{number}"));
        let (one, two, three) = (row(1), row(2), row(3));
        assert_eq!([add(store, 1, &one).await, add(store, 1, &two).await], [Added::Done; 2]);
        assert_eq!(add(store, 1, &three).await, Added::PendingFull);
        let mut later_on = row(3);
        (later_on.created_at, later_on.expires_at) = (later(DAY), Some(later(2 * DAY)));
        assert_eq!(add(store, 1, &later_on).await, Added::Done, "the others are over");
        let mut fourth = row(4);
        (fourth.created_at, fourth.expires_at) = (later(DAY), Some(later(2 * DAY)));
        assert_eq!(add(store, 1, &fourth).await, Added::Done);
        for row in [&one, &two, &later_on] {
            assert_eq!(confirm(store, row, 9).await, Confirmed::Done);
        }
        assert_eq!(confirm(store, &fourth, 9).await, Confirmed::AccountFull);
        assert_eq!(add(store, 1, &row(5)).await, Added::AccountFull);
        let (id, mine, theirs) = (one.id, account.id, rows::account(store).await.id);
        for (account, gone) in [(theirs, false), (mine, true), (mine, false)] {
            let job = commit!(store, |tx, id, account| phone_number::delete(tx, *id, *account).await);
            assert_eq!(job, Ok(gone));
        }
        assert_eq!(confirm(store, &fourth, 9).await, Confirmed::Done);
        assert_eq!(of(store, mine, 10).await.len(), 3);
    }

    async fn msg_6_of_64_proofs_of_one_number_at_once_three_count(home) {
        let store = &home.store;
        let mut added = Vec::new();
        for number in 0_u8..64 {
            let row = phone_number_row(&rows::account(store).await, ADA);
            assert_eq!(add(store, 1 + number % 2, &row).await, Added::Done);
            added.push(row);
        }
        let answers = at_once(|number| {
            let (store, row) = (store.clone(), added[number].clone());
            async move { confirm(&store, &row, 1).await }
        })
        .await;
        let done = answers.iter().filter(|answer| **answer == Confirmed::Done).count();
        assert_eq!(done, 3);
        assert!(answers.iter().all(|answer| matches!(answer, Confirmed::Done | Confirmed::NumberFull)));
        let mut db = store.reader().await.unwrap();
        let count = async |db: &mut countersign_store::Db, number| {
            phone_number::count_accounts(db, &ring(2), &E164::new(number)).await
        };
        assert_eq!(count(&mut db, ADA).await, Ok(3));
        assert_eq!(count(&mut db, "+4915112345679").await, Ok(0));
    }

    async fn msg_6_of_64_numbers_that_are_added_and_proved_at_once_three_count(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let row = |number: usize| phone_number_row(&account, &format!("+49151123456{number:02}"));
        let answers = at_once(|number| {
            let (store, row) = (store.clone(), row(number));
            async move { add(&store, 1, &row).await }
        })
        .await;
        assert_eq!(answers.iter().filter(|answer| **answer == Added::Done).count(), 2);
        // The same number at once is one row.
        let (other, same) = (rows::account(store).await, ADA);
        let answers = at_once(|_| {
            let (store, row) = (store.clone(), phone_number_row(&other, same));
            async move { add(&store, 1, &row).await }
        })
        .await;
        assert_eq!(answers.iter().filter(|answer| **answer == Added::Done).count(), 1);
        let pending = of(store, other.id, 1).await;
        assert_eq!(pending.len(), 1);
        let answers = at_once(|_| {
            let (store, row) = (store.clone(), pending[0].clone());
            async move { confirm(&store, &row, 1).await }
        })
        .await;
        assert_eq!(answers.iter().filter(|answer| **answer == Confirmed::Done).count(), 1);
        let id = account.id;
        for gone in [2, 0] {
            assert_eq!(commit!(store, |tx, id| phone_number::discard_pending(tx, *id).await), Ok(gone));
        }
        assert_eq!(of(store, other.id, 1).await.len(), 1);
    }

    async fn all_7_a_number_is_sealed_for_its_row_and_moves_to_a_new_key(home) {
        let store = &home.store;
        let (ada, eve) = (rows::account(store).await, rows::account(store).await);
        let (mine, theirs) = (phone_number_row(&ada, ADA), phone_number_row(&eve, ADA));
        for row in [&mine, &theirs] {
            proved(store, row).await;
        }
        let mut db = store.reader().await.unwrap();
        let row = query_opt(&mut db, "SELECT number FROM phone_number ORDER BY id LIMIT 1", &[]).await;
        let sealed = row.unwrap().unwrap().blob("number").unwrap();
        assert!(!sealed.windows(4).any(|text| text == b"4915"));
        assert_eq!(phone_number::key_counts(&mut db).await.unwrap(), [(KeyId(1), 2)]);
        drop(db);
        for resealed in [1, 1, 0] {
            let job = commit!(store, |tx| phone_number::reseal_batch(tx, &ring(2), &DICE, 1).await);
            assert_eq!(job, Ok(resealed));
        }
        let mut db = store.reader().await.unwrap();
        assert_eq!(phone_number::key_counts(&mut db).await.unwrap(), [(KeyId(2), 2)]);
        let alone = KeyRing::new(KeyId(2), vec![(KeyId(2), [2; 32])]).unwrap();
        assert_eq!(phone_number::count_accounts(&mut db, &alone, &E164::new(ADA)).await, Ok(2));
        drop(db);
        let (from, to, account) = (mine.id, theirs.id, eve.id);
        let sql = "UPDATE phone_number SET number = (SELECT o.number FROM phone_number o WHERE o.id = ?1) WHERE id = ?2";
        commit!(store, |tx, sql, from, to| execute(tx, sql, &[Value::from(from), Value::from(to)]).await).unwrap();
        let mut db = store.reader().await.unwrap();
        let read = phone_number::of_account(&mut db, &ring(2), account, NOW).await;
        assert_eq!(read, Err(StoreError::Corrupt("phone_number.number")), "never skipped");
    }
}

#[test]
fn all_7_no_number_is_in_a_log() {
    assert_eq!(format!("{:?}", E164::new(ADA)), "E164(***)");
}
