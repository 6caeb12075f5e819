//! Requests that another site makes a browser send (`c_64`).

use crate::support::{PUBLIC, TestApp};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

#[tokio::test]
async fn c_64_a_post_from_another_site_is_refused_although_its_token_is_right() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    person.browser.get("/account/profile").await;
    let body = format!("csrf={}&display_name=Hacked&language=", person.browser.csrf());
    let foreign: &[&[(&str, &str)]] = &[
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "cross-site"), ("origin", PUBLIC)],
        &[("origin", "null")],
        &[("origin", "https://evil.example")],
        &[("origin", "http://account.example.org")],
        &[("origin", "https://account.example.org.evil.example")],
        &[("origin", "https://account.example.org:444")],
        &[("referer", "https://account.example.org/account/profile")],
    ];
    for headers in foreign {
        let mut headers = headers.to_vec();
        headers.push(FORM);
        let answer = person.browser.send("POST", "/account/profile", &headers, &body).await;
        answer.assert_status(403);
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
    }
    assert_eq!(app.place.text("SELECT display_name FROM account").unwrap(), "Robin Example");
    for own in [("sec-fetch-site", "same-origin"), ("origin", PUBLIC)] {
        person.browser.send("POST", "/account/profile", &[own, FORM], &body).await.assert_status(303);
    }
}

#[tokio::test]
async fn c_64_signing_in_and_out_is_not_done_from_another_site() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    person.browser.get("/account").await;
    let body = format!("csrf={}", person.browser.csrf());
    let foreign = [("sec-fetch-site", "cross-site"), FORM];
    person.browser.send("POST", "/sign-out", &foreign, &body).await.assert_status(403);
    assert!(person.browser.is_in().await);
    let mut victim = app.browser();
    victim.get("/sign-in").await;
    let body = format!("csrf={}&email={}&password={}", victim.csrf(), person.email, person.password);
    victim.send("POST", "/sign-in", &foreign, &body).await.assert_status(403);
    assert!(!victim.is_in().await);
}

#[tokio::test]
async fn no_other_origin_is_let_in_by_cors() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    for origin in ["https://evil.example", "null", PUBLIC] {
        for method in ["GET", "OPTIONS"] {
            let headers = [("origin", origin), ("access-control-request-method", "POST")];
            let answer = person.browser.send(method, "/account", &headers, "").await;
            let told = answer.headers.keys().any(|name| name.as_str().starts_with("access-control"));
            assert!(!told, "{method} {origin}");
        }
    }
}

#[tokio::test]
async fn in_the_clear_pages_lead_to_tls_and_forms_are_refused() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let peer = "203.0.113.9:4711";
    let sent =
        browser.send_from(peer, "GET", "/sign-in?next=%2Faccount", &[("host", "evil.example")], "").await;
    sent.assert_status(308);
    assert_eq!(sent.location(), format!("{PUBLIC}/sign-in?next=%2Faccount"));
    browser
        .send_from(peer, "POST", "/sign-in", &[("sec-fetch-site", "same-origin"), FORM], "")
        .await
        .assert_status(403);
}

#[tokio::test]
async fn requests_that_tell_their_length_twice_are_refused() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for headers in [
        [("content-length", "5"), ("content-length", "6")],
        [("content-length", "5"), ("transfer-encoding", "chunked")],
    ] {
        browser.send("GET", "/sign-in", &headers, "").await.assert_status(400);
    }
}
