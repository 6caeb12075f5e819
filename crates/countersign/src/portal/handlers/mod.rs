//! One file per family of pages; a handler proves, calls its flow, and draws what came of it.

mod account;
mod activity;
mod address;
mod admin;
mod admin_sso;
mod api_tokens;
mod authenticator;
mod code;
mod desk;
mod desk_account;
mod email_codes;
mod enrolment;
mod forgot;
mod help;
mod link;
mod methods;
mod password;
mod phone;
mod phone_code;
mod policy;
mod recovery_key;
mod reference;
mod removal;
mod second_step;
mod security;
mod sessions;
mod sign_in;
mod sign_up;
mod sso;
mod step_up;
mod suspension;
mod telegram;
mod telegram_row;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

pub use self::reference::Description;
use super::assets;
use super::visit::{Visit, go};
use crate::http::Routes;
use crate::http::problem::{self, Problem};

/// Every page of the portal. `description` is the API's, for its reference page.
pub fn routes(description: Description) -> Routes {
    Routes::new()
        .route("/", get(front))
        .route("/assets/{name}", get(asset))
        .route("/sign-in", get(sign_in::form).post(sign_in::submit))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/sign-up", get(sign_up::form).post(sign_up::submit))
        .route("/help/lost-access", get(help::lost_access).post(help::ask))
        .route("/link/{token}", get(link::open))
        .route("/link", get(link::form).post(link::submit))
        .route("/forgot-password", get(forgot::form).post(forgot::submit))
        .route("/help/devices", get(help::devices))
        .route("/help/clock", get(help::clock))
        .route("/help/api", get(move |visit| reference::page(visit, description)))
        .merge(second_step_routes())
        .merge(sso_routes())
        .merge(account_routes())
        .merge(admin::routes())
        .merge(suspension::routes())
        .merge(desk_routes())
        .merge(policy_routes())
}

fn second_step_routes() -> Routes {
    Routes::new()
        .route("/second-step", get(second_step::form).post(second_step::submit))
        .route("/second-step/method", get(second_step::other_ways).post(second_step::choose))
        .route("/second-step/send", post(second_step::send))
        .route("/second-step/wait", get(telegram::wait))
        .route("/second-step/phone", get(phone_code::news).post(phone_code::ask))
        .route("/second-step/cancel", post(second_step::cancel))
}

fn policy_routes() -> Routes {
    Routes::new()
        .route("/admin/policy", get(policy::rules).post(policy::save))
        .route("/admin/policy/review", get(policy::review).post(policy::to_review))
        .route("/admin/policy/presets", get(policy::presets))
        .route("/admin/policy/history", get(policy::history))
}

fn desk_routes() -> Routes {
    Routes::new()
        .route("/support", get(desk::home))
        .route("/support/search", post(desk::search))
        .route("/support/requests/{id}", get(desk::request))
        .route("/support/requests/{id}/take", post(desk::take))
        .route("/support/requests/{id}/notes", post(desk::add_note))
        .route("/support/requests/{id}/close", post(desk::close))
        .route("/support/requests/{id}/reopen", post(desk::reopen))
        .route("/support/requests/{id}/address", post(desk::address))
        .route("/support/accounts/{id}", get(desk_account::account))
        .route("/support/accounts/{id}/address", post(desk_account::address))
        .route("/support/accounts/{id}/end-sessions", post(desk_account::end_sessions))
        .route("/support/accounts/{id}/unlock", post(desk_account::unlock))
        .route("/support/accounts/{id}/confirmation", post(desk_account::confirmation))
        .route("/support/accounts/{id}/remove-factor", post(desk_account::remove_factor))
}

fn sso_routes() -> Routes {
    Routes::new()
        .route("/sign-in/{organisation}", get(sign_in::form_of))
        .route("/sso", get(sso::find).post(sso::find_by_address))
        .route("/sso/{slug}/start", post(sso::start))
        .route("/sso/{slug}/callback", get(sso::callback))
        .route("/account/step-up/sso/{slug}", post(sso::start_step_up))
        .route("/account/security/sso/{slug}/link", post(sso::link))
        .route("/account/security/sso/{slug}/unlink", post(sso::unlink))
        .route("/admin/sso", get(admin_sso::list).post(admin_sso::add))
        .route("/admin/sso/new", get(admin_sso::new))
        .route("/admin/sso/{id}", get(admin_sso::edit).post(admin_sso::save))
        .route("/admin/sso/{id}/test", post(admin_sso::test))
        .route("/admin/sso/{id}/enable", post(admin_sso::enable))
        .route("/admin/sso/{id}/disable", post(admin_sso::disable))
        .route("/admin/sso/{id}/remove", get(admin_sso::before_removal).post(admin_sso::remove))
}

fn account_routes() -> Routes {
    Routes::new()
        .route("/account", get(account::home))
        .route("/account/profile", get(account::profile).post(account::save_profile))
        .route("/account/email", get(address::form).post(address::submit))
        .route("/account/email/drop", post(address::drop_change))
        .route("/account/email/confirm", post(address::confirm))
        .route("/account/password", get(password::form).post(password::submit))
        .route("/account/step-up", get(step_up::form).post(step_up::submit))
        .route("/account/step-up/send", post(step_up::send))
        .route("/account/step-up/method", get(step_up::other_ways).post(step_up::choose))
        .route("/account/security", get(security::overview))
        .route("/account/sessions", get(sessions::list))
        .route("/account/sessions/end-others", post(sessions::end_others))
        .route("/account/sessions/{id}/end", post(sessions::end))
        .route("/account/activity", get(activity::list))
        .route("/account/api-tokens", get(api_tokens::list).post(api_tokens::make))
        .route("/account/api-tokens/new", get(api_tokens::form))
        .route("/account/api-tokens/{id}/end", post(api_tokens::end))
        .merge(enrolment_routes())
        .merge(authenticator_routes())
        .merge(other_method_routes())
        .merge(phone_routes())
        .merge(telegram_routes())
}

fn enrolment_routes() -> Routes {
    Routes::new()
        .route("/account/set-up", get(enrolment::form).post(enrolment::choose))
        .route("/account/set-up/not-now", post(enrolment::not_now))
        .route("/account/set-up/confirm", post(enrolment::confirm_address))
        .route("/account/set-up/done", get(enrolment::done))
}

fn authenticator_routes() -> Routes {
    Routes::new()
        .route("/account/security/authenticator", get(authenticator::before))
        .route("/account/security/authenticator/start", post(authenticator::start))
        .route("/account/security/authenticator/set-up", get(authenticator::set_up))
        .route("/account/security/authenticator/confirm", post(authenticator::confirm))
        .route("/account/security/authenticator/qr", post(authenticator::picture))
        .route("/account/security/authenticator/cancel", post(authenticator::cancel))
        .route("/account/security/authenticator/last-showing", get(authenticator::last_showing))
        .route("/account/security/authenticator/last-showing/download", post(authenticator::last_picture))
        .route("/account/security/authenticator/last-showing/accept", post(authenticator::accept))
        .route("/account/security/authenticator/done", get(authenticator::done))
        .route("/account/security/authenticator/{id}/rename", get(security::rename).post(security::save_name))
        .route(
            "/account/security/authenticator/{id}/remove",
            get(security::remove).post(security::start_removal),
        )
}

fn other_method_routes() -> Routes {
    Routes::new()
        .route("/account/security/email", get(email_codes::before))
        .route("/account/security/email/start", post(email_codes::start))
        .route("/account/security/email/disable", get(email_codes::disable).post(email_codes::start_disable))
        .route("/account/security/recovery-key", get(recovery_key::before))
        .route("/account/security/recovery-key/start", post(recovery_key::start))
        .route("/account/security/recovery-key/make", post(recovery_key::make))
        .route("/account/security/recovery-key/file", post(recovery_key::file))
        .route("/account/security/recovery-key/save", post(recovery_key::save))
}

fn telegram_routes() -> Routes {
    Routes::new()
        .route("/account/security/telegram", get(telegram::before))
        .route("/account/security/telegram/start", post(telegram::start))
        .route("/account/security/telegram/link", get(telegram::linking).post(telegram::go_on))
        .route("/account/security/telegram/link/wait", get(telegram::wait_for_link))
        .route("/account/security/telegram/confirm", post(telegram::confirm))
        .route("/account/security/telegram/cancel", post(telegram::cancel))
        .route("/account/security/telegram/done", get(telegram::done))
        .route("/account/security/telegram/enable", get(telegram::before_on).post(telegram::enable))
        .route("/account/security/telegram/disable", get(telegram::before_off).post(telegram::disable))
        .route("/account/security/telegram/{id}/unlink", get(telegram::before_unlink).post(telegram::unlink))
}

fn phone_routes() -> Routes {
    Routes::new()
        .route("/account/security/phone", get(phone::form).post(phone::start))
        .route("/account/security/phone/drop", post(phone::drop_pending))
        .route("/account/security/phone/{id}/prove", post(phone::prove))
        .route("/account/security/phone/{id}/remove", get(phone::remove).post(phone::start_removal))
}

async fn front(visit: Visit) -> Result<Response, Problem> {
    Ok(go(if visit.session().await?.is_some() { "/account" } else { "/sign-in" }))
}

async fn asset(Path(name): Path<String>) -> Result<Response, Problem> {
    if let Some(sheet) = assets::accent(&name) {
        let headers = [(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, assets::CACHE_CONTROL)];
        return Ok((headers, sheet).into_response());
    }
    let asset = assets::by_path(&format!("/assets/{name}")).ok_or(Problem::new(&problem::NOT_FOUND))?;
    let headers = [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, assets::CACHE_CONTROL)];
    Ok((headers, asset.bytes).into_response())
}
