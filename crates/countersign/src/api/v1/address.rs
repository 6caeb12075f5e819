//! The account's e-mail address: asking for another one, dropping that, confirming the present one.

use std::sync::Arc;

use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::caller::{EnrollingSession, Session};
use crate::app::App;
use crate::flow::{Call, address};
use crate::http::json::Json;
use crate::http::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(ask_email_change, drop_email_change))
        .routes(routes!(send_email_confirmation))
}

/// The address that is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewEmail {
    /// It gets a letter, and counts once that is answered.
    #[schema(format = Email, min_length = 3, max_length = 254)]
    email: String,
}

/// Ask for another e-mail address
///
/// Needs recent proof. The new address gets a letter whose link takes it into use; the present one is told. An earlier
/// request no longer counts. The answer is the same where somebody else has the address.
#[utoipa::path(
    post, path = "/api/v1/account/email", tag = "Account",
    request_body = NewEmail,
    responses((status = 202, description = "If the address is free, a letter is on its way.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "forbidden", "too-many"]))),
)]
async fn ask_email_change(
    call: Call,
    Session(signed_in): Session,
    Json(input): Json<NewEmail>,
) -> Result<StatusCode, Problem> {
    address::ask_change(&call, &signed_in, &input.email).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Drop a change of e-mail address
///
/// The letter that was sent no longer counts. Nothing happens where no change was asked for.
#[utoipa::path(
    delete, path = "/api/v1/account/email", tag = "Account",
    responses((status = 204, description = "No change of address waits any more.")),
    security(("session" = [])),
)]
async fn drop_email_change(call: Call, Session(signed_in): Session) -> Result<StatusCode, Problem> {
    address::drop_change(&call, &signed_in).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send a letter that confirms the e-mail address
///
/// An earlier letter no longer counts. A conflict: the address is confirmed already.
#[utoipa::path(
    post, path = "/api/v1/account/email/confirmation", tag = "Account",
    responses((status = 202, description = "A letter is on its way.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["forbidden", "conflict", "too-many"]))),
)]
async fn send_email_confirmation(
    call: Call,
    EnrollingSession(signed_in): EnrollingSession,
) -> Result<StatusCode, Problem> {
    address::send_confirmation(&call, &signed_in).await?;
    Ok(StatusCode::ACCEPTED)
}
