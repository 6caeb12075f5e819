//! Suspending a second step from the support desk (APP-9, REC-2), and its rules, through the API.

use std::time::Duration;

use countersign::flow::suspension::{self, Wanted};
use countersign_core::preset::Preset;
use countersign_core::role::Role;
use countersign_core::sign_in::SuspensionKind;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Client, Kind, Options, Phone, TestApp, Told, Written, password_of};

pub(super) const HOUR: Duration = Duration::from_hours(1);

pub(super) async fn app_on(kind: Kind) -> TestApp {
    TestApp::with(Options { kind, preset: Preset::Recommended, ..Options::default() }).await
}

/// Somebody with a device.
pub(super) struct One<'a> {
    pub(super) client: Client<'a>,
    pub(super) phone: Phone,
    pub(super) id: String,
}

pub(super) async fn one(app: &TestApp) -> One<'_> {
    let mut client = app.client().await;
    let (phone, _) = client.enrol().await;
    let id = client.get("/account").await.is(200)["id"].as_str().unwrap().to_owned();
    One { client, phone, id }
}

/// Somebody of the staff.
pub(super) async fn staff(app: &TestApp, role: Role) -> One<'_> {
    let one = one(app).await;
    let (role, email) = (role.as_str(), &one.client.email);
    app.place.run(&format!("UPDATE account SET role = '{role}' WHERE email = '{email}'"));
    one
}

impl One<'_> {
    /// Proves again who it is.
    pub(super) async fn prove(&mut self) {
        self.client.post("/account/step-up", json!({})).await.is(200);
        let code = self.phone.fresh(self.client.browser.app);
        self.client.answer(&code).await.is(200);
    }

    pub(super) async fn enter(&mut self) {
        self.client.sign_in().await.is(200);
        let code = self.phone.fresh(self.client.browser.app);
        self.client.answer_by("authenticator", &code).await.is(200);
    }

    pub(super) async fn suspend(&mut self, id: &str, body: Value) -> Told {
        self.prove().await;
        self.client.post(&format!("/support/accounts/{id}/suspension"), body).await
    }

    pub(super) async fn code(&mut self, id: &str) -> String {
        self.prove().await;
        let made = self.client.press(&format!("/support/accounts/{id}/suspension/code")).await.is(201);
        made["code"].as_str().unwrap().to_owned()
    }
}

pub(super) fn wanted(kind: &str) -> Value {
    json!({
        "kind": kind, "hours": 1, "reason": "lost phone", "ticket": "HD-17",
        "identity_proof": "called back on the number in the contract",
    })
}

/// The methods that the second step in progress offers.
pub(super) async fn offers(client: &mut Client<'_>) -> Vec<String> {
    let step = client.step().await;
    step["offers"].as_array().unwrap().iter().map(|o| o["method"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    async fn rec_2_password_and_support_code_sign_in_and_the_device_asks_again_afterwards(kind) {
        let app = app_on(kind).await;
        let mut desk = staff(&app, Role::Support).await;
        let mut ada = one(&app).await;
        let told = desk.suspend(&ada.id, wanted("support-code")).await.is(201);
        assert_eq!(told["running"]["kind"], "support-code");
        let along = told["support_code"]["code"].as_str().unwrap().to_owned();
        assert!(!ada.client.is_in().await, "sessions of before have ended");
        ada.client.sign_in().await.is(200);
        assert_eq!(offers(&mut ada.client).await, ["support-code", "authenticator"]);
        ada.client.answer("7777-7777").await.refused(401, "wrong-code");
        let first = desk.code(&ada.id).await;
        let second = desk.code(&ada.id).await;
        ada.client.answer(&along).await.refused(401, "wrong-code");
        ada.client.answer(&first).await.refused(401, "wrong-code");
        ada.client.answer(&second.to_lowercase().replace('-', " ")).await.is(200);
        let account = ada.client.get("/account").await.is(200);
        assert_eq!(account["second_step"]["suspension_kind"], "support-code");
        assert_eq!(app.place.text("SELECT class FROM session WHERE suspension_id IS NOT NULL").unwrap(), "weak");
        let mut again = ada.client.elsewhere();
        again.sign_in().await.is(200);
        again.answer(&second).await.refused(401, "used-code");
        let change = json!({"present_password": ada.client.password, "new_password": password_of(9_301)});
        ada.client.post("/account/password", change).await.refused(403, "forbidden");
        app.turn(HOUR);
        assert!(!ada.client.is_in().await, "the session is stale with the hour");
        ada.client.sign_in().await.is(200);
        assert_eq!(offers(&mut ada.client).await, ["authenticator"]);
        let code = ada.phone.code(&app);
        ada.client.answer(&code).await.is(200);
        for (event, count) in [
            ("suspension.started", 1), ("support-code.made", 3), ("sign-in.under-suspension", 1),
        ] {
            assert_eq!(app.events(event), count, "{event}");
        }
        let note = app.place.text("SELECT detail FROM audit WHERE event = 'suspension.started'").unwrap();
        for part in ["HD-17", "lost phone", "called back", "support-code"] {
            assert!(note.contains(part), "{note}");
        }
        let kept = String::from_utf8_lossy(&app.place.everything()).into_owned();
        let logged = Written::all();
        for code in [&first, &second] {
            assert!(!kept.contains(code.as_str()) && !logged.contains(code.as_str()), "a code was written down");
        }
    }

    /// ALL-1: copies of one code at the same instant, each over a challenge of its own, in two processes.
    async fn rec_2_all_1_fifty_copies_of_one_support_code_make_one_session(kind) {
        let app = app_on(kind).await;
        let other = app.another().await;
        let ada = one(&app).await;
        let by = Wanted {
            kind: SuspensionKind::SupportCode,
            length: HOUR,
            reason: "lost phone".to_owned(),
            ticket: String::new(),
            identity_proof: "known in person".to_owned(),
        };
        suspension::start_by_operator(&app.operator(), &ada.client.email, by).await.unwrap();
        let made = suspension::code_by_operator(&app.operator(), &ada.client.email).await.unwrap();
        let code = made.code.grouped().to_string();
        let mut people = Vec::new();
        for at in 0..50 {
            let mut one = ada.client.elsewhere();
            one.sign_in().await.is(200);
            one.step().await;
            people.push(if at % 2 == 0 { one } else { one.at(&other) });
        }
        let told = join_all(people.iter_mut().map(|one| one.answer(&code))).await;
        let entered = told.iter().filter(|told| told.status == 200).count();
        let used = told.iter().filter(|told| told.status == 401).count();
        assert_eq!((entered, used), (1, 49));
        assert_eq!(app.place.count("session"), 1);
        drop(people);
        drop(other);
    }

    async fn d_12_a_late_code_and_one_of_an_earlier_suspension_open_nothing(kind) {
        let app = app_on(kind).await;
        let mut desk = staff(&app, Role::Support).await;
        let mut ada = one(&app).await;
        desk.suspend(&ada.id, wanted("support-code")).await.is(201);
        let old = desk.code(&ada.id).await;
        desk.suspend(&ada.id, wanted("support-code")).await.is(201);
        ada.client.sign_in().await.is(200);
        ada.client.answer(&old).await.refused(401, "wrong-code");
        let late = desk.code(&ada.id).await;
        app.turn(Duration::from_mins(30));
        ada.client.sign_in().await.is(200);
        ada.client.answer(&late).await.refused(401, "late-code");
        assert!(!ada.client.is_in().await);
    }

    /// ALL-2: a support code is guessed on the counters of every second step.
    async fn rec_2_all_2_guesses_at_a_support_code_are_limited_with_all_others(kind) {
        let app = app_on(kind).await;
        let mut desk = staff(&app, Role::Support).await;
        let mut ada = one(&app).await;
        desk.suspend(&ada.id, wanted("support-code")).await.is(201);
        let code = desk.code(&ada.id).await;
        let mut eve = ada.client.elsewhere();
        eve.sign_in().await.is(200);
        for guess in ["2222-2222", "3333-3333"] {
            eve.answer(guess).await.refused(401, "wrong-code");
        }
        for _ in 0..2 {
            eve.answer_by("authenticator", "000000").await.refused(401, "wrong-code");
        }
        eve.answer_by("support-code", &code).await.refused(429, "too-many");
        eve.sign_in().await.is(200);
        eve.answer(&code).await.refused(429, "too-many");
        app.turn(Duration::from_mins(1));
        ada.client.sign_in().await.is(200);
        ada.client.answer(&code).await.is(200);
    }

    async fn d_12_a_staff_account_takes_another_administrator(kind) {
        let app = app_on(kind).await;
        let mut first = staff(&app, Role::Administrator).await;
        let mut second = staff(&app, Role::Administrator).await;
        let mut kim = staff(&app, Role::Support).await;
        let path = format!("/support/accounts/{}/suspension", kim.id);
        let told = first.suspend(&kim.id, wanted("password-alone")).await.refused(422, "invalid");
        assert_eq!(told["errors"][0]["code"], "suspension-never-for-staff");
        let told = first.client.post(&path, wanted("support-code")).await.is(201);
        assert!(told["running"].is_null() && told["waiting"]["approval"] == "waiting", "{told}");
        assert!(kim.client.is_in().await, "nothing has happened yet");
        kim.client.get("/support/suspensions").await.refused(403, "forbidden");
        let list = second.client.get("/support/suspensions").await.is(200);
        assert_eq!((&list["items"][0]["may_decide"], &list["items"][0]["account"]), (&json!(true), &json!(kim.id)));
        let id = list["items"][0]["suspension"]["id"].as_str().unwrap().to_owned();
        let approve = format!("/support/suspensions/{id}/approve");
        let reason = || json!({"reason": "spoke to Kim"});
        first.prove().await;
        first.client.post(&approve, reason()).await.refused(403, "forbidden");
        kim.prove().await;
        kim.client.post(&approve, reason()).await.refused(403, "forbidden");
        second.prove().await;
        second.client.post(&approve, json!({"reason": " "})).await.refused(422, "invalid");
        app.turn(Duration::from_mins(2));
        let told = second.client.post(&approve, reason()).await.is(200);
        assert_eq!(told["running"]["approval"], "approved");
        second.client.post(&approve, reason()).await.refused(403, "step-up-needed");
        assert!(!kim.client.is_in().await, "sessions have ended");
        let code = first.code(&kim.id).await;
        kim.client.sign_in().await.is(200);
        kim.client.answer(&code).await.is(200);
        kim.client.get("/account").await.refused(403, "must-enrol");
        assert_eq!((app.events("suspension.requested"), app.events("suspension.approved")), (1, 1));
    }

    async fn d_12_a_request_waits_for_an_hour_and_can_be_refused(kind) {
        let app = app_on(kind).await;
        let mut first = staff(&app, Role::Administrator).await;
        let mut second = staff(&app, Role::Administrator).await;
        let kim = staff(&app, Role::Support).await;
        let pending = async |one: &mut One<'_>| {
            let list = one.client.get("/support/suspensions").await.is(200);
            list["items"].as_array().unwrap().first().map(|item| item["suspension"]["id"].as_str().unwrap().to_owned())
        };
        first.suspend(&kim.id, wanted("support-code")).await.is(201);
        let id = pending(&mut second).await.unwrap();
        second.prove().await;
        second.client.post(&format!("/support/suspensions/{id}/refuse"), json!({"reason": "Kim is here"})).await.is(200);
        assert_eq!(pending(&mut second).await, None);
        first.suspend(&kim.id, wanted("support-code")).await.is(201);
        let id = pending(&mut second).await.unwrap();
        app.turn(HOUR);
        second.enter().await;
        assert_eq!(pending(&mut second).await, None);
        let told = second.client.post(&format!("/support/suspensions/{id}/approve"), json!({"reason": "late"})).await;
        told.refused(409, "conflict");
        assert_eq!((app.events("suspension.started"), app.events("suspension.refused")), (0, 1));
    }

    /// Two servers look at the same moment: the owner is told once.
    async fn app_9_its_own_end_is_told_once_by_all_servers_together(kind) {
        let app = app_on(kind).await;
        let other = app.another().await;
        let mut desk = staff(&app, Role::Support).await;
        let ada = one(&app).await;
        desk.suspend(&ada.id, wanted("support-code")).await.is(201);
        app.turn(Duration::from_secs(3_599));
        assert_eq!(suspension::tell_ended(&app.operator()).await.unwrap(), 0);
        app.turn(Duration::from_secs(1));
        let calls = [app.operator(), other.operator(), app.operator(), other.operator()];
        let told = join_all(calls.iter().map(suspension::tell_ended)).await;
        assert_eq!(told.into_iter().map(Result::unwrap).sum::<u64>(), 1);
        assert!(app.written().contains(&("suspension-ended".to_owned(), 1)), "{:?}", app.written());
        assert_eq!(app.events("suspension.ended"), 1);
        drop(other);
    }
}
