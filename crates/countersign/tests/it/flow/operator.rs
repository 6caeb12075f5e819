//! What an operator's commands do to accounts.

use std::time::Duration;

use countersign::flow::admin::{self, Added, NewAccount};
use countersign::flow::suspension::{self, NewSuspension};
use countersign::flow::{FlowError, policy};
use countersign_core::policy::SignUp;
use countersign_core::preset::Preset;
use countersign_core::role::Role;
use countersign_core::secret::Password;

use serde_json::json;

use crate::support::{TestApp, password_of};

fn new(email: &str, password: Option<Password>) -> NewAccount {
    NewAccount {
        email: email.to_owned(),
        display_name: None,
        role: Role::Member,
        organisation: None,
        password,
    }
}

#[tokio::test]
async fn a_closed_organisation_makes_no_invitations() {
    let app = TestApp::start().await;
    let add = async |email: &str, password| admin::add(&app.operator(), new(email, password)).await;
    assert!(matches!(add("early@example.net", None).await, Ok(Added::Invited(..))));
    policy::set_sign_up(&app.operator(), None, SignUp::Closed, "test").await.unwrap();
    let Err(FlowError::Forbidden(text)) = add("late@example.net", None).await else {
        panic!("it was invited");
    };
    assert_eq!(text.key, "invitations-closed");
    let password = Password::new(password_of(7_001));
    assert!(matches!(add("late@example.net", Some(password)).await, Ok(Added::Account)));
}

#[tokio::test]
async fn a_session_that_idled_to_death_is_not_shown() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    let sessions = async || admin::show(&app.operator(), &person.email).await.unwrap().sessions.len();
    assert_eq!(sessions().await, 1);
    app.turn(Duration::from_hours(2));
    assert_eq!(app.place.count("session"), 1);
    assert_eq!(sessions().await, 0);
}

#[tokio::test]
async fn app_9_a_suspension_that_is_replaced_leaves_its_end_in_the_log() {
    let app = TestApp::start().await;
    let person = app.enrolled().await;
    for (hours, lifted) in [(1, 0), (2, 1)] {
        let (email, reason) = (person.email.clone(), "lost phone".to_owned());
        let length = Duration::from_hours(hours);
        suspension::start(&app.operator(), NewSuspension { email, length, reason }).await.unwrap();
        assert_eq!(app.events("suspension.lifted"), lifted);
    }
    assert_eq!(app.events("suspension.started"), 2);
    assert_eq!(admin::end_sessions(&app.operator(), &person.email).await.unwrap(), 0);
    assert_eq!(app.events("sessions.ended-all"), 1);
}

#[tokio::test]
async fn app_9_a_second_step_of_codes_by_mail_can_be_suspended_too() {
    let app = TestApp::preset(Preset::EmailWithRecoveryKey).await;
    let person = app.client_with_email().await;
    let bare = app.client().await;
    policy::set_preset(&app.operator(), None, Preset::Authenticator, "test").await.unwrap();
    let suspend = async |email: &str| {
        let (email, reason) = (email.to_owned(), "lost mailbox".to_owned());
        let length = Duration::from_hours(1);
        suspension::start(&app.operator(), NewSuspension { email, length, reason }).await
    };
    assert!(suspend(&person.email).await.is_ok());
    let Err(FlowError::Forbidden(text)) = suspend(&bare.email).await else { panic!("there is none") };
    assert_eq!(text.key, "suspension-nothing-enrolled");
    assert_eq!(person.elsewhere().sign_in().await.is(200)["state"], "session");
}

/// Whoever asks for it has often lost the mailbox to somebody, who may be signed in.
#[tokio::test]
async fn d_14_an_address_that_the_operator_sets_ends_whatever_got_in_under_the_old_one() {
    let app = TestApp::start().await;
    let mut person = app.client().await;
    person.enrol().await;
    let token = json!({"name": "Script", "scopes": ["account:read"], "days": 30});
    person.post("/api-tokens", token).await.is(201);
    app.place.run(&format!(
        "INSERT INTO recognised_browser SELECT id, zeroblob(32), id, 1, 1, {}, 1, '' FROM account",
        app.now().plus(Duration::from_hours(1)).as_millis()
    ));
    let live = || app.place.number("SELECT COUNT(*) FROM api_token WHERE ended_at IS NULL");
    assert_eq!((app.place.count("session"), live()), (1, 1));
    admin::set_address(&app.operator(), &person.email, "rescued@example.com").await.unwrap();
    assert_eq!((app.place.count("session"), app.place.count("recognised_browser"), live()), (0, 0, 0));
    assert!(!person.is_in().await);
}
