//! The support desk: finding an account, and the queue of requests.

use std::sync::Arc;

use axum::http::StatusCode;
use countersign_core::id::SupportRequestId;
use countersign_core::text::Text;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::caller::{Id, StaffSession};
use crate::api::shapes::{Device, LostName, RequestProofName, RequestStateName, RoleName, Sent, Time};
use crate::app::App;
use crate::flow::Call;
use crate::flow::desk::request::{self, NoteLine, Sheet};
use crate::flow::desk::{self, Filter, Found, QueueLine};
use crate::http::form::Query;
use crate::http::json::Json;
use crate::http::problem::{self, Problem};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(search_accounts))
        .routes(routes!(list_requests))
        .routes(routes!(get_request))
        .routes(routes!(take_request))
        .routes(routes!(add_note))
        .routes(routes!(close_request))
        .routes(routes!(reopen_request))
        .routes(routes!(show_request_address))
}

/// What to search for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Search {
    /// An address, part of an address or a name, or an account's id.
    #[schema(min_length = 2, max_length = 254)]
    q: String,
}

/// An account that was found.
#[derive(Serialize, ToSchema)]
struct FoundAccount {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// Its name.
    name: String,
    /// Its address, masked.
    #[schema(examples("a•••@e•••.org"))]
    email: String,
    /// What it may do.
    role: RoleName,
    /// Whether it may sign in at all.
    active: bool,
    /// When it last signed in.
    last_sign_in_at: Option<Time>,
}

impl From<Found> for FoundAccount {
    fn from(found: Found) -> Self {
        Self {
            id: found.id.to_string(),
            name: found.name,
            email: found.masked,
            role: RoleName(found.role),
            active: found.active,
            last_sign_in_at: found.last_sign_in_at.map(Time::from),
        }
    }
}

/// Accounts that were found.
#[derive(Serialize, ToSchema)]
struct FoundAccounts {
    /// At most 20; the one whose address it is comes first.
    items: Vec<FoundAccount>,
}

/// A request in the queue.
#[derive(Serialize, ToSchema)]
struct SupportRequest {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// The account it is about; `null`: nobody has the address.
    #[schema(format = "uuid")]
    account: Option<String>,
    /// The account's name.
    name: Option<String>,
    /// The address, masked.
    #[schema(examples("a•••@e•••.org"))]
    email: String,
    /// What is missing.
    lost: LostName,
    /// What they wrote; may be empty.
    message: String,
    /// What the browser had proved.
    proof: RequestProofName,
    /// The language of the page it was written on.
    #[schema(examples("en"))]
    language: String,
    /// The network address it came from.
    #[schema(examples("192.0.2.7"))]
    address: String,
    /// The browser, roughly.
    device: Device,
    /// How far the desk has come.
    state: RequestStateName,
    /// The name of the agent who has it.
    taken_by: Option<String>,
    /// When it was made.
    created_at: Time,
    /// When its state last changed.
    changed_at: Time,
    /// When it was closed.
    closed_at: Option<Time>,
}

impl From<QueueLine> for SupportRequest {
    fn from(line: QueueLine) -> Self {
        let row = line.row;
        Self {
            id: row.id.to_string(),
            account: row.account_id.map(|id| id.to_string()),
            name: line.name,
            email: row.email.masked(),
            lost: LostName(row.lost),
            proof: RequestProofName(row.proof),
            device: Device::of(&row.device),
            state: RequestStateName(row.state),
            taken_by: line.agent,
            created_at: row.created_at.into(),
            changed_at: row.changed_at.into(),
            closed_at: row.closed_at.map(Time::from),
            message: row.message,
            language: row.language,
            address: row.address,
        }
    }
}

/// How many requests there are in one state.
#[derive(Serialize, ToSchema)]
struct RequestCount {
    /// The state.
    state: RequestStateName,
    /// How many.
    count: u64,
}

/// A page of the queue.
#[derive(Serialize, ToSchema)]
struct SupportRequests {
    /// At most 50: the longest waiting first, but of closed ones the latest.
    items: Vec<SupportRequest>,
    /// How many there are in each state.
    counts: Vec<RequestCount>,
    /// What to send as `after` for the next page; `null`: this is the last.
    next: Option<String>,
}

/// Which requests.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Shown {
    /// A state (`open`, `in-progress`, `answered`, `closed`), or `mine`: those that you have taken and that are not closed.
    /// Left out: `open`.
    #[serde(default)]
    show: Option<String>,
    /// `next` of the page before.
    #[serde(default)]
    after: Option<String>,
}

/// A note of the desk.
#[derive(Serialize, ToSchema)]
struct SupportNote {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// The name of whoever wrote it; `null`: that account is gone.
    author: Option<String>,
    /// What it says.
    body: String,
    /// Whether it was mailed to the person.
    mailed: bool,
    /// When it was written.
    created_at: Time,
}

impl From<NoteLine> for SupportNote {
    fn from(line: NoteLine) -> Self {
        Self {
            id: line.row.id.to_string(),
            author: line.author,
            body: line.row.body,
            mailed: line.row.mailed,
            created_at: line.row.created_at.into(),
        }
    }
}

/// A request with what was noted about it.
#[derive(Serialize, ToSchema)]
struct SupportRequestDetail {
    /// The request.
    request: SupportRequest,
    /// Notes and answers, the oldest first.
    notes: Vec<SupportNote>,
}

impl From<Sheet> for SupportRequestDetail {
    fn from(sheet: Sheet) -> Self {
        let name = sheet.subject.map(|subject| subject.name);
        Self {
            request: QueueLine { row: sheet.row, agent: sheet.agent, name }.into(),
            notes: sheet.notes.into_iter().map(SupportNote::from).collect(),
        }
    }
}

/// How to take a request.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Taking {
    /// Whether to take it from the agent who has it.
    #[serde(default)]
    over: bool,
}

/// A note to be added.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewNote {
    /// What it says.
    #[schema(min_length = 1, max_length = 4000)]
    body: String,
    /// Whether to mail it to the person, as plain text. The request then counts as answered.
    #[serde(default)]
    mailed: bool,
}

/// An address in full.
#[derive(Serialize, ToSchema)]
pub(super) struct FullAddress {
    /// The address.
    #[schema(format = Email)]
    pub(super) email: String,
}

fn malformed(name: &'static str) -> Problem {
    Problem::new(&problem::MALFORMED).about(name, Text::new("field-wrong"))
}

/// Search for an account
///
/// Support finds members, administrators find staff as well; within the own organisation.
#[utoipa::path(
    post, path = "/api/v1/support/search", tag = "Support",
    request_body = Search,
    responses((status = 200, body = FoundAccounts, description = "What was found.")),
    security(("session" = [])),
)]
async fn search_accounts(
    call: Call,
    StaffSession(me): StaffSession,
    Json(input): Json<Search>,
) -> Result<Sent<FoundAccounts>, Problem> {
    let found = desk::search(&call, &me, &input.q).await?;
    Ok(Sent(FoundAccounts { items: found.into_iter().map(FoundAccount::from).collect() }))
}

/// List the requests
#[utoipa::path(
    get, path = "/api/v1/support/requests", tag = "Support",
    params(Shown),
    responses((status = 200, body = SupportRequests, description = "A page of the queue.")),
    security(("session" = [])),
)]
async fn list_requests(
    call: Call,
    StaffSession(me): StaffSession,
    Query(shown): Query<Shown>,
) -> Result<Sent<SupportRequests>, Problem> {
    let filter = Filter::parse(shown.show.as_deref().unwrap_or("open")).ok_or_else(|| malformed("show"))?;
    let after = shown.after.as_deref();
    let after = after.map(|text| desk::parse_cursor(text).ok_or_else(|| malformed("after"))).transpose()?;
    let queue = desk::queue(&call, &me, filter, after).await?;
    let count = |(state, count)| RequestCount { state: RequestStateName(state), count };
    Ok(Sent(SupportRequests {
        items: queue.lines.into_iter().map(SupportRequest::from).collect(),
        counts: queue.counts.into_iter().map(count).collect(),
        next: queue.next.map(desk::cursor),
    }))
}

/// Show a request
#[utoipa::path(
    get, path = "/api/v1/support/requests/{id}", tag = "Support",
    params(("id" = String, Path, format = "uuid", description = "The request.")),
    responses((status = 200, body = SupportRequestDetail, description = "With its notes.")),
    security(("session" = [])),
)]
async fn get_request(
    call: Call,
    StaffSession(me): StaffSession,
    Id(id): Id<SupportRequestId>,
) -> Result<Sent<SupportRequestDetail>, Problem> {
    Ok(Sent(request::view(&call, &me, id).await?.into()))
}

/// Take a request
#[utoipa::path(
    post, path = "/api/v1/support/requests/{id}/take", tag = "Support",
    params(("id" = String, Path, format = "uuid", description = "The request.")),
    request_body = Taking,
    responses((status = 204, description = "It is yours.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["conflict"]))),
)]
async fn take_request(
    call: Call,
    StaffSession(me): StaffSession,
    Id(id): Id<SupportRequestId>,
    Json(input): Json<Taking>,
) -> Result<StatusCode, Problem> {
    request::take(&call, &me, id, input.over).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Add a note, or answer
#[utoipa::path(
    post, path = "/api/v1/support/requests/{id}/notes", tag = "Support",
    params(("id" = String, Path, format = "uuid", description = "The request.")),
    request_body = NewNote,
    responses((status = 204, description = "It is noted, and on its way where it is mailed.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["conflict", "too-many"]))),
)]
async fn add_note(
    call: Call,
    StaffSession(me): StaffSession,
    Id(id): Id<SupportRequestId>,
    Json(input): Json<NewNote>,
) -> Result<StatusCode, Problem> {
    request::note(&call, &me, id, &input.body, input.mailed).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Close a request
#[utoipa::path(
    post, path = "/api/v1/support/requests/{id}/close", tag = "Support",
    params(("id" = String, Path, format = "uuid", description = "The request.")),
    responses((status = 204, description = "It is closed.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["conflict"]))),
)]
async fn close_request(
    call: Call,
    StaffSession(me): StaffSession,
    Id(id): Id<SupportRequestId>,
) -> Result<StatusCode, Problem> {
    request::close(&call, &me, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Open a closed request again
#[utoipa::path(
    post, path = "/api/v1/support/requests/{id}/reopen", tag = "Support",
    params(("id" = String, Path, format = "uuid", description = "The request.")),
    responses((status = 204, description = "It is open.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["conflict"]))),
)]
async fn reopen_request(
    call: Call,
    StaffSession(me): StaffSession,
    Id(id): Id<SupportRequestId>,
) -> Result<StatusCode, Problem> {
    request::reopen(&call, &me, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Show a request's address in full
///
/// Needs recent proof. It is written to the audit log.
#[utoipa::path(
    post, path = "/api/v1/support/requests/{id}/address", tag = "Support",
    params(("id" = String, Path, format = "uuid", description = "The request.")),
    responses((status = 200, body = FullAddress, description = "The address.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed"]))),
)]
async fn show_request_address(
    call: Call,
    StaffSession(me): StaffSession,
    Id(id): Id<SupportRequestId>,
) -> Result<Sent<FullAddress>, Problem> {
    Ok(Sent(FullAddress { email: request::address(&call, &me, id).await? }))
}
