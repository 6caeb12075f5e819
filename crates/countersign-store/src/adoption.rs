//! How many members have a second step, by method and day: a figure a day stays when the day is over.

use std::collections::BTreeMap;

use countersign_core::id::OrganisationId;
use countersign_core::method::Method;
use countersign_core::time::Timestamp;

use crate::db::{Db, Value};
use crate::error::StoreError;
use crate::member::{has_authenticator, has_phone, has_recovery_key, has_telegram, is_protected};

/// The word for all active accounts.
pub const ALL: &str = "all";
/// The word for active accounts without any daily method.
pub const NONE: &str = "none";

/// The figures of one day: how many active accounts, by word ([`ALL`], [`NONE`], or the name of a [`Method`]). One
/// account may have several methods.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdoptionDay {
    /// Days since 1970-01-01 (UTC).
    pub day: i64,
    /// The figures.
    pub accounts: BTreeMap<String, u64>,
}

impl AdoptionDay {
    /// The figure of a word; 0 where none was taken.
    pub fn of(&self, word: &str) -> u64 {
        self.accounts.get(word).copied().unwrap_or_default()
    }
}

macro_rules! take {
    ($word:literal, $which:expr) => {
        concat!(
            "INSERT INTO adoption_day (organisation_id, day, method, accounts) \
             SELECT o.id, CAST(?1 AS BIGINT), '",
            $word,
            "', COUNT(a.id) FROM organisation o LEFT JOIN account a ON a.organisation_id = o.id \
             AND a.state = 'active'",
            $which,
            " WHERE 1 = 1 GROUP BY o.id \
             ON CONFLICT (organisation_id, day, method) DO UPDATE SET accounts = excluded.accounts"
        )
    };
}

const TAKE_ALL: &str = take!("all", "");
const TAKE_NONE: &str = take!("none", concat!(" AND NOT ", is_protected!()));
const TAKE_AUTHENTICATOR: &str = take!("authenticator", concat!(" AND ", has_authenticator!()));
const TAKE_EMAIL: &str = take!("email", " AND a.email_codes_at IS NOT NULL");
const TAKE_RECOVERY_KEY: &str = take!("recovery-key", concat!(" AND ", has_recovery_key!()));
const TAKE_TELEGRAM: &str = take!("telegram", concat!(" AND ", has_telegram!()));
const TAKE_PHONE: &str = take!("phone", concat!(" AND ", has_phone!()));
const LIST: &str = "SELECT day, method, accounts FROM adoption_day \
    WHERE organisation_id = ?1 AND day >= ?2 ORDER BY day, method LIMIT 20000";
const IS_TAKEN: &str = "SELECT COUNT(*) AS n FROM adoption_day WHERE day = ?1";

const TAKE: [&str; 7] =
    [TAKE_ALL, TAKE_NONE, TAKE_AUTHENTICATOR, TAKE_EMAIL, TAKE_TELEGRAM, TAKE_PHONE, TAKE_RECOVERY_KEY];

pub(crate) const STATEMENTS: &[&str] =
    &[TAKE[0], TAKE[1], TAKE[2], TAKE[3], TAKE[4], TAKE[5], TAKE[6], LIST, IS_TAKEN];

/// The day of an instant: days since 1970-01-01 (UTC).
pub const fn day_of(at: Timestamp) -> i64 {
    at.as_secs().div_euclid(86_400)
}

/// The methods that are counted, as people read them.
pub const METHODS: &[Method] =
    &[Method::Authenticator, Method::Email, Method::Telegram, Method::Phone, Method::RecoveryKey];

/// Takes the figures of every organisation for a day; those taken before on the same day give way. Returns how many.
pub async fn take(db: &mut Db, day: i64) -> Result<u64, StoreError> {
    let counts = db.execute_all(&TAKE.map(|sql| (sql, vec![Value::from(day)]))).await?;
    Ok(counts.iter().sum())
}

/// Whether the figures of a day were taken before.
pub async fn is_taken(db: &mut Db, day: i64) -> Result<bool, StoreError> {
    let row = db.query_opt(IS_TAKEN, &[Value::from(day)]).await?.ok_or(StoreError::Corrupt("count"))?;
    Ok(row.count("n")? > 0)
}

/// An organisation's figures since a day, the oldest first. Days without any are left out.
pub async fn list(
    db: &mut Db,
    organisation: OrganisationId,
    since: i64,
) -> Result<Vec<AdoptionDay>, StoreError> {
    let rows = db.query(LIST, &[Value::from(organisation), Value::from(since)]).await?;
    let mut days: Vec<AdoptionDay> = Vec::new();
    for row in &rows {
        let (day, method, count) = (row.int("day")?, row.text("method")?, row.count("accounts")?);
        if days.last().is_none_or(|last| last.day != day) {
            days.push(AdoptionDay { day, accounts: BTreeMap::new() });
        }
        if let Some(last) = days.last_mut() {
            last.accounts.insert(method, count);
        }
    }
    Ok(days)
}
