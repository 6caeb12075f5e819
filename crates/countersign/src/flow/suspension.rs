//! Suspending the second step of one account for a limited time, with a reason (APP-9).
//!
//! A suspension is one row. It counts from the moment it is written until its end, which is judged when it is read:
//! nothing has to run for it to be over. Devices stay enrolled and ask again afterwards.

use std::time::Duration;

use countersign_core::audit::Event;
use countersign_core::id::SuspensionId;
use countersign_core::sign_in::SuspensionKind;
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::suspension::{Approval, SuspensionRow};
use countersign_store::{account, audit, challenge, session, suspension};

use super::facts::enrolled;
use super::{About, Call, FlowError, admin};

/// Longest reason, in characters.
const REASON_MOST: usize = 500;

/// A suspension to be started.
#[derive(Clone, Debug)]
pub struct NewSuspension {
    /// Whose second step.
    pub email: String,
    /// For how long.
    pub length: Duration,
    /// Why; it stands in the audit log.
    pub reason: String,
}

/// Starts a suspension of the kind *password alone*; one that runs already is replaced. Tells when it ends.
pub async fn start(call: &Call, new: NewSuspension) -> Result<Timestamp, FlowError> {
    let facts = admin::facts(call, &new.email).await?;
    let rules = &facts.policy.suspension;
    let longest = Duration::from_secs(u64::from(rules.longest_hours) * 3600);
    let refusal = if facts.account.role.is_staff() {
        Some(Text::new("suspension-never-for-staff"))
    } else if !rules.kinds.contains(&SuspensionKind::PasswordAlone) {
        Some(Text::new("suspension-not-in-policy"))
    } else if new.length.is_zero() || new.length > longest {
        Some(Text::new("suspension-too-long").with("hours", i64::from(rules.longest_hours)))
    } else if new.reason.trim().is_empty() || new.reason.chars().count() > REASON_MOST {
        Some(Text::new("suspension-reason"))
    } else if enrolled(&facts).is_empty() {
        Some(Text::new("suspension-nothing-enrolled"))
    } else {
        None
    };
    if let Some(text) = refusal {
        return Err(FlowError::Forbidden(text));
    }
    let row = SuspensionRow {
        id: SuspensionId::new(call.now, call.entropy()),
        account_id: facts.account.id,
        kind: SuspensionKind::PasswordAlone,
        reason: new.reason.trim().to_owned(),
        created_by: call.origin.actor.kind().to_owned(),
        created_at: call.now,
        until: call.now.plus(new.length),
        lifted_at: None,
        lifted_by: None,
        ticket: String::new(),
        identity_proof: String::new(),
        approval: Approval::NoneNeeded,
        approved_by: None,
        approved_at: None,
        code: None,
        end_told_at: None,
    };
    let until = row.until;
    let detail = [("until", until.as_millis().to_string()), ("reason", row.reason.clone())];
    let note = call.caller_row(Event::SuspensionStarted, About::of(&facts.account), &detail);
    let replaced = [("cause", "replaced".to_owned())];
    let lifted = call.caller_row(Event::SuspensionLifted, About::of(&facts.account), &replaced);
    let job = call.deps.store.write((row, note, lifted), |tx, (row, note, lifted)| {
        Box::pin(async move {
            if suspension::lift(tx, row.account_id, &row.created_by, row.created_at).await? > 0 {
                audit::append(tx, lifted).await?;
            }
            suspension::create(tx, row).await?;
            // Sessions and challenges of before end: whoever comes in now is under the suspension (ASVS 7.4).
            session::delete_all(tx, row.account_id).await?;
            challenge::delete_for_account(tx, row.account_id).await?;
            audit::append(tx, note).await
        })
    });
    job.await?;
    Ok(until)
}

/// Ends a suspension early. `NotFound` when none runs.
pub async fn lift(call: &Call, email: &str) -> Result<(), FlowError> {
    let facts = admin::facts(call, email).await?;
    let note = call.caller_row(Event::SuspensionLifted, About::of(&facts.account), &[]);
    let data = (facts.account.id, call.origin.actor.kind(), call.now, note);
    let job = call.deps.store.write(data, |tx, (id, by, now, note)| {
        Box::pin(async move {
            if suspension::active(tx, *id, *now).await?.is_none() {
                return Ok(false);
            }
            suspension::lift(tx, *id, by, *now).await?;
            account::bump_factor_version(tx, *id).await?;
            audit::append(tx, note).await?;
            Ok(true)
        })
    });
    if job.await? { Ok(()) } else { Err(FlowError::NotFound) }
}
