//! Changing a policy: what a change would mean, told beforehand, and the change itself.

use std::collections::BTreeSet;

use countersign_core::action::Action;
use countersign_core::audit::Event;
use countersign_core::id::OrganisationId;
use countersign_core::policy::{Effect, Group, Policy, PolicyFault, Risk, effect};
use countersign_core::text::Text;
use countersign_store::census::{self, CensusRow};
use countersign_store::policy::{self, PolicyRow};
use countersign_store::{StoreError, audit};
use serde_json::Value;

use super::super::session::SignedIn;
use super::super::{About, Call, FieldFault, FlowError, staff};
use super::history::{current_of, version};

/// Longest reason of a change, in characters.
pub const REASON_MOST: usize = 500;
/// What the audit log keeps of a change, in bytes.
const TOLD_MOST: usize = 2_000;
/// Rolls a change back that somebody else was faster with.
const OVERTAKEN: &str = "policy changed meanwhile";

/// Who changes a policy.
#[derive(Clone, Copy)]
pub enum Editor<'a> {
    /// An administrator, the policy of the own organisation.
    Staff(&'a SignedIn),
    /// Whoever has the server's command line, any organisation's.
    Operator(OrganisationId),
}

impl Editor<'_> {
    fn organisation(self) -> OrganisationId {
        match self {
            Self::Staff(signed_in) => signed_in.facts.account.organisation_id,
            Self::Operator(organisation) => organisation,
        }
    }
}

/// A policy to be put into force.
#[derive(Clone, Debug)]
pub struct NewPolicy {
    /// The version that the change is based on; refused when another is in force.
    pub base_version: i64,
    /// The whole policy. What it says of risks that were read is not looked at.
    pub policy: Policy,
    /// The risks that whoever changes it says to have read.
    pub acknowledged: BTreeSet<Risk>,
    /// Why; staff must give a reason, of at most [`REASON_MOST`] characters.
    pub reason: String,
}

/// One setting that a change touches.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its path within the policy, with dots.
    pub setting: String,
    /// What it was.
    pub before: Value,
    /// What it will be.
    pub after: Value,
}

/// What a change would mean.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The version in force, on which the change would be based.
    pub base_version: i64,
    /// Why it cannot be made; empty: it can.
    pub faults: Vec<PolicyFault>,
    /// The risks that come with it and that nobody has said to have read.
    pub risks: BTreeSet<Risk>,
    /// Whom it touches.
    pub effect: Effect,
    /// What it changes.
    pub changes: Vec<Change>,
}

/// What it would mean to put `next` in the place of the policy that is in force.
///
/// # Errors
///
/// When the database cannot be asked, or for an organisation that does not exist.
pub async fn preview(call: &Call, organisation: OrganisationId, next: &Policy) -> Result<Preview, FlowError> {
    let before = current_of(call, organisation).await?;
    let groups = groups(call, organisation).await?;
    Ok(Preview {
        base_version: before.version,
        faults: next.clone().acknowledged().validate().err().unwrap_or_default(),
        risks: unread(&before.policy, next),
        effect: effect(&before.policy, next, &groups, call.now),
        changes: changes(&before.policy, next),
    })
}

/// The risks of `next` that nobody had read when `before` was made. Another provider or another claim is another risk.
fn unread(before: &Policy, next: &Policy) -> BTreeSet<Risk> {
    let mut unread = &next.risks() - &before.risks_acknowledged;
    if before.trusted != next.trusted && !next.trusted.is_empty() {
        unread.insert(Risk::TrustedProvider);
    }
    unread
}

async fn groups(call: &Call, organisation: OrganisationId) -> Result<Vec<Group>, FlowError> {
    let mut db = call.reader().await?;
    let rows = census::of_organisation(&mut db, organisation).await?;
    Ok(rows.iter().map(group).collect())
}

fn group(row: &CensusRow) -> Group {
    Group { role: row.role, methods: row.methods.clone(), accounts: row.accounts }
}

/// What differs between two policies, setting by setting, in the order of their names. Which risks were read is not
/// told here.
pub fn changes(before: &Policy, after: &Policy) -> Vec<Change> {
    let (before, after) = (settings(before), settings(after));
    let differing = before.into_iter().zip(after).filter(|(one, other)| one.1 != other.1);
    differing.map(|((setting, before), (_, after))| Change { setting, before, after }).collect()
}

/// Every setting by its path. The same paths for every policy, in the same order.
fn settings(policy: &Policy) -> Vec<(String, Value)> {
    const GROUPS: [&str; 4] = ["lowest_class", "sessions", "suspension", "wording"];
    let Ok(Value::Object(whole)) = serde_json::to_value(policy) else { return Vec::new() };
    let mut found = Vec::new();
    for (name, value) in whole {
        match value {
            Value::Object(inner) if GROUPS.contains(&name.as_str()) => {
                found.extend(inner.into_iter().map(|(inner, value)| (format!("{name}.{inner}"), value)));
            }
            _ if name == "risks_acknowledged" => {}
            value => found.push((name, value)),
        }
    }
    found
}

/// Puts a policy into force, as a new version.
///
/// # Errors
///
/// [`FlowError::Conflict`] when another version is in force than the one it was based on; [`FlowError::Invalid`] with
/// everything that is wrong with it; what [`staff::require`] says, for staff.
pub async fn change(call: &Call, editor: Editor<'_>, new: NewPolicy) -> Result<PolicyRow, FlowError> {
    if let Editor::Staff(signed_in) = editor {
        staff::require(call, signed_in, Action::ChangePolicy).await?;
    }
    let before = current_of(call, editor.organisation()).await?;
    if before.version != new.base_version {
        return Err(FlowError::Conflict(Text::new("policy-changed-meanwhile")));
    }
    let faults = faults(editor, &before.policy, &new);
    if !faults.is_empty() {
        return Err(FlowError::Invalid(faults));
    }
    write(call, editor, &before, new).await
}

/// Puts the policy of an earlier version into force again, as a new version and by the same rules.
///
/// # Errors
///
/// As [`change`]; [`FlowError::NotFound`] for a version that never was.
pub async fn restore(
    call: &Call,
    editor: Editor<'_>,
    number: i64,
    new: impl FnOnce(Policy) -> NewPolicy,
) -> Result<PolicyRow, FlowError> {
    if let Editor::Staff(signed_in) = editor {
        staff::require(call, signed_in, Action::ChangePolicy).await?;
    }
    let earlier = version(call, editor.organisation(), number).await?;
    change(call, editor, new(earlier.policy)).await
}

fn faults(editor: Editor<'_>, before: &Policy, new: &NewPolicy) -> Vec<FieldFault> {
    let mut found = Vec::new();
    let impossible = new.policy.clone().acknowledged().validate().err().unwrap_or_default();
    found.extend(impossible.iter().map(|fault| FieldFault { field: fault.setting(), text: fault.text() }));
    let missing = &unread(before, &new.policy) - &new.acknowledged;
    found.extend(
        missing
            .into_iter()
            .map(|risk| FieldFault { field: "acknowledged", text: PolicyFault::RiskNotRead(risk).text() }),
    );
    let (length, told) = (new.reason.chars().count(), !new.reason.trim().is_empty());
    if length > REASON_MOST || (!told && matches!(editor, Editor::Staff(_))) {
        let most = u32::try_from(REASON_MOST).unwrap_or(u32::MAX);
        found.push(FieldFault { field: "reason", text: Text::new("policy-reason").with("most", most) });
    }
    found
}

async fn write(
    call: &Call,
    editor: Editor<'_>,
    before: &PolicyRow,
    new: NewPolicy,
) -> Result<PolicyRow, FlowError> {
    let groups = groups(call, before.organisation_id).await?;
    let rules = new.policy.acknowledged();
    let weakens = effect(&before.policy, &rules, &groups, call.now).weakens();
    let detail = [
        ("version", (before.version + 1).to_string()),
        ("preset", rules.preset.as_str().to_owned()),
        ("changes", told(&changes(&before.policy, &rules))),
        ("weakens", if weakens { "yes" } else { "no" }.to_owned()),
        ("reason", new.reason.trim().to_owned()),
    ];
    let (note, by, who) = match editor {
        Editor::Staff(signed_in) => {
            let note = call.own_row(Event::PolicyChanged, signed_in.about(), &detail);
            (note, signed_in.account().to_string(), Some(signed_in.clone()))
        }
        Editor::Operator(organisation) => {
            let about = About { account: None, organisation: Some(organisation) };
            let note = call.caller_row(Event::PolicyChanged, about, &detail);
            (note, call.origin.actor.kind().to_owned(), None)
        }
    };
    let next = PolicyRow {
        organisation_id: before.organisation_id,
        version: before.version + 1,
        policy: rules,
        changed_at: call.now,
        changed_by: by,
        reason: new.reason.trim().to_owned(),
    };
    let data = (call.clone(), who, next.clone(), note);
    let job = call.deps.store.write(data, |tx, (call, who, next, note)| {
        Box::pin(async move {
            if let Some(signed_in) = who {
                staff::hold(tx, call, signed_in, Action::ChangePolicy).await?;
            }
            if !policy::append(tx, next).await? {
                return Err(StoreError::Refused(OVERTAKEN));
            }
            audit::append(tx, note).await
        })
    });
    match job.await {
        Err(StoreError::Refused(OVERTAKEN)) => {
            Err(FlowError::Conflict(Text::new("policy-changed-meanwhile")))
        }
        done => done.map(|()| next).map_err(FlowError::from),
    }
}

/// A change as the audit log keeps it.
fn told(changes: &[Change]) -> String {
    let one = |change: &Change| format!("{}: {} → {}", change.setting, change.before, change.after);
    let mut text = changes.iter().map(one).collect::<Vec<_>>().join("; ");
    text.truncate(text.floor_char_boundary(TOLD_MOST));
    text
}

#[cfg(test)]
mod tests {
    use countersign_core::preset::Preset;

    use super::*;

    #[test]
    fn every_setting_has_one_path_in_every_policy() {
        let paths = |policy: &Policy| settings(policy).into_iter().map(|(path, _)| path).collect::<Vec<_>>();
        let first = paths(&Preset::Recommended.policy());
        assert!(first.contains(&"sessions.idle_minutes".to_owned()), "{first:?}");
        assert!(first.contains(&"required_from".to_owned()) && first.len() > 25, "{first:?}");
        for &preset in Preset::ALL {
            let policy = preset.policy();
            assert_eq!(paths(&policy), first);
            assert_eq!(changes(&policy, &policy), []);
        }
    }

    #[test]
    fn msg_14_a_switch_of_presets_names_what_differs() {
        let found = changes(&Preset::Recommended.policy(), &Preset::Messenger.policy());
        let most = found.iter().find(|change| change.setting == "authenticators_max").unwrap();
        assert_eq!((&most.before, &most.after), (&5.into(), &1.into()));
        assert!(told(&found).contains("authenticators_max: 5 → 1"));
    }
}
