//! What people ask the support desk for, and what the desk writes about it.

use unicode_normalization::UnicodeNormalization;

use crate::clean::is_hidden;
use crate::text::Text;

/// Longest message of a request, in code points.
pub const LONGEST_MESSAGE: usize = 2000;
/// Longest note of the desk, mailed or not, in code points. What an agent explains may be longer than what was asked.
pub const LONGEST_NOTE: usize = 4000;
/// Longest search at the desk, in code points: as long as an e-mail address may be.
pub const LONGEST_SEARCH: usize = 254;
/// Longest reason for taking a factor away, in code points.
pub const LONGEST_REASON: usize = 500;

macro_rules! words {
    ($(#[$about:meta])* $kind:ident { $($(#[$doc:meta])* $name:ident = $text:literal, $key:literal;)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $kind {
            $($(#[$doc])* $name,)+
        }

        impl $kind {
            /// Every one, in the order in which people see them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The name in the database, in forms and in the API.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// The one of this name.
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$name),)+
                    _ => None,
                }
            }

            /// Key of the words for people.
            pub const fn text_key(self) -> &'static str {
                match self {
                    $(Self::$name => $key,)+
                }
            }
        }
    };
}

words! {
    /// What somebody lacks who can't do the second step.
    Lost {
        /// The phone or device with the codes is lost, stolen or broken.
        LostPhone = "lost-phone", "request-lost-phone";
        /// A new phone has taken the old one's place, without its codes.
        NewPhone = "new-phone", "request-new-phone";
        /// The codes don't come, or aren't accepted.
        NoCodes = "no-codes", "request-no-codes";
        /// Something else.
        Other = "other", "request-other";
    }
}

words! {
    /// How far the desk has come with a request.
    RequestState {
        /// Nobody has taken it.
        Open = "open", "request-state-open";
        /// An agent has taken it.
        InProgress = "in-progress", "request-state-in-progress";
        /// The desk has written to the person.
        Answered = "answered", "request-state-answered";
        /// It is done.
        Closed = "closed", "request-state-closed";
    }
}

words! {
    /// What the browser had proved when the request was made. It says nothing about who sits there beyond that.
    RequestProof {
        /// Nothing: anybody can type an address.
        Nothing = "nothing", "request-proof-nothing";
        /// The account's password.
        Password = "password", "request-proof-password";
        /// A link that was mailed to the account's address.
        MailedLink = "mailed-link", "request-proof-mailed-link";
        /// A sign-in at the organisation's identity provider.
        Provider = "provider", "request-proof-provider";
        /// A whole session.
        Session = "session", "request-proof-session";
    }
}

impl RequestProof {
    /// What a challenge proves, by the name of its first step.
    pub fn of_first_step(name: &str) -> Self {
        match name {
            "password" => Self::Password,
            "reset" | "invitation" | "sign-up" => Self::MailedLink,
            "provider" => Self::Provider,
            "session" => Self::Session,
            _ => Self::Nothing,
        }
    }
}

/// Why a text was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProseFault {
    /// Nothing that can be seen was typed.
    #[error("the text is empty")]
    Empty,
    /// It has more code points than this.
    #[error("the text is longer than {0} characters")]
    TooLong(usize),
}

impl ProseFault {
    /// What to tell the person.
    pub fn text(self) -> Text {
        match self {
            Self::Empty => Text::new("prose-fault-empty"),
            Self::TooLong(most) => Text::new("prose-fault-too-long").with("most", most),
        }
    }
}

/// What somebody wrote in sentences: line breaks are one character each, hidden characters are gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prose(String);

impl Prose {
    /// Reads a text of 1 to `most` code points as it was typed. Whatever could change how the text around it is shown
    /// (control characters, changes of direction, zero width) is dropped, as people paste such things unseen.
    ///
    /// # Errors
    ///
    /// Nothing is left of it, or more than `most`.
    pub fn parse(text: &str, most: usize) -> Result<Self, ProseFault> {
        let text =
            text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n").replace('\t', " ");
        let kept: String = text.nfc().filter(|c| *c == '\n' || !is_hidden(*c)).collect();
        let kept = kept.trim();
        if kept.is_empty() {
            return Err(ProseFault::Empty);
        }
        if kept.chars().count() > most {
            return Err(ProseFault::TooLong(most));
        }
        Ok(Self(kept.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for &lost in Lost::ALL {
            assert_eq!(Lost::parse(lost.as_str()), Some(lost));
        }
        for &state in RequestState::ALL {
            assert_eq!(RequestState::parse(state.as_str()), Some(state));
        }
        for &proof in RequestProof::ALL {
            assert_eq!(RequestProof::parse(proof.as_str()), Some(proof));
        }
        assert_eq!(Lost::parse("Lost-Phone"), None);
    }

    #[test]
    fn an_unknown_first_step_proves_nothing() {
        assert_eq!(RequestProof::of_first_step("password"), RequestProof::Password);
        assert_eq!(RequestProof::of_first_step("reset"), RequestProof::MailedLink);
        assert_eq!(RequestProof::of_first_step("whatever"), RequestProof::Nothing);
    }

    #[test]
    fn prose_keeps_its_lines_and_nothing_that_hides() {
        let most = 28;
        for (typed, kept) in [
            ("  My phone fell\r\ninto the sea.\r", Ok("My phone fell\ninto the sea.")),
            ("a\u{202e}b\u{200b}c\u{1b}[31m", Ok("abc[31m")),
            ("a\u{2028}b\tc", Ok("a\nb c")),
            ("cafe\u{301}", Ok("caf\u{e9}")),
            (" \r\n\u{200b}", Err(ProseFault::Empty)),
            ("", Err(ProseFault::Empty)),
            ("12345678901234567890123456789", Err(ProseFault::TooLong(28))),
        ] {
            let read = Prose::parse(typed, most);
            assert_eq!(read.as_ref().map(Prose::as_str).map_err(|fault| *fault), kept, "{typed:?}");
        }
    }
}
