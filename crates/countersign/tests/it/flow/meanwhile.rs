//! What changes while a sign-in is under way counts for it.

use std::time::Duration;

use countersign_core::password::Parameters;

use crate::support::{Answer, Browser, Kind, Options, Person, TestApp};

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
