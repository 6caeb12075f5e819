//! Single sign-on: to a provider and back, and the sign-ins that are linked to an account.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::sso::ReturnTo;
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use serde::Deserialize;

use super::super::view::{
    Done, FormErrors, LinkedSignIn, Page, SignIns, SsoAwayPage, SsoChoice, SsoFindPage, SsoRefusedPage,
    SsoStepUpPage,
};
use super::super::visit::{Member, Newcomer, Visit, form_errors, go, moment, say, show, show_refused};
use super::security::with_done;
use super::sign_in::with_next;
use crate::flow::FlowError;
use crate::flow::sso::{self, Answered, Outcome, Returned, Started};
use crate::http::STEP_UP_PATH;
use crate::http::cookies::CookieName;
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::{self, Problem};

/// Where somebody who began somewhere on this server wants to go afterwards.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NextForm {
    #[serde(default)]
    next: Option<String>,
}

impl NextForm {
    fn place(&self) -> ReturnTo {
        self.next.as_deref().map(ReturnTo::of_path).unwrap_or_default()
    }
}

pub(super) async fn start(
    visit: Visit,
    Path(slug): Path<String>,
    Form(form): Form<NextForm>,
) -> Result<Response, Problem> {
    let started = sso::start_sign_in(&visit.call, &slug, form.place(), None).await?;
    away(&visit, visit.front_page().await?, started, way_in(&visit, &slug).await?)
}

/// Where somebody goes who does not go on to a provider.
struct WayIn {
    back: String,
    password_works: bool,
}

impl WayIn {
    /// A page of somebody who is signed in.
    fn inside(back: &str) -> Self {
        Self { back: back.to_owned(), password_works: true }
    }
}

/// The sign-in page of the organisation that the provider belongs to.
async fn way_in(visit: &Visit, provider: &str) -> Result<WayIn, Problem> {
    Ok(match sso::home(&visit.call, provider).await? {
        Some(home) => {
            WayIn { back: format!("/sign-in/{}", home.organisation), password_works: home.password_works }
        }
        None => WayIn::inside("/sign-in"),
    })
}

/// Sends the browser to the provider, or says that it is of no use now. The way there is a link on a page of ours: some
/// browsers hold a form to its own server even where the answer leads on.
fn away(visit: &Visit, page: Page, started: Started, way: WayIn) -> Result<Response, Problem> {
    match started {
        Started::Away { token, expires_at, address, name } => {
            let lives = expires_at.since(visit.call.now);
            visit.cookies.set(CookieName::Sso, &token, lives);
            show(&SsoAwayPage { page, provider: name, address, back: way.back })
        }
        Started::Unusable { name, is_down } => {
            let key = if is_down { "sso-refused-down" } else { "sso-refused-wrong" };
            let text = say(&page, &Text::new(key).with("provider", name));
            let signed_in = page.user.is_some();
            let (sign_in, password_works) = (way.back, way.password_works);
            let refused = SsoRefusedPage { page, text, signed_in, sign_in, password_works };
            show_refused(StatusCode::BAD_GATEWAY, &refused)
        }
    }
}

/// The provider sends the browser back, by GET as the protocol has it. Nothing happens without this browser's cookie and
/// the state that belongs to it, and it happens once.
pub(super) async fn callback(
    visit: Visit,
    Path(slug): Path<String>,
    Query(mut sent): Query<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let provider = slug.clone();
    let returned = Returned {
        slug,
        state: sent.remove("state"),
        code: sent.remove("code"),
        issuer: sent.remove("iss"),
        error: sent.remove("error"),
        visit: visit.cookies.token(CookieName::Sso),
        session: visit.cookies.token(CookieName::Session),
        browser: visit.cookies.token(CookieName::Browser),
    };
    let answered = sso::answered(&visit.call, returned).await?;
    lead_on(&visit, answered, &provider).await
}

async fn lead_on(visit: &Visit, answered: Answered, provider: &str) -> Result<Response, Problem> {
    let to = answered.return_to.path();
    match answered.outcome {
        Outcome::Refused(text) => return refused(visit, &text, provider).await,
        Outcome::Entered(entry) => {
            visit.cookies.remove(CookieName::Sso);
            return Ok(visit.go_in(&entry, Some(to)));
        }
        Outcome::SteppedUp(token) => renew(visit, &token).await?,
        Outcome::Challenge(open) => {
            visit.cookies.remove(CookieName::Sso);
            visit.challenge(&open);
            return Ok(go(&with_next("/second-step", Some(to))));
        }
        Outcome::Linked => {
            visit.cookies.remove(CookieName::Sso);
            return Ok(go(&with_done("/account/security", Done::ProviderLinked)));
        }
    }
    visit.cookies.remove(CookieName::Sso);
    Ok(go(to))
}

/// The session goes on under its new token, to its absolute end.
async fn renew(visit: &Visit, token: &countersign_core::secret::Token) -> Result<(), Problem> {
    let signed_in = crate::flow::session::authenticate(&visit.call, token).await?;
    let until: Timestamp = signed_in.expires_at;
    visit.cookies.set(CookieName::Session, token, until.since(visit.call.now));
    Ok(())
}

async fn refused(visit: &Visit, text: &Text, provider: &str) -> Result<Response, Problem> {
    let signed_in = visit.session().await?.is_some();
    let page = visit.front_page().await?;
    let text = say(&page, text);
    let WayIn { back: sign_in, password_works } = way_in(visit, provider).await?;
    let refused = SsoRefusedPage { page, text, signed_in, sign_in, password_works };
    show_refused(StatusCode::UNAUTHORIZED, &refused)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FindForm {
    email: String,
    #[serde(default)]
    organisation: Option<String>,
}

/// From whose sign-in page somebody comes.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct From {
    #[serde(default)]
    organisation: Option<String>,
}

pub(super) async fn find(visit: Visit, Query(from): Query<From>) -> Result<Response, Problem> {
    let (page, organisation) = (visit.front_page().await?, from.organisation);
    show(&SsoFindPage { page, email: String::new(), organisation, errors: FormErrors::default() })
}

/// Finds the provider by the domain of the address. What is said of any other domain is the same, whether or not the
/// address has an account.
pub(super) async fn find_by_address(visit: Visit, Form(form): Form<FindForm>) -> Result<Response, Problem> {
    let page = visit.front_page().await?;
    let errors = match sso::by_address(&visit.call, &form.email).await {
        Ok(Some(choice)) => {
            let hint = Some(form.email.trim());
            let started = sso::start_sign_in(&visit.call, &choice.slug, ReturnTo::Account, hint).await?;
            return away(&visit, page, started, way_in(&visit, &choice.slug).await?);
        }
        Ok(None) => FormErrors::default().with("email", page.t("sso-find-none")),
        Err(FlowError::Invalid(faults)) => form_errors(&page, &faults),
        Err(error) => return Err(error.into()),
    };
    let again = SsoFindPage { page, email: form.email, organisation: form.organisation, errors };
    show_refused(StatusCode::UNPROCESSABLE_ENTITY, &again)
}

/// The block of the security page.
pub(super) async fn sign_ins(member: &Member) -> Result<SignIns, Problem> {
    let linked = sso::linked(member.call(), &member.me).await?;
    let to_link = sso::providers_to_link(member.call(), &member.me).await?;
    Ok(SignIns {
        linked: linked
            .into_iter()
            .map(|one| LinkedSignIn {
                slug: one.slug,
                name: one.name,
                email: one.email,
                since: moment(one.linked_at),
                last_used: one.last_used_at.map(moment),
                enabled: one.enabled,
                is_last: one.is_last,
            })
            .collect(),
        to_link: to_link.into_iter().map(|(slug, name)| SsoChoice { slug, name }).collect(),
    })
}

fn fresh_first(error: FlowError) -> Result<Response, Problem> {
    match error {
        FlowError::StepUpNeeded => Ok(go(&with_next(STEP_UP_PATH, Some("/account/security")))),
        error => Err(error.into()),
    }
}

pub(super) async fn link(
    member: Member,
    Path(slug): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    match sso::start_link(member.call(), &member.me, &slug).await {
        Ok(started) => away(&member.visit, member.page(), started, WayIn::inside("/account/security")),
        Err(error) => fresh_first(error),
    }
}

pub(super) async fn unlink(
    member: Member,
    Path(slug): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    match sso::unlink(member.call(), &member.me, &slug).await {
        Ok(()) => Ok(go(&with_done("/account/security", Done::ProviderUnlinked))),
        Err(error) => fresh_first(error),
    }
}

/// The step-up page of an account that has nothing but providers; `None`: it has something else.
pub(super) async fn step_up_page(member: &Member, next: &str) -> Result<Option<SsoStepUpPage>, Problem> {
    let linked = sso::may_step_up(member.call(), &member.me).await?;
    if linked.is_empty() {
        return Ok(None);
    }
    let choices = linked.into_iter().map(|one| SsoChoice { slug: one.slug, name: one.name }).collect();
    Ok(Some(SsoStepUpPage { page: member.page(), choices, return_to: next.to_owned() }))
}

pub(super) async fn start_step_up(
    Newcomer(member): Newcomer,
    Path(slug): Path<String>,
    Form(form): Form<NextForm>,
) -> Result<Response, Problem> {
    if sso::may_step_up(member.call(), &member.me).await?.is_empty() {
        return Err(Problem::new(&problem::NOT_FOUND));
    }
    let started = sso::start_step_up(member.call(), &member.me, &slug, form.place()).await?;
    away(&member.visit, member.page(), started, WayIn::inside("/account"))
}
