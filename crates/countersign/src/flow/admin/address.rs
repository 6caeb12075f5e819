//! What an operator does to an account's address, and a reset that goes there by letter.

use countersign_core::audit::Event;
use countersign_core::email::EmailAddress;
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::link::LinkPurpose;
use countersign_core::text::Text;
use countersign_store::account::AccountRow;
use countersign_store::{
    Db, StoreError, account, api_token, audit, browser, challenge, delivered_code, link, session,
};

use super::super::address::held;
use super::super::letters::{Draft, post};
use super::super::link::{may_reset, word_falls};
use super::super::{About, Call, FlowError, GONE, reset};
use super::{address, facts};
use crate::text;

/// Sends a link that sets a new password to an active account's address, instead of telling it here. `Forbidden` where no
/// mail is set up.
pub async fn mail_reset(call: &Call, email: &str) -> Result<(), FlowError> {
    let facts = facts(call, email).await?;
    if !call.deps.mail {
        return Err(FlowError::Forbidden(Text::new("reset-by-mail-not-set-up")));
    }
    if !may_reset(&facts.account) {
        return Err(FlowError::Conflict(Text::new("account-is-disabled")));
    }
    let data = (call.clone(), facts.account.id);
    let job = call.deps.store.write(data, |tx, (call, id)| {
        Box::pin(async move {
            let account = held(tx, *id).await?;
            link::void_for(tx, *id, LinkPurpose::PasswordReset, call.now).await?;
            reset::write(tx, call, &account, None).await?;
            let detail = [("sent", true.to_string())];
            audit::append(tx, &call.caller_row(Event::PasswordResetAsked, About::of(&account), &detail)).await
        })
    });
    found(job.await)
}

/// Takes the operator's word that the address is its owner's. `Conflict` when it was confirmed already.
pub async fn confirm_address(call: &Call, email: &str) -> Result<(), FlowError> {
    let facts = facts(call, email).await?;
    let data = (call.clone(), facts.account);
    let job = call.deps.store.write(data, |tx, (call, account)| {
        Box::pin(async move {
            held(tx, account.id).await?;
            let confirmed = account::set_email_verified(tx, account.id, call.now).await?;
            if confirmed {
                link::void_for(tx, account.id, LinkPurpose::ConfirmAddress, call.now).await?;
                audit::append(tx, &call.caller_row(Event::AddressConfirmed, About::of(account), &[])).await?;
            }
            Ok(confirmed)
        })
    });
    let confirmed = found(job.await)?;
    if confirmed { Ok(()) } else { Err(FlowError::Conflict(Text::new("address-confirmed-already"))) }
}

/// Gives an account another address on the operator's word, which counts as confirmed. The old one is told and can't take
/// it back: who asks for this has often lost that mailbox to somebody. Its links and codes, whatever is signed in or
/// recognised, and invitations to the staff that it has made end for the same reason.
pub async fn set_address(call: &Call, email: &str, new: &str) -> Result<(), FlowError> {
    let facts = facts(call, email).await?;
    let new = address(new)?;
    if new.key() == facts.account.email.key() {
        return Err(FlowError::field("email", text!("email-is-the-present-one")));
    }
    let data = (call.clone(), facts.account, new);
    let job = call.deps.store.write(data, |tx, (call, account, new)| Box::pin(moved(tx, call, account, new)));
    let moved = match job.await {
        Err(StoreError::Unique(_)) => false,
        other => found(other)?,
    };
    call.deps.post_wake.notify_one();
    if moved { Ok(()) } else { Err(FlowError::field("email", text!("email-taken"))) }
}

async fn moved(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    new: &EmailAddress,
) -> Result<bool, StoreError> {
    let account = held(tx, account.id).await?;
    if account::is_taken_by_other(tx, &new.key(), account.id, call.now).await? {
        return Ok(false);
    }
    account::set_email(tx, account.id, new, call.now, None).await?;
    challenge::delete_for_account(tx, account.id).await?;
    delivered_code::delete_for_account(tx, account.id).await?;
    link::void_all_for(tx, account.id, call.now).await?;
    session::delete_all(tx, account.id).await?;
    browser::delete_for_account(tx, account.id).await?;
    api_token::end_all(tx, account.id, call.now).await?;
    for (kind, recipient, other) in
        [(LetterKind::AddressChanged, &account.email, new), (LetterKind::AddressIsNow, new, &account.email)]
    {
        let body = LetterBody { email: Some(other.masked()), ..LetterBody::default() };
        post(tx, call, Draft::about(&account, kind, recipient, body)).await?;
    }
    let mut detail = vec![("from", account.email.masked()), ("to", new.masked())];
    detail.extend(word_falls(tx, call, account.id).await?);
    audit::append(tx, &call.caller_row(Event::AddressChanged, About::of(&account), &detail)).await?;
    Ok(true)
}

fn found<T>(outcome: Result<T, StoreError>) -> Result<T, FlowError> {
    match outcome {
        Err(StoreError::Refused(GONE)) => Err(FlowError::NotFound),
        other => Ok(other?),
    }
}
