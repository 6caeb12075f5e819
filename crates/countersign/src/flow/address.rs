//! The account's e-mail address: confirming it, and asking for another one. What the links in those letters do stands in
//! `address/deeds.rs`.

use countersign_core::audit::Event;
use countersign_core::email::EmailAddress;
use countersign_core::id::AccountId;
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::limits::{CounterKey, Refused};
use countersign_core::link::LinkPurpose;
use countersign_core::sign_in::AccountChange;
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::account::AccountRow;
use countersign_store::{Db, StoreError, account, audit, link};

use super::letters::{Draft, link_for, notice, post};
use super::limit::Charges;
use super::session::{SignedIn, hold};
use super::{About, Call, FieldFault, FlowError, GONE};
use crate::text;

pub(super) mod deeds;

/// How the account's address stands.
#[derive(Clone, Debug)]
pub struct AddressState {
    /// The address, in full: it is for its owner.
    pub email: String,
    /// When it was shown to be its owner's, if it was.
    pub confirmed_at: Option<Timestamp>,
    /// A change that waits for its letter to be answered.
    pub change: Option<PendingChange>,
}

/// A change of address that was asked for.
#[derive(Clone, Debug)]
pub struct PendingChange {
    /// The address that is to be.
    pub to: String,
    /// Until when its letter can be answered.
    pub expires_at: Timestamp,
}

/// The account's address, whether it is confirmed, and whether another one was asked for.
pub async fn state(call: &Call, signed_in: &SignedIn) -> Result<AddressState, FlowError> {
    let account = &signed_in.facts.account;
    Ok(AddressState {
        email: account.email.as_str().to_owned(),
        confirmed_at: account.email_verified_at,
        change: pending(call, account.id).await?,
    })
}

/// The change of address that an account waits for, if any.
pub async fn pending(call: &Call, account: AccountId) -> Result<Option<PendingChange>, FlowError> {
    let mut db = call.reader().await?;
    let asked = link::pending_of(&mut db, account, LinkPurpose::ConfirmNewAddress, call.now).await?;
    Ok(asked.and_then(|row| {
        Some(PendingChange { to: row.email?.as_str().to_owned(), expires_at: row.expires_at })
    }))
}

/// Sends a letter that confirms the present address (KEY-1). An earlier one no longer counts. `Conflict`: it is confirmed
/// already.
pub async fn send_confirmation(call: &Call, signed_in: &SignedIn) -> Result<(), FlowError> {
    signed_in.require(AccountChange::ConfirmAddress, call.now)?;
    needs_mail(call)?;
    if signed_in.facts.account.email_verified_at.is_some() {
        return Err(FlowError::Conflict(Text::new("address-confirmed-already")));
    }
    // Of its own: what strangers have written to this mailbox must not keep its owner from confirming it.
    let charges = Charges::new(vec![CounterKey::mail_confirm(signed_in.account())]);
    let data = (call.clone(), signed_in.account(), charges);
    let job = call.deps.store.write(data, |tx, (call, id, charges)| {
        Box::pin(async move {
            if let Err(refused) = charge(tx, call, charges).await? {
                return Ok(Err(refused));
            }
            let account = held(tx, *id).await?;
            let link =
                link_for(tx, call, &account, LinkPurpose::ConfirmAddress, Some(&account.email)).await?;
            let body = LetterBody { link: Some(link), ..LetterBody::default() };
            let kind = LetterKind::ConfirmAddress;
            post(tx, call, Draft::about(&account, kind, &account.email, body)).await?;
            let detail = [("purpose", LinkPurpose::ConfirmAddress.as_str().to_owned())];
            audit::append(tx, &call.own_row(Event::LinkMade, About::of(&account), &detail)).await?;
            Ok(Ok(()))
        })
    });
    settled(call, job.await)
}

/// Asks for another address: it gets a letter, and takes the present one's place once that is answered. The present
/// address is told. An address that somebody else has is answered alike and gets no letter.
pub async fn ask_change(call: &Call, signed_in: &SignedIn, new: &str) -> Result<(), FlowError> {
    signed_in.require(AccountChange::ChangeAddress, call.now)?;
    needs_mail(call)?;
    let new = EmailAddress::parse(new)
        .map_err(|fault| FlowError::Invalid(vec![FieldFault { field: "email", text: fault.text() }]))?;
    if new.key() == signed_in.facts.account.email.key() {
        return Err(FlowError::field("email", text!("email-is-the-present-one")));
    }
    // The second keeps one account from writing to the mailboxes of many strangers.
    let keys = vec![to_recipient(call, &new), CounterKey::mail_confirm(signed_in.account())];
    let asking =
        Asking { call: call.clone(), signed_in: signed_in.clone(), new, charges: Charges::new(keys) };
    settled(call, call.deps.store.write(asking, |tx, asking| Box::pin(asking.settle(tx))).await)
}

/// Drops a change of address that was asked for; nothing happens where none was.
pub async fn drop_change(call: &Call, signed_in: &SignedIn) -> Result<(), FlowError> {
    let data = (call.clone(), signed_in.about(), signed_in.account());
    let job = call.deps.store.write(data, |tx, (call, about, id)| {
        Box::pin(async move {
            account::lock(tx, *id).await?;
            if link::void_for(tx, *id, LinkPurpose::ConfirmNewAddress, call.now).await? > 0 {
                audit::append(tx, &call.own_row(Event::AddressChangeDropped, *about, &[])).await?;
            }
            Ok(())
        })
    });
    Ok(job.await?)
}

pub(super) fn needs_mail(call: &Call) -> Result<(), FlowError> {
    if call.deps.mail { Ok(()) } else { Err(FlowError::Forbidden(Text::new("address-needs-mail"))) }
}

/// What letters to an address that somebody typed are charged to, whoever has them sent. Taken addresses are charged like
/// free ones: a row of their own would tell, by when it runs out, which ones are taken.
pub(super) fn to_recipient(call: &Call, email: &EmailAddress) -> CounterKey {
    CounterKey::mail_confirm(AccountId::from_bytes(call.deps.keys.identifier(&email.key())))
}

pub(super) async fn charge(
    tx: &mut Db,
    call: &Call,
    charges: &Charges,
) -> Result<Result<(), Refused>, StoreError> {
    let mut locked = charges.lock(tx).await?;
    if let Err(refused) = locked.check(call.now) {
        return Ok(Err(refused));
    }
    locked.fail(tx, call.now).await?;
    Ok(Ok(()))
}

/// The account's row, held until the transaction ends; before its links, in every transaction.
pub(super) async fn held(tx: &mut Db, id: AccountId) -> Result<AccountRow, StoreError> {
    account::lock(tx, id).await?;
    account::by_id(tx, id).await?.ok_or(StoreError::Refused(GONE))
}

fn settled(call: &Call, outcome: Result<Result<(), Refused>, StoreError>) -> Result<(), FlowError> {
    match outcome {
        Err(StoreError::Refused(GONE)) => return Err(FlowError::SignInAgain),
        other => other??,
    }
    call.deps.post_wake.notify_one();
    Ok(())
}

struct Asking {
    call: Call,
    signed_in: SignedIn,
    new: EmailAddress,
    charges: Charges,
}

impl Asking {
    async fn settle(&self, tx: &mut Db) -> Result<Result<(), Refused>, StoreError> {
        let (call, new) = (&self.call, &self.new);
        if let Err(refused) = charge(tx, call, &self.charges).await? {
            return Ok(Err(refused));
        }
        let account = hold(tx, call, &self.signed_in, AccountChange::ChangeAddress).await?;
        // Made for a taken address too, where nobody ever learns it, so that the page shows the same.
        let link = link_for(tx, call, &account, LinkPurpose::ConfirmNewAddress, Some(new)).await?;
        if !account::is_taken_by_other(tx, &new.key(), account.id, call.now).await? {
            let body =
                LetterBody { link: Some(link), email: Some(account.email.masked()), ..LetterBody::default() };
            let kind = LetterKind::ConfirmNewAddress;
            post(tx, call, Draft::about(&account, kind, new, body)).await?;
        }
        let body = LetterBody { email: Some(new.masked()), ..LetterBody::default() };
        notice(tx, call, &account, LetterKind::AddressChangeAsked, body).await?;
        let detail = [("to", new.masked())];
        audit::append(tx, &call.own_row(Event::AddressChangeAsked, About::of(&account), &detail)).await?;
        Ok(Ok(()))
    }
}
