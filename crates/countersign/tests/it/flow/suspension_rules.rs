//! The rules of suspensions, and what their owner is told.

use std::time::Duration;

use countersign::flow::admin::{self, Added, NewAccount};
use countersign::flow::suspension::{self, Wanted};
use countersign::flow::{FlowError, policy};
use countersign_core::policy::{Policy, Requirement};
use countersign_core::preset::Preset;
use countersign_core::role::Role;
use countersign_core::secret::Password;
use countersign_core::sign_in::SuspensionKind;
use serde_json::json;

use super::suspensions::{HOUR, app_on, offers, one, staff, wanted};
use crate::support::{Kind, Options, TestApp, password_of};

#[tokio::test]
async fn d_12_reason_case_and_proof_of_identity_are_mandatory_for_staff() {
    let app = app_on(Kind::Sqlite).await;
    let mut desk = staff(&app, Role::Support).await;
    let ada = one(&app).await;
    desk.prove().await;
    let path = format!("/support/accounts/{}/suspension", ada.id);
    for (field, value) in [
        ("reason", json!("")),
        ("reason", json!("x".repeat(501))),
        ("ticket", json!("  ")),
        ("identity_proof", json!("")),
        ("hours", json!(0)),
        ("hours", json!(25)),
        ("kind", json!("password-alone")),
    ] {
        let mut body = wanted("support-code");
        body[field] = value;
        let told = desk.client.post(&path, body).await.refused(422, "invalid");
        assert_eq!(told["errors"][0]["field"], field, "{told}");
    }
    for field in ["reason", "ticket", "identity_proof", "kind", "hours"] {
        let mut body = wanted("support-code");
        body.as_object_mut().unwrap().remove(field);
        assert_eq!(desk.client.post(&path, body).await.status / 100, 4, "{field}");
    }
    assert_eq!(app.place.count("suspension"), 0);
    // None of that used the proof up.
    desk.client.post(&path, wanted("support-code")).await.is(201);
    desk.client.post(&path, wanted("support-code")).await.refused(403, "step-up-needed");
}

#[tokio::test]
async fn d_12_nobody_suspends_themselves_an_equal_or_somebody_above_or_elsewhere() {
    let app = app_on(Kind::Sqlite).await;
    let rules = Preset::Recommended.policy();
    policy::add_organisation(&app.operator(), "Elsewhere", "elsewhere", rules).await.unwrap();
    let mut desk = staff(&app, Role::Support).await;
    let (peer, boss) = (staff(&app, Role::Support).await, staff(&app, Role::Administrator).await);
    let stranger = one(&app).await;
    app.place.run(&format!(
        "UPDATE account SET organisation_id = (SELECT id FROM organisation WHERE slug = 'elsewhere') \
         WHERE email = '{}'",
        stranger.client.email
    ));
    let own = desk.id.clone();
    for id in [&own, &peer.id, &boss.id] {
        desk.suspend(id, wanted("support-code")).await.refused(403, "forbidden");
    }
    desk.suspend(&stranger.id, wanted("support-code")).await.refused(404, "not-found");
    let mut member = one(&app).await;
    let path = format!("/support/accounts/{own}/suspension");
    for method in ["GET", "DELETE"] {
        member.client.ask(method, &path, None).await.refused(403, "forbidden");
    }
    member.suspend(&own, wanted("support-code")).await.refused(403, "forbidden");
    assert_eq!(app.place.count("suspension"), 0);
    assert!(app.events("authorisation.refused") >= 6);
}

#[tokio::test]
async fn d_12_five_an_hour_and_twenty_a_day_for_one_of_the_staff() {
    let app = app_on(Kind::Sqlite).await;
    let mut desk = staff(&app, Role::Support).await;
    let mut peer = staff(&app, Role::Support).await;
    let ada = one(&app).await;
    for round in 0..4 {
        for _ in 0..5 {
            desk.suspend(&ada.id, wanted("support-code")).await.is(201);
        }
        if round < 3 {
            desk.suspend(&ada.id, wanted("support-code")).await.refused(429, "too-many");
        }
        app.turn(HOUR);
        desk.enter().await;
    }
    let told = desk.suspend(&ada.id, wanted("support-code")).await;
    assert!(told.retry_after.unwrap() > 15 * 3600, "{told:?}");
    told.refused(429, "too-many");
    peer.enter().await;
    peer.suspend(&ada.id, wanted("support-code")).await.is(201);
    let again = Wanted {
        kind: SuspensionKind::SupportCode,
        length: HOUR,
        reason: "the operator is exempt".to_owned(),
        ticket: String::new(),
        identity_proof: String::new(),
    };
    suspension::start_by_operator(&app.operator(), &ada.client.email, again).await.unwrap();
}

#[tokio::test]
async fn app_9_the_owner_is_told_and_stops_it_by_the_link() {
    let app = app_on(Kind::Sqlite).await;
    let mut desk = staff(&app, Role::Support).await;
    let mut ada = one(&app).await;
    let (email, until) = (ada.client.email.clone(), app.now().plus(HOUR).as_millis());
    app.place.run(&format!(
        "UPDATE account SET previous_email = 'before@example.net', previous_email_key = 'before@example.net', \
         previous_email_until = {until} WHERE email = '{email}'"
    ));
    app.letters().await;
    desk.suspend(&ada.id, wanted("support-code")).await.is(201);
    let code = desk.code(&ada.id).await;
    ada.client.sign_in().await.is(200);
    ada.client.answer(&code).await.is(200);
    let letters = app.letters().await;
    let started: Vec<_> = letters
        .iter()
        .filter(|letter| letter.0.subject.starts_with("Your second step is suspended"))
        .collect();
    assert_eq!(started.len(), 2, "the present address and the one before");
    for letter in &started {
        assert_eq!(letter.links().len(), 1, "{}", letter.0.text);
        assert!(letter.0.text.contains("Password and support code"), "{}", letter.0.text);
        for hidden in ["198.", "Firefox", desk.client.email.as_str(), "HD-17", code.as_str()] {
            assert!(!letter.0.text.contains(hidden), "{hidden} in {}", letter.0.text);
        }
    }
    let link = started[1].links().remove(0);
    app.turn(Duration::from_mins(20));
    let mut browser = app.browser();
    browser.open(&link).await.assert_ok().assert_shows("Stop the suspension");
    assert!(ada.client.is_in().await, "looking changes nothing");
    browser.submit("/link", "/link", &[]).await.assert_ok().assert_shows("The suspension is over");
    assert!(!ada.client.is_in().await);
    ada.client.sign_in().await.is(200);
    assert_eq!(offers(&mut ada.client).await, ["authenticator"]);
    assert_eq!(app.events("suspension.stopped"), 1);
    let letters = app.letters().await;
    assert!(letters.iter().any(|letter| letter.0.to.as_str() == desk.client.email
        && letter.0.subject.starts_with("An owner stopped a suspension")));
    assert!(letters.iter().any(|letter| letter.0.to.as_str() == email
        && letter.0.subject.starts_with("Your second step is asked for again")));
    // The other link works no longer than 72 hours.
    let other = started[0].links().remove(0);
    app.turn(Duration::from_hours(72));
    app.browser().open(&other).await.assert_status(410);
}

#[tokio::test]
async fn app_9_lifting_ends_it_at_once_and_tells_the_owner() {
    let app = app_on(Kind::Sqlite).await;
    let mut desk = staff(&app, Role::Support).await;
    let mut ada = one(&app).await;
    let path = format!("/support/accounts/{}/suspension", ada.id);
    desk.suspend(&ada.id, wanted("support-code")).await.is(201);
    let code = desk.code(&ada.id).await;
    ada.client.sign_in().await.is(200);
    ada.client.answer(&code).await.is(200);
    desk.client.ask("DELETE", &path, None).await.is(204);
    assert!(!ada.client.is_in().await);
    ada.client.sign_in().await.is(200);
    assert_eq!(offers(&mut ada.client).await, ["authenticator"]);
    desk.client.ask("DELETE", &path, None).await.refused(409, "conflict");
    desk.client.press(&format!("{path}/code")).await.refused(409, "conflict");
    let told = desk.client.get(&path).await.is(200);
    assert!(told["running"].is_null() && told["past"][0]["lifted_at"].is_string(), "{told}");
    assert!(app.written().contains(&("suspension-ended".to_owned(), 1)), "{:?}", app.written());
    app.turn(HOUR);
    assert_eq!(suspension::tell_ended(&app.operator()).await.unwrap(), 0, "it was told when it was lifted");
}

#[tokio::test]
async fn d_12_a_changed_policy_and_a_reset_by_mail_end_it() {
    let app = app_on(Kind::Sqlite).await;
    let mut desk = staff(&app, Role::Support).await;
    let (mut ada, mut bob) = (one(&app).await, one(&app).await);
    for one in [&mut ada, &mut bob] {
        desk.suspend(&one.id, wanted("support-code")).await.is(201);
        let code = desk.code(&one.id).await;
        one.client.sign_in().await.is(200);
        one.client.answer(&code).await.is(200);
    }
    let later = app.now().plus(Duration::from_secs(1)).as_millis();
    app.place
        .run(&format!("UPDATE account SET mail_reset_at = {later} WHERE email = '{}'", ada.client.email));
    assert!(!ada.client.is_in().await && bob.client.is_in().await);
    ada.client.sign_in().await.is(200);
    assert_eq!(offers(&mut ada.client).await, ["authenticator"]);
    app.rules(|rules| rules.suspension.kinds.clear()).await;
    assert!(!bob.client.is_in().await, "the policy no longer allows this kind");
    desk.suspend(&bob.id, wanted("support-code")).await.refused(422, "invalid");
}

/// KEY-10 under REC-2: where a second step is required, the code opens nothing but the way to a new device.
#[tokio::test]
async fn rec_2_where_a_second_step_is_required_only_enrolment_answers_and_then_all() {
    let app = app_on(Kind::Sqlite).await;
    let rules = Policy { second_step: Requirement::Required, ..Preset::Recommended.policy() };
    policy::add_organisation(&app.operator(), "Strict", "strict", rules).await.unwrap();
    let mut ada = one(&app).await;
    app.place.run(&format!(
        "UPDATE account SET organisation_id = (SELECT id FROM organisation WHERE slug = 'strict') WHERE email = '{}'",
        ada.client.email
    ));
    let new = Wanted {
        kind: SuspensionKind::SupportCode,
        length: HOUR,
        reason: "lost phone".to_owned(),
        ticket: String::new(),
        identity_proof: "known in person".to_owned(),
    };
    suspension::start_by_operator(&app.operator(), &ada.client.email, new).await.unwrap();
    let made = suspension::code_by_operator(&app.operator(), &ada.client.email).await.unwrap();
    ada.client.sign_in().await.is(200);
    let told = ada.client.answer(&made.code.grouped()).await.is(200);
    assert_eq!(told["state"], "enrolment", "{told}");
    for path in ["/account", "/sessions", "/activity", "/api-tokens"] {
        ada.client.get(path).await.refused(403, "must-enrol");
    }
    let (phone, _) = ada.client.enrol_as("New phone").await;
    ada.client.get("/account").await.is(200);
    app.turn(Duration::from_mins(50));
    ada.client.get("/account").await.is(200);
    app.turn(Duration::from_mins(10));
    ada.client.get("/account").await.is(200);
    ada.phone = phone;
    ada.client = ada.client.elsewhere();
    ada.enter().await;
}

#[tokio::test]
async fn app_9_it_works_where_no_letter_can_go_out() {
    let app = TestApp::with(Options { preset: Preset::Recommended, mail: false, ..Options::default() }).await;
    let mut desk = staff(&app, Role::Support).await;
    let mut ada = one(&app).await;
    desk.suspend(&ada.id, wanted("support-code")).await.is(201);
    let code = desk.code(&ada.id).await;
    ada.client.sign_in().await.is(200);
    ada.client.answer(&code).await.is(200);
    app.turn(HOUR);
    assert_eq!(suspension::tell_ended(&app.operator()).await.unwrap(), 1);
    assert_eq!((app.place.count("letter"), app.place.count("link")), (0, 0));
}

#[tokio::test]
async fn app_9_a_member_of_the_staff_lets_the_password_alone_in_where_the_policy_has_it() {
    let app = TestApp::start().await;
    let mut desk = staff(&app, Role::Support).await;
    let mut ada = one(&app).await;
    desk.suspend(&ada.id, wanted("password-alone")).await.is(201);
    assert_eq!(ada.client.sign_in().await.is(200)["state"], "session");
    let path = format!("/support/accounts/{}/suspension/code", ada.id);
    desk.prove().await;
    desk.client.press(&path).await.refused(409, "conflict");
    app.turn(HOUR);
    assert!(!ada.client.is_in().await);
    ada.enter().await;
}

#[tokio::test]
async fn d_12_the_operator_names_what_stands_against_it() {
    let app = app_on(Kind::Sqlite).await;
    let kim = staff(&app, Role::Support).await;
    let new = |kind| Wanted {
        kind,
        length: HOUR,
        reason: "lost phone".to_owned(),
        ticket: String::new(),
        identity_proof: String::new(),
    };
    let email = kim.client.email.clone();
    let alone =
        suspension::start_by_operator(&app.operator(), &email, new(SuspensionKind::PasswordAlone)).await;
    assert!(matches!(alone, Err(FlowError::Forbidden(text)) if text.key == "suspension-never-for-staff"));
    assert!(matches!(suspension::code_by_operator(&app.operator(), &email).await, Err(FlowError::NotFound)));
    suspension::start_by_operator(&app.operator(), &email, new(SuspensionKind::SupportCode)).await.unwrap();
    suspension::lift_by_operator(&app.operator(), &email).await.unwrap();
    let all = suspension::list_by_operator(&app.operator(), &email).await.unwrap();
    assert_eq!(all.len(), 1);
    let bare = NewAccount {
        email: "bare@example.net".to_owned(),
        display_name: None,
        role: Role::Member,
        organisation: None,
        password: Some(Password::new(password_of(9_302))),
    };
    assert!(matches!(admin::add(&app.operator(), bare).await, Ok(Added::Account)));
    let call = app.operator();
    let none = suspension::start_by_operator(&call, "bare@example.net", new(SuspensionKind::SupportCode));
    assert!(
        matches!(none.await, Err(FlowError::Forbidden(text)) if text.key == "suspension-nothing-enrolled")
    );
}
