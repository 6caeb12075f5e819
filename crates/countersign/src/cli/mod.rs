//! The command line: one file a command. A command reads its arguments, calls flows, and writes the outcome.

mod account;
mod audit;
mod check;
mod clock;
mod demo;
mod desk;
mod doctor;
mod export;
mod failure;
mod import;
mod keys;
mod mail;
mod member;
mod org;
pub mod out;
mod phone;
mod policy;
mod serve;
mod sip;
mod sms;
mod span;
mod sso;
pub mod start;
mod support;
mod telegram;
mod told;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};
pub use desk::with_call;
pub use failure::{EXIT_CODES, Exit, Failure};

use crate::config::{Mistakes, Settings};

/// Self-hosted two-factor authentication server with its own account portal.
#[derive(Parser)]
#[command(name = "countersign", version, arg_required_else_help = true, after_help = EXIT_CODES)]
#[command(long_about = "Self-hosted two-factor authentication server with its own account portal.\n\n\
    To begin, run `countersign serve`: it needs no configuration, keeps everything in ./countersign-data, and prints a \
    one-time address at which the first administrator is made.")]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Args, Clone, Debug)]
pub struct Common {
    /// The file with the settings; see docs/countersign.example.toml.
    #[arg(long, global = true, value_name = "FILE", env = "COUNTERSIGN_CONFIG")]
    config: Option<PathBuf>,
    /// The folder of everything that is kept on disk [built in: countersign-data].
    #[arg(long = "data", alias = "data-dir", global = true, value_name = "FOLDER")]
    data_dir: Option<PathBuf>,
    /// The database, where it is not the file in the data folder: postgres://… (better in `DATABASE_URL`: others on this
    /// machine can see a command line).
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
}

impl Common {
    /// The settings, with these flags over environment and file.
    ///
    /// # Errors
    ///
    /// Every mistake in them.
    pub fn settings(&self, more: Vec<(&'static str, String)>) -> Result<Settings, Mistakes> {
        let mut flags = more;
        if let Some(folder) = self.data_dir.as_deref().and_then(Path::to_str) {
            flags.push(("data_dir", folder.to_owned()));
        }
        if let Some(url) = &self.database_url {
            flags.push(("database_url", url.clone()));
        }
        Settings::load(self.config.as_deref(), flags)
    }
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Serve),
    Demo(demo::Demo),
    Org(org::Org),
    Member(member::Member),
    Account(account::Account),
    Import(import::Import),
    Support(support::Support),
    Policy(policy::Policies),
    Sso(sso::Sso),
    Keys(keys::Keys),
    Audit(audit::Audit),
    Export(export::ExportArgs),
    Clock(clock::ClockArgs),
    Mail(mail::MailArgs),
    Telegram(telegram::TelegramArgs),
    Sip(sip::SipArgs),
    Sms(sms::SmsArgs),
    Phone(phone::PhoneArgs),
    Config(check::Config),
    Doctor(doctor::Doctor),
}

/// The command line, with the exit codes in the help of every command that does something.
fn command() -> clap::Command {
    explained(Cli::command())
}

fn explained(mut command: clap::Command) -> clap::Command {
    if command.has_subcommands() {
        return command.mut_subcommands(explained);
    }
    let before = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    if !before.contains(EXIT_CODES) {
        let both =
            if before.is_empty() { EXIT_CODES.to_owned() } else { format!("{before}\n\n{EXIT_CODES}") };
        command = command.after_help(both);
    }
    command
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let matches = command().get_matches();
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let flagged = |name: &&str| matches.value_source(name) == Some(ValueSource::CommandLine);
    let ignored = ["config", "data_dir", "database_url"].into_iter().find(flagged);
    // Whatever is written from here on (database, keys) is the owner's alone.
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    let common = &cli.common;
    let outcome = match cli.command {
        Command::Serve(serve) => serve.run(common),
        Command::Demo(demo) => demo.run(ignored),
        Command::Org(org) => org.run(common),
        Command::Member(member) => member.run(common),
        Command::Account(account) => account.run(common),
        Command::Import(import) => import.run(common),
        Command::Support(support) => support.run(common),
        Command::Policy(policy) => policy.run(common),
        Command::Sso(sso) => sso.run(common),
        Command::Audit(audit) => audit.run(common),
        Command::Export(export) => export.run(common),
        Command::Keys(keys) => keys.run(common),
        Command::Clock(clock) => clock.run(common),
        Command::Mail(mail) => mail.run(common),
        Command::Telegram(telegram) => telegram.run(common),
        Command::Sip(sip) => sip.run(common),
        Command::Sms(sms) => sms.run(common),
        Command::Phone(phone) => phone.run(common),
        Command::Config(config) => config.run(common),
        Command::Doctor(doctor) => doctor.run(common),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.message.is_empty() {
                out::note(format_args!("countersign: {}", failure.message));
            }
            failure.exit.into()
        }
    }
}

#[cfg(test)]
mod tests;
