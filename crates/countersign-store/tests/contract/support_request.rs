//! `support_request` and `support_note`

use countersign_core::id::AccountId;
use countersign_core::request::{RequestProof, RequestState};
use countersign_store::account::AccountRow;
use countersign_store::support_request::{self, SupportRequestRow, Which};
use countersign_store::{Store, account};

use crate::rows::{self, DICE, NOW, at_once, commit, later, note_row, request_row, wins};

async fn put(store: &Store, row: &SupportRequestRow) {
    commit!(store, |tx, row| support_request::create(tx, row).await).unwrap();
}

async fn made(store: &Store, seconds: i64) -> SupportRequestRow {
    let account = rows::account(store).await;
    made_about(store, &account, seconds).await
}

async fn made_about(store: &Store, account: &AccountRow, seconds: i64) -> SupportRequestRow {
    let at = later(seconds);
    let row = SupportRequestRow { created_at: at, changed_at: at, ..request_row(account) };
    put(store, &row).await;
    row
}

on_both! {
    async fn app_8_a_request_reads_back_in_its_own_organisation_only(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let stranger = SupportRequestRow {
            account_id: None,
            proof: RequestProof::Password,
            taken_by: Some(AccountId::new(NOW, &DICE)),
            ..request_row(&account)
        };
        put(store, &stranger).await;
        let elsewhere = rows::organisation(store).await.id;
        let mut db = store.reader().await.unwrap();
        let (id, home) = (stranger.id, stranger.organisation_id);
        assert_eq!(support_request::by_id(&mut db, id, home).await.unwrap(), Some(stranger));
        assert_eq!(support_request::by_id(&mut db, id, elsewhere).await.unwrap(), None);
        assert_eq!(support_request::counts(&mut db, elsewhere, true).await.unwrap(), []);
        drop(db);
        let data = (id, elsewhere);
        let taken = commit!(store, |tx, data| {
            let agent = AccountId::new(NOW, &DICE);
            let taken = support_request::take(tx, data.0, data.1, agent, agent, NOW).await?;
            Ok((taken, support_request::set_state(tx, data.0, data.1, RequestState::Closed, NOW).await?))
        });
        assert_eq!(taken, Ok((false, false)), "another organisation's desk changes nothing");
    }

    async fn app_8_the_longest_waiting_comes_first_and_the_latest_closed(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let made = async |seconds| made_about(store, &account, seconds).await;
        let (one, first, other) = (made(20).await, made(10).await, made(20).await);
        let (second, third) = if one.id < other.id { (one, other) } else { (other, one) };
        let home = first.organisation_id;
        let page = async |which, after, most| {
            let mut db = store.reader().await.unwrap();
            let rows = support_request::list(&mut db, home, which, true, after, most).await.unwrap();
            rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        let open = Which::In(RequestState::Open);
        assert_eq!(page(open, None, 9).await, [first.id, second.id, third.id]);
        assert_eq!(page(open, None, 2).await, [first.id, second.id]);
        assert_eq!(page(open, Some((second.created_at, second.id)), 9).await, [third.id]);
        for row in [&first, &second] {
            let data = (row.id, home);
            let closing = commit!(store, |tx, data| {
                support_request::set_state(tx, data.0, data.1, RequestState::Closed, later(30)).await
            });
            assert_eq!(closing, Ok(true));
        }
        assert_eq!(page(open, None, 9).await, [third.id]);
        let closed = Which::In(RequestState::Closed);
        assert_eq!(page(closed, None, 9).await, [second.id, first.id]);
        assert_eq!(page(closed, Some((second.created_at, second.id)), 9).await, [first.id]);
        let mut db = store.reader().await.unwrap();
        let counted = support_request::counts(&mut db, home, true).await.unwrap();
        assert_eq!(counted, [(RequestState::Closed, 2), (RequestState::Open, 1)]);
    }

    async fn app_8_a_request_is_taken_once_taken_over_on_purpose_and_reopened(home) {
        let store = &home.store;
        let row = made(store, 0).await;
        let (id, home) = (row.id, row.organisation_id);
        let [one, other] = [1, 2].map(|byte| AccountId::from_bytes([byte; 16]));
        let take = async |agent, from| {
            let data = (agent, from);
            commit!(store, |tx, data, id, home| {
                support_request::take(tx, *id, *home, data.0, data.1, later(1)).await
            })
            .unwrap()
        };
        assert!(take(one, one).await);
        assert!(!take(other, other).await, "somebody has it");
        assert!(take(other, one).await);
        let read = async || {
            let mut db = store.reader().await.unwrap();
            support_request::by_id(&mut db, id, home).await.unwrap().unwrap()
        };
        let now = read().await;
        assert_eq!((now.state, now.taken_by), (RequestState::InProgress, Some(other)));
        let mut db = store.reader().await.unwrap();
        assert_eq!(support_request::list(&mut db, home, Which::TakenBy(other), true, None, 9).await.unwrap(), [now]);
        assert_eq!(support_request::list(&mut db, home, Which::TakenBy(one), true, None, 9).await.unwrap(), []);
        drop(db);
        for (state, done) in [(RequestState::Closed, true), (RequestState::Closed, false), (RequestState::Open, true)] {
            let changed = commit!(store, |tx, id, home, state| {
                support_request::set_state(tx, *id, *home, *state, later(2)).await
            });
            assert_eq!(changed, Ok(done), "{state:?}");
            let closed = (state == RequestState::Closed).then(|| later(2));
            assert_eq!(read().await.closed_at, closed);
            assert!(state != RequestState::Closed || !take(one, other).await, "a closed one is not taken");
        }
    }

    async fn app_8_of_many_agents_one_gets_a_request(home) {
        let row = made(&home.store, 0).await;
        let (store, id, organisation) = (home.store.clone(), row.id, row.organisation_id);
        let answers = at_once(|number| {
            let store = store.clone();
            async move {
                let agent = AccountId::from_bytes([u8::try_from(number + 1).unwrap(); 16]);
                commit!(store, |tx, id, organisation, agent| {
                    support_request::take(tx, *id, *organisation, *agent, *agent, NOW).await
                })
                .unwrap()
            }
        })
        .await;
        assert_eq!(wins(&answers), 1);
    }

    async fn app_8_notes_stand_in_their_order_and_all_goes_with_the_account(home) {
        let store = &home.store;
        let row = made(store, 0).await;
        let account = row.account_id.unwrap();
        let first = note_row(&row, account);
        let mut second = note_row(&row, account);
        (second.created_at, second.mailed) = (later(5), true);
        commit!(store, |tx, second, first| {
            support_request::add_note(tx, second).await?;
            support_request::add_note(tx, first).await
        })
        .unwrap();
        let mut db = store.reader().await.unwrap();
        assert_eq!(support_request::notes(&mut db, row.id).await.unwrap(), [first, second]);
        assert_eq!(support_request::of_account(&mut db, account, 9).await.unwrap(), [row]);
        assert_eq!(support_request::of_account(&mut db, account, 0).await.unwrap(), []);
    }

    async fn the_desk_finds_accounts_of_its_own_organisation(home) {
        let store = &home.store;
        let one = rows::account(store).await;
        let staff = rows::account_row(one.organisation_id, "boss@example.org");
        let (id, boss) = (one.id, staff.id);
        commit!(store, |tx, staff| account::create(tx, staff).await).unwrap();
        commit!(store, |tx, id, boss| {
            account::set_profile(tx, *id, "Zoë 100% Müller", None).await?;
            account::set_role(tx, *boss, countersign_core::role::Role::Administrator).await
        })
        .unwrap();
        let (home, elsewhere) = (one.organisation_id, rows::organisation(store).await.id);
        let mut db = store.reader().await.unwrap();
        let mut find = async |organisation, text: &str, all| {
            let rows = account::search(&mut db, organisation, text, all, 20).await.unwrap();
            rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(find(home, "100% m", false).await, [id]);
        assert_eq!(find(home, "100_", false).await, []);
        assert_eq!(find(home, one.email.as_str(), false).await, [id]);
        assert_eq!(find(home, staff.email.as_str(), false).await, [], "no staff unless asked for");
        assert_eq!(find(home, staff.email.as_str(), true).await, [boss]);
        assert_eq!(find(elsewhere, "100% m", true).await, []);
    }
}
