//! What every deed of support and administration begins with: may this role do it, is the proof fresh enough, and may
//! this account be acted on. Judged when it is asked and again in the transaction of the deed.

use countersign_core::action::{Action, StepUp, may_touch};
use countersign_core::audit::Event;
use countersign_core::id::AccountId;
use countersign_core::session::{STEP_UP_FRESH, is_stepped_up};
use countersign_core::sign_in::Standing;
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::account::AccountRow;
use countersign_store::facts::{self, AccountFacts};
use countersign_store::{Db, StoreError, account, session};

use super::session::SignedIn;
use super::{Call, ENDED, FlowError, GONE};

/// Why a deed is refused.
const NOT_YOURS: &str = crate::text!("staff-not-yours");

/// Rolls a deed back whose one proof has been used up meanwhile.
pub(super) const STEP_UP_USED: &str = "step-up used meanwhile";

/// Whether this session may do it now, or what is missing.
///
/// # Errors
///
/// [`FlowError::Forbidden`] for a role that may not, which is written to the audit log; [`FlowError::StepUpNeeded`] where a
/// fresh second step is asked for first.
pub async fn require(call: &Call, signed_in: &SignedIn, action: Action) -> Result<(), FlowError> {
    if signed_in.standing != Standing::Full || !action.allowed(signed_in.facts.account.role) {
        return Err(refused(call, signed_in, action).await?);
    }
    if is_fresh(signed_in, action, call.now) { Ok(()) } else { Err(FlowError::StepUpNeeded) }
}

/// Whether the role may do it at all, for pages that show only what can be done.
pub fn allowed(signed_in: &SignedIn, action: Action) -> bool {
    signed_in.standing == Standing::Full && action.allowed(signed_in.facts.account.role)
}

/// Whether the role may do it, and only the fresh proof is missing.
pub fn lacks_proof(signed_in: &SignedIn, action: Action, now: Timestamp) -> bool {
    allowed(signed_in, action) && !is_fresh(signed_in, action, now)
}

fn is_fresh(signed_in: &SignedIn, action: Action, now: Timestamp) -> bool {
    match action.step_up() {
        StepUp::No => true,
        StepUp::Recent | StepUp::Single => is_stepped_up(signed_in.stepped_up_at, now),
    }
}

/// The refusal, once it stands in the audit log.
async fn refused(call: &Call, signed_in: &SignedIn, action: Action) -> Result<FlowError, FlowError> {
    let detail = [("action", action.as_str().to_owned())];
    call.record(call.own_row(Event::AuthorisationRefused, signed_in.about(), &detail)).await?;
    Ok(FlowError::Forbidden(Text::new(NOT_YOURS)))
}

/// Holds the account of whoever acts, in the transaction of the deed, and proves it again: the session, its role, and the
/// proof, which a deed of its own uses up. Counters come before, the account that is acted on after it.
pub(super) async fn hold(
    tx: &mut Db,
    call: &Call,
    signed_in: &SignedIn,
    action: Action,
) -> Result<AccountRow, StoreError> {
    let (id, version) = (signed_in.account(), signed_in.facts.account.password_version);
    let there =
        account::hold(tx, id, version).await? && session::exists(tx, signed_in.session, id, call.now).await?;
    let row = account::by_id(tx, id).await?.filter(|_| there).ok_or(StoreError::Refused(ENDED))?;
    if !action.allowed(row.role) {
        return Err(StoreError::Refused(NOT_YOURS));
    }
    if action.step_up() == StepUp::Single {
        let after = call.now.minus(STEP_UP_FRESH);
        if !session::spend_step_up(tx, signed_in.session, after).await? {
            return Err(StoreError::Refused(STEP_UP_USED));
        }
    }
    Ok(row)
}

/// An account that this session may look at: one of its own organisation.
///
/// # Errors
///
/// [`FlowError::NotFound`] for any other, as for one that does not exist.
pub async fn target(call: &Call, signed_in: &SignedIn, id: AccountId) -> Result<AccountFacts, FlowError> {
    let mut db = call.reader().await?;
    let found = facts::account_facts(&mut db, id, call.now).await?;
    let own = signed_in.facts.account.organisation_id;
    found.filter(|facts| facts.account.organisation_id == own).ok_or(FlowError::NotFound)
}

/// As [`target`], for a deed: never oneself, never one's equals or those above.
///
/// # Errors
///
/// As [`target`], and [`FlowError::Forbidden`], which is written to the audit log.
pub async fn subject(
    call: &Call,
    signed_in: &SignedIn,
    action: Action,
    id: AccountId,
) -> Result<AccountFacts, FlowError> {
    let facts = target(call, signed_in, id).await?;
    if may_touch(who(&signed_in.facts.account), who(&facts.account)) {
        return Ok(facts);
    }
    Err(refused(call, signed_in, action).await?)
}

/// Holds the account that is acted on, in the transaction of the deed, and judges it again by its live row.
pub(super) async fn hold_subject(
    tx: &mut Db,
    call: &Call,
    actor: &AccountRow,
    id: AccountId,
) -> Result<AccountFacts, StoreError> {
    account::lock(tx, id).await?;
    let facts = facts::account_facts(tx, id, call.now).await?.ok_or(StoreError::Refused(GONE))?;
    let same = facts.account.organisation_id == actor.organisation_id;
    if same && may_touch(who(actor), who(&facts.account)) { Ok(facts) } else { Err(not_yours()) }
}

fn who(row: &AccountRow) -> (AccountId, countersign_core::role::Role) {
    (row.id, row.role)
}

/// Rolls back what this role may not do to that account.
pub(super) fn not_yours() -> StoreError {
    StoreError::Refused(NOT_YOURS)
}

/// What a rolled-back deed of staff is told as.
pub(super) fn told(reason: &'static str) -> Option<FlowError> {
    match reason {
        NOT_YOURS => Some(FlowError::Forbidden(Text::new(NOT_YOURS))),
        STEP_UP_USED => Some(FlowError::StepUpNeeded),
        _ => None,
    }
}
