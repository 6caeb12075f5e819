//! `countersign import`: accounts and authenticators of other systems, for operators (REC-3).

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use countersign_core::email::EmailAddress;
use countersign_core::import::Wanted;
use countersign_core::name::DeviceName;
use serde_json::{Value, json};

use super::told::{Desk, count, json, refused, rfc3339, say, shown, table, time, with_desk};
use super::{Common, EXIT_CODES, Exit, Failure, out};
use crate::flow::import::{self, Kind, Plan};

mod accounts;
mod drive;
mod keys;
mod progress;
mod report;
mod source;

use drive::{Outcome, drive};
use source::Source;

/// Take accounts and authenticators over from another system.
#[derive(Args)]
#[command(after_help = EXIT_CODES, long_about = "Take accounts and authenticators over from another system. Works \
    beside a running server. Whatever stops an import, the same command goes on where it stopped; what was taken over is \
    not taken over twice.\n\nExamples:\n  countersign import accounts members.csv --dry-run --report refused.csv\n  \
    countersign import accounts members.jsonl --organisation acme\n  \
    countersign import authenticators vault.json --format aegis --issuer Acme")]
pub(super) struct Import {
    #[command(subcommand)]
    action: ImportCommand,
}

impl Import {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        with_desk(common, "import", async |desk| match self.action {
            ImportCommand::Accounts(args) => accounts(desk, args).await,
            ImportCommand::Authenticators(args) => authenticators(desk, args).await,
            ImportCommand::List(args) => list(desk, &args).await,
            ImportCommand::Find(args) => find(desk, &args).await,
        })
    }
}

/// What can be taken over.
#[derive(Subcommand)]
enum ImportCommand {
    /// Accounts with their password hashes, from CSV or JSON Lines
    #[command(after_help = "Fields: email (the only one that must be there), display_name, role, language, \
        email_verified,\npassword_hash, created_at, external_id, organisation. In CSV the first line names them.\n\n\
        A password hash is a PHC string of Argon2, scrypt or PBKDF2, or a bcrypt hash. Its owner signs in with the\n\
        password as before; then it is hashed anew. An account without one needs a reset link.\n\n\
        Examples:\n  countersign import accounts members.csv --dry-run --report refused.csv\n  \
        export-members | countersign import accounts - --format jsonl")]
    Accounts(AccountsArgs),
    /// Keys of authenticators, from otpauth addresses or an app's plain export
    #[command(
        after_help = "Each key is given to the account that its label names (Issuer:ada@example.org). Only \
        time-based keys for\nSHA-1, six digits and 30 seconds can be taken over, of 128 bits or more. The sessions of \
        those accounts end.\n\nA table (csv) has the columns account, name (may be missing) and uri.\n\n\
        The file holds secrets as plain text: destroy it afterwards.\n\nExamples:\n  \
        countersign import authenticators keys.txt --dry-run\n  \
        countersign import authenticators vault.json --format aegis --issuer Acme --tell-owners\n  \
        countersign import authenticators one.txt --account ada@example.org --name 'Old phone'"
    )]
    Authenticators(AuthenticatorsArgs),
    /// List the files that were taken over, or that were stopped in the middle
    #[command(after_help = "Example:\n  countersign import list --json")]
    List(ListArgs),
    /// Find the account that another system called so
    #[command(after_help = "Example:\n  countersign import find 4711")]
    Find(FindArgs),
}

/// Any import.
#[derive(Args)]
struct ImportArgs {
    /// The file; - reads standard input, which cannot go on where it stopped
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The organisation's short name (the first one without this)
    #[arg(long, value_name = "SLUG")]
    organisation: Option<String>,
    /// Only tell what would be taken over and what refused
    #[arg(long)]
    dry_run: bool,
    /// Write every refused line there, as CSV: line, field, reason
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Begin with the first line again
    #[arg(long)]
    restart: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl ImportArgs {
    fn plan(&self, kind: Kind, source: &Source) -> Plan {
        Plan {
            kind,
            organisation: self.organisation.clone(),
            digest: source.digest,
            dry_run: self.dry_run,
            restart: self.restart,
        }
    }
}

/// Accounts.
#[derive(Args)]
struct AccountsArgs {
    #[command(flatten)]
    common: ImportArgs,
    /// How the file is written; by its name where this is missing
    #[arg(long, value_name = "FORMAT")]
    format: Option<AccountFormat>,
}

/// How accounts are written down.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum AccountFormat {
    /// A table with the names of its columns in the first line
    Csv,
    /// JSON Lines: an object on each line
    Jsonl,
}

/// Authenticators.
#[derive(Args)]
struct AuthenticatorsArgs {
    #[command(flatten)]
    common: ImportArgs,
    /// How the file is written
    #[arg(long, value_name = "FORMAT", default_value = "otpauth")]
    format: KeyFormat,
    /// All keys belong to this account, whatever their labels say
    #[arg(long, value_name = "EMAIL", value_parser = email)]
    account: Option<EmailAddress>,
    /// Refuse keys of any other issuer: an app's export holds those of other services too
    #[arg(long, value_name = "NAME")]
    issuer: Option<String>,
    /// What the devices are called; by their issuer without this
    #[arg(long, value_name = "NAME", value_parser = device)]
    name: Option<DeviceName>,
    /// Write to the owner of each account that gets a key
    #[arg(long)]
    tell_owners: bool,
}

/// How keys are written down.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KeyFormat {
    /// An address on each line: otpauth:// or otpauth-migration://
    #[value(alias = "google")]
    Otpauth,
    /// A table with the columns account, name and uri
    Csv,
    /// The plain JSON export of Aegis
    Aegis,
    /// The plain JSON backup of andOTP
    Andotp,
}

/// The files.
#[derive(Args)]
struct ListArgs {
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    limit: u32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A foreign name.
#[derive(Args)]
struct FindArgs {
    /// The `external_id` of the account in its file
    external_id: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn email(text: &str) -> Result<EmailAddress, String> {
    EmailAddress::parse(text).map_err(|fault| say(&fault.text()))
}

fn device(text: &str) -> Result<DeviceName, String> {
    DeviceName::parse(text).map_err(|fault| say(&fault.text()))
}

async fn accounts(desk: &Desk, args: AccountsArgs) -> Result<(), Failure> {
    let source = source::open(&args.common.file, Kind::Accounts)?;
    let is_json = |format| format == AccountFormat::Jsonl;
    let named = source::is_named(&args.common.file, &["jsonl", "ndjson", "json"]);
    let plan = args.common.plan(Kind::Accounts, &source);
    let meter = source.meter();
    let lines = accounts::lines(source, args.format.map_or(named, is_json), desk.call.now)?;
    let outcome =
        drive(desk, &plan, lines, meter, args.common.report.as_deref(), &accounts::Accounts).await?;
    tell(&args.common, "account", &outcome, &[])
}

async fn authenticators(desk: &Desk, args: AuthenticatorsArgs) -> Result<(), Failure> {
    let source = source::open(&args.common.file, Kind::Authenticators)?;
    let plan = args.common.plan(Kind::Authenticators, &source);
    let meter = source.meter();
    let wanted = Wanted { account: args.account, issuer: args.issuer, name: args.name };
    let lines = keys::lines(source, args.format, wanted)?;
    let work = keys::Authenticators::new(args.tell_owners);
    let outcome = drive(desk, &plan, lines, meter, args.common.report.as_deref(), &work).await?;
    let short = match work.short() {
        0 => Vec::new(),
        short => vec![format!(
            "{} with fewer than the recommended 160 bits; ask their owners to set up new ones.",
            count(short, "key")
        )],
    };
    tell(&args.common, "authenticator", &outcome, &short)
}

/// What came of it. With refused lines the command ends as a check that found something.
fn tell(args: &ImportArgs, noun: &str, outcome: &Outcome, more: &[String]) -> Result<(), Failure> {
    if args.json {
        json(&as_json(args, outcome));
    } else {
        if let Some(at) = outcome.finished_before {
            out::line(format!(
                "This file was taken over completely at {}; --restart begins again.",
                time(at)
            ));
        } else if outcome.resumed_after > 0 {
            out::line(format!("Went on after line {}.", outcome.resumed_after));
        }
        let would = if args.dry_run { " would be taken over" } else { " taken over" };
        let (accepted, refused) = (count(outcome.accepted, noun), count(outcome.refused, "refusal"));
        out::line(format!("{accepted}{would} into {}, {refused}.", outcome.organisation));
        for line in more {
            out::line(line);
        }
        if args.dry_run {
            out::line("Nothing was written.");
        }
    }
    if outcome.refused == 0 { Ok(()) } else { Err(Failure::new(Exit::Problems, "")) }
}

fn as_json(args: &ImportArgs, outcome: &Outcome) -> Value {
    json!({
        "organisation": outcome.organisation,
        "dry_run": args.dry_run,
        "resumed_after_line": outcome.resumed_after,
        "finished_before": outcome.finished_before.map(rfc3339),
        "last_line": outcome.last_line,
        "accepted": outcome.accepted,
        "refused": outcome.refused,
    })
}

async fn list(desk: &Desk, args: &ListArgs) -> Result<(), Failure> {
    let rows = import::list(&desk.call, args.limit).await.map_err(refused)?;
    if args.json {
        let entry = |row: &countersign_store::import::ImportRow| {
            json!({
                "id": row.id.to_string(), "kind": row.kind, "lines_done": row.lines_done,
                "accepted": row.accepted, "refused": row.refused, "started_at": rfc3339(row.started_at),
                "finished_at": row.finished_at.map(rfc3339),
            })
        };
        json(&rows.iter().map(entry).collect());
        return Ok(());
    }
    let cells = |row: &countersign_store::import::ImportRow| {
        let finished = row.finished_at.map_or_else(|| format!("stopped after line {}", row.lines_done), time);
        let numbers = [row.accepted, row.refused].map(|number| number.to_string());
        let [accepted, refused] = numbers;
        vec![row.kind.clone(), time(row.started_at), finished, accepted, refused]
    };
    let lines: Vec<Vec<String>> = rows.iter().map(cells).collect();
    table(&["kind", "started", "finished", "accepted", "refused"], &lines);
    if rows.is_empty() {
        out::line("Nothing was imported yet.");
    }
    Ok(())
}

async fn find(desk: &Desk, args: &FindArgs) -> Result<(), Failure> {
    let found = import::named(&desk.call, &args.external_id).await.map_err(refused)?;
    if found.is_empty() {
        let message = format!("there is no account with the external id {}", shown(&args.external_id));
        return Err(Failure::new(Exit::NotFound, message));
    }
    if args.json {
        json(&found.into());
        return Ok(());
    }
    for address in found {
        out::line(address);
    }
    Ok(())
}
