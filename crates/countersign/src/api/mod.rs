//! The JSON API under `/api/v1` and what describes it.
//!
//! Every handler stands in `v1/`, one file per resource, and is registered together with its description: a route that
//! `docs/openapi.json` does not know cannot exist. Handlers take what proves a right, call one flow, and shape its
//! outcome; refusals are [`crate::http::problem::Problem`]s, put into words at the boundary.

mod caller;
mod openapi;
mod problems;
mod shapes;
mod v1;

use std::sync::Arc;

use axum::Router;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub use openapi::{document, policy_schema};

/// The routes under `/api`, all but the reference page, which is the portal's.
pub fn routes() -> Router<Arc<App>> {
    described().split_for_parts().0
}

/// Routes and descriptions together.
fn described() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(openapi::Frame::openapi())
        .merge(v1::routes())
        .routes(routes!(openapi::get_openapi))
        .routes(routes!(problems::get_problem))
}
