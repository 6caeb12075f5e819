//! Bad input: refused with a clear message, nothing changed, never a fault of ours.

use crate::support::{TestApp, password_of};

#[tokio::test]
async fn a_field_sent_twice_is_refused() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    person.browser.get("/account/profile").await;
    let csrf = person.browser.csrf();
    for body in [
        format!("csrf={csrf}&display_name=A&display_name=B&language="),
        format!("csrf={csrf}&csrf={csrf}&display_name=A&language="),
    ] {
        person.browser.post_body("/account/profile", &body).await.assert_status(400);
    }
    let body = format!("csrf={csrf}&display_name=A&language=");
    person.browser.post_body("/account/profile?display_name=B", &body).await.assert_status(400);
    assert_eq!(app.place.text("SELECT display_name FROM account").unwrap(), "Robin Example");
}

#[tokio::test]
async fn unknown_and_missing_fields_are_refused() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    person.browser.get("/account/profile").await;
    let unknown = [("display_name", "A"), ("language", ""), ("is_admin", "1")];
    person.browser.post("/account/profile", &unknown).await.assert_status(400);
    person.browser.post("/account/profile", &[("display_name", "A")]).await.assert_status(400);
    person.browser.post("/account/sessions/end-others", &[("all", "1")]).await.assert_status(400);
    person.browser.get("/account/activity?show=all&x=1").await.assert_status(400);
    person.browser.get("/account/activity?show=all&show=all").await.assert_status(400);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.get("/sign-in").await;
    let large = "x".repeat(20_000);
    browser.post("/sign-in", &[("email", "a@b.org"), ("password", &large)]).await.assert_status(413);
    let fields = [("email", "a@b.org"), ("password", &*"x".repeat(9_000))];
    let answer = browser.post("/sign-in", &fields).await;
    assert!([401, 422].contains(&answer.status.as_u16()), "{}", answer.status);
}

#[tokio::test]
async fn a_body_of_another_type_is_refused() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.get("/sign-in").await;
    let body = format!("csrf={}&email=a%40b.org&password=x", browser.csrf());
    for kind in ["text/plain", "application/json", "multipart/form-data; boundary=x", ""] {
        let headers = [("content-type", kind), ("sec-fetch-site", "same-origin")];
        browser.send("POST", "/sign-in", &headers, &body).await.assert_status(415);
    }
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.get("/sign-in").await;
    for bad in ["%ff%fe", "%", "%zz", "%00"] {
        let body = format!("csrf={}&email={bad}&password=x", browser.csrf());
        let answer = browser.post_body("/sign-in", &body).await;
        assert!([400, 422].contains(&answer.status.as_u16()), "{bad} {}", answer.status);
    }
}

#[tokio::test]
async fn addresses_of_pages_are_decoded_once() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for path in ["/%2561ccount", "/sign%252din", "/link/%252e%252e", "/assets/%252e%252e%252fkeys.toml"] {
        let answer = browser.get(path).await;
        assert!([404, 410].contains(&answer.status.as_u16()), "{path} {}", answer.status);
    }
}

#[tokio::test]
async fn hostile_text_in_every_field_of_every_form_is_never_a_fault_of_ours() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let mut guest = app.browser();
    let hostile = [
        "' OR '1'='1",
        "\"; DROP TABLE account; --",
        "<script>alert(1)</script>",
        "{{7*7}}${7*7}#{7*7}",
        "../../../etc/passwd",
        "\u{202e}gnp.exe",
        "a\u{0}b",
        "\r\nSet-Cookie: x=y",
        "%s%n%x",
        "😀".repeat(100).leak(),
        "\u{feff}",
        "-1",
        "9223372036854775808",
    ];
    for page in ["/sign-in", "/sign-up"] {
        for text in hostile {
            let shown = guest.get(page).await;
            let form = shown.form(page);
            let fields: Vec<_> =
                form.fields.iter().filter(|field| field.0 != "csrf").map(|field| (&*field.0, text)).collect();
            let answer = guest.send_form(&shown, page, &fields).await;
            assert!(answer.status.is_client_error(), "{page} {text} {}", answer.status);
        }
    }
    for page in ["/account/profile", "/account/password", "/account/api-tokens/new", "/account/step-up"] {
        for text in hostile {
            let shown = person.browser.get(page).await;
            let forms = shown.page().forms();
            let form = forms.iter().find(|form| form.action != "/sign-out").unwrap();
            let fields: Vec<_> =
                form.fields.iter().filter(|field| field.0 != "csrf").map(|field| (&*field.0, text)).collect();
            let answer = person.browser.send_form(&shown, &form.action, &fields).await;
            assert!(!answer.status.is_server_error(), "{page} {text} {}", answer.status);
        }
    }
    assert_eq!(app.place.count("account"), 1);
}

#[tokio::test]
async fn form_tokens_are_bound_to_session_and_browser() {
    let app = TestApp::start().await;
    let (mut one, mut two) = (app.member().await, app.member().await);
    one.browser.get("/account/profile").await;
    two.browser.get("/account/profile").await;
    let stolen = one.browser.csrf();
    for token in [&*stolen, "", "x", &"A".repeat(43)] {
        let body = format!("csrf={token}&display_name=Hacked&language=");
        two.browser.post_body("/account/profile", &body).await.assert_status(403);
    }
    let body = "display_name=Hacked&language=";
    two.browser.post_body("/account/profile", body).await.assert_status(403);
    // A token from before the session's token changed is stale.
    two.browser.enrol("Phone").await;
    let stale = two.browser.csrf();
    two.browser.get("/account/profile").await;
    assert_ne!(stale, two.browser.csrf());
    let mut guest = app.browser();
    guest.get("/sign-in").await;
    let foreign = guest.csrf();
    let mut victim = app.browser();
    victim.get("/sign-in").await;
    let body = format!("csrf={foreign}&email=a%40b.org&password={}", password_of(1));
    victim.post_body("/sign-in", &body).await.assert_status(403);
}
