//! The second step in progress of this browser: of a sign-in, a step-up or a removal.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use countersign_core::secret::Token;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::entry::{self, SignInState};
use crate::api::shapes::{MethodName, PurposeName, Sent, Time};
use crate::app::App;
use crate::flow::second_step::{self, Answer, Reply};
use crate::flow::{Call, FlowError};
use crate::http::cookies::{CookieName, Cookies};
use crate::http::csrf;
use crate::http::json::Json;
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_second_step, answer_second_step, cancel_second_step))
}

/// The challenge that this browser holds. What changes something also brings the challenge's own CSRF token, because
/// somebody in the middle of a sign-in has no session yet.
struct Held(Token);

impl FromRequestParts<Arc<App>> for Held {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let cookies = Cookies::from_request_parts(parts, app).await?;
        let token = cookies.token(CookieName::Challenge).ok_or(Problem::new(&problem::SIGN_IN_NEEDED))?;
        let proved = csrf::header_token(&parts.headers).is_some_and(|text| token.csrf_matches(text));
        if parts.method.is_safe() || proved {
            Ok(Self(token))
        } else {
            Err(Problem::new(&problem::STALE_FORM))
        }
    }
}

/// A second step that waits for its answer.
#[derive(Serialize, ToSchema)]
struct SecondStep {
    /// What a right code will be used for.
    purpose: PurposeName,
    /// The account, masked.
    #[schema(examples("a•••@e•••.org"))]
    account: String,
    /// The methods to choose from, last used first.
    methods: Vec<MethodName>,
    /// Wrong answers that are still allowed.
    #[schema(maximum = 5)]
    tries_left: u32,
    /// When it ends by itself.
    expires_at: Time,
    /// The name of the authenticator that will be removed, where that is the purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    authenticator: Option<String>,
    /// The value of the header `X-CSRF-Token` for the answer.
    #[schema(min_length = 43, max_length = 43)]
    csrf_token: String,
}

/// A code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SecondStepAnswer {
    /// The six digits that the authenticator app shows. Blanks and dashes between them do no harm.
    #[schema(value_type = String, min_length = 6, max_length = 64, examples("123 456"), write_only)]
    code: Typed,
}

/// Show the second step in progress
#[utoipa::path(
    get, path = "/api/v1/second-step", tag = "Signing in",
    responses((status = 200, body = SecondStep, description = "The second step waits for its answer.")),
    security(("challenge" = [])),
    extensions(("x-problems" = json!(["over"]))),
)]
async fn get_second_step(call: Call, Held(token): Held) -> Result<Sent<SecondStep>, Problem> {
    let view = second_step::view(&call, &token).await.map_err(|error| match error {
        FlowError::NotFound => Problem::new(&problem::OVER),
        other => other.into(),
    })?;
    Ok(Sent(SecondStep {
        purpose: PurposeName(view.purpose),
        account: view.account,
        methods: view.offers.into_iter().map(|offer| MethodName(offer.method)).collect(),
        tries_left: view.tries_left,
        expires_at: view.expires_at.into(),
        authenticator: view.subject,
        csrf_token: token.csrf(),
    }))
}

/// Answer the second step
///
/// A right code ends the sign-in in a session, or does what the step was opened for; either way the session cookie is
/// new and so is the CSRF token. A code counts once. A late code was right a short while ago: send the present one.
#[utoipa::path(
    post, path = "/api/v1/second-step", tag = "Signing in",
    request_body = SecondStepAnswer,
    responses((status = 200, body = SignInState, description = "Right. A session cookie is set.")),
    security(("challenge" = [])),
    extensions(("x-problems" = json!(["wrong-code", "late-code", "used-code", "over", "too-many"]))),
)]
async fn answer_second_step(
    call: Call,
    cookies: Cookies,
    Held(challenge): Held,
    Json(input): Json<SecondStepAnswer>,
) -> Result<Sent<SignInState>, Problem> {
    let (browser, session) = (cookies.token(CookieName::Browser), cookies.token(CookieName::Session));
    let reply = Reply {
        method: None,
        challenge: &challenge,
        browser: browser.as_ref(),
        session: session.as_ref(),
        code: &input.code,
    };
    match second_step::answer(&call, &reply).await? {
        Answer::Entered(entry) => Ok(Sent(entry::admitted(&call, &cookies, &entry))),
        Answer::Done { session, .. } => {
            cookies.remove(CookieName::Challenge);
            entry::renewed(&call, &cookies, &session).await.map(Sent)
        }
        refusal => Err(refused(&cookies, &refusal)),
    }
}

fn refused(cookies: &Cookies, answer: &Answer) -> Problem {
    match *answer {
        Answer::Wrong { tries_left } => Problem::new(&problem::WRONG_CODE).telling("tries_left", tries_left),
        Answer::Late | Answer::Superseded | Answer::NoCode | Answer::Held { .. } => {
            Problem::new(&problem::LATE_CODE)
        }
        Answer::Used => Problem::new(&problem::USED_CODE),
        Answer::TooMany { until } => FlowError::TooMany { until }.into(),
        Answer::Over | Answer::Entered(_) | Answer::Done { .. } => {
            cookies.remove(CookieName::Challenge);
            Problem::new(&problem::OVER)
        }
    }
}

/// Leave the second step
#[utoipa::path(
    delete, path = "/api/v1/second-step", tag = "Signing in",
    responses((status = 204, description = "The challenge is over and its cookie is gone.")),
    security(("challenge" = [])),
)]
async fn cancel_second_step(call: Call, cookies: Cookies, Held(token): Held) -> Result<StatusCode, Problem> {
    second_step::cancel(&call, &token).await?;
    cookies.remove(CookieName::Challenge);
    Ok(StatusCode::NO_CONTENT)
}
