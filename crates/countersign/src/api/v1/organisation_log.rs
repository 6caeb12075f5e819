//! The organisation's invitations and couriers. For its administrators.

use std::sync::Arc;

use axum::http::StatusCode;
use countersign_core::action::Action;
use countersign_core::api_token::Scope;
use countersign_core::id::LinkId;
use countersign_core::role::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::organisation::reads;
use crate::api::caller::{AdministratorSession, Id};
use crate::api::shapes::{RoleName, Sent, Time};
use crate::app::App;
use crate::flow::invitation::{self, Changed, Outcome, Plan, Planned};
use crate::flow::member::Doer;
use crate::flow::{Call, courier, staff};
use crate::http::extract::ApiCaller;
use crate::http::json::{Json, LargeJson};
use crate::http::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list_invitations, invite))
        .routes(routes!(withdraw_invitation))
        .routes(routes!(resend_invitation))
        .routes(routes!(invite_list))
        .routes(routes!(list_couriers))
        .routes(routes!(test_courier))
}

/// An invitation that was not used yet.
#[derive(Serialize, ToSchema)]
struct Invitation {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// To whom.
    email: Option<String>,
    /// What the account will be allowed.
    role: RoleName,
    /// When it was made.
    created_at: Time,
    /// When it ends.
    expires_at: Time,
}

/// A page of invitations.
#[derive(Serialize, ToSchema)]
struct Invitations {
    /// The newest first, at most 50.
    #[schema(max_items = 50)]
    items: Vec<Invitation>,
}

/// List the invitations that wait
#[utoipa::path(
    get, path = "/api/v1/organisation/invitations", tag = "Administration",
    responses((status = 200, body = Invitations, description = "The newest 50.")),
    security(("session" = []), ("bearer" = ["members:read"])),
    extensions(("x-problems" = json!(["forbidden"]))),
)]
async fn list_invitations(call: Call, caller: ApiCaller) -> Result<Sent<Invitations>, Problem> {
    let organisation = reads(&call, &caller, Action::ViewMembers, Scope::MembersRead).await?;
    let page = invitation::list(&call, organisation, None).await?;
    let shape = |row: invitation::LinkRow| Invitation {
        id: row.id.to_string(),
        email: row.email.map(|email| email.as_str().to_owned()),
        role: RoleName(row.role.unwrap_or(Role::Member)),
        created_at: row.created_at.into(),
        expires_at: row.expires_at.into(),
    };
    Ok(Sent(Invitations { items: page.rows.into_iter().map(shape).collect() }))
}

/// Somebody to be invited.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewInvitation {
    /// To whom.
    #[schema(format = "email", max_length = 254)]
    email: String,
    /// What the account will be allowed.
    role: RoleName,
}

/// An invitation that was made.
#[derive(Serialize, ToSchema)]
struct Invited {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// When it ends.
    expires_at: Time,
    /// The token of its link, to be handed over, where no mail is set up; otherwise a letter has it.
    link_token: Option<String>,
}

impl From<invitation::Invited> for Invited {
    fn from(made: invitation::Invited) -> Self {
        let link_token = made.link.map(|token| token.reveal().to_string());
        Self { id: made.id.to_string(), expires_at: made.until.into(), link_token }
    }
}

/// Invite somebody
///
/// Needs recent proof; inviting somebody who is to be of the staff uses it up. An earlier invitation to the address no
/// longer counts.
#[utoipa::path(
    post, path = "/api/v1/organisation/invitations", tag = "Administration",
    request_body = NewInvitation,
    responses((status = 200, body = Invited, description = "The invitation is on its way.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "too-many"]))),
)]
async fn invite(
    call: Call,
    AdministratorSession(me): AdministratorSession,
    Json(new): Json<NewInvitation>,
) -> Result<Sent<Invited>, Problem> {
    let organisation = me.facts.account.organisation_id;
    let doer = Doer::staff(&me);
    let made = invitation::invite(&call, &doer, organisation, &new.email, new.role.0).await?;
    Ok(Sent(made.into()))
}

/// Withdraw an invitation
///
/// Needs recent proof.
#[utoipa::path(
    delete, path = "/api/v1/organisation/invitations/{id}", tag = "Administration",
    params(("id" = String, Path, format = "uuid", description = "The invitation.")),
    responses((status = 204, description = "It no longer works.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed"]))),
)]
async fn withdraw_invitation(
    call: Call,
    AdministratorSession(me): AdministratorSession,
    Id(id): Id<LinkId>,
) -> Result<StatusCode, Problem> {
    let organisation = me.facts.account.organisation_id;
    invitation::withdraw(&call, &Doer::staff(&me), organisation, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send an invitation again
///
/// Needs recent proof. The one before no longer counts.
#[utoipa::path(
    post, path = "/api/v1/organisation/invitations/{id}/resend", tag = "Administration",
    params(("id" = String, Path, format = "uuid", description = "The invitation.")),
    responses((status = 200, body = Invited, description = "Another one is on its way.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "too-many"]))),
)]
async fn resend_invitation(
    call: Call,
    AdministratorSession(me): AdministratorSession,
    Id(id): Id<LinkId>,
) -> Result<Sent<Invited>, Problem> {
    let organisation = me.facts.account.organisation_id;
    let made = invitation::resend(&call, &Doer::staff(&me), organisation, id).await?;
    Ok(Sent(made.into()))
}

/// A list of people to be invited.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewList {
    /// An address a line, and a role in a second column where it is not a member's. At most 5,000 lines.
    #[schema(max_length = 1_048_576, examples("ada@example.org\nbob@example.org,support"))]
    list: String,
    /// The `mark` of the plan that is agreed to. Without it nothing is sent, and the plan is told.
    mark: Option<String>,
}

/// One line of a list.
#[derive(Serialize, ToSchema)]
struct PlannedLine {
    /// Its number, from 1.
    line: u32,
    /// What stands there.
    written: String,
    /// `invite`, `invited-already`, `has-account` or `fault`.
    #[schema(value_type = String, examples("invite"))]
    outcome: &'static str,
    /// The role, where it invites.
    role: Option<RoleName>,
    /// What is wrong, for programs.
    #[schema(value_type = Option<String>, examples("roster-role"))]
    fault: Option<&'static str>,
}

impl From<Planned> for PlannedLine {
    fn from(planned: Planned) -> Self {
        let (role, fault) = match &planned.outcome {
            Outcome::Invite(role) => (Some(RoleName(*role)), None),
            Outcome::Fault(text) => (None, Some(text.key)),
            Outcome::Invited | Outcome::Taken => (None, None),
        };
        let outcome = planned.outcome.as_str();
        Self { line: planned.number, written: planned.written, outcome, role, fault }
    }
}

/// What a list leads to, or has led to.
#[derive(Serialize, ToSchema)]
struct ListOutcome {
    /// How many invitations were sent; `null` where nothing was.
    sent: Option<usize>,
    /// Names this plan, to agree to it; `null` where all of it was done.
    mark: Option<String>,
    /// Every line, where not all of it was done.
    lines: Vec<PlannedLine>,
}

impl From<Plan> for ListOutcome {
    fn from(plan: Plan) -> Self {
        let lines = plan.lines.into_iter().map(PlannedLine::from).collect();
        Self { sent: None, mark: Some(plan.mark), lines }
    }
}

/// Invite a list of people
///
/// First without `mark`: nothing is sent, and each line's outcome is told. Then with the `mark` of that answer: exactly
/// that is done, or, where something has changed meanwhile, nothing, and the new plan is told. A long list is sent a
/// hundred at a time: where something changes on the way, both are told, how many were sent and the new plan. Needs
/// recent proof; a list with anybody who is to be of the staff uses it up. Where no mail is set up, people are invited one
/// by one.
#[utoipa::path(
    post, path = "/api/v1/organisation/invitations/list", tag = "Administration",
    request_body = NewList,
    responses((status = 200, body = ListOutcome, description = "What it leads to, or how many were sent.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["conflict", "step-up-needed", "too-many"]))),
)]
async fn invite_list(
    call: Call,
    AdministratorSession(me): AdministratorSession,
    LargeJson(new): LargeJson<NewList>,
) -> Result<Sent<ListOutcome>, Problem> {
    let (organisation, doer) = (me.facts.account.organisation_id, Doer::staff(&me));
    let Some(mark) = new.mark else {
        return Ok(Sent(invitation::plan(&call, &doer, organisation, &new.list).await?.into()));
    };
    let outcome = invitation::invite_all(&call, &doer, organisation, &new.list, &mark).await?;
    Ok(Sent(match outcome {
        Ok(sent) => ListOutcome { sent: Some(sent), mark: None, lines: Vec::new() },
        Err(Changed { sent, plan }) => {
            ListOutcome { sent: Some(sent).filter(|sent| *sent > 0), ..ListOutcome::from(plan) }
        }
    }))
}

/// One kind of way out. Whoever runs the server sees more at the command line.
#[derive(Serialize, ToSchema)]
struct Courier {
    /// `mail`, `telegram`, `calls` or `sms`.
    #[schema(value_type = String, examples("mail"))]
    name: &'static str,
    /// Whether it is set up.
    is_set_up: bool,
    /// Whether the last attempt failed; of several trunks or routes, by all of them.
    is_down: bool,
    /// When it last took something.
    worked_at: Option<Time>,
    /// When it last failed.
    failed_at: Option<Time>,
}

/// The ways by which letters, messages and calls go out.
#[derive(Serialize, ToSchema)]
struct Couriers {
    /// `mail`, and what else is set up or was used.
    items: Vec<Courier>,
}

/// Show how letters, messages and calls go out
#[utoipa::path(
    get, path = "/api/v1/organisation/couriers", tag = "Administration",
    responses((status = 200, body = Couriers, description = "Whether each kind of way works.")),
    security(("session" = []), ("bearer" = ["mail:read"])),
    extensions(("x-problems" = json!(["forbidden"]))),
)]
async fn list_couriers(call: Call, caller: ApiCaller) -> Result<Sent<Couriers>, Problem> {
    reads(&call, &caller, Action::ViewCouriers, Scope::MailRead).await?;
    let (couriers, _) = courier::list(&call).await?;
    let shape = |one: courier::Courier| Courier {
        name: one.way.as_str(),
        is_set_up: one.is_set_up,
        is_down: one.is_down,
        worked_at: one.ok_at.map(Time::from),
        failed_at: one.failed_at.map(Time::from),
    };
    Ok(Sent(Couriers { items: couriers.into_iter().map(shape).collect() }))
}

/// Send oneself a test e-mail
#[utoipa::path(
    post, path = "/api/v1/organisation/couriers/test", tag = "Administration",
    responses((status = 204, description = "It is on its way.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["conflict"]))),
)]
async fn test_courier(
    call: Call,
    AdministratorSession(me): AdministratorSession,
) -> Result<StatusCode, Problem> {
    staff::require(&call, &me, Action::TestCourier).await?;
    courier::test(&call, &me).await?;
    Ok(StatusCode::NO_CONTENT)
}
