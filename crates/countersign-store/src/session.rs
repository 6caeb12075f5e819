//! Sessions: browsers that are signed in.

use countersign_core::id::{AccountId, BrowserId, SessionId, SuspensionId};
use countersign_core::method::Class;
use countersign_core::sign_in::ProviderClaims;
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;
use crate::facts::{AccountFacts, facts_columns, facts_joins};

/// One session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// Its identifier; not a secret.
    pub id: SessionId,
    /// Whose it is.
    pub account_id: AccountId,
    /// The class of the second step that was proved in it.
    pub class: Class,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Timestamp,
    /// When it ends however much it is used; the policy that counts may end it earlier.
    pub expires_at: Timestamp,
    /// When its owner last proved again who they are.
    pub stepped_up_at: Option<Timestamp>,
    /// The address it was last used from.
    pub address: String,
    /// The browser, as it describes itself.
    pub device: String,
    /// The recognised browser it runs in, if it is one.
    pub recognised_browser_id: Option<BrowserId>,
    /// When it was entered with a recovery key, if it was.
    pub recovered_at: Option<Timestamp>,
    /// Until when a recovery key that was given in it still allows what a second step would.
    pub key_grant_until: Option<Timestamp>,
    /// The suspension of the second step that let it in, if one did.
    pub suspension_id: Option<SuspensionId>,
    /// What a provider said, where that took the place of a second step.
    pub trusted_claims: Option<ProviderClaims>,
}

/// A session and what every request in it is judged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionView {
    /// The session.
    pub session: SessionRow,
    /// The account that it belongs to.
    pub facts: AccountFacts,
}

macro_rules! columns {
    () => {
        "s.id AS session_id, s.account_id AS session_account_id, s.class AS session_class, \
         s.created_at AS session_created_at, s.last_used_at AS session_last_used_at, \
         s.expires_at AS session_expires_at, s.stepped_up_at AS stepped_up_at, s.address AS session_address, \
         s.device AS session_device, s.recognised_browser_id AS session_browser_id, \
         s.recovered_at AS recovered_at, s.key_grant_until AS key_grant_until, \
         s.suspension_id AS session_suspension_id, s.trusted_claims AS trusted_claims"
    };
}

impl SessionRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("session_id")?,
            account_id: row.id("session_account_id")?,
            class: Class::parse(&row.text("session_class")?).ok_or(StoreError::Corrupt("session.class"))?,
            created_at: row.time("session_created_at")?,
            last_used_at: row.time("session_last_used_at")?,
            expires_at: row.time("session_expires_at")?,
            stepped_up_at: row.time_opt("stepped_up_at")?,
            address: row.text("session_address")?,
            device: row.text("session_device")?,
            recognised_browser_id: row.id_opt("session_browser_id")?,
            recovered_at: row.time_opt("recovered_at")?,
            key_grant_until: row.time_opt("key_grant_until")?,
            suspension_id: row.id_opt("session_suspension_id")?,
            trusted_claims: row.text_opt("trusted_claims")?.map(|text| read_claims(&text)).transpose()?,
        })
    }
}

fn read_claims(text: &str) -> Result<ProviderClaims, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Corrupt("session.trusted_claims"))
}

fn read_id(row: &Row) -> Result<SessionId, StoreError> {
    row.id("session_id")
}

const CREATE: &str = "INSERT INTO session (id, token_hash, account_id, class, created_at, last_used_at, expires_at, \
    stepped_up_at, address, device, recognised_browser_id, recovered_at, key_grant_until, suspension_id, trusted_claims) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";
const BY_TOKEN_HASH: &str = concat!(
    "SELECT ",
    columns!(),
    ", ",
    facts_columns!(),
    " FROM session s JOIN account a ON a.id = s.account_id",
    facts_joins!(),
    "WHERE s.token_hash = ?1"
);
const EXISTS: &str =
    "SELECT id AS session_id FROM session WHERE id = ?1 AND account_id = ?2 AND expires_at > ?3";
const LIST: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM session s WHERE s.account_id = ?1 AND s.expires_at > ?2 ORDER BY s.last_used_at DESC, s.id DESC"
);
const TOUCH: &str = "UPDATE session SET last_used_at = ?2, address = ?3 WHERE id = ?1 AND last_used_at < ?2";
const ROTATE: &str = "UPDATE session SET token_hash = ?3 WHERE id = ?1 AND token_hash = ?2";
const STEP_UP: &str =
    "UPDATE session SET token_hash = ?2, class = ?3, stepped_up_at = ?4 WHERE id = ?1 AND expires_at > ?4";
const RENEW: &str = "UPDATE session SET token_hash = ?2 WHERE id = ?1 AND expires_at > ?3";
const SPEND_STEP_UP: &str = "UPDATE session SET stepped_up_at = NULL WHERE id = ?1 AND stepped_up_at > ?2";
const GRANT_KEY: &str = "UPDATE session SET key_grant_until = ?2 WHERE id = ?1";
const END_KEY_GRANT: &str =
    "UPDATE session SET key_grant_until = NULL WHERE id = ?1 AND key_grant_until IS NOT NULL";
const DELETE: &str = "DELETE FROM session WHERE id = ?1 AND account_id = ?2";
const DELETE_BY_TOKEN_HASH: &str =
    "DELETE FROM session WHERE token_hash = ?1 RETURNING id AS session_id, account_id AS session_account_id";
const DELETE_OTHERS: &str = "DELETE FROM session WHERE account_id = ?1 AND id <> ?2";
const DELETE_ALL: &str = "DELETE FROM session WHERE account_id = ?1";
const TRIM: &str = "DELETE FROM session WHERE account_id = ?1 AND id NOT IN (SELECT t.id FROM session t \
    WHERE t.account_id = ?1 ORDER BY t.created_at DESC, t.id DESC LIMIT ?2) RETURNING id AS session_id";

pub(crate) const STATEMENTS: &[&str] = &[
    CREATE,
    BY_TOKEN_HASH,
    EXISTS,
    LIST,
    TOUCH,
    ROTATE,
    STEP_UP,
    RENEW,
    SPEND_STEP_UP,
    GRANT_KEY,
    END_KEY_GRANT,
    DELETE,
    DELETE_BY_TOKEN_HASH,
    DELETE_OTHERS,
    DELETE_ALL,
    TRIM,
];

/// Writes a session, to be found by the hash of its token.
pub async fn create(db: &mut Db, token_hash: &[u8; 32], session: &SessionRow) -> Result<(), StoreError> {
    let claims = session.trusted_claims.as_ref().map(serde_json::to_string).transpose();
    let claims = claims.map_err(|_| StoreError::Corrupt("session.trusted_claims"))?;
    let values = [
        Value::from(session.id),
        Value::from(token_hash),
        Value::from(session.account_id),
        Value::from(session.class.as_str()),
        Value::from(session.created_at),
        Value::from(session.last_used_at),
        Value::from(session.expires_at),
        Value::from(session.stepped_up_at),
        Value::from(session.address.as_str()),
        Value::from(session.device.as_str()),
        Value::from(session.recognised_browser_id),
        Value::from(session.recovered_at),
        Value::from(session.key_grant_until),
        Value::from(session.suspension_id),
        Value::from(claims),
    ];
    db.execute(CREATE, &values).await.map(drop)
}

/// The session with this token and the live facts of its account, in one round trip. `None`: there is no such session.
/// Whether it is still good is for the caller to judge.
pub async fn by_token_hash(
    db: &mut Db,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<SessionView>, StoreError> {
    let Some(row) = db.query_opt(BY_TOKEN_HASH, &[Value::from(token_hash), Value::from(now)]).await? else {
        return Ok(None);
    };
    Ok(Some(SessionView { session: SessionRow::of(&row)?, facts: AccountFacts::of(&row)? }))
}

/// Whether an account still has this session, and it has not reached its end. Behind the lock of the account's row no
/// session of it ends before the transaction does.
pub async fn exists(
    db: &mut Db,
    id: SessionId,
    account: AccountId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values = [Value::from(id), Value::from(account), Value::from(now)];
    Ok(db.query_opt(EXISTS, &values).await?.is_some())
}

/// The sessions of an account that have not reached their end, the last used first.
pub async fn list(db: &mut Db, account: AccountId, now: Timestamp) -> Result<Vec<SessionRow>, StoreError> {
    db.query(LIST, &[Value::from(account), Value::from(now)]).await?.iter().map(SessionRow::of).collect()
}

/// Notes that a session was used, and from where. Callers do so once a minute at most; a time that is not later than
/// the stored one changes nothing. `false`: nothing was written.
pub async fn touch(db: &mut Db, id: SessionId, now: Timestamp, address: &str) -> Result<bool, StoreError> {
    Ok(db.execute(TOUCH, &[Value::from(id), Value::from(now), Value::from(address)]).await? == 1)
}

/// Gives a session a new token; the old one is dead from then on. `false`: the old token was not its token any more.
pub async fn rotate(
    db: &mut Db,
    id: SessionId,
    old_hash: &[u8; 32],
    new_hash: &[u8; 32],
) -> Result<bool, StoreError> {
    Ok(db.execute(ROTATE, &[Value::from(id), Value::from(old_hash), Value::from(new_hash)]).await? == 1)
}

/// Notes that the owner proved again who they are, and of which class the session is from now on, just as given: a caller
/// that must not lower it passes the higher one. The token changes with it. `false`: the session is gone or over.
pub async fn step_up(
    db: &mut Db,
    id: SessionId,
    new_hash: &[u8; 32],
    class: Class,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values = [Value::from(id), Value::from(new_hash), Value::from(class.as_str()), Value::from(now)];
    Ok(db.execute(STEP_UP, &values).await? == 1)
}

/// Gives a session a new token and nothing else: what was proved does not count as fresh. `false`: the session is gone or
/// over.
pub async fn renew(
    db: &mut Db,
    id: SessionId,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values = [Value::from(id), Value::from(token_hash), Value::from(now)];
    Ok(db.execute(RENEW, &values).await? == 1)
}

/// Uses up the proof that was given after `after`: of any number of callers exactly one gets `true`.
pub async fn spend_step_up(db: &mut Db, id: SessionId, after: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(SPEND_STEP_UP, &[Value::from(id), Value::from(after)]).await? == 1)
}

/// Lets a recovery key that was given in a session stand for a second step until then. `false`: the session is gone.
pub async fn grant_key(db: &mut Db, id: SessionId, until: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(GRANT_KEY, &[Value::from(id), Value::from(until)]).await? == 1)
}

/// Takes that back: of any number of callers exactly one gets `true`. `false`: there was no grant, or the session is
/// gone. Whether a grant still runs is for the caller to judge.
pub async fn end_key_grant(db: &mut Db, id: SessionId) -> Result<bool, StoreError> {
    Ok(db.execute(END_KEY_GRANT, &[Value::from(id)]).await? == 1)
}

/// Ends one session of an account. `false`: the account has none of this identifier.
pub async fn delete(db: &mut Db, id: SessionId, account: AccountId) -> Result<bool, StoreError> {
    Ok(db.execute(DELETE, &[Value::from(id), Value::from(account)]).await? == 1)
}

/// Ends the session with this token, and tells which it was and whose. `None`: there is no such session.
pub async fn delete_by_token_hash(
    db: &mut Db,
    token_hash: &[u8; 32],
) -> Result<Option<(SessionId, AccountId)>, StoreError> {
    let row = db.query_opt(DELETE_BY_TOKEN_HASH, &[Value::from(token_hash)]).await?;
    row.map(|row| Ok((read_id(&row)?, row.id("session_account_id")?))).transpose()
}

/// Ends all sessions of an account but one, and returns how many that were.
pub async fn delete_others(db: &mut Db, account: AccountId, keep: SessionId) -> Result<u64, StoreError> {
    db.execute(DELETE_OTHERS, &[Value::from(account), Value::from(keep)]).await
}

/// Ends all sessions of an account, and returns how many there were.
pub async fn delete_all(db: &mut Db, account: AccountId) -> Result<u64, StoreError> {
    db.execute(DELETE_ALL, &[Value::from(account)]).await
}

/// Ends the oldest sessions of an account beyond the newest `most`, and returns which.
pub async fn trim_to(db: &mut Db, account: AccountId, most: u32) -> Result<Vec<SessionId>, StoreError> {
    let rows = db.query(TRIM, &[Value::from(account), Value::from(most)]).await?;
    rows.iter().map(read_id).collect()
}
