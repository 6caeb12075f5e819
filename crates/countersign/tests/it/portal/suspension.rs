//! Support suspends the second step of one account (APP-9).

use std::time::Duration;

use countersign::flow::suspension::{self, NewSuspension};
use countersign::flow::{FlowError, admin};
use countersign_core::preset::Preset;
use countersign_core::role::Role;
use countersign_core::secret::Password;

use crate::support::{TestApp, password_of};

const HOUR: Duration = Duration::from_hours(1);

async fn suspend(app: &TestApp, email: &str, length: Duration) -> Result<(), FlowError> {
    let new = NewSuspension { email: email.to_owned(), length, reason: "lost phone, ticket 17".to_owned() };
    suspension::start(&app.operator(), new).await.map(drop)
}

#[tokio::test]
async fn app_9_while_it_lasts_the_password_alone_signs_in() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    suspend(&app, &person.email, HOUR).await.unwrap();
    assert!(!person.browser.is_in().await, "sessions of before have ended");
    person.sign_in().await.assert_leads_to("/account");
    person.browser.get("/account").await.assert_shows("Your second step is suspended");
    assert_eq!(app.place.text("SELECT class FROM session").unwrap(), "none");
    assert_eq!(app.events("sign-in.under-suspension"), 1);
    assert_eq!(app.events("suspension.started"), 1);
    assert_eq!(app.place.count("authenticator"), 1, "devices stay enrolled");
}

#[tokio::test]
async fn app_9_no_change_of_the_account_but_a_new_device() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    let links = person.browser.get("/account/security").await.page().links();
    let remove = links.into_iter().find(|link| link.ends_with("/remove")).unwrap();
    suspend(&app, &person.email, HOUR).await.unwrap();
    person.sign_in().await.assert_leads_to("/account");
    person.browser.get("/account/password").await.assert_status(403);
    person.browser.get("/account/api-tokens/new").await.assert_status(403);
    person.browser.get("/account").await;
    let password = person.password.clone();
    let fields = [("current_password", &*password), ("new_password", &password_of(9_001))];
    person.browser.post("/account/password", &fields).await.assert_status(403);
    person.browser.post(&remove, &[]).await.assert_status(403);
    let profile = [("display_name", "Ada"), ("language", "")];
    person.browser.post("/account/profile", &profile).await.assert_status(403);
    let phone = person.browser.enrol("New phone").await;
    app.turn(HOUR);
    person.phone = Some(phone);
    person.sign_in_fully().await.assert_leads_to("/account");
}

#[tokio::test]
async fn app_9_it_ends_by_itself_at_its_hour_and_the_device_asks_again() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    suspend(&app, &person.email, HOUR).await.unwrap();
    app.turn(Duration::from_mins(30));
    person.sign_in().await.assert_leads_to("/account");
    app.turn(Duration::from_secs(30 * 60 - 1));
    assert!(person.browser.is_in().await);
    app.turn(Duration::from_secs(1));
    assert!(!person.browser.is_in().await, "the session is stale");
    person.sign_in_fully().await.assert_leads_to("/account");
}

#[tokio::test]
async fn app_9_it_is_lifted_earlier_by_hand() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    suspend(&app, &person.email, HOUR).await.unwrap();
    person.sign_in().await.assert_leads_to("/account");
    suspension::lift_by_operator(&app.operator(), &person.email).await.unwrap();
    assert!(!person.browser.is_in().await);
    person.sign_in_fully().await.assert_leads_to("/account");
    assert!(matches!(
        suspension::lift_by_operator(&app.operator(), &person.email).await,
        Err(FlowError::NotFound)
    ));
    assert_eq!(app.events("suspension.lifted"), 1);
}

#[tokio::test]
async fn app_9_it_needs_a_reason_an_end_within_the_policy_and_a_device() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    for length in [Duration::ZERO, Duration::from_hours(14 * 24 + 1)] {
        assert!(suspend(&app, &person.email, length).await.is_err(), "{length:?}");
    }
    for reason in ["", "   ", &"x".repeat(501)] {
        let new = NewSuspension { email: person.email.clone(), length: HOUR, reason: reason.to_owned() };
        assert!(suspension::start(&app.operator(), new).await.is_err(), "{reason}");
    }
    let bare = app.member().await;
    assert!(suspend(&app, &bare.email, HOUR).await.is_err(), "nothing to suspend");
    assert!(matches!(suspend(&app, "nobody@example.net", HOUR).await, Err(FlowError::NotFound)));
    suspend(&app, &person.email, Duration::from_hours(14 * 24)).await.unwrap();
    assert_eq!(app.place.text("SELECT reason FROM suspension").unwrap(), "lost phone, ticket 17");
}

#[tokio::test]
async fn app_9_never_for_staff() {
    let app = TestApp::start().await;
    let new = admin::NewAccount {
        email: "desk@example.net".to_owned(),
        display_name: None,
        role: Role::Support,
        organisation: None,
        password: Some(Password::new(password_of(9_002))),
    };
    admin::add(&app.operator(), new).await.unwrap();
    let mut browser = app.browser();
    browser.sign_in("desk@example.net", &password_of(9_002)).await.assert_status(303);
    browser.enrol("Phone").await;
    assert!(matches!(suspend(&app, "desk@example.net", HOUR).await, Err(FlowError::Forbidden(_))));
}

#[tokio::test]
async fn rec_2_the_preset_recommended_has_no_suspension_to_the_password_alone() {
    let app = TestApp::preset(Preset::Recommended).await;
    let person = app.enrolled().await;
    assert!(matches!(suspend(&app, &person.email, HOUR).await, Err(FlowError::Forbidden(_))));
    // One that runs when the policy changes counts no longer.
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    suspend(&app, &person.email, HOUR).await.unwrap();
    person.sign_in().await.assert_leads_to("/account");
    let call = app.operator();
    countersign::flow::policy::set_preset(&call, None, Preset::Recommended, "test").await.unwrap();
    assert!(!person.browser.is_in().await);
}

#[tokio::test]
async fn app_9_a_second_step_in_progress_does_not_outlive_its_start() {
    let app = TestApp::start().await;
    let mut person = app.enrolled().await;
    person.sign_out().await;
    person.sign_in().await;
    suspend(&app, &person.email, HOUR).await.unwrap();
    let code = person.phone().code(&app);
    person.browser.post("/second-step", &[("code", &code)]).await.assert_status(410);
}
