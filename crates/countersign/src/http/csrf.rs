//! Requests that another site makes a browser send. Two independent checks: where the request comes from, which every
//! state-changing request passes, and the token in the form, which the form's extractor checks.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequestParts, Request};
use axum::http::header::{AUTHORIZATION, ORIGIN};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Method};
use countersign_core::secret::Token;

use super::context::{RequestContext, Surface};
use super::cookies::{CookieName, Cookies};
use super::guard::Refusal;
use super::headers::REPORTS_PATH;
use super::problem::{self, Problem};
use crate::app::App;
use crate::config::WEBHOOK_PATH;

/// The field of a form that carries the token.
pub const FIELD: &str = "csrf";
/// The header that carries it where there is no form.
pub const HEADER: &str = "x-csrf-token";

/// How long a browser keeps the token of its anonymous forms: long, so that a page left open still works.
const FORM_LIVES: Duration = Duration::from_hours(30 * 24);

/// Left in the request by the extractor that proved a session: from then on only this session's token counts.
#[derive(Clone)]
pub(super) struct ProvenSession(pub(super) Arc<Token>);

/// Where a request says that it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// A page of ours.
    Own,
    /// Another site, or a page that hides where it is from.
    Foreign,
    /// It does not say; browsers always do.
    Unknown,
}

fn source(headers: &HeaderMap, own_origin: &str) -> Source {
    let single = |name: &str| {
        let mut values = headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (None, _) => None,
            (Some(value), None) => Some(value.to_str().unwrap_or("")),
            (Some(_), Some(_)) => Some(""),
        }
    };
    let own = match (single("sec-fetch-site"), single(ORIGIN.as_str())) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin == own_origin,
        (None, None) => return Source::Unknown,
    };
    if own { Source::Own } else { Source::Foreign }
}

/// Refuses what changes something and does not come from a page of ours. A program with a bearer token is not a browser
/// that somebody else steers, and an API client without either header is no browser at all.
pub(super) fn check_origin(app: &App, context: &RequestContext, request: &Request) -> Result<(), Refusal> {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if safe || request.uri().path() == REPORTS_PATH {
        return Ok(());
    }
    let api = context.surface == Surface::Api;
    if api && request.headers().contains_key(AUTHORIZATION) {
        return Ok(());
    }
    match source(request.headers(), app.settings.public_address.origin()) {
        Source::Own => Ok(()),
        // What programs post shows a secret of its own, and is refused without.
        Source::Unknown if api || is_for_programs(request.uri().path()) => Ok(()),
        Source::Unknown | Source::Foreign => Err(Problem::new(&problem::FOREIGN).into()),
    }
}

/// Whether programs post here that are neither browsers nor clients of the API: Telegram, and gateways for SMS.
fn is_for_programs(path: &str) -> bool {
    path == WEBHOOK_PATH || path.starts_with(super::receipts::PATH)
}

/// Whether `candidate` is the token that this request's form has to carry: the session's, where an extractor has proved
/// one, and the form cookie's otherwise.
pub(super) fn check_token(extensions: &Extensions, candidate: Option<&str>) -> Result<(), Problem> {
    let stale = || Problem::new(&problem::STALE_FORM);
    let candidate = candidate.ok_or_else(stale)?;
    let right = match extensions.get::<ProvenSession>() {
        Some(session) => session.0.csrf_matches(candidate),
        None => extensions
            .get::<Cookies>()
            .and_then(|cookies| cookies.token(CookieName::Form))
            .is_some_and(|token| token.csrf_matches(candidate)),
    };
    if right { Ok(()) } else { Err(stale()) }
}

/// The token of the header, if it came once.
pub fn header_token(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(HEADER).iter();
    let first = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(first)
}

/// The token that the forms of the page being drawn must carry in the field [`FIELD`]. Taken after
/// [`super::extract::SignedIn`] it is the session's; otherwise that of the form cookie, which is made where it is missing.
#[derive(Clone, Debug)]
pub struct CsrfToken(pub String);

impl FromRequestParts<Arc<App>> for CsrfToken {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        if let Some(session) = parts.extensions.get::<ProvenSession>() {
            return Ok(Self(session.0.csrf()));
        }
        let cookies = Cookies::from_request_parts(parts, app).await?;
        if let Some(token) = cookies.token(CookieName::Form) {
            return Ok(Self(token.csrf()));
        }
        let token = Token::new(&*app.deps.entropy);
        cookies.set(CookieName::Form, &token, FORM_LIVES);
        Ok(Self(token.csrf()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_ours_only_when_the_browser_says_so() {
        let own = "https://account.example.org";
        let cases: &[(&[(&str, &str)], Source)] = &[
            (&[("sec-fetch-site", "same-origin")], Source::Own),
            (&[("sec-fetch-site", "same-origin"), ("origin", "null")], Source::Own),
            (&[("sec-fetch-site", "same-site"), ("origin", own)], Source::Foreign),
            (&[("sec-fetch-site", "cross-site"), ("origin", own)], Source::Foreign),
            (&[("sec-fetch-site", "none")], Source::Foreign),
            (&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "same-origin")], Source::Foreign),
            (&[("origin", own)], Source::Own),
            (&[("origin", "null")], Source::Foreign),
            (&[("origin", "http://account.example.org")], Source::Foreign),
            (&[("origin", "https://account.example.org.evil.example")], Source::Foreign),
            (&[("origin", "https://account.example.org:8443")], Source::Foreign),
            (&[("origin", own), ("origin", own)], Source::Foreign),
            (&[("referer", "https://account.example.org/")], Source::Unknown),
            (&[], Source::Unknown),
        ];
        for (lines, expected) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in *lines {
                headers.append(*name, value.parse().unwrap());
            }
            assert_eq!(source(&headers, own), *expected, "{lines:?}");
        }
    }
}
