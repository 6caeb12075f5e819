//! How the installation's mail is delivered, for its administrators.

use std::sync::Arc;
use std::time::Duration;

use countersign_core::api_token::Scope;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::shapes::{Sent, Time};
use crate::app::App;
use crate::flow::outbox::{self, LetterRow};
use crate::flow::{Call, second_step};
use crate::http::extract::ApiCaller;
use crate::http::problem::Problem;

/// How far back failures are told.
const FAILURES: Duration = Duration::from_hours(7 * 24);

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(get_mail))
}

/// How mail goes.
#[derive(Serialize, ToSchema)]
struct MailState {
    /// Whether a mail server is set up at all.
    is_set_up: bool,
    /// Whether the last attempt to reach it failed.
    is_down: bool,
    /// When a server last took a letter.
    worked_at: Option<Time>,
    /// When none last did.
    failed_at: Option<Time>,
    /// Why, in the words of the mail server or this one; English.
    error: Option<String>,
    /// Letters that wait to be sent.
    waiting: u64,
    /// When the oldest of them was due.
    oldest_waiting: Option<Time>,
    /// Letters that were sent within the last 24 hours.
    sent: u64,
    /// Letters that were refused, or given up because their time was over, within the last 24 hours.
    failed: u64,
    /// These of the last seven days, the newest first, at most 100.
    failures: Vec<FailedLetter>,
}

/// A letter that did not arrive. What it said is gone.
#[derive(Serialize, ToSchema)]
struct FailedLetter {
    /// Its id, as in the log and in its Message-ID.
    #[schema(format = "uuid")]
    id: String,
    /// What it was about.
    #[schema(value_type = String, examples("code"))]
    kind: &'static str,
    /// To whom it went, masked.
    #[schema(examples("a•••@e•••.org"))]
    to: String,
    /// What became of it.
    #[schema(value_type = String, examples("refused"))]
    state: &'static str,
    /// When it was written.
    written_at: Time,
    /// When it was given up.
    ended_at: Option<Time>,
    /// How often it was tried and put off.
    attempts: u32,
    /// Why, in the words of the mail server or this one; English.
    error: Option<String>,
}

impl From<LetterRow> for FailedLetter {
    fn from(row: LetterRow) -> Self {
        Self {
            id: row.id.to_string(),
            kind: row.kind.as_str(),
            to: row.recipient.masked(),
            state: row.state.as_str(),
            written_at: row.created_at.into(),
            ended_at: row.ended_at.map(Time::from),
            attempts: row.attempts,
            error: row.last_error,
        }
    }
}

/// Show how mail is delivered
///
/// For administrators: with a session, or with a token of theirs.
#[utoipa::path(
    get, path = "/api/v1/mail", tag = "Operation",
    responses((status = 200, body = MailState, description = "How it stands.")),
    security(("session" = []), ("bearer" = ["mail:read"])),
    extensions(("x-problems" = json!(["forbidden"]))),
)]
async fn get_mail(call: Call, caller: ApiCaller) -> Result<Sent<MailState>, Problem> {
    caller.administrator(&call, Scope::MailRead).await?;
    let counts = outbox::counts(&call).await?;
    let failures = outbox::failures(&call, FAILURES).await?;
    let courier = outbox::mail(&call).await?.unwrap_or_default();
    Ok(Sent(MailState {
        is_set_up: call.deps.mail,
        is_down: second_step::is_down(&courier),
        worked_at: courier.ok_at.map(Time::from),
        failed_at: courier.failed_at.map(Time::from),
        error: courier.error,
        waiting: counts.waiting,
        oldest_waiting: counts.oldest_waiting.map(Time::from),
        sent: counts.sent,
        failed: counts.failed,
        failures: failures.into_iter().map(FailedLetter::from).collect(),
    }))
}
