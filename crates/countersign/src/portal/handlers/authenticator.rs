//! Setting up an authenticator: before, the key, the code, done.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use countersign_core::method::Method;
use countersign_core::sign_in::{AccountChange, Permission, Standing, refusal};
use serde::Deserialize;

use super::super::view::{
    ConfirmFirstPage, Done, FormErrors, LastShowingPage, SetUpCheck, SetUpDonePage, SetUpPage, SetUpStartPage,
};
use super::super::visit::{Member, Newcomer, form_errors, go, moment, show, show_refused};
use super::recovery_key::KEY;
use super::security::{told, with_done};
use super::sign_in::Way;
use crate::flow::authenticator::{self, Confirmation, Pending};
use crate::flow::{FlowError, recovery_key};
use crate::http::ENROL_PATH;
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;
use crate::qr;

const BEFORE: &str = "/account/security/authenticator";
const SET_UP: &str = "/account/security/authenticator/set-up";
const LAST_SHOWING: &str = "/account/security/authenticator/last-showing";
const DONE: &str = "/account/security/authenticator/done";

pub(super) async fn before(Newcomer(member): Newcomer, Query(way): Query<Way>) -> Result<Response, Problem> {
    let now = member.call().now;
    let mut page = member.page();
    page.notice = told(way.done.as_deref(), &page);
    let facts = &member.me.facts;
    if member.me.may(AccountChange::AddAuthenticator, now) == Permission::No(refusal::CONFIRM_ADDRESS_FIRST) {
        return show(&ConfirmFirstPage { page, email: facts.account.email.as_str().to_owned() });
    }
    member.me.require(AccountChange::AddAuthenticator, now)?;
    let gives_way = facts.policy.giving_way(Method::Authenticator, &member.me.enrolled);
    let email = member.me.may(AccountChange::EnableEmail, now);
    show(&SetUpStartPage {
        page,
        ends_email: gives_way.contains(&Method::Email),
        or_email: member.call().deps.mail && !matches!(email, Permission::No(_)),
        another: facts.authenticators > 0,
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

/// The QR code as the address of a picture.
fn drawn(uri: &str) -> Result<String, Problem> {
    let internal = || Problem::new(&problem::INTERNAL).because("the QR code could not be drawn");
    qr::data_uri(uri).ok_or_else(internal)
}

fn groups(key: &str) -> Vec<String> {
    key.split(' ').map(str::to_owned).collect()
}

/// The QR code as a picture to save.
fn png(uri: &str) -> Result<Response, Problem> {
    let png = qr::png(uri).ok_or(Problem::new(&problem::INTERNAL))?;
    let headers = [
        (CONTENT_TYPE, "image/png"),
        (CONTENT_DISPOSITION, "attachment; filename=\"authenticator-qr-code.png\""),
    ];
    Ok((headers, png).into_response())
}

fn page(member: &Member, pending: &Pending) -> Result<SetUpPage, Problem> {
    Ok(SetUpPage {
        page: member.page(),
        qr: drawn(&pending.uri)?,
        key_groups: groups(&pending.key),
        key_open: member.me.facts.policy.last_showing,
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
    png(&pending.uri)
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
        Confirmation::Done { session, ended, last_showing, may_make_key } => {
            member.renew(&session);
            let outcome = Outcome {
                first: Some(member.me.facts.authenticators == 0),
                ended: Some(u32::try_from(ended).unwrap_or(u32::MAX)),
            };
            let next = if last_showing { outcome.with(LAST_SHOWING) } else { outcome.onward(may_make_key) };
            return Ok(go(&next));
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
    let back = if member.me.standing == Standing::MustEnrol { ENROL_PATH } else { "/account/security" };
    Ok(go(&with_done(back, Done::SetUpCancelled)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Outcome {
    #[serde(default)]
    first: Option<bool>,
    #[serde(default)]
    ended: Option<u32>,
}

impl Outcome {
    /// A path that carries the outcome along.
    fn with(&self, path: &str) -> String {
        let (first, ended) = (self.first.unwrap_or_default(), self.ended.unwrap_or_default());
        format!("{path}?first={first}&ended={ended}")
    }

    /// What follows a set-up: the recovery key where one may be made now, otherwise what was changed.
    fn onward(&self, may_make_key: bool) -> String {
        if may_make_key { with_done(KEY, Done::AuthenticatorOn) } else { self.with(DONE) }
    }
}

/// The key one last time; once that is over, what follows it.
pub(super) async fn last_showing(
    Newcomer(member): Newcomer,
    Query(outcome): Query<Outcome>,
) -> Result<Response, Problem> {
    match authenticator::last_showing(member.call(), &member.me).await {
        Ok(shown) => show(&LastShowingPage {
            page: member.page(),
            qr: drawn(&shown.uri)?,
            key_groups: groups(&shown.key),
            name: shown.name,
            first: outcome.first.unwrap_or_default(),
            sessions_ended: outcome.ended.unwrap_or_default(),
        }),
        Err(FlowError::NotFound) => Ok(go(&outcome.onward(key_is_missing(&member)))),
        Err(error) => Err(error.into()),
    }
}

/// Whether a recovery key may be made now and there is none that was saved.
fn key_is_missing(member: &Member) -> bool {
    let saved = member.me.facts.recovery_key.is_some_and(|key| key.saved);
    !saved && recovery_key::may_make(member.call(), &member.me).unwrap_or(false)
}

/// The picture to keep, which ends the showing.
pub(super) async fn last_picture(
    Newcomer(member): Newcomer,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    png(&authenticator::end_last_showing(member.call(), &member.me).await?.uri)
}

/// The key was taken note of. Whatever ended the showing before, it goes on.
pub(super) async fn accept(
    Newcomer(member): Newcomer,
    Form(outcome): Form<Outcome>,
) -> Result<Response, Problem> {
    match authenticator::end_last_showing(member.call(), &member.me).await {
        Ok(_) | Err(FlowError::NotFound) => Ok(go(&outcome.onward(key_is_missing(&member)))),
        Err(error) => Err(error.into()),
    }
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
