//! `countersign phone`: what calls and SMS came to, and the prefixes that were stopped.

use std::time::Duration;

use clap::{Args, Subcommand};
use countersign_core::phone::PhoneNumber;
use countersign_core::phone::spend::stopped_until;
use serde_json::json;

use super::told::{Desk, json, refused, rfc3339, shown, table, time, told, with_desk};
use super::{Common, EXIT_CODES, Exit, Failure, out};
use crate::flow::courier::{self, Outgoing};
use crate::flow::dispatch::Channel;
use crate::flow::member::Doer;
use crate::flow::phone::close_breaker;

/// How far back is told.
pub(super) const DAY: Duration = Duration::from_hours(24);

/// See what calls and SMS came to, and let stopped prefixes go on
#[derive(Args)]
#[command(after_help = EXIT_CODES, long_about = "Calls and SMS to a prefix of numbers are stopped for an hour when too few codes \
    come back: somebody earns by them. These commands tell which, and let one go on.\n\n\
    Example:\n  countersign phone breaker list")]
pub(super) struct PhoneArgs {
    #[command(subcommand)]
    action: PhoneCommand,
}

/// What can be done about phones.
#[derive(Debug, Subcommand)]
enum PhoneCommand {
    /// Show how trunks and routes did when they were last asked, and what failed within a day
    #[command(after_help = "Example:\n  countersign phone status")]
    Status,
    /// Prefixes of numbers that were stopped
    #[command(subcommand)]
    Breaker(BreakerCommand),
}

/// What can be done about stopped prefixes.
#[derive(Debug, Subcommand)]
enum BreakerCommand {
    /// List the prefixes that were stopped within a day
    #[command(after_help = "Example:\n  countersign phone breaker list --json")]
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Let calls and SMS to a prefix go on before its hour is over
    #[command(after_help = "Example:\n  countersign phone breaker close 4917012")]
    Close {
        /// The prefix, in digits as the list shows it
        prefix: String,
    },
}

impl PhoneArgs {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        with_desk(common, "phone", async |desk| match self.action {
            PhoneCommand::Status => status(desk).await,
            PhoneCommand::Breaker(BreakerCommand::List { json }) => list(desk, json).await,
            PhoneCommand::Breaker(BreakerCommand::Close { prefix }) => close(desk, &prefix).await,
        })
    }
}

async fn status(desk: &Desk) -> Result<(), Failure> {
    let reach = &desk.call.deps.reach;
    let set_up = |is_on| if is_on { "set up" } else { "not set up" };
    out::line(format_args!("calls: {}; SMS: {}", set_up(reach.calls), set_up(reach.sms)));
    let mut states = courier::states(&desk.call, "trunk:").await.map_err(refused)?;
    states.extend(courier::states(&desk.call, "sms:").await.map_err(refused)?);
    let cells = |(name, state): (String, countersign_store::courier::CourierState)| {
        let error = state.error.unwrap_or_default();
        let when = |at: Option<_>| at.map(time).unwrap_or_default();
        vec![shown(&name).into_owned(), when(state.ok_at), when(state.failed_at), shown(&error).into_owned()]
    };
    let rows: Vec<Vec<String>> = states.into_iter().map(cells).collect();
    table(&["way", "last worked", "last failed", "why"], &rows);
    let outgoing = courier::outgoing(&desk.call, DAY).await.map_err(refused)?;
    table(
        &["channel", "state", "outcome", "within a day"],
        &counts(&outgoing, &[Channel::Call, Channel::Sms]),
    );
    for channel in [Channel::Call, Channel::Sms] {
        table(&["when", "what", "state", "outcome", "tries"], &failures(&outgoing, channel));
    }
    Ok(())
}

async fn list(desk: &Desk, as_document: bool) -> Result<(), Failure> {
    let now = desk.call.now;
    let breakers = courier::breakers(&desk.call).await.map_err(refused)?;
    let until = |row: &countersign_store::breaker::BreakerRow| {
        stopped_until(row.opened_at, now).filter(|_| row.closed_at.is_none())
    };
    if as_document {
        let line = |row: &countersign_store::breaker::BreakerRow| {
            json!({
                "prefix": row.prefix, "country": row.country, "reason": row.reason,
                "opened_at": rfc3339(row.opened_at), "stopped_until": until(row).map(rfc3339),
                "closed_at": row.closed_at.map(rfc3339), "closed_by": row.closed_by,
            })
        };
        json(&json!({ "breakers": breakers.iter().map(line).collect::<Vec<_>>() }));
        return Ok(());
    }
    if breakers.is_empty() {
        out::line("No prefix was stopped within a day.");
    }
    let cells = |row: &countersign_store::breaker::BreakerRow| {
        let state = match (until(row), row.closed_at) {
            (Some(until), _) => format!("stopped until {}", time(until)),
            (None, Some(at)) => format!("let go on {}", time(at)),
            (None, None) => "over".to_owned(),
        };
        vec![row.prefix.clone(), row.country.clone(), row.reason.clone(), time(row.opened_at), state]
    };
    table(&["prefix", "country", "why", "since", "now"], &breakers.iter().map(cells).collect::<Vec<_>>());
    Ok(())
}

async fn close(desk: &Desk, prefix: &str) -> Result<(), Failure> {
    let prefix = prefix.trim_start_matches('+');
    let what = format!("stopped prefix {prefix}");
    close_breaker(&desk.call, &Doer::Operator, prefix).await.map_err(|error| told(error, &what))?;
    out::line(format_args!("Calls and SMS to +{prefix}… go on."));
    Ok(())
}

/// What came of dispatches, as lines: channel, state, outcome, how many.
pub(super) fn counts(outgoing: &Outgoing, channels: &[Channel]) -> Vec<Vec<String>> {
    let told = outgoing.counts.iter().filter(|count| channels.contains(&count.channel));
    let cells = |count: &countersign_store::dispatch::DispatchCount| {
        let outcome = count.outcome.clone().unwrap_or_default();
        vec![
            count.channel.as_str().to_owned(),
            count.state.as_str().to_owned(),
            outcome,
            count.count.to_string(),
        ]
    };
    told.map(cells).collect()
}

/// What failed, as lines: when, what, state, outcome, tries.
pub(super) fn failures(outgoing: &Outgoing, channel: Channel) -> Vec<Vec<String>> {
    let told = outgoing.failures.iter().filter(|row| row.channel == channel);
    told.map(|row| {
        vec![
            row.ended_at.map(time).unwrap_or_default(),
            row.kind.clone(),
            row.state.as_str().to_owned(),
            row.outcome.clone().unwrap_or_default(),
            row.attempts.to_string(),
        ]
    })
    .collect()
}

/// Reads the number of a trial, as it would be dialled at home.
pub(super) fn number(desk: &Desk, text: &str) -> Result<PhoneNumber, Failure> {
    let number = PhoneNumber::parse(text, desk.call.deps.reach.home)
        .map_err(|fault| Failure::new(Exit::Usage, format!("this number cannot be used: {fault}")))?;
    if !desk.call.deps.reach.destinations.allow(&number) {
        let message = format!("numbers of {} are not among phone.destinations", number.country());
        return Err(Failure::new(Exit::Usage, message));
    }
    Ok(number)
}
