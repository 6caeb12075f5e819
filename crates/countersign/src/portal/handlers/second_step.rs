//! The second step: the page that everybody sees daily.

use axum::response::Response;
use countersign_core::limits::CHALLENGE_LIFE;
use countersign_core::method::Method;
use countersign_core::sign_in::Purpose;
use serde::Deserialize;

use super::super::view::{
    CodeProblem, Done, MethodLink, Page, SecondStepPage, SecondStepPurpose, TryAnotherWayPage,
};
use super::super::visit::{Visit, go, moment, show};
use super::code;
use super::security::{look, with_done};
use super::sign_in::{Way, with_next};
use crate::flow::FlowError;
use crate::flow::second_step::{self, Answer, ChallengeView, Reply};
use crate::http::cookies::CookieName;
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::Problem;
use crate::http::secret::Typed;
use crate::http::{STEP_UP_PATH, local_path};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeForm {
    code: Typed,
    #[serde(default)]
    next: Option<String>,
}

/// The challenge behind the cookie; `None` when it is over.
pub(super) async fn challenge(visit: &Visit) -> Result<Option<ChallengeView>, Problem> {
    let Some(token) = visit.cookies.token(CookieName::Challenge) else { return Ok(None) };
    code::view(&visit.call, &token).await
}

async fn page(
    visit: &Visit,
    view: Option<ChallengeView>,
    problem: Option<CodeProblem>,
    return_to: Option<String>,
) -> Result<SecondStepPage, Problem> {
    let page = visit.front_page().await?;
    let Some(view) = view else { return Ok(over(page)) };
    let started_at = moment(view.expires_at.minus(CHALLENGE_LIFE));
    let expires_at = moment(view.expires_at);
    let purpose = purpose(view.purpose, view.subject);
    Ok(SecondStepPage { page, purpose, account: view.account, problem, started_at, expires_at, return_to })
}

/// There is nothing to answer any more: the page leads to a new start.
fn over(page: Page) -> SecondStepPage {
    SecondStepPage {
        purpose: SecondStepPurpose::SignIn,
        account: String::new(),
        problem: Some(CodeProblem::Over),
        started_at: page.now,
        expires_at: page.now,
        return_to: None,
        page,
    }
}

fn purpose(purpose: Purpose, subject: Option<String>) -> SecondStepPurpose {
    match purpose {
        Purpose::SignIn => SecondStepPurpose::SignIn,
        Purpose::StepUp | Purpose::EnableEmail | Purpose::DisableEmail | Purpose::NewRecoveryKey => {
            SecondStepPurpose::StepUp
        }
        Purpose::RemoveAuthenticator => SecondStepPurpose::RemoveAuthenticator(subject.unwrap_or_default()),
    }
}

pub(super) async fn form(visit: Visit, Query(way): Query<Way>) -> Result<Response, Problem> {
    let Some(view) = challenge(&visit).await? else { return Ok(go("/sign-in")) };
    if view.purpose == Purpose::StepUp {
        // Its form carries the session's token, so only its own page can draw it.
        return Ok(go(&with_next(STEP_UP_PATH, way.path().as_deref())));
    }
    show(&page(&visit, Some(view), None, way.path()).await?)
}

pub(super) async fn submit(visit: Visit, Form(form): Form<CodeForm>) -> Result<Response, Problem> {
    let next = form.next.filter(|next| local_path(next).is_some());
    let Some(token) = visit.cookies.token(CookieName::Challenge) else {
        return refused(&visit, CodeProblem::Over, next).await;
    };
    let (browser, session) =
        (visit.cookies.token(CookieName::Browser), visit.cookies.token(CookieName::Session));
    let reply = Reply {
        challenge: &token,
        browser: browser.as_ref(),
        session: session.as_ref(),
        method: None,
        code: &form.code,
    };
    match second_step::answer(&visit.call, &reply).await {
        Ok(answer) => settle(&visit, answer, next).await,
        Err(FlowError::Invalid(_)) => refused(&visit, CodeProblem::Malformed, next).await,
        Err(error) => Err(error.into()),
    }
}

async fn settle(visit: &Visit, answer: Answer, next: Option<String>) -> Result<Response, Problem> {
    match answer {
        Answer::Entered(entry) => {
            visit.enter(&entry);
            Ok(go(next.as_deref().unwrap_or("/account")))
        }
        Answer::Done { purpose, session, lives, .. } => {
            visit.cookies.set(CookieName::Session, &session, lives);
            visit.cookies.remove(CookieName::Challenge);
            let done = match purpose {
                Purpose::RemoveAuthenticator => with_done("/account/security", Done::DeviceRemoved),
                Purpose::EnableEmail | Purpose::DisableEmail | Purpose::NewRecoveryKey => {
                    "/account/security".to_owned()
                }
                Purpose::SignIn | Purpose::StepUp => "/account".to_owned(),
            };
            Ok(go(next.as_deref().unwrap_or(&done)))
        }
        answer => refused(visit, code::problem(&answer), next).await,
    }
}

async fn refused(visit: &Visit, problem: CodeProblem, next: Option<String>) -> Result<Response, Problem> {
    let over = matches!(problem, CodeProblem::Over);
    let view = if over { None } else { challenge(visit).await? };
    if over {
        visit.cookies.remove(CookieName::Challenge);
    }
    code::refused(problem, &page(visit, view, Some(problem), next).await?)
}

pub(super) async fn other_ways(visit: Visit) -> Result<Response, Problem> {
    let Some(view) = challenge(&visit).await? else { return Ok(go("/sign-in")) };
    let page = visit.front_page().await?;
    let link = |method: &Method| MethodLink {
        icon: look(*method).icon,
        name: page.t(method.text_key()).into_owned(),
        value: method.as_str().to_owned(),
    };
    let methods = view.offers.iter().map(|offer| link(&offer.method)).collect();
    show(&TryAnotherWayPage { page, methods })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MethodForm {
    method: String,
}

/// Goes on with the method that was picked. One that the account does not have leads nowhere new.
pub(super) async fn choose(visit: Visit, Form(form): Form<MethodForm>) -> Result<Response, Problem> {
    let Some(view) = challenge(&visit).await? else { return Ok(go("/sign-in")) };
    let known = Method::parse(&form.method)
        .is_some_and(|method| view.offers.iter().any(|offer| offer.method == method));
    Ok(go(if known { "/second-step" } else { "/second-step/method" }))
}

pub(super) async fn cancel(visit: Visit, Form(NoFields {}): Form<NoFields>) -> Result<Response, Problem> {
    if let Some(token) = visit.cookies.token(CookieName::Challenge) {
        second_step::cancel(&visit.call, &token).await?;
        visit.cookies.remove(CookieName::Challenge);
    }
    let inside = visit.session().await?.is_some();
    Ok(go(&with_done(if inside { "/account/security" } else { "/sign-in" }, Done::Cancelled)))
}
