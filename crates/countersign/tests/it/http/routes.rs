//! Every route at once: methods, headers of errors, what is open to whom.

use crate::support::TestApp;

/// Every address that changes something.
const POSTS: [&str; 12] = [
    "/sign-out",
    "/second-step/cancel",
    "/account/security/authenticator/start",
    "/account/security/authenticator/confirm",
    "/account/security/authenticator/qr",
    "/account/security/authenticator/cancel",
    "/account/sessions/end-others",
    "/account/sessions/0190b1a0-0000-7000-8000-000000000000/end",
    "/account/api-tokens/0190b1a0-0000-7000-8000-000000000000/end",
    "/csp-reports",
    "/account/sessions/x/end",
    "/account/api-tokens/x/end",
];

#[tokio::test]
async fn c_64_nothing_is_changed_by_get_head_or_options() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let before = (app.place.count("session"), app.place.count("authenticator"), app.place.count("audit"));
    for path in POSTS {
        for method in ["GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"] {
            let headers = [("sec-fetch-site", "same-origin")];
            let answer = person.browser.send(method, path, &headers, "").await;
            assert_eq!(answer.status, 405, "{method} {path}");
        }
    }
    assert!(person.browser.is_in().await);
    assert_eq!(
        (app.place.count("session"), app.place.count("authenticator"), app.place.count("audit")),
        before
    );
}

#[tokio::test]
async fn trace_and_invented_methods_are_refused() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    for method in ["TRACE", "CONNECT", "TRACK", "PROPFIND", "get"] {
        let answer = person.browser.send(method, "/account", &[], "").await;
        answer.assert_status(405).assert_hides(&person.email);
    }
}

#[tokio::test]
async fn head_answers_like_get_without_a_body() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let answer = browser.send("HEAD", "/sign-in", &[], "").await;
    answer.assert_ok();
    assert!(answer.bytes.is_empty());
}

// That each of these answers bears every header is checked by the browser of the tests.
#[tokio::test]
async fn errors_are_pages_with_every_header_a_number_and_no_detail() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for (method, path, status) in [
        ("GET", "/nothing", 404),
        ("GET", "/account/security/authenticator/x/rename", 303),
        ("POST", "/sign-in", 403),
        ("PUT", "/sign-in", 403),
        ("GET", "/sign-in?x=1", 400),
        ("GET", "/link/x", 410),
        ("TRACE", "/", 405),
    ] {
        let answer = browser.send(method, path, &[], "").await;
        answer.assert_status(status);
        if status == 404 {
            assert!(answer.text().contains(answer.header("x-request-id")));
        }
        for told in ["countersign-store", "crates/", "sqlite", "panicked", "axum", "0.1.0"] {
            answer.assert_hides(told);
        }
    }
}

#[tokio::test]
async fn request_ids_are_our_own() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let answer = browser.send("GET", "/sign-in", &[("x-request-id", "0".repeat(32).leak())], "").await;
    assert_ne!(answer.header("x-request-id"), "0".repeat(32));
}

#[tokio::test]
async fn figures_are_for_this_machine_or_the_token_only() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.get("/metrics").await.assert_status(404);
    browser.send_from("127.0.0.1:4711", "GET", "/metrics", &[], "").await.assert_ok();
    let claimed = [("x-forwarded-for", "127.0.0.1"), ("x-forwarded-proto", "https")];
    browser.send_from("10.0.0.1:1", "GET", "/metrics", &claimed, "").await.assert_status(404);
    let forwarded = [("x-forwarded-for", "203.0.113.9")];
    browser.send_from("127.0.0.1:4711", "GET", "/metrics", &forwarded, "").await.assert_status(404);
}

#[tokio::test]
async fn the_demonstrations_tray_is_not_here() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for path in ["/tray", "/demo", "/demo/accounts", "/demo/tray", "/debug", "/.env", "/api/v1/demo"] {
        browser.get(path).await.assert_status(404);
    }
}

#[tokio::test]
async fn the_front_door_leads_to_sign_in_or_home() {
    let app = TestApp::start().await;
    app.browser().get("/").await.assert_leads_to("/sign-in");
    let mut person = app.member().await;
    person.browser.get("/").await.assert_leads_to("/account");
    person.browser.get("/sign-in").await.assert_leads_to("/account");
}

#[tokio::test]
async fn the_api_reference_is_for_signed_in_accounts() {
    let app = TestApp::start().await;
    let answer = app.browser().get("/help/api").await;
    assert!(answer.location().starts_with("/sign-in"), "{}", answer.status);
    app.member().await.browser.get("/help/api").await.assert_ok();
}
