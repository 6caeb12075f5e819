//! The organisation's identity providers, for its administrators.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::StatusCode;
use countersign_core::id::SsoProviderId;
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use crate::api::caller::{AdministratorSession, Id};
use crate::api::shapes::{Sent, Time};
use crate::app::App;
use crate::flow::Call;
use crate::flow::sso::{self, Changes, Line, NewProvider, Which};
use crate::http::json::Json;
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_sso_providers, create_sso_provider))
        .routes(routes!(get_sso_provider, change_sso_provider, remove_sso_provider))
        .routes(routes!(test_sso_provider))
}

/// An identity provider (OpenID Connect). Its client secret is never told.
#[derive(Serialize, ToSchema)]
struct SsoProvider {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// The short name in addresses; it never changes.
    slug: String,
    /// The name on the button.
    name: String,
    /// The issuer, exactly; it never changes.
    issuer: String,
    /// What this installation is called there.
    client_id: String,
    /// The mail domains it stands for.
    domains: Vec<String>,
    /// Whether somebody of those domains gets an account at the first sign-in.
    jit: bool,
    /// Whether the sign-in page has a button.
    button: bool,
    /// Whether it may be used.
    enabled: bool,
    /// The redirect address to be registered there.
    redirect_uri: String,
    /// How many accounts it signs in to.
    accounts: u64,
    /// When it was set up.
    created_at: Time,
    /// When it was last changed.
    changed_at: Time,
    /// When it was last tested.
    checked_at: Option<Time>,
    /// What was wrong then; English.
    check_error: Option<String>,
}

impl From<Line> for SsoProvider {
    fn from(line: Line) -> Self {
        Self {
            id: line.id.to_string(),
            slug: line.slug,
            name: line.name,
            issuer: line.issuer,
            client_id: line.client_id,
            domains: line.domains.into_iter().collect(),
            jit: line.jit,
            button: line.button,
            enabled: line.enabled,
            redirect_uri: line.answers_at,
            accounts: line.accounts,
            created_at: line.created_at.into(),
            changed_at: line.changed_at.into(),
            checked_at: line.checked_at.map(Time::from),
            check_error: line.check_error,
        }
    }
}

/// The organisation's identity providers.
#[derive(Serialize, ToSchema)]
struct SsoProviders {
    /// By short name.
    items: Vec<SsoProvider>,
}

/// A provider to be set up.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSsoProvider {
    /// The short name in addresses: small letters, digits and inner dashes.
    #[schema(min_length = 1, max_length = 32, examples("corp"))]
    slug: String,
    /// The name on the button.
    #[schema(min_length = 1, max_length = 80)]
    name: String,
    /// The issuer, exactly as the provider names it.
    #[schema(min_length = 1, max_length = 512, examples("https://login.example.org"))]
    issuer: String,
    /// What this installation is called there.
    #[schema(min_length = 1, max_length = 512)]
    client_id: String,
    /// What it proves itself with there.
    #[schema(value_type = String, min_length = 1, max_length = 512)]
    client_secret: Typed,
    /// The mail domains it stands for.
    #[serde(default)]
    #[schema(max_items = 50)]
    domains: Vec<String>,
    /// Whether somebody of those domains gets an account at the first sign-in.
    #[serde(default)]
    jit: bool,
    /// Whether the sign-in page has a button.
    #[serde(default)]
    button: bool,
}

/// What is to be different; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SsoProviderChanges {
    /// The name on the button.
    #[schema(min_length = 1, max_length = 80)]
    name: Option<String>,
    /// What this installation is called there.
    #[schema(min_length = 1, max_length = 512)]
    client_id: Option<String>,
    /// What it proves itself with there.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 512)]
    client_secret: Option<Typed>,
    /// The mail domains it stands for.
    #[schema(max_items = 50)]
    domains: Option<Vec<String>>,
    /// Whether somebody of those domains gets an account at the first sign-in.
    jit: Option<bool>,
    /// Whether the sign-in page has a button.
    button: Option<bool>,
    /// Whether it may be used.
    enabled: Option<bool>,
    /// The provider's `changed_at`, as it stood when these changes were thought of: where somebody has changed it since,
    /// nothing is done. Left out: the changes are made however it stands.
    #[schema(format = "date-time", examples("2026-03-01T09:30:00.000Z"))]
    changed_at: Option<String>,
}

/// One step of a test.
#[derive(Serialize, ToSchema)]
struct SsoTestStep {
    /// Which: `discovery`, `issuer`, `endpoints`, `algorithms`, `keys` or `client`.
    #[schema(value_type = String, examples("discovery"))]
    step: &'static str,
    /// What is wrong; English. `null`: nothing.
    fault: Option<String>,
}

/// What came of a test; the steps after the first fault are not taken.
#[derive(Serialize, ToSchema)]
struct SsoTest {
    /// Whether every step was passed.
    ok: bool,
    /// In their order.
    steps: Vec<SsoTestStep>,
}

fn secret(typed: &Typed) -> Zeroizing<String> {
    Zeroizing::new(String::from(&**typed))
}

fn seen(text: &str) -> Result<Timestamp, Problem> {
    let wrong = |_| Problem::new(&problem::MALFORMED).about("changed_at", Text::new("field-wrong"));
    let instant: jiff::Timestamp = text.parse().map_err(wrong)?;
    Ok(Timestamp::from_millis(instant.as_millisecond()))
}

/// List the identity providers
#[utoipa::path(
    get, path = "/api/v1/organisation/sso", tag = "Operation",
    responses((status = 200, body = SsoProviders, description = "Those of the own organisation.")),
    security(("session" = [])),
)]
async fn list_sso_providers(
    call: Call,
    AdministratorSession(signed_in): AdministratorSession,
) -> Result<Sent<SsoProviders>, Problem> {
    let lines = sso::list(&call, Some(&signed_in), None).await?;
    Ok(Sent(SsoProviders { items: lines.into_iter().map(SsoProvider::from).collect() }))
}

/// Set up an identity provider
///
/// Takes a second step of its own, which it uses up.
#[utoipa::path(
    post, path = "/api/v1/organisation/sso", tag = "Operation",
    request_body = NewSsoProvider,
    responses((status = 201, body = SsoProvider, description = "It is switched on.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "forbidden"]))),
)]
async fn create_sso_provider(
    call: Call,
    AdministratorSession(signed_in): AdministratorSession,
    Json(input): Json<NewSsoProvider>,
) -> Result<(StatusCode, Sent<SsoProvider>), Problem> {
    let new = NewProvider {
        client_secret: secret(&input.client_secret),
        slug: input.slug,
        name: input.name,
        issuer: input.issuer,
        client_id: input.client_id,
        domains: input.domains,
        jit: input.jit,
        button: input.button,
    };
    let id = sso::add(&call, Some(&signed_in), None, new).await?;
    let line = sso::find(&call, &signed_in, id).await?;
    Ok((StatusCode::CREATED, Sent(line.into())))
}

/// Show an identity provider
#[utoipa::path(
    get, path = "/api/v1/organisation/sso/{id}", tag = "Operation",
    params(("id" = String, Path, format = "uuid", description = "The provider's id.")),
    responses((status = 200, body = SsoProvider, description = "One of the own organisation.")),
    security(("session" = [])),
)]
async fn get_sso_provider(
    call: Call,
    AdministratorSession(signed_in): AdministratorSession,
    Id(id): Id<SsoProviderId>,
) -> Result<Sent<SsoProvider>, Problem> {
    Ok(Sent(sso::find(&call, &signed_in, id).await?.into()))
}

/// Change an identity provider
///
/// Takes a second step of its own, which it uses up. Where somebody else is faster, nothing is done.
#[utoipa::path(
    patch, path = "/api/v1/organisation/sso/{id}", tag = "Operation",
    params(("id" = String, Path, format = "uuid", description = "The provider's id.")),
    request_body = SsoProviderChanges,
    responses((status = 200, body = SsoProvider, description = "As it is now.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "forbidden", "conflict"]))),
)]
async fn change_sso_provider(
    call: Call,
    AdministratorSession(signed_in): AdministratorSession,
    Path(text): Path<String>,
    Json(input): Json<SsoProviderChanges>,
) -> Result<Sent<SsoProvider>, Problem> {
    let id = text.parse().map_err(|_| Problem::new(&problem::NOT_FOUND))?;
    let changes = Changes {
        client_secret: input.client_secret.as_ref().map(secret),
        name: input.name,
        client_id: input.client_id,
        domains: input.domains,
        jit: input.jit,
        button: input.button,
        enabled: input.enabled,
        seen: input.changed_at.as_deref().map(seen).transpose()?,
    };
    sso::change(&call, Which::Own(&signed_in, id), changes).await?;
    Ok(Sent(sso::find(&call, &signed_in, id).await?.into()))
}

/// Remove an identity provider
///
/// Takes a second step of its own, which it uses up. Refused while accounts have no other way to sign in.
#[utoipa::path(
    delete, path = "/api/v1/organisation/sso/{id}", tag = "Operation",
    params(("id" = String, Path, format = "uuid", description = "The provider's id.")),
    responses((status = 204, description = "It is gone, and with it what it signed in to.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "forbidden", "conflict"]))),
)]
async fn remove_sso_provider(
    call: Call,
    AdministratorSession(signed_in): AdministratorSession,
    Id(id): Id<SsoProviderId>,
) -> Result<StatusCode, Problem> {
    sso::remove(&call, &signed_in, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Test an identity provider
///
/// Reads its description and keys and tries the client id and secret.
#[utoipa::path(
    post, path = "/api/v1/organisation/sso/{id}/test", tag = "Operation",
    params(("id" = String, Path, format = "uuid", description = "The provider's id.")),
    responses((status = 200, body = SsoTest, description = "What came of it.")),
    security(("session" = [])),
)]
async fn test_sso_provider(
    call: Call,
    AdministratorSession(signed_in): AdministratorSession,
    Id(id): Id<SsoProviderId>,
) -> Result<Sent<SsoTest>, Problem> {
    let steps = sso::test(&call, &signed_in, id).await?;
    let ok = steps.iter().all(|checked| checked.fault.is_none());
    let step = |checked: sso::Checked| SsoTestStep { step: checked.step.as_str(), fault: checked.fault };
    Ok(Sent(SsoTest { ok, steps: steps.into_iter().map(step).collect() }))
}
