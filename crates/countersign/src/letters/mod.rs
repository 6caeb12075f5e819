//! The letters people get, in words and in their look. A letter is data until it is sent; here it becomes a subject, a
//! text and a page.
//!
//! What stands in a letter may come from strangers: device names, display names, a browser's description. It is cleaned
//! and cut here, and escaped by the templates. Links are built from the configured public address alone.

mod clean;
mod compose;
mod sayings;
pub mod sms;
pub mod telegram;
mod wrap;

use askama::Template;
use countersign_core::letter::{LetterBody, LetterKind};

use crate::config::{Contact, PublicAddress, Settings};
use crate::language::Language;

/// What all letters of an installation share.
#[derive(Clone)]
pub struct LetterStyle {
    /// The installation's name; it stands on top where no organisation is named.
    pub product: String,
    /// The address people type; it alone builds links.
    pub public_address: PublicAddress,
    /// Where people who need help are sent.
    pub support: Option<Contact>,
}

impl LetterStyle {
    /// As the operator set it.
    pub fn of(settings: &Settings) -> Self {
        Self {
            product: settings.product.clone(),
            public_address: settings.public_address.clone(),
            support: settings.support.clone(),
        }
    }
}

/// A letter that is ready to be sent. Without `Debug`: it may hold a code or a link.
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// The plain part.
    pub text: String,
    /// The part with a look: a whole HTML document.
    pub html: String,
}

/// Puts a letter into words. `count` is how often it happened since the last letter of its bundle, at least 1.
///
/// What each kind makes of [`LetterBody::email`]: the new address where a change is told to the old one, the former
/// address where it is told to the new one, the address given up where a change was taken back. [`LetterBody::until`] is
/// the end of the code or the link, and of the suspension in a letter about one.
///
/// # Errors
///
/// None is known; a template that cannot be filled would be one.
pub fn render(
    style: &LetterStyle,
    language: Language,
    kind: LetterKind,
    count: u32,
    body: &LetterBody,
) -> Result<Rendered, askama::Error> {
    let letter = compose::compose(style, language, kind, count, body);
    Ok(Rendered {
        text: Text { letter: &letter }.render()? + "\n",
        html: Html { letter: &letter }.render()?,
        subject: letter.subject,
    })
}

/// The parts of a letter, in the order in which they are read. All cleaned, none escaped.
struct Letter {
    language: Language,
    subject: String,
    brand: String,
    title: String,
    greeting: Option<String>,
    lead: Vec<String>,
    code: Option<String>,
    /// What is said of the code: what it answers, how long it works, who may have it.
    about_code: Vec<String>,
    action: Option<Action>,
    facts: Vec<Fact>,
    notes: Vec<String>,
    not_you: Option<NotYou>,
    support: Option<String>,
    foot: String,
}

/// A button and where it leads.
struct Action {
    label: String,
    address: String,
    /// Stands above the address in the page, for whoever cannot press the button.
    by_hand: String,
    /// How long it works.
    life: String,
}

/// Something that happened, in a word, and what.
struct Fact {
    label: String,
    value: String,
}

/// "Was this not you?"
struct NotYou {
    title: String,
    text: String,
    action: Option<Action>,
}

#[derive(Template)]
#[template(path = "letters/frame.html")]
struct Html<'a> {
    letter: &'a Letter,
}

#[derive(Template)]
#[template(path = "letters/frame.txt")]
struct Text<'a> {
    letter: &'a Letter,
}

impl Text<'_> {
    fn wrap(text: &str) -> String {
        wrap::wrap(text)
    }
}

#[cfg(test)]
mod tests;
