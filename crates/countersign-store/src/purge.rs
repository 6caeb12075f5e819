//! Clearing away what has expired. Nothing here decides anything: whatever is cleared away was dead already.

use std::time::Duration;

use countersign_core::time::Timestamp;

use crate::db::{Db, Value};
use crate::error::StoreError;

/// How long a challenge, a link and an API token stay after their end, so that whoever comes late is told what happened.
pub const KEEP_AFTER_END: Duration = Duration::from_hours(24);

/// How long a letter stays after it was sent or given up, for whoever asks what became of it. Its body is gone by then.
pub const KEEP_LETTERS: Duration = Duration::from_hours(7 * 24);

/// How long a dispatch stays after it has ended, for whoever asks what became of it and for the figures. Its body is gone by then.
pub const KEEP_DISPATCHES: Duration = Duration::from_hours(30 * 24);

/// How long it stays told that a prefix was stopped.
pub const KEEP_BREAKERS: Duration = Duration::from_hours(30 * 24);

/// How long a closed request to the support desk stays, with its notes. Open ones stay until somebody closes them.
pub const KEEP_REQUESTS: Duration = Duration::from_hours(180 * 24);

/// How many rows were cleared away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Purged {
    /// Challenges, [`KEEP_AFTER_END`] after their end.
    pub challenges: u64,
    /// Sessions past their absolute end.
    pub sessions: u64,
    /// Counters whose last failure no longer matters.
    pub counters: u64,
    /// Links, [`KEEP_AFTER_END`] after their end.
    pub links: u64,
    /// Nonces that would be refused as too old.
    pub nonces: u64,
    /// Set-ups of authenticators that were not finished in time.
    pub pending: u64,
    /// Recognised browsers past their time.
    pub browsers: u64,
    /// API tokens, [`KEEP_AFTER_END`] after their end, by hand or by their time.
    pub api_tokens: u64,
    /// Letters, [`KEEP_LETTERS`] after they were sent or given up.
    pub letters: u64,
    /// Delivered codes, [`KEEP_AFTER_END`] after their end.
    pub delivered_codes: u64,
    /// Requests to the support desk, [`KEEP_REQUESTS`] after they were closed.
    pub requests: u64,
    /// Visits to identity providers, [`KEEP_AFTER_END`] after their end.
    pub sso_attempts: u64,
    /// Linkings of Telegram accounts, [`KEEP_AFTER_END`] after their end.
    pub telegram_links: u64,
    /// Telegram prompts, [`KEEP_AFTER_END`] after their end.
    pub telegram_prompts: u64,
    /// Phone numbers that were not proved in time.
    pub phone_numbers: u64,
    /// Dispatches, [`KEEP_DISPATCHES`] after they have ended.
    pub dispatches: u64,
    /// Breakers, [`KEEP_BREAKERS`] after they opened.
    pub breakers: u64,
}

impl Purged {
    /// From the counts in the order of [`STATEMENTS`]; `None`: there are more or fewer.
    fn of(counts: &[u64]) -> Option<Self> {
        let [
            challenges,
            sessions,
            counters,
            links,
            nonces,
            pending,
            browsers,
            api_tokens,
            letters,
            delivered_codes,
            requests,
            sso_attempts,
            telegram_links,
            telegram_prompts,
            phone_numbers,
            dispatches,
            breakers,
        ] = *counts
        else {
            return None;
        };
        Some(Self {
            challenges,
            sessions,
            counters,
            links,
            nonces,
            pending,
            browsers,
            api_tokens,
            letters,
            delivered_codes,
            requests,
            sso_attempts,
            telegram_links,
            telegram_prompts,
            phone_numbers,
            dispatches,
            breakers,
        })
    }

    /// All of them together; zero means that nothing was left to clear.
    pub const fn total(&self) -> u64 {
        self.challenges
            + self.sessions
            + self.counters
            + self.links
            + self.nonces
            + self.pending
            + self.browsers
            + self.api_tokens
            + self.letters
            + self.delivered_codes
            + self.requests
            + self.sso_attempts
            + self.telegram_links
            + self.telegram_prompts
            + self.phone_numbers
            + self.dispatches
            + self.breakers
    }
}

macro_rules! purge {
    ($table:literal, $key:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE expires_at <= ?1 AND ",
            $key,
            " IN (SELECT t.",
            $key,
            " FROM ",
            $table,
            " t WHERE t.expires_at <= ?1 ORDER BY t.expires_at LIMIT ?2)"
        )
    };
}

// `expires_at` stands in the outer condition too: PostgreSQL asks that one again about a row that changed meanwhile,
// such as a counter that was just charged.
const CHALLENGES: &str = purge!("challenge", "id");
const SESSIONS: &str = purge!("session", "id");
const COUNTERS: &str = purge!("counter", "key");
const LINKS: &str = purge!("link", "id");
const NONCES: &str = purge!("spent_nonce", "hash");
// A confirmed device has no `expires_at`.
const PENDING: &str = purge!("authenticator", "id");
const BROWSERS: &str = purge!("recognised_browser", "id");
const SSO_ATTEMPTS: &str = purge!("sso_attempt", "id");
const TELEGRAM_LINKS: &str = purge!("telegram_link", "id");
const TELEGRAM_PROMPTS: &str = purge!("telegram_prompt", "id");
// A proved number has no `expires_at`.
const PHONE_NUMBERS: &str = purge!("phone_number", "id");
const API_TOKENS: &str = "DELETE FROM api_token WHERE (expires_at <= ?1 OR ended_at <= ?1) AND id IN \
    (SELECT t.id FROM api_token t WHERE t.expires_at <= ?1 OR t.ended_at <= ?1 LIMIT ?2)";
const LETTERS: &str = "DELETE FROM letter WHERE ended_at <= ?1 AND id IN \
    (SELECT t.id FROM letter t WHERE t.ended_at <= ?1 ORDER BY t.ended_at LIMIT ?2)";
const DISPATCHES: &str = "DELETE FROM dispatch WHERE ended_at <= ?1 AND id IN \
    (SELECT t.id FROM dispatch t WHERE t.ended_at <= ?1 ORDER BY t.ended_at LIMIT ?2)";
// One that opened again meanwhile stays.
const BREAKERS: &str = "DELETE FROM breaker WHERE opened_at <= ?1 AND prefix IN \
    (SELECT t.prefix FROM breaker t WHERE t.opened_at <= ?1 ORDER BY t.opened_at LIMIT ?2)";
const DELIVERED_CODES: &str = "DELETE FROM delivered_code WHERE expires_at <= ?1 AND (account_id, method) IN \
    (SELECT t.account_id, t.method FROM delivered_code t WHERE t.expires_at <= ?1 ORDER BY t.expires_at LIMIT ?2)";
// One that was reopened meanwhile stays.
const REQUESTS: &str = "DELETE FROM support_request WHERE closed_at <= ?1 AND id IN \
    (SELECT t.id FROM support_request t WHERE t.closed_at <= ?1 ORDER BY t.closed_at LIMIT ?2)";

pub(crate) const STATEMENTS: &[&str] = &[
    CHALLENGES,
    SESSIONS,
    COUNTERS,
    LINKS,
    NONCES,
    PENDING,
    BROWSERS,
    API_TOKENS,
    LETTERS,
    DELIVERED_CODES,
    REQUESTS,
    SSO_ATTEMPTS,
    TELEGRAM_LINKS,
    TELEGRAM_PROMPTS,
    PHONE_NUMBERS,
    DISPATCHES,
    BREAKERS,
];

/// Clears away at most `limit` expired rows of each kind. A caller repeats it, each time in a transaction of its own,
/// until [`Purged::total`] is zero.
pub async fn expired(db: &mut Db, now: Timestamp, limit: u32) -> Result<Purged, StoreError> {
    let ended = now.minus(KEEP_AFTER_END);
    let statements = [
        (CHALLENGES, ended),
        (SESSIONS, now),
        (COUNTERS, now),
        (LINKS, ended),
        (NONCES, now),
        (PENDING, now),
        (BROWSERS, now),
        (API_TOKENS, ended),
        (LETTERS, now.minus(KEEP_LETTERS)),
        (DELIVERED_CODES, ended),
        (REQUESTS, now.minus(KEEP_REQUESTS)),
        (SSO_ATTEMPTS, ended),
        (TELEGRAM_LINKS, ended),
        (TELEGRAM_PROMPTS, ended),
        (PHONE_NUMBERS, now),
        (DISPATCHES, now.minus(KEEP_DISPATCHES)),
        (BREAKERS, now.minus(KEEP_BREAKERS)),
    ];
    let statements = statements.map(|(sql, end)| (sql, vec![Value::from(end), Value::from(limit)]));
    let counts = db.execute_all(&statements).await?;
    Purged::of(&counts).ok_or(StoreError::Corrupt("an answer for each statement"))
}
