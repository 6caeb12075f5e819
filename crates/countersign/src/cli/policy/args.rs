//! What can be asked of policies.

use clap::{Args, Subcommand};
use countersign_core::policy::{Risk, SignUp};
use countersign_core::preset::Preset;

use super::said::sign_up;

/// What can be done with policies.
#[derive(Debug, Subcommand)]
pub(super) enum PolicyCommand {
    /// Show the policy that is in force
    #[command(after_help = "Example:\n  countersign policy show --organisation acme --json")]
    Show(ShowArgs),
    /// Put a policy into force, read from a file or standard input
    #[command(
        after_help = "FILE holds a whole policy as JSON, as `policy show --json` prints it; with the `version` from \
        there the change\nis refused when another version is in force. `policy schema` describes it.\n\n\
        Examples:\n  countersign policy show --json > policy.json\n  \
        countersign policy set policy.json --dry-run\n  \
        countersign policy set policy.json --reason 'ticket 118'"
    )]
    Set(SetArgs),
    /// Put a preset into force; sign-up and single sign-on stay as they are
    #[command(
        after_help = "It counts from the next request on. Nobody is signed out by it, but whoever now lacks a \
        second step\nthat the policy requires reaches nothing but its set-up.\n\n\
        Example:\n  countersign policy set-preset authenticator --accept-risk password-alone --reason 'pilot is over'"
    )]
    SetPreset(SetPresetArgs),
    /// Say who may make an account: open (anybody), invitation (whoever has a link), closed (the operator alone, with a password; no invitations)
    #[command(after_help = "Example:\n  countersign policy set-sign-up invitation --reason 'pilot is over'")]
    SetSignUp(SetSignUpArgs),
    /// List the presets
    #[command(after_help = "Example:\n  countersign policy presets")]
    Presets(PresetsArgs),
    /// Show what a preset or a file would change, and whom that touches
    #[command(after_help = "Example:\n  countersign policy diff email-or-authenticator")]
    Diff(DiffArgs),
    /// List the versions that were in force, the newest first
    #[command(after_help = "Example:\n  countersign policy history --json")]
    History(HistoryArgs),
    /// Return to an earlier version, as a new one
    #[command(after_help = "Example:\n  countersign policy restore 3 --reason 'too strict for now'")]
    Restore(RestoreArgs),
    /// Print the JSON Schema of a policy
    #[command(after_help = "Example:\n  countersign policy schema > policy.schema.json")]
    Schema,
}

/// Whose policy is shown.
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// The organisation's short name (the first one without this)
    #[arg(long, value_name = "SLUG")]
    pub(super) organisation: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// How presets are listed.
#[derive(Debug, Args)]
pub(super) struct PresetsArgs {
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// What is compared with what is in force.
#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// A preset, a file, or - for standard input
    #[arg(value_name = "PRESET|FILE")]
    pub(super) other: String,
    /// The organisation's short name (the first one without this)
    #[arg(long, value_name = "SLUG")]
    pub(super) organisation: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// Whose history, and how much of it.
#[derive(Debug, Args)]
pub(super) struct HistoryArgs {
    /// The organisation's short name (the first one without this)
    #[arg(long, value_name = "SLUG")]
    pub(super) organisation: Option<String>,
    /// How many versions at most
    #[arg(long, value_name = "COUNT", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(super) most: u32,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// Which policy, and where.
#[derive(Debug, Args)]
pub(super) struct SetArgs {
    /// The file, or - for standard input
    #[arg(value_name = "FILE|-")]
    pub(super) file: String,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
}

/// Which preset, and where.
#[derive(Debug, Args)]
pub(super) struct SetPresetArgs {
    /// One of those that `countersign policy presets` lists
    #[arg(value_parser = preset)]
    pub(super) preset: Preset,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
}

/// How new accounts come, and where.
#[derive(Debug, Args)]
pub(super) struct SetSignUpArgs {
    /// open, invitation or closed
    #[arg(value_parser = sign_up)]
    pub(super) sign_up: SignUp,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
}

/// Which version, and where.
#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// The version's number, as `countersign policy history` lists it
    #[arg(value_name = "VERSION")]
    pub(super) version: i64,
    #[command(flatten)]
    pub(super) change: ChangeArgs,
}

/// What every change of a policy carries.
#[derive(Debug, Args)]
pub(super) struct ChangeArgs {
    /// The organisation's short name (the first one without this)
    #[arg(long, value_name = "SLUG")]
    pub(super) organisation: Option<String>,
    /// Why, kept with the policy's history
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(super) reason: String,
    /// A risk that you have read and accept (repeatable): email-codes, telegram, telegram-tap, phone-calls, sms,
    /// phone-in-new-browsers, password-alone, trusted-provider
    #[arg(long, value_name = "NAME", value_parser = risk)]
    pub(super) accept_risk: Vec<Risk>,
    /// Only show what would change, and whom that touches
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

fn preset(text: &str) -> Result<Preset, String> {
    let all: Vec<&str> = Preset::ALL.iter().map(|preset| preset.as_str()).collect();
    Preset::parse(text).ok_or_else(|| format!("one of {}", all.join(", ")))
}

fn risk(text: &str) -> Result<Risk, String> {
    let all: Vec<&str> = Risk::ALL.iter().map(|risk| risk.as_str()).collect();
    Risk::parse(text).ok_or_else(|| format!("one of {}", all.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_presets_and_risks_read_back() {
        for one in Preset::ALL {
            assert_eq!(preset(one.as_str()), Ok(*one));
        }
        let help = include_str!("args.rs");
        for one in Risk::ALL {
            assert_eq!(risk(one.as_str()), Ok(*one));
            assert!(help.contains(one.as_str()), "the help names {one:?}");
        }
        assert!(preset("none").is_err() && risk("none").is_err());
    }
}
