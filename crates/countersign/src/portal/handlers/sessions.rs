//! Sessions: the list, ending one, ending all others.

use axum::extract::Path;
use axum::response::Response;
use countersign_core::session::describe_device;

use super::super::view::{Done, SessionRow, SessionsPage};
use super::super::visit::{Member, go, moment, show};
use super::security::{After, with_done};
use super::sign_in::with_next;
use crate::flow::FlowError;
use crate::flow::session::{self, SessionLine};
use crate::http::STEP_UP_PATH;
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::{self, Problem};

const HERE: &str = "/account/sessions";

pub(super) fn row(line: SessionLine) -> SessionRow {
    let device = describe_device(&line.user_agent);
    SessionRow {
        id: line.id.to_string(),
        browser: device.browser.map(str::to_owned),
        system: device.system.map(str::to_owned),
        address: line.address,
        last_used: moment(line.last_used_at),
        created: moment(line.created_at),
        current: line.here,
    }
}

pub(super) async fn list(member: Member, Query(after): Query<After>) -> Result<Response, Problem> {
    let sessions = session::list(member.call(), &member.me).await?.into_iter().map(row).collect();
    let mut page = member.page();
    page.notice = after.notice(&page);
    show(&SessionsPage { page, sessions })
}

/// Ending needs a recent proof; after it the list is shown again, where one more press does it.
fn after(outcome: Result<(), FlowError>, done: Done) -> Result<Response, Problem> {
    match outcome {
        Ok(()) => Ok(go(&with_done(HERE, done))),
        Err(FlowError::StepUpNeeded) => Ok(go(&with_next(STEP_UP_PATH, Some(HERE)))),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn end(
    member: Member,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let id = text.parse().map_err(|_| Problem::new(&problem::NOT_FOUND))?;
    after(session::end(member.call(), &member.me, id).await, Done::SessionEnded)
}

pub(super) async fn end_others(
    member: Member,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    after(session::end_others(member.call(), &member.me).await.map(|_| ()), Done::OthersEnded)
}
