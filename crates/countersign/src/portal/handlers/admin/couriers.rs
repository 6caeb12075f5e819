//! How letters go out.

use axum::response::Response;
use countersign_core::action::Action;

use super::super::super::view::{CourierLine, CouriersPage, Done, Page};
use super::super::super::visit::{Administrator, go, moment, show};
use super::super::security::{After, with_done};
use super::{allowed, stopped};
use crate::flow::courier::{self, Courier};
use crate::flow::outbox;
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::Problem;
use crate::text;

const HERE: &str = "/admin/couriers";

pub(in crate::portal::handlers) async fn list(
    Administrator(agent): Administrator,
    Query(after): Query<After>,
) -> Result<Response, Problem> {
    allowed(&agent, Action::ViewCouriers).await?;
    let (couriers, counts) = courier::list(agent.call()).await?;
    let mut page = agent.page();
    page.notice = after.notice(&page);
    show(&CouriersPage {
        couriers: couriers.into_iter().map(|courier| line(&page, courier)).collect(),
        waiting: counts.waiting,
        oldest: counts.oldest_waiting.map(moment),
        sent: counts.sent,
        failed: counts.failed,
        can_test: agent.call().deps.mail,
        page,
    })
}

fn line(page: &Page, courier: Courier) -> CourierLine {
    let (key, class) = match (courier.is_set_up, courier.is_down, courier.state.ok_at) {
        (false, ..) => (text!("courier-off"), ""),
        (true, true, _) => (text!("courier-down"), "bad"),
        (true, false, None) => (text!("courier-unused"), ""),
        (true, false, Some(_)) => (text!("courier-works"), "good"),
    };
    let is_mail = courier.name == outbox::MAIL;
    CourierLine {
        name: if is_mail { page.t(text!("courier-mail")).into_owned() } else { courier.name },
        state: page.t(key).into_owned(),
        class,
        worked: courier.state.ok_at.map(moment),
        failed: courier.state.failed_at.map(moment),
        error: courier.state.error,
    }
}

pub(in crate::portal::handlers) async fn test(
    Administrator(agent): Administrator,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    match courier::test(agent.call(), &agent.me).await {
        Ok(()) => Ok(go(&with_done(HERE, Done::CourierTested))),
        Err(error) => stopped(error, HERE),
    }
}
