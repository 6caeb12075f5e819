//! Requests to the support desk, and what the desk has noted about them.
//!
//! A request belongs to one organisation, and every question names it: what another organisation's desk asks for is not
//! there.

use countersign_core::email::EmailAddress;
use countersign_core::id::{AccountId, OrganisationId, SupportNoteId, SupportRequestId};
use countersign_core::request::{Lost, RequestProof, RequestState};
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// One request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportRequestRow {
    /// Its identifier.
    pub id: SupportRequestId,
    /// Whose desk reads it.
    pub organisation_id: OrganisationId,
    /// The account it is about; `None` where nobody has the address.
    pub account_id: Option<AccountId>,
    /// The address as it was typed, or the account's where the browser had proved whose it is.
    pub email: EmailAddress,
    /// What is missing.
    pub lost: Lost,
    /// What they wrote.
    pub message: String,
    /// What the browser had proved.
    pub proof: RequestProof,
    /// The language of the page it was written on.
    pub language: String,
    /// The network address it came from.
    pub address: String,
    /// The browser, as it describes itself.
    pub device: String,
    /// How far the desk has come.
    pub state: RequestState,
    /// The agent who has taken it. The account may be gone by now.
    pub taken_by: Option<AccountId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its state last changed.
    pub changed_at: Timestamp,
    /// When it was closed, if it is.
    pub closed_at: Option<Timestamp>,
}

/// What the desk noted about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportNoteRow {
    /// Its identifier.
    pub id: SupportNoteId,
    /// The request.
    pub request_id: SupportRequestId,
    /// The agent who wrote it. The account may be gone by now.
    pub author: AccountId,
    /// What it says.
    pub body: String,
    /// Whether it was mailed to the person.
    pub mailed: bool,
    /// When it was written.
    pub created_at: Timestamp,
}

/// Which requests a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those in this state.
    In(RequestState),
    /// Those that this agent has taken and that are not closed.
    TakenBy(AccountId),
}

/// Where a list goes on: the last request of the page before.
pub type After = (Timestamp, SupportRequestId);

macro_rules! select {
    ($($rest:tt)+) => {
        concat!(
            "SELECT q.id AS request_id, q.organisation_id AS organisation_id, q.account_id AS account_id, \
             q.email AS email, q.lost AS lost, q.message AS message, q.proof AS proof, q.language AS language, \
             q.address AS address, q.device AS device, q.state AS state, q.taken_by AS taken_by, \
             q.created_at AS created_at, q.changed_at AS changed_at, q.closed_at AS closed_at \
             FROM support_request q ",
            $($rest)+
        )
    };
}

/// For agents who help members only: nothing of what staff ask for.
macro_rules! of_members {
    () => {
        "AND NOT EXISTS (SELECT 1 FROM account a WHERE a.id = q.account_id AND a.role <> 'member') "
    };
}

/// The three lists of an organisation, in the order of their names below.
macro_rules! lists {
    ($($who:tt)*) => {
        [
            // The longest waiting first; what is done, the latest first.
            select!(
                "WHERE q.organisation_id = ?1 AND q.state = ?2 AND (q.created_at, q.id) > (?3, ?4) ",
                $($who)* "ORDER BY q.created_at, q.id LIMIT ?5"
            ),
            select!(
                "WHERE q.organisation_id = ?1 AND q.state = ?2 AND (q.created_at, q.id) < (?3, ?4) ",
                $($who)* "ORDER BY q.created_at DESC, q.id DESC LIMIT ?5"
            ),
            select!(
                "WHERE q.organisation_id = ?1 AND q.taken_by = ?2 AND q.state <> 'closed' \
                 AND (q.created_at, q.id) > (?3, ?4) ",
                $($who)* "ORDER BY q.created_at, q.id LIMIT ?5"
            ),
        ]
    };
}

macro_rules! counts {
    ($($who:tt)*) => {
        concat!(
            "SELECT q.state AS state, COUNT(*) AS n FROM support_request q WHERE q.organisation_id = ?1 ",
            $($who)* "GROUP BY q.state ORDER BY q.state"
        )
    };
}

impl SupportRequestRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("request_id")?,
            organisation_id: row.id("organisation_id")?,
            account_id: row.id_opt("account_id")?,
            email: EmailAddress::parse(&row.text("email")?)
                .map_err(|_| StoreError::Corrupt("support_request.email"))?,
            lost: Lost::parse(&row.text("lost")?).ok_or(StoreError::Corrupt("support_request.lost"))?,
            message: row.text("message")?,
            proof: RequestProof::parse(&row.text("proof")?)
                .ok_or(StoreError::Corrupt("support_request.proof"))?,
            language: row.text("language")?,
            address: row.text("address")?,
            device: row.text("device")?,
            state: RequestState::parse(&row.text("state")?)
                .ok_or(StoreError::Corrupt("support_request.state"))?,
            taken_by: row.id_opt("taken_by")?,
            created_at: row.time("created_at")?,
            changed_at: row.time("changed_at")?,
            closed_at: row.time_opt("closed_at")?,
        })
    }
}

impl SupportNoteRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("note_id")?,
            request_id: row.id("request_id")?,
            author: row.id("author")?,
            body: row.text("body")?,
            mailed: row.int("mailed")? == 1,
            created_at: row.time("created_at")?,
        })
    }
}

const CREATE: &str = "INSERT INTO support_request (id, organisation_id, account_id, email, email_key, lost, message, \
    proof, language, address, device, state, taken_by, created_at, changed_at, closed_at) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";
const BY_ID: &str = select!("WHERE q.id = ?1 AND q.organisation_id = ?2");
const LISTS: [&str; 3] = lists!();
const LISTS_OF_MEMBERS: [&str; 3] = lists!(of_members!(),);
const OF_ACCOUNT: &str = select!("WHERE q.account_id = ?1 ORDER BY q.created_at DESC, q.id DESC LIMIT ?2");
const COUNTS: &str = counts!();
const COUNTS_OF_MEMBERS: &str = counts!(of_members!(),);
const TAKE: &str = "UPDATE support_request SET taken_by = ?3, changed_at = ?4, \
    state = CASE state WHEN 'open' THEN 'in-progress' ELSE state END \
    WHERE id = ?1 AND organisation_id = ?2 AND state <> 'closed' AND (taken_by IS NULL OR taken_by = ?5)";
const SET_STATE: &str = "UPDATE support_request SET state = ?3, changed_at = ?4, closed_at = ?5 \
    WHERE id = ?1 AND organisation_id = ?2 AND state <> ?3";
const CREATE_NOTE: &str = "INSERT INTO support_note (id, request_id, author, body, mailed, created_at) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const NOTES: &str = "SELECT n.id AS note_id, n.request_id AS request_id, n.author AS author, n.body AS body, \
    n.mailed AS mailed, n.created_at AS created_at FROM support_note n \
    WHERE n.request_id = ?1 ORDER BY n.created_at, n.id";

pub(crate) const STATEMENTS: &[&str] = &[
    CREATE,
    BY_ID,
    LISTS[0],
    LISTS[1],
    LISTS[2],
    LISTS_OF_MEMBERS[0],
    LISTS_OF_MEMBERS[1],
    LISTS_OF_MEMBERS[2],
    OF_ACCOUNT,
    COUNTS,
    COUNTS_OF_MEMBERS,
    TAKE,
    SET_STATE,
    CREATE_NOTE,
    NOTES,
];

/// Writes a request.
pub async fn create(db: &mut Db, request: &SupportRequestRow) -> Result<(), StoreError> {
    let values = [
        Value::from(request.id),
        Value::from(request.organisation_id),
        Value::from(request.account_id),
        Value::from(request.email.as_str()),
        Value::from(request.email.key()),
        Value::from(request.lost.as_str()),
        Value::from(request.message.as_str()),
        Value::from(request.proof.as_str()),
        Value::from(request.language.as_str()),
        Value::from(request.address.as_str()),
        Value::from(request.device.as_str()),
        Value::from(request.state.as_str()),
        Value::from(request.taken_by),
        Value::from(request.created_at),
        Value::from(request.changed_at),
        Value::from(request.closed_at),
    ];
    db.execute(CREATE, &values).await.map(drop)
}

/// A request of this organisation. `None`: it has none of this identifier.
pub async fn by_id(
    db: &mut Db,
    id: SupportRequestId,
    organisation: OrganisationId,
) -> Result<Option<SupportRequestRow>, StoreError> {
    let row = db.query_opt(BY_ID, &[Value::from(id), Value::from(organisation)]).await?;
    row.as_ref().map(SupportRequestRow::of).transpose()
}

/// A page of at most `most` requests: the longest waiting first, but of closed ones the latest. `staff`: also those about
/// accounts that are staff.
pub async fn list(
    db: &mut Db,
    organisation: OrganisationId,
    which: Which,
    staff: bool,
    after: Option<After>,
    most: u32,
) -> Result<Vec<SupportRequestRow>, StoreError> {
    let first = (Timestamp::from_millis(i64::MIN), SupportRequestId::from_bytes([0; 16]));
    let last = (Timestamp::from_millis(i64::MAX), SupportRequestId::from_bytes([0xff; 16]));
    let [waiting, latest, taken] = if staff { LISTS } else { LISTS_OF_MEMBERS };
    let (sql, what, bound) = match which {
        Which::In(RequestState::Closed) => (latest, Value::from(RequestState::Closed.as_str()), last),
        Which::In(state) => (waiting, Value::from(state.as_str()), first),
        Which::TakenBy(agent) => (taken, Value::from(agent), first),
    };
    let (at, id) = after.unwrap_or(bound);
    let values = [Value::from(organisation), what, Value::from(at), Value::from(id), Value::from(most)];
    db.query(sql, &values).await?.iter().map(SupportRequestRow::of).collect()
}

/// The last `most` requests about an account, newest first.
pub async fn of_account(
    db: &mut Db,
    account: AccountId,
    most: u32,
) -> Result<Vec<SupportRequestRow>, StoreError> {
    let rows = db.query(OF_ACCOUNT, &[Value::from(account), Value::from(most)]).await?;
    rows.iter().map(SupportRequestRow::of).collect()
}

/// How many requests an organisation has in each state; a state without any is left out. `staff`: as for [`list`].
pub async fn counts(
    db: &mut Db,
    organisation: OrganisationId,
    staff: bool,
) -> Result<Vec<(RequestState, u64)>, StoreError> {
    let sql = if staff { COUNTS } else { COUNTS_OF_MEMBERS };
    let rows = db.query(sql, &[Value::from(organisation)]).await?;
    let read = |row: &Row| {
        let state = RequestState::parse(&row.text("state")?);
        Ok((state.ok_or(StoreError::Corrupt("support_request.state"))?, row.count("n")?))
    };
    rows.iter().map(read).collect()
}

/// Gives a request to an agent, if nobody has it or `from` does. Of several at the same time one gets it. `false`: somebody
/// else has it, it is closed, or the organisation has none of this identifier.
pub async fn take(
    db: &mut Db,
    id: SupportRequestId,
    organisation: OrganisationId,
    agent: AccountId,
    from: AccountId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values =
        [Value::from(id), Value::from(organisation), Value::from(agent), Value::from(now), Value::from(from)];
    Ok(db.execute(TAKE, &values).await? == 1)
}

/// Brings a request into a state. `false`: it was in it already, or the organisation has none of this identifier.
pub async fn set_state(
    db: &mut Db,
    id: SupportRequestId,
    organisation: OrganisationId,
    state: RequestState,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let closed = (state == RequestState::Closed).then_some(now);
    let values = [
        Value::from(id),
        Value::from(organisation),
        Value::from(state.as_str()),
        Value::from(now),
        Value::from(closed),
    ];
    Ok(db.execute(SET_STATE, &values).await? == 1)
}

/// Writes a note.
pub async fn add_note(db: &mut Db, note: &SupportNoteRow) -> Result<(), StoreError> {
    let values = [
        Value::from(note.id),
        Value::from(note.request_id),
        Value::from(note.author),
        Value::from(note.body.as_str()),
        Value::from(i64::from(note.mailed)),
        Value::from(note.created_at),
    ];
    db.execute(CREATE_NOTE, &values).await.map(drop)
}

/// Every note about a request, the oldest first.
pub async fn notes(db: &mut Db, request: SupportRequestId) -> Result<Vec<SupportNoteRow>, StoreError> {
    db.query(NOTES, &[Value::from(request)]).await?.iter().map(SupportNoteRow::of).collect()
}
