//! Limits on codes by e-mail (ALL-2): how many are sent, and one budget of wrong answers over all methods.

use std::time::Duration;

use countersign_core::preset::Preset;
use serde_json::json;

use crate::support::{Client, Kind, Options, TestApp};

/// A recovery key that reads well and is nobody's.
const NOBODYS: &str = "0000-0000-0000-0000-0000-0000";

async fn app_on(kind: Kind) -> TestApp {
    TestApp::with(Options { kind, preset: Preset::EmailWithRecoveryKey, ..Options::default() }).await
}

async fn wrong(person: &mut Client<'_>, method: &str) -> crate::support::Told {
    let code = if method == "recovery-key" { NOBODYS } else { "000000" };
    person.answer_by(method, code).await
}

on_both! {
    async fn all_2_codes_of_one_second_step_come_with_growing_gaps_and_end(kind) {
        let app = app_on(kind).await;
        let owner = app.client_with_email().await;
        let mut one = owner.elsewhere();
        one.sign_in().await.is(200);
        for gap in [30, 60] {
            assert_eq!(one.press("/second-step/code").await.retry_after, Some(gap + 1), "a second more than enough");
            app.turn(Duration::from_secs(gap - 1));
            one.press("/second-step/code").await.refused(429, "too-many");
            app.turn(Duration::from_secs(1));
            one.press("/second-step/code").await.is(200);
        }
        app.turn(Duration::from_mins(5));
        assert_eq!(one.step().await["mail_code"]["again"], "never");
        one.press("/second-step/code").await.refused(409, "conflict");
        // Going away to another method and back sends none either.
        one.choose("email").await.is(200);
        assert_eq!(app.place.number("SELECT MAX(sends) FROM challenge"), 3);
        assert_eq!(app.letters_to(&owner.email).await.len(), 1, "a newer letter takes the place of one that waits");
    }

    /// Codes of an account are counted over all its challenges, and strangers never use up the owner's.
    async fn all_2_five_codes_an_hour_and_ten_a_day_for_strangers_and_the_owners_browser_keeps_its_own(kind) {
        let app = app_on(kind).await;
        let mut owner = app.client_with_email().await;
        owner.sign_out().await;
        owner.sign_in_by_mail().await;
        owner.sign_out().await;
        app.turn(Duration::from_hours(1));
        for hour in 0..2 {
            for _ in 0..5 {
                owner.elsewhere().sign_in().await.is(200);
            }
            assert_eq!(app.letters_to(&owner.email).await.len(), 5, "hour {hour}");
            let mut stranger = owner.elsewhere();
            stranger.sign_in().await.is(200);
            assert!(app.letters_to(&owner.email).await.is_empty());
            let mail = stranger.step().await["mail_code"].clone();
            assert_eq!((&mail["again"], &mail["sent"]), (&json!("limited"), &json!(null)));
            assert!(mail["again_at"].is_string());
            stranger.press("/second-step/code").await.refused(429, "too-many");
            app.turn(Duration::from_hours(1));
        }
        app.turn(Duration::from_hours(20));
        let mut stranger = owner.elsewhere();
        stranger.sign_in().await.is(200);
        assert_eq!(stranger.step().await["mail_code"]["again"], "limited");
        owner.sign_in_by_mail().await;
        app.turn(Duration::from_hours(4));
        owner.elsewhere().sign_in_by_mail().await;
    }

    /// Whoever switches methods, asks for codes or starts again finds the same budget.
    async fn all_2_wrong_answers_share_one_budget_over_all_methods(kind) {
        let app = app_on(kind).await;
        let (mut owner, key) = app.client_with_key().await;
        let (phone, _) = owner.enrol().await;
        owner.sign_out().await;
        owner.sign_in().await.is(200);
        owner.answer_by("authenticator", &phone.code(&app)).await.is(200);
        owner.sign_out().await;
        let mut thief = owner.elsewhere();
        thief.sign_in().await.is(200);
        for (method, left) in [("email", 4), ("authenticator", 3), ("recovery-key", 2)] {
            thief.choose(method).await.is(200);
            assert_eq!(thief.step().await["tries_left"], left + 1, "a change of method resets nothing");
            if method == "email" {
                // Of a code that was sent; where none was, none can be guessed.
                let code = thief.code().await;
                let guess = if code == "000000" { "000001" } else { "000000" };
                thief.answer_by(method, guess).await.refused(401, "wrong-code");
            } else {
                wrong(&mut thief, method).await.refused(401, "wrong-code");
            }
            assert_eq!(thief.step().await["tries_left"], left);
        }
        wrong(&mut thief, "recovery-key").await.refused(401, "wrong-code");
        // The fourth starts the waits: for every method, in every challenge, for right answers as well.
        app.next_step();
        let mut other = owner.elsewhere();
        other.sign_in().await.is(200);
        wrong(&mut other, "authenticator").await.refused(401, "wrong-code");
        for (method, answer) in [("authenticator", phone.code(&app)), ("recovery-key", key.clone())] {
            other.answer_by(method, &answer).await.refused(429, "too-many");
        }
        app.next_step();
        // The owner's recognised browser knows nothing of that.
        owner.sign_in().await.is(200);
        owner.answer_by("authenticator", &phone.code(&app)).await.is(200);
    }

    async fn all_2_what_has_not_the_form_of_a_key_costs_no_attempt(kind) {
        let app = app_on(kind).await;
        let (owner, key) = app.client_with_key().await;
        let mut one = owner.elsewhere();
        one.sign_in().await.is(200);
        for typed in ["123456", "0000-0000-0000-0000-0000-0001", &key[..20], "!!!!!!!!"] {
            one.answer_by("recovery-key", typed).await.refused(422, "invalid");
        }
        one.answer_by("email", &key).await.refused(422, "invalid");
        assert_eq!(one.step().await["tries_left"], 5);
        one.answer_by("authenticator", "123456").await.refused(409, "conflict");
        // O and 0, I, L and 1, case, blanks: all the same.
        let spelt = key.to_ascii_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        one.answer_by("recovery-key", &spelt).await.is(200);
    }
}
