//! Setting up an authenticator.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use super::entry::{self, RenewedSession};
use crate::api::caller::EnrollingSession;
use crate::api::shapes::{Sent, Time};
use crate::app::App;
use crate::flow::Call;
use crate::flow::authenticator::{self, Confirmation, Pending};
use crate::http::cookies::Cookies;
use crate::http::json::Json;
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;
use crate::qr;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(create_authenticator))
        .routes(routes!(get_pending_authenticator, cancel_authenticator))
        .routes(routes!(get_pending_qr_code))
        .routes(routes!(confirm_authenticator))
}

/// A key that waits for its first code. It is told to the session that asked for it, while the set-up lasts, and to
/// nobody else ever.
#[derive(Serialize, ToSchema)]
struct PendingAuthenticator {
    /// The key in groups of four, for typing into an app.
    #[schema(value_type = String, examples("ABCD EFGH IJKL MNOP QRST UVWX YZ23 4567"))]
    key: Zeroizing<String>,
    /// What the QR code says.
    #[schema(value_type = String, format = "uri")]
    otpauth_uri: Zeroizing<String>,
    /// When the set-up ends by itself.
    expires_at: Time,
    /// The server's time. A device whose clock differs shows codes that do not fit.
    server_time: Time,
    /// Seconds until an app shows another code.
    #[schema(minimum = 1, maximum = 30)]
    seconds_left: u32,
}

impl PendingAuthenticator {
    fn of(call: &Call, pending: Pending) -> Self {
        Self {
            key: pending.key,
            otpauth_uri: pending.uri,
            expires_at: pending.expires_at.into(),
            server_time: call.now.into(),
            seconds_left: pending.seconds_left,
        }
    }
}

/// The first code of a new authenticator, and its name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewAuthenticator {
    /// A name that no other authenticator of the account has.
    #[schema(min_length = 1, max_length = 40, examples("Ada's telephone"))]
    name: String,
    /// The six digits that the app shows. Blanks and dashes between them do no harm.
    #[schema(value_type = String, min_length = 6, max_length = 64, examples("123 456"), write_only)]
    code: Typed,
}

/// An authenticator that was just set up, and the session that goes on.
#[derive(Serialize, ToSchema)]
struct ActivatedAuthenticator {
    /// The session.
    #[serde(flatten)]
    renewed: RenewedSession,
    /// Whether the key can be seen one last time at `/api/v1/authenticators/last-showing`.
    last_showing: bool,
    /// Whether a recovery key can be made now at `/api/v1/recovery-key/make`.
    may_make_recovery_key: bool,
}

/// Start setting up an authenticator
///
/// Needs recent proof. A set-up that was begun before is thrown away. Nothing is active until a code confirms the key.
#[utoipa::path(
    post, path = "/api/v1/authenticators", tag = "Authenticators",
    responses((status = 201, body = PendingAuthenticator, description = "The key, for ten minutes.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "forbidden", "conflict"]))),
)]
async fn create_authenticator(
    call: Call,
    EnrollingSession(signed_in): EnrollingSession,
) -> Result<(StatusCode, Sent<PendingAuthenticator>), Problem> {
    authenticator::start(&call, &signed_in).await?;
    let pending = authenticator::pending(&call, &signed_in).await?;
    Ok((StatusCode::CREATED, Sent(PendingAuthenticator::of(&call, pending))))
}

/// Show the set-up in progress
#[utoipa::path(
    get, path = "/api/v1/authenticators/pending", tag = "Authenticators",
    responses((status = 200, body = PendingAuthenticator, description = "The key again, while the set-up lasts.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["not-found"]))),
)]
async fn get_pending_authenticator(
    call: Call,
    EnrollingSession(signed_in): EnrollingSession,
) -> Result<Sent<PendingAuthenticator>, Problem> {
    let pending = authenticator::pending(&call, &signed_in).await?;
    Ok(Sent(PendingAuthenticator::of(&call, pending)))
}

/// Show the QR code of the set-up in progress
///
/// A picture of `otpauth_uri`, for an app to scan. It is as good as the key: show it and keep it nowhere.
#[utoipa::path(
    get, path = "/api/v1/authenticators/pending/qr", tag = "Authenticators",
    responses((status = 200, content_type = "image/svg+xml", body = String, description = "The picture, as SVG.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["not-found"]))),
)]
async fn get_pending_qr_code(
    call: Call,
    EnrollingSession(signed_in): EnrollingSession,
) -> Result<impl IntoResponse, Problem> {
    let pending = authenticator::pending(&call, &signed_in).await?;
    let picture = qr::svg(&pending.uri).ok_or(Problem::new(&problem::INTERNAL))?;
    Ok(([(CONTENT_TYPE, "image/svg+xml")], picture))
}

/// Finish setting up an authenticator
///
/// Ends every other session. A key takes ten wrong codes; then the set-up is over.
#[utoipa::path(
    post, path = "/api/v1/authenticators/confirm", tag = "Authenticators",
    request_body = NewAuthenticator,
    responses((status = 200, body = ActivatedAuthenticator, description = "Active. The session cookie is new.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["wrong-set-up-code", "clock-wrong", "over", "not-found"]))),
)]
async fn confirm_authenticator(
    call: Call,
    cookies: Cookies,
    EnrollingSession(signed_in): EnrollingSession,
    Json(input): Json<NewAuthenticator>,
) -> Result<Sent<ActivatedAuthenticator>, Problem> {
    match authenticator::confirm(&call, &signed_in, &input.name, &input.code).await? {
        Confirmation::Done { session, ended, last_showing, may_make_key } => {
            let renewed = entry::renewed_alone(&call, &cookies, &session, ended).await?;
            Ok(Sent(ActivatedAuthenticator { renewed, last_showing, may_make_recovery_key: may_make_key }))
        }
        Confirmation::Wrong { tries_left } => {
            Err(Problem::new(&problem::WRONG_SET_UP_CODE).telling("tries_left", tries_left))
        }
        Confirmation::ClockWrong { minutes } => {
            Err(Problem::new(&problem::CLOCK_WRONG).telling("minutes", minutes))
        }
        Confirmation::Over => Err(Problem::new(&problem::OVER)),
    }
}

/// Throw the set-up in progress away
#[utoipa::path(
    delete, path = "/api/v1/authenticators/pending", tag = "Authenticators",
    responses((status = 204, description = "There is no set-up in progress now.")),
    security(("session" = [])),
)]
async fn cancel_authenticator(
    call: Call,
    EnrollingSession(signed_in): EnrollingSession,
) -> Result<StatusCode, Problem> {
    authenticator::cancel(&call, &signed_in).await?;
    Ok(StatusCode::NO_CONTENT)
}
