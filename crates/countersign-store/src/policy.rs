//! Security policies: every version an organisation ever had, the newest of which counts.
//!
//! Rows are never changed; a new version is a new row, so the log of who changed what and why is the table itself.

use countersign_core::id::OrganisationId;
use countersign_core::policy::Policy;
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// One version of an organisation's security policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyRow {
    /// Whose policy it is.
    pub organisation_id: OrganisationId,
    /// 1 for the first, and one more each time.
    pub version: i64,
    /// The policy itself.
    pub policy: Policy,
    /// When this version began to count.
    pub changed_at: Timestamp,
    /// Who made it: an account's identifier or a word such as `command-line`.
    pub changed_by: String,
    /// Why, in that person's words.
    pub reason: String,
}

impl PolicyRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            organisation_id: row.id("organisation_id")?,
            version: row.int("policy_version")?,
            policy: read_body(&row.text("policy_body")?)?,
            changed_at: row.time("changed_at")?,
            changed_by: row.text("changed_by")?,
            reason: row.text("reason")?,
        })
    }
}

macro_rules! columns {
    () => {
        "SELECT organisation_id, version AS policy_version, body AS policy_body, changed_at, changed_by, reason \
         FROM policy WHERE organisation_id = ?1 "
    };
}

const CURRENT: &str = concat!(columns!(), "ORDER BY version DESC LIMIT 1");
const HISTORY: &str = concat!(columns!(), "ORDER BY version DESC LIMIT ?2");
const VERSION: &str = concat!(columns!(), "AND version = ?2");
const APPEND: &str = "INSERT INTO policy (organisation_id, version, body, changed_at, changed_by, reason) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (organisation_id, version) DO NOTHING";

pub(crate) const STATEMENTS: &[&str] = &[CURRENT, HISTORY, VERSION, APPEND];

/// Reads a policy as its column holds it.
pub(crate) fn read_body(body: &str) -> Result<Policy, StoreError> {
    serde_json::from_str(body).map_err(|_| StoreError::Corrupt("policy.body"))
}

/// The version that counts now. `None`: the organisation has no policy yet.
pub async fn current(db: &mut Db, organisation: OrganisationId) -> Result<Option<PolicyRow>, StoreError> {
    db.query_opt(CURRENT, &[Value::from(organisation)]).await?.as_ref().map(PolicyRow::of).transpose()
}

/// The last `most` versions, newest first.
pub async fn history(
    db: &mut Db,
    organisation: OrganisationId,
    most: u32,
) -> Result<Vec<PolicyRow>, StoreError> {
    db.query(HISTORY, &[Value::from(organisation), Value::from(most)])
        .await?
        .iter()
        .map(PolicyRow::of)
        .collect()
}

/// One version. `None`: there never was such a one.
pub async fn version(
    db: &mut Db,
    organisation: OrganisationId,
    version: i64,
) -> Result<Option<PolicyRow>, StoreError> {
    let values = [Value::from(organisation), Value::from(version)];
    db.query_opt(VERSION, &values).await?.as_ref().map(PolicyRow::of).transpose()
}

/// Adds a version. Its number is one more than the version that the change was based on; `false` means that somebody
/// else made that version first, and nothing was written.
pub async fn append(db: &mut Db, row: &PolicyRow) -> Result<bool, StoreError> {
    let body = serde_json::to_string(&row.policy).map_err(|_| StoreError::Corrupt("policy.body"))?;
    let values = [
        Value::from(row.organisation_id),
        Value::from(row.version),
        Value::from(body),
        Value::from(row.changed_at),
        Value::from(row.changed_by.as_str()),
        Value::from(row.reason.as_str()),
    ];
    Ok(db.execute(APPEND, &values).await? == 1)
}
