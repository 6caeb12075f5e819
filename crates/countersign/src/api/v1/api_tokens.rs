//! Bearer tokens for programs. Only a session manages them, so that a token never makes another.

use std::sync::Arc;

use axum::http::StatusCode;
use countersign_core::id::ApiTokenId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use crate::api::caller::{Id, Session};
use crate::api::shapes::{ScopeName, Sent, Time};
use crate::app::App;
use crate::flow::Call;
use crate::flow::api_token::{self, ApiTokenRow, MadeApiToken};
use crate::http::json::Json;
use crate::http::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list_api_tokens, create_api_token)).routes(routes!(end_api_token))
}

/// An API token, without its text.
#[derive(Serialize, ToSchema)]
struct ApiToken {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// The name its owner gave it.
    name: String,
    /// What it may be used for.
    scopes: Vec<ScopeName>,
    /// When it was made.
    created_at: Time,
    /// When it ends by itself.
    expires_at: Time,
    /// When it was last used, to the minute.
    last_used_at: Option<Time>,
}

impl From<ApiTokenRow> for ApiToken {
    fn from(row: ApiTokenRow) -> Self {
        Self {
            id: row.id.to_string(),
            name: row.name,
            scopes: row.scopes.into_iter().map(ScopeName).collect(),
            created_at: row.created_at.into(),
            expires_at: row.expires_at.into(),
            last_used_at: row.last_used_at.map(Time::from),
        }
    }
}

/// The account's API tokens.
#[derive(Serialize, ToSchema)]
struct ApiTokens {
    /// The newest first.
    items: Vec<ApiToken>,
}

/// A token to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewApiToken {
    /// What to call it.
    #[schema(min_length = 1, max_length = 40, examples("Nightly report"))]
    name: String,
    /// What it may be used for.
    #[schema(min_items = 1, max_items = 16)]
    scopes: Vec<ScopeName>,
    /// Its life in days.
    #[schema(minimum = 1, maximum = 365, examples(90))]
    days: u32,
}

/// A token that was just made.
#[derive(Serialize, ToSchema)]
struct CreatedApiToken {
    /// Its text, to be sent as `Authorization: Bearer …`. It is shown this once.
    #[schema(value_type = String, pattern = "^cs_[A-Za-z0-9_-]{43}$")]
    token: Zeroizing<String>,
    /// The rest of it.
    api_token: ApiToken,
}

/// List the API tokens
#[utoipa::path(
    get, path = "/api/v1/api-tokens", tag = "API tokens",
    responses((status = 200, body = ApiTokens, description = "Those that are alive.")),
    security(("session" = [])),
)]
async fn list_api_tokens(call: Call, Session(signed_in): Session) -> Result<Sent<ApiTokens>, Problem> {
    let rows = api_token::list(&call, &signed_in).await?;
    let items = rows.into_iter().map(ApiToken::from).collect();
    Ok(Sent(ApiTokens { items }))
}

/// Make an API token
///
/// Needs recent proof. The token dies with its time, the password, and the account's compliance with its policy.
#[utoipa::path(
    post, path = "/api/v1/api-tokens", tag = "API tokens",
    request_body = NewApiToken,
    responses((status = 201, body = CreatedApiToken, description = "The token, shown this once.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "forbidden", "conflict"]))),
)]
async fn create_api_token(
    call: Call,
    Session(signed_in): Session,
    Json(input): Json<NewApiToken>,
) -> Result<(StatusCode, Sent<CreatedApiToken>), Problem> {
    let scopes = input.scopes.iter().map(|scope| scope.0).collect();
    let new = api_token::NewApiToken { name: input.name, scopes, days: input.days };
    let MadeApiToken { token, line } = api_token::make(&call, &signed_in, new).await?;
    Ok((StatusCode::CREATED, Sent(CreatedApiToken { token: token.reveal(), api_token: line.into() })))
}

/// End an API token
///
/// Needs recent proof.
#[utoipa::path(
    delete, path = "/api/v1/api-tokens/{id}", tag = "API tokens",
    params(("id" = String, Path, format = "uuid", description = "The token's id.")),
    responses((status = 204, description = "It is over.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "forbidden"]))),
)]
async fn end_api_token(
    call: Call,
    Session(signed_in): Session,
    Id(id): Id<ApiTokenId>,
) -> Result<StatusCode, Problem> {
    api_token::end(&call, &signed_in, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
