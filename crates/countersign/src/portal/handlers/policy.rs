//! The security policy in the portal: reading, editing, the review between editing and saving, presets, history.

mod pages;
mod versions;

use std::collections::BTreeSet;

use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::action::Action;
use countersign_core::policy::{Policy, PolicyFault, Risk};
use countersign_core::preset::Preset;

use super::super::draft::{self, Fields, malformed};
use super::super::view::{Done, FormErrors, Installed, Reviewed};
use super::super::visit::{Administrator, Member, form_errors, go, say, show, show_refused};
use super::security::{told, with_done};
use crate::flow::policy::{self, Editor, NewPolicy, PolicyRow};
use crate::flow::{FieldFault, FlowError, staff};
use crate::http::form::{Form, Query};
use crate::http::problem::{self, Problem};

pub(super) use versions::{history, presets};

/// Where the policy stands.
const POLICY: &str = "/admin/policy";
/// Where a change is reviewed.
const REVIEW: &str = "/admin/policy/review";

async fn in_force(member: &Member) -> Result<PolicyRow, Problem> {
    let organisation = member.me.facts.account.organisation_id;
    Ok(policy::current_of(member.call(), organisation).await?)
}

/// The rules with their switches. What is in the query was being edited.
pub(super) async fn rules(
    Administrator(member): Administrator,
    Query(mut draft): Query<Fields>,
) -> Result<Response, Problem> {
    staff::require(member.call(), &member.me, Action::ViewPolicy).await?;
    let done = draft.remove("done");
    let row = in_force(&member).await?;
    let shown = draft::apply(&row.policy, &draft)?;
    let mut page = member.page();
    page.notice = told(done.as_deref(), &page);
    let errors = form_errors(&page, &shown.faults);
    show(&pages::editor(page, installed(&member), &row, (&shown.policy, &draft), errors))
}

/// Takes what was typed to its review; what cannot work is said beside the switches.
pub(super) async fn to_review(
    Administrator(member): Administrator,
    Form(mut sent): Form<Fields>,
) -> Result<Response, Problem> {
    staff::require(member.call(), &member.me, Action::ChangePolicy).await.or_else(may_wait)?;
    let base = sent.remove("version").and_then(|text| text.parse().ok()).ok_or_else(malformed)?;
    let organisation = member.me.facts.account.organisation_id;
    let base = policy::version(member.call(), organisation, base).await?;
    draft::complete(&member.page(), &base.policy, &mut sent);
    let typed = draft::apply(&base.policy, &sent)?;
    let preview = policy::preview(member.call(), organisation, &typed.policy).await?;
    if typed.faults.is_empty() && preview.faults.is_empty() {
        return Ok(go(&draft::address(REVIEW, &member.page(), &base.policy, &typed.policy)));
    }
    let page = member.page();
    let errors = preview.faults.iter().fold(form_errors(&page, &typed.faults), |errors, fault| {
        errors.with(field_of(fault), say(&page, &fault.text()))
    });
    let again = pages::editor(page, installed(&member), &base, (&typed.policy, &sent), errors);
    show_refused(StatusCode::UNPROCESSABLE_ENTITY, &again)
}

/// The field of the page that a fault belongs to.
fn field_of(fault: &PolicyFault) -> &'static str {
    match fault.setting() {
        "needs" => "needs.phone",
        setting => setting,
    }
}

/// What is set up on this installation.
fn installed(member: &Member) -> Installed {
    let deps = &member.call().deps;
    Installed {
        mail: deps.mail,
        telegram: deps.reach.telegram.is_some(),
        calls: deps.reach.calls,
        sms: deps.reach.sms,
    }
}

/// The proof may come after the typing: the review asks for it.
fn may_wait(error: FlowError) -> Result<(), FlowError> {
    if matches!(error, FlowError::StepUpNeeded) { Ok(()) } else { Err(error) }
}

/// What a query asks to be reviewed: a preset, an earlier version, or what was edited.
async fn wanted(member: &Member, row: &PolicyRow, mut draft: Fields) -> Result<(Policy, Reviewed), Problem> {
    let (preset, version) = (draft.remove("preset"), draft.remove("restore"));
    let missing = || Problem::new(&problem::NOT_FOUND);
    match (preset, version) {
        (Some(name), None) if draft.is_empty() => {
            let preset = Preset::parse(&name).ok_or_else(missing)?;
            Ok((row.policy.adopting(preset), Reviewed::Preset(preset)))
        }
        (None, Some(number)) if draft.is_empty() => {
            let number = number.parse().map_err(|_| missing())?;
            let earlier = policy::version(member.call(), row.organisation_id, number).await?;
            Ok((earlier.policy, Reviewed::Version(number)))
        }
        (None, None) => Ok((draft::apply(&row.policy, &draft)?.policy, Reviewed::Edit)),
        _ => Err(malformed()),
    }
}

pub(super) async fn review(
    Administrator(member): Administrator,
    Query(draft): Query<Fields>,
) -> Result<Response, Problem> {
    staff::require(member.call(), &member.me, Action::ChangePolicy).await?;
    let row = in_force(&member).await?;
    let (next, reviewed) = wanted(&member, &row, draft).await?;
    let page = pages::review(&member, &row, next, reviewed).await?;
    show(&page)
}

/// The fields of the review.
struct Confirmed {
    new: NewPolicy,
    reviewed: Reviewed,
}

/// Each risk is a field of its own name, ticked or absent.
fn confirmed(mut sent: Fields) -> Option<Confirmed> {
    let base_version = sent.remove("version")?.parse().ok()?;
    let policy = serde_json::from_str(&sent.remove("policy")?).ok()?;
    let reason = sent.remove("reason")?;
    let reviewed = match (sent.remove("preset"), sent.remove("restore")) {
        (Some(preset), None) => Reviewed::Preset(Preset::parse(&preset)?),
        (None, Some(version)) => Reviewed::Version(version.parse().ok()?),
        (None, None) => Reviewed::Edit,
        _ => return None,
    };
    let acknowledged: Option<BTreeSet<Risk>> =
        sent.keys().map(|field| Risk::parse(field.strip_prefix("risk-")?)).collect();
    let new = NewPolicy { base_version, policy, acknowledged: acknowledged?, reason };
    Some(Confirmed { new, reviewed })
}

/// The review as it was filled in, with what is wrong; without faults, the proof is missing.
async fn again(
    member: &Member,
    new: NewPolicy,
    reviewed: Reviewed,
    faults: Option<&[FieldFault]>,
) -> Result<Response, Problem> {
    let row = in_force(member).await?;
    let back = pages::way_back(&member.page(), &row.policy, &new.policy, &reviewed);
    let mut page = pages::review(member, &row, new.policy, reviewed).await?;
    pages::fill(&mut page, &new.acknowledged, new.reason);
    let Some(faults) = faults else {
        page.page.proof_first = member.proof_first(Action::ChangePolicy, &back, true);
        return show_refused(StatusCode::FORBIDDEN, &page);
    };
    page.errors = form_errors(&page.page, faults);
    show_refused(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

pub(super) async fn save(
    Administrator(member): Administrator,
    Form(sent): Form<Fields>,
) -> Result<Response, Problem> {
    let Confirmed { new, reviewed } = confirmed(sent).ok_or_else(malformed)?;
    let editor = Editor::Staff(&member.me);
    match policy::change(member.call(), editor, new.clone()).await {
        Ok(_) => Ok(go(&with_done(POLICY, Done::PolicySaved))),
        Err(FlowError::StepUpNeeded) => again(&member, new, reviewed, None).await,
        Err(FlowError::Invalid(faults)) => again(&member, new, reviewed, Some(&faults)).await,
        Err(error) => Err(error.into()),
    }
}

/// No faults yet.
fn clean() -> FormErrors {
    FormErrors::default()
}
