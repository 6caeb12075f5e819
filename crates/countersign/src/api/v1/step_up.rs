//! Proving again who one is.

use std::sync::Arc;

use countersign_core::text::Text;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::entry::{self, SignInState};
use super::password::wrong;
use crate::api::caller::EnrollingSession;
use crate::api::shapes::Sent;
use crate::app::App;
use crate::flow::step_up::{self, PasswordStepUp, StepUp};
use crate::flow::{Call, FlowError};
use crate::http::cookies::Cookies;
use crate::http::json::Json;
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(create_step_up))
}

/// What proves the person where nothing stronger is set up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewStepUp {
    /// The account's password. Not looked at where the account has a second step.
    #[schema(value_type = Option<String>, format = Password, min_length = 1, max_length = 256, write_only)]
    password: Option<Typed>,
}

/// Prove again who you are
///
/// Changes that matter ask for proof that is at most five minutes old. Where the account has a second step, this opens a
/// challenge: answer it at `/api/v1/second-step`. Otherwise the password is the proof, and the answer is the session
/// under a new token.
#[utoipa::path(
    post, path = "/api/v1/account/step-up", tag = "Account",
    request_body = NewStepUp,
    responses((status = 200, body = SignInState, description = "A challenge was opened, or the proof counts. A cookie is set.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["too-many", "busy"]))),
)]
async fn create_step_up(
    call: Call,
    cookies: Cookies,
    EnrollingSession(signed_in): EnrollingSession,
    Json(input): Json<NewStepUp>,
) -> Result<Sent<SignInState>, Problem> {
    if let StepUp::Challenge(open) = step_up::start(&call, &signed_in, None).await? {
        return entry::challenged(&call, &cookies, &open).await.map(Sent);
    }
    let missing = || Problem::new(&problem::INVALID).about("password", Text::new("field-missing"));
    let password = input.password.ok_or_else(missing)?;
    match step_up::with_password(&call, &signed_in, password.into()).await? {
        PasswordStepUp::Done(token) => entry::renewed(&call, &cookies, &token).await.map(Sent),
        PasswordStepUp::Wrong => Err(wrong("password")),
        PasswordStepUp::TooMany { until } => Err(FlowError::TooMany { until }.into()),
    }
}
