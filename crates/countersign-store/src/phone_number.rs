//! Phone numbers of accounts (MSG-6): proved ones, and those that wait for their proof.
//!
//! The number is sealed for its row and its account (ALL-7) and opened in here only; a row is found by a keyed hash of it. One
//! that does not open is an error and is never skipped.

use std::fmt;

use countersign_core::entropy::Entropy;
use countersign_core::id::{AccountId, PhoneNumberId, SessionId};
use countersign_core::keys::{Binding, KeyId, KeyRing};
use countersign_core::time::Timestamp;
use zeroize::Zeroizing;

use crate::account;
use crate::db::{Db, Row, Value};
use crate::error::StoreError;
use crate::lookup::Lookup;
use crate::nonce;

/// A number in E.164, as `countersign_core::phone::PhoneNumber::stored` reads it.
#[derive(Clone, PartialEq, Eq)]
pub struct E164(Zeroizing<String>);

impl E164 {
    /// This text.
    pub fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The number.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Never the number: it is personal data.
impl fmt::Debug for E164 {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("E164(***)")
    }
}

/// One number of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneNumberRow {
    /// Its identifier.
    pub id: PhoneNumberId,
    /// Whose it is.
    pub account_id: AccountId,
    /// The number.
    pub number: E164,
    /// The two letters of its country.
    pub country: String,
    /// The session it was added in; `None` once it is proved.
    pub session_id: Option<SessionId>,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it can no longer be proved; `None` once it is.
    pub expires_at: Option<Timestamp>,
    /// When it was proved; `None` while that is awaited.
    pub confirmed_at: Option<Timestamp>,
    /// When a code that went to it last signed in.
    pub last_used_at: Option<Timestamp>,
    /// A keyed id of the number that called it last.
    pub last_caller: Option<[u8; 16]>,
}

/// How many there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Most {
    /// Proved numbers of one account.
    pub of_account: u32,
    /// Numbers of one account that wait for their proof.
    pub pending: u32,
    /// Accounts that have proved one number.
    pub of_number: u32,
}

/// What came of adding a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It waits for its proof.
    Done,
    /// It waited before, under this identifier; session and end are the new ones.
    Again(PhoneNumberId),
    /// The account has proved it, under this identifier.
    Before(PhoneNumberId),
    /// The account has proved as many numbers as it may have.
    AccountFull,
    /// As many wait for their proof as may.
    PendingFull,
}

/// What came of proving a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// It is proved now.
    Done,
    /// No such number of the account waits for its proof any more.
    Over,
    /// The account has proved as many numbers as it may have.
    AccountFull,
    /// As many accounts have proved it as may.
    NumberFull,
}

impl PhoneNumberRow {
    fn of(keys: &KeyRing, row: &Row) -> Result<Self, StoreError> {
        let last_caller = row.blob_opt("last_caller")?.map(<[u8; 16]>::try_from).transpose();
        Ok(Self {
            id: row.id("id")?,
            account_id: row.id("account_id")?,
            number: open(keys, row)?,
            country: row.text("country")?,
            session_id: row.id_opt("session_id")?,
            created_at: row.time("created_at")?,
            expires_at: row.time_opt("expires_at")?,
            confirmed_at: row.time_opt("confirmed_at")?,
            last_used_at: row.time_opt("last_used_at")?,
            last_caller: last_caller.map_err(|_| StoreError::Corrupt("phone_number.last_caller"))?,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, account_id, number, country, session_id, created_at, expires_at, confirmed_at, \
             last_used_at, last_caller FROM phone_number ",
            $rest
        )
    };
}

const INSERT: &str = "INSERT INTO phone_number (id, account_id, number, key_id, lookup, country, session_id, \
    created_at, expires_at, confirmed_at, last_used_at, last_caller) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
const SAME: &str =
    "SELECT id, confirmed_at FROM phone_number WHERE account_id = ?5 AND lookup IN (?1, ?2, ?3, ?4)";
const COUNTS: &str = "SELECT COUNT(confirmed_at) AS confirmed, \
    COUNT(CASE WHEN confirmed_at IS NULL AND expires_at > ?2 THEN 1 END) AS pending \
    FROM phone_number WHERE account_id = ?1";
const AGAIN: &str = "UPDATE phone_number SET session_id = ?2, created_at = ?3, expires_at = ?4 \
    WHERE id = ?1 AND confirmed_at IS NULL";
const OF_ACCOUNT: &str = select!(
    "WHERE account_id = ?1 AND (confirmed_at IS NOT NULL OR expires_at > ?2) ORDER BY created_at, id LIMIT 100"
);
const BY_ID: &str = select!("WHERE id = ?1 AND account_id = ?2");
const ACCOUNTS_OF: &str = "SELECT COUNT(DISTINCT account_id) AS n FROM phone_number \
    WHERE lookup IN (?1, ?2, ?3, ?4) AND confirmed_at IS NOT NULL";
const CONFIRM: &str = "UPDATE phone_number SET confirmed_at = ?3, expires_at = NULL, session_id = NULL \
    WHERE id = ?1 AND account_id = ?2 AND confirmed_at IS NULL AND expires_at > ?3";
const DELETE: &str = "DELETE FROM phone_number WHERE id = ?1 AND account_id = ?2";
const DISCARD_PENDING: &str = "DELETE FROM phone_number WHERE account_id = ?1 AND confirmed_at IS NULL";
const SET_USED: &str = "UPDATE phone_number SET last_used_at = ?2 WHERE id = ?1 AND confirmed_at IS NOT NULL";
const SET_LAST_CALLER: &str = "UPDATE phone_number SET last_caller = ?2 WHERE id = ?1";
const KEY_COUNTS: &str = "SELECT key_id, COUNT(*) AS n FROM phone_number GROUP BY key_id ORDER BY key_id";
const TO_RESEAL: &str =
    "SELECT id, account_id, number FROM phone_number WHERE key_id <> ?1 ORDER BY id LIMIT ?2";
// A row that was resealed or removed meanwhile is left as it is.
const RESEAL: &str =
    "UPDATE phone_number SET number = ?2, key_id = ?3, lookup = ?4 WHERE id = ?1 AND number = ?5";

pub(crate) const STATEMENTS: &[&str] = &[
    INSERT,
    SAME,
    COUNTS,
    AGAIN,
    OF_ACCOUNT,
    BY_ID,
    ACCOUNTS_OF,
    CONFIRM,
    DELETE,
    DISCARD_PENDING,
    SET_USED,
    SET_LAST_CALLER,
    KEY_COUNTS,
    TO_RESEAL,
    RESEAL,
];

const fn binding(id: PhoneNumberId, account: AccountId) -> Binding {
    Binding { table: "phone_number", column: "number", row: *id.as_bytes(), account: *account.as_bytes() }
}

fn open(keys: &KeyRing, row: &Row) -> Result<E164, StoreError> {
    let corrupt = |_| StoreError::Corrupt("phone_number.number");
    let bytes = keys
        .open(&row.blob("number")?, &binding(row.id("id")?, row.id("account_id")?))
        .map_err(|_| StoreError::Corrupt("phone_number.number"))?;
    std::str::from_utf8(&bytes).map(E164::new).map_err(corrupt)
}

/// How many numbers an account has proved, and how many wait.
async fn counts(db: &mut Db, account: AccountId, now: Timestamp) -> Result<(u64, u64), StoreError> {
    let row = db.query_opt(COUNTS, &[Value::from(account), Value::from(now)]).await?;
    let row = row.ok_or(StoreError::Corrupt("count"))?;
    Ok((row.count("confirmed")?, row.count("pending")?))
}

/// Adds a number that waits for its proof, sealed under the active master key. Of one number an account has one row at the
/// most; one that waited starts afresh.
///
/// The counts are exact: the account's row is held until the transaction ends. Nothing tells whether other accounts have
/// the number; [`confirm`] asks that.
pub async fn add(
    db: &mut Db,
    keys: &KeyRing,
    entropy: &dyn Entropy,
    new: &PhoneNumberRow,
    most: Most,
) -> Result<Added, StoreError> {
    let lookup = Lookup::phone(keys, new.number.reveal());
    account::lock(db, new.account_id).await?;
    for [one, two, three, four] in lookup.chunks() {
        let values = [one, two, three, four, Value::from(new.account_id)];
        let Some(row) = db.query_opt(SAME, &values).await? else { continue };
        let id = row.id("id")?;
        if row.time_opt("confirmed_at")?.is_some() {
            return Ok(Added::Before(id));
        }
        let values = [
            Value::from(id),
            Value::from(new.session_id),
            Value::from(new.created_at),
            Value::from(new.expires_at),
        ];
        db.execute(AGAIN, &values).await?;
        return Ok(Added::Again(id));
    }
    let (confirmed, pending) = counts(db, new.account_id, new.created_at).await?;
    if confirmed >= u64::from(most.of_account) {
        return Ok(Added::AccountFull);
    }
    if pending >= u64::from(most.pending) {
        return Ok(Added::PendingFull);
    }
    let values = [
        Value::from(new.id),
        Value::from(new.account_id),
        Value::from(keys.seal(entropy, new.number.reveal().as_bytes(), &binding(new.id, new.account_id))),
        Value::from(keys.active().0),
        lookup.written(),
        Value::from(&new.country),
        Value::from(new.session_id),
        Value::from(new.created_at),
        Value::from(new.expires_at),
        Value::from(new.confirmed_at),
        Value::from(new.last_used_at),
        Value::from(new.last_caller),
    ];
    db.execute(INSERT, &values).await?;
    Ok(Added::Done)
}

/// Proves a number, once. Both counts are exact: the account's row is held, then the number, until the transaction ends.
pub async fn confirm(
    db: &mut Db,
    keys: &KeyRing,
    phone: (PhoneNumberId, AccountId),
    most: Most,
    now: Timestamp,
) -> Result<Confirmed, StoreError> {
    let (id, account) = phone;
    account::lock(db, account).await?;
    let Some(row) = by_id(db, keys, id, account).await? else { return Ok(Confirmed::Over) };
    let lookup = Lookup::phone(keys, row.number.reveal());
    nonce::hold(db, lookup.name(), now).await?;
    if counts(db, account, now).await?.0 >= u64::from(most.of_account) {
        return Ok(Confirmed::AccountFull);
    }
    if accounts_of(db, &lookup).await? >= u64::from(most.of_number) {
        return Ok(Confirmed::NumberFull);
    }
    let changed = db.execute(CONFIRM, &[Value::from(id), Value::from(account), Value::from(now)]).await?;
    Ok(if changed == 1 { Confirmed::Done } else { Confirmed::Over })
}

/// How many accounts have proved this number.
pub async fn count_accounts(db: &mut Db, keys: &KeyRing, number: &E164) -> Result<u64, StoreError> {
    accounts_of(db, &Lookup::phone(keys, number.reveal())).await
}

async fn accounts_of(db: &mut Db, lookup: &Lookup) -> Result<u64, StoreError> {
    let mut accounts = 0;
    for chunk in lookup.chunks() {
        let row = db.query_opt(ACCOUNTS_OF, &chunk).await?;
        accounts += row.ok_or(StoreError::Corrupt("count"))?.count("n")?;
    }
    Ok(accounts)
}

/// The numbers of an account that are proved or can still be at `now`, the first added first.
pub async fn of_account(
    db: &mut Db,
    keys: &KeyRing,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<PhoneNumberRow>, StoreError> {
    let rows = db.query(OF_ACCOUNT, &[Value::from(account), Value::from(now)]).await?;
    rows.iter().map(|row| PhoneNumberRow::of(keys, row)).collect()
}

/// The number of an account with this identifier, proved or not.
pub async fn by_id(
    db: &mut Db,
    keys: &KeyRing,
    id: PhoneNumberId,
    account: AccountId,
) -> Result<Option<PhoneNumberRow>, StoreError> {
    let row = db.query_opt(BY_ID, &[Value::from(id), Value::from(account)]).await?;
    row.map(|row| PhoneNumberRow::of(keys, &row)).transpose()
}

/// Removes a number, proved or not. `false`: the account has no such number.
pub async fn delete(db: &mut Db, id: PhoneNumberId, account: AccountId) -> Result<bool, StoreError> {
    Ok(db.execute(DELETE, &[Value::from(id), Value::from(account)]).await? == 1)
}

/// Forgets the numbers of an account that wait for their proof, and returns how many there were.
pub async fn discard_pending(db: &mut Db, account: AccountId) -> Result<u64, StoreError> {
    db.execute(DISCARD_PENDING, &[Value::from(account)]).await
}

/// Notes that a code that went to it signed in. `false`: there is no such proved number.
pub async fn set_used(db: &mut Db, id: PhoneNumberId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(SET_USED, &[Value::from(id), Value::from(now)]).await? == 1)
}

/// Notes which number calls it, by a keyed id. `false`: there is no such number.
pub async fn set_last_caller(db: &mut Db, id: PhoneNumberId, caller: [u8; 16]) -> Result<bool, StoreError> {
    Ok(db.execute(SET_LAST_CALLER, &[Value::from(id), Value::from(caller)]).await? == 1)
}

/// How many numbers are sealed under each master key: one may only be taken away at zero.
pub async fn key_counts(db: &mut Db) -> Result<Vec<(KeyId, u64)>, StoreError> {
    let rows = db.query(KEY_COUNTS, &[]).await?;
    rows.iter().map(|row| Ok((KeyId(row.u32("key_id")?), row.count("n")?))).collect()
}

/// Seals at most `limit` numbers anew under the active master key, with the hash by which they are found, and returns how
/// many; zero means that none was left. One that does not open stops the batch with [`StoreError::Corrupt`].
pub async fn reseal_batch(
    db: &mut Db,
    keys: &KeyRing,
    entropy: &dyn Entropy,
    limit: u32,
) -> Result<u64, StoreError> {
    let active = keys.active().0;
    let rows = db.query(TO_RESEAL, &[Value::from(active), Value::from(limit)]).await?;
    let mut resealed = 0;
    for row in &rows {
        let (id, account, number) = (row.id("id")?, row.id("account_id")?, open(keys, row)?);
        let values = [
            Value::from(id),
            Value::from(keys.seal(entropy, number.reveal().as_bytes(), &binding(id, account))),
            Value::from(active),
            Lookup::phone(keys, number.reveal()).written(),
            Value::from(row.blob("number")?),
        ];
        resealed += db.execute(RESEAL, &values).await?;
    }
    Ok(resealed)
}
