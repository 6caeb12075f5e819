//! `countersign org`: the organisations of an installation.

use clap::{Args, Subcommand};
use countersign_store::organisation::OrganisationRow;
use serde_json::{Value, json};

use super::told::{Desk, count, json, refused, rfc3339, table, time, told, with_desk};
use super::{Common, EXIT_CODES, Failure, out};
use crate::flow::member::{self, Doer};
use crate::flow::{organisation, policy};

/// List, add and change organisations.
#[derive(Args)]
#[command(after_help = EXIT_CODES, long_about = "List, add and change organisations. Each has members, a security \
    policy and an audit log of its own.\n\nExamples:\n  countersign org list\n  countersign org add acme --name 'Acme GmbH'\n  \
    countersign org set acme --accent '#1b5a8c'")]
pub(super) struct Org {
    #[command(subcommand)]
    action: OrgCommand,
}

impl Org {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        with_desk(common, "org", async |desk| match self.action {
            OrgCommand::List(args) => list(desk, &args).await,
            OrgCommand::Add(args) => add(desk, &args).await,
            OrgCommand::Show(args) => show(desk, &args).await,
            OrgCommand::Set(args) => set(desk, &args).await,
        })
    }
}

/// What can be done with organisations.
#[derive(Debug, Subcommand)]
enum OrgCommand {
    /// List the organisations
    #[command(after_help = "Example:\n  countersign org list --json")]
    List(ListArgs),
    /// Add an organisation, with the policy that a new installation starts with
    #[command(after_help = "Example:\n  countersign org add acme --name 'Acme GmbH'")]
    Add(AddArgs),
    /// Show one organisation and how many members it has
    #[command(after_help = "Example:\n  countersign org show acme --json")]
    Show(ShowArgs),
    /// Change the name or the colour; white text must be readable on it
    #[command(after_help = "Examples:\n  countersign org set acme --name 'Acme AG'\n  \
        countersign org set acme --accent '#1b5a8c'\n  countersign org set acme --accent ''     the product's own")]
    Set(SetArgs),
}

/// How the list is shown.
#[derive(Debug, Args)]
struct ListArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A new organisation.
#[derive(Debug, Args)]
struct AddArgs {
    /// The short name, for addresses and the command line
    slug: String,
    /// The name that people read
    #[arg(long)]
    name: String,
}

/// One organisation, shown.
#[derive(Debug, Args)]
struct ShowArgs {
    /// The short name
    slug: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What is changed.
#[derive(Debug, Args)]
#[group(required = true, multiple = true, args = ["name", "accent"])]
struct SetArgs {
    /// The short name
    slug: String,
    /// The name that people read
    #[arg(long)]
    name: Option<String>,
    /// The colour, `#rrggbb`; empty for the product's own
    #[arg(long)]
    accent: Option<String>,
}

async fn find(desk: &Desk, slug: &str) -> Result<OrganisationRow, Failure> {
    let found = policy::of_slug(&desk.call, Some(slug)).await;
    let (row, _) = found.map_err(|error| told(error, &format!("organisation {slug}")))?;
    Ok(row)
}

fn as_json(row: &OrganisationRow) -> Value {
    json!({
        "id": row.id.to_string(), "slug": row.slug, "name": row.name, "accent": row.accent,
        "created_at": rfc3339(row.created_at),
    })
}

async fn list(desk: &Desk, args: &ListArgs) -> Result<(), Failure> {
    let rows = policy::organisations(&desk.call).await.map_err(refused)?;
    if args.json {
        json(&rows.iter().map(as_json).collect::<Vec<_>>().into());
        return Ok(());
    }
    let cells = |row: &OrganisationRow| vec![row.slug.clone(), row.name.clone(), time(row.created_at)];
    table(&["slug", "name", "since"], &rows.iter().map(cells).collect::<Vec<_>>());
    Ok(())
}

async fn add(desk: &Desk, args: &AddArgs) -> Result<(), Failure> {
    let row = organisation::add(&desk.call, &args.name, &args.slug).await.map_err(refused)?;
    out::line(format!("{} ({}) is there. Invite its first administrator:", row.name, row.slug));
    out::line(format!(
        "  countersign member invite <EMAIL> --role administrator --organisation {}",
        row.slug
    ));
    Ok(())
}

async fn show(desk: &Desk, args: &ShowArgs) -> Result<(), Failure> {
    let row = find(desk, &args.slug).await?;
    let counts = member::counts(&desk.call, row.id).await.map_err(refused)?;
    if args.json {
        let mut value = as_json(&row);
        value["members"] = json!({
            "all": counts.all, "disabled": counts.disabled, "support": counts.support,
            "administrators": counts.administrators, "without_second_step": counts.unprotected,
        });
        json(&value);
        return Ok(());
    }
    out::line(format!("{} ({}), since {}", row.name, row.slug, time(row.created_at)));
    out::line(format!("  colour: {}", row.accent.as_deref().unwrap_or("the product's own")));
    out::line(format!(
        "  {}: {} disabled, {} support, {}, {} without a second step",
        count(counts.all, "account"),
        counts.disabled,
        counts.support,
        count(counts.administrators, "administrator"),
        counts.unprotected
    ));
    Ok(())
}

async fn set(desk: &Desk, args: &SetArgs) -> Result<(), Failure> {
    let row = find(desk, &args.slug).await?;
    let name = args.name.as_deref().unwrap_or(&row.name);
    let accent = args.accent.as_deref().or(row.accent.as_deref()).unwrap_or_default();
    let done = organisation::change(&desk.call, &Doer::Operator, row.id, name, accent).await;
    let row = done.map_err(refused)?;
    let colour = row.accent.as_deref().unwrap_or("the product's own colour");
    out::line(format!("{} is called {} and has {colour}.", row.slug, row.name));
    Ok(())
}
