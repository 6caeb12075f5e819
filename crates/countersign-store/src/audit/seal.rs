//! Seals over the audit log: each covers some rows and the seal before it.

use countersign_core::id::AuditId;
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// One seal. It stays when its rows are purged, so that the chain stays whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealRow {
    /// 1 for the first, and one more each time.
    pub number: u64,
    /// How many rows it covers.
    pub rows: u64,
    /// The digest of the seal before it; zeros for the first.
    pub previous: [u8; 32],
    /// The digest ([`countersign_core::audit::seal_digest`]).
    pub digest: [u8; 32],
    /// When it was made.
    pub sealed_at: Timestamp,
    /// When its rows were purged, if they were.
    pub purged_at: Option<Timestamp>,
}

macro_rules! columns {
    () => {
        "SELECT s.number AS number, s.rows AS row_count, s.previous AS previous, s.digest AS digest, \
         s.sealed_at AS sealed_at, p.purged_at AS purged_at \
         FROM audit_seal s LEFT JOIN audit_purge p ON p.number = s.number "
    };
}

const INSERT: &str =
    "INSERT INTO audit_seal (number, rows, previous, digest, sealed_at) VALUES (?1, ?2, ?3, ?4, ?5)";
const INSERT_ENTRY: &str = "INSERT INTO audit_seal_entry (audit_id, number, position) VALUES (?1, ?2, ?3)";
const LAST: &str = concat!(columns!(), "ORDER BY s.number DESC LIMIT 1");
const SEALED_UP_TO: &str = "SELECT a.at AS at FROM audit_seal s \
    JOIN audit_seal_entry e ON e.number = s.number AND e.position = s.rows - 1 JOIN audit a ON a.id = e.audit_id \
    WHERE s.number = (SELECT MAX(m.number) FROM audit_seal m)";
const AFTER: &str = concat!(columns!(), "WHERE s.number > ?1 ORDER BY s.number LIMIT ?2");
const NEWEST_IN: &str = "SELECT MAX(a.at) AS at FROM audit a JOIN audit_seal_entry e ON e.audit_id = a.id \
    WHERE e.number = ?1";
const UNPURGED: &str = concat!(
    columns!(),
    "WHERE s.number > (SELECT COALESCE(MAX(q.number), 0) FROM audit_purge q) ORDER BY s.number LIMIT ?1"
);
const PURGE: &str = "INSERT INTO audit_purge (number, purged_at) VALUES (?1, ?2)";
const DELETE_ROWS: &str =
    "DELETE FROM audit WHERE id IN (SELECT e.audit_id FROM audit_seal_entry e WHERE e.number = ?1)";
const DELETE_ENTRIES: &str = "DELETE FROM audit_seal_entry WHERE number = ?1";

pub(crate) const STATEMENTS: &[&str] = &[
    INSERT,
    INSERT_ENTRY,
    LAST,
    SEALED_UP_TO,
    NEWEST_IN,
    AFTER,
    UNPURGED,
    PURGE,
    DELETE_ROWS,
    DELETE_ENTRIES,
];

fn number(number: u64) -> Result<Value, StoreError> {
    i64::try_from(number).map(Value::from).map_err(|_| StoreError::Corrupt("audit_seal.number"))
}

impl SealRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        let whole = |name| u64::try_from(row.int(name)?).map_err(|_| StoreError::Corrupt(name));
        Ok(Self {
            number: whole("number")?,
            rows: whole("row_count")?,
            previous: row.bytes("previous")?,
            digest: row.bytes("digest")?,
            sealed_at: row.time("sealed_at")?,
            purged_at: row.time_opt("purged_at")?,
        })
    }
}

/// Writes a seal over these rows, in this order. Its number or one of its rows being taken is [`StoreError::Unique`]:
/// another replica sealed first, and nothing of this transaction is kept. `rows` and `purged_at` of the seal are not
/// read: the first is the number of entries, the second is nothing yet.
pub async fn seal(db: &mut Db, seal: &SealRow, entries: &[AuditId]) -> Result<(), StoreError> {
    let count = i64::try_from(entries.len()).map_err(|_| StoreError::Corrupt("audit_seal.rows"))?;
    let mut statements = vec![(
        INSERT,
        vec![
            number(seal.number)?,
            Value::from(count),
            Value::from(seal.previous),
            Value::from(seal.digest),
            Value::from(seal.sealed_at),
        ],
    )];
    for (position, id) in (0_i64..).zip(entries) {
        statements.push((INSERT_ENTRY, vec![Value::from(id), number(seal.number)?, Value::from(position)]));
    }
    db.execute_all(&statements).await.map(drop)
}

/// The newest seal. `None`: nothing was sealed yet.
pub async fn last_seal(db: &mut Db) -> Result<Option<SealRow>, StoreError> {
    db.query_opt(LAST, &[]).await?.as_ref().map(SealRow::of).transpose()
}

/// The time of the last row under the newest seal. `None`: there is no seal, or its rows were purged.
pub async fn sealed_up_to(db: &mut Db) -> Result<Option<Timestamp>, StoreError> {
    db.query_opt(SEALED_UP_TO, &[]).await?.map(|row| row.time("at")).transpose()
}

/// The first `limit` seals after the one of this number (0: from the beginning).
pub async fn seals(db: &mut Db, after: u64, limit: u32) -> Result<Vec<SealRow>, StoreError> {
    db.query(AFTER, &[number(after)?, Value::from(limit)]).await?.iter().map(SealRow::of).collect()
}

/// When the newest row under this seal happened. `None`: its rows were purged.
pub async fn newest_in(db: &mut Db, seal: u64) -> Result<Option<Timestamp>, StoreError> {
    let row = db.query_opt(NEWEST_IN, &[number(seal)?]).await?;
    Ok(row.map(|row| row.time_opt("at")).transpose()?.flatten())
}

/// The next seals to be purged, at most `limit`: they follow the last purged one without a gap, and all of them were
/// made before `before`. Purging goes from the beginning of the chain on.
pub async fn purgeable(db: &mut Db, before: Timestamp, limit: u32) -> Result<Vec<SealRow>, StoreError> {
    let rows = db.query(UNPURGED, &[Value::from(limit)]).await?;
    let mut seals = rows.iter().map(SealRow::of).collect::<Result<Vec<_>, _>>()?;
    let old = seals.iter().take_while(|seal| seal.sealed_at < before).count();
    seals.truncate(old);
    Ok(seals)
}

/// Deletes the rows of a whole seal and returns how many they were. The seal itself stays, with the time of the purge;
/// one that was purged before is [`StoreError::Unique`]. Refused: a seal younger than a day, and any but the next one.
pub async fn purge(db: &mut Db, seal: u64, now: Timestamp) -> Result<u64, StoreError> {
    let statements = [
        (PURGE, vec![number(seal)?, Value::from(now)]),
        // The schema insists on this order: a row may go while its entry names a purged seal, then the entry.
        (DELETE_ROWS, vec![number(seal)?]),
        (DELETE_ENTRIES, vec![number(seal)?]),
    ];
    Ok(db.execute_all(&statements).await?.get(1).copied().unwrap_or_default())
}
