//! The one client that all providers are asked with: no redirects, no proxies, little time, little to read, and only
//! addresses within reach.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use openidconnect::AsyncHttpClient;
use openidconnect::http::{Request, Response};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use rustls::{ClientConfig, RootCertStore};
use tokio::sync::OnceCell;
use url::Url;

use super::reach::Reach;

/// How long a provider has for one answer, from the connection to the last byte.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest answer in bytes.
const LONGEST: usize = 1024 * 1024;

/// Why there is no answer, for the operator.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct WebFault(pub(super) String);

/// The client. Certificates are read when it is first needed: most installations have no provider.
pub(super) struct Web {
    reach: Reach,
    client: OnceCell<reqwest::Client>,
}

impl Web {
    pub(super) fn new(reach: Reach) -> Self {
        Self { reach, client: OnceCell::new() }
    }

    /// Whether this address may be asked, or a browser be sent there.
    pub(super) fn check(&self, url: &Url) -> Result<(), WebFault> {
        match self.reach.refuses(url) {
            None => Ok(()),
            Some(why) => Err(WebFault(format!("{} is {why}", origin(url)))),
        }
    }

    async fn client(&self) -> Result<&reqwest::Client, WebFault> {
        self.client.get_or_try_init(async || build(self.reach)).await
    }

    /// Asks once. Any status is an answer.
    pub(super) async fn ask(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, WebFault> {
        let (parts, body) = request.into_parts();
        let url: Url =
            parts.uri.to_string().parse().map_err(|_| WebFault("an address that is none".to_owned()))?;
        self.check(&url)?;
        let place = origin(&url);
        let fault = |error: reqwest::Error| WebFault(format!("{place}: {}", told(&error.without_url())));
        let asked = self.client().await?.request(parts.method, url).headers(parts.headers).body(body);
        let mut answer = asked.send().await.map_err(fault)?;
        let mut response = Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            headers.extend(answer.headers().clone());
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(fault)? {
            if bytes.len() + chunk.len() > LONGEST {
                return Err(WebFault(format!("{place}: an answer of more than {LONGEST} bytes")));
            }
            bytes.extend_from_slice(&chunk);
        }
        response.body(bytes).map_err(|error| WebFault(format!("{place}: {error}")))
    }

    /// Reads a JSON document.
    pub(super) async fn document(&self, url: &Url) -> Result<Vec<u8>, WebFault> {
        let request = Request::get(url.as_str()).header("accept", "application/json").body(Vec::new());
        let request = request.map_err(|error| WebFault(error.to_string()))?;
        let response = self.ask(request).await?;
        if response.status() == 200 {
            return Ok(response.into_body());
        }
        Err(WebFault(format!("{} answered with {}", shown(url), response.status())))
    }
}

impl<'c> AsyncHttpClient<'c> for Web {
    type Error = WebFault;
    type Future = BoxFuture<'c, Result<Response<Vec<u8>>, WebFault>>;

    fn call(&'c self, request: Request<Vec<u8>>) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

fn build(reach: Reach) -> Result<reqwest::Client, WebFault> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| WebFault(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(PATIENCE)
        .connect_timeout(PATIENCE)
        .pool_max_idle_per_host(2)
        .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
        .dns_resolver(Arc::new(Lookup(reach)))
        .build()
        .map_err(|error| WebFault(told(&error)))
}

/// Looks a name up and keeps the addresses within reach: the connection goes to one of exactly these, so that a name which
/// answers differently the next time leads nowhere else.
struct Lookup(Reach);

impl Resolve for Lookup {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let within: Vec<SocketAddr> = found.filter(|address| reach.allows(address.ip())).collect();
            if within.is_empty() {
                return Err("the name leads to no address that may be asked".into());
            }
            Ok(Box::new(within.into_iter()) as Addrs)
        })
    }
}

fn origin(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn shown(url: &Url) -> String {
    format!("{}{}", origin(url), url.path())
}

/// An error with its causes, which is where the reason is.
fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
