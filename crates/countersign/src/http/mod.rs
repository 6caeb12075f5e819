//! The boundary: everything that is the same for every route, and the extractors that handlers prove their rights with.
//!
//! A request passes, from outside in: [`context`] (who asks, guards, final form of the answer), the route's extractors,
//! the handler. A handler returns its answer or a [`problem::Problem`]; it never formats an error.

mod address;
mod body;
pub mod context;
pub mod cookies;
pub mod csrf;
pub mod extract;
mod fields;
pub mod form;
mod guard;
mod headers;
pub mod json;
mod probes;
pub mod problem;
mod receipts;
mod render;
pub mod routes;
pub mod secret;
mod strict;
mod telegram;
pub mod voice;
pub mod waiting;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

pub use address::Transport;
pub use guard::LONGEST_REQUEST;
pub use headers::clear_site_data;
pub use render::{ENROL_PATH, SAVE_KEY_PATH, SIGN_IN_PATH, STEP_UP_PATH, local_path, retry_after};
pub use routes::Routes;

use crate::app::App;
use crate::config::WEBHOOK_PATH;

/// The boundary's own routes: for machines that watch the server, and for browsers' reports.
pub fn own() -> Routes {
    Routes::new()
        .route("/healthz", get(probes::healthz))
        .route("/readyz", get(probes::readyz))
        .route("/metrics", get(probes::figures))
        .route(headers::REPORTS_PATH, post(probes::csp_report))
        .route(WEBHOOK_PATH, post(telegram::webhook))
        .route(receipts::ROUTE, post(receipts::receipt))
}

/// Puts the boundary around the routes of portal, API and demo, and adds its own: probes and reports.
pub fn surround(routes: Router<Arc<App>>, app: &Arc<App>) -> Router {
    let around = axum::middleware::from_fn_with_state(Arc::clone(app), context::around);
    routes
        .merge(own().into_router())
        .fallback(async || problem::Problem::new(&problem::NOT_FOUND))
        .method_not_allowed_fallback(async || problem::Problem::new(&problem::METHOD))
        .layer(around)
        .with_state(Arc::clone(app))
}

#[cfg(test)]
mod tests;
