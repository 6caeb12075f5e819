//! The first step.

use std::sync::Arc;

use countersign_core::puzzle;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::entry::{self, SignInState};
use crate::api::shapes::Sent;
use crate::app::App;
use crate::flow::sign_in::{self, Credentials, FirstStepOutcome, Refusal};
use crate::flow::{Call, FlowError};
use crate::http::cookies::{CookieName, Cookies};
use crate::http::json::Json;
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(create_sign_in))
}

/// E-mail address and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSignIn {
    /// The account's address.
    #[schema(format = Email, min_length = 1, max_length = 254, examples("ada@example.org"))]
    email: String,
    /// Its password.
    #[schema(value_type = String, format = Password, min_length = 1, max_length = 256, write_only)]
    password: Typed,
    /// The solved proof of work, `puzzle.number`, where the problem `puzzle` has asked for one.
    #[schema(max_length = 200)]
    puzzle: Option<String>,
}

/// Sign in with e-mail address and password
///
/// Answers with a session, or with a challenge where the account has a second step. An unknown address is answered like a
/// wrong password, and takes as long.
#[utoipa::path(
    post, path = "/api/v1/sign-in", tag = "Signing in",
    request_body = NewSignIn,
    responses((status = 200, body = SignInState, description = "The first step is passed. A cookie is set.")),
    security(()),
    extensions(("x-problems" = json!(["wrong-credentials", "known-browsers-only", "puzzle", "too-many", "busy"]))),
)]
async fn create_sign_in(
    call: Call,
    cookies: Cookies,
    Json(input): Json<NewSignIn>,
) -> Result<Sent<SignInState>, Problem> {
    let credentials = Credentials {
        email: input.email,
        password: input.password.into(),
        browser: cookies.token(CookieName::Browser),
        session: cookies.token(CookieName::Session),
        puzzle: input.puzzle,
    };
    match sign_in::first_step(&call, credentials).await? {
        FirstStepOutcome::Entered(entry) => Ok(Sent(entry::admitted(&call, &cookies, &entry))),
        FirstStepOutcome::Challenge(open) => entry::challenged(&call, &cookies, &open).await.map(Sent),
        FirstStepOutcome::Refused(refusal) => Err(refused(refusal)),
    }
}

fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Wrong => Problem::new(&problem::WRONG_CREDENTIALS),
        Refusal::TooMany { until } => FlowError::TooMany { until }.into(),
        Refusal::KnownBrowsersOnly => Problem::new(&problem::KNOWN_BROWSERS),
        Refusal::Puzzle(text) => {
            Problem::new(&problem::PUZZLE).telling("puzzle", text).telling("bits", puzzle::BITS)
        }
    }
}
