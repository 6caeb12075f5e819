//! Signing in and out.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::puzzle::BITS;
use serde::Deserialize;

use super::super::view::{Done, FormErrors, Puzzle, SignInPage, SignInProblem, SsoChoice};
pub(super) use super::super::visit::with_next;
use super::super::visit::{Newcomer, Refused, Visit, form_errors, go, moment, show, show_refused};
use super::security::{told, with_done};
use crate::flow::session;
use crate::flow::sign_in::{Credentials, FirstStepOutcome, Refusal, first_step};
use crate::flow::{FlowError, sign_up, sso};
use crate::http::cookies::CookieName;
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::Problem;
use crate::http::secret::Typed;
use crate::http::{clear_site_data, local_path};

/// Where a visitor wanted to go, and what was just done.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Way {
    #[serde(default)]
    pub(super) next: Option<String>,
    #[serde(default)]
    pub(super) done: Option<String>,
}

impl Way {
    /// A path on this server, and never anything else.
    pub(super) fn path(self) -> Option<String> {
        self.next.filter(|next| local_path(next).is_some())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInForm {
    email: String,
    password: Typed,
    #[serde(default)]
    puzzle: Option<String>,
    #[serde(default)]
    next: Option<String>,
    #[serde(default)]
    organisation: Option<String>,
}

pub(super) async fn form(visit: Visit, Query(way): Query<Way>) -> Result<Response, Problem> {
    let done = way.done.clone();
    let next = way.path();
    if visit.session().await?.is_some() {
        return Ok(go(next.as_deref().unwrap_or("/account")));
    }
    let mut form = page_of(&visit, None, String::new(), next).await?;
    form.page.notice = told(done.as_deref(), &form.page);
    show(&form)
}

/// The sign-in page of another organisation: its name and its providers. A password is taken on each.
pub(super) async fn form_of(
    visit: Visit,
    Path(slug): Path<String>,
    Query(way): Query<Way>,
) -> Result<Response, Problem> {
    let next = way.path();
    if visit.session().await?.is_some() {
        return Ok(go(next.as_deref().unwrap_or("/account")));
    }
    show(&page_of(&visit, Some(&slug), String::new(), next).await?)
}

async fn page_of(
    visit: &Visit,
    slug: Option<&str>,
    email: String,
    return_to: Option<String>,
) -> Result<SignInPage, Problem> {
    let front = sso::front(&visit.call, slug).await?;
    Ok(SignInPage {
        page: visit.page(&front.organisation),
        providers: front
            .buttons
            .into_iter()
            .map(|one| SsoChoice { slug: one.slug, name: one.name })
            .collect(),
        finds_sso: front.finds_others,
        email,
        problem: None,
        errors: FormErrors::default(),
        puzzle: None,
        sign_up_open: sign_up::is_open(&visit.call, slug).await?,
        return_to,
        organisation: slug.map(str::to_owned),
    })
}

pub(super) async fn submit(visit: Visit, Form(form): Form<SignInForm>) -> Result<Response, Problem> {
    let next = form.next.filter(|next| local_path(next).is_some());
    let slug = form.organisation.as_deref();
    let mut again = page_of(&visit, slug, form.email.clone(), next.clone()).await?;
    let credentials = Credentials {
        email: form.email,
        password: form.password.into(),
        browser: visit.cookies.token(CookieName::Browser),
        session: visit.cookies.token(CookieName::Session),
        puzzle: form.puzzle.filter(|text| !text.is_empty()),
    };
    match first_step(&visit.call, credentials).await {
        Ok(outcome) => settle(&visit, outcome, again, next.as_deref()),
        Err(FlowError::Invalid(faults)) => {
            again.errors = form_errors(&again.page, &faults);
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Err(FlowError::Busy { retry_after }) => {
            again.problem = Some(SignInProblem::Busy);
            show_refused(Refused::busy(retry_after), &again)
        }
        Err(error) => Err(error.into()),
    }
}

fn settle(
    visit: &Visit,
    outcome: FirstStepOutcome,
    again: SignInPage,
    next: Option<&str>,
) -> Result<Response, Problem> {
    match outcome {
        FirstStepOutcome::Entered(entry) => Ok(visit.go_in(&entry, next)),
        FirstStepOutcome::Challenge(open) => {
            visit.challenge(&open);
            Ok(go(&with_next("/second-step", next)))
        }
        FirstStepOutcome::Refused(refusal) => refused(refusal, again),
    }
}

fn refused(refusal: Refusal, mut again: SignInPage) -> Result<Response, Problem> {
    let (refused, problem) = match refusal {
        Refusal::Wrong => (StatusCode::UNAUTHORIZED.into(), SignInProblem::Wrong),
        Refusal::TooMany { until } => {
            let until = until.map(moment);
            (Refused::too_many(until, again.page.now), SignInProblem::TooMany(until))
        }
        Refusal::KnownBrowsersOnly => (StatusCode::FORBIDDEN.into(), SignInProblem::KnownBrowsersOnly),
        Refusal::Puzzle(text) => {
            again.puzzle = Some(Puzzle { text, bits: BITS });
            (StatusCode::UNAUTHORIZED.into(), SignInProblem::Puzzle)
        }
    };
    again.problem = Some(problem);
    show_refused(refused, &again)
}

pub(super) async fn sign_out(
    Newcomer(member): Newcomer,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    session::sign_out(member.call(), &member.me).await?;
    member.visit.cookies.remove(CookieName::Session);
    member.visit.cookies.remove(CookieName::Challenge);
    let mut response = go(&with_done("/sign-in", Done::SignedOut));
    clear_site_data(response.headers_mut());
    Ok(response)
}
