//! Administration through the API: who may, and that a list does what its plan said.

use countersign::flow::admin::{self, NewAccount};
use countersign_core::audit::Actor;
use countersign_core::role::Role;
use countersign_core::secret::Password;
use serde_json::json;

use crate::api::support::{Client, PASSWORD, Server};

const HERE: &str = "/api/v1/organisation";

/// Somebody of the staff who is signed in with the second step that staff must have.
async fn staff<'a>(server: &'a Server, email: &str, role: Role) -> Client<'a> {
    let new = NewAccount {
        email: email.to_owned(),
        display_name: None,
        role,
        organisation: None,
        password: Some(Password::new(PASSWORD.to_owned())),
    };
    admin::add(&server.app.call(Actor::CommandLine, "test"), new).await.unwrap();
    let mut client = server.client();
    client.sign_in(email).await.is(200);
    client.enrol("Telephone").await;
    client
}

async fn token(client: &mut Client<'_>, scope: &str) -> String {
    let new = json!({"name": "Watch", "scopes": [scope], "days": 1});
    let made = client.post("/api/v1/api-tokens", &new).await.is(201).json();
    made["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn all_6_administrators_read_with_a_session_or_a_token_and_nobody_else_does() {
    let server = Server::start().await;
    let mut root = staff(&server, "root@example.org", Role::Administrator).await;
    let mut agent = staff(&server, "agent@example.org", Role::Support).await;
    let mut ada = server.member("ada@example.org").await;
    for path in ["/members", "/invitations", "/audit", "/adoption", "/couriers"] {
        let path = format!("{HERE}{path}");
        server.client().get(&path).await.refused(401, "sign-in-needed");
        ada.get(&path).await.refused(403, "forbidden");
        agent.get(&path).await.refused(403, "forbidden");
        root.get(&path).await.is(200);
    }
    let mut program = server.client();
    program.bearer = Some(token(&mut ada, "members:read").await);
    program.get(&format!("{HERE}/members")).await.refused(403, "forbidden");
    program.bearer = Some(token(&mut root, "members:read").await);
    let members = program.get(&format!("{HERE}/members?second_step=none")).await.is(200).json();
    assert_eq!(members["items"][0]["email"], "ada@example.org");
    assert_eq!(members["items"].as_array().unwrap().len(), 1);
    program.get(&format!("{HERE}/audit")).await.refused(403, "forbidden");
    let id = members["items"][0]["id"].as_str().unwrap();
    program.get(&format!("{HERE}/members/{id}")).await.is(200);
    program.press(&format!("{HERE}/members/{id}/disable")).await.refused(403, "forbidden");
    program.bearer = Some(token(&mut root, "audit:read").await);
    let rows = program.get(&format!("{HERE}/audit?event=authenticator.added")).await.is(200).json();
    assert_eq!(rows["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn all_6_a_list_is_invited_as_its_plan_said() {
    let server = Server::start().await;
    let mut root = staff(&server, "root@example.org", Role::Administrator).await;
    let path = format!("{HERE}/invitations/list");
    let list = "one@example.org\nroot@example.org\nno address";
    let plan = root.post(&path, &json!({"list": list})).await.is(200).json();
    let outcomes: Vec<_> =
        plan["lines"].as_array().unwrap().iter().map(|line| line["outcome"].clone()).collect();
    assert_eq!(outcomes, ["invite", "has-account", "fault"]);
    assert_eq!(plan["sent"], json!(null));
    let wrong = root.post(&path, &json!({"list": list, "mark": "00"})).await.is(200).json();
    assert_eq!(wrong["sent"], json!(null));
    let done = root.post(&path, &json!({"list": list, "mark": plan["mark"]})).await.is(200).json();
    assert_eq!(done["sent"], 1);
    let waiting = root.get(&format!("{HERE}/invitations")).await.is(200).json();
    assert_eq!(waiting["items"][0]["email"], "one@example.org");
    let long = "a@example.org\n".repeat(80_000);
    root.post(&path, &json!({"list": long})).await.refused(422, "invalid");
}

#[tokio::test]
async fn asvs_8_2_3_a_role_is_given_by_its_own_deed_alone() {
    let server = Server::start().await;
    let mut root = staff(&server, "root@example.org", Role::Administrator).await;
    let _ada = server.member("ada@example.org").await;
    let members = root.get(&format!("{HERE}/members?q=ada")).await.is(200).json();
    let path = format!("{HERE}/members/{}", members["items"][0]["id"].as_str().unwrap());
    let more = json!({"role": "support", "state": "disabled"});
    root.ask("PUT", &format!("{path}/role"), Some(&more)).await.refused(422, "invalid");
    root.ask("PUT", &format!("{path}/role"), Some(&json!({"role": "support"}))).await.is(204);
    assert_eq!(root.get(&path).await.is(200).json()["role"], "support");
    let again = root.ask("PUT", &format!("{path}/role"), Some(&json!({"role": "member"}))).await;
    again.refused(403, "step-up-needed");
    let look = json!({"name": "Nordlicht", "accent": "#ffd500"});
    root.ask("PUT", HERE, Some(&look)).await.refused(403, "step-up-needed");
}

#[tokio::test]
async fn all_6_the_audit_log_is_taken_along_as_csv_and_json_and_that_is_in_it() {
    let server = Server::start().await;
    let mut root = staff(&server, "root@example.org", Role::Administrator).await;
    let mut agent = staff(&server, "agent@example.org", Role::Support).await;
    let path = format!("{HERE}/audit/export");
    agent.post(&path, &json!({"format": "csv"})).await.refused(403, "forbidden");
    let mut program = server.client();
    program.bearer = Some(token(&mut root, "audit:read").await);
    program.post(&path, &json!({"format": "csv"})).await.refused(403, "forbidden");
    root.post(&path, &json!({"format": "xml"})).await.refused(422, "invalid");
    root.post(&path, &json!({"format": "csv", "account": "nobody"})).await.refused(400, "malformed");
    let wanted = json!({"format": "json", "event": "authenticator.added"});
    let rows = root.post(&path, &wanted).await.is(200).json();
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert!(rows.as_array().unwrap().iter().all(|row| row["event"] == "authenticator.added"));
    let page = root.get(&format!("{HERE}/audit?event=audit.exported")).await.is(200).json();
    assert_eq!(page["items"].as_array().unwrap().len(), 1, "{page}");
    let none = json!({"format": "csv", "to": "2001-01-01T00:00:00Z"});
    root.post(&path, &none).await.refused(403, "step-up-needed");
    let mut second = staff(&server, "second@example.org", Role::Administrator).await;
    let sheet = second.post(&path, &none).await.is(200);
    assert!(sheet.body.starts_with("\"id\",\"at\",\"event\","), "{}", sheet.body);
    assert_eq!(sheet.body.lines().count(), 1);
    let none = root.get(&format!("{HERE}/audit?to=2001-01-01T00:00:00Z")).await.is(200).json();
    assert_eq!(none["items"], json!([]));
}
