//! Charging counters inside the deciding transaction.
//!
//! The order is always: [`Charges::peek`] before costly work (a plain look, so that a refused caller costs no hash),
//! then, in the transaction, [`Charges::lock`], [`Locked::check`], and [`Locked::fail`] or [`Locked::succeed`]. The
//! check under the lock is the one that counts.

use countersign_core::limits::{Counter, CounterKey, Limit, Refused};
use countersign_core::time::Timestamp;
use countersign_store::{Db, StoreError, counter};

use super::Call;

/// The counters one deed is charged to, keys sorted so that two transactions can't wait for each other in a ring.
#[derive(Clone, Debug)]
pub struct Charges(Vec<CounterKey>);

impl Charges {
    /// The counters of one deed; each key knows the limit it is judged by.
    pub fn new(mut keys: Vec<CounterKey>) -> Self {
        keys.sort();
        Self(keys)
    }

    fn judged(&self, mut rows: Vec<(CounterKey, Counter)>) -> Locked {
        let list = self.0.iter().map(|key| {
            let found = rows.iter().position(|(row, _)| row == key);
            let counter = found.map_or_else(Counter::default, |at| rows.swap_remove(at).1);
            Entry { key: key.clone(), limit: key.limit(), counter }
        });
        Locked(list.collect())
    }

    /// Looks without locking. A refusal here is final; a pass is judged again under the lock.
    pub async fn peek(&self, db: &mut Db, now: Timestamp) -> Result<Result<(), Refused>, StoreError> {
        let rows = counter::peek(db, &self.0).await?;
        Ok(self.judged(rows).check(now))
    }

    /// Locks the rows until the transaction ends.
    pub async fn lock(&self, tx: &mut Db) -> Result<Locked, StoreError> {
        let rows = counter::lock(tx, &self.0).await?;
        Ok(self.judged(rows))
    }
}

impl Charges {
    /// Charges a try that was wrong in any case; tells whether there were too many before it.
    pub async fn noise(&self, call: &Call) -> Result<Option<Refused>, StoreError> {
        let job = call.deps.store.write((self.clone(), call.now), |tx, (charges, now)| {
            Box::pin(async move {
                let mut locked = charges.lock(tx).await?;
                let refused = locked.check(*now).err();
                if refused.is_none() {
                    locked.fail(tx, *now).await?;
                }
                Ok(refused)
            })
        });
        job.await
    }
}

#[derive(Debug)]
struct Entry {
    key: CounterKey,
    limit: &'static Limit,
    counter: Counter,
}

/// Counters whose rows this transaction holds.
#[derive(Debug)]
pub struct Locked(Vec<Entry>);

impl Locked {
    /// Whether every limit still allows an attempt. A refusal holds whatever the verdict would be.
    pub fn check(&self, now: Timestamp) -> Result<(), Refused> {
        self.0.iter().try_for_each(|entry| entry.counter.check(entry.limit, now))
    }

    /// Charges a failure (or, where every try counts, a try) to every counter.
    pub async fn fail(&mut self, tx: &mut Db, now: Timestamp) -> Result<(), StoreError> {
        for entry in &mut self.0 {
            entry.counter.fail(entry.limit, now);
            counter::save(tx, &entry.key, &entry.counter, entry.counter.expires_at(entry.limit)).await?;
        }
        Ok(())
    }

    /// Clears what a success clears. Rows that stay as they are cost nothing.
    pub async fn succeed(&mut self, tx: &mut Db, now: Timestamp) -> Result<(), StoreError> {
        for entry in &mut self.0 {
            let before = entry.counter.clone();
            entry.counter.succeed(entry.limit, now);
            if before != entry.counter {
                counter::save(tx, &entry.key, &entry.counter, entry.counter.expires_at(entry.limit)).await?;
            }
        }
        Ok(())
    }
}
