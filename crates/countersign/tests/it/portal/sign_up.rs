//! Signing up.

use countersign_core::policy::SignUp;

use crate::support::{Options, TestApp, long_password, password_of};

fn fields<'a>(email: &'a str, password: &'a str) -> [(&'static str, &'a str); 3] {
    [("email", email), ("display_name", "Ada Example"), ("password", password)]
}

#[tokio::test]
async fn a_taken_address_is_answered_like_a_free_one() {
    let app = TestApp::without_mail().await;
    let mut browser = app.browser();
    let first = browser.sign_up("ada@example.net", &password_of(1)).await;
    let again = browser.sign_up("ada@example.net", &password_of(2)).await;
    assert_eq!((first.status, first.text()), (again.status, again.text()));
    browser.sign_in("ada@example.net", &password_of(2)).await.assert_status(401);
    browser.sign_in("ada@example.net", &password_of(1)).await.assert_leads_to("/account/set-up");
    assert_eq!(app.place.count("account"), 1);
}

#[tokio::test]
async fn c_30_no_second_account_by_another_spelling() {
    let app = TestApp::without_mail().await;
    let mut browser = app.browser();
    browser.sign_up("ada@example.net", &password_of(1)).await;
    for alias in ["ADA@example.net", "ada@EXAMPLE.NET", "  ada@example.net ", "\u{ff41}da@example.net"] {
        browser.sign_up(alias, &password_of(2)).await;
    }
    assert_eq!(app.place.count("account"), 1);
    browser.sign_in("Ada@Example.net", &password_of(1)).await.assert_leads_to("/account/set-up");
}

#[tokio::test]
async fn a_password_is_at_least_fifteen_characters_of_any_kind() {
    let app = TestApp::without_mail().await;
    let mut browser = app.browser();
    for bad in
        ["1234567", "fourteen chars", "passwordpassword", "example-hosting-2026", "countersign-countersign"]
    {
        let answer = browser.submit("/sign-up", "/sign-up", &fields("new@example.net", bad)).await;
        assert_eq!(answer.status, 422, "{bad}");
    }
    // Fifteen code points, fewer than fifteen would do in no script.
    browser.submit("/sign-up", "/sign-up", &fields("cafe@example.net", "снежный фонарь7")).await.assert_ok();
    app.browser().sign_in("cafe@example.net", "снежный фонарь7").await.assert_leads_to("/account/set-up");
    let longest = long_password(256);
    browser.submit("/sign-up", "/sign-up", &fields("long@example.net", &longest)).await.assert_ok();
    app.browser().sign_in("long@example.net", &longest).await.assert_leads_to("/account/set-up");
}

#[tokio::test]
async fn what_is_wrong_is_said_next_to_the_field_and_what_was_typed_stays() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let fields = [("email", "not an address"), ("display_name", "Ada"), ("password", "x")];
    let answer = browser.submit("/sign-up", "/sign-up", &fields).await;
    answer.assert_status(422);
    let form = answer.form("/sign-up");
    assert!(form.fields.contains(&("email".into(), "not an address".into())));
    assert!(form.fields.contains(&("password".into(), String::new())), "a password is never filled in again");
    for id in ["error-email", "error-password"] {
        assert!(answer.page().text_of(id).is_some(), "{id}");
    }
}

#[tokio::test]
async fn where_sign_up_is_closed_there_is_no_page() {
    for sign_up in [SignUp::Closed, SignUp::Invitation] {
        let app = TestApp::with(Options { sign_up, ..Options::default() }).await;
        let mut browser = app.browser();
        browser.get("/sign-up").await.assert_status(404);
        let page = browser.get("/sign-in").await;
        assert!(!page.page().links_to("/sign-up"));
        browser.post("/sign-up", &fields("ada@example.net", &password_of(1))).await.assert_status(403);
        assert_eq!(app.place.count("account"), 0);
    }
}

#[tokio::test]
async fn one_address_makes_ten_accounts_an_hour() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for number in 0..10 {
        browser.sign_up(&format!("p{number}@example.net"), &password_of(number)).await.assert_ok();
    }
    browser.sign_up("p10@example.net", &password_of(10)).await.assert_status(429);
    app.turn(std::time::Duration::from_hours(1));
    browser.sign_up("p10@example.net", &password_of(10)).await.assert_ok();
}

#[tokio::test]
async fn a_new_installation_has_no_account() {
    let app = TestApp::start().await;
    assert_eq!(app.place.count("account"), 0);
    for table in ["session", "link", "api_token", "recognised_browser"] {
        assert_eq!(app.place.count(table), 0, "{table}");
    }
}

/// What the hint beside a new password promises is true: four words will do, however common each of them is.
#[tokio::test]
async fn the_hint_of_a_new_password_is_true() {
    let app = TestApp::start().await;
    let mut guest = app.browser();
    guest.get("/sign-up").await.assert_shows("Four or more words that have nothing to do with each other");
    let four = [
        "sturdy umbrella glove lantern",
        "orange window monkey guitar",
        "summer coffee dragon shadow",
        "table river happy purple",
        "football master sunshine kitchen",
    ];
    for (number, password) in (0..).zip(four) {
        let answer = guest.sign_up(&format!("hint{number}@example.net"), password).await;
        answer.assert_ok();
    }
    for (number, password) in (0..).zip(["football sunshine", "sunshine2football", "dragonshadow2026"]) {
        let answer = guest.sign_up(&format!("short{number}@example.net"), password).await;
        answer.assert_status(422).assert_shows("Many people use this password");
    }
}
