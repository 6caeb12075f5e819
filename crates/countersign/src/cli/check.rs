//! `config check`.

use clap::{Args, Subcommand};
use serde_json::json;

use super::out::{self, Format};
use super::{Common, EXIT_CODES, Exit, Failure};

/// Look at the settings.
#[derive(Args)]
pub(super) struct Config {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Read all settings and list everything that is wrong with them.
    #[command(after_help = EXIT_CODES)]
    #[command(
        long_about = "Read all settings (file, environment, flags) and list everything that is wrong with them, \
        without starting anything.\n\nExample:\n  countersign --config /etc/countersign.toml config check"
    )]
    Check {
        /// Answer with one JSON document: {"mistakes": [{"setting", "origin", "message"}], "warnings"}; warnings are texts.
        #[arg(long)]
        json: bool,
    },
}

impl Config {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        let Action::Check { json } = self.action;
        let (mistakes, warnings) = match common.settings(Vec::new()) {
            Ok(settings) => (Vec::new(), settings.warnings()),
            Err(mistakes) => (mistakes.0, Vec::new()),
        };
        if json {
            let listed: Vec<_> = mistakes
                .iter()
                .map(|m| json!({"setting": m.name, "origin": m.origin.to_string(), "message": m.message}))
                .collect();
            Format::Json.write(&json!({"mistakes": listed, "warnings": warnings}), String::new);
        } else if mistakes.is_empty() {
            out::line("The settings are right.");
            for warning in &warnings {
                out::line(format_args!("But: {warning}"));
            }
        } else {
            for mistake in &mistakes {
                out::line(mistake);
            }
        }
        if mistakes.is_empty() { Ok(()) } else { Err(Failure::new(Exit::Problems, "")) }
    }
}
