//! `[telegram]`.

use std::fmt;
use std::path::PathBuf;

use countersign_core::factor::telegram::is_bot_name;
use countersign_courier::telegram::{
    API_URL, Bot, TelegramFault, TelegramSettings as Reached, WebhookSettings,
};
use url::Url;

use super::{PublicAddress, Source};

/// Where Telegram's updates are posted to, behind the public address.
pub const WEBHOOK_PATH: &str = "/telegram/updates";

/// Settings that mean nothing without a bot.
const NAMES: [&str; 9] = [
    "telegram.bot",
    "telegram.token",
    "telegram.token_file",
    "telegram.api_url",
    "telegram.ca_file",
    "telegram.webhook",
    "telegram.webhook_url",
    "telegram.webhook_secret",
    "telegram.webhook_secret_file",
];

/// The bot, and how it is reached.
#[derive(Clone)]
pub struct TelegramSettings {
    bot: String,
    reached: Reached,
}

impl TelegramSettings {
    /// The bot's name, without `@`.
    pub fn bot(&self) -> &str {
        &self.bot
    }

    /// What the courier needs to know.
    pub const fn reached(&self) -> &Reached {
        &self.reached
    }

    /// Whether Telegram posts updates here; otherwise they are asked for.
    pub const fn has_webhook(&self) -> bool {
        self.reached.webhook.is_some()
    }
}

impl fmt::Debug for TelegramSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TelegramSettings")
            .field("bot", &self.bot)
            .field("api_url", &self.reached.api_url.as_str())
            .field("webhook", &self.reached.webhook.as_ref().map(|webhook| webhook.url.as_str()))
            .finish_non_exhaustive()
    }
}

/// Reads the section; `None` where nothing of it is set. Every mistake in it is noted.
pub(super) fn read(source: &mut Source, public_address: &PublicAddress) -> Option<TelegramSettings> {
    let bot = read_bot(source);
    let token = source.secret("telegram.token", "telegram.token_file");
    let usual = Url::parse(API_URL).ok();
    let api_url = source.parsed::<Url>("telegram.api_url", "an address such as https://api.telegram.org");
    let ca_file = source.text("telegram.ca_file").map(|(path, _)| PathBuf::from(path));
    let webhook = read_webhook(source, public_address);
    if !NAMES.iter().any(|name| source.is_written(name)) {
        return None;
    }
    if !source.is_written("telegram.bot") {
        source.mistake("telegram.bot", "must be set where anything else of [telegram] is");
    }
    if token.is_none() {
        source.mistake("telegram.token_file", "must be set (or telegram.token) beside telegram.bot");
    }
    let (bot, token, api_url) = (bot?, token??, api_url.or(usual)?);
    let reached = Reached { api_url, token, ca_file, webhook };
    for fault in reached.faults() {
        source.mistake(setting(fault), fault.to_string());
    }
    // What no check without a file finds: certificates that cannot be read.
    if reached.faults().is_empty()
        && let Err(fault) = Bot::new(reached.clone())
    {
        source.mistake(setting(fault), fault.to_string());
    }
    Some(TelegramSettings { bot, reached })
}

const fn setting(fault: TelegramFault) -> &'static str {
    match fault {
        TelegramFault::ApiUrl => "telegram.api_url",
        TelegramFault::Token => "telegram.token",
        TelegramFault::Roots => "telegram.ca_file",
        TelegramFault::WebhookUrl => "telegram.webhook_url",
        TelegramFault::WebhookSecret => "telegram.webhook_secret",
    }
}

fn read_bot(source: &mut Source) -> Option<String> {
    let (name, origin) = source.text("telegram.bot")?;
    let name = name.strip_prefix('@').unwrap_or(&name).to_owned();
    if is_bot_name(&name) {
        return Some(name);
    }
    let what = "must be the bot's name: 5 to 32 letters, digits and underscores, and \"bot\" at the end";
    source.mistake_at("telegram.bot", origin, what.to_owned());
    None
}

fn read_webhook(source: &mut Source, public_address: &PublicAddress) -> Option<WebhookSettings> {
    let is_on = source.switch("telegram.webhook").unwrap_or(false);
    let address = source.parsed::<Url>(
        "telegram.webhook_url",
        "an address such as https://account.example.org/telegram/updates",
    );
    let secret = source.secret("telegram.webhook_secret", "telegram.webhook_secret_file");
    if !is_on {
        for name in ["telegram.webhook_url", "telegram.webhook_secret", "telegram.webhook_secret_file"] {
            if source.is_written(name) {
                source.mistake(name, "is used only where telegram.webhook is true");
            }
        }
        return None;
    }
    if secret.is_none() {
        source.mistake(
            "telegram.webhook_secret_file",
            "must be set (or telegram.webhook_secret) beside telegram.webhook",
        );
    }
    let address = address.or_else(|| {
        if !public_address.is_given() {
            source.mistake(
                "telegram.webhook_url",
                "must be set, or public_address: Telegram posts updates there",
            );
            return None;
        }
        Url::parse(&format!("{}{WEBHOOK_PATH}", public_address.origin())).ok()
    });
    Some(WebhookSettings { url: address?, secret: secret?? })
}
