//! What calls and SMS cost, and what stands against them.

use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use countersign_core::action::Action;
use countersign_core::phone::pool::ENDINGS_ENOUGH;
use countersign_core::text::Text;
use serde::Deserialize;

use super::super::super::view::{
    CallingPool, Done, GuardTimes, Page, SpendingDay, SpendingPage, SpendingPrefix, StoppedPrefix,
};
use super::super::super::visit::{Administrator, Member, go, moment, say, show, show_refused};
use super::super::desk::warning;
use super::super::security::{After, with_done};
use super::stopped;
use crate::flow::FlowError;
use crate::flow::member::Doer;
use crate::flow::phone::{self, BreakerLine, GuardLine, PoolLine, PrefixLine, Spending};
use crate::http::Routes;
use crate::http::form::{Form, Query};
use crate::http::problem::Problem;
use crate::text;

const HERE: &str = "/admin/spending";

pub(super) fn routes() -> Routes {
    Routes::new().route(HERE, get(list)).route("/admin/spending/reopen", post(reopen))
}

async fn view(agent: &Member) -> Result<SpendingPage, Problem> {
    let organisation = agent.me.facts.account.organisation_id;
    let told = phone::spending(agent.call(), &Doer::staff(&agent.me), organisation).await?;
    let mut page = agent.page();
    if !told.breakers.is_empty() {
        page.proof_first = agent.proof_first(Action::CloseBreaker, HERE, false);
    }
    Ok(drawn(page, &told))
}

async fn list(Administrator(agent): Administrator, Query(after): Query<After>) -> Result<Response, Problem> {
    let mut view = view(&agent).await?;
    view.page.notice = after.notice(&view.page);
    show(&view)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::portal::handlers) struct Reopened {
    prefix: String,
}

async fn reopen(
    Administrator(agent): Administrator,
    Form(form): Form<Reopened>,
) -> Result<Response, Problem> {
    match phone::close_breaker(agent.call(), &Doer::staff(&agent.me), &form.prefix).await {
        Ok(()) => Ok(go(&with_done(HERE, Done::PrefixOpen))),
        Err(FlowError::Conflict(why)) => refused(&agent, &why).await,
        Err(error) => stopped(error, HERE),
    }
}

/// It closed by itself, or somebody was faster: the page as it stands now says so.
async fn refused(agent: &Member, why: &Text) -> Result<Response, Problem> {
    let mut view = view(agent).await?;
    view.page.notice = Some(warning(say(&view.page, why)));
    show_refused(StatusCode::CONFLICT, &view)
}

fn drawn(page: Page, told: &Spending) -> SpendingPage {
    let day = |day: &phone::DayLine| SpendingDay {
        at: moment(day.begins),
        calls: day.calls,
        sms: day.sms,
        price: day.price,
    };
    SpendingPage {
        calls: told.calls,
        sms: told.sms,
        spent: told.spent,
        budget: told.budget,
        days: told.days.iter().map(day).collect(),
        prefixes: told.prefixes.iter().map(|line| prefix(line, &told.breakers)).collect(),
        is_cut: told.is_cut,
        stopped: told.breakers.iter().map(|line| stopped_prefix(&page, line)).collect(),
        guards: told.guards.iter().map(|line| guard(&page, *line)).collect(),
        pools: told.pools.iter().map(pool).collect(),
        endings_enough: ENDINGS_ENOUGH,
        destinations: told.destinations.iter().map(ToString::to_string).collect(),
        page,
    }
}

fn prefix(line: &PrefixLine, breakers: &[BreakerLine]) -> SpendingPrefix {
    SpendingPrefix {
        prefix: line.prefix.clone(),
        country: line.country.clone(),
        begun: line.begun,
        rang: line.rang,
        answered: line.answered,
        price: line.price,
        is_stopped: breakers.iter().any(|breaker| breaker.prefix == line.prefix),
    }
}

fn stopped_prefix(page: &Page, line: &BreakerLine) -> StoppedPrefix {
    let reason = if line.is_sequence { text!("breaker-in-sequence") } else { text!("breaker-too-few") };
    StoppedPrefix {
        prefix: line.prefix.clone(),
        country: line.country.clone(),
        reason: page.t(reason).into_owned(),
        since: moment(line.opened_at),
        until: moment(line.until),
    }
}

fn guard(page: &Page, line: GuardLine) -> GuardTimes {
    GuardTimes { name: page.t(line.guard.name_key()).into_owned(), times: line.times }
}

fn pool(line: &PoolLine) -> CallingPool {
    let country = line.country.map(|country| country.to_string());
    CallingPool { country, endings: line.endings, is_thin: line.is_thin }
}
