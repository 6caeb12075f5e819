//! A forgotten password: a letter with a link, to whoever reads the account's mail.
//!
//! An unknown address, a closed account and a known one are answered alike, after the same work: what a stranger learns
//! here is that there is a page to ask on.

use countersign_core::audit::Event;
use countersign_core::email::EmailAddress;
use countersign_core::id::{AccountId, ChallengeId, LetterId, OrganisationId};
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::limits::{CounterKey, Refused};
use countersign_core::link::LinkPurpose;
use countersign_core::secret::Token;
use countersign_core::text::Text;
use countersign_store::account::AccountRow;
use countersign_store::letter::NewLetter;
use countersign_store::{Db, StoreError, account, audit, facts, letter, link, organisation};

use super::letters::{BY_MAIL, Draft, addresses, one_more_link, post};
use super::limit::Charges;
use super::link::may_reset;
use super::sso::password_is_off;
use super::{About, Call, FieldFault, FlowError};

/// Asks for a link that sets a new password. `language` is the page's, for an account that has chosen none. Nothing tells
/// whether there is such an account.
pub async fn ask(call: &Call, email: &str, language: Option<&str>) -> Result<(), FlowError> {
    if !call.deps.mail {
        return Err(FlowError::Forbidden(Text::new("reset-by-mail-not-set-up")));
    }
    let email = EmailAddress::parse(email)
        .map_err(|fault| FlowError::Invalid(vec![FieldFault { field: "email", text: fault.text() }]))?;
    let asking = Asking { call: call.clone(), email, language: language.map(str::to_owned) };
    let mut db = call.reader().await?;
    if let Err(refused) = asking.network().peek(&mut db, call.now).await? {
        return Err(refused.into());
    }
    let subject = asking.subject(account::by_email_key(&mut db, &asking.email.key()).await?.as_ref());
    drop(db);
    let job = call
        .deps
        .store
        .write((asking, subject), |tx, (asking, subject)| Box::pin(asking.settle(tx, *subject)));
    job.await??;
    call.deps.post_wake.notify_one();
    Ok(())
}

struct Asking {
    call: Call,
    email: EmailAddress,
    language: Option<String>,
}

impl Asking {
    fn network(&self) -> Charges {
        Charges::new(vec![CounterKey::mail_reset_address(&self.call.origin.address)])
    }

    /// What the address's own budget is kept under: the account's id, or one that stands in for it.
    fn subject(&self, found: Option<&AccountRow>) -> AccountId {
        let stand_in = || AccountId::from_bytes(self.call.deps.keys.identifier(&self.email.key()));
        found.map_or_else(stand_in, |account| account.id)
    }

    async fn settle(&self, tx: &mut Db, subject: AccountId) -> Result<Result<(), Refused>, StoreError> {
        let call = &self.call;
        let mut own = Charges::new(vec![CounterKey::mail_reset(subject)]).lock(tx).await?;
        let mut network = self.network().lock(tx).await?;
        if let Err(refused) = network.check(call.now) {
            return Ok(Err(refused));
        }
        network.fail(tx, call.now).await?;
        account::lock(tx, subject).await?;
        let found = account::by_id(tx, subject).await?;
        // Whoever took this address in between is not who was asked for.
        let found = found.filter(|account| account.email.key() == self.email.key());
        let is_within = own.check(call.now).is_ok();
        let is_off = is_off(tx, call, subject).await?;
        let open = found.as_ref().filter(|account| may_reset(account) && !is_off);
        if is_within {
            own.fail(tx, call.now).await?;
            // What the operator printed or a letter's link handed over stays: any stranger can ask here.
            link::void_made_by(tx, subject, LinkPurpose::PasswordReset, BY_MAIL, call.now).await?;
            match open {
                Some(account) => write(tx, call, account, self.language.as_deref()).await?,
                None => self.write_nothing(tx).await?,
            }
        }
        let about = found.as_ref().map_or_else(About::default, About::of);
        let sent = is_within && open.is_some();
        let detail = [("subject", subject.to_string()), ("sent", sent.to_string())];
        audit::append(tx, &call.caller_row(Event::PasswordResetAsked, about, &detail)).await?;
        Ok(Ok(()))
    }

    /// What [`write()`] costs, where there is nobody to write to: the letter is taken out of the outbox before anybody can
    /// see it.
    async fn write_nothing(&self, tx: &mut Db) -> Result<(), StoreError> {
        let call = &self.call;
        let nobody = ChallengeId::new(call.now, call.entropy());
        organisation::by_id(tx, OrganisationId::new(call.now, call.entropy())).await?;
        let body = LetterBody { link: Some(Token::new(call.entropy()).reveal()), ..LetterBody::default() };
        let decoy = NewLetter {
            id: LetterId::new(call.now, call.entropy()),
            account_id: None,
            challenge_id: Some(nobody),
            kind: LetterKind::PasswordReset,
            recipient: self.email.clone(),
            language: call.deps.language.clone(),
            body,
            bundle: None,
            created_at: call.now,
            expires_at: call.now,
        };
        letter::post(tx, &call.deps.keys, call.entropy(), &decoy).await?;
        letter::drop_waiting_of_challenge(tx, nobody).await.map(drop)
    }
}

/// Writes to the account's address, and while a change of it can be undone to the one before (each with a link of its own,
/// so that spending one shows which mailbox was read). Earlier links must be void already.
pub(super) async fn write(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    language: Option<&str>,
) -> Result<(), StoreError> {
    for recipient in addresses(call, account) {
        let token = one_more_link(tx, call, account, LinkPurpose::PasswordReset, Some(recipient)).await?;
        let until = call.now.plus(LinkPurpose::PasswordReset.life());
        let body = LetterBody {
            link: Some(token.reveal()),
            until: Some(until.as_millis()),
            ..LetterBody::default()
        };
        let draft = Draft { language, ..Draft::about(account, LetterKind::PasswordReset, recipient, body) };
        post(tx, call, draft).await?;
    }
    Ok(())
}

/// Whether the policy has this account come in through its provider, so that a password would open nothing.
async fn is_off(tx: &mut Db, call: &Call, subject: AccountId) -> Result<bool, StoreError> {
    let facts = facts::account_facts(tx, subject, call.now).await?;
    let Some(facts) = facts else { return Ok(false) };
    password_is_off(tx, facts.policy.password_sign_in, subject).await
}
