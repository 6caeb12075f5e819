//! From a letter's data to its parts, in the order in which they are read.

use std::borrow::Cow;

use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::link::LinkPurpose;
use countersign_core::method::Method;
use countersign_core::request::LONGEST_NOTE;
use countersign_core::role::Role;
use countersign_core::session::describe_device;
use countersign_core::sign_in::{Purpose, SuspensionKind};

use super::clean::line;
use super::sayings::{Sayings, purpose, sayings};
use super::{Action, Fact, Letter, LetterStyle, NotYou};
use crate::config::Contact;
use crate::language::Language;
use crate::text;
use crate::words::{Moment, Value, Words};

/// Characters of a name, and of any other value.
const NAME: usize = 80;
/// Characters of the organisation's name in a subject, which stays within 78 so (RFC 5322 section 2.1.1).
const BRAND_IN_SUBJECT: usize = 24;

/// What the parts are made of.
struct Draft<'a> {
    style: &'a LetterStyle,
    words: Words,
    kind: LetterKind,
    says: Sayings,
    body: &'a LetterBody,
    brand: String,
}

/// Makes the parts.
pub(super) fn compose(
    style: &LetterStyle,
    language: Language,
    kind: LetterKind,
    count: u32,
    body: &LetterBody,
) -> Letter {
    let product = || line(&style.product, NAME).unwrap_or_default();
    let brand = body.organisation.as_deref().and_then(|name| line(name, NAME)).unwrap_or_else(product);
    let draft = Draft { style, words: Words::new(language), kind, says: sayings(kind), body, brand };
    let title = draft.title();
    let code = draft.code();
    Letter {
        language,
        subject: draft.subject(&title),
        greeting: draft.greeting(),
        lead: draft.lead(count),
        about_code: if code.is_some() { draft.about_code() } else { Vec::new() },
        action: draft.action(),
        facts: draft.facts(),
        notes: draft.notes(),
        not_you: draft.not_you(),
        support: draft.support(),
        foot: draft.say(text!("letter-foot")),
        title,
        code,
        brand: draft.brand,
    }
}

impl Draft<'_> {
    /// A text with what every text of a letter may name.
    fn say(&self, key: &str) -> String {
        self.say_with(key, &[])
    }

    fn say_with(&self, key: &str, more: &[(&str, &dyn Value)]) -> String {
        let host = self.style.public_address.host();
        let mut values: Vec<(&str, &dyn Value)> = vec![("organisation", &self.brand), ("host", &host)];
        values.extend_from_slice(more);
        self.words.message(key, &values).into_owned()
    }

    fn purpose(&self) -> Option<Purpose> {
        self.body.purpose.as_deref().and_then(Purpose::parse)
    }

    fn title(&self) -> String {
        let key = match (self.kind, self.purpose()) {
            (LetterKind::Code, Some(known)) => purpose(known).0,
            _ => self.says.title,
        };
        self.say(key)
    }

    fn subject(&self, title: &str) -> String {
        match line(&self.brand, BRAND_IN_SUBJECT) {
            Some(brand) => format!("{title} – {brand}"),
            None => title.to_owned(),
        }
    }

    /// Only where the address is known to be the person's: nobody shall have us write his words to strangers by taking
    /// them as a name.
    fn greeting(&self) -> Option<String> {
        let known = self.kind.is_notice()
            || matches!(
                self.kind,
                LetterKind::PasswordReset
                    | LetterKind::AddressChangeUndone
                    | LetterKind::AccountSecured
                    | LetterKind::AccountDisabled
                    | LetterKind::AccountDeleted
                    | LetterKind::EnrolmentReminder
                    | LetterKind::ApiTokenEnding
                    | LetterKind::RequestReceived
                    | LetterKind::DeskAnswer
            );
        let person = line(self.body.person.as_deref()?, NAME)?;
        known.then(|| self.say_with(text!("letter-greeting"), &[("person", &person)]))
    }

    fn lead(&self, count: u32) -> Vec<String> {
        let mut lead = vec![self.lead_text()];
        if count > 1 {
            lead.push(match self.body.at {
                Some(at) => {
                    let time = self.words.exact(Moment(at));
                    self.say_with(text!("letter-bundled"), &[("n", &count), ("time", &time)])
                }
                None => self.say_with(text!("letter-bundled-some-time"), &[("n", &count)]),
            });
        }
        lead.extend(self.message());
        lead
    }

    /// What happened. Reminders name the day, and what ends on it.
    fn lead_text(&self) -> String {
        let Some(undated) = self.says.undated else { return self.say(self.says.lead) };
        let Some(until) = self.body.until else { return self.say(undated) };
        let time = self.words.exact(Moment(until));
        let name = self.body.name.as_deref().and_then(|name| line(name, NAME)).unwrap_or_default();
        self.say_with(self.says.lead, &[("time", &time), ("name", &name)])
    }

    /// What an agent wrote: each line cleaned by itself and a paragraph of its own.
    fn message(&self) -> Vec<String> {
        let text = self.body.message.as_deref().unwrap_or_default();
        text.lines().filter_map(|text| line(text, LONGEST_NOTE)).collect()
    }

    /// The code as it is typed: digits, without anything that a browser's field would not take.
    fn code(&self) -> Option<String> {
        line(self.body.code.as_deref()?, NAME)
    }

    fn about_code(&self) -> Vec<String> {
        let mut about = Vec::new();
        if let Some(reference) = self.body.reference.as_deref().and_then(|text| line(text, NAME)) {
            about.push(self.say_with(text!("letter-code-reference"), &[("reference", &reference)]));
        }
        let life = self.words.duration(self.kind.life());
        about.push(match self.body.until {
            Some(until) => {
                let until = self.words.exact(Moment(until));
                self.say_with(text!("letter-code-until"), &[("life", &life), ("time", &until)])
            }
            None => self.say_with(text!("letter-code-life"), &[("life", &life)]),
        });
        about
    }

    /// What is behind the link, where there is one. It never signs anybody in.
    fn link(&self, label: &str) -> Option<Action> {
        let token = self.body.link.as_deref().filter(|token| is_token(token))?;
        if self.code().is_some() {
            return None;
        }
        let until = self.body.until.filter(|_| !self.tells_of_pause());
        let life = if let Some(until) = until {
            let until = self.words.exact(Moment(until));
            self.say_with(text!("letter-link-until"), &[("time", &until)])
        } else {
            let notice = self.kind.is_notice();
            let life = if notice { LinkPurpose::NotMe.life() } else { self.kind.life() };
            self.say_with(text!("letter-link-life"), &[("life", &self.words.duration(life))])
        };
        Some(Action {
            label: self.say(label),
            address: self.style.public_address.link(&format!("/link/{token}")),
            by_hand: self.say(text!("letter-link-by-hand")),
            life,
        })
    }

    fn action(&self) -> Option<Action> {
        self.says.button.and_then(|label| self.link(label))
    }

    fn not_you(&self) -> Option<NotYou> {
        if !self.kind.is_notice() || self.says.button.is_some() {
            return None;
        }
        let action = self.link(text!("letter-not-you-button"));
        let key =
            if action.is_some() { text!("letter-not-you-secure") } else { text!("letter-not-you-by-hand") };
        Some(NotYou { title: self.say(text!("letter-not-you")), text: self.say(key), action })
    }

    fn facts(&self) -> Vec<Fact> {
        let body = self.body;
        let known = |text: &Option<String>| text.as_deref().and_then(|text| line(text, NAME));
        let device = body.device.as_deref().filter(|text| !text.trim().is_empty());
        let method = body.method.as_deref().and_then(Method::parse);
        let paused = self.tells_of_pause();
        let pause = body.suspension.as_deref().and_then(SuspensionKind::parse);
        let role = body.role.as_deref().and_then(Role::parse);
        let rows: [(&str, Option<String>); 10] = [
            (text!("letter-for"), self.purpose().map(|known| self.say(purpose(known).1))),
            (text!("letter-method"), method.map(|method| self.words.t(method.text_key()).into_owned())),
            (text!("letter-role"), role.map(|role| self.words.t(role_key(role)).into_owned())),
            (self.says.name, known(&body.name)),
            (self.says.email, known(&body.email)),
            (text!("letter-when"), body.at.map(|at| self.words.exact(Moment(at)).into_owned())),
            (text!("letter-address"), known(&body.address)),
            (text!("letter-device"), device.map(|text| self.device(text).into_owned())),
            (text!("letter-suspension"), pause.map(|kind| self.words.t(kind.text_key()).into_owned())),
            (
                text!("letter-paused-until"),
                body.until.filter(|_| paused).map(|until| self.words.exact(Moment(until)).into_owned()),
            ),
        ];
        let facts = rows.into_iter();
        facts.filter_map(|(label, value)| Some(Fact { label: self.say(label), value: value? })).collect()
    }

    /// Whether its end is that of a suspension, and not of its link.
    fn tells_of_pause(&self) -> bool {
        matches!(self.kind, LetterKind::EnteredUnderSuspension | LetterKind::SuspensionStarted)
    }

    fn device(&self, user_agent: &str) -> Cow<'static, str> {
        let device = describe_device(user_agent);
        match (device.browser, device.system) {
            (Some(browser), Some(system)) => self.words.t2("device-on", "browser", browser, "system", system),
            (Some(one), None) | (None, Some(one)) => Cow::Borrowed(one),
            (None, None) => self.words.t("device-unknown"),
        }
    }

    fn notes(&self) -> Vec<String> {
        let mut keys = Vec::new();
        if self.code().is_some() {
            keys.extend([text!("letter-code-guard"), text!("letter-code-not-you")]);
        }
        keys.extend(self.says.after);
        keys.into_iter().map(|key| self.say(key)).collect()
    }

    /// Not beside a code: there, no letter of ours holds any address to follow.
    fn support(&self) -> Option<String> {
        let contact = self.style.support.as_ref().filter(|_| self.kind != LetterKind::Code)?;
        Some(self.say_with(text!("letter-support"), &[("contact", &Contact::label(contact))]))
    }
}

/// The name of a role in words.
fn role_key(role: Role) -> &'static str {
    match role {
        Role::Member => text!("admin-role-member"),
        Role::Support => text!("admin-role-support"),
        Role::Administrator => text!("admin-role-administrator"),
    }
}

/// Whether it is made of what our tokens are made of, so that an address of it is one word.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
