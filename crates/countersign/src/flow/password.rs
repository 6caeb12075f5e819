//! The password: rules for a new one, and its change by a signed-in person.

use countersign_core::audit::Event;
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::limits::{Bucket, CounterKey};
use countersign_core::link::LinkPurpose;
use countersign_core::password::{
    self, Context, PasswordFault, PasswordHash, SHORTEST_ALONE, SHORTEST_WITH_SECOND_STEP, Verified,
};
use countersign_core::policy::Policy;
use countersign_core::role::Role;
use countersign_core::secret::{Password, Token};
use countersign_core::sign_in::AccountChange;
use countersign_core::time::Timestamp;
use countersign_store::{Db, StoreError, account, audit, browser, challenge, counter, session};

use super::account::organisation_name;
use super::address::deeds::void;
use super::letters::notice;
use super::limit::Charges;
use super::session::{SignedIn, hold};
use super::step_up::{password_charges, refused_at};
use super::{Call, FieldFault, FlowError, GONE};
use countersign_core::id::AccountId;

/// What the present password was asked for, in the audit log.
const PURPOSE: &str = "password-change";

/// The shortest password this account may have: eight characters once a second step is enrolled *and* forced.
pub fn floor(policy: &Policy, role: Role, is_enrolled: bool, now: Timestamp) -> usize {
    if is_enrolled && policy.required_for(role, now) { SHORTEST_WITH_SECOND_STEP } else { SHORTEST_ALONE }
}

/// The words around an account that its password may not be made of; the product's name comes to them.
pub(super) struct Around<'a> {
    pub(super) email: &'a str,
    pub(super) name: &'a str,
    pub(super) organisation: &'a str,
}

/// Checks a new password against length, common words and the words around this account.
pub(super) fn check(
    call: &Call,
    field: &'static str,
    new: &Password,
    around: &Around<'_>,
    least: usize,
) -> Vec<FieldFault> {
    let Around { email, name, organisation } = *around;
    let context = Context { email, display_name: name, organisation, product: &call.deps.product };
    let faults = password::check_new(new, &context, least).err().unwrap_or_default();
    faults.iter().map(|fault: &PasswordFault| FieldFault { field, text: fault.text() }).collect()
}

/// How a change ended.
pub enum Changed {
    /// Done; every other session has ended.
    Done {
        /// The session's new token.
        session: Token,
        /// How many other sessions were ended.
        ended: u64,
    },
    /// The present password is wrong.
    Wrong,
    /// A limit was reached; the password was not judged.
    TooMany {
        /// When to try again, if time alone helps.
        until: Option<Timestamp>,
    },
}

/// Changes the password. Takes the present one and, where a factor is enrolled, a recent second step (ALL-4).
pub async fn change(
    call: &Call,
    signed_in: &SignedIn,
    present: Password,
    new: Password,
) -> Result<Changed, FlowError> {
    signed_in.require(AccountChange::ChangePassword, call.now)?;
    let account = &signed_in.facts.account;
    let least = floor(&signed_in.facts.policy, account.role, !signed_in.enrolled.is_empty(), call.now);
    let organisation = organisation_name(call, signed_in).await?;
    let (email, name) = (account.email.as_str(), &*account.display_name);
    let around = Around { email, name, organisation: &organisation };
    let faults = check(call, "new_password", &new, &around, least);
    if !faults.is_empty() {
        return Err(FlowError::Invalid(faults));
    }
    let charges = password_charges(call, signed_in);
    let mut db = call.reader().await?;
    if let Err(refused) = charges.peek(&mut db, call.now).await? {
        refused_at(call, signed_in, PURPOSE, &refused).record(call).await?;
        return Ok(Changed::TooMany { until: refused.until });
    }
    drop(db);
    let right =
        matches!(call.deps.hasher.verify(account.password.clone(), present).await?, Verified::Right { .. });
    let fresh = if right { Some(call.deps.hasher.hash(new).await?) } else { None };
    let data = Changing { call: call.clone(), signed_in: signed_in.clone(), charges, fresh };
    match call.deps.store.write(data, |tx, changing| Box::pin(changing.settle(tx))).await {
        Err(StoreError::Refused(GONE)) => Err(FlowError::SignInAgain),
        other => {
            let changed = other?;
            call.deps.post_wake.notify_one();
            Ok(changed)
        }
    }
}

struct Changing {
    call: Call,
    signed_in: SignedIn,
    charges: Charges,
    /// The new hash; `None` when the present password was wrong.
    fresh: Option<PasswordHash>,
}

impl Changing {
    async fn settle(&self, tx: &mut Db) -> Result<Changed, StoreError> {
        let (call, signed_in) = (&self.call, &self.signed_in);
        let mut locked = self.charges.lock(tx).await?;
        if let Err(refused) = locked.check(call.now) {
            refused_at(call, signed_in, PURPOSE, &refused).note(tx).await?;
            return Ok(Changed::TooMany { until: refused.until });
        }
        let Some(fresh) = &self.fresh else {
            locked.fail(tx, call.now).await?;
            let detail = [("purpose", PURPOSE.to_owned())];
            audit::append(tx, &call.own_row(Event::SignInFirstStepFailed, signed_in.about(), &detail))
                .await?;
            return Ok(Changed::Wrong);
        };
        locked.succeed(tx, call.now).await?;
        let id = signed_in.account();
        first_step_cleared(tx, id).await?;
        // The owner is signed in and has proved the second step, where there is one.
        counter::delete(tx, &CounterKey::second_step(id, &Bucket::Strangers)).await?;
        let account = hold(tx, call, signed_in, AccountChange::ChangePassword).await?;
        let version = account::set_password(tx, id, fresh).await?.ok_or(StoreError::Refused(GONE))?;
        account::forget_telegram_refusals(tx, id).await?;
        if let Some(known) = signed_in.browser {
            browser::renew(tx, known, version).await?;
        }
        let ended = session::delete_others(tx, id, signed_in.session).await?;
        challenge::delete_for_account(tx, id).await?;
        let token = Token::new(call.entropy());
        if !session::step_up(tx, signed_in.session, &token.hash(), signed_in.class, call.now).await? {
            return Err(StoreError::Refused(GONE));
        }
        // A link that was asked for under the old password may be somebody else's.
        let asked = [LinkPurpose::ConfirmNewAddress, LinkPurpose::PasswordReset];
        void(tx, call, id, &asked).await?;
        let detail = [("ended", ended.to_string())];
        audit::append(tx, &call.own_row(Event::PasswordChanged, signed_in.about(), &detail)).await?;
        notice(tx, call, &account, LetterKind::PasswordChanged, LetterBody::default()).await?;
        Ok(Changed::Done { session: token, ended })
    }
}

/// A new password clears what strangers ran up against the old one (security standard NIST SP 800-63B, section 3.2.2).
/// By a link only what was run up against the password; the second step clears its own once it has followed.
pub(super) async fn first_step_cleared(tx: &mut Db, id: AccountId) -> Result<(), StoreError> {
    for key in [CounterKey::first_step_row(id), CounterKey::first_step_strangers(id)] {
        counter::delete(tx, &key).await?;
    }
    Ok(())
}
