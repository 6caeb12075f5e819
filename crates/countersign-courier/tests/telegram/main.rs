//! A bot that talks with people: over the npm `telegram-test-api` with stricter routes ahead of its own
//! (`tests/peers/telegram`), and with a server of our own for what that never says.

mod conversation;
mod peer;
mod refusals;
mod secrecy;
mod stub;
mod webhook;

use std::time::Duration;

use countersign_courier::Secret;
use countersign_courier::telegram::{
    Bot, Button, CallbackData, Message, TelegramSettings, Text, WebhookSettings,
};

/// Long enough for a busy machine.
const SOON: Duration = Duration::from_secs(20);
const TOKEN: &str = "700100200:of-the-bot-under-test_0123456789abcdef";
const SECRET: &str = "of-the-webhook_ABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789";

fn settings(url: &str) -> TelegramSettings {
    TelegramSettings {
        api_url: url.parse().expect("an address"),
        token: Secret::new(TOKEN.to_owned()),
        ca_file: None,
        webhook: None,
    }
}

/// With the secret of all tests.
fn webhook(url: &str) -> WebhookSettings {
    let url = url.parse().expect("an address");
    WebhookSettings { url, secret: Secret::new(SECRET.to_owned()) }
}

fn bot(url: &str) -> Bot {
    Bot::new(settings(url)).expect("settings that work")
}

fn text(words: &str) -> Text {
    Text::new(words).expect("a text")
}

fn plain(words: &str) -> Message {
    Message::plain(text(words))
}

fn data(text: &str) -> CallbackData {
    CallbackData::parse(text).expect("data of a button")
}

/// A message with one row of buttons, each with its label and its data.
fn question(words: &str, buttons: &[(&str, &str)]) -> Message {
    let button = |&(label, with): &(&str, &str)| Button { label: label.to_owned(), data: data(with) };
    Message { text: text(words), buttons: vec![buttons.iter().map(button).collect()] }
}
