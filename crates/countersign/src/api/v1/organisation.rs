//! The organisation: its members, its look, and how far the second step has come. For its administrators.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::StatusCode;
use countersign_core::action::Action;
use countersign_core::api_token::Scope;
use countersign_core::id::{AccountId, OrganisationId};
use countersign_core::role::Role;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::caller::{AdministratorSession, Id};
use crate::api::shapes::{RoleName, Sent, Time};
use crate::app::App;
use crate::flow::adoption::{self, LONGEST};
use crate::flow::member::{self, AccountState, Doer, MemberFilter, MemberRow, Protection};
use crate::flow::{Call, organisation, staff};
use crate::http::extract::ApiCaller;
use crate::http::form::Query;
use crate::http::json::Json;
use crate::http::problem::{self, Problem};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_organisation, change_organisation))
        .routes(routes!(list_members))
        .routes(routes!(get_member, delete_member))
        .routes(routes!(change_role))
        .routes(routes!(disable_member))
        .routes(routes!(enable_member))
        .routes(routes!(end_member_sessions))
        .routes(routes!(export_member))
        .routes(routes!(get_adoption))
}

/// The organisation of whoever calls, if they may do this: with a session of theirs, or with a token of this scope.
pub(super) async fn reads(
    call: &Call,
    caller: &ApiCaller,
    action: Action,
    scope: Scope,
) -> Result<OrganisationId, Problem> {
    match caller {
        ApiCaller::Session(signed_in) => {
            staff::require(call, signed_in, action).await?;
            Ok(signed_in.facts.account.organisation_id)
        }
        ApiCaller::Bearer(bearer) => {
            caller.administrator(call, scope).await?;
            Ok(bearer.facts.account.organisation_id)
        }
    }
}

/// The organisation.
#[derive(Serialize, ToSchema)]
struct Organisation {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// The name that people read.
    name: String,
    /// The short name.
    slug: String,
    /// Its colour; `null` is the product's own.
    #[schema(examples("#17635c"))]
    accent: Option<String>,
}

impl From<organisation::OrganisationRow> for Organisation {
    fn from(row: organisation::OrganisationRow) -> Self {
        Self { id: row.id.to_string(), name: row.name, slug: row.slug, accent: row.accent }
    }
}

/// Show the organisation
#[utoipa::path(
    get, path = "/api/v1/organisation", tag = "Administration",
    responses((status = 200, body = Organisation, description = "Name and look.")),
    security(("session" = [])),
)]
async fn get_organisation(
    call: Call,
    AdministratorSession(me): AdministratorSession,
) -> Result<Sent<Organisation>, Problem> {
    staff::require(&call, &me, Action::ViewMembers).await?;
    let row = organisation::show(&call, me.facts.account.organisation_id).await?;
    Ok(Sent(row.into()))
}

/// The organisation's look.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Look {
    /// The name that people read.
    #[schema(max_length = 80)]
    name: String,
    /// The colour as `#` and six digits, or empty for the product's own. White text must be readable on it.
    #[schema(max_length = 7, examples("#17635c"))]
    accent: String,
}

/// Change the organisation
///
/// Needs recent proof.
#[utoipa::path(
    put, path = "/api/v1/organisation", tag = "Administration",
    request_body = Look,
    responses((status = 200, body = Organisation, description = "As it is now.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed"]))),
)]
async fn change_organisation(
    call: Call,
    AdministratorSession(me): AdministratorSession,
    Json(look): Json<Look>,
) -> Result<Sent<Organisation>, Problem> {
    let id = me.facts.account.organisation_id;
    let row = organisation::change(&call, &Doer::staff(&me), id, &look.name, &look.accent).await?;
    Ok(Sent(row.into()))
}

/// Which members to list. Everything that is given has to fit.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WantedMembers {
    /// Part of the name or the address.
    #[param(max_length = 100)]
    q: Option<String>,
    /// Of this role.
    role: Option<RoleName>,
    /// `active` or `disabled`.
    state: Option<String>,
    /// `any`, `none`, or the name of a method.
    second_step: Option<String>,
    /// Where an earlier page ended: its `next_cursor`.
    #[param(max_length = 300)]
    cursor: Option<String>,
}

fn filter(wanted: WantedMembers) -> Result<MemberFilter, Problem> {
    let broken = |field: &'static str| {
        let text = countersign_core::text::Text::new("field-wrong");
        Problem::new(&problem::MALFORMED).about(field, text)
    };
    let state = wanted.state.as_deref().map(|word| AccountState::parse(word).ok_or(broken("state")));
    let step = wanted.second_step.as_deref();
    let protection = step.map(|word| Protection::parse(word).ok_or(broken("second_step")));
    Ok(MemberFilter {
        search: wanted.q.filter(|text| !text.trim().is_empty()),
        role: wanted.role.map(|role| role.0),
        state: state.transpose()?,
        protection: protection.transpose()?,
        quiet_since: None,
        after: wanted.cursor,
    })
}

/// A member of the organisation.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Member {
    /// The account's id.
    #[schema(format = "uuid")]
    id: String,
    /// The address.
    email: String,
    /// The name.
    display_name: String,
    /// What it may do.
    role: RoleName,
    /// `active` or `disabled`.
    #[schema(value_type = String, examples("active"))]
    state: &'static str,
    /// Whether the address is confirmed.
    email_verified: bool,
    /// How many authenticators it has.
    authenticators: u32,
    /// Whether codes by e-mail are on.
    email_codes: bool,
    /// Whether Telegram is on and can be asked.
    telegram: bool,
    /// Whether it has a proved phone number.
    phone: bool,
    /// Whether it has a recovery key that is saved.
    recovery_key: bool,
    /// When it was made.
    created_at: Time,
    /// When it last signed in.
    last_sign_in_at: Option<Time>,
}

impl From<MemberRow> for Member {
    fn from(row: MemberRow) -> Self {
        let account = row.account;
        Self {
            id: account.id.to_string(),
            email: account.email.as_str().to_owned(),
            display_name: account.display_name,
            role: RoleName(account.role),
            state: account.state.as_str(),
            email_verified: account.email_verified_at.is_some(),
            authenticators: row.authenticators,
            email_codes: account.email_codes_at.is_some(),
            telegram: row.telegram,
            phone: row.phone,
            recovery_key: row.recovery_key,
            created_at: account.created_at.into(),
            last_sign_in_at: account.last_sign_in_at.map(Time::from),
        }
    }
}

/// A page of members.
#[derive(Serialize, ToSchema)]
struct Members {
    /// In the order of their addresses, at most 50.
    #[schema(max_items = 50)]
    items: Vec<Member>,
    /// The `cursor` of the next page; `null` on the last one.
    next_cursor: Option<String>,
}

/// List the members
#[utoipa::path(
    get, path = "/api/v1/organisation/members", tag = "Administration",
    params(WantedMembers),
    responses((status = 200, body = Members, description = "A page of them.")),
    security(("session" = []), ("bearer" = ["members:read"])),
    extensions(("x-problems" = json!(["forbidden"]))),
)]
async fn list_members(
    call: Call,
    caller: ApiCaller,
    Query(wanted): Query<WantedMembers>,
) -> Result<Sent<Members>, Problem> {
    let organisation = reads(&call, &caller, Action::ViewMembers, Scope::MembersRead).await?;
    let page = member::list(&call, organisation, &filter(wanted)?, member::PAGE).await?;
    let items = page.rows.into_iter().map(Member::from).collect();
    Ok(Sent(Members { items, next_cursor: page.next }))
}

/// Show a member
#[utoipa::path(
    get, path = "/api/v1/organisation/members/{id}", tag = "Administration",
    params(("id" = String, Path, format = "uuid", description = "The account.")),
    responses((status = 200, body = Member, description = "The member.")),
    security(("session" = []), ("bearer" = ["members:read"])),
    extensions(("x-problems" = json!(["forbidden"]))),
)]
async fn get_member(call: Call, caller: ApiCaller, Id(id): Id<AccountId>) -> Result<Sent<Member>, Problem> {
    let organisation = reads(&call, &caller, Action::ViewMembers, Scope::MembersRead).await?;
    let detail = member::show(&call, organisation, id).await?;
    let recovery_key = detail.facts.recovery_key.is_some_and(|key| key.saved);
    let facts = detail.facts;
    let row = MemberRow {
        authenticators: facts.authenticators,
        recovery_key,
        telegram: facts.telegram.on_since.is_some() && facts.telegram.accounts > 0,
        phone: facts.phone_numbers > 0,
        account: facts.account,
    };
    Ok(Sent(row.into()))
}

/// A role to be given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewRole {
    /// Which.
    role: RoleName,
}

/// Change the role of a member
///
/// Needs recent proof, which it uses up. The account's sessions and tokens end.
#[utoipa::path(
    put, path = "/api/v1/organisation/members/{id}/role", tag = "Administration",
    params(("id" = String, Path, format = "uuid", description = "The account.")),
    request_body = NewRole,
    responses((status = 204, description = "It has the role.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "conflict"]))),
)]
async fn change_role(
    call: Call,
    AdministratorSession(me): AdministratorSession,
    Id(id): Id<AccountId>,
    Json(new): Json<NewRole>,
) -> Result<StatusCode, Problem> {
    let role: Role = new.role.0;
    member::change_role(&call, &Doer::staff(&me), id, role).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Disable a member
///
/// Needs recent proof. Everything the account holds ends; nothing of it is removed.
#[utoipa::path(
    post, path = "/api/v1/organisation/members/{id}/disable", tag = "Administration",
    params(("id" = String, Path, format = "uuid", description = "The account.")),
    responses((status = 204, description = "Nobody can sign in to it.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "conflict"]))),
)]
async fn disable_member(
    call: Call,
    AdministratorSession(me): AdministratorSession,
    Id(id): Id<AccountId>,
) -> Result<StatusCode, Problem> {
    member::set_state(&call, &Doer::staff(&me), id, AccountState::Disabled).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Enable a member
///
/// Needs recent proof.
#[utoipa::path(
    post, path = "/api/v1/organisation/members/{id}/enable", tag = "Administration",
    params(("id" = String, Path, format = "uuid", description = "The account.")),
    responses((status = 204, description = "It can sign in again.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "conflict"]))),
)]
async fn enable_member(
    call: Call,
    AdministratorSession(me): AdministratorSession,
    Id(id): Id<AccountId>,
) -> Result<StatusCode, Problem> {
    member::set_state(&call, &Doer::staff(&me), id, AccountState::Active).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How many sessions are over.
#[derive(Serialize, ToSchema)]
struct EndedMemberSessions {
    /// How many sessions were ended.
    ended_sessions: u64,
}

/// End all sessions of a member
///
/// Needs recent proof.
#[utoipa::path(
    post, path = "/api/v1/organisation/members/{id}/end-sessions", tag = "Administration",
    params(("id" = String, Path, format = "uuid", description = "The account.")),
    responses((status = 200, body = EndedMemberSessions, description = "They are over.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed"]))),
)]
async fn end_member_sessions(
    call: Call,
    AdministratorSession(me): AdministratorSession,
    Id(id): Id<AccountId>,
) -> Result<Sent<EndedMemberSessions>, Problem> {
    let ended_sessions = member::end_sessions(&call, &Doer::staff(&me), id).await?;
    Ok(Sent(EndedMemberSessions { ended_sessions }))
}

/// Export what is kept of a member
///
/// Without secrets. Needs recent proof, which it uses up.
#[utoipa::path(
    post, path = "/api/v1/organisation/members/{id}/export", tag = "Administration",
    params(("id" = String, Path, format = "uuid", description = "The account.")),
    responses((status = 200, body = BTreeMap<String, Value>, description = "Profile, second step, sessions, letters, activity.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed"]))),
)]
async fn export_member(
    call: Call,
    AdministratorSession(me): AdministratorSession,
    Id(id): Id<AccountId>,
) -> Result<Sent<Value>, Problem> {
    Ok(Sent(member::export(&call, &Doer::staff(&me), id).await?))
}

/// What confirms a deletion.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Deletion {
    /// The address of the account.
    #[schema(format = "email", max_length = 254)]
    confirm: String,
}

/// Delete a member
///
/// With everything that belongs to the account; the audit log stays. Needs recent proof, which it uses up.
#[utoipa::path(
    delete, path = "/api/v1/organisation/members/{id}", tag = "Administration",
    params(("id" = String, Path, format = "uuid", description = "The account.")),
    request_body = Deletion,
    responses((status = 204, description = "It is gone.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "conflict"]))),
)]
async fn delete_member(
    call: Call,
    AdministratorSession(me): AdministratorSession,
    Id(id): Id<AccountId>,
    Json(deletion): Json<Deletion>,
) -> Result<StatusCode, Problem> {
    member::delete(&call, &Doer::staff(&me), id, &deletion.confirm).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// For how long.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Span {
    /// How many days back; 90 without this.
    #[param(minimum = 1, maximum = 400)]
    days: Option<u32>,
}

/// The figures of a day.
#[derive(Serialize, ToSchema)]
struct Figures {
    /// The day's beginning.
    day: Time,
    /// How many active accounts have each method; `all` counts them all, `none` those with the password alone.
    accounts: BTreeMap<String, u64>,
}

/// How far the second step has come.
#[derive(Serialize, ToSchema)]
struct Adoption {
    /// The oldest day first.
    items: Vec<Figures>,
}

/// Show how far the second step has come
#[utoipa::path(
    get, path = "/api/v1/organisation/adoption", tag = "Administration",
    params(Span),
    responses((status = 200, body = Adoption, description = "Figures by day.")),
    security(("session" = []), ("bearer" = ["members:read"])),
    extensions(("x-problems" = json!(["forbidden"]))),
)]
async fn get_adoption(
    call: Call,
    caller: ApiCaller,
    Query(span): Query<Span>,
) -> Result<Sent<Adoption>, Problem> {
    let organisation = reads(&call, &caller, Action::ViewAdoption, Scope::MembersRead).await?;
    let days = span.days.unwrap_or(90).clamp(1, LONGEST);
    let found = adoption::history(&call, organisation, days).await?;
    let begin = |day: i64| countersign_core::time::Timestamp::from_secs(day.saturating_mul(86_400));
    let items = found.into_iter().map(|one| Figures { day: begin(one.day).into(), accounts: one.accounts });
    Ok(Sent(Adoption { items: items.collect() }))
}
