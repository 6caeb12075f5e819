//! `/healthz`, `/readyz`, `/metrics` and the browsers' reports: for machines, without a session.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq;

use super::body;
use super::context::RequestContext;
use super::extract::bearer;
use super::problem::{self, Problem};
use super::render::AsItIs;
use crate::app::App;
use crate::observe::metrics;

/// A balancer asks every few seconds: a slower database is as good as none.
const READY_WITHIN: Duration = Duration::from_secs(1);

/// A browser's report has some hundred bytes.
const LONGEST_REPORT: usize = 16 * 1024;

/// The process lives.
pub(super) async fn healthz() -> Response {
    plain(StatusCode::OK, "ok\n")
}

/// The database answers, so requests can be served.
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Response {
    match tokio::time::timeout(READY_WITHIN, app.deps.store.ping()).await {
        Ok(Ok(())) if app.clock.is_degraded() => plain(StatusCode::OK, "ready; the clock is behind\n"),
        Ok(Ok(())) => plain(StatusCode::OK, "ready\n"),
        Ok(Err(error)) => {
            tracing::warn!(%error, "not ready");
            plain(StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
        }
        Err(_) => {
            tracing::warn!("not ready: the database does not answer in time");
            plain(StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
        }
    }
}

/// The figures, for a process on this machine or whoever shows the token. For anybody else there is nothing here.
pub(super) async fn figures(
    State(app): State<Arc<App>>,
    context: RequestContext,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let wanted = app.settings.metrics.token.as_ref();
    let shown = bearer(&headers).zip(wanted);
    let has_token =
        shown.is_some_and(|(shown, wanted)| shown.as_bytes().ct_eq(wanted.reveal().as_bytes()).into());
    if !context.from_this_machine && !has_token {
        return Err(Problem::new(&problem::NOT_FOUND));
    }
    let body = app.metrics.render();
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], body).into_response())
}

/// Counts a report that a page broke its policy. What is in it is a browser's or anybody's word, so it is not kept.
pub(super) async fn csp_report(request: Request) -> Result<StatusCode, Problem> {
    let types = ["application/reports+json", "application/csp-report"];
    if !types.iter().any(|kind| body::is_of_type(request.headers(), kind)) {
        return Err(Problem::new(&problem::MEDIA_TYPE));
    }
    body::read(request, LONGEST_REPORT).await?;
    metrics::csp_report();
    Ok(StatusCode::NO_CONTENT)
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    let mut response = (status, text).into_response();
    response.extensions_mut().insert(AsItIs);
    response
}
