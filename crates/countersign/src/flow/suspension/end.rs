//! How a suspension ends: by hand, by its owner's link, or by itself, of which its owner is told afterwards.

use countersign_core::audit::{Actor, Event};
use countersign_core::id::AccountId;
use countersign_core::time::Timestamp;
use countersign_store::account::{AccountRow, AccountState};
use countersign_store::suspension::SuspensionRow;
use countersign_store::{Db, StoreError, account, audit, authenticator, facts, recovery_key, suspension};

use super::super::address::deeds::shut;
use super::super::{About, Call, FlowError};
use super::letters;

/// Who ended it, in its row, where its owner did.
const OWNER: &str = "owner";

/// Suspensions whose end is told in one look.
const AT_ONCE: u32 = 100;

/// Ends what runs or waits. `None`: there was nothing; otherwise the suspension that ran, if one did. The transaction holds
/// the account's row.
pub(super) async fn lifted(
    tx: &mut Db,
    call: &Call,
    actor: Actor,
    by: &str,
    account: &AccountRow,
    event: Event,
) -> Result<Option<Option<SuspensionRow>>, StoreError> {
    let running = suspension::active(tx, account.id, call.now).await?;
    if suspension::lift(tx, account.id, by, call.now).await? == 0 {
        return Ok(None);
    }
    // Challenges that a support code could have answered lead nowhere; sessions that rest on it are judged with their next
    // request.
    account::bump_factor_version(tx, account.id).await?;
    let detail: Vec<(&str, String)> = running.iter().map(|row| ("suspension", row.id.to_string())).collect();
    audit::append(tx, &call.audit_row(event, actor, About::of(account), &detail)).await?;
    if running.is_some() {
        letters::ended(tx, call, account, call.now).await?;
    }
    Ok(Some(running))
}

/// The owner did not ask for it: it ends, and so does whatever was signed in; whoever of the staff started it is told.
/// Where it is over already, the sessions still end. `told_at`: when the letter was written whose link was used.
pub(in crate::flow) async fn stopped(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    told_at: Timestamp,
) -> Result<(), StoreError> {
    let owner = Actor::Account(account.id);
    let newest = suspension::list(tx, account.id, 1).await?.into_iter().next();
    let ended = lifted(tx, call, owner, OWNER, account, Event::SuspensionStopped).await?;
    // Whoever was let in may have put a factor or a provider of their own on the account.
    if let Some(row) = newest {
        // Another one may have followed the one that the letter tells of.
        added_since(tx, call, account, row.created_at.min(told_at)).await?;
    }
    shut(tx, call, account.id).await?;
    let Some(Some(row)) = ended else { return Ok(()) };
    let Ok(starter) = row.created_by.parse::<AccountId>() else { return Ok(()) };
    match account::by_id(tx, starter).await? {
        Some(starter) if starter.state == AccountState::Active => {
            letters::stopped(tx, call, account, &starter).await
        }
        _ => Ok(()),
    }
}

/// Takes away what was enrolled since the suspension began. The factors of before stay.
async fn added_since(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    since: Timestamp,
) -> Result<(), StoreError> {
    let about = About::of(account);
    account::bump_factor_version(tx, account.id).await?;
    for device in authenticator::confirmed(tx, account.id).await? {
        if device.confirmed_at.is_some_and(|at| at >= since)
            && authenticator::delete(tx, device.id, account.id).await?
        {
            let detail = [("device", device.id.to_string()), ("by", "owner".to_owned())];
            audit::append(tx, &call.own_row(Event::AuthenticatorRemoved, about, &detail)).await?;
        }
    }
    if account.email_codes_at.is_some_and(|at| at >= since) {
        account::set_email_codes(tx, account.id, None).await?;
        audit::append(tx, &call.own_row(Event::EmailCodesDisabled, about, &[])).await?;
    }
    let facts = facts::account_facts(tx, account.id, call.now).await?;
    let key = facts.and_then(|facts| facts.recovery_key);
    if key.is_some_and(|key| key.made_at >= since) && recovery_key::delete(tx, account.id).await? {
        let by = [("by", "owner".to_owned())];
        audit::append(tx, &call.own_row(Event::RecoveryKeyVoided, about, &by)).await?;
    }
    Ok(())
}

/// Tells the owners of suspensions that ended by themselves, and how many there were. However many servers look, each end
/// is told once.
pub async fn tell_ended(call: &Call) -> Result<u64, FlowError> {
    let mut db = call.reader().await?;
    let rows = suspension::ended(&mut db, call.now, AT_ONCE).await?;
    drop(db);
    let mut told = 0;
    for row in rows {
        let job = call.deps.store.write((call.clone(), row), |tx, (call, row)| Box::pin(tell(tx, call, row)));
        told += u64::from(job.await?);
    }
    if told > 0 {
        call.deps.post_wake.notify_one();
    }
    Ok(told)
}

async fn tell(tx: &mut Db, call: &Call, row: &SuspensionRow) -> Result<bool, StoreError> {
    account::lock(tx, row.account_id).await?;
    if !suspension::tell_end(tx, row.id, call.now).await? {
        return Ok(false);
    }
    let Some(account) = account::by_id(tx, row.account_id).await? else { return Ok(false) };
    let detail = [("suspension", row.id.to_string()), ("until", row.until.as_millis().to_string())];
    let note = call.caller_row(Event::SuspensionEnded, About::of(&account), &detail);
    audit::append(tx, &note).await?;
    letters::ended(tx, call, &account, row.until).await?;
    Ok(true)
}
