//! Files of other systems that are taken over: how far each has come, and what the other system called an account.

use countersign_core::id::{AccountId, ImportId, OrganisationId};
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// One file, and how far it has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// Its identifier.
    pub id: ImportId,
    /// The organisation that it is taken over into.
    pub organisation_id: OrganisationId,
    /// What it holds: `accounts` or `authenticators`.
    pub kind: String,
    /// SHA-256 over its kind and all its bytes.
    pub digest: [u8; 32],
    /// The number of the last line that was dealt with; 0 before the first one.
    pub lines_done: u64,
    /// How many accounts or keys were taken over.
    pub accepted: u64,
    /// How many were refused.
    pub refused: u64,
    /// When it was begun.
    pub started_at: Timestamp,
    /// When its last line was dealt with.
    pub finished_at: Option<Timestamp>,
}

impl ImportRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        let digest = row.blob("digest")?;
        Ok(Self {
            id: row.id("id")?,
            organisation_id: row.id("organisation_id")?,
            kind: row.text("kind")?,
            digest: digest.try_into().map_err(|_| StoreError::Corrupt("import_run.digest"))?,
            lines_done: row.count("lines_done")?,
            accepted: row.count("accepted")?,
            refused: row.count("refused")?,
            started_at: row.time("started_at")?,
            finished_at: row.time_opt("finished_at")?,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, organisation_id, kind, digest, lines_done, accepted, refused, started_at, finished_at \
             FROM import_run ",
            $rest
        )
    };
}

const BEGIN: &str = "INSERT INTO import_run (id, organisation_id, kind, digest, lines_done, accepted, refused, \
    started_at) VALUES (?1, ?2, ?3, ?4, 0, 0, 0, ?5) ON CONFLICT (organisation_id, digest) DO NOTHING";
const BY_DIGEST: &str = select!("WHERE organisation_id = ?1 AND digest = ?2");
const LIST: &str = select!("ORDER BY started_at DESC, id DESC LIMIT ?1");
const RESTART: &str = "UPDATE import_run SET lines_done = 0, accepted = 0, refused = 0, started_at = ?2, \
    finished_at = NULL WHERE id = ?1";
const ADVANCE: &str = "UPDATE import_run SET lines_done = ?3, accepted = accepted + ?4, refused = refused + ?5 \
    WHERE id = ?1 AND lines_done = ?2 AND finished_at IS NULL";
const FINISH: &str = "UPDATE import_run SET finished_at = ?2 WHERE id = ?1 AND finished_at IS NULL";
const NAME: &str = "INSERT INTO imported_account (account_id, external_id) VALUES (?1, ?2)";
const NAMED: &str =
    "SELECT account_id FROM imported_account WHERE external_id = ?1 ORDER BY account_id LIMIT ?2";

pub(crate) const STATEMENTS: &[&str] = &[BEGIN, BY_DIGEST, LIST, RESTART, ADVANCE, FINISH, NAME, NAMED];

/// Begins with a file, or finds how far it has come. Of `row` nothing counts but what names the file, and when it is begun.
pub async fn begin(db: &mut Db, row: &ImportRow) -> Result<ImportRow, StoreError> {
    let values = [
        Value::from(row.id),
        Value::from(row.organisation_id),
        Value::from(row.kind.as_str()),
        Value::from(row.digest),
        Value::from(row.started_at),
    ];
    db.execute(BEGIN, &values).await?;
    let found = db.query_opt(BY_DIGEST, &[Value::from(row.organisation_id), Value::from(row.digest)]).await?;
    ImportRow::of(&found.ok_or(StoreError::Corrupt("import_run"))?)
}

/// The latest imports, newest first.
pub async fn list(db: &mut Db, most: u32) -> Result<Vec<ImportRow>, StoreError> {
    db.query(LIST, &[Value::from(most)]).await?.iter().map(ImportRow::of).collect()
}

/// Begins with a file from its first line again. `false`: there is no such import.
pub async fn restart(db: &mut Db, id: ImportId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(RESTART, &[Value::from(id), Value::from(now)]).await? == 1)
}

/// Notes that the lines after `lines.start` up to `lines.end` were dealt with, in the transaction that did it. `false`: somebody else
/// takes the same file over, and this batch has to be rolled back.
pub async fn advance(
    db: &mut Db,
    id: ImportId,
    lines: std::ops::Range<u64>,
    accepted: u64,
    refused: u64,
) -> Result<bool, StoreError> {
    let number = |count: u64| Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
    let values = [Value::from(id), number(lines.start), number(lines.end), number(accepted), number(refused)];
    Ok(db.execute(ADVANCE, &values).await? == 1)
}

/// Notes that no line is left. `false`: that was noted before.
pub async fn finish(db: &mut Db, id: ImportId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(FINISH, &[Value::from(id), Value::from(now)]).await? == 1)
}

/// Keeps what the other system called accounts that were just added.
pub async fn name_all<'a>(
    db: &mut Db,
    names: impl IntoIterator<Item = (AccountId, &'a str)>,
) -> Result<(), StoreError> {
    let name = |(id, name)| (NAME, vec![Value::from(id), Value::from(name)]);
    let statements: Vec<_> = names.into_iter().map(name).collect();
    db.execute_all(&statements).await.map(drop)
}

/// The accounts, at most `most`, that another system called so.
pub async fn named(db: &mut Db, external_id: &str, most: u32) -> Result<Vec<AccountId>, StoreError> {
    let rows = db.query(NAMED, &[Value::from(external_id), Value::from(most)]).await?;
    rows.iter().map(|row| row.id("account_id")).collect()
}
