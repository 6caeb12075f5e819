//! The home of administration.

use axum::response::Response;
use countersign_core::action::Action;

use super::super::super::view::AdminHomePage;
use super::super::super::visit::{Administrator, show};
use super::allowed;
use crate::flow::{desk, invitation, member, outbox, suspension};
use crate::http::problem::Problem;

pub(in crate::portal::handlers) async fn home(
    Administrator(agent): Administrator,
) -> Result<Response, Problem> {
    let organisation = allowed(&agent, Action::ViewMembers).await?;
    let counts = member::counts(agent.call(), organisation).await?;
    show(&AdminHomePage {
        page: agent.page(),
        members: counts.all,
        unprotected: counts.unprotected,
        staff: counts.support + counts.administrators,
        disabled: counts.disabled,
        invitations: invitation::count(agent.call(), organisation).await?,
        requests: desk::how_many_open(agent.call(), organisation).await?,
        suspensions: suspension::how_many_wait(agent.call(), &agent.me).await?.unwrap_or_default(),
        mail_is_down: outbox::is_mail_down(agent.call()).await?,
    })
}
