//! Step-up: "Confirm it's you".
//!
//! The page is read without changing anything; the form's POST opens the challenge (or goes on with the one that waits)
//! and answers it at once.

use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::code::Code;
use countersign_core::limits::CHALLENGE_LIFE;
use countersign_core::method::Method;
use countersign_core::secret::{Password, Token};
use countersign_core::text::Text;
use serde::Deserialize;

use super::super::view::{
    Asked, CodeProblem, FormErrors, MailAgain, MailBox, SecondStepPage, SecondStepPurpose,
    StepUpPasswordPage, TryAnotherWayPage,
};
use super::super::visit::{Member, Newcomer, Refused, go, moment, say, show, show_refused};
use super::code;
use super::second_step::{MethodForm, SendForm};
use super::security::too_many;
use super::sign_in::{Way, with_next};
use super::{sso, telegram, telegram_row};
use crate::flow::outbox;
use crate::flow::second_step::{self, Answer, ChallengeView};
use crate::flow::step_up::{self, PasswordStepUp, StepUp};
use crate::http::cookies::CookieName;
use crate::http::form::{Form, Query};
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;
use crate::http::{STEP_UP_PATH, local_path};
use crate::text;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepUpForm {
    #[serde(default)]
    code: Option<Typed>,
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    password: Option<Typed>,
    #[serde(default)]
    next: Option<String>,
}

/// The page that asks for the answer. It shows the challenge that waits; without one, what a new one will begin with.
async fn code_page(
    member: &Member,
    challenge: Option<&Token>,
    method: Option<Method>,
    next: String,
) -> Result<SecondStepPage, Problem> {
    let view = known(member, challenge).await?;
    let whole = member.call().now.plus(CHALLENGE_LIFE);
    let expires_at = view.as_ref().map_or(whole, |view| view.expires_at);
    let asked = match &view {
        Some(view) => code::asked(view, method.unwrap_or(view.method)),
        None => before(member).await?,
    };
    Ok(SecondStepPage {
        page: member.page(),
        purpose: SecondStepPurpose::StepUp,
        account: member.me.facts.account.email.masked(),
        asked,
        problem: None,
        started_at: moment(expires_at.minus(CHALLENGE_LIFE)),
        expires_at: moment(expires_at),
        return_to: Some(next),
    })
}

/// The challenge of this token, where there is one and it is not over.
async fn known(member: &Member, challenge: Option<&Token>) -> Result<Option<ChallengeView>, Problem> {
    let Some(token) = challenge else { return Ok(None) };
    code::view(member.call(), token).await
}

/// By what a new challenge would be answered. Nothing is sent before it is asked for.
async fn before(member: &Member) -> Result<Asked, Problem> {
    let first = step_up::methods(member.call(), &member.me).first().map(|offer| offer.method);
    if first == Some(Method::Telegram) {
        return telegram_row::before(member).await.map(Asked::Telegram);
    }
    if first != Some(Method::Email) {
        return Ok(Asked::Authenticator);
    }
    Ok(Asked::Email(MailBox {
        to: member.me.facts.account.email.masked(),
        sent: None,
        again: MailAgain::Now,
        is_down: outbox::is_mail_down(member.call()).await?,
        held_until: None,
    }))
}

fn password_page(member: &Member, errors: FormErrors, next: String) -> StepUpPasswordPage {
    StepUpPasswordPage { page: member.page(), errors, return_to: next }
}

pub(super) async fn form(Newcomer(member): Newcomer, Query(way): Query<Way>) -> Result<Response, Problem> {
    let next = way.path().unwrap_or_else(|| "/account/security".to_owned());
    if let Some(page) = sso::step_up_page(&member, &next).await? {
        return show(&page);
    }
    if member.me.steps_up_by_password(member.call().now) {
        return show(&password_page(&member, FormErrors::default(), next));
    }
    if let Some(page) = telegram::refused(&member.visit).await? {
        return show(&page);
    }
    let waiting = waiting(&member).await?;
    show(&code_page(&member, waiting.as_ref(), None, next).await?)
}

pub(super) async fn submit(
    Newcomer(member): Newcomer,
    Form(form): Form<StepUpForm>,
) -> Result<Response, Problem> {
    let next =
        form.next.filter(|next| local_path(next).is_some()).unwrap_or_else(|| "/account/security".to_owned());
    if let Some(page) = telegram::refused(&member.visit).await? {
        return show_refused(StatusCode::GONE, &page);
    }
    let method = code::method(form.method.as_deref())?;
    match (form.password, form.code) {
        (Some(password), None) => by_password(&member, password.into(), next).await,
        (None, Some(code)) => by_code(&member, method, &code, next).await,
        // Nothing is typed where somebody has answered in Telegram.
        (None, None) if method == Some(Method::Telegram) => by_code(&member, method, "", next).await,
        _ => Err(Problem::new(&problem::MALFORMED)),
    }
}

async fn by_password(member: &Member, password: Password, next: String) -> Result<Response, Problem> {
    let page = member.page();
    let (refused, text) = match step_up::with_password(member.call(), &member.me, password).await? {
        PasswordStepUp::Done(token) => {
            member.renew(&token);
            return Ok(go(&next));
        }
        PasswordStepUp::Wrong => {
            (StatusCode::UNAUTHORIZED.into(), page.t(text!("password-current-wrong")).into_owned())
        }
        PasswordStepUp::TooMany { until } => {
            let until = until.map(moment);
            (Refused::too_many(until, page.now), too_many(&page, until))
        }
    };
    show_refused(refused, &password_page(member, FormErrors::default().with("password", text), next))
}

/// The challenge that waits in this browser for this very purpose.
async fn waiting(member: &Member) -> Result<Option<Token>, Problem> {
    let Some(token) = member.visit.cookies.token(CookieName::Challenge) else { return Ok(None) };
    let waits = second_step::waits_for_step_up(member.call(), &token, &member.me).await?;
    Ok(waits.then_some(token))
}

/// The challenge that waits, or a new one: it begins with the `wish`, and nobody is asked or written to by another method.
async fn challenge(member: &Member, wish: Option<Method>) -> Result<Token, Problem> {
    if let Some(token) = waiting(member).await? {
        return Ok(token);
    }
    match step_up::start(member.call(), &member.me, wish).await? {
        StepUp::Challenge(open) => {
            member.visit.challenge(&open);
            Ok(open.token)
        }
        StepUp::Password => Err(Problem::new(&problem::MALFORMED)),
    }
}

/// Nor does a code that nobody was sent, or an answer that nobody was asked for.
fn unsent(method: Option<Method>) -> Option<CodeProblem> {
    match method {
        Some(Method::Email) => Some(CodeProblem::NoneSent),
        Some(Method::Telegram) => Some(CodeProblem::Said(text!("telegram-not-yet"))),
        _ => None,
    }
}

async fn by_code(
    member: &Member,
    method: Option<Method>,
    code: &str,
    next: String,
) -> Result<Response, Problem> {
    let waiting = waiting(member).await?;
    // What is no code opens nothing: a slip of the finger must not cost the challenge of another step in progress.
    if method != Some(Method::Telegram)
        && let Err(fault) = Code::parse(code)
    {
        let problem = CodeProblem::Malformed(say(&member.page(), &Text::new(fault.text_key())));
        return refused(member, waiting.as_ref(), method, problem, next).await;
    }
    let token = match (waiting, unsent(method)) {
        (Some(token), _) => token,
        (None, Some(problem)) => return refused(member, None, method, problem, next).await,
        // Digits that come without a method are those of an app.
        (None, None) => challenge(member, method.or(Some(Method::Authenticator))).await?,
    };
    judged(member, &token, method, code, next).await
}

async fn judged(
    member: &Member,
    token: &Token,
    method: Option<Method>,
    code: &str,
    next: String,
) -> Result<Response, Problem> {
    let answer = match code::answer(&member.visit, token, method, code).await {
        Ok(Answer::Done { session, .. }) => {
            member.renew(&session);
            member.visit.cookies.remove(CookieName::Challenge);
            return Ok(go(&next));
        }
        Ok(answer) => answer,
        Err(error) => {
            let problem = code::not_looked_at(&member.page(), error)?;
            return refused(member, Some(token), method, problem, next).await;
        }
    };
    let view = code::view(member.call(), token).await?;
    let asked = method.or(view.as_ref().map(|view| view.method)).unwrap_or(Method::Authenticator);
    let problem = code::problem(&answer, asked, view.as_ref());
    refused(member, Some(token), method, problem, next).await
}

async fn refused(
    member: &Member,
    challenge: Option<&Token>,
    method: Option<Method>,
    problem: CodeProblem,
    next: String,
) -> Result<Response, Problem> {
    if matches!(problem, CodeProblem::Over) {
        member.visit.cookies.remove(CookieName::Challenge);
    }
    let page = code_page(member, challenge, method, next).await?;
    code::refused(&SecondStepPage { problem: Some(problem), ..page })
}

/// Sends a code, or another one; the first opens the challenge.
pub(super) async fn send(
    Newcomer(member): Newcomer,
    Form(form): Form<SendForm>,
) -> Result<Response, Problem> {
    match waiting(&member).await? {
        Some(token) => drop(code::send_again(&member.visit, &token).await?),
        None => drop(challenge(&member, None).await?),
    }
    Ok(go(&with_next(STEP_UP_PATH, form.path())))
}

pub(super) async fn other_ways(
    Newcomer(member): Newcomer,
    Query(way): Query<Way>,
) -> Result<Response, Problem> {
    let offers = step_up::methods(member.call(), &member.me);
    let now = match waiting(&member).await? {
        Some(token) => code::view(member.call(), &token).await?.map(|view| view.method),
        None => None,
    };
    let now = now.or(offers.first().map(|offer| offer.method)).unwrap_or(Method::Authenticator);
    let (offers, only_one) = code::others(&offers, now);
    let page = member.page();
    let methods = code::links(&page, &offers, &member.me.facts.account.email.masked());
    show(&TryAnotherWayPage { page, methods, only_one, step_up: true, return_to: way.path() })
}

/// Goes on with the method that was picked.
pub(super) async fn choose(
    Newcomer(member): Newcomer,
    Form(form): Form<MethodForm>,
) -> Result<Response, Problem> {
    let offers = step_up::methods(member.call(), &member.me);
    let wanted = Method::parse(&form.method);
    if let Some(method) = wanted.filter(|wanted| offers.iter().any(|offer| offer.method == *wanted)) {
        let token = challenge(&member, Some(method)).await?;
        code::choose(&member.visit, &token, method).await?;
    }
    Ok(go(&with_next(STEP_UP_PATH, form.path())))
}
