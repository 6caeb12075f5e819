//! Codes that were delivered to their owner: of each method only the last one counts. What is stored is a MAC.

use countersign_core::email::EmailAddress;
use countersign_core::id::{AccountId, ChallengeId, PhoneNumberId};
use countersign_core::method::Method;
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// Bytes of a MAC.
const MAC: usize = 32;

/// How a code went, and to where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SentTo {
    /// By e-mail to this address.
    Mail(EmailAddress),
    /// By a call to this number of the account.
    Call(PhoneNumberId),
    /// By SMS to this number of the account.
    Sms(PhoneNumberId),
}

impl SentTo {
    /// The word in the database.
    const fn channel(&self) -> &'static str {
        match self {
            Self::Mail(_) => "mail",
            Self::Call(_) => "call",
            Self::Sms(_) => "sms",
        }
    }

    fn recipient(&self) -> String {
        match self {
            Self::Mail(email) => email.as_str().to_owned(),
            Self::Call(phone) | Self::Sms(phone) => phone.to_string(),
        }
    }

    fn read(channel: &str, recipient: &str) -> Option<Self> {
        match channel {
            "mail" => EmailAddress::parse(recipient).ok().map(Self::Mail),
            "call" => recipient.parse().ok().map(Self::Call),
            "sms" => recipient.parse().ok().map(Self::Sms),
            _ => None,
        }
    }
}

/// The last code of one method that was delivered for an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveredCode {
    /// Whose it is.
    pub account_id: AccountId,
    /// By which method it was delivered.
    pub method: Method,
    /// The challenge that it answers, and no other.
    pub challenge_id: ChallengeId,
    /// How it went, and to where.
    pub sent_to: SentTo,
    /// The MAC of the code.
    pub mac: [u8; MAC],
    /// The MACs of the codes of the same challenge before it, oldest first.
    pub earlier: Vec<[u8; MAC]>,
    /// When it was sent.
    pub sent_at: Timestamp,
    /// From when on it no longer counts.
    pub expires_at: Timestamp,
    /// When it was used.
    pub spent_at: Option<Timestamp>,
    /// When it was first answered wrongly, as far as that is noted: it ends the code of a call.
    pub missed_at: Option<Timestamp>,
}

impl DeliveredCode {
    fn of(row: &Row) -> Result<Self, StoreError> {
        let earlier = row.blob("earlier")?;
        let (earlier, rest) = earlier.as_chunks::<MAC>();
        if !rest.is_empty() {
            return Err(StoreError::Corrupt("delivered_code.earlier"));
        }
        Ok(Self {
            account_id: row.id("account_id")?,
            method: Method::parse(&row.text("method")?)
                .ok_or(StoreError::Corrupt("delivered_code.method"))?,
            challenge_id: row.id("challenge_id")?,
            sent_to: SentTo::read(&row.text("channel")?, &row.text("recipient")?)
                .ok_or(StoreError::Corrupt("delivered_code.recipient"))?,
            mac: row.bytes("mac")?,
            earlier: earlier.to_vec(),
            sent_at: row.time("sent_at")?,
            expires_at: row.time("expires_at")?,
            spent_at: row.time_opt("spent_at")?,
            missed_at: row.time_opt("missed_at")?,
        })
    }
}

const PUT: &str = "INSERT INTO delivered_code (account_id, method, challenge_id, channel, recipient, mac, earlier, \
    sent_at, expires_at, spent_at, missed_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) \
    ON CONFLICT (account_id, method) DO UPDATE SET challenge_id = excluded.challenge_id, channel = excluded.channel, \
    recipient = excluded.recipient, mac = excluded.mac, earlier = excluded.earlier, sent_at = excluded.sent_at, \
    expires_at = excluded.expires_at, spent_at = excluded.spent_at, missed_at = excluded.missed_at";
const OF_ACCOUNT: &str = "SELECT account_id, method, challenge_id, channel, recipient, mac, earlier, sent_at, \
    expires_at, spent_at, missed_at FROM delivered_code WHERE account_id = ?1 AND method = ?2";
const SPEND: &str = "UPDATE delivered_code SET spent_at = ?5 WHERE account_id = ?1 AND method = ?2 \
    AND challenge_id = ?3 AND mac = ?4 AND spent_at IS NULL AND expires_at > ?5 \
    AND (channel <> 'call' OR missed_at IS NULL)";
const MISS: &str = "UPDATE delivered_code SET missed_at = ?5 WHERE account_id = ?1 AND method = ?2 \
    AND challenge_id = ?3 AND mac = ?4 AND spent_at IS NULL AND missed_at IS NULL";
const DELETE_FOR_ACCOUNT: &str = "DELETE FROM delivered_code WHERE account_id = ?1";

pub(crate) const STATEMENTS: &[&str] = &[PUT, OF_ACCOUNT, SPEND, MISS, DELETE_FOR_ACCOUNT];

/// Writes a code in the place of the one that was delivered before by the same method.
pub async fn put(db: &mut Db, code: &DeliveredCode) -> Result<(), StoreError> {
    let values = [
        Value::from(code.account_id),
        Value::from(code.method.as_str()),
        Value::from(code.challenge_id),
        Value::from(code.sent_to.channel()),
        Value::from(code.sent_to.recipient()),
        Value::from(code.mac),
        Value::from(code.earlier.concat()),
        Value::from(code.sent_at),
        Value::from(code.expires_at),
        Value::from(code.spent_at),
        Value::from(code.missed_at),
    ];
    db.execute(PUT, &values).await.map(drop)
}

/// The last code that was delivered for an account by this method, whether or not it still counts.
pub async fn of_account(
    db: &mut Db,
    account: AccountId,
    method: Method,
) -> Result<Option<DeliveredCode>, StoreError> {
    let row = db.query_opt(OF_ACCOUNT, &[Value::from(account), Value::from(method.as_str())]).await?;
    row.as_ref().map(DeliveredCode::of).transpose()
}

/// Spends a code: of any number of callers exactly one gets `true` (ALL-1). `false`: it was used, is over, belongs to
/// another challenge, another code took its place, or it is the code of a call and was answered wrongly.
pub async fn spend(
    db: &mut Db,
    account: AccountId,
    method: Method,
    challenge: ChallengeId,
    mac: &[u8; 32],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values = [
        Value::from(account),
        Value::from(method.as_str()),
        Value::from(challenge),
        Value::from(mac),
        Value::from(now),
    ];
    Ok(db.execute(SPEND, &values).await? == 1)
}

/// Notes a wrong answer to a code; from then on the code of a call cannot be spent. `false`: it was used, was answered wrongly
/// before, or another code took its place.
pub async fn miss(
    db: &mut Db,
    account: AccountId,
    method: Method,
    challenge: ChallengeId,
    mac: &[u8; 32],
    now: Timestamp,
) -> Result<bool, StoreError> {
    let values = [
        Value::from(account),
        Value::from(method.as_str()),
        Value::from(challenge),
        Value::from(mac),
        Value::from(now),
    ];
    Ok(db.execute(MISS, &values).await? == 1)
}

/// Forgets all delivered codes of an account, and returns how many there were.
pub async fn delete_for_account(db: &mut Db, account: AccountId) -> Result<u64, StoreError> {
    db.execute(DELETE_FOR_ACCOUNT, &[Value::from(account)]).await
}
