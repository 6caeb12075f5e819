//! Several routes: which one is asked next, and when none is.

use countersign_courier::smpp::SmppSettings;
use countersign_courier::sms::{Condition, RouteFault, Sms, SmsOutcome, SmsResult, SmsRoute, SmsRoutes};
use serde_json::json;
use std::time::Duration;
use tokio::sync::mpsc;

use crate::centre::Centre;
use crate::gateway::{Answer, Gateway};
use crate::{ADA, TEXT, accepted, closed_port, refused, secret, send, smpp, start};

/// A centre first, a gateway as the second choice.
async fn both(centre: u16, gateway: &Gateway) -> SmsRoutes {
    let first = named("first", centre);
    start(vec![SmsRoute::Smpp(first), SmsRoute::Http(gateway.settings())]).await.0
}

fn named(name: &str, port: u16) -> SmppSettings {
    SmppSettings { name: name.to_owned(), ..smpp(port) }
}

fn by(route: &str, outcome: SmsOutcome) -> SmsResult {
    SmsResult { route: route.to_owned(), outcome }
}

async fn gateway() -> Gateway {
    let gateway = Gateway::start().await;
    gateway.answers(Answer::status(200, r#"{"id":"SM1"}"#));
    gateway
}

#[tokio::test]
async fn the_second_route_takes_over_from_one_that_is_down() {
    let gateway = gateway().await;
    let routes = both(closed_port(), &gateway).await;
    assert_eq!(send(&routes, ADA, TEXT).await, by("gateway", accepted("SM1")));
    let states: Vec<_> = routes.states().into_iter().map(|state| (state.name, state.condition)).collect();
    let down = Condition::Down { reason: "nobody listens there".to_owned() };
    assert_eq!(states, [("first".to_owned(), down), ("gateway".to_owned(), Condition::Ready)]);
}

#[tokio::test]
async fn the_first_route_is_enough_while_it_works() {
    let (centre, gateway) = (Centre::start().await, gateway().await);
    let routes = both(centre.port, &gateway).await;
    assert_eq!(send(&routes, ADA, TEXT).await, by("first", accepted("m1")));
    assert!(gateway.requests().is_empty());
}

#[tokio::test]
async fn what_is_the_routes_own_matter_goes_to_the_next() {
    let (mut centre, gateway) = (Centre::start().await, gateway().await);
    let routes = both(centre.port, &gateway).await;
    // Too many at once; not this sender; a queue that is full; a centre that is ill.
    for status in [0x58, 0x0a, 0x14, 0x08] {
        centre.order(json!({ "submit_status": status })).await;
        assert_eq!(send(&routes, ADA, TEXT).await, by("gateway", accepted("SM1")), "{status:#x}");
    }
    assert_eq!((centre.count("submit").await, gateway.requests().len()), (4, 4));
}

#[tokio::test]
async fn a_refused_message_is_not_tried_elsewhere() {
    let (mut centre, gateway) = (Centre::start().await, gateway().await);
    centre.order(json!({ "submit_status": 0x0b })).await;
    let routes = both(centre.port, &gateway).await;
    assert_eq!(send(&routes, ADA, TEXT).await, by("first", refused(0x0b, true)));
    assert!(gateway.requests().is_empty());
}

#[tokio::test]
async fn a_message_that_may_be_on_its_way_is_never_given_to_another_route() {
    let (mut centre, gateway) = (Centre::start().await, gateway().await);
    centre.order(json!({ "cut": true })).await;
    let routes = both(centre.port, &gateway).await;
    assert_eq!(send(&routes, ADA, TEXT).await, by("first", SmsOutcome::Unknown));
    assert_eq!(centre.count("submit").await, 1);
    assert!(gateway.requests().is_empty());
    // The same the other way round.
    gateway.answers(Answer::status(500, ""));
    let second = named("second", centre.port);
    let (routes, _) = start(vec![SmsRoute::Http(gateway.settings()), SmsRoute::Smpp(second)]).await;
    assert_eq!(send(&routes, ADA, TEXT).await, by("gateway", SmsOutcome::Unknown));
    assert_eq!((centre.count("submit").await, gateway.requests().len()), (1, 1));
}

#[tokio::test]
async fn the_last_route_speaks_where_none_takes_it() {
    let gateway = gateway().await;
    gateway.answers(Answer::with(429, "retry-after: 30\r\n", ""));
    let routes = both(closed_port(), &gateway).await;
    let throttled = SmsOutcome::Throttled { retry_after: Some(Duration::from_secs(30)) };
    assert_eq!(send(&routes, ADA, TEXT).await, by("gateway", throttled));
}

#[tokio::test]
async fn one_route_can_be_tried_alone() {
    let (centre, gateway) = (Centre::start().await, gateway().await);
    let routes = both(centre.port, &gateway).await;
    let text = secret(TEXT);
    let sms = Sms { to: ADA, text: &text, valid_for: Duration::from_mins(5) };
    assert_eq!(routes.send_by("gateway", sms).await, Some(by("gateway", accepted("SM1"))));
    assert_eq!(routes.send_by("first", sms).await, Some(by("first", accepted("m1"))));
    assert_eq!(routes.send_by("third", sms).await, None);
}

#[tokio::test]
async fn routes_need_names_of_their_own() {
    let (receipts, _) = mpsc::channel(1);
    let named = |name: &str| SmsRoute::Smpp(named(name, closed_port()));
    for (routes, fault) in [
        (vec![], RouteFault::NoRoute),
        (vec![named("a"), named("a")], RouteFault::Name),
        (vec![named("a"), named("")], RouteFault::Name),
    ] {
        assert_eq!(SmsRoutes::start(routes, &receipts).err(), Some(fault));
    }
}
