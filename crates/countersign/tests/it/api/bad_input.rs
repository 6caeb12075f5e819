//! Bad input: each kind is refused with 4xx by every endpoint that takes a body, and nothing breaks.

use countersign::http::json::{LONGEST_JSON, LONGEST_LIST};
use serde_json::{Map, Value, json};

use super::description::{Operation, operations};
use crate::api::support::Server;

/// A body that fits the description of a request.
fn fitting(document: &Value, schema: &Value) -> Value {
    let schema = resolve(document, schema);
    if let Some(one) = schema["enum"].get(0) {
        return one.clone();
    }
    match schema["type"].as_str().or_else(|| schema["type"][0].as_str()) {
        Some("object") => {
            let members = schema["properties"].as_object().into_iter().flatten();
            Value::Object(members.map(|(name, inner)| (name.clone(), fitting(document, inner))).collect())
        }
        Some("array") => json!([fitting(document, &schema["items"])]),
        Some("integer") => schema["minimum"].clone(),
        Some("boolean") => json!(false),
        _ => json!("x".repeat(usize::try_from(schema["minLength"].as_u64().unwrap_or(1)).unwrap())),
    }
}

fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(address) => document.pointer(&address[1..]).unwrap(),
        None => schema,
    }
}

async fn with_bodies(server: &Server) -> Vec<(Operation, Value)> {
    let document = countersign::api::document();
    assert!(server.client().get("/api/openapi.json").await.status == 401);
    let taking = operations(&document).into_iter().filter(|operation| operation.body.is_some());
    taking
        .map(|operation| (fitting(&document, operation.body.as_ref().unwrap()), operation))
        .map(|(a, b)| (b, a))
        .collect()
}

#[tokio::test]
async fn all_6_every_body_is_read_strictly() {
    let server = Server::start().await;
    let (mut ada, _) = server.administrator("ada@example.org").await;
    for (operation, body) in with_bodies(&server).await {
        // A challenge for the endpoints that go on with one.
        ada.get("/api/v1/session").await.is(200);
        if operation.path.starts_with("/api/v1/second-step") {
            ada.post("/api/v1/account/step-up", &json!({})).await.is(200);
        }
        let (method, path) = (operation.method.as_str(), operation.address());
        let json = Some("application/json");
        let text = body.to_string();
        let longest = if path.ends_with("/invitations/list") { LONGEST_LIST } else { LONGEST_JSON };
        let whole = body.as_object().unwrap();
        let (first, _) = whole.iter().next().unwrap();
        let mut refused = vec![
            (json, String::new(), 400),
            (json, "{".to_owned(), 400),
            (json, format!("{text}{text}"), 400),
            (json, format!("{{\"{first}\": 1, {}", &text[1..]), 400),
            (json, "\u{0}".to_owned(), 400),
            (json, "[".repeat(5_000), 400),
            (json, "[]".to_owned(), 422),
            (json, "\"text\"".to_owned(), 422),
            (json, "null".to_owned(), 422),
            (json, format!("{{\"surprise\": 1, {}", &text[1..]), 422),
            (json, format!("{{\"padding\": \"{}\"}}", "x".repeat(longest)), 413),
            (None, text.clone(), 415),
            (Some("text/plain"), text.clone(), 415),
            (Some("application/x-www-form-urlencoded"), "a=b".to_owned(), 415),
            (Some("application/json; charset=latin-1"), text.clone(), 415),
        ];
        for (name, value) in whole {
            for wrong in [json!({"a": [1]}), json!(true), json!(1.5), json!("a\u{0}b")] {
                if value.is_boolean() && wrong.is_boolean() {
                    continue;
                }
                let mut other: Map<String, Value> = whole.clone();
                other.insert(name.clone(), wrong);
                refused.push((json, Value::Object(other).to_string(), 422));
            }
        }
        for (kind, sent, status) in refused {
            let answer = ada.send(method, &path, kind, sent.clone().into_bytes()).await;
            assert_eq!(answer.status, status, "{method} {path} {sent:.100}: {}", answer.body);
            assert_eq!(answer.headers["content-type"], "application/problem+json");
        }
        let bytes = ada.send(method, &path, json, b"{\"a\": \"\xff\"}".to_vec()).await;
        bytes.refused(400, "malformed");
    }
    ada.get("/api/v1/session").await.is(200);
}

#[tokio::test]
async fn all_6_missing_members_are_named() {
    let server = Server::start().await;
    let answer = server.client().post("/api/v1/sign-in", &json!({"email": "a@example.org"})).await;
    let errors = answer.refused(422, "invalid").json()["errors"].clone();
    assert_eq!(errors, json!([{"field": "password", "code": "field-missing", "detail": "field-missing"}]));
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems_too() {
    let server = Server::start().await;
    let mut client = server.client();
    for path in ["/api/v1", "/api/v1/nothing", "/api/v2/account", "/api/problems", "/api/v1/sign-in/"] {
        client.get(path).await.refused(404, "not-found");
    }
    for (method, path) in
        [("PUT", "/api/v1/account"), ("GET", "/api/v1/sign-out"), ("DELETE", "/api/v1/sign-in")]
    {
        let answer = client.ask(method, path, None).await.refused(405, "method");
        assert!(answer.headers.contains_key("allow"));
    }
    client.ask("TRACE", "/api/v1/account", None).await.refused(405, "method");
}
