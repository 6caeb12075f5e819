//! What administrators and the support desk see of calls, SMS and Telegram, and what they do about them.

use std::time::Duration;

use countersign::flow::phone::{self, Asking};
use countersign_core::factor::phone::CallOutcome;
use countersign_core::phone::Channel;
use countersign_core::role::Role;
use serde_json::json;

use super::phone_guards::{another, app_with, boss, pump};
use super::phones::{NUMBER, app_on};
use super::suspensions::{staff, wanted};
use crate::support::TestApp;

/// What people hear of every limit alike.
const NOT_NOW: Asking = Asking::Guarded("phone-not-now");

const PAGE: &str = "/admin/spending";

/// People of an account each add one of these numbers, are called, and type nothing.
async fn left_unanswered(app: &TestApp, numbers: impl IntoIterator<Item = u64>) {
    for number in numbers {
        let mut person = app.client().await;
        person.enrol().await;
        person.add_phone(&format!("+{number}")).await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(person.call_me().await, Asking::Begun(Channel::Call), "+{number}");
        let call = app.rung().await;
        app.rings(&call).await;
        app.ends(&call, CallOutcome::Rang).await;
    }
    // Nobody can answer them any more.
    app.turn(Duration::from_mins(6));
}

on_both! {
    /// Whoever earns by messages has their numbers in a row: five codes that do not come back are enough then.
    async fn d_3_neighbouring_numbers_in_sequence_stop_their_prefix_early(kind) {
        let app = app_on(kind).await;
        left_unanswered(&app, 4_917_012_345_670..4_917_012_345_676).await;
        let mut next = app.client().await;
        next.enrol().await;
        next.add_phone("+4917012345676").await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(next.call_me().await, NOT_NOW);
        let reason = "SELECT COUNT(*) FROM breaker WHERE reason = 'neighbours-in-sequence'";
        assert_eq!((app.place.number(reason), app.events("phone.breaker-opened")), (1, 1));
        let mut boss = boss(&app).await;
        let page = boss.client.browser.get(PAGE).await;
        page.assert_shows("+4917012…").assert_shows("Neighbouring numbers asked one after another");
    }

    async fn d_3_numbers_that_are_no_neighbours_are_judged_from_twenty_codes_on(kind) {
        let app = app_on(kind).await;
        left_unanswered(&app, (0..6).map(|at| 4_917_012_345_670 + at * 100)).await;
        let mut next = app.client().await;
        next.enrol().await;
        next.add_phone("+4917012345671").await.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(next.call_me().await, Asking::Begun(Channel::Call));
    }

    /// A prefix goes on by itself, and that stands in the organisation's audit log, once.
    async fn d_3_that_a_breaker_closed_by_itself_is_in_the_audit_log(kind) {
        let app = app_on(kind).await;
        let owner = app.with_phones(&[NUMBER]).await;
        pump(&app, 30);
        app.turn(Duration::from_mins(11));
        assert_eq!(another(&owner).await.call_me().await, NOT_NOW);
        assert_eq!(phone::note_closed(&app.operator()).await.unwrap(), 0);
        app.turn(Duration::from_hours(1));
        for noted in [1, 0] {
            assert_eq!(phone::note_closed(&app.operator()).await.unwrap(), noted);
        }
        let rows = "SELECT COUNT(*) FROM audit WHERE event = 'phone.breaker-closed' AND organisation_id IS NOT NULL";
        assert_eq!(app.place.number(rows), 1);
        let mut boss = boss(&app).await;
        boss.client.browser.get("/admin/audit?event=phone.breaker-closed").await.assert_shows("4917012");
    }

    /// MSG-7: what calls and SMS cost, what stands against them, and a stopped prefix that goes on by a press of a button.
    async fn msg_7_administrators_see_spending_and_open_a_stopped_prefix_on_the_page(kind) {
        let app = app_with(kind, |reach| reach.budget = Some(50_000)).await;
        let mut owner = app.with_phones(&[NUMBER]).await;
        pump(&app, 30);
        app.turn(Duration::from_mins(11));
        assert_eq!(another(&owner).await.call_me().await, NOT_NOW);
        owner.browser.get(PAGE).await.assert_status(403);
        let mut boss = boss(&app).await;
        boss.prove().await;
        let page = boss.client.browser.get(PAGE).await;
        for part in ["+4917012…", "Stopped", "Too few codes come back from its prefix", "300 different endings", "50.00", "AT, DE"] {
            page.assert_shows(part);
        }
        app.turn(Duration::from_mins(6));
        let stale = boss.client.browser.send_form(&page, "/admin/spending/reopen", &[]).await;
        assert!(stale.location().starts_with("/account/step-up?next=%2Fadmin%2Fspending"), "{}", stale.location());
        boss.prove().await;
        let page = boss.client.browser.get(PAGE).await;
        let open = boss.client.browser.send_form(&page, "/admin/spending/reopen", &[]).await;
        open.assert_leads_exactly_to("/admin/spending?done=prefix-open");
        let again = boss.client.browser.send_form(&page, "/admin/spending/reopen", &[]).await;
        again.assert_status(409).assert_shows("is not stopped, or no longer").assert_hides("Open again");
        assert_eq!(app.events("phone.breaker-closed"), 1);
        assert_eq!(another(&owner).await.call_me().await, Asking::Begun(Channel::Call));
    }

    async fn msg_7_all_6_programs_see_spending_and_open_a_stopped_prefix(kind) {
        let app = app_on(kind).await;
        let owner = app.with_phones(&[NUMBER]).await;
        pump(&app, 30);
        app.turn(Duration::from_mins(11));
        assert_eq!(another(&owner).await.call_me().await, NOT_NOW);
        let mut boss = boss(&app).await;
        let told = boss.client.get("/organisation/spending").await.is(200);
        assert_eq!((&told["stopped"][0]["prefix"], &told["stopped"][0]["in_sequence"]), (&json!("4917012"), &json!(false)));
        assert_eq!((&told["pools"][0]["endings"], &told["guards"][0]["guard"]), (&json!(300), &json!("breaker")));
        assert_eq!((told["days"].as_array().unwrap().len(), &told["budget"]), (7, &json!(null)));
        let body = json!({"prefix": "4917012"});
        app.turn(Duration::from_mins(6));
        boss.client.post("/organisation/spending/reopen", body.clone()).await.refused(403, "step-up-needed");
        boss.prove().await;
        boss.client.post("/organisation/spending/reopen", body.clone()).await.is(204);
        boss.client.post("/organisation/spending/reopen", body).await.refused(409, "conflict");
        assert_eq!(app.events("phone.breaker-closed"), 1);
    }

    /// Every organisation's administrators see whether the ways out work; trunks, routes and what providers answer are the
    /// business of whoever runs the server.
    async fn msg_6_the_delivery_page_says_what_works_and_names_neither_trunks_nor_faults(kind) {
        let app = TestApp::messenger(kind).await;
        let job = app.app.deps.store.write(app.now(), |tx, now| Box::pin(async move {
            countersign_store::courier::worked(tx, "telegram", *now).await?;
            countersign_store::courier::failed(tx, "trunk:quay", *now, "no route to quay.example").await?;
            countersign_store::courier::worked(tx, "trunk:harbour", *now).await?;
            countersign_store::courier::failed(tx, "mail", *now, "relay denied for eve@example.org").await?;
            countersign_store::courier::failed(tx, "sms:centre", *now, "refused the login").await
        }));
        job.await.unwrap();
        let mut boss = boss(&app).await;
        let page = boss.client.browser.get("/admin/couriers").await;
        for part in ["Telegram bot", "Calls", "SMS", "not working", "Telegram messages"] {
            page.assert_shows(part);
        }
        for part in ["harbour", "quay", "centre", "refused the login", "relay denied"] {
            page.assert_hides(part);
        }
        let told = boss.client.get("/organisation/couriers").await.is(200);
        let down: Vec<_> = told["items"].as_array().unwrap().iter().map(|one| (&one["name"], &one["is_down"])).collect();
        let of = |name: &str, is_down: bool| (json!(name), json!(is_down));
        let wanted = [of("mail", true), of("telegram", false), of("calls", false), of("sms", true)];
        assert_eq!(down, wanted.iter().map(|(name, down)| (name, down)).collect::<Vec<_>>());
        let text = told.to_string();
        assert!(!text.contains("harbour") && !text.contains("refused"), "{text}");
    }

    /// D.12: a lost Telegram account and a lost number are seen on the desk and on the member's page, and taken away under a
    /// suspension, on the page and through the API.
    async fn d_12_support_takes_lost_chats_and_numbers_away(kind) {
        let app = TestApp::messenger(kind).await;
        let mut owner = app.with_telegram(&[4_711]).await;
        owner.prove_phone(NUMBER).await;
        let whose = owner.me().await.account().to_string();
        let mut boss = staff(&app, Role::Administrator).await;
        let member = boss.client.browser.get(&format!("/admin/members/{whose}")).await;
        member.assert_shows("Kim 711").assert_shows("***").assert_hides(NUMBER);
        let list = boss.client.browser.get("/admin/members?second_step=telegram").await;
        list.assert_shows("Telegram").assert_shows(&owner.email);
        let told = boss.client.get(&format!("/organisation/members?second_step=phone&q={}", owner.email)).await.is(200);
        assert_eq!((&told["items"][0]["telegram"], &told["items"][0]["phone"]), (&json!(true), &json!(true)));
        boss.suspend(&whose, wanted("support-code")).await.is(201);
        let here = format!("/support/accounts/{whose}");
        let lists = boss.client.get(&here).await.is(200)["lists"].clone();
        assert_eq!(lists["telegram_accounts"][0]["name"], "K••• (@k•••)", "names are masked as addresses are");
        let chat = format!("telegram:{}", lists["telegram_accounts"][0]["id"].as_str().unwrap());
        let number = format!("phone:{}", lists["phone_numbers"][0]["id"].as_str().unwrap());
        boss.prove().await;
        let page = boss.client.browser.get(&here).await;
        page.assert_shows("K••• (@k•••)").assert_shows("***").assert_hides(NUMBER).assert_hides("Kim").assert_hides("kim4711");
        let fields = [("factor", &*number), ("reason", "her phone was stolen")];
        let done = boss.client.browser.send_form(&page, &format!("{here}/remove-factor"), &fields).await;
        done.assert_leads_exactly_to(&format!("{here}?done=factor-removed"));
        boss.prove().await;
        let factor = json!({"factor": chat, "reason": "her phone was stolen"});
        boss.client.post(&format!("{here}/remove-factor"), factor).await.is(204);
        assert_eq!((app.place.count("telegram_account"), app.place.count("phone_number")), (0, 0));
        assert_eq!((app.events("telegram.unlinked"), app.events("phone.removed")), (1, 1));
    }
}
