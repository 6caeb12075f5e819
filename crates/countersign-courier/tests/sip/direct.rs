//! Telephones that are called without a trunk between.

use std::sync::Arc;

use countersign_courier::sip::{CallOutcome, Transport};
use tokio::sync::oneshot;

use crate::peer::{HERE6, Phone, PhoneSettings};
use crate::{CALL, FROM, assert_rang, assert_rang_soon, calls, trunk};

#[tokio::test]
async fn a_phone_rings_shows_the_number_and_is_hung_up_on() {
    for transport in [Transport::Udp, Transport::Tcp] {
        let mut phone = Phone::start().await;
        let mut settings = trunk(phone.port);
        settings.transport = transport;
        let calls = calls(vec![settings]);
        let (rings, rang) = oneshot::channel();
        let (result, (), shown) = tokio::join!(
            calls.ring(CALL, || rings.send(()).expect("somebody who waits")),
            async { rang.await.expect("the first 180") },
            phone.shows(),
        );
        assert_eq!(shown, FROM);
        assert_eq!((result.trunk.as_str(), result.passed_over.len()), ("main", 0));
        assert_rang_soon(result.outcome);
        phone.event("CALL_CLOSED").await;
        assert_eq!(phone.calls().await, 0);
    }
}

#[tokio::test]
async fn a_phone_rings_over_ipv6() {
    let mut phone = Phone::start_as(PhoneSettings { address: HERE6, ..PhoneSettings::default() }).await;
    let mut settings = trunk(phone.port);
    settings.host = format!("[::1]:{}", phone.port);
    let calls = calls(vec![settings]);
    let (result, shown) = tokio::join!(calls.ring(CALL, || ()), phone.shows());
    assert_eq!(shown, FROM);
    assert_rang(result.outcome);
    phone.event("CALL_CLOSED").await;
}

#[tokio::test]
async fn a_phone_that_declines_has_shown_the_number() {
    let mut phone = Phone::start().await;
    let calls = calls(vec![trunk(phone.port)]);
    let (result, ()) = tokio::join!(calls.ring(CALL, || ()), async {
        phone.shows().await;
        phone.decline().await;
    });
    assert!(matches!(result.outcome, CallOutcome::RangThenRefused(_)), "{result:?}");
    assert!(result.outcome.was_shown());
}

#[tokio::test]
async fn whoever_answers_is_hung_up_on() {
    let mut phone = Phone::start().await;
    let calls = calls(vec![trunk(phone.port)]);
    let (result, ()) = tokio::join!(calls.ring(CALL, || ()), async {
        phone.shows().await;
        phone.accept().await;
    });
    assert_eq!(result.outcome, CallOutcome::Answered);
    phone.event("CALL_ESTABLISHED").await;
    phone.event("CALL_CLOSED").await;
    assert_eq!(phone.calls().await, 0);
}

#[tokio::test]
async fn a_phone_that_answers_at_once_is_hung_up_on() {
    let mut phone = Phone::start_as(PhoneSettings { answers: true, ..PhoneSettings::default() }).await;
    let calls = calls(vec![trunk(phone.port)]);
    assert_eq!(calls.ring(CALL, || ()).await.outcome, CallOutcome::Answered);
    phone.event("CALL_CLOSED").await;
    assert_eq!(phone.calls().await, 0);
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_nothing_ringing() {
    let mut phone = Phone::start().await;
    let mut settings = trunk(phone.port);
    settings.ring = std::time::Duration::from_secs(10);
    let calls = Arc::new(calls(vec![settings]));
    let caller = tokio::spawn({
        let calls = Arc::clone(&calls);
        async move { calls.ring(CALL, || ()).await }
    });
    phone.shows().await;
    caller.abort();
    // Long before it would have rung to its end.
    tokio::time::timeout(std::time::Duration::from_secs(5), phone.event("CALL_CLOSED"))
        .await
        .expect("an end");
    assert_eq!(phone.calls().await, 0);
}

#[tokio::test]
async fn closing_the_house_hangs_up() {
    let mut phone = Phone::start().await;
    let mut settings = trunk(phone.port);
    settings.ring = std::time::Duration::from_secs(10);
    let calls = Arc::new(calls(vec![settings]));
    let caller = tokio::spawn({
        let calls = Arc::clone(&calls);
        async move { calls.ring(CALL, || ()).await }
    });
    phone.shows().await;
    calls.shutdown().await;
    let result = caller.await.expect("no panic");
    assert!(matches!(result.outcome, CallOutcome::Rang { final_code: Some(487), .. }), "{result:?}");
    phone.event("CALL_CLOSED").await;
    // Nothing rings afterwards.
    assert_eq!(calls.ring(CALL, || ()).await.outcome, CallOutcome::Transport);
    assert_eq!(phone.calls().await, 0);
}
