//! The session: its window, the question whether the centre is there, its end and its return, and TLS.

use std::sync::Arc;
use std::time::Duration;

use countersign_courier::smpp::Tls;
use countersign_courier::sms::{Condition, RouteState, SmsOutcome};
use serde_json::json;

use crate::centre::{Centre, Certificate};
use crate::{ADA, SHORT, accepted, downfall, outcome, over_smpp, ready};

#[tokio::test]
async fn no_more_messages_are_open_than_the_window_allows() {
    let mut centre = Centre::start().await;
    centre.order(json!({ "hold": true })).await;
    let (routes, _) = over_smpp(centre.port, |settings| settings.window = 3).await;
    let routes = Arc::new(routes);
    let sending: Vec<_> = (0..10)
        .map(|number| {
            let routes = Arc::clone(&routes);
            tokio::spawn(async move { outcome(&routes, &format!("+491510000000{number}")).await })
        })
        .collect();
    let mut most = 0;
    for number in 1..=10 {
        most = most.max(centre.next("submit").await["open"].as_u64().expect("a number"));
        if number % 3 == 0 {
            // All three are here and unanswered. A fourth would have come before this.
            assert_eq!(centre.count("submit").await, number);
            centre.order(json!({ "do": "release" })).await;
        }
    }
    centre.order(json!({ "do": "release" })).await;
    for sent in sending {
        assert!(matches!(sent.await.expect("no panic"), SmsOutcome::Accepted { .. }));
    }
    assert_eq!(most, 3);
    assert_eq!(centre.count("submit").await, 10);
}

#[tokio::test]
async fn the_centre_is_asked_whether_it_is_there() {
    let mut centre = Centre::start().await;
    let (routes, _) =
        over_smpp(centre.port, |settings| settings.enquire_link = Duration::from_millis(100)).await;
    for _ in 0..3 {
        centre.next("enquire_link").await;
    }
    assert_eq!(outcome(&routes, ADA).await, accepted("m1"));
    assert_eq!(centre.count("bind").await, 1);
}

#[tokio::test]
async fn a_centre_that_does_not_say_so_is_left() {
    let mut centre = Centre::start().await;
    centre.order(json!({ "deaf": true })).await;
    let (routes, _) = over_smpp(centre.port, |settings| {
        settings.enquire_link = Duration::from_millis(100);
        settings.response_timeout = SHORT;
    })
    .await;
    assert_eq!(downfall(&routes).await, "no answer within 300 ms");
    centre.next("gone").await;
    centre.order(json!({ "deaf": false })).await;
    ready(&routes).await;
}

#[tokio::test]
async fn a_session_comes_back_after_a_restart_with_growing_pauses() {
    let mut centre = Centre::start().await;
    let port = centre.port;
    let (routes, _) = over_smpp(port, |_| {}).await;
    assert_eq!(outcome(&routes, ADA).await, accepted("m1"));
    centre.kill();
    assert!(downfall(&routes).await.starts_with("closed the connection"));
    // Somebody listens and cuts every connection: how often it is tried can be counted.
    let refusing = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.expect("the same port");
    let mut tries = Vec::new();
    for _ in 0..3 {
        let accepted = tokio::time::timeout(crate::LIMIT, refusing.accept()).await.expect("a try in time");
        drop(accepted);
        tries.push(tokio::time::Instant::now());
    }
    let pauses = [tries[1] - tries[0], tries[2] - tries[1]];
    assert!(pauses[0] >= Duration::from_millis(450) && pauses[1] >= Duration::from_millis(950), "{pauses:?}");
    drop(refusing);
    let mut centre = Centre::start_on(port).await;
    ready(&routes).await;
    assert_eq!(outcome(&routes, ADA).await, accepted("m1"));
    assert_eq!(centre.count("submit").await, 1);
}

#[tokio::test]
async fn a_centre_that_unbinds_gets_its_answer_and_the_session_comes_back() {
    let mut centre = Centre::start().await;
    let (routes, _) = over_smpp(centre.port, |_| {}).await;
    centre.next("bind").await;
    centre.order(json!({ "do": "unbind" })).await;
    assert_eq!(downfall(&routes).await, "ended the session");
    centre.next("bind").await;
    ready(&routes).await;
    assert_eq!(outcome(&routes, ADA).await, accepted("m1"));
}

#[tokio::test]
async fn what_is_open_when_a_centre_unbinds_still_gets_its_answer() {
    let mut centre = Centre::start().await;
    centre.order(json!({ "hold": true })).await;
    let (routes, _) = over_smpp(centre.port, |_| {}).await;
    let sending = tokio::spawn(async move { (outcome(&routes, ADA).await, routes) });
    centre.next("submit").await;
    centre.order(json!({ "do": "unbind" })).await;
    centre.order(json!({ "do": "release" })).await;
    let (told, routes) = sending.await.expect("no panic");
    assert_eq!(told, accepted("m1"));
    ready(&routes).await;
    assert_eq!(centre.count("submit").await, 1);
}

#[tokio::test]
async fn a_shutdown_says_goodbye() {
    let mut centre = Centre::start().await;
    let (routes, _) = over_smpp(centre.port, |_| {}).await;
    assert_eq!(outcome(&routes, ADA).await, accepted("m1"));
    tokio::time::timeout(crate::LIMIT, routes.shutdown()).await.expect("an end in time");
    assert_eq!(centre.count("unbind").await, 1);
    centre.next("gone").await;
    assert_eq!(centre.count("bind").await, 1);
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_a_centre_that_is_down() {
    let (routes, _) = over_smpp(crate::closed_port(), |_| {}).await;
    downfall(&routes).await;
    tokio::time::timeout(Duration::from_secs(2), routes.shutdown()).await.expect("an end at once");
}

#[tokio::test]
async fn messages_go_over_tls_to_a_centre_that_proves_its_name() {
    let certificate = Certificate::of("localhost");
    let mut centre = Centre::start_secured(&certificate).await;
    let roots = Some(certificate.authority());
    let (routes, _) = over_smpp(centre.port, |settings| {
        settings.host = "localhost".to_owned();
        settings.tls = Some(Tls { roots });
    })
    .await;
    assert_eq!(outcome(&routes, ADA).await, accepted("m1"));
    let state = RouteState { name: "main".to_owned(), protocol: "smpp", condition: Condition::Ready };
    assert_eq!(routes.states(), [state]);
    centre.next("submit").await;
    // In flight over TLS is in flight too.
    centre.order(json!({ "silent": true })).await;
    let sending = tokio::spawn(async move { outcome(&routes, ADA).await });
    centre.next("submit").await;
    centre.kill();
    assert_eq!(sending.await.expect("no panic"), SmsOutcome::Unknown);
}

#[tokio::test]
async fn a_centre_that_cannot_prove_its_name_gets_no_password() {
    let (right, other) = (Certificate::of("localhost"), Certificate::of("localhost"));
    let wrong_name = Certificate::of("elsewhere.example");
    for (certificate, roots, reason) in [
        (&wrong_name, Some(wrong_name.authority()), "its certificate is for another name"),
        (&right, Some(other.authority()), "its certificate is signed by nobody that this machine knows"),
        (&right, None, "its certificate is signed by nobody that this machine knows"),
    ] {
        let mut centre = Centre::start_secured(certificate).await;
        let (routes, _) = over_smpp(centre.port, |settings| {
            settings.host = "localhost".to_owned();
            settings.tls = Some(Tls { roots });
        })
        .await;
        assert_eq!(downfall(&routes).await, reason);
        assert_eq!(outcome(&routes, ADA).await, SmsOutcome::NotSent);
        assert_eq!(centre.count("bind").await, 0);
    }
    // A centre without TLS does not get it in the clear either.
    let mut plain = Centre::start().await;
    let (routes, _) = over_smpp(plain.port, |settings| {
        settings.tls = Some(Tls::default());
        settings.response_timeout = SHORT;
    })
    .await;
    downfall(&routes).await;
    assert_eq!(plain.count("bind").await, 0);
}
