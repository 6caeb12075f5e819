//! E-mail codes as a second step: switching them on and off.

use countersign_core::audit::Event;
use countersign_core::letter::LetterKind;
use countersign_core::method::Method;
use countersign_core::secret::Token;
use countersign_core::sign_in::{AccountChange, Permission, Purpose};
use countersign_core::text::Text;
use countersign_store::facts::AccountFacts;
use countersign_store::{Db, StoreError, account, audit, facts};

use super::factors::{self, Present, SignedInHere};
use super::gate::OpenChallenge;
use super::session::{SignedIn, hold};
use super::{About, Call, FlowError, GONE, step_up};

/// How switching a method off, or replacing it, goes on.
pub enum Removal {
    /// A challenge of that very purpose comes first; its token goes into the challenge's cookie.
    Challenge(OpenChallenge),
    /// A sign-in by recovery key a short while ago was proof enough (KEY-8): it is done, and this is the session's new
    /// token.
    Done(Token),
}

/// Sends the code that switches e-mail codes on (KEY-3). Needs what adding any factor needs, and a mail server.
pub async fn start_enable(call: &Call, signed_in: &SignedIn) -> Result<OpenChallenge, FlowError> {
    match signed_in.may(AccountChange::EnableEmail, call.now) {
        Permission::No(key) => return Err(FlowError::Forbidden(Text::new(key))),
        Permission::StepUp => return Err(FlowError::StepUpNeeded),
        Permission::Yes | Permission::OwnChallenge => {}
    }
    if !call.deps.mail {
        return Err(FlowError::Forbidden(Text::new("mail-not-set-up")));
    }
    step_up::open(call, signed_in, Purpose::EnableEmail, None).await
}

/// Switches e-mail codes off: opens the challenge that this always takes (KEY-6), or does it at once after a recovery.
pub async fn start_disable(call: &Call, signed_in: &SignedIn) -> Result<Removal, FlowError> {
    match signed_in.may(AccountChange::DisableEmail, call.now) {
        Permission::No(key) => Err(FlowError::Forbidden(Text::new(key))),
        Permission::StepUp => Err(FlowError::StepUpNeeded),
        Permission::OwnChallenge => {
            let open = step_up::open(call, signed_in, Purpose::DisableEmail, None).await?;
            Ok(Removal::Challenge(open))
        }
        Permission::Yes => {
            let data = (call.clone(), signed_in.clone());
            let job = call.deps.store.write(data, |tx, (call, signed_in)| {
                Box::pin(async move {
                    let account = hold(tx, call, signed_in, AccountChange::DisableEmail).await?.id;
                    account::bump_factor_version(tx, account).await?;
                    let held = facts::account_facts(tx, account, call.now).await?;
                    let held = held.ok_or(StoreError::Refused(GONE))?;
                    disable(tx, call, &held, Present::of(signed_in), Method::RecoveryKey).await
                })
            });
            match job.await {
                Err(StoreError::Refused(GONE)) => Err(FlowError::SignInAgain),
                other => Ok(Removal::Done(other?)),
            }
        }
    }
}

/// Switches e-mail codes on after the right code. `before` is the account as it is held.
pub(super) async fn enable(
    tx: &mut Db,
    call: &Call,
    before: &AccountFacts,
    present: Present,
    here: &SignedInHere,
) -> Result<Token, StoreError> {
    let account = &before.account;
    account::bump_factor_version(tx, account.id).await?;
    account::set_email_codes(tx, account.id, Some(call.now)).await?;
    // The code came from this very mailbox.
    if account::set_email_verified(tx, account.id, call.now).await? {
        audit::append(tx, &call.own_row(Event::AddressConfirmed, About::of(account), &[])).await?;
    }
    factors::enabled(tx, call, before, Method::Email, here).await?;
    let class = before.policy.class_of(Method::Email);
    let (token, ended) = factors::renew(tx, call, account.id, present, class).await?;
    let detail = [("ended", ended.to_string())];
    audit::append(tx, &call.own_row(Event::EmailCodesEnabled, About::of(account), &detail)).await?;
    factors::tell(tx, call, account, LetterKind::MethodAdded, Method::Email, None).await?;
    Ok(token)
}

/// Switches e-mail codes off after the right answer by `method`.
pub(super) async fn disable(
    tx: &mut Db,
    call: &Call,
    held: &AccountFacts,
    present: Present,
    method: Method,
) -> Result<Token, StoreError> {
    let account = &held.account;
    if account.email_codes_at.is_none() {
        return Err(StoreError::Refused(GONE));
    }
    account::bump_factor_version(tx, account.id).await?;
    account::set_email_codes(tx, account.id, None).await?;
    factors::drop_unanchored(tx, call, account, Method::Email).await?;
    let (token, ended) = factors::renew(tx, call, account.id, present, held.policy.class_of(method)).await?;
    let detail = [("by", method.as_str().to_owned()), ("ended", ended.to_string())];
    audit::append(tx, &call.own_row(Event::EmailCodesDisabled, About::of(account), &detail)).await?;
    factors::tell(tx, call, account, LetterKind::MethodRemoved, Method::Email, None).await?;
    Ok(token)
}
