//! Confirming that it is you: what is told of a code that will not do, and how much time is left.

use std::time::Duration;

use crate::support::TestApp;

const PAGE: &str = "/account/step-up";

#[tokio::test]
async fn what_is_no_code_opens_no_challenge() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let before = app.place.number("SELECT COUNT(*) FROM challenge");
    let answer = person.browser.step_up("12345").await;
    answer.assert_status(422).assert_shows("A code has 6 digits.");
    assert_eq!(app.place.number("SELECT COUNT(*) FROM challenge"), before);
    assert_eq!(person.browser.cookie("challenge"), None);
    let code = person.phone().fresh(&app);
    person.browser.step_up(&code).await.assert_status(303);
}

#[tokio::test]
async fn the_page_tells_the_time_of_the_challenge_that_waits() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.browser.get(PAGE).await.assert_shows("10 minutes left to enter a code");
    let wrong = person.phone().wrong(&app);
    person.browser.step_up(&wrong).await.assert_status(401).assert_shows("10 minutes left to enter a code");
    app.turn(Duration::from_mins(4));
    person.browser.get(PAGE).await.assert_shows("6 minutes left to enter a code");
    let wrong = person.phone().wrong(&app);
    person.browser.step_up(&wrong).await.assert_status(401).assert_shows("6 minutes left to enter a code");
}

#[tokio::test]
async fn a_limit_and_an_end_are_told_to_machines_too() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    for _ in 0..4 {
        let wrong = person.phone().wrong(&app);
        person.browser.step_up(&wrong).await.assert_status(401);
    }
    let wrong = person.phone().wrong(&app);
    let refused = person.browser.step_up(&wrong).await;
    refused.assert_status(429).assert_shows("Too many attempts.");
    let seconds: u64 = refused.header("retry-after").parse().expect("when to come back");
    assert!((30..=31).contains(&seconds), "{seconds}");
    app.turn(Duration::from_secs(40));
    let wrong = person.phone().wrong(&app);
    person.browser.step_up(&wrong).await.assert_status(410).assert_shows("Start again");
}

#[tokio::test]
async fn opened_by_hand_the_second_step_leads_to_the_step_up() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let wrong = person.phone().wrong(&app);
    person.browser.step_up(&wrong).await.assert_status(401);
    person.browser.get("/second-step").await.assert_leads_to(PAGE);
    person
        .browser
        .get("/second-step?next=/account/sessions")
        .await
        .assert_leads_to("/account/step-up?next=%2Faccount%2Fsessions");
}
