//! API tokens on the pages.

use std::time::Duration;

use crate::support::{Answer, Person, TestApp};

async fn make(person: &mut Person<'_>) -> Answer {
    let fields = [("name", "Backup script"), ("sessions:read", "on")];
    person.browser.submit("/account/api-tokens/new", "/account/api-tokens", &fields).await
}

fn token(answer: &Answer) -> String {
    let values = answer.page().attributes("value").into_iter().map(|(_, value)| value);
    values.into_iter().find(|value| value.starts_with("cs_")).expect("the token")
}

#[tokio::test]
async fn a_token_is_shown_once() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let made = make(&mut person).await;
    made.assert_ok();
    let token = token(&made);
    let list = person.browser.get("/account/api-tokens").await;
    list.assert_shows("Backup script").assert_hides(&token);
    assert_eq!(app.events("api-token.made"), 1);
}

#[tokio::test]
async fn all_4_making_a_token_needs_a_recent_second_step() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let page = person.browser.get("/account/api-tokens/new").await;
    app.turn(Duration::from_mins(6));
    let fields = [("name", "Backup script"), ("sessions:read", "on")];
    let refused = person.browser.send_form(&page, "/account/api-tokens", &fields).await;
    refused.assert_leads_to("/account/step-up?next=%2Faccount%2Fapi-tokens%2Fnew");
    assert_eq!(app.place.count("api_token"), 0);
    let code = person.phone().code(&app);
    person
        .browser
        .submit(refused.location(), "/account/step-up", &[("code", &code)])
        .await
        .assert_status(303);
    make(&mut person).await.assert_ok();
}

#[tokio::test]
async fn a_token_is_ended() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    make(&mut person).await.assert_ok();
    let page = person.browser.get("/account/api-tokens").await;
    let end =
        page.page().forms().into_iter().map(|form| form.action).find(|to| to.ends_with("/end")).unwrap();
    let mut thief = app.enrolled().await;
    thief.browser.get("/account/api-tokens").await;
    thief.browser.post(&end, &[]).await.assert_status(404);
    person.browser.send_form(&page, &end, &[]).await.assert_leads_to("/account/api-tokens");
    assert_eq!(app.place.number("SELECT COUNT(*) FROM api_token WHERE ended_at IS NULL"), 0);
}

#[tokio::test]
async fn a_token_has_a_name_a_scope_and_an_end() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.browser.get("/account/api-tokens/new").await;
    let cases: &[(&[(&str, &str)], u16)] = &[
        (&[("name", ""), ("days", "90"), ("account:read", "on")], 422),
        (&[("name", "x"), ("days", "90")], 422),
        (&[("name", "x"), ("days", "0"), ("account:read", "on")], 422),
        (&[("name", "x"), ("days", "366"), ("account:read", "on")], 422),
        (&[("name", "x"), ("days", "-1"), ("account:read", "on")], 422),
        (&[("name", "x"), ("days", "99999999999999999999"), ("account:read", "on")], 422),
        (&[("name", "x"), ("days", "90"), ("factors:write", "on")], 400),
        (&[("days", "90"), ("account:read", "on")], 400),
    ];
    for (fields, status) in cases {
        person.browser.post("/account/api-tokens", fields).await.assert_status(*status);
    }
    assert_eq!(app.place.count("api_token"), 0);
}
