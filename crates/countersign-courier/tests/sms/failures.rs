//! Centres that say no, say nothing, or end in the middle; and never a code sent twice.

use std::time::Duration;

use countersign_courier::Secret;
use countersign_courier::sms::SmsOutcome;
use serde_json::json;

use crate::centre::Centre;
use crate::{ADA, SHORT, accepted, closed_port, downfall, outcome, over_smpp, ready, refused};

const BEN: &str = "+4915187654321";

#[tokio::test]
async fn a_wrong_password_is_told_and_nothing_is_sent() {
    let mut centre = Centre::start().await;
    let (routes, _) =
        over_smpp(centre.port, |settings| settings.password = Secret::new("wrong".to_owned())).await;
    assert_eq!(centre.next("bind").await["status"], 0x0e);
    assert_eq!(downfall(&routes).await, "refused the login (0x0e)");
    assert_eq!(outcome(&routes, ADA).await, SmsOutcome::NotSent);
    // Providers lock out who goes on trying.
    assert_eq!(centre.count("bind").await, 1);
    assert_eq!(centre.count("submit").await, 0);
}

#[tokio::test]
async fn refusals_are_told_by_their_status() {
    let mut centre = Centre::start().await;
    let statuses =
        json!({ "4915112345678": 0x0b, "4915187654321": 0x58, "4915100000001": 0x08, "4915100000002": 0x14 });
    centre.order(json!({ "statuses": statuses })).await;
    let (routes, _) = over_smpp(centre.port, |_| {}).await;
    assert_eq!(outcome(&routes, ADA).await, refused(0x0b, true));
    assert_eq!(outcome(&routes, BEN).await, SmsOutcome::Throttled { retry_after: None });
    assert_eq!(outcome(&routes, "+4915100000001").await, refused(0x08, false));
    assert_eq!(outcome(&routes, "+4915100000002").await, SmsOutcome::Throttled { retry_after: None });
    // None of this spoils anything for the next one.
    assert_eq!(outcome(&routes, "+4915100000003").await, accepted("m5"));
    assert_eq!(centre.count("submit").await, 5);
}

#[tokio::test]
async fn a_message_without_an_answer_is_unknown_and_not_repeated() {
    let mut centre = Centre::start().await;
    centre.order(json!({ "silent": true })).await;
    let (routes, _) = over_smpp(centre.port, |settings| settings.response_timeout = SHORT).await;
    assert_eq!(outcome(&routes, ADA).await, SmsOutcome::Unknown);
    // The session goes on: its place in the window is free again.
    centre.order(json!({ "silent": false })).await;
    assert_eq!(outcome(&routes, BEN).await, accepted("m2"));
    assert_eq!(centre.count("submit").await, 2);
    assert_eq!(centre.count("bind").await, 1);
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_not_taken_for_anothers() {
    let mut centre = Centre::start().await;
    centre.order(json!({ "hold": true })).await;
    let (routes, _) = over_smpp(centre.port, |settings| settings.response_timeout = SHORT).await;
    assert_eq!(outcome(&routes, ADA).await, SmsOutcome::Unknown);
    centre.order(json!({ "do": "release" })).await;
    centre.order(json!({ "hold": false })).await;
    assert_eq!(outcome(&routes, BEN).await, accepted("m2"));
}

#[tokio::test]
async fn a_centre_killed_with_a_message_in_hand_leaves_it_unknown() {
    let mut centre = Centre::start().await;
    centre.order(json!({ "silent": true })).await;
    let (routes, _) = over_smpp(centre.port, |_| {}).await;
    let sending = tokio::spawn(async move { (outcome(&routes, ADA).await, routes) });
    centre.next("submit").await;
    centre.kill();
    let (told, routes) = sending.await.expect("no panic");
    assert_eq!(told, SmsOutcome::Unknown);
    // What comes now was certainly not handed over.
    assert_eq!(outcome(&routes, BEN).await, SmsOutcome::NotSent);
}

#[tokio::test]
async fn a_centre_killed_before_a_message_did_not_get_it() {
    let mut centre = Centre::start().await;
    let (routes, _) = over_smpp(centre.port, |_| {}).await;
    assert_eq!(outcome(&routes, ADA).await, accepted("m1"));
    centre.kill();
    downfall(&routes).await;
    assert_eq!(outcome(&routes, BEN).await, SmsOutcome::NotSent);
}

#[tokio::test]
async fn a_connection_that_is_cut_instead_of_an_answer_leaves_it_unknown_and_is_opened_again() {
    let mut centre = Centre::start().await;
    centre.order(json!({ "cut": true })).await;
    let (routes, _) = over_smpp(centre.port, |_| {}).await;
    assert_eq!(outcome(&routes, ADA).await, SmsOutcome::Unknown);
    centre.order(json!({ "cut": false })).await;
    centre.next("bind").await;
    centre.next("bind").await;
    ready(&routes).await;
    // Only what is asked for now goes out: the lost one is not repeated over the new session.
    assert_eq!(outcome(&routes, BEN).await, accepted("m2"));
    let numbers = [centre.next("submit").await["to"].clone(), centre.next("submit").await["to"].clone()];
    assert_eq!(numbers, [json!("4915112345678"), json!("4915187654321")]);
    assert_eq!(centre.count("submit").await, 2);
}

#[tokio::test]
async fn nobody_there_is_told_at_once() {
    let (routes, _) = over_smpp(closed_port(), |_| {}).await;
    assert_eq!(downfall(&routes).await, "nobody listens there");
    assert_eq!(outcome(&routes, ADA).await, SmsOutcome::NotSent);
}

#[tokio::test]
async fn a_centre_that_does_not_answer_the_login_is_left_in_time() {
    let mut centre = Centre::start().await;
    centre.order(json!({ "deaf_to_binds": true })).await;
    let (routes, _) = over_smpp(centre.port, |settings| settings.response_timeout = SHORT).await;
    assert_eq!(downfall(&routes).await, "no answer within 300 ms");
    assert_eq!(outcome(&routes, ADA).await, SmsOutcome::NotSent);
}

#[tokio::test]
async fn whoever_comes_while_the_first_login_is_under_way_waits_for_it() {
    let mut centre = Centre::start().await;
    let (receipts, _coming) = tokio::sync::mpsc::channel(1);
    let route = countersign_courier::sms::SmsRoute::Smpp(crate::smpp(centre.port));
    let routes = countersign_courier::sms::SmsRoutes::start(vec![route], &receipts).expect("settings");
    // Not waited for: the session is not there yet.
    assert_eq!(outcome(&routes, ADA).await, accepted("m1"));
    assert_eq!(centre.count("submit").await, 1);
}

#[tokio::test]
async fn a_centre_that_talks_nonsense_costs_no_more_than_the_session() {
    let mut centre = Centre::start().await;
    let (routes, _) = over_smpp(centre.port, |_| {}).await;
    // A deliver_sm without a body, then a command that nobody knows: both are answered, and the session goes on.
    centre.order(json!({ "do": "raw", "hex": "00000010000000050000000000000063" })).await;
    centre.order(json!({ "do": "raw", "hex": "00000010000001230000000000000064" })).await;
    assert_eq!(centre.next("generic_nack").await["status"], 3);
    assert_eq!(outcome(&routes, ADA).await, accepted("m1"));
    // A PDU that says it is 2 GB long: where the next one begins, nobody knows.
    centre.order(json!({ "do": "raw", "hex": "80000000000000050000000000000065" })).await;
    centre.next("gone").await;
    centre.next("bind").await;
    centre.next("bind").await;
    ready(&routes).await;
    assert_eq!(outcome(&routes, BEN).await, accepted("m2"));
}

#[tokio::test]
async fn whoever_stops_waiting_before_a_message_went_out_stops_it() {
    let mut centre = Centre::start().await;
    centre.order(json!({ "hold": true })).await;
    let (routes, _) = over_smpp(centre.port, |settings| settings.window = 1).await;
    let routes = std::sync::Arc::new(routes);
    let first = tokio::spawn({
        let routes = std::sync::Arc::clone(&routes);
        async move { outcome(&routes, ADA).await }
    });
    centre.next("submit").await;
    let waited = tokio::time::timeout(Duration::from_millis(100), outcome(&routes, BEN)).await;
    assert!(waited.is_err(), "the window is full");
    centre.order(json!({ "hold": false })).await;
    centre.order(json!({ "do": "release" })).await;
    assert_eq!(first.await.expect("no panic"), accepted("m1"));
    assert_eq!(outcome(&routes, "+4915100000003").await, accepted("m2"));
    assert_eq!(centre.count("submit").await, 2);
}
