//! The courier: takes one letter at a time out of the house, and says what became of it.
//!
//! It keeps nothing and repeats nothing. Whoever calls it holds the letter until it was accepted, refused or too late.

pub mod http_sms;
pub mod phone_tray;
pub mod phones;
pub mod sip;
pub mod smpp;
pub mod sms;
pub mod smtp;
pub mod telegram;
pub mod tray;

use countersign_core::email::EmailAddress;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, Zeroizing};

/// A letter, ready to be sent. It may hold a code or a link, so it has no `Debug` and is wiped when dropped.
#[derive(Clone)]
pub struct Mail {
    /// The left part of its Message-ID: ASCII letters, digits, dots, dashes and underscores, 1 to 100 of them. The
    /// same letter sent again keeps it, so that mailboxes can tell a repetition.
    pub id: String,
    /// Who gets it.
    pub to: EmailAddress,
    /// The subject. Control characters in it become blanks.
    pub subject: String,
    /// The body as plain text.
    pub text: String,
    /// The same body as HTML.
    pub html: String,
    /// What both are written in, as a language tag such as `de` (RFC 5646).
    pub language: String,
}

impl Drop for Mail {
    fn drop(&mut self) {
        self.subject.zeroize();
        self.text.zeroize();
        self.html.zeroize();
    }
}

/// What became of a letter. Reasons are in our own words, with the reply code and the cleaned, shortened words of the
/// server; they never hold an address, a code or a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A server has taken it over.
    Accepted {
        /// Which one, as host and port.
        server: String,
    },
    /// Nobody will ever take it: this recipient, or this letter.
    Refused {
        /// Who said so, as host and port; `none` where no server was asked.
        server: String,
        /// Why.
        reason: String,
    },
    /// Not now: try again.
    Later {
        /// Why.
        reason: String,
    },
}

/// What came of asking one server whether it would take letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Which one, as host and port.
    pub server: String,
    /// Nothing, or why it would not.
    pub result: Result<(), String>,
}

/// The ways out of the house.
pub enum Post {
    /// Mail servers.
    Smtp(smtp::Smtp),
    /// A tray in memory, for the demo and for tests.
    Tray(tray::Tray),
    /// None: no mail is set up.
    Nowhere,
}

impl Post {
    /// Sends a letter once. It takes 45 seconds at most.
    pub async fn send(&self, mail: &Mail) -> Outcome {
        match self {
            Self::Smtp(smtp) => smtp.send(mail).await,
            Self::Tray(tray) => tray.send(mail),
            Self::Nowhere => Outcome::Later { reason: NO_MAIL.to_owned() },
        }
    }

    /// Asks every server whether it would take letters: connects and logs in, and sends nothing.
    pub async fn probe(&self) -> Vec<Probe> {
        match self {
            Self::Smtp(smtp) => smtp.probe().await,
            Self::Tray(tray) => vec![tray.probe()],
            Self::Nowhere => Vec::new(),
        }
    }

    /// Whether letters can leave at all.
    pub const fn is_on(&self) -> bool {
        !matches!(self, Self::Nowhere)
    }
}

const NO_MAIL: &str = "no mail server is set up";

/// A password, or a text that holds a code. It has no `Debug` and is wiped when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// Whether somebody has shown the same. How long it takes tells nothing but the length.
    pub fn is(&self, shown: &[u8]) -> bool {
        self.reveal().as_bytes().ct_eq(shown).into()
    }

    /// Whether it has at least so many bytes.
    pub fn has(&self, bytes: usize) -> bool {
        self.reveal().len() >= bytes
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}
