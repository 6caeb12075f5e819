//! Administration: what each page shows, and the deeds behind its buttons.

mod adoption;
mod audit;
mod couriers;
mod deeds;
mod home;
mod invitations;
mod members;
mod organisation;
mod spending;

use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use countersign_core::action::Action;
use countersign_core::id::OrganisationId;

use super::super::visit::{Member, go};
use super::sign_in::with_next;
use crate::flow::{FlowError, staff};
use crate::http::problem::Problem;
use crate::http::{Routes, STEP_UP_PATH};

pub(super) fn routes() -> Routes {
    Routes::new()
        .route("/admin", get(home::home))
        .route("/admin/members", get(members::list))
        .route("/admin/members/{id}", get(members::show_one))
        .route("/admin/members/{id}/role", post(deeds::role))
        .route("/admin/members/{id}/disable", post(deeds::disable))
        .route("/admin/members/{id}/enable", post(deeds::enable))
        .route("/admin/members/{id}/end-sessions", post(deeds::end_sessions))
        .route("/admin/members/{id}/export", post(deeds::export))
        .route("/admin/members/{id}/delete", get(deeds::delete_form).post(deeds::delete))
        .route("/admin/invitations", get(invitations::list).post(invitations::invite))
        .route("/admin/invitations/list", post(invitations::plan))
        .route("/admin/invitations/list/send", post(invitations::send))
        .route("/admin/invitations/{id}/resend", post(invitations::resend))
        .route("/admin/invitations/{id}/withdraw", post(invitations::withdraw))
        .route("/admin/audit", get(audit::list))
        .route("/admin/audit/export", post(audit::export))
        .route("/admin/audit/verify", post(audit::verify))
        .route("/admin/couriers", get(couriers::list))
        .route("/admin/couriers/test", post(couriers::test))
        .route("/admin/organisation", get(organisation::form).post(organisation::save))
        .route("/admin/adoption", get(adoption::show_adoption))
        .merge(spending::routes())
}

/// The organisation of whoever looks, if they may do this.
async fn allowed(member: &Member, action: Action) -> Result<OrganisationId, Problem> {
    staff::require(member.call(), &member.me, action).await?;
    Ok(member.me.facts.account.organisation_id)
}

/// A fresh proof first, and back to `here`, where one more press does it.
fn stopped(error: FlowError, here: &str) -> Result<Response, Problem> {
    match error {
        FlowError::StepUpNeeded => Ok(go(&with_next(STEP_UP_PATH, Some(here)))),
        other => Err(other.into()),
    }
}

/// A document to be kept.
fn download(kind: &'static str, name: &str, body: impl IntoResponse) -> Response {
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, body).into_response()
}

/// A text of a query that says something.
fn said(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// An address with a query; what is empty is left out.
fn address(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let pairs: Vec<_> = pairs.iter().filter(|(_, value)| !value.is_empty()).collect();
    if pairs.is_empty() {
        return path.to_owned();
    }
    format!("{path}?{}", query.extend_pairs(pairs).finish())
}
