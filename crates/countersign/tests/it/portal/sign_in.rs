//! Signing in with password and code.

use std::time::Duration;

use crate::support::{Options, TestApp, password_of};

#[tokio::test]
async fn app_1_password_then_code_then_a_session() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    person.sign_in().await.assert_leads_to("/second-step");
    assert!(person.browser.cookie("sid").is_none());
    assert!(!person.browser.is_in().await);
    person.browser.get("/second-step").await.assert_ok().assert_shows("6-digit code");
    let code = person.phone().code(&app);
    person.browser.second_step(&code).await.assert_leads_to("/account");
    assert!(person.browser.is_in().await);
}

#[tokio::test]
async fn app_1_without_a_device_the_password_signs_in_alone() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    person.sign_out().await;
    person.sign_in().await.assert_leads_to("/account/set-up");
    assert!(person.browser.is_in().await);
}

#[tokio::test]
async fn app_1_a_wrong_code_opens_nothing() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    person.sign_in().await;
    let wrong = person.phone().wrong(&app);
    let answer = person.browser.second_step(&wrong).await;
    answer.assert_status(401).assert_shows("That code is not right. You have 4 tries left.");
    assert!(answer.cookie("__Host-sid").is_none());
    assert!(!person.browser.is_in().await);
}

#[tokio::test]
async fn app_6_a_late_code_says_so_and_the_next_one_enters_at_once() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    person.sign_in().await;
    let late = person.phone().code(&app);
    app.turn(Duration::from_secs(70));
    let answer = person.browser.second_step(&late).await;
    answer.assert_status(401).assert_shows("That code has expired; enter the one your app shows now.");
    let code = person.phone().code(&app);
    person.browser.send_form(&answer, "/second-step", &[("code", &code)]).await.assert_leads_to("/account");
}

#[tokio::test]
async fn app_6_the_code_of_the_step_before_is_still_right() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    person.sign_in().await;
    app.next_step();
    app.next_step();
    let slow = person.phone().code_at(&app, -1);
    person.browser.second_step(&slow).await.assert_leads_to("/account");
}

#[tokio::test]
async fn app_6_the_page_says_that_codes_change_and_how_long_is_left() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    person.sign_in().await;
    let page = person.browser.get("/second-step").await;
    page.assert_shows("The code changes every 30 seconds.").assert_shows("10 minutes left to enter a code");
}

#[tokio::test]
async fn app_6_a_code_may_come_with_spaces_dashes_and_in_other_scripts() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let forms: [fn(&str) -> String; 3] = [
        |code| format!(" {} {} ", &code[..3], &code[3..]),
        |code| format!("{}-{}", &code[..3], &code[3..]),
        |code| code.chars().map(|digit| char::from_u32(u32::from(digit) - 0x30 + 0x0660).unwrap()).collect(),
    ];
    for form in forms {
        person.sign_out().await;
        person.sign_in().await;
        let code = form(&person.phone().fresh(&app));
        person.browser.second_step(&code).await.assert_leads_to("/account");
    }
}

#[tokio::test]
async fn app_6_what_is_no_code_costs_no_try() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    person.sign_in().await;
    for junk in ["", "12345", "1234567", "abcdef", "12 34 5x", &"1".repeat(500)] {
        person
            .browser
            .post("/second-step", &[("code", junk)])
            .await
            .assert_status(422)
            .assert_shows("6 digits");
    }
    assert_eq!(app.place.number("SELECT MAX(tries) FROM challenge"), 0);
    let code = person.phone().code(&app);
    person.browser.second_step(&code).await.assert_leads_to("/account");
}

#[tokio::test]
async fn all_1_a_used_code_says_so() {
    let app = TestApp::start().await;
    let mut person = app.recognised().await;
    person.sign_out().await;
    person.sign_in().await;
    let used = person.phone().code_at(&app, -1);
    let answer = person.browser.second_step(&used).await;
    answer.assert_status(401).assert_shows("That code was already used. Wait for the next one.");
    let code = person.phone().code(&app);
    person.browser.second_step(&code).await.assert_leads_to("/account");
}

#[tokio::test]
async fn msg_11_after_a_wrong_code_the_page_links_to_the_clock_help_and_tells_no_offset() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    person.sign_in().await;
    let ahead = person.phone().code_at(&app, 20);
    let answer = person.browser.second_step(&ahead).await;
    answer.assert_status(401).assert_hides("fast").assert_hides("minutes fast");
    assert!(answer.page().links_to("/help/clock"));
    person.browser.get("/help/clock").await.assert_ok().assert_shows("Set the clock to automatic.");
}

#[tokio::test]
async fn msg_11_a_steady_drift_is_followed() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    // A clock that runs away: half a minute, and after some sign-ins a whole one.
    for fast in [30, 30, 30, 60, 60, 60] {
        person.phone.as_mut().unwrap().fast = fast;
        person.sign_out().await;
        app.turn(Duration::from_mins(2));
        person.sign_in_fully().await.assert_leads_to("/account");
    }
    assert_eq!(app.place.number("SELECT drift_offset FROM authenticator"), 2);
}

#[tokio::test]
async fn the_password_counts_exactly_as_sent() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let (email, password) = ("exact@example.net", format!("Tepid {}", "lantern harbour ".repeat(6)));
    app.account(email, &password).await;
    let cut = &password[..password.len() - 2];
    for other in
        [password.to_lowercase(), format!("{password} "), cut.to_owned(), password.trim_end().to_owned()]
    {
        browser.sign_in(email, &other).await.assert_status(401);
        app.turn(Duration::from_hours(1));
    }
    browser.sign_in(email, &password).await.assert_leads_to("/account/set-up");
}

#[tokio::test]
async fn composed_and_decomposed_letters_are_the_same_password() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    app.account("nfkc@example.net", "fünf tepide harbour lanterns").await;
    browser
        .sign_in("nfkc@example.net", "fu\u{308}nf tepide harbour lanterns")
        .await
        .assert_leads_to("/account/set-up");
}

#[tokio::test]
async fn no_password_is_ever_too_old() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    app.turn(Duration::from_hours(400 * 24));
    person.sign_in().await.assert_leads_to("/account/set-up");
    person.browser.get("/account").await.assert_ok();
}

#[tokio::test]
async fn whoever_wanted_a_page_is_led_there_after_both_steps() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    let wanted = person.browser.get("/account/activity?show=failures").await;
    wanted.assert_status(303);
    let sign_in = wanted.location().to_owned();
    assert!(sign_in.starts_with("/sign-in?next="), "{sign_in}");
    let (email, password) = (person.email.clone(), person.password.clone());
    let fields = [("email", &*email), ("password", &*password)];
    let first = person.browser.submit(&sign_in, "/sign-in", &fields).await;
    let second = first.assert_status(303).location().to_owned();
    let code = person.phone().code(&app);
    let end = person.browser.submit(&second, "/second-step", &[("code", &code)]).await;
    end.assert_leads_to("/account/activity?show=failures");
}

#[tokio::test]
async fn c_88_the_way_back_never_leaves_this_server() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    for away in
        ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/a\r\nb: c"]
    {
        person.sign_out().await;
        person.browser.get("/sign-in").await;
        let (email, password) = (person.email.clone(), person.password.clone());
        let fields = [("email", &*email), ("password", &*password), ("next", away)];
        person.browser.post("/sign-in", &fields).await.assert_leads_to("/account/set-up");
        let query = url::form_urlencoded::byte_serialize(away.as_bytes()).collect::<String>();
        person.browser.get(&format!("/sign-in?next={query}")).await.assert_leads_to("/account");
    }
}

#[tokio::test]
async fn a_cancelled_second_step_is_over() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    person.sign_in().await;
    let token = person.browser.cookie("challenge").unwrap();
    person.browser.submit("/second-step", "/second-step/cancel", &[]).await.assert_leads_to("/sign-in");
    assert!(person.browser.cookie("challenge").is_none());
    person.browser.set_cookie("challenge", &token);
    let code = person.phone().code(&app);
    person.browser.post("/second-step", &[("code", &code)]).await.assert_status(410);
    assert_eq!(app.events("second-step.cancelled"), 1);
}

#[tokio::test]
async fn a_second_step_ends_after_ten_minutes() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    person.sign_in().await;
    person.browser.get("/second-step").await.assert_ok();
    let token = person.browser.cookie("challenge").unwrap();
    app.turn(Duration::from_secs(601));
    person.browser.set_cookie("challenge", &token);
    let code = person.phone().code(&app);
    person
        .browser
        .post("/second-step", &[("code", &code)])
        .await
        .assert_status(410)
        .assert_shows("start again");
    assert!(!person.browser.is_in().await);
}

#[tokio::test]
async fn app_8_the_second_step_leads_to_help_for_who_cannot_use_the_app() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    person.sign_in().await;
    let page = person.browser.get("/second-step").await;
    assert!(page.page().links_to("/help/lost-access"));
    person.browser.get("/help/lost-access").await.assert_ok();
    person.browser.get("/second-step/method").await.assert_ok().assert_shows("Authenticator app");
}

#[tokio::test]
async fn two_sign_ins_have_two_tokens() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    let first = person.browser.cookie("sid").unwrap();
    person.sign_out().await;
    person.sign_in().await;
    let second = person.browser.cookie("sid").unwrap();
    assert_ne!(first, second);
    assert_eq!((first.len(), second.len()), (43, 43));
    let mut thief = app.browser();
    let forged = format!("{}{}", &second[..42], if second.ends_with('A') { 'Q' } else { 'A' });
    thief.set_cookie("sid", &forged);
    assert!(!thief.is_in().await);
}

#[tokio::test]
async fn a_sign_in_by_another_person_replaces_the_session_in_the_browser() {
    let app = TestApp::start().await;
    let mut one = app.member().await;
    app.account("other@example.net", &password_of(99)).await;
    one.sign_out().await;
    one.browser.sign_in("other@example.net", &password_of(99)).await.assert_leads_to("/account/set-up");
    one.browser.get("/account/profile").await.assert_shows("other@example.net").assert_hides(&one.email);
}

#[tokio::test]
async fn whoever_lost_access_finds_a_link_to_support() {
    for (contact, link) in [
        ("help@example.org", "mailto:help@example.org"),
        ("https://example.org/help", "https://example.org/help"),
    ] {
        let settings = format!("[support]\ncontact = \"{contact}\"\n");
        let app = TestApp::with(Options { settings, ..Options::default() }).await;
        let page = app.browser().get("/help/lost-access").await;
        assert!(page.assert_shows(contact).page().links_to(link), "{:?}", page.page().links());
    }
}
