//! What an agent does to somebody's account. Each deed is judged when it is asked and again in its transaction, stands in
//! the audit log as the agent's, and is told to the owner.

use countersign_core::action::Action;
use countersign_core::audit::{Actor, AuditRow, Event};
use countersign_core::id::{AccountId, AuthenticatorId, PhoneNumberId, TelegramAccountId};
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::limits::CounterKey;
use countersign_core::link::LinkPurpose;
use countersign_core::method::Method;
use countersign_core::request::{LONGEST_REASON, Prose};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::account::AccountRow;
use countersign_store::facts::{self, AccountFacts};
use countersign_store::{
    Db, StoreError, account, audit, authenticator, challenge, counter, delivered_code, recovery_key, session,
};

use super::super::address::{charge, needs_mail};
use super::super::factors::{has_unanchored_key, stops_phones};
use super::super::facts::{enrolled, situation, suspension};
use super::super::letters::{Draft, from_the_desk, link_for, notice, post};
use super::super::limit::Charges;
use super::super::session::SignedIn;
use super::super::suspension::mail_reset_until;
use super::super::telegram::switch::take_away;
use super::super::{About, Call, FieldFault, FlowError, GONE, phone, staff};
use super::sheet;
use crate::text;

/// Rolls back the removal of a factor whose suspension is over.
const NOT_SUSPENDED: &str = "not suspended";

/// How the names of limits begin that stay counted: how often something may be sent is no failed attempt, and of the four
/// digits of a call every guess counts for its whole time.
const KEPT: [&str; 4] = ["mail", "phone-code", "telegram-prompt", "call-answer"];

/// A factor that its owner has lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LostFactor {
    /// One authenticator.
    Authenticator(AuthenticatorId),
    /// One linked Telegram account.
    Telegram(TelegramAccountId),
    /// One phone number.
    Phone(PhoneNumberId),
    /// Codes by e-mail: somebody else reads the mailbox.
    Email,
    /// The recovery key.
    RecoveryKey,
}

impl LostFactor {
    /// Reads what forms and JSON name it: `email`, `recovery-key`, `phone:` and a number's id, `telegram:` and the id of a
    /// linked account, or an authenticator's id.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "email" => Some(Self::Email),
            "recovery-key" => Some(Self::RecoveryKey),
            text => match text.split_once(':') {
                Some(("phone", id)) => id.parse().ok().map(Self::Phone),
                Some(("telegram", id)) => id.parse().ok().map(Self::Telegram),
                Some(_) => None,
                None => text.parse().ok().map(Self::Authenticator),
            },
        }
    }
}

/// A deed that runs in its own transaction, after agent and subject are held.
struct Deed {
    call: Call,
    signed_in: SignedIn,
    action: Action,
    subject: AccountId,
}

impl Deed {
    /// Judges role, proof and subject before anything is opened.
    async fn new(
        call: &Call,
        signed_in: &SignedIn,
        action: Action,
        subject: AccountId,
    ) -> Result<(Self, AccountFacts), FlowError> {
        staff::require(call, signed_in, action).await?;
        let facts = staff::subject(call, signed_in, action, subject).await?;
        let deed = Self { call: call.clone(), signed_in: signed_in.clone(), action, subject };
        Ok((deed, facts))
    }

    /// Holds the agent, then the account, and judges both again by their live rows.
    async fn hold(&self, tx: &mut Db) -> Result<AccountFacts, StoreError> {
        let agent = staff::hold(tx, &self.call, &self.signed_in, self.action).await?;
        staff::hold_subject(tx, &self.call, &agent, self.subject).await
    }

    /// The agent's row in the audit log.
    fn row(&self, event: Event, account: &AccountRow, detail: &[(&str, String)]) -> AuditRow {
        let actor = Actor::Account(self.signed_in.account());
        self.call.audit_row(event, actor, About::of(account), detail)
    }

    async fn tell(
        &self,
        tx: &mut Db,
        account: &AccountRow,
        kind: LetterKind,
        body: LetterBody,
    ) -> Result<(), StoreError> {
        notice(tx, &from_the_desk(&self.call), account, kind, body).await
    }
}

/// What a rolled-back deed is told as; a committed one wakes the post.
fn settled<T>(call: &Call, outcome: Result<T, StoreError>) -> Result<T, FlowError> {
    match outcome {
        Err(StoreError::Refused(GONE)) => Err(FlowError::NotFound),
        Err(StoreError::Refused(NOT_SUSPENDED)) => {
            Err(FlowError::Conflict(Text::new(text!("desk-remove-only-suspended"))))
        }
        other => {
            let done = other?;
            call.deps.post_wake.notify_one();
            call.deps.dispatch_wake.notify_one();
            Ok(done)
        }
    }
}

/// Tells an account's address in full (ASVS 14.2.6); that it was asked for stands in the audit log before it is told.
pub async fn reveal(call: &Call, signed_in: &SignedIn, id: AccountId) -> Result<String, FlowError> {
    staff::require(call, signed_in, Action::RevealAddress).await?;
    let facts = sheet::seen(call, signed_in, id).await?;
    let actor = Actor::Account(signed_in.account());
    call.record(call.audit_row(Event::DeskAddressShown, actor, About::of(&facts.account), &[])).await?;
    Ok(facts.account.email.as_str().to_owned())
}

/// Ends every session and second step in progress, and tells how many sessions there were.
pub async fn end_sessions(call: &Call, signed_in: &SignedIn, id: AccountId) -> Result<u64, FlowError> {
    let (deed, _) = Deed::new(call, signed_in, Action::EndSessions, id).await?;
    let job = call.deps.store.write(deed, |tx, deed| {
        Box::pin(async move {
            let account = deed.hold(tx).await?.account;
            let ended = session::delete_all(tx, account.id).await?;
            challenge::delete_for_account(tx, account.id).await?;
            let detail = [("ended", ended.to_string())];
            audit::append(tx, &deed.row(Event::SessionsEndedAll, &account, &detail)).await?;
            deed.tell(tx, &account, LetterKind::SignedOutByDesk, LetterBody::default()).await?;
            Ok(ended)
        })
    });
    settled(call, job.await)
}

/// Forgets every failed attempt on the account, so that its owner need not wait. `Conflict`: no limit is full.
pub async fn unlock(call: &Call, signed_in: &SignedIn, id: AccountId) -> Result<(), FlowError> {
    let (deed, _) = Deed::new(call, signed_in, Action::UnlockLimit, id).await?;
    let job = call.deps.store.write(deed, |tx, deed| {
        Box::pin(async move {
            let now = deed.call.now;
            let found = counter::of_account(tx, deed.subject).await?;
            let keys: Vec<CounterKey> = found
                .into_iter()
                .map(|(key, _)| key)
                .filter(|key| !KEPT.iter().any(|begins| key.limit().name.starts_with(begins)))
                .collect();
            let held = counter::lock(tx, &keys).await?;
            let account = deed.hold(tx).await?.account;
            let mut full: Vec<&str> = Vec::new();
            for (key, counter) in &held {
                full.extend(counter.check(key.limit(), now).err().map(|refused| refused.limit));
            }
            if full.is_empty() {
                return Ok(false);
            }
            for key in &keys {
                counter::delete(tx, key).await?;
            }
            full.sort_unstable();
            full.dedup();
            let detail = [("limits", full.join(" "))];
            audit::append(tx, &deed.row(Event::LimitCleared, &account, &detail)).await?;
            deed.tell(tx, &account, LetterKind::LimitCleared, LetterBody::default()).await?;
            Ok(true)
        })
    });
    if settled(call, job.await)? {
        Ok(())
    } else {
        Err(FlowError::Conflict(Text::new(text!("desk-no-limit"))))
    }
}

/// Sends the letter again that confirms the account's address. `Conflict`: it is confirmed already.
pub async fn resend_confirmation(call: &Call, signed_in: &SignedIn, id: AccountId) -> Result<(), FlowError> {
    let (deed, facts) = Deed::new(call, signed_in, Action::ResendVerification, id).await?;
    needs_mail(call)?;
    if facts.account.email_verified_at.is_some() {
        return Err(FlowError::Conflict(Text::new("address-confirmed-already")));
    }
    let job = call.deps.store.write(deed, |tx, deed| {
        Box::pin(async move {
            let charges = Charges::new(vec![CounterKey::mail_confirm(deed.subject)]);
            if let Err(refused) = charge(tx, &deed.call, &charges).await? {
                return Ok(Err(refused));
            }
            let account = deed.hold(tx).await?.account;
            let call = from_the_desk(&deed.call);
            let purpose = LinkPurpose::ConfirmAddress;
            let link = link_for(tx, &call, &account, purpose, Some(&account.email)).await?;
            let body = LetterBody { link: Some(link), ..LetterBody::default() };
            let kind = LetterKind::ConfirmAddress;
            post(tx, &call, Draft::about(&account, kind, &account.email, body)).await?;
            let detail = [("purpose", purpose.as_str().to_owned())];
            audit::append(tx, &deed.row(Event::LinkMade, &account, &detail)).await?;
            Ok(Ok(()))
        })
    });
    settled(call, job.await)?.map_err(FlowError::from)
}

/// Takes a factor away that its owner has lost, while the second step is suspended: whoever has the thing now must not get
/// in by it afterwards. Every session ends. `Conflict`: no suspension runs, or the last daily method would go while a
/// password that came by mail must not be enough. `NotFound`: the account has no such factor.
pub async fn remove_factor(
    call: &Call,
    signed_in: &SignedIn,
    id: AccountId,
    factor: LostFactor,
    reason: &str,
) -> Result<(), FlowError> {
    let reason = Prose::parse(reason, LONGEST_REASON)
        .map_err(|fault| FlowError::Invalid(vec![FieldFault { field: "reason", text: fault.text() }]))?;
    let (deed, facts) = Deed::new(call, signed_in, Action::RemoveLostFactor, id).await?;
    if !is_suspended(call, &facts) {
        return Err(FlowError::Conflict(Text::new(text!("desk-remove-only-suspended"))));
    }
    if let Some(until) = held_until(call, &facts, factor) {
        return Err(too_early(until));
    }
    let data = (deed, factor, reason.as_str().replace('\n', " "));
    let job = call.deps.store.write(data, |tx, (deed, factor, reason)| {
        Box::pin(async move {
            let held = deed.hold(tx).await?;
            if !is_suspended(&deed.call, &held) {
                return Err(StoreError::Refused(NOT_SUSPENDED));
            }
            if let Some(until) = held_until(&deed.call, &held, *factor) {
                return Ok(Err(until));
            }
            remove(tx, deed, &held, *factor, reason).await.map(Ok)
        })
    });
    settled(call, job.await)?.map_err(too_early)
}

/// Until when a factor has to stay because without it nothing but the mailbox would be asked for: the password came by mail
/// a short while ago, and whoever did that would set up the next factor.
fn held_until(call: &Call, facts: &AccountFacts, factor: LostFactor) -> Option<Timestamp> {
    let mut left = facts.clone();
    match factor {
        LostFactor::Authenticator(_) => left.authenticators = left.authenticators.saturating_sub(1),
        LostFactor::Email => left.account.email_codes_at = None,
        LostFactor::Telegram(_) => {
            left.telegram.accounts = left.telegram.accounts.saturating_sub(1);
            left.telegram.on_since = left.telegram.on_since.filter(|_| left.telegram.accounts > 0);
        }
        LostFactor::Phone(_) => left.phone_numbers = left.phone_numbers.saturating_sub(1),
        LostFactor::RecoveryKey => return None,
    }
    let until = mail_reset_until(&facts.account, call.now)?;
    (!enrolled(&left).iter().any(|method| method.is_daily())).then_some(until)
}

fn too_early(until: Timestamp) -> FlowError {
    FlowError::Conflict(Text::new(text!("desk-remove-after-mail-reset")).with("until", until))
}

fn is_suspended(call: &Call, facts: &AccountFacts) -> bool {
    let (enrolled, suspension) = (enrolled(facts), suspension(facts));
    situation(facts, &enrolled, suspension.as_ref(), call.now).suspended().is_some()
}

async fn remove(
    tx: &mut Db,
    deed: &Deed,
    held: &AccountFacts,
    factor: LostFactor,
    reason: &str,
) -> Result<(), StoreError> {
    let account = &held.account;
    let id = account.id;
    account::bump_factor_version(tx, id).await?;
    let by = [("by", "support".to_owned()), ("reason", reason.to_owned())];
    let (method, name) = match factor {
        LostFactor::Authenticator(device) => {
            let found = authenticator::by_id(tx, device).await?.filter(|row| row.account_id == id);
            if !authenticator::delete(tx, device, id).await? {
                return Err(StoreError::Refused(GONE));
            }
            let name = found.and_then(|row| row.name);
            let mut detail = vec![("device", device.to_string())];
            detail.extend(name.clone().map(|name| ("name", name)));
            detail.extend(by);
            audit::append(tx, &deed.row(Event::AuthenticatorRemoved, account, &detail)).await?;
            (Method::Authenticator, name)
        }
        LostFactor::Telegram(chat) => {
            let row =
                |event, detail: &[(&'static str, String)]| deed.row(event, account, &[detail, &by].concat());
            let name = take_away(tx, &from_the_desk(&deed.call), held, chat, &row).await?;
            (Method::Telegram, Some(name))
        }
        LostFactor::Phone(lost) => {
            let name = phone::drop_lost(tx, &deed.call, id, lost).await?;
            let mut detail = vec![("phone", lost.to_string()), ("number", name.clone())];
            detail.extend(by);
            audit::append(tx, &deed.row(Event::PhoneRemoved, account, &detail)).await?;
            (Method::Phone, Some(name))
        }
        LostFactor::Email => {
            if account.email_codes_at.is_none() {
                return Err(StoreError::Refused(GONE));
            }
            account::set_email_codes(tx, id, None).await?;
            audit::append(tx, &deed.row(Event::EmailCodesDisabled, account, &by)).await?;
            (Method::Email, None)
        }
        LostFactor::RecoveryKey => {
            if !recovery_key::delete(tx, id).await? {
                return Err(StoreError::Refused(GONE));
            }
            audit::append(tx, &deed.row(Event::RecoveryKeyVoided, account, &by)).await?;
            (Method::RecoveryKey, None)
        }
    };
    session::delete_all(tx, id).await?;
    challenge::delete_for_account(tx, id).await?;
    delivered_code::delete_for_account(tx, id).await?;
    let body = LetterBody { method: Some(method.as_str().to_owned()), name, ..LetterBody::default() };
    deed.tell(tx, account, LetterKind::MethodRemoved, body).await?;
    drop_unanchored(tx, deed, account, method).await
}

/// As [`super::super::factors::drop_unanchored`], as the agent's deed.
async fn drop_unanchored(
    tx: &mut Db,
    deed: &Deed,
    account: &AccountRow,
    removed: Method,
) -> Result<(), StoreError> {
    let now = facts::account_facts(tx, account.id, deed.call.now).await?.ok_or(StoreError::Refused(GONE))?;
    if stops_phones(&now, removed) {
        let detail = [("without", removed.as_str().to_owned())];
        audit::append(tx, &deed.row(Event::PhoneUncounted, account, &detail)).await?;
        let method = Some(Method::Phone.as_str().to_owned());
        let body = LetterBody { method, ..LetterBody::default() };
        deed.tell(tx, account, LetterKind::MethodRemoved, body).await?;
    }
    if has_unanchored_key(&now) && recovery_key::delete(tx, account.id).await? {
        let detail = [("cause", "no-method-left".to_owned())];
        audit::append(tx, &deed.row(Event::RecoveryKeyVoided, account, &detail)).await?;
        let method = Some(Method::RecoveryKey.as_str().to_owned());
        let body = LetterBody { method, ..LetterBody::default() };
        deed.tell(tx, account, LetterKind::MethodRemoved, body).await?;
    }
    Ok(())
}
