//! Step-up: "Confirm it's you".
//!
//! The page is read without changing anything; the form's POST opens the challenge (or goes on with the one that waits)
//! and answers it at once.

use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::secret::{Password, Token};
use serde::Deserialize;

use super::super::view::{CodeProblem, FormErrors, SecondStepPage, SecondStepPurpose, StepUpPasswordPage};
use super::super::visit::{Member, Newcomer, go, moment, show, show_refused};
use super::security::too_many;
use super::sign_in::Way;
use crate::flow::FlowError;
use crate::flow::second_step::{self, Answer, Reply};
use crate::flow::step_up::{self, PasswordStepUp, StepUp};
use crate::http::cookies::CookieName;
use crate::http::form::{Form, Query};
use crate::http::local_path;
use crate::http::problem::{self, Problem};
use crate::text;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StepUpForm {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    password: Option<String>,
    #[serde(default)]
    next: Option<String>,
}

fn code_page(member: &Member, problem: Option<CodeProblem>, next: String) -> SecondStepPage {
    let now = member.call().now;
    SecondStepPage {
        page: member.page(),
        purpose: SecondStepPurpose::StepUp,
        account: member.me.facts.account.email.masked(),
        problem,
        started_at: moment(now),
        expires_at: moment(now.plus(countersign_core::limits::CHALLENGE_LIFE)),
        return_to: Some(next),
    }
}

fn password_page(member: &Member, errors: FormErrors, next: String) -> StepUpPasswordPage {
    StepUpPasswordPage { page: member.page(), errors, return_to: next }
}

pub(super) async fn form(Newcomer(member): Newcomer, Query(way): Query<Way>) -> Result<Response, Problem> {
    let next = way.path().unwrap_or_else(|| "/account/security".to_owned());
    if member.me.steps_up_by_password(member.call().now) {
        return show(&password_page(&member, FormErrors::default(), next));
    }
    show(&code_page(&member, None, next))
}

pub(super) async fn submit(
    Newcomer(member): Newcomer,
    Form(form): Form<StepUpForm>,
) -> Result<Response, Problem> {
    let next =
        form.next.filter(|next| local_path(next).is_some()).unwrap_or_else(|| "/account/security".to_owned());
    match (form.password, form.code) {
        (Some(password), None) => by_password(&member, Password::new(password), next).await,
        (None, Some(code)) => by_code(&member, &code, next).await,
        _ => Err(Problem::new(&problem::MALFORMED)),
    }
}

async fn by_password(member: &Member, password: Password, next: String) -> Result<Response, Problem> {
    let (status, text) = match step_up::with_password(member.call(), &member.me, password).await? {
        PasswordStepUp::Done(token) => {
            member.renew(&token);
            return Ok(go(&next));
        }
        PasswordStepUp::Wrong => {
            let text = member.page().t(text!("password-current-wrong")).into_owned();
            (StatusCode::UNAUTHORIZED, text)
        }
        PasswordStepUp::TooMany { until } => {
            (StatusCode::TOO_MANY_REQUESTS, too_many(&member.page(), until.map(moment)))
        }
    };
    show_refused(status, &password_page(member, FormErrors::default().with("password", text), next))
}

/// The challenge that waits in this browser for this very purpose, or a new one.
async fn challenge(member: &Member) -> Result<Token, Problem> {
    let cookies = &member.visit.cookies;
    if let Some(token) = cookies.token(CookieName::Challenge)
        && second_step::waits_for_step_up(member.call(), &token, &member.me).await?
    {
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
    let token = challenge(member).await?;
    let cookies = &member.visit.cookies;
    let (browser, session) = (cookies.token(CookieName::Browser), cookies.token(CookieName::Session));
    let reply = Reply { challenge: &token, browser: browser.as_ref(), session: session.as_ref(), code };
    let problem = match second_step::answer(member.call(), &reply).await {
        Ok(Answer::Done { session, .. }) => {
            member.renew(&session);
            cookies.remove(CookieName::Challenge);
            return Ok(go(&next));
        }
        Ok(Answer::Entered(_)) => return Err(Problem::new(&problem::INTERNAL)),
        Ok(Answer::Wrong { tries_left }) => CodeProblem::Wrong(tries_left),
        Ok(Answer::Late) => CodeProblem::Late,
        Ok(Answer::Used) => CodeProblem::Used,
        Ok(Answer::TooMany { until }) => CodeProblem::TooMany(until.map(moment)),
        Ok(Answer::Over) => CodeProblem::Over,
        Err(FlowError::Invalid(_)) => CodeProblem::Malformed,
        Err(error) => return Err(error.into()),
    };
    show_refused(StatusCode::UNAUTHORIZED, &code_page(member, Some(problem), next))
}
