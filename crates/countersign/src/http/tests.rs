//! The rules of the boundary, each asked of a real router in process.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::Html;
use axum::routing::{get, post};
use countersign_core::secret::Token;
use countersign_core::testing::CountingEntropy;
use http_body_util::BodyExt;
use serde::Deserialize;
use serde_json::Value;
use tower::ServiceExt;

use super::context::RequestContext;
use super::cookies::{CookieName, Cookies};
use super::csrf::CsrfToken;
use super::extract::{ApiCaller, SignedIn};
use super::form::{Form, NoFields, Query};
use super::json::Json;
use super::surround;
use crate::app::{App, testing};

mod bodies;
mod origin;
mod probes;
mod transport;

const HTTPS: &str = "public_address = \"https://account.example.org\"\ntrusted_proxies = [\"10.0.0.0/8\"]\n";
const LOCAL: &str = "";

struct Server {
    routes: Router,
    // Dropped last, with the database in it.
    _folder: tempfile::TempDir,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

#[derive(Deserialize)]
struct Sample {
    name: String,
    page: Option<u32>,
}

fn sample(sample: &Sample) -> String {
    format!("{} {:?}", sample.name, sample.page)
}

fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/page", get(async |_: SignedIn| Html("page")))
        .route("/form", get(async |token: CsrfToken| Html(token.0)).post(async |Form(form)| sample(&form)))
        .route("/button", post(async |Form(NoFields {})| "pressed"))
        .route("/list", get(async |Query(query)| sample(&query)))
        .route("/panic", get(async || -> &'static str { panic!("secret") }))
        .route("/leave", post(async |cookies: Cookies| cookies.remove(CookieName::Session)))
        .route("/link/{token}", get(async |context: RequestContext| context.address.to_string()))
        .route("/api/v1/sample", post(async |Json(json)| sample(&json)))
        .route("/api/v1/caller", get(async |_: ApiCaller| "caller").delete(async |_: ApiCaller| "deleted"))
        .route("/api/v1/panic", get(async || -> &'static str { panic!("secret") }))
}

async fn server(settings: &str) -> Server {
    let (app, folder) = testing::app(settings).await;
    Server { routes: surround(routes(), &app), _folder: folder }
}

impl Server {
    async fn ask(&self, peer: &str, request: Request<Body>) -> Answer {
        let mut request = request;
        let peer: SocketAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.routes.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8(body.into()).unwrap() }
    }

    /// Asks from this machine.
    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.ask("127.0.0.1:4711", request(method, path, headers, body)).await
    }

    /// Posts a form as a browser that was shown the page does.
    async fn post_form(&self, path: &str, fields: &str) -> Answer {
        let token = Token::new(&CountingEntropy::new(9));
        let body = format!("csrf={}&{fields}", token.csrf());
        let cookie = format!("form={}; __Host-form={}", *token.reveal(), *token.reveal());
        let headers = [("cookie", &*cookie), ("sec-fetch-site", "same-origin"), FORM];
        self.send("POST", path, &headers, &body).await
    }

    async fn post_json(&self, body: &str) -> Answer {
        self.send("POST", "/api/v1/sample", &[JSON], body).await
    }
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");

fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}
