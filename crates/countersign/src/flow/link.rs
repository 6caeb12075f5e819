//! One-time links: the first administrator, an invitation, a password reset.
//!
//! Opening a link spends nothing; only [`spend`] does, in the transaction that sets the password. All of them end at the
//! gate: a reset never goes round the second step and touches no factor (ALL-4, ALL-9).

use countersign_core::audit::Event;
use countersign_core::email::EmailAddress;
use countersign_core::id::{AccountId, LinkId, OrganisationId};
use countersign_core::limits::CounterKey;
use countersign_core::link::LinkPurpose;
use countersign_core::name::DisplayName;
use countersign_core::password::{PasswordHash, SHORTEST_ALONE};
use countersign_core::role::Role;
use countersign_core::secret::{Password, Token};
use countersign_core::time::Timestamp;
use countersign_store::account::{AccountRow, AccountState};
use countersign_store::facts::AccountFacts;
use countersign_store::link::LinkRow;
use countersign_store::{
    Db, StoreError, account, audit, browser, challenge, facts, link, organisation, session,
};

use super::gate::{self, Entered, Entering, FirstStep};
use super::limit::Charges;
use super::password::Around;
use super::sign_up::FIRST_VERSION;
use super::{About, Call, FieldFault, FlowError, GONE, password};
use crate::text;

/// A link to be made.
#[derive(Clone, Debug)]
pub struct NewLink {
    /// What it is for.
    pub purpose: LinkPurpose,
    /// The account, for a reset.
    pub account: Option<AccountId>,
    /// The organisation it belongs to.
    pub organisation: OrganisationId,
    /// The invited address.
    pub email: Option<EmailAddress>,
    /// The role of the account to be made.
    pub role: Option<Role>,
    /// Who made it: an account's id, or `command-line`.
    pub created_by: String,
}

/// Makes a link and returns its token and end. Earlier links of the same purpose for the account are void.
pub async fn make(call: &Call, new: NewLink) -> Result<(Token, Timestamp), FlowError> {
    let token = Token::new(call.entropy());
    let expires_at = call.now.plus(new.purpose.life());
    let row = LinkRow {
        id: LinkId::new(call.now, call.entropy()),
        purpose: new.purpose,
        account_id: new.account,
        organisation_id: new.organisation,
        email: new.email,
        role: new.role,
        created_at: call.now,
        expires_at,
        spent_at: None,
        created_by: new.created_by,
    };
    let about = About { account: new.account, organisation: Some(new.organisation) };
    let note = call.caller_row(Event::LinkMade, about, &[("purpose", new.purpose.as_str().to_owned())]);
    let data = (row, token.hash(), note);
    let job = call.deps.store.write(data, |tx, (row, hash, note)| {
        Box::pin(async move {
            match row.account_id {
                Some(account) => link::void_for(tx, account, row.purpose, row.created_at).await?,
                None if row.purpose == LinkPurpose::FirstAdministrator => {
                    link::void_of_organisation(tx, row.organisation_id, row.purpose, row.created_at).await?
                }
                None => 0,
            };
            link::create(tx, hash, row).await?;
            audit::append(tx, note).await
        })
    });
    job.await?;
    Ok((token, expires_at))
}

/// What the page behind a link shows.
#[derive(Clone, Debug)]
pub struct LinkView {
    /// The name of the organisation that it is of.
    pub organisation: String,
    /// What it is for.
    pub purpose: LinkPurpose,
    /// Whose it is, masked for a reset; an invitation shows its own address.
    pub email: Option<String>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Whether the form asks for an address and a name.
    pub makes_account: bool,
    /// Whether a short password will do, as a second step is enrolled and forced.
    pub short_password: bool,
}

/// Looks at a link without spending it. `NotFound` when it is over, spent or unknown; wrong tokens are limited.
pub async fn view(call: &Call, token: &Token) -> Result<LinkView, FlowError> {
    let row = open(call, token).await?;
    let mut db = call.reader().await?;
    let facts = match row.account_id {
        Some(id) => Some(facts::account_facts(&mut db, id, call.now).await?.ok_or(FlowError::NotFound)?),
        None => None,
    };
    let organisation =
        organisation::by_id(&mut db, row.organisation_id).await?.ok_or(FlowError::NotFound)?.name;
    let (email, least) = match &facts {
        Some(facts) => (Some(facts.account.email.masked()), least(facts)),
        None => (row.email.as_ref().map(|email| email.as_str().to_owned()), SHORTEST_ALONE),
    };
    Ok(LinkView {
        organisation,
        purpose: row.purpose,
        email,
        expires_at: row.expires_at,
        makes_account: row.account_id.is_none(),
        short_password: least < SHORTEST_ALONE,
    })
}

fn least(facts: &AccountFacts) -> usize {
    password::floor(&facts.policy, facts.account.role, facts.authenticators > 0)
}

async fn open(call: &Call, token: &Token) -> Result<LinkRow, FlowError> {
    let mut db = call.reader().await?;
    let row = link::by_token_hash(&mut db, &token.hash()).await?;
    if let Some(row) =
        row.filter(|row| row.purpose.sets_password() && row.spent_at.is_none() && row.expires_at > call.now)
    {
        let too_late = row.purpose == LinkPurpose::FirstAdministrator
            && account::count_role(&mut db, Role::Administrator).await? > 0;
        return if too_late { Err(FlowError::NotFound) } else { Ok(row) };
    }
    drop(db);
    // Only wrong tokens are counted: 256 bits need no limit, and a neighbour's noise must not stop a right one.
    let charges = Charges::new(vec![CounterKey::link_address(&call.origin.address)]);
    Err(charges.noise(call).await?.map_or(FlowError::NotFound, FlowError::from))
}

/// What the form behind a link brings.
pub struct Filled {
    /// The address, where the link has none of its own.
    pub email: Option<String>,
    /// The display name, where an account is made.
    pub display_name: Option<String>,
    /// The password to set.
    pub password: Password,
    /// The session's cookie, if any: that session ends.
    pub session: Option<Token>,
}

/// Spends the link: makes the account or sets the password, and passes the gate.
pub async fn spend(call: &Call, token: &Token, filled: Filled) -> Result<Entered, FlowError> {
    let row = open(call, token).await?;
    let mut db = call.reader().await?;
    let target = target(call, &mut db, &row, &filled).await?;
    drop(db);
    let replaces = filled.session.as_ref().map(Token::hash);
    let hash = call.deps.hasher.hash(filled.password).await?;
    let data = Spending { call: call.clone(), link: row, target, hash, replaces };
    match call.deps.store.write(data, |tx, spending| Box::pin(spending.settle(tx))).await {
        Err(StoreError::Refused(GONE)) => Err(FlowError::NotFound),
        Err(StoreError::Unique(_)) => Err(FlowError::field("email", text!("email-taken"))),
        other => Ok(other?),
    }
}

/// Whom the password is for.
enum Target {
    New { email: EmailAddress, name: DisplayName, role: Role },
    Existing(AccountId),
}

async fn target(call: &Call, db: &mut Db, row: &LinkRow, filled: &Filled) -> Result<Target, FlowError> {
    let organisation = organisation::by_id(db, row.organisation_id).await?.ok_or(FlowError::NotFound)?.name;
    let Some(id) = row.account_id else { return new_account(call, row, filled, &organisation) };
    let facts = facts::account_facts(db, id, call.now).await?.ok_or(FlowError::NotFound)?;
    if facts.account.state != AccountState::Active {
        return Err(FlowError::NotFound);
    }
    let least = least(&facts);
    let (email, name) = (facts.account.email.as_str(), &*facts.account.display_name);
    let around = Around { email, name, organisation: &organisation };
    let faults = password::check(call, "password", &filled.password, &around, least);
    if faults.is_empty() { Ok(Target::Existing(id)) } else { Err(FlowError::Invalid(faults)) }
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
        if !link::spend(tx, self.link.id, call.now).await? {
            return Err(StoreError::Refused(GONE));
        }
        let (id, password_version, event, first_step) = match &self.target {
            Target::New { email, name, role } => {
                let id = self.create(tx, email, name, *role).await?;
                (id, FIRST_VERSION, Event::AccountAdded, self.first_step())
            }
            Target::Existing(id) => {
                let version = self.reset(tx, *id).await?;
                (*id, version, Event::PasswordReset, FirstStep::Reset)
            }
        };
        let about = About { account: Some(id), organisation: Some(self.link.organisation_id) };
        let purpose = [("purpose", self.link.purpose.as_str().to_owned())];
        let rows = [call.own_row(Event::LinkSpent, about, &purpose), call.own_row(event, about, &purpose)];
        audit::append_all(tx, &rows).await?;
        gate::ended_by_successor(tx, call, self.replaces.as_ref()).await?;
        let entering = Entering { account: id, password_version, first_step, browser: None, replaces: None };
        gate::enter(tx, call, &entering).await?.ok_or(StoreError::Refused(GONE))
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
            | LinkPurpose::NotMe => FirstStep::Reset,
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
        // An invitation reached its mailbox by the operator's hand, not by ours: the address stays unverified.
        let row = super::sign_up::new_row(call, self.link.organisation_id, email, name, role, &self.hash);
        if !account::create(tx, &row).await? {
            return Err(StoreError::Unique("account.email_key".to_owned()));
        }
        Ok(row.id)
    }

    /// Sets the password, ends whatever rested on the old one and returns the new version. No factor is touched. Counters
    /// come first, as in every transaction, and sessions after the version: a sign-in that was faster is seen and ended.
    async fn reset(&self, tx: &mut Db, id: AccountId) -> Result<i64, StoreError> {
        password::first_step_cleared(tx, id).await?;
        let version = account::set_password(tx, id, &self.hash).await?.ok_or(StoreError::Refused(GONE))?;
        session::delete_all(tx, id).await?;
        challenge::delete_for_account(tx, id).await?;
        browser::delete_for_account(tx, id).await?;
        Ok(version)
    }
}

/// Makes the one-time address of the first administrator while nobody holds that role. `None`: somebody does.
pub async fn first_administrator(call: &Call) -> Result<Option<Token>, FlowError> {
    let mut db = call.reader().await?;
    if account::count_role(&mut db, Role::Administrator).await? > 0 {
        return Ok(None);
    }
    drop(db);
    let organisation = super::policy::default_organisation(call).await?;
    let new = NewLink {
        purpose: LinkPurpose::FirstAdministrator,
        account: None,
        organisation: organisation.id,
        email: None,
        role: Some(Role::Administrator),
        created_by: "start".to_owned(),
    };
    Ok(Some(make(call, new).await?.0))
}

/// Whether an account row may get a reset link: it must be active.
pub(super) fn may_reset(row: &AccountRow) -> bool {
    row.state == AccountState::Active
}
