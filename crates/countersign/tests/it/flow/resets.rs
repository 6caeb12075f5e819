//! A forgotten password: a letter, a link, and the second step all the same.

use std::time::Duration;

use countersign::flow::link::{self, Filled};
use countersign::flow::{FlowError, admin, reset};
use countersign_core::audit::Actor;
use countersign_core::secret::{Password, Token};
use futures_util::future::join_all;

use crate::support::{Answer, Browser, Kind, Options, TestApp, password_of};

fn token_of(path: &str) -> Token {
    Token::parse(path.strip_prefix("/link/").unwrap()).unwrap()
}

fn filled(password: &str) -> Filled {
    let password = Password::new(password.to_owned());
    Filled { email: None, display_name: None, password, browser: None, session: None }
}

async fn ask(browser: &mut Browser<'_>, email: &str) -> Answer {
    browser.submit("/forgot-password", "/forgot-password", &[("email", email)]).await
}

/// The link in the only letter to this address.
async fn link_to(app: &TestApp, email: &str) -> String {
    let letters = app.letters_to(email).await;
    assert_eq!(letters.len(), 1);
    letters[0].links().remove(0)
}

on_both! {
    async fn all_4_a_reset_by_letter_asks_for_the_second_step_and_touches_no_factor(kind) {
        let app = TestApp::on(kind).await;
        let person = app.recognised().await;
        app.letters().await;
        let mut browser = app.browser();
        ask(&mut browser, &person.email).await.assert_ok().assert_shows("an e-mail is on its way");
        let link = link_to(&app, &person.email).await;
        browser.get(&link).await.assert_leads_to("/link");
        let fields = [("password", &*password_of(9_001))];
        browser.submit("/link", "/link", &fields).await.assert_leads_to("/second-step");
        assert!(browser.cookie("sid").is_none() && app.place.count("session") == 0);
        assert_eq!(app.place.count("authenticator"), 1);
        assert_eq!(app.place.count("recognised_browser"), 1, "it is known all the same");
        assert_eq!(app.place.number("SELECT COUNT(*) FROM account WHERE mail_reset_at IS NOT NULL"), 1);
        assert_eq!(app.place.number("SELECT COUNT(*) FROM account WHERE email_verified_at IS NOT NULL"), 1);
        app.next_step();
        browser.second_step(&person.phone().code(&app)).await.assert_leads_to("/account");
        let told = app.letters_to(&person.email).await;
        assert!(told.iter().any(|letter| letter.0.subject.contains("Your password was reset")));
        for event in ["password.reset-asked", "password.reset", "address.confirmed"] {
            assert_eq!(app.events(event), 1, "{event}");
        }
    }

    async fn d_14_known_unknown_and_closed_accounts_are_answered_alike(kind) {
        let app = TestApp::on(kind).await;
        let known = app.member().await;
        let closed = app.member().await;
        admin::set_state(&app.operator(), &closed.email, countersign_store::account::AccountState::Disabled)
            .await
            .unwrap();
        app.letters().await;
        let mut answers = Vec::new();
        for email in [&*known.email, &*closed.email, "nobody@example.net"] {
            let mut browser = app.browser();
            let before = app.place.count("counter");
            let answer = ask(&mut browser, email).await;
            answers.push((answer.status, answer.text()));
            assert_eq!(app.place.count("counter"), before + 2, "{email}");
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]));
        let letters = app.letters().await;
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].0.to.as_str(), known.email);
        assert_eq!(app.events("password.reset-asked"), 3);
    }

    async fn d_3_three_letters_an_hour_and_the_answer_stays_the_same(kind) {
        let app = TestApp::on(kind).await;
        let person = app.member().await;
        app.letters().await;
        let mut texts = Vec::new();
        for _ in 0..5 {
            texts.push(ask(&mut app.browser(), &person.email).await.assert_ok().text());
        }
        assert!(texts.iter().all(|text| *text == texts[0]));
        assert_eq!(app.letters_to(&person.email).await.len(), 3);
        app.turn(Duration::from_hours(1));
        ask(&mut app.browser(), &person.email).await.assert_ok();
        assert_eq!(app.letters_to(&person.email).await.len(), 1);
        let mut browser = app.browser();
        for number in 0..20 {
            ask(&mut browser, &format!("n{number}@example.net")).await.assert_ok();
        }
        ask(&mut browser, "n20@example.net").await.assert_status(429);
        ask(&mut browser, &person.email).await.assert_status(429);
    }

    async fn all_1_of_fifty_at_once_one_sets_the_password(kind) {
        let app = TestApp::on(kind).await;
        let person = app.member().await;
        app.letters().await;
        let call = app.app.call(Actor::Stranger, "test");
        reset::ask(&call, &person.email, None).await.unwrap();
        let link = link_to(&app, &person.email).await;
        let password = password_of(9_010);
        let tries = (0..50).map(|_| {
            let (call, token, password) = (&call, token_of(&link), &password);
            async move { link::spend(call, &token, filled(password)).await.is_ok() }
        });
        assert_eq!(join_all(tries).await.into_iter().filter(|won| *won).count(), 1);
        assert_eq!(app.events("password.reset"), 1);
    }

    async fn only_the_latest_letter_counts_and_a_spent_one_is_over(kind) {
        let app = TestApp::on(kind).await;
        let person = app.member().await;
        app.letters().await;
        let call = app.app.call(Actor::Stranger, "test");
        reset::ask(&call, &person.email, None).await.unwrap();
        let first = link_to(&app, &person.email).await;
        reset::ask(&call, &person.email, None).await.unwrap();
        let second = link_to(&app, &person.email).await;
        let over = link::view(&call, &token_of(&first)).await;
        assert!(matches!(over, Err(FlowError::NotFound)));
        // Neither a scanner's looking nor its following of the redirect spends anything.
        for method in ["GET", "HEAD"] {
            let mut scanner = app.browser();
            scanner.send(method, &second, &[], "").await;
            scanner.send(method, "/link", &[], "").await.assert_status(200);
        }
        let mut browser = app.browser();
        browser.get(&second).await.assert_leads_to("/link");
        let fields = [("password", &*password_of(9_020))];
        browser.submit("/link", "/link", &fields).await.assert_leads_to("/account/set-up");
        let mut again = app.browser();
        again.get(&second).await.assert_leads_to("/link");
        again.get("/link").await.assert_status(410).assert_shows("This link has ended");
        // It sets a password, and the other button does nothing with it.
        reset::ask(&call, &person.email, None).await.unwrap();
        let letters = app.letters_to(&person.email).await;
        let letter = letters.iter().find(|one| one.0.subject.contains("Choose a new password")).unwrap();
        let token = letter.links().remove(0);
        let pressed = link::confirm(&call, &token_of(&token), None, None).await;
        assert!(matches!(pressed, Err(FlowError::NotFound)));
        assert!(link::view(&call, &token_of(&token)).await.is_ok(), "unspent");
        app.turn(Duration::from_mins(30));
        let call = app.app.call(Actor::Stranger, "test");
        assert!(matches!(link::view(&call, &token_of(&token)).await, Err(FlowError::NotFound)));
    }

    async fn no_stranger_voids_a_link_that_the_operator_printed(kind) {
        let app = TestApp::on(kind).await;
        let person = app.member().await;
        let (token, _) = admin::reset_link(&app.operator(), &person.email).await.unwrap();
        let call = app.app.call(Actor::Stranger, "test");
        reset::ask(&call, &person.email, None).await.unwrap();
        assert!(link::view(&call, &token).await.is_ok());
    }

    async fn d_3_an_operators_link_holds_no_codes_back_and_shows_no_mailbox(kind) {
        let app = TestApp::on(kind).await;
        let person = app.member().await;
        let (token, _) = admin::reset_link(&app.operator(), &person.email).await.unwrap();
        link::spend(&app.operator(), &token, filled(&password_of(9_030))).await.unwrap();
        let sql = "SELECT COUNT(*) FROM account WHERE mail_reset_at IS NULL AND email_verified_at IS NULL";
        assert_eq!(app.place.number(sql), 1);
        admin::mail_reset(&app.operator(), &person.email).await.unwrap();
        let letters = app.letters_to(&person.email).await;
        let letter = letters.iter().find(|letter| letter.0.subject.contains("Choose a new password")).unwrap();
        let token = token_of(&letter.links()[0]);
        link::spend(&app.operator(), &token, filled(&password_of(9_031))).await.unwrap();
        assert_eq!(app.place.number(sql), 0);
        // Whoever cannot wait out the hold asks the operator.
        let held = || app.place.number("SELECT COUNT(*) FROM account WHERE mail_reset_at IS NOT NULL");
        assert_eq!(held(), 1);
        let (token, _) = admin::reset_link(&app.operator(), &person.email).await.unwrap();
        link::spend(&app.operator(), &token, filled(&password_of(9_032))).await.unwrap();
        assert_eq!(held(), 0);
    }
}

#[tokio::test]
async fn hostile_addresses_are_refused_in_words() {
    let app = TestApp::start().await;
    let call = app.app.call(Actor::Stranger, "test");
    let long = format!("{}@example.net", "a".repeat(10_000));
    for bad in
        ["", "ada@example.net\r\nBcc: eve@example.net", "ada@example.net, eve@example.net", "a@b@c", &long]
    {
        assert!(matches!(reset::ask(&call, bad, None).await, Err(FlowError::Invalid(_))), "{bad:.40}");
    }
    assert!(app.letters().await.is_empty());
}

#[tokio::test]
async fn without_mail_everybody_is_told_whom_to_ask() {
    let app = TestApp::with(Options { kind: Kind::Sqlite, mail: false, ..Options::default() }).await;
    let person = app.member().await;
    let call = app.app.call(Actor::Stranger, "test");
    for email in [&*person.email, "nobody@example.net"] {
        assert!(matches!(reset::ask(&call, email, None).await, Err(FlowError::Forbidden(_))));
    }
    let mut browser = app.browser();
    browser.get("/sign-in").await.assert_shows("Forgotten your password?");
    browser.get("/forgot-password").await.assert_ok().assert_shows("for a reset link");
}
