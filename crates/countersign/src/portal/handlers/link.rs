//! One-time links. Opening one moves its token, unspent, into a short-lived cookie and leads to a clean address; only
//! the form's POST spends it.

use std::time::Duration;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::link::LinkPurpose;
use countersign_core::password::{SHORTEST_ALONE, SHORTEST_WITH_SECOND_STEP};
use countersign_core::secret::{Password, Token};
use serde::Deserialize;

use super::super::view::{
    Done, FormErrors, LinkAct, LinkActPage, LinkDonePage, LinkKind, LinkOutcome, LinkOverPage, LinkPage,
};
use super::super::visit::{Visit, form_errors, go, show, show_refused};
use super::security::{After, with_done};
use crate::flow::FlowError;
use crate::flow::gate::Entered;
use crate::flow::link::{self, Confirmed, Filled, LinkView};
use crate::http::cookies::CookieName;
use crate::http::form::{Form, Query};
use crate::http::problem::Problem;
use crate::http::secret::Typed;

/// How long the browser keeps a link's token (ASVS 14.2.1).
const KEPT: Duration = Duration::from_mins(10);

/// What is typed where the link sets a password; nothing where it needs one button.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkForm {
    /// Which link the form was drawn for.
    #[serde(default)]
    link: Option<String>,
    #[serde(default)]
    password: Option<Typed>,
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
    show_refused(
        StatusCode::GONE,
        &LinkOverPage { page: visit.front_page().await?, by_mail: visit.call.deps.mail },
    )
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

/// What its page shows: a form for a password, or one button.
enum Behind {
    Form(LinkKind),
    Button(LinkAct),
}

fn kind(purpose: LinkPurpose) -> Behind {
    match purpose {
        LinkPurpose::FirstAdministrator => Behind::Form(LinkKind::FirstAdministrator),
        LinkPurpose::Invitation => Behind::Form(LinkKind::Invitation),
        LinkPurpose::PasswordReset => Behind::Form(LinkKind::PasswordReset),
        LinkPurpose::SignUp => Behind::Button(LinkAct::SignUp),
        LinkPurpose::ConfirmAddress => Behind::Button(LinkAct::ConfirmAddress),
        LinkPurpose::ConfirmNewAddress => Behind::Button(LinkAct::ConfirmNewAddress),
        LinkPurpose::UndoAddressChange => Behind::Button(LinkAct::UndoAddressChange),
        LinkPurpose::NotMe => Behind::Button(LinkAct::NotMe),
        LinkPurpose::StopSuspension => Behind::Button(LinkAct::StopSuspension),
    }
}

fn page(visit: &Visit, view: LinkView, kind: LinkKind) -> LinkPage {
    let least = if view.short_password { SHORTEST_WITH_SECOND_STEP } else { SHORTEST_ALONE };
    LinkPage {
        page: visit.page(&view.organisation),
        kind,
        action: "/link".to_owned(),
        mark: view.mark,
        fixed_email: view.email,
        email: String::new(),
        display_name: String::new(),
        password_least: u32::try_from(least).unwrap_or(u32::MAX),
        errors: FormErrors::default(),
    }
}

fn button(visit: &Visit, view: LinkView, act: LinkAct) -> LinkActPage {
    let page = visit.page(&view.organisation);
    let account = view.email.filter(|_| act != LinkAct::SignUp);
    LinkActPage { page, act, mark: view.mark, account, address: view.address, errors: FormErrors::default() }
}

pub(super) async fn form(visit: Visit, Query(after): Query<After>) -> Result<Response, Problem> {
    let Some((_, view)) = behind(&visit).await? else { return over(&visit).await };
    match kind(view.purpose) {
        Behind::Form(kind) => {
            let mut page = page(&visit, view, kind);
            page.page.notice = after.notice(&page.page);
            show(&page)
        }
        Behind::Button(act) => show(&button(&visit, view, act)),
    }
}

/// The form was drawn for a link that this browser no longer holds: nothing is done, and the present one's page says so.
fn another(visit: &Visit, view: LinkView) -> Result<Response, Problem> {
    match kind(view.purpose) {
        Behind::Form(kind) => {
            let mut again = page(visit, view, kind);
            again.errors = FormErrors::general(again.page.t("link-is-another"));
            show_refused(StatusCode::CONFLICT, &again)
        }
        Behind::Button(act) => {
            let mut again = button(visit, view, act);
            again.errors = FormErrors::general(again.page.t("link-is-another"));
            show_refused(StatusCode::CONFLICT, &again)
        }
    }
}

pub(super) async fn submit(visit: Visit, Form(form): Form<LinkForm>) -> Result<Response, Problem> {
    let Some((token, view)) = behind(&visit).await? else { return over(&visit).await };
    if form.link.as_ref().is_some_and(|drawn_for| *drawn_for != view.mark) {
        return another(&visit, view);
    }
    match kind(view.purpose) {
        Behind::Form(kind) => set_password(&visit, &token, page(&visit, view, kind), form).await,
        Behind::Button(act) => press(&visit, &token, button(&visit, view, act), form.password).await,
    }
}

async fn set_password(
    visit: &Visit,
    token: &Token,
    mut again: LinkPage,
    form: LinkForm,
) -> Result<Response, Problem> {
    again.email = form.email.clone().unwrap_or_default();
    again.display_name = form.display_name.clone().unwrap_or_default();
    let filled = Filled {
        email: form.email,
        display_name: form.display_name,
        password: form.password.map_or_else(|| Password::new(String::new()), Password::from),
        browser: visit.cookies.token(CookieName::Browser),
        session: visit.cookies.token(CookieName::Session),
    };
    match link::spend(&visit.call, token, filled).await {
        Ok(entered) => Ok(entered_by(visit, &entered)),
        Err(FlowError::NotFound) => over(visit).await,
        Err(FlowError::Invalid(faults)) => {
            again.errors = form_errors(&again.page, &faults);
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Err(error) => Err(error.into()),
    }
}

/// Does what the link is for, and shows what came of it or leads on to it.
async fn press(
    visit: &Visit,
    token: &Token,
    mut again: LinkActPage,
    password: Option<Typed>,
) -> Result<Response, Problem> {
    let session = visit.cookies.token(CookieName::Session);
    match link::confirm(&visit.call, token, session, password.map(Password::from)).await {
        Ok(confirmed) => pressed(visit, &again.page.organisation, confirmed),
        Err(FlowError::Invalid(faults)) => {
            again.errors = form_errors(&again.page, &faults);
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Err(FlowError::NotFound) => over(visit).await,
        Err(FlowError::Conflict(_)) => {
            let page = visit.page(&again.page.organisation);
            show_refused(StatusCode::CONFLICT, &LinkDonePage { page, outcome: LinkOutcome::AddressTaken })
        }
        Err(error) => Err(error.into()),
    }
}

/// What is shown once the link has done what it is for.
fn pressed(visit: &Visit, organisation: &str, confirmed: Confirmed) -> Result<Response, Problem> {
    let shown = |outcome| LinkDonePage { page: visit.page(organisation), outcome };
    visit.cookies.remove(CookieName::Link);
    match confirmed {
        Confirmed::Entered(entered) => Ok(entered_by(visit, &entered)),
        Confirmed::AddressConfirmed => show(&shown(LinkOutcome::AddressConfirmed)),
        Confirmed::SuspensionStopped { disabled } => {
            visit.cookies.remove(CookieName::Session);
            show(&shown(LinkOutcome::stopped(disabled)))
        }
        Confirmed::AddressChanged => show(&shown(LinkOutcome::AddressChanged)),
        Confirmed::AddressChangeUndone { reset, .. } => {
            Ok(choose_password(visit, &reset, Done::AddressUndone))
        }
        Confirmed::Secured { reset, .. } => Ok(choose_password(visit, &reset, Done::AccountSecured)),
    }
}

/// Leads on to a new password, in this browser only.
fn choose_password(visit: &Visit, reset: &Token, done: Done) -> Response {
    visit.cookies.set(CookieName::Link, reset, KEPT);
    go(&with_done("/link", done))
}

fn entered_by(visit: &Visit, entered: &Entered) -> Response {
    visit.cookies.remove(CookieName::Link);
    match entered {
        Entered::Session(entry) => visit.go_in(entry, None),
        Entered::Challenge(open) => {
            visit.cookies.remove(CookieName::Session);
            visit.challenge(open);
            go("/second-step")
        }
    }
}
