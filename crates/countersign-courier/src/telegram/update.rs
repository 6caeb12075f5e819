//! What people do: they write, press buttons, and block the bot.

use std::fmt;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{CallbackData, MessageId};

/// The kinds of updates that are asked for (Bot API, `getUpdates`).
pub(super) const KINDS: [&str; 3] = ["message", "callback_query", "my_chat_member"];
/// The largest number that an update has: the Bot API's server counts in 32 bits.
const LAST: i64 = i32::MAX as i64;

/// Something that happened. Its `Debug` tells the kind and the number only.
#[derive(Clone, PartialEq, Eq)]
pub enum Update {
    /// Somebody wrote.
    Message {
        /// The number of the update.
        update_id: i64,
        /// Where.
        chat: Chat,
        /// Who. Nobody, for what a channel says.
        from: Option<Sender>,
        /// What. Pictures, voices and so on come without.
        text: Option<String>,
        /// When, in seconds since 1970 by Telegram's clock.
        date: i64,
    },
    /// Somebody pressed a button, or claims to: anybody who sees a message can send any data for it.
    Callback {
        /// The number of the update.
        update_id: i64,
        /// What [`super::Bot::answer_callback`] answers to.
        id: String,
        /// Who.
        from: Sender,
        /// The chat of the message with the button.
        chat: Option<Chat>,
        /// The message.
        message_id: Option<MessageId>,
        /// What came with the button.
        data: CallbackData,
    },
    /// Somebody blocked the bot, took it out of a group, or let it in (again).
    Membership {
        /// The number of the update.
        update_id: i64,
        /// Where. A private chat: with whom.
        chat: Chat,
        /// Who did it.
        from: Sender,
        /// Whether the bot can no longer write there.
        blocked: bool,
    },
    /// Something else, or something that can't be read. It is to be marked as handled like any other.
    Odd {
        /// The number of the update.
        update_id: i64,
    },
}

/// A chat.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Chat {
    /// Its number: that of the person in a private chat, negative in a group.
    pub id: i64,
    /// Whether it is between one person and the bot.
    pub private: bool,
}

/// A Telegram account.
#[derive(Clone, PartialEq, Eq)]
pub struct Sender {
    /// Its number, which never changes and is given to nobody else.
    pub id: i64,
    /// Whether it is a bot itself.
    pub is_bot: bool,
    /// What its owner calls it: any characters.
    pub first_name: String,
    /// What it can be found by, without `@`. It changes hands.
    pub username: Option<String>,
    /// The language of the owner's app, as a language tag such as `de` or `pt-br`.
    pub language_code: Option<String>,
}

impl Update {
    /// Its number. Numbers grow by one, but for this: when nothing happened for a week, the next one is any number, which may
    /// be smaller.
    pub const fn update_id(&self) -> i64 {
        match self {
            Self::Message { update_id, .. }
            | Self::Callback { update_id, .. }
            | Self::Membership { update_id, .. }
            | Self::Odd { update_id } => *update_id,
        }
    }

    /// Reads one update. Without a number it is none.
    pub(super) fn read(text: &str) -> Option<Self> {
        let Numbered { update_id } = serde_json::from_str(text).ok()?;
        if !(0..=LAST).contains(&update_id) {
            return None;
        }
        let happened = serde_json::from_str::<Happened>(text).ok().and_then(Happened::told);
        Some(happened.unwrap_or(Self::Odd { update_id }))
    }

    /// Reads a list of updates, each for itself. Those without a number are left out.
    pub(super) fn read_all(list: &[Box<RawValue>]) -> Vec<Self> {
        list.iter().filter_map(|one| Self::read(one.get())).collect()
    }
}

impl fmt::Debug for Update {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            Self::Message { .. } => "Message",
            Self::Callback { .. } => "Callback",
            Self::Membership { .. } => "Membership",
            Self::Odd { .. } => "Odd",
        };
        f.debug_struct(kind).field("update_id", &self.update_id()).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Numbered {
    update_id: i64,
}

#[derive(Deserialize)]
struct Happened {
    update_id: i64,
    message: Option<Said>,
    callback_query: Option<Pressed>,
    my_chat_member: Option<Changed>,
}

#[derive(Deserialize)]
struct Said {
    chat: RawChat,
    from: Option<RawSender>,
    text: Option<String>,
    date: i64,
}

#[derive(Deserialize)]
struct Pressed {
    id: String,
    from: RawSender,
    message: Option<Held>,
    data: Option<String>,
}

/// The message with the button; of one that is too old there is hardly more than this.
#[derive(Deserialize)]
struct Held {
    message_id: i64,
    chat: RawChat,
}

#[derive(Deserialize)]
struct Changed {
    chat: RawChat,
    from: RawSender,
    new_chat_member: Member,
}

#[derive(Deserialize)]
struct Member {
    status: String,
}

#[derive(Deserialize)]
struct RawChat {
    id: i64,
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct RawSender {
    id: i64,
    is_bot: bool,
    first_name: String,
    username: Option<String>,
    language_code: Option<String>,
}

impl Happened {
    fn told(self) -> Option<Update> {
        let update_id = self.update_id;
        match (self.message, self.callback_query, self.my_chat_member) {
            (Some(said), None, None) => Some(Update::Message {
                update_id,
                chat: said.chat.into(),
                from: said.from.map(Sender::from),
                text: said.text,
                date: said.date,
            }),
            (None, Some(pressed), None) => Some(Update::Callback {
                update_id,
                id: pressed.id,
                from: pressed.from.into(),
                message_id: pressed.message.as_ref().map(|held| MessageId(held.message_id)),
                chat: pressed.message.map(|held| held.chat.into()),
                data: CallbackData::parse(&pressed.data?)?,
            }),
            (None, None, Some(changed)) => Some(Update::Membership {
                update_id,
                chat: changed.chat.into(),
                from: changed.from.into(),
                blocked: matches!(changed.new_chat_member.status.as_str(), "kicked" | "left"),
            }),
            _ => None,
        }
    }
}

impl From<RawChat> for Chat {
    fn from(raw: RawChat) -> Self {
        Self { id: raw.id, private: raw.kind == "private" }
    }
}

impl From<RawSender> for Sender {
    fn from(raw: RawSender) -> Self {
        let RawSender { id, is_bot, first_name, username, language_code } = raw;
        Self { id, is_bot, first_name, username, language_code }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: &str = r#"{"id":77,"is_bot":false,"first_name":"Ada","language_code":"de"}"#;
    const CHAT: &str = r#"{"id":77,"type":"private"}"#;

    #[test]
    fn what_people_do_is_read() {
        let said = format!(
            r#"{{"update_id":5,"message":{{"message_id":1,"chat":{CHAT},"from":{ADA},"text":"/start a","date":9,"new":[]}}}}"#
        );
        let Some(Update::Message { update_id: 5, chat, from: Some(from), text, date: 9 }) =
            Update::read(&said)
        else {
            panic!("a message");
        };
        assert!(chat.private && chat.id == 77 && from.id == 77 && !from.is_bot);
        assert_eq!((text.as_deref(), from.language_code.as_deref()), (Some("/start a"), Some("de")));
        let held = format!(r#"{{"chat":{CHAT},"message_id":3,"date":0}}"#);
        let pressed = format!(
            r#"{{"update_id":6,"callback_query":{{"id":"17","from":{ADA},"message":{held},"data":"a","chat_instance":"1"}}}}"#
        );
        let Some(Update::Callback { id, message_id, data, .. }) = Update::read(&pressed) else {
            panic!("a press")
        };
        assert_eq!((id.as_str(), message_id, data.as_str()), ("17", Some(MessageId(3)), "a"));
        for (status, blocks) in
            [("kicked", true), ("left", true), ("member", false), ("administrator", false)]
        {
            let changed = format!(
                r#"{{"update_id":7,"my_chat_member":{{"chat":{CHAT},"from":{ADA},"new_chat_member":{{"status":"{status}"}}}}}}"#
            );
            assert!(
                matches!(Update::read(&changed), Some(Update::Membership { blocked, .. }) if blocked == blocks)
            );
        }
    }

    #[test]
    fn what_cannot_be_read_keeps_its_number() {
        let long = "a".repeat(65);
        for odd in [
            r#"{"update_id":5}"#.to_owned(),
            r#"{"update_id":5,"poll":{"id":1e999}}"#.to_owned(),
            r#"{"update_id":5,"message":17}"#.to_owned(),
            r#"{"update_id":5,"message":{"chat":{"id":"x","type":"private"},"date":1}}"#.to_owned(),
            format!(r#"{{"update_id":5,"message":{{"chat":{CHAT},"date":1,"text":"\ud83d"}}}}"#),
            format!(
                r#"{{"update_id":5,"message":{{"chat":{CHAT},"date":1}},"callback_query":{{"id":"1","from":{ADA},"data":"a"}}}}"#
            ),
            format!(r#"{{"update_id":5,"callback_query":{{"id":"1","from":{ADA},"data":"{long}"}}}}"#),
            format!(r#"{{"update_id":5,"callback_query":{{"id":"1","from":{ADA},"game_short_name":"a"}}}}"#),
        ] {
            assert!(matches!(Update::read(&odd), Some(Update::Odd { update_id: 5 })), "{odd}");
        }
        for none in [
            "",
            "[]",
            "{}",
            r#"{"update_id":"5"}"#,
            r#"{"update_id":-1}"#,
            r#"{"update_id":9223372036854775807}"#,
        ] {
            assert!(Update::read(none).is_none(), "{none}");
        }
    }

    #[test]
    fn no_log_learns_who_or_what() {
        let said =
            format!(r#"{{"update_id":5,"message":{{"chat":{CHAT},"from":{ADA},"text":"secret","date":9}}}}"#);
        assert_eq!(format!("{:?}", Update::read(&said)), "Some(Message { update_id: 5, .. })");
    }
}
