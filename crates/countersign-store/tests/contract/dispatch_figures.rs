//! `dispatch`: what it costs, what comes back, how it stands

use countersign_core::id::OrganisationId;
use countersign_store::account::AccountRow;
use countersign_store::contract::{Value, execute};
use countersign_store::dispatch::{
    self, Budget, Channel, Destination, DispatchCount, DispatchState, NewDispatch, PrefixFigures, Spent,
};
use countersign_store::{Store, StoreError};

use crate::dispatch::{claim, end, post};
use crate::rows::{self, DICE, NOW, at_once, commit, later, new_dispatch, ring, wins};

async fn spent(store: &Store, organisation: OrganisationId, seconds: i64) -> Spent {
    let mut db = store.reader().await.unwrap();
    dispatch::spent(&mut db, organisation, later(seconds)).await.unwrap()
}

/// A code that was begun then, and became this; answered rightly or not.
async fn code(store: &Store, account: &AccountRow, seconds: i64, state: DispatchState, answered: bool) {
    let mut new = new_dispatch(account, Channel::Sms);
    (new.created_at, new.send_at, new.expires_at) = (later(seconds), later(seconds), later(seconds + 120));
    post(store, &new).await;
    let data = (new.id, state.as_str(), answered.then(|| later(seconds + 1)));
    commit!(store, |tx, data| {
        let sql = "UPDATE dispatch SET state = ?2, answered_at = ?3 WHERE id = ?1";
        execute(tx, sql, &[Value::from(data.0), Value::from(data.1), Value::from(data.2)]).await
    })
    .unwrap();
}

/// Something that was begun then, and became this.
async fn become_of(store: &Store, mut new: NewDispatch, seconds: i64, state: DispatchState) {
    (new.created_at, new.send_at, new.expires_at) = (later(seconds), later(seconds), later(seconds + 120));
    post(store, &new).await;
    let data = (new.id, state.as_str());
    commit!(store, |tx, data| {
        let sql = "UPDATE dispatch SET state = ?2 WHERE id = ?1";
        execute(tx, sql, &[Value::from(data.0), Value::from(data.1)]).await
    })
    .unwrap();
}

on_both! {
    async fn msg_7_a_budget_holds_for_64_at_once(home) {
        let store = &home.store;
        let (account, other) = (rows::account(store).await, rows::account(store).await);
        post(store, &new_dispatch(&other, Channel::Sms)).await;
        let begun = at_once(|number| {
            let channel = if number % 2 == 0 { Channel::Sms } else { Channel::Call };
            let (store, new) = (store.clone(), new_dispatch(&account, channel));
            async move {
                let budget = Budget { most: 5 * 70 + 69, since: later(-1) };
                commit!(store, |tx, new, budget| {
                    dispatch::insert_within(tx, &ring(1), &DICE, new, *budget).await
                })
                .unwrap()
            }
        });
        assert_eq!(wins(&begun.await), 5);
        let sum = spent(store, account.organisation_id, -1).await;
        assert_eq!((sum.calls + sum.sms, sum.price), (5, 350));
        assert_eq!(spent(store, account.organisation_id, 0).await, Spent::default(), "after that instant");
        let nobodys = NewDispatch { organisation_id: None, ..new_dispatch(&account, Channel::Sms) };
        let job = commit!(store, |tx, nobodys| {
            dispatch::insert_within(tx, &ring(1), &DICE, nobodys, Budget { most: 999, since: NOW }).await
        });
        assert_eq!(job, Err(StoreError::Refused("value")));
    }

    async fn an_organisation_knows_the_prefixes_that_it_sent_to(home) {
        let store = &home.store;
        let (account, other) = (rows::account(store).await, rows::account(store).await);
        let of = |prefix: &str, channel, owner: &AccountRow| NewDispatch {
            destination: Some(Destination { country: "DE".into(), prefix: prefix.into() }),
            organisation_id: Some(owner.organisation_id),
            ..new_dispatch(owner, channel)
        };
        for (prefix, channel) in [("4917012", Channel::Sms), ("4917012", Channel::Call), ("4916012", Channel::Call)] {
            post(store, &of(prefix, channel, &account)).await;
        }
        post(store, &of("4915012", Channel::Sms, &other)).await;
        let mut db = store.reader().await.unwrap();
        let (mine, nobodys) = (account.organisation_id, OrganisationId::from_bytes([9; 16]));
        let found = dispatch::prefixes_of_organisation(&mut db, mine, later(-1)).await.unwrap();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), ["4916012", "4917012"]);
        assert!(dispatch::prefixes_of_organisation(&mut db, mine, NOW).await.unwrap().is_empty(), "after that instant");
        assert!(dispatch::prefixes_of_organisation(&mut db, nobodys, later(-1)).await.unwrap().is_empty());
    }

    async fn what_nobody_began_to_send_costs_nothing(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let (dropped, call) = (new_dispatch(&account, Channel::Sms), new_dispatch(&account, Channel::Call));
        for new in [&dropped, &call, &new_dispatch(&account, Channel::Telegram)] {
            post(store, new).await;
        }
        let both = Spent { calls: 1, sms: 1, price: 140 };
        assert_eq!(spent(store, account.organisation_id, -1).await, both);
        let challenge = dropped.challenge_id.unwrap();
        commit!(store, |tx, challenge| dispatch::drop_waiting_of_challenge(tx, *challenge, NOW).await).unwrap();
        let one = Spent { calls: 1, sms: 0, price: 70 };
        assert_eq!(spent(store, account.organisation_id, -1).await, one);
        claim(store, Channel::Call, 0).await;
        assert!(end(store, call.id, DispatchState::Failed, 1).await);
        assert_eq!(spent(store, account.organisation_id, -1).await, one, "a call that failed may cost");
        let mut db = store.reader().await.unwrap();
        assert_eq!(dispatch::begun_of_prefix(&mut db, "4915123", later(-1)).await, Ok(1));
        assert_eq!(dispatch::begun_of_prefix(&mut db, "4915123", NOW).await, Ok(0));
        assert_eq!(dispatch::begun_of_prefix(&mut db, "4915124", later(-1)).await, Ok(0));
    }

    async fn msg_7_it_is_told_which_codes_of_a_prefix_came_back(home) {
        use DispatchState::{Attempted, Delivered, Dropped, Expired, Failed, Ringing, Sent, Unknown, Waiting};
        let store = &home.store;
        let account = rows::account(store).await;
        // (begun, became, answered): what reached the phone or may have, and whose time is over at 100, counts.
        for (seconds, state, answered) in [
            (1, Sent, true),
            (2, Delivered, false),
            (3, Unknown, false),
            (4, Failed, false),
            (5, Dropped, false),
            (6, Expired, false),
            (7, Waiting, false),
            (8, Attempted, false),
            (9, Ringing, true),
            (100, Sent, false),
            (101, Sent, false),
            (102, Sent, true),
        ] {
            code(store, &account, seconds, state, answered).await;
        }
        let mut trial = new_dispatch(&account, Channel::Sms);
        (trial.challenge_id, trial.created_at) = (None, later(10));
        post(store, &trial).await;
        let undelivered = "UPDATE dispatch SET receipt_at = 1 WHERE state = 'failed'";
        let told = async |since: i64, settled: i64, most: u32| {
            let mut db = store.reader().await.unwrap();
            dispatch::answered_of_prefix(&mut db, "4915123", later(since), later(settled), most).await.unwrap()
        };
        assert_eq!(told(0, 100, 9).await, [true, false, true, false, false, true]);
        assert_eq!(told(0, 100, 2).await, [true, false]);
        assert_eq!(told(2, 50, 9).await, [true, true, false]);
        commit!(store, |tx, undelivered| execute(tx, undelivered, &[]).await).unwrap();
        assert_eq!(told(0, 100, 9).await, [true, false, true, false, false, false, true], "it was paid for");
    }

    async fn prefixes_are_listed_with_what_became_of_their_codes(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let call = new_dispatch(&account, Channel::Call);
        let mut sms = new_dispatch(&account, Channel::Sms);
        sms.destination = Some(Destination { country: "FR".into(), prefix: "3361234".into() });
        for new in [&call, &new_dispatch(&account, Channel::Sms), &sms] {
            post(store, new).await;
        }
        let (id, challenge) = (call.id, sms.challenge_id.unwrap());
        claim(store, Channel::Call, 0).await;
        commit!(store, |tx, id, challenge| {
            dispatch::ringing(tx, *id, later(1)).await?;
            dispatch::mark_answered(tx, *challenge, later(2)).await
        })
        .unwrap();
        let mut db = store.reader().await.unwrap();
        let german = PrefixFigures {
            destination: Destination { country: "DE".into(), prefix: "4915123".into() },
            begun: 2,
            rang: 1,
            answered: 0,
            price: 140,
        };
        let french =
            PrefixFigures { destination: sms.destination.unwrap(), begun: 1, rang: 0, answered: 1, price: 70 };
        assert_eq!(dispatch::prefixes(&mut db, later(-1), 9).await.unwrap(), [german.clone(), french]);
        assert_eq!(dispatch::prefixes(&mut db, later(-1), 1).await.unwrap(), [german]);
        assert_eq!(dispatch::prefixes(&mut db, NOW, 9).await.unwrap(), []);
    }

    /// Calls that nobody took up, and then an SMS that came back, are one code that came back.
    async fn d_3_of_one_challenge_all_calls_and_sms_count_once(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let first = new_dispatch(&account, Channel::Call);
        let (whose, other) = (first.challenge_id, new_dispatch(&account, Channel::Call).challenge_id);
        for (seconds, challenge) in [(1, whose), (2, other), (3, whose), (4, whose)] {
            let call = NewDispatch { challenge_id: challenge, ..new_dispatch(&account, Channel::Call) };
            become_of(store, call, seconds, DispatchState::Delivered).await;
        }
        let told = async |settled: i64| {
            let mut db = store.reader().await.unwrap();
            dispatch::answered_of_prefix(&mut db, "4915123", later(0), later(settled), 9).await.unwrap()
        };
        assert_eq!(told(9).await, [false, false]);
        assert_eq!(told(3).await, [false], "the last call of the first may still be answered");
        let sms = NewDispatch { challenge_id: whose, ..new_dispatch(&account, Channel::Sms) };
        become_of(store, sms, 5, DispatchState::Sent).await;
        let answered = whose.unwrap();
        commit!(store, |tx, answered| dispatch::mark_answered(tx, *answered, later(6)).await).unwrap();
        assert_eq!(told(9).await, [true, false]);
        assert_eq!(told(0).await, [true]);
    }

    async fn the_outbox_is_counted(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let (sms, chat) = (new_dispatch(&account, Channel::Sms), new_dispatch(&account, Channel::Telegram));
        for new in [&sms, &chat, &new_dispatch(&account, Channel::Telegram)] {
            post(store, new).await;
        }
        claim(store, Channel::Sms, 0).await;
        assert!(end(store, sms.id, DispatchState::Sent, 1).await);
        let mut db = store.reader().await.unwrap();
        let count = |channel, state, outcome: Option<&str>, count| DispatchCount {
            channel,
            state,
            outcome: outcome.map(str::to_owned),
            count,
        };
        let found = dispatch::counts(&mut db, later(-1)).await.unwrap();
        let wanted = [
            count(Channel::Sms, DispatchState::Sent, Some("word"), 1),
            count(Channel::Telegram, DispatchState::Waiting, None, 2),
        ];
        assert_eq!(found, wanted);
        assert_eq!(dispatch::counts(&mut db, NOW).await.unwrap(), []);
        assert_eq!(dispatch::oldest_due(&mut db, Channel::Telegram, later(5)).await, Ok(Some(NOW)));
        assert_eq!(dispatch::oldest_due(&mut db, Channel::Telegram, later(-1)).await, Ok(None));
        assert_eq!(dispatch::oldest_due(&mut db, Channel::Sms, later(5)).await, Ok(None));
    }
}
