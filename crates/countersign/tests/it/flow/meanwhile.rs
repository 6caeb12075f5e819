//! What changes while a sign-in is under way counts for it.

use std::time::Duration;

use countersign::flow::api_token::{self, NewApiToken};
use countersign::flow::password::{self, Changed};
use countersign::flow::session::{self, SignedIn};
use countersign::flow::{Call, FlowError, account, address, authenticator};
use countersign_core::api_token::Scope;
use countersign_core::audit::Actor;
use countersign_core::password::Parameters;
use countersign_core::secret::{Password, Token};

use crate::support::{Answer, Browser, Kind, Options, PUBLIC, Person, Phone, TestApp, password_of};

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

/// The person's session as a request proved it when its head came in.
async fn proved(app: &TestApp, person: &Person<'_>) -> (Call, SignedIn) {
    let call = app.app.call(Actor::Stranger, "test");
    let token = Token::parse(&person.browser.cookie("sid").unwrap()).unwrap();
    let signed_in = session::authenticate(&call, &token).await.unwrap_or_else(|error| panic!("{error}"));
    (call, signed_in)
}

fn token() -> NewApiToken {
    NewApiToken { name: "Script".to_owned(), scopes: Scope::ALL.iter().copied().collect(), days: 1 }
}

async fn change_password(call: &Call, me: &SignedIn, person: &Person<'_>) -> Result<Changed, FlowError> {
    let (present, new) = (Password::new(person.password.clone()), Password::new(password_of(7_700)));
    password::change(call, me, present, new).await
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

    async fn a_session_that_is_ended_while_a_body_comes_in_changes_nothing(kind) {
        let app = TestApp::on(kind).await;
        let person = app.member().await;
        let (call, me) = proved(&app, &person).await;
        authenticator::start(&call, &me).await.unwrap();
        let phone = Phone::typed(&authenticator::pending(&call, &me).await.unwrap().key);
        let (rows, written) = (app.place.count("audit"), app.written());
        app.place.run("DELETE FROM session");
        let over = |outcome: Result<(), FlowError>| assert!(matches!(outcome, Err(FlowError::SignInAgain)));
        over(address::ask_change(&call, &me, "thief@example.com").await);
        over(api_token::make(&call, &me, token()).await.map(drop));
        over(account::change_profile(&call, &me, "Thief", None).await);
        over(authenticator::confirm(&call, &me, "Phone", &phone.code(&app)).await.map(drop));
        over(authenticator::start(&call, &me).await);
        over(change_password(&call, &me, &person).await.map(drop));
        assert_eq!((app.place.count("audit"), app.written()), (rows, written));
        assert_eq!((app.place.count("api_token"), app.place.count("link")), (0, 0));
        assert_eq!(app.place.number("SELECT COUNT(*) FROM account WHERE password_version = 1"), 1);
    }

    async fn changes_that_were_locked_while_a_body_came_in_stay_undone(kind) {
        let app = TestApp::on(kind).await;
        let person = app.member().await;
        let (call, me) = proved(&app, &person).await;
        app.place.run("UPDATE account SET changes_locked_at = 1");
        let locked = |outcome: Result<(), FlowError>| {
            assert!(matches!(outcome, Err(FlowError::Forbidden(text)) if text.key == "change-refused-locked"));
        };
        locked(address::ask_change(&call, &me, "thief@example.com").await);
        locked(api_token::make(&call, &me, token()).await.map(drop));
        locked(account::change_profile(&call, &me, "Thief", None).await);
        locked(authenticator::start(&call, &me).await);
        locked(change_password(&call, &me, &person).await.map(drop));
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
    other.sign_in().await.assert_leads_to("/account/set-up");
    for _ in 0..200 {
        if hash() != before {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the password was not hashed anew");
}
