//! Suspending a second step, from the support desk.

use std::time::Duration;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use countersign_core::id::{AccountId, SuspensionId};
use countersign_core::sign_in::SuspensionKind;
use serde::Deserialize;

use super::super::view::{
    DecidePage, Done, FormErrors, KindChoice, SupportCodePage, SuspendPage, SuspensionFacts, SuspensionPage,
    SuspensionState, WaitingPage, WaitingRow, kind_about,
};
use super::super::visit::{Administrator, Agent, Member, form_errors, go, moment, show, show_refused};
use super::security::{After, told, with_done};
use super::sign_in::with_next;
use crate::flow::FlowError;
use crate::flow::suspension::{self, IssuedCode, Started, State, View, Waiting, Wanted};
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::{self, Problem};
use crate::http::{Routes, STEP_UP_PATH};

/// Where those that wait for a second person are listed.
const WAITING: &str = "/support/suspensions";

/// The pages of this file.
pub(super) fn routes() -> Routes {
    Routes::new()
        .route("/support/accounts/{id}/suspend", get(form).post(submit))
        .route("/support/accounts/{id}/suspension", get(status))
        .route("/support/accounts/{id}/suspension/lift", post(lift))
        .route("/support/accounts/{id}/suspension/code", post(code))
        .route("/support/suspensions", get(waiting))
        .route("/support/suspensions/{id}", get(request).post(decide))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SuspendForm {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    hours: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    ticket: String,
    #[serde(default)]
    identity_proof: String,
}

impl SuspendForm {
    /// What cannot be read as a kind or a number of hours is told as one that the policy does not know.
    fn wanted(&self) -> Result<Wanted, FlowError> {
        let kind = SuspensionKind::parse(&self.kind)
            .ok_or_else(|| FlowError::field("kind", crate::text!("suspension-kind-missing")))?;
        let hours: u64 = self.hours.trim().parse().unwrap_or(0);
        Ok(Wanted {
            kind,
            length: Duration::from_secs(hours.saturating_mul(3600)),
            reason: self.reason.clone(),
            ticket: self.ticket.clone(),
            identity_proof: self.identity_proof.clone(),
        })
    }
}

fn account(text: &str) -> Result<AccountId, Problem> {
    text.parse().map_err(|_| Problem::new(&problem::NOT_FOUND))
}

fn place(id: AccountId) -> String {
    format!("/support/accounts/{id}/suspension")
}

fn choice(kind: SuspensionKind, chosen: Option<SuspensionKind>) -> KindChoice {
    let (value, name) = (kind.as_str(), kind.text_key());
    KindChoice { value, name, about: kind_about(value), checked: chosen == Some(kind) }
}

/// The form as it was filled in.
async fn page(agent: &Member, id: AccountId, typed: SuspendForm) -> Result<SuspendPage, Problem> {
    let form = suspension::form(agent.call(), &agent.me, id).await?;
    let chosen = SuspensionKind::parse(&typed.kind).or_else(|| form.kinds.first().copied());
    let hours = if typed.hours.is_empty() { form.default_hours.to_string() } else { typed.hours };
    Ok(SuspendPage {
        page: agent.page(),
        account: id.to_string(),
        person: form.status.person,
        email: form.status.email,
        kinds: form.kinds.iter().map(|kind| choice(*kind, chosen)).collect(),
        hours,
        longest: form.longest_hours,
        reason: typed.reason,
        ticket: typed.ticket,
        identity_proof: typed.identity_proof,
        needs_approval: form.needs_approval,
        replaces: form.status.running.is_some(),
        mail_reset_until: form.mail_reset_until.map(moment),
        errors: FormErrors::default(),
    })
}

async fn form(Agent(agent): Agent, Path(text): Path<String>) -> Result<Response, Problem> {
    show(&page(&agent, account(&text)?, SuspendForm::default()).await?)
}

/// What came of asking: the first code at once, where the kind takes one.
fn asked(agent: &Member, id: AccountId, started: &Started) -> Result<Response, Problem> {
    match started {
        Started::Running { code: Some(issued), .. } => {
            show_code(agent, id, issued, Some(Done::SuspensionStarted))
        }
        Started::Running { .. } => Ok(go(&with_done(&place(id), Done::SuspensionStarted))),
        Started::Waiting { .. } => Ok(go(&with_done(&place(id), Done::SuspensionAsked))),
    }
}

async fn submit(
    Agent(agent): Agent,
    Path(text): Path<String>,
    Form(typed): Form<SuspendForm>,
) -> Result<Response, Problem> {
    let id = account(&text)?;
    let outcome = match typed.wanted() {
        Ok(wanted) => suspension::request_start(agent.call(), &agent.me, id, wanted, true).await,
        Err(error) => Err(error),
    };
    match outcome {
        Ok(started) => asked(&agent, id, &started),
        Err(FlowError::StepUpNeeded) => {
            Ok(go(&with_next(STEP_UP_PATH, Some(&format!("/support/accounts/{id}/suspend")))))
        }
        Err(FlowError::Invalid(faults)) => {
            let mut again = page(&agent, id, typed).await?;
            again.errors = form_errors(&again.page, &faults);
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Err(error) => Err(error.into()),
    }
}

/// A suspension as pages show it.
pub(super) fn facts(view: &View) -> SuspensionFacts {
    SuspensionFacts {
        kind: view.kind.text_key(),
        state: match view.state {
            State::Running => SuspensionState::Running,
            State::Waiting => SuspensionState::Waiting,
            State::Refused => SuspensionState::Refused,
            State::Over => SuspensionState::Over,
        },
        reason: view.reason.clone(),
        ticket: view.ticket.clone(),
        identity_proof: view.identity_proof.clone(),
        asked_by: view.asked_by.clone(),
        created: moment(view.created_at),
        until: moment(view.lifted_at.unwrap_or(view.until)),
    }
}

async fn status(
    Agent(agent): Agent,
    Path(text): Path<String>,
    Query(after): Query<After>,
) -> Result<Response, Problem> {
    let id = account(&text)?;
    let status = suspension::status(agent.call(), &agent.me, id).await?;
    let mut page = agent.page();
    page.notice = after.notice(&page);
    let running = status.running.as_ref();
    show(&SuspensionPage {
        page,
        account: id.to_string(),
        person: status.person,
        email: status.email,
        may_act: status.may_act,
        present: running.or(status.waiting.as_ref()).map(facts),
        takes_code: running.is_some_and(|view| view.kind == SuspensionKind::SupportCode),
        code_until: running.and_then(|view| view.code_until).map(moment),
        past: status.past.iter().map(facts).collect(),
    })
}

/// A proof that has grown old is asked for again; one more press on the page of the account does it then.
fn proved_first(error: FlowError, id: AccountId) -> Result<Response, Problem> {
    match error {
        FlowError::StepUpNeeded => Ok(go(&with_next(STEP_UP_PATH, Some(&place(id))))),
        FlowError::Conflict(_) => Ok(go(&with_done(&place(id), Done::SuspensionOver))),
        error => Err(error.into()),
    }
}

async fn lift(
    Agent(agent): Agent,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let id = account(&text)?;
    match suspension::lift(agent.call(), &agent.me, id).await {
        Ok(()) => Ok(go(&with_done(&place(id), Done::SuspensionLifted))),
        Err(error) => proved_first(error, id),
    }
}

/// The code, this once, and what was done with it.
fn show_code(
    agent: &Member,
    id: AccountId,
    issued: &IssuedCode,
    done: Option<Done>,
) -> Result<Response, Problem> {
    let mut page = agent.page();
    page.notice = done.and_then(|done| told(Some(done.as_str()), &page));
    let groups = issued.code.grouped().split('-').map(str::to_owned).collect();
    show(&SupportCodePage { page, account: id.to_string(), groups, expires_at: moment(issued.expires_at) })
}

async fn code(
    Agent(agent): Agent,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let id = account(&text)?;
    match suspension::issue_code(agent.call(), &agent.me, id).await {
        Ok(issued) => show_code(&agent, id, &issued, None),
        Err(error) => proved_first(error, id),
    }
}

fn row(agent: &Member, one: &Waiting) -> WaitingRow {
    WaitingRow {
        id: one.view.id.to_string(),
        person: one.person.clone(),
        email: one.email.clone(),
        facts: facts(&one.view),
        length: agent.page().words.duration(one.length).into_owned(),
        waits_until: moment(one.waits_until),
        may_decide: one.may_decide,
    }
}

async fn waiting(
    Administrator(agent): Administrator,
    Query(after): Query<After>,
) -> Result<Response, Problem> {
    let list = suspension::waiting(agent.call(), &agent.me).await?;
    let mut page = agent.page();
    page.notice = after.notice(&page);
    show(&WaitingPage { page, rows: list.iter().map(|one| row(&agent, one)).collect() })
}

fn suspended(text: &str) -> Result<SuspensionId, Problem> {
    text.parse().map_err(|_| Problem::new(&problem::NOT_FOUND))
}

async fn request(Administrator(agent): Administrator, Path(text): Path<String>) -> Result<Response, Problem> {
    let one = match suspension::request(agent.call(), &agent.me, suspended(&text)?).await {
        Err(FlowError::Conflict(_)) => return Ok(go(&with_done(WAITING, Done::SuspensionDecided))),
        other => other?,
    };
    let (page, row) = (agent.page(), row(&agent, &one));
    show(&DecidePage { page, row, reason: String::new(), errors: FormErrors::default() })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DecideForm {
    decision: String,
    #[serde(default)]
    reason: String,
}

async fn decide(
    Administrator(agent): Administrator,
    Path(text): Path<String>,
    Form(typed): Form<DecideForm>,
) -> Result<Response, Problem> {
    let id = suspended(&text)?;
    let (agrees, done) = match typed.decision.as_str() {
        "approve" => (true, Done::SuspensionApproved),
        "refuse" => (false, Done::SuspensionRefused),
        _ => return Err(Problem::new(&problem::MALFORMED)),
    };
    match suspension::decide(agent.call(), &agent.me, id, agrees, &typed.reason).await {
        Ok(_) => Ok(go(&with_done(WAITING, done))),
        Err(FlowError::StepUpNeeded) => Ok(go(&with_next(STEP_UP_PATH, Some(&format!("{WAITING}/{id}"))))),
        Err(FlowError::Conflict(_)) => Ok(go(&with_done(WAITING, Done::SuspensionDecided))),
        Err(FlowError::Invalid(faults)) => {
            let one = suspension::request(agent.call(), &agent.me, id).await?;
            let (page, row) = (agent.page(), row(&agent, &one));
            let errors = form_errors(&page, &faults);
            let again = DecidePage { page, row, reason: typed.reason, errors };
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Err(error) => Err(error.into()),
    }
}
