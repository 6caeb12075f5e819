//! `countersign account`: people, from the operator's side.

use std::io::Read;
use std::time::Duration;

use clap::{Args, Subcommand};
use countersign_core::role::Role;
use countersign_core::secret::{Password, Token};
use countersign_core::time::Timestamp;
use countersign_store::account::{AccountFilter, AccountRow, AccountState};
use serde_json::{Value, json};

use super::span;
use super::told::{Desk, refused, told, with_desk};
use super::told::{count, json, rfc3339, shown, table, time};
use super::{Common, EXIT_CODES, Exit, Failure, out};
use crate::flow::admin::{self, AccountDetail, Added, NewAccount};
use crate::flow::policy;
use crate::flow::suspension::{self, NewSuspension};

mod address;

/// Longest password that is read from standard input, with its line break.
const PASSWORD_MOST: u64 = 4_096;

/// Add, list, close and help people's accounts.
#[derive(Args)]
#[command(after_help = EXIT_CODES, long_about = "Add, list, close and help people's accounts. Works beside a running server, and every deed stands in the audit \
    log.\n\nExamples:\n  countersign account add ada@example.org\n  countersign account show ada@example.org\n  \
    countersign account suspend-second-step ada@example.org --for 2h --reason 'lost phone, called back'")]
pub(super) struct Account {
    #[command(subcommand)]
    action: AccountCommand,
}

impl Account {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        with_desk(common, "account", async |desk| run(desk, self.action).await)
    }
}

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
enum AccountCommand {
    /// Add an account, or invite its owner to choose name and password
    #[command(after_help = "Examples:\n  \
        countersign account add ada@example.org                     prints an invitation link\n  \
        pass show ada | countersign account add ada@example.org --name 'Ada Byron' --password-stdin\n  \
        countersign account add root@example.org --role administrator")]
    Add(AddArgs),
    /// List accounts by address
    #[command(after_help = "Examples:\n  countersign account list --search byron\n  \
        countersign account list --organisation acme --json")]
    List(ListArgs),
    /// Show one account: state, devices, sessions, suspension
    #[command(after_help = "Example:\n  countersign account show ada@example.org --json")]
    Show(OneArgs),
    /// Close an account: its sessions and API tokens end, nothing of it is removed
    #[command(after_help = "Example:\n  countersign account disable ada@example.org")]
    Disable(EmailArgs),
    /// Open a closed account again
    #[command(after_help = "Example:\n  countersign account enable ada@example.org")]
    Enable(EmailArgs),
    /// End every session of an account
    #[command(after_help = "Example:\n  countersign account end-sessions ada@example.org")]
    EndSessions(EmailArgs),
    /// Make a link that sets a new password; it is valid for 30 minutes and never skips the second step
    #[command(after_help = "Examples:\n  countersign account reset-link ada@example.org\n  \
        countersign account reset-link ada@example.org --mail       sends it there")]
    ResetLink(address::ResetArgs),
    /// Take your word that the address is its owner's, where no letter can show it
    #[command(after_help = "Example:\n  countersign account confirm-address ada@example.org")]
    ConfirmAddress(EmailArgs),
    /// Give an account another address, which counts as confirmed; the old one is told
    #[command(
        after_help = "Links and codes that were sent to the old address die, and it cannot undo this.\nFind out \
        first that you really speak to the owner.\n\nExample:\n  \
        countersign account set-address ada@example.org ada@example.net"
    )]
    SetAddress(address::SetAddressArgs),
    /// Let the password alone sign in for a while, for whoever lost the authenticator
    #[command(
        after_help = "The devices stay enrolled and ask again when the time is over; nothing has to be done \
        then.\nFind out first that you really speak to the owner. The reason stands in the audit log.\n\n\
        Example:\n  countersign account suspend-second-step ada@example.org --for 2h \\\n      \
        --reason 'lost phone, called back on the number on file'"
    )]
    SuspendSecondStep(SuspendArgs),
    /// End a suspension before its time
    #[command(after_help = "Example:\n  countersign account end-suspension ada@example.org")]
    EndSuspension(EmailArgs),
}

/// A new account.
#[derive(Debug, Args)]
struct AddArgs {
    /// The e-mail address that will sign in
    email: String,
    /// The name that is shown; with a password only, an invited owner chooses it
    #[arg(long, requires = "password_stdin")]
    name: Option<String>,
    /// What the account may do: member, support or administrator
    #[arg(long, default_value = "member", value_parser = role)]
    role: Role,
    /// The organisation's short name (the first one without this)
    #[arg(long, value_name = "SLUG")]
    organisation: Option<String>,
    /// Read the password from the first line of standard input; without this an invitation link is made
    #[arg(long)]
    password_stdin: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Which accounts.
#[derive(Debug, Args)]
struct ListArgs {
    /// Only addresses or names that contain this
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only this organisation
    #[arg(long, value_name = "SLUG")]
    organisation: Option<String>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    /// Only addresses after this one, for the next page
    #[arg(long, value_name = "EMAIL")]
    after: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// One account, shown.
#[derive(Debug, Args)]
struct OneArgs {
    /// The account's e-mail address
    email: String,
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

/// A suspension.
#[derive(Debug, Args)]
struct SuspendArgs {
    /// The account's e-mail address
    email: String,
    /// How long, for example 30m, 2h or 3d; the organisation's policy says how long at most
    #[arg(long = "for", value_name = "TIME", default_value = "1h", value_parser = span::parse)]
    length: Duration,
    /// Why, for the audit log
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "member, support or administrator".to_owned())
}

/// Does it.
///
/// # Errors
///
/// What went wrong, for the operator.
async fn run(desk: &Desk, command: AccountCommand) -> Result<(), Failure> {
    match command {
        AccountCommand::Add(args) => add(desk, args).await,
        AccountCommand::List(args) => list(desk, args).await,
        AccountCommand::Show(args) => show(desk, &args).await,
        AccountCommand::Disable(args) => set_state(desk, &args.email, AccountState::Disabled).await,
        AccountCommand::Enable(args) => set_state(desk, &args.email, AccountState::Active).await,
        AccountCommand::EndSessions(args) => end_sessions(desk, &args.email).await,
        AccountCommand::ResetLink(args) => address::reset_link(desk, &args).await,
        AccountCommand::ConfirmAddress(args) => address::confirm(desk, &args.email).await,
        AccountCommand::SetAddress(args) => address::set(desk, &args).await,
        AccountCommand::SuspendSecondStep(args) => suspend(desk, args).await,
        AccountCommand::EndSuspension(args) => {
            let what = format!("suspension of {}, or no such account", args.email);
            suspension::lift_by_operator(&desk.call, &args.email)
                .await
                .map_err(|error| told(error, &what))?;
            out::line(format!(
                "The suspension of {} is over: the second step is asked for again.",
                args.email
            ));
            Ok(())
        }
    }
}

fn account(email: &str) -> String {
    format!("account {email}")
}

async fn add(desk: &Desk, args: AddArgs) -> Result<(), Failure> {
    let password = if args.password_stdin { Some(read_password(std::io::stdin())?) } else { None };
    let what = format!("organisation {}", args.organisation.as_deref().unwrap_or("yet"));
    let new = NewAccount {
        email: args.email.clone(),
        display_name: args.name,
        role: args.role,
        organisation: args.organisation,
        password,
    };
    match admin::add(&desk.call, new).await.map_err(|error| told(error, &what))? {
        Added::Account if args.json => json(&json!({ "email": args.email, "role": args.role.as_str() })),
        Added::Account => out::line(format!("{} can sign in now.", args.email)),
        Added::Invited(token, until) => print_link(desk, &args.email, &token, until, args.json),
    }
    Ok(())
}

fn read_password(input: impl Read) -> Result<Password, Failure> {
    let mut text = String::new();
    let read = input.take(PASSWORD_MOST).read_to_string(&mut text);
    read.map_err(|_| {
        Failure::new(Exit::Usage, "The password on standard input is not UTF-8 text.".to_owned())
    })?;
    let first = text.lines().next().unwrap_or_default().to_owned();
    if first.is_empty() {
        return Err(Failure::new(Exit::Usage, "There is no password on standard input.".to_owned()));
    }
    Ok(Password::new(first))
}

fn print_link(desk: &Desk, email: &str, token: &Token, until: Timestamp, as_document: bool) {
    let link = desk.app.settings.public_address.link(&format!("/link/{}", *token.reveal()));
    if as_document {
        json(&json!({ "email": email, "link": link, "expires_at": rfc3339(until) }));
    } else {
        out::line(format!(
            "Give this link to {email} and to nobody else. It works once, until {}:",
            time(until)
        ));
        out::line(link);
    }
}

async fn list(desk: &Desk, args: ListArgs) -> Result<(), Failure> {
    let organisations = policy::organisations(&desk.call).await.map_err(refused)?;
    let only = match &args.organisation {
        None => None,
        Some(slug) => {
            let found = organisations.iter().find(|row| row.slug == *slug);
            Some(
                found
                    .ok_or_else(|| Failure::new(Exit::NotFound, format!("There is no organisation {slug}.")))?
                    .id,
            )
        }
    };
    let filter = AccountFilter {
        organisation: only,
        search: args.search,
        after: args.after.map(|text| text.to_lowercase()),
    };
    let rows = admin::list(&desk.call, &filter, args.limit).await.map_err(refused)?;
    let slug = |row: &AccountRow| {
        let found = organisations.iter().find(|organisation| organisation.id == row.organisation_id);
        found.map_or_else(String::new, |organisation| organisation.slug.clone())
    };
    if args.json {
        let list: Vec<Value> = rows.iter().map(|row| as_json(row, &slug(row))).collect();
        json(&Value::Array(list));
        return Ok(());
    }
    let cells = |row: &AccountRow| {
        let last = row.last_sign_in_at.map_or_else(|| "never".to_owned(), time);
        let words = [row.email.as_str(), &row.display_name, row.role.as_str(), row.state.as_str()];
        words.map(str::to_owned).into_iter().chain([slug(row), last]).collect()
    };
    let lines: Vec<Vec<String>> = rows.iter().map(cells).collect();
    table(&["e-mail", "name", "role", "state", "organisation", "last sign-in"], &lines);
    match rows.last() {
        None => out::line("No such accounts."),
        Some(last) if rows.len() == usize::try_from(args.limit).unwrap_or(usize::MAX) => {
            out::line(format!("There may be more: --after {}", last.email.as_str()));
        }
        Some(_) => {}
    }
    Ok(())
}

fn as_json(row: &AccountRow, organisation: &str) -> Value {
    json!({
        "id": row.id.to_string(),
        "email": row.email.as_str(),
        "display_name": row.display_name,
        "organisation": organisation,
        "role": row.role.as_str(),
        "state": row.state.as_str(),
        "has_password": row.password.is_some(),
        "created_at": rfc3339(row.created_at),
        "last_sign_in_at": row.last_sign_in_at.map(rfc3339),
    })
}

async fn show(desk: &Desk, args: &OneArgs) -> Result<(), Failure> {
    let what = account(&args.email);
    let detail = admin::show(&desk.call, &args.email).await.map_err(|error| told(error, &what))?;
    let organisations = policy::organisations(&desk.call).await.map_err(refused)?;
    let row = &detail.facts.account;
    let slug =
        organisations.iter().find(|one| one.id == row.organisation_id).map_or("", |one| one.slug.as_str());
    if args.json {
        json(&detail_json(&detail, slug));
        return Ok(());
    }
    let never = || "never".to_owned();
    out::line(format!("{} <{}>", row.display_name, row.email.as_str()));
    out::line(format!("  {} of {slug}, {}, since {}", row.role, row.state.as_str(), time(row.created_at)));
    out::line(format!("  last sign-in: {}", row.last_sign_in_at.map_or_else(never, time)));
    if row.password.is_none() {
        out::line("  has no password: make a link with `countersign account reset-link`");
    }
    if let Some(suspension) = &detail.facts.suspension {
        let until = time(suspension.until);
        let (kind, reason) = (suspension.kind.as_str(), shown(&suspension.reason));
        out::line(format!("  second step suspended until {until} ({kind}): {reason}"));
    }
    out::line(format!("  {}", count(detail.devices.len() as u64, "authenticator")));
    for device in &detail.devices {
        let used = device.last_used_at.map_or_else(never, time);
        out::line(format!("    {}, last used: {used}", device.name.as_deref().unwrap_or("-")));
    }
    out::line(format!("  {}", count(detail.sessions.len() as u64, "session")));
    for session in &detail.sessions {
        let (used, address) = (time(session.last_used_at), &session.address);
        out::line(format!("    {address}, last used {used}, {}", shown(&session.device)));
    }
    Ok(())
}

fn detail_json(detail: &AccountDetail, organisation: &str) -> Value {
    let mut value = as_json(&detail.facts.account, organisation);
    let devices = detail.devices.iter().map(|device| {
        let (added, used) = (device.confirmed_at.map(rfc3339), device.last_used_at.map(rfc3339));
        json!({ "id": device.id.to_string(), "name": device.name, "added_at": added, "last_used_at": used })
    });
    let sessions = detail.sessions.iter().map(|session| {
        json!({
            "id": session.id.to_string(), "class": session.class.as_str(), "address": session.address,
            "device": session.device, "created_at": rfc3339(session.created_at),
            "last_used_at": rfc3339(session.last_used_at),
        })
    });
    let suspension = detail.facts.suspension.as_ref().map(|suspension| {
        let (since, until) = (rfc3339(suspension.created_at), rfc3339(suspension.until));
        json!({
            "kind": suspension.kind.as_str(), "since": since, "until": until, "reason": suspension.reason,
            "ticket": suspension.ticket, "by": suspension.created_by,
        })
    });
    value["authenticators"] = devices.collect();
    value["sessions"] = sessions.collect();
    value["suspension"] = suspension.into();
    value
}

async fn set_state(desk: &Desk, email: &str, state: AccountState) -> Result<(), Failure> {
    let set = admin::set_state(&desk.call, email, state).await;
    set.map_err(|error| told(error, &account(email)))?;
    out::line(match state {
        AccountState::Active => format!("{email} can sign in again."),
        AccountState::Disabled => format!("{email} is closed; its sessions and API tokens have ended."),
    });
    Ok(())
}

async fn end_sessions(desk: &Desk, email: &str) -> Result<(), Failure> {
    let ended = admin::end_sessions(&desk.call, email).await.map_err(|error| told(error, &account(email)))?;
    out::line(format!("{} of {email} ended.", count(ended, "session")));
    Ok(())
}

async fn suspend(desk: &Desk, args: SuspendArgs) -> Result<(), Failure> {
    let what = account(&args.email);
    let new = NewSuspension { email: args.email.clone(), length: args.length, reason: args.reason };
    let until = suspension::start(&desk.call, new).await.map_err(|error| told(error, &what))?;
    if args.json {
        json(&json!({ "email": args.email, "until": rfc3339(until) }));
        return Ok(());
    }
    out::line(format!("{} signs in with the password alone until {}.", args.email, time(until)));
    out::line("Sessions that were open have ended. The authenticators stay and ask again afterwards.");
    out::line("To end it sooner: countersign account end-suspension <EMAIL>");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_the_first_line_of_standard_input() {
        let read = |text: &'static [u8]| read_password(text).map(|password| password.nfkc().to_string());
        assert_eq!(read(b"correct horse\nbattery").unwrap(), "correct horse");
        assert_eq!(read(b" spaces stay \r\n").unwrap(), " spaces stay ");
        assert_eq!(read(b"").unwrap_err().exit, Exit::Usage);
        assert_eq!(read(b"\xff\xfe").unwrap_err().exit, Exit::Usage);
    }
}
