//! Asking the support desk for help.

use std::sync::Arc;

use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::shapes::LostName;
use crate::app::App;
use crate::flow::Call;
use crate::flow::request::{self, Asked};
use crate::http::cookies::{CookieName, Cookies};
use crate::http::csrf;
use crate::http::extract::Enrolling;
use crate::http::json::Json;
use crate::http::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(ask_support))
}

/// What happened to somebody who can't do the second step.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RequestForHelp {
    /// The account's address. Not needed, and not looked at, where a second step or a session comes with the request.
    #[schema(format = Email, min_length = 3, max_length = 254)]
    email: Option<String>,
    /// What is missing.
    lost: LostName,
    /// What happened, in the person's own words. Needed where `lost` is `other`.
    #[schema(min_length = 1, max_length = 2000)]
    message: Option<String>,
    /// The language of the letters about it, where the account has chosen none: `en` or `de`.
    #[schema(examples("en"))]
    language: Option<String>,
}

/// Ask support for help
///
/// For whoever can't do the second step. The request joins the desk's queue. The answer is the same where there is no such
/// account. With the cookie of a second step in progress, or of a session, and its CSRF token the request is known to be
/// about that account, and the desk is told so.
#[utoipa::path(
    post, path = "/api/v1/lost-access", tag = "Support",
    request_body = RequestForHelp,
    responses((status = 202, description = "It waits in the queue.")),
    security((), ("challenge" = []), ("session" = [])),
    extensions(("x-problems" = json!(["too-many"]))),
)]
async fn ask_support(
    call: Call,
    cookies: Cookies,
    headers: HeaderMap,
    session: Option<Enrolling>,
    Json(input): Json<RequestForHelp>,
) -> Result<StatusCode, Problem> {
    let proves = csrf::header_token(&headers).unwrap_or_default();
    let challenge = cookies.token(CookieName::Challenge).filter(|token| token.csrf_matches(proves));
    let session = session.as_ref().map(|session| &session.0);
    let known = request::known(&call, challenge.as_ref(), session).await?;
    let language = input.language.as_deref().filter(|tag| crate::flow::account::LANGUAGES.contains(tag));
    let asked = Asked {
        email: input.email.as_deref(),
        lost: input.lost.0.as_str(),
        message: input.message.as_deref().unwrap_or_default(),
        language: language.unwrap_or(&call.deps.language),
    };
    request::ask(&call, known, asked).await?;
    Ok(StatusCode::ACCEPTED)
}
