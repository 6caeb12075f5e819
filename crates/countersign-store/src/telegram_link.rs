//! The linking of a Telegram account: an address with a one-time token, opened in a chat, confirmed in the browser (MSG-1).
//!
//! Who opened it is sealed for its row and its account (ALL-7). What is kept of token, code and button are hashes.

use countersign_core::entropy::Entropy;
use countersign_core::factor::telegram::LINK_TRIES;
use countersign_core::id::{AccountId, SessionId, TelegramLinkId};
use countersign_core::keys::{Binding, KeyId, KeyRing};
use countersign_core::time::Timestamp;

use crate::account;
use crate::db::{Db, Row, Value};
use crate::error::StoreError;
use crate::telegram_account::TelegramPerson;

/// One linking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TelegramLinkRow {
    /// Its identifier.
    pub id: TelegramLinkId,
    /// The account that is to get a Telegram account.
    pub account_id: AccountId,
    /// The session it was started in, and in which alone it can be finished.
    pub session_id: SessionId,
    /// Wrong codes so far.
    pub tries: u32,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it ends, or was ended by a newer one.
    pub expires_at: Timestamp,
    /// When the address was opened in a chat.
    pub claimed_at: Option<Timestamp>,
    /// When it linked.
    pub spent_at: Option<Timestamp>,
    /// When "it wasn't me" was pressed in the chat.
    pub refused_at: Option<Timestamp>,
    /// The MAC of the code that the chat shows, once it was opened.
    pub code_mac: Option<[u8; 32]>,
    /// Who opened it.
    pub person: Option<TelegramPerson>,
}

/// What opening the address in a chat leaves.
pub struct Claim<'a> {
    /// Who opened it.
    pub person: &'a TelegramPerson,
    /// The hash of the handle in the data of its button.
    pub handle_hash: &'a [u8; 32],
    /// The MAC of the code that is shown.
    pub code_mac: &'a [u8; 32],
}

impl TelegramLinkRow {
    fn of(keys: &KeyRing, row: &Row) -> Result<Self, StoreError> {
        let (id, account_id) = (row.id("id")?, row.id("account_id")?);
        let corrupt = StoreError::Corrupt("telegram_link.body");
        let person = match row.blob_opt("body")? {
            Some(sealed) => {
                let plain = keys.open(&sealed, &binding(id, account_id)).map_err(|_| corrupt.clone())?;
                Some(TelegramPerson::from_bytes(&plain).ok_or(corrupt)?)
            }
            None => None,
        };
        let mac = row.blob_opt("code_mac")?.map(<[u8; 32]>::try_from).transpose();
        Ok(Self {
            id,
            account_id,
            session_id: row.id("session_id")?,
            tries: row.u32("tries")?,
            created_at: row.time("created_at")?,
            expires_at: row.time("expires_at")?,
            claimed_at: row.time_opt("claimed_at")?,
            spent_at: row.time_opt("spent_at")?,
            refused_at: row.time_opt("refused_at")?,
            code_mac: mac.map_err(|_| StoreError::Corrupt("telegram_link.code_mac"))?,
            person,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, account_id, session_id, tries, created_at, expires_at, claimed_at, spent_at, refused_at, \
             code_mac, body FROM telegram_link ",
            $rest
        )
    };
}

/// Whether the linking `?1` can still link at `?2`; the most tries are `?3`.
macro_rules! live {
    () => {
        "id = ?1 AND spent_at IS NULL AND refused_at IS NULL AND expires_at > ?2 AND tries < ?3"
    };
}

const END_OLD: &str = "UPDATE telegram_link SET expires_at = ?2 WHERE account_id = ?1 AND expires_at > ?2 \
    AND spent_at IS NULL AND refused_at IS NULL";
const CREATE: &str = "INSERT INTO telegram_link (id, account_id, session_id, token_hash, tries, created_at, expires_at) \
    VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6)";
const BY_TOKEN_HASH: &str = select!("WHERE token_hash = ?1");
const BY_HANDLE_HASH: &str = select!("WHERE handle_hash = ?1");
const OF_SESSION: &str =
    select!("WHERE session_id = ?1 AND account_id = ?2 ORDER BY created_at DESC, id DESC LIMIT 1");
const CLAIM: &str = concat!(
    "UPDATE telegram_link SET claimed_at = ?2, body = ?4, key_id = ?5, handle_hash = ?6, code_mac = ?7 WHERE ",
    live!(),
    " AND claimed_at IS NULL AND account_id = ?8"
);
const COUNT_TRY: &str = concat!(
    "UPDATE telegram_link SET tries = tries + 1 WHERE ",
    live!(),
    " AND claimed_at IS NOT NULL RETURNING tries"
);
const SPEND: &str =
    concat!("UPDATE telegram_link SET spent_at = ?2 WHERE ", live!(), " AND claimed_at IS NOT NULL");
const REFUSE: &str = "UPDATE telegram_link SET refused_at = ?2 \
    WHERE id = ?1 AND claimed_at IS NOT NULL AND spent_at IS NULL AND refused_at IS NULL";
const KEY_COUNTS: &str = "SELECT key_id, COUNT(*) AS n FROM telegram_link WHERE key_id IS NOT NULL \
    GROUP BY key_id ORDER BY key_id";
const TO_RESEAL: &str = "SELECT id, account_id, body FROM telegram_link \
    WHERE key_id IS NOT NULL AND key_id <> ?1 ORDER BY id LIMIT ?2";
// A row that was resealed meanwhile is left as it is.
const RESEAL: &str = "UPDATE telegram_link SET body = ?2, key_id = ?3 WHERE id = ?1 AND body = ?4";

pub(crate) const STATEMENTS: &[&str] = &[
    END_OLD,
    CREATE,
    BY_TOKEN_HASH,
    BY_HANDLE_HASH,
    OF_SESSION,
    CLAIM,
    COUNT_TRY,
    SPEND,
    REFUSE,
    KEY_COUNTS,
    TO_RESEAL,
    RESEAL,
];

const fn binding(id: TelegramLinkId, account: AccountId) -> Binding {
    Binding { table: "telegram_link", column: "body", row: *id.as_bytes(), account: *account.as_bytes() }
}

/// Starts a linking, to be found by the hash of its token, and ends those of the account before it: under the lock of the
/// account's row, so that one at the most can be used. Only what a fresh one has is written.
pub async fn create(db: &mut Db, token_hash: &[u8; 32], link: &TelegramLinkRow) -> Result<(), StoreError> {
    account::lock(db, link.account_id).await?;
    db.execute(END_OLD, &[Value::from(link.account_id), Value::from(link.created_at)]).await?;
    let values = [
        Value::from(link.id),
        Value::from(link.account_id),
        Value::from(link.session_id),
        Value::from(token_hash),
        Value::from(link.created_at),
        Value::from(link.expires_at),
    ];
    db.execute(CREATE, &values).await.map(drop)
}

/// Ends what linkings an account has under way, and returns how many: its owner cancels, or changes were locked.
pub async fn end_all_of(db: &mut Db, account: AccountId, now: Timestamp) -> Result<u64, StoreError> {
    db.execute(END_OLD, &[Value::from(account), Value::from(now)]).await
}

/// The linking with this token, whether or not it can still be used.
pub async fn by_token_hash(
    db: &mut Db,
    keys: &KeyRing,
    token_hash: &[u8; 32],
) -> Result<Option<TelegramLinkRow>, StoreError> {
    let row = db.query_opt(BY_TOKEN_HASH, &[Value::from(token_hash)]).await?;
    row.map(|row| TelegramLinkRow::of(keys, &row)).transpose()
}

/// The linking whose button has this handle, whether or not it can still be used.
pub async fn by_handle_hash(
    db: &mut Db,
    keys: &KeyRing,
    handle_hash: &[u8; 32],
) -> Result<Option<TelegramLinkRow>, StoreError> {
    let row = db.query_opt(BY_HANDLE_HASH, &[Value::from(handle_hash)]).await?;
    row.map(|row| TelegramLinkRow::of(keys, &row)).transpose()
}

/// The newest linking that was started in this session of the account, whether or not it can still be used.
pub async fn of_session(
    db: &mut Db,
    keys: &KeyRing,
    session: SessionId,
    account: AccountId,
) -> Result<Option<TelegramLinkRow>, StoreError> {
    let row = db.query_opt(OF_SESSION, &[Value::from(session), Value::from(account)]).await?;
    row.map(|row| TelegramLinkRow::of(keys, &row)).transpose()
}

/// Notes who opened the address in a chat, sealed under the active master key: of any number of callers exactly one gets
/// `true`. `false`: somebody opened it before, or it is over.
pub async fn claim(
    db: &mut Db,
    keys: &KeyRing,
    entropy: &dyn Entropy,
    link: (TelegramLinkId, AccountId),
    claim: &Claim<'_>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (id, account) = link;
    let values = [
        Value::from(id),
        Value::from(now),
        Value::from(LINK_TRIES),
        Value::from(keys.seal(entropy, &claim.person.to_bytes(), &binding(id, account))),
        Value::from(keys.active().0),
        Value::from(claim.handle_hash),
        Value::from(claim.code_mac),
        Value::from(account),
    ];
    Ok(db.execute(CLAIM, &values).await? == 1)
}

/// Charges one wrong code and returns how many there are now. `None`: it is over, or nobody has opened it yet.
pub async fn count_try(db: &mut Db, id: TelegramLinkId, now: Timestamp) -> Result<Option<u32>, StoreError> {
    let values = [Value::from(id), Value::from(now), Value::from(LINK_TRIES)];
    db.query_opt(COUNT_TRY, &values).await?.map(|row| row.u32("tries")).transpose()
}

/// Spends a linking: of any number of callers exactly one gets `true` (ALL-1), and none once it was refused in the chat,
/// ended, or had its last try.
pub async fn spend(db: &mut Db, id: TelegramLinkId, now: Timestamp) -> Result<bool, StoreError> {
    let values = [Value::from(id), Value::from(now), Value::from(LINK_TRIES)];
    Ok(db.execute(SPEND, &values).await? == 1)
}

/// Ends a linking by "it wasn't me" in the chat; that is heard also when its time is over. `false`: it has linked, or was
/// refused before.
pub async fn refuse(db: &mut Db, id: TelegramLinkId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(REFUSE, &[Value::from(id), Value::from(now)]).await? == 1)
}

/// How many rows are sealed under each master key.
pub async fn key_counts(db: &mut Db) -> Result<Vec<(KeyId, u64)>, StoreError> {
    let rows = db.query(KEY_COUNTS, &[]).await?;
    rows.iter().map(|row| Ok((KeyId(row.u32("key_id")?), row.count("n")?))).collect()
}

/// Seals at most `limit` rows anew under the active master key, and returns how many; zero means that none was left. One that
/// does not open stops the batch with [`StoreError::Corrupt`].
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
        let (id, account, sealed) = (row.id("id")?, row.id("account_id")?, row.blob("body")?);
        let binding = binding(id, account);
        let plain = keys.open(&sealed, &binding).map_err(|_| StoreError::Corrupt("telegram_link.body"))?;
        let anew = keys.seal(entropy, &plain, &binding);
        let values = [Value::from(id), Value::from(anew), Value::from(active), Value::from(sealed)];
        resealed += db.execute(RESEAL, &values).await?;
    }
    Ok(resealed)
}
