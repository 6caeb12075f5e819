//! Removing a number: by its owner, after a challenge of that very purpose, or by support once it is lost.

use countersign_core::audit::Event;
use countersign_core::id::{AccountId, PhoneNumberId};
use countersign_core::letter::LetterKind;
use countersign_core::method::{Class, Method};
use countersign_core::secret::Token;
use countersign_core::sign_in::{AccountChange, Permission, Purpose};
use countersign_core::text::Text;
use countersign_store::account::AccountRow;
use countersign_store::facts::ChallengeFacts;
use countersign_store::{Db, StoreError, account, audit, phone_number};

use super::super::email_code::Removal;
use super::super::factors::{self, Present};
use super::super::session::{SignedIn, hold};
use super::super::{About, Call, FlowError, GONE, step_up};
use super::masked;

/// Removes a number: opens the challenge that this takes while the phone counts (ALL-4), or does it at once where recent
/// proof is enough: after a recovery, and where the number counts for nothing any more.
///
/// # Errors
///
/// `NotFound`: the account has proved no such number.
pub async fn start_removal(
    call: &Call,
    signed_in: &SignedIn,
    id: PhoneNumberId,
) -> Result<Removal, FlowError> {
    let mut db = call.reader().await?;
    let found = phone_number::by_id(&mut db, &call.deps.keys, id, signed_in.account()).await?;
    drop(db);
    found.filter(|row| row.confirmed_at.is_some()).ok_or(FlowError::NotFound)?;
    match signed_in.may(AccountChange::RemovePhone, call.now) {
        Permission::No(key) => Err(FlowError::Forbidden(Text::new(key))),
        Permission::StepUp => Err(FlowError::StepUpNeeded),
        Permission::OwnChallenge => {
            let subject = Some(*id.as_bytes());
            let open = step_up::open(call, signed_in, Purpose::RemovePhone, subject).await?;
            Ok(Removal::Challenge(open))
        }
        Permission::Yes => {
            let data = (call.clone(), signed_in.clone(), id);
            let job = call.deps.store.write(data, |tx, (call, signed_in, id)| {
                Box::pin(async move {
                    let account = hold(tx, call, signed_in, AccountChange::RemovePhone).await?;
                    // Nothing was proved just now, so the session is worth what it was.
                    let by = ("recent-proof", Class::None);
                    delete(tx, call, &account, *id, Present::of(signed_in), by).await
                })
            });
            match job.await {
                Err(StoreError::Refused(GONE)) => Err(FlowError::NotFound),
                other => {
                    let token = other?;
                    call.deps.post_wake.notify_one();
                    Ok(Removal::Done(token))
                }
            }
        }
    }
}

/// Removes the challenge's number after a right answer by `method`.
pub(in crate::flow) async fn remove(
    tx: &mut Db,
    call: &Call,
    facts: &ChallengeFacts,
    present: Present,
    method: Method,
) -> Result<Token, StoreError> {
    let id = PhoneNumberId::from_bytes(facts.challenge.subject.ok_or(StoreError::Refused(GONE))?);
    let by = (method.as_str(), facts.facts.policy.class_of(method));
    delete(tx, call, &facts.facts.account, id, present, by).await
}

async fn delete(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    id: PhoneNumberId,
    present: Present,
    (by, class): (&'static str, Class),
) -> Result<Token, StoreError> {
    account::bump_factor_version(tx, account.id).await?;
    let name = dropped(tx, call, account.id, id).await?;
    factors::drop_unanchored(tx, call, account, Method::Phone).await?;
    let (token, _) = factors::renew(tx, call, account.id, present, class).await?;
    let detail = [("phone", id.to_string()), ("number", name.clone()), ("by", by.to_owned())];
    audit::append(tx, &call.own_row(Event::PhoneRemoved, About::of(account), &detail)).await?;
    factors::tell(tx, call, account, LetterKind::MethodRemoved, Method::Phone, Some(name)).await?;
    Ok(token)
}

/// Removes a number that its owner has lost, and returns it masked; what else that brings is the caller's. The account's row is
/// held.
pub(in crate::flow) async fn drop_lost(
    tx: &mut Db,
    call: &Call,
    account: AccountId,
    id: PhoneNumberId,
) -> Result<String, StoreError> {
    dropped(tx, call, account, id).await
}

async fn dropped(
    tx: &mut Db,
    call: &Call,
    account: AccountId,
    id: PhoneNumberId,
) -> Result<String, StoreError> {
    let found = phone_number::by_id(tx, &call.deps.keys, id, account).await?;
    let name = found.as_ref().map(masked).ok_or(StoreError::Refused(GONE))?;
    if phone_number::delete(tx, id, account).await? { Ok(name) } else { Err(StoreError::Refused(GONE)) }
}
