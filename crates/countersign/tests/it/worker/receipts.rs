//! What centres and gateways tell of SMS that they took: believed of a gateway by its secret alone, and written down once.

use std::sync::Arc;

use countersign::worker::Worker;
use countersign_store::dispatch::DispatchState;
use data_encoding::BASE64;
use serde_json::json;

use super::centre::Centre;
use super::messages::{http, smpp};
use super::stub::Stub;
use super::{PHONE, an_sms, app_with, came_to, put, told, until_in};
use crate::support::Kind;

use DispatchState::{Delivered, Failed, Sent};

const SECRET: &str = "of-the-gateway-0123456789";
const PATH: &str = "/sms/receipts/gateway";

fn places() -> String {
    format!(
        "[sms.routes.receipts]\nsecret = \"{SECRET}\"\nmessage_id = \"/message\"\nstate = \"/status\"\n\
         delivered = [\"arrived\"]\nundeliverable = [\"lost\"]\naccepted = [\"on its way\"]\n"
    )
}

fn receipt(id: &str, status: &str) -> String {
    json!({ "message": id, "status": status }).to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn msg_7_a_gateways_receipt_is_believed_with_its_secret_alone_and_counts_once() {
    let gateway = Stub::says("200 OK", "", r#"{"id":"a1"}"#).await;
    let app = app_with(Kind::Sqlite, format!("{}{}{PHONE}", http("gateway", &gateway.url), places())).await;
    let worker = Worker::start(Arc::clone(&app.app));
    let id = put(&app, &an_sms("012345")).await;
    until_in(&app, id, Sent).await;
    let mut poster = app.browser();
    let json_type = ("content-type", "application/json");
    let bearer = format!("Bearer {SECRET}");
    let basic = format!("Basic {}", BASE64.encode(format!("gateway:{SECRET}").as_bytes()));
    for (path, headers) in [
        (PATH, vec![json_type]),
        (PATH, vec![json_type, ("authorization", "Bearer wrong-0123456789abcdef")]),
        (PATH, vec![json_type, ("authorization", SECRET)]),
        ("/sms/receipts/gateway?secret=wrong", vec![json_type]),
        ("/sms/receipts/other", vec![json_type, ("authorization", bearer.as_str())]),
        ("/sms/receipts/", vec![json_type, ("authorization", bearer.as_str())]),
    ] {
        poster.send("POST", path, &headers, &receipt("a1", "arrived")).await.assert_status(404);
    }
    let right = [json_type, ("authorization", bearer.as_str())];
    for body in ["{}", "no JSON", &receipt("", "arrived")] {
        poster.send("POST", PATH, &right, body).await.assert_status(400);
    }
    poster.send("POST", PATH, &right, &" ".repeat(70 * 1024)).await.assert_status(413);
    poster.send("POST", PATH, &right, &receipt("a1", "on its way")).await.assert_status(204);
    poster.send("POST", PATH, &right, &receipt("a1", "never heard of")).await.assert_status(204);
    assert_eq!(came_to(&app, id).await, told(Sent, "accepted", "gateway"));
    poster.send("POST", PATH, &right, &receipt("a1", "Arrived")).await.assert_status(204);
    until_in(&app, id, Delivered).await;
    let again = [json_type, ("authorization", basic.as_str())];
    poster.send("POST", PATH, &again, &receipt("a1", "lost")).await.assert_status(204);
    let by_address = format!("{PATH}?secret={SECRET}");
    poster.send("POST", &by_address, &[json_type], &receipt("a1", "lost")).await.assert_status(204);
    assert_eq!(came_to(&app, id).await, told(Delivered, "delivered", "gateway"), "the first one counts");
    let foreign = [json_type, ("authorization", bearer.as_str()), ("origin", "https://elsewhere.example")];
    poster.send("POST", PATH, &foreign, &receipt("a1", "lost")).await.assert_status(403);
    worker.stop().await;
    poster.send("POST", PATH, &right, &receipt("a1", "lost")).await.assert_status(503);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn msg_7_a_centres_receipt_may_come_before_its_sms_is_written_down() {
    let mut centre = Centre::start().await;
    centre.order(json!({ "receipt": "UNDELIV" })).await;
    let app = app_with(Kind::Sqlite, format!("{}{PHONE}", smpp("main", centre.port))).await;
    let worker = Worker::start(Arc::clone(&app.app));
    let id = put(&app, &an_sms("012345")).await;
    until_in(&app, id, Failed).await;
    assert_eq!(came_to(&app, id).await, told(Failed, "undeliverable", "main"));
    worker.stop().await;
}
