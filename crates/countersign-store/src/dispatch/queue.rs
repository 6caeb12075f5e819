//! What is to be sent, to the workers: any number of replicas claims it, and each dispatch is claimed by one.

use countersign_core::id::DispatchId;
use countersign_core::keys::{KeyRing, SealError};
use countersign_core::time::Timestamp;
use zeroize::Zeroizing;

use super::{Channel, DispatchRow, DispatchState, binding, dispatch_columns};
use crate::db::{Db, Value};
use crate::error::StoreError;

/// A dispatch that is the caller's to send.
pub struct Claimed {
    /// The dispatch.
    pub row: DispatchRow,
    /// To whom and what, or why that cannot be read: such a one is given up and never sent half.
    pub body: Result<Zeroizing<Vec<u8>>, SealError>,
}

/// What became of a dispatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End<'a> {
    /// Sent, delivered, failed or unknown.
    pub state: DispatchState,
    /// In which way: a word of the worker's.
    pub outcome: &'a str,
    /// By which trunk or route it went, where one was asked.
    pub route: Option<&'a str>,
    /// What that calls it in its receipts.
    pub remote_id: Option<&'a str>,
}

/// What of the channel `?4` can be claimed at `?1`.
macro_rules! ready {
    ($column:literal) => {
        concat!(
            $column,
            "state = 'waiting' AND ",
            $column,
            "channel = ?4 AND ",
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

macro_rules! claim {
    ($set:literal) => {
        // What makes a row ready stands in the outer condition too: PostgreSQL asks that one again about a row that another
        // replica claimed meanwhile.
        concat!(
            "UPDATE dispatch SET claimed_until = ?2",
            $set,
            " WHERE ",
            ready!(""),
            " AND id IN (SELECT t.id FROM dispatch t WHERE ",
            ready!("t."),
            " ORDER BY CASE WHEN t.challenge_id IS NULL THEN 1 ELSE 0 END, t.send_at, t.id LIMIT ?3) RETURNING ",
            dispatch_columns!(),
            ", body"
        )
    };
}

/// Whether somebody has begun to send it and may end it.
macro_rules! under_way {
    () => {
        "((channel = 'telegram' AND state = 'waiting') OR state IN ('attempted', 'ringing'))"
    };
}

const DUE: &str = "SELECT id FROM dispatch WHERE state = 'waiting' AND channel = ?2 AND send_at <= ?1 AND expires_at > ?1 \
    AND (claimed_until IS NULL OR claimed_until <= ?1) LIMIT 1";
const CLAIM_AT_LEAST_ONCE: &str = claim!("");
const CLAIM_AT_MOST_ONCE: &str = claim!(", state = 'attempted'");
const RINGING: &str = "UPDATE dispatch SET state = 'ringing', rang_at = ?2 \
    WHERE id = ?1 AND channel = 'call' AND state = 'attempted'";
const ANSWERED: &str = "SELECT id FROM dispatch WHERE channel = 'call' AND state IN ('attempted', 'ringing') \
    AND answered_at IS NOT NULL LIMIT 1000";
const END: &str = concat!(
    "UPDATE dispatch SET state = ?2, outcome = ?3, route = ?4, remote_id = ?5, ended_at = ?6, body = NULL, \
     claimed_until = NULL WHERE id = ?1 AND ",
    under_way!()
);
const RETRY: &str = "UPDATE dispatch SET state = 'waiting', attempts = attempts + 1, send_at = ?2, outcome = ?3, \
    claimed_until = NULL WHERE id = ?1 AND ((channel = 'telegram' AND state = 'waiting') OR state = 'attempted')";
const RECEIPT: &str = "UPDATE dispatch SET state = ?3, outcome = ?4, receipt_at = ?5 WHERE state = 'sent' AND id = \
    (SELECT t.id FROM dispatch t WHERE t.remote_id = ?2 AND t.route = ?1 ORDER BY t.created_at DESC, t.id DESC LIMIT 1)";
const EXPIRE: &str = concat!(
    "UPDATE dispatch SET state = 'expired', ended_at = ?1, body = NULL, claimed_until = NULL \
     WHERE state = 'waiting' AND expires_at <= ?1 AND (claimed_until IS NULL OR claimed_until <= ?1) \
     AND id IN (SELECT t.id FROM dispatch t WHERE t.state = 'waiting' AND t.expires_at <= ?1 \
     AND (t.claimed_until IS NULL OR t.claimed_until <= ?1) ORDER BY t.expires_at, t.id LIMIT ?2) RETURNING ",
    dispatch_columns!()
);
const LOSE: &str = concat!(
    "UPDATE dispatch SET state = 'unknown', outcome = 'lost', ended_at = ?1, body = NULL, claimed_until = NULL \
     WHERE state IN ('attempted', 'ringing') AND claimed_until <= ?1 \
     AND id IN (SELECT t.id FROM dispatch t WHERE t.state IN ('attempted', 'ringing') AND t.claimed_until <= ?1 \
     ORDER BY t.id LIMIT ?2) RETURNING ",
    dispatch_columns!()
);

pub(crate) const STATEMENTS: &[&str] =
    &[DUE, CLAIM_AT_LEAST_ONCE, CLAIM_AT_MOST_ONCE, RINGING, ANSWERED, END, RETRY, RECEIPT, EXPIRE, LOSE];

/// Whether anything of a channel can be claimed at `now`: a cheap look.
pub async fn due(db: &mut Db, channel: Channel, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.query_opt(DUE, &[Value::from(now), Value::from(channel.as_str())]).await?.is_some())
}

/// Claims at most `most` dispatches of a channel, first what a challenge waits for, and then the longest due. Whoever claims
/// one ends it by [`end`] or [`retry`].
///
/// An SMS or a call is *attempted* from the commit of this transaction on, so nothing may be sent before, and is claimed never
/// again unless [`retry`] says that it was certainly not handed over; one whose claim is over at `until` is for [`lose`]. A
/// Telegram message whose claim is over may be claimed by another. Of several callers at the same time some may get fewer than
/// there are.
pub async fn claim(
    db: &mut Db,
    keys: &KeyRing,
    channel: Channel,
    now: Timestamp,
    until: Timestamp,
    most: u32,
) -> Result<Vec<Claimed>, StoreError> {
    let sql = match channel {
        Channel::Telegram => CLAIM_AT_LEAST_ONCE,
        Channel::Sms | Channel::Call => CLAIM_AT_MOST_ONCE,
    };
    let values = [Value::from(now), Value::from(until), Value::from(most), Value::from(channel.as_str())];
    let mut claimed = Vec::new();
    for row in &db.query(sql, &values).await? {
        let dispatch = DispatchRow::of(row)?;
        let body = keys.open(&row.blob("body")?, &binding(dispatch.id, dispatch.account_id));
        claimed.push(Claimed { row: dispatch, body });
    }
    claimed.sort_by_key(|claimed| (claimed.row.challenge_id.is_none(), claimed.row.send_at, claimed.row.id));
    Ok(claimed)
}

/// Notes that the phone rings. `false`: it is no call, was not begun, or has ended.
pub async fn ringing(db: &mut Db, id: DispatchId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(RINGING, &[Value::from(id), Value::from(now)]).await? == 1)
}

/// The calls that still ring though their codes were answered rightly: nobody needs them any more. At most 1000.
pub async fn answered(db: &mut Db) -> Result<Vec<DispatchId>, StoreError> {
    db.query(ANSWERED, &[]).await?.iter().map(|row| row.id("id")).collect()
}

/// Ends a dispatch that was begun, and erases its body. `false`: it had ended or was taken back. A state other than those that
/// [`End::state`] names is [`StoreError::Refused`].
pub async fn end(db: &mut Db, id: DispatchId, end: &End<'_>, now: Timestamp) -> Result<bool, StoreError> {
    use DispatchState::{Delivered, Failed, Sent, Unknown};
    if !matches!(end.state, Sent | Delivered | Failed | Unknown) {
        return Err(StoreError::Refused("value"));
    }
    let values = [
        Value::from(id),
        Value::from(end.state.as_str()),
        Value::from(end.outcome),
        Value::from(end.route),
        Value::from(end.remote_id),
        Value::from(now),
    ];
    Ok(db.execute(END, &values).await? == 1)
}

/// Puts a dispatch off until `at` and lets go of it. Of a call or an SMS only where it was certainly not handed over. `false`:
/// it had ended, was taken back, or rings.
pub async fn retry(db: &mut Db, id: DispatchId, at: Timestamp, outcome: &str) -> Result<bool, StoreError> {
    Ok(db.execute(RETRY, &[Value::from(id), Value::from(at), Value::from(outcome)]).await? == 1)
}

/// Notes what a receipt says of an SMS that went by this route, under the first of `names` that is known, in their order:
/// delivered or failed; any other state is [`StoreError::Refused`]. `false`: none is known, or it has had its receipt. A
/// receipt may arrive before [`end`] has noted under which name the route knows the SMS; then it is to be brought again.
pub async fn receipt(
    db: &mut Db,
    route: &str,
    names: &[&str],
    (state, outcome): (DispatchState, &str),
    now: Timestamp,
) -> Result<bool, StoreError> {
    if !matches!(state, DispatchState::Delivered | DispatchState::Failed) {
        return Err(StoreError::Refused("value"));
    }
    for name in names {
        let values = [
            Value::from(route),
            Value::from(*name),
            Value::from(state.as_str()),
            Value::from(outcome),
            Value::from(now),
        ];
        if db.execute(RECEIPT, &values).await? == 1 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Ends at most `limit` dispatches that nobody began to send in time, and returns them. One that is being sent just now is left
/// to whoever sends it.
pub async fn expire(db: &mut Db, now: Timestamp, limit: u32) -> Result<Vec<DispatchRow>, StoreError> {
    db.query(EXPIRE, &[Value::from(now), Value::from(limit)]).await?.iter().map(DispatchRow::of).collect()
}

/// Ends at most `limit` calls and SMS whose sender was not heard of again while its claim lasted, and returns them: nobody knows
/// whether they went, so they never go again.
pub async fn lose(db: &mut Db, now: Timestamp, limit: u32) -> Result<Vec<DispatchRow>, StoreError> {
    db.query(LOSE, &[Value::from(now), Value::from(limit)]).await?.iter().map(DispatchRow::of).collect()
}
