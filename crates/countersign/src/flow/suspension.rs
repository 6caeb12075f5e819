//! Suspending the second step of one account for a limited time, with a reason (APP-9, REC-2).
//!
//! A suspension is one row. It counts from the moment it is written (or, where a second person has to agree, from that
//! moment on) until its end, which is judged when it is read: nothing has to run for it to be over. Devices stay enrolled
//! and ask again afterwards. Under the kind *support code* the row keeps the keyed hash of the newest code.

mod approval;
mod desk;
mod end;
mod letters;
mod operator;

use std::time::Duration;

use countersign_core::audit::{Actor, AuditRow, Event};
use countersign_core::clean::is_hidden;
use countersign_core::factor::support_code::{self, SupportCode};
use countersign_core::id::{AccountId, SuspensionId};
use countersign_core::sign_in::{MAIL_RESET_HOLD, SuspensionKind};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::account::AccountRow;
use countersign_store::facts::AccountFacts;
use countersign_store::suspension::{SupportCodeRow, SuspensionRow};
use countersign_store::{Db, StoreError, audit, challenge, delivered_code, session, suspension};

use super::facts::{enrolled, suspended};
use super::{About, Call, FieldFault};
use crate::text;

pub use approval::{WAITS, Waiting, decide, how_many_wait, request, waiting};
pub use countersign_store::suspension::Approval;
pub(super) use desk::views;
pub use desk::{Form, Started, State, Status, View, form, issue_code, lift, request_start, status};
pub(super) use end::stopped;
pub use end::tell_ended;
pub use operator::{
    NewSuspension, lift as lift_by_operator, list as list_by_operator, make_code as code_by_operator, start,
    start_as as start_by_operator,
};

/// Longest reason, in characters.
pub const REASON_MOST: usize = 500;

/// Longest name of a case, in characters.
pub const TICKET_MOST: usize = 80;

/// Longest note of how the owner was known, in characters.
pub const PROOF_MOST: usize = 200;

/// A suspension that is asked for.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What it lets in.
    pub kind: SuspensionKind,
    /// For how long; at most what the policy allows.
    pub length: Duration,
    /// Why; it stands in the audit log.
    pub reason: String,
    /// The case it belongs to. The operator may leave it empty.
    pub ticket: String,
    /// How whoever asked was known to be the owner. The operator may leave it empty.
    pub identity_proof: String,
}

/// A support code that was just made. It is shown to whoever made it, and nowhere else.
pub struct IssuedCode {
    /// The code.
    pub code: SupportCode,
    /// When it can no longer be used.
    pub expires_at: Timestamp,
}

impl Wanted {
    fn row(&self, call: &Call, account: AccountId, by: &str, approval: Approval) -> SuspensionRow {
        SuspensionRow {
            id: SuspensionId::new(call.now, call.entropy()),
            account_id: account,
            kind: self.kind,
            reason: one_line(&self.reason),
            created_by: by.to_owned(),
            created_at: call.now,
            until: call.now.plus(self.length),
            lifted_at: None,
            lifted_by: None,
            ticket: one_line(&self.ticket),
            identity_proof: one_line(&self.identity_proof),
            approval,
            approved_by: None,
            approved_at: None,
            code: None,
            end_told_at: None,
        }
    }

    fn of(row: &SuspensionRow) -> Self {
        Self {
            kind: row.kind,
            length: row.until.since(row.created_at),
            reason: row.reason.clone(),
            ticket: row.ticket.clone(),
            identity_proof: row.identity_proof.clone(),
        }
    }
}

/// Until when a new password that came by mail is all that whoever reads the mailbox has shown:
/// nothing may make it enough by itself. `None`: the password is older, or did not come by mail.
pub(super) fn mail_reset_until(account: &AccountRow, now: Timestamp) -> Option<Timestamp> {
    account.mail_reset_at.map(|at| at.plus(MAIL_RESET_HOLD)).filter(|until| now < *until)
}

/// What was typed, in one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The kinds that this account may be suspended to now: what the policy allows, never the password alone for staff, and not
/// [`mail_reset_until`] then for anybody.
fn kinds(facts: &AccountFacts, now: Timestamp) -> Vec<SuspensionKind> {
    let allowed = &facts.policy.suspension.kinds;
    let alone = !facts.account.role.is_staff() && mail_reset_until(&facts.account, now).is_none();
    let mine =
        |kind: &SuspensionKind| allowed.contains(kind) && (alone || *kind != SuspensionKind::PasswordAlone);
    SuspensionKind::ALL.iter().copied().filter(mine).collect()
}

/// Why the account may not be suspended to a kind that is not among [`kinds`].
fn refusal(facts: &AccountFacts, kind: SuspensionKind, now: Timestamp) -> Text {
    let alone = kind == SuspensionKind::PasswordAlone;
    if alone && facts.account.role.is_staff() {
        return Text::new(text!("suspension-never-for-staff"));
    }
    let held = mail_reset_until(&facts.account, now);
    match held.filter(|_| alone && facts.policy.suspension.kinds.contains(&kind)) {
        Some(until) if kinds(facts, now).is_empty() => {
            Text::new(text!("suspension-only-after-mail-reset")).with("until", until)
        }
        Some(until) => Text::new(text!("suspension-after-mail-reset")).with("until", until),
        None => Text::new(text!("suspension-not-in-policy")),
    }
}

/// What stands against it. `by_staff`: the case and the proof of identity must be named (ASVS 5.0, 6.4.4).
fn faults(facts: &AccountFacts, wanted: &Wanted, by_staff: bool, now: Timestamp) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    let mut fault = |field, text| faults.push(FieldFault { field, text });
    let hours = facts.policy.suspension.longest_hours;
    let longest = Duration::from_secs(u64::from(hours) * 3600);
    if enrolled(facts).is_empty() {
        fault("kind", Text::new(text!("suspension-nothing-enrolled")));
    } else if !kinds(facts, now).contains(&wanted.kind) {
        fault("kind", refusal(facts, wanted.kind, now));
    }
    if wanted.length.is_zero() || wanted.length > longest {
        fault("hours", Text::new(text!("suspension-too-long")).with("hours", i64::from(hours)));
    }
    let mut words = |field, typed: &str, least: usize, most, key| {
        let typed = one_line(typed);
        let count = typed.chars().count();
        if count < least || count > most || typed.chars().any(is_hidden) {
            fault(field, Text::new(key));
        }
    };
    let least = usize::from(by_staff);
    words("reason", &wanted.reason, 1, REASON_MOST, text!("suspension-reason"));
    words("ticket", &wanted.ticket, least, TICKET_MOST, text!("suspension-ticket"));
    words("identity_proof", &wanted.identity_proof, least, PROOF_MOST, text!("suspension-proof"));
    faults
}

/// The row in the audit log, with everything that is known of the suspension.
fn told_of(call: &Call, event: Event, actor: Actor, account: &AccountRow, row: &SuspensionRow) -> AuditRow {
    let detail = [
        ("suspension", row.id.to_string()),
        ("kind", row.kind.as_str().to_owned()),
        ("until", row.until.as_millis().to_string()),
        ("reason", row.reason.clone()),
        ("ticket", row.ticket.clone()),
        ("identity_proof", row.identity_proof.clone()),
        ("asked_by", row.created_by.clone()),
    ];
    call.audit_row(event, actor, About::of(account), &detail)
}

/// Lets a suspension run that is written already: it takes the place of any other, whatever is signed in or asked for ends
/// (ASVS 5.0, 7.4), and the owner is told. The transaction holds the account's row.
async fn run(
    tx: &mut Db,
    call: &Call,
    actor: Actor,
    account: &AccountRow,
    row: &SuspensionRow,
) -> Result<(), StoreError> {
    if suspension::lift_others(tx, account.id, &row.created_by, call.now, row.id).await? > 0 {
        let replaced = [("cause", "replaced".to_owned())];
        let note = call.audit_row(Event::SuspensionLifted, actor, About::of(account), &replaced);
        audit::append(tx, &note).await?;
    }
    session::delete_all(tx, account.id).await?;
    challenge::delete_for_account(tx, account.id).await?;
    delivered_code::delete_for_account(tx, account.id).await?;
    audit::append(tx, &told_of(call, Event::SuspensionStarted, actor, account, row)).await?;
    letters::started(tx, call, account, row).await
}

/// Makes a code under the suspension that runs; the one of before no longer counts. `None`: none of that kind counts. The
/// transaction holds the account's row, and read `facts` after that.
async fn code_for(
    tx: &mut Db,
    call: &Call,
    actor: Actor,
    facts: &AccountFacts,
) -> Result<Option<IssuedCode>, StoreError> {
    let running = facts.suspension.as_ref().map(|row| (row.id, row.until));
    let Some((id, until)) =
        running.filter(|_| suspended(facts, call.now) == Some(SuspensionKind::SupportCode))
    else {
        return Ok(None);
    };
    let code = SupportCode::new(call.entropy());
    let mac = code.mac(&call.deps.keys, facts.account.id, id);
    let expires_at = call.now.plus(support_code::LIFE).min(until);
    let row = SupportCodeRow { mac, expires_at, spent_at: None };
    if !suspension::set_code(tx, id, &row, call.now).await? {
        return Ok(None);
    }
    let detail = [("suspension", id.to_string()), ("until", expires_at.as_millis().to_string())];
    let note = call.audit_row(Event::SupportCodeMade, actor, About::of(&facts.account), &detail);
    audit::append(tx, &note).await?;
    Ok(Some(IssuedCode { code, expires_at }))
}
