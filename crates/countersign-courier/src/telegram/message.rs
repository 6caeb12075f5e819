//! What the bot says: text without markup, and buttons.

use serde_json::{Value, json};
use zeroize::Zeroizing;

/// The longest text of a message (Bot API, `sendMessage`), counted in UTF-16 units, the strictest way to count.
const LONGEST_TEXT: usize = 4096;
/// The longest data of a button, in bytes (Bot API, `InlineKeyboardButton`).
const LONGEST_DATA: usize = 64;

/// A message of the bot. It may hold a code, so it has no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// What it says.
    pub text: Text,
    /// The rows of buttons below it; none where nothing is to be pressed.
    pub buttons: Vec<Vec<Button>>,
}

/// A button below a message.
#[derive(Clone, PartialEq, Eq)]
pub struct Button {
    /// What stands on it.
    pub label: String,
    /// What comes back when it is pressed.
    pub data: CallbackData,
}

/// What comes back when a button is pressed: 1 to 64 bytes. Whoever pressed it could have sent anything else.
#[derive(Clone, PartialEq, Eq)]
pub struct CallbackData(String);

impl CallbackData {
    /// Takes 1 to 64 bytes, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        (1..=LONGEST_DATA).contains(&text.len()).then(|| Self(text.to_owned()))
    }

    /// As it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The number of a message within its chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId(pub i64);

/// A text that is no text of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a message has 1 to {LONGEST_TEXT} characters")]
pub struct TextFault;

/// What a message says: 1 to 4096 characters, and which words of it stand out. It goes without markup and with the places of
/// those words beside it, so nothing in it, such as somebody's name, can become a heading or a link in disguise. It is
/// wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    words: Zeroizing<String>,
    marks: Vec<Mark>,
}

/// Which words stand out: an offset and a length in UTF-16 units (Bot API, `MessageEntity`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    kind: &'static str,
    offset: usize,
    length: usize,
}

impl Text {
    /// Takes a text over.
    ///
    /// # Errors
    ///
    /// [`TextFault`], for an empty one too.
    pub fn new(words: impl Into<String>) -> Result<Self, TextFault> {
        let words = Zeroizing::new(words.into());
        if words.trim().is_empty() || units(&words) > LONGEST_TEXT {
            return Err(TextFault);
        }
        Ok(Self { words, marks: Vec::new() })
    }

    /// Makes the first place where these words stand bold, if there is one.
    pub fn bold(self, words: &str) -> Self {
        self.marked("bold", words)
    }

    /// Makes the first place where these words stand one that is copied with a touch, as a code is, if there is one.
    pub fn code(self, words: &str) -> Self {
        self.marked("code", words)
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.words
    }

    fn marked(mut self, kind: &'static str, words: &str) -> Self {
        let words = words.trim();
        let Some(at) = self.words.find(words).filter(|_| !words.is_empty()) else { return self };
        let (offset, length) = (units(&self.words[..at]), units(words));
        self.marks.push(Mark { kind, offset, length });
        self
    }

    fn marks(&self) -> Vec<Value> {
        let told = |mark: &Mark| json!({"type": mark.kind, "offset": mark.offset, "length": mark.length});
        self.marks.iter().map(told).collect()
    }
}

impl Message {
    /// A message without buttons.
    pub const fn plain(text: Text) -> Self {
        Self { text, buttons: Vec::new() }
    }

    /// Adds the Bot API's fields for it. A message that had buttons loses them where these have none.
    pub(super) fn put_into(&self, fields: &mut serde_json::Map<String, Value>) {
        let button = |one: &Button| json!({"text": one.label, "callback_data": one.data.as_str()});
        let rows: Vec<Vec<Value>> = self.buttons.iter().map(|row| row.iter().map(button).collect()).collect();
        fields.insert("text".to_owned(), self.text.as_str().into());
        fields.insert("entities".to_owned(), self.text.marks().into());
        fields.insert("link_preview_options".to_owned(), json!({"is_disabled": true}));
        if !rows.is_empty() {
            fields.insert("reply_markup".to_owned(), json!({"inline_keyboard": rows}));
        }
    }
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_of_a_button_is_up_to_64_bytes() {
        for right in ["a", &"a".repeat(64), &"ü".repeat(32)] {
            assert_eq!(
                CallbackData::parse(right).map(|data| data.as_str().to_owned()).as_deref(),
                Some(right)
            );
        }
        for wrong in ["", &"a".repeat(65), &"ü".repeat(33)] {
            assert!(CallbackData::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_text_is_up_to_4096_characters() {
        for right in ["a", &"ü".repeat(4096), &"🔑".repeat(2048)] {
            assert!(Text::new(right).is_ok());
        }
        for wrong in ["", " \n", &"a".repeat(4097), &"🔑".repeat(2049)] {
            assert_eq!(Text::new(wrong).err(), Some(TextFault));
        }
    }

    #[test]
    fn words_stand_out_where_telegram_counts_them() {
        let text = Text::new("🔑 Sign in?\nCode: 482913")
            .unwrap()
            .bold("Sign in?")
            .code("482913")
            .code("")
            .bold("no");
        assert_eq!(
            text.marks(),
            [
                json!({"type": "bold", "offset": 3, "length": 8}),
                json!({"type": "code", "offset": 18, "length": 6}),
            ]
        );
    }
}
