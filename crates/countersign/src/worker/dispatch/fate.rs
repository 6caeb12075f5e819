//! What the couriers say, as the outbox keeps it.

use std::time::Duration;

use countersign_core::entropy::Entropy;
use countersign_core::factor::phone::CallOutcome;
use countersign_core::time::Timestamp;
use countersign_courier::sip;
use countersign_courier::sms::{SmsOutcome, Unfit};
use countersign_courier::telegram::TelegramError;
use countersign_store::dispatch::{DispatchRow, DispatchState};

use crate::flow::dispatch::Ending;

/// How long after its first failure something is tried again; each further one doubles it.
const FIRST_GAP: Duration = Duration::from_secs(1);
/// The longest of these gaps, before chance stretches it: who waits for a question waits three minutes.
const LONGEST_GAP: Duration = Duration::from_secs(15);

/// An end without more to tell.
pub(super) fn ended(state: DispatchState, outcome: &'static str) -> Ending {
    Ending::Ended { state, outcome, route: None, remote_id: None, message: None }
}

/// It is tried again, after a gap that grows.
pub(super) fn later(
    row: &DispatchRow,
    now: Timestamp,
    entropy: &dyn Entropy,
    outcome: &'static str,
) -> Ending {
    let mut dice = [0; 2];
    entropy.fill(&mut dice);
    let gap = FIRST_GAP.saturating_mul(1 << row.attempts.min(16)).min(LONGEST_GAP);
    let gap = gap.mul_f64(0.8 + 0.4 * f64::from(u16::from_be_bytes(dice)) / f64::from(u16::MAX));
    Ending::Later { at: now.plus(gap).min(row.expires_at), outcome }
}

/// What became of a message in a chat.
pub(super) fn of_chat(
    sent: Result<Option<i64>, TelegramError>,
    chat: i64,
    row: &DispatchRow,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Ending {
    use DispatchState::{Failed, Sent};
    match sent {
        Ok(message) => Ending::Ended { state: Sent, outcome: "sent", route: None, remote_id: None, message },
        Err(TelegramError::NotModified) => ended(Sent, "same"),
        Err(TelegramError::BlockedByPerson | TelegramError::ChatNotFound) => Ending::Blocked { chat },
        Err(TelegramError::TooOld) => ended(Failed, "too-old"),
        Err(TelegramError::Rejected { .. }) => ended(Failed, "rejected"),
        Err(TelegramError::TooManyRequests { retry_after }) => {
            Ending::Later { at: now.plus(retry_after).min(row.expires_at), outcome: "throttled" }
        }
        Err(TelegramError::Unauthorised) => later(row, now, entropy, "unauthorised"),
        Err(TelegramError::Conflict | TelegramError::Unreachable | TelegramError::Odd) => {
            later(row, now, entropy, "unreachable")
        }
    }
}

/// What became of a call. It is never made again.
pub(super) fn of_call(result: sip::CallResult) -> Ending {
    use DispatchState::{Delivered, Failed, Unknown};
    let (state, outcome) = match result.outcome {
        sip::CallOutcome::Rang { .. } => (Delivered, CallOutcome::Rang),
        sip::CallOutcome::RangThenRefused(_) => (Delivered, CallOutcome::Declined),
        sip::CallOutcome::Answered => (Delivered, CallOutcome::Answered),
        sip::CallOutcome::Busy => (Failed, CallOutcome::Busy),
        sip::CallOutcome::NotFound => (Failed, CallOutcome::NotFound),
        sip::CallOutcome::Unavailable => (Failed, CallOutcome::Unavailable),
        sip::CallOutcome::DestinationBarred | sip::CallOutcome::Refused(_) => (Failed, CallOutcome::Barred),
        sip::CallOutcome::TrunkOverload => (Failed, CallOutcome::Overloaded),
        sip::CallOutcome::AuthRejected => (Failed, CallOutcome::Rejected),
        // The phone may have rung all the same.
        sip::CallOutcome::Progressed | sip::CallOutcome::NoProgress => (Unknown, CallOutcome::Silent),
        sip::CallOutcome::Timeout | sip::CallOutcome::Transport => (Failed, CallOutcome::Unreached),
    };
    let route = Some(result.trunk).filter(|trunk| !trunk.is_empty());
    Ending::Ended { state, outcome: outcome.as_str(), route, remote_id: None, message: None }
}

/// What became of an SMS. It is tried again only where it was certainly not handed over.
pub(super) fn of_sms(
    outcome: SmsOutcome,
    route: String,
    row: &DispatchRow,
    now: Timestamp,
    entropy: &dyn Entropy,
) -> Ending {
    use DispatchState::{Failed, Sent, Unknown};
    let route = Some(route);
    let end = |state, outcome, remote_id| Ending::Ended { state, outcome, route, remote_id, message: None };
    match outcome {
        SmsOutcome::Accepted { message_id } => end(Sent, "accepted", message_id),
        SmsOutcome::Unknown => end(Unknown, "unknown", None),
        SmsOutcome::Refused { permanent: true, .. } => end(Failed, "refused", None),
        SmsOutcome::Refused { .. } => end(Failed, "refused-now", None),
        SmsOutcome::Unfit(Unfit::Late) => end(Failed, "late", None),
        SmsOutcome::Unfit(_) => end(Failed, "unfit", None),
        SmsOutcome::Throttled { retry_after: Some(wait) } => {
            Ending::Later { at: now.plus(wait).min(row.expires_at), outcome: "throttled" }
        }
        SmsOutcome::Throttled { retry_after: None } => later(row, now, entropy, "throttled"),
        SmsOutcome::NotSent => later(row, now, entropy, "not-sent"),
    }
}
