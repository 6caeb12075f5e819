//! The home of administration.

use axum::response::Response;
use countersign_core::action::Action;

use super::super::super::view::AdminHomePage;
use super::super::super::visit::{Agent, show};
use super::allowed;
use crate::flow::{invitation, member, outbox};
use crate::http::problem::Problem;

pub(in crate::portal::handlers) async fn home(Agent(agent): Agent) -> Result<Response, Problem> {
    let organisation = allowed(&agent, Action::ViewMembers).await?;
    let counts = member::counts(agent.call(), organisation).await?;
    show(&AdminHomePage {
        page: agent.page(),
        members: counts.all,
        unprotected: counts.unprotected,
        staff: counts.support + counts.administrators,
        disabled: counts.disabled,
        invitations: invitation::count(agent.call(), organisation).await?,
        mail_is_down: outbox::is_mail_down(agent.call()).await?,
    })
}
