//! What calls and SMS cost, how many codes come back, and how the outbox stands.

use std::collections::BTreeSet;

use countersign_core::entropy::Entropy;
use countersign_core::id::OrganisationId;
use countersign_core::keys::KeyRing;
use countersign_core::time::Timestamp;
use sha2::{Digest, Sha256};

use super::{Channel, Destination, DispatchState, NewDispatch, insert};
use crate::db::{Db, Row, Value};
use crate::error::StoreError;
use crate::nonce;

/// What an organisation has had sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Calls.
    pub calls: u64,
    /// SMS.
    pub sms: u64,
    /// What they cost together, in thousandths of the operator's currency.
    pub price: u64,
}

/// What an organisation may spend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// In thousandths of the operator's currency.
    pub most: u64,
    /// Since when it counts.
    pub since: Timestamp,
}

/// How the codes of one prefix fare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixFigures {
    /// The prefix and its country.
    pub destination: Destination,
    /// Codes that were begun.
    pub begun: u64,
    /// Calls among them that rang.
    pub rang: u64,
    /// Those that were answered rightly.
    pub answered: u64,
    /// What they cost, in thousandths of the operator's currency.
    pub price: u64,
}

/// How many dispatches fared alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DispatchCount {
    /// By which way they go.
    pub channel: Channel,
    /// What became of them.
    pub state: DispatchState,
    /// In which way.
    pub outcome: Option<String>,
    /// How many.
    pub count: u64,
}

// What was taken back or expired before anybody began to send it costs nothing.
const SPENT: &str = "SELECT COUNT(CASE WHEN channel = 'call' THEN 1 END) AS calls, \
    COUNT(CASE WHEN channel = 'sms' THEN 1 END) AS messages, CAST(COALESCE(SUM(price), 0) AS BIGINT) AS total \
    FROM dispatch WHERE organisation_id = ?1 AND created_at > ?2 AND channel IN ('sms', 'call') \
    AND state NOT IN ('dropped', 'expired')";
const BEGUN_OF_PREFIX: &str = "SELECT COUNT(*) AS n FROM dispatch WHERE prefix = ?1 AND created_at > ?2 \
    AND state NOT IN ('dropped', 'expired')";
// A code that certainly never reached the phone says nothing about whoever would have answered it; and who has another call
// made, or an SMS in its place, answers one of them.
const ANSWERED_OF_PREFIX: &str = "SELECT MAX(CASE WHEN t.answered_at IS NULL THEN 0 ELSE 1 END) AS answered FROM \
    (SELECT challenge_id, created_at, answered_at, state, receipt_at FROM dispatch \
    WHERE prefix = ?1 AND created_at > ?2 AND challenge_id IS NOT NULL ORDER BY created_at DESC, id DESC LIMIT ?5) t \
    GROUP BY t.challenge_id HAVING COUNT(t.answered_at) > 0 OR (MAX(t.created_at) <= ?3 AND \
    COUNT(CASE WHEN t.state IN ('sent', 'delivered', 'unknown') OR t.receipt_at IS NOT NULL THEN 1 END) > 0) \
    ORDER BY MAX(t.created_at) DESC, t.challenge_id DESC LIMIT ?4";

/// Calls and SMS that one challenge may send in a prefix, at most: of no more than so many for each challenge is looked at.
const OF_CHALLENGE_MOST: u32 = 12;
const PREFIXES: &str = "SELECT prefix, MAX(country) AS country, COUNT(*) AS begun, COUNT(rang_at) AS rang, \
    COUNT(answered_at) AS answered, CAST(COALESCE(SUM(price), 0) AS BIGINT) AS total FROM dispatch \
    WHERE created_at > ?1 AND prefix IS NOT NULL AND challenge_id IS NOT NULL \
    AND state NOT IN ('dropped', 'expired') GROUP BY prefix ORDER BY COUNT(*) DESC, prefix LIMIT ?2";
const PREFIXES_OF: &str = "SELECT DISTINCT prefix FROM dispatch WHERE organisation_id = ?1 AND created_at > ?2 \
    AND prefix IS NOT NULL LIMIT 10000";
const COUNTS: &str = "SELECT channel, state, outcome, COUNT(*) AS n FROM dispatch WHERE created_at > ?1 \
    GROUP BY channel, state, outcome ORDER BY channel, state, outcome LIMIT 1000";
const OLDEST_DUE: &str = "SELECT MIN(send_at) AS oldest FROM dispatch \
    WHERE state = 'waiting' AND channel = ?1 AND send_at <= ?2";

pub(crate) const STATEMENTS: &[&str] =
    &[SPENT, BEGUN_OF_PREFIX, ANSWERED_OF_PREFIX, PREFIXES, PREFIXES_OF, COUNTS, OLDEST_DUE];

/// What an organisation has had sent after `since`.
pub async fn spent(db: &mut Db, organisation: OrganisationId, since: Timestamp) -> Result<Spent, StoreError> {
    let row = db.query_opt(SPENT, &[Value::from(organisation), Value::from(since)]).await?;
    let row = row.ok_or(StoreError::Corrupt("count"))?;
    Ok(Spent { calls: row.count("calls")?, sms: row.count("messages")?, price: row.count("total")? })
}

/// Puts a call or an SMS into the outbox, if its organisation's budget holds its price too. `false`: it does not, and nothing
/// was written. What no organisation has to pay for is [`StoreError::Refused`].
///
/// The sum is exact: the name of the organisation's budget is held until the transaction ends, so of two at the same time the
/// second counts the first. Whoever holds an account's row or counters too takes those first.
pub async fn insert_within(
    db: &mut Db,
    keys: &KeyRing,
    entropy: &dyn Entropy,
    new: &NewDispatch,
    budget: Budget,
) -> Result<bool, StoreError> {
    let organisation = new.organisation_id.ok_or(StoreError::Refused("value"))?;
    let name = Sha256::new_with_prefix("budget").chain_update(organisation.as_bytes()).finalize();
    nonce::hold(db, &name.into(), new.created_at).await?;
    let spent = spent(db, organisation, budget.since).await?.price;
    if spent.saturating_add(u64::from(new.price)) > budget.most {
        return Ok(false);
    }
    insert(db, keys, entropy, new).await?;
    Ok(true)
}

/// How many calls and SMS were begun to a prefix after `since`.
pub async fn begun_of_prefix(db: &mut Db, prefix: &str, since: Timestamp) -> Result<u64, StoreError> {
    let row = db.query_opt(BEGUN_OF_PREFIX, &[Value::from(prefix), Value::from(since)]).await?;
    row.ok_or(StoreError::Corrupt("count"))?.count("n")
}

/// Of each of the last `most` challenges whose calls and SMS reached a prefix or may have, begun after `since`, whether one of
/// them was answered rightly; the newest first. One that nobody has answered yet counts if its last call or SMS was begun at
/// `settled` or earlier: its time is over.
pub async fn answered_of_prefix(
    db: &mut Db,
    prefix: &str,
    since: Timestamp,
    settled: Timestamp,
    most: u32,
) -> Result<Vec<bool>, StoreError> {
    let values = [
        Value::from(prefix),
        Value::from(since),
        Value::from(settled),
        Value::from(most),
        Value::from(most.saturating_mul(OF_CHALLENGE_MOST)),
    ];
    let rows = db.query(ANSWERED_OF_PREFIX, &values).await?;
    rows.iter().map(|row| Ok(row.int("answered")? != 0)).collect()
}

/// How the codes of each prefix fare that were begun after `since`: at most `most` prefixes, those with the most codes first.
pub async fn prefixes(db: &mut Db, since: Timestamp, most: u32) -> Result<Vec<PrefixFigures>, StoreError> {
    let read = |row: &Row| {
        Ok(PrefixFigures {
            destination: Destination { country: row.text("country")?, prefix: row.text("prefix")? },
            begun: row.count("begun")?,
            rang: row.count("rang")?,
            answered: row.count("answered")?,
            price: row.count("total")?,
        })
    };
    db.query(PREFIXES, &[Value::from(since), Value::from(most)]).await?.iter().map(read).collect()
}

/// The prefixes to which an organisation has had calls or SMS sent after `since`.
pub async fn prefixes_of_organisation(
    db: &mut Db,
    organisation: OrganisationId,
    since: Timestamp,
) -> Result<BTreeSet<String>, StoreError> {
    let rows = db.query(PREFIXES_OF, &[Value::from(organisation), Value::from(since)]).await?;
    rows.iter().map(|row| row.text("prefix")).collect()
}

/// What became of everything that was written after `since`.
pub async fn counts(db: &mut Db, since: Timestamp) -> Result<Vec<DispatchCount>, StoreError> {
    let read = |row: &Row| {
        Ok(DispatchCount {
            channel: Channel::parse(&row.text("channel")?).ok_or(StoreError::Corrupt("dispatch.channel"))?,
            state: DispatchState::parse(&row.text("state")?).ok_or(StoreError::Corrupt("dispatch.state"))?,
            outcome: row.text_opt("outcome")?,
            count: row.count("n")?,
        })
    };
    db.query(COUNTS, &[Value::from(since)]).await?.iter().map(read).collect()
}

/// Since when the one of a channel has been due that has been due the longest; `None`: nothing waits.
pub async fn oldest_due(
    db: &mut Db,
    channel: Channel,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let row = db.query_opt(OLDEST_DUE, &[Value::from(channel.as_str()), Value::from(now)]).await?;
    row.ok_or(StoreError::Corrupt("min"))?.time_opt("oldest")
}
