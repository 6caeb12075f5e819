//! One HTTP gateway: a request per message, made from the operator's template.
//!
//! Values are escaped for the place they stand in, redirects are not followed, and nothing of a message can reach the host.

mod answer;
mod receipt;
mod template;

use std::ops::RangeInclusive;
use std::time::Duration;

use data_encoding::BASE64;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use tokio::sync::watch;
use url::Url;
use zeroize::Zeroizing;

use crate::Secret;
use crate::sms::{Attempt, Condition, RouteFault, Senders, Sms, SmsOutcome, is_patience, tls};
pub use receipt::{HttpReceipt, HttpReceiptSettings, parse_http_receipt};
use template::{Body as Prepared, Query, Template, Values};

/// How long a gateway may take, where nothing else is said.
pub const TIMEOUT: Duration = Duration::from_secs(10);
/// The longest time for connecting alone.
const CONNECTING: Duration = Duration::from_secs(5);
/// The longest answer in bytes.
const LONGEST: usize = 64 * 1024;

/// A gateway, and how it wants to be asked.
///
/// Texts may hold placeholders, which the message fills: `{to}` is the number with its `+`, `{digits}` without, `{text}`
/// what it says, `{from}` its sender, `{seconds}` how long its code still lives, and `{secret:NAME}` a secret of that
/// name. A brace that is meant is written twice.
#[derive(Clone)]
pub struct HttpSmsSettings {
    /// What the route is called, in logs and reports.
    pub name: String,
    /// How it is asked.
    pub method: Method,
    /// Where: `https://…`, or `http://…` on this machine. Placeholders may stand behind the question mark only.
    pub url: String,
    /// Headers beside the usual ones. Of placeholders only secrets may stand here.
    pub headers: Vec<(String, String)>,
    /// User name and password for Basic authentication (RFC 7617), where the gateway asks for them.
    pub login: Option<(String, Secret)>,
    /// What is sent.
    pub body: Body,
    /// What `{secret:NAME}` stands for.
    pub secrets: Vec<(String, Secret)>,
    /// When the gateway took a message.
    pub success: Success,
    /// Where its answer names the message: a JSON pointer (RFC 6901).
    pub message_id: Option<String>,
    /// Who messages seem to come from.
    pub senders: Senders,
    /// Certificates of authorities (PEM) that are believed beside the system's.
    pub roots: Option<Vec<u8>>,
    /// How long the whole request may take.
    pub timeout: Duration,
    /// How receipts that the gateway sends are read, if it sends any.
    pub receipts: Option<HttpReceiptSettings>,
}

/// The method of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET: everything stands in the address.
    Get,
    /// POST.
    Post,
    /// PUT.
    Put,
}

/// The body of a request.
#[derive(Clone)]
pub enum Body {
    /// None.
    Empty,
    /// A form: names, and what stands in each field.
    Form(Vec<(String, String)>),
    /// JSON, with placeholders inside its texts.
    Json(String),
}

/// When a gateway took a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Success {
    /// With these statuses,
    pub statuses: RangeInclusive<u16>,
    /// where the answer has this text, number or truth value at this JSON pointer, if that is said.
    pub equals: Option<(String, String)>,
    /// What stands there where the gateway certainly did not take it, so that the next route is asked. Of anything else nobody
    /// can tell.
    pub refused: Vec<String>,
}

impl Default for Success {
    fn default() -> Self {
        Self { statuses: 200..=299, equals: None, refused: Vec::new() }
    }
}

impl HttpSmsSettings {
    pub(crate) fn check(&self) -> Result<(), RouteFault> {
        prepare(self).map(|_| ())
    }
}

/// A route with all that a request needs.
pub(crate) struct HttpSms {
    settings: HttpSmsSettings,
    url: Query,
    body: Prepared,
    client: reqwest::Client,
    tell: watch::Sender<Condition>,
}

/// What stands before a message is known.
fn prepare(settings: &HttpSmsSettings) -> Result<(Query, Prepared, reqwest::Client), RouteFault> {
    let is_pointer = |pointer: &str| pointer.is_empty() || pointer.starts_with('/');
    let pointers =
        settings.message_id.iter().chain(settings.success.equals.iter().map(|(pointer, _)| pointer));
    let statuses = &settings.success.statuses;
    if !pointers.into_iter().all(|pointer| is_pointer(pointer))
        || statuses.is_empty()
        || *statuses.start() < 100
        || *statuses.end() > 599
    {
        return Err(RouteFault::Success);
    }
    if !is_patience(settings.timeout) {
        return Err(RouteFault::Time);
    }
    if !settings.senders.are_sound() {
        return Err(RouteFault::Code);
    }
    if settings.method == Method::Get && !matches!(settings.body, Body::Empty) {
        return Err(RouteFault::Body);
    }
    let url = Query::parse(&settings.url, &settings.secrets)?;
    let body = Prepared::parse(&settings.body, &settings.secrets)?;
    Ok((url, body, client(settings)?))
}

fn client(settings: &HttpSmsSettings) -> Result<reqwest::Client, RouteFault> {
    let tls = tls::client_config(settings.roots.as_deref()).ok_or(RouteFault::Roots)?;
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .default_headers(headers(settings)?)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .timeout(settings.timeout)
        .connect_timeout(settings.timeout.min(CONNECTING))
        // A connection that lay idle may break as the next message is written to it, and nobody would know how far it came.
        .pool_max_idle_per_host(0)
        .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|_| RouteFault::Header)
}

fn headers(settings: &HttpSmsSettings) -> Result<HeaderMap, RouteFault> {
    let mut headers = HeaderMap::new();
    for (name, value) in &settings.headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| RouteFault::Header)?;
        let value = Template::of_secrets(value, &settings.secrets)?.fill(&Values::none(), &str::to_owned);
        headers.append(name, sensitive(&value)?);
    }
    if let Some((user, password)) = &settings.login {
        let login = Zeroizing::new(format!("{user}:{}", password.reveal()));
        let value = Zeroizing::new(format!("Basic {}", BASE64.encode(login.as_bytes())));
        headers.insert(AUTHORIZATION, sensitive(&value)?);
    }
    Ok(headers)
}

fn sensitive(value: &str) -> Result<HeaderValue, RouteFault> {
    let mut value = HeaderValue::from_str(value).map_err(|_| RouteFault::Header)?;
    value.set_sensitive(true);
    Ok(value)
}

impl HttpSms {
    pub(crate) fn new(settings: HttpSmsSettings) -> Result<Self, RouteFault> {
        let (url, body, client) = prepare(&settings)?;
        let (tell, _) = watch::channel(Condition::Ready);
        Ok(Self { settings, url, body, client, tell })
    }

    pub(crate) fn name(&self) -> &str {
        &self.settings.name
    }

    pub(crate) fn condition(&self) -> watch::Receiver<Condition> {
        self.tell.subscribe()
    }

    pub(crate) async fn send(&self, sms: Sms<'_>) -> Attempt {
        let (attempt, trouble) = match self.request(sms) {
            Some(request) => self.ask(request).await,
            None => (Attempt::of(SmsOutcome::NotSent), Some("no request could be made".to_owned())),
        };
        self.tell.send_replace(trouble.map_or(Condition::Ready, |reason| Condition::Down { reason }));
        attempt
    }

    fn request(&self, sms: Sms<'_>) -> Option<reqwest::Request> {
        let from = self.settings.senders.towards(sms.to).written();
        let values =
            Values { to: sms.to, text: sms.text.reveal(), from: &from, seconds: sms.valid_for.as_secs() };
        let url: Url = self.url.fill(&values).parse().ok()?;
        let method = match self.settings.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
        };
        let mut request = self.client.request(method, url);
        if let Some((kind, body)) = self.body.fill(&values) {
            request = request.header(CONTENT_TYPE, kind).body(body);
        }
        request.build().ok()
    }

    /// Asks once. Beside what became of the message stands why the gateway is in trouble, if it is.
    async fn ask(&self, request: reqwest::Request) -> (Attempt, Option<String>) {
        let mut response = match self.client.execute(request).await {
            Ok(response) => response,
            Err(error) => {
                // As long as there is no connection, nothing was handed over.
                let certain = error.is_connect() || error.is_builder();
                let outcome = if certain { SmsOutcome::NotSent } else { SmsOutcome::Unknown };
                return (Attempt::of(outcome), Some(answer::trouble(&error, self.settings.timeout)));
            }
        };
        let status = response.status().as_u16();
        let wait = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        let mut body = Vec::new();
        // What is lost of an answer is missed by what looks for it.
        while let Ok(Some(chunk)) = response.chunk().await {
            if body.len() + chunk.len() > LONGEST {
                break;
            }
            body.extend_from_slice(&chunk);
        }
        let attempt = answer::read(&self.settings, status, wait.map(Duration::from_secs), &body);
        let trouble = match &attempt.outcome {
            SmsOutcome::Accepted { .. } => None,
            SmsOutcome::Refused { .. } if !attempt.is_the_routes => None,
            _ => Some(format!("answered with status {status}")),
        };
        (attempt, trouble)
    }
}
