//! Help: several devices, the clock, and what to do when nothing works.

use axum::response::Response;

use super::super::view::{HelpClockPage, HelpDevicesPage, LostAccessPage};
use super::super::visit::{Visit, show};
use crate::http::problem::Problem;

pub(super) async fn lost_access(visit: Visit) -> Result<Response, Problem> {
    let contact = visit.app.settings.support.as_ref().map(|contact| contact.label().to_owned());
    show(&LostAccessPage { page: visit.front_page().await?, contact })
}

pub(super) async fn devices(visit: Visit) -> Result<Response, Problem> {
    show(&HelpDevicesPage { page: visit.front_page().await? })
}

pub(super) async fn clock(visit: Visit) -> Result<Response, Problem> {
    show(&HelpClockPage { page: visit.front_page().await? })
}
