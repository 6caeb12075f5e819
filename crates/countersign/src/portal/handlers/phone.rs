//! Phone numbers: their row on the security page, adding one, and removing one (MSG-6, MSG-8).

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::factor::phone::Ways;
use countersign_core::id::PhoneNumberId;
use countersign_core::method::Method;
use countersign_core::policy::Policy;
use countersign_core::sign_in::{AccountChange, Permission, Purpose, refusal};
use serde::Deserialize;

use super::super::view::{
    Blocked, Done, FormErrors, MethodRow, Page, PhoneAddPage, PhoneEntry, PhoneList, PhoneRemovePage,
};
use super::super::visit::{Member, form_errors, go, moment, say, show, show_refused};
use super::email_codes::ready;
use super::methods;
use super::removal::removed;
use super::security::with_done;
use super::sign_in::with_next;
use crate::flow::FlowError;
use crate::flow::phone::{self, PhoneLine};
use crate::http::STEP_UP_PATH;
use crate::http::form::{Form, NoFields};
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;
use crate::text;

const HERE: &str = "/account/security/phone";
const SECURITY: &str = "/account/security";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NumberForm {
    number: Typed,
}

/// The method's row, from what it has in common with the other rows.
pub(super) async fn row(member: &Member, page: &Page, row: MethodRow) -> Result<MethodRow, Problem> {
    let lines = phone::list(member.call(), &member.me).await?;
    let entries: Vec<PhoneEntry> = lines.into_iter().map(entry).collect();
    let is_proved = entries.iter().any(|entry| entry.waits_until.is_none());
    let policy = &member.me.facts.policy;
    let blocked = blocked(member, page);
    let asleep = is_proved && !row.is_on;
    Ok(MethodRow {
        is_on: is_proved,
        why: Some(page.t(why(policy)).into_owned()),
        note: asleep.then(|| page.t("phone-row-asleep").into_owned()),
        last_used: entries.iter().filter_map(|entry| entry.last_used).max(),
        set_up: blocked.is_none().then(|| HERE.to_owned()),
        phones: Some(PhoneList {
            entries,
            most: u32::from(policy.phone_numbers_max),
            may_add: blocked.is_none(),
        }),
        blocked,
        ..row
    })
}

/// The key of the sentence that says how strong it is.
fn why(policy: &Policy) -> &'static str {
    match policy.phone_rules().calls {
        0 => text!("phone-strength-sms-why"),
        _ => text!("phone-strength-calls-why"),
    }
}

fn entry(line: PhoneLine) -> PhoneEntry {
    PhoneEntry {
        id: line.id.to_string(),
        masked: line.masked,
        added: moment(line.added_at),
        last_used: line.last_used_at.map(moment),
        waits_until: line.waits_until.map(moment),
    }
}

/// Why no number may be added. What the phone has to stand beside is told by name (MSG-8).
fn blocked(member: &Member, page: &Page) -> Option<Blocked> {
    let call = member.call();
    let refused = member.me.may(AccountChange::AddPhone, call.now);
    if matches!(refused, Permission::No(refusal::NEEDS_ANOTHER)) {
        return Some(Blocked { reason: needs(member, page), confirm_address: false });
    }
    let not_set_up = || {
        let reason = page.t("phone-row-not-set-up").into_owned();
        (!call.deps.reach.phones()).then_some(Blocked { reason, confirm_address: false })
    };
    methods::blocked(member, page, AccountChange::AddPhone).or_else(not_set_up)
}

fn needs(member: &Member, page: &Page) -> String {
    let policy = &member.me.facts.policy;
    let offered = |method: &&Method| policy.offers(**method, member.me.facts.account.role);
    let anchors = policy.needs.get(&Method::Phone).into_iter().flatten().filter(offered);
    let mut names: Vec<String> = anchors.map(|method| page.t(method.text_key()).into_owned()).collect();
    let Some(last) = names.pop() else { return page.t("phone-row-needs-any").into_owned() };
    let methods = if names.is_empty() {
        last
    } else {
        page.t2("list-or", "list", names.join(", "), "last", last).into_owned()
    };
    page.t1("phone-row-needs", "methods", methods).into_owned()
}

async fn add_page(member: &Member, typed: String, errors: FormErrors) -> Result<PhoneAddPage, Problem> {
    let (policy, reach) = (&member.me.facts.policy, &member.call().deps.reach);
    let set_up = Ways { calls: reach.calls && policy.phone_rules().calls > 0, sms: reach.sms };
    let calls = set_up.of_proof(policy).calls;
    let other_sessions = member.other_sessions().await?;
    Ok(PhoneAddPage { page: member.page(), typed, calls, other_sessions, errors })
}

pub(super) async fn form(member: Member) -> Result<Response, Problem> {
    ready(&member, AccountChange::AddPhone)?;
    show(&add_page(&member, String::new(), FormErrors::default()).await?)
}

/// Adds a number and leads to the second step that proves it. What was typed is kept where it won't do.
pub(super) async fn start(member: Member, Form(form): Form<NumberForm>) -> Result<Response, Problem> {
    let (status, errors) = match phone::start(member.call(), &member.me, &form.number).await {
        Ok(added) => {
            member.visit.challenge(&added.challenge);
            return Ok(go("/second-step"));
        }
        Err(FlowError::StepUpNeeded) => return Ok(go(&with_next(STEP_UP_PATH, Some(HERE)))),
        Err(FlowError::Invalid(faults)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, form_errors(&member.page(), &faults))
        }
        Err(FlowError::Conflict(text)) => {
            (StatusCode::CONFLICT, FormErrors::general(say(&member.page(), &text)))
        }
        Err(error) => return Err(error.into()),
    };
    show_refused(status, &add_page(&member, form.number.to_owned(), errors).await?)
}

/// Goes on with proving a number that waits.
pub(super) async fn prove(
    member: Member,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    match phone::start_proof(member.call(), &member.me, id(&text)?).await {
        Ok(open) => {
            member.visit.challenge(&open);
            Ok(go("/second-step"))
        }
        Err(FlowError::StepUpNeeded) => Ok(go(&with_next(STEP_UP_PATH, Some(SECURITY)))),
        Err(error) => Err(error.into()),
    }
}

/// Forgets a number that waits for its proof.
pub(super) async fn drop_pending(
    member: Member,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    phone::cancel(member.call(), &member.me).await?;
    Ok(go(&with_done(SECURITY, Done::PhoneDropped)))
}

fn id(text: &str) -> Result<PhoneNumberId, Problem> {
    text.parse().map_err(|_| Problem::new(&problem::NOT_FOUND))
}

pub(super) async fn remove(member: Member, Path(text): Path<String>) -> Result<Response, Problem> {
    let id = id(&text)?;
    let lines = phone::list(member.call(), &member.me).await?;
    let proved: Vec<PhoneLine> = lines.into_iter().filter(|line| line.waits_until.is_none()).collect();
    let last = proved.len() == 1;
    let line = proved.into_iter().find(|line| line.id == id);
    let line = line.ok_or(Problem::new(&problem::NOT_FOUND))?;
    ready(&member, AccountChange::RemovePhone)?;
    let permission = member.me.may(AccountChange::RemovePhone, member.call().now);
    show(&PhoneRemovePage {
        page: member.page(),
        id: line.id.to_string(),
        masked: line.masked,
        last,
        asks: matches!(permission, Permission::OwnChallenge),
        other_sessions: member.other_sessions().await?,
    })
}

pub(super) async fn start_removal(
    member: Member,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let removal = phone::start_removal(member.call(), &member.me, id(&text)?).await;
    removed(&member, removal, Purpose::RemovePhone, SECURITY)
}
