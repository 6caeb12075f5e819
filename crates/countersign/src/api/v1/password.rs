//! The password.

use std::sync::Arc;

use countersign_core::text::Text;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::entry::{self, RenewedSession};
use crate::api::caller::Session;
use crate::api::shapes::Sent;
use crate::app::App;
use crate::flow::password::{self, Changed};
use crate::flow::{Call, FlowError};
use crate::http::cookies::Cookies;
use crate::http::json::Json;
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(change_password))
}

/// The present password and the one to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    /// The present password.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 256, write_only)]
    present_password: Typed,
    /// The new password. The policy says how long it has to be.
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 256, write_only)]
    new_password: Typed,
}

/// Change the password
///
/// Needs recent proof. Every other session ends, and so do the account's API tokens.
#[utoipa::path(
    post, path = "/api/v1/account/password", tag = "Account",
    request_body = PasswordChange,
    responses((status = 200, body = RenewedSession, description = "Changed. The session cookie is new.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "forbidden", "too-many", "busy"]))),
)]
async fn change_password(
    call: Call,
    cookies: Cookies,
    Session(signed_in): Session,
    Json(input): Json<PasswordChange>,
) -> Result<Sent<RenewedSession>, Problem> {
    let (present, new) = (input.present_password.into(), input.new_password.into());
    match password::change(&call, &signed_in, present, new).await? {
        Changed::Done { session, ended } => {
            entry::renewed_alone(&call, &cookies, &session, ended).await.map(Sent)
        }
        Changed::Wrong => Err(wrong("present_password")),
        Changed::TooMany { until } => Err(FlowError::TooMany { until }.into()),
    }
}

/// The password of somebody who is signed in already is one field among others: the session is not in doubt.
pub(super) fn wrong(field: &str) -> Problem {
    Problem::new(&problem::INVALID).about(field, Text::new("password-current-wrong"))
}
