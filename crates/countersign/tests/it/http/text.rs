//! What people type is shown as text, wherever it is shown.

use crate::support::TestApp;

const HOSTILE: [&str; 5] = [
    "<img src=x onerror=alert(1)>",
    "\"><script>x()</script>",
    "{{7*7}}${7*7}",
    "'&lt;b&gt;'",
    "=1+1 @SUM(A1)",
];

#[tokio::test]
async fn hostile_device_names_are_shown_as_text() {
    let app = TestApp::start().await;
    for name in HOSTILE {
        let mut person = app.member().await;
        person.browser.enrol(name).await;
        for page in ["/account/security", "/account/activity", "/account/security/authenticator/done"] {
            let page = person.browser.get(page).await;
            page.assert_shows(name);
            assert!(!page.body.contains("<img src=x") && !page.body.contains("<script>x()"), "{name}");
        }
    }
}

#[tokio::test]
async fn hostile_display_names_are_shown_as_text() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    for name in HOSTILE {
        let fields = [("display_name", name)];
        person.browser.submit("/account/profile", "/account/profile", &fields).await.assert_status(303);
        for page in ["/account", "/account/profile"] {
            let page = person.browser.get(page).await;
            assert!(!page.body.contains("<img src=x") && !page.body.contains("<script>x()"), "{name}");
        }
        person.browser.get("/account").await.assert_shows(name);
        let form = person.browser.get("/account/profile").await.form("/account/profile");
        assert!(form.fields.contains(&("display_name".into(), name.to_owned())), "{name}");
    }
}

#[tokio::test]
async fn names_that_hide_or_turn_text_are_refused() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    for name in ["", "   ", "a\u{202e}b", "a\nb", "a\u{0}b", "a\u{1b}[31mb", &"x".repeat(81), "a\u{2028}b"] {
        let fields = [("display_name", name)];
        let answer = person.browser.submit("/account/profile", "/account/profile", &fields).await;
        assert!([400, 422].contains(&answer.status.as_u16()), "{name:?} {}", answer.status);
    }
}

#[tokio::test]
async fn a_hostile_browser_description_is_neither_shown_nor_trusted() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let mut other = person.elsewhere();
    other.browser.user_agent = "<script>x()</script> Firefox/1 Linux \u{1f600}".repeat(40);
    other.sign_in().await.assert_leads_to("/account/set-up");
    let page = other.browser.get("/account/sessions").await;
    page.assert_shows("Firefox on Linux").assert_hides("<script>x()");
    assert!(app.place.number("SELECT MAX(length(device)) FROM session") <= 400);
}

#[tokio::test]
async fn what_was_typed_wrongly_comes_back_as_text() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let evil = "\"><script>x()</script>";
    let fields = [("email", evil), ("display_name", evil), ("password", "short")];
    let answer = browser.submit("/sign-up", "/sign-up", &fields).await;
    answer.assert_status(422);
    assert!(!answer.body.contains("<script>x()"));
    let answer = browser.get("/%3Cscript%3Ex()%3C/script%3E?x=%3Cscript%3Ex()%3C/script%3E").await;
    assert!(!answer.body.contains("<script>x()"));
}
