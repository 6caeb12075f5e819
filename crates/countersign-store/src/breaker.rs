//! Breakers: prefixes of phone numbers to which nothing is sent, as too few codes came back. When one opens and for how long
//! it stops its prefix is core's to say; here stands that it did, for administrators to see and to close.

use countersign_core::id::OrganisationId;
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// The last time that a prefix was stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BreakerRow {
    /// The first digits of the numbers.
    pub prefix: String,
    /// The two letters of their country.
    pub country: String,
    /// Why: a word of the flow's.
    pub reason: String,
    /// The organisation whose codes opened it; it stops the prefix for all.
    pub organisation_id: Option<OrganisationId>,
    /// When it opened.
    pub opened_at: Timestamp,
    /// When somebody closed it, before it would have closed by itself.
    pub closed_at: Option<Timestamp>,
    /// Who closed it: an account's identifier or a word such as `command-line`.
    pub closed_by: Option<String>,
}

impl BreakerRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            prefix: row.text("prefix")?,
            country: row.text("country")?,
            reason: row.text("reason")?,
            organisation_id: row.id_opt("organisation_id")?,
            opened_at: row.time("opened_at")?,
            closed_at: row.time_opt("closed_at")?,
            closed_by: row.text_opt("closed_by")?,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT prefix, country, reason, organisation_id, opened_at, closed_at, closed_by FROM breaker ",
            $rest
        )
    };
}

const OPEN: &str = "INSERT INTO breaker (prefix, country, reason, opened_at, organisation_id) \
    VALUES (?1, ?2, ?3, ?4, ?6) \
    ON CONFLICT (prefix) DO UPDATE SET country = excluded.country, reason = excluded.reason, \
    organisation_id = excluded.organisation_id, opened_at = excluded.opened_at, closed_at = NULL, closed_by = NULL \
    WHERE breaker.closed_at IS NOT NULL OR breaker.opened_at <= ?5";
const OF_PREFIX: &str = select!("WHERE prefix = ?1");
const LIST: &str = select!("WHERE opened_at > ?1 ORDER BY opened_at DESC, prefix LIMIT ?2");
const CLOSE: &str = "UPDATE breaker SET closed_at = ?2, closed_by = ?3 \
    WHERE prefix = ?1 AND closed_at IS NULL AND opened_at > ?4";

const OVER: &str = select!("WHERE closed_at IS NULL AND opened_at <= ?1 ORDER BY opened_at LIMIT ?2");
const CLOSE_OVER: &str = "UPDATE breaker SET closed_at = ?2, closed_by = ?3 \
    WHERE prefix = ?1 AND closed_at IS NULL AND opened_at = ?4";

pub(crate) const STATEMENTS: &[&str] = &[OPEN, OF_PREFIX, LIST, CLOSE, OVER, CLOSE_OVER];

/// Opens the breaker of a prefix: of any number of callers exactly one gets `true`. `false`: it is open already, as it opened
/// after `over_before` and nobody closed it.
pub async fn open(db: &mut Db, breaker: &BreakerRow, over_before: Timestamp) -> Result<bool, StoreError> {
    let values = [
        Value::from(&breaker.prefix),
        Value::from(&breaker.country),
        Value::from(&breaker.reason),
        Value::from(breaker.opened_at),
        Value::from(over_before),
        Value::from(breaker.organisation_id),
    ];
    Ok(db.execute(OPEN, &values).await? == 1)
}

/// The last time that this prefix was stopped, whether or not that is over.
pub async fn of_prefix(db: &mut Db, prefix: &str) -> Result<Option<BreakerRow>, StoreError> {
    db.query_opt(OF_PREFIX, &[Value::from(prefix)]).await?.as_ref().map(BreakerRow::of).transpose()
}

/// At most `most` prefixes that were stopped after `since`, the last first.
pub async fn list(db: &mut Db, since: Timestamp, most: u32) -> Result<Vec<BreakerRow>, StoreError> {
    db.query(LIST, &[Value::from(since), Value::from(most)]).await?.iter().map(BreakerRow::of).collect()
}

/// Closes the breaker of a prefix before its time. `false`: somebody closed it before, or it opened at `over_before` or
/// earlier and is closed by itself.
pub async fn close(
    db: &mut Db,
    prefix: &str,
    by: &str,
    over_before: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values = [Value::from(prefix), Value::from(now), Value::from(by), Value::from(over_before)];
    Ok(db.execute(CLOSE, &values).await? == 1)
}

/// At most `most` prefixes that were stopped at `before` or earlier and that nobody has closed: their time is over.
pub async fn over(db: &mut Db, before: Timestamp, most: u32) -> Result<Vec<BreakerRow>, StoreError> {
    db.query(OVER, &[Value::from(before), Value::from(most)]).await?.iter().map(BreakerRow::of).collect()
}

/// Writes down that a breaker closed at `at` by itself. `false`: that was written before, or it was opened again since.
pub async fn close_over(db: &mut Db, row: &BreakerRow, by: &str, at: Timestamp) -> Result<bool, StoreError> {
    let values = [Value::from(&row.prefix), Value::from(at), Value::from(by), Value::from(row.opened_at)];
    Ok(db.execute(CLOSE_OVER, &values).await? == 1)
}
