//! What is known of a request before anything is done with it, and the one layer around every route: it makes that
//! knowledge, guards, measures, writes the access line and gives every answer its final form.

use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Once};

use axum::extract::{ConnectInfo, FromRequestParts, MatchedPath, Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use countersign_core::entropy::Entropy;
use countersign_core::time::Timestamp;
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};

use super::address::{self, Client, Transport, Unknown};
use super::cookies::Cookies;
use super::problem::{self, Problem};
use super::render::{self, Asked};
use super::{guard, headers};
use crate::app::App;
use crate::language::Language;
use crate::observe::metrics;
use crate::time_source::Stopwatch;

/// Longest description of a browser that is kept; real ones have about 150 characters.
const LONGEST_USER_AGENT: usize = 400;

/// Whom a route is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// Programs: everything under `/api/`.
    Api,
    /// People.
    Page,
}

impl Surface {
    fn of(path: &str) -> Self {
        if path == "/api" || path.starts_with("/api/") { Self::Api } else { Self::Page }
    }
}

/// The nonce of one response's content security policy.
#[derive(Clone, Debug)]
pub struct Nonce(String);

impl Nonce {
    fn new(entropy: &dyn Entropy) -> Self {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes);
        Self(BASE64URL_NOPAD.encode(&bytes))
    }

    /// The value for the `nonce` attribute of this response's scripts.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is known of a request.
#[derive(Clone, Debug)]
pub struct RequestContext {
    /// Its id: 128 random bits of our own in hexadecimal, never one that a client sent.
    pub id: String,
    /// The one instant this request lives in.
    pub now: Timestamp,
    /// The client's address.
    pub address: IpAddr,
    /// How it came here.
    pub transport: Transport,
    /// Whether it began on this very machine, through no proxy at all.
    pub from_this_machine: bool,
    /// The browser's description of itself, cut to a sane length.
    pub user_agent: String,
    /// Whom its route is for.
    pub surface: Surface,
    /// The language of whoever is not signed in.
    pub language: Language,
    /// The nonce of its answer.
    pub nonce: Nonce,
}

impl RequestContext {
    fn of(app: &App, peer: SocketAddr, request: &Request, client: Client) -> Self {
        let headers = request.headers();
        let peer_is_here = peer.ip().to_canonical().is_loopback();
        let entropy = &*app.deps.entropy;
        let mut id = [0; 16];
        entropy.fill(&mut id);
        Self {
            id: HEXLOWER.encode(&id),
            now: app.clock.now(),
            address: client.address,
            transport: client.transport,
            from_this_machine: peer_is_here && !address::was_forwarded(headers),
            user_agent: user_agent(headers),
            surface: Surface::of(request.uri().path()),
            language: language(headers).unwrap_or(app.settings.default_language),
            nonce: Nonce::new(entropy),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for RequestContext {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or(Problem::new(&problem::INTERNAL))
    }
}

fn user_agent(headers: &HeaderMap) -> String {
    let text = headers.get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let mut text = text.unwrap_or_default().into_owned();
    text.truncate(text.floor_char_boundary(LONGEST_USER_AGENT));
    text
}

fn language(headers: &HeaderMap) -> Option<Language> {
    Language::accepted(headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?)
}

/// The layer. It runs after routing, so that the route's template is known.
pub(super) async fn around(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let stopwatch = Stopwatch::start();
    let route = route(&request);
    let asked = Asked { method: request.method().clone(), uri: request.uri().clone() };
    let https = app.settings.public_address.is_https();
    let (context, admitted) = admit(&app, &request);
    let cookies = Cookies::of(request.headers(), https);
    let admitted = admitted.and_then(|()| guard::check(&app, &context, &request));
    request.extensions_mut().insert(context.clone());
    request.extensions_mut().insert(cookies.clone());
    let response = match admitted {
        Ok(()) => guard::run(request, next).await,
        Err(refusal) => refusal.into_response(),
    };
    let mut response = render::finish(&app, &context, &asked, response);
    cookies.write(response.headers_mut());
    headers::add(response.headers_mut(), context.nonce.as_str(), https);
    if let Ok(id) = context.id.parse() {
        response.headers_mut().insert("x-request-id", id);
    }
    account_for(&context, &route, &asked.method, response.status(), stopwatch);
    response
}

/// Finds out whom the request is from. Whatever is wrong, there is a context to answer in.
fn admit(app: &App, request: &Request) -> (RequestContext, Result<(), guard::Refusal>) {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    let Some(peer) = peer else {
        // Cannot happen behind our own listeners; without a peer no limit could count.
        let nowhere = SocketAddr::from(([0, 0, 0, 0], 0));
        let client = Client { address: nowhere.ip(), transport: Transport::Plain };
        return (
            RequestContext::of(app, nowhere, request, client),
            Err(Problem::new(&problem::INTERNAL).into()),
        );
    };
    let tls = app.settings.tls.is_some();
    let unknown = match address::find(peer, tls, request.headers(), &app.settings.trusted_proxies) {
        Ok(client) => return (RequestContext::of(app, peer, request, client), Ok(())),
        Err(unknown) => unknown,
    };
    let client = Client { address: peer.ip().to_canonical(), transport: Transport::PlainProxy };
    let context = RequestContext::of(app, peer, request, client);
    // Machines that ask whether the server lives come from where they like.
    if guard::is_probe(request.uri().path()) {
        return (context, Ok(()));
    }
    warn_once(unknown);
    (context, Err(Problem::new(&problem::FORWARDING).into()))
}

/// Says once for each kind what to set: every request would say the same.
fn warn_once(unknown: Unknown) {
    static SAID: [Once; 3] = [const { Once::new() }; 3];
    SAID[unknown as usize].call_once(|| tracing::error!("requests are refused: {}", unknown.advice()));
}

fn route(request: &Request) -> String {
    let matched = request.extensions().get::<MatchedPath>();
    matched.map_or("none", MatchedPath::as_str).to_owned()
}

/// Writes the access line and counts. The route's template stands for the path, which may hold a secret.
fn account_for(
    context: &RequestContext,
    route: &str,
    method: &Method,
    status: StatusCode,
    stopwatch: Stopwatch,
) {
    let took = stopwatch.elapsed();
    let method = known(method);
    metrics::request(route, method, class(status), took);
    let ms = took.as_secs_f64() * 1000.0;
    let status = status.as_u16();
    let request_id = &*context.id;
    if guard::is_probe(route) {
        tracing::debug!(target: "access", request_id, method, route, status, ms, "answered");
    } else {
        tracing::info!(target: "access", request_id, method, route, status, ms, "answered");
    }
}

/// Methods come from clients, labels from a closed list.
fn known(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}
