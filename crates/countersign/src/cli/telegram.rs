//! `countersign telegram`: whether the bot works, and what waits and failed.

use clap::{Args, Subcommand};
use countersign_courier::telegram::Messenger;
use serde_json::json;

use super::told::{Desk, json, refused, rfc3339, shown, table, time, with_desk};
use super::{Common, EXIT_CODES, Exit, Failure, out};
use crate::flow::courier;
use crate::flow::dispatch::Channel;

/// What an operator reads where no bot is set up.
const OFF: &str = "no bot is set up: set telegram.bot and telegram.token_file (see docs/operating.md)";

/// Try whether the bot works, and see what failed
#[derive(Args)]
#[command(after_help = EXIT_CODES, long_about = "People confirm sign-ins in a chat with a bot of your own. These commands try \
    the bot and tell what failed.\n\nExample:\n  countersign telegram test")]
pub(super) struct TelegramArgs {
    #[command(subcommand)]
    action: TelegramCommand,
}

/// What can be done about the bot.
#[derive(Debug, Subcommand)]
enum TelegramCommand {
    /// Ask Telegram who the bot is, and how its webhook does
    #[command(
        after_help = "The exit code is 5 when Telegram cannot be reached, does not know the token, or knows the bot by\n\
        another name than telegram.bot.\n\nExample:\n  countersign telegram test"
    )]
    Test,
    /// Show how the bot did when it was last asked, and what failed within a day
    #[command(after_help = "Example:\n  countersign telegram status --json | jq .failures")]
    Status {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

impl TelegramArgs {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        with_desk(common, "telegram", async |desk| match self.action {
            TelegramCommand::Test => test(desk).await,
            TelegramCommand::Status { json } => status(desk, json).await,
        })
    }
}

async fn test(desk: &Desk) -> Result<(), Failure> {
    let problem = |message: String| Failure::new(Exit::Problems, message);
    let (Some(settings), Messenger::Bot(bot)) = (&desk.app.settings.telegram, &*desk.app.messenger) else {
        return Err(Failure::new(Exit::Usage, OFF));
    };
    if let Err(reason) = bot.probe().await.result {
        return Err(problem(format!("the bot does not work: {}", shown(&reason))));
    }
    let me = bot.me().await.map_err(|error| problem(error.to_string()))?;
    out::line(format_args!("Telegram knows the bot as @{} (number {}).", shown(&me.username), me.id));
    if !me.username.eq_ignore_ascii_case(settings.bot()) {
        return Err(problem(format!(
            "but telegram.bot is {}: links would lead to another bot",
            settings.bot()
        )));
    }
    let hook = bot.webhook_info().await.map_err(|error| problem(error.to_string()))?;
    match (settings.has_webhook(), hook.is_set, hook.is_ours) {
        (true, _, true) => {
            out::line(format_args!("Updates are posted to the webhook; {} wait.", hook.pending));
        }
        (true, ..) => out::line("The webhook is not set yet; a running server sets it."),
        (false, true, _) => {
            out::line("Updates go to a webhook that is not in the settings; a running server takes it away.");
        }
        (false, false, _) => out::line(format_args!("Updates are asked for; {} wait.", hook.pending)),
    }
    match hook.last_error.filter(|_| hook.is_ours) {
        Some((_, reason)) => {
            Err(problem(format!("Telegram could not post some updates: {}", shown(&reason))))
        }
        None => Ok(()),
    }
}

async fn status(desk: &Desk, as_document: bool) -> Result<(), Failure> {
    let states = courier::states(&desk.call, courier::TELEGRAM).await.map_err(refused)?;
    let state = states.into_iter().next().map(|(_, state)| state).unwrap_or_default();
    let outgoing = courier::outgoing(&desk.call, super::phone::DAY).await.map_err(refused)?;
    let is_on = desk.app.messenger.is_on();
    let rows = super::phone::failures(&outgoing, Channel::Telegram);
    let counts = super::phone::counts(&outgoing, &[Channel::Telegram]);
    if as_document {
        json(&json!({
            "configured": is_on,
            "last_worked": state.ok_at.map(rfc3339),
            "last_failed": state.failed_at.map(rfc3339),
            "last_error": state.error,
            "outcomes": counts.iter().map(|row| json!({"state": row[1], "outcome": row[2], "count": row[3]})).collect::<Vec<_>>(),
            "failures": rows.iter().map(|row| json!({"at": row[0], "kind": row[1], "state": row[2], "outcome": row[3]})).collect::<Vec<_>>(),
        }));
        return Ok(());
    }
    out::line(if is_on { "A bot is set up." } else { "No bot is set up." });
    if let Some(at) = state.ok_at {
        out::line(format_args!("last worked: {}", time(at)));
    }
    if let Some(at) = state.failed_at {
        let error = state.error.unwrap_or_default();
        out::line(format_args!("last failed: {} ({})", time(at), shown(&error)));
    }
    table(&["channel", "state", "outcome", "within a day"], &counts);
    table(&["when", "what", "state", "outcome", "tries"], &rows);
    Ok(())
}
