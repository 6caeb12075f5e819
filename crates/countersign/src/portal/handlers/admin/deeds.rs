//! What administrators do to another account.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::action::Action;
use countersign_core::id::AccountId;
use countersign_core::role::Role;
use serde::Deserialize;

use super::super::super::view::{Done, FormErrors, MemberDeletePage};
use super::super::super::visit::{Administrator, Member, form_errors, go, say, show, show_refused};
use super::super::security::with_done;
use super::{allowed, download, members, stopped};
use crate::flow::member::{self, AccountState, Doer};
use crate::flow::{FlowError, staff};
use crate::http::form::{Form, NoFields};
use crate::http::problem::{self, Problem};

fn id(text: &str) -> Result<AccountId, Problem> {
    text.parse().map_err(|_| Problem::new(&problem::NOT_FOUND))
}

fn here(id: AccountId) -> String {
    format!("/admin/members/{id}")
}

/// Where it cannot be done as the account stands now, its page says so.
async fn after(
    agent: &Member,
    outcome: Result<(), FlowError>,
    id: AccountId,
    done: Done,
) -> Result<Response, Problem> {
    match outcome {
        Ok(()) => Ok(go(&with_done(&here(id), done))),
        Err(FlowError::Conflict(text)) => members::refused(agent, id, &text).await,
        Err(error) => stopped(error, &here(id)),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::portal::handlers) struct RoleForm {
    role: String,
}

pub(in crate::portal::handlers) async fn role(
    Administrator(agent): Administrator,
    Path(text): Path<String>,
    Form(form): Form<RoleForm>,
) -> Result<Response, Problem> {
    let id = id(&text)?;
    let role = Role::parse(&form.role).ok_or(Problem::new(&problem::MALFORMED))?;
    let doer = Doer::staff(&agent.me);
    let outcome = member::change_role(agent.call(), &doer, id, role).await;
    after(&agent, outcome, id, Done::RoleChanged).await
}

pub(in crate::portal::handlers) async fn disable(
    Administrator(agent): Administrator,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let (id, doer) = (id(&text)?, Doer::staff(&agent.me));
    let outcome = member::set_state(agent.call(), &doer, id, AccountState::Disabled).await;
    after(&agent, outcome, id, Done::MemberDisabled).await
}

pub(in crate::portal::handlers) async fn enable(
    Administrator(agent): Administrator,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let (id, doer) = (id(&text)?, Doer::staff(&agent.me));
    let outcome = member::set_state(agent.call(), &doer, id, AccountState::Active).await;
    after(&agent, outcome, id, Done::MemberEnabled).await
}

pub(in crate::portal::handlers) async fn end_sessions(
    Administrator(agent): Administrator,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    allowed(&agent, Action::ViewMembers).await?;
    let (id, doer) = (id(&text)?, Doer::staff(&agent.me));
    let outcome = member::end_sessions(agent.call(), &doer, id).await;
    after(&agent, outcome.map(|_| ()), id, Done::MemberSessionsEnded).await
}

pub(in crate::portal::handlers) async fn export(
    Administrator(agent): Administrator,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let (id, doer) = (id(&text)?, Doer::staff(&agent.me));
    match member::export(agent.call(), &doer, id).await {
        Ok(document) => {
            Ok(download("application/json", &format!("account-{id}.json"), format!("{document:#}\n")))
        }
        Err(error) => stopped(error, &here(id)),
    }
}

async fn page(
    agent: &Member,
    id: AccountId,
    typed: String,
    errors: FormErrors,
) -> Result<MemberDeletePage, Problem> {
    let facts = staff::subject(agent.call(), &agent.me, Action::DeleteAccount, id).await?;
    Ok(MemberDeletePage {
        page: agent.page(),
        id: id.to_string(),
        name: facts.account.display_name,
        email: facts.account.email.as_str().to_owned(),
        typed,
        errors,
    })
}

pub(in crate::portal::handlers) async fn delete_form(
    Administrator(agent): Administrator,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    allowed(&agent, Action::ViewMembers).await?;
    show(&page(&agent, id(&text)?, String::new(), FormErrors::default()).await?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::portal::handlers) struct DeleteForm {
    confirm: String,
}

pub(in crate::portal::handlers) async fn delete(
    Administrator(agent): Administrator,
    Path(text): Path<String>,
    Form(form): Form<DeleteForm>,
) -> Result<Response, Problem> {
    let (id, doer) = (id(&text)?, Doer::staff(&agent.me));
    let errors = match member::delete(agent.call(), &doer, id, &form.confirm).await {
        Ok(()) => return Ok(go(&with_done("/admin/members", Done::MemberDeleted))),
        Err(FlowError::Invalid(faults)) => form_errors(&agent.page(), &faults),
        Err(FlowError::Conflict(text)) => FormErrors::general(say(&agent.page(), &text)),
        Err(error) => return stopped(error, &format!("{}/delete", here(id))),
    };
    show_refused(StatusCode::UNPROCESSABLE_ENTITY, &page(&agent, id, form.confirm, errors).await?)
}
