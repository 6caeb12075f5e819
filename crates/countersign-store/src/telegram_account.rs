//! Telegram accounts that are linked to accounts (MSG-1, MSG-3).
//!
//! Who is behind one is sealed for its row and its account (ALL-7) and opened in here only; a row is found by a keyed hash of
//! the numeric id. One that does not open is an error and is never skipped.

use std::fmt;

use countersign_core::entropy::Entropy;
use countersign_core::factor::telegram::TelegramId;
use countersign_core::id::{AccountId, TelegramAccountId};
use countersign_core::keys::{Binding, KeyId, KeyRing};
use countersign_core::time::Timestamp;
use zeroize::Zeroizing;

use crate::account;
use crate::db::{Db, Row, Value};
use crate::error::StoreError;
use crate::lookup::Lookup;
use crate::nonce;

/// Who is behind a Telegram account. Names are what their owner last called themselves and prove nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct TelegramPerson {
    /// The number, which never changes.
    pub id: TelegramId,
    /// The name.
    pub name: String,
    /// The short name after the `@`, where there is one.
    pub username: Option<String>,
    /// The language of their Telegram, as an IETF tag.
    pub language: Option<String>,
}

/// Nothing of it: it names a person.
impl fmt::Debug for TelegramPerson {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("TelegramPerson(***)")
    }
}

impl TelegramPerson {
    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let fields = serde_json::json!({
            "id": self.id.reveal(),
            "name": self.name,
            "username": self.username,
            "language": self.language,
        });
        Zeroizing::new(fields.to_string().into_bytes())
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let fields: serde_json::Value = serde_json::from_slice(bytes).ok()?;
        let text = |name: &str| fields.get(name).and_then(serde_json::Value::as_str).map(str::to_owned);
        Some(Self {
            id: fields.get("id").and_then(serde_json::Value::as_i64).and_then(TelegramId::new)?,
            name: text("name")?,
            username: text("username"),
            language: text("language"),
        })
    }
}

/// One linked Telegram account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TelegramAccountRow {
    /// Its identifier.
    pub id: TelegramAccountId,
    /// The account that it may answer for.
    pub account_id: AccountId,
    /// Who it is.
    pub person: TelegramPerson,
    /// When it was linked.
    pub created_at: Timestamp,
    /// When it last confirmed a sign-in.
    pub last_used_at: Option<Timestamp>,
    /// Since when nothing can be written to it: its owner blocked the bot.
    pub blocked_at: Option<Timestamp>,
}

/// How many there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Most {
    /// Telegram accounts of one account.
    pub of_account: u32,
    /// Accounts of one Telegram account.
    pub of_person: u32,
}

/// What came of linking one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linked {
    /// It is linked now.
    Done,
    /// It was linked to this account before.
    Before,
    /// The account has as many as it may.
    AccountFull,
    /// It answers for as many accounts as it may.
    PersonFull,
}

impl TelegramAccountRow {
    fn of(keys: &KeyRing, row: &Row) -> Result<Self, StoreError> {
        let person = TelegramPerson::from_bytes(&open(keys, row)?);
        Ok(Self {
            id: row.id("id")?,
            account_id: row.id("account_id")?,
            person: person.ok_or(StoreError::Corrupt("telegram_account.body"))?,
            created_at: row.time("created_at")?,
            last_used_at: row.time_opt("last_used_at")?,
            blocked_at: row.time_opt("blocked_at")?,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, account_id, body, created_at, last_used_at, blocked_at FROM telegram_account ",
            $rest
        )
    };
}

const INSERT: &str = "INSERT INTO telegram_account (id, account_id, body, key_id, lookup, created_at, last_used_at, \
    blocked_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const ACCOUNTS_OF: &str = "SELECT account_id FROM telegram_account WHERE lookup IN (?1, ?2, ?3, ?4)";
const COUNT_OF: &str = "SELECT COUNT(*) AS n FROM telegram_account WHERE account_id = ?1";
const OF_ACCOUNT: &str = select!("WHERE account_id = ?1 ORDER BY created_at, id");
const BY_ID: &str = select!("WHERE id = ?1");
const BY_LOOKUP: &str = select!("WHERE lookup IN (?1, ?2, ?3, ?4) ORDER BY created_at, id LIMIT 100");
const DELETE: &str = "DELETE FROM telegram_account WHERE id = ?1 AND account_id = ?2";
const SET_USED: &str = "UPDATE telegram_account SET last_used_at = ?2 WHERE id = ?1";
const SET_PERSON: &str = "UPDATE telegram_account SET body = ?2, key_id = ?3, lookup = ?4 \
    WHERE id = ?1 AND lookup IN (?5, ?6, ?7, ?8)";
const SET_BLOCKED: &str = "UPDATE telegram_account SET blocked_at = ?1 \
    WHERE blocked_at IS NULL AND lookup IN (?2, ?3, ?4, ?5) RETURNING account_id";
const UNBLOCK: &str = "UPDATE telegram_account SET blocked_at = NULL \
    WHERE blocked_at IS NOT NULL AND lookup IN (?1, ?2, ?3, ?4) RETURNING account_id";
const KEY_COUNTS: &str = "SELECT key_id, COUNT(*) AS n FROM telegram_account GROUP BY key_id ORDER BY key_id";
const TO_RESEAL: &str =
    "SELECT id, account_id, body FROM telegram_account WHERE key_id <> ?1 ORDER BY id LIMIT ?2";
// A row that was resealed or removed meanwhile is left as it is.
const RESEAL: &str =
    "UPDATE telegram_account SET body = ?2, key_id = ?3, lookup = ?4 WHERE id = ?1 AND body = ?5";

pub(crate) const STATEMENTS: &[&str] = &[
    INSERT,
    ACCOUNTS_OF,
    COUNT_OF,
    OF_ACCOUNT,
    BY_ID,
    BY_LOOKUP,
    DELETE,
    SET_USED,
    SET_PERSON,
    SET_BLOCKED,
    UNBLOCK,
    KEY_COUNTS,
    TO_RESEAL,
    RESEAL,
];

const fn binding(id: TelegramAccountId, account: AccountId) -> Binding {
    Binding { table: "telegram_account", column: "body", row: *id.as_bytes(), account: *account.as_bytes() }
}

fn open(keys: &KeyRing, row: &Row) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    keys.open(&row.blob("body")?, &binding(row.id("id")?, row.id("account_id")?))
        .map_err(|_| StoreError::Corrupt("telegram_account.body"))
}

/// Links a Telegram account, sealed under the active master key.
///
/// Both counts are exact: the account's row is held, then the Telegram account's number (also where it is linked to none
/// yet), until the transaction ends.
pub async fn insert(
    db: &mut Db,
    keys: &KeyRing,
    entropy: &dyn Entropy,
    new: &TelegramAccountRow,
    most: Most,
) -> Result<Linked, StoreError> {
    let lookup = Lookup::telegram(keys, new.person.id);
    account::lock(db, new.account_id).await?;
    nonce::hold(db, lookup.name(), new.created_at).await?;
    let mut accounts: Vec<AccountId> = Vec::new();
    for chunk in lookup.chunks() {
        for row in &db.query(ACCOUNTS_OF, &chunk).await? {
            accounts.push(row.id("account_id")?);
        }
    }
    if accounts.contains(&new.account_id) {
        return Ok(Linked::Before);
    }
    if accounts.len() >= most.of_person as usize {
        return Ok(Linked::PersonFull);
    }
    let row = db.query_opt(COUNT_OF, &[Value::from(new.account_id)]).await?;
    if row.ok_or(StoreError::Corrupt("count"))?.count("n")? >= u64::from(most.of_account) {
        return Ok(Linked::AccountFull);
    }
    let values = [
        Value::from(new.id),
        Value::from(new.account_id),
        Value::from(keys.seal(entropy, &new.person.to_bytes(), &binding(new.id, new.account_id))),
        Value::from(keys.active().0),
        lookup.written(),
        Value::from(new.created_at),
        Value::from(new.last_used_at),
        Value::from(new.blocked_at),
    ];
    db.execute(INSERT, &values).await?;
    Ok(Linked::Done)
}

/// The Telegram accounts of an account, the first linked first.
pub async fn of_account(
    db: &mut Db,
    keys: &KeyRing,
    account: AccountId,
) -> Result<Vec<TelegramAccountRow>, StoreError> {
    let rows = db.query(OF_ACCOUNT, &[Value::from(account)]).await?;
    rows.iter().map(|row| TelegramAccountRow::of(keys, row)).collect()
}

/// The one with this identifier.
pub async fn by_id(
    db: &mut Db,
    keys: &KeyRing,
    id: TelegramAccountId,
) -> Result<Option<TelegramAccountRow>, StoreError> {
    let row = db.query_opt(BY_ID, &[Value::from(id)]).await?;
    row.map(|row| TelegramAccountRow::of(keys, &row)).transpose()
}

/// Every account that this Telegram account is linked to, the first linked first.
pub async fn of_person(
    db: &mut Db,
    keys: &KeyRing,
    person: TelegramId,
) -> Result<Vec<TelegramAccountRow>, StoreError> {
    let mut found = Vec::new();
    for chunk in Lookup::telegram(keys, person).chunks() {
        for row in &db.query(BY_LOOKUP, &chunk).await? {
            found.push(TelegramAccountRow::of(keys, row)?);
        }
    }
    found.sort_by_key(|row| (row.created_at, row.id));
    Ok(found)
}

/// Unlinks one. `false`: the account has no such Telegram account.
pub async fn delete(db: &mut Db, id: TelegramAccountId, account: AccountId) -> Result<bool, StoreError> {
    Ok(db.execute(DELETE, &[Value::from(id), Value::from(account)]).await? == 1)
}

/// Notes that it confirmed a sign-in. `false`: there is no such one.
pub async fn set_used(db: &mut Db, id: TelegramAccountId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(SET_USED, &[Value::from(id), Value::from(now)]).await? == 1)
}

/// Notes what its owner is called now, sealed under the active master key. `false`: there is no such one, or it is another
/// person's.
pub async fn set_person(
    db: &mut Db,
    keys: &KeyRing,
    entropy: &dyn Entropy,
    row: &TelegramAccountRow,
) -> Result<bool, StoreError> {
    let lookup = Lookup::telegram(keys, row.person.id);
    let sealed = keys.seal(entropy, &row.person.to_bytes(), &binding(row.id, row.account_id));
    for [one, two, three, four] in lookup.chunks() {
        let values = [
            Value::from(row.id),
            Value::from(sealed.clone()),
            Value::from(keys.active().0),
            lookup.written(),
            one,
            two,
            three,
            four,
        ];
        if db.execute(SET_PERSON, &values).await? == 1 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Notes that the owner of this Telegram account has blocked the bot, and returns the accounts for which that is news: all
/// that it is linked to and where it was not blocked.
pub async fn set_blocked(
    db: &mut Db,
    keys: &KeyRing,
    person: TelegramId,
    now: Timestamp,
) -> Result<Vec<AccountId>, StoreError> {
    let mut accounts = Vec::new();
    for [one, two, three, four] in Lookup::telegram(keys, person).chunks() {
        for row in &db.query(SET_BLOCKED, &[Value::from(now), one, two, three, four]).await? {
            accounts.push(row.id("account_id")?);
        }
    }
    Ok(accounts)
}

/// Notes that the bot can write to this Telegram account again, and returns the accounts where it was blocked.
pub async fn unblock(db: &mut Db, keys: &KeyRing, person: TelegramId) -> Result<Vec<AccountId>, StoreError> {
    let mut accounts = Vec::new();
    for chunk in Lookup::telegram(keys, person).chunks() {
        for row in &db.query(UNBLOCK, &chunk).await? {
            accounts.push(row.id("account_id")?);
        }
    }
    Ok(accounts)
}

/// How many rows are sealed under each master key: one may only be taken away at zero.
pub async fn key_counts(db: &mut Db) -> Result<Vec<(KeyId, u64)>, StoreError> {
    let rows = db.query(KEY_COUNTS, &[]).await?;
    rows.iter().map(|row| Ok((KeyId(row.u32("key_id")?), row.count("n")?))).collect()
}

/// Seals at most `limit` rows anew under the active master key, with the hash by which they are found, and returns how many;
/// zero means that none was left. One that does not open stops the batch with [`StoreError::Corrupt`].
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
        let (id, account) = (row.id("id")?, row.id("account_id")?);
        let plain = open(keys, row)?;
        let person =
            TelegramPerson::from_bytes(&plain).ok_or(StoreError::Corrupt("telegram_account.body"))?;
        let values = [
            Value::from(id),
            Value::from(keys.seal(entropy, &plain, &binding(id, account))),
            Value::from(active),
            Lookup::telegram(keys, person.id).written(),
            Value::from(row.blob("body")?),
        ];
        resealed += db.execute(RESEAL, &values).await?;
    }
    Ok(resealed)
}
