//! One-time links. Opening one moves its token, unspent, into a short-lived cookie and leads to a clean address; only
//! the form's POST spends it.

use std::time::Duration;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::link::LinkPurpose;
use countersign_core::password::{SHORTEST_ALONE, SHORTEST_WITH_SECOND_STEP};
use countersign_core::secret::Token;
use serde::Deserialize;

use super::super::view::{FormErrors, LinkKind, LinkOverPage, LinkPage};
use super::super::visit::{Visit, form_errors, go, show, show_refused};
use crate::flow::FlowError;
use crate::flow::gate::Entered;
use crate::flow::link::{self, Filled, LinkView};
use crate::http::cookies::CookieName;
use crate::http::form::Form;
use crate::http::problem::Problem;
use crate::http::secret::Typed;

/// How long the browser keeps a link's token (ASVS 14.2.1).
const KEPT: Duration = Duration::from_mins(10);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkForm {
    password: Typed,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    display_name: Option<String>,
}

pub(super) async fn open(visit: Visit, Path(text): Path<String>) -> Result<Response, Problem> {
    let Some(token) = Token::parse(&text) else { return over(&visit).await };
    visit.cookies.set(CookieName::Link, &token, KEPT);
    Ok(go("/link"))
}

async fn over(visit: &Visit) -> Result<Response, Problem> {
    visit.cookies.remove(CookieName::Link);
    show_refused(StatusCode::GONE, &LinkOverPage { page: visit.front_page().await? })
}

/// The link behind the cookie, and what it is for.
async fn behind(visit: &Visit) -> Result<Option<(Token, LinkView)>, Problem> {
    let Some(token) = visit.cookies.token(CookieName::Link) else { return Ok(None) };
    match link::view(&visit.call, &token).await {
        Ok(view) => Ok(Some((token, view))),
        Err(FlowError::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn page(visit: &Visit, view: LinkView) -> LinkPage {
    let kind = match view.purpose {
        LinkPurpose::FirstAdministrator => LinkKind::FirstAdministrator,
        LinkPurpose::Invitation => LinkKind::Invitation,
        LinkPurpose::PasswordReset
        | LinkPurpose::SignUp
        | LinkPurpose::ConfirmAddress
        | LinkPurpose::ConfirmNewAddress
        | LinkPurpose::UndoAddressChange
        | LinkPurpose::NotMe => LinkKind::PasswordReset,
    };
    let least = if view.short_password { SHORTEST_WITH_SECOND_STEP } else { SHORTEST_ALONE };
    LinkPage {
        page: visit.page(&view.organisation),
        kind,
        action: "/link".to_owned(),
        fixed_email: view.email,
        email: String::new(),
        display_name: String::new(),
        password_least: u32::try_from(least).unwrap_or(u32::MAX),
        errors: FormErrors::default(),
    }
}

pub(super) async fn form(visit: Visit) -> Result<Response, Problem> {
    let Some((_, view)) = behind(&visit).await? else { return over(&visit).await };
    show(&page(&visit, view))
}

pub(super) async fn submit(visit: Visit, Form(form): Form<LinkForm>) -> Result<Response, Problem> {
    let Some((token, view)) = behind(&visit).await? else { return over(&visit).await };
    let mut again = page(&visit, view);
    again.email = form.email.clone().unwrap_or_default();
    again.display_name = form.display_name.clone().unwrap_or_default();
    let filled = Filled {
        email: form.email,
        display_name: form.display_name,
        password: form.password.into(),
        browser: visit.cookies.token(CookieName::Browser),
        session: visit.cookies.token(CookieName::Session),
    };
    match link::spend(&visit.call, &token, filled).await {
        Ok(entered) => Ok(entered_by(&visit, &entered)),
        Err(FlowError::NotFound) => over(&visit).await,
        Err(FlowError::Invalid(faults)) => {
            again.errors = form_errors(&again.page, &faults);
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Err(error) => Err(error.into()),
    }
}

fn entered_by(visit: &Visit, entered: &Entered) -> Response {
    visit.cookies.remove(CookieName::Link);
    match entered {
        Entered::Session(entry) => {
            visit.enter(entry);
            go("/account")
        }
        Entered::Challenge(open) => {
            visit.cookies.remove(CookieName::Session);
            visit.challenge(open);
            go("/second-step")
        }
    }
}
