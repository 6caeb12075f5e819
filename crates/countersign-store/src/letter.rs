//! The outbox: letters that wait to be sent, and what became of those before.
//!
//! A letter is written in the transaction of the deed that it tells of, so neither is without the other. Its body is
//! sealed for its row (ALL-7), and erased as soon as it was sent or given up.

mod queue;

use std::time::Duration;

pub(crate) use queue::STATEMENTS as QUEUE_STATEMENTS;
pub use queue::{Claimed, claim, due, expire, give_up, retry, sent};

use countersign_core::email::EmailAddress;
use countersign_core::entropy::Entropy;
use countersign_core::id::{AccountId, ChallengeId, LetterId};
use countersign_core::keys::{Binding, KeyId, KeyRing};
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::time::Timestamp;
use zeroize::Zeroizing;

use crate::account;
use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// How far back [`counts`] looks for what has ended.
pub const COUNTED: Duration = Duration::from_hours(24);

/// What became of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetterState {
    /// It is still to be sent.
    Waiting,
    /// A mail server took it.
    Sent,
    /// A mail server refused it for good.
    Refused,
    /// Its time was over before a mail server took it.
    Expired,
}

impl LetterState {
    /// The word in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::Expired => "expired",
        }
    }

    /// Reads [`LetterState::as_str`] back.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Waiting, Self::Sent, Self::Refused, Self::Expired]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// What a letter is written from.
#[derive(Clone)]
pub struct NewLetter {
    /// Its identifier.
    pub id: LetterId,
    /// The account it concerns; `None` where there is none (yet).
    pub account_id: Option<AccountId>,
    /// The challenge that the code in it answers.
    pub challenge_id: Option<ChallengeId>,
    /// What it says.
    pub kind: LetterKind,
    /// To whom it goes.
    pub recipient: EmailAddress,
    /// In which language (`en`, `de`).
    pub language: String,
    /// What stands in it.
    pub body: LetterBody,
    /// The name under which letters to one recipient become one, and for how long after the last one was written the
    /// next is held back.
    pub bundle: Option<(String, Duration)>,
    /// When it is written.
    pub created_at: Timestamp,
    /// From when on it is no longer sent.
    pub expires_at: Timestamp,
}

/// One letter, without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterRow {
    /// Its identifier.
    pub id: LetterId,
    /// The account it concerns.
    pub account_id: Option<AccountId>,
    /// The challenge that the code in it answers.
    pub challenge_id: Option<ChallengeId>,
    /// What it says.
    pub kind: LetterKind,
    /// To whom it goes.
    pub recipient: EmailAddress,
    /// In which language.
    pub language: String,
    /// How many events it tells of.
    pub count: u32,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is sent, or tried again.
    pub send_at: Timestamp,
    /// From when on it is no longer sent.
    pub expires_at: Timestamp,
    /// How often sending it failed and was put off.
    pub attempts: u32,
    /// Why sending it failed last.
    pub last_error: Option<String>,
    /// What became of it.
    pub state: LetterState,
    /// When it was sent or given up.
    pub ended_at: Option<Timestamp>,
}

/// How the outbox stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LetterCounts {
    /// Letters still to be sent, with those held back for their bundle.
    pub waiting: u64,
    /// Since when the one has waited that has waited longest; what is held back for its bundle does not wait yet.
    pub oldest_waiting: Option<Timestamp>,
    /// Letters that were refused or expired within [`COUNTED`].
    pub failed: u64,
    /// Letters that were sent within [`COUNTED`].
    pub sent: u64,
}

macro_rules! letter_columns {
    () => {
        "id AS letter_id, account_id, challenge_id, kind, recipient, language, count AS events, created_at, send_at, \
         expires_at, attempts, last_error, state, ended_at"
    };
}
pub(crate) use letter_columns;

impl LetterRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("letter_id")?,
            account_id: row.id_opt("account_id")?,
            challenge_id: row.id_opt("challenge_id")?,
            kind: LetterKind::parse(&row.text("kind")?).ok_or(StoreError::Corrupt("letter.kind"))?,
            recipient: EmailAddress::parse(&row.text("recipient")?)
                .map_err(|_| StoreError::Corrupt("letter.recipient"))?,
            language: row.text("language")?,
            count: row.u32("events")?,
            created_at: row.time("created_at")?,
            send_at: row.time("send_at")?,
            expires_at: row.time("expires_at")?,
            attempts: row.u32("attempts")?,
            last_error: row.text_opt("last_error")?,
            state: LetterState::parse(&row.text("state")?).ok_or(StoreError::Corrupt("letter.state"))?,
            ended_at: row.time_opt("ended_at")?,
        })
    }
}

const INSERT: &str = "INSERT INTO letter (id, account_id, challenge_id, kind, recipient, language, body, key_id, bundle, \
    count, created_at, send_at, expires_at, attempts, state) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 1, ?10, ?11, ?12, 0, 'waiting')";
const OPEN_OF_BUNDLE: &str = "SELECT id AS letter_id, account_id, body FROM letter WHERE bundle = ?1 AND recipient = ?2 \
    AND state = 'waiting' AND attempts = 0 AND claimed_until IS NULL AND expires_at > ?3 \
    ORDER BY created_at DESC, id DESC LIMIT 1";
const LAST_OF_BUNDLE: &str =
    "SELECT MAX(created_at) AS last_at FROM letter WHERE bundle = ?1 AND recipient = ?2";
// One that was claimed meanwhile is on its way and takes nothing in.
const TAKE_IN: &str = "UPDATE letter SET count = count + 1, kind = ?2, language = ?3, body = ?4, key_id = ?5, \
    expires_at = ?6 WHERE id = ?1 AND state = 'waiting' AND attempts = 0 AND claimed_until IS NULL";
const OF_CHALLENGE: &str = concat!(
    "SELECT ",
    letter_columns!(),
    " FROM letter WHERE challenge_id = ?1 ORDER BY created_at DESC, id DESC LIMIT 1"
);
const OF_ACCOUNT: &str = concat!(
    "SELECT ",
    letter_columns!(),
    " FROM letter WHERE account_id = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2"
);
const DROP_WAITING: &str = "DELETE FROM letter WHERE challenge_id = ?1 AND state = 'waiting'";
const COUNTS: &str = "SELECT (SELECT COUNT(*) FROM letter WHERE state = 'waiting') AS waiting, \
    (SELECT MIN(CASE WHEN attempts = 0 THEN send_at ELSE created_at END) FROM letter \
    WHERE state = 'waiting' AND (attempts > 0 OR send_at <= ?1)) AS oldest, \
    (SELECT COUNT(*) FROM letter WHERE ended_at > ?2 AND state IN ('refused', 'expired')) AS failed, \
    (SELECT COUNT(*) FROM letter WHERE ended_at > ?2 AND state = 'sent') AS sent";
const RECENT_FAILURES: &str = concat!(
    "SELECT ",
    letter_columns!(),
    " FROM letter WHERE ended_at >= ?1 AND state IN ('refused', 'expired') \
     ORDER BY ended_at DESC, id DESC LIMIT ?2"
);
const COUNT_BY_KEY: &str =
    "SELECT key_id, COUNT(*) AS n FROM letter WHERE body IS NOT NULL GROUP BY key_id ORDER BY key_id";
const TO_RESEAL: &str = "SELECT id AS letter_id, account_id, body FROM letter \
    WHERE key_id <> ?1 AND body IS NOT NULL ORDER BY id LIMIT ?2";
// A letter that ended or took another in meanwhile is left as it is.
const RESEAL: &str = "UPDATE letter SET body = ?2, key_id = ?3 WHERE id = ?1 AND body = ?4";

pub(crate) const STATEMENTS: &[&str] = &[
    INSERT,
    OPEN_OF_BUNDLE,
    LAST_OF_BUNDLE,
    TAKE_IN,
    OF_CHALLENGE,
    OF_ACCOUNT,
    DROP_WAITING,
    COUNTS,
    RECENT_FAILURES,
    COUNT_BY_KEY,
    TO_RESEAL,
    RESEAL,
];

fn binding(id: LetterId, account: Option<AccountId>) -> Binding {
    let account = account.map_or([0; 16], |account| *account.as_bytes());
    Binding { table: "letter", column: "body", row: *id.as_bytes(), account }
}

fn seal(
    keys: &KeyRing,
    entropy: &dyn Entropy,
    body: &LetterBody,
    id: LetterId,
    account: Option<AccountId>,
) -> Value {
    Value::from(keys.seal(entropy, &body.to_bytes(), &binding(id, account)))
}

/// Puts a letter into the outbox. One of the same bundle and recipient that still waits, was never tried and is not
/// claimed takes it in: it tells of one event more, in the words of this one. Otherwise it is sent at once, or as long
/// after the last letter of its bundle was written as the bundle says.
///
/// A bundled letter holds the row of its account until the transaction ends, so that of two at the same time one takes
/// the other in.
///
/// Returns the token of the link that stood in a letter which took this one in: nobody has read it, and nobody ever will.
pub async fn post(
    db: &mut Db,
    keys: &KeyRing,
    entropy: &dyn Entropy,
    new: &NewLetter,
) -> Result<Option<Zeroizing<String>>, StoreError> {
    let mut send_at = new.created_at;
    if let Some((bundle, window)) = &new.bundle {
        if let Some(account) = new.account_id {
            account::lock(db, account).await?;
        }
        if let Some(before) = taken_in(db, keys, entropy, new, bundle).await? {
            return Ok(before.link.clone());
        }
        let values = [Value::from(bundle), Value::from(new.recipient.as_str())];
        let last = db.query_opt(LAST_OF_BUNDLE, &values).await?.ok_or(StoreError::Corrupt("max"))?;
        if let Some(last) = last.time_opt("last_at")? {
            send_at = send_at.max(last.plus(*window));
        }
    }
    let values = [
        Value::from(new.id),
        Value::from(new.account_id),
        Value::from(new.challenge_id),
        Value::from(new.kind.as_str()),
        Value::from(new.recipient.as_str()),
        Value::from(new.language.as_str()),
        seal(keys, entropy, &new.body, new.id, new.account_id),
        Value::from(keys.active().0),
        Value::from(new.bundle.as_ref().map(|(bundle, _)| bundle.as_str())),
        Value::from(new.created_at),
        Value::from(send_at),
        Value::from(new.expires_at),
    ];
    db.execute(INSERT, &values).await?;
    Ok(None)
}

/// What stood in the letter of the bundle that took the new one in, if one did; empty if it cannot be read any more.
async fn taken_in(
    db: &mut Db,
    keys: &KeyRing,
    entropy: &dyn Entropy,
    new: &NewLetter,
    bundle: &str,
) -> Result<Option<LetterBody>, StoreError> {
    let values = [Value::from(bundle), Value::from(new.recipient.as_str()), Value::from(new.created_at)];
    let Some(row) = db.query_opt(OPEN_OF_BUNDLE, &values).await? else { return Ok(None) };
    let (id, account) = (row.id("letter_id")?, row.id_opt("account_id")?);
    let before = keys.open(&row.blob("body")?, &binding(id, account)).ok();
    let before = before.and_then(|bytes| LetterBody::from_bytes(&bytes)).unwrap_or_default();
    let values = [
        Value::from(id),
        Value::from(new.kind.as_str()),
        Value::from(new.language.as_str()),
        seal(keys, entropy, &new.body, id, account),
        Value::from(keys.active().0),
        Value::from(new.expires_at),
    ];
    Ok((db.execute(TAKE_IN, &values).await? == 1).then_some(before))
}

/// The newest letter with a code for this challenge, whatever became of it.
pub async fn of_challenge(db: &mut Db, challenge: ChallengeId) -> Result<Option<LetterRow>, StoreError> {
    db.query_opt(OF_CHALLENGE, &[Value::from(challenge)]).await?.as_ref().map(LetterRow::of).transpose()
}

/// The last `most` letters about an account, newest first, whatever became of them.
pub async fn of_account(db: &mut Db, account: AccountId, most: u32) -> Result<Vec<LetterRow>, StoreError> {
    let rows = db.query(OF_ACCOUNT, &[Value::from(account), Value::from(most)]).await?;
    rows.iter().map(LetterRow::of).collect()
}

/// Takes the letters of a challenge back that were not sent yet, and returns how many: a newer code takes their place.
/// One that is being sent just now may still arrive.
pub async fn drop_waiting_of_challenge(db: &mut Db, challenge: ChallengeId) -> Result<u64, StoreError> {
    db.execute(DROP_WAITING, &[Value::from(challenge)]).await
}

/// How the outbox stands at `now`.
pub async fn counts(db: &mut Db, now: Timestamp) -> Result<LetterCounts, StoreError> {
    let values = [Value::from(now), Value::from(now.minus(COUNTED))];
    let row = db.query_opt(COUNTS, &values).await?.ok_or(StoreError::Corrupt("count"))?;
    Ok(LetterCounts {
        waiting: row.count("waiting")?,
        oldest_waiting: row.time_opt("oldest")?,
        failed: row.count("failed")?,
        sent: row.count("sent")?,
    })
}

/// The last `most` letters that were refused or expired at `since` or later, newest first.
pub async fn recent_failures(db: &mut Db, since: Timestamp, most: u32) -> Result<Vec<LetterRow>, StoreError> {
    let rows = db.query(RECENT_FAILURES, &[Value::from(since), Value::from(most)]).await?;
    rows.iter().map(LetterRow::of).collect()
}

/// How many bodies are sealed under each master key: one may only be taken away at zero. Letters that have ended have
/// no body.
pub async fn count_by_key(db: &mut Db) -> Result<Vec<(KeyId, u64)>, StoreError> {
    let rows = db.query(COUNT_BY_KEY, &[]).await?;
    rows.iter().map(|row| Ok((KeyId(row.u32("key_id")?), row.count("n")?))).collect()
}

/// Seals the bodies of at most `limit` letters anew under the active master key, and returns how many; zero means that
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
        let (id, account, sealed) = (row.id("letter_id")?, row.id_opt("account_id")?, row.blob("body")?);
        let binding = binding(id, account);
        let plain: Zeroizing<Vec<u8>> =
            keys.open(&sealed, &binding).map_err(|_| StoreError::Corrupt("letter.body"))?;
        let anew = keys.seal(entropy, &plain, &binding);
        let values = [Value::from(id), Value::from(anew), Value::from(active), Value::from(sealed)];
        resealed += db.execute(RESEAL, &values).await?;
    }
    Ok(resealed)
}
