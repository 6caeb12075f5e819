//! What changes while a sign-in is under way counts for it.

use std::time::Duration;

use countersign_core::password::Parameters;

use crate::support::{Answer, Browser, Kind, Options, PUBLIC, Person, TestApp};

/// Hashing takes so long that something can happen meanwhile.
async fn slow(kind: Kind) -> TestApp {
    let parameters = Parameters::new(65_536, 8, 1).unwrap();
    TestApp::with(Options { kind, parameters, ..Options::default() }).await
}

/// Sends the right password, and does something while it is being checked.
async fn meanwhile<'a, D: Future<Output = ()>>(person: &Person<'a>, deed: D) -> (Answer, Browser<'a>) {
    let mut browser = person.elsewhere().browser;
    browser.get("/sign-in").await;
    let fields = [("email", &*person.email), ("password", &*person.password)];
    let later = async {
        tokio::time::sleep(Duration::from_millis(80)).await;
        deed.await;
    };
    let (answer, ()) = tokio::join!(browser.post("/sign-in", &fields), later);
    (answer, browser)
}

on_both! {
    async fn a_new_password_ends_the_sign_in_with_the_old_one(kind) {
        let app = slow(kind).await;
        let person = app.member().await;
        let change = async {
            app.place.run("UPDATE account SET password_version = password_version + 1; DELETE FROM session");
        };
        let (answer, mut browser) = meanwhile(&person, change).await;
        answer.assert_status(401);
        assert!(!browser.is_in().await);
        assert_eq!(app.place.count("session"), 0);
    }

    async fn an_account_closed_meanwhile_lets_nobody_in(kind) {
        let app = slow(kind).await;
        let person = app.member().await;
        let close = async { app.place.run("UPDATE account SET state = 'disabled'; DELETE FROM session") };
        meanwhile(&person, close).await.0.assert_status(401);
        assert_eq!(app.place.count("session"), 0);
    }

    async fn a_device_enrolled_meanwhile_is_asked_for(kind) {
        let app = slow(kind).await;
        let mut person = app.member().await;
        let owner = person.elsewhere();
        let enrol = async { drop(person.browser.enrol("Phone").await) };
        meanwhile(&owner, enrol).await.0.assert_leads_to("/second-step");
    }
}

#[tokio::test]
async fn signing_in_again_in_the_same_browser_ends_the_session_before() {
    let app = TestApp::start().await;
    let mut person = app.recognised().await;
    let old = person.browser.cookie("sid").unwrap();
    let mut copy = person.browser.clone();
    let headers =
        [("content-type", "application/json"), ("sec-fetch-site", "same-origin"), ("origin", PUBLIC)];
    let body = format!(r#"{{"email":"{}","password":"{}"}}"#, person.email, person.password);
    person.browser.send("POST", "/api/v1/sign-in", &headers, &body).await.assert_ok();
    let code = person.phone().code(&app);
    person.browser.second_step(&code).await.assert_leads_to("/account");
    assert_ne!(person.browser.cookie("sid").unwrap(), old);
    assert!(!copy.is_in().await);
    assert_eq!(app.place.count("session"), 1);
    assert_eq!(app.events("session.ended"), 1);
}

#[tokio::test]
async fn a_password_is_hashed_anew_only_after_a_sign_in_that_succeeded() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let again = app.another_with(Parameters::new(128, 1, 1).unwrap()).await;
    let hash = || app.place.text("SELECT password_hash FROM account").unwrap();
    let before = hash();
    let mut stranger = person.elsewhere();
    stranger.browser.app = &again;
    for _ in 0..5 {
        stranger.browser.sign_in(&person.email, "certainly not the password").await.assert_status(401);
    }
    stranger.sign_in().await.assert_status(429);
    assert_eq!(hash(), before);
    let mut other = person.elsewhere();
    other.browser.app = &again;
    other.sign_in().await.assert_leads_to("/account");
    for _ in 0..200 {
        if hash() != before {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the password was not hashed anew");
}
