//! Every way in passes the same gate (ALL-9), and no way round it leads anywhere.

use std::time::Duration;

use crate::support::{Options, TestApp};

/// Every page of an account.
const PAGES: [&str; 12] = [
    "/account",
    "/account/profile",
    "/account/password",
    "/account/step-up",
    "/account/security",
    "/account/security/authenticator",
    "/account/security/authenticator/set-up",
    "/account/security/authenticator/done",
    "/account/sessions",
    "/account/activity",
    "/account/api-tokens",
    "/account/api-tokens/new",
];

#[tokio::test]
async fn c_38_no_page_opens_between_the_steps() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    let mut thief = person.elsewhere();
    thief.sign_in().await;
    for page in PAGES {
        let answer = thief.browser.get(page).await;
        assert!(answer.location().starts_with("/sign-in"), "{page} {} {}", answer.status, answer.location());
        thief.browser.get(&page.to_uppercase()).await.assert_status(404);
    }
}

#[tokio::test]
async fn c_36_no_spelling_of_a_path_skips_a_check() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    let mut thief = person.elsewhere();
    thief.sign_in().await;
    for path in [
        "/account/",
        "//account",
        "/./account",
        "/account/.",
        "/x/../account",
        "/account%2f",
        "/%61ccount",
        "/account;x",
        "/account%00",
        "/account?",
        "/ACCOUNT",
        "/sign-in/../account",
        "/%2e%2e/account",
        "/account%2561",
        "/assets/../account",
        "/healthz/../account",
        "/account/security%2fauthenticator",
    ] {
        let answer = thief.browser.get(path).await;
        assert!(!answer.status.is_success(), "{path}");
        answer.assert_hides(&person.email);
    }
}

#[tokio::test]
async fn c_24_no_header_skips_the_second_step() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    let mut thief = person.elsewhere();
    thief.sign_in().await;
    let headers = [
        ("x-skip-otp", "true"),
        ("x-forwarded-user", "admin"),
        ("x-remote-user", "admin"),
        ("remote-user", "admin"),
        ("x-authenticated", "1"),
        ("x-original-url", "/account"),
        ("x-rewrite-url", "/account"),
        ("x-http-method-override", "GET"),
        ("x-mfa", "passed"),
        ("authorization", "Basic YWRtaW46YWRtaW4="),
        ("x-real-ip", "127.0.0.1"),
    ];
    for header in headers {
        let answer = thief.browser.send("GET", "/account", &[header], "").await;
        assert!(answer.location().starts_with("/sign-in"), "{header:?}");
    }
}

#[tokio::test]
async fn only_the_servers_clock_counts() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    let mut thief = person.elsewhere();
    thief.sign_in().await;
    thief.browser.get("/second-step").await;
    let future = person.phone().code_at(&app, 10);
    let body = format!("csrf={}&code={future}", thief.browser.csrf());
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("sec-fetch-site", "same-origin"),
        ("date", "Thu, 15 Jan 2026 10:05:30 GMT"),
        ("x-timestamp", "1768471530"),
    ];
    thief.browser.send("POST", "/second-step?now=1768471530", &headers, &body).await.assert_status(401);
    let more = format!("{body}&ts=1768471530");
    thief.browser.send("POST", "/second-step", &headers[..2], &more).await.assert_status(400);
}

#[tokio::test]
async fn c_32_an_empty_post_passes_no_step() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    let mut thief = person.elsewhere();
    for (page, path) in [("/sign-in", "/sign-in"), ("/sign-up", "/sign-up"), ("/second-step", "/second-step")]
    {
        thief.browser.get(page).await;
        thief.browser.post_body(path, "").await.assert_status(403);
        thief.browser.post(path, &[]).await.assert_status(400);
        let fields =
            if path == "/second-step" { vec![("code", "")] } else { vec![("email", ""), ("password", "")] };
        let answer = thief.browser.post(path, &fields).await;
        assert!([400, 410, 422].contains(&answer.status.as_u16()), "{path} {}", answer.status);
        if path == "/sign-up" {
            thief.sign_in().await.assert_leads_to("/second-step");
        }
    }
    assert!(!thief.browser.is_in().await);
}

#[tokio::test]
async fn c_31_a_garbage_forwarding_header_refuses_and_skips_nothing() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    let mut thief = app.browser();
    for garbage in ["garbage", "1.2.3", "::gg", "1.2.3.4.5", "'; --", &"9".repeat(500)] {
        thief.address = garbage.to_owned();
        for path in ["/account", "/sign-in", "/"] {
            thief.get(path).await.assert_status(400);
        }
        thief
            .post("/sign-in", &[("email", &person.email), ("password", &person.password)])
            .await
            .assert_status(400);
    }
    assert_eq!(app.place.count("challenge"), 0);
}

#[tokio::test]
async fn a_forwarding_header_of_a_client_without_a_trusted_proxy_counts_for_nothing() {
    let app = TestApp::with(Options::default()).await;
    let mut browser = app.browser();
    let headers = [("x-forwarded-for", "127.0.0.1"), ("x-forwarded-proto", "https")];
    // It comes in the clear from another machine, whatever it claims.
    browser.send_from("203.0.113.9:4711", "GET", "/account", &headers, "").await.assert_status(308);
    browser.send_from("203.0.113.9:4711", "GET", "/metrics", &headers, "").await.assert_status(404);
}

#[tokio::test]
async fn c_69_no_password_is_kept_while_the_second_step_is_pending() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    person.elsewhere().sign_in().await;
    let everything = app.place.everything();
    let password = person.password.as_bytes();
    assert!(!everything.windows(password.len()).any(|part| part == password));
}

#[tokio::test]
async fn c_20_half_a_sign_in_is_no_session() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    let mut thief = person.elsewhere();
    thief.sign_in().await;
    let challenge = thief.browser.cookie("challenge").unwrap();
    for name in ["sid", "link", "browser"] {
        thief.browser.set_cookie(name, &challenge);
    }
    assert!(!thief.browser.is_in().await);
    thief.browser.get("/link").await.assert_status(410);
}

#[tokio::test]
async fn a_second_step_in_progress_is_gone_after_a_while() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    person.elsewhere().sign_in().await;
    // A day after its end; until then whoever comes late is told what happened.
    app.turn(Duration::from_hours(24) + Duration::from_mins(10));
    let job = app
        .app
        .deps
        .store
        .write(app.now(), |tx, now| Box::pin(countersign_store::purge::expired(tx, *now, 500)));
    job.await.unwrap();
    assert_eq!((app.place.count("challenge"), app.place.count("session")), (0, 0));
}
