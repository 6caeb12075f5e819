//! Counters of failures, which all replicas share: nothing that limits anybody lives in a process's memory.

use std::collections::BTreeSet;

use countersign_core::id::AccountId;
use countersign_core::limits::{Counter, CounterKey};
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// How many keys one statement locks or reads; few deeds are charged to more.
const AT_ONCE: usize = 4;

/// Makes the rows or locks those that are there. `?1` is an empty counter; its row counts as expired until it is saved.
macro_rules! lock {
    ($rows:literal) => {
        concat!(
            "INSERT INTO counter (body, touched, expires_at, key) VALUES ",
            $rows,
            " ON CONFLICT (key) DO UPDATE SET touched = counter.touched + 1 RETURNING key, body"
        )
    };
}

const LOCK: [&str; AT_ONCE] = [
    lock!("(?1, 0, 0, ?2)"),
    lock!("(?1, 0, 0, ?2), (?1, 0, 0, ?3)"),
    lock!("(?1, 0, 0, ?2), (?1, 0, 0, ?3), (?1, 0, 0, ?4)"),
    lock!("(?1, 0, 0, ?2), (?1, 0, 0, ?3), (?1, 0, 0, ?4), (?1, 0, 0, ?5)"),
];
const PEEK: &str = "SELECT key, body FROM counter WHERE key IN (?1, ?2, ?3, ?4)";
const SAVE: &str = "INSERT INTO counter (key, body, touched, expires_at) VALUES (?1, ?2, 0, ?3) \
    ON CONFLICT (key) DO UPDATE SET body = excluded.body, expires_at = excluded.expires_at";
const DELETE: &str = "DELETE FROM counter WHERE key = ?1";

const OF_ACCOUNT: &str = "SELECT key, body FROM counter WHERE key LIKE ?1 ORDER BY key";

pub(crate) const STATEMENTS: &[&str] = &[LOCK[0], LOCK[1], LOCK[2], LOCK[3], PEEK, SAVE, DELETE, OF_ACCOUNT];

/// A row's counter with the key that asked for it. One that cannot be read refuses; it never starts afresh.
fn read(row: &Row, keys: &[CounterKey]) -> Result<(CounterKey, Counter), StoreError> {
    let text = row.text("key")?;
    let key = keys.iter().find(|key| key.as_str() == text).ok_or(StoreError::Corrupt("counter.key"))?;
    let counter = Counter::decode(&row.blob("body")?).ok_or(StoreError::Corrupt("counter.body"))?;
    Ok((key.clone(), counter))
}

/// The keys once each, in the order in which every transaction takes them.
fn in_order(keys: &[CounterKey]) -> Vec<&CounterKey> {
    keys.iter().collect::<BTreeSet<_>>().into_iter().collect()
}

/// Locks the counters of these keys until the transaction ends, makes those that are missing, and returns each key
/// once with its counter. Keys are taken in their own order, so that no two transactions wait for each other.
pub async fn lock(db: &mut Db, keys: &[CounterKey]) -> Result<Vec<(CounterKey, Counter)>, StoreError> {
    let empty = Value::from(Counter::default().encode());
    let mut found = Vec::with_capacity(keys.len());
    for chunk in in_order(keys).chunks(AT_ONCE) {
        let sql = LOCK.get(chunk.len() - 1).copied().ok_or(StoreError::Corrupt("counter.key"))?;
        let mut values = vec![empty.clone()];
        values.extend(chunk.iter().map(|key| Value::from(key.as_str())));
        for row in &db.query(sql, &values).await? {
            found.push(read(row, keys)?);
        }
    }
    Ok(found)
}

/// The counters of these keys that there are, without locking them. A missing one is an empty one.
pub async fn peek(db: &mut Db, keys: &[CounterKey]) -> Result<Vec<(CounterKey, Counter)>, StoreError> {
    let mut found = Vec::with_capacity(keys.len());
    for chunk in in_order(keys).chunks(AT_ONCE) {
        // The last key fills the places that are left over: in a list it changes nothing to name one twice.
        let last = chunk[chunk.len() - 1];
        let filled = chunk.iter().copied().chain(std::iter::repeat(last)).take(AT_ONCE);
        let values: Vec<_> = filled.map(|key| Value::from(key.as_str())).collect();
        for row in &db.query(PEEK, &values).await? {
            found.push(read(row, keys)?);
        }
    }
    Ok(found)
}

/// Every counter that is kept under an account, without locking them; those of networks and of typed addresses are not.
pub async fn of_account(db: &mut Db, account: AccountId) -> Result<Vec<(CounterKey, Counter)>, StoreError> {
    let rows = db.query(OF_ACCOUNT, &[Value::from(format!("%:{account}%"))]).await?;
    let read = |row: &Row| {
        let key = CounterKey::read(&row.text("key")?).ok_or(StoreError::Corrupt("counter.key"))?;
        let counter = Counter::decode(&row.blob("body")?).ok_or(StoreError::Corrupt("counter.body"))?;
        Ok((key, counter))
    };
    rows.iter().map(read).collect()
}

/// Writes a counter. From `expires_at` on an empty one would answer alike, so the row may be cleared away.
pub async fn save(
    db: &mut Db,
    key: &CounterKey,
    counter: &Counter,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let values = [Value::from(key.as_str()), Value::from(counter.encode()), Value::from(expires_at)];
    db.execute(SAVE, &values).await.map(drop)
}

/// Forgets a counter, as after a change of the password. `false`: there was none.
pub async fn delete(db: &mut Db, key: &CounterKey) -> Result<bool, StoreError> {
    Ok(db.execute(DELETE, &[Value::from(key.as_str())]).await? == 1)
}
