//! The support desk: one account on one page, and what is done to it.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::action::Action;
use countersign_core::id::AccountId;
use countersign_core::limits::Refused;
use countersign_core::method::Method;
use serde::Deserialize;

use super::super::view::{DeskAccountPage, Done, FactorRow, FullLimit, LetterFact, Page, Ways, ways};
use super::super::visit::{Agent, Member, form_errors, go, moment, show, show_refused};
use super::desk::{After, refusal, role_name, row};
use super::methods::look;
use super::security::{told, too_many, with_done};
use super::sessions::row as session;
use super::sign_in::with_next;
use super::{activity, desk, suspension};
use crate::flow::FlowError;
use crate::flow::desk::deeds::{self, LostFactor};
use crate::flow::desk::sheet::{self, AccountSheet, ChatLine, LetterRow, LetterState};
use crate::http::STEP_UP_PATH;
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::{self, Problem};
use crate::text;

fn id(text: &str) -> Result<AccountId, Problem> {
    text.parse().map_err(|_| Problem::new(&problem::NOT_FOUND))
}

fn factor(page: &Page, method: Method, value: String) -> FactorRow {
    FactorRow {
        icon: look(method).icon,
        name: page.t(method.text_key()).into_owned(),
        device: None,
        added: None,
        last_used: None,
        value,
    }
}

fn factors(page: &Page, sheet: &AccountSheet) -> Vec<FactorRow> {
    let devices = sheet.devices.iter().map(|device| FactorRow {
        device: Some(device.name.clone()),
        added: Some(moment(device.added_at)),
        last_used: device.last_used_at.map(moment),
        ..factor(page, Method::Authenticator, device.id.to_string())
    });
    let email = sheet
        .account()
        .email_codes_at
        .map(|at| FactorRow { added: Some(moment(at)), ..factor(page, Method::Email, "email".to_owned()) });
    let key = sheet.facts.recovery_key.map(|key| FactorRow {
        added: Some(moment(key.made_at)),
        device: (!key.saved).then(|| page.t("desk-key-not-saved").into_owned()),
        ..factor(page, Method::RecoveryKey, "recovery-key".to_owned())
    });
    devices.chain(email).chain(reached(page, sheet)).chain(key).collect()
}

/// Chats and numbers.
fn reached(page: &Page, sheet: &AccountSheet) -> Vec<FactorRow> {
    let chats = sheet.chats.iter().map(|chat| FactorRow {
        device: Some(chat_name(page, chat)),
        added: Some(moment(chat.added_at)),
        last_used: chat.last_used_at.map(moment),
        ..factor(page, Method::Telegram, format!("telegram:{}", chat.id))
    });
    let phones = sheet.phones.iter().map(|phone| FactorRow {
        device: Some(phone.masked.clone()),
        added: Some(moment(phone.added_at)),
        last_used: phone.last_used_at.map(moment),
        ..factor(page, Method::Phone, format!("phone:{}", phone.id))
    });
    chats.chain(phones).collect()
}

/// What its owner calls it, masked, and that it cannot be asked where the bot is blocked.
fn chat_name(page: &Page, chat: &ChatLine) -> String {
    match chat.blocked_at {
        None => chat.name.clone(),
        Some(_) => format!("{} ({})", chat.name, page.t("desk-chat-blocked")),
    }
}

fn letter(page: &Page, row: &LetterRow) -> LetterFact {
    let (state, state_class) = match row.state {
        LetterState::Waiting if row.attempts > 0 => (text!("desk-letter-delayed"), "warn"),
        LetterState::Waiting => (text!("desk-letter-waiting"), "plain"),
        LetterState::Sent => (text!("desk-letter-sent"), "good"),
        LetterState::Refused => (text!("desk-letter-refused"), "bad"),
        LetterState::Expired => (text!("desk-letter-expired"), "bad"),
    };
    LetterFact {
        kind: page.words.t(&format!("letter-{}-title", row.kind.as_str())).into_owned(),
        state: page.t(state).into_owned(),
        state_class,
        at: moment(row.created_at),
    }
}

fn limit(page: &Page, refused: &Refused) -> FullLimit {
    let name = page.words.t(&format!("desk-limit-{}", refused.limit)).into_owned();
    FullLimit { name, until: refused.until.map(moment) }
}

fn protected_by(page: &Page, sheet: &AccountSheet) -> String {
    ways(page, &Ways::of(&sheet.enrolled, sheet.facts.authenticators))
}

/// Who it is, with none of the lists yet.
fn bare(page: Page, sheet: &AccountSheet) -> DeskAccountPage {
    let account = sheet.account();
    DeskAccountPage {
        id: account.id.to_string(),
        name: account.display_name.clone(),
        address: sheet.masked.clone(),
        confirmed: account.email_verified_at.map(moment),
        role: role_name(&page, account.role),
        active: account.state.as_str() == "active",
        locked: account.changes_locked_at.is_some(),
        created: moment(account.created_at),
        last_sign_in: account.last_sign_in_at.map(moment),
        mail_reset_until: sheet.mail_reset_until.map(moment),
        ways: protected_by(&page, sheet),
        may_act: sheet.may_act,
        is_suspended: sheet.is_suspended,
        ..DeskAccountPage::empty(page)
    }
}

fn drawn(member: &Member, sheet: AccountSheet, address: Option<String>) -> DeskAccountPage {
    let page = member.page();
    let mut view = bare(member.page(), &sheet);
    if view.may_act && view.is_suspended {
        let here = format!("/support/accounts/{}", view.id);
        view.page.proof_first = member.proof_first(Action::RemoveLostFactor, &here, false);
    }
    view.is_shown = address.is_some();
    view.address = address.unwrap_or(view.address);
    view.by_mail = member.call().deps.mail;
    view.factors = factors(&page, &sheet);
    view.letters = sheet.letters.iter().map(|one| letter(&page, one)).collect();
    view.limits = sheet.limits.iter().map(|one| limit(&page, one)).collect();
    view.suspensions = sheet.suspensions.iter().map(suspension::facts).collect();
    view.requests = sheet.requests.iter().map(|one| row(&page, one, Some(&view.name), None)).collect();
    view.events = sheet.events.iter().map(|one| activity::entry(&page, one)).collect();
    view.sessions = sheet.sessions.into_iter().map(session).collect();
    view
}

async fn view(member: &Member, id: AccountId) -> Result<DeskAccountPage, Problem> {
    Ok(drawn(member, sheet::look(member.call(), &member.me, id).await?, None))
}

pub(super) async fn account(
    Agent(member): Agent,
    Path(text): Path<String>,
    Query(after): Query<After>,
) -> Result<Response, Problem> {
    let mut view = view(&member, id(&text)?).await?;
    view.page.notice = told(after.done.as_deref(), &view.page);
    show(&view)
}

/// Leads back to the page with what was done, or shows it with what stood against it.
async fn after(
    member: &Member,
    id: AccountId,
    outcome: Result<(), FlowError>,
    done: Done,
) -> Result<Response, Problem> {
    let here = format!("/support/accounts/{id}");
    let (status, notice) = match outcome {
        Ok(()) => return Ok(go(&with_done(&here, done))),
        Err(FlowError::StepUpNeeded) => return Ok(go(&with_next(STEP_UP_PATH, Some(&here)))),
        Err(FlowError::Conflict(text)) => (StatusCode::CONFLICT, refusal(&member.page(), &text)),
        Err(FlowError::TooMany { until }) => {
            let page = member.page();
            let text = too_many(&page, until.map(moment));
            (StatusCode::TOO_MANY_REQUESTS, desk::warning(text))
        }
        Err(error) => return Err(error.into()),
    };
    let mut view = view(member, id).await?;
    view.page.notice = Some(notice);
    show_refused(status, &view)
}

pub(super) async fn address(
    Agent(member): Agent,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let id = id(&text)?;
    match deeds::reveal(member.call(), &member.me, id).await {
        Ok(full) => {
            let sheet = sheet::look(member.call(), &member.me, id).await?;
            show(&drawn(&member, sheet, Some(full)))
        }
        Err(error) => after(&member, id, Err(error), Done::SignedOutEverywhere).await,
    }
}

pub(super) async fn end_sessions(
    Agent(member): Agent,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let id = id(&text)?;
    let outcome = deeds::end_sessions(member.call(), &member.me, id).await.map(drop);
    after(&member, id, outcome, Done::SignedOutEverywhere).await
}

pub(super) async fn unlock(
    Agent(member): Agent,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let id = id(&text)?;
    let outcome = deeds::unlock(member.call(), &member.me, id).await;
    after(&member, id, outcome, Done::LimitCleared).await
}

pub(super) async fn confirmation(
    Agent(member): Agent,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let id = id(&text)?;
    let outcome = deeds::resend_confirmation(member.call(), &member.me, id).await;
    after(&member, id, outcome, Done::ConfirmationResent).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RemoveForm {
    factor: String,
    reason: String,
}

pub(super) async fn remove_factor(
    Agent(member): Agent,
    Path(text): Path<String>,
    Form(form): Form<RemoveForm>,
) -> Result<Response, Problem> {
    let id = id(&text)?;
    let factor = LostFactor::parse(&form.factor).ok_or(Problem::new(&problem::MALFORMED))?;
    match deeds::remove_factor(member.call(), &member.me, id, factor, &form.reason).await {
        Err(FlowError::Invalid(faults)) => {
            let view = view(&member, id).await?;
            let errors = form_errors(&view.page, &faults);
            let view = DeskAccountPage { reason: form.reason, errors, ..view };
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        outcome => after(&member, id, outcome, Done::FactorRemoved).await,
    }
}
