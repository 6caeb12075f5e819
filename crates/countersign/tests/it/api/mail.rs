//! Who may see how mail is delivered, and how little that tells.

use std::time::Duration;

use countersign::flow::admin::{self, NewAccount};
use countersign_core::audit::Actor;
use countersign_core::role::Role;
use countersign_core::secret::Password;
use serde_json::json;

use crate::api::support::{Client, PASSWORD, Server};

/// An administrator who is signed in, and the key of the second step that staff must have.
async fn administrator<'a>(server: &'a Server, email: &str) -> (Client<'a>, String) {
    let new = NewAccount {
        email: email.to_owned(),
        display_name: None,
        role: Role::Administrator,
        organisation: None,
        password: Some(Password::new(PASSWORD.to_owned())),
    };
    admin::add(&server.app.call(Actor::CommandLine, "test"), new).await.unwrap();
    let mut client = server.client();
    assert_eq!(client.sign_in(email).await.is(200).json()["state"], "enrolment");
    let key = client.enrol("Telephone").await;
    (client, key)
}

async fn token(client: &mut Client<'_>, scope: &str) -> String {
    let new = json!({"name": "Watch", "scopes": [scope], "days": 1});
    let made = client.post("/api/v1/api-tokens", &new).await.is(201).json();
    made["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn all_6_administrators_and_their_programs_see_how_mail_goes_and_nobody_else_does() {
    let server = Server::start().await;
    server.client().get("/api/v1/mail").await.refused(401, "sign-in-needed");
    let mut member = server.member("ada@example.org").await;
    member.get("/api/v1/mail").await.refused(403, "forbidden");
    let mut theirs = server.client();
    theirs.bearer = Some(token(&mut member, "mail:read").await);
    theirs.get("/api/v1/mail").await.refused(403, "forbidden");

    let (mut root, _) = administrator(&server, "root@example.org").await;
    let told = root.get("/api/v1/mail").await.is(200).json();
    assert_eq!(
        (&told["is_set_up"], &told["is_down"], &told["failed"]),
        (&json!(true), &json!(false), &json!(0))
    );
    assert!(told["waiting"].as_u64().unwrap() >= 1, "the letter about the new authenticator waits: {told}");
    let mut program = server.client();
    program.bearer = Some(token(&mut root, "account:read").await);
    program.get("/api/v1/mail").await.refused(403, "forbidden");
    program.bearer = Some(token(&mut root, "mail:read").await);
    assert_eq!(program.get("/api/v1/mail").await.is(200).json()["waiting"], told["waiting"]);
    program.get("/api/v1/account").await.refused(403, "forbidden");
}

#[tokio::test]
async fn all_7_failures_are_told_without_the_address_or_what_the_letter_said() {
    let server = Server::start().await;
    let (mut root, key) = administrator(&server, "root@example.org").await;
    // Nothing sends here, so the letter about the authenticator is over after three days.
    server.pass(Duration::from_hours(73));
    countersign::worker::Worker::post_once(server.app.clone()).await;
    root.sign_in("root@example.org").await.is(200);
    root.answer(&server.code(&key)).await.is(200);
    let answer = root.get("/api/v1/mail").await.is(200);
    let told = answer.json();
    let failure = &told["failures"][0];
    assert_eq!((&told["failed"], &failure["kind"]), (&json!(1), &json!("method-added")));
    assert_eq!((&failure["state"], &failure["to"]), (&json!("expired"), &json!("r•••@e•••.org")));
    assert!(
        !answer.body.contains("root@example.org") && !answer.body.contains("Telephone"),
        "{}",
        answer.body
    );
}

/// Without a challenge there is nothing to choose, send or answer, whatever else comes along.
#[tokio::test]
async fn all_9_the_endpoints_of_a_second_step_answer_to_its_holder_alone() {
    let server = Server::start().await;
    let (mut ada, key) = server.member_with_authenticator("ada@example.org").await;
    let method = json!({"method": "email"});
    ada.post("/api/v1/second-step/method", &method).await.refused(401, "sign-in-needed");
    ada.press("/api/v1/second-step/code").await.refused(401, "sign-in-needed");
    let mut other = server.client();
    other.sign_in("ada@example.org").await.is(200);
    // Methods that the account does not have are told apart from none by nothing but "not on offer".
    for method in ["email", "recovery-key"] {
        other.post("/api/v1/second-step/method", &json!({"method": method})).await.refused(409, "conflict");
        let answer = json!({"method": method, "code": "123456"});
        other.post("/api/v1/second-step", &answer).await.refused(409, "conflict");
    }
    other.press("/api/v1/second-step/code").await.refused(409, "conflict");
    other.post("/api/v1/second-step/method", &json!({"method": "sms"})).await.refused(422, "invalid");
    assert_eq!(other.get("/api/v1/second-step").await.is(200).json()["tries_left"], 5);
    // The challenge's token in the session's place, and the other way round.
    let csrf = other.csrf.take();
    other.post("/api/v1/second-step/method", &method).await.refused(403, "stale-form");
    other.press("/api/v1/second-step/code").await.refused(403, "stale-form");
    other.csrf = csrf;
    other.answer(&server.code(&key)).await.is(200);
    // Nobody makes or enables what the policy does not offer.
    other.press("/api/v1/recovery-key").await.refused(403, "forbidden");
    other.press("/api/v1/recovery-key/make").await.refused(403, "forbidden");
    other.press("/api/v1/email-codes").await.refused(403, "forbidden");
    other.press("/api/v1/email-codes/removal").await.refused(403, "forbidden");
    let state = other.get("/api/v1/recovery-key").await.is(200).json();
    assert_eq!(state, json!({"present": null, "may_make": false}));
}
