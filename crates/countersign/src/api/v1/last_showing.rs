//! The key of a new authenticator, shown one last time (EXC-7).

use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use crate::api::caller::EnrollingSession;
use crate::api::shapes::Sent;
use crate::app::App;
use crate::flow::Call;
use crate::flow::authenticator;
use crate::http::problem::{self, Problem};
use crate::qr;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_last_showing, end_last_showing))
        .routes(routes!(download_last_showing))
}

/// The key of the authenticator that was just set up.
#[derive(Serialize, ToSchema)]
struct LastShowing {
    /// The name of the authenticator.
    name: String,
    /// The key in groups of four, for typing into an app.
    #[schema(value_type = String, examples("ABCD EFGH IJKL MNOP QRST UVWX YZ23 4567"))]
    key: Zeroizing<String>,
    /// What the QR code says.
    #[schema(value_type = String, format = "uri")]
    otpauth_uri: Zeroizing<String>,
}

/// Show the key of a new authenticator one last time
///
/// Where the policy says so: to the session that set it up, for ten minutes or until it is ended. Afterwards the key can
/// never be read again.
#[utoipa::path(
    get, path = "/api/v1/authenticators/last-showing", tag = "Authenticators",
    responses((status = 200, body = LastShowing, description = "The key.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["not-found"]))),
)]
async fn get_last_showing(
    call: Call,
    EnrollingSession(signed_in): EnrollingSession,
) -> Result<Sent<LastShowing>, Problem> {
    let shown = authenticator::last_showing(&call, &signed_in).await?;
    Ok(Sent(LastShowing { name: shown.name, key: shown.key, otpauth_uri: shown.uri }))
}

/// End the last showing with a picture
///
/// Ends the showing and answers with the QR code as a PNG to keep, this once.
#[utoipa::path(
    post, path = "/api/v1/authenticators/last-showing/download", tag = "Authenticators",
    responses((status = 200, content_type = "image/png", body = Vec<u8>, description = "The picture.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["not-found"]))),
)]
async fn download_last_showing(
    call: Call,
    EnrollingSession(signed_in): EnrollingSession,
) -> Result<impl IntoResponse, Problem> {
    let shown = authenticator::end_last_showing(&call, &signed_in).await?;
    let picture = qr::png(&shown.uri).ok_or(Problem::new(&problem::INTERNAL))?;
    Ok(([(CONTENT_TYPE, "image/png")], picture))
}

/// End the last showing
#[utoipa::path(
    delete, path = "/api/v1/authenticators/last-showing", tag = "Authenticators",
    responses((status = 204, description = "The key can't be read any more.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["not-found"]))),
)]
async fn end_last_showing(
    call: Call,
    EnrollingSession(signed_in): EnrollingSession,
) -> Result<StatusCode, Problem> {
    authenticator::end_last_showing(&call, &signed_in).await?;
    Ok(StatusCode::NO_CONTENT)
}
