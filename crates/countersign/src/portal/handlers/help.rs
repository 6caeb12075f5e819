//! Help: several devices, the clock, and what to do when nothing works.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::super::view::{
    ContactLink, FormErrors, HelpClockPage, HelpDevicesPage, LostAccessPage, Onward, Page, RequestDonePage,
};
use super::super::visit::{Refused, Visit, form_errors, moment, show, show_refused};
use super::second_step;
use crate::flow::request::{self, Asked, Known};
use crate::flow::{FlowError, authenticator, policy};
use crate::http::cookies::CookieName;
use crate::http::form::Form;
use crate::http::problem::Problem;

/// Back to where the question came up, so that reading help costs nobody what was begun.
async fn onward(visit: &Visit) -> Result<Onward, Problem> {
    if second_step::challenge(visit).await?.is_some() {
        return Ok(Onward::Code);
    }
    let Some(me) = visit.session().await? else { return Ok(Onward::SignIn) };
    match authenticator::pending(&visit.call, &me).await {
        Ok(_) => Ok(Onward::SetUp),
        Err(FlowError::NotFound) => Ok(Onward::Security),
        Err(error) => Err(error.into()),
    }
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RequestForm {
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    lost: String,
    #[serde(default)]
    message: String,
}

/// What the browser has proved by the second step or the session it is in.
async fn known(visit: &Visit) -> Result<Option<Known>, Problem> {
    let challenge = visit.cookies.token(CookieName::Challenge);
    let session = visit.session().await?;
    Ok(request::known(&visit.call, challenge.as_ref(), session.as_ref()).await?)
}

/// A page of the organisation of whoever reads it, where that is known.
async fn page(visit: &Visit) -> Result<Page, Problem> {
    match known(visit).await? {
        Some(known) => visit.page_of(known.organisation).await,
        None => visit.front_page().await,
    }
}

async fn lost_page(
    visit: &Visit,
    known: Option<&Known>,
    typed: RequestForm,
) -> Result<LostAccessPage, Problem> {
    let contact = visit.app.settings.support.as_ref();
    let home = match known {
        Some(known) => known.organisation,
        None => policy::default_organisation(&visit.call).await?.id,
    };
    let rules = policy::current_of(&visit.call, home).await?.policy;
    Ok(LostAccessPage {
        page: visit.page_of(home).await?,
        onward: onward(visit).await?,
        may_pause: !rules.suspension.kinds.is_empty(),
        contact: contact.map(|one| ContactLink { href: one.href(), label: one.label().to_owned() }),
        known: known.map(|known| known.masked.clone()),
        email: typed.email.unwrap_or_default(),
        lost: typed.lost,
        message: typed.message,
        errors: FormErrors::default(),
    })
}

pub(super) async fn lost_access(visit: Visit) -> Result<Response, Problem> {
    let known = known(&visit).await?;
    show(&lost_page(&visit, known.as_ref(), RequestForm::default()).await?)
}

pub(super) async fn ask(visit: Visit, Form(form): Form<RequestForm>) -> Result<Response, Problem> {
    let known = known(&visit).await?;
    let asked = Asked {
        email: form.email.as_deref(),
        lost: &form.lost,
        message: &form.message,
        language: visit.language().tag(),
    };
    match request::ask(&visit.call, known.clone(), asked).await {
        Ok(()) => {
            let (page, by_mail) = (page(&visit).await?, visit.call.deps.mail);
            show(&RequestDonePage { page, onward: onward(&visit).await?, by_mail })
        }
        Err(error) => again(lost_page(&visit, known.as_ref(), form).await?, error),
    }
}

/// The form again, with what is wrong.
fn again(mut view: LostAccessPage, error: FlowError) -> Result<Response, Problem> {
    match error {
        FlowError::Invalid(faults) => {
            view.errors = form_errors(&view.page, &faults);
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        FlowError::TooMany { until } => {
            let (until, now) = (until.map(moment), view.page.now);
            let text = match until {
                Some(until) => view.page.t1("request-too-many-until", "time", view.page.exact(&until)),
                None => view.page.t("request-too-many"),
            };
            view.errors = FormErrors::general(text);
            show_refused(Refused::too_many(until, now), &view)
        }
        error => Err(error.into()),
    }
}

pub(super) async fn devices(visit: Visit) -> Result<Response, Problem> {
    show(&HelpDevicesPage { page: page(&visit).await?, onward: onward(&visit).await? })
}

pub(super) async fn clock(visit: Visit) -> Result<Response, Problem> {
    show(&HelpClockPage { page: page(&visit).await?, onward: onward(&visit).await? })
}
