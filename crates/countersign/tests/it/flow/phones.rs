//! Signing in by phone (MSG-6, MSG-7): calls, SMS in their place, several numbers, answers.

use std::time::Duration;

use countersign::flow::FlowError;
use countersign::flow::phone::{self, Asking, Stage, Want};
use countersign_core::factor::phone::CallOutcome;
use countersign_core::phone::Channel;
use countersign_core::preset::Preset;
use countersign_store::dispatch::DispatchState;
use serde_json::json;

use crate::support::{Kind, Options, TestApp, reach};

/// Numbers of a range that exists; nobody is called.
pub(super) const NUMBER: &str = "+4917012345678";
pub(super) const OTHER: &str = "+4917023456789";

pub(super) async fn app_on(kind: Kind) -> TestApp {
    let options = Options { kind, preset: Preset::Messenger, reach: Some(reach()), ..Options::default() };
    TestApp::with(options).await
}

/// Digits other than these.
pub(super) fn others(code: &str) -> String {
    let wrong = (code.parse::<u32>().unwrap() + 1) % 10_u32.pow(u32::try_from(code.len()).unwrap());
    format!("{wrong:0width$}", width = code.len())
}

on_both! {
    /// Three calls that are not picked up by anybody's eyes, then an SMS, whose six digits sign in.
    async fn msg_7_after_three_calls_with_gaps_the_next_request_sends_an_sms(kind) {
        let app = app_on(kind).await;
        let owner = app.with_phones(&[NUMBER]).await;
        let mut one = owner.elsewhere();
        one.begin_by_phone().await;
        app.turn(Duration::from_mins(11));
        one.begin_by_phone().await;
        for gap in [30, 60, 120] {
            assert_eq!(one.call_me().await, Asking::Begun(Channel::Call));
            let begun = app.rung().await;
            app.rings(&begun).await;
            app.ends(&begun, CallOutcome::Rang).await;
            let at = app.now().plus(Duration::from_secs(gap));
            assert_eq!(one.call_me().await, Asking::TooSoon { at });
            assert_eq!(one.phone_step().await.newest.unwrap().stage, Stage::Ended(CallOutcome::Rang));
            app.turn(Duration::from_secs(gap));
        }
        let (channel, _) = one.phone_step().await.next.first().unwrap();
        assert_eq!(channel, Channel::Sms);
        // A page that still says "call me" gets what is next all the same.
        let stale = Want { channel: Some(Channel::Call), ..Want::default() };
        assert_eq!(one.ask_phone(stale).await.unwrap(), Asking::Begun(Channel::Sms));
        let sms = app.rung().await;
        assert_eq!((sms.channel, sms.code.len()), (Channel::Sms, 6));
        app.comes_to(&sms, DispatchState::Sent, "accepted").await;
        assert_eq!(one.phone_step().await.newest.unwrap().stage, Stage::Sent);
        one.type_digits(&sms.code[..4]).await.refused(409, "conflict");
        assert_eq!(one.step().await["tries_left"], 5, "four digits could not have been right");
        one.type_digits(&sms.code).await.is(200);
        assert!(one.is_in().await);
        let numbers = phone::list(&owner.flow(), &one.me().await).await.unwrap();
        assert_eq!(numbers[0].last_used_at, Some(app.now()));
    }

    async fn msg_7_two_sms_and_no_more_and_an_earlier_code_is_told_as_such(kind) {
        let app = app_on(kind).await;
        let owner = app.with_phones(&[NUMBER]).await;
        app.turn(Duration::from_mins(11));
        app.rules(|policy| policy.calls_before_sms = 0).await;
        let mut one = owner.elsewhere();
        one.begin_by_phone().await;
        assert_eq!(one.call_me().await, Asking::Begun(Channel::Sms));
        let first = app.rung().await;
        app.turn(Duration::from_secs(30));
        assert_eq!(one.call_me().await, Asking::Begun(Channel::Sms));
        let second = app.rung().await;
        app.turn(Duration::from_mins(3));
        assert_eq!(one.call_me().await, Asking::NoMore);
        assert!(one.phone_step().await.next.first().is_none());
        if first.code != second.code {
            one.type_digits(&first.code).await.refused(401, "superseded-code");
        }
        app.turn(Duration::from_mins(2));
        one.type_digits(&second.code).await.refused(401, "late-code");
    }

    /// Each outcome has its sentence; after one that did not reach the phone an SMS is on offer at once beside the next call.
    async fn msg_7_a_call_that_did_not_arrive_is_told_and_opens_the_sms_at_once(kind) {
        let app = app_on(kind).await;
        let owner = app.with_phones(&[NUMBER]).await;
        for (outcome, at_once) in [
            (CallOutcome::Busy, true),
            (CallOutcome::Unavailable, true),
            (CallOutcome::NotFound, true),
            (CallOutcome::Unreached, true),
            (CallOutcome::Declined, false),
        ] {
            app.turn(Duration::from_hours(3));
            let mut one = owner.elsewhere();
            one.begin_by_phone().await;
            one.call_me().await;
            let begun = app.rung().await;
            app.ends(&begun, outcome).await;
            let step = one.phone_step().await;
            assert_eq!(step.newest.unwrap().stage, Stage::Ended(outcome));
            assert_eq!(step.next.sms.is_some(), at_once, "{outcome:?}");
            assert_eq!(step.next.call.is_none(), outcome == CallOutcome::NotFound);
            if at_once {
                let sms = Want { channel: Some(Channel::Sms), ..Want::default() };
                assert_eq!(one.ask_phone(sms).await.unwrap(), Asking::Begun(Channel::Sms));
                let code = app.rung().await.code;
                one.type_digits(&code).await.is(200);
            }
        }
    }

    /// A call that no worker made in time is one that was not made.
    async fn msg_7_a_call_that_nobody_made_counts_as_not_made(kind) {
        let app = app_on(kind).await;
        let owner = app.with_phones(&[NUMBER]).await;
        let mut one = owner.elsewhere();
        app.turn(Duration::from_mins(11));
        one.begin_by_phone().await;
        one.call_me().await;
        app.turn(Duration::from_secs(30));
        let step = one.phone_step().await;
        assert_eq!(step.newest.unwrap().stage, Stage::Ended(CallOutcome::Unreached));
        assert!(step.next.sms.is_some() && app.phones().await.is_empty());
    }

    async fn msg_6_the_phone_is_no_way_for_staff_step_ups_or_unknown_browsers_where_the_policy_says_so(kind) {
        let app = app_on(kind).await;
        let mut owner = app.with_phones(&[NUMBER]).await;
        owner.post("/account/step-up", json!({})).await.is(200);
        assert_eq!(owner.offered().await, ["authenticator"]);
        assert!(matches!(owner.ask_phone(Want::default()).await, Err(FlowError::Conflict(_))));
        let mut one = owner.elsewhere();
        one.sign_in().await.is(200);
        assert!(one.offered().await.contains(&"phone".to_owned()));
        app.rules(|policy| policy.phone_in_new_browsers = false).await;
        let mut one = owner.elsewhere();
        one.sign_in().await.is(200);
        assert_eq!(one.offered().await, ["authenticator"]);
        app.place.run("UPDATE account SET role = 'support'");
        app.rules(|policy| policy.phone_in_new_browsers = true).await;
        let mut one = owner.elsewhere();
        one.sign_in().await.is(200);
        assert_eq!(one.offered().await, ["authenticator"]);
    }

    /// A sign-in by phone is no recent proof: the next change asks for another method.
    async fn msg_6_one_of_several_numbers_is_chosen_and_its_call_signs_in(kind) {
        let app = app_on(kind).await;
        let mut owner = app.with_phones(&[NUMBER]).await;
        app.turn(Duration::from_mins(11));
        assert!(matches!(owner.add_phone(OTHER).await, Err(FlowError::StepUpNeeded)));
        app.place.run(&format!("UPDATE session SET stepped_up_at = {}", app.now().as_millis()));
        let second = owner.prove_phone(OTHER).await;
        let mut one = owner.elsewhere();
        one.begin_by_phone().await;
        let step = one.phone_step().await;
        assert_eq!(step.numbers.len(), 2);
        assert!(step.numbers.iter().all(|number| number.masked.contains("***")));
        app.turn(Duration::from_mins(11));
        one.begin_by_phone().await;
        let asked = one.ask_phone(Want { phone: Some(second), channel: None }).await.unwrap();
        assert_eq!(asked, Asking::Begun(Channel::Call));
        assert_eq!(one.phone_step().await.chosen, second);
        let begun = app.rung().await;
        assert_eq!(begun.to, OTHER);
        one.type_digits(&begun.code).await.is(200);
        let me = one.me().await;
        assert_eq!((me.stepped_up_at, me.class.as_str()), (None, "weak"));
        let of_another = app.with_phones(&["+4917034567890"]).await;
        let foreign = phone::list(&of_another.flow(), &of_another.me().await).await.unwrap()[0].id;
        let mut two = owner.elsewhere();
        two.begin_by_phone().await;
        let refused = two.ask_phone(Want { phone: Some(foreign), channel: None }).await;
        assert!(matches!(refused, Err(FlowError::NotFound)), "another's number is none");
    }

    /// The digits of one number that calls are worth one guess.
    async fn all_2_a_wrong_answer_ends_the_call_and_two_a_day_end_calls(kind) {
        let app = app_on(kind).await;
        let owner = app.with_phones(&[NUMBER]).await;
        for round in 0..2 {
            app.turn(Duration::from_mins(15));
            let mut one = owner.elsewhere();
            one.begin_by_phone().await;
            assert_eq!(one.call_me().await, Asking::Begun(Channel::Call), "{round}");
            let begun = app.rung().await;
            one.type_digits(&others(&begun.code)).await.refused(401, "wrong-code");
            let newest = one.phone_step().await.newest.unwrap();
            assert!(newest.missed && newest.answer_until.is_none());
            one.type_digits(&begun.code).await.refused(409, "conflict");
            assert!(!one.is_in().await);
        }
        app.turn(Duration::from_mins(15));
        let mut one = owner.elsewhere();
        one.begin_by_phone().await;
        assert_eq!(one.call_me().await, Asking::Begun(Channel::Sms), "only SMS from now on");
        let sms = app.rung().await;
        one.type_digits(&sms.code).await.is(200);
        app.turn(Duration::from_hours(24));
        let mut one = owner.elsewhere();
        one.begin_by_phone().await;
        assert_eq!(one.call_me().await, Asking::Begun(Channel::Call));
    }
}
