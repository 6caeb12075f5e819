//! Everything works without scripts, with the keyboard, with a password manager (ALL-8).

use crate::support::{Page, TestApp};

const SIGNED_IN: [&str; 9] = [
    "/account",
    "/account/profile",
    "/account/password",
    "/account/security",
    "/account/security/authenticator",
    "/account/sessions",
    "/account/activity",
    "/account/api-tokens",
    "/account/api-tokens/new",
];

fn assert_plain(page: &str, shown: &Page<'_>) {
    for form in shown.forms() {
        let here = format!("{page} {}", form.action);
        assert!(form.action.starts_with('/') && !form.action.starts_with("//"), "{here}");
        if form.method == "post" {
            assert!(form.button, "{here} is sent by a button");
            assert!(form.fields.iter().any(|field| field.0 == "csrf" && field.1.len() == 43), "{here}");
        }
    }
    for attribute in ["onclick", "onsubmit", "onload", "onpaste", "style"] {
        assert!(shown.attributes(attribute).is_empty(), "{page} has {attribute}");
    }
    for (tag, address) in ["src", "href"].iter().flat_map(|name| shown.attributes(name)) {
        let local = address.starts_with(['/', '#']) && !address.starts_with("//");
        assert!(
            local || address.starts_with("data:image/") || address.starts_with("mailto:"),
            "{page} {tag} {address}"
        );
        assert!(!address.starts_with("javascript:"), "{page}");
    }
}

fn assert_labelled(page: &str, shown: &Page<'_>) {
    let labels: Vec<_> = shown.attributes("for").into_iter().map(|(_, id)| id).collect();
    let ids: Vec<_> =
        shown.attributes("id").into_iter().filter(|(tag, _)| tag == "input" || tag == "select").collect();
    for (_, id) in &ids {
        assert!(labels.contains(id), "{page}: {id} has no label");
    }
    assert!(shown.0.contains("<html lang=\"") && shown.0.contains("<h1"), "{page}");
    assert!(shown.links_to("#main"), "{page} has a way past the menu");
}

#[tokio::test]
async fn all_8_every_page_is_complete_without_scripts() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let mut guest = app.browser();
    for page in ["/sign-in", "/sign-up", "/help/devices", "/help/clock", "/help/lost-access"] {
        let shown = guest.get(page).await;
        assert_plain(page, &shown.assert_ok().page());
        assert_labelled(page, &shown.page());
    }
    for page in SIGNED_IN {
        let shown = person.browser.get(page).await;
        assert_plain(page, &shown.assert_ok().page());
        assert_labelled(page, &shown.page());
    }
    person.browser.start_set_up().await;
    let shown = person.browser.get("/account/security/authenticator/set-up").await;
    assert_plain("set-up", &shown.page());
    assert_labelled("set-up", &shown.page());
    person.sign_out().await;
    person.sign_in().await;
    let shown = person.browser.get("/second-step").await;
    assert_plain("second-step", &shown.page());
    assert_labelled("second-step", &shown.page());
}

#[tokio::test]
async fn all_8_fields_are_named_for_password_managers_and_phones() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let mut guest = app.browser();
    let sign_in = guest.get("/sign-in").await;
    for kind in ["username", "current-password"] {
        assert!(sign_in.page().attributes("autocomplete").iter().any(|(_, value)| value == kind), "{kind}");
    }
    let change = person.browser.get("/account/password").await;
    assert!(change.page().attributes("autocomplete").iter().any(|(_, value)| value == "new-password"));
    person.sign_out().await;
    person.sign_in().await;
    let code = person.browser.get("/second-step").await;
    assert!(code.page().attributes("autocomplete").iter().any(|(_, value)| value == "one-time-code"));
    assert!(code.page().attributes("inputmode").iter().any(|(_, value)| value == "numeric"));
    for page in [&sign_in, &change] {
        let masked = page.page().attributes("type").iter().filter(|(_, kind)| kind == "password").count();
        assert!(masked >= 1);
    }
}

#[tokio::test]
async fn all_8_scripts_carry_the_nonce_of_their_answer_and_no_other_answer_has_it() {
    let app = TestApp::start().await;
    let mut guest = app.browser();
    let (one, two) = (guest.get("/sign-in").await, guest.get("/sign-in").await);
    for page in [&one, &two] {
        let nonces = page.page().attributes("nonce");
        assert!(!nonces.is_empty());
        for (tag, nonce) in nonces {
            assert_eq!(tag, "script");
            assert!(page.header("content-security-policy").contains(&format!("'nonce-{nonce}'")));
        }
    }
    assert_ne!(one.header("content-security-policy"), two.header("content-security-policy"));
}

#[tokio::test]
async fn assets_are_kept_by_browsers_and_pages_are_not() {
    let app = TestApp::start().await;
    let mut guest = app.browser();
    let page = guest.get("/sign-in").await;
    assert_eq!(page.header("cache-control"), "no-store");
    let sheet =
        page.page().attributes("href").into_iter().find(|(_, address)| address.contains(".css")).unwrap().1;
    let sheet = guest.get(&sheet).await;
    assert!(sheet.assert_ok().header("cache-control").contains("immutable"));
    assert!(sheet.header("content-type").starts_with("text/css"));
    guest.get("/assets/nothing.css").await.assert_status(404);
    guest.get("/assets/..%2f..%2fCargo.toml").await.assert_status(404);
}
