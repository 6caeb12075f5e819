//! Challenges that are answered by Telegram or by phone: what the browser shows, who confirmed, what was begun.

use countersign_core::entropy::Entropy;
use countersign_core::factor::telegram::Shown;
use countersign_core::id::{AccountId, ChallengeId, PhoneNumberId, TelegramAccountId};
use countersign_core::keys::{Binding, KeyId, KeyRing};
use countersign_core::limits::CHALLENGE_TRIES;
use countersign_core::time::Timestamp;
use zeroize::Zeroizing;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// Whether the challenge `?1` takes an answer at `?2`; the most tries are `?3`.
macro_rules! live {
    () => {
        "id = ?1 AND spent_at IS NULL AND expires_at > ?2 AND tries < ?3"
    };
}

const SET_SHOWN: &str = concat!(
    "UPDATE challenge SET telegram_shown = ?4, telegram_key = ?5 WHERE ",
    live!(),
    " AND account_id = ?6"
);
const SHOWN: &str = "SELECT id, account_id, telegram_shown FROM challenge \
    WHERE id = ?1 AND telegram_shown IS NOT NULL";
const APPROVE: &str = concat!(
    "UPDATE challenge SET approved_at = ?2, approved_by = ?4 WHERE ",
    live!(),
    " AND approved_at IS NULL AND account_id = \
     (SELECT t.account_id FROM telegram_account t WHERE t.id = ?4 AND t.blocked_at IS NULL)"
);
const CHOOSE_PHONE: &str = concat!("UPDATE challenge SET phone_id = ?4 WHERE ", live!());
// Whoever decides that a call is due has seen how many were begun; of two who saw the same one begins it.
const COUNT_CALL: &str = concat!(
    "UPDATE challenge SET calls = calls + 1, phone_at = ?2 WHERE ",
    live!(),
    " AND calls = ?4 AND sms = ?5 AND calls < ?6 RETURNING calls AS begun"
);
const COUNT_SMS: &str = concat!(
    "UPDATE challenge SET sms = sms + 1, phone_at = ?2 WHERE ",
    live!(),
    " AND calls = ?4 AND sms = ?5 AND sms < ?6 RETURNING sms AS begun"
);
const KEY_COUNTS: &str = "SELECT telegram_key, COUNT(*) AS n FROM challenge WHERE telegram_key IS NOT NULL \
    GROUP BY telegram_key ORDER BY telegram_key";
const TO_RESEAL: &str = "SELECT id, account_id, telegram_shown FROM challenge \
    WHERE telegram_key IS NOT NULL AND telegram_key <> ?1 ORDER BY id LIMIT ?2";
// One that was given something else to show meanwhile is left as it is.
const RESEAL: &str =
    "UPDATE challenge SET telegram_shown = ?2, telegram_key = ?3 WHERE id = ?1 AND telegram_shown = ?4";

pub(crate) const STATEMENTS: &[&str] =
    &[SET_SHOWN, SHOWN, APPROVE, CHOOSE_PHONE, COUNT_CALL, COUNT_SMS, KEY_COUNTS, TO_RESEAL, RESEAL];

const fn binding(id: ChallengeId, account: AccountId) -> Binding {
    Binding {
        table: "challenge",
        column: "telegram_shown",
        row: *id.as_bytes(),
        account: *account.as_bytes(),
    }
}

fn open(keys: &KeyRing, row: &Row) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    keys.open(&row.blob("telegram_shown")?, &binding(row.id("id")?, row.id("account_id")?))
        .map_err(|_| StoreError::Corrupt("challenge.telegram_shown"))
}

/// Sets what the browser shows while Telegram asks, in the place of what it showed before, sealed to the challenge. `false`:
/// the challenge is dead, or another account's.
pub async fn set_shown(
    db: &mut Db,
    keys: &KeyRing,
    entropy: &dyn Entropy,
    challenge: (ChallengeId, AccountId),
    shown: &Shown,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (id, account) = challenge;
    let values = [
        Value::from(id),
        Value::from(now),
        Value::from(CHALLENGE_TRIES),
        Value::from(keys.seal(entropy, shown.reveal().as_bytes(), &binding(id, account))),
        Value::from(keys.active().0),
        Value::from(account),
    ];
    Ok(db.execute(SET_SHOWN, &values).await? == 1)
}

/// What the browser shows while Telegram asks; `None`: nothing was asked yet.
pub async fn shown(db: &mut Db, keys: &KeyRing, id: ChallengeId) -> Result<Option<Shown>, StoreError> {
    let Some(row) = db.query_opt(SHOWN, &[Value::from(id)]).await? else { return Ok(None) };
    let bytes = open(keys, &row)?;
    let shown = std::str::from_utf8(&bytes).ok().and_then(Shown::parse);
    shown.map(Some).ok_or(StoreError::Corrupt("challenge.telegram_shown"))
}

/// Marks a challenge as confirmed in Telegram; the browser that holds it spends it. Of any number of callers exactly one
/// gets `true`. `false`: it was confirmed before, is spent, over or had its last try, or the Telegram account is not (any
/// more) linked to its account.
pub async fn approve(
    db: &mut Db,
    id: ChallengeId,
    by: TelegramAccountId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values = [Value::from(id), Value::from(now), Value::from(CHALLENGE_TRIES), Value::from(by)];
    Ok(db.execute(APPROVE, &values).await? == 1)
}

/// Notes the phone number that was chosen. `false`: the challenge is dead.
pub async fn choose_phone(
    db: &mut Db,
    id: ChallengeId,
    phone: PhoneNumberId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values = [Value::from(id), Value::from(now), Value::from(CHALLENGE_TRIES), Value::from(phone)];
    Ok(db.execute(CHOOSE_PHONE, &values).await? == 1)
}

/// Counts a call that is begun for a challenge and returns how many there are now. `seen` are the calls and the SMS that
/// there were when the call was decided on. `None`: the challenge is dead, has had `most` calls, or somebody else has begun
/// a call or an SMS since; nothing is to be begun.
pub async fn count_call(
    db: &mut Db,
    id: ChallengeId,
    seen: (u32, u32),
    most: u32,
    now: Timestamp,
) -> Result<Option<u32>, StoreError> {
    count(db, COUNT_CALL, id, seen, most, now).await
}

/// As [`count_call`], of an SMS.
pub async fn count_sms(
    db: &mut Db,
    id: ChallengeId,
    seen: (u32, u32),
    most: u32,
    now: Timestamp,
) -> Result<Option<u32>, StoreError> {
    count(db, COUNT_SMS, id, seen, most, now).await
}

async fn count(
    db: &mut Db,
    sql: &'static str,
    id: ChallengeId,
    seen: (u32, u32),
    most: u32,
    now: Timestamp,
) -> Result<Option<u32>, StoreError> {
    let values = [
        Value::from(id),
        Value::from(now),
        Value::from(CHALLENGE_TRIES),
        Value::from(seen.0),
        Value::from(seen.1),
        Value::from(most),
    ];
    db.query_opt(sql, &values).await?.map(|row| row.u32("begun")).transpose()
}

/// How many challenges have something to show that is sealed under each master key.
pub async fn key_counts(db: &mut Db) -> Result<Vec<(KeyId, u64)>, StoreError> {
    let rows = db.query(KEY_COUNTS, &[]).await?;
    rows.iter().map(|row| Ok((KeyId(row.u32("telegram_key")?), row.count("n")?))).collect()
}

/// Seals what at most `limit` challenges show anew under the active master key, and returns how many; zero means that none
/// was left. One that does not open stops the batch with [`StoreError::Corrupt`].
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
        let before = Value::from(row.blob("telegram_shown")?);
        let values = [Value::from(id), Value::from(sealed), Value::from(active), before];
        resealed += db.execute(RESEAL, &values).await?;
    }
    Ok(resealed)
}
