//! Setting up a second step: who put it off, and who was reminded of it.

use countersign_core::id::{AccountId, OrganisationId};
use countersign_core::time::Timestamp;

use crate::db::{Db, Value};
use crate::error::StoreError;

const PUT_OFF: &str = "UPDATE account SET not_now_at = ?2 WHERE id = ?1";
const TO_REMIND: &str = "SELECT id AS account_id FROM account WHERE organisation_id = ?1 AND id > ?2 \
    AND state = 'active' AND role = 'member' AND (enrolment_reminded_at IS NULL OR enrolment_reminded_at < ?3) \
    ORDER BY id LIMIT ?4";
const REMINDED: &str = "UPDATE account SET enrolment_reminded_at = ?2 WHERE id = ?1 AND state = 'active' \
    AND (enrolment_reminded_at IS NULL OR enrolment_reminded_at < ?3)";

pub(crate) const STATEMENTS: &[&str] = &[PUT_OFF, TO_REMIND, REMINDED];

/// Notes that the owner put the set-up of a second step off. `false`: there is no such account.
pub async fn put_off(db: &mut Db, id: AccountId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(PUT_OFF, &[Value::from(id), Value::from(now)]).await? == 1)
}

/// The next `most` active members of an organisation, by their identifiers and after this one, who were not reminded
/// since `stage` began. Whether they lack a second step is for the caller to judge.
pub async fn to_remind(
    db: &mut Db,
    organisation: OrganisationId,
    after: Option<AccountId>,
    stage: Timestamp,
    most: u32,
) -> Result<Vec<AccountId>, StoreError> {
    let after = after.map_or([0; 16], |id| *id.as_bytes());
    let values =
        [Value::from(organisation), Value::from(after.as_slice()), Value::from(stage), Value::from(most)];
    db.query(TO_REMIND, &values).await?.iter().map(|row| row.id("account_id")).collect()
}

/// Notes that an account is reminded now, and holds its row until the transaction ends. `false`: it was reminded since
/// `stage` began, or is active no longer.
pub async fn reminded(
    db: &mut Db,
    id: AccountId,
    now: Timestamp,
    stage: Timestamp,
) -> Result<bool, StoreError> {
    Ok(db.execute(REMINDED, &[Value::from(id), Value::from(now), Value::from(stage)]).await? == 1)
}
