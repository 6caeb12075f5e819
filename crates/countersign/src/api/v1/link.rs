//! One-time links: invitation, password reset, first administrator. A link's token stands in the body, never in an
//! address, which ends up in logs and histories.

use std::sync::Arc;

use countersign_core::secret::Token;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::entry::{self, SignInState};
use crate::api::shapes::{LinkPurposeName, Sent, Time};
use crate::app::App;
use crate::flow::Call;
use crate::flow::link::{self, Filled};
use crate::http::cookies::{CookieName, Cookies};
use crate::http::json::Json;
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(view_link)).routes(routes!(spend_link))
}

/// A link's token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LinkToken {
    /// The token at the end of the link.
    #[schema(value_type = String, min_length = 43, max_length = 43, pattern = "^[A-Za-z0-9_-]{43}$", write_only)]
    token: Typed,
}

/// What a link is for.
#[derive(Serialize, ToSchema)]
struct Link {
    /// What it lets its holder do.
    purpose: LinkPurposeName,
    /// The account's address, masked; an invitation's own in full. `null` where the address is still to be chosen.
    email: Option<String>,
    /// When it ends by itself.
    expires_at: Time,
    /// Whether spending it makes an account and so takes a name and, where there is none yet, an address.
    makes_account: bool,
}

/// A link and what it asks for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SpentLink {
    /// The token at the end of the link.
    #[schema(value_type = String, min_length = 43, max_length = 43, pattern = "^[A-Za-z0-9_-]{43}$", write_only)]
    token: Typed,
    /// The password to set.
    #[schema(value_type = String, format = Password, min_length = 8, max_length = 256, write_only)]
    password: Typed,
    /// The address, where the link has none.
    #[schema(format = Email, min_length = 3, max_length = 254)]
    email: Option<String>,
    /// The name to greet by, where the link makes an account.
    #[schema(min_length = 1, max_length = 80)]
    display_name: Option<String>,
}

fn token(text: &str) -> Result<Token, Problem> {
    Token::parse(text).ok_or(Problem::new(&problem::NOT_FOUND))
}

/// Look at a one-time link
///
/// Nothing is spent. A link that is over, spent or unknown is not found.
#[utoipa::path(
    post, path = "/api/v1/link/view", tag = "Links",
    request_body = LinkToken,
    responses((status = 200, body = Link, description = "The link can be spent.")),
    security(()),
    extensions(("x-problems" = json!(["not-found", "too-many"]))),
)]
async fn view_link(call: Call, Json(input): Json<LinkToken>) -> Result<Sent<Link>, Problem> {
    let view = link::view(&call, &token(&input.token)?).await?;
    Ok(Sent(Link {
        purpose: LinkPurposeName(view.purpose),
        email: view.email,
        expires_at: view.expires_at.into(),
        makes_account: view.makes_account,
    }))
}

/// Spend a one-time link
///
/// Makes the account or sets the password, and goes on like a sign-in: where the account has a second step, it is asked
/// for.
#[utoipa::path(
    post, path = "/api/v1/link", tag = "Links",
    request_body = SpentLink,
    responses((status = 200, body = SignInState, description = "Spent. A cookie is set.")),
    security(()),
    extensions(("x-problems" = json!(["not-found", "too-many", "busy"]))),
)]
async fn spend_link(
    call: Call,
    cookies: Cookies,
    Json(input): Json<SpentLink>,
) -> Result<Sent<SignInState>, Problem> {
    let token = token(&input.token)?;
    let filled = Filled {
        email: input.email,
        display_name: input.display_name,
        password: input.password.into(),
        browser: cookies.token(CookieName::Browser),
        session: cookies.token(CookieName::Session),
    };
    let entered = link::spend(&call, &token, filled).await?;
    cookies.remove(CookieName::Link);
    entry::entered(&call, &cookies, entered).await.map(Sent)
}
