//! Who calls, and about what: extractors that prove it.

use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use countersign_core::sign_in::Standing;

use crate::app::App;
use crate::flow::{Call, session};
use crate::http::extract::{Administrator, ApiCaller, Enrolling, Staff};
use crate::http::problem::{self, Problem};

/// A session with everything of its account in reach. A bearer token is refused with 403, whatever its scopes.
pub(super) struct Session(pub(super) session::SignedIn);

/// As [`Session`], also one that has to set up a second step, or to save a recovery key, before anything else.
pub(super) struct AnySession(pub(super) session::SignedIn);

/// As [`AnySession`], but for one that has to save a new recovery key before anything else.
pub(super) struct EnrollingSession(pub(super) session::SignedIn);

/// A session of somebody of the staff. A bearer token is refused with 403, whatever its scopes.
pub(super) struct StaffSession(pub(super) session::SignedIn);

/// As [`StaffSession`], of an administrator.
pub(super) struct AdministratorSession(pub(super) session::SignedIn);

/// The identifier in the path. What is none reads as not found, like one that is unknown or somebody else's.
pub(super) struct Id<T>(pub(super) T);

impl FromRequestParts<Arc<App>> for Session {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let caller = ApiCaller::from_request_parts(parts, app).await?;
        let call = Call::from_request_parts(parts, app).await?;
        Ok(Self(caller.session(&call).await?))
    }
}

impl FromRequestParts<Arc<App>> for AnySession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        if parts.headers.contains_key(AUTHORIZATION) {
            return Session::from_request_parts(parts, app).await.map(|session| Self(session.0));
        }
        let enrolling = <Enrolling as FromRequestParts<_>>::from_request_parts(parts, app).await?;
        Ok(Self(enrolling.0))
    }
}

impl FromRequestParts<Arc<App>> for EnrollingSession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let AnySession(signed_in) = AnySession::from_request_parts(parts, app).await?;
        match signed_in.standing {
            Standing::SaveKey => Err(Problem::new(&problem::MUST_SAVE_KEY)),
            Standing::Full | Standing::MustEnrol | Standing::Stale => Ok(Self(signed_in)),
        }
    }
}

impl FromRequestParts<Arc<App>> for StaffSession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        refuse_tokens(parts, app).await?;
        let Staff(signed_in) = <Staff as FromRequestParts<_>>::from_request_parts(parts, app).await?;
        Ok(Self(signed_in))
    }
}

impl FromRequestParts<Arc<App>> for AdministratorSession {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        refuse_tokens(parts, app).await?;
        let proved = <Administrator as FromRequestParts<_>>::from_request_parts(parts, app).await?;
        Ok(Self(proved.0))
    }
}

/// Refused as any session would be that a token asks for, with its row in the audit log.
async fn refuse_tokens(parts: &mut Parts, app: &Arc<App>) -> Result<(), Problem> {
    if parts.headers.contains_key(AUTHORIZATION) {
        Session::from_request_parts(parts, app).await?;
    }
    Ok(())
}

impl<T: FromStr> FromRequestParts<Arc<App>> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let missing = || Problem::new(&problem::NOT_FOUND);
        let Path(text) = Path::<String>::from_request_parts(parts, app).await.map_err(|_| missing())?;
        text.parse().map(Self).map_err(|_| missing())
    }
}
