//! `countersign clock`: the highest time that any server has seen, and taking it back.

use std::io::BufRead;

use clap::{Args, Subcommand};
use countersign_core::time::Timestamp;
use serde_json::json;

use super::told::{Desk, json, refused, rfc3339, time, with_desk};
use super::{Common, EXIT_CODES, Exit, Failure, out};
use crate::flow::clock;

/// Look at the clock's mark, or take it back after the clock was wrong.
#[derive(Args)]
#[command(after_help = EXIT_CODES, long_about = "The database keeps the highest time that any server has seen, so that a \
    clock that is set back revives nothing. When a server ran with a clock that was ahead, that mark is ahead too, and \
    everything looks expired until the time has come. Set the clock right, and take the mark back.\n\n\
    Example:\n  countersign clock reset")]
pub(super) struct ClockArgs {
    #[command(subcommand)]
    action: ClockCommand,
}

/// What can be done with the mark.
#[derive(Debug, Subcommand)]
enum ClockCommand {
    /// Show the clock and the mark
    #[command(after_help = "Example:\n  countersign clock show --json")]
    Show(ShowArgs),
    /// Set the mark to this machine's clock; it stands in the audit log
    #[command(
        after_help = "Look first that this machine's clock is right (timedatectl status). What was made by the \
        wrong clock keeps\nits times: sessions of then are best ended (countersign account end-sessions).\n\n\
        Examples:\n  countersign clock reset\n  countersign clock reset --yes"
    )]
    Reset(ResetArgs),
}

/// How the mark is shown.
#[derive(Debug, Args)]
struct ShowArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// How the mark is reset.
#[derive(Debug, Args)]
struct ResetArgs {
    /// Do not ask whether the clock is right
    #[arg(long)]
    yes: bool,
}

impl ClockArgs {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        with_desk(common, "clock", async |desk| match self.action {
            ClockCommand::Show(args) => show(desk, &args).await,
            ClockCommand::Reset(args) => reset(desk, &args).await,
        })
    }
}

async fn show(desk: &Desk, args: &ShowArgs) -> Result<(), Failure> {
    let (wall, mark) = (desk.app.clock.wall(), clock::mark(&desk.call).await.map_err(refused)?);
    if args.json {
        json(&json!({ "clock": rfc3339(wall), "mark": mark.map(rfc3339) }));
        return Ok(());
    }
    tell(wall, mark);
    Ok(())
}

fn tell(wall: Timestamp, mark: Option<Timestamp>) {
    out::line(format_args!("this machine's clock: {}", time(wall)));
    out::line(format_args!("seen before:          {}", mark.map_or_else(|| "nothing yet".to_owned(), time)));
}

async fn reset(desk: &Desk, args: &ResetArgs) -> Result<(), Failure> {
    tell(desk.app.clock.wall(), clock::mark(&desk.call).await.map_err(refused)?);
    if !args.yes {
        out::line("Is this machine's clock right? Type yes:");
        let mut answer = String::new();
        let read = std::io::stdin().lock().read_line(&mut answer);
        if read.is_err() || answer.trim() != "yes" {
            return Err(Failure::new(Exit::Failed, "nothing was changed"));
        }
    }
    let wall = desk.app.clock.wall();
    clock::reset(&desk.call, wall).await.map_err(refused)?;
    out::line(format_args!("The mark is {} now.", time(wall)));
    Ok(())
}
