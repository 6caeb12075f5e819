//! `countersign audit`: reading the audit log, and checking that nobody changed it.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use countersign_core::audit::{Actor, AuditRow, Event};
use countersign_core::id::AccountId;
use countersign_store::audit::{AuditFilter, AuditScope};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};

use super::span::When;
use super::told::{Desk, refused, told, with_desk};
use super::told::{count, json, rfc3339, shown, table, time};
use super::{Common, EXIT_CODES, Exit, Failure, out};
use crate::flow::{admin, audit, policy};

/// Rows read at once.
const PAGE: u32 = 500;

/// Read the audit log, and check that nobody changed it.
#[derive(Args)]
#[command(after_help = EXIT_CODES, long_about = "Read the audit log, and check that nobody changed it.\n\nExamples:\n  \
    countersign audit list --account ada@example.org --since 7d\n  countersign audit verify --json")]
pub(super) struct Audit {
    #[command(subcommand)]
    action: AuditCommand,
}

impl Audit {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        with_desk(common, "audit", async |desk| run(desk, self.action).await)
    }
}

/// What can be done with the audit log.
#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// List what happened, newest first
    #[command(after_help = "Examples:\n  countersign audit list --account ada@example.org --since 7d\n  \
        countersign audit list --event second-step.refused --since 2026-11-21 --json\n  \
        countersign audit list --event help      lists the events")]
    List(ListArgs),
    /// Check the whole chain of seals
    #[command(
        after_help = "Each seal covers some rows and the seal before it, so a row that was changed, added or \
        removed\nbreaks the chain from there on. Keep the head digest somewhere else: with it, even a chain that \
        was\nmade anew from the beginning is found out (--expect).\n\n\
        Exit code 5: the chain is broken, or rows older than a minute are not sealed (no server runs).\n\n\
        Example:\n  countersign audit verify --expect 9f2c…"
    )]
    Verify(VerifyArgs),
}

/// Which rows.
#[derive(Debug, Args)]
struct ListArgs {
    /// Only what concerns this account
    #[arg(long, value_name = "EMAIL", conflicts_with = "organisation")]
    account: Option<String>,
    /// Only what concerns this organisation
    #[arg(long, value_name = "SLUG")]
    organisation: Option<String>,
    /// Only this event, for example sign-in.succeeded
    #[arg(long, value_name = "EVENT", value_parser = event)]
    event: Option<Event>,
    /// Not before: a time ago (2d), a day (2026-11-21) or a time (2026-11-21T14:35:00Z)
    #[arg(long, value_name = "WHEN", value_parser = When::parse)]
    since: Option<When>,
    /// Before: as --since
    #[arg(long, value_name = "WHEN", value_parser = When::parse)]
    until: Option<When>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// How the chain is checked.
#[derive(Debug, Args)]
struct VerifyArgs {
    /// A head digest that was kept: some seal must bear it
    #[arg(long, value_name = "DIGEST", value_parser = digest)]
    expect: Option<[u8; 32]>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn event(text: &str) -> Result<Event, String> {
    let all = || Event::ALL.iter().map(|event| event.as_str()).collect::<Vec<_>>().join("\n  ");
    Event::parse(text).ok_or_else(|| format!("one of\n  {}", all()))
}

fn digest(text: &str) -> Result<[u8; 32], String> {
    let bytes = HEXLOWER.decode(text.to_lowercase().as_bytes()).ok();
    bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| "64 hexadecimal digits".to_owned())
}

/// Does it.
///
/// # Errors
///
/// What went wrong, for the operator.
async fn run(desk: &Desk, command: AuditCommand) -> Result<(), Failure> {
    match command {
        AuditCommand::List(args) => list(desk, &args).await,
        AuditCommand::Verify(args) => verify(desk, &args).await,
    }
}

async fn list(desk: &Desk, args: &ListArgs) -> Result<(), Failure> {
    let mut filter = AuditFilter {
        scope: scope(desk, args).await?,
        event: args.event,
        from: args.since.map(|when| when.from(desk.call.now)),
        to: args.until.map(|when| when.from(desk.call.now)),
        before: None,
    };
    let mut rows: Vec<AuditRow> = Vec::new();
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    while rows.len() < limit {
        let most = PAGE.min(u32::try_from(limit - rows.len()).unwrap_or(PAGE));
        let page = audit::list(&desk.call, &filter, most).await.map_err(refused)?;
        let Some(last) = page.last() else { break };
        filter.before = Some((last.at, last.id));
        let is_last = page.len() < usize::try_from(most).unwrap_or(usize::MAX);
        rows.extend(page);
        if is_last {
            break;
        }
    }
    let names = names(desk, &rows).await?;
    if args.json {
        let list: Vec<Value> = rows.iter().map(|row| as_json(row, &names)).collect();
        json(&Value::Array(list));
        return Ok(());
    }
    let lines: Vec<Vec<String>> = rows.iter().map(|row| cells(row, &names)).collect();
    table(&["when", "event", "account", "by", "from", "details"], &lines);
    if rows.is_empty() {
        out::line("Nothing of the kind happened.");
    }
    Ok(())
}

async fn scope(desk: &Desk, args: &ListArgs) -> Result<AuditScope, Failure> {
    if let Some(email) = &args.account {
        let facts = admin::facts(&desk.call, email).await;
        let facts = facts.map_err(|error| told(error, &format!("account {email}")))?;
        return Ok(AuditScope::Account(facts.account.id));
    }
    let Some(slug) = &args.organisation else { return Ok(AuditScope::Everything) };
    let found = policy::of_slug(&desk.call, Some(slug)).await;
    let (organisation, _) = found.map_err(|error| told(error, &format!("organisation {slug}")))?;
    Ok(AuditScope::Organisation(organisation.id))
}

type Names = BTreeMap<AccountId, String>;

/// The addresses of the accounts that the rows speak of.
async fn names(desk: &Desk, rows: &[AuditRow]) -> Result<Names, Failure> {
    let mut names = Names::new();
    for id in rows.iter().flat_map(|row| [row.account, row.actor.account()]).flatten() {
        if let std::collections::btree_map::Entry::Vacant(place) = names.entry(id) {
            let email = admin::email_of(&desk.call, id).await.map_err(refused)?;
            place.insert(email.unwrap_or_else(|| id.to_string()));
        }
    }
    Ok(names)
}

fn name(id: Option<AccountId>, names: &Names) -> Option<String> {
    id.and_then(|id| names.get(&id).cloned())
}

fn cells(row: &AuditRow, names: &Names) -> Vec<String> {
    let by = match row.actor {
        Actor::Account(id) if row.account == Some(id) => "owner".to_owned(),
        Actor::Account(id) => name(Some(id), names).unwrap_or_default(),
        other => other.kind().to_owned(),
    };
    let details: Vec<String> = row.detail.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let name_of = |id| shown(&name(id, names).unwrap_or_default()).into_owned();
    vec![
        time(row.at),
        row.event.as_str().to_owned(),
        name_of(row.account),
        by,
        row.address.clone().unwrap_or_default(),
        shown(&details.join(" ")).into_owned(),
    ]
}

fn as_json(row: &AuditRow, names: &Names) -> Value {
    json!({
        "id": row.id.to_string(),
        "at": rfc3339(row.at),
        "event": row.event.as_str(),
        "organisation_id": row.organisation.map(|id| id.to_string()),
        "account_id": row.account.map(|id| id.to_string()),
        "account": name(row.account, names),
        "actor": row.actor.kind(),
        "actor_id": row.actor.account().map(|id| id.to_string()),
        "address": row.address,
        "device": row.device,
        "request_id": row.request_id,
        "detail": row.detail,
    })
}

/// What is wrong with a seal, in words.
fn fault(key: &str) -> &'static str {
    match key {
        "audit-fault-missing-seal" => "the seal before it is missing",
        "audit-fault-chain" => "it does not continue the seal before it",
        "audit-fault-missing-row" => "rows under it are missing",
        "audit-fault-purge-order" => "its rows were deleted before those of older seals",
        "audit-fault-purge-early" => "its rows were deleted within a day",
        "audit-fault-purge-unrecorded" => "its rows were deleted, and not by the server",
        "audit-fault-changed-row" => "a row under it was changed",
        _ => "it does not fit",
    }
}

async fn verify(desk: &Desk, args: &VerifyArgs) -> Result<(), Failure> {
    let found = audit::verify(&desk.call).await.map_err(refused)?;
    let known = match args.expect {
        None => None,
        Some(digest) => Some(audit::has_seal(&desk.call, digest).await.map_err(refused)?),
    };
    let head = found.head.map(|digest| HEXLOWER.encode(&digest));
    let good = found.broken.is_empty() && found.unsealed == 0 && known != Some(false);
    if args.json {
        let broken: Vec<Value> =
            found.broken.iter().map(|(seal, key)| json!({ "seal": seal, "fault": fault(key) })).collect();
        json(&json!({
            "ok": good, "seals": found.seals, "rows": found.rows, "purged_seals": found.purged, "head": head,
            "broken": broken, "unsealed": found.unsealed, "expected_found": known,
        }));
    } else {
        let purged = if found.purged > 0 {
            format!(" (the rows of {} were purged)", count(found.purged, "seal"))
        } else {
            String::new()
        };
        out::line(format!("{} over {}{purged}", count(found.seals, "seal"), count(found.rows, "row")));
        out::line(format!("head: {}", head.as_deref().unwrap_or("nothing is sealed yet")));
        for (seal, key) in &found.broken {
            out::line(format!("BROKEN at seal {seal}: {}", fault(key)));
        }
        if known == Some(false) {
            out::line("BROKEN: no seal bears the expected digest; the chain was cut off or made anew");
        }
        if found.unsealed > 0 {
            let rows = count(found.unsealed, "row");
            out::line(format!(
                "{rows} older than a minute not sealed yet: does a server run on this database?"
            ));
        }
        if good {
            out::line("The log is whole.");
        }
    }
    if good { Ok(()) } else { Err(Failure::new(Exit::Problems, "")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_event_is_answered_with_the_right_ones() {
        let told = event("help").unwrap_err();
        assert!(Event::ALL.iter().all(|event| told.contains(event.as_str())));
        assert_eq!(event("sign-out"), Ok(Event::SignOut));
    }

    #[test]
    fn a_digest_is_64_digits_in_any_case() {
        assert_eq!(digest(&"aB".repeat(32)), Ok([0xab; 32]));
        for text in ["", "ab", &"zz".repeat(32), &"ab".repeat(33)] {
            assert!(digest(text).is_err(), "{text}");
        }
    }
}
