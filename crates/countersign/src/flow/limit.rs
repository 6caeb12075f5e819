//! Charging counters inside the deciding transaction.
//!
//! The order is always: [`Charges::peek`] before costly work (a plain look, so that a refused caller costs no hash),
//! then, in the transaction, [`Charges::lock`], [`Locked::check`], and [`Locked::fail`] or [`Locked::succeed`]. The
//! check under the lock is the one that counts.

use std::collections::BTreeSet;
use std::time::Duration;

use countersign_core::audit::AuditRow;
use countersign_core::id::AccountId;
use countersign_core::limits::{self, Counter, CounterKey, Limit, Refused};
use countersign_core::time::Timestamp;
use countersign_store::{Db, StoreError, audit, counter, nonce};

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

    /// The keys whose limit is reached now, as far as a look without locking tells.
    pub async fn full(&self, db: &mut Db, now: Timestamp) -> Result<BTreeSet<CounterKey>, StoreError> {
        let rows = counter::peek(db, &self.0).await?;
        let entries = self.judged(rows).0.into_iter();
        Ok(entries.filter(|one| one.counter.check(one.limit, now).is_err()).map(|one| one.key).collect())
    }

    /// Locks the rows until the transaction ends.
    pub async fn lock(&self, tx: &mut Db) -> Result<Locked, StoreError> {
        let rows = counter::lock(tx, &self.0).await?;
        Ok(self.judged(rows))
    }
}

impl Charges {
    /// Charges a try that is wrong whatever the counters say, such as a token that nobody has. `Some`: there were too many
    /// before it, and it is not charged. Past the limit no transaction is opened: whoever goes on costs a look.
    pub async fn noise(&self, call: &Call) -> Result<Option<Refused>, StoreError> {
        let mut db = call.deps.store.reader().await?;
        if let Err(refused) = self.peek(&mut db, call.now).await? {
            return Ok(Some(refused));
        }
        drop(db);
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

/// A try that was refused at a limit, for the audit log: one row a minute for each limit, subject and network. The
/// others stand in the figures only, or whoever is refused anyway could fill the disk.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// What the minute's first row is known by.
    hash: [u8; 32],
    forget_at: Timestamp,
    row: AuditRow,
}

impl Refusal {
    /// Of a try on one account, or on the id that stands in for one, at the limit of this name.
    pub(super) fn new(call: &Call, subject: AccountId, limit: &str, mut row: AuditRow) -> Self {
        // What counts over all accounts is noted over all of them too.
        let over_all = limits::ALL.iter().any(|one| one.name == limit && one.is_over_all_accounts());
        let subject = if over_all { String::new() } else { subject.to_string() };
        let network = limits::network(&call.origin.address);
        let minute = call.now.as_secs().div_euclid(60).to_be_bytes();
        let parts = [
            limit.as_bytes(),
            subject.as_bytes(),
            network.as_bytes(),
            row.event.as_str().as_bytes(),
            &minute,
        ];
        row.detail.insert("limit".to_owned(), limit.to_owned());
        Self {
            hash: call.deps.keys.mac("refusal noted", &parts),
            forget_at: call.now.plus(Duration::from_mins(2)),
            row,
        }
    }

    /// Notes it in the transaction that refused.
    pub(super) async fn note(&self, tx: &mut Db) -> Result<(), StoreError> {
        if nonce::spend(tx, &self.hash, self.forget_at).await? {
            audit::append(tx, &self.row).await?;
        }
        Ok(())
    }

    /// Notes it where nothing else is written; writes nothing where the minute has its row.
    pub(super) async fn record(self, call: &Call) -> Result<(), StoreError> {
        let mut db = call.deps.store.reader().await?;
        if nonce::is_spent(&mut db, &self.hash).await? {
            return Ok(());
        }
        drop(db);
        call.deps.store.write(self, |tx, this| Box::pin(this.note(tx))).await
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
