//! Telegram as a second step: linking, switching on and off, unlinking.

use std::sync::Arc;

use axum::http::StatusCode;
use countersign_core::id::TelegramAccountId;
use countersign_core::method::Method;
use countersign_core::text::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use super::entry::{self, RenewedSession, SignInState};
use super::telegram_step::StyleName;
use crate::api::caller::{EnrollingSession, Id, Session};
use crate::api::shapes::{ClassName, Sent, Time};
use crate::app::App;
use crate::flow::email_code::Removal;
use crate::flow::session::SignedIn;
use crate::flow::telegram::link::{self, Confirmation, LinkState};
use crate::flow::telegram::switch::{self, ChatLine};
use crate::flow::{Call, FlowError};
use crate::http::cookies::Cookies;
use crate::http::json::Json;
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;
use crate::text;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_telegram, enable_telegram))
        .routes(routes!(get_telegram_link, start_telegram_link, cancel_telegram_link))
        .routes(routes!(confirm_telegram_link))
        .routes(routes!(disable_telegram))
        .routes(routes!(unlink_telegram))
}

/// Telegram as the account has it.
#[derive(Serialize, ToSchema)]
struct Telegram {
    /// The bot's name, without `@`; `null`: Telegram is not set up on this server.
    #[schema(examples("example_bot"))]
    bot: Option<String>,
    /// Whether it is a second step of the account now.
    is_on: bool,
    /// How a question is answered.
    style: StyleName,
    /// How much it proves.
    class: ClassName,
    /// The most Telegram accounts that may be linked.
    #[schema(minimum = 1, maximum = 5)]
    most: u8,
    /// Those that are linked, the first linked first.
    accounts: Vec<LinkedTelegram>,
}

/// A linked Telegram account.
#[derive(Serialize, ToSchema)]
struct LinkedTelegram {
    /// Its id here.
    #[schema(format = "uuid")]
    id: String,
    /// What its owner calls it there: the name, and the short name where there is one.
    #[schema(examples("Ada (@ada)"))]
    name: String,
    /// When it was linked.
    added_at: Time,
    /// When it last confirmed something.
    last_used_at: Option<Time>,
    /// Since when the bot is blocked there, so that it can't be asked.
    blocked_at: Option<Time>,
}

impl From<ChatLine> for LinkedTelegram {
    fn from(line: ChatLine) -> Self {
        Self {
            id: line.id.to_string(),
            name: line.name,
            added_at: line.added_at.into(),
            last_used_at: line.last_used_at.map(Time::from),
            blocked_at: line.blocked_at.map(Time::from),
        }
    }
}

async fn state(call: &Call, signed_in: &SignedIn) -> Result<Telegram, Problem> {
    let policy = &signed_in.facts.policy;
    let lines = switch::list(call, signed_in).await?;
    Ok(Telegram {
        bot: call.deps.reach.telegram.clone(),
        is_on: signed_in.enrolled.contains(&Method::Telegram),
        style: policy.telegram_style.into(),
        class: ClassName(policy.class_of(Method::Telegram)),
        most: policy.telegram_accounts_max,
        accounts: lines.into_iter().map(LinkedTelegram::from).collect(),
    })
}

/// Show Telegram and the linked accounts
#[utoipa::path(
    get, path = "/api/v1/account/telegram", tag = "Telegram",
    responses((status = 200, body = Telegram, description = "As it stands.")),
    security(("session" = [])),
)]
async fn get_telegram(
    call: Call,
    EnrollingSession(signed_in): EnrollingSession,
) -> Result<Sent<Telegram>, Problem> {
    state(&call, &signed_in).await.map(Sent)
}

/// Switch Telegram on again
///
/// Needs recent proof and a linked Telegram account; linking the first one switches it on by itself. Ends every other
/// session.
#[utoipa::path(
    post, path = "/api/v1/account/telegram", tag = "Telegram",
    responses((status = 200, body = RenewedSession, description = "On. The session cookie is new.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "forbidden", "conflict"]))),
)]
async fn enable_telegram(
    call: Call,
    cookies: Cookies,
    EnrollingSession(signed_in): EnrollingSession,
) -> Result<Sent<RenewedSession>, Problem> {
    let (token, ended) = switch::enable(&call, &signed_in).await?;
    entry::renewed_alone(&call, &cookies, &token, ended).await.map(Sent)
}

/// Switch Telegram off
///
/// The accounts stay linked. Opens a second step of its own, whatever was proved before: a right answer at
/// `/api/v1/second-step` switches it off and ends every other session. For ten minutes after a sign-in by recovery key it
/// is done at once.
#[utoipa::path(
    post, path = "/api/v1/account/telegram/removal", tag = "Telegram",
    responses((status = 200, body = SignInState, description = "A second step waits (`challenge`), or it is done. A cookie is set.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["forbidden", "step-up-needed"]))),
)]
async fn disable_telegram(
    call: Call,
    cookies: Cookies,
    Session(signed_in): Session,
) -> Result<Sent<SignInState>, Problem> {
    begun(&call, &cookies, switch::start_disable(&call, &signed_in).await?).await
}

/// Unlink a Telegram account
///
/// Opens a second step of its own while Telegram is on; a right answer at `/api/v1/second-step` unlinks it and ends every
/// other session. With the last one Telegram is off.
#[utoipa::path(
    post, path = "/api/v1/account/telegram/accounts/{id}/removal", tag = "Telegram",
    params(("id" = String, Path, format = "uuid", description = "The linked Telegram account.")),
    responses((status = 200, body = SignInState, description = "A second step waits (`challenge`), or it is done. A cookie is set.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["forbidden", "step-up-needed"]))),
)]
async fn unlink_telegram(
    call: Call,
    cookies: Cookies,
    EnrollingSession(signed_in): EnrollingSession,
    Id(id): Id<TelegramAccountId>,
) -> Result<Sent<SignInState>, Problem> {
    begun(&call, &cookies, switch::start_unlink(&call, &signed_in, id).await?).await
}

async fn begun(call: &Call, cookies: &Cookies, removal: Removal) -> Result<Sent<SignInState>, Problem> {
    match removal {
        Removal::Challenge(open) => entry::challenged(call, cookies, &open).await.map(Sent),
        Removal::Done(token) => entry::renewed(call, cookies, &token).await.map(Sent),
    }
}

/// A linking that was begun. Its address is told in this answer and never again.
#[derive(Serialize, ToSchema)]
struct NewTelegramLink {
    /// The address that opens the chat with the bot: show it as a link and as a QR code, and keep it nowhere.
    #[schema(value_type = String, format = "uri", examples("https://t.me/example_bot?start=NZ5sXqYc0kQkq0lq3kq3Zw"))]
    address: Zeroizing<String>,
    /// The bot's name, without `@`.
    #[schema(examples("example_bot"))]
    bot: String,
    /// When it ends by itself.
    expires_at: Time,
}

/// How far the linking of this session is.
#[derive(Serialize, ToSchema)]
struct TelegramLink {
    /// How far.
    state: TelegramLinkState,
    /// What the Telegram account that opened the address is called by its owner, once it is `opened`.
    #[schema(examples("Ada (@ada)"))]
    by: Option<String>,
    /// When it ends by itself, while it waits or is opened.
    expires_at: Option<Time>,
    /// Codes that may still be tried, once it is `opened`.
    #[schema(maximum = 5)]
    tries_left: Option<u32>,
}

/// How far a linking is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum TelegramLinkState {
    /// None was begun in this session.
    None,
    /// Nobody has opened the address yet.
    Waiting,
    /// A Telegram account has opened it and was shown the code for `/api/v1/account/telegram/link/confirm`.
    Opened,
    /// "It wasn't me" was pressed in the chat.
    Refused,
    /// It has linked.
    Linked,
    /// Its time is over, or its tries.
    Over,
}

impl From<LinkState> for TelegramLink {
    fn from(link: LinkState) -> Self {
        let plain = |state| Self { state, by: None, expires_at: None, tries_left: None };
        match link {
            LinkState::None => plain(TelegramLinkState::None),
            LinkState::Waiting { expires_at } => {
                Self { expires_at: Some(expires_at.into()), ..plain(TelegramLinkState::Waiting) }
            }
            LinkState::Opened { by, expires_at, tries_left } => Self {
                state: TelegramLinkState::Opened,
                by: Some(by),
                expires_at: Some(expires_at.into()),
                tries_left: Some(tries_left),
            },
            LinkState::Refused => plain(TelegramLinkState::Refused),
            LinkState::Linked => plain(TelegramLinkState::Linked),
            LinkState::Over => plain(TelegramLinkState::Over),
        }
    }
}

/// Begin to link a Telegram account
///
/// Needs recent proof. Whoever opens the address in Telegram is shown a six-digit code there, which is typed in this very
/// session. A linking that was begun before is over.
#[utoipa::path(
    post, path = "/api/v1/account/telegram/link", tag = "Telegram",
    responses((status = 201, body = NewTelegramLink, description = "The address, for ten minutes.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "forbidden", "conflict", "too-many"]))),
)]
async fn start_telegram_link(
    call: Call,
    EnrollingSession(signed_in): EnrollingSession,
) -> Result<(StatusCode, Sent<NewTelegramLink>), Problem> {
    let started = link::start(&call, &signed_in).await?;
    let (address, bot) = (started.address, started.bot);
    Ok((StatusCode::CREATED, Sent(NewTelegramLink { address, bot, expires_at: started.expires_at.into() })))
}

/// Show how far the linking is
///
/// Ask every few seconds while it waits.
#[utoipa::path(
    get, path = "/api/v1/account/telegram/link", tag = "Telegram",
    responses((status = 200, body = TelegramLink, description = "As it stands.")),
    security(("session" = [])),
)]
async fn get_telegram_link(
    call: Call,
    EnrollingSession(signed_in): EnrollingSession,
) -> Result<Sent<TelegramLink>, Problem> {
    Ok(Sent(link::state(&call, &signed_in).await?.into()))
}

/// Give the linking up
#[utoipa::path(
    delete, path = "/api/v1/account/telegram/link", tag = "Telegram",
    responses((status = 204, description = "Nothing is being linked now.")),
    security(("session" = [])),
)]
async fn cancel_telegram_link(
    call: Call,
    EnrollingSession(signed_in): EnrollingSession,
) -> Result<StatusCode, Problem> {
    link::cancel(&call, &signed_in).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The code that the chat shows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TelegramLinkCode {
    /// Six digits. Blanks and dashes between them do no harm.
    #[schema(value_type = String, min_length = 6, max_length = 64, examples("123 456"), write_only)]
    code: Typed,
}

/// A Telegram account that was just linked, and the session that goes on.
#[derive(Serialize, ToSchema)]
struct LinkedNow {
    /// The session.
    #[serde(flatten)]
    renewed: RenewedSession,
    /// Whether a recovery key can be made now at `/api/v1/recovery-key/make`.
    may_make_recovery_key: bool,
}

/// Finish linking a Telegram account
///
/// The right code links the Telegram account that opened the address, switches Telegram on and ends every other session.
#[utoipa::path(
    post, path = "/api/v1/account/telegram/link/confirm", tag = "Telegram",
    request_body = TelegramLinkCode,
    responses((status = 200, body = LinkedNow, description = "Linked. The session cookie is new.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["wrong-code", "step-up-needed", "forbidden", "conflict", "over"]))),
)]
async fn confirm_telegram_link(
    call: Call,
    cookies: Cookies,
    EnrollingSession(signed_in): EnrollingSession,
    Json(input): Json<TelegramLinkCode>,
) -> Result<Sent<LinkedNow>, Problem> {
    match link::confirm(&call, &signed_in, &input.code).await? {
        Confirmation::Done { session, ended, may_make_key } => {
            let renewed = entry::renewed_alone(&call, &cookies, &session, ended).await?;
            Ok(Sent(LinkedNow { renewed, may_make_recovery_key: may_make_key }))
        }
        Confirmation::Wrong { tries_left } => {
            Err(Problem::new(&problem::WRONG_CODE).telling("tries_left", tries_left))
        }
        Confirmation::NotOpened => {
            Err(FlowError::Conflict(Text::new(text!("telegram-link-too-early"))).into())
        }
        Confirmation::Over => Err(Problem::new(&problem::OVER)),
    }
}
