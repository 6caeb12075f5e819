//! Help: several devices, the clock, and what to do when nothing works.

use axum::response::Response;

use super::super::view::{ContactLink, HelpClockPage, HelpDevicesPage, LostAccessPage, Onward};
use super::super::visit::{Visit, show};
use super::second_step;
use crate::flow::{FlowError, authenticator, policy};
use crate::http::problem::Problem;

/// Back to where the question came up, so that reading help costs nobody what was begun.
async fn onward(visit: &Visit) -> Result<Onward, Problem> {
    if second_step::challenge(visit).await?.is_some() {
        return Ok(Onward::Code);
    }
    let Some(me) = visit.session().await? else { return Ok(Onward::SignIn) };
    match authenticator::pending(&visit.call, &me).await {
        Ok(_) => Ok(Onward::SetUp),
        Err(FlowError::NotFound) => Ok(Onward::Security),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn lost_access(visit: Visit) -> Result<Response, Problem> {
    let contact = visit.app.settings.support.as_ref();
    let contact =
        contact.map(|contact| ContactLink { href: contact.href(), label: contact.label().to_owned() });
    let (organisation, rules) = policy::of_slug(&visit.call, None).await?;
    let (page, onward) = (visit.page(&organisation.name), onward(&visit).await?);
    let may_pause = !rules.suspension.kinds.is_empty();
    show(&LostAccessPage { page, onward, may_pause, contact })
}

pub(super) async fn devices(visit: Visit) -> Result<Response, Problem> {
    show(&HelpDevicesPage { page: visit.front_page().await?, onward: onward(&visit).await? })
}

pub(super) async fn clock(visit: Visit) -> Result<Response, Problem> {
    show(&HelpClockPage { page: visit.front_page().await?, onward: onward(&visit).await? })
}
