//! The support desk: search, queue, and one request. One account stands in `desk_account.rs`.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::id::SupportRequestId;
use countersign_core::request::{RequestProof, RequestState};
use countersign_core::role::Role;
use countersign_core::session::describe_device;
use countersign_core::text::Text;
use serde::Deserialize;

use super::super::view::{
    DeskPage, DeskRequestPage, Done, FormErrors, FoundRow, NoteRow, Notice, NoticeKind, Page, QueueTab,
    RequestRow, RequestSubject,
};
use super::super::visit::{Agent, Member, Refused, form_errors, go, moment, say, show, show_refused};
use super::security::{letters_too_many, told, with_done};
use super::sign_in::with_next;
use crate::flow::desk::request::{self, Sheet};
use crate::flow::desk::{self, Filter, Found, QueueLine, SupportRequestRow};
use crate::flow::{Call, FlowError, suspension};
use crate::http::STEP_UP_PATH;
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::{self, Problem};
use crate::text;

/// Characters of a message that lists show.
const PREVIEW: usize = 120;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shown {
    #[serde(default)]
    show: Option<String>,
    #[serde(default)]
    after: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchForm {
    q: String,
}

/// A role in words, where it is not a customer's.
pub(super) fn staff_role(page: &Page, role: Role) -> Option<String> {
    role.is_staff().then(|| role_name(page, role))
}

/// A role in words.
pub(super) fn role_name(page: &Page, role: Role) -> String {
    page.t(match role {
        Role::Member => text!("desk-role-member"),
        Role::Support => text!("desk-role-support"),
        Role::Administrator => text!("desk-role-administrator"),
    })
    .into_owned()
}

fn state_class(state: RequestState) -> &'static str {
    match state {
        RequestState::Open => "warn",
        RequestState::InProgress => "accent",
        RequestState::Answered => "good",
        RequestState::Closed => "plain",
    }
}

/// The beginning of a message on one line.
fn preview(message: &str) -> String {
    let line = message.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(PREVIEW) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// A request as lists show it.
pub(super) fn row(
    page: &Page,
    row: &SupportRequestRow,
    who: Option<&str>,
    agent: Option<String>,
) -> RequestRow {
    let proved = row.proof != RequestProof::Nothing;
    RequestRow {
        id: row.id.to_string(),
        who: who.map_or_else(|| row.email.masked(), str::to_owned),
        lost: page.t(row.lost.text_key()).into_owned(),
        proof: proved.then(|| page.t(row.proof.text_key()).into_owned()),
        state: page.t(row.state.text_key()).into_owned(),
        state_class: state_class(row.state),
        agent,
        created: moment(row.created_at),
        preview: preview(&row.message),
    }
}

fn found(page: &Page, one: Found) -> FoundRow {
    FoundRow {
        id: one.id.to_string(),
        role: staff_role(page, one.role),
        name: one.name,
        masked: one.masked,
        active: one.active,
        last_sign_in: one.last_sign_in_at.map(moment),
    }
}

fn tab(page: &Page, filter: Filter, shown: Filter, counts: &[(RequestState, u64)]) -> QueueTab {
    let (label, count) = match filter {
        Filter::In(state) => {
            let count = counts.iter().find(|one| one.0 == state).map(|one| one.1);
            (page.t(state.text_key()), count)
        }
        Filter::Mine => (page.t("desk-mine"), None),
    };
    let current = filter == shown;
    QueueTab { value: filter.as_str(), label: label.into_owned(), count, current }
}

fn blank(page: Page) -> DeskPage {
    DeskPage {
        page,
        query: String::new(),
        found: None,
        tabs: Vec::new(),
        rows: Vec::new(),
        next: None,
        waiting: None,
        errors: FormErrors::default(),
    }
}

async fn queue_page(member: &Member, shown: Shown) -> Result<DeskPage, Problem> {
    let malformed = || Problem::new(&problem::MALFORMED);
    let filter = Filter::parse(shown.show.as_deref().unwrap_or("open")).ok_or_else(malformed)?;
    let after =
        shown.after.as_deref().map(|text| desk::parse_cursor(text).ok_or_else(malformed)).transpose()?;
    let queue = desk::queue(member.call(), &member.me, filter, after).await?;
    let page = member.page();
    let line = |line: QueueLine| row(&page, &line.row, line.name.as_deref(), line.agent);
    let rows = queue.lines.into_iter().map(line).collect();
    let tabs = Filter::ALL.iter().map(|&one| tab(&page, one, filter, &queue.counts)).collect();
    let next = queue.next.map(|at| format!("/support?show={}&after={}", filter.as_str(), desk::cursor(at)));
    let waiting = suspension::how_many_wait(member.call(), &member.me).await?;
    Ok(DeskPage { tabs, rows, next, waiting, ..blank(page) })
}

pub(super) async fn home(Agent(member): Agent, Query(shown): Query<Shown>) -> Result<Response, Problem> {
    show(&queue_page(&member, shown).await?)
}

pub(super) async fn search(Agent(member): Agent, Form(form): Form<SearchForm>) -> Result<Response, Problem> {
    match desk::search(member.call(), &member.me, &form.q).await {
        Ok(list) => {
            let page = member.page();
            let list = Some(list.into_iter().map(|one| found(&page, one)).collect());
            show(&DeskPage { query: form.q, found: list, ..blank(page) })
        }
        Err(FlowError::Invalid(faults)) => {
            let view = queue_page(&member, Shown::default()).await?;
            let errors = form_errors(&view.page, &faults);
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &DeskPage { query: form.q, errors, ..view })
        }
        Err(error) => Err(error.into()),
    }
}

/// What was done, told on the page that follows.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct After {
    #[serde(default)]
    pub(super) done: Option<String>,
}

fn subject(page: &Page, subject: request::Subject) -> RequestSubject {
    RequestSubject { id: subject.id.to_string(), role: staff_role(page, subject.role), name: subject.name }
}

fn note(page: &Page, line: request::NoteLine) -> NoteRow {
    NoteRow {
        author: line.author.unwrap_or_else(|| page.t("desk-agent-gone").into_owned()),
        at: moment(line.row.created_at),
        body: line.row.body,
        mailed: line.row.mailed,
    }
}

fn drawn(page: Page, sheet: Sheet, address: Option<String>) -> DeskRequestPage {
    let device = describe_device(&sheet.row.device);
    let who = sheet.subject.as_ref().map(|subject| subject.name.clone());
    DeskRequestPage {
        row: row(&page, &sheet.row, who.as_deref(), sheet.agent),
        is_shown: address.is_some(),
        address: address.unwrap_or(sheet.masked),
        message: sheet.row.message,
        language: sheet.row.language,
        network: sheet.row.address,
        device: super::super::view::device(&page, device.browser, device.system).into_owned(),
        subject: sheet.subject.map(|one| subject(&page, one)),
        is_mine: sheet.is_mine,
        is_taken: sheet.row.taken_by.is_some(),
        is_closed: sheet.row.state == RequestState::Closed,
        by_mail: sheet.by_mail,
        notes: sheet.notes.into_iter().map(|one| note(&page, one)).collect(),
        body: String::new(),
        errors: FormErrors::default(),
        page,
    }
}

fn id(text: &str) -> Result<SupportRequestId, Problem> {
    text.parse().map_err(|_| Problem::new(&problem::NOT_FOUND))
}

async fn view(member: &Member, id: SupportRequestId) -> Result<DeskRequestPage, Problem> {
    Ok(drawn(member.page(), request::view(member.call(), &member.me, id).await?, None))
}

pub(super) async fn request(
    Agent(member): Agent,
    Path(text): Path<String>,
    Query(after): Query<After>,
) -> Result<Response, Problem> {
    let mut view = view(&member, id(&text)?).await?;
    view.page.notice = told(after.done.as_deref(), &view.page);
    show(&view)
}

/// Leads back to the page with what was done, or shows it with what stood against it.
async fn after(
    member: &Member,
    id: SupportRequestId,
    outcome: Result<(), FlowError>,
    done: Done,
) -> Result<Response, Problem> {
    let here = format!("/support/requests/{id}");
    match outcome {
        Ok(()) => Ok(go(&with_done(&here, done))),
        Err(FlowError::StepUpNeeded) => Ok(go(&with_next(STEP_UP_PATH, Some(&here)))),
        Err(FlowError::Conflict(text)) => {
            let mut view = view(member, id).await?;
            view.page.notice = Some(refusal(&view.page, &text));
            show_refused(StatusCode::CONFLICT, &view)
        }
        Err(error) => Err(error.into()),
    }
}

/// Why it was not done, above the page.
pub(super) fn refusal(page: &Page, text: &Text) -> Notice {
    Notice::new(NoticeKind::Error, say(page, text))
}

/// What to wait for, above the page.
pub(super) fn warning(text: String) -> Notice {
    Notice::new(NoticeKind::Warning, text)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TakeForm {
    #[serde(default)]
    over: Option<String>,
}

pub(super) async fn take(
    Agent(member): Agent,
    Path(text): Path<String>,
    Form(form): Form<TakeForm>,
) -> Result<Response, Problem> {
    let id = id(&text)?;
    let outcome = request::take(member.call(), &member.me, id, form.over.is_some()).await;
    after(&member, id, outcome, Done::RequestTaken).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteForm {
    body: String,
    #[serde(default)]
    mailed: Option<String>,
}

pub(super) async fn add_note(
    Agent(member): Agent,
    Path(text): Path<String>,
    Form(form): Form<NoteForm>,
) -> Result<Response, Problem> {
    let (id, mailed) = (id(&text)?, form.mailed.is_some());
    match request::note(member.call(), &member.me, id, &form.body, mailed).await {
        Err(FlowError::Invalid(faults)) => {
            let view = view(&member, id).await?;
            let errors = form_errors(&view.page, &faults);
            let view = DeskRequestPage { body: form.body, errors, ..view };
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(FlowError::TooMany { until }) => {
            let mut view = DeskRequestPage { body: form.body, ..view(&member, id).await? };
            view.page.notice = Some(warning(letters_too_many(&view.page, until)));
            show_refused(Refused::too_many(until.map(moment), view.page.now), &view)
        }
        outcome => {
            let done = if mailed { Done::AnswerSent } else { Done::NoteAdded };
            after(&member, id, outcome, done).await
        }
    }
}

pub(super) async fn close(
    Agent(member): Agent,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let id = id(&text)?;
    let outcome = request::close(member.call(), &member.me, id).await;
    after(&member, id, outcome, Done::RequestClosed).await
}

pub(super) async fn reopen(
    Agent(member): Agent,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let id = id(&text)?;
    let outcome = request::reopen(member.call(), &member.me, id).await;
    after(&member, id, outcome, Done::RequestReopened).await
}

pub(super) async fn address(
    Agent(member): Agent,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let id = id(&text)?;
    let call: &Call = member.call();
    match request::address(call, &member.me, id).await {
        Ok(full) => show(&drawn(member.page(), request::view(call, &member.me, id).await?, Some(full))),
        Err(error) => after(&member, id, Err(error), Done::RequestTaken).await,
    }
}
