//! The second person that the suspension of a staff account asks for (ASVS 5.0, 2.3.5).

use std::time::Duration;

use countersign_core::action::Action;
use countersign_core::audit::{Actor, Event};
use countersign_core::id::{AccountId, SuspensionId};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::suspension::{Approval, Decision, SuspensionRow};
use countersign_store::{Db, StoreError, account, audit, suspension};

use super::super::session::SignedIn;
use super::super::{Call, FlowError, staff};
use super::desk::{State, View, meanwhile, waits};
use super::{REASON_MOST, Wanted, faults, is_hidden, one_line, run, told_of};
use crate::text;

/// How long a suspension waits for a second person.
pub const WAITS: Duration = Duration::from_hours(1);

/// Those that are listed at once.
const MOST: u32 = 100;

/// Rolls a decision back that somebody else has made, or time.
const DECIDED: &str = "decided meanwhile";

/// A suspension that waits for a second person.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// The suspension.
    pub view: View,
    /// Whose second step.
    pub account: AccountId,
    /// Their name.
    pub person: String,
    /// Their address, masked.
    pub email: String,
    /// How long it is to last once somebody agrees.
    pub length: Duration,
    /// Until when somebody may agree.
    pub waits_until: Timestamp,
    /// Whether whoever looks may decide: neither asked for it nor is it about them.
    pub may_decide: bool,
}

impl Waiting {
    async fn of(
        db: &mut Db,
        row: &SuspensionRow,
        by: AccountId,
        now: Timestamp,
    ) -> Result<Option<Self>, StoreError> {
        let Some(account) = account::by_id(db, row.account_id).await? else { return Ok(None) };
        Ok(Some(Self {
            view: View::of(db, row, State::Waiting, now).await?,
            account: account.id,
            person: account.display_name.clone(),
            email: account.email.masked(),
            length: row.until.since(row.created_at),
            waits_until: row.created_at.plus(WAITS),
            may_decide: row.created_by != by.to_string() && account.id != by,
        }))
    }
}

/// Those of the organisation that wait, the longest waiting first.
///
/// # Errors
///
/// `Forbidden` for whoever may not decide.
pub async fn waiting(call: &Call, signed_in: &SignedIn) -> Result<Vec<Waiting>, FlowError> {
    if !staff::allowed(signed_in, Action::ApproveSuspension) {
        staff::require(call, signed_in, Action::ApproveSuspension).await?;
    }
    let mut db = call.reader().await?;
    let organisation = signed_in.facts.account.organisation_id;
    let since = call.now.minus(WAITS);
    let mut list = Vec::new();
    for row in suspension::waiting(&mut db, organisation, since, MOST).await? {
        list.extend(Waiting::of(&mut db, &row, signed_in.account(), call.now).await?);
    }
    Ok(list)
}

/// How many wait, a hundred at most; `None` for whoever may not decide.
///
/// # Errors
///
/// Whatever stops reading.
pub async fn how_many_wait(call: &Call, signed_in: &SignedIn) -> Result<Option<u64>, FlowError> {
    if !staff::allowed(signed_in, Action::ApproveSuspension) {
        return Ok(None);
    }
    let mut db = call.reader().await?;
    let organisation = signed_in.facts.account.organisation_id;
    let rows = suspension::waiting(&mut db, organisation, call.now.minus(WAITS), MOST).await?;
    Ok(u64::try_from(rows.len()).ok())
}

/// One that waits, for whoever is about to decide.
///
/// # Errors
///
/// `NotFound` for one of another organisation; `Conflict` where it no longer waits; `Forbidden` for whoever asked for it.
pub async fn request(call: &Call, signed_in: &SignedIn, id: SuspensionId) -> Result<Waiting, FlowError> {
    staff::require(call, signed_in, Action::ApproveSuspension).await?;
    let mut db = call.reader().await?;
    let row = suspension::by_id(&mut db, id).await?.ok_or(FlowError::NotFound)?;
    drop(db);
    staff::target(call, signed_in, row.account_id).await?;
    if row.created_by == signed_in.account().to_string() {
        return Err(FlowError::Forbidden(Text::new(text!("suspension-own-request"))));
    }
    staff::subject(call, signed_in, Action::ApproveSuspension, row.account_id).await?;
    if !waits(&row, call.now) {
        return Err(decided());
    }
    let mut db = call.reader().await?;
    let found = Waiting::of(&mut db, &row, signed_in.account(), call.now).await?;
    found.ok_or(FlowError::NotFound)
}

fn decided() -> FlowError {
    FlowError::Conflict(Text::new(text!("suspension-decided")))
}

struct Deciding {
    call: Call,
    signed_in: SignedIn,
    id: SuspensionId,
    account: AccountId,
    agrees: bool,
    reason: String,
}

/// Agrees to a suspension that waits, which then runs from now on, or refuses it. Tells whose it is.
///
/// # Errors
///
/// As [`request`], and `Invalid` without a reason.
pub async fn decide(
    call: &Call,
    signed_in: &SignedIn,
    id: SuspensionId,
    agrees: bool,
    reason: &str,
) -> Result<AccountId, FlowError> {
    let account = request(call, signed_in, id).await?.account;
    let reason = one_line(reason);
    if reason.is_empty() || reason.chars().count() > REASON_MOST || reason.chars().any(is_hidden) {
        return Err(FlowError::field("reason", text!("suspension-reason")));
    }
    let (call, signed_in) = (call.clone(), signed_in.clone());
    let deciding = Deciding { call: call.clone(), signed_in, id, account, agrees, reason };
    let job = call.deps.store.write(deciding, |tx, deciding| Box::pin(deciding.settle(tx)));
    match job.await {
        Err(StoreError::Refused(DECIDED)) => Err(decided()),
        other => {
            other.map_err(meanwhile)?;
            call.deps.post_wake.notify_one();
            Ok(account)
        }
    }
}

impl Deciding {
    async fn settle(&self, tx: &mut Db) -> Result<(), StoreError> {
        let call = &self.call;
        let agent = staff::hold(tx, call, &self.signed_in, Action::ApproveSuspension).await?;
        let facts = staff::hold_subject(tx, call, &agent, self.account).await?;
        let found = suspension::by_id(tx, self.id).await?;
        let mut row = found.filter(|row| waits(row, call.now)).ok_or(StoreError::Refused(DECIDED))?;
        let wanted = Wanted::of(&row);
        if self.agrees && !faults(&facts, &wanted, true, call.now).is_empty() {
            return Err(StoreError::Refused(DECIDED));
        }
        row.until = call.now.plus(wanted.length);
        let decision = Decision {
            approval: if self.agrees { Approval::Approved } else { Approval::Refused },
            by: agent.id.to_string(),
            at: call.now,
            until: row.until,
            since: call.now.minus(WAITS),
        };
        if !suspension::decide(tx, row.id, &decision).await? {
            return Err(StoreError::Refused(DECIDED));
        }
        let actor = Actor::Account(agent.id);
        let event = if self.agrees { Event::SuspensionApproved } else { Event::SuspensionRefused };
        let mut note = told_of(call, event, actor, &facts.account, &row);
        note.detail.insert("decision_reason".to_owned(), self.reason.clone());
        audit::append(tx, &note).await?;
        if self.agrees { run(tx, call, actor, &facts.account, &row).await } else { Ok(()) }
    }
}
