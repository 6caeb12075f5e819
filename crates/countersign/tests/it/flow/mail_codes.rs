//! Codes by e-mail: what they open, for whom, and once (EXC-1, EXC-2, ALL-1).

use std::time::Duration;

use countersign_core::preset::Preset;
use futures_util::future::join_all;
use serde_json::json;

use crate::support::{Client, Kind, Options, TestApp};

async fn app_on(kind: Kind) -> TestApp {
    TestApp::with(Options { kind, preset: Preset::EmailOrAuthenticator, ..Options::default() }).await
}

/// A code that differs from this one.
fn other_than(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

/// Password alone, in a new browser.
async fn waiting<'a>(person: &Client<'a>) -> Client<'a> {
    let mut one = person.elsewhere();
    assert_eq!(one.sign_in().await.is(200)["state"], "challenge");
    one
}

on_both! {
    /// The whole way, and what the waiting browser sees of it.
    async fn exc_1_a_code_by_mail_signs_in(kind) {
        let app = app_on(kind).await;
        let mut ada = app.client_with_email().await;
        ada.sign_out().await;
        let state = ada.sign_in().await.is(200);
        assert_eq!((&state["state"], &state["methods"]), (&json!("challenge"), &json!(["email"])));
        assert!(!ada.is_in().await, "no session before the second step");
        let step = ada.step().await;
        let (mail, sent) = (&step["mail_code"], &step["mail_code"]["sent"]);
        assert_eq!((&step["method"], &step["offers"][0]["hint"]), (&json!("email"), &mail["to"]));
        assert!(mail["to"].as_str().unwrap().contains('•') && !step.to_string().contains(&ada.email));
        assert_eq!((&sent["delivery"], &mail["again"]), (&json!("on-its-way"), &json!("later")));
        let letters = app.letters_to(&ada.email).await;
        let [letter] = &letters[..] else { panic!("{} letters", letters.len()) };
        assert!(letter.0.text.contains(sent["reference"].as_str().unwrap()), "{}", letter.0.text);
        assert!(letter.links().is_empty() && !letter.0.html.contains("href=\"https"), "nothing to click on beside a code");
        assert_eq!(ada.step().await["mail_code"]["sent"]["delivery"], "sent");
        let code = letter.code().unwrap();
        assert_eq!(ada.answer(other_than(&code)).await.refused(401, "wrong-code")["tries_left"], 4);
        ada.answer(&code).await.is(200);
        assert_eq!(ada.get("/session").await.is(200)["class"], "weak");
    }

    async fn exc_2_an_authenticator_switches_codes_by_mail_off_and_its_removal_lets_them_be_on_again(kind) {
        let app = app_on(kind).await;
        let mut ada = app.client_with_email().await;
        let (phone, done) = ada.enrol().await;
        assert_eq!((&done["last_showing"], &done["may_make_recovery_key"]), (&json!(true), &json!(false)));
        let summary = ada.get("/account").await.is(200)["second_step"].clone();
        assert_eq!((&summary["methods"], &summary["email_codes_since"]), (&json!(["authenticator"]), &json!(null)));
        assert_eq!(app.events("email-codes.disabled"), 1);
        let kinds: Vec<_> = app.written().into_iter().filter(|(kind, _)| kind.starts_with("method")).collect();
        assert_eq!(kinds, [("method-added".to_owned(), 2), ("method-removed".to_owned(), 1)]);
        ada.press("/email-codes").await.refused(403, "forbidden");
        let mut other = ada.elsewhere();
        assert_eq!(other.sign_in().await.is(200)["methods"], json!(["authenticator"]));
        other.choose("email").await.refused(409, "conflict");
        let device = ada.get("/authenticators").await.is(200)["items"][0]["id"].as_str().unwrap().to_owned();
        ada.press(&format!("/authenticators/{device}/removal")).await.is(200);
        ada.answer(&phone.code(&app)).await.is(200);
        app.letters().await;
        ada.enable_email().await;
        assert_eq!(ada.get("/account").await.is(200)["second_step"]["methods"], json!(["email"]));
    }

    async fn exc_7_a_key_is_shown_one_last_time_here_and_never_again(kind) {
        let app = app_on(kind).await;
        let mut ada = app.client().await;
        let (phone, _) = ada.enrol().await;
        let key = ada.get("/authenticators/last-showing").await.is(200)["key"].as_str().unwrap().to_owned();
        assert_eq!(key, *phone.secret.grouped());
        let mut other = ada.elsewhere();
        other.sign_in().await.is(200);
        other.answer(&phone.code(&app)).await.is(200);
        other.get("/authenticators/last-showing").await.refused(404, "not-found");
        let mut copies = [ada.clone(), ada.clone(), ada.clone()];
        let ends = join_all(copies.iter_mut().map(|one| one.ask("DELETE", "/authenticators/last-showing", None))).await;
        assert_eq!(ends.iter().filter(|end| end.status == 204).count(), 1);
        ada.get("/authenticators/last-showing").await.refused(404, "not-found");
        ada.press("/authenticators/last-showing/download").await.refused(404, "not-found");
        let mut late = app.client().await;
        late.enrol().await;
        app.turn(Duration::from_mins(10));
        late.get("/authenticators/last-showing").await.refused(404, "not-found");
    }

    async fn all_1_50_copies_of_a_mailed_code_make_one_session(kind) {
        let app = app_on(kind).await;
        let other = app.another().await;
        let owner = app.client_with_email().await;
        let mut one = waiting(&owner).await;
        let code = one.code().await;
        let before = app.place.count("session");
        let mut copies: Vec<_> =
            (0..50).map(|at| if at % 2 == 0 { one.clone() } else { one.clone().at(&other) }).collect();
        let answers = join_all(copies.iter_mut().map(|copy| copy.answer(&code))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        assert!(answers.iter().all(|answer| [200, 401, 410].contains(&answer.status)));
        assert_eq!(app.place.count("session") - before, 1);
        drop(copies);
        drop(other);
    }

    /// Letters cross, tabs are mixed up, codes are read to somebody else: each has its clear answer.
    async fn all_1_only_the_newest_code_of_this_very_second_step_counts(kind) {
        let app = app_on(kind).await;
        let owner = app.client_with_email().await;
        let mut one = waiting(&owner).await;
        let first = one.code().await;
        app.turn(Duration::from_secs(31));
        one.press("/second-step/code").await.is(200);
        let second = one.code().await;
        one.answer(&first).await.refused(401, "superseded-code");
        assert_eq!(one.step().await["tries_left"], 4);
        // Another tab asks for one: the code of the first is dead, and that is told.
        let mut two = waiting(&owner).await;
        let third = two.code().await;
        one.answer(&second).await.refused(409, "no-code");
        assert_eq!(one.step().await["mail_code"]["sent"], json!(null));
        two.answer(&second).await.refused(401, "wrong-code");
        let stranger = app.client_with_email().await;
        let mut thief = waiting(&stranger).await;
        thief.code().await;
        thief.answer(&third).await.refused(401, "wrong-code");
        two.answer(&third).await.is(200);
        let mut again = two.clone();
        again.answer(&third).await.refused(401, "sign-in-needed");
        app.turn(Duration::from_mins(2));
        one.press("/second-step/code").await.is(200);
        let last = one.code().await;
        let challenge = one.browser.cookie("challenge").unwrap();
        app.turn(Duration::from_mins(8));
        one.browser.set_cookie("challenge", &challenge);
        one.answer(&last).await.refused(410, "over");
    }

    async fn c_85_a_code_for_one_purpose_is_worth_nothing_for_another(kind) {
        let app = app_on(kind).await;
        let mut ada = app.client_with_email().await;
        ada.post("/account/step-up", json!({})).await.is(200);
        let step_up = ada.code().await;
        ada.press("/email-codes/removal").await.is(200);
        ada.code().await;
        ada.answer(&step_up).await.refused(401, "wrong-code");
        let mut thief = waiting(&ada).await;
        thief.code().await;
        app.turn(Duration::from_secs(31));
        ada.press("/second-step/code").await.is(200);
        let removal = ada.code().await;
        thief.answer(&removal).await.refused(409, "no-code");
        ada.answer(&removal).await.is(200);
        assert_eq!(ada.get("/account").await.is(200)["second_step"]["methods"], json!([]));
    }

    async fn a_code_is_dead_when_the_address_it_went_to_is_no_longer_the_accounts(kind) {
        let app = app_on(kind).await;
        let owner = app.client_with_email().await;
        let mut one = waiting(&owner).await;
        let code = one.code().await;
        app.place.run(&format!(
            "UPDATE account SET email = 'new@example.net', email_key = 'new@example.net' WHERE email = '{}'", owner.email
        ));
        assert_ne!(one.answer(&code).await.status, 200);
        assert!(!one.is_in().await);
    }

    /// After a reset by mail the mailbox alone must not open the account.
    async fn all_4_a_day_after_a_reset_by_mail_codes_by_mail_open_nothing_in_unknown_browsers(kind) {
        let app = app_on(kind).await;
        let mut owner = app.client_with_email().await;
        owner.sign_out().await;
        owner.sign_in_by_mail().await;
        owner.sign_out().await;
        app.place.run(&format!("UPDATE account SET mail_reset_at = {}", app.now().as_millis()));
        let mut thief = waiting(&owner).await;
        let step = thief.step().await;
        assert!(step["offers"][0]["held_until"].is_string(), "{step}");
        assert_eq!(step["mail_code"]["sent"], json!(null));
        assert!(app.letters_to(&owner.email).await.is_empty(), "no code is sent that could not be used");
        thief.press("/second-step/code").await.refused(409, "conflict");
        let told = thief.answer("123456").await.refused(403, "held");
        assert_eq!(told["held_until"], step["offers"][0]["held_until"]);
        owner.sign_in_by_mail().await;
        app.turn(Duration::from_hours(24));
        let mut late = owner.elsewhere();
        late.sign_in_by_mail().await;
    }
}
