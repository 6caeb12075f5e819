//! Looking through one organisation's part of the audit log.

use countersign_core::audit::{AuditRow, Event};
use countersign_core::id::{AccountId, AuditId, OrganisationId};
use countersign_core::time::Timestamp;

use super::{columns, read};
use crate::db::{Db, Value};
use crate::error::StoreError;

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// This account.
    Account(AccountId),
    /// Anybody of this kind: a word of [`countersign_core::audit::Actor::kind`].
    Kind(&'static str),
}

/// Which rows are looked for. Everything that is given has to fit.
#[derive(Clone, Debug, Default)]
pub struct AuditSearch {
    /// This event.
    pub event: Option<Event>,
    /// Done by these.
    pub by: Option<By>,
    /// Concerning this account.
    pub account: Option<AccountId>,
    /// Not before this instant.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub to: Option<Timestamp>,
    /// Only rows older than this one: the last of the page before.
    pub before: Option<(Timestamp, AuditId)>,
}

const SEARCH: &str = concat!(
    columns!(),
    "WHERE a.organisation_id = ?1 AND (?2 = '' OR a.event = ?2) AND a.at >= ?3 AND a.at < ?4 \
     AND (a.at, a.id) < (?5, ?6) AND (?7 = '' OR a.actor = ?7) AND (?8 = 0 OR a.actor_id = ?9) \
     AND (?10 = 0 OR a.account_id = ?11) ORDER BY a.at DESC, a.id DESC LIMIT ?12"
);

pub(crate) const STATEMENTS: &[&str] = &[SEARCH];

/// A page of at most `most` rows that concern an organisation, newest first.
pub async fn search(
    db: &mut Db,
    organisation: OrganisationId,
    wanted: &AuditSearch,
    most: u32,
) -> Result<Vec<AuditRow>, StoreError> {
    let last = (Timestamp::from_millis(i64::MAX), AuditId::from_bytes([0xff; 16]));
    let (before_at, before_id) = wanted.before.unwrap_or(last);
    let (kind, actor) = match wanted.by {
        None => ("", None),
        Some(By::Kind(kind)) => (kind, None),
        Some(By::Account(id)) => ("account", Some(id)),
    };
    let values = [
        Value::from(organisation),
        Value::from(wanted.event.map_or("", Event::as_str)),
        Value::from(wanted.from.unwrap_or(Timestamp::from_millis(i64::MIN))),
        Value::from(wanted.to.unwrap_or(Timestamp::from_millis(i64::MAX))),
        Value::from(before_at),
        Value::from(before_id),
        Value::from(kind),
        Value::from(actor.is_some()),
        Value::from(actor),
        Value::from(wanted.account.is_some()),
        Value::from(wanted.account),
        Value::from(most),
    ];
    db.query(SEARCH, &values).await?.iter().map(read).collect()
}
