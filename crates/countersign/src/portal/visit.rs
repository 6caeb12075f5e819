//! What every handler of the portal starts from: who asks, in which language, and the page they will see.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::http::request::Parts;
use axum::response::{Html, IntoResponse, Redirect, Response};
use countersign_core::action::Action;
use countersign_core::id::OrganisationId;
use countersign_core::policy::Word;
use countersign_core::secret::Token;
use countersign_core::sign_in::{AccountChange, Permission, Standing};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;

use super::assets::accent_path;
use super::view::{FormErrors, Page, ProofFirst, Staff as StaffAreas, SuspensionBanner, User, Wording};
use crate::app::App;
use crate::flow::gate::{Entry, OpenChallenge};
use crate::flow::organisation::OrganisationRow;
use crate::flow::{Call, FieldFault, organisation, policy, session, staff};
use crate::http::context::RequestContext;
use crate::http::cookies::{CookieName, Cookies};
use crate::http::csrf::CsrfToken;
use crate::http::extract::{self, Enrolling, SignedIn, Staff};
use crate::http::problem::Problem;
use crate::http::retry_after;
use crate::http::{ENROL_PATH, STEP_UP_PATH};
use crate::language::Language;
use crate::words::{Moment, Words};

/// One visit by anybody: for pages before and around signing in.
pub(super) struct Visit {
    pub(super) app: Arc<App>,
    pub(super) call: Call,
    pub(super) cookies: Cookies,
    context: RequestContext,
    csrf: String,
}

/// A visit by somebody who is signed in and may see all of their pages.
pub(super) struct Member {
    pub(super) visit: Visit,
    pub(super) me: session::SignedIn,
    organisation: OrganisationRow,
}

/// As [`Member`], but perhaps with a second step still to be set up: for the set-up and for signing out.
pub(super) struct Newcomer(pub(super) Member);

/// A visit by somebody of the staff.
pub(super) struct Agent(pub(super) Member);

/// A visit by an administrator.
pub(super) struct Administrator(pub(super) Member);

/// The moment as pages count it.
pub(super) fn moment(at: Timestamp) -> Moment {
    Moment(at.as_millis())
}

impl Visit {
    /// A page in the visitor's language, under this name of an organisation.
    pub(super) fn page(&self, organisation: &str) -> Page {
        self.page_in(self.context.language, organisation)
    }

    fn page_in(&self, language: Language, organisation: &str) -> Page {
        let words = Words::new(language);
        let mut page = Page::new(words, moment(self.call.now), self.context.nonce.as_str(), &self.csrf);
        page.product.clone_from(&self.app.settings.product);
        organisation.clone_into(&mut page.organisation);
        page
    }

    /// A page of the organisation that people without one of their own come to.
    pub(super) async fn front_page(&self) -> Result<Page, Problem> {
        let organisation = policy::default_organisation(&self.call).await?;
        let mut page = self.page(&organisation.name);
        page.accent_sheet = organisation.accent.as_deref().and_then(accent_path);
        Ok(page)
    }

    /// A page of this organisation, for somebody of whom that much is known.
    pub(super) async fn page_of(&self, organisation: OrganisationId) -> Result<Page, Problem> {
        let organisation = organisation::show(&self.call, organisation).await?;
        let mut page = self.page(&organisation.name);
        page.accent_sheet = organisation.accent.as_deref().and_then(accent_path);
        Ok(page)
    }

    /// The language of whoever is not signed in.
    pub(super) fn language(&self) -> Language {
        self.context.language
    }

    /// The live session behind the cookie, if there is one. Proves nothing for forms.
    pub(super) async fn session(&self) -> Result<Option<session::SignedIn>, Problem> {
        let Some(token) = self.cookies.token(CookieName::Session) else { return Ok(None) };
        match session::authenticate(&self.call, &token).await {
            Ok(signed_in) => Ok(Some(signed_in)),
            Err(crate::flow::FlowError::SignInAgain) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Puts a new session into its cookie and takes the challenge's away.
    fn enter(&self, entry: &Entry) {
        let lives = entry.expires_at.since(self.call.now);
        self.cookies.set(CookieName::Session, &entry.token, lives);
        self.cookies.remove(CookieName::Challenge);
        self.cookies.remove(CookieName::Link);
        if let Some(browser) = &entry.browser {
            self.cookies.set(CookieName::Browser, browser, countersign_core::limits::BROWSER_LIFE);
        }
    }

    /// As [`Self::enter`], and leads to where the person wanted to go, or first to the set-up of a second step.
    pub(super) fn go_in(&self, entry: &Entry, next: Option<&str>) -> Response {
        self.enter(entry);
        if entry.must_enrol || entry.set_up_first {
            return go(&with_next(ENROL_PATH, next));
        }
        go(next.unwrap_or("/account"))
    }

    /// Puts a challenge into its cookie.
    pub(super) fn challenge(&self, open: &OpenChallenge) {
        self.cookies.set(CookieName::Challenge, &open.token, open.expires_at.since(self.call.now));
    }
}

impl Member {
    /// A page in the account's language, with its organisation, wording and menu.
    pub(super) fn page(&self) -> Page {
        let account = &self.me.facts.account;
        let chosen = account.language.as_deref().and_then(|tag| tag.parse().ok());
        let mut page =
            self.visit.page_in(chosen.unwrap_or(self.visit.context.language), &self.organisation.name);
        page.accent_sheet = self.organisation.accent.as_deref().and_then(accent_path);
        page.staff = StaffAreas {
            desk: staff::allowed(&self.me, Action::ViewDesk),
            administration: staff::allowed(&self.me, Action::ViewMembers),
        };
        page.user =
            Some(User { name: account.display_name.clone(), email: account.email.as_str().to_owned() });
        let wording = &self.me.facts.policy.wording;
        let keys = [wording.menu, wording.tab, wording.enable, wording.confirm].map(Word::text_key);
        page.wording = Wording::of(page.words, keys);
        page.must_enrol = self.me.standing != Standing::Full;
        page.suspension = self.suspension();
        page
    }

    /// What to say on every page while this session rests on a suspension.
    fn suspension(&self) -> Option<SuspensionBanner> {
        let now = self.visit.call.now;
        let running = self.me.suspension().filter(|_| self.me.is_suspended(now))?;
        let refused = matches!(self.me.may(AccountChange::AddAuthenticator, now), Permission::No(_));
        let facts = &self.me.facts;
        let full = facts.authenticators >= u32::from(facts.policy.authenticators_max);
        let set_up = !refused && !full && self.me.standing == Standing::Full;
        Some(SuspensionBanner { until: moment(running.until), set_up })
    }

    /// What a page says whose forms take this deed in, before they are filled in. `here` leads back to it; `typed`: they are filled in already.
    pub(super) fn proof_first(&self, action: Action, here: &str, typed: bool) -> Option<ProofFirst> {
        let lacks = staff::lacks_proof(&self.me, action, self.visit.call.now);
        lacks.then(|| ProofFirst { address: with_next(STEP_UP_PATH, Some(here)), typed })
    }

    pub(super) fn call(&self) -> &Call {
        &self.visit.call
    }

    /// Puts the session's new token into its cookie. It keeps its absolute end, so the cookie is given its longest life.
    pub(super) fn renew(&self, token: &Token) {
        let me = &self.me;
        let rules = &me.facts.policy.sessions;
        let lives = countersign_core::session::lives(rules, me.facts.account.role, me.class);
        self.visit.cookies.set(CookieName::Session, token, lives.absolute);
    }

    /// How many other sessions the account has.
    pub(super) async fn other_sessions(&self) -> Result<u32, Problem> {
        let lines = session::list(self.call(), &self.me).await?;
        Ok(u32::try_from(lines.len().saturating_sub(1)).unwrap_or(u32::MAX))
    }
}

impl FromRequestParts<Arc<App>> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        Ok(Self {
            app: Arc::clone(app),
            call: Call::from_request_parts(parts, app).await?,
            cookies: Cookies::from_request_parts(parts, app).await?,
            context: RequestContext::from_request_parts(parts, app).await?,
            csrf: CsrfToken::from_request_parts(parts, app).await?.0,
        })
    }
}

/// The session is proved first, so that the page's forms carry the session's token.
async fn member(parts: &mut Parts, app: &Arc<App>, me: session::SignedIn) -> Result<Member, Problem> {
    let visit = Visit::from_request_parts(parts, app).await?;
    let organisation = organisation::show(&visit.call, me.facts.account.organisation_id).await?;
    Ok(Member { visit, me, organisation })
}

impl FromRequestParts<Arc<App>> for Member {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let SignedIn(me) = <SignedIn as FromRequestParts<_>>::from_request_parts(parts, app).await?;
        member(parts, app, me).await
    }
}

impl FromRequestParts<Arc<App>> for Newcomer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let Enrolling(me) = <Enrolling as FromRequestParts<_>>::from_request_parts(parts, app).await?;
        Ok(Self(member(parts, app, me).await?))
    }
}

impl FromRequestParts<Arc<App>> for Agent {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let Staff(me) = <Staff as FromRequestParts<_>>::from_request_parts(parts, app).await?;
        Ok(Self(member(parts, app, me).await?))
    }
}

impl FromRequestParts<Arc<App>> for Administrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let proved = <extract::Administrator as FromRequestParts<_>>::from_request_parts(parts, app).await?;
        Ok(Self(member(parts, app, proved.0).await?))
    }
}

/// A path with the way to go afterwards.
pub(super) fn with_next(path: &str, next: Option<&str>) -> String {
    let Some(next) = next else { return path.to_owned() };
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    format!("{path}?{query}")
}

/// Draws a page.
pub(super) fn show(page: &impl Template) -> Result<Response, Problem> {
    let html = page.render().map_err(|error| {
        Problem::new(&crate::http::problem::INTERNAL).because(format!("a template failed: {error}"))
    })?;
    Ok(Html(html).into_response())
}

/// The status of a page that says what was wrong, and when to try again where time alone helps.
pub(super) struct Refused {
    status: StatusCode,
    retry: Option<Duration>,
}

impl Refused {
    /// A limit was reached, until this moment where one is known.
    pub(super) fn too_many(until: Option<Moment>, now: Moment) -> Self {
        Self { status: StatusCode::TOO_MANY_REQUESTS, retry: until.map(|until| until.since(now)) }
    }

    /// More is being asked than can be done at once.
    pub(super) fn busy(retry: Duration) -> Self {
        Self { status: StatusCode::SERVICE_UNAVAILABLE, retry: Some(retry) }
    }
}

impl From<StatusCode> for Refused {
    fn from(status: StatusCode) -> Self {
        Self { status, retry: None }
    }
}

/// Draws a page that says what was wrong, under a status that says so to machines.
pub(super) fn show_refused(refused: impl Into<Refused>, page: &impl Template) -> Result<Response, Problem> {
    let refused = refused.into();
    let mut response = show(page)?;
    *response.status_mut() = refused.status;
    if let Some(span) = refused.retry {
        response.headers_mut().insert(RETRY_AFTER, retry_after(span));
    }
    Ok(response)
}

/// Leads on with 303, so that going back never sends a form twice.
pub(super) fn go(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// A text of core's or a flow's, in the page's words.
pub(super) fn say(page: &Page, text: &Text) -> String {
    page.words.say(text)
}

/// A flow's field faults, in the page's words.
pub(super) fn form_errors(page: &Page, faults: &[FieldFault]) -> FormErrors {
    faults
        .iter()
        .fold(FormErrors::default(), |errors, fault| errors.with(fault.field, say(page, &fault.text)))
}
