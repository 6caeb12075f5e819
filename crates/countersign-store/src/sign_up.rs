//! Sign-ups that wait for their address to be proved. Each hangs on its link and goes with it.

use countersign_core::id::{LinkId, OrganisationId};
use countersign_core::keys::KeyId;
use countersign_core::password::PasswordHash;
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// What somebody typed who signs up; the address stands in the link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUpRow {
    /// The link that finishes it.
    pub link_id: LinkId,
    /// What the address in the link is compared by.
    pub email_key: String,
    /// The name shown in the portal.
    pub display_name: String,
    /// The language chosen for the account; `None` leaves it to the browser.
    pub language: Option<String>,
    /// The password's hash.
    pub password: PasswordHash,
}

impl SignUpRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            link_id: row.id("link_id")?,
            email_key: row.text("email_key")?,
            display_name: row.text("display_name")?,
            language: row.text_opt("language")?,
            password: PasswordHash {
                phc: row.text("password_hash")?,
                pepper_key: KeyId(row.u32("pepper_key")?),
            },
        })
    }
}

const CREATE: &str = "INSERT INTO sign_up (link_id, email_key, display_name, language, password_hash, pepper_key) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
const BY_LINK: &str = "SELECT link_id, email_key, display_name, language, password_hash, pepper_key FROM sign_up \
    WHERE link_id = ?1";
const VOID_FOR_ADDRESS: &str = "UPDATE link SET spent_at = ?3 WHERE organisation_id = ?1 AND spent_at IS NULL \
    AND id IN (SELECT link_id FROM sign_up WHERE email_key = ?2)";
// A link that was used or is over leads to no password any more.
const COUNT_BY_PEPPER_KEY: &str = "SELECT s.pepper_key AS pepper_key, COUNT(*) AS n FROM sign_up s \
    JOIN link l ON l.id = s.link_id WHERE l.spent_at IS NULL GROUP BY s.pepper_key ORDER BY s.pepper_key";
const VOID_BY_PEPPER_KEY: &str = "DELETE FROM link WHERE spent_at IS NULL AND id IN \
    (SELECT s.link_id FROM sign_up s JOIN link l ON l.id = s.link_id WHERE s.pepper_key = ?1 AND l.spent_at IS NULL \
    ORDER BY s.link_id LIMIT ?2)";

pub(crate) const STATEMENTS: &[&str] =
    &[CREATE, BY_LINK, VOID_FOR_ADDRESS, COUNT_BY_PEPPER_KEY, VOID_BY_PEPPER_KEY];

/// Writes what was typed, beside the link that was just made.
pub async fn create(db: &mut Db, sign_up: &SignUpRow) -> Result<(), StoreError> {
    let values = [
        Value::from(sign_up.link_id),
        Value::from(sign_up.email_key.as_str()),
        Value::from(sign_up.display_name.as_str()),
        Value::from(sign_up.language.as_deref()),
        Value::from(sign_up.password.phc.as_str()),
        Value::from(sign_up.password.pepper_key.0),
    ];
    db.execute(CREATE, &values).await.map(drop)
}

/// What was typed for this link.
pub async fn by_link(db: &mut Db, link: LinkId) -> Result<Option<SignUpRow>, StoreError> {
    db.query_opt(BY_LINK, &[Value::from(link)]).await?.as_ref().map(SignUpRow::of).transpose()
}

/// Voids the links of sign-ups for one address that wait in an organisation, and returns how many there were: only the
/// latest request counts.
pub async fn void_for_address(
    db: &mut Db,
    organisation: OrganisationId,
    email_key: &str,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let values = [Value::from(organisation), Value::from(email_key), Value::from(now)];
    db.execute(VOID_FOR_ADDRESS, &values).await
}

/// How many passwords of sign-ups that wait are hashed under each pepper key: a key may only be taken away at zero.
pub async fn count_by_pepper_key(db: &mut Db) -> Result<Vec<(KeyId, u64)>, StoreError> {
    let rows = db.query(COUNT_BY_PEPPER_KEY, &[]).await?;
    rows.iter().map(|row| Ok((KeyId(row.u32("pepper_key")?), row.count("n")?))).collect()
}

/// Takes back at most `limit` sign-ups whose password is hashed under this pepper key, with their links, and returns how
/// many: whoever waits signs up again.
pub async fn void_by_pepper_key(db: &mut Db, key: KeyId, limit: u32) -> Result<u64, StoreError> {
    db.execute(VOID_BY_PEPPER_KEY, &[Value::from(key.0), Value::from(limit)]).await
}
