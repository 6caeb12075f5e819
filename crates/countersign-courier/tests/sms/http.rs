//! Requests to a gateway: what stands in them, and how its answers and receipts are read.

use countersign_courier::http_sms::{
    Body, HttpReceipt, HttpReceiptSettings, HttpSmsSettings, Method, Success, parse_http_receipt,
};
use countersign_courier::sms::{Receipt, ReceiptState, RouteFault, Senders, SmsOutcome, SmsRoute};
use serde_json::{Value, json};

use crate::gateway::{Answer, Gateway};
use crate::{ADA, accepted, refused, secret, send, sender, start};

const HOSTILE: &str = "a&to=+1\"},{\"b\\\r\nX: 1 {to} €ж";

fn pairs(text: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

async fn over(settings: HttpSmsSettings) -> SmsOutcome {
    let (routes, _) = start(vec![SmsRoute::Http(settings)]).await;
    send(&routes, ADA, HOSTILE).await.outcome
}

#[tokio::test]
async fn a_form_carries_any_text_in_its_field() {
    let gateway = Gateway::start().await;
    gateway.answers(Answer::status(200, r#"{"id":"SM1"}"#));
    assert_eq!(over(gateway.settings()).await, accepted("SM1"));
    let request = gateway.request();
    assert_eq!(request.line, "POST /send HTTP/1.1");
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(pairs(&request.body), [pair("to", ADA), pair("text", HOSTILE), pair("from", "Example")]);
}

#[tokio::test]
async fn json_carries_any_text_in_its_place() {
    let gateway = Gateway::start().await;
    let mut settings = gateway.settings();
    let template =
        r#"{"messages":[{"recipient":"{digits}","text":"{text}","ttl":"{seconds}"}],"from":"{from}"}"#;
    settings.body = Body::Json(template.to_owned());
    settings.senders =
        Senders { default: sender("Example"), by_code: vec![("49".to_owned(), sender("+4930123456"))] };
    assert_eq!(over(settings).await, SmsOutcome::Accepted { message_id: None });
    let request = gateway.request();
    assert_eq!(request.header("content-type"), Some("application/json"));
    let expected = json!({
        "messages": [{ "recipient": "4915112345678", "text": HOSTILE, "ttl": "300" }],
        "from": "+4930123456",
    });
    assert_eq!(serde_json::from_str::<Value>(&request.body).expect("JSON"), expected);
}

#[tokio::test]
async fn an_address_carries_any_text_behind_its_question_mark() {
    let gateway = Gateway::start().await;
    let mut settings = gateway.settings();
    settings.method = Method::Get;
    settings.url.push_str("?user=me&key={secret:key}&to={to}&text={text}");
    settings.secrets = vec![("key".to_owned(), secret("s3 &cret"))];
    settings.body = Body::Empty;
    assert_eq!(over(settings).await, SmsOutcome::Accepted { message_id: None });
    let request = gateway.request();
    let expected = [pair("user", "me"), pair("key", "s3 &cret"), pair("to", ADA), pair("text", HOSTILE)];
    assert_eq!(request.query(), ("/send".to_owned(), expected.to_vec()));
    assert_eq!(request.head.lines().filter(|line| line.starts_with("X:")).count(), 0);
}

#[tokio::test]
async fn secrets_stand_in_headers_and_logins() {
    let gateway = Gateway::start().await;
    let mut settings = gateway.settings();
    settings.headers = vec![pair("X-Api-Key", "key {secret:key}"), pair("Accept", "application/json")];
    settings.secrets = vec![("key".to_owned(), secret("s3cret"))];
    settings.login = Some(("user".to_owned(), secret("pass:word")));
    over(settings).await;
    let request = gateway.request();
    assert_eq!(request.header("x-api-key"), Some("key s3cret"));
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!(request.header("authorization"), Some("Basic dXNlcjpwYXNzOndvcmQ="));
}

#[tokio::test]
async fn success_is_what_the_operator_says() {
    let gateway = Gateway::start().await;
    let rule = Success {
        statuses: 200..=200,
        equals: Some(pair("/messages/0/status", "0")),
        refused: vec!["4".to_owned()],
    };
    for (answer, outcome) in [
        (Answer::status(200, r#"{"messages":[{"status":"0","id":"0A1B"}]}"#), accepted("a1b")),
        (Answer::status(200, r#"{"messages":[{"status":0,"id":42}]}"#), accepted("42")),
        (Answer::status(200, r#"{"messages":[{"status":0}]}"#), SmsOutcome::Accepted { message_id: None }),
        (Answer::status(200, r#"{"messages":[{"status":"4"}]}"#), refused(200, false)),
        // It was taken or not: nobody can tell from this, and nobody else is asked.
        (Answer::status(200, r#"{"messages":[{"status":"5"}]}"#), SmsOutcome::Unknown),
        (Answer::status(200, r#"{"error":"no"}"#), SmsOutcome::Unknown),
        (Answer::status(200, "<html>"), SmsOutcome::Unknown),
        (Answer::status(202, r#"{"messages":[{"status":"0"}]}"#), SmsOutcome::Unknown),
    ] {
        gateway.answers(answer);
        let mut settings = gateway.settings();
        settings.success = rule.clone();
        settings.message_id = Some("/messages/0/id".to_owned());
        assert_eq!(over(settings).await, outcome);
    }
}

#[tokio::test]
async fn settings_that_nothing_can_be_sent_with_are_told() {
    let gateway = Gateway::start().await;
    let change = |fault: RouteFault, change: &dyn Fn(&mut HttpSmsSettings)| {
        let mut settings = gateway.settings();
        change(&mut settings);
        assert_eq!(SmsRoute::Http(settings).check(), Err(fault));
    };
    assert_eq!(SmsRoute::Http(gateway.settings()).check(), Ok(()));
    change(RouteFault::Url, &|s| s.url = "http://gateway.example/send".to_owned());
    change(RouteFault::Url, &|s| s.url = "https://{to}.example/send".to_owned());
    change(RouteFault::Template, &|s| s.url.push_str("?to={phone}"));
    change(RouteFault::Template, &|s| s.body = Body::Form(vec![pair("to", "{to")]));
    // A header is written once, for all messages.
    change(RouteFault::Template, &|s| s.headers = vec![pair("X-To", "{to}")]);
    change(RouteFault::Header, &|s| s.headers = vec![pair("X To", "a")]);
    change(RouteFault::Header, &|s| s.headers = vec![pair("X-To", "a\r\nb")]);
    change(RouteFault::Body, &|s| s.body = Body::Json("{".to_owned()));
    change(RouteFault::Body, &|s| s.method = Method::Get);
    change(RouteFault::Success, &|s| s.message_id = Some("id".to_owned()));
    change(RouteFault::Success, &|s| s.success.statuses = 200..=700);
    change(RouteFault::Time, &|s| s.timeout = std::time::Duration::ZERO);
    change(RouteFault::Roots, &|s| s.roots = Some(b"none".to_vec()));
    change(RouteFault::Code, &|s| s.senders.by_code = vec![("+49".to_owned(), sender("Example"))]);
}

#[tokio::test]
async fn receipts_are_read_from_documents_and_fields() {
    let mut settings = Gateway::start().await.settings();
    let told = |settings: &HttpSmsSettings, told| {
        let receipt = parse_http_receipt(settings, told)?;
        Some((receipt.message_id, receipt.state, receipt.error))
    };
    let delivered = br#"{"data":{"id":"SM1","status":"Delivered","code":0}}"#;
    assert_eq!(told(&settings, HttpReceipt::Json(delivered)), None, "it knows no receipts");
    settings.receipts = Some(HttpReceiptSettings {
        message_id: "/data/id".to_owned(),
        state: "/data/status".to_owned(),
        error: Some("/data/code".to_owned()),
        states: vec![
            ("delivered".to_owned(), ReceiptState::Delivered),
            ("failed".to_owned(), ReceiptState::Undeliverable),
        ],
    });
    let expected = Receipt {
        route: "gateway".to_owned(),
        message_id: "SM1".to_owned(),
        also: vec![],
        state: ReceiptState::Delivered,
        error: None,
    };
    assert_eq!(parse_http_receipt(&settings, HttpReceipt::Json(delivered)), Some(expected));
    let failed = br#"{"data":{"id":77,"status":"failed","code":"31"}}"#;
    let known = Some(("77".to_owned(), ReceiptState::Undeliverable, Some(31)));
    assert_eq!(told(&settings, HttpReceipt::Json(failed)), known);
    let odd = br#"{"data":{"id":"SM2","status":"teleported"}}"#;
    let unknown = Some(("SM2".to_owned(), ReceiptState::Unknown, None));
    assert_eq!(told(&settings, HttpReceipt::Json(odd)), unknown);
    for wrong in [&b"{"[..], b"[]", br#"{"data":{"id":{}}}"#, br#"{"data":{"id":""}}"#, b"\xff"] {
        assert_eq!(told(&settings, HttpReceipt::Json(wrong)), None);
    }

    settings.receipts = Some(HttpReceiptSettings {
        message_id: "MessageSid".to_owned(),
        state: "MessageStatus".to_owned(),
        error: None,
        states: vec![("delivered".to_owned(), ReceiptState::Delivered)],
    });
    let fields = HttpReceipt::Fields(b"MessageStatus=delivered&MessageSid=SM%201&x=1");
    assert_eq!(told(&settings, fields), Some(("SM 1".to_owned(), ReceiptState::Delivered, None)));
    for wrong in [&b""[..], b"MessageStatus=delivered", b"MessageSid=1&MessageSid=2&MessageStatus=delivered"]
    {
        assert_eq!(told(&settings, HttpReceipt::Fields(wrong)), None);
    }
}
