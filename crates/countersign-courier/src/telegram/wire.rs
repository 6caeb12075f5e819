//! One call of the Bot API: a JSON object by POST, and what its answer means. The token is a part of the address, so no error
//! of the client's goes any further than this file.

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Client, Response, StatusCode};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;
use url::Url;
use zeroize::Zeroizing;

use super::{TelegramError, TelegramFault, TelegramSettings};
use crate::smtp::reason;

/// How long a server has to be dialled and secured.
const DIALLING: Duration = Duration::from_secs(5);
/// The silence after a refusal that names none.
const SILENCE: Duration = Duration::from_secs(5);
/// The longest silence that is believed.
const LONGEST_SILENCE: u64 = 24 * 60 * 60;

/// How far one call goes.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    /// How long it may take, from dialling to the last byte.
    pub(super) time: Duration,
    /// How long its answer may be, in bytes.
    pub(super) bytes: usize,
}

/// A call that came to nothing, with the reason for an operator where there was no answer.
pub(super) struct Trouble {
    pub(super) error: TelegramError,
    pub(super) reason: Option<String>,
}

impl From<TelegramError> for Trouble {
    fn from(error: TelegramError) -> Self {
        Self { error, reason: None }
    }
}

/// The server, and the connections to it.
pub(super) struct Wire {
    client: Client,
    base: Zeroizing<String>,
    place: String,
}

/// What every answer is (Bot API, "Making requests").
#[derive(Deserialize)]
struct Answer<'a> {
    ok: bool,
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    error_code: Option<u16>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Default, Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
}

impl Wire {
    pub(super) fn new(settings: &TelegramSettings) -> Result<Self, TelegramFault> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(file) = &settings.ca_file {
            let own = CertificateDer::pem_file_iter(file).map_err(|_| TelegramFault::Roots)?;
            let before = roots.len();
            for certificate in own {
                let added = certificate.ok().and_then(|certificate| roots.add(certificate).ok());
                added.ok_or(TelegramFault::Roots)?;
            }
            if roots.len() == before {
                return Err(TelegramFault::Roots);
            }
        }
        let host = settings.api_url.host_str().unwrap_or_default();
        let port = settings.api_url.port_or_known_default().unwrap_or_default();
        let path = settings.api_url.as_str().trim_end_matches('/');
        Ok(Self {
            client: client(roots).ok_or(TelegramFault::Roots)?,
            base: Zeroizing::new(format!("{path}/bot{}/", settings.token.reveal())),
            place: format!("{host}:{port}"),
        })
    }

    /// Host and port.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// Calls a method with these fields and reads its result.
    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        method: &str,
        fields: &Value,
        limits: Limits,
    ) -> Result<T, Trouble> {
        let url = Url::parse(&format!("{}{method}", *self.base)).map_err(|_| TelegramError::Odd)?;
        let asked = self.client.post(url).header(CONTENT_TYPE, "application/json").timeout(limits.time);
        let answer = asked.body(fields.to_string()).send().await.map_err(|error| unreachable(&error))?;
        let (status, silence) = (answer.status(), retry_after(&answer));
        let body = body(answer, limits.bytes).await?;
        // Letters of no alphabet must not hold up a queue of updates; in them they become signs of replacement.
        let body = String::from_utf8_lossy(&body);
        let Ok(answer) = serde_json::from_str::<Answer<'_>>(&body) else {
            return Err(without_words(status, silence).into());
        };
        if !answer.ok {
            let code = answer.error_code.unwrap_or(status.as_u16());
            let silence = answer.parameters.retry_after.or(silence);
            return Err(refusal(code, &answer.description, silence).into());
        }
        let result = answer.result.ok_or(TelegramError::Odd)?;
        Ok(serde_json::from_str(result.get()).map_err(|_| TelegramError::Odd)?)
    }
}

fn client(roots: RootCertStore) -> Option<Client> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(DIALLING)
        .user_agent(concat!("countersign/", env!("CARGO_PKG_VERSION")))
        .build()
        .ok()
}

async fn body(mut answer: Response, longest: usize) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| unreachable(&error))? {
        if bytes.len() + chunk.len() > longest {
            return Err(TelegramError::Odd.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn retry_after(answer: &Response) -> Option<u64> {
    answer.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

/// What an answer means that is none of the Bot API's: of something on the way, or of another server.
fn without_words(status: StatusCode, silence: Option<u64>) -> TelegramError {
    match status.as_u16() {
        429 => refusal(429, "", silence),
        500..=599 => TelegramError::Unreachable,
        _ => TelegramError::Odd,
    }
}

/// What a refusal means. The words are the Bot API server's (tdlib/telegram-bot-api, `telegram-bot-api/Client.cpp`).
fn refusal(code: u16, description: &str, retry_after: Option<u64>) -> TelegramError {
    let words = description.to_ascii_lowercase();
    let says = |these: &[&str]| these.iter().any(|one| words.contains(one));
    match code {
        // An unknown token is told as 401, one of a wrong form as 404; all the methods that are called here exist.
        401 | 404 => TelegramError::Unauthorised,
        403 => TelegramError::BlockedByPerson,
        409 => TelegramError::Conflict,
        429 => {
            let seconds = retry_after.unwrap_or(SILENCE.as_secs()).clamp(1, LONGEST_SILENCE);
            TelegramError::TooManyRequests { retry_after: Duration::from_secs(seconds) }
        }
        400 if says(&["chat not found", "peer_id_invalid", "user not found"]) => TelegramError::ChatNotFound,
        400 if says(&["message is not modified"]) => TelegramError::NotModified,
        400 if says(&[
            "message can't be edited",
            "message to edit not found",
            "message_id_invalid",
            "message_edit_time_expired",
            "query is too old",
            "query_id_invalid",
        ]) =>
        {
            TelegramError::TooOld
        }
        400..=499 => TelegramError::Rejected { code },
        500..=599 => TelegramError::Unreachable,
        _ => TelegramError::Odd,
    }
}

/// Why there is no answer. The error itself holds the address, and with it the token.
fn unreachable(error: &reqwest::Error) -> Trouble {
    let mut cause = error.source();
    let mut found = None;
    while let Some(inner) = cause {
        found = inner.downcast_ref::<std::io::Error>().or(found);
        cause = inner.source();
    }
    let reason = match found {
        _ if error.is_timeout() => "no answer in time".to_owned(),
        Some(error) => reason::of_io(error),
        None => "no answer that can be understood".to_owned(),
    };
    Trouble { error: TelegramError::Unreachable, reason: Some(reason) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_told_apart() {
        use TelegramError as E;
        let silent = |seconds| E::TooManyRequests { retry_after: Duration::from_secs(seconds) };
        for (code, words, retry_after, error) in [
            (401, "Unauthorized", None, E::Unauthorised),
            (404, "Not Found", None, E::Unauthorised),
            (403, "Forbidden: bot was blocked by the user", None, E::BlockedByPerson),
            (403, "Forbidden: user is deactivated", None, E::BlockedByPerson),
            (400, "Bad Request: chat not found", None, E::ChatNotFound),
            (400, "Bad Request: PEER_ID_INVALID", None, E::ChatNotFound),
            (400, "Bad Request: message is not modified: specified new message", None, E::NotModified),
            (400, "Bad Request: message can't be edited", None, E::TooOld),
            (400, "Bad Request: message to edit not found", None, E::TooOld),
            (
                400,
                "Bad Request: query is too old and response timeout expired or query ID is invalid",
                None,
                E::TooOld,
            ),
            (400, "Bad Request: BUTTON_DATA_INVALID", None, E::Rejected { code: 400 }),
            (409, "Conflict: terminated by other getUpdates request", None, E::Conflict),
            (413, "Request Entity Too Large", None, E::Rejected { code: 413 }),
            (429, "Too Many Requests: retry after 17", Some(17), silent(17)),
            (429, "Too Many Requests", None, silent(5)),
            (429, "Too Many Requests", Some(0), silent(1)),
            (429, "Too Many Requests", Some(u64::MAX), silent(86_400)),
            (500, "Internal Server Error: restart", None, E::Unreachable),
            (502, "Bad Gateway", None, E::Unreachable),
            (302, "", None, E::Odd),
        ] {
            assert_eq!(refusal(code, words, retry_after), error, "{code} {words}");
        }
    }
}
