//! `countersign policy`: what an organisation's accounts must and may do.

mod args;
mod deeds;
mod said;

use super::told::{Desk, json, rfc3339, table, time, told, with_desk};
use super::{Common, EXIT_CODES, Failure, out};
use crate::flow::policy::{self, Author, Version};
use args::{DiffArgs, HistoryArgs, PolicyCommand, PresetsArgs, ShowArgs};
use clap::Args;
use countersign_core::preset::Preset;
use said::{about, sentences};
use serde_json::{Value, json};

/// Show and change what an organisation's accounts must and may do.
#[derive(Args)]
#[command(name = "policy", after_help = EXIT_CODES, long_about = "Show and change what an organisation's accounts must and may do. A change counts from the next request on.\n\n\
    Examples:\n  countersign policy show\n  countersign policy diff email-or-authenticator\n  \
    countersign policy set policy.json --reason 'ticket 118' --dry-run\n  \
    countersign policy set-preset authenticator --accept-risk password-alone")]
pub(super) struct Policies {
    #[command(subcommand)]
    action: PolicyCommand,
}

impl Policies {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        match self.action {
            // These ask no database.
            PolicyCommand::Presets(args) => {
                presets(&args);
                Ok(())
            }
            PolicyCommand::Schema => {
                json(&crate::api::policy_schema());
                Ok(())
            }
            action => with_desk(common, "policy", async |desk| run(desk, action).await),
        }
    }
}

/// Does it.
///
/// # Errors
///
/// What went wrong, for the operator.
async fn run(desk: &Desk, command: PolicyCommand) -> Result<(), Failure> {
    match command {
        PolicyCommand::Show(args) => show(desk, &args).await,
        PolicyCommand::Set(args) => deeds::set(desk, &args).await,
        PolicyCommand::SetPreset(args) => deeds::set_preset(desk, &args).await,
        PolicyCommand::SetSignUp(args) => deeds::set_sign_up(desk, &args).await,
        PolicyCommand::Restore(args) => deeds::restore(desk, &args).await,
        PolicyCommand::Diff(args) => diff(desk, &args).await,
        PolicyCommand::History(args) => history(desk, &args).await,
        PolicyCommand::Presets(_) | PolicyCommand::Schema => Ok(()),
    }
}

fn organisation(slug: Option<&str>) -> String {
    slug.map_or_else(
        || "organisation yet: start the server once".to_owned(),
        |slug| format!("organisation {slug}"),
    )
}

fn presets(args: &PresetsArgs) {
    if args.json {
        let all = Preset::ALL.iter().map(
            |preset| json!({ "name": preset.as_str(), "about": about(*preset), "policy": preset.policy() }),
        );
        json(&Value::Array(all.collect()));
        return;
    }
    let rows: Vec<Vec<String>> =
        Preset::ALL.iter().map(|preset| vec![preset.to_string(), about(*preset).to_owned()]).collect();
    table(&["preset", "what it is"], &rows);
}

async fn show(desk: &Desk, args: &ShowArgs) -> Result<(), Failure> {
    let what = organisation(args.organisation.as_deref());
    let current = policy::current(&desk.call, args.organisation.as_deref()).await;
    let (organisation, row) = current.map_err(|error| told(error, &what))?;
    if args.json {
        json(&json!({
            "organisation": organisation.slug, "version": row.version, "changed_at": rfc3339(row.changed_at),
            "changed_by": row.changed_by, "reason": row.reason, "policy": row.policy,
        }));
        return Ok(());
    }
    out::line(format!("{} ({})", organisation.name, organisation.slug));
    let (version, since, by) = (row.version, time(row.changed_at), &row.changed_by);
    out::line(format!("  version {version} since {since} by {by} {}", row.reason).trim_end());
    for line in sentences(&row.policy) {
        out::line(format!("  {line}"));
    }
    Ok(())
}

async fn diff(desk: &Desk, args: &DiffArgs) -> Result<(), Failure> {
    let what = organisation(args.organisation.as_deref());
    let current = policy::current(&desk.call, args.organisation.as_deref()).await;
    let (organisation, row) = current.map_err(|error| told(error, &what))?;
    let next = match Preset::parse(&args.other) {
        Some(preset) => row.policy.adopting(preset),
        None => deeds::read(&args.other)?.policy,
    };
    let preview = policy::preview(&desk.call, organisation.id, &next).await?;
    said::tell(&preview, args.json);
    Ok(())
}

async fn history(desk: &Desk, args: &HistoryArgs) -> Result<(), Failure> {
    let what = organisation(args.organisation.as_deref());
    let current = policy::current(&desk.call, args.organisation.as_deref()).await;
    let (organisation, _) = current.map_err(|error| told(error, &what))?;
    let found = policy::history(&desk.call, organisation.id, args.most).await?;
    if args.json {
        json(&Value::Array(found.iter().map(version).collect()));
        return Ok(());
    }
    let row = |version: &Version| {
        let changed: Vec<&str> = version.changes.iter().map(|change| change.setting.as_str()).collect();
        vec![
            version.row.version.to_string(),
            time(version.row.changed_at),
            author(version),
            version.row.reason.clone(),
            changed.join(" "),
        ]
    };
    let rows: Vec<Vec<String>> = found.iter().map(row).collect();
    table(&["version", "since", "by", "why", "what changed"], &rows);
    Ok(())
}

fn author(version: &Version) -> String {
    match &version.by {
        Author::Account { email, .. } => email.clone(),
        Author::Gone | Author::Operator => version.row.changed_by.clone(),
    }
}

fn version(version: &Version) -> Value {
    json!({
        "version": version.row.version, "changed_at": rfc3339(version.row.changed_at),
        "changed_by": author(version), "reason": version.row.reason,
        "changes": version.changes.iter().map(said::change).collect::<Vec<_>>(), "policy": version.row.policy,
    })
}
