//! The outbox of Telegram, SMS and calls, and what became of each.
//!
//! A dispatch is written in the transaction of the deed that it belongs to, so neither is without the other. Its body is
//! sealed for its row (ALL-7), and erased as soon as it has ended.
//!
//! An SMS or a call goes at most once: claiming it *is* marking it as attempted, and what was attempted is never claimed
//! again, whatever became of whoever claimed it. A Telegram message goes at least once: when its claim is over, another may
//! claim it.

mod figures;
mod queue;

use countersign_core::entropy::Entropy;
use countersign_core::id::{
    AccountId, ChallengeId, DispatchId, OrganisationId, PhoneNumberId, TelegramPromptId,
};
use countersign_core::keys::{Binding, KeyId, KeyRing};
use countersign_core::time::Timestamp;
use zeroize::Zeroizing;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

pub(crate) use figures::STATEMENTS as FIGURES_STATEMENTS;
pub use figures::{
    Budget, DispatchCount, PrefixFigures, Spent, answered_of_prefix, begun_of_prefix, counts, insert_within,
    oldest_due, prefixes, prefixes_of_organisation, spent,
};
pub(crate) use queue::STATEMENTS as QUEUE_STATEMENTS;
pub use queue::{Claimed, End, answered, claim, due, end, expire, lose, receipt, retry, ringing};

/// By which way something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// A message in a Telegram chat, new or edited.
    Telegram,
    /// An SMS.
    Sms,
    /// A call.
    Call,
}

impl Channel {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Telegram, Self::Sms, Self::Call];

    /// The word in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Telegram => "telegram",
            Self::Sms => "sms",
            Self::Call => "call",
        }
    }

    /// Reads [`Channel::as_str`] back.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|channel| channel.as_str() == word)
    }
}

/// What became of a dispatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DispatchState {
    /// It is still to be sent.
    Waiting,
    /// An SMS or a call that somebody has begun to send.
    Attempted,
    /// A call whose phone rings.
    Ringing,
    /// It was taken over.
    Sent,
    /// It reached the phone: a receipt says so, or the call was shown there.
    Delivered,
    /// It did not, and will not.
    Failed,
    /// It may have, or not.
    Unknown,
    /// Its time was over before anybody began to send it.
    Expired,
    /// It was taken back before anybody began to send it.
    Dropped,
}

impl DispatchState {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Waiting,
        Self::Attempted,
        Self::Ringing,
        Self::Sent,
        Self::Delivered,
        Self::Failed,
        Self::Unknown,
        Self::Expired,
        Self::Dropped,
    ];

    /// The word in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Attempted => "attempted",
            Self::Ringing => "ringing",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Expired => "expired",
            Self::Dropped => "dropped",
        }
    }

    /// Reads [`DispatchState::as_str`] back.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.as_str() == word)
    }
}

/// Where a call or an SMS goes, as far as figures need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The two letters of the country.
    pub country: String,
    /// The first digits of the number, by which delivery is measured.
    pub prefix: String,
}

/// What a dispatch is written from.
#[derive(Clone)]
pub struct NewDispatch {
    /// Its identifier.
    pub id: DispatchId,
    /// By which way it goes.
    pub channel: Channel,
    /// What it is: a word of the flow's, such as `code`.
    pub kind: String,
    /// The account it concerns; `None` where there is none, as in an answer to a stranger's chat.
    pub account_id: Option<AccountId>,
    /// The organisation whose budget it is charged to.
    pub organisation_id: Option<OrganisationId>,
    /// The challenge that waits for it. What [`drop_waiting_of_challenge`] must not take back, such as an edit that disarms
    /// a message, has none.
    pub challenge_id: Option<ChallengeId>,
    /// The phone number it goes to.
    pub phone_id: Option<PhoneNumberId>,
    /// The prompt that it asks.
    pub prompt_id: Option<TelegramPromptId>,
    /// To whom and what, in whatever form the worker reads.
    pub body: Zeroizing<Vec<u8>>,
    /// Where a call or an SMS goes.
    pub destination: Option<Destination>,
    /// A keyed id of the number that calls.
    pub caller: Option<[u8; 16]>,
    /// What it costs, in thousandths of the operator's currency.
    pub price: u32,
    /// When it is written.
    pub created_at: Timestamp,
    /// When it is to be sent.
    pub send_at: Timestamp,
    /// From when on it is no longer sent.
    pub expires_at: Timestamp,
}

/// One dispatch, without its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DispatchRow {
    /// Its identifier.
    pub id: DispatchId,
    /// By which way it goes.
    pub channel: Channel,
    /// What it is.
    pub kind: String,
    /// The account it concerns.
    pub account_id: Option<AccountId>,
    /// The organisation whose budget it is charged to.
    pub organisation_id: Option<OrganisationId>,
    /// The challenge that waits for it.
    pub challenge_id: Option<ChallengeId>,
    /// The phone number it goes to.
    pub phone_id: Option<PhoneNumberId>,
    /// The prompt that it asks.
    pub prompt_id: Option<TelegramPromptId>,
    /// Where a call or an SMS goes.
    pub destination: Option<Destination>,
    /// What it costs, in thousandths of the operator's currency.
    pub price: u32,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is sent, or tried again.
    pub send_at: Timestamp,
    /// From when on it is no longer sent.
    pub expires_at: Timestamp,
    /// How often sending it failed and was put off.
    pub attempts: u32,
    /// What became of it.
    pub state: DispatchState,
    /// In which way: a word of the worker's, such as how a call ended.
    pub outcome: Option<String>,
    /// By which trunk or route it went.
    pub route: Option<String>,
    /// When a call was first heard to ring.
    pub rang_at: Option<Timestamp>,
    /// When it was taken over, given up or taken back.
    pub ended_at: Option<Timestamp>,
    /// When a receipt told what became of it.
    pub receipt_at: Option<Timestamp>,
    /// When its code was answered rightly.
    pub answered_at: Option<Timestamp>,
}

macro_rules! dispatch_columns {
    () => {
        "id AS dispatch_id, channel, kind, account_id, organisation_id, challenge_id, phone_id, prompt_id, country, \
         prefix, price, created_at, send_at, expires_at, attempts, state, outcome, route, rang_at, ended_at, receipt_at, \
         answered_at"
    };
}
pub(crate) use dispatch_columns;

impl DispatchRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        let destination = match (row.text_opt("country")?, row.text_opt("prefix")?) {
            (Some(country), Some(prefix)) => Some(Destination { country, prefix }),
            (None, None) => None,
            _ => return Err(StoreError::Corrupt("dispatch.prefix")),
        };
        Ok(Self {
            id: row.id("dispatch_id")?,
            channel: Channel::parse(&row.text("channel")?).ok_or(StoreError::Corrupt("dispatch.channel"))?,
            kind: row.text("kind")?,
            account_id: row.id_opt("account_id")?,
            organisation_id: row.id_opt("organisation_id")?,
            challenge_id: row.id_opt("challenge_id")?,
            phone_id: row.id_opt("phone_id")?,
            prompt_id: row.id_opt("prompt_id")?,
            destination,
            price: row.u32("price")?,
            created_at: row.time("created_at")?,
            send_at: row.time("send_at")?,
            expires_at: row.time("expires_at")?,
            attempts: row.u32("attempts")?,
            state: DispatchState::parse(&row.text("state")?).ok_or(StoreError::Corrupt("dispatch.state"))?,
            outcome: row.text_opt("outcome")?,
            route: row.text_opt("route")?,
            rang_at: row.time_opt("rang_at")?,
            ended_at: row.time_opt("ended_at")?,
            receipt_at: row.time_opt("receipt_at")?,
            answered_at: row.time_opt("answered_at")?,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", dispatch_columns!(), " FROM dispatch ", $rest)
    };
}

const INSERT: &str = "INSERT INTO dispatch (id, channel, kind, account_id, organisation_id, challenge_id, phone_id, \
    prompt_id, body, key_id, country, prefix, caller, price, created_at, send_at, expires_at, attempts, state) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, 0, 'waiting')";
const BY_ID: &str = select!("WHERE id = ?1");
const NEWEST_OF_CHALLENGE: &str = select!(
    "WHERE challenge_id = ?1 AND channel IN ('sms', 'call') ORDER BY created_at DESC, id DESC LIMIT 1"
);
const OF_CHALLENGE: &str = select!("WHERE challenge_id = ?1 ORDER BY created_at DESC, id DESC LIMIT 100");
const OF_ACCOUNT: &str = select!("WHERE account_id = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2");
const OF_ORGANISATION: &str = select!(
    "WHERE organisation_id = ?1 AND created_at > ?2 AND channel IN ('sms', 'call') \
     ORDER BY created_at DESC, id DESC LIMIT ?3"
);
const RECENT_FAILURES: &str = select!(
    "WHERE ended_at >= ?1 AND state IN ('failed', 'unknown', 'expired') ORDER BY ended_at DESC, id DESC LIMIT ?2"
);
const DROP_WAITING: &str = "UPDATE dispatch SET state = 'dropped', ended_at = ?2, body = NULL, claimed_until = NULL \
    WHERE challenge_id = ?1 AND state = 'waiting'";
const MARK_ANSWERED: &str = "UPDATE dispatch SET answered_at = ?2 WHERE answered_at IS NULL AND id = \
    (SELECT t.id FROM dispatch t WHERE t.challenge_id = ?1 AND t.channel IN ('sms', 'call') \
    ORDER BY t.created_at DESC, t.id DESC LIMIT 1)";
const KEY_COUNTS: &str =
    "SELECT key_id, COUNT(*) AS n FROM dispatch WHERE body IS NOT NULL GROUP BY key_id ORDER BY key_id";
const TO_RESEAL: &str = "SELECT id, account_id, body FROM dispatch \
    WHERE key_id <> ?1 AND body IS NOT NULL ORDER BY id LIMIT ?2";
// One that has ended meanwhile is left as it is.
const RESEAL: &str = "UPDATE dispatch SET body = ?2, key_id = ?3 WHERE id = ?1 AND body = ?4";

pub(crate) const STATEMENTS: &[&str] = &[
    INSERT,
    BY_ID,
    NEWEST_OF_CHALLENGE,
    OF_CHALLENGE,
    OF_ACCOUNT,
    OF_ORGANISATION,
    RECENT_FAILURES,
    DROP_WAITING,
    MARK_ANSWERED,
    KEY_COUNTS,
    TO_RESEAL,
    RESEAL,
];

fn binding(id: DispatchId, account: Option<AccountId>) -> Binding {
    let account = account.map_or([0; 16], |account| *account.as_bytes());
    Binding { table: "dispatch", column: "body", row: *id.as_bytes(), account }
}

/// Puts something into the outbox, its body sealed under the active master key.
pub async fn insert(
    db: &mut Db,
    keys: &KeyRing,
    entropy: &dyn Entropy,
    new: &NewDispatch,
) -> Result<(), StoreError> {
    let values = [
        Value::from(new.id),
        Value::from(new.channel.as_str()),
        Value::from(&new.kind),
        Value::from(new.account_id),
        Value::from(new.organisation_id),
        Value::from(new.challenge_id),
        Value::from(new.phone_id),
        Value::from(new.prompt_id),
        Value::from(keys.seal(entropy, &new.body, &binding(new.id, new.account_id))),
        Value::from(keys.active().0),
        Value::from(new.destination.as_ref().map(|to| to.country.as_str())),
        Value::from(new.destination.as_ref().map(|to| to.prefix.as_str())),
        Value::from(new.caller),
        Value::from(new.price),
        Value::from(new.created_at),
        Value::from(new.send_at),
        Value::from(new.expires_at),
    ];
    db.execute(INSERT, &values).await.map(drop)
}

/// The dispatch with this identifier.
pub async fn by_id(db: &mut Db, id: DispatchId) -> Result<Option<DispatchRow>, StoreError> {
    db.query_opt(BY_ID, &[Value::from(id)]).await?.as_ref().map(DispatchRow::of).transpose()
}

/// The newest call or SMS of a challenge, whatever became of it.
pub async fn newest_of_challenge(
    db: &mut Db,
    challenge: ChallengeId,
) -> Result<Option<DispatchRow>, StoreError> {
    let row = db.query_opt(NEWEST_OF_CHALLENGE, &[Value::from(challenge)]).await?;
    row.as_ref().map(DispatchRow::of).transpose()
}

/// Everything that went or goes out for a challenge, the newest first, whatever became of it.
pub async fn of_challenge(db: &mut Db, challenge: ChallengeId) -> Result<Vec<DispatchRow>, StoreError> {
    db.query(OF_CHALLENGE, &[Value::from(challenge)]).await?.iter().map(DispatchRow::of).collect()
}

/// The last `most` of an account, the newest first: for its owner's data and for staff.
pub async fn of_account(db: &mut Db, account: AccountId, most: u32) -> Result<Vec<DispatchRow>, StoreError> {
    db.query(OF_ACCOUNT, &[Value::from(account), Value::from(most)])
        .await?
        .iter()
        .map(DispatchRow::of)
        .collect()
}

/// The last `most` calls and SMS of an organisation after `since`, the newest first.
pub async fn of_organisation(
    db: &mut Db,
    organisation: OrganisationId,
    since: Timestamp,
    most: u32,
) -> Result<Vec<DispatchRow>, StoreError> {
    let values = [Value::from(organisation), Value::from(since), Value::from(most)];
    db.query(OF_ORGANISATION, &values).await?.iter().map(DispatchRow::of).collect()
}

/// The last `most` that failed, expired or got lost at `since` or later, the newest first.
pub async fn recent_failures(
    db: &mut Db,
    since: Timestamp,
    most: u32,
) -> Result<Vec<DispatchRow>, StoreError> {
    let rows = db.query(RECENT_FAILURES, &[Value::from(since), Value::from(most)]).await?;
    rows.iter().map(DispatchRow::of).collect()
}

/// Takes back what waits for a challenge and nobody has begun to send, and returns how much: the challenge has ended, or a
/// newer code takes its place. A call or an SMS that was attempted may still arrive, and so may a Telegram message that is
/// being sent just now.
pub async fn drop_waiting_of_challenge(
    db: &mut Db,
    challenge: ChallengeId,
    now: Timestamp,
) -> Result<u64, StoreError> {
    db.execute(DROP_WAITING, &[Value::from(challenge), Value::from(now)]).await
}

/// Notes that the code of a challenge's newest call or SMS was answered rightly. `false`: there is none, or it was noted.
pub async fn mark_answered(db: &mut Db, challenge: ChallengeId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(MARK_ANSWERED, &[Value::from(challenge), Value::from(now)]).await? == 1)
}

/// How many bodies are sealed under each master key: one may only be taken away at zero. What has ended has no body.
pub async fn key_counts(db: &mut Db) -> Result<Vec<(KeyId, u64)>, StoreError> {
    let rows = db.query(KEY_COUNTS, &[]).await?;
    rows.iter().map(|row| Ok((KeyId(row.u32("key_id")?), row.count("n")?))).collect()
}

/// Seals at most `limit` bodies anew under the active master key, and returns how many; zero means that none was left. One
/// that does not open stops the batch with [`StoreError::Corrupt`].
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
        let (id, account, sealed) = (row.id("id")?, row.id_opt("account_id")?, row.blob("body")?);
        let binding = binding(id, account);
        let plain = keys.open(&sealed, &binding).map_err(|_| StoreError::Corrupt("dispatch.body"))?;
        let anew = keys.seal(entropy, &plain, &binding);
        let values = [Value::from(id), Value::from(anew), Value::from(active), Value::from(sealed)];
        resealed += db.execute(RESEAL, &values).await?;
    }
    Ok(resealed)
}
