//! What comes from a chat: the data of buttons, and what is typed.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::link::{LinkToken, fresh, read};
use crate::code::Code;
use crate::entropy::Entropy;

/// Longest text that is looked at; a start command has 29 characters and the bot's name.
const LONGEST: usize = 128;

/// What a prompt or a linking is called in the data of its buttons: 128 random bits, opaque. Wiped on drop, without `Debug`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Handle([u8; 16]);

impl Handle {
    /// A fresh handle.
    pub fn new(entropy: &dyn Entropy) -> Self {
        Self(fresh(entropy))
    }

    /// What the database keeps, and finds the row by.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }
}

/// What a button belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum About {
    /// A prompt.
    Prompt,
    /// A linking.
    Link,
}

/// Which button was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Press {
    /// One of the offered numbers, 10 to 99.
    Number(u8),
    /// The only button of a prompt of style `tap`.
    Confirm,
    /// "It wasn't me."
    NotMe,
}

/// The data of one button, at most 64 bytes (Bot API, type `InlineKeyboardButton`). Without `Debug`.
pub struct Callback {
    /// What it belongs to.
    pub about: About,
    /// Which one.
    pub handle: Handle,
    /// Which button.
    pub press: Press,
}

impl Callback {
    /// The text that Telegram carries.
    pub fn to_text(&self) -> String {
        let about = match self.about {
            About::Prompt => 'p',
            About::Link => 'l',
        };
        let handle = BASE64URL_NOPAD.encode(&self.handle.0);
        match self.press {
            Press::Number(number) => format!("{about}{handle}:{number}"),
            Press::Confirm => format!("{about}{handle}:yes"),
            Press::NotMe => format!("{about}{handle}:no"),
        }
    }

    /// Reads [`Self::to_text`] back, and nothing else: every other text was made by somebody else. A linking is refused by its
    /// button and confirmed in the browser.
    pub fn parse(text: &str) -> Option<Self> {
        let (handle, press) = text.split_once(':')?;
        let (about, handle) = match (handle.strip_prefix('p'), handle.strip_prefix('l')) {
            (Some(handle), _) => (About::Prompt, handle),
            (_, Some(handle)) => (About::Link, handle),
            _ => return None,
        };
        let press = match press {
            "no" => Press::NotMe,
            _ if about == About::Link => return None,
            "yes" => Press::Confirm,
            digits if digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Press::Number(digits.parse().ok().filter(|number| *number >= 10)?)
            }
            _ => return None,
        };
        Some(Self { about, handle: Handle(read(handle)?), press })
    }
}

/// What somebody typed into the chat with the bot. Without `Debug`.
pub enum Command {
    /// `/start` by itself, as every chat begins.
    Start,
    /// `/start` with the token of a link.
    Link(LinkToken),
    /// `/start` with something that is no token.
    BadLink,
    /// `/stop`: switch Telegram off, or how to.
    Stop,
    /// `/status`: which accounts are linked.
    Status,
    /// `/help`.
    Help,
    /// Six digits, as a prompt of style `type` asks for.
    Digits(Code),
    /// Anything else, which is answered with what the bot understands.
    Other,
}

impl Command {
    /// Reads a message. `bot`: the bot's own name, which a command may be addressed to (`/help@example_bot`); one that is
    /// addressed to another bot is none.
    pub fn parse(text: &str, bot: &str) -> Self {
        let text = text.trim();
        if text.len() > LONGEST {
            return Self::Other;
        }
        let Some(command) = text.strip_prefix('/') else {
            return Code::parse(text).map_or(Self::Other, Self::Digits);
        };
        let (command, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        let (command, whose) = command.split_once('@').unwrap_or((command, bot));
        if !whose.eq_ignore_ascii_case(bot) {
            return Self::Other;
        }
        match (command.to_ascii_lowercase().as_str(), rest.trim()) {
            ("start", "") => Self::Start,
            ("start", token) => LinkToken::parse(token).map_or(Self::BadLink, Self::Link),
            ("stop", _) => Self::Stop,
            ("status", _) => Self::Status,
            ("help", _) => Self::Help,
            _ => Self::Other,
        }
    }
}
