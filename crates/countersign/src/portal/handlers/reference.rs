//! The API's reference, readable: for signed-in accounts, or for everybody by setting.

use axum::response::Response;

use super::super::view::ApiReferencePage;
use super::super::visit::{Visit, show};
use crate::config::ApiReference;
use crate::http::problem::{self, Problem};

/// What draws the reference from the API's description, which this room may not name.
pub type Description = fn() -> serde_json::Value;

pub(super) async fn page(visit: Visit, description: Description) -> Result<Response, Problem> {
    let open = visit.app.settings.api_reference == ApiReference::Everybody;
    if !open && visit.session().await?.is_none() {
        return Err(Problem::new(&problem::SIGN_IN_NEEDED));
    }
    let page = visit.front_page().await?;
    show(&ApiReferencePage::new(page, "/api/openapi.json", &description()))
}
