//! Extractors that prove something, so that a handler cannot forget a check: whoever has the value has the right.

use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use countersign_core::api_token::Scope;
use countersign_core::audit::{Actor, Event};
use countersign_core::id::AccountId;
use countersign_core::role::Role;
use countersign_core::sign_in::Standing;

use super::context::{RequestContext, Surface};
use super::cookies::{CookieName, Cookies};
use super::csrf::{self, ProvenSession};
use super::problem::{self, Problem};
use crate::app::App;
use crate::flow::{Call, Origin, api_token, session};

/// The call that a handler passes to its flow: the request's one instant and where it came from.
impl FromRequestParts<Arc<App>> for Call {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let context = RequestContext::from_request_parts(parts, app).await?;
        let origin = Origin {
            address: context.address,
            user_agent: context.user_agent,
            request_id: context.id,
            actor: Actor::Stranger,
        };
        Ok(Self { deps: Arc::clone(&app.deps), now: context.now, origin: Arc::new(origin) })
    }
}

/// Somebody is signed in; perhaps a second step has to be set up before anything else. For the pages of set-up and for
/// signing out; every other page takes [`SignedIn`].
#[derive(Clone, Debug)]
pub struct Enrolling(pub session::SignedIn);

/// Somebody is signed in, and nothing stands in the way of their pages. What a change needs beyond that, a fresh proof
/// above all, its flow judges.
#[derive(Clone, Debug)]
pub struct SignedIn(pub session::SignedIn);

/// Somebody of the staff is signed in: support or administration, with all that their role asks of them. What of it their
/// role may do, the flow judges.
#[derive(Clone, Debug)]
pub struct Staff(pub session::SignedIn);

/// As [`Staff`], and an administrator. It stands before what reads the body, so that nobody else learns what the deed takes.
#[derive(Clone, Debug)]
pub struct Administrator(pub session::SignedIn);

/// Whoever calls the API: a program with a bearer token, or a page of ours with its session.
#[derive(Clone, Debug)]
pub enum ApiCaller {
    /// A session; as [`SignedIn`].
    Session(Box<session::SignedIn>),
    /// A bearer token.
    Bearer(Box<api_token::Bearer>),
}

impl ApiCaller {
    /// The account, if the caller may do this with it. A session may do everything that its account may.
    ///
    /// # Errors
    ///
    /// 403 when the token lacks the scope; the refusal is written to the audit log.
    pub async fn account(&self, call: &Call, scope: Scope) -> Result<AccountId, Problem> {
        let bearer = match self {
            Self::Session(signed_in) => return Ok(signed_in.account()),
            Self::Bearer(bearer) => bearer,
        };
        if bearer.scopes.contains(&scope) {
            return Ok(bearer.facts.account.id);
        }
        let details = [("token", bearer.token.to_string()), ("scope", scope.as_str().to_owned())];
        call.record(call.own_row(Event::AuthorisationRefused, bearer.about(), &details)).await?;
        Err(Problem::new(&problem::FORBIDDEN))
    }

    /// As [`Self::account`], for what only an administrator may look at.
    ///
    /// # Errors
    ///
    /// 403 for anybody else; the refusal is written to the audit log.
    pub async fn administrator(&self, call: &Call, scope: Scope) -> Result<AccountId, Problem> {
        let id = self.account(call, scope).await?;
        let (role, about) = match self {
            Self::Session(signed_in) => (signed_in.facts.account.role, signed_in.about()),
            Self::Bearer(bearer) => (bearer.facts.account.role, bearer.about()),
        };
        if role == Role::Administrator {
            return Ok(id);
        }
        let details = [("needed", Role::Administrator.as_str().to_owned())];
        call.record(call.own_row(Event::AuthorisationRefused, about, &details)).await?;
        Err(Problem::new(&problem::FORBIDDEN))
    }

    /// The session, for what no token may do.
    ///
    /// # Errors
    ///
    /// 403 for a bearer token; the refusal is written to the audit log.
    pub async fn session(self, call: &Call) -> Result<session::SignedIn, Problem> {
        match self {
            Self::Session(signed_in) => Ok(*signed_in),
            Self::Bearer(bearer) => {
                let details = [("token", bearer.token.to_string())];
                call.record(call.own_row(Event::AuthorisationRefused, bearer.about(), &details)).await?;
                Err(Problem::new(&problem::FORBIDDEN))
            }
        }
    }
}

impl FromRequestParts<Arc<App>> for Enrolling {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let context = RequestContext::from_request_parts(parts, app).await?;
        let cookies = Cookies::from_request_parts(parts, app).await?;
        let call = Call::from_request_parts(parts, app).await?;
        let token = cookies.token(CookieName::Session).ok_or(Problem::new(&problem::SIGN_IN_NEEDED))?;
        let signed_in = session::authenticate(&call, &token).await?;
        parts.extensions.insert(ProvenSession(Arc::new(token)));
        // A page's form carries the token in its body, where the form's extractor looks. The API has no forms.
        if context.surface == Surface::Api && !is_safe(&parts.method) {
            csrf::check_token(&parts.extensions, csrf::header_token(&parts.headers))?;
        }
        Ok(Self(signed_in))
    }
}

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let Enrolling(signed_in) = <Enrolling as FromRequestParts<_>>::from_request_parts(parts, app).await?;
        match signed_in.standing {
            Standing::Full => Ok(Self(signed_in)),
            Standing::SaveKey => Err(Problem::new(&problem::MUST_SAVE_KEY)),
            Standing::MustEnrol => Err(Problem::new(&problem::MUST_ENROL)),
            Standing::Stale => Err(Problem::new(&problem::SIGN_IN_NEEDED)),
        }
    }
}

impl FromRequestParts<Arc<App>> for Staff {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        of_role(parts, app, Role::Support).await.map(Self)
    }
}

impl FromRequestParts<Arc<App>> for Administrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        of_role(parts, app, Role::Administrator).await.map(Self)
    }
}

/// Whoever is signed in, if they are of the staff and have at least this role. A refusal is written to the audit log.
async fn of_role(parts: &mut Parts, app: &Arc<App>, least: Role) -> Result<session::SignedIn, Problem> {
    let SignedIn(signed_in) = <SignedIn as FromRequestParts<_>>::from_request_parts(parts, app).await?;
    let role = signed_in.facts.account.role;
    if role.is_staff() && role >= least {
        return Ok(signed_in);
    }
    let call = Call::from_request_parts(parts, app).await?;
    let details = [("needed", least.as_str().to_owned())];
    call.record(call.own_row(Event::AuthorisationRefused, signed_in.about(), &details)).await?;
    Err(Problem::new(&problem::FORBIDDEN))
}

/// `Option<Enrolling>`: nobody signed in is an answer too, a database that cannot be asked is not.
impl OptionalFromRequestParts<Arc<App>> for Enrolling {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Option<Self>, Problem> {
        match <Self as FromRequestParts<_>>::from_request_parts(parts, app).await {
            Ok(signed_in) => Ok(Some(signed_in)),
            Err(problem) if problem.kind == &problem::SIGN_IN_NEEDED => Ok(None),
            Err(problem) => Err(problem),
        }
    }
}

impl FromRequestParts<Arc<App>> for ApiCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        // Once the header is there, the cookie no longer counts: the check of origin was skipped for it.
        if parts.headers.contains_key(AUTHORIZATION) {
            let call = Call::from_request_parts(parts, app).await?;
            let text = bearer(&parts.headers).ok_or(Problem::new(&problem::SIGN_IN_NEEDED))?;
            return Ok(Self::Bearer(Box::new(api_token::authenticate(&call, text).await?)));
        }
        let SignedIn(signed_in) = <SignedIn as FromRequestParts<_>>::from_request_parts(parts, app).await?;
        Ok(Self::Session(Box::new(signed_in)))
    }
}

/// The credentials of the one `Authorization: Bearer …` header (RFC 6750 section 2.1).
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, text) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| text.trim())
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}
