//! Telegram as an account's second step: whether it is on, and when its questions were refused.

use countersign_core::id::AccountId;
use countersign_core::time::Timestamp;

use crate::db::{Db, Value};
use crate::error::StoreError;

const SET_TELEGRAM: &str = "UPDATE account SET telegram_at = ?2 WHERE id = ?1";
const NOTE_REFUSAL: &str = "UPDATE account SET telegram_refused_before = telegram_refused_at, \
    telegram_refused_at = ?2 WHERE id = ?1";
const FORGET_REFUSALS: &str = "UPDATE account SET telegram_refused_before = NULL, telegram_refused_at = NULL \
    WHERE id = ?1 AND telegram_refused_at IS NOT NULL";

pub(crate) const STATEMENTS: &[&str] = &[SET_TELEGRAM, NOTE_REFUSAL, FORGET_REFUSALS];

/// Lets the linked Telegram accounts be asked from `since` on, or no longer; they stay linked. `false`: there is no such
/// account.
pub async fn set_telegram(db: &mut Db, id: AccountId, since: Option<Timestamp>) -> Result<bool, StoreError> {
    Ok(db.execute(SET_TELEGRAM, &[Value::from(id), Value::from(since)]).await? == 1)
}

/// Notes that a question was refused in Telegram. The last two times are kept, on which
/// [`countersign_core::factor::telegram::held_until`] rests; [`crate::facts::TelegramFacts`] tells them. `false`: there is no
/// such account.
pub async fn note_telegram_refusal(db: &mut Db, id: AccountId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(NOTE_REFUSAL, &[Value::from(id), Value::from(now)]).await? == 1)
}

/// Forgets these times, as once another password is set. `false`: there were none.
pub async fn forget_telegram_refusals(db: &mut Db, id: AccountId) -> Result<bool, StoreError> {
    Ok(db.execute(FORGET_REFUSALS, &[Value::from(id)]).await? == 1)
}
