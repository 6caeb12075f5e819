//! `telegram_account`

use countersign_core::factor::telegram::TelegramId;
use countersign_core::id::{AccountId, TelegramAccountId};
use countersign_core::keys::KeyId;
use countersign_store::contract::{Value, execute, query_opt};
use countersign_store::telegram_account::{self, Linked, Most, TelegramAccountRow, TelegramPerson};
use countersign_store::{Store, StoreError};

use crate::rows::{self, DICE, NOW, at_once, commit, later, ring, telegram_account_row};

const MOST: Most = Most { of_account: 3, of_person: 3 };

/// Links with the last key of a ring of `key` keys.
async fn link(store: &Store, key: u8, row: &TelegramAccountRow) -> Linked {
    let row = row.clone();
    commit!(store, |tx, key, row| telegram_account::insert(tx, &ring(*key), &DICE, row, MOST).await).unwrap()
}

async fn of(store: &Store, account: AccountId) -> Vec<TelegramAccountRow> {
    let mut db = store.reader().await.unwrap();
    telegram_account::of_account(&mut db, &ring(2), account).await.unwrap()
}

async fn of_person(store: &Store, key: u8, number: i64) -> Vec<AccountId> {
    let mut db = store.reader().await.unwrap();
    let person = TelegramId::new(number).unwrap();
    let rows = telegram_account::of_person(&mut db, &ring(key), person).await.unwrap();
    rows.into_iter().map(|row| row.account_id).collect()
}

on_both! {
    async fn msg_1_a_linked_account_comes_back_as_it_was_written(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let first = telegram_account_row(&account, 7_000_000_001);
        let mut second = telegram_account_row(&account, 7_000_000_002);
        (second.person.username, second.person.language) = (None, None);
        (second.created_at, second.last_used_at, second.blocked_at) = (later(1), Some(later(2)), Some(later(3)));
        for row in [&first, &second] {
            assert_eq!(link(store, 1, row).await, Linked::Done);
        }
        assert_eq!(of(store, account.id).await, [first.clone(), second.clone()]);
        let mut db = store.reader().await.unwrap();
        for row in [first, second] {
            assert_eq!(telegram_account::by_id(&mut db, &ring(1), row.id).await, Ok(Some(row)));
        }
        let none = TelegramAccountId::new(NOW, &DICE);
        assert_eq!(telegram_account::by_id(&mut db, &ring(1), none).await, Ok(None));
    }

    async fn msg_3_an_account_has_so_many_and_one_person_answers_for_so_many(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        for number in 1..=3 {
            let row = telegram_account_row(&account, number);
            assert_eq!(link(store, 1, &row).await, Linked::Done);
            // A second link of the same person, also under another key, is none.
            for key in [1, 2] {
                let again = telegram_account_row(&account, number);
                assert_eq!(link(store, key, &again).await, Linked::Before);
            }
        }
        assert_eq!(link(store, 1, &telegram_account_row(&account, 4)).await, Linked::AccountFull);
        let mut others = Vec::new();
        for key in [1, 2] {
            let other = rows::account(store).await;
            assert_eq!(link(store, key, &telegram_account_row(&other, 1)).await, Linked::Done);
            others.push(other.id);
        }
        let other = rows::account(store).await;
        assert_eq!(link(store, 2, &telegram_account_row(&other, 1)).await, Linked::PersonFull);
        assert_eq!(of(store, other.id).await, []);
        let (mut found, mut wanted) = (of_person(store, 2, 1).await, vec![account.id, others[0], others[1]]);
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted);
        assert_eq!(of_person(store, 2, 9).await, []);
    }

    async fn msg_3_of_64_links_of_one_person_at_once_three_count(home) {
        let store = &home.store;
        let mut accounts = Vec::new();
        for _ in 0..64 {
            accounts.push(rows::account(store).await);
        }
        // The first half are of accounts of their own, the second half all of the same.
        let answers = at_once(|number| {
            let account = if number < 32 { &accounts[number] } else { &accounts[32] };
            let (store, row) = (store.clone(), telegram_account_row(account, 1));
            let more = telegram_account_row(&accounts[63], 100 + i64::try_from(number).unwrap());
            async move { (link(&store, 1, &row).await, link(&store, 1, &more).await) }
        })
        .await;
        let done = |linked: &Linked| usize::from(*linked == Linked::Done);
        assert_eq!(answers.iter().map(|(one, _)| done(one)).sum::<usize>(), 3, "of one person");
        assert_eq!(answers.iter().map(|(_, more)| done(more)).sum::<usize>(), 3, "of one account");
        assert_eq!(of_person(store, 1, 1).await.len(), 3);
        assert_eq!(of(store, accounts[63].id).await.len(), 3);
        assert!(of(store, accounts[32].id).await.len() <= 1);
    }

    async fn msg_10_an_account_is_used_renamed_blocked_and_unlinked(home) {
        let store = &home.store;
        let (ada, eve) = (rows::account(store).await, rows::account(store).await);
        let (mine, theirs) = (telegram_account_row(&ada, 5), telegram_account_row(&eve, 5));
        for row in [&mine, &theirs] {
            assert_eq!(link(store, 1, row).await, Linked::Done);
        }
        let id = mine.id;
        assert!(commit!(store, |tx, id| telegram_account::set_used(tx, *id, later(4)).await).unwrap());
        let person = TelegramPerson { name: "Ada Newname".into(), username: None, ..mine.person.clone() };
        let renamed = TelegramAccountRow { person, last_used_at: Some(later(4)), ..mine.clone() };
        let job = commit!(store, |tx, renamed| telegram_account::set_person(tx, &ring(2), &DICE, renamed).await);
        assert_eq!(job, Ok(true));
        assert_eq!(of(store, ada.id).await, std::slice::from_ref(&renamed));
        let stranger = TelegramAccountRow { person: rows::person(6), ..mine.clone() };
        let job = commit!(store, |tx, stranger| telegram_account::set_person(tx, &ring(2), &DICE, stranger).await);
        assert_eq!(job, Ok(false), "another person's");
        let who = mine.person.id;
        for (seconds, mut wanted) in [(8, vec![ada.id, eve.id]), (9, vec![])] {
            let now = later(seconds);
            let job = commit!(store, |tx, who, now| telegram_account::set_blocked(tx, &ring(2), *who, *now).await);
            let mut told = job.unwrap();
            told.sort();
            wanted.sort();
            assert_eq!(told, wanted);
            assert_eq!(of(store, ada.id).await[0].blocked_at, Some(later(8)));
        }
        for count in [2, 0] {
            let told = commit!(store, |tx, who| telegram_account::unblock(tx, &ring(2), *who).await).unwrap();
            assert_eq!(told.len(), count);
        }
        assert_eq!(of(store, ada.id).await, [renamed]);
        let (ours, not_ours) = (ada.id, eve.id);
        for (account, gone) in [(not_ours, false), (ours, true), (ours, false)] {
            let job = commit!(store, |tx, id, account| telegram_account::delete(tx, *id, *account).await);
            assert_eq!(job, Ok(gone));
        }
        assert_eq!(of_person(store, 2, 5).await, [eve.id]);
        let job = commit!(store, |tx, id| telegram_account::set_used(tx, *id, later(4)).await);
        assert_eq!(job, Ok(false));
    }

    async fn all_7_who_it_is_is_sealed_for_its_row_and_moves_to_a_new_key(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        for number in 1..=3 {
            assert_eq!(link(store, 1, &telegram_account_row(&account, number)).await, Linked::Done);
        }
        let mut db = store.reader().await.unwrap();
        let row = query_opt(&mut db, "SELECT body, lookup FROM telegram_account ORDER BY id LIMIT 1", &[]).await;
        let row = row.unwrap().unwrap();
        assert!(!row.blob("body").unwrap().windows(3).any(|text| text == "Ada".as_bytes()));
        let counts = telegram_account::key_counts(&mut db).await.unwrap();
        assert_eq!(counts, [(KeyId(1), 3)]);
        drop(db);
        for resealed in [2, 1, 0] {
            let job = commit!(store, |tx| telegram_account::reseal_batch(tx, &ring(2), &DICE, 2).await);
            assert_eq!(job, Ok(resealed));
        }
        let mut db = store.reader().await.unwrap();
        assert_eq!(telegram_account::key_counts(&mut db).await.unwrap(), [(KeyId(2), 3)]);
        // Found by the new key alone, as after the old one was taken off the ring.
        let alone = countersign_core::keys::KeyRing::new(KeyId(2), vec![(KeyId(2), [2; 32])]).unwrap();
        let found = telegram_account::of_person(&mut db, &alone, TelegramId::new(2).unwrap()).await.unwrap();
        assert_eq!(found.len(), 1);
        drop(db);
        let (from, to) = (found[0].id, telegram_account_row(&account, 1));
        let other = rows::account(store).await;
        let moved = TelegramAccountRow { account_id: other.id, ..to };
        assert_eq!(link(store, 2, &moved).await, Linked::Done);
        let (into, other) = (moved.id, other.id);
        let sql = "UPDATE telegram_account SET body = (SELECT o.body FROM telegram_account o WHERE o.id = ?1) WHERE id = ?2";
        commit!(store, |tx, sql, from, into| execute(tx, sql, &[Value::from(from), Value::from(into)]).await)
            .unwrap();
        let mut db = store.reader().await.unwrap();
        let read = telegram_account::of_account(&mut db, &ring(2), other).await;
        assert_eq!(read, Err(StoreError::Corrupt("telegram_account.body")), "never skipped");
    }
}

#[test]
fn all_7_nothing_of_a_person_is_in_a_log() {
    assert_eq!(format!("{:?}", rows::person(7_000_000_001)), "TelegramPerson(***)");
}
