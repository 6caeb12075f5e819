//! `countersign policy`: what an organisation's accounts must and may do.

use clap::{Args, Subcommand};
use countersign_core::method::Method;
use countersign_core::policy::{AfterRecovery, Policy, Requirement, SignUp};
use countersign_core::preset::Preset;
use countersign_core::sign_in::SuspensionKind;
use serde_json::{Value, json};

use super::told::{Desk, told, with_desk};
use super::told::{json, rfc3339, table, time};
use super::{Common, EXIT_CODES, Failure, out};
use crate::flow::policy;

/// Show and change what an organisation's accounts must and may do.
#[derive(Args)]
#[command(name = "policy", after_help = EXIT_CODES, long_about = "Show and change what an organisation's accounts must and may do. A change counts from the next request on.\n\n\
    Examples:\n  countersign policy show\n  countersign policy presets\n  \
    countersign policy set-sign-up open")]
pub(super) struct Policies {
    #[command(subcommand)]
    action: PolicyCommand,
}

impl Policies {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        with_desk(common, "policy", async |desk| run(desk, self.action).await)
    }
}

/// What can be done with policies.
#[derive(Debug, Subcommand)]
enum PolicyCommand {
    /// Show the policy that is in force
    #[command(after_help = "Example:\n  countersign policy show --organisation acme --json")]
    Show(ShowArgs),
    /// List the presets
    #[command(after_help = "Example:\n  countersign policy presets")]
    Presets(PresetsArgs),
    /// Put a preset into force; sign-up stays as it is
    #[command(
        after_help = "It counts from the next request on. Nobody is signed out by it, but whoever now lacks a \
        second step\nthat the policy requires reaches nothing but its set-up.\n\n\
        Example:\n  countersign policy set-preset authenticator --reason 'pilot is over'"
    )]
    SetPreset(SetPresetArgs),
    /// Say who may make an account: open (anybody), invitation (whoever has a link), closed (the operator alone, with a password; no invitations)
    #[command(after_help = "Example:\n  countersign policy set-sign-up invitation --reason 'pilot is over'")]
    SetSignUp(SetSignUpArgs),
}

/// Whose policy is shown.
#[derive(Debug, Args)]
struct ShowArgs {
    /// The organisation's short name (the first one without this)
    #[arg(long, value_name = "SLUG")]
    organisation: Option<String>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// How presets are listed.
#[derive(Debug, Args)]
struct PresetsArgs {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Which preset, and where.
#[derive(Debug, Args)]
struct SetPresetArgs {
    /// One of those that `countersign policy presets` lists
    #[arg(value_parser = preset)]
    preset: Preset,
    #[command(flatten)]
    change: ChangeArgs,
}

/// How new accounts come, and where.
#[derive(Debug, Args)]
struct SetSignUpArgs {
    /// open, invitation or closed
    #[arg(value_parser = sign_up)]
    sign_up: SignUp,
    #[command(flatten)]
    change: ChangeArgs,
}

/// What every change of a policy carries.
#[derive(Debug, Args)]
struct ChangeArgs {
    /// The organisation's short name (the first one without this)
    #[arg(long, value_name = "SLUG")]
    organisation: Option<String>,
    /// Why, kept with the policy's history
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
}

fn preset(text: &str) -> Result<Preset, String> {
    let all: Vec<&str> = Preset::ALL.iter().map(|preset| preset.as_str()).collect();
    Preset::parse(text).ok_or_else(|| format!("one of {}", all.join(", ")))
}

const SIGN_UPS: [(&str, SignUp); 3] =
    [("open", SignUp::Open), ("invitation", SignUp::Invitation), ("closed", SignUp::Closed)];

fn sign_up(text: &str) -> Result<SignUp, String> {
    let found = SIGN_UPS.iter().find(|(name, _)| *name == text);
    found.map(|(_, mode)| *mode).ok_or_else(|| "open, invitation or closed".to_owned())
}

fn sign_up_name(mode: SignUp) -> &'static str {
    SIGN_UPS.iter().find(|(_, other)| *other == mode).map_or("", |(name, _)| name)
}

/// What a preset is for, in one line.
const fn about(preset: Preset) -> &'static str {
    match preset {
        Preset::Authenticator => {
            "password and authenticator app; support may suspend the second step for a while"
        }
        Preset::EmailOrAuthenticator => "codes by e-mail or one authenticator app, never both",
        Preset::EmailWithRecoveryKey => {
            "codes by e-mail and a recovery key, an authenticator app beside them"
        }
        Preset::Messenger => "one authenticator app (Telegram and calls: not in this version)",
        Preset::Recommended => "authenticator app; changes of an account need a strong second step",
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
        PolicyCommand::Presets(args) => {
            presets(args.json);
            Ok(())
        }
        PolicyCommand::SetPreset(SetPresetArgs { preset, change }) => {
            let what = organisation(change.organisation.as_deref());
            let slug = change.organisation.as_deref();
            let set = policy::set_preset(&desk.call, slug, preset, &change.reason).await;
            let rules = set.map_err(|error| told(error, &what))?;
            out::line(format!("The preset {preset} is in force."));
            if rules.methods.contains(&Method::Email) && !desk.call.deps.mail {
                out::line("No mail is set up, so codes by e-mail cannot go out: set [mail] in the settings.");
            }
            Ok(())
        }
        PolicyCommand::SetSignUp(SetSignUpArgs { sign_up, change }) => {
            let what = organisation(change.organisation.as_deref());
            let slug = change.organisation.as_deref();
            let set = policy::set_sign_up(&desk.call, slug, sign_up, &change.reason).await;
            set.map_err(|error| told(error, &what))?;
            out::line(format!("Sign-up: {}.", sign_up_name(sign_up)));
            Ok(())
        }
    }
}

fn organisation(slug: Option<&str>) -> String {
    slug.map_or_else(
        || "organisation yet: start the server once".to_owned(),
        |slug| format!("organisation {slug}"),
    )
}

fn presets(as_document: bool) {
    if as_document {
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

fn sentences(policy: &Policy) -> Vec<String> {
    let methods: Vec<&str> = policy.methods.iter().map(|method| method.as_str()).collect();
    let (lives, suspension) = (&policy.sessions, &policy.suspension);
    let mut said = vec![format!("preset: {}", policy.preset), format!("methods: {}", methods.join(", "))];
    said.extend(policy.exclusive.iter().map(|set| {
        let set: Vec<&str> = set.iter().map(|method| method.as_str()).collect();
        format!("only one of these at a time: {}", set.join(", "))
    }));
    said.extend([
        match policy.second_step {
            Requirement::Off => "second step: off for members, required for staff".to_owned(),
            Requirement::Offered => "second step: offered to members, required for staff".to_owned(),
            Requirement::Required => "second step: required for everybody".to_owned(),
        },
        format!("authenticators per account: at most {}", policy.authenticators_max),
        format!("sign-up: {}", sign_up_name(policy.sign_up)),
        format!(
            "sessions of members end after {} min idle or {} h",
            lives.idle_minutes, lives.absolute_hours
        ),
        format!(
            "sessions of staff end after {} min idle or {} h",
            lives.staff_idle_minutes, lives.staff_absolute_hours
        ),
        if suspension.kinds.contains(&SuspensionKind::PasswordAlone) {
            format!("suspension of the second step: up to {} h, members only", suspension.longest_hours)
        } else {
            "suspension of the second step to the password alone: not allowed".to_owned()
        },
    ]);
    said.extend(details(policy).map(str::to_owned));
    said
}

/// What comes before, with and after a method.
fn details(policy: &Policy) -> [&'static str; 3] {
    [
        if policy.confirmed_address_first {
            "the e-mail address must be confirmed before a method can be enabled"
        } else {
            "methods can be enabled before the e-mail address is confirmed"
        },
        match policy.after_recovery {
            AfterRecovery::Session => "a sign-in by recovery key leads to an ordinary session",
            AfterRecovery::Enrolment => "a sign-in by recovery key leads to setting up what was lost",
        },
        if policy.last_showing {
            "the key of a new authenticator is shown one last time after its first code"
        } else {
            "the key of a new authenticator is not shown again after its first code"
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_told_in_sentences_wherever_presets_differ() {
        let told = |preset: Preset| sentences(&preset.policy()).join("\n");
        let either = told(Preset::EmailOrAuthenticator);
        assert!(
            either.contains("only one of these at a time: ") && either.contains("is shown one last time")
        );
        let key = told(Preset::EmailWithRecoveryKey);
        assert!(key.contains("must be confirmed before") && !key.contains("only one of these"), "{key}");
        assert!(told(Preset::Authenticator).contains("leads to an ordinary session"));
        assert!(Preset::ALL.iter().any(|preset| told(*preset).contains("setting up what was lost")));
    }

    #[test]
    fn names_read_back_as_they_are_listed() {
        for preset in Preset::ALL {
            assert!(!about(*preset).is_empty());
            assert_eq!(super::preset(preset.as_str()), Ok(*preset));
        }
        assert!(super::preset("none").is_err());
        for (name, mode) in SIGN_UPS {
            assert_eq!((sign_up(name), sign_up_name(mode)), (Ok(mode), name));
        }
    }
}
