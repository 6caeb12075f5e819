//! The account's sessions.

use std::sync::Arc;

use axum::http::StatusCode;
use countersign_core::api_token::Scope;
use countersign_core::id::SessionId;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::caller::Id;
use crate::api::shapes::{ClassName, Device, Sent, Time};
use crate::app::App;
use crate::flow::Call;
use crate::flow::session::{self, SessionLine};
use crate::http::extract::ApiCaller;
use crate::http::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_sessions))
        .routes(routes!(end_session))
        .routes(routes!(end_other_sessions))
}

/// A browser that is signed in.
#[derive(Serialize, ToSchema)]
struct Session {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// Whether it is the one that asks.
    present: bool,
    /// The browser, roughly.
    device: Device,
    /// The network address it was last used from.
    #[schema(examples("192.0.2.7"))]
    address: String,
    /// What it was opened or last raised with.
    class: ClassName,
    /// When it began.
    created_at: Time,
    /// When it was last used, to the minute.
    last_used_at: Time,
}

impl From<SessionLine> for Session {
    fn from(line: SessionLine) -> Self {
        Self {
            id: line.id.to_string(),
            present: line.here,
            device: Device::of(&line.user_agent),
            address: line.address,
            class: ClassName(line.class),
            created_at: line.created_at.into(),
            last_used_at: line.last_used_at.into(),
        }
    }
}

/// The account's sessions.
#[derive(Serialize, ToSchema)]
struct Sessions {
    /// The present one first, then by last use.
    items: Vec<Session>,
}

/// How many sessions are over.
#[derive(Serialize, ToSchema)]
struct EndedSessions {
    /// How many sessions were ended.
    ended_sessions: u64,
}

/// List the sessions
#[utoipa::path(
    get, path = "/api/v1/sessions", tag = "Sessions",
    responses((status = 200, body = Sessions, description = "Those that are alive.")),
    security(("session" = []), ("bearer" = ["sessions:read"])),
)]
async fn list_sessions(call: Call, caller: ApiCaller) -> Result<Sent<Sessions>, Problem> {
    caller.account(&call, Scope::SessionsRead).await?;
    let lines = match &caller {
        ApiCaller::Session(signed_in) => session::list(&call, signed_in).await?,
        ApiCaller::Bearer(bearer) => session::list_by_token(&call, bearer).await?,
    };
    Ok(Sent(Sessions { items: lines.into_iter().map(Session::from).collect() }))
}

/// End a session
///
/// Needs recent proof from a session, and none from a bearer token with the scope.
#[utoipa::path(
    delete, path = "/api/v1/sessions/{id}", tag = "Sessions",
    params(("id" = String, Path, format = "uuid", description = "The session.")),
    responses((status = 204, description = "It is over.")),
    security(("session" = []), ("bearer" = ["sessions:end"])),
    extensions(("x-problems" = json!(["step-up-needed", "forbidden"]))),
)]
async fn end_session(call: Call, caller: ApiCaller, Id(id): Id<SessionId>) -> Result<StatusCode, Problem> {
    caller.account(&call, Scope::SessionsEnd).await?;
    match &caller {
        ApiCaller::Session(signed_in) => session::end(&call, signed_in, id).await?,
        ApiCaller::Bearer(bearer) => session::end_by_token(&call, bearer, id).await?,
    }
    Ok(StatusCode::NO_CONTENT)
}

/// End all other sessions
///
/// Needs recent proof from a session, and none from a bearer token with the scope. A token has no session of its own:
/// through it all of them end.
#[utoipa::path(
    post, path = "/api/v1/sessions/end-others", tag = "Sessions",
    responses((status = 200, body = EndedSessions, description = "They are over.")),
    security(("session" = []), ("bearer" = ["sessions:end"])),
    extensions(("x-problems" = json!(["step-up-needed", "forbidden"]))),
)]
async fn end_other_sessions(call: Call, caller: ApiCaller) -> Result<Sent<EndedSessions>, Problem> {
    caller.account(&call, Scope::SessionsEnd).await?;
    let ended_sessions = match &caller {
        ApiCaller::Session(signed_in) => session::end_others(&call, signed_in).await?,
        ApiCaller::Bearer(bearer) => session::end_all_by_token(&call, bearer).await?,
    };
    Ok(Sent(EndedSessions { ended_sessions }))
}
