//! The versions that a policy had, with who made each and why.

use std::collections::BTreeMap;

use countersign_core::id::{AccountId, OrganisationId};
use countersign_store::policy::{self, PolicyRow};
use countersign_store::{Db, account};

use super::super::{Call, FlowError};
use super::change::{Change, changes};

/// Who made a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// Somebody who has an account still.
    Account {
        /// The name.
        name: String,
        /// The e-mail address.
        email: String,
    },
    /// Somebody whose account is gone.
    Gone,
    /// No account: the command line, or the installation itself.
    Operator,
}

/// One version.
#[derive(Clone, Debug)]
pub struct Version {
    /// What was kept of it.
    pub row: PolicyRow,
    /// Who made it.
    pub by: Author,
    /// What it changed; empty for the first.
    pub changes: Vec<Change>,
}

/// The version that counts for an organisation.
///
/// # Errors
///
/// [`FlowError::NotFound`] for an organisation that does not exist.
pub async fn current_of(call: &Call, organisation: OrganisationId) -> Result<PolicyRow, FlowError> {
    let mut db = call.reader().await?;
    policy::current(&mut db, organisation).await?.ok_or(FlowError::NotFound)
}

/// One version of an organisation's policy.
///
/// # Errors
///
/// [`FlowError::NotFound`] for one that never was.
pub async fn version(call: &Call, organisation: OrganisationId, number: i64) -> Result<PolicyRow, FlowError> {
    let mut db = call.reader().await?;
    policy::version(&mut db, organisation, number).await?.ok_or(FlowError::NotFound)
}

/// The last `most` versions, newest first.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn history(
    call: &Call,
    organisation: OrganisationId,
    most: u32,
) -> Result<Vec<Version>, FlowError> {
    let mut db = call.reader().await?;
    // One more, so that the oldest that is told can say what it changed.
    let mut rows = policy::history(&mut db, organisation, most.saturating_add(1)).await?;
    let mut known = BTreeMap::new();
    let mut told = Vec::new();
    for at in 0..rows.len().min(usize::try_from(most).unwrap_or(usize::MAX)) {
        let by = author(&mut db, &rows[at].changed_by, &mut known).await?;
        let changes = rows.get(at + 1).map(|earlier| changes(&earlier.policy, &rows[at].policy));
        told.push((by, changes.unwrap_or_default()));
    }
    rows.truncate(told.len());
    Ok(rows.into_iter().zip(told).map(|(row, (by, changes))| Version { row, by, changes }).collect())
}

async fn author(db: &mut Db, by: &str, known: &mut BTreeMap<AccountId, Author>) -> Result<Author, FlowError> {
    let Ok(id) = by.parse::<AccountId>() else { return Ok(Author::Operator) };
    if let Some(author) = known.get(&id) {
        return Ok(author.clone());
    }
    let row = account::by_id(db, id).await?;
    let author = row.map_or(Author::Gone, |row| Author::Account {
        name: row.display_name,
        email: row.email.as_str().to_owned(),
    });
    known.insert(id, author.clone());
    Ok(author)
}
