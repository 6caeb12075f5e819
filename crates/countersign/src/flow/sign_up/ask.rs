//! A sign-up whose address is confirmed by a letter before there is an account.

use countersign_core::audit::Event;
use countersign_core::email::EmailAddress;
use countersign_core::id::LinkId;
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::limits::Refused;
use countersign_core::link::LinkPurpose;
use countersign_core::name::DisplayName;
use countersign_core::password::PasswordHash;
use countersign_core::policy::SignUp;
use countersign_core::role::Role;
use countersign_core::secret::Token;
use countersign_store::account::AccountRow;
use countersign_store::link::LinkRow;
use countersign_store::organisation::OrganisationRow;
use countersign_store::sign_up::SignUpRow;
use countersign_store::{Db, StoreError, account, audit, link, policy, sign_up};

use super::super::address::deeds::TAKEN;
use super::super::address::to_recipient;
use super::super::gate::{self, Entered, Entering, FirstStep};
use super::super::letters::{BY_MAIL, Draft, post};
use super::super::limit::Charges;
use super::super::{About, Call, GONE};
use super::{FIRST_VERSION, new_row};

/// A sign-up that is to be written down.
pub(super) struct Asking {
    pub(super) call: Call,
    /// What every sign-up from a network is charged to.
    pub(super) charges: Charges,
    pub(super) organisation: OrganisationRow,
    pub(super) email: EmailAddress,
    pub(super) name: DisplayName,
    pub(super) language: Option<String>,
    pub(super) hash: PasswordHash,
}

impl Asking {
    /// Writes the same rows whether or not the address is free; what a letter says is all that differs. Past the limit of
    /// the address there is no letter, and no word of that either.
    pub(super) async fn settle(&self, tx: &mut Db) -> Result<Result<(), Refused>, StoreError> {
        let call = &self.call;
        let mut to_address = Charges::new(vec![to_recipient(call, &self.email)]).lock(tx).await?;
        let mut network = self.charges.lock(tx).await?;
        if let Err(refused) = network.check(call.now) {
            return Ok(Err(refused));
        }
        network.fail(tx, call.now).await?;
        let sent = to_address.check(call.now).is_ok();
        if sent {
            to_address.fail(tx, call.now).await?;
            self.write(tx).await?;
        }
        let about = About { account: None, organisation: Some(self.organisation.id) };
        let detail = [("sent", sent.to_string())];
        audit::append(tx, &call.caller_row(Event::SignUpAsked, about, &detail)).await?;
        Ok(Ok(()))
    }

    async fn write(&self, tx: &mut Db) -> Result<(), StoreError> {
        let call = &self.call;
        let key = self.email.key();
        let owner = account::by_email_key(tx, &key).await?;
        let is_taken = account::is_taken(tx, &key, call.now).await?;
        let token = Token::new(call.entropy());
        let row = self.link();
        let sign_up = SignUpRow {
            link_id: row.id,
            email_key: key,
            display_name: self.name.as_str().to_owned(),
            language: self.language.clone(),
            password: self.hash.clone(),
        };
        // Whoever holds an earlier letter can't finish what somebody else has begun since.
        sign_up::void_for_address(tx, self.organisation.id, &sign_up.email_key, call.now).await?;
        // For a taken address too, where nobody ever learns the token.
        link::create(tx, &token.hash(), &row).await?;
        sign_up::create(tx, &sign_up).await?;
        let body = LetterBody {
            link: (!is_taken).then(|| token.reveal()),
            organisation: Some(self.organisation.name.clone()),
            ..LetterBody::default()
        };
        let kind = if is_taken { LetterKind::SignUpTaken } else { LetterKind::SignUp };
        post(tx, call, self.draft(kind, owner.as_ref(), body)).await
    }

    fn draft<'a>(&'a self, kind: LetterKind, owner: Option<&'a AccountRow>, body: LetterBody) -> Draft<'a> {
        let language = self.language.as_deref();
        Draft { kind, recipient: &self.email, account: owner, challenge: None, language, body }
    }

    fn link(&self) -> LinkRow {
        let now = self.call.now;
        LinkRow {
            id: LinkId::new(now, self.call.entropy()),
            purpose: LinkPurpose::SignUp,
            account_id: None,
            organisation_id: self.organisation.id,
            email: Some(self.email.clone()),
            role: Some(Role::Member),
            created_at: now,
            expires_at: now.plus(LinkPurpose::SignUp.life()),
            spent_at: None,
            created_by: BY_MAIL.to_owned(),
            invited_by: None,
        }
    }
}

/// Makes the account of a sign-up whose link was just spent by somebody who knows its password, if people may still sign
/// up, and passes the gate. `replaces` is the hash of the token of
/// the session that the browser holds.
pub(in crate::flow) async fn finish(
    tx: &mut Db,
    call: &Call,
    link: &LinkRow,
    replaces: Option<&[u8; 32]>,
) -> Result<Entered, StoreError> {
    let email = link.email.as_ref().ok_or(StoreError::Corrupt("link.email"))?;
    let rules = policy::current(tx, link.organisation_id).await?;
    if rules.is_none_or(|row| row.policy.sign_up != SignUp::Open) {
        return Err(StoreError::Refused(GONE));
    }
    let asked = sign_up::by_link(tx, link.id).await?.ok_or(StoreError::Refused(GONE))?;
    let name = DisplayName::parse(&asked.display_name).map_err(|_| StoreError::Corrupt("sign_up.name"))?;
    if account::is_taken(tx, &email.key(), call.now).await? {
        return Err(StoreError::Refused(TAKEN));
    }
    let mut row = new_row(call, link.organisation_id, email, &name, Role::Member, &asked.password);
    row.language = asked.language;
    row.email_verified_at = Some(call.now);
    if !account::create(tx, &row).await? {
        return Err(StoreError::Refused(TAKEN));
    }
    let about = About::of(&row);
    let purpose = [("purpose", link.purpose.as_str().to_owned())];
    let rows = [
        call.own_row(Event::LinkSpent, about, &purpose),
        call.own_row(Event::SignUpMade, about, &[("made", true.to_string())]),
    ];
    audit::append_all(tx, &rows).await?;
    gate::ended_by_successor(tx, call, replaces).await?;
    let entering = Entering {
        account: row.id,
        password_version: FIRST_VERSION,
        first_step: FirstStep::SignUp,
        claims: None,
        browser: None,
        replaces: None,
    };
    gate::enter(tx, call, &entering).await?.ok_or(StoreError::Refused(GONE))
}
