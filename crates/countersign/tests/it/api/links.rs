//! One-time links end at the same gate as everything else.

use countersign::flow::link::{self, NewLink, first_administrator};
use countersign_core::audit::Actor;
use countersign_core::link::LinkPurpose;
use serde_json::json;

use crate::api::support::Server;

#[tokio::test]
async fn all_9_the_first_administrator_comes_in_through_the_enrolment_gate() {
    let server = Server::start().await;
    let call = server.app.call(Actor::CommandLine, "test");
    let token = first_administrator(&call).await.unwrap().unwrap().reveal().to_string();
    let mut root = server.client();
    let view = root.post("/api/v1/link/view", &json!({"token": token})).await.is(200).json();
    assert_eq!((&view["purpose"], &view["makes_account"]), (&json!("first-administrator"), &json!(true)));
    let filled = json!({"token": token, "email": "root@example.org", "display_name": "Root",
        "password": "eleven quiet harbours"});
    let state = root.post("/api/v1/link", &filled).await.is(200).json();
    assert_eq!(state["state"], "enrolment");
    root.get("/api/v1/account").await.refused(403, "must-enrol");
    root.get("/api/v1/sessions").await.refused(403, "must-enrol");
    assert_eq!(root.get("/api/v1/policy").await.is(200).json()["second_step_required"], true);
    assert_eq!(root.get("/api/v1/session").await.is(200).json()["state"], "enrolment");
    root.enrol("Token").await;
    assert_eq!(root.get("/api/v1/account").await.is(200).json()["role"], "administrator");
    root.post("/api/v1/link", &filled).await.refused(404, "not-found");
    root.post("/api/v1/link/view", &json!({"token": "x"})).await.refused(404, "not-found");
}

#[tokio::test]
async fn all_9_a_reset_never_goes_round_the_second_step() {
    let server = Server::start().await;
    let (mut ada, key) = server.member_with_authenticator("ada@example.org").await;
    let id = ada.get("/api/v1/account").await.is(200).json();
    let call = server.app.call(Actor::CommandLine, "test");
    let new = NewLink {
        purpose: LinkPurpose::PasswordReset,
        account: Some(id["id"].as_str().unwrap().parse().unwrap()),
        organisation: id["organisation"]["id"].as_str().unwrap().parse().unwrap(),
        email: None,
        role: None,
        created_by: "command-line".to_owned(),
    };
    let token = link::make(&call, new).await.unwrap().0.reveal().to_string();
    let mut reset = server.client();
    let view = reset.post("/api/v1/link/view", &json!({"token": token})).await.is(200).json();
    assert_eq!(view["email"], "a•••@e•••.org", "masked");
    let filled = json!({"token": token, "password": "eleven quiet harbours"});
    assert_eq!(reset.post("/api/v1/link", &filled).await.is(200).json()["state"], "challenge");
    reset.get("/api/v1/account").await.refused(401, "sign-in-needed");
    ada.get("/api/v1/account").await.refused(401, "sign-in-needed");
    reset.answer(&server.code(&key)).await.is(200);
    reset.get("/api/v1/account").await.is(200);
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_letter() {
    let server = Server::start().await;
    let (_, key) = server.member_with_authenticator("ada@example.org").await;
    let mut client = server.client();
    for email in ["ada@example.org", "nobody@example.org"] {
        client.post("/api/v1/password-reset", &json!({"email": email})).await.is(202);
    }
    client.post("/api/v1/password-reset", &json!({"email": "ada"})).await.refused(422, "invalid");
    let token = server.link_to("ada@example.org").await;
    let view = client.post("/api/v1/link/view", &json!({"token": token})).await.is(200).json();
    assert_eq!((&view["sets_password"], &view["address"]), (&json!(true), &json!(null)));
    client.post("/api/v1/link/confirm", &json!({"token": token})).await.refused(404, "not-found");
    let filled = json!({"token": token, "password": "eleven quiet harbours"});
    assert_eq!(client.post("/api/v1/link", &filled).await.is(200).json()["state"], "challenge");
    client.answer(&server.code(&key)).await.is(200);
    // Its owner is told, and can still say that it was somebody else.
    let not_me = server.link_to("ada@example.org").await;
    client.post("/api/v1/link", &json!({"token": not_me, "password": "x"})).await.refused(404, "not-found");
    let secured = client.post("/api/v1/link/confirm", &json!({"token": not_me})).await.is(200).json();
    assert_eq!(secured["outcome"], "secured");
    client.get("/api/v1/account").await.refused(401, "sign-in-needed");
    let again = json!({"token": secured["reset_token"], "password": "twelve quiet harbours"});
    assert_eq!(client.post("/api/v1/link", &again).await.is(200).json()["state"], "challenge");
}
