//! Bearer tokens: what each scope opens, and what none does.

use std::collections::BTreeSet;
use std::time::Duration;

use countersign::flow::suspension::{self, NewSuspension};
use countersign::flow::{admin, policy};
use countersign_core::api_token::{ApiToken, Scope};
use countersign_core::audit::Actor;
use countersign_core::id::ApiTokenId;
use countersign_core::method::Class;
use countersign_core::preset::Preset;
use countersign_store::api_token::{self, ApiTokenRow};
use serde_json::{Value, json};

use crate::api::support::{Client, PASSWORD, Server};

const ADA: &str = "ada@example.org";
const SCOPES: [&str; 4] = ["account:read", "sessions:read", "sessions:end", "activity:read"];

async fn program<'a>(server: &'a Server, owner: &mut Client<'_>, scopes: &[&str]) -> Client<'a> {
    let new = json!({"name": "Program", "scopes": scopes, "days": 30});
    let made = owner.post("/api/v1/api-tokens", &new).await.is(201).json();
    let mut program = server.client();
    program.bearer = Some(made["token"].as_str().unwrap().to_owned());
    program
}

#[tokio::test]
async fn all_6_each_scope_opens_its_own_door_and_no_other() {
    let server = Server::start().await;
    let mut ada = server.member(ADA).await;
    let doors = [
        ("account:read", "GET", "/api/v1/account"),
        ("sessions:read", "GET", "/api/v1/sessions"),
        ("activity:read", "GET", "/api/v1/activity"),
        ("sessions:end", "POST", "/api/v1/sessions/end-others"),
    ];
    for scope in SCOPES {
        for (opens, method, path) in doors {
            // The last door ends every session, so whoever makes the tokens comes in anew.
            ada.sign_in(ADA).await.is(200);
            let mut program = program(&server, &mut ada, &[scope]).await;
            let answer = program.ask(method, path, None).await;
            if opens == scope {
                answer.is(200);
            } else {
                answer.refused(403, "forbidden");
            }
            let tokens = ada.get("/api/v1/api-tokens").await;
            if tokens.status == 200 {
                for token in tokens.json()["items"].as_array().unwrap() {
                    let id = token["id"].as_str().unwrap();
                    ada.ask("DELETE", &format!("/api/v1/api-tokens/{id}"), None).await.is(204);
                }
            }
        }
    }
}

/// What manages factors, passwords and tokens is out of every token's reach (ALL-4).
#[tokio::test]
async fn all_4_no_token_manages_factors_passwords_or_tokens() {
    let server = Server::start().await;
    let (mut ada, _) = server.member_with_authenticator(ADA).await;
    let device = ada.get("/api/v1/authenticators").await.is(200).json();
    let device = device["items"][0]["id"].as_str().unwrap().to_owned();
    let mut program = program(&server, &mut ada, &SCOPES).await;
    let name = json!({"name": "Mine"});
    let password = json!({"present_password": PASSWORD, "new_password": "seven green ladders up"});
    let token = json!({"name": "More", "scopes": ["account:read"], "days": 1});
    let saved = json!({"key": "x", "first_group": "x", "second_group": "x"});
    let closed: &[(&str, &str, Option<&Value>)] = &[
        ("POST", "/api/v1/authenticators", None),
        ("GET", "/api/v1/authenticators", None),
        ("GET", "/api/v1/authenticators/pending", None),
        ("GET", "/api/v1/authenticators/pending/qr", None),
        ("DELETE", "/api/v1/authenticators/pending", None),
        ("PATCH", &format!("/api/v1/authenticators/{device}"), Some(&name)),
        ("POST", &format!("/api/v1/authenticators/{device}/removal"), None),
        ("POST", "/api/v1/account/password", Some(&password)),
        ("POST", "/api/v1/account/step-up", Some(&json!({}))),
        ("PATCH", "/api/v1/account", Some(&json!({"display_name": "Eve"}))),
        ("POST", "/api/v1/api-tokens", Some(&token)),
        ("GET", "/api/v1/api-tokens", None),
        ("GET", "/api/v1/authenticators/last-showing", None),
        ("POST", "/api/v1/authenticators/last-showing/download", None),
        ("DELETE", "/api/v1/authenticators/last-showing", None),
        ("POST", "/api/v1/email-codes", None),
        ("POST", "/api/v1/email-codes/removal", None),
        ("GET", "/api/v1/recovery-key", None),
        ("POST", "/api/v1/recovery-key", None),
        ("POST", "/api/v1/recovery-key/make", None),
        ("POST", "/api/v1/recovery-key/saved", Some(&saved)),
        ("GET", "/api/v1/session", None),
        ("POST", "/api/v1/sign-out", None),
    ];
    // The cookies come along: once there is a token, they no longer count.
    program.cookies = ada.cookies.clone();
    program.csrf.clone_from(&ada.csrf);
    for (method, path, body) in closed {
        program.ask(method, path, *body).await.refused(403, "forbidden");
    }
    let refused = ada.get("/api/v1/activity?event=authorisation.refused").await.is(200).json();
    assert_eq!(refused["items"].as_array().unwrap().len(), closed.len());
}

#[tokio::test]
async fn all_5_a_token_ends_sessions_without_a_step_up() {
    let server = Server::start().await;
    let mut ada = server.member(ADA).await;
    let mut other = server.client();
    other.sign_in(ADA).await.is(200);
    let mut program = program(&server, &mut ada, &["sessions:read", "sessions:end"]).await;
    server.pass(Duration::from_mins(10));
    let list = program.get("/api/v1/sessions").await.is(200).json();
    assert!(list["items"].as_array().unwrap().iter().all(|line| line["present"] == false));
    let id = other.get("/api/v1/session").await.is(200).json()["id"].as_str().unwrap().to_owned();
    ada.ask("DELETE", &format!("/api/v1/sessions/{id}"), None).await.refused(403, "step-up-needed");
    program.ask("DELETE", &format!("/api/v1/sessions/{id}"), None).await.is(204);
    other.get("/api/v1/session").await.refused(401, "sign-in-needed");
    program.ask("DELETE", &format!("/api/v1/sessions/{id}"), None).await.refused(404, "not-found");
    assert_eq!(program.press("/api/v1/sessions/end-others").await.is(200).json()["ended_sessions"], 1);
    ada.get("/api/v1/session").await.refused(401, "sign-in-needed");
}

/// ALL-9: a token is no way round the second step.
#[tokio::test]
async fn all_9_a_token_dies_with_its_time_its_end_the_password_and_a_second_step_it_lacks() {
    let server = Server::start().await;
    let mut ada = server.member(ADA).await;
    let mut program = program(&server, &mut ada, &["account:read"]).await;
    let account = program.get("/api/v1/account").await.is(200).json();
    assert!(account.get("csrf_token").is_none());
    let listed = ada.get("/api/v1/api-tokens").await.is(200);
    assert!(!listed.body.contains("cs_"), "its text is shown once");
    let id = listed.json()["items"][0]["id"].as_str().unwrap().to_owned();
    ada.ask("DELETE", &format!("/api/v1/api-tokens/{id}"), None).await.is(204);
    program.get("/api/v1/account").await.refused(401, "sign-in-needed");

    let mut weak = self::program(&server, &mut ada, &["account:read"]).await;
    weak.get("/api/v1/account").await.is(200);
    ada.enrol("Telephone").await;
    weak.get("/api/v1/account").await.refused(401, "sign-in-needed");

    let mut aged = self::program(&server, &mut ada, &["account:read"]).await;
    aged.get("/api/v1/account").await.is(200);
    server.pass(Duration::from_hours(30 * 24));
    aged.get("/api/v1/account").await.refused(401, "sign-in-needed");
    for broken in ["", "cs_", "cs_x", "Basic abc"] {
        aged.bearer = Some(broken.to_owned());
        aged.get("/api/v1/account").await.refused(401, "sign-in-needed");
    }
}

/// What a second step has killed does not come back when the second step is suspended or removed (ALL-9).
#[tokio::test]
async fn all_9_a_token_that_lacks_the_second_step_is_dead_for_good() {
    let server = Server::start().await;
    let operator = server.app.call(Actor::CommandLine, "test");
    policy::set_preset(&operator, None, Preset::Authenticator, "test").await.unwrap();
    let mut ada = server.member(ADA).await;
    let mut weak = program(&server, &mut ada, &["account:read"]).await;
    let key = ada.enrol("Telephone").await;
    let mut strong = program(&server, &mut ada, &["account:read"]).await;
    assert_eq!(ada.get("/api/v1/api-tokens").await.is(200).json()["items"].as_array().unwrap().len(), 1);
    server.pass(Duration::from_secs(30));
    let device = ada.get("/api/v1/authenticators").await.is(200).json()["items"][0]["id"].clone();
    ada.press(&format!("/api/v1/authenticators/{}/removal", device.as_str().unwrap())).await.is(200);
    ada.answer(&server.code(&key)).await.is(200);
    weak.get("/api/v1/account").await.refused(401, "sign-in-needed");
    strong.get("/api/v1/account").await.is(200);

    // Nor does a suspension let one in that was made without the second step and was never ended.
    let call = server.app.call(Actor::CommandLine, "test");
    server.member("grace@example.org").await.enrol("Telephone").await;
    let facts = admin::facts(&call, "grace@example.org").await.unwrap();
    let token = ApiToken::new(call.entropy());
    let row = ApiTokenRow {
        id: ApiTokenId::new(call.now, call.entropy()),
        account_id: facts.account.id,
        name: "Program".to_owned(),
        scopes: BTreeSet::from([Scope::AccountRead]),
        class: Class::None,
        password_version: facts.account.password_version,
        created_at: call.now,
        expires_at: call.now.plus(Duration::from_hours(9)),
        last_used_at: None,
        ended_at: None,
    };
    let mut program = server.client();
    program.bearer = Some(token.reveal().to_string());
    let job = server.app.deps.store.write((token.hash(), row), |tx, (hash, row)| {
        Box::pin(async move { api_token::create(tx, hash, row).await })
    });
    job.await.unwrap();
    program.get("/api/v1/account").await.refused(401, "sign-in-needed");
    let (email, reason) = ("grace@example.org".to_owned(), "lost phone".to_owned());
    let new = NewSuspension { email, reason, length: Duration::from_hours(1) };
    suspension::start(&call, new).await.unwrap();
    program.get("/api/v1/account").await.refused(401, "sign-in-needed");
}
