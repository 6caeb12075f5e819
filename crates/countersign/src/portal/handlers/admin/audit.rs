//! The organisation's audit log: filters, export, and walking the chain.

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::action::Action;
use countersign_core::audit::{Actor, AuditRow, Event};
use countersign_core::id::OrganisationId;
use countersign_core::time::Timestamp;
use futures_util::stream;
use serde::Deserialize;

use super::super::super::view::{
    AuditLine, AuditLook, AuditPage, Choice, FormErrors, Notice, NoticeKind, Page, Pager,
};
use super::super::super::visit::{Administrator, Member, Refused, moment, show, show_refused};
use super::super::desk::warning;
use super::super::security::too_many;
use super::{address, allowed, download, said, stopped};
use crate::flow::FlowError;
use crate::flow::activity::{Kind, cursor, parse_cursor};
use crate::flow::audit::Verification;
use crate::flow::audit::organisation::{self as log, AuditSearch, By, Export, Names};
use crate::flow::member::Doer;
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::{self, Problem};
use crate::text;

const HERE: &str = "/admin/audit";
const DAY: i64 = 86_400;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::portal::handlers) struct Which {
    #[serde(default)]
    event: Option<String>,
    #[serde(default)]
    account: Option<String>,
    #[serde(default)]
    by: Option<String>,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    before: Option<String>,
}

/// What is looked for: as it was typed, as it is searched, and what cannot be.
struct Wanted {
    event: String,
    look: AuditLook,
    search: AuditSearch,
    errors: Vec<(&'static str, &'static str)>,
}

impl Wanted {
    fn address(&self, before: &str) -> String {
        let look = &self.look;
        let pairs = [
            ("event", &*self.event),
            ("account", &look.account),
            ("by", &look.by),
            ("from", &look.from),
            ("to", &look.to),
            ("before", before),
        ];
        address(HERE, &pairs)
    }

    /// An empty field looks for all of them; one that names nobody is said to.
    async fn read(agent: &Member, organisation: OrganisationId, which: Which) -> Result<Self, Problem> {
        let short = |text: Option<String>| said(text).unwrap_or_default();
        let event = which.event.as_deref().and_then(Event::parse);
        let look = AuditLook {
            account: short(which.account),
            by: short(which.by),
            from: short(which.from),
            to: short(which.to),
        };
        let mut this = Self {
            event: event.map_or("", Event::as_str).to_owned(),
            search: AuditSearch { event, ..AuditSearch::default() },
            errors: Vec::new(),
            look,
        };
        this.days();
        this.people(agent, organisation).await?;
        if let Some(text) = said(which.before) {
            let before = parse_cursor(&text).ok_or(Problem::new(&problem::MALFORMED))?;
            this.search.before = Some(before);
        }
        Ok(this)
    }

    fn days(&mut self) {
        let begin = |text: &str| text.parse::<jiff::civil::Date>().ok().map(day);
        for (field, text) in [("from", &self.look.from), ("to", &self.look.to)] {
            if !text.is_empty() && begin(text).is_none() {
                self.errors.push((field, text!("audit-no-day")));
            }
        }
        self.search.from = begin(&self.look.from);
        let end = begin(&self.look.to).map(|at| Timestamp::from_secs(at.as_secs().saturating_add(DAY)));
        self.search.to = end;
    }

    async fn people(&mut self, agent: &Member, organisation: OrganisationId) -> Result<(), Problem> {
        if !self.look.account.is_empty() {
            self.search.account = log::member(agent.call(), organisation, &self.look.account).await?;
            if self.search.account.is_none() {
                self.errors.push(("account", text!("audit-nobody")));
            }
        }
        let kind = [Actor::CommandLine, Actor::System, Actor::Stranger].map(Actor::kind);
        self.search.by = match kind.into_iter().find(|kind| *kind == self.look.by) {
            Some(kind) => Some(By::Kind(kind)),
            None => log::member(agent.call(), organisation, &self.look.by).await?.map(By::Account),
        };
        if !self.look.by.is_empty() && self.search.by.is_none() {
            self.errors.push(("by", text!("audit-nobody")));
        }
        Ok(())
    }
}

fn day(date: jiff::civil::Date) -> Timestamp {
    let at = date.to_zoned(jiff::tz::TimeZone::UTC);
    Timestamp::from_millis(at.map_or(0, |at| at.timestamp().as_millisecond()))
}

async fn page(agent: &Member, organisation: OrganisationId, wanted: Wanted) -> Result<AuditPage, Problem> {
    let page = agent.page();
    let fault = |errors: FormErrors, (field, key): &(&'static str, &str)| errors.with(field, page.t(key));
    let errors = wanted.errors.iter().fold(FormErrors::default(), fault);
    let mut pager = Pager::default();
    let mut lines = Vec::new();
    if errors.is_empty() {
        let found = log::search(agent.call(), organisation, &wanted.search, log::PAGE).await?;
        lines = found.rows.iter().map(|row| line(&page, row, &found.names)).collect();
        pager.newest = wanted.search.before.map(|_| wanted.address(""));
        pager.older = found.next.map(|next| wanted.address(&cursor(next)));
    }
    let events = events(&page, &wanted.event);
    Ok(AuditPage { page, events, event: wanted.event, look: wanted.look, lines, pager, errors })
}

fn events(page: &Page, chosen: &str) -> Vec<Choice> {
    let mut all: Vec<Choice> = Event::ALL
        .iter()
        .map(|event| Choice::new(event.as_str(), page.t(event.text_key()), event.as_str() == chosen))
        .collect();
    all.sort_by(|one, two| one.label.cmp(&two.label));
    all.insert(0, Choice::new("", page.t(text!("filter-any-event")), chosen.is_empty()));
    all
}

fn line(page: &Page, row: &AuditRow, names: &Names) -> AuditLine {
    let name = |id| names.get(&id).cloned();
    let by = match row.actor {
        _ if log::is_own(row) => None,
        Actor::Account(id) => name(id),
        Actor::CommandLine => Some(page.t(text!("audit-by-command-line")).into_owned()),
        Actor::System => Some(page.t(text!("audit-by-system")).into_owned()),
        Actor::Stranger => Some(page.t(text!("audit-by-stranger")).into_owned()),
    };
    AuditLine {
        at: moment(row.at),
        text: page.t(row.event.text_key()).into_owned(),
        event: row.event.as_str().to_owned(),
        failed: Kind::of(row.event) == Kind::Failures,
        account: row.account.and_then(name),
        by,
        address: row.address.clone(),
        details: row.detail.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
    }
}

pub(in crate::portal::handlers) async fn list(
    Administrator(agent): Administrator,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let organisation = allowed(&agent, Action::ViewAudit).await?;
    let wanted = Wanted::read(&agent, organisation, which).await?;
    let page = page(&agent, organisation, wanted).await?;
    if page.errors.is_empty() { show(&page) } else { show_refused(StatusCode::UNPROCESSABLE_ENTITY, &page) }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::portal::handlers) struct ExportForm {
    form: String,
    event: String,
    account: String,
    by: String,
    from: String,
    to: String,
}

pub(in crate::portal::handlers) async fn export(
    Administrator(agent): Administrator,
    Form(form): Form<ExportForm>,
) -> Result<Response, Problem> {
    let organisation = allowed(&agent, Action::ViewAudit).await?;
    let (kind, name, shape) = match &*form.form {
        "csv" => ("text/csv; charset=utf-8", "audit.csv", log::Form::Csv),
        "json" => ("application/json", "audit.json", log::Form::Json),
        _ => return Err(Problem::new(&problem::MALFORMED)),
    };
    let wanted = Wanted::read(&agent, organisation, form.into()).await?;
    let here = wanted.address("");
    if !wanted.errors.is_empty() {
        return show_refused(StatusCode::UNPROCESSABLE_ENTITY, &page(&agent, organisation, wanted).await?);
    }
    let doer = Doer::staff(&agent.me);
    match log::export(agent.call(), &doer, organisation, wanted.search, shape).await {
        Ok(export) => Ok(download(kind, name, pieces(export))),
        Err(error) => stopped(error, &here),
    }
}

impl From<ExportForm> for Which {
    fn from(form: ExportForm) -> Self {
        Self {
            event: Some(form.event),
            account: Some(form.account),
            by: Some(form.by),
            from: Some(form.from),
            to: Some(form.to),
            before: None,
        }
    }
}

/// Piece by piece; a fault on the way cuts the transfer off, so that nobody takes a part for the whole.
fn pieces(export: Export) -> Body {
    Body::from_stream(stream::try_unfold(export, |mut export| async move {
        let piece = export.next().await.map_err(|error| std::io::Error::other(error.to_string()))?;
        Ok::<_, std::io::Error>(piece.map(|piece| (piece, export)))
    }))
}

pub(in crate::portal::handlers) async fn verify(
    Administrator(agent): Administrator,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let organisation = allowed(&agent, Action::ViewAudit).await?;
    let found = log::verify(agent.call(), &Doer::staff(&agent.me)).await;
    let wanted = Wanted::read(&agent, organisation, Which::default()).await?;
    let mut page = page(&agent, organisation, wanted).await?;
    if let Err(FlowError::TooMany { until }) = found {
        let until = until.map(moment);
        page.page.notice = Some(warning(too_many(&page.page, until)));
        return show_refused(Refused::too_many(until, page.page.now), &page);
    }
    page.page.notice = Some(notice(&page.page, &found?));
    show(&page)
}

fn notice(page: &Page, found: &Verification) -> Notice {
    if let Some((seal, _)) = found.broken.first() {
        return Notice::new(NoticeKind::Error, page.t1("audit-broken", "seal", *seal));
    }
    if found.unsealed > 0 {
        return Notice::new(NoticeKind::Warning, page.t1("audit-unsealed", "n", found.unsealed));
    }
    Notice::success(page.t2("audit-whole", "rows", found.rows, "seals", found.seals))
}
