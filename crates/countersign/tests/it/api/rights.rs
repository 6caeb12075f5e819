//! Whose is what: other people's ids, fields that nobody may set, requests that a page of somebody else makes.

use serde_json::json;

use crate::api::support::{Client, Server};

async fn ids(client: &mut Client<'_>) -> Vec<(&'static str, String)> {
    let token = json!({"name": "Program", "scopes": ["account:read"], "days": 1});
    let made = client.post("/api/v1/api-tokens", &token).await.is(201).json();
    let session = client.get("/api/v1/session").await.is(200).json();
    let devices = client.get("/api/v1/authenticators").await.is(200).json();
    vec![
        ("tokens", made["api_token"]["id"].as_str().unwrap().to_owned()),
        ("sessions", session["id"].as_str().unwrap().to_owned()),
        ("devices", devices["items"][0]["id"].as_str().unwrap().to_owned()),
    ]
}

/// ASVS 8.2.2: what belongs to somebody else reads as not there, like what is nowhere.
#[tokio::test]
async fn all_6_foreign_and_unknown_ids_are_not_found() {
    let server = Server::start().await;
    let (mut ada, _) = server.member_with_authenticator("ada@example.org").await;
    let (mut eve, _) = server.member_with_authenticator("eve@example.org").await;
    let mut foreign: Vec<String> = ids(&mut ada).await.into_iter().map(|(_, id)| id).collect();
    foreign.extend(["00000000-0000-0000-0000-000000000000".to_owned(), "x".to_owned(), "%00".to_owned()]);
    let name = json!({"name": "Mine now"});
    for id in &foreign {
        eve.ask("DELETE", &format!("/api/v1/sessions/{id}"), None).await.refused(404, "not-found");
        eve.ask("DELETE", &format!("/api/v1/api-tokens/{id}"), None).await.refused(404, "not-found");
        let device = format!("/api/v1/authenticators/{id}");
        eve.ask("PATCH", &device, Some(&name)).await.refused(404, "not-found");
        eve.press(&format!("{device}/removal")).await.refused(404, "not-found");
    }
    ada.get("/api/v1/session").await.is(200);
    assert_eq!(ada.get("/api/v1/authenticators").await.is(200).json()["items"][0]["name"], "Telephone");
    assert_eq!(ada.get("/api/v1/api-tokens").await.is(200).json()["items"].as_array().unwrap().len(), 1);
}

/// ASVS 8.2.3: no body sets what is not the caller's to set.
#[tokio::test]
async fn all_6_role_and_organisation_cannot_be_assigned() {
    let server = Server::start().await;
    let mut ada = server.member("ada@example.org").await;
    for (field, value) in [
        ("role", json!("administrator")),
        ("org_id", json!("00000000-0000-0000-0000-000000000000")),
        ("organisation_id", json!("00000000-0000-0000-0000-000000000000")),
        ("email", json!("root@example.org")),
        ("email_verified_at", json!(0)),
        ("mfa_exempt_until", json!("2030-01-01T00:00:00Z")),
        ("id", json!("00000000-0000-0000-0000-000000000000")),
        ("__proto__", json!({})),
    ] {
        let answer = ada.ask("PATCH", "/api/v1/account", Some(&json!({field: value}))).await;
        assert_eq!(answer.refused(422, "invalid").json()["errors"][0]["field"], field);
    }
    let mut account =
        json!({"email": "eve@example.org", "display_name": "Eve", "password": crate::api::support::PASSWORD});
    account["role"] = json!("administrator");
    server.client().post("/api/v1/sign-up", &account).await.refused(422, "invalid");
    let account = ada.get("/api/v1/account").await.is(200).json();
    assert_eq!((&account["role"], &account["display_name"]), (&json!("member"), &json!("Ada")));
}

/// ASVS 3.5.1: a cookie alone changes nothing.
#[tokio::test]
async fn all_6_a_cookie_changes_nothing_without_its_csrf_token() {
    let server = Server::start().await;
    let mut ada = server.member("ada@example.org").await;
    let (own, name) = (ada.csrf.clone(), json!({"display_name": "Eve"}));
    let mut eve = server.member("eve@example.org").await;
    for token in [None, Some(String::new()), Some("x".to_owned()), eve.csrf.take()] {
        ada.csrf = token;
        ada.ask("PATCH", "/api/v1/account", Some(&name)).await.refused(403, "stale-form");
        ada.press("/api/v1/sign-out").await.refused(403, "stale-form");
        ada.press("/api/v1/authenticators").await.refused(403, "stale-form");
        ada.press("/api/v1/sessions/end-others").await.refused(403, "stale-form");
    }
    ada.csrf = own;
    let account = ada.ask("PATCH", "/api/v1/account", Some(&json!({"language": "de"}))).await.is(200).json();
    assert_eq!((&account["display_name"], &account["language"]), (&json!("Ada"), &json!("de")));
    let account = ada.ask("PATCH", "/api/v1/account", Some(&json!({"language": null}))).await.is(200).json();
    assert_eq!(account["language"], json!(null));
}
