//! Links that set a password: the first administrator, an invitation, a reset.

use countersign_core::audit::Event;
use countersign_core::email::EmailAddress;
use countersign_core::id::AccountId;
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::link::LinkPurpose;
use countersign_core::name::DisplayName;
use countersign_core::password::{PasswordHash, SHORTEST_ALONE};
use countersign_core::role::Role;
use countersign_core::secret::{Password, Token};
use countersign_store::account::{AccountRow, AccountState};
use countersign_store::link::LinkRow;
use countersign_store::{
    Db, StoreError, account, audit, challenge, delivered_code, facts, link, organisation, session,
};

use super::super::address::{deeds, held};
use super::super::gate::{self, Entered, Entering, FirstStep};
use super::super::letters::{BY_MAIL, HANDED_OVER, notice};
use super::super::password::Around;
use super::super::sign_in::{Recognised, recognised};
use super::super::sign_up::{FIRST_VERSION, new_row};
use super::super::{About, Call, FieldFault, FlowError, GONE, password};
use super::{invitations_fall, inviter_of_staff, least, open, stands};
use crate::text;
use deeds::void;

/// What the form behind a link brings.
pub struct Filled {
    /// The address, where the link has none of its own.
    pub email: Option<String>,
    /// The display name, where an account is made.
    pub display_name: Option<String>,
    /// The password to set.
    pub password: Password,
    /// The recognised browser's cookie, if any: it is known across a reset, and so lets codes by mail be believed.
    pub browser: Option<Token>,
    /// The session's cookie, if any: that session ends.
    pub session: Option<Token>,
}

/// Spends the link: makes the account or sets the password, and passes the gate.
pub async fn spend(call: &Call, token: &Token, filled: Filled) -> Result<Entered, FlowError> {
    let row = open(call, token).await?;
    if !row.purpose.sets_password() {
        return Err(FlowError::NotFound);
    }
    let mut db = call.reader().await?;
    let target = target(call, &mut db, &row, &filled).await?;
    drop(db);
    let replaces = filled.session.as_ref().map(Token::hash);
    let hash = call.deps.hasher.hash(filled.password).await?;
    // Where the address is not theirs to choose, it is whoever invited who can choose another one.
    let refusal = if row.email.is_some() { text!("link-email-taken") } else { text!("email-taken") };
    let data = Spending { call: call.clone(), link: row, target, hash, replaces };
    let entered = match call.deps.store.write(data, |tx, spending| Box::pin(spending.settle(tx))).await {
        Err(StoreError::Refused(GONE)) => return Err(FlowError::NotFound),
        Err(StoreError::Unique(_)) => return Err(FlowError::field("email", refusal)),
        other => other?,
    };
    call.deps.post_wake.notify_one();
    Ok(entered)
}

/// Whom the password is for.
enum Target {
    New { email: EmailAddress, name: DisplayName, role: Role },
    Existing { id: AccountId, browser: Option<Recognised> },
}

async fn target(call: &Call, db: &mut Db, row: &LinkRow, filled: &Filled) -> Result<Target, FlowError> {
    let organisation = organisation::by_id(db, row.organisation_id).await?.ok_or(FlowError::NotFound)?.name;
    let Some(id) = row.account_id else { return new_account(call, row, filled, &organisation) };
    let facts = facts::account_facts(db, id, call.now).await?.ok_or(FlowError::NotFound)?;
    if facts.account.state != AccountState::Active {
        return Err(FlowError::NotFound);
    }
    let least = least(&facts, call.now);
    let (email, name) = (facts.account.email.as_str(), &*facts.account.display_name);
    let around = Around { email, name, organisation: &organisation };
    let faults = password::check(call, "password", &filled.password, &around, least);
    if !faults.is_empty() {
        return Err(FlowError::Invalid(faults));
    }
    let browser = recognised(call, db, &facts.account, filled.browser.as_ref()).await?;
    // Known, but under the password of before: it has no counters of its own.
    let browser = browser.map(|known| Recognised { is_current: false, ..known });
    Ok(Target::Existing { id, browser })
}

fn new_account(call: &Call, row: &LinkRow, filled: &Filled, organisation: &str) -> Result<Target, FlowError> {
    let mut faults = Vec::new();
    let email = match &row.email {
        Some(email) => Some(email.clone()),
        None => EmailAddress::parse(filled.email.as_deref().unwrap_or_default())
            .map_err(|fault| faults.push(FieldFault { field: "email", text: fault.text() }))
            .ok(),
    };
    let name = DisplayName::parse(filled.display_name.as_deref().unwrap_or_default())
        .map_err(|fault| faults.push(FieldFault { field: "display_name", text: fault.text() }))
        .ok();
    let around = Around {
        email: email.as_ref().map_or("", EmailAddress::as_str),
        name: name.as_ref().map_or("", DisplayName::as_str),
        organisation,
    };
    faults.extend(password::check(call, "password", &filled.password, &around, SHORTEST_ALONE));
    match (email, name) {
        (Some(email), Some(name)) if faults.is_empty() => {
            Ok(Target::New { email, name, role: row.role.unwrap_or(Role::Member) })
        }
        _ => Err(FlowError::Invalid(faults)),
    }
}

struct Spending {
    call: Call,
    link: LinkRow,
    target: Target,
    hash: PasswordHash,
    /// The hash of the token of the session that the browser holds.
    replaces: Option<[u8; 32]>,
}

impl Spending {
    async fn settle(&self, tx: &mut Db) -> Result<Entered, StoreError> {
        let call = &self.call;
        let (id, password_version, event, first_step, browser) = match &self.target {
            Target::New { email, name, role } => {
                self.still_stands(tx).await?;
                self.use_up(tx).await?;
                let id = self.create(tx, email, name, *role).await?;
                (id, FIRST_VERSION, Event::AccountAdded, self.first_step(), None)
            }
            Target::Existing { id, browser } => {
                let version = self.reset(tx, *id).await?;
                (*id, version, Event::PasswordReset, FirstStep::Reset, *browser)
            }
        };
        let about = About { account: Some(id), organisation: Some(self.link.organisation_id) };
        let purpose = [("purpose", self.link.purpose.as_str().to_owned())];
        let rows = [call.own_row(Event::LinkSpent, about, &purpose), call.own_row(event, about, &purpose)];
        audit::append_all(tx, &rows).await?;
        gate::ended_by_successor(tx, call, self.replaces.as_ref()).await?;
        let entering =
            Entering { account: id, password_version, first_step, claims: None, browser, replaces: None };
        gate::enter(tx, call, &entering).await?.ok_or(StoreError::Refused(GONE))
    }

    /// The link, after the account's row where there is one: in this order in every transaction.
    async fn use_up(&self, tx: &mut Db) -> Result<(), StoreError> {
        let won = link::spend(tx, self.link.id, self.call.now).await?;
        if won { Ok(()) } else { Err(StoreError::Refused(GONE)) }
    }

    /// Held until the end, so that nobody joins the staff beside the fall of whoever invited them.
    async fn still_stands(&self, tx: &mut Db) -> Result<(), StoreError> {
        if let Some(inviter) = inviter_of_staff(&self.link) {
            account::lock(tx, inviter).await?;
        }
        if stands(tx, &self.link).await? { Ok(()) } else { Err(StoreError::Refused(GONE)) }
    }

    fn first_step(&self) -> FirstStep {
        match self.link.purpose {
            LinkPurpose::FirstAdministrator => FirstStep::FirstAdministrator,
            LinkPurpose::Invitation => FirstStep::Invitation,
            LinkPurpose::PasswordReset
            | LinkPurpose::SignUp
            | LinkPurpose::ConfirmAddress
            | LinkPurpose::ConfirmNewAddress
            | LinkPurpose::UndoAddressChange
            | LinkPurpose::NotMe
            | LinkPurpose::StopSuspension => FirstStep::Reset,
        }
    }

    async fn create(
        &self,
        tx: &mut Db,
        email: &EmailAddress,
        name: &DisplayName,
        role: Role,
    ) -> Result<AccountId, StoreError> {
        let call = &self.call;
        // An invitation that reached its mailbox by somebody's hand, not by ours, leaves the address unverified.
        let mut row = new_row(call, self.link.organisation_id, email, name, role, &self.hash);
        if self.link.created_by == BY_MAIL {
            row.email_verified_at = Some(call.now);
        }
        if !account::create(tx, &row).await? {
            return Err(StoreError::Unique("account.email_key".to_owned()));
        }
        Ok(row.id)
    }

    /// Sets the password, ends whatever rested on the old one and returns the new version. No factor is touched. Counters
    /// come first, as in every transaction, and sessions after the version: a sign-in that was faster is seen and ended.
    /// Recognised browsers stay known, without the counters they had under the old password.
    async fn reset(&self, tx: &mut Db, id: AccountId) -> Result<i64, StoreError> {
        let call = &self.call;
        password::first_step_cleared(tx, id).await?;
        let account = held(tx, id).await?;
        self.use_up(tx).await?;
        let version = account::set_password(tx, id, &self.hash).await?.ok_or(StoreError::Refused(GONE))?;
        // What was refused in Telegram began with the old password.
        account::forget_telegram_refusals(tx, id).await?;
        // A link that the operator handed over does not rest on the mailbox, so nothing that came by it holds codes back.
        let by_mail = [BY_MAIL, HANDED_OVER].contains(&&*self.link.created_by);
        account::set_mail_reset(tx, id, by_mail.then_some(call.now)).await?;
        if by_mail {
            self.mailbox_shown(tx, &account).await?;
        } else {
            // The operator is asked where somebody else may have been in.
            invitations_fall(tx, call, &account).await?;
        }
        account::unlock_changes(tx, id).await?;
        // Whoever holds an older letter can do nothing with it any more, but for taking a change of address back.
        let others = [
            LinkPurpose::PasswordReset,
            LinkPurpose::ConfirmAddress,
            LinkPurpose::ConfirmNewAddress,
            LinkPurpose::NotMe,
        ];
        void(tx, call, id, &others).await?;
        session::delete_all(tx, id).await?;
        challenge::delete_for_account(tx, id).await?;
        delivered_code::delete_for_account(tx, id).await?;
        notice(tx, call, &account, LetterKind::PasswordWasReset, LetterBody::default()).await?;
        Ok(version)
    }

    /// The link was read in the mailbox that it names: if that still is the account's, the address is its owner's.
    async fn mailbox_shown(&self, tx: &mut Db, account: &AccountRow) -> Result<(), StoreError> {
        match &self.link.email {
            Some(email) if email.key() == account.email.key() => {
                deeds::confirmed(tx, &self.call, account, email).await
            }
            _ => Ok(()),
        }
    }
}
