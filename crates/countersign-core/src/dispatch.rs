//! What goes out by Telegram, call or SMS, as the outbox holds it: sealed, and put into words only when it is sent.
//!
//! Every field is a fact. Sentences are the letters' matter, so that a message is in the language of whoever reads it.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::factor::telegram::Press;
use crate::policy::TelegramStyle;

/// What one dispatch says, and to whom. Wiped on drop, without `Debug`: it holds numbers, codes and names of chats.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(tag = "what", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Body {
    /// Asks a linked Telegram account whether something goes on (MSG-2).
    Prompt(Prompt),
    /// Puts what became of a prompt in the place of its question, and takes its buttons away (MSG-3).
    PromptEdit(PromptEdit),
    /// Says something else in a chat.
    BotText(BotText),
    /// Lets a phone ring (MSG-6).
    Call(CallBody),
    /// Writes a code to a phone (MSG-7).
    Sms(SmsBody),
}

/// What is asked about, where from and when.
#[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// The name of the organisation whose account it is.
    pub organisation: String,
    /// The account, masked.
    pub account: String,
    /// What goes on once it is confirmed: a name of [`crate::sign_in::Purpose`].
    pub purpose: String,
    /// When it was begun, in milliseconds since 1970 (UTC).
    pub at: i64,
    /// The network address it comes from.
    pub address: String,
    /// The browser, as it describes itself.
    pub device: String,
}

/// A question with its buttons.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct Prompt {
    /// The chat: the number of the Telegram account.
    pub chat: i64,
    /// The language of its words, as a tag.
    pub language: String,
    /// What is asked about.
    pub asked: Asked,
    /// How it is answered.
    #[zeroize(skip)]
    pub style: TelegramStyle,
    /// The buttons, in the order in which they stand.
    pub buttons: Vec<PromptButton>,
    /// Until when it can be answered, in milliseconds since 1970 (UTC).
    pub until: i64,
}

/// One button of a question.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct PromptButton {
    /// What pressing it says; the words on it follow.
    #[zeroize(skip)]
    pub press: Press,
    /// What Telegram brings back: the text of a [`crate::factor::telegram::Callback`].
    pub data: String,
}

/// What stands in the place of a question.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct PromptEdit {
    /// The chat.
    pub chat: i64,
    /// The number of the message in it.
    pub message: i64,
    /// The language of its words, as a tag.
    pub language: String,
    /// What was asked about.
    pub asked: Asked,
    /// What became of it.
    #[zeroize(skip)]
    pub end: PromptEnd,
}

/// What became of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PromptEnd {
    /// This chat confirmed.
    Confirmed,
    /// This chat said that it wasn't them.
    Refused,
    /// This chat picked a number that the browser does not show.
    WrongNumber,
    /// Another linked Telegram account has answered.
    AnsweredElsewhere,
    /// Nobody answered in time.
    Late,
    /// It is over otherwise: another method was used, or it was given up.
    Over,
    /// The Telegram account is no longer linked.
    Unlinked,
}

impl PromptEnd {
    /// Every end.
    pub const ALL: &'static [Self] = &[
        Self::Confirmed,
        Self::Refused,
        Self::WrongNumber,
        Self::AnsweredElsewhere,
        Self::Late,
        Self::Over,
        Self::Unlinked,
    ];
}

/// What else the bot says in a chat.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct BotText {
    /// The chat.
    pub chat: i64,
    /// The language of its words, as a tag.
    pub language: String,
    /// What it is about.
    #[zeroize(skip)]
    pub saying: Saying,
    /// The organisation whose account it is about, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// The accounts that it is about, masked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<String>,
    /// The code that it carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[zeroize(skip)]
    pub code: Option<Zeroizing<String>>,
    /// The data of the button *It wasn't me*, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refuse: Option<String>,
    /// Until when its code or its question works, in milliseconds since 1970 (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
}

/// What the bot has to say beside its questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Saying {
    /// Hello, and how to link: the answer to `/start` alone from a chat that is linked to nothing.
    Start,
    /// The code that links, with the account it is for.
    LinkCode,
    /// The address with which the chat was opened is over or was never given out.
    LinkBad,
    /// The account is linked now.
    Linked,
    /// Linking was refused by its button.
    LinkRefused,
    /// The account is no longer linked.
    Unlinked,
    /// Prompts are switched off for these accounts, or where to switch them off: the answer to `/stop`.
    Stop,
    /// The linked accounts: the answer to `/status`.
    Status,
    /// No account is linked: the answer to `/status` and `/stop`.
    NotLinked,
    /// What the bot understands: the answer to `/help` and to anything else.
    Help,
    /// Typed digits that confirm nothing: wrong ones.
    WrongCode,
    /// Typed digits, and nothing waits for any.
    NothingWaits,
    /// Typed digits were right; the browser goes on.
    Confirmed,
    /// No questions for a while: too many were answered with *It wasn't me*.
    Held,
}

impl Saying {
    /// Every one.
    pub const ALL: &'static [Self] = &[
        Self::Start,
        Self::LinkCode,
        Self::LinkBad,
        Self::Linked,
        Self::LinkRefused,
        Self::Unlinked,
        Self::Stop,
        Self::Status,
        Self::NotLinked,
        Self::Help,
        Self::WrongCode,
        Self::NothingWaits,
        Self::Confirmed,
        Self::Held,
    ];
}

/// A call: both numbers in E.164 with a plus sign.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct CallBody {
    /// Whose phone rings.
    pub to: String,
    /// The number that it shows.
    pub from: String,
}

/// An SMS with a code.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
pub struct SmsBody {
    /// Whose phone: E.164 with a plus sign.
    pub to: String,
    /// The language of its words, as a tag.
    pub language: String,
    /// The name of the organisation whose account it is about.
    pub organisation: String,
    /// The six digits.
    #[zeroize(skip)]
    pub code: Zeroizing<String>,
    /// What the code is for: a name of [`crate::sign_in::Purpose`].
    pub purpose: String,
    /// Until when the code can be answered, in milliseconds since 1970 (UTC): longer than it may wait to be sent.
    pub until: i64,
}

impl Body {
    /// What kind of dispatch it is: a word for figures and pages.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Prompt(_) => "prompt",
            Self::PromptEdit(_) => "edit",
            Self::BotText(_) => "text",
            Self::Call(_) | Self::Sms(_) => "code",
        }
    }

    /// The form in which it is sealed.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads [`Self::to_bytes`] back; `None` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Asked {
        Asked {
            organisation: "Northwind".to_owned(),
            account: "a***@northwind.example".to_owned(),
            purpose: "sign-in".to_owned(),
            at: 5,
            address: "192.0.2.1".to_owned(),
            device: String::new(),
        }
    }

    #[test]
    fn bodies_read_back_and_refuse_what_they_do_not_know() {
        let buttons = vec![
            PromptButton { press: Press::Number(47), data: "p:47".to_owned() },
            PromptButton { press: Press::NotMe, data: "p:no".to_owned() },
        ];
        let (chat, language) = (7, "de".to_owned());
        let style = TelegramStyle::Match;
        let prompt = Prompt { chat, language: language.clone(), asked: asked(), style, buttons, until: 9 };
        let end = PromptEnd::AnsweredElsewhere;
        let edit = PromptEdit { chat, message: 3, language: language.clone(), asked: asked(), end };
        let text = BotText {
            chat,
            language: language.clone(),
            saying: Saying::LinkCode,
            organisation: None,
            accounts: Vec::new(),
            code: Some("012345".to_owned().into()),
            refuse: None,
            until: None,
        };
        let sms = SmsBody {
            to: "+491701234567".to_owned(),
            language,
            organisation: "Northwind".to_owned(),
            code: "012345".to_owned().into(),
            purpose: "sign-in".to_owned(),
            until: 9,
        };
        let call = CallBody { to: "+491701234567".to_owned(), from: "+49301234500".to_owned() };
        let kinds = ["prompt", "edit", "text", "code", "code"];
        let bodies = [
            Body::Prompt(prompt),
            Body::PromptEdit(edit),
            Body::BotText(text),
            Body::Call(call),
            Body::Sms(sms),
        ];
        for (body, kind) in bodies.iter().zip(kinds) {
            let read = Body::from_bytes(&body.to_bytes()).unwrap();
            assert_eq!((read.kind(), read.to_bytes()), (kind, body.to_bytes()));
        }
        assert!(Body::from_bytes(br#"{"what":"call","to":"+4","from":"+4","colour":"red"}"#).is_none());
        assert!(Body::from_bytes(b"{}").is_none());
    }
}
