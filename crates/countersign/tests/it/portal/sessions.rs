//! Sessions: the list, ending them, and how long they live.

use std::time::Duration;

use crate::support::{FIREFOX, Person, TestApp};

#[tokio::test]
async fn all_5_the_list_shows_device_address_and_last_use() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let mut other = person.elsewhere();
    other.browser.user_agent =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1".into();
    other.sign_in().await;
    app.turn(Duration::from_mins(7));
    let page = person.browser.get("/account/sessions").await;
    page.assert_shows("Firefox on Linux This browser").assert_shows(&person.browser.address);
    page.assert_shows("Safari on iOS Last used 7 minutes ago").assert_shows(&other.browser.address);
    assert!(!page.body.contains(FIREFOX), "the header itself is not shown");
}

#[tokio::test]
async fn all_5_one_session_is_ended() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let (mut one, mut two) = (person.elsewhere(), person.elsewhere());
    one.sign_in().await;
    app.turn(Duration::from_secs(90));
    two.sign_in().await;
    let page = person.browser.get("/account/sessions").await;
    let ends: Vec<_> =
        page.page().forms().into_iter().map(|form| form.action).filter(|to| to.ends_with("/end")).collect();
    assert_eq!(ends.len(), 2, "not the present one");
    person.browser.send_form(&page, &ends[0], &[]).await.assert_leads_to("/account/sessions");
    assert!(!two.browser.is_in().await && one.browser.is_in().await && person.browser.is_in().await);
    assert_eq!(app.events("session.ended"), 1);
}

#[tokio::test]
async fn all_5_all_others_are_ended_and_this_one_stays() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let (mut one, mut two) = (person.elsewhere(), person.elsewhere());
    one.sign_in().await;
    two.sign_in().await;
    let others = "/account/sessions/end-others";
    person.browser.submit("/account/sessions", others, &[]).await.assert_leads_to("/account/sessions");
    assert!(!one.browser.is_in().await && !two.browser.is_in().await && person.browser.is_in().await);
    person.browser.get("/account/sessions").await.assert_shows("You are signed in nowhere else.");
}

#[tokio::test]
async fn all_5_ending_sessions_needs_recent_proof() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let mut other = person.elsewhere();
    other.sign_in_fully().await;
    app.turn(Duration::from_mins(6));
    let others = "/account/sessions/end-others";
    let asked = person.browser.submit("/account/sessions", others, &[]).await;
    asked.assert_leads_to("/account/step-up?next=%2Faccount%2Fsessions");
    assert!(other.browser.is_in().await);
    let code = person.phone().code(&app);
    let back = person.browser.submit(asked.location(), "/account/step-up", &[("code", &code)]).await;
    back.assert_leads_to("/account/sessions");
    person.browser.submit("/account/sessions", others, &[]).await.assert_leads_to("/account/sessions");
    assert!(!other.browser.is_in().await);
}

#[tokio::test]
async fn c_65_nobody_ends_a_session_of_somebody_else() {
    let app = TestApp::start().await;
    let mut owner = app.member().await;
    let mut second = owner.elsewhere();
    second.sign_in().await;
    let page = owner.browser.get("/account/sessions").await;
    let end =
        page.page().forms().into_iter().map(|form| form.action).find(|to| to.ends_with("/end")).unwrap();
    let mut thief = app.member().await;
    thief.browser.get("/account/sessions").await;
    thief.browser.post(&end, &[]).await.assert_status(404);
    assert!(second.browser.is_in().await);
}

#[tokio::test]
async fn a_session_ends_after_an_hour_without_use() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    for _ in 0..3 {
        app.turn(Duration::from_mins(59));
        assert!(person.browser.is_in().await);
    }
    app.turn(Duration::from_hours(1));
    person.browser.get("/account").await.assert_leads_to("/sign-in?next=%2Faccount");
}

#[tokio::test]
async fn a_session_ends_after_a_day_however_much_it_is_used() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let token = person.browser.cookie("sid").unwrap();
    for _ in 0..31 {
        app.turn(Duration::from_mins(45));
        assert!(person.browser.is_in().await);
    }
    app.turn(Duration::from_mins(45));
    person.browser.set_cookie("sid", &token);
    assert!(!person.browser.is_in().await, "24 hours are over");
}

#[tokio::test]
async fn a_step_up_does_not_lengthen_the_absolute_life() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    for _ in 0..31 {
        app.turn(Duration::from_mins(45));
        assert!(person.browser.is_in().await);
    }
    let code = person.phone().code(&app);
    person.browser.step_up(&code).await.assert_status(303);
    app.turn(Duration::from_mins(45));
    assert!(!person.browser.is_in().await);
}

#[tokio::test]
async fn the_cookie_lives_as_long_as_the_session_and_no_longer() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let mut other = person.elsewhere();
    let entered = other.sign_in().await;
    let line = entered.set_cookies().into_iter().find(|line| line.starts_with("__Host-sid=")).unwrap();
    assert!(line.contains("Max-Age=86400") && line.contains("SameSite=Lax"), "{line}");
}

#[tokio::test]
async fn the_51st_session_ends_the_oldest() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let mut others: Vec<Person<'_>> = (0..50).map(|_| person.elsewhere()).collect();
    for other in &mut others[..49] {
        app.turn(Duration::from_secs(1));
        other.sign_in().await.assert_leads_to("/account/set-up");
    }
    assert!(person.browser.is_in().await, "fifty may be open");
    app.turn(Duration::from_secs(1));
    others[49].sign_in().await.assert_leads_to("/account/set-up");
    assert!(!person.browser.is_in().await);
    assert!(others[0].browser.is_in().await && others[49].browser.is_in().await);
    assert_eq!(app.events("session.evicted"), 1);
    assert_eq!(app.place.count("session"), 50);
}

#[tokio::test]
async fn signing_out_kills_the_token_and_clears_the_browser() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let token = person.browser.cookie("sid").unwrap();
    let out = person.browser.submit("/account", "/sign-out", &[]).await;
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    assert!(person.browser.cookie("sid").is_none());
    person.browser.set_cookie("sid", &token);
    assert!(!person.browser.is_in().await);
    assert_eq!(app.place.count("session"), 0);
}

#[tokio::test]
async fn signing_out_is_on_every_page() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    for page in [
        "/account",
        "/account/profile",
        "/account/password",
        "/account/security",
        "/account/security/authenticator",
        "/account/sessions",
        "/account/activity",
        "/account/api-tokens",
        "/account/api-tokens/new",
    ] {
        let shown = person.browser.get(page).await;
        assert!(shown.page().form("/sign-out").is_some(), "{page}");
    }
}

#[tokio::test]
async fn the_token_changes_with_every_step_up_and_the_old_one_is_dead() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let before = person.browser.cookie("sid").unwrap();
    let phone = person.browser.enrol("Phone").await;
    let enrolled = person.browser.cookie("sid").unwrap();
    app.next_step();
    person.browser.step_up(&phone.code(&app)).await.assert_status(303);
    let proved = person.browser.cookie("sid").unwrap();
    assert!(before != enrolled && enrolled != proved && before != proved);
    for dead in [before, enrolled] {
        let mut thief = app.browser();
        thief.set_cookie("sid", &dead);
        assert!(!thief.is_in().await);
    }
    assert!(person.browser.is_in().await);
}

#[tokio::test]
async fn c_67_a_token_from_before_the_sign_in_is_never_taken_over() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    let planted = "A".repeat(43);
    for name in ["sid", "challenge", "browser"] {
        person.browser.set_cookie(name, &planted);
    }
    person.sign_in_fully().await.assert_leads_to("/account");
    for name in ["sid", "browser"] {
        assert_ne!(person.browser.cookie(name).unwrap(), planted, "{name}");
    }
    let mut attacker = app.browser();
    attacker.set_cookie("sid", &planted);
    assert!(!attacker.is_in().await);
}

#[tokio::test]
async fn an_account_that_is_disabled_is_out_at_once() {
    let app = TestApp::start().await;
    let mut person = app.recognised().await;
    let mut waiting = person.elsewhere();
    waiting.sign_in().await;
    let call = app.operator();
    let disabled = countersign_store::account::AccountState::Disabled;
    countersign::flow::admin::set_state(&call, &person.email, disabled).await.unwrap();
    assert!(!person.browser.is_in().await);
    let code = person.phone().code(&app);
    waiting.browser.get("/sign-in").await;
    waiting.browser.post("/second-step", &[("code", &code)]).await.assert_status(410);
    person.sign_in().await.assert_status(401).assert_shows("do not match");
}

#[tokio::test]
async fn an_operator_ends_the_sessions_of_an_account() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let ended = countersign::flow::admin::end_sessions(&app.operator(), &person.email).await.unwrap();
    assert_eq!(ended, 1);
    assert!(!person.browser.is_in().await);
}
