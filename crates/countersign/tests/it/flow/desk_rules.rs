//! What the support desk may not do: read what staff have asked for, let a password in that came by mail a moment ago, fill
//! a mailbox.

use std::time::Duration;

use countersign_core::preset::Preset;
use countersign_core::role::Role;
use countersign_core::sign_in::SuspensionKind;
use serde_json::{Value, json};

use super::suspensions::{One, one, staff, wanted};
use crate::support::{Kind, Options, TestApp, password_of};

const QUEUE: &str = "/support/requests";

async fn asks(app: &TestApp, email: &str) {
    let page = "/help/lost-access";
    let fields = [("email", email), ("lost", "lost-phone"), ("message", "It fell into the sea.")];
    app.browser().submit(page, page, &fields).await.assert_ok();
}

async fn queue(agent: &mut One<'_>) -> Vec<Value> {
    agent.client.get(QUEUE).await.is(200)["items"].as_array().unwrap().clone()
}

/// Whoever reads the mailbox sets a new password.
async fn reset_by_mail(app: &TestApp, one: &mut One<'_>) {
    app.letters().await;
    let (mut thief, forgot) = (app.browser(), "/forgot-password");
    thief.submit(forgot, forgot, &[("email", &one.client.email)]).await.assert_ok();
    let link = app.letters_to(&one.client.email).await[0].links().remove(0);
    thief.get(&link).await;
    one.client.password = password_of(92_003);
    let fields = [("password", &*one.client.password)];
    thief.submit("/link", "/link", &fields).await.assert_leads_to("/second-step");
}

fn id(of: &Value) -> String {
    of["id"].as_str().unwrap().to_owned()
}

on_both! {
    async fn d_12_what_staff_have_asked_for_is_for_administrators(kind) {
        let app = TestApp::on(kind).await;
        let (mut root, mut desk) = (staff(&app, Role::Administrator).await, staff(&app, Role::Support).await);
        let (kim, ada) = (staff(&app, Role::Support).await, one(&app).await);
        asks(&app, &kim.client.email).await;
        app.turn(Duration::from_secs(1));
        asks(&app, &ada.client.email).await;
        let both = queue(&mut root).await;
        assert_eq!(both.len(), 2);
        let (of_kim, of_ada) = (id(&both[0]), id(&both[1]));
        let seen = queue(&mut desk).await;
        assert_eq!((seen.len(), id(&seen[0])), (1, of_ada.clone()));
        desk.client.browser.get("/support").await.assert_shows("Requests").assert_hides("Open (2)");
        let here = format!("{QUEUE}/{of_kim}");
        desk.client.get(&here).await.refused(403, "forbidden");
        desk.client.post(&format!("{here}/take"), json!({"over": true})).await.refused(403, "forbidden");
        for mailed in [false, true] {
            let note = json!({"body": "Come by.", "mailed": mailed});
            desk.client.post(&format!("{here}/notes"), note).await.refused(403, "forbidden");
        }
        for deed in ["close", "reopen"] {
            desk.client.press(&format!("{here}/{deed}")).await.refused(403, "forbidden");
        }
        assert_eq!(app.events("authorisation.refused"), 6);
        desk.client.browser.get(&format!("/support/requests/{of_kim}")).await.assert_status(403);
        desk.client.press(&format!("{QUEUE}/{of_ada}/close")).await.is(204);
        root.client.get(&here).await.is(200);
        root.client.post(&format!("{here}/take"), json!({"over": false})).await.is(204);
        root.client.press(&format!("{here}/close")).await.is(204);
    }

    async fn d_3_a_password_that_came_by_mail_is_not_enough_for_a_day(kind) {
        let app = TestApp::on(kind).await;
        let both = [SuspensionKind::PasswordAlone, SuspensionKind::SupportCode];
        app.rules(|rules| rules.suspension.kinds.extend(both)).await;
        let mut desk = staff(&app, Role::Support).await;
        let ada = one(&app).await;
        let (account, page) = (format!("/support/accounts/{}", ada.id), format!("/support/accounts/{}/suspend", ada.id));
        assert!(desk.client.get(&account).await.is(200)["mail_reset_until"].is_null());
        desk.client.browser.get(&account).await.assert_ok().assert_hides("they read the mailbox");
        app.letters().await;
        let mut thief = app.browser();
        let forgot = "/forgot-password";
        thief.submit(forgot, forgot, &[("email", &ada.client.email)]).await.assert_ok();
        let link = app.letters_to(&ada.client.email).await[0].links().remove(0);
        thief.get(&link).await;
        thief.submit("/link", "/link", &[("password", &password_of(92_001))]).await.assert_leads_to("/second-step");
        assert!(desk.client.get(&account).await.is(200)["mail_reset_until"].is_string());
        desk.client.browser.get(&account).await.assert_ok().assert_shows("they read the mailbox");
        desk.prove().await;
        desk.client.browser.get(&page).await.assert_ok().assert_shows("they read the mailbox");
        let suspension = format!("{account}/suspension");
        let told = desk.client.post(&suspension, wanted("password-alone")).await.refused(422, "invalid");
        assert_eq!(told["errors"][0]["code"], "suspension-after-mail-reset", "{told}");
        assert_eq!(app.place.count("suspension"), 0);
        desk.client.post(&suspension, wanted("support-code")).await.is(201);
        app.turn(Duration::from_hours(24));
        desk.enter().await;
        desk.client.browser.get(&account).await.assert_ok().assert_hides("they read the mailbox");
        desk.suspend(&ada.id, wanted("password-alone")).await.is(201);
    }

    async fn d_3_the_last_factor_stays_while_the_password_came_by_mail(kind) {
        let app = TestApp::on(kind).await;
        app.rules(|rules| rules.suspension.kinds.extend([SuspensionKind::SupportCode])).await;
        let mut desk = staff(&app, Role::Support).await;
        let mut ada = one(&app).await;
        let lost = ada.client.get("/authenticators").await.is(200)["items"][0]["id"].as_str().unwrap().to_owned();
        reset_by_mail(&app, &mut ada).await;
        let told = desk.suspend(&ada.id, wanted("support-code")).await.is(201);
        let remove = format!("/support/accounts/{}/remove-factor", ada.id);
        let body = json!({"factor": lost, "reason": "lost"});
        desk.prove().await;
        let refused = desk.client.post(&remove, body.clone()).await.refused(409, "conflict");
        assert!(refused["detail"].as_str().unwrap().contains("has to stay until"), "{refused}");
        let mine = format!("SELECT COUNT(*) FROM authenticator WHERE id IN \
            (SELECT b.id FROM authenticator b JOIN account a ON a.id = b.account_id WHERE a.email = '{}')", ada.client.email);
        assert_eq!(app.place.number(&mine), 1);
        // With another one beside it, the lost one may go.
        ada.client.sign_in().await.is(200);
        ada.client.answer(told["support_code"]["code"].as_str().unwrap()).await.is(200);
        let (phone, _) = ada.client.enrol_as("New phone").await;
        desk.prove().await;
        desk.client.post(&remove, body).await.is(204);
        ada.phone = phone;
        ada.enter().await;
        let new = ada.client.get("/authenticators").await.is(200)["items"][0]["id"].as_str().unwrap().to_owned();
        let body = json!({"factor": new, "reason": "lost, too"});
        desk.prove().await;
        desk.client.post(&remove, body.clone()).await.refused(409, "conflict");
        app.turn(Duration::from_hours(24));
        desk.enter().await;
        desk.suspend(&ada.id, wanted("support-code")).await.is(201);
        desk.prove().await;
        desk.client.post(&remove, body).await.is(204);
    }

    async fn d_3_where_the_password_alone_is_the_only_kind_a_day_has_to_pass(kind) {
        let app = TestApp::on(kind).await;
        app.rules(|rules| rules.suspension.kinds = [SuspensionKind::PasswordAlone].into()).await;
        let mut desk = staff(&app, Role::Support).await;
        let mut ada = one(&app).await;
        let account = format!("/support/accounts/{}", ada.id);
        reset_by_mail(&app, &mut ada).await;
        desk.prove().await;
        let page = desk.client.browser.get(&format!("{account}/suspend")).await;
        page.assert_ok().assert_shows("It is possible after").assert_hides("Choose the support code");
        assert!(!page.body.contains("password-alone"), "a kind that would be refused is not offered");
        let told = desk.suspend(&ada.id, wanted("password-alone")).await.refused(422, "invalid");
        assert_eq!(told["errors"][0]["code"], "suspension-only-after-mail-reset", "{told}");
        app.turn(Duration::from_hours(24));
        desk.enter().await;
        desk.suspend(&ada.id, wanted("password-alone")).await.is(201);
    }

    async fn app_8_what_strangers_have_sent_keeps_the_desk_from_answering_nobody(kind) {
        let app = TestApp::on(kind).await;
        let mut desk = staff(&app, Role::Support).await;
        let mut root = staff(&app, Role::Administrator).await;
        let ada = one(&app).await;
        for email in [ada.client.email.as_str(), "new@example.org"] {
            for _ in 0..6 {
                app.browser().sign_up(email, &password_of(92_002)).await.assert_ok();
            }
        }
        asks(&app, &ada.client.email).await;
        let notes = format!("{QUEUE}/{}/notes", id(&queue(&mut desk).await[0]));
        for _ in 0..5 {
            desk.client.post(&notes, json!({"body": "Hello.", "mailed": true})).await.is(204);
        }
        desk.client.post(&notes, json!({"body": "Hello.", "mailed": true})).await.refused(429, "too-many");
        root.prove().await;
        let body = json!({"email": "new@example.org", "role": "member"});
        root.client.post("/organisation/invitations", body).await.is(200);
    }

    async fn d_3_nobody_fills_a_mailbox_from_the_desk(kind) {
        let app = TestApp::on(kind).await;
        let mut desk = staff(&app, Role::Support).await;
        asks(&app, "stranger@example.org").await;
        let here = format!("{QUEUE}/{}", id(&queue(&mut desk).await[0]));
        let notes = format!("{here}/notes");
        let note = |mailed: bool| json!({"body": "Hello again.", "mailed": mailed});
        for _ in 0..5 {
            desk.client.post(&notes, note(true)).await.is(204);
        }
        let told = desk.client.post(&notes, note(true)).await;
        assert!(told.retry_after.unwrap() >= 3600);
        told.refused(429, "too-many");
        desk.client.post(&notes, note(false)).await.is(204);
        let page = here.replace(QUEUE, "/support/requests");
        let form = [("body", "Not lost."), ("mailed", "on")];
        let told = desk.client.browser.submit(&page, &format!("{page}/notes"), &form).await;
        told.assert_status(429).assert_shows("got several e-mails lately");
        assert!(told.body.contains("Not lost."), "what was typed is kept");
        assert_eq!(app.letters_to("stranger@example.org").await.len(), 5);
        app.turn(Duration::from_hours(1));
        desk.enter().await;
        desk.client.post(&notes, note(true)).await.is(204);
    }

    async fn d_7_clearing_limits_takes_a_proof_of_its_own_and_leaves_what_mail_has_counted(kind) {
        let options = Options { kind, preset: Preset::EmailOrAuthenticator, ..Options::default() };
        let app = TestApp::with(options).await;
        let mut desk = staff(&app, Role::Support).await;
        let mut ada = app.client_with_email().await;
        let id = ada.get("/account").await.is(200)["id"].as_str().unwrap().to_owned();
        desk.prove().await;
        let mut thief = ada.elsewhere();
        thief.sign_in().await.is(200);
        for _ in 0..4 {
            thief.answer("000000").await;
        }
        let mailed = "SELECT COUNT(*) FROM counter WHERE key LIKE 'mail-code%'";
        let before = app.place.number(mailed);
        assert!(before > 0);
        let unlock = format!("/support/accounts/{id}/unlock");
        desk.client.press(&unlock).await.is(204);
        assert_eq!(app.place.number("SELECT COUNT(*) FROM counter WHERE key LIKE 'second-step-stranger%'"), 0);
        assert_eq!(app.place.number(mailed), before);
        desk.client.press(&unlock).await.refused(403, "step-up-needed");
    }
}

#[tokio::test]
async fn d_7_the_log_is_walked_six_times_an_hour_for_one_organisation() {
    let app = TestApp::on(Kind::Sqlite).await;
    let (mut root, mut other) =
        (staff(&app, Role::Administrator).await, staff(&app, Role::Administrator).await);
    let verify = "/organisation/audit/verify";
    for _ in 0..3 {
        root.client.press(verify).await.is(200);
        other.client.press(verify).await.is(200);
    }
    let told = root.client.press(verify).await;
    assert!(told.retry_after.unwrap() >= 3600);
    told.refused(429, "too-many");
    let told = other.client.browser.submit("/admin/audit", "/admin/audit/verify", &[]).await;
    told.assert_status(429).assert_shows("You can try again in");
    assert_eq!(app.events("audit.verified"), 6);
    app.turn(Duration::from_hours(1));
    root.enter().await;
    root.client.press(verify).await.is(200);
}
