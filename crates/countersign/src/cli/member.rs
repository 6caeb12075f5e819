//! `countersign member`: people within their organisation, as its administrators see and change them.

use clap::{Args, Subcommand};
use countersign_core::id::{AccountId, OrganisationId};
use countersign_core::role::Role;
use serde_json::{Value, json};

use super::told::{Desk, json, refused, rfc3339, table, time, told, with_desk};
use super::{Common, EXIT_CODES, Failure, out};
use crate::flow::member::{self, AccountState, Doer, MemberFilter, MemberRow, Protection};
use crate::flow::{admin, invitation, policy};

/// List, invite, change and delete members of an organisation.
#[derive(Args)]
#[command(after_help = EXIT_CODES, long_about = "List, invite, change and delete members of an organisation. Every deed \
    stands in the audit log, and the owner of the account is told by letter.\n\nExamples:\n  \
    countersign member list --second-step none\n  countersign member invite ada@example.org\n  \
    countersign member role ada@example.org support")]
pub(super) struct Member {
    #[command(subcommand)]
    action: MemberCommand,
}

impl Member {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        with_desk(common, "member", async |desk| run(desk, self.action).await)
    }
}

/// What can be done with members.
#[derive(Debug, Subcommand)]
enum MemberCommand {
    /// List the members of an organisation
    #[command(after_help = "Examples:\n  countersign member list --second-step none --role member\n  \
        countersign member list --organisation acme --json")]
    List(ListArgs),
    /// Show one member: second step, role, state
    #[command(after_help = "Example:\n  countersign member show ada@example.org --json")]
    Show(ShowArgs),
    /// Invite somebody by letter; where no mail is set up, the link is printed
    #[command(
        after_help = "Example:\n  countersign member invite ada@example.org --role administrator --organisation acme"
    )]
    Invite(InviteArgs),
    /// Give a member another role; the account's sessions and API tokens end
    #[command(after_help = "Example:\n  countersign member role ada@example.org support")]
    Role(RoleArgs),
    /// Close an account: its sessions and API tokens end, nothing of it is removed
    #[command(after_help = "Example:\n  countersign member disable ada@example.org")]
    Disable(EmailArgs),
    /// Open a closed account again
    #[command(after_help = "Example:\n  countersign member enable ada@example.org")]
    Enable(EmailArgs),
    /// Delete an account with everything that belongs to it; the audit log stays
    #[command(after_help = "Export the data first if anybody may need it.\n\nExample:\n  \
        countersign member delete ada@example.org --confirm ada@example.org")]
    Delete(DeleteArgs),
    /// Print everything kept of an account as JSON, without secrets
    #[command(after_help = "Example:\n  countersign member export ada@example.org > ada.json")]
    Export(EmailArgs),
}

/// Which members.
#[derive(Debug, Args)]
struct ListArgs {
    /// Only names or addresses that contain this
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// The organisation's short name (the first one without this)
    #[arg(long, value_name = "SLUG")]
    organisation: Option<String>,
    /// Only this role: member, support or administrator
    #[arg(long, value_parser = role)]
    role: Option<Role>,
    /// Only this state: active or disabled
    #[arg(long, value_parser = state)]
    state: Option<AccountState>,
    /// Only with this second step: any, none, or a method such as authenticator
    #[arg(long, value_name = "METHOD", value_parser = protection)]
    second_step: Option<Protection>,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
    /// Where the page before ended
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// One member, shown.
#[derive(Debug, Args)]
struct ShowArgs {
    /// The account's e-mail address
    email: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Whom to invite.
#[derive(Debug, Args)]
struct InviteArgs {
    /// The e-mail address
    email: String,
    /// What the account may do: member, support or administrator
    #[arg(long, default_value = "member", value_parser = role)]
    role: Role,
    /// The organisation's short name (the first one without this)
    #[arg(long, value_name = "SLUG")]
    organisation: Option<String>,
}

/// A role for somebody.
#[derive(Debug, Args)]
struct RoleArgs {
    /// The account's e-mail address
    email: String,
    /// member, support or administrator
    #[arg(value_parser = role)]
    role: Role,
}

/// One account.
#[derive(Debug, Args)]
struct EmailArgs {
    /// The account's e-mail address
    email: String,
}

/// An account to be deleted.
#[derive(Debug, Args)]
struct DeleteArgs {
    /// The account's e-mail address
    email: String,
    /// The same address once more: it cannot be undone
    #[arg(long, value_name = "EMAIL")]
    confirm: String,
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "member, support or administrator".to_owned())
}

fn state(text: &str) -> Result<AccountState, String> {
    AccountState::parse(text).ok_or_else(|| "active or disabled".to_owned())
}

fn protection(text: &str) -> Result<Protection, String> {
    Protection::parse(text).ok_or_else(|| "any, none, authenticator, email or recovery-key".to_owned())
}

async fn run(desk: &Desk, command: MemberCommand) -> Result<(), Failure> {
    match command {
        MemberCommand::List(args) => list(desk, args).await,
        MemberCommand::Show(args) => show(desk, &args).await,
        MemberCommand::Invite(args) => invite(desk, &args).await,
        MemberCommand::Role(args) => change_role(desk, &args).await,
        MemberCommand::Disable(args) => set_state(desk, &args.email, AccountState::Disabled).await,
        MemberCommand::Enable(args) => set_state(desk, &args.email, AccountState::Active).await,
        MemberCommand::Delete(args) => delete(desk, &args).await,
        MemberCommand::Export(args) => export(desk, &args.email).await,
    }
}

/// The organisation of this short name, or the first one.
pub(super) async fn organisation(desk: &Desk, slug: Option<&str>) -> Result<OrganisationId, Failure> {
    let found = policy::of_slug(&desk.call, slug).await;
    let what = format!("organisation {}", slug.unwrap_or("yet"));
    Ok(found.map_err(|error| told(error, &what))?.0.id)
}

async fn account(desk: &Desk, email: &str) -> Result<(AccountId, OrganisationId), Failure> {
    let facts =
        admin::facts(&desk.call, email).await.map_err(|error| told(error, &format!("account {email}")))?;
    Ok((facts.account.id, facts.account.organisation_id))
}

fn methods(row: &MemberRow) -> Vec<&'static str> {
    let on = [
        (row.authenticators > 0, "authenticator"),
        (row.account.email_codes_at.is_some(), "email"),
        (row.recovery_key, "recovery-key"),
    ];
    on.into_iter().filter(|(on, _)| *on).map(|(_, name)| name).collect()
}

fn as_json(row: &MemberRow) -> Value {
    let account = &row.account;
    json!({
        "id": account.id.to_string(), "email": account.email.as_str(), "display_name": account.display_name,
        "role": account.role.as_str(), "state": account.state.as_str(), "second_step": methods(row),
        "authenticators": row.authenticators, "created_at": rfc3339(account.created_at),
        "last_sign_in_at": account.last_sign_in_at.map(rfc3339),
    })
}

async fn list(desk: &Desk, args: ListArgs) -> Result<(), Failure> {
    let organisation = organisation(desk, args.organisation.as_deref()).await?;
    let filter = MemberFilter {
        search: args.search,
        role: args.role,
        state: args.state,
        protection: args.second_step,
        quiet_since: None,
        after: args.after,
    };
    let page = member::list(&desk.call, organisation, &filter, args.limit).await.map_err(refused)?;
    if args.json {
        let items: Vec<Value> = page.rows.iter().map(as_json).collect();
        json(&json!({ "items": items, "next": page.next }));
        return Ok(());
    }
    let cells = |row: &MemberRow| {
        let account = &row.account;
        let (last, on) =
            (account.last_sign_in_at.map_or_else(|| "never".to_owned(), time), methods(row).join(", "));
        let second = if on.is_empty() { "none".to_owned() } else { on };
        let words =
            [account.email.as_str(), &account.display_name, account.role.as_str(), account.state.as_str()];
        words.map(str::to_owned).into_iter().chain([second, last]).collect()
    };
    let lines: Vec<Vec<String>> = page.rows.iter().map(cells).collect();
    table(&["e-mail", "name", "role", "state", "second step", "last sign-in"], &lines);
    if lines.is_empty() {
        out::line("No such members.");
    }
    if let Some(next) = page.next {
        out::line(format!("There are more: --after {next}"));
    }
    Ok(())
}

async fn show(desk: &Desk, args: &ShowArgs) -> Result<(), Failure> {
    let (id, organisation) = account(desk, &args.email).await?;
    let detail = member::show(&desk.call, organisation, id).await.map_err(refused)?;
    let recovery_key = detail.facts.recovery_key.is_some_and(|key| key.saved);
    let facts = detail.facts;
    let row = MemberRow {
        authenticators: facts.authenticators,
        recovery_key,
        telegram: facts.telegram.on_since.is_some() && facts.telegram.accounts > 0,
        phone: facts.phone_numbers > 0,
        account: facts.account,
    };
    if args.json {
        json(&as_json(&row));
        return Ok(());
    }
    let (account, on) = (&row.account, methods(&row).join(", "));
    out::line(format!("{} <{}>", account.display_name, account.email.as_str()));
    out::line(format!("  {}, {}, since {}", account.role, account.state.as_str(), time(account.created_at)));
    out::line(format!("  second step: {}", if on.is_empty() { "none" } else { &on }));
    out::line(format!("  sessions: {}", detail.sessions.len()));
    Ok(())
}

async fn invite(desk: &Desk, args: &InviteArgs) -> Result<(), Failure> {
    let organisation = organisation(desk, args.organisation.as_deref()).await?;
    let made = invitation::invite(&desk.call, &Doer::Operator, organisation, &args.email, args.role).await;
    let made = made.map_err(refused)?;
    let until = time(made.until);
    let Some(token) = made.link else {
        out::line(format!("The invitation to {} is on its way; it works once, until {until}.", args.email));
        return Ok(());
    };
    let link = desk.app.settings.public_address.link(&format!("/link/{}", *token.reveal()));
    out::line(format!("Give this link to {} and to nobody else. It works once, until {until}:", args.email));
    out::line(link);
    Ok(())
}

async fn change_role(desk: &Desk, args: &RoleArgs) -> Result<(), Failure> {
    let (id, _) = account(desk, &args.email).await?;
    member::change_role(&desk.call, &Doer::Operator, id, args.role).await.map_err(refused)?;
    out::line(format!("{} is {} now; its sessions and API tokens have ended.", args.email, args.role));
    if args.role.is_staff() {
        out::line("A strong second step is asked for at the next sign-in.");
    }
    Ok(())
}

async fn set_state(desk: &Desk, email: &str, state: AccountState) -> Result<(), Failure> {
    let (id, _) = account(desk, email).await?;
    member::set_state(&desk.call, &Doer::Operator, id, state).await.map_err(refused)?;
    out::line(match state {
        AccountState::Active => format!("{email} can sign in again."),
        AccountState::Disabled => format!("{email} is closed; its sessions and API tokens have ended."),
    });
    Ok(())
}

async fn delete(desk: &Desk, args: &DeleteArgs) -> Result<(), Failure> {
    let (id, _) = account(desk, &args.email).await?;
    member::delete(&desk.call, &Doer::Operator, id, &args.confirm).await.map_err(refused)?;
    out::line(format!("{} is deleted. What the audit log says of it stays.", args.email));
    Ok(())
}

async fn export(desk: &Desk, email: &str) -> Result<(), Failure> {
    let (id, _) = account(desk, email).await?;
    let document = member::export(&desk.call, &Doer::Operator, id).await.map_err(refused)?;
    json(&document);
    Ok(())
}
