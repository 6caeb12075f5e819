//! The present session.

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use countersign_core::session::STEP_UP_FRESH;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::entry::State;
use crate::api::caller::AnySession;
use crate::api::shapes::{ClassName, Sent, Time};
use crate::app::App;
use crate::flow::{Call, session};
use crate::http::clear_site_data;
use crate::http::cookies::{CookieName, Cookies};
use crate::http::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_session)).routes(routes!(create_sign_out))
}

/// The session of this browser.
#[derive(Serialize, ToSchema)]
struct PresentSession {
    /// Its id, as in the list of sessions.
    #[schema(format = "uuid")]
    id: String,
    /// Whether everything answers, or the set-up of a second step comes first.
    state: State,
    /// What it was opened or last raised with.
    class: ClassName,
    /// The value of the header `X-CSRF-Token`.
    #[schema(min_length = 43, max_length = 43)]
    csrf_token: String,
    /// Its absolute end. It ends earlier when it is not used.
    expires_at: Time,
    /// Until when changes that ask for recent proof need no new one; `null` when it is needed now.
    proof_fresh_until: Option<Time>,
}

/// Show the present session
///
/// Answers also while a second step has to be set up first. A page that was loaded anew finds its CSRF token here.
#[utoipa::path(
    get, path = "/api/v1/session", tag = "Signing in",
    responses((status = 200, body = PresentSession, description = "Somebody is signed in.")),
    security(("session" = [])),
)]
async fn get_session(call: Call, AnySession(signed_in): AnySession) -> Sent<PresentSession> {
    let fresh_until = signed_in.stepped_up_at.map(|at| at.plus(STEP_UP_FRESH));
    Sent(PresentSession {
        id: signed_in.session.to_string(),
        state: signed_in.standing.into(),
        class: ClassName(signed_in.class),
        csrf_token: signed_in.csrf,
        expires_at: signed_in.expires_at.into(),
        proof_fresh_until: fresh_until.filter(|until| *until > call.now).map(Time::from),
    })
}

/// Sign out
#[utoipa::path(
    post, path = "/api/v1/sign-out", tag = "Signing in",
    responses((status = 204, description = "The session is over and its cookie is gone.")),
    security(("session" = [])),
)]
async fn create_sign_out(
    call: Call,
    cookies: Cookies,
    AnySession(signed_in): AnySession,
) -> Result<(StatusCode, HeaderMap), Problem> {
    session::sign_out(&call, &signed_in).await?;
    cookies.remove(CookieName::Session);
    let mut headers = HeaderMap::new();
    clear_site_data(&mut headers);
    Ok((StatusCode::NO_CONTENT, headers))
}
