//! One file per family of pages; a handler proves, calls its flow, and draws what came of it.

mod account;
mod activity;
mod api_tokens;
mod authenticator;
mod code;
mod forgot;
mod help;
mod link;
mod password;
mod reference;
mod second_step;
mod security;
mod sessions;
mod sign_in;
mod sign_up;
mod step_up;

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

pub use self::reference::Description;
use super::assets;
use super::visit::{Visit, go};
use crate::app::App;
use crate::http::problem::{self, Problem};

/// Every page of the portal. `description` is the API's, for its reference page.
pub fn routes(description: Description) -> Router<Arc<App>> {
    Router::new()
        .route("/", get(front))
        .route("/assets/{name}", get(asset))
        .route("/sign-in", get(sign_in::form).post(sign_in::submit))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/sign-up", get(sign_up::form).post(sign_up::submit))
        .route("/second-step", get(second_step::form).post(second_step::submit))
        .route("/second-step/method", get(second_step::other_ways).post(second_step::choose))
        .route("/help/lost-access", get(help::lost_access))
        .route("/second-step/cancel", post(second_step::cancel))
        .route("/link/{token}", get(link::open))
        .route("/link", get(link::form).post(link::submit))
        .route("/forgot-password", get(forgot::form).post(forgot::submit))
        .route("/help/devices", get(help::devices))
        .route("/help/clock", get(help::clock))
        .route("/help/api", get(move |visit| reference::page(visit, description)))
        .merge(account_routes())
}

fn account_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/account", get(account::home))
        .route("/account/profile", get(account::profile).post(account::save_profile))
        .route("/account/password", get(password::form).post(password::submit))
        .route("/account/step-up", get(step_up::form).post(step_up::submit))
        .route("/account/security", get(security::overview))
        .route("/account/sessions", get(sessions::list))
        .route("/account/sessions/end-others", post(sessions::end_others))
        .route("/account/sessions/{id}/end", post(sessions::end))
        .route("/account/activity", get(activity::list))
        .route("/account/api-tokens", get(api_tokens::list).post(api_tokens::make))
        .route("/account/api-tokens/new", get(api_tokens::form))
        .route("/account/api-tokens/{id}/end", post(api_tokens::end))
        .merge(authenticator_routes())
}

fn authenticator_routes() -> Router<Arc<App>> {
    Router::new()
        .route("/account/security/authenticator", get(authenticator::before))
        .route("/account/security/authenticator/start", post(authenticator::start))
        .route("/account/security/authenticator/set-up", get(authenticator::set_up))
        .route("/account/security/authenticator/confirm", post(authenticator::confirm))
        .route("/account/security/authenticator/qr", post(authenticator::picture))
        .route("/account/security/authenticator/cancel", post(authenticator::cancel))
        .route("/account/security/authenticator/done", get(authenticator::done))
        .route("/account/security/authenticator/{id}/rename", get(security::rename).post(security::save_name))
        .route(
            "/account/security/authenticator/{id}/remove",
            get(security::remove).post(security::start_removal),
        )
}

async fn front(visit: Visit) -> Result<Response, Problem> {
    Ok(go(if visit.session().await?.is_some() { "/account" } else { "/sign-in" }))
}

async fn asset(Path(name): Path<String>) -> Result<Response, Problem> {
    let asset = assets::by_path(&format!("/assets/{name}")).ok_or(Problem::new(&problem::NOT_FOUND))?;
    let headers = [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, assets::CACHE_CONTROL)];
    Ok((headers, asset.bytes).into_response())
}
