//! What centres say became of a message, in their many ways.

use countersign_courier::sms::{Receipt, ReceiptState, SmsOutcome, SmsRoute, SmsRoutes};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::centre::Centre;
use crate::{ADA, LIMIT, accepted, outcome, over_smpp, smpp};

async fn next(receipts: &mut mpsc::Receiver<Receipt>) -> Receipt {
    tokio::time::timeout(LIMIT, receipts.recv()).await.expect("a receipt in time").expect("an open channel")
}

/// Sends a message to a centre that does so, and brings the id it was taken under, and its receipt.
async fn through(order: Value) -> (String, Receipt) {
    let mut centre = Centre::start().await;
    centre.order(order).await;
    let (routes, mut receipts) = over_smpp(centre.port, |_| {}).await;
    let SmsOutcome::Accepted { message_id: Some(id) } = outcome(&routes, ADA).await else {
        panic!("a message that is taken")
    };
    let receipt = next(&mut receipts).await;
    // The centre may forget it.
    assert_eq!(centre.next("receipt").await["status"], 0);
    (id, receipt)
}

#[tokio::test]
async fn receipts_say_how_far_a_message_came() {
    for (told, state) in [
        ("DELIVRD", ReceiptState::Delivered),
        ("UNDELIV", ReceiptState::Undeliverable),
        ("EXPIRED", ReceiptState::Expired),
        ("REJECTD", ReceiptState::Rejected),
        ("ACCEPTD", ReceiptState::Accepted),
        ("UNKNOWN", ReceiptState::Unknown),
    ] {
        let (id, receipt) = through(json!({ "receipt": told })).await;
        let expected = Receipt { route: "main".to_owned(), message_id: id, also: vec![], state, error: None };
        assert_eq!(receipt, expected);
    }
}

#[tokio::test]
async fn the_networks_reason_is_kept() {
    let (_, receipt) = through(json!({ "receipt": "UNDELIV", "error": "045" })).await;
    assert_eq!((receipt.state, receipt.error), (ReceiptState::Undeliverable, Some(45)));
}

#[tokio::test]
async fn a_receipt_is_matched_by_its_field_or_else_by_its_text() {
    for named_by in ["tlv", "text", "both"] {
        let (id, receipt) = through(json!({ "receipt": "DELIVRD", "named_by": named_by })).await;
        assert_eq!((receipt.message_id, receipt.state), (id, ReceiptState::Delivered), "{named_by}");
    }
}

#[tokio::test]
async fn a_receipt_is_matched_whatever_the_base_of_its_id() {
    for (ids, receipt_ids) in
        [("hexadecimal", "decimal"), ("decimal", "hexadecimal"), ("hexadecimal", "same"), ("decimal", "same")]
    {
        for named_by in ["tlv", "text"] {
            let order =
                json!({ "receipt": "DELIVRD", "named_by": named_by, "ids": ids, "receipt_ids": receipt_ids });
            let (id, receipt) = through(order).await;
            let known = [vec![receipt.message_id], receipt.also].concat();
            assert!(known.contains(&id), "{ids} {receipt_ids} {named_by}: {id} in {known:?}");
        }
    }
}

#[tokio::test]
async fn a_receipt_comes_long_after_its_message_too() {
    let mut centre = Centre::start().await;
    let (routes, mut receipts) = over_smpp(centre.port, |_| {}).await;
    assert_eq!(outcome(&routes, ADA).await, accepted("m1"));
    assert_eq!(outcome(&routes, ADA).await, accepted("m2"));
    centre.order(json!({ "do": "receipt", "id": "m2", "stat": "DELIVRD" })).await;
    centre.order(json!({ "do": "receipt", "id": "m1", "stat": "UNDELIV" })).await;
    assert_eq!(next(&mut receipts).await.message_id, "m2");
    assert_eq!(next(&mut receipts).await.message_id, "m1");
}

#[tokio::test]
async fn what_phones_write_is_taken_from_the_centre_and_is_no_receipt() {
    let mut centre = Centre::start().await;
    let (routes, mut receipts) = over_smpp(centre.port, |_| {}).await;
    let order = json!({ "do": "incoming", "from": "4915112345678", "text": "id:m1 stat:DELIVRD err:000" });
    centre.order(order).await;
    assert_eq!(centre.next("incoming").await["status"], 0);
    assert!(receipts.try_recv().is_err());
    assert_eq!(outcome(&routes, ADA).await, accepted("m1"));
}

#[tokio::test]
async fn a_centre_keeps_receipts_that_nobody_can_take() {
    let mut centre = Centre::start().await;
    centre.order(json!({ "receipt": "DELIVRD" })).await;
    let (sender, mut receipts) = mpsc::channel(1);
    let routes = SmsRoutes::start(vec![SmsRoute::Smpp(smpp(centre.port))], &sender).expect("settings");
    outcome(&routes, ADA).await;
    assert_eq!(centre.next("receipt").await["status"], 0);
    outcome(&routes, ADA).await;
    // A temporary fault of ours: it is to come again.
    assert_eq!(centre.next("receipt").await["status"], 0x64);
    assert_eq!(next(&mut receipts).await.message_id, "m1");
    centre.order(json!({ "do": "receipt", "id": "m2", "stat": "DELIVRD" })).await;
    assert_eq!(next(&mut receipts).await.message_id, "m2");
}
