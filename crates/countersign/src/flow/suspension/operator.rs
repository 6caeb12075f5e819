//! What the operator does from the command line: exempt from approvals and limits, as an installation may have one
//! administrator, and audited like everything else.

use std::time::Duration;

use countersign_core::audit::Event;
use countersign_core::id::AccountId;
use countersign_core::sign_in::SuspensionKind;
use countersign_core::time::Timestamp;
use countersign_store::facts::{self, AccountFacts};
use countersign_store::suspension::{Approval, SuspensionRow};
use countersign_store::{Db, StoreError, account, suspension};

use super::super::{Call, FlowError, GONE, admin};
use super::{IssuedCode, Wanted, code_for, end, faults, run};

/// A suspension to the password alone.
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
///
/// # Errors
///
/// As [`start_as`].
pub async fn start(call: &Call, new: NewSuspension) -> Result<Timestamp, FlowError> {
    let wanted = Wanted {
        kind: SuspensionKind::PasswordAlone,
        length: new.length,
        reason: new.reason,
        ticket: String::new(),
        identity_proof: String::new(),
    };
    start_as(call, &new.email, wanted).await
}

/// Starts a suspension of any kind; one that runs already is replaced. Tells when it ends.
///
/// # Errors
///
/// [`FlowError::Forbidden`] with what stands against it; `NotFound` where nobody has the address.
pub async fn start_as(call: &Call, email: &str, wanted: Wanted) -> Result<Timestamp, FlowError> {
    let facts = admin::facts(call, email).await?;
    if let Some(fault) = faults(&facts, &wanted, false, call.now).into_iter().next() {
        return Err(FlowError::Forbidden(fault.text));
    }
    let by = call.origin.actor.kind();
    let row = wanted.row(call, facts.account.id, by, Approval::NoneNeeded);
    let until = row.until;
    let job = call.deps.store.write((call.clone(), row), |tx, (call, row)| {
        Box::pin(async move {
            let facts = held(tx, call, row.account_id).await?;
            suspension::create(tx, row).await?;
            run(tx, call, call.origin.actor, &facts.account, row).await
        })
    });
    job.await.map_err(gone)?;
    call.deps.post_wake.notify_one();
    Ok(until)
}

/// Holds the account and reads it as it is now.
async fn held(tx: &mut Db, call: &Call, id: AccountId) -> Result<AccountFacts, StoreError> {
    account::lock(tx, id).await?;
    facts::account_facts(tx, id, call.now).await?.ok_or(StoreError::Refused(GONE))
}

fn gone(error: StoreError) -> FlowError {
    if let StoreError::Refused(GONE) = error { FlowError::NotFound } else { error.into() }
}

/// Ends a suspension early, or takes back one that waits for a second person. `NotFound` when there is neither.
pub async fn lift(call: &Call, email: &str) -> Result<(), FlowError> {
    let id = admin::facts(call, email).await?.account.id;
    let job = call.deps.store.write((call.clone(), id), |tx, (call, id)| {
        Box::pin(async move {
            let facts = held(tx, call, *id).await?;
            let actor = call.origin.actor;
            end::lifted(tx, call, actor, actor.kind(), &facts.account, Event::SuspensionLifted).await
        })
    });
    let ended = job.await.map_err(gone)?;
    call.deps.post_wake.notify_one();
    if ended.is_some() { Ok(()) } else { Err(FlowError::NotFound) }
}

/// Makes a support code; the one of before no longer counts. `NotFound` when no suspension runs that takes one.
pub async fn make_code(call: &Call, email: &str) -> Result<IssuedCode, FlowError> {
    let id = admin::facts(call, email).await?.account.id;
    let job = call.deps.store.write((call.clone(), id), |tx, (call, id)| {
        Box::pin(async move {
            let facts = held(tx, call, *id).await?;
            code_for(tx, call, call.origin.actor, &facts).await
        })
    });
    job.await.map_err(gone)?.ok_or(FlowError::NotFound)
}

/// The account's last suspensions, newest first.
pub async fn list(call: &Call, email: &str) -> Result<Vec<SuspensionRow>, FlowError> {
    const MOST: u32 = 50;
    let id = admin::facts(call, email).await?.account.id;
    let mut db = call.reader().await?;
    Ok(suspension::list(&mut db, id, MOST).await?)
}
