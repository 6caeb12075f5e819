//! What the links in letters about addresses do, and "this was not me". Every function here runs in the transaction that
//! spent the link, under the lock of the account's row.

use std::time::Duration;

use countersign_core::audit::Event;
use countersign_core::email::EmailAddress;
use countersign_core::id::AccountId;
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::link::LinkPurpose;
use countersign_core::secret::Token;
use countersign_core::time::Timestamp;
use countersign_store::account::AccountRow;
use countersign_store::{
    Db, StoreError, account, api_token, audit, browser, challenge, delivered_code, link, session,
    sso_identity,
};

use super::super::letters::{Draft, addresses, handed_over, one_more_link, post};
use super::super::link::invitations_fall;
use super::super::{About, Call, GONE};

/// Rolls a deed back whose address somebody else has by now.
pub(in crate::flow) const TAKEN: &str = "address taken meanwhile";

/// How long the address of before stays reserved and is written to; as long as its link can undo the change.
const RESERVED: Duration = LinkPurpose::UndoAddressChange.life();

/// Confirms the account's address, if it still is the one that the letter went to.
pub(in crate::flow) async fn confirmed(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    email: &EmailAddress,
) -> Result<(), StoreError> {
    if email.key() != account.email.key() {
        return Err(StoreError::Refused(GONE));
    }
    if account::set_email_verified(tx, account.id, call.now).await? {
        audit::append(tx, &call.own_row(Event::AddressConfirmed, About::of(account), &[])).await?;
    }
    Ok(())
}

/// Gives the account the address that was asked for. Codes that are on their way to the former one die, and so do links
/// that went there, but for those that take the change back.
pub(in crate::flow) async fn changed(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    new: &EmailAddress,
) -> Result<(), StoreError> {
    if account.changes_locked_at.is_some() {
        return Err(StoreError::Refused(GONE));
    }
    if account::is_taken_by_other(tx, &new.key(), account.id, call.now).await? {
        return Err(StoreError::Refused(TAKEN));
    }
    let fallback = (&account.email, call.now.plus(RESERVED));
    let previous = reserved(call, account, new).unwrap_or(fallback);
    account::set_email(tx, account.id, new, call.now, Some(previous)).await?;
    challenge::delete_for_account(tx, account.id).await?;
    delivered_code::delete_for_account(tx, account.id).await?;
    let asked = [LinkPurpose::PasswordReset, LinkPurpose::ConfirmAddress, LinkPurpose::ConfirmNewAddress];
    void(tx, call, account.id, &asked).await?;
    let detail = [("from", account.email.masked()), ("to", new.masked())];
    audit::append(tx, &call.own_row(Event::AddressChanged, About::of(account), &detail)).await?;
    for recipient in addresses(call, account).into_iter().filter(|email| email.key() != new.key()) {
        let purpose = LinkPurpose::UndoAddressChange;
        let undo = one_more_link(tx, call, account, purpose, Some(recipient)).await?;
        let body = about_other(Some(undo), new);
        post(tx, call, Draft::about(account, LetterKind::AddressChanged, recipient, body)).await?;
    }
    let not_me = one_more_link(tx, call, account, LinkPurpose::NotMe, None).await?;
    let body = about_other(Some(not_me), &account.email);
    post(tx, call, Draft::about(account, LetterKind::AddressIsNow, new, body)).await
}

/// The address that is reserved for the account already, unless it is `now_present`. The earliest counts: whoever changes
/// the address twice must not shake off the owner who can undo the first change.
fn reserved<'a>(
    call: &Call,
    account: &'a AccountRow,
    now_present: &EmailAddress,
) -> Option<(&'a EmailAddress, Timestamp)> {
    let until = account.previous_email_until.filter(|until| call.now < *until)?;
    let email = account.previous_email.as_ref().filter(|email| email.key() != now_present.key())?;
    Some((email, until))
}

fn about_other(link: Option<Token>, other: &EmailAddress) -> LetterBody {
    LetterBody {
        link: link.map(|token| token.reveal()),
        email: Some(other.masked()),
        ..LetterBody::default()
    }
}

/// Takes a change of address back, ends everything that is signed in and locks changes. Returns a link to set a new
/// password, for whoever read the letter at the address that is back.
pub(in crate::flow) async fn undone(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    old: &EmailAddress,
) -> Result<Token, StoreError> {
    if account::is_taken_by_other(tx, &old.key(), account.id, call.now).await? {
        return Err(StoreError::Refused(TAKEN));
    }
    let mut others = vec![
        LinkPurpose::PasswordReset,
        LinkPurpose::ConfirmAddress,
        LinkPurpose::ConfirmNewAddress,
        LinkPurpose::NotMe,
    ];
    // The owner of a still earlier address can take this back in turn; otherwise a second change would rob the first of
    // its undoing.
    if let Some(earlier) = reserved(call, account, old) {
        account::set_email(tx, account.id, old, call.now, Some(earlier)).await?;
    } else {
        others.push(LinkPurpose::UndoAddressChange);
        account::restore_email(tx, account.id, old, call.now).await?;
    }
    void(tx, call, account.id, &others).await?;
    shut(tx, call, account).await?;
    let detail = [("from", account.email.masked()), ("to", old.masked())];
    audit::append(tx, &call.own_row(Event::AddressChangeUndone, About::of(account), &detail)).await?;
    let mut told = vec![old];
    told.extend(addresses(call, account).into_iter().filter(|email| email.key() != old.key()));
    for recipient in told {
        let body = about_other(None, &account.email);
        post(tx, call, Draft::about(account, LetterKind::AddressChangeUndone, recipient, body)).await?;
    }
    handed_over(tx, call, account, Some(old)).await
}

/// "This was not me": ends everything that is signed in, recognised or asked for, and locks changes. Returns a link to set
/// a new password, for whoever used the letter's link.
pub(in crate::flow) async fn secured(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
) -> Result<Token, StoreError> {
    void(tx, call, account.id, &[LinkPurpose::ConfirmNewAddress, LinkPurpose::PasswordReset]).await?;
    shut(tx, call, account).await?;
    audit::append(tx, &call.own_row(Event::AccountSecured, About::of(account), &[])).await?;
    for recipient in addresses(call, account) {
        let body = LetterBody::default();
        post(tx, call, Draft::about(account, LetterKind::AccountSecured, recipient, body)).await?;
    }
    // Which of the owner's mailboxes the letter was read in is not known, so it shows nothing of an address.
    handed_over(tx, call, account, None).await
}

/// Ends sessions, challenges, codes, recognised browsers and API tokens, unlinks providers, which whoever was in may have
/// linked, voids invitations to the staff that the account has made, each of which would be a way back in, and locks changes
/// until the password is reset.
pub(in crate::flow) async fn shut(tx: &mut Db, call: &Call, owner: &AccountRow) -> Result<(), StoreError> {
    invitations_fall(tx, call, owner).await?;
    let account = owner.id;
    account::lock_changes(tx, account, call.now).await?;
    session::delete_all(tx, account).await?;
    challenge::delete_for_account(tx, account).await?;
    delivered_code::delete_for_account(tx, account).await?;
    browser::delete_for_account(tx, account).await?;
    sso_identity::delete_all(tx, account).await?;
    api_token::end_all(tx, account, call.now).await.map(drop)
}

/// Voids an account's unused links of these purposes.
pub(in crate::flow) async fn void(
    tx: &mut Db,
    call: &Call,
    account: AccountId,
    purposes: &[LinkPurpose],
) -> Result<(), StoreError> {
    for purpose in purposes {
        link::void_for(tx, account, *purpose, call.now).await?;
    }
    Ok(())
}
