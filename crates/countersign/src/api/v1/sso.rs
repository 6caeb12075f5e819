//! Single sign-on: which provider signs somebody in, and which sign-ins are linked to the account.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::caller::Session;
use crate::api::shapes::{Sent, Time};
use crate::app::App;
use crate::flow::Call;
use crate::flow::sso::{self, Choice};
use crate::http::json::Json;
use crate::http::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_providers))
        .routes(routes!(find_provider))
        .routes(routes!(list_linked_sign_ins))
        .routes(routes!(unlink_sign_in))
}

/// An identity provider to choose.
#[derive(Serialize, ToSchema)]
struct SignInProvider {
    /// Its short name.
    #[schema(examples("corp"))]
    slug: String,
    /// Its name.
    name: String,
    /// Where a browser begins: a page of this server with the provider's button.
    #[schema(examples("/sign-in"))]
    page: String,
}

impl SignInProvider {
    fn of(choice: Choice, page: &str) -> Self {
        Self { slug: choice.slug, name: choice.name, page: page.to_owned() }
    }
}

/// The providers that the sign-in page has buttons for.
#[derive(Serialize, ToSchema)]
struct SignInProviders {
    /// By short name.
    items: Vec<SignInProvider>,
    /// Whether there are others, which are found by an address.
    finds_others: bool,
}

/// An address whose provider is looked for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProviderSearch {
    /// The e-mail address.
    #[schema(max_length = 254, examples("ada@corp.example"))]
    email: String,
}

/// What was found.
#[derive(Serialize, ToSchema)]
struct FoundProvider {
    /// The provider that stands for the address's domain; `null` where none does.
    provider: Option<SignInProvider>,
}

/// A provider that signs in to the account.
#[derive(Serialize, ToSchema)]
struct LinkedSignIn {
    /// Its short name.
    slug: String,
    /// Its name.
    name: String,
    /// The address that it told last.
    email: Option<String>,
    /// When it was linked.
    linked_at: Time,
    /// When it was last used.
    last_used_at: Option<Time>,
    /// Whether it may be used now.
    enabled: bool,
    /// Whether the account has no other way in, so that it stays.
    is_last: bool,
}

/// The providers that sign in to the account.
#[derive(Serialize, ToSchema)]
struct LinkedSignIns {
    /// By short name.
    items: Vec<LinkedSignIn>,
}

/// List the providers on the sign-in page
///
/// Signing in by provider takes a browser: it goes to the provider and comes back with the answer, which counts only in the
/// browser that began. So there is no operation that begins it; `page` is where a browser does.
#[utoipa::path(
    get, path = "/api/v1/sign-in/providers", tag = "Signing in",
    responses((status = 200, body = SignInProviders, description = "Those of the first organisation.")),
    security(()),
)]
async fn get_providers(call: Call) -> Result<Sent<SignInProviders>, Problem> {
    let front = sso::front(&call, None).await?;
    let items = front.buttons.into_iter().map(|choice| SignInProvider::of(choice, "/sign-in")).collect();
    Ok(Sent(SignInProviders { items, finds_others: front.finds_others }))
}

/// Find the provider of an address
///
/// By its domain alone: nothing is said about accounts.
#[utoipa::path(
    post, path = "/api/v1/sign-in/providers/find", tag = "Signing in",
    request_body = ProviderSearch,
    responses((status = 200, body = FoundProvider, description = "The provider, or none.")),
    security(()),
)]
async fn find_provider(
    call: Call,
    Json(input): Json<ProviderSearch>,
) -> Result<Sent<FoundProvider>, Problem> {
    let found = sso::by_address(&call, &input.email).await?;
    Ok(Sent(FoundProvider { provider: found.map(|choice| SignInProvider::of(choice, "/sso")) }))
}

/// List the linked sign-ins
///
/// Linking takes a browser: it begins on the page `/account/security`.
#[utoipa::path(
    get, path = "/api/v1/account/sign-ins", tag = "Account",
    responses((status = 200, body = LinkedSignIns, description = "What signs in to this account.")),
    security(("session" = [])),
)]
async fn list_linked_sign_ins(
    call: Call,
    Session(signed_in): Session,
) -> Result<Sent<LinkedSignIns>, Problem> {
    let linked = sso::linked(&call, &signed_in).await?;
    let item = |one: sso::Linked| LinkedSignIn {
        slug: one.slug,
        name: one.name,
        email: one.email,
        linked_at: one.linked_at.into(),
        last_used_at: one.last_used_at.map(Time::from),
        enabled: one.enabled,
        is_last: one.is_last,
    };
    Ok(Sent(LinkedSignIns { items: linked.into_iter().map(item).collect() }))
}

/// Unlink a sign-in
///
/// Needs recent proof. The other sessions end; the last way in stays.
#[utoipa::path(
    delete, path = "/api/v1/account/sign-ins/{slug}", tag = "Account",
    params(("slug" = String, Path, description = "The provider's short name.")),
    responses((status = 204, description = "It no longer signs in.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "forbidden", "conflict"]))),
)]
async fn unlink_sign_in(
    call: Call,
    Session(signed_in): Session,
    Path(slug): Path<String>,
) -> Result<StatusCode, Problem> {
    sso::unlink(&call, &signed_in, &slug).await?;
    Ok(StatusCode::NO_CONTENT)
}
