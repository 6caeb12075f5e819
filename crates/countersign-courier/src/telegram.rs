//! Telegram, through a bot (<https://core.telegram.org/bots/api>): messages with buttons to people who have started it,
//! and what they answer.
//!
//! Nothing is remembered or repeated here: which updates were handled, which message belongs to what and when to try again
//! is for the caller to know. Bodies, ids, names and the token appear in no error and in no log.

mod bot;
mod message;
mod settings;
mod tray;
mod update;
mod wire;

use std::time::Duration;

use crate::Probe;

pub use bot::{Bot, BotName, Command, WebhookInfo};
pub use message::{Button, CallbackData, Message, MessageId, Text, TextFault};
pub use settings::{API_URL, TelegramFault, TelegramSettings, WebhookSettings};
pub use tray::{CallbackAnswer, TelegramTray, TrayChat, TrayMessage};
pub use update::{Chat, Sender, Update};

/// Why something was not done. It quotes nothing of what was sent or answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TelegramError {
    /// The token is that of no bot (any more).
    #[error("Telegram does not know the bot's token")]
    Unauthorised,
    /// This person blocked the bot, or their account is gone. Nothing can be sent until they start it again.
    #[error("the person has blocked the bot")]
    BlockedByPerson,
    /// There is no such chat: nobody with this id ever started the bot.
    #[error("there is no such chat")]
    ChatNotFound,
    /// The message says this already, with the same buttons.
    #[error("the message says this already")]
    NotModified,
    /// The message is gone or can't be edited any more, or the press of a button can't be answered any more.
    #[error("it is too late for that")]
    TooOld,
    /// Too much was asked in a short time.
    #[error("Telegram wants {} seconds of silence", retry_after.as_secs())]
    TooManyRequests {
        /// How long nothing may be asked: one second to one day.
        retry_after: Duration,
    },
    /// Somebody else asks for the same bot's updates, or a webhook gets them.
    #[error("the bot's updates go to somebody else")]
    Conflict,
    /// Not so.
    #[error("Telegram refuses it ({code})")]
    Rejected {
        /// The Bot API's code, 400 to 499.
        code: u16,
    },
    /// No connection, no trust in the certificate, no answer in time, or a fault on the other side: try again later.
    #[error("Telegram cannot be reached")]
    Unreachable,
    /// An answer that can't be understood.
    #[error("Telegram's answer cannot be understood")]
    Odd,
}

impl TelegramError {
    /// Whether the same may succeed later, without anybody changing anything.
    pub const fn is_passing(self) -> bool {
        matches!(self, Self::TooManyRequests { .. } | Self::Unreachable | Self::Odd)
    }
}

/// The ways to people's chats.
pub enum Messenger {
    /// A bot.
    Bot(Bot),
    /// Chats in memory, for the demo and for tests.
    Tray(TelegramTray),
    /// None: no bot is set up. Everything fails with [`TelegramError::Unreachable`].
    Nowhere,
}

impl Messenger {
    /// Whether there is a bot.
    pub const fn is_on(&self) -> bool {
        !matches!(self, Self::Nowhere)
    }

    /// Asks who the bot is, and says why that failed in words for an operator. `None` where no bot is set up.
    pub async fn probe(&self) -> Option<Probe> {
        match self {
            Self::Bot(bot) => Some(bot.probe().await),
            Self::Tray(tray) => Some(tray.probe()),
            Self::Nowhere => None,
        }
    }

    /// As [`Bot::me`].
    pub async fn me(&self) -> Result<BotName, TelegramError> {
        match self {
            Self::Bot(bot) => bot.me().await,
            Self::Tray(tray) => tray.me(),
            Self::Nowhere => Err(TelegramError::Unreachable),
        }
    }

    /// As [`Bot::updates`].
    pub async fn updates(&self, offset: i64, wait: Duration) -> Result<Vec<Update>, TelegramError> {
        match self {
            Self::Bot(bot) => bot.updates(offset, wait).await,
            Self::Tray(tray) => tray.updates(offset, wait).await,
            Self::Nowhere => Err(TelegramError::Unreachable),
        }
    }

    /// As [`Bot::send`].
    pub async fn send(&self, chat: i64, message: &Message) -> Result<MessageId, TelegramError> {
        match self {
            Self::Bot(bot) => bot.send(chat, message).await,
            Self::Tray(tray) => tray.send(chat, message),
            Self::Nowhere => Err(TelegramError::Unreachable),
        }
    }

    /// As [`Bot::edit`].
    pub async fn edit(&self, chat: i64, id: MessageId, message: &Message) -> Result<(), TelegramError> {
        match self {
            Self::Bot(bot) => bot.edit(chat, id, message).await,
            Self::Tray(tray) => tray.edit(chat, id, message),
            Self::Nowhere => Err(TelegramError::Unreachable),
        }
    }

    /// As [`Bot::answer_callback`].
    pub async fn answer_callback(
        &self,
        id: &str,
        text: Option<&str>,
        alert: bool,
    ) -> Result<(), TelegramError> {
        match self {
            Self::Bot(bot) => bot.answer_callback(id, text, alert).await,
            Self::Tray(tray) => tray.answer_callback(id, text, alert),
            Self::Nowhere => Err(TelegramError::Unreachable),
        }
    }

    /// As [`Bot::set_commands`].
    pub async fn set_commands(
        &self,
        language: Option<&str>,
        commands: &[Command],
    ) -> Result<(), TelegramError> {
        match self {
            Self::Bot(bot) => bot.set_commands(language, commands).await,
            Self::Tray(tray) => tray.set_commands(language, commands),
            Self::Nowhere => Err(TelegramError::Unreachable),
        }
    }
}
