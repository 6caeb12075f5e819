//! How far each bot's updates were read. One replica reads at a time, under a lease ([`crate::lease`]); that two of them met
//! does no harm, as an update is acted on once.

use countersign_core::time::Timestamp;
use sha2::{Digest, Sha256};

use crate::db::{Db, Value};
use crate::error::StoreError;
use crate::nonce;

/// Where reading goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TelegramCursor {
    /// The number of the next update. Telegram counts afresh, from anywhere, after a week without updates.
    pub next_update: i64,
    /// When updates were last read.
    pub read_at: Timestamp,
}

const OF_BOT: &str = "SELECT next_update, read_at FROM telegram_cursor WHERE bot = ?1";
const BEGIN: &str = "INSERT INTO telegram_cursor (bot, next_update, read_at) VALUES (?1, ?2, ?3) \
    ON CONFLICT (bot) DO NOTHING";
const GO_ON: &str =
    "UPDATE telegram_cursor SET next_update = ?2, read_at = ?3 WHERE bot = ?1 AND next_update = ?4";

pub(crate) const STATEMENTS: &[&str] = &[OF_BOT, BEGIN, GO_ON];

/// Where reading goes on for a bot, by its number; `None`: none of its updates was ever read.
pub async fn of_bot(db: &mut Db, bot: &str) -> Result<Option<TelegramCursor>, StoreError> {
    let Some(row) = db.query_opt(OF_BOT, &[Value::from(bot)]).await? else { return Ok(None) };
    Ok(Some(TelegramCursor { next_update: row.int("next_update")?, read_at: row.time("read_at")? }))
}

/// Notes how far a bot's updates were read, by whoever found `before` there. It may go back, as Telegram's numbers may, and no
/// clock is asked. `false`: somebody else has read on meanwhile; nothing was written.
pub async fn set(
    db: &mut Db,
    bot: &str,
    before: Option<i64>,
    cursor: TelegramCursor,
) -> Result<bool, StoreError> {
    let values = vec![Value::from(bot), Value::from(cursor.next_update), Value::from(cursor.read_at)];
    let written = match before {
        None => db.execute(BEGIN, &values).await?,
        Some(before) => db.execute(GO_ON, &[values, vec![Value::from(before)]].concat()).await?,
    };
    Ok(written == 1)
}

/// Spends an update of a bot: of any number of callers, over all replicas and both ways of reading, exactly one gets `true`
/// and acts on it, in the same transaction. Kept until `expires_at`: Telegram holds an update back for a day at the most and
/// counts afresh after a week, so two days are right.
pub async fn spend_update(
    db: &mut Db,
    bot: &str,
    update: i64,
    expires_at: Timestamp,
) -> Result<bool, StoreError> {
    let hash = Sha256::new_with_prefix(format!("telegram update {bot} {update}")).finalize();
    nonce::spend(db, &hash.into(), expires_at).await
}
