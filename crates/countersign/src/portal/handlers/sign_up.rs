//! Signing up.

use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::password::SHORTEST_ALONE;
use serde::Deserialize;

use super::super::view::{FormErrors, Page, SignUpDonePage, SignUpPage};
use super::super::visit::{Visit, form_errors, show, show_refused};
use crate::flow::sign_up::{self, Application, SignedUp};
use crate::flow::{FlowError, policy};
use crate::http::form::{Form, Query};
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    #[serde(default)]
    organisation: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignUpForm {
    email: String,
    display_name: String,
    password: Typed,
}

async fn page(visit: &Visit, slug: Option<&str>) -> Result<Page, Problem> {
    let (organisation, _) = policy::of_slug(&visit.call, slug).await?;
    Ok(visit.page(&organisation.name))
}

pub(super) async fn form(visit: Visit, Query(which): Query<Which>) -> Result<Response, Problem> {
    let slug = which.organisation.as_deref();
    if !sign_up::is_open(&visit.call, slug).await? {
        return Err(Problem::new(&problem::NOT_FOUND));
    }
    show(&SignUpPage {
        page: page(&visit, slug).await?,
        email: String::new(),
        display_name: String::new(),
        password_least: least_alone(),
        organisation: which.organisation.clone(),
        errors: FormErrors::default(),
    })
}

pub(super) async fn submit(
    visit: Visit,
    Query(which): Query<Which>,
    Form(form): Form<SignUpForm>,
) -> Result<Response, Problem> {
    let page = page(&visit, which.organisation.as_deref()).await?;
    let (organisation, password_least) = (which.organisation.clone(), least_alone());
    let application = Application {
        email: form.email.clone(),
        display_name: form.display_name.clone(),
        password: form.password.into(),
        language: Some(visit.language().tag().to_owned()),
        organisation: which.organisation,
    };
    match sign_up::sign_up(&visit.call, application).await {
        Ok(how) => show(&SignUpDonePage { page, by_letter: how == SignedUp::Asked }),
        Err(FlowError::Invalid(faults)) => {
            let errors = form_errors(&page, &faults);
            let (email, display_name) = (form.email, form.display_name);
            let again = SignUpPage { page, email, display_name, password_least, organisation, errors };
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Err(error) => Err(error.into()),
    }
}

fn least_alone() -> u32 {
    u32::try_from(SHORTEST_ALONE).unwrap_or(u32::MAX)
}
