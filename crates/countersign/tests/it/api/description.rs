//! The description and the server agree.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::api::support::{PASSWORD, Server};

const NOBODY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

/// One operation of the description.
pub(super) struct Operation {
    pub(super) method: String,
    pub(super) path: String,
    /// The schema of its body.
    pub(super) body: Option<Value>,
    /// Whether it needs credentials.
    secured: bool,
    described: Value,
}

impl Operation {
    /// The path with an id that is nobody's.
    pub(super) fn address(&self) -> String {
        self.path.replace("{id}", NOBODY).replace("{slug}", "too-many")
    }
}

/// Every operation of the description.
pub(super) fn operations(document: &Value) -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, described) in item.as_object().unwrap() {
            let security = described["security"].as_array();
            found.push(Operation {
                method: method.to_ascii_uppercase(),
                path: path.clone(),
                body: described.pointer("/requestBody/content/application~1json/schema").cloned(),
                secured: security.is_some_and(|list| {
                    list.iter().all(|one| one.as_object().is_some_and(|one| !one.is_empty()))
                        && !list.is_empty()
                }),
                described: described.clone(),
            });
        }
    }
    found
}

#[test]
fn all_6_the_committed_description_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let fresh = serde_json::to_string_pretty(&countersign::api::document()).unwrap() + "\n";
    if std::env::var_os("COUNTERSIGN_UPDATE").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == fresh, "docs/openapi.json is stale: run this test with COUNTERSIGN_UPDATE=1");
}

/// A `null` is no schema: tools that read the description stumble over it.
#[test]
fn all_6_the_description_holds_no_null() {
    fn has_null(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::Array(list) => list.iter().any(has_null),
            Value::Object(map) => map.values().any(has_null),
            _ => false,
        }
    }
    assert!(!has_null(&countersign::api::document()));
}

/// ASVS 8.2.1: whatever is not on this list needs credentials.
#[tokio::test]
async fn all_6_every_route_but_the_public_ones_asks_for_credentials() {
    let public = BTreeSet::from([
        ("POST", "/api/v1/sign-in"),
        ("GET", "/api/v1/sign-in/providers"),
        ("POST", "/api/v1/sign-in/providers/find"),
        ("GET", "/api/v1/sign-up"),
        ("POST", "/api/v1/sign-up"),
        ("POST", "/api/v1/link"),
        ("POST", "/api/v1/link/view"),
        ("POST", "/api/v1/link/confirm"),
        ("POST", "/api/v1/password-reset"),
        ("GET", "/api/problems/{slug}"),
    ]);
    let server = Server::start().await;
    let document = countersign::api::document();
    let all = operations(&document);
    assert!(all.len() >= 30, "only {} operations", all.len());
    for operation in &all {
        let is_public = public.contains(&(&*operation.method, &*operation.path));
        assert_ne!(operation.secured, is_public, "{} {}", operation.method, operation.path);
        let answer = server.client().ask(&operation.method, &operation.address(), None).await;
        if is_public {
            assert!(
                ![401, 404, 405].contains(&answer.status.as_u16()),
                "{} {}",
                operation.method,
                operation.path
            );
        } else {
            let answer = answer.refused(401, "sign-in-needed");
            assert_eq!(answer.headers["www-authenticate"], "Bearer");
        }
    }
}

#[test]
fn all_6_the_description_is_complete() {
    let document = countersign::api::document();
    assert_eq!(document["openapi"], "3.1.0");
    let mut names = BTreeSet::new();
    for operation in operations(&document) {
        let (described, place) = (&operation.described, format!("{} {}", operation.method, operation.path));
        let name = described["operationId"].as_str().unwrap();
        assert!(names.insert(name.to_owned()), "{name} twice");
        assert!(!described["summary"].as_str().unwrap_or_default().is_empty(), "{place}");
        assert!(described.get("x-problems").is_none(), "{place}");
        let statuses: BTreeSet<&str> =
            described["responses"].as_object().unwrap().keys().map(String::as_str).collect();
        for status in ["400", "500", "503"] {
            assert!(statuses.contains(status), "{place} lacks {status}");
        }
        if let Some(body) = &operation.body {
            assert!(statuses.is_superset(&BTreeSet::from(["413", "415", "422"])), "{place}");
            let schema = document.pointer(&body["$ref"].as_str().unwrap()[1..]).unwrap();
            assert_eq!(schema["additionalProperties"], false, "{place}");
        }
        if operation.secured && operation.method != "GET" {
            let list = described["security"].as_array().unwrap();
            let cookies = list.iter().filter(|one| one.get("bearer").is_none());
            assert!(cookies.into_iter().all(|one| one.get("csrf").is_some()), "{place}");
        }
    }
    assert_references(&document, &document);
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for (field, inner) in schema["properties"].as_object().into_iter().flatten() {
            let described = inner.get("description").is_some() || inner.get("$ref").is_some();
            assert!(described, "{name}.{field} has no description: {inner}");
        }
    }
}

#[track_caller]
fn assert_references(document: &Value, value: &Value) {
    match value {
        Value::Object(members) => {
            if let Some(address) = members.get("$ref").and_then(Value::as_str) {
                assert!(document.pointer(&address[1..]).is_some(), "{address} leads nowhere");
            }
            members.values().for_each(|inner| assert_references(document, inner));
        }
        Value::Array(items) => items.iter().for_each(|inner| assert_references(document, inner)),
        _ => {}
    }
}

/// ASVS 3.5.3, and ALL-7: reading changes nothing and shows no secret.
#[tokio::test]
async fn all_7_reading_changes_nothing_and_tells_no_secret() {
    let server = Server::start().await;
    let (mut ada, key) = server.member_with_authenticator("ada@example.org").await;
    let document = countersign::api::document();
    let state = [
        "/api/v1/sessions",
        "/api/v1/authenticators",
        "/api/v1/api-tokens",
        "/api/v1/activity",
        "/api/v1/account",
    ];
    let mut before = Vec::new();
    for path in state {
        before.push(ada.get(path).await.is(200).body);
    }
    let jar = ada.cookies.clone();
    for operation in operations(&document).iter().filter(|operation| operation.method == "GET") {
        // That a member asked for what is the staff's is written down.
        let of_staff = ["/api/v1/mail", "/api/v1/organisation", "/api/v1/support"];
        if of_staff.iter().any(|start| operation.path.starts_with(start)) {
            continue;
        }
        for method in ["GET", "HEAD", "GET"] {
            let answer = ada.ask(method, &operation.address(), None).await;
            assert!(!answer.headers.contains_key("set-cookie"), "{}", operation.path);
            assert!(!answer.status.is_server_error(), "{}", operation.path);
            let bare = key.replace(' ', "");
            for secret in jar.values().chain([&key, &bare, &PASSWORD.to_owned(), &"$argon2".to_owned()]) {
                assert!(!answer.body.contains(secret.as_str()), "{} tells a secret", operation.path);
            }
        }
    }
    for (path, was) in state.iter().zip(before) {
        assert_eq!(ada.get(path).await.is(200).body, was, "{path}");
    }
}

#[tokio::test]
async fn the_reference_is_for_the_signed_in_or_for_everybody_by_setting() {
    let server = Server::start().await;
    server.client().get("/api/openapi.json").await.refused(401, "sign-in-needed");
    let mut ada = server.member("ada@example.org").await;
    assert_eq!(ada.get("/api/openapi.json").await.is(200).json(), countersign::api::document());
    let open = Server::with("[api]\nreference = \"everybody\"\n").await;
    open.client().get("/api/openapi.json").await.is(200);
}

#[tokio::test]
async fn every_kind_of_problem_is_explained_at_its_address() {
    let server = Server::start().await;
    for kind in countersign::http::problem::ALL {
        let explained = server.client().get(&format!("/api/problems/{}", kind.slug)).await.is(200).json();
        assert_eq!(explained["status"], kind.status.as_u16());
        assert!(explained["type"].as_str().unwrap().ends_with(kind.slug));
    }
    server.client().get("/api/problems/nothing").await.refused(404, "not-found");
}
