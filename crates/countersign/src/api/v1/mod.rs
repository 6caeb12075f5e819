//! Version 1: one file per resource.

mod account;
mod activity;
mod address;
mod api_tokens;
mod authenticators;
mod desk;
mod desk_account;
mod email_codes;
mod enrolment;
mod entry;
mod last_showing;
mod link;
mod lost_access;
mod mail;
mod organisation;
mod organisation_audit;
mod organisation_log;
mod organisation_policy;
mod organisation_spending;
mod password;
mod phone_code;
mod phone_numbers;
mod policy;
mod policy_document;
mod recovery_key;
mod second_step;
mod session;
mod sessions;
mod set_up;
mod sign_in;
mod sign_up;
mod sso;
mod sso_providers;
mod step_up;
mod suspension;
mod telegram;
mod telegram_step;

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

/// Every route of this version.
pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    of_everybody().merge(of_staff())
}

fn of_staff() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(desk::routes())
        .merge(desk_account::routes())
        .merge(suspension::routes())
        .merge(organisation_policy::routes())
        .merge(mail::routes())
        .merge(sso_providers::routes())
        .merge(organisation::routes())
        .merge(organisation_log::routes())
        .merge(organisation_audit::routes())
        .merge(organisation_spending::routes())
}

fn of_everybody() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(sign_in::routes())
        .merge(second_step::routes())
        .merge(phone_code::routes())
        .merge(session::routes())
        .merge(sign_up::routes())
        .merge(link::routes())
        .merge(lost_access::routes())
        .merge(account::routes())
        .merge(address::routes())
        .merge(password::routes())
        .merge(enrolment::routes())
        .merge(step_up::routes())
        .merge(of_methods())
        .merge(sessions::routes())
        .merge(activity::routes())
        .merge(api_tokens::routes())
        .merge(policy::routes())
        .merge(sso::routes())
}

/// What sets second steps up, and takes them away.
fn of_methods() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .merge(authenticators::routes())
        .merge(set_up::routes())
        .merge(last_showing::routes())
        .merge(email_codes::routes())
        .merge(telegram::routes())
        .merge(telegram_step::routes())
        .merge(phone_numbers::routes())
        .merge(recovery_key::routes())
}
