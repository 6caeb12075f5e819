//! Faults of ours: the database gone, a panic. They refuse, tell nothing, and open no door (ASVS 16.5).

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::routing::get;
use countersign::http::surround;
use http_body_util::BodyExt;
use std::net::SocketAddr;
use tower::ServiceExt;

use crate::support::{Kind, TestApp};

#[tokio::test]
async fn without_a_database_every_page_is_503_and_says_nothing_more() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let mut waiting = person.elsewhere();
    waiting.sign_in().await;
    person.browser.get("/account").await;
    let mut guest = app.browser();
    guest.get("/help/clock").await;
    app.app.deps.store.close().await.unwrap();
    for page in ["/account", "/account/security", "/sign-in", "/link", "/"] {
        let answer = person.browser.get(page).await;
        if page == "/link" {
            continue;
        }
        answer
            .assert_status(503)
            .assert_shows("Nothing was changed.")
            .assert_hides("database")
            .assert_hides("sqlite");
        assert!(!answer.header("retry-after").is_empty(), "{page}");
    }
    let code = person.phone().code(&app);
    let answer = waiting.browser.post("/second-step", &[("code", &code)]).await;
    answer.assert_status(503);
    assert!(answer.set_cookies().is_empty());
    guest.send("GET", "/healthz", &[], "").await.assert_ok();
    guest.send("GET", "/readyz", &[], "").await.assert_status(503);
}

/// Takes a table away as a broken migration would, and gives it back.
async fn without(table: &str) {
    let app = TestApp::on(Kind::Sqlite).await;
    let person = app.enrolled().await;
    let mut waiting = person.elsewhere();
    waiting.sign_in().await.assert_leads_to("/second-step");
    waiting.browser.get("/second-step").await;
    let mut guest = app.browser();
    guest.get("/sign-in").await;
    app.place.run(&format!("PRAGMA legacy_alter_table = ON; ALTER TABLE {table} RENAME TO taken_away"));
    let code = person.phone().code(&app);
    let answer = waiting.browser.post("/second-step", &[("code", &code)]).await;
    answer.assert_status(503);
    assert!(answer.set_cookies().is_empty(), "{table}: no verdict and no session");
    if table != "recognised_browser" {
        let fields = [("email", &*person.email), ("password", &*person.password)];
        let answer = guest.post("/sign-in", &fields).await;
        assert!(
            answer.status == 503 || table == "session" && answer.status == 303,
            "{table} {}",
            answer.status
        );
        assert!(guest.cookie("sid").is_none());
    }
    app.place.run(&format!("PRAGMA legacy_alter_table = ON; ALTER TABLE taken_away RENAME TO {table}"));
    // Nothing was spent by the attempt that failed.
    waiting.browser.post("/second-step", &[("code", &code)]).await.assert_leads_to("/account");
}

#[tokio::test]
async fn without_the_limits_nothing_is_judged() {
    without("counter").await;
}

#[tokio::test]
async fn without_the_audit_log_nothing_is_done() {
    without("audit").await;
}

#[tokio::test]
async fn without_the_sessions_no_code_is_spent() {
    without("session").await;
}

#[tokio::test]
async fn a_panic_is_a_500_page_and_the_process_lives() {
    let app = TestApp::start().await;
    app.expect_panics();
    let routes = countersign::routes::all()
        .route("/breaks", get(async || -> &'static str { panic!("secret: tepid harbour") }));
    let routes = surround(routes, &app.app);
    let ask = async |path: &str| {
        let mut request = Request::get(path).body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo("127.0.0.1:1".parse::<SocketAddr>().unwrap()));
        let (parts, body) = routes.clone().oneshot(request).await.unwrap().into_parts();
        (parts, String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap())
    };
    let (parts, body) = ask("/breaks").await;
    assert_eq!(parts.status, 500);
    assert!(body.contains("Something went wrong here") && !body.contains("harbour"), "{body}");
    assert!(
        parts.headers.contains_key("content-security-policy") && parts.headers.contains_key("x-request-id")
    );
    assert_eq!(ask("/sign-in").await.0.status, 200);
}

#[tokio::test]
async fn a_broken_password_hash_opens_nothing() {
    let app = TestApp::start().await;
    let person = app.member().await;
    for broken in ["", "x", "$argon2id$v=19$m=64,t=1,p=1$AAAA$AAAA", "plain"] {
        app.place.run(&format!("UPDATE account SET password_hash = '{broken}'"));
        let mut thief = app.browser();
        let answer = thief.sign_in(&person.email, broken).await;
        assert!(
            !answer.status.is_success() && !answer.status.is_redirection(),
            "{broken:?} {}",
            answer.status
        );
        thief.sign_in(&person.email, &person.password).await;
        assert!(!thief.is_in().await, "{broken:?}");
    }
}

#[tokio::test]
async fn a_counter_that_cannot_be_read_refuses() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let mut browser = app.browser();
    browser.sign_in(&person.email, "not the password").await.assert_status(401);
    app.place.run("UPDATE counter SET body = x'ff'");
    browser.sign_in(&person.email, &person.password).await.assert_status(503);
    assert!(browser.cookie("sid").is_none());
}
