//! The chats with the bot.

use countersign_courier::telegram::{Button, Messenger, TelegramTray, TrayMessage};

use super::Owner;
use crate::app::App;
use crate::demo::plan::{PEOPLE, Person};
use crate::portal::view::{ChatButton, ChatMessage, TrayChat};

/// Most messages of a chat that are shown.
const MESSAGES_MOST: usize = 4;

/// The tray that stands in for Telegram.
pub(in crate::demo) fn chats_of(app: &App) -> Option<TelegramTray> {
    if let Messenger::Tray(chats) = &*app.messenger { Some(chats.clone()) } else { None }
}

/// Everybody's chat, in the order of the plan.
pub(in crate::demo) fn chats(app: &App, owners: &[Owner]) -> Vec<TrayChat> {
    let tray = chats_of(app);
    PEOPLE.iter().map(|person| chat(tray.as_ref(), person, owners)).collect()
}

fn chat(tray: Option<&TelegramTray>, person: &Person, owners: &[Owner]) -> TrayChat {
    let found = tray.and_then(|tray| tray.chat(person.id));
    let linked = |owner: &&Owner| owner.chats.contains(&person.id);
    let (messages, answers, blocked) =
        found.map(|chat| (chat.messages, chat.answers, chat.blocked)).unwrap_or_default();
    let skipped = messages.len().saturating_sub(MESSAGES_MOST);
    TrayChat {
        id: person.id,
        name: person.name.to_owned(),
        username: person.username.to_owned(),
        owners: owners.iter().filter(linked).map(|owner| owner.email.clone()).collect(),
        messages: messages[skipped..].iter().map(message).collect(),
        toast: answers.last().and_then(|answer| answer.text.clone()),
        blocked,
    }
}

fn message(message: &TrayMessage) -> ChatMessage {
    let button =
        |button: &Button| ChatButton { label: button.label.clone(), data: button.data.as_str().to_owned() };
    ChatMessage {
        id: message.id.0,
        from_bot: message.from_bot,
        lines: message.text.lines().map(str::to_owned).collect(),
        edited: !message.earlier.is_empty(),
        buttons: message.buttons.iter().map(|row| row.iter().map(button).collect()).collect(),
    }
}
