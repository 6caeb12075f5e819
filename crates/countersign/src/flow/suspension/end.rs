//! How a suspension ends: by hand, by its owner's link, or by itself, of which its owner is told afterwards.

use countersign_core::audit::{Actor, Event};
use countersign_core::id::AccountId;
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::sign_in::suffices;
use countersign_core::time::Timestamp;
use countersign_store::account::{AccountRow, AccountState};
use countersign_store::suspension::SuspensionRow;
use countersign_store::{Db, StoreError, account, audit, authenticator, facts, recovery_key, suspension};

use super::super::address::deeds::shut;
use super::super::facts::{enrolled, situation};
use super::super::letters::{Draft, addresses, post};
use super::super::{About, Call, FlowError, GONE};
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
///
/// Returns whether the account is disabled now. Where what is taken away leaves no second step that suffices, a reset would
/// lead to the set-up of another: the mailbox, which is all that whoever used the link has shown, would beat the second step.
/// An administrator or the operator finds out who asks and enables it again.
pub(in crate::flow) async fn stopped(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    told_at: Timestamp,
) -> Result<bool, StoreError> {
    let had_one = has_one(tx, call, account.id).await?;
    let owner = Actor::Account(account.id);
    let newest = suspension::list(tx, account.id, 1).await?.into_iter().next();
    let ended = lifted(tx, call, owner, OWNER, account, Event::SuspensionStopped).await?;
    // Whoever was let in may have put a factor or a provider of their own on the account, and after its end, with that one,
    // another.
    if let Some(row) = newest {
        // Another one may have followed the one that the letter tells of.
        added_since(tx, call, account, row.created_at.min(told_at)).await?;
    }
    shut(tx, call, account).await?;
    let disables = had_one && !has_one(tx, call, account.id).await?;
    if disables {
        disable(tx, call, account).await?;
    }
    let starter = ended.flatten().and_then(|row| row.created_by.parse::<AccountId>().ok());
    if let Some(starter) = starter
        && let Some(starter) = account::by_id(tx, starter).await?
        && starter.state == AccountState::Active
    {
        letters::stopped(tx, call, account, &starter).await?;
    }
    Ok(disables)
}

/// Whether the account has a second step that suffices for it, be it suspended or not.
async fn has_one(tx: &mut Db, call: &Call, id: AccountId) -> Result<bool, StoreError> {
    let facts = facts::account_facts(tx, id, call.now).await?.ok_or(StoreError::Refused(GONE))?;
    Ok(suffices(&situation(&facts, &enrolled(&facts), None, call.now)))
}

async fn disable(tx: &mut Db, call: &Call, account: &AccountRow) -> Result<(), StoreError> {
    account::set_state(tx, account.id, AccountState::Disabled).await?;
    let cause = [("cause", "no-method-left".to_owned())];
    audit::append(tx, &call.own_row(Event::AccountDisabled, About::of(account), &cause)).await?;
    for recipient in addresses(call, account) {
        let body = LetterBody::default();
        post(tx, call, Draft::about(account, LetterKind::AccountDisabled, recipient, body)).await?;
    }
    Ok(())
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
