//! Phone numbers of accounts (MSG-6, MSG-8): adding, proving, removing, and what is told of them.

use std::time::Duration;

use countersign::flow::FlowError;
use countersign::flow::desk::deeds::{LostFactor, remove_factor};
use countersign::flow::desk::sheet;
use countersign::flow::email_code::Removal;
use countersign::flow::phone::{self, Asking, Stage};
use countersign::flow::telegram::switch;
use countersign_core::factor::phone::CallOutcome;
use countersign_core::method::Method;
use countersign_core::phone::Channel;
use countersign_core::role::Role;
use serde_json::json;

use super::phones::{NUMBER, OTHER, app_on, others};
use super::suspensions::{staff, wanted};
use crate::support::{TestApp, Written};

/// Why a number was not taken.
#[track_caller]
fn fault<T>(outcome: Result<T, FlowError>) -> &'static str {
    match outcome {
        Err(FlowError::Invalid(faults)) => {
            assert_eq!(faults[0].field, "number");
            faults[0].text.key
        }
        Err(FlowError::Forbidden(text) | FlowError::Conflict(text)) => text.key,
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it was taken"),
    }
}

on_both! {
    /// The digits are taken while the phone still rings; nothing but the number that calls told them.
    async fn msg_6_a_number_is_proved_by_a_call_and_every_other_session_ends(kind) {
        let app = app_on(kind).await;
        let mut owner = app.client().await;
        let (authenticator, _) = owner.enrol().await;
        let mut other = owner.elsewhere();
        other.sign_in().await.is(200);
        other.answer_by("authenticator", &authenticator.code(&app)).await.is(200);
        app.letters().await;
        let added = owner.add_phone("0170 / 1234-5678").await.unwrap_or_else(|error| panic!("{error}"));
        assert!(added.masked.starts_with("+49 ") && added.masked.ends_with("78") && added.masked.contains("***"));
        let waiting = phone::list(&owner.flow(), &owner.me().await).await.unwrap();
        assert!(waiting.len() == 1 && waiting[0].waits_until.is_some());
        let step = owner.phone_step().await;
        assert!(step.newest.is_none() && step.next.first().unwrap().0 == Channel::Call);
        assert_eq!(step.calls_begin_with.as_deref(), Some("+49302312"), "all the pool begins so");
        assert_eq!(owner.call_me().await, Asking::Begun(Channel::Call));
        assert_eq!(owner.phone_step().await.newest.unwrap().stage, Stage::OnItsWay);
        let begun = app.rung().await;
        assert_eq!(begun.to, NUMBER);
        app.rings(&begun).await;
        let newest = owner.phone_step().await.newest.unwrap();
        assert_eq!((newest.stage, newest.to.as_deref()), (Stage::Ringing, Some(&*added.masked)));
        assert_eq!(newest.answer_until, Some(app.now().plus(Duration::from_mins(2))));
        assert!(other.is_in().await);
        owner.type_digits(&begun.code).await.is(200);
        assert!(owner.is_in().await && !other.is_in().await, "MSG-9");
        let numbers = phone::list(&owner.flow(), &owner.me().await).await.unwrap();
        assert!(numbers.len() == 1 && numbers[0].waits_until.is_none() && numbers[0].last_used_at.is_none());
        assert!(owner.me().await.enrolled.contains(&Method::Phone));
        let letters = app.letters_to(&owner.email).await;
        assert!(letters.len() == 1 && letters[0].0.text.contains(&added.masked) && !letters[0].0.text.contains(NUMBER));
        for event in ["phone.added", "phone.call-asked", "phone.proved"] {
            assert_eq!(app.events(event), 1, "{event}");
        }
        // Whether the call is over by now is nobody's matter any more.
        app.ends(&begun, CallOutcome::Rang).await;
    }

    async fn msg_6_what_is_no_number_of_a_person_here_is_told_plainly_and_kept_nowhere(kind) {
        let app = app_on(kind).await;
        let mut owner = app.client().await;
        owner.enrol().await;
        for (typed, key) in [
            ("", "phone-fault-empty"),
            ("tel:+4917012345678", "phone-fault-character"),
            ("+49 170 12345678 ext. 7", "phone-fault-extension"),
            ("+49 900 1234567", "phone-fault-dear"),
            ("+881 6 1234 5678", "phone-fault-satellite"),
            ("+49 1", "phone-fault-too-short"),
            ("+33 6 12 34 56 78", "phone-not-reached"),
            ("+49 170 99123456", "phone-not-reached"),
        ] {
            assert_eq!(fault(owner.add_phone(typed).await), key, "{typed}");
        }
        assert_eq!((app.place.count("phone_number"), app.place.count("dispatch")), (0, 0));
        assert!(app.events("phone.guarded") >= 1, "what was off the list is in the audit log");
        owner.prove_phone(NUMBER).await;
        assert_eq!(fault(owner.add_phone("0170 12345678").await), "phone-number-yours");
    }

    /// It counts only beside Telegram or an authenticator, and stops when the last of those goes.
    async fn msg_8_the_phone_counts_only_beside_a_stronger_method_and_never_for_staff(kind) {
        let app = app_on(kind).await;
        let mut bare = app.client_with_email().await;
        assert_eq!(fault(bare.add_phone(NUMBER).await), "change-refused-needs-another");
        let mut owner = app.with_phones(&[NUMBER]).await;
        owner.press("/email-codes").await.is(200);
        let code = owner.code().await;
        owner.answer(&code).await.is(200);
        let mut one = owner.elsewhere();
        one.sign_in().await.is(200);
        assert_eq!(one.offered().await.last().map(String::as_str), Some("phone"), "a fallback comes last");
        app.place.run("DELETE FROM authenticator");
        let mut one = owner.elsewhere();
        one.sign_in().await.is(200);
        assert_eq!(one.offered().await, ["email"]);
        let boss = staff(&app, Role::Administrator).await;
        let refused = phone::start(&boss.client.flow(), &boss.client.me().await, OTHER).await;
        assert_eq!(fault(refused), "change-refused-not-offered");
    }

    async fn msg_8_whoever_loses_the_last_method_beside_the_phone_is_told_that_it_no_longer_counts(kind) {
        let app = TestApp::messenger(kind).await;
        app.rules(|policy| {
            policy.methods.insert(Method::RecoveryKey);
        })
        .await;
        let mut owner = app.with_telegram(&[41]).await;
        owner.make_key().await;
        owner.prove_phone(NUMBER).await;
        app.letters().await;
        app.chats().await;
        let me = owner.me().await;
        let Ok(Removal::Challenge(open)) = switch::start_disable(&owner.flow(), &me).await else {
            panic!("a challenge of its own")
        };
        owner.browser.set_cookie("challenge", &open.token.reveal());
        let asked = app.prompts().await;
        let button = owner.right_button(&asked[0]).await;
        app.presses(41, asked[0].message, &button).await;
        owner.step().await;
        owner.goes_on().await.is(200);
        assert_eq!(app.events("phone.uncounted"), 1);
        assert_eq!(app.place.count("phone_number"), 1, "the number stays");
        assert_eq!((app.place.count("recovery_key"), app.events("recovery-key.voided")), (0, 1));
        assert!(owner.me().await.enrolled.is_empty());
        let removed = app.written().iter().filter(|(kind, _)| kind == "method-removed").map(|one| one.1).sum::<i64>();
        assert_eq!(removed, 3, "Telegram, the phone and the key are named");
    }

    async fn all_4_a_number_is_removed_by_a_challenge_of_its_own_and_its_owner_is_told(kind) {
        let app = app_on(kind).await;
        let mut owner = app.client().await;
        let (authenticator, _) = owner.enrol().await;
        let id = owner.prove_phone(NUMBER).await;
        app.letters().await;
        app.next_step();
        let removal = phone::start_removal(&owner.flow(), &owner.me().await, id).await;
        let Ok(Removal::Challenge(open)) = removal else { panic!("a challenge of its own") };
        owner.browser.set_cookie("challenge", &open.token.reveal());
        let step = owner.step().await;
        assert_eq!((&step["purpose"], owner.offered().await), (&json!("remove-phone"), vec!["authenticator".to_owned()]));
        owner.answer_by("authenticator", &authenticator.fresh(&app)).await.is(200);
        assert!(phone::list(&owner.flow(), &owner.me().await).await.unwrap().is_empty());
        assert_eq!(app.events("phone.removed"), 1);
        let letters = app.letters_to(&owner.email).await;
        assert!(letters.len() == 1 && !letters[0].0.text.contains(NUMBER));
        let again = phone::start_removal(&owner.flow(), &owner.me().await, id).await;
        assert!(matches!(again, Err(FlowError::NotFound)));
    }

    /// Nothing tells who has a number: only whoever holds the phone hears that it serves three accounts already.
    async fn msg_6_a_number_serves_three_accounts_and_tells_nobody_whose(kind) {
        let app = app_on(kind).await;
        for _ in 0..3 {
            app.with_phones(&[NUMBER]).await;
            app.turn(Duration::from_mins(11));
        }
        let mut fourth = app.client().await;
        fourth.enrol().await;
        let told = fourth.add_phone(NUMBER).await.unwrap_or_else(|error| panic!("{error}"));
        assert!(told.masked.contains("***"));
        assert_eq!(fourth.call_me().await, Asking::Begun(Channel::Call));
        let begun = app.rung().await;
        fourth.type_digits(&begun.code).await.refused(409, "conflict");
        assert_eq!(app.place.number("SELECT COUNT(*) FROM phone_number WHERE confirmed_at IS NOT NULL"), 3);
        let row = "SELECT COUNT(*) FROM audit WHERE event = 'phone.guarded' AND detail LIKE '%accounts%'";
        assert_eq!(app.place.number(row), 1);
    }

    async fn msg_6_an_account_has_as_many_numbers_as_the_policy_allows(kind) {
        let app = app_on(kind).await;
        app.rules(|policy| policy.phone_numbers_max = 1).await;
        let mut owner = app.with_phones(&[NUMBER]).await;
        assert_eq!(fault(owner.add_phone(OTHER).await), "phone-too-many");
    }

    /// Support sees the number masked and takes it away under a suspension, never without one.
    async fn d_12_support_removes_a_lost_phone_under_a_suspension(kind) {
        let app = app_on(kind).await;
        let mut owner = app.client().await;
        owner.enrol().await;
        let id = owner.prove_phone(NUMBER).await;
        let whose = owner.me().await.account();
        let mut agent = staff(&app, Role::Administrator).await;
        let sheet = sheet::look(&agent.client.flow(), &agent.client.me().await, whose).await.unwrap();
        assert!(sheet.phones.len() == 1 && sheet.phones[0].masked.contains("***"));
        let lost = LostFactor::parse(&format!("phone:{id}")).unwrap();
        agent.prove().await;
        let refused =
            remove_factor(&agent.client.flow(), &agent.client.me().await, whose, lost, "lost").await;
        assert!(matches!(refused, Err(FlowError::Conflict(_))));
        agent.suspend(&whose.to_string(), wanted("support-code")).await.is(201);
        agent.prove().await;
        remove_factor(&agent.client.flow(), &agent.client.me().await, whose, lost, "lost").await.unwrap();
        assert_eq!((app.place.count("phone_number"), app.events("phone.removed")), (0, 1));
    }

    /// Sealed at rest and masked everywhere else: no log, no audit row, no letter and no answer has the number, nor the number that
    /// calls, nor the code.
    async fn all_7_numbers_stand_whole_nowhere(kind) {
        let app = app_on(kind).await;
        let secret = "+4917055501234";
        let mut owner = app.with_phones(&[secret]).await;
        assert_eq!(fault(owner.add_phone("+49 170 55501234 ext 4").await), "phone-fault-extension");
        app.turn(Duration::from_mins(15));
        let mut one = owner.elsewhere();
        one.begin_by_phone().await;
        one.call_me().await;
        let call = app.rung().await;
        one.type_digits(&others(&call.code)).await.refused(401, "wrong-code");
        one.call_me().await;
        let sms = app.rung().await;
        one.type_digits(&sms.code).await.is(200);
        let masked = phone::list(&owner.flow(), &one.me().await).await.unwrap()[0].masked.clone();
        let letters: String = app.letters().await.iter().map(|letter| letter.0.text.clone()).collect();
        let audit: String = (0..app.place.count("audit"))
            .filter_map(|at| app.place.text(&format!("SELECT detail FROM audit ORDER BY id LIMIT 1 OFFSET {at}")))
            .collect();
        assert!(audit.contains(&masked));
        let digits = &secret[1..];
        let spellings = [digits, &digits[2..], "170 55501234", "17055501234", &call.from[1..]];
        let (log, answers) = (Written::all(), String::from_utf8_lossy(&app.transcript()).into_owned());
        let stored = String::from_utf8_lossy(&app.place.everything()).into_owned();
        for spelt in spellings {
            for (name, text) in
                [("log", &log), ("audit", &audit), ("letters", &letters), ("answers", &answers), ("database", &stored)]
            {
                assert!(!text.contains(spelt), "{spelt} stands in the {name}");
            }
        }
    }

    async fn all_7_the_export_has_the_numbers_and_deletion_takes_them(kind) {
        use countersign::flow::member::{self, Doer};
        let app = app_on(kind).await;
        let owner = app.with_phones(&[NUMBER]).await;
        let id = owner.me().await.account();
        let document = member::export(&app.operator(), &Doer::Operator, id).await.unwrap();
        assert_eq!(document["second_step"]["phone_numbers"][0]["number"], NUMBER);
        assert_eq!(document["calls_and_messages"][0]["channel"], "call");
        member::delete(&app.operator(), &Doer::Operator, id, &owner.email).await.unwrap();
        assert_eq!((app.place.count("phone_number"), app.place.count("dispatch")), (0, 0));
    }
}
