//! What stands in for people's phones in the demo: calls and SMS, and the chats with the bot.

use std::borrow::Cow;

use askama::Template;

use super::demo::{DemoOrganisation, LetterLine, TrayApp, TrayDevice, TrayLetter};
use super::page::Page;

/// Digits at the end of a caller's number that are the code.
const CODE: usize = 4;

/// One number's phone. It has no `Debug`: what rings there holds a code.
#[derive(Clone)]
pub struct TrayPhone {
    /// The number, in E.164.
    pub number: String,
    /// The addresses of the accounts that have it.
    pub owners: Vec<String>,
    /// What happened there, the newest first.
    pub news: Vec<TrayNews>,
}

/// A call or an SMS.
#[derive(Clone)]
pub enum TrayNews {
    /// A call.
    Call(TrayRing),
    /// An SMS, and what it says.
    Sms(String),
}

/// A call.
#[derive(Clone)]
pub struct TrayRing {
    /// Its number on the tray.
    pub id: u64,
    /// The number that calls.
    pub from: String,
    /// How it ended; `None`: it rings.
    pub end: Option<CallEnd>,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallEnd {
    /// Nobody took it.
    Missed,
    /// It was declined.
    Declined,
    /// It was taken.
    Answered,
}

impl TrayPhone {
    /// The number before its last four digits, and these.
    fn parts(number: &str) -> (&str, &str) {
        number.split_at_checked(number.len().saturating_sub(CODE)).unwrap_or((number, ""))
    }

    /// Its name in the page.
    fn anchor(&self) -> String {
        format!("phone-{}", self.number.trim_start_matches('+'))
    }
}

impl TrayRing {
    fn ended(&self, page: &Page) -> Cow<'static, str> {
        match self.end {
            None => page.t("demo-call-incoming"),
            Some(CallEnd::Missed) => page.t("demo-call-missed"),
            Some(CallEnd::Declined) => page.t("demo-call-declined"),
            Some(CallEnd::Answered) => page.t("demo-call-answered"),
        }
    }
}

/// Somebody's chat with the bot. It has no `Debug`: a code may stand there.
#[derive(Clone)]
pub struct TrayChat {
    /// The number of whoever talks with the bot.
    pub id: i64,
    /// What they call themselves.
    pub name: String,
    /// Their short name, without `@`.
    pub username: String,
    /// The addresses of the accounts that they are linked to.
    pub owners: Vec<String>,
    /// What was said, the oldest first.
    pub messages: Vec<ChatMessage>,
    /// What the press of a button was last answered with.
    pub toast: Option<String>,
    /// Whether they have blocked the bot.
    pub blocked: bool,
}

/// A message in a chat.
#[derive(Clone)]
pub struct ChatMessage {
    /// Its number in the chat.
    pub id: i64,
    /// Whether the bot said it.
    pub from_bot: bool,
    /// Its lines.
    pub lines: Vec<String>,
    /// Whether something else stood there before.
    pub edited: bool,
    /// The buttons below it.
    pub buttons: Vec<Vec<ChatButton>>,
}

/// A button below a message.
#[derive(Clone)]
pub struct ChatButton {
    /// What stands on it.
    pub label: String,
    /// What it brings back.
    pub data: String,
}

impl ChatMessage {
    /// The first line, which stands out where the bot says it.
    fn title(&self) -> &str {
        self.lines.first().map_or("", String::as_str)
    }

    fn rest(&self) -> &[String] {
        self.lines.get(1..).unwrap_or_default()
    }

    /// Whether a line is a code and nothing else.
    fn is_code(line: &str) -> bool {
        line.len() == 6 && line.bytes().all(|sign| sign.is_ascii_digit())
    }
}

/// The phones: `/demo/tray`.
#[derive(Template)]
#[template(path = "demo/tray.html")]
pub struct TrayPage {
    /// What every page shares.
    pub page: Page,
    /// The accounts that have devices.
    pub apps: Vec<TrayApp>,
    /// Every number's phone, that with the latest news first.
    pub phones: Vec<TrayPhone>,
    /// Everybody's chat with the bot.
    pub chats: Vec<TrayChat>,
    /// The bot's name, without `@`.
    pub bot: String,
    /// The letters that were sent, the newest first.
    pub letters: Vec<TrayLetter>,
    /// Every organisation with its ready accounts.
    pub organisations: Vec<DemoOrganisation>,
}

impl TrayPage {
    /// Which phone rings, for whoever does not see it.
    fn rings(&self) -> Cow<'static, str> {
        let ringing = self.phones.iter().find_map(|phone| {
            phone.news.iter().find_map(|news| match news {
                TrayNews::Call(call) if call.end.is_none() => Some((&phone.number, &call.from)),
                _ => None,
            })
        });
        ringing.map_or(Cow::Borrowed(""), |(number, from)| {
            self.page.t2("demo-call-rings", "number", number.as_str(), "caller", from.as_str())
        })
    }
}

/// Where a link into the chat with the bot leads: who opens it is chosen. `/demo/telegram`.
#[derive(Template)]
#[template(path = "demo/open_chat.html")]
pub struct OpenChatPage {
    /// What every page shares.
    pub page: Page,
    /// Everybody who may open it.
    pub chats: Vec<TrayChat>,
    /// What is said to the bot then.
    pub command: String,
}
