//! The second step: the page that everybody sees daily.

use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::limits::CHALLENGE_LIFE;
use countersign_core::method::Method;
use countersign_core::sign_in::Purpose;
use serde::Deserialize;

use super::super::view::{Asked, CodeProblem, Done, SecondStepPage, SecondStepPurpose, TryAnotherWayPage};
use super::super::visit::{Visit, go, moment, show, show_refused};
use super::code;
use super::recovery_key::KEY;
use super::security::with_done;
use super::sign_in::{Way, with_next};
use super::telegram;
use crate::flow::second_step::{self, Answer, ChallengeView};
use crate::http::cookies::CookieName;
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::Problem;
use crate::http::secret::Typed;
use crate::http::{STEP_UP_PATH, local_path};

pub(super) const HERE: &str = "/second-step";
const OTHER_WAYS: &str = "/second-step/method";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeForm {
    code: Typed,
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    next: Option<String>,
}

/// The challenge behind the cookie; `None` when it is over.
pub(super) async fn challenge(visit: &Visit) -> Result<Option<ChallengeView>, Problem> {
    let Some(token) = visit.cookies.token(CookieName::Challenge) else { return Ok(None) };
    code::view(&visit.call, &token).await
}

/// The page of a challenge that asks for this method.
async fn page(
    visit: &Visit,
    view: ChallengeView,
    method: Method,
    problem: Option<CodeProblem>,
    return_to: Option<String>,
) -> Result<SecondStepPage, Problem> {
    Ok(SecondStepPage {
        page: visit.page_of(view.organisation).await?,
        asked: code::asked(&view, method),
        purpose: purpose(view.purpose, view.subject),
        account: view.account,
        problem,
        started_at: moment(view.expires_at.minus(CHALLENGE_LIFE)),
        expires_at: moment(view.expires_at),
        return_to,
    })
}

/// There is nothing to answer any more: the page leads to a new start.
pub(super) async fn over(visit: &Visit) -> Result<Response, Problem> {
    visit.cookies.remove(CookieName::Challenge);
    let page = visit.front_page().await?;
    code::refused(&SecondStepPage {
        purpose: SecondStepPurpose::SignIn,
        account: String::new(),
        asked: Asked::Authenticator,
        problem: Some(CodeProblem::Over),
        started_at: page.now,
        expires_at: page.now,
        return_to: None,
        page,
    })
}

fn purpose(purpose: Purpose, subject: Option<String>) -> SecondStepPurpose {
    match purpose {
        Purpose::SignIn => SecondStepPurpose::SignIn,
        Purpose::StepUp => SecondStepPurpose::StepUp,
        Purpose::DisableTelegram => SecondStepPurpose::DisableTelegram,
        Purpose::UnlinkTelegram => SecondStepPurpose::UnlinkTelegram(subject.unwrap_or_default()),
        Purpose::ProvePhone => SecondStepPurpose::ProvePhone(subject.unwrap_or_default()),
        Purpose::RemovePhone => SecondStepPurpose::RemovePhone(subject.unwrap_or_default()),
        Purpose::EnableEmail => SecondStepPurpose::EnableEmail,
        Purpose::DisableEmail => SecondStepPurpose::DisableEmail,
        Purpose::NewRecoveryKey => SecondStepPurpose::NewRecoveryKey,
        Purpose::RemoveAuthenticator => SecondStepPurpose::RemoveAuthenticator(subject.unwrap_or_default()),
    }
}

pub(super) async fn form(visit: Visit, Query(way): Query<Way>) -> Result<Response, Problem> {
    let Some(view) = challenge(&visit).await? else {
        return telegram::refused(&visit).await?.map_or_else(|| Ok(go("/sign-in")), |page| show(&page));
    };
    if view.purpose == Purpose::StepUp {
        // Its form carries the session's token, so only its own page can draw it.
        return Ok(go(&with_next(STEP_UP_PATH, way.path().as_deref())));
    }
    let method = view.method;
    show(&page(&visit, view, method, None, way.path()).await?)
}

pub(super) async fn submit(visit: Visit, Form(form): Form<CodeForm>) -> Result<Response, Problem> {
    let next = form.next.filter(|next| local_path(next).is_some());
    let method = code::method(form.method.as_deref())?;
    let Some(token) = visit.cookies.token(CookieName::Challenge) else { return over(&visit).await };
    match code::answer(&visit, &token, method, &form.code).await {
        Ok(Answer::Entered(entry)) => {
            let onward = visit.go_in(&entry, next.as_deref());
            Ok(if entry.recovered { go(KEY) } else { onward })
        }
        Ok(Answer::Done { purpose, session, lives, may_make_key }) => {
            visit.cookies.set(CookieName::Session, &session, lives);
            visit.cookies.remove(CookieName::Challenge);
            Ok(go(next.as_deref().unwrap_or(&done(purpose, may_make_key))))
        }
        Ok(answer) => {
            refused(&visit, method, next, |method, view| Ok(code::problem(&answer, method, Some(view)))).await
        }
        Err(error) => {
            let page = visit.front_page().await?;
            refused(&visit, method, next, |_, _| code::not_looked_at(&page, error)).await
        }
    }
}

/// Where it goes on once the deed is done. A key that may be made now is made now, so that nobody forgets it.
pub(super) fn done(purpose: Purpose, may_make_key: bool) -> String {
    let told = match purpose {
        Purpose::RemoveAuthenticator => Done::DeviceRemoved,
        Purpose::EnableEmail => Done::EmailCodesOn,
        Purpose::DisableEmail => Done::EmailCodesOff,
        Purpose::NewRecoveryKey => return KEY.to_owned(),
        // Nothing opens a challenge for these yet.
        Purpose::DisableTelegram => Done::TelegramOff,
        Purpose::UnlinkTelegram => Done::TelegramUnlinked,
        Purpose::ProvePhone => Done::PhoneAdded,
        Purpose::RemovePhone => Done::PhoneRemoved,
        Purpose::SignIn | Purpose::StepUp => return "/account".to_owned(),
    };
    with_done(
        match purpose {
            _ if may_make_key => KEY,
            Purpose::EnableEmail => super::enrolment::DONE,
            _ => "/account/security",
        },
        told,
    )
}

/// The page once more, with what was wrong.
pub(super) async fn refused(
    visit: &Visit,
    method: Option<Method>,
    next: Option<String>,
    problem: impl FnOnce(Method, &ChallengeView) -> Result<CodeProblem, Problem>,
) -> Result<Response, Problem> {
    let Some(view) = challenge(visit).await? else {
        return match telegram::refused(visit).await? {
            Some(page) => show_refused(StatusCode::GONE, &page),
            None => over(visit).await,
        };
    };
    let on_offer = |method: &Method| view.offers.iter().any(|offer| offer.method == *method);
    let method = method.filter(on_offer).unwrap_or(view.method);
    let problem = problem(method, &view)?;
    if matches!(problem, CodeProblem::Over) {
        return over(visit).await;
    }
    code::refused(&page(visit, view, method, Some(problem), next).await?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SendForm {
    #[serde(default)]
    pub(super) next: Option<String>,
}

impl SendForm {
    /// Where to go afterwards: a path on this server.
    pub(super) fn path(&self) -> Option<&str> {
        self.next.as_deref().filter(|next| local_path(next).is_some())
    }
}

/// Has another code sent.
pub(super) async fn send(visit: Visit, Form(form): Form<SendForm>) -> Result<Response, Problem> {
    let Some(token) = visit.cookies.token(CookieName::Challenge) else { return over(&visit).await };
    if !code::send_again(&visit, &token).await? {
        return over(&visit).await;
    }
    Ok(go(&with_next(HERE, form.path())))
}

pub(super) async fn other_ways(visit: Visit, Query(way): Query<Way>) -> Result<Response, Problem> {
    let Some(view) = challenge(&visit).await? else { return Ok(go("/sign-in")) };
    let return_to = way.path();
    if view.purpose == Purpose::StepUp {
        return Ok(go(&with_next("/account/step-up/method", return_to.as_deref())));
    }
    let page = visit.page_of(view.organisation).await?;
    let (offers, only_one) = code::others(&view.offers, view.method);
    let methods = code::links(&page, &offers, &view.account);
    show(&TryAnotherWayPage { page, methods, only_one, step_up: false, return_to })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MethodForm {
    pub(super) method: String,
    #[serde(default)]
    pub(super) next: Option<String>,
}

impl MethodForm {
    /// Where to go afterwards: a path on this server.
    pub(super) fn path(&self) -> Option<&str> {
        self.next.as_deref().filter(|next| local_path(next).is_some())
    }
}

/// Goes on with the method that was picked. One that the account does not have leads nowhere new.
pub(super) async fn choose(visit: Visit, Form(form): Form<MethodForm>) -> Result<Response, Problem> {
    let Some(token) = visit.cookies.token(CookieName::Challenge) else { return Ok(go("/sign-in")) };
    let chosen = match Method::parse(&form.method) {
        Some(method) => code::choose(&visit, &token, method).await?,
        None => false,
    };
    Ok(go(&with_next(if chosen { HERE } else { OTHER_WAYS }, form.path())))
}

pub(super) async fn cancel(visit: Visit, Form(NoFields {}): Form<NoFields>) -> Result<Response, Problem> {
    if let Some(token) = visit.cookies.token(CookieName::Challenge) {
        second_step::cancel(&visit.call, &token).await?;
        visit.cookies.remove(CookieName::Challenge);
    }
    let inside = visit.session().await?.is_some();
    Ok(go(&with_done(if inside { "/account/security" } else { "/sign-in" }, Done::Cancelled)))
}
