//! The audit log: rows are added and never changed, and leave only as whole seals past the retention time.

mod seal;
mod search;

use std::collections::BTreeMap;

pub use seal::{SealRow, last_seal, newest_in, purge, purgeable, seal, sealed_up_to, seals};
pub use search::{AuditSearch, By, search};

use countersign_core::audit::{Actor, AuditRow, Event};
use countersign_core::id::{AccountId, AuditId, OrganisationId};
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// Whose rows are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuditScope {
    /// Everybody's.
    #[default]
    Everything,
    /// Those that concern one organisation.
    Organisation(OrganisationId),
    /// Those that concern one account.
    Account(AccountId),
}

/// Which rows are listed. The default lists all of them.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Whose.
    pub scope: AuditScope,
    /// Only this event.
    pub event: Option<Event>,
    /// Not before this instant.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub to: Option<Timestamp>,
    /// Only rows older than this one: the last of the page before.
    pub before: Option<(Timestamp, AuditId)>,
}

macro_rules! columns {
    () => {
        "SELECT a.id AS audit_id, a.at AS at, a.organisation_id AS organisation_id, a.account_id AS account_id, \
         a.actor AS actor, a.actor_id AS actor_id, a.event AS event, a.detail AS detail, a.address AS address, \
         a.device AS device, a.request_id AS request_id FROM audit a "
    };
}

pub(crate) use columns;

/// A page; `?1`…`?6` are its bounds, and what `$scope` compares is `?7`.
macro_rules! page {
    ($scope:literal) => {
        concat!(
            columns!(),
            "WHERE ",
            $scope,
            "(?1 = '' OR a.event = ?1) AND a.at >= ?2 AND a.at < ?3 AND (a.at, a.id) < (?4, ?5) \
             ORDER BY a.at DESC, a.id DESC LIMIT ?6"
        )
    };
}

const APPEND: &str = "INSERT INTO audit (id, at, organisation_id, account_id, actor, actor_id, event, detail, address, \
    device, request_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
const LIST: &str = page!("");
const LIST_OF_ORGANISATION: &str = page!("a.organisation_id = ?7 AND ");
const LIST_OF_ACCOUNT: &str = page!("a.account_id = ?7 AND ");
const UNSEALED: &str = concat!(
    columns!(),
    "WHERE a.at > ?1 AND NOT EXISTS (SELECT 1 FROM audit_seal_entry e WHERE e.audit_id = a.id) \
     ORDER BY a.at, a.id LIMIT ?2"
);
const COUNT_UNSEALED: &str = "SELECT COUNT(*) AS n FROM audit a \
    WHERE a.at < ?1 AND NOT EXISTS (SELECT 1 FROM audit_seal_entry e WHERE e.audit_id = a.id)";
const ROWS_OF: &str = concat!(
    columns!(),
    "JOIN audit_seal_entry e ON e.audit_id = a.id WHERE e.number = ?1 ORDER BY e.position"
);

pub(crate) const STATEMENTS: &[&str] =
    &[APPEND, LIST, LIST_OF_ORGANISATION, LIST_OF_ACCOUNT, UNSEALED, COUNT_UNSEALED, ROWS_OF];

pub(crate) use seal::STATEMENTS as SEAL_STATEMENTS;
pub(crate) use search::STATEMENTS as SEARCH_STATEMENTS;

fn read(row: &Row) -> Result<AuditRow, StoreError> {
    let detail: BTreeMap<String, String> =
        serde_json::from_str(&row.text("detail")?).map_err(|_| StoreError::Corrupt("audit.detail"))?;
    Ok(AuditRow {
        id: row.id("audit_id")?,
        at: row.time("at")?,
        organisation: row.id_opt("organisation_id")?,
        account: row.id_opt("account_id")?,
        actor: Actor::from_parts(&row.text("actor")?, row.id_opt("actor_id")?)
            .ok_or(StoreError::Corrupt("audit.actor"))?,
        event: Event::parse(&row.text("event")?).ok_or(StoreError::Corrupt("audit.event"))?,
        detail,
        address: row.text_opt("address")?,
        device: row.text_opt("device")?,
        request_id: row.text_opt("request_id")?,
    })
}

fn values(row: &AuditRow) -> Result<Vec<Value>, StoreError> {
    let detail = serde_json::to_string(&row.detail).map_err(|_| StoreError::Corrupt("audit.detail"))?;
    Ok(vec![
        Value::from(row.id),
        Value::from(row.at),
        Value::from(row.organisation),
        Value::from(row.account),
        Value::from(row.actor.kind()),
        Value::from(row.actor.account()),
        Value::from(row.event.as_str()),
        Value::from(detail),
        Value::from(row.address.as_deref()),
        Value::from(row.device.as_deref()),
        Value::from(row.request_id.as_deref()),
    ])
}

/// Adds a row.
pub async fn append(db: &mut Db, row: &AuditRow) -> Result<(), StoreError> {
    db.execute(APPEND, &values(row)?).await.map(drop)
}

/// Adds several rows in one round trip.
pub async fn append_all(db: &mut Db, rows: &[AuditRow]) -> Result<(), StoreError> {
    let statements =
        rows.iter().map(|row| Ok((APPEND, values(row)?))).collect::<Result<Vec<_>, StoreError>>()?;
    db.execute_all(&statements).await.map(drop)
}

/// A page of at most `most` rows, newest first.
pub async fn list(db: &mut Db, filter: &AuditFilter, most: u32) -> Result<Vec<AuditRow>, StoreError> {
    let last = (Timestamp::from_millis(i64::MAX), AuditId::from_bytes([0xff; 16]));
    let (before_at, before_id) = filter.before.unwrap_or(last);
    let mut values = vec![
        Value::from(filter.event.map_or("", Event::as_str)),
        Value::from(filter.from.unwrap_or(Timestamp::from_millis(i64::MIN))),
        Value::from(filter.to.unwrap_or(Timestamp::from_millis(i64::MAX))),
        Value::from(before_at),
        Value::from(before_id),
        Value::from(most),
    ];
    let sql = match filter.scope {
        AuditScope::Everything => LIST,
        AuditScope::Organisation(id) => {
            values.push(Value::from(id));
            LIST_OF_ORGANISATION
        }
        AuditScope::Account(id) => {
            values.push(Value::from(id));
            LIST_OF_ACCOUNT
        }
    };
    db.query(sql, &values).await?.iter().map(read).collect()
}

/// The first `limit` rows later than `horizon` that are in no seal yet, in the order in which a seal takes them.
///
/// A row may turn up late, when its transaction took long, so the horizon stays behind the last seal by more than any
/// transaction lasts; it only keeps the question from walking through the whole log.
pub async fn unsealed(db: &mut Db, horizon: Timestamp, limit: u32) -> Result<Vec<AuditRow>, StoreError> {
    db.query(UNSEALED, &[Value::from(horizon), Value::from(limit)]).await?.iter().map(read).collect()
}

/// How many rows older than `before` are in no seal. It walks through the whole log.
pub async fn count_unsealed(db: &mut Db, before: Timestamp) -> Result<u64, StoreError> {
    let row = db.query_opt(COUNT_UNSEALED, &[Value::from(before)]).await?;
    let count = row.ok_or(StoreError::Corrupt("audit"))?.int("n")?;
    u64::try_from(count).map_err(|_| StoreError::Corrupt("audit"))
}

/// The rows of a seal, in its order. Empty when the seal was purged.
pub async fn rows_of(db: &mut Db, number: u64) -> Result<Vec<AuditRow>, StoreError> {
    let number = i64::try_from(number).map_err(|_| StoreError::Corrupt("audit_seal.number"))?;
    db.query(ROWS_OF, &[Value::from(number)]).await?.iter().map(read).collect()
}
