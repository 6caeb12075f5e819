//! An administrator and the security policy: presets, review, history, and who may not.

use std::time::Duration;

use countersign_core::preset::Preset;

use crate::support::{Answer, Person, TestApp};

const POLICY: &str = "/admin/policy";
const REVIEW: &str = "/admin/policy/review";

/// Gives somebody another role, past every rule.
pub(super) fn promote(person: &Person<'_>, role: &str) {
    let app = person.browser.app;
    app.place.run(&format!("UPDATE account SET role = '{role}' WHERE email = '{}'", person.email));
}

/// An administrator who has just proved who they are.
pub(super) async fn administrator(app: &TestApp) -> Person<'_> {
    let mut person = app.member().await;
    person.confirm_address();
    person.phone = Some(person.browser.enrol("Phone").await);
    app.next_step();
    promote(&person, "administrator");
    person
}

/// Proves again who one is, as every change of the policy asks.
pub(super) async fn prove(admin: &mut Person<'_>) {
    let code = admin.phone.clone().unwrap().fresh(admin.browser.app);
    admin.browser.step_up(&code).await.assert_status(303);
}

/// Fills the review in and puts it into force.
async fn confirm(admin: &mut Person<'_>, review: &Answer, risks: &[&str]) -> Answer {
    let ticks: Vec<String> = risks.iter().map(|risk| format!("risk-{risk}")).collect();
    let mut fields = vec![("reason", "ticket 118")];
    fields.extend(ticks.iter().map(|tick| (&**tick, "on")));
    admin.browser.send_form(review, POLICY, &fields).await
}

async fn switch(admin: &mut Person<'_>, preset: Preset, risks: &[&str]) {
    prove(admin).await;
    let review = admin.browser.get(&format!("{REVIEW}?preset={preset}")).await;
    review.assert_ok();
    confirm(admin, &review, risks).await.assert_leads_to(POLICY);
}

/// What has to be read before the preset messenger is put into force.
const MESSENGER_RISKS: [&str; 5] = ["email-codes", "telegram", "phone-calls", "sms", "phone-in-new-browsers"];

/// REC-1, EXC-2, KEY-1, MSG-14, APP-7: whoever was signed in before sees the new rules with the next page.
#[tokio::test]
async fn an_administrator_switches_each_preset_and_the_second_step_changes_accordingly() {
    let app = TestApp::start().await;
    let mut admin = administrator(&app).await;
    let mut member = app.member().await;
    let security = "/account/security";
    let page = member.browser.get(security).await;
    page.assert_shows("SMS").assert_hides("/account/security/email");

    switch(&mut admin, Preset::EmailOrAuthenticator, &["email-codes"]).await;
    let page = member.browser.get(security).await;
    page.assert_hides("SMS");
    assert!(page.page().links_to("/account/security/email"), "{}", page.text());

    switch(&mut admin, Preset::EmailWithRecoveryKey, &[]).await;
    let page = member.browser.get(security).await;
    page.assert_shows("Security and credentials").assert_shows("Recovery key");

    switch(&mut admin, Preset::Messenger, &MESSENGER_RISKS[1..]).await;
    let page = member.browser.get(security).await;
    page.assert_shows("Personal data").assert_shows("Launch").assert_shows("Telegram").assert_shows("Phone");
    assert!(page.page().links_to("/account/security/email"), "{}", page.text());

    switch(&mut admin, Preset::Recommended, &[]).await;
    let page = member.browser.get(security).await;
    page.assert_hides("/account/security/email").assert_hides("Launch");

    switch(&mut admin, Preset::Authenticator, &["password-alone"]).await;
    member.browser.get(security).await.assert_shows("SMS");
    assert_eq!(app.events("policy.changed"), 2 + 5, "two of the set-up and one each");
}

/// EXC-2: of both, the authenticator alone is asked for, and the preview says so beforehand.
#[tokio::test]
async fn exc_2_a_preset_that_excludes_is_told_beforehand_and_then_asks_for_the_stronger() {
    let app = TestApp::preset(Preset::EmailWithRecoveryKey).await;
    let mut both = app.member().await;
    both.confirm_address();
    both.enable_email().await;
    both.phone = Some(both.browser.enrol("Phone").await);
    let mut admin = administrator(&app).await;
    prove(&mut admin).await;
    let review = admin.browser.get(&format!("{REVIEW}?preset=email-or-authenticator")).await;
    review.assert_shows("no longer asked of 1 of 2 members who have it");
    confirm(&mut admin, &review, &[]).await.assert_status(303);
    both.sign_out().await;
    both.sign_in().await.assert_leads_to("/second-step");
    both.browser.get("/second-step").await.assert_shows("authenticator app");
    let ways = both.browser.get("/second-step/method").await;
    ways.assert_hides("e-mail code");
}

/// APP-9: the risk of the password alone is read first, and remembered once it was.
#[tokio::test]
async fn rec_1_a_risk_has_to_be_ticked_before_it_is_taken() {
    let app = TestApp::preset(Preset::Recommended).await;
    let mut admin = administrator(&app).await;
    prove(&mut admin).await;
    let review = admin.browser.get(&format!("{REVIEW}?preset=authenticator")).await;
    review.assert_shows("the password alone opens the account");
    let refused = confirm(&mut admin, &review, &[]).await;
    refused.assert_status(422).assert_shows("Confirm that you have read the risk");
    assert_eq!(app.events("policy.changed"), 2);
    confirm(&mut admin, &refused, &["password-alone"]).await.assert_status(303);
    let history = admin.browser.get("/admin/policy/history").await;
    history.assert_shows("ticket 118").assert_shows(&admin.email).assert_shows("Version 4");
    let audit =
        app.place.text("SELECT detail FROM audit WHERE event = 'policy.changed' ORDER BY at DESC LIMIT 1");
    let audit = audit.unwrap();
    assert!(audit.contains("suspension.kinds") && audit.contains("ticket 118"), "{audit}");
}

#[tokio::test]
async fn every_change_of_the_policy_takes_a_second_step_of_its_own_and_nothing_typed_is_lost() {
    let app = TestApp::start().await;
    let mut admin = administrator(&app).await;
    prove(&mut admin).await;
    app.turn(Duration::from_mins(6));
    let asked = admin.browser.submit(POLICY, REVIEW, &[("sessions.idle_minutes", "30")]).await;
    asked.assert_leads_to("/admin/policy/review?sessions.idle_minutes=30");
    let away = admin.browser.get(asked.location()).await;
    assert!(
        away.location().starts_with("/account/step-up?next=%2Fadmin%2Fpolicy%2Freview"),
        "{}",
        away.location()
    );
    let code = admin.phone().fresh(&app);
    let back = admin.browser.submit(away.location(), "/account/step-up", &[("code", &code)]).await;
    back.assert_leads_to("/admin/policy/review?sessions.idle_minutes=30");
    let review = admin.browser.get(back.location()).await;
    review.assert_shows("60 minutes").assert_shows("30 minutes").assert_shows("Nobody will notice");
    confirm(&mut admin, &review, &[]).await.assert_status(303);
    // The proof is used up.
    let next = admin.browser.get(&format!("{REVIEW}?sessions.idle_minutes=45")).await;
    assert!(next.location().starts_with("/account/step-up"), "{}", next.location());
}

/// KEY-10: judged with every request.
#[tokio::test]
async fn key_10_whoever_is_signed_in_without_a_second_step_reaches_nothing_once_it_is_required() {
    let app = TestApp::start().await;
    let mut admin = administrator(&app).await;
    let mut member = app.member().await;
    let mut protected = app.enrolled().await;
    prove(&mut admin).await;
    let asked = admin.browser.submit(POLICY, REVIEW, &[("second_step", "required")]).await;
    let review = admin.browser.get(asked.location()).await;
    review.assert_shows("1 of 3 members will be asked to enrol at once");
    member.browser.get("/account").await.assert_ok();
    confirm(&mut admin, &review, &[]).await.assert_status(303);
    let away = member.browser.get("/account/sessions").await;
    away.assert_status(303);
    assert!(member.browser.get("/account/security/authenticator").await.status.is_success());
    protected.browser.get("/account/sessions").await.assert_ok();
}

#[tokio::test]
async fn of_two_administrators_who_change_the_same_version_the_second_is_told() {
    let app = TestApp::start().await;
    let (mut one, mut other) = (administrator(&app).await, administrator(&app).await);
    prove(&mut one).await;
    prove(&mut other).await;
    let first = one.browser.get(&format!("{REVIEW}?sessions.most=9")).await;
    let second = other.browser.get(&format!("{REVIEW}?sessions.most=8")).await;
    confirm(&mut one, &first, &[]).await.assert_status(303);
    confirm(&mut other, &second, &[]).await.assert_status(409).assert_shows("changed by somebody else");
    // The proof of whoever was too late is not used up.
    let again = other.browser.get(&format!("{REVIEW}?sessions.most=8")).await;
    confirm(&mut other, &again, &[]).await.assert_status(303);
    assert!(app.place.text("SELECT body FROM policy WHERE version = 5").unwrap().contains("\"most\":8"));
}

#[tokio::test]
async fn an_earlier_version_is_returned_to_as_a_new_one() {
    let app = TestApp::start().await;
    let mut admin = administrator(&app).await;
    switch(&mut admin, Preset::Messenger, &MESSENGER_RISKS).await;
    let history = admin.browser.get("/admin/policy/history").await;
    assert!(history.page().links_to("/admin/policy/review?restore=3"), "{}", history.text());
    prove(&mut admin).await;
    let review = admin.browser.get(&format!("{REVIEW}?restore=3")).await;
    review.assert_shows("Return to version 3");
    // What that version had accepted has to be accepted anew: it was given up meanwhile.
    confirm(&mut admin, &review, &["password-alone"]).await.assert_status(303);
    let bodies =
        |version: i64| app.place.text(&format!("SELECT body FROM policy WHERE version = {version}")).unwrap();
    assert_eq!(bodies(3), bodies(5));
    assert_eq!(app.place.number("SELECT COUNT(*) FROM policy"), 5);
    admin.browser.get(&format!("{REVIEW}?restore=99")).await.assert_status(303);
    prove(&mut admin).await;
    admin.browser.get(&format!("{REVIEW}?restore=99")).await.assert_status(404);
}

/// ASVS 8.2.1: members and support see nothing of it, whatever they send.
#[tokio::test]
async fn only_administrators_see_and_change_the_policy() {
    let app = TestApp::start().await;
    for role in ["member", "support"] {
        let mut person = app.enrolled().await;
        promote(&person, role);
        let refused = app.events("authorisation.refused");
        let pages = [POLICY, REVIEW, "/admin/policy/presets", "/admin/policy/history"];
        for page in pages {
            person.browser.get(page).await.assert_status(403);
        }
        for page in [POLICY, REVIEW] {
            let fields = [("version", "3"), ("policy", "{}"), ("reason", "x")];
            let answer = person.browser.post(page, &fields).await;
            assert!([400, 403].contains(&answer.status.as_u16()), "{role} {page} {}", answer.status);
        }
        assert!(app.events("authorisation.refused") >= refused + 4, "{role}");
    }
    app.browser().get(POLICY).await.assert_status(303);
    assert_eq!(app.events("policy.changed"), 2);
}
