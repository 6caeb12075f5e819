//! Visits to identity providers, from the button to the answer. Each is bound to one browser by a token and spent once.

use countersign_core::entropy::Entropy;
use countersign_core::id::{AccountId, SessionId, SsoAttemptId, SsoProviderId};
use countersign_core::keys::{Binding, KeyId, KeyRing};
use countersign_core::sso::{ReturnTo, SsoPurpose};
use countersign_core::time::Timestamp;
use zeroize::Zeroizing;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// One visit, without the verifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SsoAttemptRow {
    /// Its identifier.
    pub id: SsoAttemptId,
    /// The hash of the `state` that the answer has to bring back.
    pub state_hash: [u8; 32],
    /// To whom.
    pub provider_id: SsoProviderId,
    /// What for.
    pub purpose: SsoPurpose,
    /// The session it was begun in, where somebody is signed in.
    pub session_id: Option<SessionId>,
    /// The account of that session.
    pub account_id: Option<AccountId>,
    /// The hash of the `nonce` that the token has to carry.
    pub nonce_hash: [u8; 32],
    /// Where it leads afterwards.
    pub return_to: ReturnTo,
    /// When it began.
    pub created_at: Timestamp,
    /// When its answer comes too late.
    pub expires_at: Timestamp,
    /// When its answer came.
    pub spent_at: Option<Timestamp>,
}

impl SsoAttemptRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            state_hash: row.bytes("state_hash")?,
            provider_id: row.id("provider_id")?,
            purpose: SsoPurpose::parse(&row.text("purpose")?)
                .ok_or(StoreError::Corrupt("sso_attempt.purpose"))?,
            session_id: row.id_opt("session_id")?,
            account_id: row.id_opt("account_id")?,
            nonce_hash: row.bytes("nonce_hash")?,
            return_to: ReturnTo::of_path(&row.text("return_to")?),
            created_at: row.time("created_at")?,
            expires_at: row.time("expires_at")?,
            spent_at: row.time_opt("spent_at")?,
        })
    }
}

const CREATE: &str = "INSERT INTO sso_attempt (id, token_hash, state_hash, provider_id, purpose, session_id, account_id, \
    nonce_hash, verifier, key_id, return_to, created_at, expires_at) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
const BY_TOKEN_HASH: &str = "SELECT id, state_hash, provider_id, purpose, session_id, account_id, nonce_hash, \
    verifier, return_to, created_at, expires_at, spent_at FROM sso_attempt WHERE token_hash = ?1";
const SPEND: &str =
    "UPDATE sso_attempt SET spent_at = ?2 WHERE id = ?1 AND spent_at IS NULL AND expires_at > ?2";
const KEY_COUNTS: &str = "SELECT key_id, COUNT(*) AS n FROM sso_attempt GROUP BY key_id ORDER BY key_id";
const TO_RESEAL: &str = "SELECT id, verifier FROM sso_attempt WHERE key_id <> ?1 ORDER BY id LIMIT ?2";
const RESEAL: &str = "UPDATE sso_attempt SET verifier = ?2, key_id = ?3 WHERE id = ?1 AND verifier = ?4";

pub(crate) const STATEMENTS: &[&str] = &[CREATE, BY_TOKEN_HASH, SPEND, KEY_COUNTS, TO_RESEAL, RESEAL];

const fn binding(id: SsoAttemptId) -> Binding {
    Binding { table: "sso_attempt", column: "verifier", row: *id.as_bytes(), account: [0; 16] }
}

fn open(keys: &KeyRing, row: &Row) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    keys.open(&row.blob("verifier")?, &binding(row.id("id")?))
        .map_err(|_| StoreError::Corrupt("sso_attempt.verifier"))
}

/// Begins a visit. `verifier`: that of PKCE, which is sealed.
pub async fn create(
    db: &mut Db,
    keys: &KeyRing,
    entropy: &dyn Entropy,
    token_hash: &[u8; 32],
    row: &SsoAttemptRow,
    verifier: &str,
) -> Result<(), StoreError> {
    let values = [
        Value::from(row.id),
        Value::from(token_hash),
        Value::from(row.state_hash),
        Value::from(row.provider_id),
        Value::from(row.purpose.as_str()),
        Value::from(row.session_id),
        Value::from(row.account_id),
        Value::from(row.nonce_hash),
        Value::from(keys.seal(entropy, verifier.as_bytes(), &binding(row.id))),
        Value::from(keys.active().0),
        Value::from(row.return_to.path()),
        Value::from(row.created_at),
        Value::from(row.expires_at),
    ];
    db.execute(CREATE, &values).await.map(drop)
}

/// The visit behind a browser's token, and its verifier, whether or not it can still be answered.
pub async fn by_token_hash(
    db: &mut Db,
    keys: &KeyRing,
    token_hash: &[u8; 32],
) -> Result<Option<(SsoAttemptRow, Zeroizing<String>)>, StoreError> {
    let Some(row) = db.query_opt(BY_TOKEN_HASH, &[Value::from(token_hash)]).await? else { return Ok(None) };
    let bytes = open(keys, &row)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| StoreError::Corrupt("sso_attempt.verifier"))?;
    Ok(Some((SsoAttemptRow::of(&row)?, Zeroizing::new(text.to_owned()))))
}

/// Spends a visit: of any number of answers exactly one gets `true` (ALL-1). `false`: it is spent or over.
pub async fn spend(db: &mut Db, id: SsoAttemptId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(SPEND, &[Value::from(id), Value::from(now)]).await? == 1)
}

/// How many verifiers are sealed under each master key.
pub async fn key_counts(db: &mut Db) -> Result<Vec<(KeyId, u64)>, StoreError> {
    let rows = db.query(KEY_COUNTS, &[]).await?;
    rows.iter().map(|row| Ok((KeyId(row.u32("key_id")?), row.count("n")?))).collect()
}

/// Seals at most `limit` verifiers anew under the active master key, and returns how many; zero means that none was left.
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
        let id = row.id("id")?;
        let sealed = keys.seal(entropy, &open(keys, row)?, &binding(id));
        let before = Value::from(row.blob("verifier")?);
        let values = [Value::from(id), Value::from(sealed), Value::from(active), before];
        resealed += db.execute(RESEAL, &values).await?;
    }
    Ok(resealed)
}
