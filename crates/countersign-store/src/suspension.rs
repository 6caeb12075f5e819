//! Suspensions: support has switched an account's second step off for a while.
//!
//! Whether one is active is decided at read time, so it ends by itself at its hour.

use countersign_core::id::{AccountId, OrganisationId, SuspensionId};
use countersign_core::sign_in::SuspensionKind;
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// One suspension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuspensionRow {
    /// Its identifier.
    pub id: SuspensionId,
    /// The account whose second step is off.
    pub account_id: AccountId,
    /// What it lets pass.
    pub kind: SuspensionKind,
    /// Why, in the words of whoever started it.
    pub reason: String,
    /// Who started it: an account's identifier or a word such as `command-line`.
    pub created_by: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
    /// When it was lifted by hand, if it was.
    pub lifted_at: Option<Timestamp>,
    /// Who lifted it.
    pub lifted_by: Option<String>,
    /// The case it belongs to, in the words of whoever started it; empty: none was named.
    pub ticket: String,
    /// How whoever asked was known to be the owner.
    pub identity_proof: String,
    /// Whether a second person has to agree, and did. One that waits or was refused counts for nothing.
    pub approval: Approval,
    /// Who agreed or refused.
    pub approved_by: Option<String>,
    /// When.
    pub approved_at: Option<Timestamp>,
    /// The code that support reads out, if one was made; the latest alone counts.
    pub code: Option<SupportCodeRow>,
    /// When its owner was told that it is over.
    pub end_told_at: Option<Timestamp>,
}

/// Whether a suspension needs a second person's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approval {
    /// It does not.
    NoneNeeded,
    /// It does, and nobody has spoken yet.
    Waiting,
    /// Somebody agreed.
    Approved,
    /// Somebody refused.
    Refused,
}

impl Approval {
    /// Every one.
    pub const ALL: &'static [Self] = &[Self::NoneNeeded, Self::Waiting, Self::Approved, Self::Refused];

    /// The word in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoneNeeded => "none-needed",
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Refused => "refused",
        }
    }

    /// Reads [`Approval::as_str`] back.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|approval| approval.as_str() == word)
    }
}

/// What is kept of a support code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SupportCodeRow {
    /// Its MAC.
    pub mac: [u8; 32],
    /// When it can no longer be used.
    pub expires_at: Timestamp,
    /// When it was used.
    pub spent_at: Option<Timestamp>,
}

/// The columns of a suspension, from a table named `u`, under names of their own in a join.
macro_rules! suspension_columns {
    () => {
        "u.id AS suspension_id, u.account_id AS suspension_account_id, u.kind AS suspension_kind, \
         u.reason AS suspension_reason, u.created_by AS suspension_created_by, \
         u.created_at AS suspension_created_at, u.until AS suspension_until, \
         u.lifted_at AS suspension_lifted_at, u.lifted_by AS suspension_lifted_by, \
         u.ticket AS suspension_ticket, u.identity_proof AS suspension_identity_proof, \
         u.approval AS suspension_approval, u.approved_by AS suspension_approved_by, \
         u.approved_at AS suspension_approved_at, u.code_mac AS suspension_code_mac, \
         u.code_expires_at AS suspension_code_expires_at, u.code_spent_at AS suspension_code_spent_at, \
         u.end_told_at AS suspension_end_told_at"
    };
}
pub(crate) use suspension_columns;

impl SuspensionRow {
    pub(crate) fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("suspension_id")?,
            account_id: row.id("suspension_account_id")?,
            kind: SuspensionKind::parse(&row.text("suspension_kind")?)
                .ok_or(StoreError::Corrupt("suspension.kind"))?,
            reason: row.text("suspension_reason")?,
            created_by: row.text("suspension_created_by")?,
            created_at: row.time("suspension_created_at")?,
            until: row.time("suspension_until")?,
            lifted_at: row.time_opt("suspension_lifted_at")?,
            lifted_by: row.text_opt("suspension_lifted_by")?,
            ticket: row.text("suspension_ticket")?,
            identity_proof: row.text("suspension_identity_proof")?,
            approval: Approval::parse(&row.text("suspension_approval")?)
                .ok_or(StoreError::Corrupt("suspension.approval"))?,
            approved_by: row.text_opt("suspension_approved_by")?,
            approved_at: row.time_opt("suspension_approved_at")?,
            code: read_code(row)?,
            end_told_at: row.time_opt("suspension_end_told_at")?,
        })
    }

    /// The suspension in a row that may hold none (an outer join).
    pub(crate) fn of_opt(row: &Row) -> Result<Option<Self>, StoreError> {
        if row.id_opt::<SuspensionId>("suspension_id")?.is_some() {
            Self::of(row).map(Some)
        } else {
            Ok(None)
        }
    }
}

fn read_code(row: &Row) -> Result<Option<SupportCodeRow>, StoreError> {
    let Some(mac) = row.blob_opt("suspension_code_mac")? else { return Ok(None) };
    Ok(Some(SupportCodeRow {
        mac: mac.try_into().map_err(|_| StoreError::Corrupt("suspension.code_mac"))?,
        expires_at: row.time("suspension_code_expires_at")?,
        spent_at: row.time_opt("suspension_code_spent_at")?,
    }))
}

const CREATE: &str = "INSERT INTO suspension (id, account_id, kind, reason, created_by, created_at, until, lifted_at, \
    lifted_by, ticket, identity_proof, approval, approved_by, approved_at, code_mac, code_expires_at, code_spent_at, \
    end_told_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";
const ACTIVE: &str = concat!(
    "SELECT ",
    suspension_columns!(),
    " FROM suspension u WHERE u.account_id = ?1 AND u.lifted_at IS NULL AND u.until > ?2 \
     AND u.approval IN ('none-needed', 'approved') ORDER BY u.created_at DESC, u.id DESC LIMIT 1"
);
const LIST: &str = concat!(
    "SELECT ",
    suspension_columns!(),
    " FROM suspension u WHERE u.account_id = ?1 ORDER BY u.created_at DESC, u.id DESC LIMIT ?2"
);
const SET_CODE: &str = "UPDATE suspension SET code_mac = ?2, code_expires_at = ?3, code_spent_at = NULL \
    WHERE id = ?1 AND lifted_at IS NULL AND until > ?4 AND approval IN ('none-needed', 'approved')";
const SPEND_CODE: &str = "UPDATE suspension SET code_spent_at = ?3 WHERE id = ?1 AND code_mac = ?2 \
    AND code_spent_at IS NULL AND code_expires_at > ?3 AND lifted_at IS NULL AND until > ?3";
const BY_ID: &str = concat!("SELECT ", suspension_columns!(), " FROM suspension u WHERE u.id = ?1");
const WAITING: &str = concat!(
    "SELECT ",
    suspension_columns!(),
    " FROM suspension u JOIN account a ON a.id = u.account_id WHERE u.approval = 'waiting' \
     AND u.lifted_at IS NULL AND u.created_at > ?2 AND a.organisation_id = ?1 \
     ORDER BY u.created_at, u.id LIMIT ?3"
);
const DECIDE: &str = "UPDATE suspension SET approval = ?2, approved_by = ?3, approved_at = ?4, until = ?5 \
    WHERE id = ?1 AND approval = 'waiting' AND lifted_at IS NULL AND created_at > ?6";
const ENDED: &str = concat!(
    "SELECT ",
    suspension_columns!(),
    " FROM suspension u WHERE u.end_told_at IS NULL AND u.lifted_at IS NULL AND u.until <= ?1 \
     AND u.approval IN ('none-needed', 'approved') ORDER BY u.until, u.id LIMIT ?2"
);
const TELL_END: &str = "UPDATE suspension SET end_told_at = ?2 \
    WHERE id = ?1 AND end_told_at IS NULL AND lifted_at IS NULL AND until <= ?2";
const LIFT_OTHERS: &str = "UPDATE suspension SET lifted_at = ?3, lifted_by = ?2, end_told_at = ?3 \
    WHERE account_id = ?1 AND lifted_at IS NULL AND until > ?3 AND id <> ?4";
const LIFT: &str = "UPDATE suspension SET lifted_at = ?3, lifted_by = ?2, end_told_at = ?3 \
    WHERE account_id = ?1 AND lifted_at IS NULL AND until > ?3";

pub(crate) const STATEMENTS: &[&str] =
    &[CREATE, ACTIVE, LIST, SET_CODE, SPEND_CODE, BY_ID, WAITING, DECIDE, ENDED, TELL_END, LIFT_OTHERS, LIFT];

/// Writes a suspension.
pub async fn create(db: &mut Db, suspension: &SuspensionRow) -> Result<(), StoreError> {
    let values = [
        Value::from(suspension.id),
        Value::from(suspension.account_id),
        Value::from(suspension.kind.as_str()),
        Value::from(suspension.reason.as_str()),
        Value::from(suspension.created_by.as_str()),
        Value::from(suspension.created_at),
        Value::from(suspension.until),
        Value::from(suspension.lifted_at),
        Value::from(suspension.lifted_by.as_deref()),
        Value::from(suspension.ticket.as_str()),
        Value::from(suspension.identity_proof.as_str()),
        Value::from(suspension.approval.as_str()),
        Value::from(suspension.approved_by.as_deref()),
        Value::from(suspension.approved_at),
        Value::from(suspension.code.as_ref().map(|code| &code.mac)),
        Value::from(suspension.code.map(|code| code.expires_at)),
        Value::from(suspension.code.and_then(|code| code.spent_at)),
        Value::from(suspension.end_told_at),
    ];
    db.execute(CREATE, &values).await.map(drop)
}

/// The suspension that is active at `now`: the latest one that was not lifted and has not ended.
pub async fn active(
    db: &mut Db,
    account: AccountId,
    now: Timestamp,
) -> Result<Option<SuspensionRow>, StoreError> {
    let row = db.query_opt(ACTIVE, &[Value::from(account), Value::from(now)]).await?;
    row.as_ref().map(SuspensionRow::of).transpose()
}

/// The last `most` suspensions of an account, newest first.
pub async fn list(db: &mut Db, account: AccountId, most: u32) -> Result<Vec<SuspensionRow>, StoreError> {
    db.query(LIST, &[Value::from(account), Value::from(most)]).await?.iter().map(SuspensionRow::of).collect()
}

/// Gives a suspension that runs and counts a new code; the one of before no longer does. `false`: it is over.
pub async fn set_code(
    db: &mut Db,
    id: SuspensionId,
    code: &SupportCodeRow,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values = [Value::from(id), Value::from(&code.mac), Value::from(code.expires_at), Value::from(now)];
    Ok(db.execute(SET_CODE, &values).await? == 1)
}

/// Spends the code of a suspension: of any number of callers exactly one gets `true`.
pub async fn spend_code(
    db: &mut Db,
    id: SuspensionId,
    mac: &[u8; 32],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values = [Value::from(id), Value::from(mac), Value::from(now)];
    Ok(db.execute(SPEND_CODE, &values).await? == 1)
}

/// Ends every suspension of an account that is active at `now`, and returns how many there were.
pub async fn lift(db: &mut Db, account: AccountId, by: &str, now: Timestamp) -> Result<u64, StoreError> {
    db.execute(LIFT, &[Value::from(account), Value::from(by), Value::from(now)]).await
}

/// The suspension of this id.
pub async fn by_id(db: &mut Db, id: SuspensionId) -> Result<Option<SuspensionRow>, StoreError> {
    db.query_opt(BY_ID, &[Value::from(id)]).await?.as_ref().map(SuspensionRow::of).transpose()
}

/// Those of an organisation that wait for a second person and were asked for after `since`, the longest waiting first.
pub async fn waiting(
    db: &mut Db,
    organisation: OrganisationId,
    since: Timestamp,
    most: u32,
) -> Result<Vec<SuspensionRow>, StoreError> {
    let values = [Value::from(organisation), Value::from(since), Value::from(most)];
    db.query(WAITING, &values).await?.iter().map(SuspensionRow::of).collect()
}

/// A second person's word.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What was said: approved or refused.
    pub approval: Approval,
    /// Who said it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// When the suspension ends by itself.
    pub until: Timestamp,
    /// Suspensions that were asked for earlier than this have waited too long.
    pub since: Timestamp,
}

/// Writes down a second person's word: of any number of them exactly one counts. `false`: it no longer waits.
pub async fn decide(db: &mut Db, id: SuspensionId, decision: &Decision) -> Result<bool, StoreError> {
    let values = [
        Value::from(id),
        Value::from(decision.approval.as_str()),
        Value::from(decision.by.as_str()),
        Value::from(decision.at),
        Value::from(decision.until),
        Value::from(decision.since),
    ];
    Ok(db.execute(DECIDE, &values).await? == 1)
}

/// Those that ended by themselves and whose owner has not been told yet, `most` at a time.
pub async fn ended(db: &mut Db, now: Timestamp, most: u32) -> Result<Vec<SuspensionRow>, StoreError> {
    let rows = db.query(ENDED, &[Value::from(now), Value::from(most)]).await?;
    rows.iter().map(SuspensionRow::of).collect()
}

/// Marks that the owner is told of the end: of any number of callers exactly one gets `true`.
pub async fn tell_end(db: &mut Db, id: SuspensionId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(TELL_END, &[Value::from(id), Value::from(now)]).await? == 1)
}

/// As [`lift`], but for this one.
pub async fn lift_others(
    db: &mut Db,
    account: AccountId,
    by: &str,
    now: Timestamp,
    but: SuspensionId,
) -> Result<u64, StoreError> {
    let values = [Value::from(account), Value::from(by), Value::from(now), Value::from(but)];
    db.execute(LIFT_OTHERS, &values).await
}
