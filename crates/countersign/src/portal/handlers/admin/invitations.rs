//! Inviting people, one or many.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::action::Action;
use countersign_core::csv;
use countersign_core::id::LinkId;
use countersign_core::role::Role;
use countersign_core::time::Timestamp;
use serde::Deserialize;

use super::super::super::view::{
    Done, FormErrors, HandOver, InvitationLine, InvitationPlanPage, InvitationsPage, Page, Pager, PlanLine,
    PlanLook, role_words,
};
use super::super::super::visit::{
    Administrator, Member, Refused, form_errors, go, moment, say, show, show_refused,
};
use super::super::security::{letters_too_many, told, with_done};
use super::{allowed, members, stopped};
use crate::flow::FlowError;
use crate::flow::invitation::{self, Changed, Invited, Outcome, Plan, Planned};
use crate::flow::member::Doer;
use crate::http::form::{Form, LargeForm, NoFields, Query};
use crate::http::problem::{self, Problem};
use crate::text;

const HERE: &str = "/admin/invitations";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::portal::handlers) struct Which {
    #[serde(default)]
    before: Option<String>,
    #[serde(default)]
    done: Option<String>,
}

/// What was typed before, and what came of it.
#[derive(Default)]
struct Typed {
    email: String,
    role: Option<Role>,
    list: String,
    errors: FormErrors,
    hand_over: Option<HandOver>,
}

pub(in crate::portal::handlers) async fn list(
    Administrator(agent): Administrator,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    allowed(&agent, Action::ViewMembers).await?;
    let before = match which.before.as_deref() {
        Some(text) => Some(cursor(text).ok_or(Problem::new(&problem::MALFORMED))?),
        None => None,
    };
    let mut page = page(&agent, before, Typed::default()).await?;
    page.page.notice = told(which.done.as_deref(), &page.page);
    show(&page)
}

fn cursor(text: &str) -> Option<(Timestamp, LinkId)> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp::from_millis(at.parse().ok()?), id.parse().ok()?))
}

async fn page(
    agent: &Member,
    before: Option<(Timestamp, LinkId)>,
    typed: Typed,
) -> Result<InvitationsPage, Problem> {
    let organisation = agent.me.facts.account.organisation_id;
    let found = invitation::list(agent.call(), organisation, before).await?;
    let mut page = agent.page();
    let has_typed = !typed.email.is_empty() || !typed.list.is_empty();
    page.proof_first = agent.proof_first(Action::InviteMembers, HERE, has_typed);
    let older = found.next.map(|(at, id)| format!("{HERE}?before={}.{id}", at.as_millis()));
    Ok(InvitationsPage {
        lines: found.rows.iter().map(|row| line(&page, row)).collect(),
        roles: members::roles(&page, Some(typed.role.unwrap_or(Role::Member))),
        pager: Pager { newest: before.map(|_| HERE.to_owned()), older },
        email: typed.email,
        hand_over: typed.hand_over,
        list: typed.list,
        most_lines: invitation::MOST_LINES,
        by_mail: agent.call().deps.mail,
        errors: typed.errors,
        page,
    })
}

fn line(page: &Page, row: &invitation::LinkRow) -> InvitationLine {
    InvitationLine {
        id: row.id.to_string(),
        email: row.email.as_ref().map(|email| email.as_str().to_owned()).unwrap_or_default(),
        role: role_words(page, row.role.unwrap_or(Role::Member)),
        made: moment(row.created_at),
        until: moment(row.expires_at),
    }
}

/// What is said of a refusal on the page, with everything that was typed; `Err`: it is said elsewhere.
fn complaint(agent: &Member, error: FlowError) -> Result<(Refused, FormErrors), FlowError> {
    let page = agent.page();
    let wrong = Refused::from(StatusCode::UNPROCESSABLE_ENTITY);
    match error {
        FlowError::Invalid(faults) => Ok((wrong, form_errors(&page, &faults))),
        FlowError::Forbidden(text) if text.key == "invitations-closed" => {
            Ok((wrong, FormErrors::general(say(&page, &text))))
        }
        FlowError::Conflict(text) => {
            Ok((StatusCode::CONFLICT.into(), FormErrors::general(say(&page, &text))))
        }
        FlowError::TooMany { until } => {
            let refused = Refused::too_many(until.map(moment), page.now);
            Ok((refused, FormErrors::general(letters_too_many(&page, until))))
        }
        FlowError::StepUpNeeded => Ok((StatusCode::FORBIDDEN.into(), FormErrors::default())),
        error => Err(error),
    }
}

/// What was invited, or what was wrong with it.
async fn after(
    agent: &Member,
    outcome: Result<Invited, FlowError>,
    email: String,
    role: Option<Role>,
) -> Result<Response, Problem> {
    let typed = Typed { email, role, ..Typed::default() };
    let error = match outcome {
        Ok(Invited { link: None, .. }) => return Ok(go(&with_done(HERE, Done::Invited))),
        Ok(Invited { link: Some(token), until, email, .. }) => {
            let link = agent.visit.app.settings.public_address.link(&format!("/link/{}", *token.reveal()));
            let hand_over = HandOver { email: email.as_str().to_owned(), link, until: moment(until) };
            let typed = Typed { hand_over: Some(hand_over), role, ..Typed::default() };
            return show(&page(agent, None, typed).await?);
        }
        Err(FlowError::StepUpNeeded) if typed.email.is_empty() => {
            return stopped(FlowError::StepUpNeeded, HERE);
        }
        Err(error) => error,
    };
    let (refused, errors) = complaint(agent, error)?;
    show_refused(refused, &page(agent, None, Typed { errors, ..typed }).await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::portal::handlers) struct InviteForm {
    email: String,
    role: String,
}

pub(in crate::portal::handlers) async fn invite(
    Administrator(agent): Administrator,
    Form(form): Form<InviteForm>,
) -> Result<Response, Problem> {
    let role = Role::parse(&form.role).ok_or(Problem::new(&problem::MALFORMED))?;
    let organisation = agent.me.facts.account.organisation_id;
    let doer = Doer::staff(&agent.me);
    let outcome = invitation::invite(agent.call(), &doer, organisation, &form.email, role).await;
    after(&agent, outcome, form.email, Some(role)).await
}

fn id(text: &str) -> Result<LinkId, Problem> {
    text.parse().map_err(|_| Problem::new(&problem::NOT_FOUND))
}

pub(in crate::portal::handlers) async fn resend(
    Administrator(agent): Administrator,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let (organisation, doer) = (agent.me.facts.account.organisation_id, Doer::staff(&agent.me));
    let outcome = invitation::resend(agent.call(), &doer, organisation, id(&text)?).await;
    after(&agent, outcome, String::new(), None).await
}

pub(in crate::portal::handlers) async fn withdraw(
    Administrator(agent): Administrator,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let (organisation, doer) = (agent.me.facts.account.organisation_id, Doer::staff(&agent.me));
    match invitation::withdraw(agent.call(), &doer, organisation, id(&text)?).await {
        Ok(()) => Ok(go(&with_done(HERE, Done::InvitationWithdrawn))),
        Err(error) => stopped(error, HERE),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::portal::handlers) struct ListForm {
    list: String,
}

pub(in crate::portal::handlers) async fn plan(
    Administrator(agent): Administrator,
    LargeForm(form): LargeForm<ListForm>,
) -> Result<Response, Problem> {
    let (organisation, doer) = (agent.me.facts.account.organisation_id, Doer::staff(&agent.me));
    match invitation::plan(agent.call(), &doer, organisation, &form.list).await {
        Ok(plan) => show(&plan_page(&agent, form.list, plan)),
        Err(error) => unreadable(&agent, error, form.list).await,
    }
}

async fn unreadable(agent: &Member, error: FlowError, list: String) -> Result<Response, Problem> {
    let (refused, errors) = complaint(agent, error)?;
    show_refused(refused, &page(agent, None, Typed { list, errors, ..Typed::default() }).await?)
}

fn plan_page(agent: &Member, list: String, plan: Plan) -> InvitationPlanPage {
    let page = agent.page();
    let invites = plan.invites();
    let lines = plan.lines.iter().map(|line| plan_line(&page, line)).collect();
    InvitationPlanPage { page, list, mark: plan.mark, invites, lines, changed: false, sent: 0 }
}

fn plan_line(page: &Page, line: &Planned) -> PlanLine {
    let (text, look) = match &line.outcome {
        Outcome::Invite(role) => {
            let role = role_words(page, *role);
            (page.t1("plan-invite", "role", role).into_owned(), PlanLook::Good)
        }
        Outcome::Invited => (page.t(text!("plan-invited")).into_owned(), PlanLook::Idle),
        Outcome::Taken => (page.t(text!("plan-taken")).into_owned(), PlanLook::Idle),
        Outcome::Fault(text) => (say(page, text), PlanLook::Bad),
    };
    PlanLine { number: line.number, written: csv::neutral(&line.written).into_owned(), text, look }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::portal::handlers) struct SendForm {
    list: String,
    mark: String,
}

pub(in crate::portal::handlers) async fn send(
    Administrator(agent): Administrator,
    LargeForm(form): LargeForm<SendForm>,
) -> Result<Response, Problem> {
    let (organisation, doer) = (agent.me.facts.account.organisation_id, Doer::staff(&agent.me));
    let outcome = invitation::invite_all(agent.call(), &doer, organisation, &form.list, &form.mark).await;
    match outcome {
        Ok(Ok(_)) => Ok(go(&with_done(HERE, Done::ListInvited))),
        Ok(Err(Changed { sent, plan })) => {
            let again = plan_page(&agent, form.list, plan);
            show_refused(StatusCode::CONFLICT, &InvitationPlanPage { changed: true, sent, ..again })
        }
        Err(error) => unreadable(&agent, error, form.list).await,
    }
}
