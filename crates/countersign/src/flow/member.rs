//! The members of an organisation: who they are, and what administrators do to them. Every deed asks for its right when
//! it begins and again in its transaction, stands in the audit log, and is told to the owner.

use countersign_core::action::Action;
use countersign_core::audit::{Actor, AuditRow, Event};
use countersign_core::id::{AccountId, OrganisationId};
use countersign_core::text::Text;
use countersign_store::facts::{self, AccountFacts};
use countersign_store::{Db, StoreError, account, authenticator, member, session, telegram_account};

use super::desk::sheet;
use super::session::{SignedIn, is_alive};
use super::{About, Call, FlowError, GONE, staff};

mod deeds;
mod delete;
mod export;

pub use super::desk::sheet::{ChatLine, PhoneFact};
pub use countersign_store::account::{AccountRow, AccountState};
pub use countersign_store::authenticator::AuthenticatorRow;
pub use countersign_store::member::{MemberCounts, MemberFilter, MemberRow, Protection};
pub use countersign_store::session::SessionRow;
pub use deeds::{change_role, end_sessions, set_state};
pub use delete::delete;
pub(super) use export::rfc3339;
pub use export::{export, members_csv};

/// Members on one page.
pub const PAGE: u32 = 50;

/// Rolls a deed back that would leave an organisation without an administrator.
const LAST: &str = crate::text!("member-last-administrator");
/// Rolls a deed back that changes nothing.
const SAME: &str = "nothing to change";

/// Who acts.
#[derive(Clone)]
pub enum Doer {
    /// Somebody of the staff, in a session of theirs.
    Staff(Box<SignedIn>),
    /// Whoever has the server's command line.
    Operator,
}

impl Doer {
    /// Staff, in their session.
    pub fn staff(signed_in: &SignedIn) -> Self {
        Self::Staff(Box::new(signed_in.clone()))
    }

    /// Whether this may be done now.
    ///
    /// # Errors
    ///
    /// As [`staff::require`].
    pub(super) async fn require(&self, call: &Call, action: Action) -> Result<(), FlowError> {
        match self {
            Self::Staff(signed_in) => staff::require(call, signed_in, action).await,
            Self::Operator => Ok(()),
        }
    }

    /// The account that is acted on, if it may be.
    pub(super) async fn subject(
        &self,
        call: &Call,
        action: Action,
        id: AccountId,
    ) -> Result<AccountFacts, FlowError> {
        self.require(call, action).await?;
        if let Self::Staff(signed_in) = self {
            return staff::subject(call, signed_in, action, id).await;
        }
        let mut db = call.reader().await?;
        facts::account_facts(&mut db, id, call.now).await?.ok_or(FlowError::NotFound)
    }

    /// Proves the right again in the transaction of a deed that concerns no account.
    pub(super) async fn hold(&self, tx: &mut Db, call: &Call, action: Action) -> Result<(), StoreError> {
        if let Self::Staff(signed_in) = self {
            staff::hold(tx, call, signed_in, action).await?;
        }
        Ok(())
    }

    /// As [`Self::hold`], and holds the account that is acted on.
    pub(super) async fn hold_subject(
        &self,
        tx: &mut Db,
        call: &Call,
        action: Action,
        id: AccountId,
    ) -> Result<AccountFacts, StoreError> {
        if let Self::Staff(signed_in) = self {
            let actor = staff::hold(tx, call, signed_in, action).await?;
            return staff::hold_subject(tx, call, &actor, id).await;
        }
        account::lock(tx, id).await?;
        facts::account_facts(tx, id, call.now).await?.ok_or(StoreError::Refused(GONE))
    }

    /// The organisation it acts in: its own, or for the operator the one that is given.
    pub(super) fn organisation(&self, given: OrganisationId) -> OrganisationId {
        match self {
            Self::Staff(signed_in) => signed_in.facts.account.organisation_id,
            Self::Operator => given,
        }
    }

    /// An audit row of this doer's.
    pub(super) fn row(
        &self,
        call: &Call,
        event: Event,
        about: About,
        details: &[(&str, String)],
    ) -> AuditRow {
        let actor = match self {
            Self::Staff(signed_in) => Actor::Account(signed_in.account()),
            Self::Operator => call.origin.actor,
        };
        call.audit_row(event, actor, about, details)
    }
}

/// Of an account that counts among the administrators: it stays one while it is the last.
async fn keep_one_administrator(tx: &mut Db, account: &AccountRow) -> Result<(), StoreError> {
    let counts =
        account.role == countersign_core::role::Role::Administrator && account.state == AccountState::Active;
    if counts && member::hold_administrators(tx, account.organisation_id).await? <= 1 {
        return Err(StoreError::Refused(LAST));
    }
    Ok(())
}

/// What became of a deed's transaction.
fn told<T>(outcome: Result<T, StoreError>, same: &'static str) -> Result<T, FlowError> {
    match outcome {
        Err(StoreError::Refused(LAST)) => Err(FlowError::Conflict(Text::new(LAST))),
        Err(StoreError::Refused(SAME)) => Err(FlowError::Conflict(Text::new(same))),
        Err(StoreError::Refused(GONE)) => Err(FlowError::NotFound),
        other => Ok(other?),
    }
}

/// One page of members.
#[derive(Clone, Debug)]
pub struct Page {
    /// In the order of their addresses.
    pub rows: Vec<MemberRow>,
    /// Where the next page begins, if there is one: a value of [`MemberFilter::after`].
    pub next: Option<String>,
}

/// The members of an organisation that fit a filter.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn list(
    call: &Call,
    organisation: OrganisationId,
    filter: &MemberFilter,
    most: u32,
) -> Result<Page, FlowError> {
    let mut db = call.reader().await?;
    let mut rows = member::list(&mut db, organisation, filter, most.saturating_add(1)).await?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let is_more = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| is_more).map(member::cursor);
    Ok(Page { rows, next })
}

/// How many members an organisation has.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn counts(call: &Call, organisation: OrganisationId) -> Result<MemberCounts, FlowError> {
    let mut db = call.reader().await?;
    Ok(member::counts(&mut db, organisation).await?)
}

/// One member, with devices and sessions. No secret is in here.
pub struct Detail {
    /// Account, policy, suspension, counts.
    pub facts: AccountFacts,
    /// Confirmed devices.
    pub devices: Vec<AuthenticatorRow>,
    /// Linked Telegram accounts, by what their owner calls them.
    pub chats: Vec<ChatLine>,
    /// Proved phone numbers, masked.
    pub phones: Vec<PhoneFact>,
    /// Sessions that are alive.
    pub sessions: Vec<SessionRow>,
}

/// One member of an organisation.
///
/// # Errors
///
/// [`FlowError::NotFound`] where the organisation has none of this identifier.
pub async fn show(call: &Call, organisation: OrganisationId, id: AccountId) -> Result<Detail, FlowError> {
    let mut db = call.reader().await?;
    let facts = facts::account_facts(&mut db, id, call.now).await?;
    let facts = facts.filter(|one| one.account.organisation_id == organisation);
    let facts = facts.ok_or(FlowError::NotFound)?;
    let devices = authenticator::confirmed(&mut db, id).await?;
    let mut sessions = session::list(&mut db, id, call.now).await?;
    sessions.retain(|row| is_alive(&facts, row, call.now));
    let chats = telegram_account::of_account(&mut db, &call.deps.keys, id).await?;
    let chats = chats.into_iter().map(ChatLine::from).collect();
    let phones = sheet::phones(call, &mut db, id).await?;
    Ok(Detail { facts, devices, chats, phones, sessions })
}
