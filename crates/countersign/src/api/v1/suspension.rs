//! Suspending the second step of another account, for staff.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use countersign_core::id::{AccountId, SuspensionId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

use crate::api::caller::{AdministratorSession, Id, StaffSession};
use crate::api::shapes::{ApprovalName, Sent, SuspensionKindName, Time};
use crate::app::App;
use crate::flow::Call;
use crate::flow::suspension::{self, IssuedCode, Started, Status, View, Waiting, Wanted};
use crate::http::json::Json;
use crate::http::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_suspension, start_suspension, end_suspension))
        .routes(routes!(make_support_code))
        .routes(routes!(list_waiting_suspensions))
        .routes(routes!(approve_suspension))
        .routes(routes!(refuse_suspension))
}

/// A suspension of a second step. No support code is ever among it.
#[derive(Serialize, ToSchema)]
struct Suspension {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// What it lets in.
    kind: SuspensionKindName,
    /// Why.
    reason: String,
    /// The case it belongs to.
    ticket: String,
    /// How whoever asked was known to be the owner.
    identity_proof: String,
    /// The name of whoever asked for it; `null`: the operator.
    asked_by: Option<String>,
    /// Whether a second person has to agree, and did.
    approval: ApprovalName,
    /// When it was asked for.
    created_at: Time,
    /// When it ends by itself.
    until: Time,
    /// When it was ended by hand, if it was.
    lifted_at: Option<Time>,
    /// Until when the newest support code can be used, where one was made and not used.
    code_until: Option<Time>,
}

impl From<View> for Suspension {
    fn from(view: View) -> Self {
        Self {
            id: view.id.to_string(),
            kind: SuspensionKindName(view.kind),
            reason: view.reason,
            ticket: view.ticket,
            identity_proof: view.identity_proof,
            asked_by: view.asked_by,
            approval: ApprovalName(view.approval),
            created_at: view.created_at.into(),
            until: view.until.into(),
            lifted_at: view.lifted_at.map(Time::from),
            code_until: view.code_until.map(Time::from),
        }
    }
}

/// How the second step of an account stands.
#[derive(Serialize, ToSchema)]
struct Suspensions {
    /// The suspension that runs; `null`: the second step is asked for.
    running: Option<Suspension>,
    /// One that waits for a second person.
    waiting: Option<Suspension>,
    /// Those of before, newest first, twenty at most.
    past: Vec<Suspension>,
}

impl From<Status> for Suspensions {
    fn from(status: Status) -> Self {
        Self {
            running: status.running.map(Suspension::from),
            waiting: status.waiting.map(Suspension::from),
            past: status.past.into_iter().map(Suspension::from).collect(),
        }
    }
}

/// A suspension to be started.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSuspension {
    /// What it lets in: one of those that the policy allows. The password alone never lets staff in.
    kind: SuspensionKindName,
    /// For how many hours, at most what the policy allows.
    #[schema(minimum = 1, maximum = 720, examples(1))]
    hours: u32,
    /// Why. It stands in the audit log.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
    /// The case it belongs to.
    #[schema(min_length = 1, max_length = 80, examples("HD-4711"))]
    ticket: String,
    /// How whoever asked was known to be the owner.
    #[schema(min_length = 1, max_length = 200, examples("called back on the number in the contract"))]
    identity_proof: String,
}

impl From<NewSuspension> for Wanted {
    fn from(new: NewSuspension) -> Self {
        Self {
            kind: new.kind.0,
            length: Duration::from_secs(u64::from(new.hours) * 3600),
            reason: new.reason,
            ticket: new.ticket,
            identity_proof: new.identity_proof,
        }
    }
}

/// A support code that was just made.
#[derive(Serialize, ToSchema)]
struct MadeSupportCode {
    /// The code, to be read out. It is shown this once, and the one of before no longer counts.
    #[schema(value_type = String, pattern = "^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$")]
    code: Zeroizing<String>,
    /// When it can no longer be used.
    expires_at: Time,
}

impl From<IssuedCode> for MadeSupportCode {
    fn from(issued: IssuedCode) -> Self {
        Self { code: issued.code.grouped(), expires_at: issued.expires_at.into() }
    }
}

/// How the second step of an account stands once a suspension was asked for.
#[derive(Serialize, ToSchema)]
struct StartedSuspension {
    /// The suspension that runs; `null`: the second step is asked for.
    running: Option<Suspension>,
    /// One that waits for a second person.
    waiting: Option<Suspension>,
    /// Those of before, newest first, twenty at most.
    past: Vec<Suspension>,
    /// Its first support code, where it runs and takes one, so that one proof is enough for both.
    support_code: Option<MadeSupportCode>,
}

/// A suspension that waits for a second person.
#[derive(Serialize, ToSchema)]
struct WaitingSuspension {
    /// Whose second step.
    #[schema(format = "uuid")]
    account: String,
    /// The owner's name.
    person: String,
    /// The address, masked.
    #[schema(examples("a•••@e•••.org"))]
    email: String,
    /// Until when somebody may agree.
    waits_until: Time,
    /// Whether the one who asks may decide: neither asked for it nor is it about them.
    may_decide: bool,
    /// The suspension.
    suspension: Suspension,
}

impl From<Waiting> for WaitingSuspension {
    fn from(one: Waiting) -> Self {
        Self {
            account: one.account.to_string(),
            person: one.person,
            email: one.email,
            waits_until: one.waits_until.into(),
            may_decide: one.may_decide,
            suspension: one.view.into(),
        }
    }
}

/// The suspensions that wait for a second person.
#[derive(Serialize, ToSchema)]
struct WaitingSuspensions {
    /// The longest waiting first.
    items: Vec<WaitingSuspension>,
}

/// Why somebody decides so.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DecisionReason {
    /// It stands in the audit log.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// Show how an account’s second step stands
#[utoipa::path(
    get, path = "/api/v1/support/accounts/{id}/suspension", tag = "Support",
    params(("id" = String, Path, format = "uuid", description = "The account's id.")),
    responses((status = 200, body = Suspensions, description = "How it stands.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["forbidden"]))),
)]
async fn get_suspension(
    call: Call,
    StaffSession(signed_in): StaffSession,
    Id(id): Id<AccountId>,
) -> Result<Sent<Suspensions>, Problem> {
    Ok(Sent(suspension::status(&call, &signed_in, id).await?.into()))
}

/// Suspend the second step of an account
///
/// Never one's own, an equal's or that of somebody above. Needs recent proof, which it uses up. Whatever was signed in
/// ends, and the owner is told with a link that stops it. The suspension of a staff account waits for up to an hour until
/// another administrator agrees. Five an hour and twenty a day for one member of the staff. Where it runs and takes support
/// codes, the first one comes with the answer.
#[utoipa::path(
    post, path = "/api/v1/support/accounts/{id}/suspension", tag = "Support",
    params(("id" = String, Path, format = "uuid", description = "The account's id.")),
    request_body = NewSuspension,
    responses((status = 201, body = StartedSuspension, description = "It runs, or waits for a second person.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "forbidden", "conflict", "too-many"]))),
)]
async fn start_suspension(
    call: Call,
    StaffSession(signed_in): StaffSession,
    Id(id): Id<AccountId>,
    Json(input): Json<NewSuspension>,
) -> Result<(StatusCode, Sent<StartedSuspension>), Problem> {
    let started = suspension::request_start(&call, &signed_in, id, input.into(), true).await?;
    let support_code = match started {
        Started::Running { code, .. } => code.map(MadeSupportCode::from),
        Started::Waiting { .. } => None,
    };
    let Suspensions { running, waiting, past } = suspension::status(&call, &signed_in, id).await?.into();
    Ok((StatusCode::CREATED, Sent(StartedSuspension { running, waiting, past, support_code })))
}

/// End a suspension early
///
/// Also takes one back that waits for a second person.
#[utoipa::path(
    delete, path = "/api/v1/support/accounts/{id}/suspension", tag = "Support",
    params(("id" = String, Path, format = "uuid", description = "The account's id.")),
    responses((status = 204, description = "It is over: the second step is asked for again.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["forbidden", "conflict"]))),
)]
async fn end_suspension(
    call: Call,
    StaffSession(signed_in): StaffSession,
    Id(id): Id<AccountId>,
) -> Result<StatusCode, Problem> {
    suspension::lift(&call, &signed_in, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Make a support code
///
/// For a suspension that takes one. It signs in once, together with the password, for 30 minutes. Needs recent proof.
#[utoipa::path(
    post, path = "/api/v1/support/accounts/{id}/suspension/code", tag = "Support",
    params(("id" = String, Path, format = "uuid", description = "The account's id.")),
    responses((status = 201, body = MadeSupportCode, description = "The code, shown this once.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "forbidden", "conflict"]))),
)]
async fn make_support_code(
    call: Call,
    StaffSession(signed_in): StaffSession,
    Id(id): Id<AccountId>,
) -> Result<(StatusCode, Sent<MadeSupportCode>), Problem> {
    let issued = suspension::issue_code(&call, &signed_in, id).await?;
    Ok((StatusCode::CREATED, Sent(issued.into())))
}

/// List the suspensions that wait for a second person
///
/// For administrators.
#[utoipa::path(
    get, path = "/api/v1/support/suspensions", tag = "Support",
    responses((status = 200, body = WaitingSuspensions, description = "Those that wait.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["forbidden"]))),
)]
async fn list_waiting_suspensions(
    call: Call,
    AdministratorSession(signed_in): AdministratorSession,
) -> Result<Sent<WaitingSuspensions>, Problem> {
    let list = suspension::waiting(&call, &signed_in).await?;
    Ok(Sent(WaitingSuspensions { items: list.into_iter().map(WaitingSuspension::from).collect() }))
}

/// Agree to a suspension
///
/// Only another administrator than the one who asked for it. Needs recent proof, which it uses up. It runs from now on.
#[utoipa::path(
    post, path = "/api/v1/support/suspensions/{id}/approve", tag = "Support",
    params(("id" = String, Path, format = "uuid", description = "The suspension's id.")),
    request_body = DecisionReason,
    responses((status = 200, body = Suspensions, description = "How the account stands now.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "forbidden", "conflict"]))),
)]
async fn approve_suspension(
    call: Call,
    AdministratorSession(signed_in): AdministratorSession,
    Id(id): Id<SuspensionId>,
    Json(input): Json<DecisionReason>,
) -> Result<Sent<Suspensions>, Problem> {
    let account = suspension::decide(&call, &signed_in, id, true, &input.reason).await?;
    Ok(Sent(suspension::status(&call, &signed_in, account).await?.into()))
}

/// Refuse a suspension
///
/// Only another administrator than the one who asked for it. Needs recent proof, which it uses up.
#[utoipa::path(
    post, path = "/api/v1/support/suspensions/{id}/refuse", tag = "Support",
    params(("id" = String, Path, format = "uuid", description = "The suspension's id.")),
    request_body = DecisionReason,
    responses((status = 200, body = Suspensions, description = "How the account stands now.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "forbidden", "conflict"]))),
)]
async fn refuse_suspension(
    call: Call,
    AdministratorSession(signed_in): AdministratorSession,
    Id(id): Id<SuspensionId>,
    Json(input): Json<DecisionReason>,
) -> Result<Sent<Suspensions>, Problem> {
    let account = suspension::decide(&call, &signed_in, id, false, &input.reason).await?;
    Ok(Sent(suspension::status(&call, &signed_in, account).await?.into()))
}
