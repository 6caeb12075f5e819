//! Where a sign-in stands, and the cookies that carry it. The same cookies as the portal's: whoever signs in here is
//! signed in there.

use countersign_core::limits::BROWSER_LIFE;
use countersign_core::secret::Token;
use countersign_core::sign_in::Standing;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::shapes::{MethodName, Time};
use crate::flow::gate::{Entered, Entry, OpenChallenge};
use crate::flow::session::{self, SignedIn};
use crate::flow::{Call, recovery_key, second_step};
use crate::http::cookies::{CookieName, Cookies};
use crate::http::problem::Problem;

/// How far a sign-in has come.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    /// Signed in.
    Session,
    /// A second step is asked for: answer it at `/api/v1/second-step`.
    Challenge,
    /// Signed in, but a second step has to be set up at `/api/v1/authenticators` before anything else.
    Enrolment,
    /// Signed in by recovery key: a new one has to be made and saved at `/api/v1/recovery-key` before anything else.
    SaveKey,
}

impl From<Standing> for State {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::SaveKey => Self::SaveKey,
            Standing::MustEnrol => Self::Enrolment,
            Standing::Full | Standing::Stale => Self::Session,
        }
    }
}

/// Where a sign-in stands. The session, or the challenge, itself is in a cookie.
#[derive(Serialize, ToSchema)]
pub(super) struct SignInState {
    /// How far it has come.
    state: State,
    /// The value of the header `X-CSRF-Token` for every request that changes something. For a challenge: for its answer.
    #[schema(min_length = 43, max_length = 43)]
    csrf_token: String,
    /// The absolute end of the session or the challenge.
    expires_at: Time,
    /// The methods that a challenge can be answered with, last used first. Absent otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    methods: Vec<MethodName>,
    /// Whether a recovery key can be made now at `/api/v1/recovery-key/make`.
    may_make_recovery_key: bool,
}

/// A session that goes on under a new token after something that ended the others.
#[derive(Serialize, ToSchema)]
pub(super) struct RenewedSession {
    /// The new value of the header `X-CSRF-Token`.
    #[schema(min_length = 43, max_length = 43)]
    csrf_token: String,
    /// The session's absolute end.
    expires_at: Time,
    /// How many other sessions were ended.
    ended_sessions: u64,
}

/// Gives the browser what has just begun.
pub(super) async fn entered(
    call: &Call,
    cookies: &Cookies,
    entered: Entered,
) -> Result<SignInState, Problem> {
    match entered {
        Entered::Session(entry) => Ok(admitted(call, cookies, &entry)),
        Entered::Challenge(open) => challenged(call, cookies, &open).await,
    }
}

/// Gives the browser its session.
pub(super) fn admitted(call: &Call, cookies: &Cookies, entry: &Entry) -> SignInState {
    cookies.set(CookieName::Session, &entry.token, entry.expires_at.since(call.now));
    cookies.remove(CookieName::Challenge);
    if let Some(browser) = &entry.browser {
        cookies.set(CookieName::Browser, browser, BROWSER_LIFE);
    }
    let state = match entry {
        Entry { must_enrol: true, .. } => State::Enrolment,
        Entry { recovered: true, .. } => State::SaveKey,
        _ => State::Session,
    };
    let expires_at = entry.expires_at.into();
    SignInState {
        state,
        csrf_token: entry.token.csrf(),
        expires_at,
        methods: Vec::new(),
        may_make_recovery_key: entry.recovered,
    }
}

/// Gives the browser its challenge.
pub(super) async fn challenged(
    call: &Call,
    cookies: &Cookies,
    open: &OpenChallenge,
) -> Result<SignInState, Problem> {
    cookies.set(CookieName::Challenge, &open.token, open.expires_at.since(call.now));
    let view = second_step::view(call, &open.token).await?;
    Ok(SignInState {
        state: State::Challenge,
        csrf_token: open.token.csrf(),
        expires_at: open.expires_at.into(),
        methods: view.offers.into_iter().map(|offer| MethodName(offer.method)).collect(),
        may_make_recovery_key: false,
    })
}

/// Gives the browser its session's new token.
pub(super) async fn renewed(call: &Call, cookies: &Cookies, token: &Token) -> Result<SignInState, Problem> {
    rotated(call, cookies, token).await.map(|signed_in| present(call, &signed_in))
}

/// The session as it stands.
pub(super) fn present(call: &Call, signed_in: &SignedIn) -> SignInState {
    SignInState {
        state: signed_in.standing.into(),
        csrf_token: signed_in.csrf.clone(),
        expires_at: signed_in.expires_at.into(),
        methods: Vec::new(),
        may_make_recovery_key: recovery_key::may_make(call, signed_in).unwrap_or(false),
    }
}

/// As [`renewed`], after a deed that ended the other sessions.
pub(super) async fn renewed_alone(
    call: &Call,
    cookies: &Cookies,
    token: &Token,
    ended_sessions: u64,
) -> Result<RenewedSession, Problem> {
    let signed_in = rotated(call, cookies, token).await?;
    Ok(RenewedSession { csrf_token: signed_in.csrf, expires_at: signed_in.expires_at.into(), ended_sessions })
}

async fn rotated(call: &Call, cookies: &Cookies, token: &Token) -> Result<SignedIn, Problem> {
    let signed_in = session::authenticate(call, token).await?;
    cookies.set(CookieName::Session, token, signed_in.expires_at.since(call.now));
    Ok(signed_in)
}
