//! What stands against calls and SMS before they cost anything: limits, budget, breaker, pools.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use countersign::flow::FlowError;
use countersign::flow::member::Doer;
use countersign::flow::phone::{self, Asking, Spending, Want};
use countersign::flow::reach::Reach;
use countersign_core::phone::Channel;
use countersign_core::phone::spend::{Guard, Price, Prices};
use countersign_core::preset::Preset;
use countersign_core::role::Role;

use super::phones::{NUMBER, app_on};
use super::suspensions::staff;
use crate::support::{Client, Kind, Options, TestApp, reach};

pub(super) async fn app_with(kind: Kind, change: impl FnOnce(&mut Reach)) -> TestApp {
    let mut reach = reach();
    change(&mut reach);
    let options = Options { kind, preset: Preset::Messenger, reach: Some(reach), ..Options::default() };
    TestApp::with(options).await
}

/// What people hear of every limit alike.
const NOT_NOW: Asking = Asking::Guarded("phone-not-now");

/// How often this guard was written down.
pub(super) fn guarded(app: &TestApp, guard: Guard) -> i64 {
    let name = guard.as_str();
    app.place.number(&format!(
        "SELECT COUNT(*) FROM audit WHERE event = 'phone.guarded' AND detail LIKE '%\"guard\":\"{name}\"%'"
    ))
}

/// A second step of this person in a new browser that goes on by phone.
pub(super) async fn another<'a>(owner: &Client<'a>) -> Client<'a> {
    let mut one = owner.elsewhere();
    one.begin_by_phone().await;
    one
}

/// An administrator of the organisation.
pub(super) async fn boss(app: &TestApp) -> super::suspensions::One<'_> {
    staff(app, Role::Administrator).await
}

/// What this person sees of the organisation's spending.
async fn spending(client: &Client<'_>) -> Result<Spending, FlowError> {
    let me = client.me().await;
    phone::spending(&client.flow(), &Doer::staff(&me), me.facts.account.organisation_id).await
}

on_both! {
    async fn all_2_a_number_has_six_codes_in_ten_minutes_whichever_account_asks(kind) {
        let app = app_on(kind).await;
        let first = app.with_phones(&[NUMBER]).await;
        let second = app.with_phones(&[NUMBER]).await;
        for owner in [&first, &first, &second, &second] {
            assert_eq!(another(owner).await.call_me().await, Asking::Begun(Channel::Call));
        }
        let one = another(&first).await;
        assert_eq!(one.call_me().await, NOT_NOW);
        assert_eq!((guarded(&app, Guard::Number), app.place.count("dispatch")), (1, 6));
        assert_eq!(one.call_me().await, NOT_NOW, "what was refused is counted nowhere");
        app.turn(Duration::from_mins(10));
        assert_eq!(another(&first).await.call_me().await, Asking::Begun(Channel::Call));
    }

    async fn all_2_an_account_has_five_codes_an_hour_for_strangers_and_its_owners_browser_its_own(kind) {
        let app = app_on(kind).await;
        let numbers = ["+4917011110001", "+4917022220002", "+4917033330003"];
        let owner = app.with_phones(&numbers).await;
        let ids: Vec<_> = phone::list(&owner.flow(), &owner.me().await).await.unwrap().iter().map(|line| line.id).collect();
        app.turn(Duration::from_hours(1));
        for at in 0..5 {
            let want = Want { phone: Some(ids[at % 3]), channel: None };
            assert_eq!(another(&owner).await.ask_phone(want).await.unwrap(), Asking::Begun(Channel::Call));
        }
        assert_eq!(another(&owner).await.call_me().await, NOT_NOW);
        assert_eq!(guarded(&app, Guard::Account), 1);
        // The owner's browser completes a sign-in and is known from then on.
        app.turn(Duration::from_hours(24));
        let mut owner = owner.elsewhere();
        owner.begin_by_phone().await;
        owner.call_me().await;
        let call = app.phones().await.pop().unwrap();
        owner.type_digits(&call.code).await.is(200);
        owner.sign_out().await;
        app.turn(Duration::from_hours(1));
        for at in 0..5 {
            let want = Want { phone: Some(ids[at % 2]), channel: None };
            assert_eq!(another(&owner).await.ask_phone(want).await.unwrap(), Asking::Begun(Channel::Call), "{at}");
        }
        let want = Want { phone: Some(ids[2]), channel: None };
        assert_eq!(another(&owner).await.ask_phone(want).await.unwrap(), NOT_NOW);
        owner.begin_by_phone().await;
        assert_eq!(owner.ask_phone(want).await.unwrap(), Asking::Begun(Channel::Call));
    }

    /// Blocks of a thousand numbers, the network, the whole installation: told alike, written down each by its name.
    async fn all_2_blocks_networks_and_the_installation_have_their_limits(kind) {
        let app = app_on(kind).await;
        for (counter, guard) in [
            ("phone-block", Guard::Block),
            ("phone-code-address", Guard::Address),
            ("phone-minute", Guard::Minute),
        ] {
            let owner = app.with_phones(&[NUMBER]).await;
            app.turn(Duration::from_hours(2));
            let one = another(&owner).await;
            // Somebody else has used it up: the counter's row of the last call, copied many times, says so.
            assert_eq!(one.call_me().await, Asking::Begun(Channel::Call));
            fill(&app, counter);
            let mut two = owner.elsewhere();
            two.browser.address = one.browser.address.clone();
            two.begin_by_phone().await;
            assert_eq!(two.call_me().await, NOT_NOW, "{counter}");
            assert_eq!(guarded(&app, guard), 1, "{counter}");
            app.place.run("DELETE FROM counter");
            app.place.run("DELETE FROM phone_number");
            app.phones().await;
        }
    }

    async fn d_3_the_daily_budget_is_kept_to_the_thousandth_and_told_to_administrators(kind) {
        let app = app_with(kind, |reach| {
            let elsewhere = Price { call: 10, sms: 80 };
            reach.prices = Arc::new(Prices { elsewhere, by_country: BTreeMap::new() });
            reach.budget = Some(25);
        }).await;
        let owner = app.with_phones(&[NUMBER]).await;
        app.turn(Duration::from_mins(11));
        assert_eq!(another(&owner).await.call_me().await, Asking::Begun(Channel::Call));
        assert_eq!(another(&owner).await.call_me().await, NOT_NOW);
        assert_eq!((guarded(&app, Guard::Budget), app.events("phone.budget-spent")), (1, 1));
        assert_eq!(app.place.number("SELECT SUM(price) FROM dispatch"), 20);
        let boss = boss(&app).await;
        let told = spending(&boss.client).await.unwrap();
        assert_eq!((told.spent, told.budget, told.days.len()), (20, Some(25), 7));
        assert_eq!((told.days[0].calls, told.days[0].price), (2, 20));
        assert!(told.guards.iter().any(|line| line.guard == Guard::Budget && line.times == 1));
        assert_eq!((told.pools[0].endings, told.pools[0].is_thin), (300, false));
        assert!((told.pools[0].chance_a_day - 2.0 / 300.0).abs() < 1e-9);
        assert_eq!((told.prefixes[0].prefix.as_str(), told.prefixes[0].begun), ("4917012", 2));
        let member = spending(&owner).await;
        assert!(matches!(member, Err(FlowError::Forbidden(_))));
        app.turn(Duration::from_hours(24));
        assert_eq!(another(&owner).await.call_me().await, Asking::Begun(Channel::Call));
    }

    /// Codes that nobody types back look like somebody who earns by them.
    async fn d_3_the_breaker_stops_a_prefix_and_an_administrator_opens_it_again(kind) {
        let app = app_on(kind).await;
        let owner = app.with_phones(&[NUMBER]).await;
        pump(&app, 30);
        app.turn(Duration::from_mins(11));
        assert_eq!(another(&owner).await.call_me().await, NOT_NOW);
        assert_eq!((guarded(&app, Guard::Breaker), app.events("phone.breaker-opened")), (1, 1));
        assert_eq!(another(&owner).await.call_me().await, NOT_NOW);
        assert_eq!(app.events("phone.breaker-opened"), 1);
        let mut boss = boss(&app).await;
        boss.prove().await;
        let (call, me) = (boss.client.flow(), boss.client.me().await);
        let told = spending(&boss.client).await.unwrap();
        assert_eq!(told.breakers.len(), 1);
        assert_eq!(told.breakers[0].until, told.breakers[0].opened_at.plus(Duration::from_hours(1)));
        let prefix = told.breakers[0].prefix.clone();
        // Whoever has sent nothing there neither sees it nor opens it.
        app.foreign(&[]).await;
        let mut stranger = crate::flow::phone_guards::boss(&app).await;
        app.place.run(&format!(
            "UPDATE account SET organisation_id = (SELECT id FROM organisation WHERE slug = 'other') WHERE email = '{}'",
            stranger.client.email
        ));
        stranger.prove().await;
        assert!(spending(&stranger.client).await.unwrap().breakers.is_empty());
        let them = Doer::staff(&stranger.client.me().await);
        let theirs = phone::close_breaker(&stranger.client.flow(), &them, &prefix).await;
        assert!(matches!(theirs, Err(FlowError::Conflict(_))));
        let as_member = phone::close_breaker(&owner.flow(), &Doer::staff(&owner.me().await), &prefix).await;
        assert!(matches!(as_member, Err(FlowError::Forbidden(_))));
        phone::close_breaker(&call, &Doer::staff(&me), &prefix).await.unwrap();
        assert_eq!(app.events("phone.breaker-closed"), 1);
        let again = phone::close_breaker(&call, &Doer::staff(&me), &prefix).await;
        assert!(matches!(again, Err(FlowError::Conflict(_))));
        assert!(spending(&boss.client).await.unwrap().breakers.is_empty());
        assert_eq!(another(&owner).await.call_me().await, Asking::Begun(Channel::Call), "what was before no longer counts");
    }

    async fn d_3_the_breaker_closes_by_itself_after_an_hour(kind) {
        let app = app_on(kind).await;
        let owner = app.with_phones(&[NUMBER]).await;
        pump(&app, 30);
        app.turn(Duration::from_mins(11));
        assert_eq!(another(&owner).await.call_me().await, NOT_NOW);
        app.turn(Duration::from_hours(1));
        assert_eq!(another(&owner).await.call_me().await, Asking::Begun(Channel::Call));
    }

    async fn d_3_codes_that_come_back_keep_the_breaker_shut(kind) {
        let app = app_on(kind).await;
        let owner = app.with_phones(&[NUMBER]).await;
        pump(&app, 30);
        app.place.run(&format!("UPDATE dispatch SET answered_at = {} WHERE kind = 'code'", app.now().as_millis()));
        app.turn(Duration::from_mins(11));
        assert_eq!(another(&owner).await.call_me().await, Asking::Begun(Channel::Call));
    }

    async fn msg_6_no_number_calls_one_person_twice_in_a_row_nor_two_of_their_phones_at_once(kind) {
        let app = app_with(kind, |reach| {
            let pool = countersign_core::phone::pool::Pool::parse(["+493023125000-+493023125049"]).unwrap();
            reach.pools = Arc::new(countersign_core::phone::pool::Pools::new(Some(pool), BTreeMap::new()));
        }).await;
        let owner = app.with_phones(&["+4917011110001", "+4917022220002"]).await;
        let ids: Vec<_> = phone::list(&owner.flow(), &owner.me().await).await.unwrap().iter().map(|line| line.id).collect();
        let mut drawn = BTreeSet::new();
        let mut last = [String::new(), String::new()];
        for round in 0..24 {
            app.turn(Duration::from_hours(5));
            let one = another(&owner).await;
            let at = round % 2;
            one.ask_phone(Want { phone: Some(ids[at]), channel: None }).await.unwrap();
            let call = app.rung().await;
            assert!(!last.contains(&call.from), "round {round}");
            last[at].clone_from(&call.from);
            drawn.insert(call.from);
        }
        assert!(drawn.len() > 12, "drawn from the whole pool");
    }

    /// What has no way is told as such, and a fixed line gets no SMS.
    async fn msg_7_where_no_way_leads_there_is_none(kind) {
        let app = app_with(kind, |reach| reach.calls = false).await;
        let mut owner = app.client().await;
        owner.enrol().await;
        let refused = owner.add_phone("+49 30 23125999").await;
        assert!(matches!(refused, Err(FlowError::Invalid(_))), "a fixed line, and no calls");
        assert_eq!(guarded(&app, Guard::NoRoute), 1);
        owner.add_phone(NUMBER).await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(owner.call_me().await, Asking::Begun(Channel::Sms));
        let code = app.rung().await.code;
        owner.type_digits(&code).await.is(200);
        app.rules(|policy| policy.sms = false).await;
        app.turn(Duration::from_mins(11));
        let one = another(&owner).await;
        assert!(one.phone_step().await.next.first().is_none());
        assert_eq!(one.call_me().await, Asking::Guarded("phone-not-reached"));
    }
}

/// Fills every counter of this limit: so many hits at this very moment as it forgets none of.
pub(super) fn fill(app: &TestApp, limit: &str) {
    let now = app.now().as_millis();
    let mut bytes = vec![1_u8];
    bytes.extend(i64::MIN.to_be_bytes());
    bytes.extend(400_u32.to_be_bytes());
    for _ in 0..400 {
        bytes.extend(now.to_be_bytes());
    }
    let hex = data_encoding::HEXLOWER.encode(&bytes);
    let literal = app.place.blob(&hex);
    app.place.run(&format!("UPDATE counter SET body = {literal} WHERE key LIKE '{limit}:%'"));
}

/// So many codes went to the prefix of the number and none came back: the last call once more under other names, for as many
/// challenges.
pub(super) fn pump(app: &TestApp, count: u32) {
    app.place.run("UPDATE dispatch SET state = 'delivered', body = NULL, answered_at = NULL");
    for at in 0..count {
        let id = app.place.blob(&format!("0000000000000000000000000000{at:04x}"));
        app.place.run(&format!(
            "INSERT INTO dispatch (id, channel, kind, account_id, organisation_id, challenge_id, phone_id, key_id, country, \
             prefix, price, created_at, send_at, expires_at, attempts, state) SELECT {id}, channel, kind, account_id, \
             organisation_id, {id}, phone_id, key_id, country, prefix, price, created_at, send_at, expires_at, \
             attempts, state FROM dispatch WHERE prefix IS NOT NULL ORDER BY created_at, id DESC LIMIT 1"
        ));
    }
}
