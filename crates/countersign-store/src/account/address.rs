//! The address of an account: proving it, changing it, and undoing the change.

use countersign_core::email::EmailAddress;
use countersign_core::id::{AccountId, OrganisationId};
use countersign_core::time::Timestamp;

use crate::db::{Db, Value};
use crate::error::StoreError;

const SET_VERIFIED: &str =
    "UPDATE account SET email_verified_at = ?2 WHERE id = ?1 AND email_verified_at IS NULL";
const SET: &str = "UPDATE account SET email = ?2, email_key = ?3, email_verified_at = ?4, previous_email = ?5, \
    previous_email_key = ?6, previous_email_until = ?7 WHERE id = ?1";
const RESTORE: &str = "UPDATE account SET email = ?2, email_key = ?3, email_verified_at = ?4, previous_email = NULL, \
    previous_email_key = NULL, previous_email_until = NULL WHERE id = ?1";
const IS_TAKEN: &str = "SELECT COUNT(*) AS n FROM account \
    WHERE email_key = ?1 OR (previous_email_key = ?1 AND previous_email_until > ?2)";
const IS_TAKEN_BY_OTHER: &str = "SELECT COUNT(*) AS n FROM account \
    WHERE id <> ?3 AND (email_key = ?1 OR (previous_email_key = ?1 AND previous_email_until > ?2))";
const IS_TAKEN_WITHIN: &str = "SELECT COUNT(*) AS n FROM account WHERE organisation_id = ?3 \
    AND (email_key = ?1 OR (previous_email_key = ?1 AND previous_email_until > ?2))";

pub(crate) const STATEMENTS: &[&str] =
    &[SET_VERIFIED, SET, RESTORE, IS_TAKEN, IS_TAKEN_BY_OTHER, IS_TAKEN_WITHIN];

/// Notes that the address was proved. `false`: it was already, or there is no such account.
pub async fn set_email_verified(db: &mut Db, id: AccountId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(SET_VERIFIED, &[Value::from(id), Value::from(now)]).await? == 1)
}

/// Gives an account another address, proved at `verified_at`. The address of before stays reserved until the time it
/// comes with; without one, nothing is kept. `false`: there is no such account. An address that another account has is
/// [`StoreError::Unique`]; one that is only reserved for another is for [`is_taken`] to tell.
pub async fn set_email(
    db: &mut Db,
    id: AccountId,
    email: &EmailAddress,
    verified_at: Timestamp,
    previous: Option<(&EmailAddress, Timestamp)>,
) -> Result<bool, StoreError> {
    let values = [
        Value::from(id),
        Value::from(email.as_str()),
        Value::from(email.key()),
        Value::from(verified_at),
        Value::from(previous.map(|(before, _)| before.as_str())),
        Value::from(previous.map(|(before, _)| before.key())),
        Value::from(previous.map(|(_, until)| until)),
    ];
    Ok(db.execute(SET, &values).await? == 1)
}

/// Gives an account an earlier address back, proved at `now`, and reserves none any more. It need not be the one that
/// is reserved: after two changes in a row the owner of the first address can still undo both. `false`: there is no
/// such account. An address that another account has taken since is [`StoreError::Unique`].
pub async fn restore_email(
    db: &mut Db,
    id: AccountId,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values = [Value::from(id), Value::from(email.as_str()), Value::from(email.key()), Value::from(now)];
    Ok(db.execute(RESTORE, &values).await? == 1)
}

/// Whether an address, by [`EmailAddress::key`], is an account's, or is reserved for the one that had it.
pub async fn is_taken(db: &mut Db, email_key: &str, now: Timestamp) -> Result<bool, StoreError> {
    let values = [Value::from(email_key), Value::from(now)];
    let row = db.query_opt(IS_TAKEN, &values).await?.ok_or(StoreError::Corrupt("count"))?;
    Ok(row.count("n")? > 0)
}

/// Of each address key, as [`is_taken`] tells it; on PostgreSQL without waiting for one answer before asking the next.
pub async fn taken<'a>(
    db: &mut Db,
    email_keys: impl IntoIterator<Item = &'a str>,
    now: Timestamp,
) -> Result<Vec<bool>, StoreError> {
    let ask = |key| (IS_TAKEN, vec![Value::from(key), Value::from(now)]);
    all_taken(db, email_keys.into_iter().map(ask).collect()).await
}

/// As [`taken`], by or for an account of this organisation: of others nothing is told.
pub async fn taken_within<'a>(
    db: &mut Db,
    organisation: OrganisationId,
    email_keys: impl IntoIterator<Item = &'a str>,
    now: Timestamp,
) -> Result<Vec<bool>, StoreError> {
    let ask = |key| (IS_TAKEN_WITHIN, vec![Value::from(key), Value::from(now), Value::from(organisation)]);
    all_taken(db, email_keys.into_iter().map(ask).collect()).await
}

async fn all_taken(db: &mut Db, questions: Vec<(&'static str, Vec<Value>)>) -> Result<Vec<bool>, StoreError> {
    let answers = db.query_all(&questions).await?;
    let is_taken = |rows: &Vec<crate::db::Row>| -> Result<bool, StoreError> {
        Ok(rows.first().ok_or(StoreError::Corrupt("count"))?.count("n")? > 0)
    };
    answers.iter().map(is_taken).collect()
}

/// As [`is_taken`], but for what this account itself has or has reserved.
pub async fn is_taken_by_other(
    db: &mut Db,
    email_key: &str,
    account: AccountId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values = [Value::from(email_key), Value::from(now), Value::from(account)];
    let row = db.query_opt(IS_TAKEN_BY_OTHER, &values).await?.ok_or(StoreError::Corrupt("count"))?;
    Ok(row.count("n")? > 0)
}
