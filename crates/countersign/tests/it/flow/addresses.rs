//! The account's address: confirmed, changed, and taken back.

use std::time::Duration;

use countersign::flow::link::{self, Confirmed, Filled};
use countersign::flow::session::{self, SignedIn};
use countersign::flow::{Call, FlowError, address, admin, reset};
use countersign_core::audit::Actor;
use countersign_core::secret::{Password, Token};
use futures_util::future::join_all;

use crate::support::{Letter, Person, TestApp, password_of};

fn stranger(app: &TestApp) -> Call {
    app.app.call(Actor::Stranger, "test")
}

async fn me(app: &TestApp, person: &Person<'_>) -> SignedIn {
    let token = Token::parse(&person.browser.cookie("sid").unwrap()).unwrap();
    session::authenticate(&stranger(app), &token).await.unwrap_or_else(|error| panic!("{error}"))
}

/// The link in the letter to this address whose subject has these words.
fn link_in(letters: &[Letter], to: &str, words: &str) -> Option<Token> {
    let letter = letters.iter().find(|one| one.0.to.as_str() == to && one.0.subject.contains(words))?;
    Token::parse(letter.links().first()?.strip_prefix("/link/")?)
}

async fn press(app: &TestApp, token: &Token) -> Result<Confirmed, FlowError> {
    link::confirm(&stranger(app), token, None, None).await
}

fn email(app: &TestApp) -> String {
    app.place.text("SELECT email FROM account ORDER BY id LIMIT 1").unwrap()
}

/// Asks for another address and confirms it; the letters of that.
async fn move_to(app: &TestApp, person: &Person<'_>, new: &str) -> Vec<Letter> {
    address::ask_change(&stranger(app), &me(app, person).await, new).await.unwrap();
    let asked = app.letters().await;
    let token = link_in(&asked, new, "Confirm your new e-mail address").unwrap();
    assert!(matches!(press(app, &token).await, Ok(Confirmed::AddressChanged)));
    app.letters().await
}

async fn set_password(app: &TestApp, reset: &Token, password: &str) {
    let password = Password::new(password.to_owned());
    let filled = Filled { email: None, display_name: None, password, browser: None, session: None };
    assert!(link::spend(&stranger(app), reset, filled).await.is_ok());
}

async fn is_over(app: &TestApp, token: &Token) -> bool {
    matches!(link::view(&stranger(app), token).await, Err(FlowError::NotFound))
}

on_both! {
    async fn key_1_a_letter_confirms_the_address(kind) {
        let app = TestApp::on(kind).await;
        let mut person = app.member().await;
        let call = stranger(&app);
        let before = me(&app, &person).await;
        assert!(address::state(&call, &before).await.unwrap().confirmed_at.is_none());
        let mut tokens = Vec::new();
        for _ in 0..2 {
            address::send_confirmation(&call, &before).await.unwrap();
            tokens.push(link_in(&app.letters().await, &person.email, "Confirm").unwrap());
        }
        assert!(is_over(&app, &tokens[0]).await, "only the latest counts");
        let path = format!("/link/{}", *tokens[1].reveal());
        person.browser.get(&path).await.assert_leads_to("/link");
        person.browser.get("/link").await.assert_ok().assert_shows("Confirm this address").assert_shows(&person.email);
        assert_eq!(app.events("address.confirmed"), 0);
        person.browser.submit("/link", "/link", &[]).await.assert_ok().assert_shows("Your address is confirmed");
        person.browser.get(&path).await;
        person.browser.get("/link").await.assert_status(410);
        let after = me(&app, &person).await;
        assert!(address::state(&call, &after).await.unwrap().confirmed_at.is_some());
        let again = address::send_confirmation(&call, &after).await;
        assert!(matches!(again, Err(FlowError::Conflict(_))));
    }

    async fn nobody_fills_a_mailbox_with_confirmations(kind) {
        let app = TestApp::on(kind).await;
        let person = app.member().await;
        let (call, me) = (stranger(&app), me(&app, &person).await);
        for _ in 0..5 {
            address::send_confirmation(&call, &me).await.unwrap();
        }
        let refused = address::send_confirmation(&call, &me).await;
        assert!(matches!(refused, Err(FlowError::TooMany { until: Some(_) })));
        let app = TestApp::on(kind).await;
        let person = app.member().await;
        let (call, me) = (stranger(&app), self::me(&app, &person).await);
        for number in 0..5 {
            address::ask_change(&call, &me, &format!("stranger{number}@example.com")).await.unwrap();
        }
        let refused = address::ask_change(&call, &me, "stranger5@example.com").await;
        assert!(matches!(refused, Err(FlowError::TooMany { .. })));
    }

    async fn d_14_a_change_is_confirmed_first_and_the_old_address_is_told(kind) {
        let app = TestApp::on(kind).await;
        let mut person = app.member().await;
        let (call, old) = (stranger(&app), person.email.clone());
        let signed_in = me(&app, &person).await;
        address::ask_change(&call, &signed_in, "first@example.com").await.unwrap();
        address::ask_change(&call, &signed_in, "new@example.com").await.unwrap();
        let pending = address::state(&call, &signed_in).await.unwrap().change.unwrap();
        assert_eq!(pending.to, "new@example.com");
        let letters = app.letters().await;
        let superseded = link_in(&letters, "first@example.com", "Confirm your new").unwrap();
        assert!(is_over(&app, &superseded).await);
        assert!(link_in(&letters, &old, "was asked for").is_some(), "not me");
        let token = link_in(&letters, "new@example.com", "Confirm your new").unwrap();
        assert_eq!(email(&app), old);
        // From any browser.
        let mut browser = app.browser();
        browser.get(&format!("/link/{}", *token.reveal())).await.assert_leads_to("/link");
        browser.get("/link").await.assert_shows("new@example.com").assert_hides(&old);
        browser.submit("/link", "/link", &[]).await.assert_ok().assert_shows("You have a new e-mail address");
        assert_eq!(email(&app), "new@example.com");
        let letters = app.letters().await;
        assert!(link_in(&letters, &old, "was changed").is_some());
        assert!(link_in(&letters, "new@example.com", "This is your new").is_some());
        assert!(me(&app, &person).await.facts.account.email_verified_at.is_some());
        // For 72 hours letters go to both, and nobody else gets the old one.
        reset::ask(&call, "new@example.com", None).await.unwrap();
        let letters = app.letters().await;
        let both = [&*old, "new@example.com"].map(|to| link_in(&letters, to, "Choose a new password").unwrap());
        assert!(!is_over(&app, &both[0]).await && !is_over(&app, &both[1]).await);
        let other = app.member().await;
        address::ask_change(&call, &me(&app, &other).await, &old).await.unwrap();
        assert!(link_in(&app.letters().await, &old, "Confirm your new").is_none());
        person.sign_out().await;
        person.browser.sign_in(&old, &person.password).await.assert_status(401);
        person.browser.sign_in("new@example.com", &person.password).await.assert_leads_to("/account/set-up");
        app.turn(Duration::from_hours(73));
        assert!(is_over(&app, &both[0]).await);
    }

    async fn d_14_the_old_address_undoes_a_change_and_locks_further_ones(kind) {
        let app = TestApp::on(kind).await;
        let mut person = app.member().await;
        let old = person.email.clone();
        let letters = move_to(&app, &person, "thief@example.com").await;
        let undo = link_in(&letters, &old, "was changed").unwrap();
        let thiefs = link_in(&letters, "thief@example.com", "This is your new").unwrap();
        // A reset from the new mailbox does not take the undoing away.
        reset::ask(&stranger(&app), "thief@example.com", None).await.unwrap();
        let resets = app.letters().await;
        let theirs = link_in(&resets, "thief@example.com", "Choose a new password").unwrap();
        set_password(&app, &theirs, &password_of(9_100)).await;
        let mut browser = app.browser();
        browser.get(&format!("/link/{}", *undo.reveal())).await.assert_leads_to("/link");
        browser.get("/link").await.assert_shows("Undo the change").assert_shows(&old);
        let to = browser.submit("/link", "/link", &[]).await;
        assert_eq!(to.location(), "/link?done=address-undone");
        assert_eq!((email(&app), app.place.count("session")), (old.clone(), 0));
        assert!(is_over(&app, &thiefs).await && is_over(&app, &undo).await);
        browser.get("/link?done=address-undone").await.assert_shows("Choose a new password");
        let letters = app.letters().await;
        for to in [&*old, "thief@example.com"] {
            assert!(letters.iter().any(|one| one.0.to.as_str() == to && one.0.subject.contains("undone")));
        }
        // Until a new password is set nothing changes, whoever knows the present one.
        person.browser.sign_in(&old, &password_of(9_100)).await.assert_leads_to("/account");
        let locked = me(&app, &person).await;
        let refused = address::ask_change(&stranger(&app), &locked, "thief@example.com").await;
        assert!(matches!(refused, Err(FlowError::Forbidden(text)) if text.key == "change-refused-locked"));
        let fields = [("password", &*password_of(9_101))];
        browser.submit("/link", "/link", &fields).await.assert_leads_to("/account/set-up");
        assert!(!person.browser.is_in().await);
        person.browser.sign_in(&old, &password_of(9_101)).await.assert_leads_to("/account/set-up");
        address::ask_change(&stranger(&app), &me(&app, &person).await, "mine@example.com").await.unwrap();
    }

    async fn d_14_a_second_change_does_not_shake_off_who_can_undo_the_first(kind) {
        let app = TestApp::on(kind).await;
        let person = app.member().await;
        let first = person.email.clone();
        let undo_first = link_in(&move_to(&app, &person, "two@example.com").await, &first, "was changed").unwrap();
        app.turn(Duration::from_mins(1));
        let letters = move_to(&app, &person, "three@example.com").await;
        let undo_second = link_in(&letters, "two@example.com", "was changed").unwrap();
        assert!(link_in(&letters, &first, "was changed").is_some(), "the first one is told too");
        assert!(matches!(press(&app, &undo_second).await, Ok(Confirmed::AddressChangeUndone { .. })));
        assert_eq!(email(&app), "two@example.com");
        assert!(matches!(press(&app, &undo_first).await, Ok(Confirmed::AddressChangeUndone { .. })));
        assert_eq!(email(&app), first);
        assert_eq!(app.place.number("SELECT COUNT(*) FROM account WHERE previous_email IS NOT NULL"), 0);
    }

    async fn back_to_the_address_of_before_is_a_change_like_any(kind) {
        let app = TestApp::on(kind).await;
        let person = app.member().await;
        let first = person.email.clone();
        move_to(&app, &person, "two@example.com").await;
        let letters = move_to(&app, &person, &first).await;
        assert_eq!(email(&app), first);
        assert!(link_in(&letters, "two@example.com", "was changed").is_some());
        assert!(link_in(&letters, &first, "was changed").is_none());
    }

    async fn a_taken_address_is_answered_like_a_free_one(kind) {
        let app = TestApp::on(kind).await;
        let (one, other) = (app.member().await, app.member().await);
        let call = stranger(&app);
        let signed_in = me(&app, &one).await;
        address::ask_change(&call, &signed_in, &other.email).await.unwrap();
        let state = address::state(&call, &signed_in).await.unwrap();
        assert_eq!(state.change.unwrap().to, other.email);
        assert!(app.letters_to(&other.email).await.is_empty());
        address::drop_change(&call, &signed_in).await.unwrap();
        address::drop_change(&call, &signed_in).await.unwrap();
        assert!(address::state(&call, &signed_in).await.unwrap().change.is_none());
        assert_eq!(app.events("address.change-dropped"), 1);
        // Free when it was asked for, taken when it is confirmed.
        address::ask_change(&call, &signed_in, "late@example.com").await.unwrap();
        let token = link_in(&app.letters().await, "late@example.com", "Confirm your new").unwrap();
        app.account("late@example.com", &password_of(9_200)).await;
        let refused = press(&app, &token).await;
        assert!(matches!(refused, Err(FlowError::Conflict(text)) if text.key == "address-taken-meanwhile"));
        let mut browser = app.browser();
        browser.get(&format!("/link/{}", *token.reveal())).await.assert_leads_to("/link");
        browser.submit("/link", "/link", &[]).await.assert_status(409).assert_shows("This address is taken");
        assert_eq!(app.events("address.changed"), 0);
    }

    async fn this_was_not_me_ends_everything_and_hands_over_a_reset(kind) {
        let app = TestApp::on(kind).await;
        let mut person = app.recognised().await;
        let call = stranger(&app);
        app.letters().await;
        let signed_in = me(&app, &person).await;
        address::ask_change(&call, &signed_in, "thief@example.com").await.unwrap();
        let letters = app.letters().await;
        let change = link_in(&letters, "thief@example.com", "Confirm your new").unwrap();
        let not_me = link_in(&letters, &person.email, "was asked for").unwrap();
        let mut browser = app.browser();
        browser.get(&format!("/link/{}", *not_me.reveal())).await.assert_leads_to("/link");
        browser.get("/link").await.assert_shows("This was not me").assert_hides(&person.email);
        let to = browser.submit("/link", "/link", &[]).await;
        assert_eq!(to.location(), "/link?done=account-secured");
        for table in ["session", "challenge", "recognised_browser", "delivered_code"] {
            assert_eq!(app.place.count(table), 0, "{table}");
        }
        assert!(is_over(&app, &change).await && !person.browser.is_in().await);
        assert_eq!(app.place.count("authenticator"), 1);
        let letters = app.letters_to(&person.email).await;
        assert!(letters.iter().all(|letter| letter.links().is_empty()), "the way on is in that browser alone");
        assert!(letters.iter().any(|letter| letter.0.subject.contains("is secured")));
        browser.get("/link").await.assert_shows("Choose a new password");
        let fields = [("password", &*password_of(9_300))];
        browser.submit("/link", "/link", &fields).await.assert_leads_to("/second-step");
        assert_eq!(app.place.number("SELECT COUNT(*) FROM account WHERE changes_locked_at IS NOT NULL"), 0);
        let sql = "SELECT COUNT(*) FROM account WHERE mail_reset_at IS NOT NULL AND email_verified_at IS NULL";
        assert_eq!(app.place.number(sql), 1, "it came by mail, and shows no particular mailbox");
        person.password = password_of(9_300);
        app.next_step();
        person.sign_in_fully().await.assert_leads_to("/account");
    }

    async fn all_1_of_fifty_at_once_one_changes_and_one_undoes(kind) {
        let app = TestApp::on(kind).await;
        let person = app.member().await;
        address::ask_change(&stranger(&app), &me(&app, &person).await, "new@example.com").await.unwrap();
        let letters = app.letters().await;
        let change = link_in(&letters, "new@example.com", "Confirm your new").unwrap();
        let won = async |token: &Token| {
            let tries = (0..50).map(|_| async { press(&app, token).await.is_ok() });
            join_all(tries).await.into_iter().filter(|won| *won).count()
        };
        assert_eq!(won(&change).await, 1);
        let undo = link_in(&app.letters().await, &person.email, "was changed").unwrap();
        assert_eq!(won(&undo).await, 1);
        assert_eq!((app.events("address.changed"), app.events("address.change-undone")), (1, 1));
    }

    async fn links_of_one_account_pressed_at_the_same_time_wait_for_each_other(kind) {
        let app = TestApp::on(kind).await;
        let person = app.member().await;
        let letters = move_to(&app, &person, "new@example.com").await;
        let undo = link_in(&letters, &person.email, "was changed").unwrap();
        let not_me = link_in(&letters, "new@example.com", "This is your new").unwrap();
        let (one, other) = tokio::join!(press(&app, &undo), press(&app, &not_me));
        assert!(one.is_ok());
        assert!(matches!(other, Ok(_) | Err(FlowError::NotFound)));
        assert_eq!(email(&app), person.email);
    }

    async fn an_operator_vouches_for_an_address_and_sets_another(kind) {
        let app = TestApp::on(kind).await;
        let person = app.member().await;
        let call = app.operator();
        admin::confirm_address(&call, &person.email).await.unwrap();
        assert!(matches!(admin::confirm_address(&call, &person.email).await, Err(FlowError::Conflict(_))));
        reset::ask(&stranger(&app), &person.email, None).await.unwrap();
        let token = link_in(&app.letters().await, &person.email, "Choose a new password").unwrap();
        admin::set_address(&call, &person.email, "moved@example.com").await.unwrap();
        assert_eq!(email(&app), "moved@example.com");
        assert!(is_over(&app, &token).await, "the old mailbox opens nothing");
        let letters = app.letters_to(&person.email).await;
        assert!(letters.len() == 1 && letters[0].links().is_empty());
        app.account("other@example.com", &password_of(9_400)).await;
        let refused = admin::set_address(&call, "moved@example.com", "other@example.com").await;
        assert!(matches!(refused, Err(FlowError::Invalid(_))));
    }
}

#[tokio::test]
async fn hostile_addresses_are_refused_in_words() {
    let app = TestApp::start().await;
    let person = app.member().await;
    let (call, me) = (stranger(&app), me(&app, &person).await);
    let long = format!("{}@example.net", "a".repeat(10_000));
    let same = person.email.to_uppercase();
    for bad in
        ["", "x@example.net\r\nBcc: eve@example.net", "\"x y\"@example.net", "<x@example.net>", &long, &same]
    {
        let asked = address::ask_change(&call, &me, bad).await;
        assert!(matches!(asked, Err(FlowError::Invalid(faults)) if faults[0].field == "email"), "{bad:.40}");
    }
    assert!(app.letters().await.is_empty());
}

#[tokio::test]
async fn all_4_a_change_of_address_needs_fresh_proof() {
    let app = TestApp::start().await;
    let person = app.member().await;
    app.turn(Duration::from_mins(6));
    let asked = address::ask_change(&stranger(&app), &me(&app, &person).await, "new@example.com").await;
    assert!(matches!(asked, Err(FlowError::StepUpNeeded)));
}
