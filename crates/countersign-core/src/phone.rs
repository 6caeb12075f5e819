//! Phone numbers, the numbers that call them, and what calls and messages may cost (MSG-6, MSG-7).
//!
//! [`number`] reads what people type, [`pool`] draws the number that calls, [`destination`] says where calls and messages may
//! go, [`spend`] stops what costs too much or comes back too seldom.

pub mod destination;
pub mod number;
pub mod pool;
pub mod spend;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::method::UnknownName;

pub use number::{Line, NumberFault, PhoneNumber};

/// How a code reaches a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// A call that nobody need answer: the last four digits of the number that is shown are the code.
    Call,
    /// An SMS with six digits.
    Sms,
}

impl Channel {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Call, Self::Sms];

    /// The name in storage, the API and the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Sms => "sms",
        }
    }

    /// Reads [`Self::as_str`] back; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|channel| channel.as_str() == text)
    }
}

/// A country or territory by its two letters of ISO 3166-1, one that has phone numbers of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

impl Country {
    /// Germany.
    pub const GERMANY: Self = Self(*b"DE");

    /// Reads two letters, in either case. `None` for any other text, and for letters that stand for no such place.
    pub fn parse(text: &str) -> Option<Self> {
        let upper = text.to_ascii_uppercase();
        let letters: [u8; 2] = upper.as_bytes().try_into().ok()?;
        upper.parse::<phonenumber::country::Id>().ok()?;
        Some(Self(letters))
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// What follows the digits that dial out of this country, if the number begins with them.
    fn dials_abroad(self, dialled: &str) -> Option<&str> {
        let plan = phonenumber::metadata::DATABASE.by_id(self.as_str())?;
        let found = plan.international_prefix()?.find(dialled).filter(|found| found.start() == 0)?;
        Some(&dialled[found.end()..])
    }

    /// As the library knows it.
    fn id(self) -> Option<phonenumber::country::Id> {
        self.as_str().parse().ok()
    }
}

impl fmt::Display for Country {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Country({self})")
    }
}

impl FromStr for Country {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::parse(text).ok_or(UnknownName("country"))
    }
}

impl TryFrom<String> for Country {
    type Error = UnknownName;

    fn try_from(text: String) -> Result<Self, UnknownName> {
        text.parse()
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for &channel in Channel::ALL {
            assert_eq!(Channel::parse(channel.as_str()), Some(channel));
            assert_eq!(serde_json::to_value(channel).unwrap(), channel.as_str());
        }
        assert_eq!(Channel::parse("Call"), None);
        for (text, read) in [("de", Some("DE")), ("RU", Some("RU")), ("gB", Some("GB"))] {
            assert_eq!(Country::parse(text).map(|country| country.to_string()).as_deref(), read);
        }
        for text in ["", "D", "DEU", "é", "ZZ", "49", "00"] {
            assert_eq!(Country::parse(text), None, "{text}");
        }
        let germany = Country::parse("DE").unwrap();
        assert_eq!(serde_json::to_value(germany).unwrap(), "DE");
        assert_eq!(serde_json::from_value::<Country>("de".into()).unwrap(), germany);
        assert!(serde_json::from_value::<Country>("XYZ".into()).is_err());
    }
}
