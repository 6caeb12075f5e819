//! Gateways that refuse, redirect, stumble, or never answer.

use std::time::Duration;

use countersign_courier::sms::{Condition, SmsOutcome, SmsRoute, SmsRoutes};

use crate::centre::Certificate;
use crate::gateway::{Answer, Gateway};
use crate::{ADA, SHORT, closed_port, downfall, outcome, refused, start};

async fn routes(gateway: &Gateway) -> SmsRoutes {
    let mut settings = gateway.settings();
    settings.timeout = SHORT;
    start(vec![SmsRoute::Http(settings)]).await.0
}

#[tokio::test]
async fn statuses_have_their_meaning() {
    let throttled =
        |seconds: Option<u64>| SmsOutcome::Throttled { retry_after: seconds.map(Duration::from_secs) };
    let gateway = Gateway::start().await;
    let routes = routes(&gateway).await;
    for (answer, told) in [
        (Answer::with(429, "retry-after: 7\r\n", ""), throttled(Some(7))),
        (Answer::with(429, "retry-after: Wed, 21 Oct 2026 07:28:00 GMT\r\n", ""), throttled(None)),
        (Answer::status(429, ""), throttled(None)),
        (Answer::with(503, "retry-after: 7\r\n", ""), throttled(Some(7))),
        (Answer::status(400, "{}"), refused(400, true)),
        (Answer::status(401, "{}"), refused(401, true)),
        (Answer::status(404, "{}"), refused(404, true)),
        // The gateway had it, and stumbled: nobody knows how far it came.
        (Answer::status(500, ""), SmsOutcome::Unknown),
        (Answer::status(502, ""), SmsOutcome::Unknown),
        (Answer::status(503, ""), SmsOutcome::Unknown),
        (Answer::status(504, ""), SmsOutcome::Unknown),
        (Answer::status(408, ""), SmsOutcome::Unknown),
    ] {
        gateway.answers(answer);
        assert_eq!(outcome(&routes, ADA).await, told);
    }
    assert_eq!(gateway.requests().len(), 12, "each was asked once");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (gateway, elsewhere) = (Gateway::start().await, Gateway::start().await);
    let routes = routes(&gateway).await;
    for status in [301, 302, 303, 307, 308] {
        let place = format!("location: http://127.0.0.1:{}/send\r\n", elsewhere.port);
        gateway.answers(Answer::with(status, &place, ""));
        assert_eq!(outcome(&routes, ADA).await, refused(u32::from(status), true));
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn silence_and_broken_answers_leave_it_unknown() {
    let gateway = Gateway::start().await;
    let routes = routes(&gateway).await;
    gateway.answers(Answer::Silence);
    assert_eq!(outcome(&routes, ADA).await, SmsOutcome::Unknown);
    assert_eq!(downfall(&routes).await, "no answer within 300 ms");
    gateway.answers(Answer::Cuts);
    assert_eq!(outcome(&routes, ADA).await, SmsOutcome::Unknown);
    assert_eq!(downfall(&routes).await, "closed the connection without an answer");
    gateway.answers(Answer::Says("nonsense".to_owned()));
    assert_eq!(outcome(&routes, ADA).await, SmsOutcome::Unknown);
    assert_eq!(gateway.requests().len(), 3, "none was repeated");
    gateway.answers(Answer::status(200, r#"{"id":"SM1"}"#));
    assert_eq!(outcome(&routes, ADA).await, crate::accepted("SM1"));
    assert_eq!(routes.states()[0].condition, Condition::Ready);
}

#[tokio::test]
async fn a_gateway_that_is_not_there_did_not_get_it() {
    let gateway = Gateway::start().await;
    let mut settings = gateway.settings();
    settings.url = format!("http://127.0.0.1:{}/send", closed_port());
    let (routes, _) = start(vec![SmsRoute::Http(settings)]).await;
    assert_eq!(outcome(&routes, ADA).await, SmsOutcome::NotSent);
    assert_eq!(downfall(&routes).await, "nobody listens there");
}

#[tokio::test]
async fn only_a_gateway_that_proves_its_name_gets_a_message() {
    let (right, wrong) = (Certificate::of("localhost"), Certificate::of("elsewhere.example"));
    for (certificate, authority, is_trusted) in [
        (&right, Some(right.authority()), true),
        (&right, None, false),
        (&wrong, Some(wrong.authority()), false),
    ] {
        let gateway = Gateway::start_secured(certificate).await;
        gateway.answers(Answer::status(200, r#"{"id":"SM1"}"#));
        let mut settings = gateway.settings();
        settings.url = format!("https://localhost:{}/send", gateway.port);
        settings.roots = authority;
        let (routes, _) = start(vec![SmsRoute::Http(settings)]).await;
        let told = outcome(&routes, ADA).await;
        if is_trusted {
            assert_eq!(told, crate::accepted("SM1"));
        } else {
            assert_eq!(told, SmsOutcome::NotSent);
            assert!(downfall(&routes).await.starts_with("its certificate is"));
        }
        assert_eq!(gateway.requests().len(), usize::from(is_trusted));
    }
}
