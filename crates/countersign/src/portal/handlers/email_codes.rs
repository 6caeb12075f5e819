//! Codes by e-mail: switching them on and off.

use axum::response::Response;
use countersign_core::method::Method;
use countersign_core::sign_in::{AccountChange, Permission, Purpose};
use countersign_core::text::Text;

use super::super::view::{EmailCodesOffPage, EmailCodesOnPage};
use super::super::visit::{Member, Newcomer, go, show};
use super::removal::removed;
use super::sign_in::with_next;
use crate::flow::email_code;
use crate::flow::{FlowError, outbox};
use crate::http::STEP_UP_PATH;
use crate::http::form::{Form, NoFields};
use crate::http::problem::Problem;

const ON: &str = "/account/security/email";
const OFF: &str = "/account/security/email/disable";

/// What has to be proved before the page is worth reading comes first.
pub(super) fn ready(member: &Member, change: AccountChange) -> Result<(), FlowError> {
    match member.me.may(change, member.call().now) {
        Permission::No(key) => Err(FlowError::Forbidden(Text::new(key))),
        Permission::StepUp => Err(FlowError::StepUpNeeded),
        Permission::Yes | Permission::OwnChallenge => Ok(()),
    }
}

pub(super) async fn before(Newcomer(member): Newcomer) -> Result<Response, Problem> {
    ready(&member, AccountChange::EnableEmail)?;
    let facts = &member.me.facts;
    let missing = !facts.recovery_key.is_some_and(|key| key.saved);
    show(&EmailCodesOnPage {
        page: member.page(),
        email: facts.account.email.as_str().to_owned(),
        other_sessions: member.other_sessions().await?,
        key_follows: missing && facts.policy.offers(Method::RecoveryKey, facts.account.role),
        is_down: outbox::is_mail_down(member.call()).await?,
    })
}

pub(super) async fn start(
    Newcomer(member): Newcomer,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    match email_code::start_enable(member.call(), &member.me).await {
        Ok(open) => {
            member.visit.challenge(&open);
            Ok(go("/second-step"))
        }
        Err(FlowError::StepUpNeeded) => Ok(go(&with_next(STEP_UP_PATH, Some(ON)))),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn disable(member: Member) -> Result<Response, Problem> {
    ready(&member, AccountChange::DisableEmail)?;
    let facts = &member.me.facts;
    let last = !member.me.enrolled.iter().any(|method| method.is_daily() && *method != Method::Email);
    show(&EmailCodesOffPage {
        page: member.page(),
        email: facts.account.email.as_str().to_owned(),
        other_sessions: member.other_sessions().await?,
        last,
        required: facts.policy.required_for(facts.account.role, member.call().now),
        key_goes: last && facts.recovery_key.is_some(),
    })
}

pub(super) async fn start_disable(
    member: Member,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let removal = email_code::start_disable(member.call(), &member.me).await;
    removed(&member, removal, Purpose::DisableEmail, OFF)
}
