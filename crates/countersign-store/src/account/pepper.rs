//! Passwords by the pepper key under which they are hashed.

use countersign_core::id::{AccountId, OrganisationId};
use countersign_core::keys::KeyId;

use crate::db::{Db, Value};
use crate::error::StoreError;

const FORGET_PASSWORDS: &str = "UPDATE account SET password_hash = NULL, pepper_key = NULL, \
    password_version = password_version + 1 WHERE pepper_key = ?1 AND id IN \
    (SELECT b.id FROM account b WHERE b.pepper_key = ?1 ORDER BY b.id LIMIT ?2) \
    RETURNING id AS account_id, organisation_id";
const COUNT_BY_PEPPER_KEY: &str = "SELECT pepper_key, COUNT(*) AS n FROM account WHERE pepper_key IS NOT NULL \
    GROUP BY pepper_key ORDER BY pepper_key";

pub(crate) const STATEMENTS: &[&str] = &[FORGET_PASSWORDS, COUNT_BY_PEPPER_KEY];

/// How many passwords are hashed under each pepper key: a key may only be taken away at zero.
pub async fn count_by_pepper_key(db: &mut Db) -> Result<Vec<(KeyId, u64)>, StoreError> {
    let rows = db.query(COUNT_BY_PEPPER_KEY, &[]).await?;
    rows.iter().map(|row| Ok((KeyId(row.u32("pepper_key")?), row.count("n")?))).collect()
}

/// Takes the passwords away from at most `limit` accounts whose hash is under this pepper key, and returns whose they
/// were. They can no longer be checked once the key is gone; a reset link gives such an account a new one.
pub async fn forget_passwords(
    db: &mut Db,
    key: KeyId,
    limit: u32,
) -> Result<Vec<(AccountId, OrganisationId)>, StoreError> {
    let rows = db.query(FORGET_PASSWORDS, &[Value::from(key.0), Value::from(limit)]).await?;
    rows.iter().map(|row| Ok((row.id("account_id")?, row.id("organisation_id")?))).collect()
}
