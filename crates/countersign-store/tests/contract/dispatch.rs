//! `dispatch`: writing, reading, taking back, sealing anew

use countersign_core::id::{ChallengeId, DispatchId};
use countersign_core::keys::KeyId;
use countersign_store::contract::{Value, execute, query_opt};
use countersign_store::dispatch::{self, Channel, DispatchRow, DispatchState, End, NewDispatch};
use countersign_store::{Store, StoreError};

use crate::rows::{self, DICE, NOW, commit, later, new_dispatch, ring};

/// Puts it into the outbox.
pub(crate) async fn post(store: &Store, new: &NewDispatch) {
    let new = new.clone();
    commit!(store, |tx, new| dispatch::insert(tx, &ring(1), &DICE, new).await).unwrap();
}

/// What stands in the row now.
pub(crate) async fn read(store: &Store, id: DispatchId) -> DispatchRow {
    let mut db = store.reader().await.unwrap();
    dispatch::by_id(&mut db, id).await.unwrap().unwrap()
}

/// Whether its body is still there.
pub(crate) async fn has_body(store: &Store, id: DispatchId) -> bool {
    let mut db = store.reader().await.unwrap();
    let row = query_opt(&mut db, "SELECT body FROM dispatch WHERE id = ?1", &[Value::from(id)]).await;
    row.unwrap().unwrap().blob_opt("body").unwrap().is_some()
}

/// Claims everything of a channel that is due then, for a minute.
pub(crate) async fn claim(store: &Store, channel: Channel, seconds: i64) -> Vec<dispatch::Claimed> {
    let data = (channel, later(seconds), later(seconds + 60));
    commit!(store, |tx, data| dispatch::claim(tx, &ring(2), data.0, data.1, data.2, 99).await).unwrap()
}

/// Ends it so.
pub(crate) async fn end(store: &Store, id: DispatchId, state: DispatchState, seconds: i64) -> bool {
    let now = later(seconds);
    let end = End { state, outcome: "word", route: Some("main"), remote_id: None };
    commit!(store, |tx, id, end, now| dispatch::end(tx, *id, end, *now).await).unwrap()
}

fn row(new: &NewDispatch) -> DispatchRow {
    DispatchRow {
        id: new.id,
        channel: new.channel,
        kind: new.kind.clone(),
        account_id: new.account_id,
        organisation_id: new.organisation_id,
        challenge_id: new.challenge_id,
        phone_id: new.phone_id,
        prompt_id: new.prompt_id,
        destination: new.destination.clone(),
        price: new.price,
        created_at: new.created_at,
        send_at: new.send_at,
        expires_at: new.expires_at,
        attempts: 0,
        state: DispatchState::Waiting,
        outcome: None,
        route: None,
        rang_at: None,
        ended_at: None,
        receipt_at: None,
        answered_at: None,
    }
}

#[test]
fn words_read_back() {
    for &channel in Channel::ALL {
        assert_eq!(Channel::parse(channel.as_str()), Some(channel));
    }
    for &state in DispatchState::ALL {
        assert_eq!(DispatchState::parse(state.as_str()), Some(state));
    }
    assert_eq!((Channel::parse("mail"), DispatchState::parse("Sent")), (None, None));
}

on_both! {
    async fn a_dispatch_comes_back_as_it_was_written(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let challenge = ChallengeId::new(NOW, &DICE);
        let sms = NewDispatch { challenge_id: Some(challenge), ..new_dispatch(&account, Channel::Sms) };
        let mut call = NewDispatch { challenge_id: Some(challenge), ..new_dispatch(&account, Channel::Call) };
        (call.caller, call.created_at) = (Some([7; 16]), later(1));
        let mut chat = NewDispatch { challenge_id: Some(challenge), ..new_dispatch(&account, Channel::Telegram) };
        chat.created_at = later(2);
        let mut stranger = new_dispatch(&account, Channel::Telegram);
        (stranger.account_id, stranger.organisation_id, stranger.challenge_id) = (None, None, None);
        (stranger.prompt_id, stranger.kind) = (None, "reply".into());
        for new in [&sms, &call, &chat, &stranger] {
            post(store, new).await;
            assert_eq!(read(store, new.id).await, row(new));
        }
        let [sms, call, chat] = [&sms, &call, &chat].map(row);
        let mut db = store.reader().await.unwrap();
        let newest = dispatch::newest_of_challenge(&mut db, challenge).await.unwrap();
        assert_eq!(newest, Some(call.clone()), "of calls and SMS");
        let all = dispatch::of_challenge(&mut db, challenge).await.unwrap();
        assert_eq!(all, [chat.clone(), call.clone(), sms.clone()]);
        let of = dispatch::of_account(&mut db, account.id, 2).await.unwrap();
        assert_eq!(of, [chat, call.clone()]);
        let organisation = account.organisation_id;
        let of = dispatch::of_organisation(&mut db, organisation, later(-1), 9).await.unwrap();
        assert_eq!(of, [call.clone(), sms]);
        assert_eq!(dispatch::of_organisation(&mut db, organisation, NOW, 9).await.unwrap(), [call]);
        let none = ChallengeId::new(NOW, &DICE);
        assert_eq!(dispatch::newest_of_challenge(&mut db, none).await.unwrap(), None);
        assert_eq!(dispatch::by_id(&mut db, DispatchId::new(NOW, &DICE)).await.unwrap(), None);
    }

    async fn what_nobody_began_to_send_is_taken_back(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let challenge = ChallengeId::new(NOW, &DICE);
        let of = |channel| NewDispatch { challenge_id: Some(challenge), ..new_dispatch(&account, channel) };
        let (begun, chat) = (of(Channel::Sms), of(Channel::Telegram));
        post(store, &begun).await;
        post(store, &chat).await;
        assert_eq!(claim(store, Channel::Sms, 0).await.len(), 1);
        assert_eq!(claim(store, Channel::Telegram, 0).await.len(), 1);
        let (waiting, other) = (of(Channel::Call), new_dispatch(&account, Channel::Call));
        post(store, &waiting).await;
        post(store, &other).await;
        for dropped in [2, 0] {
            let job = commit!(store, |tx, challenge| {
                dispatch::drop_waiting_of_challenge(tx, *challenge, later(5)).await
            });
            assert_eq!(job, Ok(dropped));
        }
        for id in [waiting.id, chat.id] {
            let row = read(store, id).await;
            assert_eq!((row.state, row.ended_at), (DispatchState::Dropped, Some(later(5))));
            assert!(!has_body(store, id).await);
            assert!(!end(store, id, DispatchState::Sent, 6).await, "whoever sent it meanwhile is told");
        }
        assert_eq!(read(store, begun.id).await.state, DispatchState::Attempted);
        assert_eq!(read(store, other.id).await.state, DispatchState::Waiting);
        assert!(end(store, begun.id, DispatchState::Sent, 6).await);
    }

    async fn the_newest_code_of_a_challenge_is_the_one_that_was_answered(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let challenge = ChallengeId::new(NOW, &DICE);
        let first = NewDispatch { challenge_id: Some(challenge), ..new_dispatch(&account, Channel::Call) };
        let mut second = NewDispatch { challenge_id: Some(challenge), ..new_dispatch(&account, Channel::Sms) };
        second.created_at = later(30);
        for new in [&first, &second] {
            post(store, new).await;
        }
        for answered in [true, false] {
            let job = commit!(store, |tx, challenge| dispatch::mark_answered(tx, *challenge, later(40)).await);
            assert_eq!(job, Ok(answered));
        }
        assert_eq!(read(store, first.id).await.answered_at, None);
        assert_eq!(read(store, second.id).await.answered_at, Some(later(40)));
    }

    async fn all_7_a_body_is_sealed_for_its_row_and_moves_to_a_new_key(home) {
        let store = &home.store;
        let account = rows::account(store).await;
        let mut posted = Vec::new();
        for channel in [Channel::Sms, Channel::Telegram, Channel::Call] {
            let mut new = new_dispatch(&account, channel);
            if channel == Channel::Telegram {
                new.account_id = None;
            }
            post(store, &new).await;
            posted.push(new);
        }
        let counts = async || {
            let mut db = store.reader().await.unwrap();
            dispatch::key_counts(&mut db).await.unwrap()
        };
        assert_eq!(counts().await, [(KeyId(1), 3)]);
        for resealed in [2, 1, 0] {
            let job = commit!(store, |tx| dispatch::reseal_batch(tx, &ring(2), &DICE, 2).await);
            assert_eq!(job, Ok(resealed));
        }
        assert_eq!(counts().await, [(KeyId(2), 3)]);
        let claimed = claim(store, Channel::Telegram, 0).await;
        assert!(claimed[0].body.as_ref().is_ok_and(|body| body.as_slice() == b"to whom and what"));
        let (from, to) = (posted[0].id, posted[2].id);
        let sql = "UPDATE dispatch SET key_id = 1, body = (SELECT o.body FROM dispatch o WHERE o.id = ?1) WHERE id = ?2";
        commit!(store, |tx, sql, from, to| execute(tx, sql, &[Value::from(from), Value::from(to)]).await).unwrap();
        let job = commit!(store, |tx| dispatch::reseal_batch(tx, &ring(2), &DICE, 2).await);
        assert_eq!(job, Err(StoreError::Corrupt("dispatch.body")), "never skipped");
        let claimed = claim(store, Channel::Call, 0).await;
        assert!(claimed[0].body.is_err(), "never sent half");
    }
}
