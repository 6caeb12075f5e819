//! What calls and SMS cost an organisation and what stands against them, as its administrators see it; and closing a breaker
//! before its time.

use std::collections::{BTreeMap, BTreeSet};

use countersign_core::action::Action;
use countersign_core::audit::Event;
use countersign_core::id::OrganisationId;
use countersign_core::phone::Country;
use countersign_core::phone::spend::{BREAKER_OPEN, BUDGET_SPAN, Guard, stopped_until};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::audit::{AuditSearch, search};
use countersign_store::breaker::{self, BreakerRow};
use countersign_store::dispatch::{self, Channel, DispatchRow, DispatchState};
use countersign_store::{Db, StoreError, audit};

use super::super::member::Doer;
use super::super::{About, Call, FlowError};
use super::guards::IN_SEQUENCE;
use crate::text;

/// Days that are told one by one, the present one among them.
const DAYS: u64 = 7;

/// Calls and SMS that the days and prefixes are counted from, at most.
const MOST: u32 = 10_000;

/// Prefixes and breakers that are told, at most.
const LINES: usize = 100;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// What calls and SMS cost, and what stands against them. Money is in thousandths of the operator's currency.
#[derive(Clone, Debug)]
pub struct Spending {
    /// What the organisation has spent in the last 24 hours.
    pub spent: u64,
    /// What it may spend in that time; `None`: any sum.
    pub budget: Option<u64>,
    /// The last seven days by UTC, the present one first.
    pub days: Vec<DayLine>,
    /// The organisation's prefixes of the last 24 hours, those with the most codes first.
    pub prefixes: Vec<PrefixLine>,
    /// Whether there were more calls and SMS than days and prefixes are counted from, so that the oldest are left out.
    pub is_cut: bool,
    /// The breakers that stop a prefix now, the last opened first. They stop it for the whole installation; an organisation's
    /// staff see those that its own codes opened, and those of the prefixes it has sent to in the last 24 hours.
    pub breakers: Vec<BreakerLine>,
    /// How often each guard stood against a call or an SMS of this organisation in the last 24 hours, as far as it was written
    /// down: one in a minute for each account and network.
    pub guards: Vec<GuardLine>,
    /// The pools of numbers that call.
    pub pools: Vec<PoolLine>,
    /// The countries that may be called and written to, whole or in part.
    pub destinations: Vec<Country>,
    /// Whether a trunk for calls is set up.
    pub calls: bool,
    /// Whether a route for SMS is set up.
    pub sms: bool,
}

/// One day's calls and SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayLine {
    /// When it began, by UTC.
    pub begins: Timestamp,
    /// Calls that were begun.
    pub calls: u32,
    /// SMS that were begun.
    pub sms: u32,
    /// What they cost.
    pub price: u64,
}

/// How the codes of one prefix fare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixLine {
    /// The first digits of the numbers.
    pub prefix: String,
    /// The two letters of their country.
    pub country: String,
    /// Calls and SMS that were begun.
    pub begun: u32,
    /// Calls among them that rang.
    pub rang: u32,
    /// Those whose code was answered rightly.
    pub answered: u32,
    /// What they cost.
    pub price: u64,
}

/// A prefix that is stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakerLine {
    /// The first digits of the numbers.
    pub prefix: String,
    /// The two letters of their country.
    pub country: String,
    /// Whether neighbouring numbers were asked one after another; otherwise too few codes came back.
    pub is_sequence: bool,
    /// Since when.
    pub opened_at: Timestamp,
    /// When it closes by itself.
    pub until: Timestamp,
}

/// What stood against calls and SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuardLine {
    /// Which guard; its `name_key` has its words.
    pub guard: Guard,
    /// How often.
    pub times: u32,
}

/// A pool of numbers that call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PoolLine {
    /// The country it calls; `None`: all that have no pool of their own.
    pub country: Option<Country>,
    /// How many different endings there are: a guess succeeds once in so many times.
    pub endings: usize,
    /// What two wrong answers a day are worth: two in that many.
    pub chance_a_day: f64,
    /// Whether there are few enough to be warned of.
    pub is_thin: bool,
}

/// What calls and SMS cost an organisation, and what stands against them. Staff see their own, whichever is named.
///
/// # Errors
///
/// [`FlowError::Forbidden`] for a role that may not.
pub async fn spending(call: &Call, doer: &Doer, organisation: OrganisationId) -> Result<Spending, FlowError> {
    doer.require(call, Action::ViewSpending).await?;
    let organisation = doer.organisation(organisation);
    let reach = &call.deps.reach;
    let mut db = call.reader().await?;
    let today = Timestamp::from_secs(call.now.as_secs().div_euclid(DAY) * DAY);
    let week = today.minus(std::time::Duration::from_hours(24 * (DAYS - 1)));
    // A millisecond earlier, as what was written after an instant is asked for.
    let since = week.minus(std::time::Duration::from_millis(1));
    let rows = dispatch::of_organisation(&mut db, organisation, since, MOST).await?;
    let spent = dispatch::spent(&mut db, organisation, call.now.minus(BUDGET_SPAN)).await?.price;
    let begun: Vec<&DispatchRow> = rows.iter().filter(|row| was_begun(row)).collect();
    Ok(Spending {
        spent,
        budget: reach.budget,
        days: days(&begun, today),
        prefixes: prefixes(&begun, call.now.minus(BUDGET_SPAN)),
        is_cut: rows.len() >= MOST as usize,
        breakers: breakers(call, &mut db, doer).await?,
        guards: guards(call, &mut db, organisation).await?,
        pools: pools(call),
        destinations: reach.destinations.countries().collect(),
        calls: reach.calls,
        sms: reach.sms,
    })
}

/// What was taken back or given up before anybody began to send it cost nothing.
fn was_begun(row: &DispatchRow) -> bool {
    !matches!(row.state, DispatchState::Dropped | DispatchState::Expired)
}

fn days(rows: &[&DispatchRow], today: Timestamp) -> Vec<DayLine> {
    let day = |back: u64| {
        let begins = today.minus(std::time::Duration::from_hours(24 * back));
        let ends = begins.plus(std::time::Duration::from_hours(24));
        let mut line = DayLine { begins, calls: 0, sms: 0, price: 0 };
        for row in rows.iter().filter(|row| row.created_at >= begins && row.created_at < ends) {
            match row.channel {
                Channel::Call => line.calls += 1,
                Channel::Sms => line.sms += 1,
                Channel::Telegram => continue,
            }
            line.price += u64::from(row.price);
        }
        line
    };
    (0..DAYS).map(day).collect()
}

fn prefixes(rows: &[&DispatchRow], since: Timestamp) -> Vec<PrefixLine> {
    let mut lines: BTreeMap<&str, PrefixLine> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.created_at > since) {
        let Some(to) = &row.destination else { continue };
        let line = lines.entry(&to.prefix).or_insert_with(|| PrefixLine {
            prefix: to.prefix.clone(),
            country: to.country.clone(),
            begun: 0,
            rang: 0,
            answered: 0,
            price: 0,
        });
        line.begun += 1;
        line.rang += u32::from(row.rang_at.is_some());
        line.answered += u32::from(row.answered_at.is_some());
        line.price += u64::from(row.price);
    }
    let mut lines: Vec<PrefixLine> = lines.into_values().collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.begun));
    lines.truncate(LINES);
    lines
}

/// Which breakers are somebody's business: those of their organisation, or all of them.
enum Scope {
    All,
    Of(OrganisationId, BTreeSet<String>),
}

impl Scope {
    async fn of(call: &Call, db: &mut Db, doer: &Doer) -> Result<Self, StoreError> {
        let Doer::Staff(staff) = doer else { return Ok(Self::All) };
        let own = staff.facts.account.organisation_id;
        let since = call.now.minus(BUDGET_SPAN);
        Ok(Self::Of(own, dispatch::prefixes_of_organisation(db, own, since).await?))
    }

    fn has(&self, row: &BreakerRow) -> bool {
        match self {
            Self::All => true,
            Self::Of(own, prefixes) => row.organisation_id == Some(*own) || prefixes.contains(&row.prefix),
        }
    }
}

async fn breakers(call: &Call, db: &mut Db, doer: &Doer) -> Result<Vec<BreakerLine>, StoreError> {
    let scope = Scope::of(call, db, doer).await?;
    let rows = breaker::list(db, call.now.minus(BREAKER_OPEN), MOST).await?;
    let open = rows.into_iter().filter(|row| row.closed_at.is_none() && scope.has(row)).take(LINES);
    let lines = open.filter_map(|row| {
        let until = stopped_until(row.opened_at, call.now)?;
        let is_sequence = row.reason == IN_SEQUENCE;
        let BreakerRow { prefix, country, opened_at, .. } = row;
        Some(BreakerLine { prefix, country, is_sequence, opened_at, until })
    });
    Ok(lines.collect())
}

async fn guards(
    call: &Call,
    db: &mut Db,
    organisation: OrganisationId,
) -> Result<Vec<GuardLine>, StoreError> {
    let wanted = AuditSearch {
        event: Some(Event::PhoneGuarded),
        from: Some(call.now.minus(BUDGET_SPAN)),
        ..AuditSearch::default()
    };
    let rows = search(db, organisation, &wanted, MOST).await?;
    let count = |guard: Guard| {
        let same =
            rows.iter().filter(|row| row.detail.get("guard").is_some_and(|name| name == guard.as_str()));
        GuardLine { guard, times: u32::try_from(same.count()).unwrap_or(u32::MAX) }
    };
    Ok(Guard::ALL.iter().map(|guard| count(*guard)).filter(|line| line.times > 0).collect())
}

fn pools(call: &Call) -> Vec<PoolLine> {
    let line = |(country, pool): (Option<Country>, &countersign_core::phone::pool::Pool)| PoolLine {
        country,
        endings: pool.endings(),
        chance_a_day: pool.chance_a_day(),
        is_thin: pool.is_thin(),
    };
    call.deps.reach.pools.iter().map(line).collect()
}

/// Lets a prefix be called and written to again before its breaker closes by itself.
///
/// # Errors
///
/// `Conflict`: it is not stopped, or no longer, or the organisation of whoever asks has nothing to do with it; [`FlowError::Forbidden`] and [`FlowError::StepUpNeeded`] as for any deed of
/// staff.
pub async fn close_breaker(call: &Call, doer: &Doer, prefix: &str) -> Result<(), FlowError> {
    doer.require(call, Action::CloseBreaker).await?;
    let data = (call.clone(), doer.clone(), prefix.to_owned());
    let job = call.deps.store.write(data, |tx, (call, doer, prefix)| {
        Box::pin(async move {
            doer.hold(tx, call, Action::CloseBreaker).await?;
            let (by, organisation) = match doer {
                Doer::Staff(staff) => {
                    (staff.account().to_string(), Some(staff.facts.account.organisation_id))
                }
                Doer::Operator => ("command-line".to_owned(), None),
            };
            let scope = Scope::of(call, tx, doer).await?;
            if !breaker::of_prefix(tx, prefix).await?.is_some_and(|row| scope.has(&row)) {
                return Ok(false);
            }
            if !breaker::close(tx, prefix, &by, call.now.minus(BREAKER_OPEN), call.now).await? {
                return Ok(false);
            }
            let about = About { account: None, organisation };
            let row = doer.row(call, Event::BreakerClosed, about, &[("prefix", prefix.clone())]);
            audit::append(tx, &row).await?;
            Ok(true)
        })
    });
    if job.await? { Ok(()) } else { Err(FlowError::Conflict(Text::new(text!("phone-breaker-not-open")))) }
}
