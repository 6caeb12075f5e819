//! The account's e-mail address: confirming it, choosing another one, dropping that.

use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::sign_in::{AccountChange, Standing};
use serde::Deserialize;

use super::super::view::{AddressPage, AddressRow, Done, FormErrors};
use super::super::visit::{Member, Newcomer, form_errors, go, show, show_refused};
use super::security::with_done;
use super::sign_in::with_next;
use crate::flow::{FlowError, address};
use crate::http::form::{Form, NoFields};
use crate::http::problem::Problem;
use crate::http::{ENROL_PATH, STEP_UP_PATH};

const HERE: &str = "/account/email";
const SECURITY: &str = "/account/security";

/// How the address stands, as rows show it.
pub(super) async fn row(member: &Member) -> Result<AddressRow, Problem> {
    let state = address::state(member.call(), &member.me).await?;
    Ok(AddressRow {
        email: state.email,
        verified: state.confirmed_at.is_some(),
        pending: state.change.map(|change| change.to),
    })
}

async fn page(member: &Member, typed: String, errors: FormErrors) -> Result<AddressPage, Problem> {
    Ok(AddressPage { page: member.page(), address: row(member).await?, typed, errors })
}

pub(super) async fn form(member: Member) -> Result<Response, Problem> {
    member.me.require(AccountChange::ChangeAddress, member.call().now)?;
    show(&page(&member, String::new(), FormErrors::default()).await?)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AddressForm {
    email: String,
}

pub(super) async fn submit(member: Member, Form(form): Form<AddressForm>) -> Result<Response, Problem> {
    match address::ask_change(member.call(), &member.me, &form.email).await {
        Ok(()) => Ok(go(&with_done(SECURITY, Done::AddressAsked))),
        Err(FlowError::StepUpNeeded) => Ok(go(&with_next(STEP_UP_PATH, Some(HERE)))),
        Err(FlowError::Invalid(faults)) => {
            let errors = form_errors(&member.page(), &faults);
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &page(&member, form.email, errors).await?)
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn drop_change(
    member: Member,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    address::drop_change(member.call(), &member.me).await?;
    Ok(go(&with_done(SECURITY, Done::AddressDropped)))
}

/// Sends the letter that confirms the present address (KEY-1).
pub(super) async fn confirm(
    Newcomer(member): Newcomer,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let back = if member.me.standing == Standing::MustEnrol { ENROL_PATH } else { SECURITY };
    send_confirmation(&member, back).await
}

/// Sends the letter and goes back to where it was asked for.
pub(super) async fn send_confirmation(member: &Member, back: &str) -> Result<Response, Problem> {
    match address::send_confirmation(member.call(), &member.me).await {
        Ok(()) => Ok(go(&with_done(back, Done::ConfirmationSent))),
        // It was confirmed meanwhile.
        Err(FlowError::Conflict(_)) => Ok(go(back)),
        Err(error) => Err(error.into()),
    }
}
