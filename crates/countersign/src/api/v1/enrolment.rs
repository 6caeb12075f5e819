//! Setting up a second step after signing in.

use std::sync::Arc;

use axum::http::StatusCode;
use countersign_core::sign_in::{Before, Enrolment, NOT_NOW};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::caller::{AnySession, Session};
use crate::api::shapes::{MethodName, Sent, Time};
use crate::app::App;
use crate::flow::{Call, enrolment};
use crate::http::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_enrolment)).routes(routes!(create_enrolment_not_now))
}

/// How urgently a second step has to be set up.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Urgency {
    /// Nothing has to be set up.
    None,
    /// It may be set up.
    Offered,
    /// It will be required at `required_from`.
    Grace,
    /// It is required: nothing else answers before.
    Required,
}

/// What comes before the choice of a method.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum First {
    /// The address has to be confirmed: `POST /api/v1/account/email/confirmation`.
    ConfirmAddress,
    /// The recovery key was used too long ago: sign out, and sign in again with the new one.
    SignInAgain,
    /// There is no room for another authenticator: remove the lost one.
    RemoveDevice,
    /// There is no room for another authenticator: support has to remove the lost one.
    AskSupport,
    /// No method can be set up in this session: support has to help.
    Refused,
}

/// What the present session has still to set up.
#[derive(Serialize, ToSchema)]
struct EnrolmentState {
    /// How urgently.
    state: Urgency,
    /// From when on it will be required; `null` but for `grace`.
    required_from: Option<Time>,
    /// Until when its owner asked not to be shown it after signing in; `null` where it is shown.
    not_before: Option<Time>,
    /// What comes first; `null`: choose one of `methods`.
    first: Option<First>,
    /// The methods to choose from: `authenticator` at `/api/v1/authenticators`, `email` at `/api/v1/email-codes`.
    methods: Vec<MethodName>,
    /// Whether a recovery key follows at `/api/v1/recovery-key/make`.
    recovery_key_follows: bool,
}

/// Show what has to be set up
///
/// Answers also while a second step has to be set up first: that is what a problem `must-enrol` leads to.
#[utoipa::path(
    get, path = "/api/v1/enrolment", tag = "Account",
    responses((status = 200, body = EnrolmentState, description = "What is asked of this session now.")),
    security(("session" = [])),
)]
async fn get_enrolment(call: Call, AnySession(signed_in): AnySession) -> Sent<EnrolmentState> {
    let state = enrolment::state(&call, &signed_in);
    let grace = if let Enrolment::Grace(until) = state.enrolment { Some(until) } else { None };
    let put_off = signed_in.facts.account.not_now_at.map(|at| at.plus(NOT_NOW));
    let put_off = put_off.filter(|until| state.enrolment == Enrolment::Offered && *until > call.now);
    Sent(EnrolmentState {
        state: urgency(state.enrolment),
        required_from: grace.map(Time::from),
        not_before: put_off.map(Time::from),
        first: first(state.before).filter(|_| state.enrolment != Enrolment::None),
        methods: state.methods.into_iter().map(MethodName).collect(),
        recovery_key_follows: state.key_follows,
    })
}

fn urgency(enrolment: Enrolment) -> Urgency {
    match enrolment {
        Enrolment::None => Urgency::None,
        Enrolment::Offered => Urgency::Offered,
        Enrolment::Grace(_) => Urgency::Grace,
        Enrolment::Required => Urgency::Required,
    }
}

fn first(before: Before) -> Option<First> {
    match before {
        Before::Nothing => None,
        Before::ConfirmAddress => Some(First::ConfirmAddress),
        Before::SignInAgain => Some(First::SignInAgain),
        Before::RemoveDevice => Some(First::RemoveDevice),
        Before::AskSupport => Some(First::AskSupport),
        Before::Refused(_) => Some(First::Refused),
    }
}

/// Put the set-up off
///
/// Where it is offered, pages do not show it after signing in for 30 days; in a grace period, until the next sign-in.
#[utoipa::path(
    post, path = "/api/v1/enrolment/not-now", tag = "Account",
    responses((status = 204, description = "Noted.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["conflict"]))),
)]
async fn create_enrolment_not_now(call: Call, Session(signed_in): Session) -> Result<StatusCode, Problem> {
    enrolment::put_off(&call, &signed_in).await?;
    Ok(StatusCode::NO_CONTENT)
}
