//! Authenticators: the list, new names, removal.

use std::sync::Arc;

use countersign_core::id::AuthenticatorId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::entry::{self, SignInState};
use crate::api::caller::{EnrollingSession, Id, Session};
use crate::api::shapes::{Sent, Time};
use crate::app::App;
use crate::flow::Call;
use crate::flow::authenticator::{self, DeviceLine};
use crate::flow::email_code::Removal;
use crate::http::cookies::Cookies;
use crate::http::json::Json;
use crate::http::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_authenticators))
        .routes(routes!(rename_authenticator))
        .routes(routes!(remove_authenticator))
}

/// An authenticator app or token. Its key can never be read back.
#[derive(Serialize, ToSchema)]
struct Authenticator {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// The name its owner gave it.
    #[schema(examples("Ada's telephone"))]
    name: String,
    /// When it was set up.
    added_at: Time,
    /// When a code of it was last accepted at a second step.
    last_used_at: Option<Time>,
}

impl From<DeviceLine> for Authenticator {
    fn from(line: DeviceLine) -> Self {
        Self {
            id: line.id.to_string(),
            name: line.name,
            added_at: line.added_at.into(),
            last_used_at: line.last_used_at.map(Time::from),
        }
    }
}

/// The account's authenticators.
#[derive(Serialize, ToSchema)]
struct Authenticators {
    /// The oldest first.
    items: Vec<Authenticator>,
}

/// Another name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewName {
    /// A name that no other authenticator of the account has.
    #[schema(min_length = 1, max_length = 40, examples("Ada's telephone"))]
    name: String,
}

/// List the authenticators
#[utoipa::path(
    get, path = "/api/v1/authenticators", tag = "Authenticators",
    responses((status = 200, body = Authenticators, description = "Those that are set up.")),
    security(("session" = [])),
)]
async fn list_authenticators(
    call: Call,
    EnrollingSession(signed_in): EnrollingSession,
) -> Result<Sent<Authenticators>, Problem> {
    let lines = authenticator::list(&call, &signed_in).await?;
    Ok(Sent(Authenticators { items: lines.into_iter().map(Authenticator::from).collect() }))
}

/// Give an authenticator another name
#[utoipa::path(
    patch, path = "/api/v1/authenticators/{id}", tag = "Authenticators",
    params(("id" = String, Path, format = "uuid", description = "The authenticator.")),
    request_body = NewName,
    responses((status = 200, body = Authenticator, description = "The authenticator under its new name.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["forbidden", "step-up-needed"]))),
)]
async fn rename_authenticator(
    call: Call,
    Session(signed_in): Session,
    Id(id): Id<AuthenticatorId>,
    Json(input): Json<NewName>,
) -> Result<Sent<Authenticator>, Problem> {
    authenticator::rename(&call, &signed_in, id, &input.name).await?;
    Ok(Sent(authenticator::by_id(&call, &signed_in, id).await?.into()))
}

/// Remove an authenticator
///
/// Opens a second step of its own, whatever was proved before: a right answer at `/api/v1/second-step` removes the
/// authenticator and ends every other session.
#[utoipa::path(
    post, path = "/api/v1/authenticators/{id}/removal", tag = "Authenticators",
    params(("id" = String, Path, format = "uuid", description = "The authenticator.")),
    responses((status = 200, body = SignInState, description = "Nothing is removed yet: a second step waits. A cookie is set.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["forbidden"]))),
)]
async fn remove_authenticator(
    call: Call,
    cookies: Cookies,
    EnrollingSession(signed_in): EnrollingSession,
    Id(id): Id<AuthenticatorId>,
) -> Result<Sent<SignInState>, Problem> {
    let open = authenticator::start_removal(&call, &signed_in, id).await?;
    match open {
        Removal::Challenge(open) => entry::challenged(&call, &cookies, &open).await.map(Sent),
        Removal::Done(token) => entry::renewed(&call, &cookies, &token).await.map(Sent),
    }
}
