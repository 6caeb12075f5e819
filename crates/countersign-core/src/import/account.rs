//! Accounts: one line of CSV or of JSON Lines each.

use serde::Deserialize;
use zeroize::Zeroizing;

use super::reason::{Fault, Reason};
use crate::clean::is_hidden;
use crate::email::EmailAddress;
use crate::name::DisplayName;
use crate::password::foreign::ForeignHash;
use crate::role::Role;
use crate::time::Timestamp;

/// Longest id that another system gave an account, in characters.
pub const LONGEST_EXTERNAL_ID: usize = 200;

const FIELDS: [&str; 9] = [
    "email",
    "display_name",
    "role",
    "language",
    "email_verified",
    "password_hash",
    "created_at",
    "external_id",
    "organisation",
];

/// One account as its line has it. An empty field is a missing one.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RawAccount {
    email: Option<String>,
    display_name: Option<String>,
    role: Option<String>,
    language: Option<String>,
    email_verified: Option<Flag>,
    password_hash: Option<Zeroizing<String>>,
    created_at: Option<String>,
    external_id: Option<String>,
    organisation: Option<String>,
}

/// `true` or `false`; in CSV as a word.
#[derive(Deserialize)]
#[serde(untagged)]
enum Flag {
    Bool(bool),
    Word(String),
}

impl Flag {
    fn read(&self) -> Option<bool> {
        let word = match self {
            Self::Bool(flag) => return Some(*flag),
            Self::Word(word) => word.trim().to_ascii_lowercase(),
        };
        match word.as_str() {
            "true" | "yes" | "1" => Some(true),
            "false" | "no" | "0" | "" => Some(false),
            _ => None,
        }
    }
}

impl RawAccount {
    /// Reads one line of JSON Lines: an object with known fields, each once.
    ///
    /// # Errors
    /// What is wrong with the line.
    pub fn json(line: &str) -> Result<Self, Fault> {
        // A derived reader would take a list for the fields in their order.
        if !line.trim_start().starts_with('{') {
            return Err(Fault::line(Reason::NotJson));
        }
        serde_json::from_str(line).map_err(|error| Fault::line(json_reason(&error)))
    }

    fn field(&mut self, name: &str, text: &str) {
        let value = || Some(text.to_owned());
        match name {
            "email" => self.email = value(),
            "display_name" => self.display_name = value(),
            "role" => self.role = value(),
            "language" => self.language = value(),
            "email_verified" => self.email_verified = Some(Flag::Word(text.to_owned())),
            "password_hash" => self.password_hash = Some(Zeroizing::new(text.to_owned())),
            "created_at" => self.created_at = value(),
            "external_id" => self.external_id = value(),
            _ => self.organisation = value(),
        }
    }
}

/// What the parser says without its quotations, which may be of a hash.
fn json_reason(error: &serde_json::Error) -> Reason {
    if error.classify() != serde_json::error::Category::Data {
        return Reason::NotJson;
    }
    let text = error.to_string();
    let named = |rest: &str| Reason::quoted(rest.split('`').next().unwrap_or_default());
    if let Some(rest) = text.strip_prefix("unknown field `") {
        return Reason::UnknownField(named(rest));
    }
    if let Some(rest) = text.strip_prefix("duplicate field `") {
        return Reason::TwiceGiven(named(rest));
    }
    Reason::WrongKind
}

/// The columns of a CSV file, by its first line.
#[derive(Debug, PartialEq, Eq)]
pub struct Columns(Vec<&'static str>);

impl Columns {
    /// Reads the names in the first line, in any order.
    ///
    /// # Errors
    /// A name that is unknown or stands twice, or no `email`.
    pub fn parse<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<Self, Fault> {
        let mut found: Vec<&'static str> = Vec::new();
        for name in names {
            let name = name.trim();
            let Some(field) = FIELDS.into_iter().find(|field| *field == name) else {
                return Err(Fault::line(Reason::UnknownField(Reason::quoted(name))));
            };
            if found.contains(&field) {
                return Err(Fault::new(field, Reason::TwiceGiven(field.to_owned())));
            }
            found.push(field);
        }
        if found.contains(&"email") { Ok(Self(found)) } else { Err(Fault::new("email", Reason::Missing)) }
    }

    /// One line below the first.
    ///
    /// # Errors
    /// When it has another number of fields.
    pub fn read<'a>(&self, fields: impl ExactSizeIterator<Item = &'a str>) -> Result<RawAccount, Fault> {
        if fields.len() != self.0.len() {
            return Err(Fault::line(Reason::FieldCount));
        }
        let mut raw = RawAccount::default();
        for (name, text) in self.0.iter().zip(fields) {
            raw.field(name, text);
        }
        Ok(raw)
    }
}

/// An account that can be added, as far as its line tells.
pub struct AccountLine {
    /// Its address.
    pub email: EmailAddress,
    /// Its name; the address's part before the `@` where the line has none.
    pub display_name: DisplayName,
    /// What it may do; a member where the line says nothing.
    pub role: Role,
    /// The tag of its language; `None` leaves it to the browser.
    pub language: Option<String>,
    /// Whether the other system had proved the address.
    pub email_verified: bool,
    /// The other system's password hash, which [`crate::password::foreign::keep`] takes.
    pub password_hash: Option<Zeroizing<String>>,
    /// When the other system made the account.
    pub created_at: Option<Timestamp>,
    /// The other system's id of it.
    pub external_id: Option<String>,
    /// The short name of its organisation; `None`: the one of the whole import.
    pub organisation: Option<String>,
}

fn present(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

impl AccountLine {
    /// Judges what a line has. `languages` are the tags that are spoken here, `now` is after every past, and `time` reads
    /// an instant (RFC 3339) or a day.
    ///
    /// # Errors
    /// The first field that is not accepted.
    pub fn judge(
        raw: RawAccount,
        languages: &[&str],
        now: Timestamp,
        time: impl Fn(&str) -> Option<Timestamp>,
    ) -> Result<Self, Fault> {
        let typed = present(raw.email).ok_or(Fault::new("email", Reason::Missing))?;
        let email = EmailAddress::parse(&typed).map_err(|fault| Fault::new("email", Reason::Email(fault)))?;
        let name = present(raw.display_name);
        let name = name.unwrap_or_else(|| email.local().chars().take(40).collect());
        let display_name =
            DisplayName::parse(&name).map_err(|fault| Fault::new("display_name", Reason::Name(fault)))?;
        let role = present(raw.role).map_or(Some(Role::Member), |role| Role::parse(&role));
        let language = present(raw.language);
        if language.as_deref().is_some_and(|tag| !languages.contains(&tag)) {
            return Err(Fault::new("language", Reason::Language));
        }
        let verified = raw.email_verified.map_or(Some(false), |flag| flag.read());
        let password_hash = raw.password_hash.filter(|hash| !hash.is_empty());
        if let Some(hash) = &password_hash {
            ForeignHash::parse(hash).map_err(|fault| Fault::new("password_hash", Reason::Hash(fault)))?;
        }
        let created_at = match present(raw.created_at) {
            None => None,
            Some(text) => {
                let past = time(&text).filter(|at| *at <= now && at.as_millis() >= 0);
                Some(past.ok_or(Fault::new("created_at", Reason::Time))?)
            }
        };
        Ok(Self {
            email,
            display_name,
            role: role.ok_or(Fault::new("role", Reason::Role))?,
            language,
            email_verified: verified.ok_or(Fault::new("email_verified", Reason::Flag))?,
            password_hash,
            created_at,
            external_id: short(present(raw.external_id), "external_id")?,
            organisation: short(present(raw.organisation), "organisation")?,
        })
    }
}

fn short(text: Option<String>, field: &'static str) -> Result<Option<String>, Fault> {
    let bad = |text: &String| text.chars().count() > LONGEST_EXTERNAL_ID || text.chars().any(is_hidden);
    if text.as_ref().is_some_and(bad) {
        return Err(Fault::new(field, Reason::BadText(LONGEST_EXTERNAL_ID)));
    }
    Ok(text)
}
