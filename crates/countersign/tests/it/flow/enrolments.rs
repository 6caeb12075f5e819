//! Setting up a second step in time: the API's side of it, reminders by letter, and the end of API tokens.

use std::time::Duration;

use countersign::flow::enrolment;
use countersign_core::method::Class;
use countersign_core::policy::{LowestClass, Requirement};
use countersign_core::preset::Preset;
use serde_json::json;

use crate::support::{Kind, Options, TestApp};

const DAY: Duration = Duration::from_hours(24);

async fn app_on(kind: Kind) -> TestApp {
    TestApp::with(Options { kind, preset: Preset::EmailWithRecoveryKey, ..Options::default() }).await
}

/// Requires a second step from so long on.
async fn require_in(app: &TestApp, span: Duration) {
    let from = app.now().plus(span);
    app.rules(|rules| {
        rules.second_step = Requirement::Required;
        rules.required_from = Some(from);
    })
    .await;
}

/// What the job writes at this moment.
async fn remind(app: &TestApp) -> u64 {
    let call = app.app.call(countersign_core::audit::Actor::System, "job remind");
    enrolment::remind(&call).await.unwrap() + enrolment::tell_ending_tokens(&call).await.unwrap()
}

on_both! {
    async fn key_10_the_api_tells_what_has_to_be_set_up_and_puts_it_off(kind) {
        let app = app_on(kind).await;
        let mut ada = app.client().await;
        let told = ada.get("/enrolment").await.is(200);
        assert_eq!(told["state"], "offered");
        assert_eq!(told["methods"], json!(["authenticator", "email"]));
        assert_eq!((&told["first"], &told["not_before"]), (&json!(null), &json!(null)));
        assert_eq!(told["recovery_key_follows"], true);
        ada.press("/enrolment/not-now").await.is(204);
        assert_eq!(ada.get("/enrolment").await.is(200)["not_before"], "2026-02-14T10:00:00.000Z");
        require_in(&app, DAY).await;
        let told = ada.get("/enrolment").await.is(200);
        assert_eq!((&told["state"], &told["required_from"]), (&json!("grace"), &json!("2026-01-16T10:00:00.000Z")));
        require_in(&app, Duration::ZERO).await;
        assert_eq!(ada.get("/enrolment").await.is(200)["state"], "required");
        ada.press("/enrolment/not-now").await.refused(403, "must-enrol");
        app.place.run("UPDATE account SET email_verified_at = NULL");
        assert_eq!(ada.get("/enrolment").await.is(200)["first"], "confirm-address");
        app.place.run(&format!("UPDATE account SET email_verified_at = {}", app.now().as_millis()));
        ada.enable_email().await;
        assert_eq!(ada.get("/enrolment").await.is(200)["state"], "none");
        ada.press("/enrolment/not-now").await.refused(409, "conflict");
    }

    /// C row 75: what is demanded of pages is demanded of programs, with a session as with a token.
    async fn c_75_the_api_demands_what_the_pages_demand(kind) {
        let app = app_on(kind).await;
        let mut ada = app.client().await;
        let made = json!({"name": "Program", "scopes": ["account:read"], "days": 30});
        let token = ada.post("/api-tokens", made).await.is(201)["token"].as_str().unwrap().to_owned();
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", &*bearer), ("accept", "application/json")];
        let mut program = app.browser();
        program.send("GET", "/api/v1/account", &headers, "").await.assert_ok();
        require_in(&app, Duration::ZERO).await;
        let told = ada.get("/account").await.refused(403, "must-enrol");
        assert!(told["enrolment"].as_str().unwrap().ends_with("/api/v1/enrolment"), "{told}");
        assert!(told["page"].as_str().unwrap().ends_with("/account/set-up"), "{told}");
        program.send("GET", "/api/v1/account", &headers, "").await.assert_status(401);
        app.rules(|rules| (rules.second_step, rules.required_from) = (Requirement::Offered, None)).await;
        ada.get("/account").await.is(200);
        program.send("GET", "/api/v1/account", &headers, "").await.assert_ok();
    }

    async fn key_10_whoever_lacks_it_is_written_to_once_when_the_day_is_set_a_week_and_a_day_before(kind) {
        let app = app_on(kind).await;
        let ada = app.client().await;
        let _protected = app.client_with_email().await;
        assert_eq!(remind(&app).await, 0, "nothing is required");
        require_in(&app, DAY * 20).await;
        for (days, letters) in [(0, 1), (0, 0), (12, 0), (1, 1), (0, 0), (5, 0), (1, 1), (0, 0), (1, 0)] {
            app.turn(DAY * days);
            assert_eq!(remind(&app).await, letters, "after {days} more days");
            // Another change of the policy is no reason to write again.
            app.rules(|rules| rules.authenticators_max = 3).await;
        }
        let letters = app.letters_to(&ada.email).await;
        let reminders: Vec<_> = letters.iter().filter(|one| one.0.subject.contains("second step")).collect();
        assert!(!reminders.is_empty() && reminders.len() <= 3);
        for letter in reminders {
            assert!(letter.0.text.contains("4 February 2026"), "{}", letter.0.text);
        }
        assert_eq!(app.place.number("SELECT COUNT(*) FROM letter WHERE kind = 'enrolment-reminder'"), 3);
    }

    async fn key_10_another_day_is_news_and_a_method_that_is_too_weak_counts_for_none(kind) {
        let app = app_on(kind).await;
        let _mailed = app.client_with_email().await;
        require_in(&app, DAY * 3).await;
        assert_eq!(remind(&app).await, 0, "a code by e-mail will do");
        app.turn(Duration::from_hours(1));
        let strong = LowestClass { member: Class::Strong, ..LowestClass::default() };
        app.rules(|rules| rules.lowest_class = strong).await;
        require_in(&app, DAY * 30).await;
        assert_eq!((remind(&app).await, remind(&app).await), (1, 0));
    }

    /// ASVS 5.0, 6.4.5.
    async fn an_api_token_is_told_of_a_week_before_its_end(kind) {
        let app = app_on(kind).await;
        let mut ada = app.client().await;
        for (name, days) in [("Backup", 30), ("Brief", 2)] {
            let made = json!({"name": name, "scopes": ["account:read"], "days": days});
            ada.post("/api-tokens", made).await.is(201);
        }
        assert_eq!(remind(&app).await, 0);
        app.turn(DAY);
        assert_eq!((remind(&app).await, remind(&app).await), (1, 0), "half of its time is left");
        app.turn(DAY * 20);
        assert_eq!(remind(&app).await, 0);
        app.turn(DAY * 2);
        assert_eq!((remind(&app).await, remind(&app).await), (1, 0), "a week is left");
        let letters = app.letters_to(&ada.email).await;
        let text: Vec<_> = letters.iter().map(|letter| letter.0.text.replace('\n', " ")).collect();
        assert!(text.iter().any(|text| text.contains("“Backup”") && text.contains("14 February 2026")), "{text:?}");
    }
}

#[tokio::test]
async fn nothing_is_noted_as_told_where_no_letter_can_be_sent() {
    let app = TestApp::without_mail().await;
    app.account("ada@example.net", &crate::support::password_of(7_200)).await;
    require_in(&app, DAY * 3).await;
    assert_eq!(remind(&app).await, 0);
    assert_eq!(app.place.text("SELECT enrolment_reminded_at FROM account"), None);
}
