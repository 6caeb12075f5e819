//! A challenge answers for its own purpose, account, session and versions, and for nothing else.

use std::time::Duration;

use crate::support::{Person, TestApp, password_of};

async fn remove_link(person: &mut Person<'_>) -> String {
    let links = person.browser.get("/account/security").await.page().links();
    links.into_iter().find(|link| link.ends_with("/remove")).unwrap()
}

/// Opens the challenge that a removal takes.
async fn start_removal(person: &mut Person<'_>) {
    let remove = remove_link(person).await;
    person.browser.submit(&remove, &remove, &[]).await.assert_leads_to("/second-step");
}

#[tokio::test]
async fn c_85_a_step_up_challenge_never_removes() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    // A wrong code leaves a step-up challenge in the browser; then it is answered where removals are.
    let wrong = person.phone().wrong(&app);
    person.browser.step_up(&wrong).await.assert_status(401);
    let challenge = person.browser.cookie("challenge").unwrap();
    start_removal(&mut person).await;
    person.browser.get("/second-step").await;
    person.browser.set_cookie("challenge", &challenge);
    let code = person.phone().code(&app);
    person.browser.post("/second-step", &[("code", &code)]).await.assert_leads_to("/account");
    assert_eq!((app.place.count("authenticator"), app.events("authenticator.removed")), (1, 0));
    assert_eq!(app.events("step-up.succeeded"), 1);
}

#[tokio::test]
async fn c_85_a_step_up_challenge_never_signs_in() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let wrong = person.phone().wrong(&app);
    person.browser.step_up(&wrong).await.assert_status(401);
    let mut thief = app.browser();
    thief.get("/sign-in").await;
    thief.set_cookie("challenge", &person.browser.cookie("challenge").unwrap());
    let code = person.phone().code(&app);
    thief.post("/second-step", &[("code", &code)]).await.assert_status(410);
    assert!(thief.cookie("sid").is_none() && !thief.is_in().await);
    // Nor does it raise another session, of the same account or another.
    let mut other = app.enrolled().await;
    start_removal(&mut other).await;
    other.browser.get("/second-step").await;
    other.browser.set_cookie("challenge", &person.browser.cookie("challenge").unwrap());
    let code = person.phone().code(&app);
    other.browser.post("/second-step", &[("code", &code)]).await.assert_status(410);
}

#[tokio::test]
async fn c_85_a_removal_challenge_never_steps_up() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    app.turn(Duration::from_mins(6));
    start_removal(&mut person).await;
    let removal = person.browser.cookie("challenge").unwrap();
    let code = person.phone().code(&app);
    person.browser.step_up(&code).await.assert_status(303);
    assert_eq!((app.events("step-up.succeeded"), app.events("authenticator.removed")), (1, 0));
    // The removal still waits for a code of its own.
    person.browser.set_cookie("challenge", &removal);
    person.browser.second_step(&code).await.assert_status(401);
    let code = person.phone().fresh(&app);
    person.browser.second_step(&code).await.assert_leads_to("/account/security");
}

#[tokio::test]
async fn c_85_a_sign_in_challenge_raises_no_session_of_the_same_browser() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    app.turn(Duration::from_mins(6));
    let mut other = person.elsewhere();
    other.sign_in().await;
    person.browser.set_cookie("challenge", &other.browser.cookie("challenge").unwrap());
    let before = person.browser.cookie("sid").unwrap();
    let code = person.phone().code(&app);
    person.browser.get("/second-step").await;
    person.browser.post("/second-step", &[("code", &code)]).await.assert_leads_to("/account");
    // It has opened a session of its own; the one before is as it was.
    assert_ne!(person.browser.cookie("sid").unwrap(), before);
    person.browser.set_cookie("sid", &before);
    person.browser.get("/account/password").await.assert_status(303);
}

#[tokio::test]
async fn c_43_the_code_of_another_account_opens_nothing() {
    let app = TestApp::start().await;
    let (one, two) = (app.enrolled().await, app.enrolled().await);
    let mut thief = one.elsewhere();
    thief.sign_in().await;
    let code = two.phone().code(&app);
    thief.browser.second_step(&code).await.assert_status(401);
}

#[tokio::test]
async fn c_44_ids_that_begin_alike_are_not_the_same() {
    let app = TestApp::start().await;
    let (mut one, mut two) = (app.enrolled().await, app.enrolled().await);
    let (mine, yours) = (remove_link(&mut one).await, remove_link(&mut two).await);
    let id = |link: &str| link.rsplit('/').nth(1).unwrap().to_owned();
    let (mine, yours) = (id(&mine), id(&yours));
    for other in [&mine[..8], "1", "0", &mine.to_uppercase()[..35], &format!("{mine}0"), &yours] {
        one.browser.get(&format!("/account/security/authenticator/{other}/rename")).await.assert_status(404);
    }
}

#[tokio::test]
async fn c_45_no_text_is_a_code_that_always_fits() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    let mut thief = person.elsewhere();
    thief.sign_in().await;
    thief.browser.get("/second-step").await;
    for text in [
        "000000",
        "null",
        "undefined",
        "true",
        "[]",
        "0x0000",
        "00000",
        "-00000",
        "1e5",
        "NaN",
        "123456 OR 1=1",
    ] {
        let answer = thief.browser.post("/second-step", &[("code", text)]).await;
        assert!([401, 422].contains(&answer.status.as_u16()), "{text} {}", answer.status);
    }
    assert!(!thief.browser.is_in().await);
}

#[tokio::test]
async fn c_49_no_other_id_or_hash_is_a_challenge() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    let mut waiting = person.elsewhere();
    waiting.sign_in().await;
    let code = person.phone().code(&app);
    let columns = ["id", "token_hash", "account_id", "session_id"];
    let stored = columns.map(|column| app.place.text(&format!("SELECT hex({column}) FROM challenge")));
    for value in stored.into_iter().flatten().chain([person.browser.cookie("sid").unwrap(), "x".to_owned()]) {
        let mut thief = app.browser();
        thief.get("/sign-in").await;
        let bytes = data_encoding::HEXUPPER.decode(value.as_bytes()).unwrap_or_default();
        for form in [value.clone(), data_encoding::BASE64URL_NOPAD.encode(&bytes)] {
            thief.set_cookie("challenge", &form);
            thief.post("/second-step", &[("code", &code)]).await.assert_status(410);
        }
    }
}

#[tokio::test]
async fn c_50_who_waits_for_the_second_step_manages_no_factor() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    let mut thief = person.elsewhere();
    thief.sign_in().await;
    thief.browser.get("/second-step").await;
    for path in ["", "/start", "/set-up", "/confirm", "/qr", "/cancel", "/done"] {
        let path = format!("/account/security/authenticator{path}");
        for answer in [
            thief.browser.get(&path).await,
            thief.browser.post(&path, &[("code", "123456"), ("name", "x")]).await,
        ] {
            let turned_away = answer.location().starts_with("/sign-in") || answer.status == 405;
            assert!(turned_away, "{path} {} {}", answer.status, answer.location());
        }
    }
    assert_eq!(app.place.count("authenticator"), 1);
}

#[tokio::test]
async fn c_51_nothing_lasting_is_given_before_the_second_step() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    let mut one = person.elsewhere();
    let answer = one.sign_in().await;
    let names: Vec<_> =
        answer.set_cookies().into_iter().map(|line| line.split('=').next().unwrap().to_owned()).collect();
    assert_eq!(names, ["__Host-challenge"]);
    assert!(answer.set_cookies()[0].contains("Max-Age=600"));
}

#[tokio::test]
async fn c_56_a_code_without_a_first_step_is_nothing() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    let mut thief = app.browser();
    thief.get("/sign-in").await;
    let code = person.phone().code(&app);
    thief.post("/second-step", &[("code", &code)]).await.assert_status(410);
    thief.post("/second-step", &[("code", &code), ("email", &person.email)]).await.assert_status(400);
    thief.get("/second-step").await.assert_leads_to("/sign-in");
}

#[tokio::test]
async fn c_57_with_a_device_enrolled_the_password_is_still_checked() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    let mut thief = app.browser();
    let code = person.phone().code(&app);
    thief.sign_in(&person.email, "not the password at all").await.assert_status(401);
    thief.post("/second-step", &[("code", &code)]).await.assert_status(410);
    thief.sign_in(&person.email, &code).await.assert_status(401);
}

#[tokio::test]
async fn c_17_an_enrolled_device_asks_although_the_policy_forces_nobody() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    assert!(app.place.text("SELECT body FROM policy ORDER BY version DESC").unwrap().contains("offered"));
    person.elsewhere().sign_in().await.assert_leads_to("/second-step");
}

#[tokio::test]
async fn c_23_and_25_no_step_is_skipped_by_starting_again() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    let mut thief = person.elsewhere();
    thief.sign_in().await;
    for path in ["/", "/sign-in", "/second-step/method", "/help/lost-access", "/second-step"] {
        thief.browser.get(path).await;
        assert!(!thief.browser.is_in().await, "{path}");
    }
    thief.browser.get("/second-step/method").await;
    thief
        .browser
        .post("/second-step/method", &[("method", "email")])
        .await
        .assert_leads_to("/second-step/method");
    thief
        .browser
        .post("/second-step/method", &[("method", "authenticator")])
        .await
        .assert_leads_to("/second-step");
    assert!(!thief.browser.is_in().await);
}

#[tokio::test]
async fn c_28_two_people_in_one_browser_never_mix() {
    let app = TestApp::start().await;
    let (one, two) = (app.enrolled().await, app.enrolled().await);
    let mut browser = app.browser();
    browser.sign_in(&one.email, &one.password).await.assert_leads_to("/second-step");
    browser.sign_in(&two.email, &two.password).await.assert_leads_to("/second-step");
    let code = one.phone().code(&app);
    browser.second_step(&code).await.assert_status(401);
    let code = two.phone().code(&app);
    browser.second_step(&code).await.assert_leads_to("/account");
    browser.get("/account/profile").await.assert_shows(&two.email).assert_hides(&one.email);
}

#[tokio::test]
async fn c_48_what_a_session_is_worth_is_judged_with_every_request() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    assert!(person.browser.is_in().await);
    let mut other = person.elsewhere();
    other.sign_in().await;
    other.browser.enrol("Phone").await;
    // Put a session of the class none back, as one that was missed: it is stale.
    app.place.run("UPDATE session SET class = 'none'");
    assert!(!other.browser.is_in().await);
}

#[tokio::test]
async fn a_new_password_ends_second_steps_in_progress() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let mut waiting = person.elsewhere();
    waiting.sign_in().await;
    let (old, new) = (person.password.clone(), password_of(5_001));
    let fields = [("current_password", &*old), ("new_password", &*new)];
    person.browser.submit("/account/password", "/account/password", &fields).await.assert_status(303);
    let code = person.phone().code(&app);
    waiting.browser.post("/second-step", &[("code", &code)]).await.assert_status(410);
}

#[tokio::test]
async fn c_66_sessions_of_before_end_when_a_second_step_is_switched_on() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let mut before = person.elsewhere();
    before.sign_in().await.assert_leads_to("/account/set-up");
    person.browser.enrol("Phone").await;
    assert!(!before.browser.is_in().await);
    assert_eq!(app.place.count("session"), 1);
}
