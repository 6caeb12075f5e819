//! What strangers who know a password or a number can do with calls and SMS, and what they cannot take from the owner (ALL-2).

use std::time::Duration;

use countersign::flow::phone::{Asking, Want};
use countersign_core::phone::Channel;
use countersign_core::phone::spend::Guard;
use countersign_core::role::Role;

use super::phone_guards::{another, fill, guarded};
use super::phones::{NUMBER, app_on, others};
use super::suspensions::staff;
use crate::support::{Client, TestApp};

/// What people hear of every limit alike.
const NOT_NOW: Asking = Asking::Guarded("phone-not-now");
const CALLED: Asking = Asking::Begun(Channel::Call);
const WRITTEN: Asking = Asking::Begun(Channel::Sms);

/// Somebody with this number, in a browser that has signed in by it before.
async fn known<'a>(app: &'a TestApp, number: &str) -> Client<'a> {
    let owner = app.with_phones(&[number]).await;
    app.turn(Duration::from_mins(11));
    let mut own = owner.elsewhere();
    own.begin_by_phone().await;
    assert_eq!(own.call_me().await, CALLED);
    let call = app.rung().await;
    own.type_digits(&call.code).await.is(200);
    own.sign_out().await;
    app.letters().await;
    app.turn(Duration::from_hours(25));
    own
}

/// A call that is answered wrongly.
async fn wrong(app: &TestApp, one: &mut Client<'_>) {
    one.begin_by_phone().await;
    assert_eq!(one.call_me().await, CALLED);
    let call = app.rung().await;
    one.type_digits(&others(&call.code)).await.refused(401, "wrong-code");
    app.turn(Duration::from_mins(3));
}

on_both! {
    /// Whoever adds a stranger's number has that phone ring five times a day, however many accounts they make for it, and its
    /// owner signs in by it all the same.
    async fn all_2_adding_anothers_number_rings_it_five_times_a_day_and_keeps_nobody_from_it(kind) {
        let app = app_on(kind).await;
        let mut own = known(&app, NUMBER).await;
        let mut one = app.client().await;
        one.enrol().await;
        one.add_phone(NUMBER).await.unwrap_or_else(|error| panic!("{error}"));
        for _ in 0..5 {
            assert!(matches!(one.call_me().await, Asking::Begun(_)));
            app.turn(Duration::from_secs(125));
        }
        let mut two = app.client().await;
        two.enrol().await;
        two.add_phone(NUMBER).await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(two.call_me().await, NOT_NOW);
        assert_eq!(guarded(&app, Guard::Number), 1);
        fill(&app, "phone-number");
        assert_eq!(another(&own).await.call_me().await, NOT_NOW, "strangers share what there is");
        app.phones().await;
        own.begin_by_phone().await;
        assert_eq!(own.call_me().await, CALLED, "a browser that the owner has used has its own");
    }

    async fn all_2_a_neighbour_behind_one_address_leaves_the_owners_browser_its_calls(kind) {
        let app = app_on(kind).await;
        let mut own = known(&app, NUMBER).await;
        fill(&app, "phone-code-address");
        let mut neighbour = own.elsewhere();
        neighbour.browser.address = own.browser.address.clone();
        neighbour.begin_by_phone().await;
        assert_eq!(neighbour.call_me().await, NOT_NOW);
        assert_eq!(guarded(&app, Guard::Address), 1);
        own.begin_by_phone().await;
        assert_eq!(own.call_me().await, CALLED);
    }

    async fn all_2_strangers_wrong_answers_leave_the_owners_browser_its_calls(kind) {
        let app = app_on(kind).await;
        let mut own = known(&app, NUMBER).await;
        for _ in 0..2 {
            wrong(&app, &mut own.elsewhere()).await;
        }
        let one = another(&own).await;
        assert_eq!(one.call_me().await, WRITTEN, "nobody calls strangers any more");
        app.phones().await;
        app.turn(Duration::from_mins(11));
        for _ in 0..2 {
            wrong(&app, &mut own).await;
        }
        own.begin_by_phone().await;
        assert_eq!(own.call_me().await, WRITTEN, "four digits are few in any browser");
    }

    /// A browser whose cookie is deleted is a new one after the next sign-in: the account has thirty codes a day whichever it is.
    async fn d_3_new_browsers_bring_an_account_no_further_codes(kind) {
        let app = app_on(kind).await;
        let mut own = known(&app, NUMBER).await;
        own.begin_by_phone().await;
        assert_eq!(own.call_me().await, CALLED);
        app.phones().await;
        fill(&app, "phone-code-account");
        app.turn(Duration::from_mins(3));
        assert_eq!(own.call_me().await, NOT_NOW);
        assert_eq!(guarded(&app, Guard::Account), 1);
    }

    /// Support forgets failed codes, but no guess at a call.
    async fn d_4_clearing_limits_gives_nobody_another_guess_at_a_call(kind) {
        let app = app_on(kind).await;
        let own = known(&app, NUMBER).await;
        for _ in 0..2 {
            wrong(&app, &mut own.elsewhere()).await;
        }
        fill(&app, "second-step-stranger");
        let whose = app.place.text("SELECT key FROM counter WHERE key LIKE 'call-answer-stranger:%'").unwrap();
        let id = whose.split_once(':').unwrap().1.to_owned();
        let mut desk = staff(&app, Role::Support).await;
        desk.prove().await;
        desk.client.press(&format!("/support/accounts/{id}/unlock")).await.is(204);
        let left = |limit: &str| app.place.number(&format!("SELECT COUNT(*) FROM counter WHERE key LIKE '{limit}:%'"));
        assert_eq!((left("second-step-stranger"), left("call-answer-stranger")), (0, 1));
        assert_eq!(another(&own).await.call_me().await, WRITTEN);
    }

    /// A password that came by mail and four digits of a call would need no more than the mailbox and some luck.
    async fn all_4_after_a_reset_by_mail_new_browsers_get_an_sms_and_no_call(kind) {
        let app = app_on(kind).await;
        let mut own = known(&app, NUMBER).await;
        app.place.run(&format!("UPDATE account SET mail_reset_at = {}", app.now().as_millis()));
        let one = another(&own).await;
        let step = one.phone_step().await;
        assert!(step.next.call.is_none() && step.next.sms.is_some());
        let wish = Want { channel: Some(Channel::Call), ..Want::default() };
        assert_eq!(one.ask_phone(wish).await.unwrap(), WRITTEN);
        app.phones().await;
        own.begin_by_phone().await;
        assert_eq!(own.call_me().await, CALLED);
        app.phones().await;
        app.rules(|policy| policy.sms = false).await;
        assert_eq!(another(&own).await.call_me().await, NOT_NOW);
        app.turn(Duration::from_hours(24));
        assert_eq!(another(&own).await.call_me().await, CALLED);
    }

    /// Where four digits do not sign in to new browsers they prove no number either, as long as an SMS can.
    async fn d_4_a_call_proves_a_number_only_where_it_signs_in_to_new_browsers(kind) {
        let app = app_on(kind).await;
        app.rules(|policy| policy.phone_in_new_browsers = false).await;
        let mut owner = app.client().await;
        owner.enrol().await;
        owner.add_phone(NUMBER).await.unwrap_or_else(|error| panic!("{error}"));
        assert!(owner.phone_step().await.next.call.is_none());
        assert_eq!(owner.call_me().await, WRITTEN);
        let code = app.rung().await.code;
        owner.type_digits(&code).await.is(200);
        let mut fixed = app.client().await;
        fixed.enrol().await;
        fixed.add_phone("+49 30 23125999").await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(fixed.call_me().await, CALLED, "a fixed line takes no SMS");
        app.phones().await;
        app.rules(|policy| policy.sms = false).await;
        let mut third = app.client().await;
        third.enrol().await;
        third.add_phone("+4917023456789").await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(third.call_me().await, CALLED, "nothing else leads there");
    }
}
