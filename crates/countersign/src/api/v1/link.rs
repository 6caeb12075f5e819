//! One-time links, and asking for one that sets a new password. A link's token stands in the body, never in an address,
//! which ends up in logs and histories.

use std::sync::Arc;

use axum::http::StatusCode;
use countersign_core::secret::Token;
use countersign_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use super::entry::{self, SignInState};
use crate::api::shapes::{LinkPurposeName, Sent, Time};
use crate::app::App;
use crate::flow::link::{self, Confirmed, Filled};
use crate::flow::{Call, reset};
use crate::http::cookies::{CookieName, Cookies};
use crate::http::json::Json;
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(ask_reset))
        .routes(routes!(view_link))
        .routes(routes!(spend_link))
        .routes(routes!(confirm_link))
}

/// A link's token.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LinkToken {
    /// The token at the end of the link.
    #[schema(value_type = String, min_length = 43, max_length = 43, pattern = "^[A-Za-z0-9_-]{43}$", write_only)]
    token: Typed,
}

/// A link that sets no password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ConfirmingLink {
    /// The token at the end of the link.
    #[schema(value_type = String, min_length = 43, max_length = 43, pattern = "^[A-Za-z0-9_-]{43}$", write_only)]
    token: Typed,
    /// The password that was chosen at the sign-up which the link finishes; the other purposes need none.
    #[schema(value_type = Option<String>, format = Password, min_length = 1, max_length = 256, write_only)]
    password: Option<Typed>,
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
    /// The address that it confirms or gives back. `null` for what is not about an address.
    address: Option<String>,
    /// Whether spending it makes an account and so takes a name and, where there is none yet, an address.
    makes_account: bool,
    /// Whether it sets a password and so is spent by `POST /api/v1/link`; the others are by `POST /api/v1/link/confirm`.
    sets_password: bool,
}

/// Whose password is forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ForgottenPassword {
    /// The account's address.
    #[schema(format = Email, min_length = 3, max_length = 254)]
    email: String,
}

/// What a link did.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum LinkOutcome {
    /// A sign-up: the account is made, and `sign_in` tells how it goes on.
    SignedUp,
    /// The account's address is confirmed.
    AddressConfirmed,
    /// The account has its new address.
    AddressChanged,
    /// The former address is back, every session has ended and changes are locked until a new password is set.
    AddressChangeUndone,
    /// Every session has ended and changes are locked until a new password is set.
    Secured,
    /// The suspension of the second step is over, and so is everything that was signed in.
    SuspensionStopped,
    /// The same, and the account is disabled: without what was set up since, it has no second step left. An administrator
    /// enables it again.
    AccountDisabled,
}

/// What came of a link.
#[derive(Serialize, ToSchema)]
struct ConfirmedLink {
    /// What it did.
    outcome: LinkOutcome,
    /// How signing in goes on after a sign-up. A cookie is set.
    sign_in: Option<SignInState>,
    /// The token of a new link that sets the password, where changes were locked. It is told to this client alone.
    #[schema(value_type = Option<String>)]
    reset_token: Option<Zeroizing<String>>,
    /// When that link ends.
    reset_expires_at: Option<Time>,
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

impl ConfirmedLink {
    const fn plain(outcome: LinkOutcome) -> Self {
        Self { outcome, sign_in: None, reset_token: None, reset_expires_at: None }
    }

    fn with_reset(outcome: LinkOutcome, reset: &Token, until: Timestamp) -> Self {
        let (reset_token, reset_expires_at) = (Some(reset.reveal()), Some(until.into()));
        Self { reset_token, reset_expires_at, ..Self::plain(outcome) }
    }

    async fn of(call: &Call, cookies: &Cookies, confirmed: Confirmed) -> Result<Self, Problem> {
        Ok(match confirmed {
            Confirmed::Entered(entered) => {
                let state = entry::entered(call, cookies, entered).await?;
                Self { sign_in: Some(state), ..Self::plain(LinkOutcome::SignedUp) }
            }
            Confirmed::AddressConfirmed => Self::plain(LinkOutcome::AddressConfirmed),
            Confirmed::AddressChanged => Self::plain(LinkOutcome::AddressChanged),
            Confirmed::SuspensionStopped { disabled } => {
                cookies.remove(CookieName::Session);
                Self::plain(if disabled {
                    LinkOutcome::AccountDisabled
                } else {
                    LinkOutcome::SuspensionStopped
                })
            }
            Confirmed::AddressChangeUndone { reset, expires_at } => {
                Self::with_reset(LinkOutcome::AddressChangeUndone, &reset, expires_at)
            }
            Confirmed::Secured { reset, expires_at } => {
                Self::with_reset(LinkOutcome::Secured, &reset, expires_at)
            }
        })
    }
}

fn token(text: &str) -> Result<Token, Problem> {
    Token::parse(text).ok_or(Problem::new(&problem::NOT_FOUND))
}

/// Ask for a link that sets a new password
///
/// It goes to the account's address. The answer is the same where there is no such account.
#[utoipa::path(
    post, path = "/api/v1/password-reset", tag = "Links",
    request_body = ForgottenPassword,
    responses((status = 202, description = "If there is such an account, a letter is on its way.")),
    security(()),
    extensions(("x-problems" = json!(["forbidden", "too-many"]))),
)]
async fn ask_reset(call: Call, Json(input): Json<ForgottenPassword>) -> Result<StatusCode, Problem> {
    reset::ask(&call, &input.email, None).await?;
    Ok(StatusCode::ACCEPTED)
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
        address: view.address,
        makes_account: view.makes_account,
        sets_password: view.sets_password,
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

/// Confirm by a one-time link
///
/// Does what the link is for, where that sets no password: finishing a sign-up, confirming an address, taking a change of
/// address back, ending a suspension of the second step, or "this was not me". A sign-up takes the password that was chosen, so that nobody finishes what somebody
/// else has begun; five wrong ones end it. Whoever signs up goes on as after a sign-in.
#[utoipa::path(
    post, path = "/api/v1/link/confirm", tag = "Links",
    request_body = ConfirmingLink,
    responses((status = 200, body = ConfirmedLink, description = "Done, and the link is spent.")),
    security(()),
    extensions(("x-problems" = json!(["not-found", "conflict", "too-many", "busy"]))),
)]
async fn confirm_link(
    call: Call,
    cookies: Cookies,
    Json(input): Json<ConfirmingLink>,
) -> Result<Sent<ConfirmedLink>, Problem> {
    let (session, password) = (cookies.token(CookieName::Session), input.password.map(Into::into));
    let confirmed = link::confirm(&call, &token(&input.token)?, session, password).await?;
    cookies.remove(CookieName::Link);
    ConfirmedLink::of(&call, &cookies, confirmed).await.map(Sent)
}
