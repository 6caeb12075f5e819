//! One organisation's part of the audit log: looked through page by page, and taken along as a whole.

use std::collections::BTreeMap;

use countersign_core::action::Action;
use countersign_core::audit::{Actor, AuditRow, Event};
use countersign_core::csv;
use countersign_core::email::EmailAddress;
use countersign_core::id::{AccountId, OrganisationId};
use countersign_core::limits::CounterKey;
use countersign_store::{account, audit};
use serde_json::json;

pub use countersign_store::audit::{AuditSearch, By};

use crate::flow::limit::Charges;
use crate::flow::member::{Doer, rfc3339};
use crate::flow::{About, Call, FlowError};

/// Rows on one page.
pub const PAGE: u32 = 50;
/// Rows of a piece of an export.
const STRIDE: u32 = 500;

/// The addresses of the accounts that rows speak of.
pub type Names = BTreeMap<AccountId, String>;

/// One page of the log.
pub struct Page {
    /// The newest first.
    pub rows: Vec<AuditRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<(countersign_core::time::Timestamp, countersign_core::id::AuditId)>,
    /// The addresses of those who are still there.
    pub names: Names,
}

/// A page of what concerns an organisation, of at most `most` rows.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn search(
    call: &Call,
    organisation: OrganisationId,
    wanted: &AuditSearch,
    most: u32,
) -> Result<Page, FlowError> {
    let mut db = call.reader().await?;
    let mut rows = audit::search(&mut db, organisation, wanted, most.saturating_add(1)).await?;
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let is_more = rows.len() > most;
    rows.truncate(most);
    let mut names = Names::new();
    let mut ids = std::collections::BTreeSet::new();
    for row in &rows {
        ids.extend(row.account);
        ids.extend(row.actor.account());
    }
    for id in ids {
        // Somebody of another organisation is nobody here.
        let row = account::by_id(&mut db, id).await?;
        let row = row.filter(|row| row.organisation_id == organisation);
        names.insert(id, row.map_or_else(|| id.to_string(), |row| row.email.as_str().to_owned()));
    }
    let next = rows.last().filter(|_| is_more).map(|row| (row.at, row.id));
    Ok(Page { rows, next, names })
}

/// The member of an organisation whose address was typed. `None` where it has none.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn member(
    call: &Call,
    organisation: OrganisationId,
    email: &str,
) -> Result<Option<AccountId>, FlowError> {
    let Ok(email) = EmailAddress::parse(email) else { return Ok(None) };
    let mut db = call.reader().await?;
    let row = account::by_email_key(&mut db, &email.key()).await?;
    Ok(row.filter(|row| row.organisation_id == organisation).map(|row| row.id))
}

/// In which form the log is taken along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated values, without anything that a spreadsheet takes for a formula.
    Csv,
    /// A JSON array.
    Json,
}

/// An export that is written piece by piece, so that a log of any length is never held as a whole.
pub struct Export {
    call: Call,
    organisation: OrganisationId,
    wanted: AuditSearch,
    form: Form,
    begun: bool,
    ended: bool,
}

/// Begins an export of what concerns an organisation. That it was taken is in the audit log before the first piece.
///
/// # Errors
///
/// What [`Doer`] is refused.
pub async fn export(
    call: &Call,
    doer: &Doer,
    given: OrganisationId,
    wanted: AuditSearch,
    form: Form,
) -> Result<Export, FlowError> {
    doer.require(call, Action::ExportAudit).await?;
    let organisation = doer.organisation(given);
    let about = About { account: None, organisation: Some(organisation) };
    let word = if form == Form::Csv { "csv" } else { "json" };
    let note = doer.row(call, Event::AuditExported, about, &[("form", word.to_owned())]);
    let job = call.deps.store.write((call.clone(), doer.clone(), note), |tx, (call, doer, note)| {
        Box::pin(async move {
            doer.hold(tx, call, Action::ExportAudit).await?;
            audit::append(tx, note).await
        })
    });
    job.await?;
    let call = call.clone();
    Ok(Export { call, organisation, wanted, form, begun: false, ended: false })
}

impl Export {
    /// The next piece; `None` after the last.
    ///
    /// # Errors
    ///
    /// When the database cannot be asked: what was written so far is not whole then.
    pub async fn next(&mut self) -> Result<Option<String>, FlowError> {
        if self.ended {
            return Ok(None);
        }
        let page = search(&self.call, self.organisation, &self.wanted, STRIDE).await?;
        let mut piece = String::new();
        if !self.begun && self.form == Form::Csv {
            piece.push_str(&csv::line(&COLUMNS));
        }
        for row in &page.rows {
            match self.form {
                Form::Csv => piece.push_str(&csv::line(&cells(row, &page.names))),
                Form::Json => {
                    piece.push_str(if self.begun { ",\n" } else { "[\n" });
                    piece.push_str(&document(row, &page.names).to_string());
                }
            }
            self.begun = true;
        }
        self.wanted.before = page.next;
        self.ended = page.next.is_none();
        if self.ended && self.form == Form::Json {
            piece.push_str(if self.begun { "\n]\n" } else { "[]\n" });
        }
        self.begun = true;
        Ok(Some(piece))
    }
}

const COLUMNS: [&str; 11] = [
    "id",
    "at",
    "event",
    "account_id",
    "account",
    "actor",
    "actor_id",
    "address",
    "device",
    "request_id",
    "detail",
];

fn name(id: Option<AccountId>, names: &Names) -> String {
    id.and_then(|id| names.get(&id).cloned()).unwrap_or_default()
}

fn cells(row: &AuditRow, names: &Names) -> [String; 11] {
    let detail: Vec<String> = row.detail.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let id = |id: Option<AccountId>| id.map(|id| id.to_string()).unwrap_or_default();
    [
        row.id.to_string(),
        rfc3339(row.at),
        row.event.as_str().to_owned(),
        id(row.account),
        name(row.account, names),
        row.actor.kind().to_owned(),
        id(row.actor.account()),
        row.address.clone().unwrap_or_default(),
        row.device.clone().unwrap_or_default(),
        row.request_id.clone().unwrap_or_default(),
        detail.join("; "),
    ]
}

/// One row as a JSON document.
pub fn document(row: &AuditRow, names: &Names) -> serde_json::Value {
    let known = |id: Option<AccountId>| Some(name(id, names)).filter(|name| !name.is_empty());
    json!({
        "id": row.id.to_string(),
        "at": rfc3339(row.at),
        "event": row.event.as_str(),
        "account_id": row.account.map(|id| id.to_string()),
        "account": known(row.account),
        "actor": row.actor.kind(),
        "actor_id": row.actor.account().map(|id| id.to_string()),
        "address": row.address,
        "device": row.device,
        "request_id": row.request_id,
        "detail": row.detail,
    })
}

/// Whether the doer of a row is the account it concerns.
pub fn is_own(row: &AuditRow) -> bool {
    matches!(row.actor, Actor::Account(id) if row.account == Some(id))
}

/// Walks the chain for somebody of the staff, and notes that it was done.
///
/// # Errors
///
/// [`FlowError::TooMany`] where the organisation's administrators have had it walked too often; what [`Doer`] is refused,
/// and when the database cannot be asked.
pub async fn verify(call: &Call, doer: &Doer) -> Result<super::Verification, FlowError> {
    doer.require(call, Action::ViewAudit).await?;
    if let Doer::Staff(signed_in) = doer {
        let home = signed_in.facts.account.organisation_id;
        let charges = Charges::new(vec![CounterKey::audit_verify(home)]);
        if let Some(refused) = charges.noise(call).await? {
            return Err(refused.into());
        }
    }
    let found = super::verify(call).await?;
    if let Doer::Staff(signed_in) = doer {
        let word = if found.broken.is_empty() { "whole" } else { "broken" };
        let detail = [("outcome", word.to_owned()), ("seals", found.seals.to_string())];
        call.record(doer.row(call, Event::AuditVerified, signed_in.about(), &detail)).await?;
    }
    Ok(found)
}
