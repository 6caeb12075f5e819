//! What an operator does to accounts from the command line. Every deed is audited.

use countersign_core::audit::Event;
use countersign_core::email::EmailAddress;
use countersign_core::id::AccountId;
use countersign_core::link::LinkPurpose;
use countersign_core::name::DisplayName;
use countersign_core::password::SHORTEST_ALONE;
use countersign_core::policy::SignUp;
use countersign_core::role::Role;
use countersign_core::secret::{Password, Token};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::account::{AccountFilter, AccountRow, AccountState};
use countersign_store::authenticator::AuthenticatorRow;
use countersign_store::facts::{self, AccountFacts};
use countersign_store::session::SessionRow;
use countersign_store::{account, audit, authenticator, session};

use super::link::{self, NewLink};
use super::member::{self, Doer};
use super::password::Around;
use super::session::is_alive;
use super::{About, Call, FieldFault, FlowError, password, policy, sign_up};
use crate::text;

mod address;

pub use address::{confirm_address, mail_reset, set_address};

/// The account of this address, with everything a decision needs. `NotFound` when there is none.
pub async fn facts(call: &Call, email: &str) -> Result<AccountFacts, FlowError> {
    let email = address(email)?;
    let mut db = call.reader().await?;
    facts::sign_in_facts(&mut db, &email.key(), call.now).await?.ok_or(FlowError::NotFound)
}

fn address(email: &str) -> Result<EmailAddress, FlowError> {
    EmailAddress::parse(email)
        .map_err(|fault| FlowError::Invalid(vec![FieldFault { field: "email", text: fault.text() }]))
}

/// An account to be added.
pub struct NewAccount {
    /// Its address.
    pub email: String,
    /// Its name; asked for on the invitation's page when missing.
    pub display_name: Option<String>,
    /// What it may do.
    pub role: Role,
    /// The organisation's slug; the default organisation without it.
    pub organisation: Option<String>,
    /// A password; without one an invitation is made.
    pub password: Option<Password>,
}

/// What adding an account led to.
pub enum Added {
    /// The account exists and can sign in.
    Account,
    /// An invitation: its token and its end.
    Invited(Token, Timestamp),
}

/// Adds an account with a password, or invites its owner to choose one.
pub async fn add(call: &Call, new: NewAccount) -> Result<Added, FlowError> {
    let email = address(&new.email)?;
    let (organisation, rules) = policy::of_slug(call, new.organisation.as_deref()).await?;
    let mut db = call.reader().await?;
    if account::by_email_key(&mut db, &email.key()).await?.is_some() {
        return Err(FlowError::field("email", text!("email-taken")));
    }
    drop(db);
    let Some(chosen) = new.password else {
        if rules.sign_up == SignUp::Closed {
            return Err(FlowError::Forbidden(Text::new("invitations-closed")));
        }
        let invitation = NewLink {
            purpose: LinkPurpose::Invitation,
            account: None,
            organisation: organisation.id,
            email: Some(email),
            role: Some(new.role),
            created_by: call.origin.actor.kind().to_owned(),
        };
        let (token, until) = link::make(call, invitation).await?;
        return Ok(Added::Invited(token, until));
    };
    let name = new.display_name.unwrap_or_else(|| email.local().to_owned());
    let name = DisplayName::parse(&name).map_err(|fault| {
        FlowError::Invalid(vec![FieldFault { field: "display_name", text: fault.text() }])
    })?;
    let around = Around { email: email.as_str(), name: name.as_str(), organisation: &organisation.name };
    let faults = password::check(call, "password", &chosen, &around, SHORTEST_ALONE);
    if !faults.is_empty() {
        return Err(FlowError::Invalid(faults));
    }
    let hash = call.deps.hasher.hash(chosen).await?;
    let row = sign_up::new_row(call, organisation.id, &email, &name, new.role, &hash);
    let note =
        call.caller_row(Event::AccountAdded, About::of(&row), &[("role", new.role.as_str().to_owned())]);
    let job = call.deps.store.write((row, note), |tx, (row, note)| {
        Box::pin(async move {
            let made = account::create(tx, row).await?;
            if made {
                audit::append(tx, note).await?;
            }
            Ok(made)
        })
    });
    if job.await? { Ok(Added::Account) } else { Err(FlowError::field("email", text!("email-taken"))) }
}

/// Accounts by address, `most` at a time.
pub async fn list(call: &Call, filter: &AccountFilter, most: u32) -> Result<Vec<AccountRow>, FlowError> {
    let mut db = call.reader().await?;
    Ok(account::list(&mut db, filter, most).await?)
}

/// The address of an account, for lists that speak of accounts by their id.
pub async fn email_of(call: &Call, id: AccountId) -> Result<Option<String>, FlowError> {
    let mut db = call.reader().await?;
    Ok(account::by_id(&mut db, id).await?.map(|row| row.email.as_str().to_owned()))
}

/// Everything an operator may see of one account. No secret is in here.
pub struct AccountDetail {
    /// Account, policy, suspension.
    pub facts: AccountFacts,
    /// Confirmed devices.
    pub devices: Vec<AuthenticatorRow>,
    /// Live sessions.
    pub sessions: Vec<SessionRow>,
}

/// Shows one account.
pub async fn show(call: &Call, email: &str) -> Result<AccountDetail, FlowError> {
    let facts = facts(call, email).await?;
    let mut db = call.reader().await?;
    let devices = authenticator::confirmed(&mut db, facts.account.id).await?;
    let mut sessions = session::list(&mut db, facts.account.id, call.now).await?;
    sessions.retain(|row| is_alive(&facts, row, call.now));
    Ok(AccountDetail { facts, devices, sessions })
}

/// Disables an account and ends everything it holds, or enables it again. `Conflict` when it is so already.
pub async fn set_state(call: &Call, email: &str, state: AccountState) -> Result<(), FlowError> {
    let id = facts(call, email).await?.account.id;
    member::set_state(call, &Doer::Operator, id, state).await
}

/// Ends every session and challenge of an account and tells how many sessions there were.
pub async fn end_sessions(call: &Call, email: &str) -> Result<u64, FlowError> {
    let id = facts(call, email).await?.account.id;
    member::end_sessions(call, &Doer::Operator, id).await
}

/// Makes a password-reset link for an active account.
pub async fn reset_link(call: &Call, email: &str) -> Result<(Token, Timestamp), FlowError> {
    let facts = facts(call, email).await?;
    if !link::may_reset(&facts.account) {
        return Err(FlowError::Conflict(Text::new("account-is-disabled")));
    }
    let reset = NewLink {
        purpose: LinkPurpose::PasswordReset,
        account: Some(facts.account.id),
        organisation: facts.account.organisation_id,
        email: None,
        role: None,
        created_by: call.origin.actor.kind().to_owned(),
    };
    link::make(call, reset).await
}
