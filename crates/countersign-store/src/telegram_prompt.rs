//! Questions to linked Telegram accounts (MSG-2, MSG-3). Each is answered once; what is kept of its handle is a hash.

use countersign_core::factor::telegram::{State, TelegramId};
use countersign_core::id::{AccountId, ChallengeId, TelegramAccountId, TelegramPromptId};
use countersign_core::keys::KeyRing;
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;
use crate::lookup::Lookup;

/// One question in one chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TelegramPromptRow {
    /// Its identifier.
    pub id: TelegramPromptId,
    /// The challenge that it is about.
    pub challenge_id: ChallengeId,
    /// Whose challenge that is.
    pub account_id: AccountId,
    /// The Telegram account that is asked. It may have been unlinked since.
    pub telegram_account_id: TelegramAccountId,
    /// The numbers that its buttons offer; none where there are no such buttons.
    pub offered: Vec<u8>,
    /// The message in the chat, once it was sent.
    pub message_id: Option<i64>,
    /// How far it is.
    pub state: State,
    /// When it was asked.
    pub created_at: Timestamp,
    /// When it can no longer be confirmed.
    pub expires_at: Timestamp,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
}

impl TelegramPromptRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("prompt_id")?,
            challenge_id: row.id("challenge_id")?,
            account_id: row.id("account_id")?,
            telegram_account_id: row.id("telegram_account_id")?,
            offered: row.blob("offered")?,
            message_id: row.int_opt("message_id")?,
            state: State::parse(&row.text("state")?).ok_or(StoreError::Corrupt("telegram_prompt.state"))?,
            created_at: row.time("created_at")?,
            expires_at: row.time("expires_at")?,
            answered_at: row.time_opt("answered_at")?,
        })
    }
}

macro_rules! columns {
    ($table:literal) => {
        concat!(
            $table,
            "id AS prompt_id, ",
            $table,
            "challenge_id, ",
            $table,
            "account_id, ",
            $table,
            "telegram_account_id, ",
            $table,
            "offered, ",
            $table,
            "message_id, ",
            $table,
            "state, ",
            $table,
            "created_at, ",
            $table,
            "expires_at, ",
            $table,
            "answered_at"
        )
    };
}

const CREATE: &str = "INSERT INTO telegram_prompt (id, challenge_id, account_id, telegram_account_id, handle_hash, offered, \
    message_id, state, created_at, expires_at, answered_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
const BY_HANDLE_HASH: &str = concat!("SELECT ", columns!(""), " FROM telegram_prompt WHERE handle_hash = ?1");
const BY_ID: &str = concat!("SELECT ", columns!(""), " FROM telegram_prompt WHERE id = ?1");
const OF_CHALLENGE: &str = concat!(
    "SELECT ",
    columns!(""),
    " FROM telegram_prompt WHERE challenge_id = ?1 ORDER BY created_at, id LIMIT 100"
);
const WAITING_OF: &str = concat!(
    "SELECT ",
    columns!("p."),
    " FROM telegram_prompt p JOIN telegram_account t ON t.id = p.telegram_account_id AND t.account_id = p.account_id \
     WHERE p.state = 'waiting' AND p.expires_at > ?1 AND t.lookup IN (?2, ?3, ?4, ?5) \
     ORDER BY p.created_at DESC, p.id DESC LIMIT 100"
);
const SET_MESSAGE: &str =
    concat!("UPDATE telegram_prompt SET message_id = ?2 WHERE id = ?1 RETURNING ", columns!(""));
const CONFIRM: &str = "UPDATE telegram_prompt SET state = 'confirmed', answered_at = ?2 \
    WHERE id = ?1 AND state = 'waiting' AND expires_at > ?2";
const REFUSE: &str = "UPDATE telegram_prompt SET state = 'refused', answered_at = ?2 \
    WHERE id = ?1 AND state IN ('waiting', 'ended')";
const END_ALL: &str = concat!(
    "UPDATE telegram_prompt SET state = 'ended' WHERE challenge_id = ?1 AND state = 'waiting' RETURNING ",
    columns!("")
);
const END_ALL_OF_CHAT: &str = concat!(
    "UPDATE telegram_prompt SET state = 'ended' WHERE telegram_account_id = ?1 AND state = 'waiting' RETURNING ",
    columns!("")
);

pub(crate) const STATEMENTS: &[&str] = &[
    CREATE,
    BY_HANDLE_HASH,
    BY_ID,
    OF_CHALLENGE,
    WAITING_OF,
    SET_MESSAGE,
    CONFIRM,
    REFUSE,
    END_ALL,
    END_ALL_OF_CHAT,
];

/// Writes a prompt, to be found by the hash of its handle.
pub async fn create(
    db: &mut Db,
    handle_hash: &[u8; 32],
    prompt: &TelegramPromptRow,
) -> Result<(), StoreError> {
    let values = [
        Value::from(prompt.id),
        Value::from(prompt.challenge_id),
        Value::from(prompt.account_id),
        Value::from(prompt.telegram_account_id),
        Value::from(handle_hash),
        Value::from(&prompt.offered),
        Value::from(prompt.message_id),
        Value::from(prompt.state.as_str()),
        Value::from(prompt.created_at),
        Value::from(prompt.expires_at),
        Value::from(prompt.answered_at),
    ];
    db.execute(CREATE, &values).await.map(drop)
}

/// The prompt whose buttons have this handle, however far it is.
pub async fn by_handle_hash(
    db: &mut Db,
    handle_hash: &[u8; 32],
) -> Result<Option<TelegramPromptRow>, StoreError> {
    let row = db.query_opt(BY_HANDLE_HASH, &[Value::from(handle_hash)]).await?;
    row.as_ref().map(TelegramPromptRow::of).transpose()
}

/// The prompt with this identifier.
pub async fn by_id(db: &mut Db, id: TelegramPromptId) -> Result<Option<TelegramPromptRow>, StoreError> {
    db.query_opt(BY_ID, &[Value::from(id)]).await?.as_ref().map(TelegramPromptRow::of).transpose()
}

/// The prompts of a challenge, the oldest first, however far they are.
pub async fn of_challenge(db: &mut Db, challenge: ChallengeId) -> Result<Vec<TelegramPromptRow>, StoreError> {
    db.query(OF_CHALLENGE, &[Value::from(challenge)]).await?.iter().map(TelegramPromptRow::of).collect()
}

/// What a Telegram account is asked at `now`, over all accounts that it is still linked to, the newest first: digits that it
/// types belong to one of these.
pub async fn waiting_of(
    db: &mut Db,
    keys: &KeyRing,
    person: TelegramId,
    now: Timestamp,
) -> Result<Vec<TelegramPromptRow>, StoreError> {
    let mut found = Vec::new();
    for [one, two, three, four] in Lookup::telegram(keys, person).chunks() {
        for row in &db.query(WAITING_OF, &[Value::from(now), one, two, three, four]).await? {
            found.push(TelegramPromptRow::of(row)?);
        }
    }
    found.sort_by_key(|prompt| std::cmp::Reverse((prompt.created_at, prompt.id)));
    Ok(found)
}

/// Notes the message by which a prompt was asked and returns the prompt: one that was ended while it was sent has to be
/// disarmed at once. `None`: there is no such prompt.
pub async fn set_message(
    db: &mut Db,
    id: TelegramPromptId,
    message: i64,
) -> Result<Option<TelegramPromptRow>, StoreError> {
    let row = db.query_opt(SET_MESSAGE, &[Value::from(id), Value::from(message)]).await?;
    row.as_ref().map(TelegramPromptRow::of).transpose()
}

/// Confirms a prompt: of any number of callers exactly one gets `true` (ALL-1). `false`: it was answered or ended before, or
/// its time is over.
pub async fn confirm(db: &mut Db, id: TelegramPromptId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(CONFIRM, &[Value::from(id), Value::from(now)]).await? == 1)
}

/// Refuses a prompt, also one whose time is over or that was ended unanswered: of any number of callers exactly one gets
/// `true`. `false`: it was answered before.
pub async fn refuse(db: &mut Db, id: TelegramPromptId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(REFUSE, &[Value::from(id), Value::from(now)]).await? == 1)
}

/// Ends the prompts of a challenge that nobody has answered and returns them: those that have a message are to be disarmed.
/// Each is returned once, over all callers. One that is being sent just now has none yet; [`set_message`] tells of it.
pub async fn end_all_of_challenge(
    db: &mut Db,
    challenge: ChallengeId,
) -> Result<Vec<TelegramPromptRow>, StoreError> {
    db.query(END_ALL, &[Value::from(challenge)]).await?.iter().map(TelegramPromptRow::of).collect()
}

/// As [`end_all_of_challenge`], of one Telegram account: it is being unlinked.
pub async fn end_all_of_telegram_account(
    db: &mut Db,
    id: TelegramAccountId,
) -> Result<Vec<TelegramPromptRow>, StoreError> {
    db.query(END_ALL_OF_CHAT, &[Value::from(id)]).await?.iter().map(TelegramPromptRow::of).collect()
}
