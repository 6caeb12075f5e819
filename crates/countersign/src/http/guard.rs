//! What is refused before a handler runs, and what protects the process while one runs.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{ALLOW, CONTENT_LENGTH, LOCATION, TRANSFER_ENCODING};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

use super::address::Transport;
use super::context::{RequestContext, Surface};
use super::csrf;
use super::problem::{self, Problem, Retry};
use crate::app::App;
use crate::observe::metrics;

/// How long a request may take from its head to its answer, its body and a wait for the password threads included.
pub const LONGEST_REQUEST: Duration = Duration::from_secs(30);

/// Routes that machines ask every few seconds, over plain HTTP too, and that tell nothing.
const PROBES: [&str; 3] = ["/healthz", "/readyz", "/metrics"];

/// An answer instead of the handler's.
pub(super) enum Refusal {
    /// A problem.
    Problem(Box<Problem>),
    /// A finished answer.
    Answer(Box<Response>),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Problem(problem) => problem.into_response(),
            Self::Answer(response) => *response,
        }
    }
}

/// Whether it is one of the probes.
pub(super) fn is_probe(route: &str) -> bool {
    PROBES.contains(&route)
}

/// Everything that is decided by a request's head alone.
pub(super) fn check(app: &App, context: &RequestContext, request: &Request) -> Result<(), Refusal> {
    check_method(request.method())?;
    check_framing(request)?;
    check_transport(app, context, request)?;
    csrf::check_origin(app, context, request)?;
    Ok(())
}

/// TRACE would echo cookies, CONNECT is for proxies, and invented methods have no meaning here.
fn check_method(method: &Method) -> Result<(), Refusal> {
    let allowed = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
    ];
    if allowed.contains(method) {
        return Ok(());
    }
    let mut response = Problem::new(&problem::METHOD).into_response();
    response
        .headers_mut()
        .insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"));
    Err(Refusal::Answer(Box::new(response)))
}

/// A request with both ways of telling its length is how requests are smuggled past a proxy (RFC 9112 section 6.1).
fn check_framing(request: &Request) -> Result<(), Refusal> {
    let headers = request.headers();
    let lengths = headers.get_all(CONTENT_LENGTH).iter().count();
    if lengths > 1 || (lengths == 1 && headers.contains_key(TRANSFER_ENCODING)) {
        return Err(Problem::new(&problem::MALFORMED).into());
    }
    Ok(())
}

/// Where the public address is https, nothing is served in plain text to another machine: pages send people on, the API
/// refuses outright, because a program that had sent its token in the clear should fail loudly, not be led on.
fn check_transport(app: &App, context: &RequestContext, request: &Request) -> Result<(), Refusal> {
    let https = app.settings.public_address.is_https();
    let api = context.surface == Surface::Api;
    let in_the_clear = match context.transport {
        Transport::Tls | Transport::Proxy | Transport::Loopback => false,
        Transport::PlainProxy => https,
        // A container that maps a port of localhost sees its host as another machine.
        Transport::Plain => https || api,
    };
    if !in_the_clear || is_probe(request.uri().path()) {
        return Ok(());
    }
    if api || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Problem::new(&problem::TLS_NEEDED).into());
    }
    let wanted = request.uri().path_and_query().map_or("/", |wanted| wanted.as_str());
    let target = app.settings.public_address.link(if wanted.starts_with('/') { wanted } else { "/" });
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
    if let Ok(target) = HeaderValue::from_str(&target) {
        response.headers_mut().insert(LOCATION, target);
    }
    Err(Refusal::Answer(Box::new(response)))
}

/// Runs the handler. A panic becomes a 500 and the process lives on; a request that takes too long is given up.
pub(super) async fn run(request: Request, next: Next) -> Response {
    let work = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(LONGEST_REQUEST, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => {
            // Where it happened was logged by the panic hook; the payload may hold anything and is dropped.
            metrics::panicked();
            Problem::new(&problem::INTERNAL).into_response()
        }
        Err(_) => Problem::new(&problem::TIMEOUT).retry(Retry::After(Duration::from_secs(5))).into_response(),
    }
}
