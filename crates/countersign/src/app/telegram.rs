//! What happens in chats with the bot, brought to the flow that acts on it: by the poller and by the webhook alike.

use std::sync::Arc;

use countersign_courier::telegram::{Bot, Messenger, Update};
use tokio::sync::Semaphore;

use super::App;
use crate::flow::telegram::inbox::{self, Chat, Happened, Incoming, Sender};
use crate::flow::{Call, FlowError};
use crate::language::Language;
use crate::words::Words;

/// The number of the tray's bot.
const TRAY_BOT: &str = "1";

/// Presses that are answered at once, each in a task of its own: a slow answer keeps nobody's update waiting. Whoever finds
/// every place taken sees a wheel turn for a while.
static ANSWERING: Semaphore = Semaphore::const_new(32);

impl App {
    /// The bot's number, under which it is kept how far its updates were read.
    pub fn bot_id(&self) -> &str {
        self.settings.telegram.as_ref().map_or(TRAY_BOT, |telegram| telegram.reached().bot_id())
    }

    /// Acts on an update and answers the press of a button.
    ///
    /// # Errors
    ///
    /// When the database cannot be asked: the update is to be brought again.
    pub async fn telegram_update(&self, call: &Call, update: Update) -> Result<(), FlowError> {
        let pressed = if let Update::Callback { id, .. } = &update { Some(id.clone()) } else { None };
        let incoming = incoming(self.bot_id(), update);
        let toast = inbox::take(call, incoming).await?;
        let Some(id) = pressed else { return Ok(()) };
        let said = toast.map(|toast| {
            let language: Language = toast.language.parse().unwrap_or(self.settings.default_language);
            Words::new(language).say(&toast.text)
        });
        let Ok(place) = ANSWERING.try_acquire() else {
            tracing::debug!("the press of a button was not answered: too many are");
            return Ok(());
        };
        let messenger = Arc::clone(&self.messenger);
        tokio::spawn(async move {
            // Whoever pressed sees a wheel turn for a while then; what the press did stands.
            if let Err(error) = messenger.answer_callback(&id, said.as_deref(), false).await {
                tracing::debug!(%error, "the press of a button was not answered");
            }
            drop(place);
        });
        Ok(())
    }

    /// Whether a request to the webhook shows its secret. Never, where none is set up.
    pub fn is_from_telegram(&self, secret: &[u8]) -> bool {
        if let Messenger::Bot(bot) = &*self.messenger { bot.is_from_telegram(secret) } else { false }
    }
}

/// Reads what was posted to the webhook. `None`: it is no update.
pub fn posted(body: &[u8]) -> Option<Update> {
    Bot::update_from_webhook(body).ok()
}

fn incoming(bot: &str, update: Update) -> Incoming {
    let number = update.update_id();
    let chat = |chat: countersign_courier::telegram::Chat| Chat { id: chat.id, private: chat.private };
    let what = match update {
        Update::Message { chat: place, from, text, .. } => {
            Happened::Wrote { chat: chat(place), from: from.map(sender), text }
        }
        Update::Callback { from, chat: place, message_id, data, .. } => Happened::Pressed {
            from: sender(from),
            chat: place.map(chat),
            message: message_id.map(|id| id.0),
            data: data.as_str().to_owned(),
        },
        Update::Membership { chat: place, from, blocked, .. } => {
            Happened::Membership { chat: chat(place), from: sender(from), blocked }
        }
        Update::Odd { .. } => Happened::Odd,
    };
    Incoming { bot: bot.to_owned(), update: number, what }
}

fn sender(from: countersign_courier::telegram::Sender) -> Sender {
    let countersign_courier::telegram::Sender { id, is_bot, first_name, username, language_code } = from;
    Sender { id, is_bot, name: first_name, username, language: language_code }
}
