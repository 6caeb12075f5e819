//! E-mail codes with a recovery key (KEY-1 to KEY-9): what makes a key, what it opens, and that it does so once.

use std::time::Duration;

use countersign::flow::keys;
use countersign_core::preset::Preset;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Client, Kind, Options, TestApp, Written};

async fn app_on(kind: Kind) -> TestApp {
    TestApp::with(Options { kind, preset: Preset::EmailWithRecoveryKey, ..Options::default() }).await
}

/// Signs in by key in a new browser; the state that follows.
async fn recover(person: &mut Client<'_>, key: &str) -> Value {
    person.sign_in().await.is(200);
    person.answer_by("recovery-key", key).await.is(200)
}

async fn methods(person: &mut Client<'_>) -> Value {
    person.get("/account").await.is(200)["second_step"]["methods"].clone()
}

on_both! {
    async fn key_1_nothing_can_be_enabled_before_the_address_is_confirmed(kind) {
        let app = app_on(kind).await;
        let mut ada = app.client().await;
        app.place.run("UPDATE account SET email_verified_at = NULL");
        for path in ["/email-codes", "/authenticators"] {
            let told = ada.press(path).await.refused(403, "forbidden");
            assert!(told["detail"].as_str().unwrap().contains("Confirm your e-mail address"), "{told}");
        }
        assert!(app.letters().await.is_empty());
        app.place.run(&format!("UPDATE account SET email_verified_at = {}", app.now().as_millis()));
        ada.enable_email().await;
    }

    async fn key_3_a_code_to_the_registered_address_switches_codes_on_and_ends_other_sessions(kind) {
        let app = app_on(kind).await;
        let mut ada = app.client().await;
        let mut other = ada.elsewhere();
        other.sign_in().await.is(200);
        ada.press("/email-codes").await.is(200);
        assert_eq!(ada.step().await["purpose"], "enable-email");
        let code = ada.code().await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        ada.answer(wrong).await.refused(401, "wrong-code");
        assert_eq!(methods(&mut ada).await, json!([]));
        let before = ada.browser.cookie("sid");
        let done = ada.answer(&code).await.is(200);
        assert_eq!((&done["state"], &done["may_make_recovery_key"]), (&json!("session"), &json!(true)));
        assert_ne!(ada.browser.cookie("sid"), before, "the session goes on under a new token");
        assert_eq!(methods(&mut ada).await, json!(["email"]));
        assert!(!other.is_in().await, "MSG-9");
        ada.press("/email-codes").await.refused(403, "forbidden");
        // Enabling asks for recent proof, as adding any factor does (ALL-4).
        let mut late = app.client().await;
        app.turn(Duration::from_mins(6));
        late.press("/email-codes").await.refused(403, "step-up-needed");
    }

    async fn key_4_a_key_is_told_once_and_counts_as_saved_by_two_of_its_groups(kind) {
        let app = app_on(kind).await;
        let mut ada = app.client_with_email().await;
        assert_eq!(ada.get("/recovery-key").await.is(200)["present"], json!(null));
        let made = ada.press("/recovery-key/make").await.is(201);
        let key = made["key"].as_str().unwrap().to_owned();
        assert_eq!((key.len(), key.split('-').count()), (29, 6));
        let state = ada.get("/recovery-key").await.is(200);
        assert_eq!(state["present"]["saved"], false);
        assert!(!state.to_string().contains(&key));
        let body = json!({"key": key, "first_group": "0000", "second_group": "0000"});
        ada.post("/recovery-key/saved", body).await.refused(422, "invalid");
        ada.save_key(&made).await.is(200);
        assert_eq!(ada.get("/recovery-key").await.is(200)["present"]["saved"], true);
        ada.save_key(&made).await.refused(409, "conflict");
        // The right to make another one went with it.
        ada.press("/recovery-key/make").await.refused(403, "step-up-needed");
        assert!(!Written::all().contains(&key));
    }

    async fn key_5_a_sign_in_takes_the_code_or_the_key(kind) {
        let app = app_on(kind).await;
        let (ada, key) = app.client_with_key().await;
        let mut one = ada.elsewhere();
        assert_eq!(one.sign_in().await.is(200)["methods"], json!(["email", "recovery-key"]));
        let code = one.code().await;
        one.answer(&code).await.is(200);
        // The key of another account opens nothing.
        let (other, theirs) = app.client_with_key().await;
        let mut thief = ada.elsewhere();
        thief.sign_in().await.is(200);
        thief.answer_by("recovery-key", &theirs).await.refused(401, "wrong-code");
        recover(&mut other.elsewhere(), &theirs).await;
        let mut two = ada.elsewhere();
        assert_eq!(recover(&mut two, &key).await["state"], "save-key");
    }

    async fn key_6_switching_off_takes_a_fresh_code_or_the_key_whatever_was_proved_before(kind) {
        let app = app_on(kind).await;
        let (mut ada, key) = app.client_with_key().await;
        ada.post("/account/step-up", json!({})).await.is(200);
        let code = ada.code().await;
        ada.answer(&code).await.is(200);
        assert_eq!(ada.press("/email-codes/removal").await.is(200)["state"], "challenge");
        assert_eq!(methods(&mut ada).await, json!(["email", "recovery-key"]));
        let code = ada.code().await;
        ada.answer(&code).await.is(200);
        assert_eq!(methods(&mut ada).await, json!([]));
        assert_eq!(app.place.count("recovery_key"), 0, "a key without a method is no second step");
        // By the key, too, for whoever has lost the mailbox.
        let (mut eve, theirs) = app.client_with_key().await;
        eve.press("/email-codes/removal").await.is(200);
        eve.answer_by("recovery-key", &theirs).await.is(200);
        assert_eq!(methods(&mut eve).await, json!([]));
        assert!(!key.is_empty());
    }

    async fn key_7_the_old_key_is_dead_at_the_moment_a_new_one_is_made(kind) {
        let app = app_on(kind).await;
        let (mut ada, old) = app.client_with_key().await;
        ada.press("/recovery-key/make").await.refused(403, "step-up-needed");
        ada.post("/account/step-up", json!({})).await.is(200);
        let code = ada.code().await;
        ada.answer(&code).await.is(200);
        ada.press("/recovery-key/make").await.refused(403, "step-up-needed");
        assert_eq!(ada.press("/recovery-key").await.is(200)["state"], "challenge");
        assert_eq!(ada.step().await["purpose"], "new-recovery-key");
        let code = ada.code().await;
        assert_eq!(ada.answer(&code).await.is(200)["may_make_recovery_key"], true);
        let mut waiting = ada.elsewhere();
        waiting.sign_in().await.is(200);
        let new = ada.press("/recovery-key/make").await.is(201);
        // Not saved yet, and the old one opens nothing any more; the new one does.
        waiting.answer_by("recovery-key", &old).await.refused(401, "wrong-code");
        waiting.answer_by("recovery-key", new["key"].as_str().unwrap()).await.is(200);
        assert!(!ada.is_in().await, "a sign-in by key ends all others");
        // Ten minutes after its proof the right to make one is over.
        let (mut late, _) = app.client_with_key().await;
        late.press("/recovery-key").await.is(200);
        let code = late.code().await;
        late.answer(&code).await.is(200);
        app.turn(Duration::from_mins(10));
        late.press("/recovery-key/make").await.refused(403, "step-up-needed");
    }

    async fn key_8_a_key_signs_in_once_and_first_a_new_one_is_saved(kind) {
        let app = app_on(kind).await;
        let (mut ada, key) = app.client_with_key().await;
        let mut lost = ada.elsewhere();
        let state = recover(&mut lost, &key).await;
        assert_eq!((&state["state"], &state["may_make_recovery_key"]), (&json!("save-key"), &json!(true)));
        assert!(!ada.is_in().await, "all other sessions end");
        for (method, path, body) in [
            ("GET", "/account", None),
            ("GET", "/sessions", None),
            ("GET", "/activity", None),
            ("GET", "/authenticators", None),
            ("POST", "/authenticators", None),
            ("POST", "/email-codes", None),
            ("POST", "/email-codes/removal", None),
            ("POST", "/account/step-up", Some(json!({}))),
            ("POST", "/account/password", Some(json!({"present_password": "x", "new_password": "y"}))),
            ("POST", "/api-tokens", Some(json!({"name": "x", "scopes": ["account:read"], "days": 1}))),
        ] {
            lost.ask(method, path, body).await.refused(403, "must-save-key");
        }
        let made = lost.press("/recovery-key/make").await.is(201);
        lost.get("/account").await.refused(403, "must-save-key");
        assert_eq!(lost.save_key(&made).await.is(200)["state"], "session");
        assert_eq!(methods(&mut lost).await, json!(["email", "recovery-key"]));
        let mut again = ada.elsewhere();
        again.sign_in().await.is(200);
        again.answer_by("recovery-key", &key).await.refused(401, "wrong-code");
        // For ten minutes it counts as the proof for replacing what may be lost; a lost mailbox is no dead end.
        app.turn(Duration::from_mins(9));
        lost.press("/authenticators").await.is(201);
        lost.ask("DELETE", "/authenticators/pending", None).await.is(204);
        assert_eq!(lost.press("/email-codes/removal").await.is(200)["state"], "session");
        assert_eq!(methods(&mut lost).await, json!([]));
    }

    async fn key_8_after_ten_minutes_changes_ask_for_proof_again(kind) {
        let app = app_on(kind).await;
        let (ada, key) = app.client_with_key().await;
        let mut lost = ada.elsewhere();
        recover(&mut lost, &key).await;
        lost.make_key().await;
        app.turn(Duration::from_mins(10));
        assert_eq!(lost.press("/email-codes/removal").await.is(200)["state"], "challenge");
        lost.press("/recovery-key/make").await.refused(403, "step-up-needed");
        lost.press("/authenticators").await.refused(403, "step-up-needed");
        // The browser that came in by key is recognised from now on; those before are not.
        assert_eq!(app.place.count("recognised_browser"), 1);
    }

    async fn key_9_the_method_used_last_is_offered_first_and_the_key_last(kind) {
        let app = app_on(kind).await;
        let (mut ada, _) = app.client_with_key().await;
        let (phone, _) = ada.enrol().await;
        let mut one = ada.elsewhere();
        one.sign_in().await.is(200);
        one.choose("authenticator").await.is(200);
        one.answer(&phone.code(&app)).await.is(200);
        app.letters().await;
        let mut two = ada.elsewhere();
        let state = two.sign_in().await.is(200);
        assert_eq!(state["methods"], json!(["authenticator", "email", "recovery-key"]));
        assert!(app.letters().await.iter().all(|letter| letter.code().is_none()), "no code before it is asked for");
        let step = two.choose("email").await.is(200);
        assert_eq!((&step["method"], &step["offers"][0]["method"]), (&json!("email"), &json!("authenticator")));
        let code = two.code().await;
        two.answer(&code).await.is(200);
        let mut three = ada.elsewhere();
        assert_eq!(three.sign_in().await.is(200)["methods"], json!(["email", "authenticator", "recovery-key"]));
    }

    async fn all_1_50_redemptions_of_one_recovery_key_make_one_session(kind) {
        let app = app_on(kind).await;
        let other = app.another().await;
        let (owner, key) = app.client_with_key().await;
        let mut people = Vec::new();
        for at in 0..50 {
            let mut one = owner.elsewhere();
            one.sign_in().await.is(200);
            people.push(if at % 2 == 0 { one } else { one.at(&other) });
        }
        app.letters().await;
        let answers = join_all(people.iter_mut().map(|one| one.answer_by("recovery-key", &key))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        assert!(answers.iter().all(|answer| [200, 401, 409, 410].contains(&answer.status)), "{answers:?}");
        assert_eq!(app.place.count("session"), 1);
        // What was rolled back has left no letter behind.
        let used: i64 = app.written().into_iter().find(|(kind, _)| kind == "recovery-key-used").unwrap().1;
        assert_eq!((used, app.events("recovery-key.used")), (1, 1));
        drop(people);
        drop(other);
    }

    /// `countersign keys retire --reset-passwords`: what rests on a master key that goes, goes with it.
    async fn all_7_with_its_master_key_a_recovery_key_is_gone_and_its_owner_is_told(kind) {
        let app = app_on(kind).await;
        let (mut ada, key) = app.client_with_key().await;
        let mut waiting = ada.elsewhere();
        waiting.sign_in().await.is(200);
        let (operator, master) = (app.operator(), app.app.deps.keys.active());
        assert_eq!(keys::uses(&operator).await.unwrap()[&master].recovery_keys, 1);
        assert_eq!(keys::void_recovery_keys(&operator, master).await.unwrap(), 1);
        assert_eq!((app.place.count("recovery_key"), app.events("recovery-key.voided")), (0, 1));
        waiting.answer_by("recovery-key", &key).await.refused(410, "over");
        assert_eq!(methods(&mut ada).await, json!(["email"]));
        let told: i64 = app.written().into_iter().find(|(kind, _)| kind == "method-removed").unwrap().1;
        assert_eq!(told, 1);
        let mut again = ada.elsewhere();
        assert_eq!(again.sign_in().await.is(200)["methods"], json!(["email"]));
    }

    /// A reset by mail leaves the key as the way in (and a known browser; see the mailed codes).
    async fn all_4_a_recovery_key_opens_while_codes_by_mail_are_held(kind) {
        let app = app_on(kind).await;
        let (ada, key) = app.client_with_key().await;
        app.place.run(&format!("UPDATE account SET mail_reset_at = {}", app.now().as_millis()));
        let mut one = ada.elsewhere();
        one.sign_in().await.is(200);
        let step = one.step().await;
        assert_eq!((&step["method"], &step["offers"][0]["method"]), (&json!("recovery-key"), &json!("recovery-key")));
        one.choose("email").await.refused(409, "conflict");
        one.answer(&key).await.is(200);
    }
}
