//! A forgotten password.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::super::view::{ContactLink, ForgotDonePage, ForgotPage, FormErrors};
use super::super::visit::{Visit, form_errors, show, show_refused};
use crate::flow::{FlowError, reset};
use crate::http::form::Form;
use crate::http::problem::Problem;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForgotForm {
    email: String,
}

async fn page(visit: &Visit) -> Result<ForgotPage, Problem> {
    let contact = visit.app.settings.support.as_ref();
    Ok(ForgotPage {
        page: visit.front_page().await?,
        by_mail: visit.call.deps.mail,
        contact: contact.map(|one| ContactLink { href: one.href(), label: one.label().to_owned() }),
        email: String::new(),
        errors: FormErrors::default(),
    })
}

pub(super) async fn form(visit: Visit) -> Result<Response, Problem> {
    show(&page(&visit).await?)
}

pub(super) async fn submit(visit: Visit, Form(form): Form<ForgotForm>) -> Result<Response, Problem> {
    let mut again = page(&visit).await?;
    match reset::ask(&visit.call, &form.email, Some(visit.language().tag())).await {
        Ok(()) => show(&ForgotDonePage { page: again.page }),
        Err(FlowError::Invalid(faults)) => {
            again.errors = form_errors(&again.page, &faults);
            again.email = form.email;
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Err(error) => Err(error.into()),
    }
}
