//! One-time links: what one is for, and using it up.
//!
//! Opening a link spends nothing; only [`spend()`] (which sets a password) and [`confirm()`] (which takes one button, and
//! the password of a sign-up) do, in the transaction that does what the link is for. What ends in a session ends at the gate: a reset never goes round the
//! second step and touches no factor (ALL-4, ALL-9).

use countersign_core::action::Action;
use countersign_core::audit::Event;
use countersign_core::email::EmailAddress;
use countersign_core::id::{AccountId, LinkId, OrganisationId};
use countersign_core::limits::CounterKey;
use countersign_core::link::LinkPurpose;
use countersign_core::password::SHORTEST_ALONE;
use countersign_core::role::Role;
use countersign_core::secret::Token;
use countersign_core::time::Timestamp;
use countersign_store::account::{AccountRow, AccountState};
use countersign_store::facts::AccountFacts;
use countersign_store::link::LinkRow;
use countersign_store::{Db, StoreError, account, audit, facts, link, organisation};

use super::limit::Charges;
use super::{About, Call, FlowError, password};

mod confirm;
mod finish;
mod spend;

pub use confirm::{Confirmed, confirm};
pub use spend::{Filled, spend};

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
        invited_by: None,
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
    /// Whose it is: the account's address, masked. An invitation and a sign-up, whose account is still to be made, show
    /// their own in full.
    pub email: Option<String>,
    /// The address that it confirms or gives back, in full: its letter went there.
    pub address: Option<String>,
    /// When it ends.
    pub expires_at: Timestamp,
    /// Whether the form asks for an address and a name.
    pub makes_account: bool,
    /// Whether it sets a password, by [`spend()`]; the others take one button and [`confirm()`].
    pub sets_password: bool,
    /// Whether a short password will do, as a second step is enrolled and forced.
    pub short_password: bool,
    /// Tells this link from others and opens nothing: a form carries it, so that it is not sent for a link that was opened
    /// in another tab meanwhile.
    pub mark: String,
}

/// Looks at a link without spending it. `NotFound` when it is over, spent or unknown; wrong tokens are limited.
pub async fn view(call: &Call, token: &Token) -> Result<LinkView, FlowError> {
    let row = open(call, token).await?;
    let mut db = call.reader().await?;
    let facts = match row.account_id {
        Some(id) => Some(facts::account_facts(&mut db, id, call.now).await?.ok_or(FlowError::NotFound)?),
        None => None,
    };
    if facts.as_ref().is_some_and(|facts| !may_reset(&facts.account)) {
        return Err(FlowError::NotFound);
    }
    let organisation =
        organisation::by_id(&mut db, row.organisation_id).await?.ok_or(FlowError::NotFound)?.name;
    let own = row.email.as_ref().map(|email| email.as_str().to_owned());
    let (email, least) = match &facts {
        Some(facts) => (Some(facts.account.email.masked()), least(facts, call.now)),
        None => (own.clone(), SHORTEST_ALONE),
    };
    let sets_password = row.purpose.sets_password();
    Ok(LinkView {
        organisation,
        purpose: row.purpose,
        email,
        address: own.filter(|_| !sets_password),
        expires_at: row.expires_at,
        makes_account: row.account_id.is_none() && sets_password,
        sets_password,
        short_password: least < SHORTEST_ALONE,
        mark: mark(call, token),
    })
}

fn mark(call: &Call, token: &Token) -> String {
    let mac = call.deps.keys.mac("link form", &[&token.hash()]);
    data_encoding::HEXLOWER.encode(&mac[..8])
}

fn least(facts: &AccountFacts, now: Timestamp) -> usize {
    password::floor(&facts.policy, facts.account.role, facts.authenticators > 0, now)
}

async fn open(call: &Call, token: &Token) -> Result<LinkRow, FlowError> {
    let mut db = call.reader().await?;
    let row = link::by_token_hash(&mut db, &token.hash()).await?;
    if let Some(row) = row.filter(|row| row.spent_at.is_none() && row.expires_at > call.now) {
        let too_late = row.purpose == LinkPurpose::FirstAdministrator
            && account::count_role(&mut db, Role::Administrator).await? > 0;
        let over = too_late || !stands(&mut db, &row).await?;
        return if over { Err(FlowError::NotFound) } else { Ok(row) };
    }
    drop(db);
    // Only wrong tokens are counted: 256 bits need no limit, and a neighbour's noise must not stop a right one.
    let charges = Charges::new(vec![CounterKey::link_address(&call.origin.address)]);
    Err(charges.noise(call).await?.map_or(FlowError::NotFound, FlowError::from))
}

/// Whether an invitation still has the word of whoever made it: one to be of the staff rests on somebody who may still
/// invite staff of this organisation.
async fn stands(db: &mut Db, row: &LinkRow) -> Result<bool, StoreError> {
    let Some(inviter) = inviter_of_staff(row) else { return Ok(true) };
    let may = |one: &AccountRow| {
        one.state == AccountState::Active
            && one.organisation_id == row.organisation_id
            && Action::InviteStaff.allowed(one.role)
    };
    Ok(account::by_id(db, inviter).await?.as_ref().is_some_and(may))
}

/// Who made an invitation to be of the staff; `None`: it is none, or the operator's.
fn inviter_of_staff(row: &LinkRow) -> Option<AccountId> {
    row.invited_by.filter(|_| row.role.is_some_and(Role::is_staff))
}

/// Voids the unused invitations to the staff that an account has made. What the audit row of the deed says of it: nothing
/// where there were none.
pub(super) async fn word_falls(
    tx: &mut Db,
    call: &Call,
    inviter: AccountId,
) -> Result<Option<(&'static str, String)>, StoreError> {
    let ended = link::void_invitations_to_staff(tx, inviter, call.now).await?;
    Ok((ended > 0).then(|| ("invitations_ended", ended.to_string())))
}

/// As [`word_falls`], with a row of its own: whoever was in the account may have made them.
pub(super) async fn invitations_fall(
    tx: &mut Db,
    call: &Call,
    inviter: &AccountRow,
) -> Result<(), StoreError> {
    let Some(ended) = word_falls(tx, call, inviter.id).await? else { return Ok(()) };
    audit::append(tx, &call.own_row(Event::InvitationWithdrawn, About::of(inviter), &[ended])).await
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
