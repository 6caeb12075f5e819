//! Authenticator devices: confirmed ones and set-ups in progress.
//!
//! The key of a device is sealed for its row and its account (ALL-7). It is opened in here and nowhere else; one that
//! does not open is an error and is never skipped, since a device that silently vanished would open the account.

use countersign_core::entropy::Entropy;
use countersign_core::factor::totp::{Device, Drift, Secret};
use countersign_core::id::{AccountId, AuthenticatorId, SessionId};
use countersign_core::keys::{Binding, KeyId, KeyRing};
use countersign_core::limits::SET_UP_TRIES;
use countersign_core::name::DeviceName;
use countersign_core::time::Timestamp;
use zeroize::Zeroizing;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// One device, without its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatorRow {
    /// Its identifier.
    pub id: AuthenticatorId,
    /// Whose it is.
    pub account_id: AccountId,
    /// The name its owner gave it; `None` until it is confirmed.
    pub name: Option<String>,
    /// The master key that its key is sealed under.
    pub key_id: KeyId,
    /// How its clock goes, as far as it was learned.
    pub drift: Drift,
    /// The time step of the last code that was accepted.
    pub last_step: Option<i64>,
    /// When its set-up was started.
    pub created_at: Timestamp,
    /// When its set-up can no longer be finished; `None` once it is confirmed.
    pub expires_at: Option<Timestamp>,
    /// The session that its set-up was started in; `None` once it is confirmed.
    pub session_id: Option<SessionId>,
    /// Wrong codes during its set-up.
    pub tries: u32,
    /// When it was confirmed; `None` while it is being set up.
    pub confirmed_at: Option<Timestamp>,
    /// When a code of it last signed in.
    pub last_used_at: Option<Timestamp>,
}

/// A set-up in progress, with the key that is shown.
pub struct PendingAuthenticator {
    /// The device.
    pub row: AuthenticatorRow,
    /// Its key.
    pub secret: Secret,
}

/// What a new set-up is written from.
pub struct NewAuthenticator {
    /// Its identifier.
    pub id: AuthenticatorId,
    /// Whose it will be.
    pub account_id: AccountId,
    /// The session that it is started in and can be finished in.
    pub session_id: SessionId,
    /// Its key.
    pub secret: Secret,
    /// When it is started.
    pub created_at: Timestamp,
    /// When it can no longer be finished.
    pub expires_at: Timestamp,
}

/// What the right code at the end of a set-up makes of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// The device.
    pub id: AuthenticatorId,
    /// Whose it is.
    pub account_id: AccountId,
    /// The name its owner gives it; unique among the account's devices.
    pub name: DeviceName,
    /// The time step of the code.
    pub step: i64,
    /// By how many steps the code was off.
    pub offset: i64,
    /// How many confirmed devices the account may have, with this one.
    pub most: u32,
}

impl AuthenticatorRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            account_id: row.id("account_id")?,
            name: row.text_opt("name")?,
            key_id: KeyId(row.u32("key_id")?),
            drift: Drift {
                offset: row.int("drift_offset")?,
                side: row.int("drift_side")?,
                run: row.u32("drift_run")?,
            },
            last_step: row.int_opt("last_step")?,
            created_at: row.time("created_at")?,
            expires_at: row.time_opt("expires_at")?,
            session_id: row.id_opt("session_id")?,
            tries: row.u32("tries")?,
            confirmed_at: row.time_opt("confirmed_at")?,
            last_used_at: row.time_opt("last_used_at")?,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, account_id, name, secret, key_id, drift_offset, drift_side, drift_run, last_step, \
             created_at, expires_at, session_id, tries, confirmed_at, last_used_at FROM authenticator ",
            $rest
        )
    };
}

const CREATE_PENDING: &str = "INSERT INTO authenticator (id, account_id, secret, key_id, drift_offset, drift_side, \
    drift_run, created_at, expires_at, session_id, tries) VALUES (?1, ?2, ?3, ?4, 0, 0, 0, ?5, ?6, ?7, 0)";
const IMPORT: &str = "INSERT INTO authenticator (id, account_id, name, name_key, secret, key_id, drift_offset, \
    drift_side, drift_run, created_at, tries, confirmed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 0, ?7, 0, ?7)";
const PENDING_FOR: &str = select!(
    "WHERE session_id = ?1 AND account_id = ?2 AND confirmed_at IS NULL AND expires_at > ?3 \
     ORDER BY created_at DESC, id DESC LIMIT 1"
);
const BY_ID: &str = select!("WHERE id = ?1");
const CONFIRMED: &str =
    select!("WHERE account_id = ?1 AND confirmed_at IS NOT NULL ORDER BY confirmed_at, id");
// The count is exact under the lock of the account's row, which `account::bump_factor_version` takes.
const CONFIRM: &str = "UPDATE authenticator SET name = ?3, name_key = ?4, last_step = ?5, drift_offset = ?6, \
    drift_side = 0, drift_run = 0, confirmed_at = ?7, expires_at = NULL, session_id = NULL, tries = 0 \
    WHERE id = ?1 AND account_id = ?2 AND confirmed_at IS NULL AND expires_at > ?7 AND tries < ?9 AND ?8 > \
    (SELECT COUNT(*) FROM authenticator o WHERE o.account_id = ?2 AND o.confirmed_at IS NOT NULL)";
const SPEND: &str = "UPDATE authenticator SET last_step = ?2, drift_offset = ?3, drift_side = ?4, drift_run = ?5, \
    last_used_at = ?6 WHERE id = ?1 AND confirmed_at IS NOT NULL AND (last_step IS NULL OR last_step < ?2)";
const COUNT_TRY: &str = "UPDATE authenticator SET tries = tries + 1 \
    WHERE id = ?1 AND confirmed_at IS NULL AND expires_at > ?2 AND tries < ?3 RETURNING tries";
const RENAME: &str = "UPDATE authenticator SET name = ?3, name_key = ?4 \
    WHERE id = ?1 AND account_id = ?2 AND confirmed_at IS NOT NULL";
const DELETE: &str =
    "DELETE FROM authenticator WHERE id = ?1 AND account_id = ?2 AND confirmed_at IS NOT NULL";
const DISCARD_PENDING: &str = "DELETE FROM authenticator WHERE account_id = ?1 AND confirmed_at IS NULL";
const DISCARD_PENDING_OF: &str =
    "DELETE FROM authenticator WHERE account_id = ?1 AND session_id = ?2 AND confirmed_at IS NULL";
const SHOW_UNTIL: &str = "UPDATE authenticator SET showing_session = ?3, showing_until = ?4 \
    WHERE id = ?1 AND account_id = ?2 AND confirmed_at IS NOT NULL";
const SHOWN: &str = "SELECT id, account_id, name, secret FROM authenticator WHERE account_id = ?1 \
    AND showing_session = ?2 AND showing_until > ?3 AND confirmed_at IS NOT NULL \
    ORDER BY showing_until DESC, id DESC LIMIT 1";
const END_SHOWING: &str = "UPDATE authenticator SET showing_session = NULL, showing_until = NULL \
    WHERE account_id = ?1 AND showing_session = ?2";
const KEY_COUNTS: &str = "SELECT key_id, COUNT(*) AS n FROM authenticator GROUP BY key_id ORDER BY key_id";
const TO_RESEAL: &str =
    "SELECT id, account_id, secret FROM authenticator WHERE key_id <> ?1 ORDER BY id LIMIT ?2";
// A row that was resealed or removed meanwhile is left as it is.
const RESEAL: &str = "UPDATE authenticator SET secret = ?2, key_id = ?3 WHERE id = ?1 AND secret = ?4";

pub(crate) const STATEMENTS: &[&str] = &[
    CREATE_PENDING,
    IMPORT,
    PENDING_FOR,
    BY_ID,
    CONFIRMED,
    CONFIRM,
    SPEND,
    COUNT_TRY,
    RENAME,
    DELETE,
    DISCARD_PENDING,
    DISCARD_PENDING_OF,
    SHOW_UNTIL,
    SHOWN,
    END_SHOWING,
    KEY_COUNTS,
    TO_RESEAL,
    RESEAL,
];

const fn binding(id: AuthenticatorId, account: AccountId) -> Binding {
    Binding { table: "authenticator", column: "secret", row: *id.as_bytes(), account: *account.as_bytes() }
}

fn open(keys: &KeyRing, row: &Row) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    keys.open(&row.blob("secret")?, &binding(row.id("id")?, row.id("account_id")?))
        .map_err(|_| StoreError::Corrupt("authenticator.secret"))
}

fn secret(keys: &KeyRing, row: &Row) -> Result<Secret, StoreError> {
    Secret::from_bytes(&open(keys, row)?).ok_or(StoreError::Corrupt("authenticator.secret"))
}

/// Writes a set-up in progress, with its key sealed under the active master key.
pub async fn create_pending(
    db: &mut Db,
    keys: &KeyRing,
    entropy: &dyn Entropy,
    new: &NewAuthenticator,
) -> Result<(), StoreError> {
    let sealed = keys.seal(entropy, new.secret.as_bytes(), &binding(new.id, new.account_id));
    let values = [
        Value::from(new.id),
        Value::from(new.account_id),
        Value::from(sealed),
        Value::from(keys.active().0),
        Value::from(new.created_at),
        Value::from(new.expires_at),
        Value::from(new.session_id),
    ];
    db.execute(CREATE_PENDING, &values).await.map(drop)
}

/// Writes a device that another system had confirmed, with its key sealed under the active master key. No code of it counts
/// as spent. Belongs after [`crate::account::bump_factor_version`] in one transaction, where the account's devices are
/// counted; a taken name is [`StoreError::Unique`].
pub async fn import(
    db: &mut Db,
    keys: &KeyRing,
    entropy: &dyn Entropy,
    device: (AuthenticatorId, AccountId, &DeviceName, &Secret),
    now: Timestamp,
) -> Result<(), StoreError> {
    let (id, account, name, secret) = device;
    let values = [
        Value::from(id),
        Value::from(account),
        Value::from(name.as_str()),
        Value::from(name.key()),
        Value::from(keys.seal(entropy, secret.as_bytes(), &binding(id, account))),
        Value::from(keys.active().0),
        Value::from(now),
    ];
    db.execute(IMPORT, &values).await.map(drop)
}

/// The latest set-up that was started in this session and can still be finished at `now`, with its key.
pub async fn pending_for(
    db: &mut Db,
    keys: &KeyRing,
    session: SessionId,
    account: AccountId,
    now: Timestamp,
) -> Result<Option<PendingAuthenticator>, StoreError> {
    let values = [Value::from(session), Value::from(account), Value::from(now)];
    let Some(row) = db.query_opt(PENDING_FOR, &values).await? else { return Ok(None) };
    Ok(Some(PendingAuthenticator { row: AuthenticatorRow::of(&row)?, secret: secret(keys, &row)? }))
}

/// The device with this identifier, confirmed or not.
pub async fn by_id(db: &mut Db, id: AuthenticatorId) -> Result<Option<AuthenticatorRow>, StoreError> {
    db.query_opt(BY_ID, &[Value::from(id)]).await?.as_ref().map(AuthenticatorRow::of).transpose()
}

/// The confirmed devices of an account, oldest first.
pub async fn confirmed(db: &mut Db, account: AccountId) -> Result<Vec<AuthenticatorRow>, StoreError> {
    db.query(CONFIRMED, &[Value::from(account)]).await?.iter().map(AuthenticatorRow::of).collect()
}

/// The confirmed devices of an account, with their keys, as core judges a code by them.
pub async fn devices(db: &mut Db, keys: &KeyRing, account: AccountId) -> Result<Vec<Device>, StoreError> {
    let rows = db.query(CONFIRMED, &[Value::from(account)]).await?;
    rows.iter()
        .map(|row| {
            let AuthenticatorRow { id, drift, last_step, .. } = AuthenticatorRow::of(row)?;
            Ok(Device { id, secret: secret(keys, row)?, drift, last_step })
        })
        .collect()
}

/// Turns a set-up into a device, once. `false`: it is over, has had its last try, was finished already, or the account has as many devices
/// as it may. Belongs after [`crate::account::bump_factor_version`] in one transaction, which makes set-ups of one
/// account queue up and the count exact; a taken name is [`StoreError::Unique`].
pub async fn confirm(db: &mut Db, confirmation: &Confirmation, now: Timestamp) -> Result<bool, StoreError> {
    let values = [
        Value::from(confirmation.id),
        Value::from(confirmation.account_id),
        Value::from(confirmation.name.as_str()),
        Value::from(confirmation.name.key()),
        Value::from(confirmation.step),
        Value::from(confirmation.offset),
        Value::from(now),
        Value::from(confirmation.most),
        Value::from(SET_UP_TRIES),
    ];
    Ok(db.execute(CONFIRM, &values).await? == 1)
}

/// Spends a time step of a device and keeps what was learned of its clock: of any number of callers with the same step
/// exactly one gets `true`, and none with an earlier one (ALL-1).
pub async fn spend(
    db: &mut Db,
    id: AuthenticatorId,
    step: i64,
    drift: &Drift,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values = [
        Value::from(id),
        Value::from(step),
        Value::from(drift.offset),
        Value::from(drift.side),
        Value::from(drift.run),
        Value::from(now),
    ];
    Ok(db.execute(SPEND, &values).await? == 1)
}

/// Charges one wrong code to a set-up and returns how many there are now. `None`: the set-up is over, or has had
/// `most` already.
pub async fn count_try(
    db: &mut Db,
    id: AuthenticatorId,
    most: u32,
    now: Timestamp,
) -> Result<Option<u32>, StoreError> {
    let row = db.query_opt(COUNT_TRY, &[Value::from(id), Value::from(now), Value::from(most)]).await?;
    row.map(|row| row.u32("tries")).transpose()
}

/// Renames a device. `false`: the account has no such device. A taken name is [`StoreError::Unique`].
pub async fn rename(
    db: &mut Db,
    id: AuthenticatorId,
    account: AccountId,
    name: &DeviceName,
) -> Result<bool, StoreError> {
    let values = [Value::from(id), Value::from(account), Value::from(name.as_str()), Value::from(name.key())];
    Ok(db.execute(RENAME, &values).await? == 1)
}

/// Removes a device with its key. `false`: the account has no such device.
pub async fn delete(db: &mut Db, id: AuthenticatorId, account: AccountId) -> Result<bool, StoreError> {
    Ok(db.execute(DELETE, &[Value::from(id), Value::from(account)]).await? == 1)
}

/// Forgets the unfinished set-ups of an account, and returns how many there were.
pub async fn discard_pending(db: &mut Db, account: AccountId) -> Result<u64, StoreError> {
    db.execute(DISCARD_PENDING, &[Value::from(account)]).await
}

/// Forgets the unfinished set-ups of one session of an account, and returns how many there were.
pub async fn discard_pending_of(
    db: &mut Db,
    account: AccountId,
    session: SessionId,
) -> Result<u64, StoreError> {
    db.execute(DISCARD_PENDING_OF, &[Value::from(account), Value::from(session)]).await
}

/// Lets one session see the key of a confirmed device again until then; who was shown it before sees it no longer.
/// `false`: the account has no such device.
pub async fn show_until(
    db: &mut Db,
    id: AuthenticatorId,
    account: AccountId,
    session: SessionId,
    until: Timestamp,
) -> Result<bool, StoreError> {
    let values = [Value::from(id), Value::from(account), Value::from(session), Value::from(until)];
    Ok(db.execute(SHOW_UNTIL, &values).await? == 1)
}

/// The device whose key this session may see at `now`, with its name and its key: of several, the one to be seen
/// longest.
pub async fn shown(
    db: &mut Db,
    keys: &KeyRing,
    account: AccountId,
    session: SessionId,
    now: Timestamp,
) -> Result<Option<(AuthenticatorId, String, Secret)>, StoreError> {
    let values = [Value::from(account), Value::from(session), Value::from(now)];
    let Some(row) = db.query_opt(SHOWN, &values).await? else { return Ok(None) };
    Ok(Some((row.id("id")?, row.text("name")?, secret(keys, &row)?)))
}

/// Ends what [`show_until`] allowed a session. `false`: it was allowed nothing.
pub async fn end_showing(db: &mut Db, account: AccountId, session: SessionId) -> Result<bool, StoreError> {
    Ok(db.execute(END_SHOWING, &[Value::from(account), Value::from(session)]).await? > 0)
}

/// How many keys are sealed under each master key: one may only be taken away at zero.
pub async fn key_counts(db: &mut Db) -> Result<Vec<(KeyId, u64)>, StoreError> {
    let rows = db.query(KEY_COUNTS, &[]).await?;
    rows.iter().map(|row| Ok((KeyId(row.u32("key_id")?), row.count("n")?))).collect()
}

/// Seals the keys of at most `limit` devices anew under the active master key, and returns how many; zero means that
/// none was left. One that does not open stops the batch with [`StoreError::Corrupt`].
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
        let sealed = keys.seal(entropy, &open(keys, row)?, &binding(id, account));
        let values =
            [Value::from(id), Value::from(sealed), Value::from(active), Value::from(row.blob("secret")?)];
        resealed += db.execute(RESEAL, &values).await?;
    }
    Ok(resealed)
}
