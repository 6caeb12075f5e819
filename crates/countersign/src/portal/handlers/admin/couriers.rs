//! How letters, Telegram messages, calls and SMS go out.

use std::time::Duration;

use axum::response::Response;
use countersign_core::action::Action;

use super::super::super::view::{ChannelLine, CourierLine, CouriersPage, Done, Page};
use super::super::super::visit::{Administrator, go, moment, show};
use super::super::security::{After, with_done};
use super::{allowed, stopped};
use crate::flow::Call;
use crate::flow::courier::{self, Courier, DispatchState, Outgoing, Way};
use crate::flow::dispatch::Channel;
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::Problem;
use crate::text;

const HERE: &str = "/admin/couriers";

/// How far back messages and calls are counted.
const DAY: Duration = Duration::from_hours(24);

pub(in crate::portal::handlers) async fn list(
    Administrator(agent): Administrator,
    Query(after): Query<After>,
) -> Result<Response, Problem> {
    allowed(&agent, Action::ViewCouriers).await?;
    let (couriers, counts) = courier::list(agent.call()).await?;
    let outgoing = courier::outgoing(agent.call(), DAY).await?;
    let mut page = agent.page();
    page.notice = after.notice(&page);
    show(&CouriersPage {
        couriers: couriers.into_iter().map(|courier| line(&page, courier)).collect(),
        waiting: counts.waiting,
        oldest: counts.oldest_waiting.map(moment),
        sent: counts.sent,
        failed: counts.failed,
        can_test: agent.call().deps.mail,
        channels: channels(agent.call(), &page, &outgoing),
        page,
    })
}

fn line(page: &Page, courier: Courier) -> CourierLine {
    let (key, class) = match (courier.is_set_up, courier.is_down, courier.ok_at) {
        (false, ..) => (text!("courier-off"), ""),
        (true, true, _) => (text!("courier-down"), "bad"),
        (true, false, None) => (text!("courier-unused"), ""),
        (true, false, Some(_)) => (text!("courier-works"), "good"),
    };
    let (icon, name) = match courier.way {
        Way::Mail => ("mail", text!("courier-mail")),
        Way::Telegram => ("message", text!("courier-telegram")),
        Way::Calls => ("phone", text!("courier-calls")),
        Way::Sms => ("message", text!("courier-sms")),
    };
    CourierLine {
        icon,
        is_mail: courier.way == Way::Mail,
        name: page.t(name).into_owned(),
        state: page.t(key).into_owned(),
        class,
        worked: courier.ok_at.map(moment),
        failed: courier.failed_at.map(moment),
    }
}

/// What is set up, or was used within the day.
fn channels(call: &Call, page: &Page, outgoing: &Outgoing) -> Vec<ChannelLine> {
    let reach = &call.deps.reach;
    let all = [
        (Channel::Telegram, reach.telegram.is_some(), text!("channel-telegram")),
        (Channel::Call, reach.calls, text!("channel-call")),
        (Channel::Sms, reach.sms, text!("channel-sms")),
    ];
    let line = |(channel, is_set_up, name): (Channel, bool, &str)| {
        let of = |states: &[DispatchState]| -> u64 {
            let counted = outgoing.counts.iter().filter(|one| one.channel == channel);
            counted.filter(|one| states.contains(&one.state)).map(|one| one.count).sum()
        };
        let line = ChannelLine {
            name: page.t(name).into_owned(),
            waiting: of(&[DispatchState::Waiting, DispatchState::Attempted, DispatchState::Ringing]),
            sent: of(&[DispatchState::Sent, DispatchState::Delivered]),
            failed: of(&[DispatchState::Failed, DispatchState::Unknown, DispatchState::Expired]),
        };
        (is_set_up || line.waiting + line.sent + line.failed > 0).then_some(line)
    };
    all.into_iter().filter_map(line).collect()
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
