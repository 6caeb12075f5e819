//! `countersign export`: an organisation's audit log or members, for other tools. Written piece by piece, however much
//! there is.

use std::io::Write;

use clap::{Args, Subcommand, ValueEnum};

use super::member::organisation;
use super::span::When;
use super::told::{Desk, refused, with_desk};
use super::{Common, EXIT_CODES, Exit, Failure};
use crate::flow::audit::organisation::{self as log, AuditSearch};
use crate::flow::member::{self, Doer};

/// Write an organisation's audit log or members to standard output.
#[derive(Args)]
#[command(after_help = EXIT_CODES, long_about = "Write an organisation's audit log or members to standard output, for \
    other tools. In CSV, cells that a spreadsheet would take for a formula begin with an apostrophe. That it was \
    exported stands in the audit log.\n\nExamples:\n  countersign export audit --since 30d > audit.csv\n  \
    countersign export members --organisation acme > members.csv")]
pub(super) struct ExportArgs {
    #[command(subcommand)]
    action: ExportCommand,
}

/// What is written.
#[derive(Debug, Subcommand)]
enum ExportCommand {
    /// The audit log of an organisation, the newest first
    #[command(after_help = "Example:\n  countersign export audit --since 30d --format json > audit.json")]
    Audit(AuditArgs),
    /// The members of an organisation, as CSV
    #[command(after_help = "Example:\n  countersign export members --organisation acme > members.csv")]
    Members(MembersArgs),
}

/// In which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Comma-separated values
    Csv,
    /// A JSON array
    Json,
}

/// Which rows of the log.
#[derive(Debug, Args)]
struct AuditArgs {
    /// The organisation's short name (the first one without this)
    #[arg(long, value_name = "SLUG")]
    organisation: Option<String>,
    /// Not before: a time ago (2d), a day (2026-11-21) or a time (2026-11-21T14:35:00Z)
    #[arg(long, value_name = "WHEN", value_parser = When::parse)]
    since: Option<When>,
    /// Before: as --since
    #[arg(long, value_name = "WHEN", value_parser = When::parse)]
    until: Option<When>,
    /// In which form
    #[arg(long, value_enum, default_value = "csv")]
    format: Format,
}

/// Whose members.
#[derive(Debug, Args)]
struct MembersArgs {
    /// The organisation's short name (the first one without this)
    #[arg(long, value_name = "SLUG")]
    organisation: Option<String>,
}

impl ExportArgs {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        with_desk(common, "export", async |desk| match self.action {
            ExportCommand::Audit(args) => audit(desk, &args).await,
            ExportCommand::Members(args) => members(desk, &args).await,
        })
    }
}

fn write(piece: &str) -> std::io::Result<()> {
    std::io::stdout().lock().write_all(piece.as_bytes())
}

/// A reader that goes away has half a document, so this is a failure.
fn cut_off(error: &std::io::Error) -> Failure {
    Failure::new(Exit::Failed, format!("the export was cut off: {error}"))
}

async fn audit(desk: &Desk, args: &AuditArgs) -> Result<(), Failure> {
    let id = organisation(desk, args.organisation.as_deref()).await?;
    let wanted = AuditSearch {
        from: args.since.map(|when| when.from(desk.call.now)),
        to: args.until.map(|when| when.from(desk.call.now)),
        ..AuditSearch::default()
    };
    let form = match args.format {
        Format::Csv => log::Form::Csv,
        Format::Json => log::Form::Json,
    };
    let mut export = log::export(&desk.call, &Doer::Operator, id, wanted, form).await.map_err(refused)?;
    while let Some(piece) = export.next().await.map_err(refused)? {
        write(&piece).map_err(|error| cut_off(&error))?;
    }
    Ok(())
}

async fn members(desk: &Desk, args: &MembersArgs) -> Result<(), Failure> {
    let id = organisation(desk, args.organisation.as_deref()).await?;
    let mut fault = None;
    let written = member::members_csv(&desk.call, id, |line| {
        if fault.is_none() {
            fault = write(&line).err();
        }
    });
    written.await.map_err(refused)?;
    fault.map_or(Ok(()), |error| Err(cut_off(&error)))
}
