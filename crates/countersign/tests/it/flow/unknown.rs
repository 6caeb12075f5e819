//! Nobody finds out which addresses have an account (ASVS 6.3.8).

use std::time::Duration;

use countersign::time_source::Stopwatch;
use countersign_core::password::Parameters;

use crate::support::{Answer, Browser, Options, TestApp, password_of};

const WRONG: &str = "certainly not the password";

/// What can be compared: status and what can be read, with nothing of the address in it.
fn told(answer: &Answer, email: &str) -> (u16, String) {
    (answer.status.as_u16(), answer.body_without_tokens().replace(email, "*"))
}

impl Answer {
    /// The page without what differs each time: nonces and form tokens.
    fn body_without_tokens(&self) -> String {
        let mut body = self.body.clone();
        for name in ["nonce", "value", "data-puzzle"] {
            for (_, value) in self.page().attributes(name) {
                if value.len() > 20 {
                    body = body.replace(&value, "*");
                }
            }
        }
        body
    }
}

async fn pair(app: &TestApp) -> [(Browser<'_>, String); 3] {
    let (known, enrolled) = (app.member().await, app.enrolled().await);
    [
        (app.browser(), known.email),
        (app.browser(), enrolled.email),
        (app.browser(), "nobody@example.net".to_owned()),
    ]
}

#[tokio::test]
async fn c_87_known_and_unknown_addresses_are_answered_alike_up_to_every_limit() {
    let app = TestApp::start().await;
    let mut people = pair(&app).await;
    let mut seen = [401, 429].map(|status| (status, 0));
    for _ in 0..8 {
        let mut answers = Vec::new();
        for (browser, email) in &mut people {
            answers.push(told(&browser.sign_in(email, WRONG).await, email));
        }
        assert_eq!(answers[0], answers[2]);
        assert_eq!(answers[1], answers[2]);
        seen.iter_mut().filter(|kind| kind.0 == answers[0].0).for_each(|kind| kind.1 += 1);
        app.turn(Duration::from_secs(1));
    }
    assert_eq!(seen, [(401, 5), (429, 3)]);
}

#[tokio::test]
async fn c_87_an_unknown_address_fills_the_same_counters() {
    let app = TestApp::start().await;
    let mut people = pair(&app).await;
    let mut kinds = Vec::new();
    for (browser, email) in &mut people {
        app.place.run("DELETE FROM counter");
        browser.sign_in(email, WRONG).await.assert_status(401);
        let names = "SELECT GROUP_CONCAT(name) FROM (SELECT SUBSTR(key, 1, INSTR(key, ':') - 1) AS name FROM counter ORDER BY 1)";
        kinds.push(app.place.text(names).unwrap());
    }
    assert_eq!(kinds[0], kinds[2]);
    assert_eq!(kinds[0], "first-step-account,first-step-address,first-step-row,first-step-strangers");
}

#[tokio::test]
async fn c_87_an_unknown_address_meets_the_puzzle_and_the_end_too() {
    let app = TestApp::start().await;
    let person = app.member().await;
    for email in [&*person.email, "nobody@example.net"] {
        let mut browser = app.browser();
        for number in 0..50 {
            if number % 4 == 0 {
                browser = app.browser();
            }
            browser.sign_in(email, WRONG).await.assert_status(401);
        }
        let asked = app.browser().sign_in(email, WRONG).await;
        assert!(!asked.page().attributes("data-puzzle").is_empty(), "{email}");
    }
}

#[tokio::test]
async fn c_87_an_unknown_address_costs_a_hash() {
    let parameters = Parameters::new(32 * 1024, 1, 1).unwrap();
    let app = TestApp::with(Options { parameters, ..Options::default() }).await;
    let person = app.member().await;
    let mut least = [Duration::MAX; 2];
    for round in 0..3 {
        for (email, least) in
            [&person.email, &format!("nobody{round}@example.net")].into_iter().zip(&mut least)
        {
            let mut browser = app.browser();
            browser.get("/sign-in").await;
            let watch = Stopwatch::start();
            browser.post("/sign-in", &[("email", email), ("password", WRONG)]).await.assert_status(401);
            *least = (*least).min(watch.elapsed());
        }
    }
    assert!(least[1] * 2 > least[0], "known {:?}, unknown {:?}", least[0], least[1]);
}

#[tokio::test]
async fn a_disabled_account_is_answered_like_an_unknown_one() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let disabled = countersign_store::account::AccountState::Disabled;
    countersign::flow::admin::set_state(&app.operator(), &person.email, disabled).await.unwrap();
    let mut browser = app.browser();
    let right = told(&browser.sign_in(&person.email, &person.password).await, &person.email);
    let unknown = told(&browser.sign_in("nobody@example.net", WRONG).await, "nobody@example.net");
    assert_eq!(right, unknown);
}

#[tokio::test]
async fn the_second_step_shows_the_address_masked() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    let mut one = person.elsewhere();
    one.sign_in().await;
    one.browser.get("/second-step").await.assert_shows("p•••@e•••.net").assert_hides(&person.email);
}

#[tokio::test]
async fn sign_up_takes_as_long_for_a_taken_address() {
    let parameters = Parameters::new(32 * 1024, 1, 1).unwrap();
    let app = TestApp::with(Options { parameters, ..Options::default() }).await;
    let person = app.member().await;
    let mut least = [Duration::MAX; 2];
    for round in 0..3 {
        for (email, least) in
            [&format!("fresh{round}@example.net"), &person.email].into_iter().zip(&mut least)
        {
            let mut browser = app.browser();
            browser.get("/sign-up").await;
            let fields = [("email", &**email), ("display_name", "X"), ("password", &password_of(round))];
            let watch = Stopwatch::start();
            browser.post("/sign-up", &fields).await.assert_ok();
            *least = (*least).min(watch.elapsed());
        }
    }
    assert!(least[1] * 2 > least[0], "free {:?}, taken {:?}", least[0], least[1]);
}
