//! Changes of a policy by the operator: the same rules as an administrator's, without the role.

use std::io::Read as _;

use countersign_core::method::Method;
use countersign_core::policy::Policy;
use countersign_core::text::Text;
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::told::{Desk, say, told};
use super::super::{Exit, Failure, out};
use super::args::{ChangeArgs, RestoreArgs, SetArgs, SetPresetArgs, SetSignUpArgs};
use super::said::{document, fault_line, sign_up_name, tell};
use crate::flow::policy::{self, Editor, NewPolicy, PolicyRow, Preview};

/// A policy from a file.
pub(super) struct Given {
    /// The policy.
    pub(super) policy: Policy,
    /// The version that it was made from, where the file says so.
    version: Option<i64>,
}

/// What `policy show --json` prints, as far as it is read back.
#[derive(Deserialize)]
struct Shown {
    version: Option<i64>,
    policy: Policy,
}

/// Reads a policy from a file or from standard input.
pub(super) fn read(file: &str) -> Result<Given, Failure> {
    let wrong = |cause: String| Failure::new(Exit::Usage, format!("{file}: {cause}"));
    let mut text = String::new();
    if file == "-" {
        std::io::stdin().read_to_string(&mut text).map_err(|error| wrong(error.to_string()))?;
    } else {
        text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
    }
    let value: Value = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let given = if value.get("policy").is_some() {
        serde_json::from_value(value).map(|Shown { version, policy }| Given { policy, version })
    } else {
        serde_json::from_value(value).map(|policy| Given { policy, version: None })
    };
    given.map_err(|error| wrong(error.to_string()))
}

/// One change: what it is made from, and what to say once it is in force.
struct Deed<'a> {
    args: &'a ChangeArgs,
    before: PolicyRow,
    next: Policy,
    /// The version that it is based on.
    base: i64,
    done: String,
}

async fn current(desk: &Desk, args: &ChangeArgs) -> Result<PolicyRow, Failure> {
    let slug = args.organisation.as_deref();
    let found = policy::current(&desk.call, slug).await;
    Ok(found.map_err(|error| told(error, &super::organisation(slug)))?.1)
}

async fn put(desk: &Desk, deed: Deed<'_>) -> Result<(), Failure> {
    let Deed { args, before, next, base, done } = deed;
    let preview = policy::preview(&desk.call, before.organisation_id, &next).await?;
    if !preview.faults.is_empty() {
        let faults: Vec<String> = preview.faults.iter().map(fault_line).collect();
        return Err(Failure::new(Exit::Usage, faults.join("\n")));
    }
    if args.dry_run {
        tell(&preview, args.json);
        return Ok(());
    }
    if preview.changes.is_empty() {
        unchanged(args, &before, &preview, &done);
        return Ok(());
    }
    accepted(args, &preview)?;
    let new = NewPolicy {
        base_version: base,
        policy: next,
        acknowledged: args.accept_risk.iter().copied().collect(),
        reason: args.reason.clone(),
    };
    let row = policy::change(&desk.call, Editor::Operator(before.organisation_id), new).await?;
    if args.json {
        out::line(format_args!(
            "{:#}",
            json!({ "version": row.version, "policy": row.policy, "preview": document(&preview) })
        ));
        return Ok(());
    }
    out::line(done);
    tell(&preview, false);
    if row.policy.methods.contains(&Method::Email) && !desk.call.deps.mail {
        out::line("No mail is set up, so codes by e-mail cannot go out: set [mail] in the settings.");
    }
    Ok(())
}

fn unchanged(args: &ChangeArgs, row: &PolicyRow, preview: &Preview, done: &str) {
    if args.json {
        out::line(format_args!(
            "{:#}",
            json!({ "version": row.version, "policy": row.policy, "preview": document(preview) })
        ));
    } else {
        out::line(format!("{done} Nothing changes: this was in force."));
    }
}

/// Every risk has to be accepted by its name.
fn accepted(args: &ChangeArgs, preview: &Preview) -> Result<(), Failure> {
    let missing: Vec<_> = preview.risks.iter().filter(|risk| !args.accept_risk.contains(risk)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut lines = vec!["This comes with risks. Where you have read and accept them, say so:".to_owned()];
    for risk in missing {
        lines.push(format!("  --accept-risk {}: {}", risk.as_str(), say(&Text::new(risk.text_key()))));
    }
    Err(Failure::new(Exit::Usage, lines.join("\n")))
}

pub(super) async fn set(desk: &Desk, args: &SetArgs) -> Result<(), Failure> {
    let given = read(&args.file)?;
    let before = current(desk, &args.change).await?;
    let (base, done) = (given.version.unwrap_or(before.version), "The policy is in force.".to_owned());
    if base != before.version {
        return Err(Failure::new(Exit::Failed, say(&Text::new("policy-changed-meanwhile"))));
    }
    put(desk, Deed { args: &args.change, next: given.policy, base, done, before }).await
}

pub(super) async fn set_preset(desk: &Desk, args: &SetPresetArgs) -> Result<(), Failure> {
    let before = current(desk, &args.change).await?;
    let next = before.policy.adopting(args.preset);
    let done = format!("The preset {} is in force.", args.preset);
    put(desk, Deed { args: &args.change, next, base: before.version, done, before }).await
}

pub(super) async fn set_sign_up(desk: &Desk, args: &SetSignUpArgs) -> Result<(), Failure> {
    let before = current(desk, &args.change).await?;
    let next = Policy { sign_up: args.sign_up, ..before.policy.clone() };
    let done = format!("Sign-up: {}.", sign_up_name(args.sign_up));
    put(desk, Deed { args: &args.change, next, base: before.version, done, before }).await
}

pub(super) async fn restore(desk: &Desk, args: &RestoreArgs) -> Result<(), Failure> {
    let before = current(desk, &args.change).await?;
    let earlier = policy::version(&desk.call, before.organisation_id, args.version).await;
    let earlier = earlier.map_err(|error| told(error, &format!("version {}", args.version)))?;
    let done = format!("The policy of version {} is in force.", args.version);
    put(desk, Deed { args: &args.change, next: earlier.policy, base: before.version, done, before }).await
}
