//! Calls through trunks that work, are slow, locked, overloaded or down, to phones that ring, answer, decline or are not there.

use std::sync::Arc;
use std::time::Duration;

use countersign::time_source::Stopwatch;
use countersign::worker::Worker;
use countersign_core::id::ChallengeId;
use countersign_store::dispatch::{DispatchState, mark_answered};

use super::telephone::{OddTrunk, Phone, PhoneSettings, Trunk, TrunkPeerSettings};
use super::{FROM, PHONE, a_call, app_with, came_to, closed_port, look, put, put_for, row, told, until_in};
use crate::support::Kind;

use DispatchState::{Delivered, Failed};

const POOL: &str = "[calls]\npool = [\"+74955550100-+74955550299\"]\n";

/// A trunk on this port that wants no login.
fn open(name: &str, port: u16) -> String {
    format!(
        "[[calls.trunks]]\nname = \"{name}\"\nhost = \"127.0.0.1:{port}\"\ntransport = \"udp\"\nring_seconds = 1\n\
         max_wait_seconds = 2\ncalls_per_second = 50\n"
    )
}

/// A trunk that wants this login.
fn locked(name: &str, peer: &Trunk, password: &str) -> String {
    let port = peer.port;
    format!("{}user = \"office\"\npassword = \"{password}\"\ndomain = \"trunk.test\"\n", open(name, port))
}

fn settings(trunks: &[String]) -> String {
    format!("{POOL}{}{PHONE}", trunks.concat())
}

async fn phone_at(trunk: &Trunk) -> Phone {
    Phone::start_as(PhoneSettings { trunk: Some(trunk), ..PhoneSettings::default() }).await
}

#[tokio::test]
async fn msg_6_trunks_are_asked_in_their_order_and_the_phone_shows_the_number_once() {
    let trunk = Trunk::start().await;
    let busy = OddTrunk::start("refuses", &[("ANSWER", "503 Service Unavailable")]).await;
    let mut phone = phone_at(&trunk).await;
    let trunks = [
        open("down", closed_port()),
        locked("wrong", &trunk, "wrong"),
        open("overloaded", busy.port),
        locked("main", &trunk, "s3cret"),
    ];
    let app = app_with(Kind::Sqlite, settings(&trunks)).await;
    let id = put(&app, &a_call()).await;
    let ((), shown) = tokio::join!(look(&app), phone.shows());
    assert_eq!(shown, FROM);
    assert_eq!(came_to(&app, id).await, told(Delivered, "rang", "main"));
    assert!(row(&app, id).await.rang_at.is_some());
    phone.event("CALL_CLOSED").await;
    app.turn(Duration::from_mins(1));
    look(&app).await;
    assert_eq!(phone.calls().await, 0, "one code, one call");
    assert_eq!(trunk.seen().iter().filter(|seen| seen.starts_with("INVITE")).count(), 1);
}

#[tokio::test]
async fn msg_6_what_a_trunk_cannot_do_stands_in_the_row() {
    let trunk = Trunk::start().await;
    for (trunks, outcome) in [
        (open("down", closed_port()), "unreached"),
        (open("down", closed_port()).replace("udp", "tcp"), "unreached"),
        (locked("main", &trunk, "wrong"), "rejected"),
        (locked("main", &trunk, "s3cret"), "not-found"),
    ] {
        let app = app_with(Kind::Sqlite, settings(&[trunks])).await;
        let id = put(&app, &a_call()).await;
        look(&app).await;
        let (state, found, _) = came_to(&app, id).await;
        assert_eq!((state, found.as_str()), (Failed, outcome));
        assert!(row(&app, id).await.rang_at.is_none());
    }
}

#[tokio::test]
async fn msg_6_each_refusal_of_a_trunk_stands_in_the_row() {
    for (answer, outcome) in [
        ("486 Busy Here", "busy"),
        ("480 Temporarily Unavailable", "unavailable"),
        ("503 Service Unavailable", "overloaded"),
        ("603 Decline", "barred"),
        ("408 Request Timeout", "unreached"),
    ] {
        let trunk = OddTrunk::start("refuses", &[("ANSWER", answer)]).await;
        let app = app_with(Kind::Sqlite, settings(&[open("main", trunk.port)])).await;
        let id = put(&app, &a_call()).await;
        look(&app).await;
        assert_eq!(came_to(&app, id).await, told(Failed, outcome, "main"), "{answer}");
    }
}

#[tokio::test]
async fn msg_6_a_phone_that_answers_or_declines_has_shown_the_number_and_is_left_alone() {
    let trunk = Trunk::start().await;
    let mut phone = phone_at(&trunk).await;
    let app = app_with(Kind::Sqlite, settings(&[locked("main", &trunk, "s3cret")])).await;
    let answered = put(&app, &a_call()).await;
    tokio::join!(look(&app), async {
        phone.shows().await;
        phone.accept().await;
    });
    phone.event("CALL_CLOSED").await;
    let declined = put(&app, &a_call()).await;
    tokio::join!(look(&app), async {
        phone.shows().await;
        phone.decline().await;
    });
    assert_eq!(came_to(&app, answered).await, told(Delivered, "answered", "main"));
    assert_eq!(came_to(&app, declined).await, told(Delivered, "declined", "main"));
    assert_eq!(phone.calls().await, 0);
}

#[tokio::test]
async fn msg_6_a_phone_that_answers_at_once_is_hung_up_on() {
    let trunk = Trunk::start().await;
    let voicemail = PhoneSettings { trunk: Some(&trunk), answers: true, ..PhoneSettings::default() };
    let mut phone = Phone::start_as(voicemail).await;
    let app = app_with(Kind::Sqlite, settings(&[locked("main", &trunk, "s3cret")])).await;
    let id = put(&app, &a_call()).await;
    look(&app).await;
    assert_eq!(came_to(&app, id).await, told(Delivered, "answered", "main"));
    phone.event("CALL_CLOSED").await;
    assert_eq!(phone.calls().await, 0);
}

#[tokio::test]
async fn msg_6_a_slow_trunk_is_waited_for() {
    let trunk = Trunk::start_as(TrunkPeerSettings { delay_ms: 800, ..TrunkPeerSettings::default() }).await;
    let mut phone = phone_at(&trunk).await;
    let settings = settings(&[locked("main", &trunk, "s3cret")])
        .replace("max_wait_seconds = 2", "max_wait_seconds = 12");
    let app = app_with(Kind::Sqlite, settings).await;
    let id = put(&app, &a_call()).await;
    let ((), shown) = tokio::join!(look(&app), phone.shows());
    assert_eq!(shown, FROM);
    assert_eq!(came_to(&app, id).await, told(Delivered, "rang", "main"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn msg_6_a_call_is_hung_up_as_soon_as_its_code_was_answered() {
    let trunk = Trunk::start().await;
    let mut phone = phone_at(&trunk).await;
    let settings =
        settings(&[locked("main", &trunk, "s3cret")]).replace("ring_seconds = 1", "ring_seconds = 10");
    let app = app_with(Kind::Sqlite, settings).await;
    let worker = Worker::start(Arc::clone(&app.app));
    let challenge = ChallengeId::new(app.now(), &*app.app.deps.entropy);
    let id = put_for(&app, &a_call(), Some(challenge)).await;
    phone.shows().await;
    until_in(&app, id, DispatchState::Ringing).await;
    let answered = Stopwatch::start();
    let job = app.app.deps.store.write((challenge, app.now()), |tx, (challenge, now)| {
        Box::pin(async move { mark_answered(tx, *challenge, *now).await })
    });
    assert!(job.await.unwrap());
    phone.event("CALL_CLOSED").await;
    assert!(answered.elapsed() < Duration::from_secs(5), "long before it would have rung to its end");
    until_in(&app, id, Delivered).await;
    assert_eq!(came_to(&app, id).await, told(Delivered, "rang", "main"));
    worker.stop().await;
}

on_both! {
    async fn msg_6_of_two_replicas_one_makes_each_call(kind) {
        let mut phone = Phone::start().await;
        let app = app_with(kind, settings(&[open("main", phone.port)])).await;
        let other = app.another().await;
        let mut ids = Vec::new();
        for _ in 0..12 {
            ids.push(put(&app, &a_call()).await);
        }
        tokio::join!(look(&app), look(&other), phone.until_all_closed(12));
        for id in ids {
            assert_eq!(came_to(&app, id).await, told(Delivered, "rang", "main"));
        }
        app.turn(Duration::from_secs(30));
        tokio::join!(look(&app), look(&other));
        assert_eq!(phone.calls().await, 0);
    }
}
