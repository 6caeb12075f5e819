//! The account's own activity: what the audit log says about it, newest first.

use countersign_core::audit::{Actor, AuditRow, Event};
use countersign_core::id::{AccountId, AuditId};
use countersign_core::time::Timestamp;
use countersign_store::audit::{self, AuditFilter, AuditScope};

use super::{Call, FlowError};

/// Rows on one page.
pub const PAGE: usize = 50;

/// Rows read at once while filtering, and how often: a rare kind among very many rows may take another page.
const STRIDE: u32 = 200;
const STRIDES: usize = 20;

/// What kind of thing an event is to its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Somebody came in or went out.
    SignIns,
    /// Something about the account was changed.
    Changes,
    /// Something failed or was refused.
    Failures,
}

impl Kind {
    /// The kind of an event. One that is neither a failure nor a coming and going has changed something.
    pub const fn of(event: Event) -> Self {
        match event {
            Event::SignInFirstStepFailed
            | Event::SignInFirstStepRefused
            | Event::SecondStepFailed
            | Event::SecondStepRefused
            | Event::SecondStepLate
            | Event::SecondStepUsed
            | Event::CodeRefused
            | Event::LetterGivenUp
            | Event::TelegramRefused
            | Event::TelegramHeld
            | Event::TelegramForged
            | Event::TelegramLinkRefused
            | Event::PhoneGuarded
            | Event::AuthorisationRefused => Self::Failures,
            Event::SignInFirstStepPassed
            | Event::SignInSucceeded
            | Event::SignInUnderSuspension
            | Event::SecondStepCancelled
            | Event::CodeSent
            | Event::TelegramPrompted
            | Event::TelegramConfirmed
            | Event::CallAsked
            | Event::CallEnded
            | Event::SmsAsked
            | Event::SmsEnded
            | Event::RecoveryKeyUsed
            | Event::StepUpSucceeded
            | Event::SignOut
            | Event::SessionEnded
            | Event::SessionsEndedOthers
            | Event::SessionsEndedAll
            | Event::SessionEvicted => Self::SignIns,
            _ => Self::Changes,
        }
    }
}

/// Which rows to show.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only this kind of thing.
    pub kind: Option<Kind>,
    /// Only this kind of event.
    pub event: Option<Event>,
    /// Older than this row, for the next page.
    pub before: Option<(Timestamp, AuditId)>,
}

/// One page of activity.
#[derive(Clone, Debug)]
pub struct Page {
    /// The rows, newest first.
    pub rows: Vec<AuditRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<(Timestamp, AuditId)>,
}

/// A cursor as addresses carry it: `milliseconds.id`.
pub fn cursor(at: (Timestamp, AuditId)) -> String {
    format!("{}.{}", at.0.as_millis(), at.1)
}

/// Reads a cursor. `None` for anything that [`cursor`] does not write.
pub fn parse_cursor(text: &str) -> Option<(Timestamp, AuditId)> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp::from_millis(at.parse().ok()?), id.parse().ok()?))
}

/// When the account signed in before the sign-in that is the latest; `None` at the first time.
pub async fn sign_in_before(call: &Call, account: AccountId) -> Result<Option<Timestamp>, FlowError> {
    let mut db = call.reader().await?;
    let scope = AuditScope::Account(account);
    let wanted = AuditFilter { scope, event: Some(Event::SignInSucceeded), ..AuditFilter::default() };
    Ok(audit::list(&mut db, &wanted, 2).await?.get(1).map(|row| row.at))
}

/// What agents write down for each other.
const FOR_STAFF: [&str; 3] = ["asked_by", "identity_proof", "decision_reason"];

/// What an owner is told of a row: from which network and browser somebody else acted (an agent, an administrator), and
/// what they write down for each other, is nobody's business outside the audit log.
pub(super) fn told(account: AccountId, mut row: AuditRow) -> AuditRow {
    row.detail.retain(|name, _| !FOR_STAFF.contains(&name.as_str()));
    match row.actor {
        Actor::Account(actor) if actor != account => AuditRow { address: None, device: None, ..row },
        _ => row,
    }
}

/// One page of the account's activity.
pub async fn list(call: &Call, account: AccountId, filter: &Filter) -> Result<Page, FlowError> {
    let mut db = call.reader().await?;
    let wanted = AuditFilter {
        scope: AuditScope::Account(account),
        event: filter.event,
        before: filter.before,
        ..AuditFilter::default()
    };
    let mut wanted = wanted;
    let mut rows = Vec::new();
    for _ in 0..STRIDES {
        let found = audit::list(&mut db, &wanted, STRIDE).await?;
        let Some(last) = found.last().map(|row| (row.at, row.id)) else { break };
        let complete = found.len() < usize::try_from(STRIDE).unwrap_or(usize::MAX);
        rows.extend(
            found
                .into_iter()
                .filter(|row| filter.kind.is_none_or(|kind| kind == Kind::of(row.event)))
                .map(|row| told(account, row)),
        );
        if rows.len() > PAGE {
            rows.truncate(PAGE);
            let next = rows.last().map(|row| (row.at, row.id));
            return Ok(Page { rows, next });
        }
        if complete {
            return Ok(Page { rows, next: None });
        }
        wanted.before = Some(last);
    }
    Ok(Page { rows, next: wanted.before })
}
