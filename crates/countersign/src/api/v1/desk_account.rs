//! The support desk: one account, and what is done to it.

use std::sync::Arc;

use axum::http::StatusCode;
use countersign_core::audit::AuditRow;
use countersign_core::id::AccountId;
use countersign_core::limits::Refused;
use countersign_core::text::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::desk::FullAddress;
use crate::api::caller::{Id, StaffSession};
use crate::api::shapes::{ClassName, Device, EventName, MethodName, RoleName, Sent, Time};
use crate::app::App;
use crate::flow::Call;
use crate::flow::desk::deeds::{self, LostFactor};
use crate::flow::desk::sheet::{self, AccountSheet};
use crate::flow::session::SessionLine;
use crate::http::json::Json;
use crate::http::problem::{self, Problem};
use crate::text;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(look_at_account))
        .routes(routes!(show_account_address))
        .routes(routes!(end_account_sessions))
        .routes(routes!(clear_limits))
        .routes(routes!(resend_confirmation))
        .routes(routes!(remove_lost_factor))
}

/// An authenticator.
#[derive(Serialize, ToSchema)]
struct DeskDevice {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// Its name.
    name: String,
    /// When it was added.
    added_at: Time,
    /// When its last code was taken.
    last_used_at: Option<Time>,
}

/// A linked Telegram account.
#[derive(Serialize, ToSchema)]
struct DeskChat {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// What its owner calls it there, masked.
    #[schema(examples("K••• (@k•••)"))]
    name: String,
    /// When it was linked.
    added_at: Time,
    /// When it last confirmed something.
    last_used_at: Option<Time>,
    /// Since when the bot is blocked there, so that it cannot be asked.
    blocked_at: Option<Time>,
}

/// A proved phone number.
#[derive(Serialize, ToSchema)]
struct DeskPhone {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// The number, masked.
    #[schema(examples("+49 1701 *****67"))]
    number: String,
    /// When it was proved.
    added_at: Time,
    /// When a code that went to it last signed in.
    last_used_at: Option<Time>,
}

/// A browser that is signed in.
#[derive(Serialize, ToSchema)]
struct DeskSession {
    /// The browser, roughly.
    device: Device,
    /// The network address it was last used from.
    #[schema(examples("192.0.2.7"))]
    address: String,
    /// What it was opened or last raised with.
    class: ClassName,
    /// When it was last used, to the minute.
    last_used_at: Time,
}

/// A letter. What it said is not told.
#[derive(Serialize, ToSchema)]
struct DeskLetter {
    /// What it was about.
    #[schema(value_type = String, examples("code"))]
    kind: &'static str,
    /// What became of it: `waiting`, `sent`, `refused` or `expired`.
    #[schema(value_type = String, examples("sent"))]
    state: &'static str,
    /// When it was written.
    written_at: Time,
}

/// A limit that lets nobody try just now.
#[derive(Serialize, ToSchema)]
struct FullLimit {
    /// Its name, as in the manual's list of limits.
    #[schema(value_type = String, examples("second-step-stranger"))]
    name: &'static str,
    /// When it frees itself; `null`: not by time alone.
    until: Option<Time>,
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
struct DeskEvent {
    /// What.
    event: EventName,
    /// When.
    at: Time,
}

/// An account as the support desk sees it.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Serialize, ToSchema)]
struct DeskAccount {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// Its name.
    name: String,
    /// Its address, masked.
    #[schema(examples("a•••@e•••.org"))]
    email: String,
    /// When the address was confirmed.
    email_confirmed_at: Option<Time>,
    /// Until when a new password that came by e-mail must not be enough by itself; `null`: it is none of that kind.
    mail_reset_until: Option<Time>,
    /// What it may do.
    role: RoleName,
    /// Whether it may sign in at all.
    active: bool,
    /// Whether its owner has locked changes.
    changes_locked: bool,
    /// When it was made.
    created_at: Time,
    /// When it last signed in.
    last_sign_in_at: Option<Time>,
    /// Whether you may act on it: never on yourself, nor on an equal or higher role.
    may_act: bool,
    /// The methods that count now, the last used first.
    methods: Vec<MethodName>,
    /// Whether the second step is suspended at this moment.
    is_suspended: bool,
    /// Since when codes are sent by e-mail.
    email_codes_at: Option<Time>,
    /// When the recovery key was made that can still be used.
    recovery_key_made_at: Option<Time>,
    /// What hangs on it.
    lists: DeskLists,
}

/// What hangs on an account.
#[derive(Serialize, ToSchema)]
struct DeskLists {
    /// Authenticators.
    authenticators: Vec<DeskDevice>,
    /// Linked Telegram accounts.
    telegram_accounts: Vec<DeskChat>,
    /// Proved phone numbers.
    phone_numbers: Vec<DeskPhone>,
    /// Sessions, the last used first.
    sessions: Vec<DeskSession>,
    /// The last letters, newest first.
    letters: Vec<DeskLetter>,
    /// Limits that are full now.
    limits: Vec<FullLimit>,
    /// The ids of the last requests, newest first.
    requests: Vec<String>,
    /// What happened last, newest first.
    events: Vec<DeskEvent>,
}

impl From<&sheet::DeviceFact> for DeskDevice {
    fn from(device: &sheet::DeviceFact) -> Self {
        Self {
            id: device.id.to_string(),
            name: device.name.clone(),
            added_at: device.added_at.into(),
            last_used_at: device.last_used_at.map(Time::from),
        }
    }
}

impl From<&sheet::ChatLine> for DeskChat {
    fn from(chat: &sheet::ChatLine) -> Self {
        Self {
            id: chat.id.to_string(),
            name: chat.name.clone(),
            added_at: chat.added_at.into(),
            last_used_at: chat.last_used_at.map(Time::from),
            blocked_at: chat.blocked_at.map(Time::from),
        }
    }
}

impl From<&sheet::PhoneFact> for DeskPhone {
    fn from(phone: &sheet::PhoneFact) -> Self {
        Self {
            id: phone.id.to_string(),
            number: phone.masked.clone(),
            added_at: phone.added_at.into(),
            last_used_at: phone.last_used_at.map(Time::from),
        }
    }
}

impl From<&SessionLine> for DeskSession {
    fn from(line: &SessionLine) -> Self {
        Self {
            device: Device::of(&line.user_agent),
            address: line.address.clone(),
            class: ClassName(line.class),
            last_used_at: line.last_used_at.into(),
        }
    }
}

impl From<&sheet::LetterRow> for DeskLetter {
    fn from(row: &sheet::LetterRow) -> Self {
        Self { kind: row.kind.as_str(), state: row.state.as_str(), written_at: row.created_at.into() }
    }
}

impl From<&Refused> for FullLimit {
    fn from(refused: &Refused) -> Self {
        Self { name: refused.limit, until: refused.until.map(Time::from) }
    }
}

impl From<&AuditRow> for DeskEvent {
    fn from(row: &AuditRow) -> Self {
        Self { event: EventName(row.event), at: row.at.into() }
    }
}

impl From<&AccountSheet> for DeskAccount {
    fn from(sheet: &AccountSheet) -> Self {
        let account = sheet.account();
        Self {
            id: account.id.to_string(),
            name: account.display_name.clone(),
            email: sheet.masked.clone(),
            email_confirmed_at: account.email_verified_at.map(Time::from),
            mail_reset_until: sheet.mail_reset_until.map(Time::from),
            role: RoleName(account.role),
            active: account.state.as_str() == "active",
            changes_locked: account.changes_locked_at.is_some(),
            created_at: account.created_at.into(),
            last_sign_in_at: account.last_sign_in_at.map(Time::from),
            may_act: sheet.may_act,
            methods: sheet.enrolled.iter().copied().map(MethodName).collect(),
            is_suspended: sheet.is_suspended,
            email_codes_at: account.email_codes_at.map(Time::from),
            recovery_key_made_at: sheet.facts.recovery_key.map(|key| key.made_at.into()),
            lists: sheet.into(),
        }
    }
}

impl From<&AccountSheet> for DeskLists {
    fn from(sheet: &AccountSheet) -> Self {
        Self {
            authenticators: sheet.devices.iter().map(DeskDevice::from).collect(),
            telegram_accounts: sheet.chats.iter().map(DeskChat::from).collect(),
            phone_numbers: sheet.phones.iter().map(DeskPhone::from).collect(),
            sessions: sheet.sessions.iter().map(DeskSession::from).collect(),
            letters: sheet.letters.iter().map(DeskLetter::from).collect(),
            limits: sheet.limits.iter().map(FullLimit::from).collect(),
            requests: sheet.requests.iter().map(|row| row.id.to_string()).collect(),
            events: sheet.events.iter().map(DeskEvent::from).collect(),
        }
    }
}

/// How many sessions were ended.
#[derive(Serialize, ToSchema)]
struct EndedAll {
    /// How many.
    ended_sessions: u64,
}

/// A factor to be removed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RemovedFactor {
    /// An authenticator's id, `telegram:` and the id of a Telegram account, `phone:` and that of a number, `email` or
    /// `recovery-key`.
    #[schema(examples("email"))]
    factor: String,
    /// Why. It stands in the audit log.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Look at an account
///
/// Every look is written to the audit log; those of one agent at one account within five minutes are one row.
#[utoipa::path(
    get, path = "/api/v1/support/accounts/{id}", tag = "Support",
    params(("id" = String, Path, format = "uuid", description = "The account.")),
    responses((status = 200, body = DeskAccount, description = "What helps to help, masked.")),
    security(("session" = [])),
)]
async fn look_at_account(
    call: Call,
    StaffSession(me): StaffSession,
    Id(id): Id<AccountId>,
) -> Result<Sent<DeskAccount>, Problem> {
    Ok(Sent((&sheet::look(&call, &me, id).await?).into()))
}

/// Show an account's address in full
///
/// Needs recent proof. It is written to the audit log.
#[utoipa::path(
    post, path = "/api/v1/support/accounts/{id}/address", tag = "Support",
    params(("id" = String, Path, format = "uuid", description = "The account.")),
    responses((status = 200, body = FullAddress, description = "The address.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed"]))),
)]
async fn show_account_address(
    call: Call,
    StaffSession(me): StaffSession,
    Id(id): Id<AccountId>,
) -> Result<Sent<FullAddress>, Problem> {
    Ok(Sent(FullAddress { email: deeds::reveal(&call, &me, id).await? }))
}

/// End all sessions of an account
///
/// Needs recent proof. The owner gets a letter.
#[utoipa::path(
    post, path = "/api/v1/support/accounts/{id}/end-sessions", tag = "Support",
    params(("id" = String, Path, format = "uuid", description = "The account.")),
    responses((status = 200, body = EndedAll, description = "They are over.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed"]))),
)]
async fn end_account_sessions(
    call: Call,
    StaffSession(me): StaffSession,
    Id(id): Id<AccountId>,
) -> Result<Sent<EndedAll>, Problem> {
    Ok(Sent(EndedAll { ended_sessions: deeds::end_sessions(&call, &me, id).await? }))
}

/// Clear an account's failed attempts
///
/// Needs recent proof. The owner gets a letter.
#[utoipa::path(
    post, path = "/api/v1/support/accounts/{id}/unlock", tag = "Support",
    params(("id" = String, Path, format = "uuid", description = "The account.")),
    responses((status = 204, description = "No limit of the account is full any more.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "conflict"]))),
)]
async fn clear_limits(
    call: Call,
    StaffSession(me): StaffSession,
    Id(id): Id<AccountId>,
) -> Result<StatusCode, Problem> {
    deeds::unlock(&call, &me, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send the confirmation of an address again
#[utoipa::path(
    post, path = "/api/v1/support/accounts/{id}/confirmation", tag = "Support",
    params(("id" = String, Path, format = "uuid", description = "The account.")),
    responses((status = 202, description = "A letter is on its way.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["conflict", "too-many"]))),
)]
async fn resend_confirmation(
    call: Call,
    StaffSession(me): StaffSession,
    Id(id): Id<AccountId>,
) -> Result<StatusCode, Problem> {
    deeds::resend_confirmation(&call, &me, id).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Remove a lost factor
///
/// Only while the second step is suspended. Takes a fresh proof of its own. Every session of the account ends, and the owner
/// gets a letter. For a day after a new password that came by mail, the last daily factor stays.
#[utoipa::path(
    post, path = "/api/v1/support/accounts/{id}/remove-factor", tag = "Support",
    params(("id" = String, Path, format = "uuid", description = "The account.")),
    request_body = RemovedFactor,
    responses((status = 204, description = "It is gone.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "conflict"]))),
)]
async fn remove_lost_factor(
    call: Call,
    StaffSession(me): StaffSession,
    Id(id): Id<AccountId>,
    Json(input): Json<RemovedFactor>,
) -> Result<StatusCode, Problem> {
    let wrong = || Problem::new(&problem::INVALID).about("factor", Text::new(text!("desk-factor-unknown")));
    let factor = LostFactor::parse(&input.factor).ok_or_else(wrong)?;
    deeds::remove_factor(&call, &me, id, factor, &input.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
