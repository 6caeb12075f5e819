//! Suspensions: support has switched an account's second step off for a while.
//!
//! Whether one is active is decided at read time, so it ends by itself at its hour.

use countersign_core::id::{AccountId, SuspensionId};
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
}

/// The columns of a suspension, from a table named `u`, under names of their own in a join.
macro_rules! suspension_columns {
    () => {
        "u.id AS suspension_id, u.account_id AS suspension_account_id, u.kind AS suspension_kind, \
         u.reason AS suspension_reason, u.created_by AS suspension_created_by, \
         u.created_at AS suspension_created_at, u.until AS suspension_until, \
         u.lifted_at AS suspension_lifted_at, u.lifted_by AS suspension_lifted_by"
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

const CREATE: &str = "INSERT INTO suspension (id, account_id, kind, reason, created_by, created_at, until, lifted_at, \
    lifted_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
const ACTIVE: &str = concat!(
    "SELECT ",
    suspension_columns!(),
    " FROM suspension u WHERE u.account_id = ?1 AND u.lifted_at IS NULL AND u.until > ?2 \
     ORDER BY u.created_at DESC, u.id DESC LIMIT 1"
);
const LIST: &str = concat!(
    "SELECT ",
    suspension_columns!(),
    " FROM suspension u WHERE u.account_id = ?1 ORDER BY u.created_at DESC, u.id DESC LIMIT ?2"
);
const LIFT: &str = "UPDATE suspension SET lifted_at = ?3, lifted_by = ?2 \
    WHERE account_id = ?1 AND lifted_at IS NULL AND until > ?3";

pub(crate) const STATEMENTS: &[&str] = &[CREATE, ACTIVE, LIST, LIFT];

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

/// Ends every suspension of an account that is active at `now`, and returns how many there were.
pub async fn lift(db: &mut Db, account: AccountId, by: &str, now: Timestamp) -> Result<u64, StoreError> {
    db.execute(LIFT, &[Value::from(account), Value::from(by), Value::from(now)]).await
}
