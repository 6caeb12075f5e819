//! `countersign support`: helping whoever lost a factor, from the operator's side.

mod requests;

use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use countersign_core::sign_in::SuspensionKind;
use countersign_store::suspension::SuspensionRow;
use serde_json::{Value, json};

use super::told::{Desk, json, rfc3339, shown, table, time, told, with_desk};
use super::{Common, EXIT_CODES, Failure, out, span};
use crate::flow::suspension::{self, Approval, Wanted};

/// Suspend a second step, make a support code, end a suspension.
#[derive(Args)]
#[command(after_help = EXIT_CODES, long_about = "Help whoever lost the authenticator. Works beside a running server. \
    What the operator does here needs no second person and counts towards no limit, and every deed stands in the audit \
    log.\n\nExamples:\n  countersign support suspend ada@example.org --reason 'lost phone' --identity 'called back'\n  \
    countersign support code ada@example.org\n  countersign support lift ada@example.org")]
pub(super) struct Support {
    #[command(subcommand)]
    action: SupportCommand,
}

impl Support {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        with_desk(common, "support", async |desk| run(desk, self.action).await)
    }
}

/// What can be done.
#[derive(Debug, Subcommand)]
enum SupportCommand {
    /// Suspend the second step of an account for a while
    #[command(
        after_help = "The devices stay enrolled and ask again when the time is over; nothing has to be done \
        then. Whoever is signed in is signed out, and the owner is told by e-mail, with a link that stops it.\n\n\
        Examples:\n  countersign support suspend ada@example.org --reason 'lost phone' --identity 'called back'\n  \
        countersign support suspend ada@example.org --kind password-alone --for 2h --ticket HD-4711 \\\n      \
        --reason 'lost phone' --identity 'called back on the number in the contract'"
    )]
    Suspend(SuspendArgs),
    /// End a suspension before its time
    #[command(after_help = "Example:\n  countersign support lift ada@example.org")]
    Lift(EmailArgs),
    /// Make the code that is read out under a suspension of the kind support-code
    #[command(
        after_help = "The code signs in once, together with the password, for 30 minutes. A new one voids the \
        old.\n\nExample:\n  countersign support code ada@example.org"
    )]
    Code(OneArgs),
    /// List the suspensions of an account, the newest first
    #[command(after_help = "Example:\n  countersign support list ada@example.org --json")]
    List(OneArgs),
    /// List the requests that wait at the desks of all organisations, the longest waiting first
    #[command(after_help = "Addresses are masked; what people wrote is read at the desk.\n\n\
        Example:\n  countersign support requests --json")]
    Requests(requests::RequestsArgs),
}

/// What a suspension lets in.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// The password and a one-time code that you read out
    SupportCode,
    /// The password alone; never for staff, and only where the policy allows it
    PasswordAlone,
}

/// A suspension.
#[derive(Debug, Args)]
struct SuspendArgs {
    /// The account's e-mail address
    email: String,
    /// What it lets in
    #[arg(long, value_enum, default_value = "support-code")]
    kind: Kind,
    /// How long, for example 30m, 2h or 3d; the organisation's policy says how long at most
    #[arg(long = "for", value_name = "TIME", default_value = "1h", value_parser = span::parse)]
    length: Duration,
    /// Why, for the audit log
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// How you know that you speak to the owner, for the audit log
    #[arg(long, value_name = "TEXT")]
    identity: String,
    /// The case it belongs to
    #[arg(long, value_name = "TEXT", default_value = "")]
    ticket: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// One account.
#[derive(Debug, Args)]
struct EmailArgs {
    /// The account's e-mail address
    email: String,
}

/// One account, with a choice of form.
#[derive(Debug, Args)]
struct OneArgs {
    /// The account's e-mail address
    email: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

async fn run(desk: &Desk, command: SupportCommand) -> Result<(), Failure> {
    match command {
        SupportCommand::Suspend(args) => suspend(desk, args).await,
        SupportCommand::Lift(args) => lift(desk, &args.email).await,
        SupportCommand::Code(args) => code(desk, &args).await,
        SupportCommand::List(args) => list(desk, &args).await,
        SupportCommand::Requests(args) => requests::run(desk, &args).await,
    }
}

async fn suspend(desk: &Desk, args: SuspendArgs) -> Result<(), Failure> {
    let kind = match args.kind {
        Kind::SupportCode => SuspensionKind::SupportCode,
        Kind::PasswordAlone => SuspensionKind::PasswordAlone,
    };
    let wanted = Wanted {
        kind,
        length: args.length,
        reason: args.reason,
        ticket: args.ticket,
        identity_proof: args.identity,
    };
    let what = format!("account {}", args.email);
    let started = suspension::start_by_operator(&desk.call, &args.email, wanted).await;
    let until = started.map_err(|error| told(error, &what))?;
    if args.json {
        json(&json!({ "email": args.email, "kind": kind.as_str(), "until": rfc3339(until) }));
        return Ok(());
    }
    out::line(format!("The second step of {} is suspended until {}.", args.email, time(until)));
    match kind {
        SuspensionKind::SupportCode => {
            out::line("Password and a support code sign in. To make one: countersign support code <EMAIL>");
        }
        SuspensionKind::PasswordAlone => out::line("The password alone signs in."),
    }
    out::line("To end it sooner: countersign support lift <EMAIL>");
    Ok(())
}

async fn lift(desk: &Desk, email: &str) -> Result<(), Failure> {
    let what = format!("suspension of {email}, or no such account");
    suspension::lift_by_operator(&desk.call, email).await.map_err(|error| told(error, &what))?;
    out::line(format!("The suspension of {email} is over: the second step is asked for again."));
    Ok(())
}

async fn code(desk: &Desk, args: &OneArgs) -> Result<(), Failure> {
    let what = format!("suspension of {} that takes a support code, or no such account", args.email);
    let made = suspension::code_by_operator(&desk.call, &args.email).await;
    let made = made.map_err(|error| told(error, &what))?;
    let (text, until) = (made.code.grouped(), made.expires_at);
    if args.json {
        json(&json!({ "code": text.as_str(), "expires_at": rfc3339(until) }));
    } else {
        out::line(format!("Read this code out to the owner of {} and to nobody else:", args.email));
        out::line(text.as_str());
        out::line(format!("It signs in once, together with the password, until {}.", time(until)));
    }
    Ok(())
}

fn state(row: &SuspensionRow, desk: &Desk) -> &'static str {
    let now = desk.call.now;
    match row.approval {
        Approval::Refused => "refused",
        Approval::Waiting if row.lifted_at.is_none() && row.created_at.plus(suspension::WAITS) > now => {
            "waiting"
        }
        Approval::Waiting => "not approved",
        Approval::NoneNeeded | Approval::Approved if row.lifted_at.is_some() => "lifted",
        Approval::NoneNeeded | Approval::Approved if row.until > now => "running",
        Approval::NoneNeeded | Approval::Approved => "over",
    }
}

async fn list(desk: &Desk, args: &OneArgs) -> Result<(), Failure> {
    let what = format!("account {}", args.email);
    let found = suspension::list_by_operator(&desk.call, &args.email).await;
    let rows = found.map_err(|error| told(error, &what))?;
    if args.json {
        json(&Value::Array(rows.iter().map(|row| as_json(row, state(row, desk))).collect()));
        return Ok(());
    }
    if rows.is_empty() {
        out::line("It was never suspended.");
    }
    let cells = |row: &SuspensionRow| {
        let until = row.lifted_at.unwrap_or(row.until);
        let words =
            [state(row, desk).to_owned(), row.kind.as_str().to_owned(), time(row.created_at), time(until)];
        words.into_iter().chain([shown(&row.reason).into_owned(), shown(&row.ticket).into_owned()]).collect()
    };
    let lines: Vec<Vec<String>> = rows.iter().map(cells).collect();
    table(&["state", "kind", "from", "until", "reason", "ticket"], &lines);
    Ok(())
}

fn as_json(row: &SuspensionRow, state: &str) -> Value {
    json!({
        "id": row.id.to_string(), "state": state, "kind": row.kind.as_str(), "approval": row.approval.as_str(),
        "reason": row.reason, "ticket": row.ticket, "identity_proof": row.identity_proof,
        "by": row.created_by, "since": rfc3339(row.created_at), "until": rfc3339(row.until),
        "lifted_at": row.lifted_at.map(rfc3339),
    })
}
