//! The bot: the methods of the Bot API that are needed, and no more.

use std::time::Duration;

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;
use url::Url;

use super::update::{self, Update};
use super::wire::{Limits, Trouble, Wire};
use super::{Message, MessageId, TelegramError, TelegramFault, TelegramSettings, WebhookSettings};
use crate::Probe;

/// What one call may take.
const ORDINARY: Limits = Limits { time: Duration::from_secs(10), bytes: 1024 * 1024 };
/// The most updates that come at once, and the most bytes they may have: a message of 4096 characters that answers another
/// one, all of it escaped, has about 100 thousand.
const AT_ONCE: usize = 100;
const BYTES_AT_ONCE: usize = 32 * 1024 * 1024;
/// The longest that is waited for updates. Things on the way close connections that are silent for a minute.
const LONGEST_WAIT: Duration = Duration::from_secs(50);
/// The longest answer to a callback, in characters (Bot API, `answerCallbackQuery`).
const LONGEST_ANSWER: usize = 200;

/// A bot, with the connections to its server.
pub struct Bot {
    wire: Wire,
    webhook: Option<WebhookSettings>,
}

/// Who the bot is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BotName {
    /// Its number.
    pub id: i64,
    /// What it is found by, without `@`: `https://t.me/{username}?start={payload}` leads to it.
    pub username: String,
}

/// A command that the bot lists in its menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Its name without the stroke: 1 to 32 of `a` to `z`, `0` to `9` and `_`.
    pub name: String,
    /// What it does: 1 to 256 characters.
    pub description: String,
}

/// How the webhook does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookInfo {
    /// Whether there is one. Then no updates can be asked for.
    pub is_set: bool,
    /// Whether it is that of the settings.
    pub is_ours: bool,
    /// How many updates wait for it.
    pub pending: u64,
    /// When it failed last, in seconds since 1970, and Telegram's words for it.
    pub last_error: Option<(i64, String)>,
}

#[derive(Deserialize)]
struct Me {
    id: i64,
    is_bot: bool,
    username: Option<String>,
}

#[derive(Deserialize)]
struct Sent {
    message_id: i64,
}

#[derive(Deserialize)]
struct Hook {
    url: String,
    #[serde(default)]
    pending_update_count: u64,
    last_error_date: Option<i64>,
    last_error_message: Option<String>,
}

impl Bot {
    /// Prepares a bot: reads the certificates. Nothing is connected yet.
    ///
    /// # Errors
    ///
    /// The first setting that no bot can be reached with.
    pub fn new(settings: TelegramSettings) -> Result<Self, TelegramFault> {
        if let Some(fault) = settings.faults().first() {
            return Err(*fault);
        }
        Ok(Self { wire: Wire::new(&settings)?, webhook: settings.webhook })
    }

    /// Asks who it is. It takes 10 seconds at most, as everything does but [`Bot::updates`].
    ///
    /// # Errors
    ///
    /// [`TelegramError::Unauthorised`] where the token is wrong.
    pub async fn me(&self) -> Result<BotName, TelegramError> {
        self.who().await.map_err(|trouble| trouble.error)
    }

    /// Asks who it is, and says why that failed in words for an operator.
    pub async fn probe(&self) -> Probe {
        let told = |trouble: Trouble| trouble.reason.unwrap_or_else(|| trouble.error.to_string());
        Probe { server: self.wire.place().to_owned(), result: self.who().await.map(|_| ()).map_err(told) }
    }

    async fn who(&self) -> Result<BotName, Trouble> {
        let me: Me = self.wire.call("getMe", &json!({}), ORDINARY).await?;
        match me {
            Me { id, is_bot: true, username: Some(username) } => Ok(BotName { id, username }),
            _ => Err(TelegramError::Odd.into()),
        }
    }

    /// Everything that happened from the update with the number `offset` on, the oldest first, at most 100; from the first
    /// one on where it is 0. Those before it are forgotten: Telegram takes them for handled. Where nothing happened yet, `wait`
    /// is how long something may be waited for, at most 50 seconds, in whole seconds.
    ///
    /// The next offset is one more than the number of the *last* update that came, even where that is smaller than this
    /// offset: numbers begin anew after a silent week, and Telegram takes an offset for 0 that is far beyond them.
    ///
    /// # Errors
    ///
    /// [`TelegramError::Conflict`] while another process asks for them, or while they go to a webhook.
    pub async fn updates(&self, offset: i64, wait: Duration) -> Result<Vec<Update>, TelegramError> {
        let wait = wait.min(LONGEST_WAIT);
        let limits = Limits { time: wait + ORDINARY.time, bytes: BYTES_AT_ONCE };
        let fields = json!({
            "offset": offset,
            "limit": AT_ONCE,
            "timeout": wait.as_secs(),
            "allowed_updates": update::KINDS,
        });
        let list: Vec<Box<RawValue>> = self.ask("getUpdates", &fields, limits).await?;
        let updates = Update::read_all(&list);
        // Without a number nothing can be marked as handled, and asking again at once would bring the same.
        if updates.is_empty() && !list.is_empty() { Err(TelegramError::Odd) } else { Ok(updates) }
    }

    /// Reads what came to the webhook. Whoever posted it has to have proved that they are Telegram:
    /// [`Bot::is_from_telegram`].
    ///
    /// # Errors
    ///
    /// [`TelegramError::Odd`] where there is not even a number in it.
    pub fn update_from_webhook(body: &[u8]) -> Result<Update, TelegramError> {
        Update::read(&String::from_utf8_lossy(body)).ok_or(TelegramError::Odd)
    }

    /// Whether this is the webhook's secret, as it stands in the header `X-Telegram-Bot-Api-Secret-Token`. Never, where no
    /// webhook is set up. How long it takes tells nothing.
    pub fn is_from_telegram(&self, header: &[u8]) -> bool {
        self.webhook.as_ref().is_some_and(|webhook| webhook.secret.reveal().as_bytes().ct_eq(header).into())
    }

    /// Tells Telegram to post updates to the webhook of the settings. What waits is posted then.
    ///
    /// # Errors
    ///
    /// [`TelegramError::Rejected`] with 400 where the settings have none, without asking.
    pub async fn set_webhook(&self) -> Result<(), TelegramError> {
        let webhook = self.webhook.as_ref().ok_or(TelegramError::Rejected { code: 400 })?;
        let fields = json!({
            "url": webhook.url.as_str(),
            "secret_token": webhook.secret.reveal(),
            "allowed_updates": update::KINDS,
        });
        self.tell("setWebhook", &fields).await
    }

    /// Tells Telegram to post updates nowhere. What waits can be asked for then.
    ///
    /// # Errors
    ///
    /// As every call.
    pub async fn delete_webhook(&self) -> Result<(), TelegramError> {
        self.tell("deleteWebhook", &json!({"drop_pending_updates": false})).await
    }

    /// Asks how the webhook does.
    ///
    /// # Errors
    ///
    /// As every call.
    pub async fn webhook_info(&self) -> Result<WebhookInfo, TelegramError> {
        let hook: Hook = self.ask("getWebhookInfo", &json!({}), ORDINARY).await?;
        let there = Url::parse(&hook.url).ok();
        let last_error = hook.last_error_message.map(|words| {
            let words = words.replace(|c: char| c.is_control(), " ");
            (hook.last_error_date.unwrap_or_default(), words.chars().take(LONGEST_ANSWER).collect())
        });
        Ok(WebhookInfo {
            is_set: !hook.url.is_empty(),
            is_ours: self.webhook.as_ref().is_some_and(|ours| Some(&ours.url) == there.as_ref()),
            pending: hook.pending_update_count,
            last_error,
        })
    }

    /// Sends a message once. After [`TelegramError::Unreachable`] it may have arrived all the same.
    ///
    /// # Errors
    ///
    /// [`TelegramError::BlockedByPerson`] and [`TelegramError::ChatNotFound`] until the person starts the bot (again).
    pub async fn send(&self, chat: i64, message: &Message) -> Result<MessageId, TelegramError> {
        let fields = fields(json!({"chat_id": chat}), message);
        let sent: Sent = self.ask("sendMessage", &fields, ORDINARY).await?;
        Ok(MessageId(sent.message_id))
    }

    /// Puts a message in the place of one that was sent, buttons included: where it has none, none are left.
    ///
    /// # Errors
    ///
    /// [`TelegramError::NotModified`] where it is the same, [`TelegramError::TooOld`] where that is gone.
    pub async fn edit(&self, chat: i64, id: MessageId, message: &Message) -> Result<(), TelegramError> {
        let fields = fields(json!({"chat_id": chat, "message_id": id.0}), message);
        self.tell("editMessageText", &fields).await
    }

    /// Answers the press of a button, so that the app stops waiting: with nothing, with a note that passes, or, as an
    /// `alert`, with one that has to be closed. Of the text at most 200 characters are shown.
    ///
    /// # Errors
    ///
    /// [`TelegramError::TooOld`] some seconds after the press.
    pub async fn answer_callback(
        &self,
        id: &str,
        text: Option<&str>,
        alert: bool,
    ) -> Result<(), TelegramError> {
        let text: String = text.unwrap_or_default().chars().take(LONGEST_ANSWER).collect();
        let fields = json!({"callback_query_id": id, "text": text, "show_alert": alert});
        self.tell("answerCallbackQuery", &fields).await
    }

    /// Lists commands in the menu of private chats: for people whose app has this language (two letters), or for everybody
    /// whose language has no list of its own.
    ///
    /// # Errors
    ///
    /// As every call.
    pub async fn set_commands(
        &self,
        language: Option<&str>,
        commands: &[Command],
    ) -> Result<(), TelegramError> {
        let command = |one: &Command| json!({"command": one.name, "description": one.description});
        let fields = json!({
            "commands": commands.iter().map(command).collect::<Vec<_>>(),
            "scope": {"type": "all_private_chats"},
            "language_code": language.unwrap_or_default(),
        });
        self.tell("setMyCommands", &fields).await
    }

    async fn tell(&self, method: &str, fields: &Value) -> Result<(), TelegramError> {
        self.ask::<IgnoredAny>(method, fields, ORDINARY).await.map(|_| ())
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: &str,
        fields: &Value,
        limits: Limits,
    ) -> Result<T, TelegramError> {
        self.wire.call(method, fields, limits).await.map_err(|trouble| trouble.error)
    }
}

fn fields(mut place: Value, message: &Message) -> Value {
    if let Some(fields) = place.as_object_mut() {
        message.put_into(fields);
    }
    place
}
