//! The organisation's name and colour.

use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::accent::{Accent, Colour};
use countersign_core::action::Action;
use serde::Deserialize;

use super::super::super::view::{Done, FormErrors, OrganisationPage};
use super::super::super::visit::{Administrator, Member, form_errors, go, show, show_refused};
use super::super::security::{After, with_done};
use super::allowed;
use crate::flow::FlowError;
use crate::flow::member::Doer;
use crate::flow::organisation::{self, OrganisationRow};
use crate::http::form::{Form, Query};
use crate::http::problem::Problem;

const HERE: &str = "/admin/organisation";

fn page(agent: &Member, row: &OrganisationRow, typed: Typed, errors: FormErrors) -> OrganisationPage {
    let look = row.accent.as_deref().and_then(|text| Colour::parse(text).ok());
    let look = look.and_then(|colour| Accent::of(colour).ok());
    let mut page = agent.page();
    let changed = typed.name != row.name || typed.accent != row.accent.as_deref().unwrap_or_default();
    page.proof_first = agent.proof_first(Action::EditOrganisation, HERE, changed);
    OrganisationPage {
        page,
        sign_in: agent.visit.app.settings.public_address.link(&format!("/sign-in/{}", row.slug)),
        name: typed.name,
        slug: row.slug.clone(),
        accent: typed.accent,
        swatches: look.map_or_else(Vec::new, |look| vec![look.light.to_string(), look.dark.to_string()]),
        errors,
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::portal::handlers) struct Typed {
    name: String,
    accent: String,
}

pub(in crate::portal::handlers) async fn form(
    Administrator(agent): Administrator,
    Query(after): Query<After>,
) -> Result<Response, Problem> {
    let id = allowed(&agent, Action::ViewMembers).await?;
    let row = organisation::show(agent.call(), id).await?;
    let typed = Typed { name: row.name.clone(), accent: row.accent.clone().unwrap_or_default() };
    let mut shown = page(&agent, &row, typed, FormErrors::default());
    shown.page.notice = after.notice(&shown.page);
    show(&shown)
}

pub(in crate::portal::handlers) async fn save(
    Administrator(agent): Administrator,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let id = agent.me.facts.account.organisation_id;
    let doer = Doer::staff(&agent.me);
    match organisation::change(agent.call(), &doer, id, &typed.name, &typed.accent).await {
        Ok(_) => Ok(go(&with_done(HERE, Done::OrganisationSaved))),
        Err(FlowError::Invalid(faults)) => {
            let row = organisation::show(agent.call(), id).await?;
            let errors = form_errors(&agent.page(), &faults);
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &page(&agent, &row, typed, errors))
        }
        Err(FlowError::StepUpNeeded) => {
            let row = organisation::show(agent.call(), id).await?;
            show_refused(StatusCode::FORBIDDEN, &page(&agent, &row, typed, FormErrors::default()))
        }
        Err(error) => Err(error.into()),
    }
}
