//! The organisation's audit log. For its administrators.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use countersign_core::action::Action;
use countersign_core::api_token::Scope;
use countersign_core::audit::AuditRow;
use countersign_core::id::AccountId;
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::organisation::reads;
use crate::api::caller::AdministratorSession;
use crate::api::shapes::{EventName, Sent, Time};
use crate::app::App;
use crate::flow::Call;
use crate::flow::activity::{cursor, parse_cursor};
use crate::flow::audit::organisation::{self as log, AuditSearch, By, Export, Names};
use crate::flow::member::Doer;
use crate::http::extract::ApiCaller;
use crate::http::form::Query;
use crate::http::json::Json;
use crate::http::problem::{self, Problem};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_audit))
        .routes(routes!(export_audit))
        .routes(routes!(verify_audit))
}

/// Which rows to show. Everything that is given has to fit.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WantedRows {
    /// Only this event.
    event: Option<EventName>,
    /// Only what concerns this account.
    #[param(format = "uuid")]
    account: Option<String>,
    /// Only what this account did.
    #[param(format = "uuid")]
    actor: Option<String>,
    /// Only what happened then or later.
    #[param(format = "date-time")]
    from: Option<String>,
    /// Only what happened before.
    #[param(format = "date-time")]
    to: Option<String>,
    /// Where an earlier page ended: its `next_cursor`.
    #[param(max_length = 64)]
    cursor: Option<String>,
}

fn broken(field: &'static str) -> Problem {
    Problem::new(&problem::MALFORMED).about(field, Text::new("field-wrong"))
}

/// The same filters, for a page and for an export.
struct Filters<'a> {
    event: Option<EventName>,
    account: Option<&'a str>,
    actor: Option<&'a str>,
    from: Option<&'a str>,
    to: Option<&'a str>,
}

impl Filters<'_> {
    fn search(self) -> Result<AuditSearch, Problem> {
        let id = |text: Option<&str>, field| -> Result<Option<AccountId>, Problem> {
            text.map(|text| text.parse().map_err(|_| broken(field))).transpose()
        };
        let instant = |text: Option<&str>, field| -> Result<Option<Timestamp>, Problem> {
            let parsed = text.map(|text| text.parse::<jiff::Timestamp>().map_err(|_| broken(field)));
            Ok(parsed.transpose()?.map(|instant| Timestamp::from_millis(instant.as_millisecond())))
        };
        Ok(AuditSearch {
            event: self.event.map(|event| event.0),
            account: id(self.account, "account")?,
            by: id(self.actor, "actor")?.map(By::Account),
            from: instant(self.from, "from")?,
            to: instant(self.to, "to")?,
            ..AuditSearch::default()
        })
    }
}

fn search(wanted: &WantedRows) -> Result<AuditSearch, Problem> {
    let filters = Filters {
        event: wanted.event,
        account: wanted.account.as_deref(),
        actor: wanted.actor.as_deref(),
        from: wanted.from.as_deref(),
        to: wanted.to.as_deref(),
    };
    let before = wanted.cursor.as_deref().map(|text| parse_cursor(text).ok_or(broken("cursor")));
    Ok(AuditSearch { before: before.transpose()?, ..filters.search()? })
}

/// A row of the audit log, in an export too.
#[derive(Serialize, ToSchema)]
struct LogRow {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// When it happened.
    at: Time,
    /// What happened.
    event: EventName,
    /// The account that it concerns.
    #[schema(format = "uuid")]
    account_id: Option<String>,
    /// Its address, where it is still there.
    account: Option<String>,
    /// Who did it: `account`, `command-line`, `system` or `stranger`.
    #[schema(value_type = String, examples("account"))]
    actor: &'static str,
    /// Which account did it.
    #[schema(format = "uuid")]
    actor_id: Option<String>,
    /// The network address it came from.
    address: Option<String>,
    /// The browser, as it described itself.
    device: Option<String>,
    /// The request's id, as in the log.
    request_id: Option<String>,
    /// Particulars by name.
    detail: BTreeMap<String, String>,
}

fn shape(row: AuditRow, names: &Names) -> LogRow {
    LogRow {
        id: row.id.to_string(),
        at: row.at.into(),
        event: EventName(row.event),
        account_id: row.account.map(|id| id.to_string()),
        account: row.account.and_then(|id| names.get(&id).cloned()),
        actor: row.actor.kind(),
        actor_id: row.actor.account().map(|id| id.to_string()),
        address: row.address,
        device: row.device,
        request_id: row.request_id,
        detail: row.detail,
    }
}

/// A page of the audit log.
#[derive(Serialize, ToSchema)]
struct LogPage {
    /// The newest first, at most 50.
    #[schema(max_items = 50)]
    items: Vec<LogRow>,
    /// The `cursor` of the next page; `null` on the last one.
    next_cursor: Option<String>,
}

/// Read the audit log
#[utoipa::path(
    get, path = "/api/v1/organisation/audit", tag = "Administration",
    params(WantedRows),
    responses((status = 200, body = LogPage, description = "A page of what concerns the organisation.")),
    security(("session" = []), ("bearer" = ["audit:read"])),
    extensions(("x-problems" = json!(["forbidden"]))),
)]
async fn list_audit(
    call: Call,
    caller: ApiCaller,
    Query(wanted): Query<WantedRows>,
) -> Result<Sent<LogPage>, Problem> {
    let organisation = reads(&call, &caller, Action::ViewAudit, Scope::AuditRead).await?;
    let page = log::search(&call, organisation, &search(&wanted)?, log::PAGE).await?;
    let items = page.rows.into_iter().map(|row| shape(row, &page.names)).collect();
    Ok(Sent(LogPage { items, next_cursor: page.next.map(cursor) }))
}

/// In which form an export is written.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum ExportFormat {
    /// Comma-separated values, without anything that a spreadsheet takes for a formula.
    Csv,
    /// A JSON array.
    Json,
}

/// What is taken along. Everything that is given has to fit.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewExport {
    /// In which form.
    format: ExportFormat,
    /// Only this event.
    event: Option<EventName>,
    /// Only what concerns this account.
    #[schema(format = "uuid")]
    account: Option<String>,
    /// Only what this account did.
    #[schema(format = "uuid")]
    actor: Option<String>,
    /// Only what happened then or later.
    #[schema(format = "date-time")]
    from: Option<String>,
    /// Only what happened before.
    #[schema(format = "date-time")]
    to: Option<String>,
}

/// Export the audit log
///
/// All of it that fits, the newest first, piece by piece: a transfer that breaks off is not whole. Needs recent proof,
/// which it uses up, and stands in the log itself.
#[utoipa::path(
    post, path = "/api/v1/organisation/audit/export", tag = "Administration",
    request_body = NewExport,
    responses((
        status = 200, description = "What concerns the organisation, in the form that was asked for.",
        content((Vec<LogRow> = "application/json"), (String = "text/csv")),
    )),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed"]))),
)]
async fn export_audit(
    call: Call,
    AdministratorSession(me): AdministratorSession,
    Json(new): Json<NewExport>,
) -> Result<Response, Problem> {
    let organisation = me.facts.account.organisation_id;
    let filters = Filters {
        event: new.event,
        account: new.account.as_deref(),
        actor: new.actor.as_deref(),
        from: new.from.as_deref(),
        to: new.to.as_deref(),
    };
    let (form, kind, name) = match new.format {
        ExportFormat::Csv => (log::Form::Csv, "text/csv; charset=utf-8", "audit.csv"),
        ExportFormat::Json => (log::Form::Json, "application/json", "audit.json"),
    };
    let export = log::export(&call, &Doer::staff(&me), organisation, filters.search()?, form).await?;
    Ok(download(kind, name, export))
}

/// Piece by piece; a fault on the way cuts the transfer off, so that nobody takes a part for the whole.
fn download(kind: &'static str, name: &str, export: Export) -> Response {
    let body = Body::from_stream(stream::try_unfold(export, |mut export| async move {
        let piece = export.next().await.map_err(|error| std::io::Error::other(error.to_string()))?;
        Ok::<_, std::io::Error>(piece.map(|piece| (piece, export)))
    }));
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, body).into_response()
}

/// What a walk along the chain of seals found.
#[derive(Serialize, ToSchema)]
struct ChainState {
    /// Whether every seal fits.
    whole: bool,
    /// Seals walked.
    seals: u64,
    /// Rows whose content fits their seal.
    rows: u64,
    /// Numbers of the seals that do not fit.
    broken: Vec<u64>,
    /// Rows older than a minute that no seal covers.
    unsealed: u64,
}

/// Verify the chain of the audit log
#[utoipa::path(
    post, path = "/api/v1/organisation/audit/verify", tag = "Administration",
    responses((status = 200, body = ChainState, description = "What was found.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["too-many"]))),
)]
async fn verify_audit(
    call: Call,
    AdministratorSession(me): AdministratorSession,
) -> Result<Sent<ChainState>, Problem> {
    let found = log::verify(&call, &Doer::staff(&me)).await?;
    Ok(Sent(ChainState {
        whole: found.broken.is_empty(),
        seals: found.seals,
        rows: found.rows,
        broken: found.broken.iter().map(|(seal, _)| *seal).collect(),
        unsealed: found.unsealed,
    }))
}
