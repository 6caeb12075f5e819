//! Sending the letters: any number of replicas claims them, and each letter is claimed by one.

use countersign_core::id::LetterId;
use countersign_core::keys::{KeyRing, SealError};
use countersign_core::letter::LetterBody;
use countersign_core::time::Timestamp;

use super::{LetterRow, LetterState, binding, letter_columns};
use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// A letter that is the caller's to send until its claim is over.
pub struct Claimed {
    /// The letter.
    pub row: LetterRow,
    /// What stands in it, or why that cannot be read: such a letter is given up and never sent half.
    pub body: Result<LetterBody, SealError>,
}

/// What can be claimed at `?1`.
macro_rules! ready {
    ($column:literal) => {
        concat!(
            $column,
            "state = 'waiting' AND ",
            $column,
            "send_at <= ?1 AND ",
            $column,
            "expires_at > ?1 AND (",
            $column,
            "claimed_until IS NULL OR ",
            $column,
            "claimed_until <= ?1)"
        )
    };
}

const DUE: &str = concat!("SELECT id FROM letter WHERE ", ready!(""), " LIMIT 1");
// What makes a letter ready stands in the outer condition too: PostgreSQL asks that one again about a row that another
// replica claimed meanwhile.
const CLAIM: &str = concat!(
    "UPDATE letter SET claimed_until = ?2 WHERE ",
    ready!(""),
    " AND id IN (SELECT t.id FROM letter t WHERE ",
    ready!("t."),
    " ORDER BY CASE WHEN t.kind = 'code' THEN 0 ELSE 1 END, t.send_at, t.id LIMIT ?3) RETURNING ",
    letter_columns!(),
    ", body"
);
const SENT: &str = "UPDATE letter SET state = 'sent', ended_at = ?2, body = NULL, claimed_until = NULL \
    WHERE id = ?1 AND state = 'waiting'";
const RETRY: &str = "UPDATE letter SET attempts = attempts + 1, send_at = ?2, last_error = ?3, claimed_until = NULL \
    WHERE id = ?1 AND state = 'waiting'";
const GIVE_UP: &str = "UPDATE letter SET state = ?2, last_error = ?3, ended_at = ?4, body = NULL, claimed_until = NULL \
    WHERE id = ?1 AND state = 'waiting'";
const EXPIRE: &str = concat!(
    "UPDATE letter SET state = 'expired', ended_at = ?1, body = NULL, claimed_until = NULL \
     WHERE state = 'waiting' AND expires_at <= ?1 AND (claimed_until IS NULL OR claimed_until <= ?1) \
     AND id IN (SELECT t.id FROM letter t WHERE t.state = 'waiting' AND t.expires_at <= ?1 \
     AND (t.claimed_until IS NULL OR t.claimed_until <= ?1) ORDER BY t.expires_at, t.id LIMIT ?2) RETURNING ",
    letter_columns!()
);

pub(crate) const STATEMENTS: &[&str] = &[DUE, CLAIM, SENT, RETRY, GIVE_UP, EXPIRE];

fn body(keys: &KeyRing, row: &Row, letter: &LetterRow) -> Result<Result<LetterBody, SealError>, StoreError> {
    let opened = keys.open(&row.blob("body")?, &binding(letter.id, letter.account_id));
    Ok(opened.and_then(|plain| LetterBody::from_bytes(&plain).ok_or(SealError::Broken)))
}

/// Whether any letter can be claimed at `now`: a cheap look.
pub async fn due(db: &mut Db, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.query_opt(DUE, &[Value::from(now)]).await?.is_some())
}

/// Claims at most `most` letters until then, codes first, as somebody waits for them, and then the longest
/// due. Whoever claims a letter ends it by [`sent`],
/// [`retry`] or [`give_up`]; when the claim is over before, another may claim it. Of several callers at the same time
/// some may get fewer than there are.
pub async fn claim(
    db: &mut Db,
    keys: &KeyRing,
    now: Timestamp,
    until: Timestamp,
    most: u32,
) -> Result<Vec<Claimed>, StoreError> {
    let rows = db.query(CLAIM, &[Value::from(now), Value::from(until), Value::from(most)]).await?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in &rows {
        let letter = LetterRow::of(row)?;
        claimed.push(Claimed { body: body(keys, row, &letter)?, row: letter });
    }
    claimed.sort_by_key(|claimed| (claimed.row.send_at, claimed.row.id));
    Ok(claimed)
}

/// Ends a letter that a mail server took. `false`: it had ended or was dropped.
pub async fn sent(db: &mut Db, id: LetterId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(SENT, &[Value::from(id), Value::from(now)]).await? == 1)
}

/// Puts a letter off until `at` and lets go of it. `false`: it had ended or was dropped.
pub async fn retry(db: &mut Db, id: LetterId, at: Timestamp, error: &str) -> Result<bool, StoreError> {
    Ok(db.execute(RETRY, &[Value::from(id), Value::from(at), Value::from(error)]).await? == 1)
}

/// Ends a letter unsent. `false`: it had ended or was dropped. `state` is refused or expired; any other is
/// [`StoreError::Refused`].
pub async fn give_up(
    db: &mut Db,
    id: LetterId,
    state: LetterState,
    error: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !matches!(state, LetterState::Refused | LetterState::Expired) {
        return Err(StoreError::Refused("value"));
    }
    let values = [Value::from(id), Value::from(state.as_str()), Value::from(error), Value::from(now)];
    Ok(db.execute(GIVE_UP, &values).await? == 1)
}

/// Ends at most `limit` letters whose time is over, and returns them. One that is being sent just now is left to whoever
/// sends it.
pub async fn expire(db: &mut Db, now: Timestamp, limit: u32) -> Result<Vec<LetterRow>, StoreError> {
    db.query(EXPIRE, &[Value::from(now), Value::from(limit)]).await?.iter().map(LetterRow::of).collect()
}
