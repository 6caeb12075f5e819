//! What a gateway's answer means.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use serde_json::Value;

use super::HttpSmsSettings;
use crate::sms::{Attempt, SmsOutcome, canonical};
use crate::smtp::reason::of_io;

/// What became of a message that was answered with this. A status that is neither the operator's success nor a plain no
/// leaves it open: the gateway had the message.
pub(super) fn read(
    settings: &HttpSmsSettings,
    status: u16,
    retry_after: Option<Duration>,
    body: &[u8],
) -> Attempt {
    if settings.success.statuses.contains(&status) {
        return taken(settings, status, body);
    }
    let code = u32::from(status);
    let refused =
        |is_the_routes| Attempt { outcome: SmsOutcome::Refused { code, permanent: true }, is_the_routes };
    match status {
        429 => Attempt::of(SmsOutcome::Throttled { retry_after }),
        // Without a word on when to come again it may have broken down with the message in its hands.
        503 if retry_after.is_some() => Attempt::of(SmsOutcome::Throttled { retry_after }),
        // It looked at the message, and did not like it (RFC 9110 section 15.5).
        400 | 409 | 413 | 422 => refused(false),
        // The request broke off on its way, or the gateway thinks so.
        408 => Attempt::of(SmsOutcome::Unknown),
        // Elsewhere, not by this account, not at this address: the message was not looked at.
        300..=499 => refused(true),
        _ => Attempt::of(SmsOutcome::Unknown),
    }
}

fn taken(settings: &HttpSmsSettings, status: u16, body: &[u8]) -> Attempt {
    let json = serde_json::from_slice::<Value>(body).ok();
    if let Some((pointer, expected)) = &settings.success.equals {
        let Some(json) = &json else { return Attempt::of(SmsOutcome::Unknown) };
        let told = json.pointer(pointer).and_then(plain);
        if told.as_ref() != Some(expected) {
            // What the operator has no name for may say that it was taken all the same.
            if !told.is_some_and(|told| settings.success.refused.contains(&told)) {
                return Attempt::of(SmsOutcome::Unknown);
            }
            let outcome = SmsOutcome::Refused { code: u32::from(status), permanent: false };
            return Attempt { outcome, is_the_routes: true };
        }
    }
    let told = settings.message_id.as_ref().and_then(|pointer| plain(json.as_ref()?.pointer(pointer)?));
    Attempt::of(SmsOutcome::Accepted { message_id: told.as_deref().and_then(canonical) })
}

/// A text, number or truth value as text.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Why there is no answer, in words without address, number or text.
pub(super) fn trouble(error: &reqwest::Error, limit: Duration) -> String {
    if error.is_timeout() {
        return format!("no answer within {} ms", limit.as_millis());
    }
    let mut cause = error.source();
    let mut found = None;
    while let Some(inner) = cause {
        found = inner.downcast_ref::<io::Error>().or(found);
        cause = inner.source();
    }
    found.map_or_else(|| "closed the connection without an answer".to_owned(), of_io)
}
