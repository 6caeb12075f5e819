//! Limits of the first step (ALL-2): passwords.

use std::time::Duration;

use countersign_core::puzzle::{self, BITS, Puzzle};

use crate::support::{Answer, Browser, Person, TestApp, password_of};

const WRONG: &str = "certainly not the password";

/// Wrong passwords from so many addresses, five from each.
async fn storm(app: &TestApp, email: &str, failures: usize) {
    let mut browser = app.browser();
    for number in 0..failures {
        if number % 4 == 0 {
            browser = app.browser();
        }
        browser.sign_in(email, WRONG).await.assert_status(401);
    }
}

#[tokio::test]
async fn all_2_five_passwords_and_then_waits_that_grow() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let mut browser = app.browser();
    for _ in 0..5 {
        browser.sign_in(&person.email, WRONG).await.assert_status(401);
    }
    for wait in [30, 60, 120] {
        browser.sign_in(&person.email, &person.password).await.assert_status(429);
        app.turn(Duration::from_secs(wait - 1));
        browser.sign_in(&person.email, &person.password).await.assert_status(429);
        app.turn(Duration::from_secs(1));
        browser.sign_in(&person.email, WRONG).await.assert_status(401);
    }
    app.turn(Duration::from_mins(4));
    browser.sign_in(&person.email, &person.password).await.assert_leads_to("/account/set-up");
}

#[tokio::test]
async fn all_2_a_stranger_elsewhere_does_not_make_the_owner_wait() {
    let app = TestApp::start().await;
    let mut owner = app.recognised().await;
    owner.sign_out().await;
    let mut stranger = app.browser();
    for _ in 0..6 {
        stranger.sign_in(&owner.email, WRONG).await;
    }
    owner.sign_in().await.assert_leads_to("/second-step");
    owner.elsewhere().sign_in().await.assert_leads_to("/second-step");
}

#[tokio::test]
async fn all_2_one_address_tries_twenty_passwords_in_fifteen_minutes_over_all_accounts() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let mut browser = app.browser();
    for number in 0..20 {
        browser.sign_in(&format!("victim{number}@example.net"), WRONG).await.assert_status(401);
    }
    browser.sign_in(&person.email, &person.password).await.assert_status(429);
    app.turn(Duration::from_mins(15));
    browser.sign_in(&person.email, &person.password).await.assert_leads_to("/account/set-up");
}

#[tokio::test]
async fn c_39_an_ipv6_network_tries_passwords_as_one() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let mut browser = app.browser();
    for number in 0..5 {
        browser.address = format!("2001:db8:9:2:{number:x}::1");
        browser.sign_in(&person.email, WRONG).await.assert_status(401);
    }
    browser.address = "2001:db8:9:2:ffff::1".to_owned();
    browser.sign_in(&person.email, WRONG).await.assert_status(429);
    browser.address = "2001:db8:9:3::1".to_owned();
    browser.sign_in(&person.email, WRONG).await.assert_status(401);
}

#[tokio::test]
async fn c_62_a_forged_forwarding_header_gives_no_new_address() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let mut browser = app.browser();
    let real = browser.address.clone();
    let mut last = None;
    for number in 0..6 {
        // What the client wrote stands to the left of what the trusted proxy adds.
        browser.address = format!("203.0.113.{number}, {real}");
        last = Some(browser.sign_in(&person.email, WRONG).await);
    }
    last.unwrap().assert_status(429);
}

#[tokio::test]
async fn c_35_spellings_of_an_address_share_one_counter() {
    let app = TestApp::start().await;
    app.account("ada@example.net", &password_of(1)).await;
    let mut browser = app.browser();
    for spelling in [
        "ada@example.net",
        "ADA@example.net",
        " ada@example.net",
        "ada@EXAMPLE.net",
        "\u{ff21}da@example.net",
    ] {
        browser.sign_in(spelling, WRONG).await.assert_status(401);
    }
    browser.sign_in("Ada@Example.Net", &password_of(1)).await.assert_status(429);
}

#[tokio::test]
async fn c_82_blank_and_broken_identifiers_touch_no_counter() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.get("/sign-in").await;
    let longest = "a".repeat(3_000);
    for email in [
        "",
        " ",
        "\u{a0}",
        "@",
        "a@",
        "@b",
        "a b@c",
        "a@b\0c",
        "a@b\r\nc@d",
        "*",
        "%",
        "' OR 1=1 --",
        &longest,
    ] {
        let answer = browser.post("/sign-in", &[("email", email), ("password", WRONG)]).await;
        assert!([400, 422].contains(&answer.status.as_u16()), "{email:?} {}", answer.status);
    }
    browser.post("/sign-in", &[("email", "ada@example.net"), ("password", "")]).await.assert_status(422);
    assert_eq!(app.place.count("counter"), 0);
    assert_eq!(app.events("sign-in.first-step-failed"), 0);
}

/// Solves the puzzle on a page as its script does.
fn solve(answer: &Answer) -> String {
    let text = answer.page().attributes("data-puzzle").remove(0).1;
    puzzle::solve(&Puzzle::parse(&text).expect("a puzzle"))
}

async fn with_puzzle(browser: &mut Browser<'_>, person: &Person<'_>, puzzle: &str) -> Answer {
    let fields = [("email", &*person.email), ("password", &*person.password), ("puzzle", puzzle)];
    browser.post("/sign-in", &fields).await
}

#[tokio::test]
async fn all_2_after_fifty_failures_of_strangers_a_stranger_solves_a_puzzle_first() {
    let app = TestApp::start().await;
    let mut person = app.recognised().await;
    person.sign_out().await;
    storm(&app, &person.email, 50).await;
    let mut stranger = app.browser();
    let asked = stranger.sign_in(&person.email, &person.password).await;
    asked.assert_status(401);
    assert_eq!(asked.page().attributes("data-bits"), [("div".to_owned(), BITS.to_string())]);
    let solved = solve(&asked);
    with_puzzle(&mut stranger, &person, "junk").await.assert_status(401);
    with_puzzle(&mut stranger, &person, &solved).await.assert_leads_to("/second-step");
    let failed = app.events("sign-in.first-step-failed");
    let again = with_puzzle(&mut app.browser_at("/sign-in").await, &person, &solved).await;
    again.assert_status(401);
    assert!(!again.page().attributes("data-puzzle").is_empty(), "a solution that was used gets a new puzzle");
    assert_eq!(app.events("sign-in.first-step-failed"), failed, "and is not charged");
    // The owner's recognised browser is asked for nothing.
    person.sign_in().await.assert_leads_to("/second-step");
}

#[tokio::test]
async fn a_solved_puzzle_counts_for_its_own_account_and_for_five_minutes() {
    let app = TestApp::start().await;
    let (one, two) = (app.member().await, app.member().await);
    storm(&app, &one.email, 50).await;
    storm(&app, &two.email, 50).await;
    let mut stranger = app.browser();
    let solved = solve(&stranger.sign_in(&one.email, &one.password).await);
    with_puzzle(&mut stranger, &two, &solved).await.assert_status(401);
    app.turn(Duration::from_mins(30));
    with_puzzle(&mut stranger, &one, &solved).await.assert_status(401);
}

#[tokio::test]
async fn all_2_after_a_hundred_in_a_row_only_recognised_browsers_may_try() {
    let app = TestApp::start().await;
    let mut person = app.recognised().await;
    person.sign_out().await;
    storm(&app, &person.email, 50).await;
    app.turn(Duration::from_hours(25));
    storm(&app, &person.email, 50).await;
    app.turn(Duration::from_hours(25));
    let mut stranger = app.browser();
    let refused = stranger.sign_in(&person.email, &person.password).await;
    refused.assert_status(403).assert_shows("sign in from a browser you have used here before");
    person.sign_in_fully().await.assert_leads_to("/account");
    app.next_step();
    // The owner's success does not open it; a new password does.
    stranger.sign_in(&person.email, &person.password).await.assert_status(403);
    let (old, new) = (person.password.clone(), password_of(6_002));
    let fields = [("current_password", &*old), ("new_password", &*new)];
    person.browser.submit("/account/password", "/account/password", &fields).await.assert_status(303);
    stranger.sign_in(&person.email, &new).await.assert_leads_to("/second-step");
}

#[tokio::test]
async fn all_2_an_owner_without_a_device_is_not_locked_out_of_a_browser_used_before() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    person.sign_out().await;
    storm(&app, &person.email, 50).await;
    app.turn(Duration::from_hours(25));
    storm(&app, &person.email, 50).await;
    app.turn(Duration::from_hours(25));
    app.browser().sign_in(&person.email, &person.password).await.assert_status(403);
    person.sign_in().await.assert_leads_to("/account/set-up");
}

#[tokio::test]
async fn c_12_passwords_at_once_pass_no_limit() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let mut browser = app.browser();
    browser.get("/sign-in").await;
    let mut copies: Vec<_> = (0..60).map(|_| browser.clone()).collect();
    let fields = [("email", &*person.email), ("password", WRONG)];
    let answers =
        futures_util::future::join_all(copies.iter_mut().map(|copy| copy.post("/sign-in", &fields))).await;
    let judged = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!(judged, 5);
    assert_eq!(answers.iter().filter(|answer| answer.status == 429 || answer.status == 503).count(), 55);
}

#[tokio::test]
async fn c_12_strangers_at_once_pass_no_puzzle() {
    let app = TestApp::start().await;
    let person = app.member().await;
    storm(&app, &person.email, 48).await;
    let mut browsers = Vec::new();
    for _ in 0..20 {
        browsers.push(app.browser_at("/sign-in").await);
    }
    let fields = [("email", &*person.email), ("password", WRONG)];
    let answers =
        futures_util::future::join_all(browsers.iter_mut().map(|one| one.post("/sign-in", &fields))).await;
    let judged = answers.iter().filter(|answer| answer.page().attributes("data-puzzle").is_empty()).count();
    assert_eq!(judged, 2);
}

impl TestApp {
    /// A new browser that has opened a page.
    async fn browser_at(&self, page: &str) -> Browser<'_> {
        let mut browser = self.browser();
        browser.get(page).await.assert_ok();
        browser
    }
}

#[tokio::test]
async fn all_2_limits_of_passwords_survive_a_restart() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let mut browser = app.browser();
    for _ in 0..5 {
        browser.sign_in(&person.email, WRONG).await.assert_status(401);
    }
    let again = app.another().await;
    browser.app = &again;
    browser.sign_in(&person.email, &person.password).await.assert_status(429);
}

#[tokio::test]
async fn c_37_every_page_that_takes_the_password_counts_in_the_same_limit() {
    let app = TestApp::start().await;
    let mut person = app.member().await;
    for _ in 0..2 {
        person
            .browser
            .submit("/account/step-up", "/account/step-up", &[("password", WRONG)])
            .await
            .assert_status(401);
        let fields = [("current_password", WRONG), ("new_password", &*password_of(6_003))];
        person.browser.submit("/account/password", "/account/password", &fields).await.assert_status(401);
    }
    let mut same_place = person.browser.clone();
    same_place.forget("sid");
    same_place.sign_in(&person.email, WRONG).await.assert_status(401);
    same_place.sign_in(&person.email, &person.password).await.assert_status(429);
    let password = person.password.clone();
    person
        .browser
        .submit("/account/step-up", "/account/step-up", &[("password", &password)])
        .await
        .assert_status(429);
}
