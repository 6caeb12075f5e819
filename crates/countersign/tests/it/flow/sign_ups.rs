//! Signing up where mail goes out: there is no account before its address has answered.

use std::time::Duration;

use countersign::flow::link::{self, Confirmed};
use countersign::flow::policy::set_sign_up;
use countersign::flow::{Call, FlowError};
use countersign_core::audit::Actor;
use countersign_core::policy::SignUp;
use countersign_core::secret::{Password, Token};
use futures_util::future::join_all;

use crate::support::{Letter, TestApp, password_of};

fn token_in(letter: &Letter) -> Token {
    Token::parse(letter.links()[0].strip_prefix("/link/").unwrap()).unwrap()
}

/// Presses the button of a sign-up's page, with the password of this number.
async fn press(call: &Call, token: &Token, number: u64) -> Result<Confirmed, FlowError> {
    link::confirm(call, token, None, Some(Password::new(password_of(number)))).await
}

on_both! {
    async fn a_letter_finishes_the_sign_up_and_confirms_the_address(kind) {
        let app = TestApp::on(kind).await;
        let mut browser = app.browser();
        browser.sign_up("ada@example.net", &password_of(1)).await.assert_shows("We have written to this e-mail address");
        assert_eq!(app.place.count("account"), 0);
        browser.sign_in("ada@example.net", &password_of(1)).await.assert_status(401);
        let letters = app.letters_to("ada@example.net").await;
        assert_eq!(letters.len(), 1);
        let mut elsewhere = app.browser();
        elsewhere.get(&letters[0].links()[0]).await.assert_leads_to("/link");
        elsewhere.get("/link").await.assert_shows("ada@example.net");
        assert_eq!(app.place.count("account"), 0);
        let fields = [("password", &*password_of(1))];
        elsewhere.submit("/link", "/link", &fields).await.assert_leads_to("/account/set-up");
        elsewhere.get("/account").await.assert_ok().assert_shows("Robin Example");
        assert_eq!(app.place.number("SELECT COUNT(*) FROM account WHERE email_verified_at IS NOT NULL"), 1);
        browser.sign_in("ada@example.net", &password_of(1)).await.assert_leads_to("/account/set-up");
        for event in ["sign-up.asked", "sign-up.made", "link.spent"] {
            assert_eq!(app.events(event), 1, "{event}");
        }
    }

    async fn a_taken_address_is_answered_like_a_free_one_and_its_owner_told(kind) {
        let app = TestApp::on(kind).await;
        app.account("ada@example.net", &password_of(1)).await;
        let mut browser = app.browser();
        let mut rows = Vec::new();
        for email in ["free@example.net", "ada@example.net"] {
            let tables = ["link", "sign_up", "letter", "audit", "counter"];
            let before = tables.map(|table| app.place.count(table));
            let answer = browser.sign_up(email, &password_of(2)).await;
            let after = tables.map(|table| app.place.count(table));
            rows.push((answer.status, answer.text(), std::array::from_fn::<_, 5, _>(|at| after[at] - before[at])));
        }
        // The network's counter was new the first time.
        rows[1].2[4] += 1;
        assert_eq!(rows[0], rows[1]);
        browser.sign_up("ada@example.net", &password_of(3)).await.assert_ok();
        let letters = app.letters_to("ada@example.net").await;
        assert_eq!(letters.len(), 1, "bundled");
        assert!(letters[0].0.subject.contains("You already have an account") && letters[0].links().is_empty());
        assert_eq!(app.place.count("account"), 1);
    }

    async fn past_the_addresss_limit_there_is_no_letter_and_no_word_of_it(kind) {
        let app = TestApp::on(kind).await;
        let mut texts = Vec::new();
        for number in 0..7 {
            texts.push(app.browser().sign_up("ada@example.net", &password_of(number)).await.assert_ok().text());
        }
        assert!(texts.iter().all(|text| *text == texts[0]));
        assert_eq!(app.letters_to("ada@example.net").await.len(), 5);
        assert_eq!(app.events("sign-up.asked"), 7);
    }

    async fn all_1_of_fifty_at_once_one_makes_the_account(kind) {
        let app = TestApp::on(kind).await;
        let mut browser = app.browser();
        browser.sign_up("ada@example.net", &password_of(1)).await.assert_ok();
        let token = token_in(&app.letters_to("ada@example.net").await[0]);
        let call = app.app.call(Actor::Stranger, "test");
        let tries = (0..50).map(|_| {
            let (call, token) = (&call, &token);
            async move { matches!(press(call, token, 1).await, Ok(Confirmed::Entered(_))) }
        });
        assert_eq!(join_all(tries).await.into_iter().filter(|won| *won).count(), 1);
        assert_eq!(app.place.count("account"), 1);
    }

    async fn whoever_signs_up_with_anothers_address_gets_no_account_by_its_owners_press(kind) {
        let app = TestApp::on(kind).await;
        app.browser().sign_up("ada@example.net", &password_of(1)).await.assert_ok();
        let letters = app.letters_to("ada@example.net").await;
        let mut owner = app.browser();
        owner.get(&letters[0].links()[0]).await.assert_leads_to("/link");
        owner.get("/link").await.assert_shows("Type the password you chose when you signed up.");
        owner.post("/link", &[]).await.assert_status(422);
        for _ in 0..5 {
            let fields = [("password", &*password_of(2))];
            let answer = owner.submit("/link", "/link", &fields).await;
            answer.assert_status(422).assert_shows("This is not the password that was chosen.");
        }
        // From then on not even the right one counts.
        owner.submit("/link", "/link", &[("password", &password_of(1))]).await.assert_status(429);
        assert_eq!(app.place.count("account"), 0);
        assert_eq!(app.events("sign-in.first-step-failed"), 5);
        assert_eq!(app.events("sign-in.first-step-refused"), 1);
    }

    async fn only_the_latest_sign_up_for_an_address_counts(kind) {
        let app = TestApp::on(kind).await;
        let mut browser = app.browser();
        let mut tokens = Vec::new();
        for (email, number) in [("Ada@example.net", 1), ("bea@example.net", 1), ("ada@example.net", 2)] {
            browser.sign_up(email, &password_of(number)).await.assert_ok();
            tokens.push(token_in(&app.letters().await[0]));
        }
        let call = app.app.call(Actor::Stranger, "test");
        let [earlier, other, latest] = &tokens[..] else { panic!("three letters") };
        assert!(matches!(press(&call, earlier, 1).await, Err(FlowError::NotFound)));
        assert!(matches!(press(&call, other, 1).await, Ok(Confirmed::Entered(_))));
        assert!(matches!(press(&call, latest, 2).await, Ok(Confirmed::Entered(_))));
    }

    async fn a_sign_up_is_over_where_signing_up_was_closed_meanwhile(kind) {
        let app = TestApp::on(kind).await;
        app.browser().sign_up("ada@example.net", &password_of(1)).await.assert_ok();
        let letters = app.letters_to("ada@example.net").await;
        set_sign_up(&app.operator(), None, SignUp::Invitation, "").await.unwrap();
        let call = app.app.call(Actor::Stranger, "test");
        assert!(matches!(press(&call, &token_in(&letters[0]), 1).await, Err(FlowError::NotFound)));
        assert_eq!(app.place.count("account"), 0);
    }

    async fn a_letter_is_over_after_a_day(kind) {
        let app = TestApp::on(kind).await;
        app.browser().sign_up("ada@example.net", &password_of(1)).await.assert_ok();
        let letters = app.letters_to("ada@example.net").await;
        app.turn(Duration::from_hours(24));
        let call = app.app.call(Actor::Stranger, "test");
        assert!(matches!(press(&call, &token_in(&letters[0]), 1).await, Err(FlowError::NotFound)));
        assert_eq!(app.place.count("account"), 0);
    }
}

#[tokio::test]
async fn hostile_names_and_addresses_write_no_letter_of_their_own() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let password = password_of(1);
    let long = "n".repeat(10_000);
    for (email, name) in [
        ("ada@example.net\r\nBcc: eve@example.net", "Ada"),
        ("ada@example.net", "Ada\r\nBcc: eve@example.net"),
        ("ada@example.net", &*long),
    ] {
        let fields = [("email", email), ("display_name", name), ("password", &*password)];
        browser.submit("/sign-up", "/sign-up", &fields).await.assert_status(422);
    }
    let fields = [
        ("email", "ada@example.net"),
        ("display_name", "Win a prize: http://eve.example"),
        ("password", &*password),
    ];
    browser.submit("/sign-up", "/sign-up", &fields).await;
    for letter in app.letters().await {
        assert!(!letter.0.text.contains("eve.example") && !letter.0.html.contains("eve.example"));
    }
}
