//! The organisation's security policy, for its administrators.

use std::sync::Arc;

use axum::extract::State;
use countersign_core::action::Action;
use countersign_core::policy::{Effect, Policy};
use countersign_core::preset::Preset;
use countersign_core::text::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::policy_document::PolicyDocument;
use crate::api::caller::AdministratorSession;
use crate::api::shapes::{MethodName, PresetName, RiskName, Sent, Time};
use crate::app::App;
use crate::flow::policy::{self, Author, Editor, NewPolicy, Preview, Version};
use crate::flow::session::SignedIn;
use crate::flow::{Call, FlowError, staff};
use crate::http::context::RequestContext;
use crate::http::json::Json;
use crate::http::problem::{self, Problem};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(get_organisation_policy, put_organisation_policy))
        .routes(routes!(preview_organisation_policy))
        .routes(routes!(list_policy_versions))
        .routes(routes!(restore_policy_version))
        .routes(routes!(list_policy_presets))
}

/// Most versions that are listed.
const VERSIONS: u32 = 500;

/// A version of the policy.
#[derive(Serialize, ToSchema)]
struct PolicyVersion {
    /// Its number: 1 for the first, and one more each time.
    #[schema(minimum = 1)]
    version: i64,
    /// When it came into force.
    changed_at: Time,
    /// Who made it: an account's address, `operator` or `gone`.
    changed_by: String,
    /// Why, in that person's words.
    reason: String,
    /// What it changed of the one before; empty for the first.
    changes: Vec<SettingChange>,
    /// The whole policy.
    #[schema(value_type = PolicyDocument)]
    policy: Policy,
}

/// The versions of the policy.
#[derive(Serialize, ToSchema)]
struct PolicyVersions {
    /// The newest first, at most 500. The first one is in force.
    items: Vec<PolicyVersion>,
}

/// A setting that differs.
#[derive(Serialize, ToSchema)]
struct SettingChange {
    /// Its path within the policy, with dots.
    #[schema(examples("sessions.idle_minutes"))]
    setting: String,
    /// What it was.
    before: Value,
    /// What it is, or would be.
    after: Value,
}

impl From<policy::Change> for SettingChange {
    fn from(change: policy::Change) -> Self {
        Self { setting: change.setting, before: change.before, after: change.after }
    }
}

/// A policy to be put into force.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PolicyInput {
    /// The version that the change is based on. Another one in force: 409.
    #[schema(minimum = 1)]
    version: i64,
    /// The whole policy.
    #[schema(value_type = PolicyDocument)]
    policy: Policy,
    /// The risks that you have read and accept.
    #[serde(default)]
    #[schema(max_items = 16)]
    acknowledged: Vec<RiskName>,
    /// Why. The history keeps it.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// A policy to be looked at before it is put into force.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PolicyDraft {
    /// The whole policy.
    #[schema(value_type = PolicyDocument)]
    policy: Policy,
}

/// An earlier version to return to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PolicyReturn {
    /// The version in force. Another one in force: 409.
    #[schema(minimum = 1)]
    version: i64,
    /// The version whose policy is put into force again, as a new version.
    #[schema(minimum = 1)]
    restore: i64,
    /// The risks that you have read and accept.
    #[serde(default)]
    #[schema(max_items = 16)]
    acknowledged: Vec<RiskName>,
    /// Why. The history keeps it.
    #[schema(min_length = 1, max_length = 500)]
    reason: String,
}

/// What a change would mean.
#[derive(Serialize, ToSchema)]
struct PolicyPreview {
    /// The version in force, on which the change would be based.
    version: i64,
    /// Why it cannot be made; empty: it can.
    faults: Vec<SettingFault>,
    /// The risks that have to be acknowledged.
    risks: Vec<RiskToRead>,
    /// What changes.
    changes: Vec<SettingChange>,
    /// Whom it touches.
    effect: PolicyEffect,
}

/// Why a policy cannot work.
#[derive(Serialize, ToSchema)]
struct SettingFault {
    /// The setting that would have to change first, with dots.
    setting: String,
    /// What is wrong, for programs.
    code: String,
    /// What is wrong and what to do, in the language of the request.
    detail: String,
}

/// A risk that has to be read.
#[derive(Serialize, ToSchema)]
struct RiskToRead {
    /// Its name, for `acknowledged`.
    risk: RiskName,
    /// What it is, in the language of the request.
    detail: String,
}

/// Whom a change touches, in numbers of active accounts.
#[derive(Serialize, ToSchema)]
struct PolicyEffect {
    /// All of the organisation.
    accounts: u64,
    /// Will be asked to enrol at once.
    must_enrol: u64,
    /// Will have to enrol from the policy's date on.
    must_enrol_later: u64,
    /// Have to enrol, as before.
    must_enrol_already: u64,
    /// Will no longer be asked for a second step.
    no_longer_asked: u64,
    /// Will be asked for a second step that did not count before.
    newly_asked: u64,
    /// Will sign in with a weaker second step than now.
    weaker: u64,
    /// By method, accounts whose method of this kind will no longer count.
    stops_counting: Vec<MethodCount>,
    /// Whether accounts become easier to get into, or may.
    weakens: bool,
}

/// A method and a number of accounts.
#[derive(Serialize, ToSchema)]
struct MethodCount {
    /// Which.
    method: MethodName,
    /// How many.
    accounts: u64,
}

impl From<&Effect> for PolicyEffect {
    fn from(effect: &Effect) -> Self {
        let count =
            |(method, accounts): (&_, &u64)| MethodCount { method: MethodName(*method), accounts: *accounts };
        Self {
            accounts: effect.accounts,
            must_enrol: effect.must_enrol,
            must_enrol_later: effect.must_enrol_later,
            must_enrol_already: effect.must_enrol_already,
            no_longer_asked: effect.no_longer_asked,
            newly_asked: effect.newly_asked,
            weaker: effect.weaker,
            stops_counting: effect.stops_counting.iter().map(count).collect(),
            weakens: effect.weakens(),
        }
    }
}

/// A preset beside the policy in force.
#[derive(Serialize, ToSchema)]
struct PolicyPreset {
    /// Which.
    preset: PresetName,
    /// The policy as it would be with it; who may come in stays as it is.
    #[schema(value_type = PolicyDocument)]
    policy: Policy,
    /// What it would mean.
    preview: PolicyPreview,
}

/// The presets.
#[derive(Serialize, ToSchema)]
struct PolicyPresets {
    /// All of them.
    items: Vec<PolicyPreset>,
}

fn told(app: &App, context: &RequestContext, preview: Preview) -> PolicyPreview {
    let say = |text: &Text| app.voice.say(context.language, text);
    let fault = |fault: &countersign_core::policy::PolicyFault| SettingFault {
        setting: fault.setting().to_owned(),
        code: fault.text().key.to_owned(),
        detail: say(&fault.text()),
    };
    PolicyPreview {
        version: preview.base_version,
        faults: preview.faults.iter().map(fault).collect(),
        risks: preview
            .risks
            .iter()
            .map(|risk| RiskToRead { risk: RiskName(*risk), detail: say(&Text::new(risk.text_key())) })
            .collect(),
        effect: PolicyEffect::from(&preview.effect),
        changes: preview.changes.into_iter().map(SettingChange::from).collect(),
    }
}

fn version(version: Version) -> PolicyVersion {
    PolicyVersion {
        version: version.row.version,
        changed_at: version.row.changed_at.into(),
        changed_by: match version.by {
            Author::Account { email, .. } => email,
            Author::Operator => "operator".to_owned(),
            Author::Gone => "gone".to_owned(),
        },
        reason: version.row.reason,
        changes: version.changes.into_iter().map(SettingChange::from).collect(),
        policy: version.row.policy,
    }
}

/// The newest version, which is in force.
async fn newest(call: &Call, signed_in: &SignedIn) -> Result<Sent<PolicyVersion>, Problem> {
    let organisation = signed_in.facts.account.organisation_id;
    let found = policy::history(call, organisation, 1).await?.into_iter().next();
    found.map(version).map(Sent).ok_or(Problem::new(&problem::NOT_FOUND))
}

/// Faults of the policy's settings are told by their path in the body.
fn refused(error: FlowError) -> Problem {
    let FlowError::Invalid(faults) = error else { return error.into() };
    faults.into_iter().fold(Problem::new(&problem::INVALID), |problem, fault| {
        let of_body = ["acknowledged", "reason"].contains(&fault.field);
        let field = if of_body { fault.field.to_owned() } else { format!("policy.{}", fault.field) };
        problem.about(field, fault.text)
    })
}

fn new(version: i64, policy: Policy, acknowledged: &[RiskName], reason: String) -> NewPolicy {
    let acknowledged = acknowledged.iter().map(|risk| risk.0).collect();
    NewPolicy { base_version: version, policy, acknowledged, reason }
}

/// Show the organisation's security policy
///
/// For administrators: the whole policy and who put it into force.
#[utoipa::path(
    get, path = "/api/v1/organisation/policy", tag = "Security policy",
    responses((status = 200, body = PolicyVersion, description = "The version in force.")),
    security(("session" = [])),
)]
async fn get_organisation_policy(
    call: Call,
    AdministratorSession(me): AdministratorSession,
) -> Result<Sent<PolicyVersion>, Problem> {
    staff::require(&call, &me, Action::ViewPolicy).await?;
    newest(&call, &me).await
}

/// Put a security policy into force
///
/// It counts with everybody's next request. Needs recent proof, which it uses up. Every risk that comes with the policy and
/// was not acknowledged before has to stand in `acknowledged`.
#[utoipa::path(
    put, path = "/api/v1/organisation/policy", tag = "Security policy",
    request_body = PolicyInput,
    responses((status = 200, body = PolicyVersion, description = "The version that is now in force.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "conflict"]))),
)]
async fn put_organisation_policy(
    call: Call,
    AdministratorSession(me): AdministratorSession,
    Json(input): Json<PolicyInput>,
) -> Result<Sent<PolicyVersion>, Problem> {
    let new = new(input.version, input.policy, &input.acknowledged, input.reason);
    policy::change(&call, Editor::Staff(&me), new).await.map_err(refused)?;
    newest(&call, &me).await
}

/// See what a security policy would mean
///
/// Changes nothing.
#[utoipa::path(
    post, path = "/api/v1/organisation/policy/preview", tag = "Security policy",
    request_body = PolicyDraft,
    responses((status = 200, body = PolicyPreview, description = "What would change, and for whom.")),
    security(("session" = [])),
)]
async fn preview_organisation_policy(
    State(app): State<Arc<App>>,
    call: Call,
    context: RequestContext,
    AdministratorSession(me): AdministratorSession,
    Json(input): Json<PolicyDraft>,
) -> Result<Sent<PolicyPreview>, Problem> {
    staff::require(&call, &me, Action::ViewPolicy).await?;
    let organisation = me.facts.account.organisation_id;
    let preview = policy::preview(&call, organisation, &input.policy).await?;
    Ok(Sent(told(&app, &context, preview)))
}

/// List the versions of the security policy
#[utoipa::path(
    get, path = "/api/v1/organisation/policy/history", tag = "Security policy",
    responses((status = 200, body = PolicyVersions, description = "Who changed what, when and why.")),
    security(("session" = [])),
)]
async fn list_policy_versions(
    call: Call,
    AdministratorSession(me): AdministratorSession,
) -> Result<Sent<PolicyVersions>, Problem> {
    staff::require(&call, &me, Action::ViewPolicy).await?;
    let found = policy::history(&call, me.facts.account.organisation_id, VERSIONS).await?;
    Ok(Sent(PolicyVersions { items: found.into_iter().map(version).collect() }))
}

/// Return to an earlier version of the security policy
///
/// Its policy is put into force as a new version, by the same rules as any change. Needs recent proof, which it uses up.
#[utoipa::path(
    post, path = "/api/v1/organisation/policy/restore", tag = "Security policy",
    request_body = PolicyReturn,
    responses((status = 200, body = PolicyVersion, description = "The version that is now in force.")),
    security(("session" = [])),
    extensions(("x-problems" = json!(["step-up-needed", "conflict", "not-found"]))),
)]
async fn restore_policy_version(
    call: Call,
    AdministratorSession(me): AdministratorSession,
    Json(input): Json<PolicyReturn>,
) -> Result<Sent<PolicyVersion>, Problem> {
    let PolicyReturn { version, restore, acknowledged, reason } = input;
    let next = |policy| new(version, policy, &acknowledged, reason);
    policy::restore(&call, Editor::Staff(&me), restore, next).await.map_err(refused)?;
    newest(&call, &me).await
}

/// List the presets
///
/// Each with what it would change and whom that would touch.
#[utoipa::path(
    get, path = "/api/v1/organisation/policy/presets", tag = "Security policy",
    responses((status = 200, body = PolicyPresets, description = "All presets, beside the policy in force.")),
    security(("session" = [])),
)]
async fn list_policy_presets(
    State(app): State<Arc<App>>,
    call: Call,
    context: RequestContext,
    AdministratorSession(me): AdministratorSession,
) -> Result<Sent<PolicyPresets>, Problem> {
    staff::require(&call, &me, Action::ViewPolicy).await?;
    let row = policy::current_of(&call, me.facts.account.organisation_id).await?;
    let mut items = Vec::new();
    for &preset in Preset::ALL {
        let next = row.policy.adopting(preset);
        let preview = policy::preview(&call, row.organisation_id, &next).await?;
        let preview = told(&app, &context, preview);
        items.push(PolicyPreset { preset: PresetName(preset), policy: next, preview });
    }
    Ok(Sent(PolicyPresets { items }))
}
