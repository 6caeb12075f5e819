//! Invitations of one organisation that were not used yet.

use std::collections::BTreeMap;

use countersign_core::email::EmailAddress;
use countersign_core::id::{AccountId, LinkId, OrganisationId};
use countersign_core::time::Timestamp;

use super::LinkRow;
use crate::db::{Db, Row, Value};
use crate::error::StoreError;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id AS link_id, purpose, account_id, organisation_id, email, role, created_at, expires_at, \
             spent_at, created_by, invited_by FROM link WHERE organisation_id = ?1 AND purpose = 'invitation' ",
            $rest
        )
    };
}

const PENDING: &str = select!(
    "AND spent_at IS NULL AND expires_at > ?2 AND email IS NOT NULL \
     AND (created_at < ?3 OR (created_at = ?3 AND id < ?4)) ORDER BY created_at DESC, id DESC LIMIT ?5"
);
const PENDING_BY_ID: &str = select!("AND id = ?2 AND spent_at IS NULL AND expires_at > ?3");
const COUNT: &str = "SELECT COUNT(*) AS n FROM link WHERE organisation_id = ?1 AND purpose = 'invitation' \
    AND spent_at IS NULL AND expires_at > ?2 AND email IS NOT NULL";
const ADDRESSES: &str = "SELECT id AS link_id, email FROM link WHERE organisation_id = ?1 \
    AND purpose = 'invitation' AND spent_at IS NULL AND expires_at > ?2 AND email IS NOT NULL ORDER BY id";

const VOID_OF_STAFF: &str =
    "UPDATE link SET spent_at = ?2 WHERE invited_by = ?1 AND role <> 'member' AND spent_at IS NULL";

pub(crate) const STATEMENTS: &[&str] = &[PENDING, PENDING_BY_ID, COUNT, ADDRESSES, VOID_OF_STAFF];

/// A page of at most `most` invitations with an address that can still be used, the newest first.
pub async fn pending_invitations(
    db: &mut Db,
    organisation: OrganisationId,
    now: Timestamp,
    before: Option<(Timestamp, LinkId)>,
    most: u32,
) -> Result<Vec<LinkRow>, StoreError> {
    let last = (Timestamp::from_millis(i64::MAX), LinkId::from_bytes([0xff; 16]));
    let (before_at, before_id) = before.unwrap_or(last);
    let values = [
        Value::from(organisation),
        Value::from(now),
        Value::from(before_at),
        Value::from(before_id),
        Value::from(most),
    ];
    db.query(PENDING, &values).await?.iter().map(LinkRow::of).collect()
}

/// One invitation that can still be used. `None`: the organisation has none of this identifier.
pub async fn pending_invitation(
    db: &mut Db,
    organisation: OrganisationId,
    id: LinkId,
    now: Timestamp,
) -> Result<Option<LinkRow>, StoreError> {
    let values = [Value::from(organisation), Value::from(id), Value::from(now)];
    db.query_opt(PENDING_BY_ID, &values).await?.as_ref().map(LinkRow::of).transpose()
}

/// How many invitations with an address can still be used.
pub async fn count_invitations(
    db: &mut Db,
    organisation: OrganisationId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let row = db.query_opt(COUNT, &[Value::from(organisation), Value::from(now)]).await?;
    row.ok_or(StoreError::Corrupt("count"))?.count("n")
}

/// Voids the unused invitations to the staff that an account has made, and returns how many there were.
pub async fn void_invitations_to_staff(
    db: &mut Db,
    inviter: AccountId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    db.execute(VOID_OF_STAFF, &[Value::from(inviter), Value::from(now)]).await
}

/// To which addresses, by [`EmailAddress::key`], an organisation has sent invitations that can still be used. Of several
/// to one address the newest counts.
pub async fn invited_addresses(
    db: &mut Db,
    organisation: OrganisationId,
    now: Timestamp,
) -> Result<BTreeMap<String, LinkId>, StoreError> {
    let rows = db.query(ADDRESSES, &[Value::from(organisation), Value::from(now)]).await?;
    let pair = |row: &Row| {
        let email =
            EmailAddress::parse(&row.text("email")?).map_err(|_| StoreError::Corrupt("link.email"))?;
        Ok((email.key(), row.id("link_id")?))
    };
    rows.iter().map(pair).collect()
}
