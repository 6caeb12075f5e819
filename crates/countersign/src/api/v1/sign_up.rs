//! Signing up.

use std::sync::Arc;

use axum::http::StatusCode;
use countersign_core::text::Text;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::shapes::Sent;
use crate::app::App;
use crate::flow::sign_up::{self, Application};
use crate::flow::{Call, account};
use crate::http::form::Query;
use crate::http::json::Json;
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_sign_up, create_account))
}

/// Which organisation is asked about.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Which {
    /// The organisation's short name; the installation's first organisation without it.
    #[param(max_length = 64, pattern = "^[a-z0-9-]+$")]
    organisation: Option<String>,
}

/// Whether people may sign up.
#[derive(Serialize, ToSchema)]
struct SignUp {
    /// Whether anybody may make an account.
    open: bool,
}

/// An account to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAccount {
    /// The address to sign in with.
    #[schema(format = Email, min_length = 3, max_length = 254, examples("ada@example.org"))]
    email: String,
    /// The name to greet by.
    #[schema(min_length = 1, max_length = 80, examples("Ada Lovelace"))]
    display_name: String,
    /// The password: long, not common, without the names around this account.
    #[schema(value_type = String, format = Password, min_length = 15, max_length = 256, write_only)]
    password: Typed,
    /// The language of the portal; as the browser asks, without it.
    #[schema(pattern = "^(en|de)$", examples("en"))]
    language: Option<String>,
    /// The organisation's short name; the installation's first organisation without it.
    #[schema(max_length = 64, pattern = "^[a-z0-9-]+$")]
    organisation: Option<String>,
}

/// Show whether people may sign up
#[utoipa::path(
    get, path = "/api/v1/sign-up", tag = "Signing up",
    params(Which),
    responses((status = 200, body = SignUp, description = "What the organisation's policy says.")),
    security(()),
    extensions(("x-problems" = json!(["not-found"]))),
)]
async fn get_sign_up(call: Call, Query(which): Query<Which>) -> Result<Sent<SignUp>, Problem> {
    let open = sign_up::is_open(&call, which.organisation.as_deref()).await?;
    Ok(Sent(SignUp { open }))
}

/// Sign up
///
/// Where the server sends mail, a letter to the address finishes it; otherwise sign in next. An address that has an account
/// is answered just like a free one.
#[utoipa::path(
    post, path = "/api/v1/sign-up", tag = "Signing up",
    request_body = NewAccount,
    responses((status = 202, description = "Taken in.")),
    security(()),
    extensions(("x-problems" = json!(["forbidden", "not-found", "too-many", "busy"]))),
)]
async fn create_account(call: Call, Json(input): Json<NewAccount>) -> Result<StatusCode, Problem> {
    if input.language.as_deref().is_some_and(|tag| !account::LANGUAGES.contains(&tag)) {
        return Err(Problem::new(&problem::INVALID).about("language", Text::new("language-unknown")));
    }
    let application = Application {
        email: input.email,
        display_name: input.display_name,
        password: input.password.into(),
        language: input.language,
        organisation: input.organisation,
    };
    sign_up::sign_up(&call, application).await?;
    Ok(StatusCode::ACCEPTED)
}
