//! API tokens: an account's keys for programs, limited to scopes and in time.

use std::collections::BTreeSet;

use countersign_core::api_token::Scope;
use countersign_core::id::{AccountId, ApiTokenId};
use countersign_core::method::Class;
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;
use crate::facts::{AccountFacts, facts_columns, facts_joins};

/// One API token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiTokenRow {
    /// Its identifier; not a secret.
    pub id: ApiTokenId,
    /// Whose it is.
    pub account_id: AccountId,
    /// The name its owner gave it.
    pub name: String,
    /// What it may do.
    pub scopes: BTreeSet<Scope>,
    /// The class of the session it was made in.
    pub class: Class,
    /// The account's password version when it was made.
    pub password_version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was ended by hand.
    pub ended_at: Option<Timestamp>,
}

/// An API token and what every request with it is judged by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiTokenView {
    /// The token, whether or not it is still good.
    pub token: ApiTokenRow,
    /// The account that it belongs to.
    pub facts: AccountFacts,
}

macro_rules! columns {
    () => {
        "t.id AS token_id, t.account_id AS token_account_id, t.name AS token_name, t.scopes AS token_scopes, \
         t.class AS token_class, t.password_version AS token_password_version, t.created_at AS token_created_at, \
         t.expires_at AS token_expires_at, t.last_used_at AS token_last_used_at, t.ended_at AS token_ended_at"
    };
}

impl ApiTokenRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("token_id")?,
            account_id: row.id("token_account_id")?,
            name: row.text("token_name")?,
            scopes: Scope::decode(&row.text("token_scopes")?)
                .ok_or(StoreError::Corrupt("api_token.scopes"))?,
            class: Class::parse(&row.text("token_class")?).ok_or(StoreError::Corrupt("api_token.class"))?,
            password_version: row.int("token_password_version")?,
            created_at: row.time("token_created_at")?,
            expires_at: row.time("token_expires_at")?,
            last_used_at: row.time_opt("token_last_used_at")?,
            ended_at: row.time_opt("token_ended_at")?,
        })
    }
}

const CREATE: &str = "INSERT INTO api_token (id, token_hash, account_id, name, scopes, class, password_version, \
    created_at, expires_at, last_used_at, ended_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
const BY_TOKEN_HASH: &str = concat!(
    "SELECT ",
    columns!(),
    ", ",
    facts_columns!(),
    " FROM api_token t JOIN account a ON a.id = t.account_id",
    facts_joins!(),
    "WHERE t.token_hash = ?1"
);
const LIVE: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM api_token t WHERE t.account_id = ?1 AND t.ended_at IS NULL AND t.password_version = ?2 \
     AND t.expires_at > ?3 ORDER BY t.created_at DESC, t.id DESC LIMIT ?4"
);
const TOUCH: &str = "UPDATE api_token SET last_used_at = ?2 \
    WHERE id = ?1 AND (last_used_at IS NULL OR last_used_at < ?2)";
const END: &str = "UPDATE api_token SET ended_at = ?3 WHERE id = ?1 AND account_id = ?2 AND ended_at IS NULL";
const END_ALL: &str = "UPDATE api_token SET ended_at = ?2 WHERE account_id = ?1 AND ended_at IS NULL";
const END_OF_CLASS: &str =
    "UPDATE api_token SET ended_at = ?2 WHERE account_id = ?1 AND ended_at IS NULL AND class = ?3";
const ENDING: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM api_token t JOIN account a ON a.id = t.account_id AND a.password_version = t.password_version \
     WHERE a.state = 'active' AND t.ended_at IS NULL AND t.end_told_at IS NULL AND t.expires_at > ?1 \
     AND t.expires_at <= ?2 AND (t.expires_at - ?1) * 10 <= (t.expires_at - t.created_at) * 6 \
     ORDER BY t.expires_at, t.id LIMIT ?3"
);
const END_TOLD: &str =
    "UPDATE api_token SET end_told_at = ?2 WHERE id = ?1 AND end_told_at IS NULL AND ended_at IS NULL";

pub(crate) const STATEMENTS: &[&str] =
    &[CREATE, BY_TOKEN_HASH, LIVE, TOUCH, END, END_ALL, END_OF_CLASS, ENDING, END_TOLD];

/// Writes an API token, to be found by its hash.
pub async fn create(db: &mut Db, token_hash: &[u8; 32], token: &ApiTokenRow) -> Result<(), StoreError> {
    let values = [
        Value::from(token.id),
        Value::from(token_hash),
        Value::from(token.account_id),
        Value::from(token.name.as_str()),
        Value::from(Scope::encode(&token.scopes)),
        Value::from(token.class.as_str()),
        Value::from(token.password_version),
        Value::from(token.created_at),
        Value::from(token.expires_at),
        Value::from(token.last_used_at),
        Value::from(token.ended_at),
    ];
    db.execute(CREATE, &values).await.map(drop)
}

/// The token of this hash and the live facts of its account, in one round trip. `None`: there is no such token.
/// Whether it is still good is for the caller to judge.
pub async fn by_token_hash(
    db: &mut Db,
    token_hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<ApiTokenView>, StoreError> {
    let Some(row) = db.query_opt(BY_TOKEN_HASH, &[Value::from(token_hash), Value::from(now)]).await? else {
        return Ok(None);
    };
    Ok(Some(ApiTokenView { token: ApiTokenRow::of(&row)?, facts: AccountFacts::of(&row)? }))
}

/// The last `most` tokens of an account that have not ended by hand, by their time or with a password of before,
/// newest first.
pub async fn live(
    db: &mut Db,
    account: AccountId,
    password_version: i64,
    now: Timestamp,
    most: u32,
) -> Result<Vec<ApiTokenRow>, StoreError> {
    let values = [Value::from(account), Value::from(password_version), Value::from(now), Value::from(most)];
    db.query(LIVE, &values).await?.iter().map(ApiTokenRow::of).collect()
}

/// Notes that a token was used. Callers do so once a minute at most; a time that is not later than the stored one
/// changes nothing. `false`: nothing was written.
pub async fn touch(db: &mut Db, id: ApiTokenId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(TOUCH, &[Value::from(id), Value::from(now)]).await? == 1)
}

/// Ends one token of an account. `false`: it had ended, or the account has none of this identifier.
pub async fn end(
    db: &mut Db,
    id: ApiTokenId,
    account: AccountId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(db.execute(END, &[Value::from(id), Value::from(account), Value::from(now)]).await? == 1)
}

/// Ends all tokens of an account, and returns how many there were.
pub async fn end_all(db: &mut Db, account: AccountId, now: Timestamp) -> Result<u64, StoreError> {
    db.execute(END_ALL, &[Value::from(account), Value::from(now)]).await
}

/// Ends all tokens of an account that were made in a session below this class, and returns how many there were.
pub async fn end_below(
    db: &mut Db,
    account: AccountId,
    class: Class,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let below = Class::ALL.iter().filter(|lower| **lower < class);
    let statements: Vec<_> = below
        .map(|lower| {
            (END_OF_CLASS, vec![Value::from(account), Value::from(now), Value::from(lower.as_str())])
        })
        .collect();
    Ok(db.execute_all(&statements).await?.iter().sum())
}

/// At most `most` live tokens whose owners were not told of their end: those that end by `until` and have lived at least
/// two fifths of their time, the next to end first.
pub async fn ending(
    db: &mut Db,
    now: Timestamp,
    until: Timestamp,
    most: u32,
) -> Result<Vec<ApiTokenRow>, StoreError> {
    let values = [Value::from(now), Value::from(until), Value::from(most)];
    db.query(ENDING, &values).await?.iter().map(ApiTokenRow::of).collect()
}

/// Notes that the owner is told of a token's end now. `false`: that was done before, or it has ended.
pub async fn end_told(db: &mut Db, id: ApiTokenId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(END_TOLD, &[Value::from(id), Value::from(now)]).await? == 1)
}
