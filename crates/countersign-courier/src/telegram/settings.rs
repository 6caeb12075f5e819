//! What the bot is reached with, and what is wrong with that.

use std::net::IpAddr;
use std::path::PathBuf;

use url::{Host, Url};

use crate::Secret;

/// Where Telegram's own server is.
pub const API_URL: &str = "https://api.telegram.org";
/// Its name.
const TELEGRAM: &str = "api.telegram.org";
/// The ports that Telegram's own server calls webhooks on (Bot API, `setWebhook`).
const WEBHOOK_PORTS: [u16; 4] = [443, 80, 88, 8443];
/// 256 bits in base64, so that nobody guesses it.
const SHORTEST_SECRET: usize = 43;
/// What the Bot API takes (`setWebhook`).
const LONGEST_SECRET: usize = 256;
/// The Bot API's server takes no token that is longer.
const LONGEST_TOKEN: usize = 80;

/// How the bot is reached. It has no `Debug`.
#[derive(Clone)]
pub struct TelegramSettings {
    /// The Bot API's server, usually [`API_URL`]: `https`, or `http` to a loopback address, where a server of one's own may listen.
    pub api_url: Url,
    /// The bot's token, as `BotFather` gave it.
    pub token: Secret,
    /// Certificates of authorities (PEM) that are believed beside the system's.
    pub ca_file: Option<PathBuf>,
    /// Where updates are posted to, if they are not asked for.
    pub webhook: Option<WebhookSettings>,
}

/// Where Telegram posts updates to. It has no `Debug`.
#[derive(Clone)]
pub struct WebhookSettings {
    /// The address: `https`, for Telegram's own server on port 443, 80, 88 or 8443; `http` to a loopback address.
    pub url: Url,
    /// What Telegram proves itself with, in the header `X-Telegram-Bot-Api-Secret-Token`: 43 to 256 letters, digits,
    /// `-` and `_`.
    pub secret: Secret,
}

/// Settings that no bot can be reached with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TelegramFault {
    /// The server's address.
    #[error(
        "the address of the Bot API must be https, or http to this machine, without user, query and fragment"
    )]
    ApiUrl,
    /// The token.
    #[error("the bot's token is none: it is digits, a colon, and letters, digits, dashes and underscores")]
    Token,
    /// The extra certificates.
    #[error("the file of certificates cannot be read or holds none")]
    Roots,
    /// The webhook's address.
    #[error(
        "the webhook's address must be https (on port 443, 80, 88 or 8443 for Telegram's own server), without user and fragment"
    )]
    WebhookUrl,
    /// The webhook's secret.
    #[error("the webhook's secret must be 43 to 256 letters, digits, dashes and underscores")]
    WebhookSecret,
}

impl TelegramSettings {
    /// The bot's number, which stands before the colon of its token and is no secret.
    pub fn bot_id(&self) -> &str {
        self.token.reveal().split(':').next().unwrap_or_default()
    }

    /// Everything that is wrong with them, but for the certificates, which [`super::Bot::new`] reads.
    pub fn faults(&self) -> Vec<TelegramFault> {
        let mut faults = Vec::new();
        let api = &self.api_url;
        if !is_secure(api) || api.query().is_some() {
            faults.push(TelegramFault::ApiUrl);
        }
        if !is_token(self.token.reveal()) {
            faults.push(TelegramFault::Token);
        }
        if let Some(webhook) = &self.webhook {
            let port = webhook.url.port_or_known_default();
            let is_called = api.host_str() != Some(TELEGRAM)
                || port.is_some_and(|port| WEBHOOK_PORTS.contains(&port) && webhook.url.scheme() == "https");
            if !is_secure(&webhook.url) || !is_called {
                faults.push(TelegramFault::WebhookUrl);
            }
            let secret = webhook.secret.reveal();
            if !(SHORTEST_SECRET..=LONGEST_SECRET).contains(&secret.len()) || !secret.bytes().all(is_plain) {
                faults.push(TelegramFault::WebhookSecret);
            }
        }
        faults
    }
}

/// Nothing is sent in the clear to another machine.
fn is_secure(url: &Url) -> bool {
    let is_safe_way = match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(Host::Ipv4(address))) => IpAddr::from(address).is_loopback(),
        ("http", Some(Host::Ipv6(address))) => IpAddr::from(address).is_loopback(),
        _ => false,
    };
    is_safe_way && url.username().is_empty() && url.password().is_none() && url.fragment().is_none()
}

/// It becomes a part of addresses, so that a character too many would lead elsewhere.
fn is_token(token: &str) -> bool {
    token.len() <= LONGEST_TOKEN
        && token.split_once(':').is_some_and(|(id, rest)| {
            !id.is_empty()
                && !rest.is_empty()
                && id.bytes().all(|b| b.is_ascii_digit())
                && rest.bytes().all(is_plain)
        })
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "700100200:abc_DEF-123";

    fn secret(text: &str) -> Secret {
        Secret::new(text.to_owned())
    }

    fn faults(api: &str, token: &str, webhook: Option<(&str, &str)>) -> Vec<TelegramFault> {
        let webhook =
            webhook.map(|(url, text)| WebhookSettings { url: url.parse().unwrap(), secret: secret(text) });
        let api_url = api.parse().unwrap();
        TelegramSettings { api_url, token: secret(token), ca_file: None, webhook }.faults()
    }

    #[test]
    fn a_bot_at_telegram_needs_a_token_only() {
        assert_eq!(faults(API_URL, TOKEN, None), []);
        for wrong in ["", ":", "1:", ":a", "a:b", "1:a/b", "1:a?b", "1:a b", "1:a\n", "1:ü", "../1:a"] {
            assert_eq!(faults(API_URL, wrong, None), [TelegramFault::Token], "{wrong:?}");
        }
        let long = format!("1:{}", "a".repeat(LONGEST_TOKEN));
        assert_eq!(faults(API_URL, &long, None), [TelegramFault::Token]);
    }

    #[test]
    fn a_server_of_ones_own_is_asked_in_the_clear_on_this_machine_only() {
        for right in ["https://bots.bank.example:8443/api", "http://127.0.0.1:8081", "http://[::1]:8081/"] {
            assert_eq!(faults(right, TOKEN, None), [], "{right}");
        }
        for wrong in [
            "http://bots.bank.example",
            "http://localhost:8081",
            "http://10.0.0.1",
            "https://user@bots.bank.example",
            "https://bots.bank.example/?a=b",
            "https://bots.bank.example/#a",
            "ftp://127.0.0.1",
            "data:text/plain,a",
        ] {
            assert_eq!(faults(wrong, TOKEN, None), [TelegramFault::ApiUrl], "{wrong}");
        }
    }

    #[test]
    fn a_webhook_is_secret_and_where_telegram_calls() {
        let good = "a".repeat(SHORTEST_SECRET);
        let url = "https://bank.example:8443/telegram/webhook";
        assert_eq!(faults(API_URL, TOKEN, Some((url, &good))), []);
        assert_eq!(faults("http://127.0.0.1:1", TOKEN, Some(("http://127.0.0.1:2/", &good))), []);
        for wrong in [
            "http://127.0.0.1/",
            "https://bank.example:4443/",
            "http://bank.example/",
            "https://a@b.example/",
        ] {
            assert_eq!(faults(API_URL, TOKEN, Some((wrong, &good))), [TelegramFault::WebhookUrl], "{wrong}");
        }
        for wrong in ["", "short", &"a".repeat(LONGEST_SECRET + 1), &good.replacen('a', "\r\n", 1)] {
            assert_eq!(
                faults(API_URL, TOKEN, Some((url, wrong))),
                [TelegramFault::WebhookSecret],
                "{wrong:?}"
            );
        }
        let all = [
            TelegramFault::ApiUrl,
            TelegramFault::Token,
            TelegramFault::WebhookUrl,
            TelegramFault::WebhookSecret,
        ];
        assert_eq!(faults("http://bots.example", "", Some(("ftp://x", ""))), all);
    }
}
