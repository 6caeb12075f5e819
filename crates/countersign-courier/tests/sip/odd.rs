//! Trunks that answer oddly: sipp, one call each, over UDP and TCP.

use std::time::Duration;

use countersign_courier::sip::{CallOutcome, Transport, TrunkSettings};

use crate::peer::OddTrunk;
use crate::{CALL, calls, trunk};

/// Plays a scene over both transports, and checks what each call came to and that the scene was played to its end.
async fn check(
    scene: &str,
    values: &[(&str, &str)],
    change: fn(&mut TrunkSettings),
    is_right: fn(CallOutcome) -> bool,
) {
    for (transport, name) in [(Transport::Udp, "u1"), (Transport::Tcp, "t1")] {
        let peer = OddTrunk::start_over(name, scene, values).await;
        let mut settings = trunk(peer.port);
        settings.transport = transport;
        change(&mut settings);
        let calls = calls(vec![settings]);
        let outcome = calls.ring(CALL, || ()).await.outcome;
        assert!(is_right(outcome), "{scene} {values:?} over {name}: {outcome:?}\n{}", peer.messages());
        peer.until_played().await;
    }
}

fn as_usual(_: &mut TrunkSettings) {}

fn impatient(settings: &mut TrunkSettings) {
    settings.max_wait = Duration::from_secs(1);
}

#[tokio::test]
async fn every_refusal_has_its_outcome() {
    for (answer, is_right) in [
        ("403 Forbidden", (|outcome| outcome == CallOutcome::AuthRejected) as fn(CallOutcome) -> bool),
        ("404 Not Found", |outcome| outcome == CallOutcome::NotFound),
        ("408 Request Timeout", |outcome| outcome == CallOutcome::Timeout),
        ("480 Temporarily Unavailable", |outcome| outcome == CallOutcome::Unavailable),
        ("484 Address Incomplete", |outcome| outcome == CallOutcome::NotFound),
        ("486 Busy Here", |outcome| outcome == CallOutcome::Busy),
        ("488 Not Acceptable Here", |outcome| outcome == CallOutcome::Refused(488)),
        ("503 Service Unavailable", |outcome| outcome == CallOutcome::TrunkOverload),
        ("603 Decline", |outcome| outcome == CallOutcome::Refused(603)),
        ("608 Rejected", |outcome| outcome == CallOutcome::Refused(608)),
    ] {
        check("refuses", &[("ANSWER", answer)], as_usual, is_right).await;
    }
}

#[tokio::test]
async fn a_call_that_was_refused_after_it_rang_has_shown_the_number() {
    // Trap: the library's tale of the 180 may come after that of the end.
    for answer in ["486 Busy Here", "503 Service Unavailable"] {
        check("rings-and-refuses", &[("ANSWER", answer)], as_usual, |outcome| {
            matches!(outcome, CallOutcome::RangThenRefused(486 | 503))
        })
        .await;
    }
}

#[tokio::test]
async fn ringing_progress_and_trying_are_told_apart_and_all_are_cancelled() {
    check("waits", &[("ANSWER", "180 Ringing")], as_usual, |outcome| {
        matches!(outcome, CallOutcome::Rang { final_code: Some(487), .. })
    })
    .await;
    check("waits", &[("ANSWER", "183 Session Progress")], impatient, |outcome| {
        outcome == CallOutcome::Progressed
    })
    .await;
    check("waits", &[("ANSWER", "182 Queued")], impatient, |outcome| outcome == CallOutcome::Progressed)
        .await;
    check("waits", &[("ANSWER", "100 Trying")], impatient, |outcome| outcome == CallOutcome::NoProgress)
        .await;
}

#[tokio::test]
async fn a_phone_rings_for_its_time_after_progress_was_told() {
    check("progresses-and-rings", &[], as_usual, |outcome| {
        matches!(
            outcome,
            CallOutcome::Rang { alert_ms: 250..4000, rang_ms: 1000..4000, final_code: Some(487) }
        )
    })
    .await;
}

#[tokio::test]
async fn somebody_who_answers_is_hung_up_on() {
    check("answers", &[], as_usual, |outcome| outcome == CallOutcome::Answered).await;
}

#[tokio::test]
async fn an_answer_that_crosses_the_cancel_is_acknowledged_and_hung_up_on() {
    check("crosses", &[], as_usual, |outcome| outcome == CallOutcome::Answered).await;
}

#[tokio::test]
async fn a_phone_that_begins_to_ring_when_nobody_waits_any_more_is_hung_up_on() {
    check("rings-late", &[("PAUSE", "1500")], impatient, |outcome| outcome == CallOutcome::Timeout).await;
}

#[tokio::test]
async fn a_caller_who_leaves_before_the_trunk_speaks_leaves_nothing_ringing() {
    for (transport, name) in [(Transport::Udp, "u1"), (Transport::Tcp, "t1")] {
        let peer = OddTrunk::start_over(name, "rings-late", &[("PAUSE", "700")]).await;
        let mut settings = trunk(peer.port);
        settings.transport = transport;
        let calls = calls(vec![settings]);
        let left = tokio::time::timeout(Duration::from_millis(200), calls.ring(CALL, || ())).await;
        assert!(left.is_err(), "{left:?}");
        peer.until_played().await;
    }
}

// A trunk may offer several challenges, the strongest first (RFC 8760 section 2.4). The library reads one, and fails
// with SHA-256.
#[tokio::test]
async fn the_strongest_challenge_is_answered() {
    check("challenges-twice", &[], with_login, |outcome| outcome == CallOutcome::Busy).await;
}

// A nonce that is too old is no wrong password.
#[tokio::test]
async fn a_stale_nonce_is_answered_once_more() {
    check("stale", &[], with_login, |outcome| outcome == CallOutcome::Busy).await;
}

fn with_login(settings: &mut TrunkSettings) {
    settings.user = Some("office".to_owned());
    settings.password = Some(countersign_courier::Secret::new("s3cret".to_owned()));
}
