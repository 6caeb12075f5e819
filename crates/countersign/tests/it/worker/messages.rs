//! SMS through centres and gateways that work, refuse, are silent, or die with a message in hand: a code goes at most once.

use std::time::Duration;

use countersign_store::dispatch::DispatchState;
use serde_json::json;

use super::centre::Centre;
use super::stub::Stub;
use super::{CODE_ENDS, PHONE, an_sms, app_with, came_to, closed_port, look, put, row, told};
use crate::support::Kind;

use DispatchState::{Failed, Sent, Unknown, Waiting};

/// A route to a centre on this port.
pub(super) fn smpp(name: &str, port: u16) -> String {
    format!(
        "[[sms.routes]]\nname = \"{name}\"\nprotocol = \"smpp\"\nhost = \"127.0.0.1\"\nport = {port}\ntls = false\n\
         system_id = \"countersign\"\npassword = \"secret\"\nsender = \"Example\"\n"
    )
}

/// A route to a gateway at this address.
pub(super) fn http(name: &str, url: &str) -> String {
    format!(
        "[[sms.routes]]\nname = \"{name}\"\nprotocol = \"http\"\nurl = \"{url}/send\"\nsender = \"Example\"\n\
         timeout_seconds = 1\nmessage_id = \"/id\"\nform = {{ to = \"{{to}}\", text = \"{{text}}\" }}\n"
    )
}

#[tokio::test]
async fn msg_7_a_centre_killed_with_a_code_in_hand_never_gets_it_again() {
    let mut centre = Centre::start().await;
    centre.order(json!({ "silent": true })).await;
    let app = app_with(Kind::Sqlite, format!("{}{PHONE}", smpp("main", centre.port))).await;
    let id = put(&app, &an_sms("012345")).await;
    let (port, ()) = tokio::join!(
        async {
            let taken = centre.next("submit").await;
            assert!(taken["text"].as_str().is_some_and(|text| text.contains("012345")));
            centre.kill();
            centre.port
        },
        look(&app)
    );
    assert_eq!(came_to(&app, id).await, told(Unknown, "unknown", "main"));
    let mut again = Centre::start_on(port).await;
    // The session is opened anew, and what is sent now goes; the lost one does not.
    again.next("bind").await;
    app.turn(Duration::from_secs(30));
    let next = put(&app, &an_sms("678901")).await;
    look(&app).await;
    assert_eq!(came_to(&app, next).await, told(Sent, "accepted", "main"));
    assert_eq!(again.count("submit").await, 1);
    assert!(again.next("submit").await["text"].as_str().is_some_and(|text| text.contains("678901")));
}

#[tokio::test]
async fn msg_7_the_next_route_is_taken_where_the_one_before_certainly_did_not() {
    let mut centre = Centre::start().await;
    let gateway = Stub::says("429 Too Many Requests", "retry-after: 3\r\n", "").await;
    let routes = [smpp("down", closed_port()), http("full", &gateway.url), smpp("main", centre.port)];
    let app = app_with(Kind::Sqlite, format!("{}{PHONE}", routes.concat())).await;
    let id = put(&app, &an_sms("012345")).await;
    look(&app).await;
    assert_eq!(came_to(&app, id).await, told(Sent, "accepted", "main"));
    assert_eq!((gateway.requests().len(), centre.count("submit").await), (1, 1));
}

/// How long it may wait here is one thing, how long the network may hold it back another.
#[tokio::test]
async fn msg_7_the_network_may_deliver_a_code_for_as_long_as_it_can_be_answered() {
    let mut centre = Centre::start().await;
    let gateway = Stub::says("200 OK", "", r#"{"id":"a1"}"#).await;
    let asked = http("gateway", &gateway.url).replace("to = ", "valid = \"{seconds}\", to = ");
    for route in [asked, smpp("centre", centre.port)] {
        let app = app_with(Kind::Sqlite, format!("{route}{PHONE}")).await;
        let id = put(&app, &an_sms("012345")).await;
        assert!(row(&app, id).await.expires_at.as_millis() < CODE_ENDS, "the row is over earlier");
        look(&app).await;
        assert_eq!(row(&app, id).await.state, Sent);
    }
    let asked = String::from_utf8(gateway.requests()[0].body.clone()).unwrap();
    assert!(asked.contains("valid=300"), "{asked}");
    let lives = centre.next("submit").await["lives"].as_i64().unwrap();
    assert!((280..=301).contains(&lives), "{lives} seconds");
}

#[tokio::test]
async fn msg_7_a_centre_that_is_full_gets_the_same_code_later_and_once() {
    let mut centre = Centre::start().await;
    centre.order(json!({ "submit_status": 0x58 })).await;
    let app = app_with(Kind::Sqlite, format!("{}{PHONE}", smpp("main", centre.port))).await;
    let id = put(&app, &an_sms("012345")).await;
    look(&app).await;
    let waiting = row(&app, id).await;
    assert_eq!((waiting.state, waiting.outcome.as_deref()), (Waiting, Some("throttled")));
    centre.order(json!({ "submit_status": 0 })).await;
    look(&app).await;
    assert_eq!(row(&app, id).await.state, Waiting, "not before its time");
    app.turn(Duration::from_secs(4));
    look(&app).await;
    app.turn(Duration::from_secs(4));
    look(&app).await;
    assert_eq!(came_to(&app, id).await, told(Sent, "accepted", "main"));
    assert_eq!(centre.count("submit").await, 2, "the refused one and the taken one");
}

#[tokio::test]
async fn msg_7_a_centre_that_is_down_or_refuses_the_login_is_told_and_the_code_ends_in_time() {
    let mut centre = Centre::start().await;
    let wrong = smpp("main", centre.port).replace("\"secret\"", "\"wrong\"");
    for settings in [smpp("main", closed_port()), wrong] {
        let app = app_with(Kind::Sqlite, format!("{settings}{PHONE}")).await;
        let id = put(&app, &an_sms("012345")).await;
        look(&app).await;
        let waiting = row(&app, id).await;
        assert_eq!((waiting.state, waiting.outcome.as_deref()), (Waiting, Some("not-sent")));
        app.turn(Duration::from_mins(3));
        look(&app).await;
        assert_eq!(row(&app, id).await.state, DispatchState::Expired);
    }
    assert_eq!(centre.count("submit").await, 0);
}

#[tokio::test]
async fn msg_7_what_a_gateway_answers_stands_in_the_row_and_nothing_goes_twice() {
    let taken = Stub::says("200 OK", "", r#"{"id":"a1"}"#).await;
    let full = Stub::says("429 Too Many Requests", "retry-after: 3\r\n", "").await;
    let broken = Stub::says("500 Internal Server Error", "", "").await;
    let refusing = Stub::says("400 Bad Request", "", "").await;
    let silent = Stub::silent().await;
    for (gateway, state, outcome) in [
        (&taken, Sent, "accepted"),
        (&full, Waiting, "throttled"),
        (&broken, Unknown, "unknown"),
        (&refusing, Failed, "refused"),
        (&silent, Unknown, "unknown"),
    ] {
        let app = app_with(Kind::Sqlite, format!("{}{PHONE}", http("gateway", &gateway.url))).await;
        let id = put(&app, &an_sms("012345")).await;
        look(&app).await;
        let found = row(&app, id).await;
        assert_eq!((found.state, found.outcome.as_deref()), (state, Some(outcome)));
        app.turn(Duration::from_secs(2));
        look(&app).await;
        assert_eq!(gateway.requests().len(), 1, "{outcome}: once");
        if state == Waiting {
            app.turn(Duration::from_secs(2));
            look(&app).await;
            assert_eq!(gateway.requests().len(), 2, "after the silence that it asked for");
        }
    }
}

on_both! {
    async fn msg_7_of_two_replicas_one_sends_each_sms(kind) {
        let mut centre = Centre::start().await;
        let app = app_with(kind, format!("{}{PHONE}", smpp("main", centre.port))).await;
        let other = app.another().await;
        let mut ids = Vec::new();
        for at in 0..20 {
            ids.push(put(&app, &an_sms(&format!("{at:06}"))).await);
        }
        tokio::join!(look(&app), look(&other));
        look(&app).await;
        for id in ids {
            assert_eq!(came_to(&app, id).await, told(Sent, "accepted", "main"));
        }
        assert_eq!(centre.count("submit").await, 20);
    }
}
