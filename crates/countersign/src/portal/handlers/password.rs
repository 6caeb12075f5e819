//! Changing the password.

use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::sign_in::AccountChange;
use serde::Deserialize;

use super::super::view::{Done, FormErrors, PasswordPage};
use super::super::visit::{Member, Refused, form_errors, go, moment, show, show_refused};
use super::security::{too_many, with_done};
use crate::flow::FlowError;
use crate::flow::password::{self, Changed};
use crate::http::form::Form;
use crate::http::problem::Problem;
use crate::http::secret::Typed;
use crate::text;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordForm {
    current_password: Typed,
    new_password: Typed,
}

async fn page(member: &Member) -> Result<PasswordPage, Problem> {
    let facts = &member.me.facts;
    let least =
        password::floor(&facts.policy, facts.account.role, facts.authenticators > 0, member.call().now);
    Ok(PasswordPage {
        page: member.page(),
        password_least: u32::try_from(least).unwrap_or(u32::MAX),
        other_sessions: member.other_sessions().await?,
        errors: FormErrors::default(),
    })
}

pub(super) async fn form(member: Member) -> Result<Response, Problem> {
    member.me.require(AccountChange::ChangePassword, member.call().now)?;
    show(&page(&member).await?)
}

pub(super) async fn submit(member: Member, Form(form): Form<PasswordForm>) -> Result<Response, Problem> {
    let (present, new) = (form.current_password.into(), form.new_password.into());
    let mut again = page(&member).await?;
    let (refused, errors) = match password::change(member.call(), &member.me, present, new).await {
        Ok(Changed::Done { session, .. }) => {
            member.renew(&session);
            return Ok(go(&with_done("/account/security", Done::PasswordSaved)));
        }
        Ok(Changed::Wrong) => {
            let text = again.page.t(text!("password-current-wrong"));
            (StatusCode::UNAUTHORIZED.into(), FormErrors::default().with("current_password", text))
        }
        Ok(Changed::TooMany { until }) => {
            let until = until.map(moment);
            let text = too_many(&again.page, until);
            (Refused::too_many(until, again.page.now), FormErrors::general(text))
        }
        Err(FlowError::Invalid(faults)) => {
            (StatusCode::UNPROCESSABLE_ENTITY.into(), form_errors(&again.page, &faults))
        }
        Err(error) => return Err(error.into()),
    };
    again.errors = errors;
    show_refused(refused, &again)
}
