//! Setting up an authenticator: before, the key, the code, done.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use countersign_core::sign_in::AccountChange;
use serde::Deserialize;

use super::super::view::{Done, FormErrors, SetUpCheck, SetUpDonePage, SetUpPage, SetUpStartPage};
use super::super::visit::{Member, Newcomer, form_errors, go, moment, show, show_refused};
use super::security::{told, with_done};
use super::sign_in::Way;
use crate::flow::FlowError;
use crate::flow::authenticator::{self, Confirmation, Pending};
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;
use crate::qr;

const BEFORE: &str = "/account/security/authenticator";
const SET_UP: &str = "/account/security/authenticator/set-up";

pub(super) async fn before(Newcomer(member): Newcomer, Query(way): Query<Way>) -> Result<Response, Problem> {
    member.me.require(AccountChange::AddAuthenticator, member.call().now)?;
    let mut page = member.page();
    page.notice = told(way.done.as_deref(), &page);
    show(&SetUpStartPage {
        page,
        another: member.me.facts.authenticators > 0,
        other_sessions: member.other_sessions().await?,
    })
}

pub(super) async fn start(
    Newcomer(member): Newcomer,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    authenticator::start(member.call(), &member.me).await?;
    Ok(go(SET_UP))
}

fn page(member: &Member, pending: &Pending) -> Result<SetUpPage, Problem> {
    let internal = || Problem::new(&problem::INTERNAL).because("the QR code could not be drawn");
    Ok(SetUpPage {
        page: member.page(),
        qr: qr::data_uri(&pending.uri).ok_or_else(internal)?,
        key_groups: pending.key.split(' ').map(str::to_owned).collect(),
        name: String::new(),
        problem: None,
        errors: FormErrors::default(),
        started_at: moment(pending.expires_at.minus(countersign_core::limits::SET_UP_LIFE)),
        expires_at: moment(pending.expires_at),
    })
}

/// The pending key, or the way back to the beginning when there is none.
async fn pending(member: &Member) -> Result<Option<Pending>, Problem> {
    match authenticator::pending(member.call(), &member.me).await {
        Ok(pending) => Ok(Some(pending)),
        Err(FlowError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn set_up(Newcomer(member): Newcomer) -> Result<Response, Problem> {
    let Some(pending) = pending(&member).await? else { return Ok(go(BEFORE)) };
    show(&page(&member, &pending)?)
}

pub(super) async fn picture(
    Newcomer(member): Newcomer,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let pending = authenticator::pending(member.call(), &member.me).await?;
    let png = qr::png(&pending.uri).ok_or(Problem::new(&problem::INTERNAL))?;
    let headers = [
        (CONTENT_TYPE, "image/png"),
        (CONTENT_DISPOSITION, "attachment; filename=\"authenticator-qr-code.png\""),
    ];
    Ok((headers, png).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConfirmForm {
    name: String,
    code: Typed,
}

pub(super) async fn confirm(
    Newcomer(member): Newcomer,
    Form(form): Form<ConfirmForm>,
) -> Result<Response, Problem> {
    let Some(pending) = pending(&member).await? else { return Ok(go(&with_done(BEFORE, Done::SetUpEnded))) };
    let again = SetUpPage { name: form.name.clone(), ..page(&member, &pending)? };
    match authenticator::confirm(member.call(), &member.me, &form.name, &form.code).await {
        Ok(outcome) => settled(&member, outcome, again),
        Err(FlowError::Invalid(faults)) => {
            let errors = form_errors(&again.page, &faults);
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &SetUpPage { errors, ..again })
        }
        Err(error) => Err(error.into()),
    }
}

fn settled(member: &Member, outcome: Confirmation, again: SetUpPage) -> Result<Response, Problem> {
    let check = match outcome {
        Confirmation::Done { session, ended, .. } => {
            member.renew(&session);
            let first = member.me.facts.authenticators == 0;
            return Ok(go(&format!("/account/security/authenticator/done?first={first}&ended={ended}")));
        }
        Confirmation::ClockWrong { minutes } => SetUpCheck::ClockWrong(minutes),
        Confirmation::Wrong { tries_left } => SetUpCheck::Wrong(tries_left),
        Confirmation::Over => return Ok(go(&with_done(BEFORE, Done::SetUpEnded))),
    };
    show_refused(StatusCode::UNAUTHORIZED, &SetUpPage { problem: Some(check), ..again })
}

pub(super) async fn cancel(
    Newcomer(member): Newcomer,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    authenticator::cancel(member.call(), &member.me).await?;
    Ok(go(&with_done("/account/security", Done::SetUpCancelled)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Outcome {
    #[serde(default)]
    first: Option<bool>,
    #[serde(default)]
    ended: Option<u32>,
}

pub(super) async fn done(member: Member, Query(outcome): Query<Outcome>) -> Result<Response, Problem> {
    let devices = authenticator::list(member.call(), &member.me).await?;
    let Some(newest) = devices.iter().max_by_key(|device| device.added_at) else {
        return Ok(go("/account/security"));
    };
    let most = usize::from(member.me.facts.policy.authenticators_max);
    show(&SetUpDonePage {
        page: member.page(),
        name: newest.name.clone(),
        first: outcome.first.unwrap_or(devices.len() == 1),
        sessions_ended: outcome.ended.unwrap_or(0),
        can_add: devices.len() < most,
    })
}
