//! Codes by e-mail as a second step.

use std::sync::Arc;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::entry::{self, SignInState};
use crate::api::caller::{EnrollingSession, Session};
use crate::api::shapes::Sent;
use crate::app::App;
use crate::flow::Call;
use crate::flow::email_code::{self, Removal};
use crate::http::cookies::Cookies;
use crate::http::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(enable_email_codes)).routes(routes!(disable_email_codes))
}

/// Switch codes by e-mail on
///
/// Needs recent proof. Sends a code to the account's address: the right answer at `/api/v1/second-step` switches them on
/// and ends every other session.
#[utoipa::path(
    post, path = "/api/v1/email-codes", tag = "E-mail codes",
    responses((status = 200, body = SignInState, description = "Nothing is on yet: a second step waits. A cookie is set.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "forbidden"]))),
)]
async fn enable_email_codes(
    call: Call,
    cookies: Cookies,
    EnrollingSession(signed_in): EnrollingSession,
) -> Result<Sent<SignInState>, Problem> {
    let open = email_code::start_enable(&call, &signed_in).await?;
    entry::challenged(&call, &cookies, &open).await.map(Sent)
}

/// Switch codes by e-mail off
///
/// Opens a second step of its own, whatever was proved before: a fresh code or the recovery key at `/api/v1/second-step`
/// switches them off and ends every other session. For ten minutes after a sign-in by recovery key it is done at once.
#[utoipa::path(
    post, path = "/api/v1/email-codes/removal", tag = "E-mail codes",
    responses((status = 200, body = SignInState, description = "A second step waits (`challenge`), or it is done. A cookie is set.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["forbidden"]))),
)]
async fn disable_email_codes(
    call: Call,
    cookies: Cookies,
    Session(signed_in): Session,
) -> Result<Sent<SignInState>, Problem> {
    match email_code::start_disable(&call, &signed_in).await? {
        Removal::Challenge(open) => entry::challenged(&call, &cookies, &open).await.map(Sent),
        Removal::Done(token) => entry::renewed(&call, &cookies, &token).await.map(Sent),
    }
}
