//! The second step in progress of this browser: of a sign-in, a step-up or a removal.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use countersign_core::method::Method;
use countersign_core::secret::Token;
use countersign_core::sign_in::Offer;
use countersign_core::text::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::entry::{self, SignInState};
use super::phone_code::PhoneState;
use super::telegram_step::TelegramQuestion;
use crate::api::shapes::{MethodName, PurposeName, Sent, Time};
use crate::app::App;
use crate::flow::second_step::{self, Again, Answer, Delivery, MailCode, Reply, Sending};
use crate::flow::{Call, FlowError};
use crate::http::cookies::{CookieName, Cookies};
use crate::http::csrf;
use crate::http::json::Json;
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;
use crate::text;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_second_step, answer_second_step, cancel_second_step))
        .routes(routes!(choose_method))
        .routes(routes!(send_code))
}

/// The challenge that this browser holds. What changes something also brings the challenge's own CSRF token, because
/// somebody in the middle of a sign-in has no session yet.
pub(super) struct Held(pub(super) Token);

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
pub(super) struct SecondStep {
    /// What a right code will be used for.
    purpose: PurposeName,
    /// The account, masked.
    #[schema(examples("a•••@e•••.org"))]
    account: String,
    /// The method that is asked for now.
    method: MethodName,
    /// The methods to choose from, the one to begin with first.
    offers: Vec<OfferedAnswer>,
    /// How the code by e-mail stands; `null` where that method is not on offer.
    mail_code: Option<MailCodeState>,
    /// How the question in Telegram stands; `null` where that method is not on offer.
    telegram: Option<TelegramQuestion>,
    /// How calls and SMS stand; `null` where that method is not on offer.
    phone: Option<PhoneState>,
    /// Wrong answers that are still allowed.
    #[schema(maximum = 5)]
    tries_left: u32,
    /// When it ends by itself.
    expires_at: Time,
    /// The name of what the purpose is about: the authenticator that will be removed, or the masked number that will be proved or
    /// removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    authenticator: Option<String>,
    /// The value of the header `X-CSRF-Token` for the answer.
    #[schema(min_length = 43, max_length = 43)]
    csrf_token: String,
}

/// A method that the second step can be answered with.
#[derive(Serialize, ToSchema)]
struct OfferedAnswer {
    /// Which.
    method: MethodName,
    /// What it needs, where that is not plain: the masked address that a code goes to.
    #[schema(examples("a•••@e•••.org"))]
    hint: Option<String>,
    /// Until when it can't be used, because the password was reset by e-mail a short while ago.
    held_until: Option<Time>,
}

/// How the code by e-mail stands.
#[derive(Serialize, ToSchema)]
struct MailCodeState {
    /// The address it goes to, masked.
    #[schema(examples("a•••@e•••.org"))]
    to: String,
    /// The code that can be answered now; `null`: none was sent, or another second step has asked for one since.
    sent: Option<SentCode>,
    /// Whether another one may be asked for.
    again: AgainState,
    /// When another one may be asked for, where waiting helps.
    again_at: Option<Time>,
    /// Whether letters can't get out at this moment. They wait and go out when they can.
    is_mail_down: bool,
}

/// A code that was sent and waits for its answer.
#[derive(Serialize, ToSchema)]
struct SentCode {
    /// When it was asked for.
    sent_at: Time,
    /// When it ends.
    expires_at: Time,
    /// Four characters that stand in its letter too, so that a person sees which letter counts.
    #[schema(examples("7K2M"))]
    reference: String,
    /// How far its letter has come.
    delivery: DeliveryState,
}

/// How far a letter has come.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum DeliveryState {
    /// It is about to be sent.
    OnItsWay,
    /// The mail server has taken it.
    Sent,
    /// The mail server could not be reached; it is tried again.
    Delayed,
    /// The address does not take it, or its time was over.
    Refused,
}

/// Whether another code may be asked for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum AgainState {
    /// At once.
    Now,
    /// Later: `again_at` says when.
    Later,
    /// The account has had all the codes of the hour or the day.
    Limited,
    /// Not in this second step.
    Never,
}

impl AgainState {
    /// Whether, and when where waiting helps.
    pub(super) fn of(again: Again) -> (Self, Option<Time>) {
        match again {
            Again::Now => (Self::Now, None),
            Again::At(at) => (Self::Later, Some(at.into())),
            Again::Limited(until) => (Self::Limited, until.map(Time::from)),
            Again::Never => (Self::Never, None),
        }
    }
}

impl From<Delivery> for DeliveryState {
    fn from(delivery: Delivery) -> Self {
        match delivery {
            Delivery::OnItsWay => Self::OnItsWay,
            Delivery::Sent => Self::Sent,
            Delivery::Delayed => Self::Delayed,
            Delivery::Refused => Self::Refused,
        }
    }
}

impl From<MailCode> for MailCodeState {
    fn from(mail: MailCode) -> Self {
        let (again, again_at) = AgainState::of(mail.again);
        let sent = mail.sent.map(|sent| SentCode {
            sent_at: sent.at.into(),
            expires_at: sent.expires_at.into(),
            reference: sent.reference,
            delivery: sent.delivery.into(),
        });
        Self { to: mail.to, sent, again, again_at, is_mail_down: mail.is_mail_down }
    }
}

/// A code, a recovery key, or what support reads out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SecondStepAnswer {
    /// The method that it answers; left out: the one that is asked for.
    method: Option<MethodName>,
    /// The six digits that the authenticator app shows or that came by e-mail or SMS, the last four of the number that calls,
    /// the recovery key, or the eight characters that support reads out. Blanks and dashes do no harm. Nothing with the method
    /// `telegram`, once somebody has confirmed there.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 4, max_length = 64, examples("123 456"), write_only)]
    code: Option<Typed>,
}

/// A method to go on with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChosenMethod {
    /// One of those on offer.
    method: MethodName,
}

/// Show the second step in progress
#[utoipa::path(
    get, path = "/api/v1/second-step", tag = "Signing in",
    responses((status = 200, body = SecondStep, description = "The second step waits for its answer.")),
    security(("challenge" = [])),
    extensions(("x-problems" = json!(["over"]))),
)]
async fn get_second_step(call: Call, Held(token): Held) -> Result<Sent<SecondStep>, Problem> {
    shown(&call, &token).await.map(Sent)
}

pub(super) async fn shown(call: &Call, token: &Token) -> Result<SecondStep, Problem> {
    let view = second_step::view(call, token).await.map_err(over)?;
    let offered = |offer: &Offer| OfferedAnswer {
        method: MethodName(offer.method),
        hint: view.mail.as_ref().filter(|_| offer.method == Method::Email).map(|mail| mail.to.clone()),
        held_until: offer.held_until.map(Time::from),
    };
    Ok(SecondStep {
        purpose: PurposeName(view.purpose),
        method: MethodName(view.method),
        offers: view.offers.iter().map(offered).collect(),
        account: view.account,
        mail_code: view.mail.map(MailCodeState::from),
        telegram: view.telegram.map(TelegramQuestion::from),
        phone: view.phone.map(PhoneState::from),
        tries_left: view.tries_left,
        expires_at: view.expires_at.into(),
        authenticator: view.subject,
        csrf_token: token.csrf(),
    })
}

/// A challenge that is not there has ended: whoever holds its cookie had one.
pub(super) fn over(error: FlowError) -> Problem {
    match error {
        FlowError::NotFound => Problem::new(&problem::OVER),
        other => other.into(),
    }
}

/// Choose the method
///
/// Goes on with another method of the second step. Choosing e-mail codes for the first time sends one; what stands
/// against that is told by `mail_code`. Wrong answers and codes sent so far stay counted.
#[utoipa::path(
    post, path = "/api/v1/second-step/method", tag = "Signing in",
    request_body = ChosenMethod,
    responses((status = 200, body = SecondStep, description = "The second step as it is now.")),
    security(("challenge" = [])),
    extensions(("x-problems" = json!(["conflict", "over"]))),
)]
async fn choose_method(
    call: Call,
    cookies: Cookies,
    Held(token): Held,
    Json(input): Json<ChosenMethod>,
) -> Result<Sent<SecondStep>, Problem> {
    let (browser, session) = (cookies.token(CookieName::Browser), cookies.token(CookieName::Session));
    second_step::choose(&call, &token, browser.as_ref(), session.as_ref(), input.method.0)
        .await
        .map_err(over)?;
    shown(&call, &token).await.map(Sent)
}

/// Send another code by e-mail
///
/// The newest code alone counts. Three are sent for one second step, with growing pauses, and a limited number for an
/// account: 5 an hour and 10 a day.
#[utoipa::path(
    post, path = "/api/v1/second-step/code", tag = "Signing in",
    responses((status = 200, body = SecondStep, description = "It is on its way.")),
    security(("challenge" = [])),
    extensions(("x-problems" = json!(["too-many", "conflict", "over"]))),
)]
async fn send_code(call: Call, cookies: Cookies, Held(token): Held) -> Result<Sent<SecondStep>, Problem> {
    let (browser, session) = (cookies.token(CookieName::Browser), cookies.token(CookieName::Session));
    let sending = second_step::send_again(&call, &token, browser.as_ref(), session.as_ref()).await;
    let conflict = |key| Err(Problem::new(&problem::CONFLICT).saying(Text::new(key)));
    match sending.map_err(over)? {
        Sending::Sent => shown(&call, &token).await.map(Sent),
        Sending::TooSoon { at } => Err(FlowError::TooMany { until: Some(at) }.into()),
        Sending::TooMany { until } => Err(FlowError::TooMany { until }.into()),
        Sending::NoMore => conflict(text!("second-step-no-more-codes")),
        Sending::NoMail => conflict(text!("second-step-mail-off")),
        Sending::NobodyToAsk => conflict(text!("second-step-nobody-to-ask")),
        Sending::Over => Err(Problem::new(&problem::OVER)),
    }
}

/// Answer the second step
///
/// A right code or key ends the sign-in in a session, or does what the step was opened for; either way the session cookie
/// is new and so is the CSRF token. A code counts once. A late code was right a short while ago: send the present one.
#[utoipa::path(
    post, path = "/api/v1/second-step", tag = "Signing in",
    request_body = SecondStepAnswer,
    responses((status = 200, body = SignInState, description = "Right. A session cookie is set.")),
    security(("challenge" = [])),
    extensions(("x-problems" = json!([
        "wrong-code", "late-code", "superseded-code", "used-code", "no-code", "held", "conflict", "over", "too-many",
    ]))),
)]
async fn answer_second_step(
    call: Call,
    cookies: Cookies,
    Held(challenge): Held,
    Json(input): Json<SecondStepAnswer>,
) -> Result<Sent<SignInState>, Problem> {
    let (browser, session) = (cookies.token(CookieName::Browser), cookies.token(CookieName::Session));
    let reply = Reply {
        method: input.method.map(|method| method.0),
        challenge: &challenge,
        browser: browser.as_ref(),
        session: session.as_ref(),
        code: input.code.as_deref().unwrap_or_default(),
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
        Answer::Late => Problem::new(&problem::LATE_CODE),
        Answer::Superseded => Problem::new(&problem::SUPERSEDED_CODE),
        Answer::NoCode => Problem::new(&problem::NO_CODE),
        Answer::NotYet => FlowError::Conflict(Text::new(text!("telegram-not-yet"))).into(),
        Answer::Phone(said) => FlowError::Conflict(Text::new(said.text_key())).into(),
        Answer::Held { method, until } => Problem::new(&problem::HELD)
            .saying(held(method).with("until", until))
            .telling("held_until", serde_json::to_value(Time::from(until)).unwrap_or_default()),
        Answer::Used => Problem::new(&problem::USED_CODE),
        Answer::TooMany { until } => FlowError::TooMany { until }.into(),
        Answer::RefusedInChat => {
            cookies.remove(CookieName::Challenge);
            Problem::new(&problem::OVER).saying(Text::new(text!("telegram-refused-in-chat")))
        }
        Answer::Over | Answer::Entered(_) | Answer::Done { .. } => {
            cookies.remove(CookieName::Challenge);
            Problem::new(&problem::OVER)
        }
    }
}

/// What is said of a method that has to wait.
fn held(method: Method) -> Text {
    Text::new(match method {
        Method::Telegram => text!("telegram-held-until"),
        _ => text!("second-step-held-until"),
    })
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
