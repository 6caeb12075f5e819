//! Step-up: "Confirm it's you".
//!
//! The page is read without changing anything; the form's POST opens the challenge (or goes on with the one that waits)
//! and answers it at once.

use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::factor::totp::Code;
use countersign_core::limits::CHALLENGE_LIFE;
use countersign_core::secret::{Password, Token};
use serde::Deserialize;

use super::super::view::{CodeProblem, FormErrors, SecondStepPage, SecondStepPurpose, StepUpPasswordPage};
use super::super::visit::{Member, Newcomer, Refused, go, moment, show, show_refused};
use super::code;
use super::security::too_many;
use super::sign_in::Way;
use crate::flow::second_step::{self, Answer, Reply};
use crate::flow::step_up::{self, PasswordStepUp, StepUp};
use crate::http::cookies::CookieName;
use crate::http::form::{Form, Query};
use crate::http::local_path;
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;
use crate::text;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepUpForm {
    #[serde(default)]
    code: Option<Typed>,
    #[serde(default)]
    password: Option<Typed>,
    #[serde(default)]
    next: Option<String>,
}

/// The page that asks for the code. It shows the time of the challenge that waits; without one, what a new one will have.
async fn code_page(
    member: &Member,
    challenge: Option<&Token>,
    problem: Option<CodeProblem>,
    next: String,
) -> Result<SecondStepPage, Problem> {
    let expires_at = match challenge {
        Some(token) => code::view(member.call(), token).await?.map(|view| view.expires_at),
        None => None,
    };
    let expires_at = expires_at.unwrap_or_else(|| member.call().now.plus(CHALLENGE_LIFE));
    Ok(SecondStepPage {
        page: member.page(),
        purpose: SecondStepPurpose::StepUp,
        account: member.me.facts.account.email.masked(),
        problem,
        started_at: moment(expires_at.minus(CHALLENGE_LIFE)),
        expires_at: moment(expires_at),
        return_to: Some(next),
    })
}

fn password_page(member: &Member, errors: FormErrors, next: String) -> StepUpPasswordPage {
    StepUpPasswordPage { page: member.page(), errors, return_to: next }
}

pub(super) async fn form(Newcomer(member): Newcomer, Query(way): Query<Way>) -> Result<Response, Problem> {
    let next = way.path().unwrap_or_else(|| "/account/security".to_owned());
    if member.me.steps_up_by_password(member.call().now) {
        return show(&password_page(&member, FormErrors::default(), next));
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
    match (form.password, form.code) {
        (Some(password), None) => by_password(&member, password.into(), next).await,
        (None, Some(code)) => by_code(&member, &code, next).await,
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

/// The challenge that waits, or a new one.
async fn challenge(member: &Member) -> Result<Token, Problem> {
    if let Some(token) = waiting(member).await? {
        return Ok(token);
    }
    match step_up::start(member.call(), &member.me).await? {
        StepUp::Challenge(open) => {
            member.visit.challenge(&open);
            Ok(open.token)
        }
        StepUp::Password => Err(Problem::new(&problem::MALFORMED)),
    }
}

async fn by_code(member: &Member, code: &str, next: String) -> Result<Response, Problem> {
    // What is no code opens nothing: a slip of the finger must not cost the challenge of another step in progress.
    if Code::parse(code).is_err() {
        let waiting = waiting(member).await?;
        return refused(member, waiting.as_ref(), CodeProblem::Malformed, next).await;
    }
    let token = challenge(member).await?;
    let cookies = &member.visit.cookies;
    let (browser, session) = (cookies.token(CookieName::Browser), cookies.token(CookieName::Session));
    let reply =
        Reply { challenge: &token, browser: browser.as_ref(), session: session.as_ref(), method: None, code };
    match second_step::answer(member.call(), &reply).await? {
        Answer::Done { session, .. } => {
            member.renew(&session);
            cookies.remove(CookieName::Challenge);
            Ok(go(&next))
        }
        answer => refused(member, Some(&token), code::problem(&answer), next).await,
    }
}

async fn refused(
    member: &Member,
    challenge: Option<&Token>,
    problem: CodeProblem,
    next: String,
) -> Result<Response, Problem> {
    if matches!(problem, CodeProblem::Over) {
        member.visit.cookies.remove(CookieName::Challenge);
    }
    code::refused(problem, &code_page(member, challenge, Some(problem), next).await?)
}
