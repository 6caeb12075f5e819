//! What an organisation's calls and SMS cost, and what stands against them. For its administrators.

use std::sync::Arc;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::caller::AdministratorSession;
use crate::api::shapes::{Sent, Time};
use crate::app::App;
use crate::flow::Call;
use crate::flow::member::Doer;
use crate::flow::phone;
use crate::http::json::Json;
use crate::http::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_spending)).routes(routes!(reopen_prefix))
}

/// Calls and SMS of one day by UTC.
#[derive(Serialize, ToSchema)]
struct SpendingDay {
    /// When it began.
    begins_at: Time,
    /// Calls that were begun.
    calls: u32,
    /// SMS that were begun.
    sms: u32,
    /// What they cost, in thousandths of the operator's currency.
    price: u64,
}

/// How the codes of one prefix fared in the last 24 hours.
#[derive(Serialize, ToSchema)]
struct SpendingPrefix {
    /// The first digits of the numbers, without plus sign.
    #[schema(examples("4917012"))]
    prefix: String,
    /// The two letters of their country.
    #[schema(examples("DE"))]
    country: String,
    /// Calls and SMS that were begun.
    begun: u32,
    /// Calls among them that rang.
    rang: u32,
    /// Those whose code was answered rightly.
    answered: u32,
    /// What they cost, in thousandths.
    price: u64,
}

/// A prefix that is stopped, for the whole installation.
#[derive(Serialize, ToSchema)]
struct StoppedPrefix {
    /// The first digits of the numbers.
    #[schema(examples("4917012"))]
    prefix: String,
    /// The two letters of their country.
    #[schema(examples("DE"))]
    country: String,
    /// Whether neighbouring numbers were asked one after another; otherwise too few codes came back.
    in_sequence: bool,
    /// Since when.
    stopped_at: Time,
    /// When it ends by itself.
    until: Time,
}

/// What stood against calls and SMS in the last 24 hours.
#[derive(Serialize, ToSchema)]
struct GuardTimes {
    /// What: `no-route`, `destination`, `budget`, `breaker`, `number`, `account`, `address`, `block` or `minute`.
    #[schema(value_type = String, examples("budget"))]
    guard: &'static str,
    /// How often, one in a minute for each account and network.
    times: u32,
}

/// A pool of numbers that call.
#[derive(Serialize, ToSchema)]
struct CallingPool {
    /// The country it calls; `null`: all that have no pool of their own.
    #[schema(examples("DE"))]
    country: Option<String>,
    /// How many different endings there are: a guess at a call's code succeeds once in so many times.
    endings: usize,
    /// Whether there are so few that the operator is warned.
    is_thin: bool,
}

/// What calls and SMS cost, and what stands against them. Money is in thousandths of the operator's currency.
#[derive(Serialize, ToSchema)]
struct Spending {
    /// Whether a trunk for calls is set up.
    calls: bool,
    /// Whether a route for SMS is set up.
    sms: bool,
    /// What the organisation has spent in the last 24 hours.
    spent: u64,
    /// What it may spend in that time; `null`: any sum.
    budget: Option<u64>,
    /// The last seven days, the present one first.
    days: Vec<SpendingDay>,
    /// Those with the most codes first, at most 100.
    prefixes: Vec<SpendingPrefix>,
    /// Whether there were more calls and SMS than days and prefixes are counted from, so that the oldest are left out.
    is_cut: bool,
    /// The last stopped first, at most 100.
    stopped: Vec<StoppedPrefix>,
    /// Those that stood against something.
    guards: Vec<GuardTimes>,
    /// The numbers that call.
    pools: Vec<CallingPool>,
    /// The two letters of the countries that may be called and written to, whole or in part.
    destinations: Vec<String>,
}

impl From<&phone::PrefixLine> for SpendingPrefix {
    fn from(line: &phone::PrefixLine) -> Self {
        Self {
            prefix: line.prefix.clone(),
            country: line.country.clone(),
            begun: line.begun,
            rang: line.rang,
            answered: line.answered,
            price: line.price,
        }
    }
}

impl From<&phone::BreakerLine> for StoppedPrefix {
    fn from(line: &phone::BreakerLine) -> Self {
        Self {
            prefix: line.prefix.clone(),
            country: line.country.clone(),
            in_sequence: line.is_sequence,
            stopped_at: line.opened_at.into(),
            until: line.until.into(),
        }
    }
}

impl From<&phone::DayLine> for SpendingDay {
    fn from(day: &phone::DayLine) -> Self {
        Self { begins_at: day.begins.into(), calls: day.calls, sms: day.sms, price: day.price }
    }
}

impl From<&phone::PoolLine> for CallingPool {
    fn from(line: &phone::PoolLine) -> Self {
        let country = line.country.map(|country| country.to_string());
        Self { country, endings: line.endings, is_thin: line.is_thin }
    }
}

impl From<phone::Spending> for Spending {
    fn from(told: phone::Spending) -> Self {
        let guard = |line: &phone::GuardLine| GuardTimes { guard: line.guard.as_str(), times: line.times };
        Self {
            calls: told.calls,
            sms: told.sms,
            spent: told.spent,
            budget: told.budget,
            days: told.days.iter().map(SpendingDay::from).collect(),
            prefixes: told.prefixes.iter().map(SpendingPrefix::from).collect(),
            is_cut: told.is_cut,
            stopped: told.breakers.iter().map(StoppedPrefix::from).collect(),
            guards: told.guards.iter().map(guard).collect(),
            pools: told.pools.iter().map(CallingPool::from).collect(),
            destinations: told.destinations.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Show what calls and SMS cost
///
/// And what stands against them: budget, limits, prefixes that are stopped as too few codes come back.
#[utoipa::path(
    get, path = "/api/v1/organisation/spending", tag = "Administration",
    responses((status = 200, body = Spending, description = "The last 24 hours and seven days.")),
    security(("session" = [])),
)]
async fn get_spending(
    call: Call,
    AdministratorSession(me): AdministratorSession,
) -> Result<Sent<Spending>, Problem> {
    let organisation = me.facts.account.organisation_id;
    Ok(Sent(phone::spending(&call, &Doer::staff(&me), organisation).await?.into()))
}

/// A prefix that is to be called and written to again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReopenedPrefix {
    /// Its digits, as `stopped` tells them.
    #[schema(max_length = 15, examples("4917012"))]
    prefix: String,
}

/// Open a stopped prefix again
///
/// Needs recent proof. Refused where it is not stopped, or no longer. What was sent before no longer counts against it.
#[utoipa::path(
    post, path = "/api/v1/organisation/spending/reopen", tag = "Administration",
    request_body = ReopenedPrefix,
    responses((status = 204, description = "Calls and SMS go there again.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "conflict"]))),
)]
async fn reopen_prefix(
    call: Call,
    AdministratorSession(me): AdministratorSession,
    Json(input): Json<ReopenedPrefix>,
) -> Result<StatusCode, Problem> {
    phone::close_breaker(&call, &Doer::staff(&me), &input.prefix).await?;
    Ok(StatusCode::NO_CONTENT)
}
