//! The account's own activity: what the audit log says about it, newest first.

use countersign_core::audit::{AuditRow, Event};
use countersign_core::id::{AccountId, AuditId};
use countersign_core::time::Timestamp;
use countersign_store::audit::{self, AuditFilter, AuditScope};

use super::{Call, FlowError};

/// Rows on one page.
pub const PAGE: usize = 50;

/// Which rows to show.
#[derive(Clone, Debug, Default)]
pub struct Filter {
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

/// One page of the account's activity.
pub async fn list(call: &Call, account: AccountId, filter: &Filter) -> Result<Page, FlowError> {
    let mut db = call.reader().await?;
    let wanted = AuditFilter {
        scope: AuditScope::Account(account),
        event: filter.event,
        before: filter.before,
        ..AuditFilter::default()
    };
    let most = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
    let mut rows = audit::list(&mut db, &wanted, most).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(|row| (row.at, row.id));
    Ok(Page { rows, next })
}
