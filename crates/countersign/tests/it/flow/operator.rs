//! What an operator's commands do to accounts.

use std::time::Duration;

use countersign::flow::admin::{self, Added, NewAccount};
use countersign::flow::suspension::{self, NewSuspension};
use countersign::flow::{FlowError, policy};
use countersign_core::policy::SignUp;
use countersign_core::role::Role;
use countersign_core::secret::Password;

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
