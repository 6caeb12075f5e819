//! The webhook: what Telegram posts, proved by its secret. For everybody else there is nothing here.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use countersign_core::audit::Actor;

use super::body;
use super::problem::{self, Problem};
use crate::app::App;
use crate::app::telegram::posted;
use crate::observe::metrics;

/// Where Telegram shows the secret (Bot API, `setWebhook`).
const SECRET: &str = "x-telegram-bot-api-secret-token";

/// A message of 4096 characters that answers another one, all of it escaped, has about 100 thousand bytes.
const LONGEST: usize = 512 * 1024;

/// One update. An answer other than 200 makes Telegram post it again.
pub(super) async fn webhook(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let shown = request.headers().get(SECRET);
    if !shown.is_some_and(|secret| app.is_from_telegram(secret.as_bytes())) {
        return Err(Problem::new(&problem::NOT_FOUND));
    }
    let body = body::read(request, LONGEST).await?;
    let update = posted(&body).ok_or_else(|| Problem::new(&problem::MALFORMED))?;
    let taken = app.telegram_update(&app.call(Actor::System, "telegram"), update).await;
    metrics::telegram_update(if taken.is_ok() { "taken" } else { "failed" });
    taken?;
    Ok(StatusCode::OK.into_response())
}
