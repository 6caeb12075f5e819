//! The recovery key: told once, when it is made, and never again.

use std::sync::Arc;

use axum::http::StatusCode;
use countersign_core::text::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use super::entry::{self, SignInState};
use crate::api::caller::AnySession;
use crate::api::shapes::{Sent, Time};
use crate::app::App;
use crate::flow::recovery_key::{self, NewKey, Saved};
use crate::flow::{Call, FlowError, session};
use crate::http::cookies::{CookieName, Cookies};
use crate::http::json::Json;
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;
use crate::text;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_recovery_key, start_recovery_key))
        .routes(routes!(make_recovery_key))
        .routes(routes!(save_recovery_key))
}

/// Whether there is a recovery key. The key itself is never told again.
#[derive(Serialize, ToSchema)]
struct RecoveryKeyState {
    /// The present key; `null`: there is none, or it was used.
    present: Option<PresentKey>,
    /// Whether this session can make one now, without proving anything first.
    may_make: bool,
}

/// What is known of a key.
#[derive(Serialize, ToSchema)]
struct PresentKey {
    /// When it was made.
    made_at: Time,
    /// Whether its owner has shown to have saved it.
    saved: bool,
}

/// A key that was just made.
#[derive(Serialize, ToSchema)]
struct MadeKey {
    /// The key, in six groups of four. It is shown this once.
    #[schema(value_type = String, examples("7K2M-9QWE-…"))]
    key: Zeroizing<String>,
    /// The numbers of the two groups, counted from 1, that confirm that it was saved.
    #[schema(min_items = 2, max_items = 2)]
    groups: [usize; 2],
}

/// The proof that a key was saved.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SavedKey {
    /// The key, as it was told when it was made. Case, blanks and dashes do not matter.
    #[schema(value_type = String, min_length = 24, max_length = 64, write_only)]
    key: Typed,
    /// The first of the two groups asked for, as its owner typed it off what was saved.
    #[schema(value_type = String, min_length = 4, max_length = 16, write_only)]
    first_group: Typed,
    /// The second one.
    #[schema(value_type = String, min_length = 4, max_length = 16, write_only)]
    second_group: Typed,
}

/// Show whether there is a recovery key
///
/// Answers also while a new one has to be saved first.
#[utoipa::path(
    get, path = "/api/v1/recovery-key", tag = "Recovery key",
    responses((status = 200, body = RecoveryKeyState, description = "How it stands.")),
    security(("session" = [])),
)]
async fn get_recovery_key(call: Call, AnySession(signed_in): AnySession) -> Sent<RecoveryKeyState> {
    let present = signed_in.facts.recovery_key;
    Sent(RecoveryKeyState {
        present: present.map(|key| PresentKey { made_at: key.made_at.into(), saved: key.saved }),
        may_make: recovery_key::may_make(&call, &signed_in).unwrap_or(false),
    })
}

/// Ask for a new recovery key
///
/// Opens a second step of its own: a fresh code by e-mail, or the present key, at `/api/v1/second-step` lets this session
/// make a key for ten minutes. Where that was proved just now, the state is not `challenge` and nothing has to be answered.
#[utoipa::path(
    post, path = "/api/v1/recovery-key", tag = "Recovery key",
    responses((status = 200, body = SignInState, description = "A second step waits (`challenge`; a cookie is set), or the key can be made at once.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["forbidden"]))),
)]
async fn start_recovery_key(
    call: Call,
    cookies: Cookies,
    AnySession(signed_in): AnySession,
) -> Result<Sent<SignInState>, Problem> {
    match recovery_key::start(&call, &signed_in).await? {
        NewKey::Challenge(open) => entry::challenged(&call, &cookies, &open).await.map(Sent),
        NewKey::Granted => Ok(Sent(entry::present(&call, &signed_in))),
    }
}

/// Make a recovery key
///
/// The one before stops working at this moment. Show the new one, have it saved, and confirm that with two of its groups.
#[utoipa::path(
    post, path = "/api/v1/recovery-key/make", tag = "Recovery key",
    responses((status = 201, body = MadeKey, description = "The key, shown this once.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "forbidden"]))),
)]
async fn make_recovery_key(
    call: Call,
    AnySession(signed_in): AnySession,
) -> Result<(StatusCode, Sent<MadeKey>), Problem> {
    let made = recovery_key::make(&call, &signed_in).await?;
    let groups = [made.groups.0 + 1, made.groups.1 + 1];
    Ok((StatusCode::CREATED, Sent(MadeKey { key: made.key.grouped(), groups })))
}

/// Confirm that the recovery key was saved
///
/// After a sign-in by recovery key this opens everything else again.
#[utoipa::path(
    post, path = "/api/v1/recovery-key/saved", tag = "Recovery key",
    request_body = SavedKey,
    responses((status = 200, body = SignInState, description = "It is confirmed; the session as it stands now.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["conflict"]))),
)]
async fn save_recovery_key(
    call: Call,
    cookies: Cookies,
    AnySession(signed_in): AnySession,
    Json(input): Json<SavedKey>,
) -> Result<Sent<SignInState>, Problem> {
    let typed = (&*input.first_group, &*input.second_group);
    match recovery_key::save(&call, &signed_in, &input.key, typed).await? {
        Saved::WrongGroups => {
            let wrong = Text::new(text!("recovery-key-groups-wrong"));
            Err(Problem::new(&problem::INVALID).about("first_group", wrong))
        }
        Saved::NotThis => {
            Err(Problem::new(&problem::CONFLICT).saying(Text::new(text!("recovery-key-not-this"))))
        }
        Saved::Done => {
            let token = cookies.token(CookieName::Session).ok_or(FlowError::SignInAgain)?;
            Ok(Sent(entry::present(&call, &session::authenticate(&call, &token).await?)))
        }
    }
}
