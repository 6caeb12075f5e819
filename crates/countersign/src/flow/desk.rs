//! The support desk: finding an account, and the queue of requests (APP-8). Requests stand in `desk/request.rs`, one account
//! on one page in `desk/account.rs`, what an agent does to it in `desk/deeds.rs`.
//!
//! An agent sees the own organisation only; support sees members, administrators see staff as well. Addresses are masked.

use std::collections::BTreeMap;

use countersign_core::action::Action;
use countersign_core::id::{AccountId, OrganisationId, SupportRequestId};
use countersign_core::request::{LONGEST_SEARCH, RequestState};
use countersign_core::role::Role;
use countersign_core::time::Timestamp;
use countersign_store::account::{AccountRow, AccountState};
use countersign_store::{Db, StoreError, account, support_request};

use super::session::SignedIn;
use super::{Call, FlowError, staff};
use crate::text;

pub mod deeds;
pub mod request;
pub mod sheet;

pub use countersign_store::support_request::{SupportNoteRow, SupportRequestRow, Which};

/// Accounts that a search shows at most.
pub const FOUND_MOST: u32 = 20;
/// Fewest characters of a search by part of a name or address.
pub const SEARCH_LEAST: usize = 2;
/// Requests on one page of the queue.
pub const PAGE: u32 = 50;

/// One account that a search found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its id.
    pub id: AccountId,
    /// The name.
    pub name: String,
    /// The address, masked.
    pub masked: String,
    /// What it may do.
    pub role: Role,
    /// Whether it may sign in at all.
    pub active: bool,
    /// When it last signed in completely.
    pub last_sign_in_at: Option<Timestamp>,
}

impl From<AccountRow> for Found {
    fn from(row: AccountRow) -> Self {
        Self {
            id: row.id,
            masked: row.email.masked(),
            role: row.role,
            active: row.state == AccountState::Active,
            last_sign_in_at: row.last_sign_in_at,
            name: row.display_name,
        }
    }
}

/// Whether an agent of the first role may look at an account of the second, and at what its owner has asked for: support
/// helps members.
fn sees(agent: Role, role: Role) -> bool {
    agent == Role::Administrator || !role.is_staff()
}

/// Accounts by address, part of a name or exact id, at most [`FOUND_MOST`].
///
/// # Errors
///
/// [`FlowError::Invalid`] for a text that is too short or too long, and what [`staff::require`] refuses.
pub async fn search(call: &Call, signed_in: &SignedIn, text: &str) -> Result<Vec<Found>, FlowError> {
    staff::require(call, signed_in, Action::ViewDesk).await?;
    let text = text.trim();
    let length = text.chars().count();
    if length < SEARCH_LEAST {
        return Err(FlowError::field("q", text!("desk-search-short")));
    }
    if length > LONGEST_SEARCH {
        return Err(FlowError::field("q", text!("desk-search-long")));
    }
    let (organisation, me) = (signed_in.facts.account.organisation_id, signed_in.facts.account.role);
    let mut db = call.reader().await?;
    if let Ok(id) = text.parse::<AccountId>() {
        let found = account::by_id(&mut db, id).await?;
        let own = found.filter(|row| row.organisation_id == organisation && sees(me, row.role));
        return Ok(own.into_iter().map(Found::from).collect());
    }
    let staff = sees(me, Role::Administrator);
    let rows = account::search(&mut db, organisation, text, staff, FOUND_MOST).await?;
    Ok(rows.into_iter().map(Found::from).collect())
}

/// One request in the queue.
#[derive(Clone, Debug)]
pub struct QueueLine {
    /// The request.
    pub row: SupportRequestRow,
    /// The name of the agent who has it; `None` also where that account is gone.
    pub agent: Option<String>,
    /// The name of the account that it is about.
    pub name: Option<String>,
}

/// A page of the queue.
#[derive(Clone, Debug)]
pub struct Queue {
    /// The requests: the longest waiting first, but of closed ones the latest.
    pub lines: Vec<QueueLine>,
    /// How many there are in each state, in the states' order.
    pub counts: Vec<(RequestState, u64)>,
    /// Where the next page begins, if there is one.
    pub next: Option<support_request::After>,
}

/// Which requests an agent asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Those in this state.
    In(RequestState),
    /// Those that the agent has taken and that are not closed.
    Mine,
}

impl Filter {
    /// Every filter, in the order in which people see them.
    pub const ALL: &'static [Self] = &[
        Self::In(RequestState::Open),
        Self::Mine,
        Self::In(RequestState::InProgress),
        Self::In(RequestState::Answered),
        Self::In(RequestState::Closed),
    ];

    /// The name in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::In(state) => state.as_str(),
            Self::Mine => "mine",
        }
    }

    /// The filter of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|filter| filter.as_str() == text)
    }
}

/// A page of the organisation's queue.
///
/// # Errors
///
/// What [`staff::require`] refuses.
pub async fn queue(
    call: &Call,
    signed_in: &SignedIn,
    filter: Filter,
    after: Option<support_request::After>,
) -> Result<Queue, FlowError> {
    staff::require(call, signed_in, Action::ViewDesk).await?;
    let organisation = signed_in.facts.account.organisation_id;
    let which = match filter {
        Filter::In(state) => Which::In(state),
        Filter::Mine => Which::TakenBy(signed_in.account()),
    };
    let mut db = call.reader().await?;
    let staff = sees(signed_in.facts.account.role, Role::Administrator);
    let mut rows = support_request::list(&mut db, organisation, which, staff, after, PAGE + 1).await?;
    let most = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let next = rows.last().filter(|_| more).map(|row| (row.created_at, row.id));
    let counts = counted(&support_request::counts(&mut db, organisation, staff).await?);
    let mut names = Names::default();
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let agent = names.of(&mut db, row.taken_by).await?;
        let name = names.of(&mut db, row.account_id).await?;
        lines.push(QueueLine { row, agent, name });
    }
    Ok(Queue { lines, counts, next })
}

/// The waiting requests of every organisation, for whoever runs the installation: those of each state but the closed, with
/// the slug of the organisation, at most [`PAGE`] of each.
pub async fn all_waiting(call: &Call) -> Result<Vec<(String, SupportRequestRow)>, FlowError> {
    let mut db = call.reader().await?;
    let mut found = Vec::new();
    for home in countersign_store::organisation::list(&mut db).await? {
        for state in [RequestState::Open, RequestState::InProgress, RequestState::Answered] {
            let rows = support_request::list(&mut db, home.id, Which::In(state), true, None, PAGE).await?;
            found.extend(rows.into_iter().map(|row| (home.slug.clone(), row)));
        }
    }
    Ok(found)
}

/// How many requests of an organisation nobody has taken yet.
///
/// # Errors
///
/// Whatever stops reading.
pub async fn how_many_open(call: &Call, organisation: OrganisationId) -> Result<u64, FlowError> {
    let mut db = call.reader().await?;
    let counts = support_request::counts(&mut db, organisation, true).await?;
    Ok(counts.iter().find(|one| one.0 == RequestState::Open).map_or(0, |one| one.1))
}

fn counted(found: &[(RequestState, u64)]) -> Vec<(RequestState, u64)> {
    let of = |state| found.iter().find(|one| one.0 == state).map_or(0, |one| one.1);
    RequestState::ALL.iter().map(|&state| (state, of(state))).collect()
}

/// The names of accounts, each looked up once.
#[derive(Default)]
struct Names(BTreeMap<AccountId, Option<String>>);

impl Names {
    async fn of(&mut self, db: &mut Db, id: Option<AccountId>) -> Result<Option<String>, StoreError> {
        let Some(id) = id else { return Ok(None) };
        if let Some(known) = self.0.get(&id) {
            return Ok(known.clone());
        }
        let name = account::by_id(db, id).await?.map(|row| row.display_name);
        self.0.insert(id, name.clone());
        Ok(name)
    }
}

/// A place in the queue as addresses carry it: `milliseconds.id`.
pub fn cursor(at: support_request::After) -> String {
    format!("{}.{}", at.0.as_millis(), at.1)
}

/// Reads a place in the queue. `None` for anything that [`cursor`] does not write.
pub fn parse_cursor(text: &str) -> Option<(Timestamp, SupportRequestId)> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp::from_millis(at.parse().ok()?), id.parse().ok()?))
}
