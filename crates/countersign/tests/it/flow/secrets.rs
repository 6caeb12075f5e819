//! Secrets at rest and in what is told (ALL-7).

use countersign_core::secret::Token;
use data_encoding::BASE64URL_NOPAD;

use crate::support::{TestApp, Written};

fn assert_absent(what: &str, hay: &[u8], needles: &[(&str, Vec<u8>)]) {
    for (name, needle) in needles {
        assert!(needle.len() >= 16, "{name} would be found by chance");
        assert!(!hay.windows(needle.len()).any(|part| part == &needle[..]), "{name} stands in {what}");
    }
}

on_both! {
    /// One of everything that is secret, looked for in the database as it lies on the disk, in every answer, in the log.
    async fn all_7_no_secret_stands_in_the_database_an_answer_or_a_log(kind) {
        let app = TestApp::on(kind).await;
        let mut person = app.recognised().await;
        let token = person.browser.submit("/account/api-tokens/new", "/account/api-tokens", &[("name", "Script")]).await;
        let token = token.page().attributes("value").into_iter().find(|(_, value)| value.starts_with("cs_")).unwrap().1;
        let reset = countersign::flow::admin::reset_link(&app.operator(), &person.email).await.unwrap().0;
        let mut other = person.elsewhere();
        other.sign_in().await;
        let key = person.phone().secret.clone();
        let mut needles = vec![
            ("the password", person.password.clone().into_bytes()),
            ("the key's bytes", key.as_bytes().to_vec()),
            ("the key as text", key.base32().as_bytes().to_vec()),
            ("the key in groups", key.grouped().as_bytes().to_vec()),
            ("an API token", token.clone().into_bytes()),
            ("a reset link", reset.reveal().as_bytes().to_vec()),
        ];
        for (name, cookie) in [
            ("a session", person.browser.cookie("sid")),
            ("a recognised browser", person.browser.cookie("browser")),
            ("a challenge", other.browser.cookie("challenge")),
        ] {
            let text = cookie.unwrap();
            needles.push((name, BASE64URL_NOPAD.decode(text.as_bytes()).unwrap()));
            needles.push((name, text.into_bytes()));
        }
        assert_absent("the database", &app.place.everything(), &needles);
        assert_absent("the log", Written::all().as_bytes(), &needles);
        // The key and a new token are shown once, on their own page; all the rest never.
        let shown = ["the key as text", "the key in groups", "an API token"];
        needles.retain(|needle| !shown.contains(&needle.0));
        assert_absent("an answer", &app.transcript(), &needles);
    }
}

#[tokio::test]
async fn all_7_tokens_are_stored_as_their_hash() {
    let app = TestApp::start().await;
    let person = app.recognised().await;
    for (cookie, table) in [("sid", "session"), ("browser", "recognised_browser")] {
        let token = Token::parse(&person.browser.cookie(cookie).unwrap()).unwrap();
        let hash = data_encoding::HEXUPPER.encode(&token.hash());
        assert_eq!(
            app.place.number(&format!("SELECT COUNT(*) FROM {table} WHERE hex(token_hash) = '{hash}'")),
            1
        );
    }
}

#[tokio::test]
async fn all_7_passwords_are_argon2id_with_a_pepper() {
    let app = TestApp::start().await;
    app.member().await;
    let stored = app.place.text("SELECT password_hash FROM account").unwrap();
    assert!(stored.starts_with("$argon2id$v=19$m="), "{stored}");
    assert_eq!(app.place.number("SELECT COUNT(*) FROM account WHERE pepper_key IS NULL"), 0);
}

#[tokio::test]
async fn all_7_a_sealed_key_opens_in_its_own_row_only() {
    let app = TestApp::start().await;
    let (one, two) = (app.enrolled().await, app.enrolled().await);
    assert_eq!(app.place.number("SELECT MIN(length(secret)) FROM authenticator"), 1 + 4 + 24 + 20 + 16);
    // Somebody who writes to the database puts the own key into the row of the account they are after.
    app.place.run(
        "UPDATE authenticator SET secret = (SELECT secret FROM authenticator ORDER BY created_at DESC, id DESC LIMIT 1)",
    );
    let mut thief = one.elsewhere();
    for code in [two.phone().code(&app), one.phone().code(&app)] {
        thief.sign_in().await.assert_leads_to("/second-step");
        thief.browser.second_step(&code).await.assert_status(503);
        assert!(!thief.browser.is_in().await, "a broken seal never skips the second step");
    }
}

#[tokio::test]
async fn all_7_the_key_is_read_back_by_no_page_after_set_up() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let (text, grouped) = (person.phone().secret.base32(), person.phone().secret.grouped());
    for page in [
        "/account/security",
        "/account/security/authenticator/done",
        "/account/security/authenticator",
        "/account/activity",
    ] {
        person.browser.open(page).await.assert_hides(&text).assert_hides(&grouped);
    }
    person.browser.get("/account/security").await;
    person.browser.post("/account/security/authenticator/qr", &[]).await.assert_status(404);
}

#[tokio::test]
async fn c_18_no_answer_holds_a_code() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    let before = app.transcript().len();
    person.sign_in().await;
    let page = person.browser.get("/second-step").await;
    let codes: Vec<String> = (-2..=2).map(|steps| person.phone().code_at(&app, steps)).collect();
    let told = String::from_utf8_lossy(&app.transcript()[before..]).into_owned();
    for code in codes {
        assert!(!page.text().contains(&code) && !told.contains(&format!("\"{code}\"")), "{code}");
    }
}

#[tokio::test]
async fn the_log_names_nobody() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    person.sign_in_fully().await.assert_status(303);
    let log = Written::all();
    for told in [&person.email, &person.browser.address] {
        let ours = log.lines().filter(|line| line.contains("countersign") || line.contains("access"));
        assert!(!ours.into_iter().any(|line| line.contains(told.as_str())), "{told}");
    }
}
