//! The second-step methods that exist, and how strong each is.
//!
//! Every factor and every session carries a [`Class`], never only "two-factor yes or no": a policy names the
//! lowest class it accepts, and staff need [`Class::Strong`] or better. How strong a method is depends on how the
//! policy has it used, so [`crate::policy::Policy::class_of`] alone tells.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A name in storage or in a request that is none of the known ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unknown {0}")]
pub struct UnknownName(pub &'static str);

/// A kind of second step. Adding one means adding a variant here and what the compiler then asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// A code of an authenticator app or programmable token (RFC 6238).
    Authenticator,
    /// A one-time code sent to the account's e-mail address.
    Email,
    /// A question to the linked Telegram accounts, answered in the chat (MSG-2).
    Telegram,
    /// A phone number: the last four digits of the number that calls, or a code by SMS (MSG-6, MSG-7).
    Phone,
    /// The saved key that signs in once, for whoever has lost everything else. Never a daily factor: it counts only
    /// beside one.
    RecoveryKey,
    /// The code that support reads out while it has suspended the second step. Nobody enrols it.
    SupportCode,
}

impl Method {
    /// Every method, in the order in which pages list them.
    pub const ALL: &'static [Self] = &[
        Self::Authenticator,
        Self::Email,
        Self::Telegram,
        Self::Phone,
        Self::RecoveryKey,
        Self::SupportCode,
    ];

    /// The name in storage, the API and the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authenticator => "authenticator",
            Self::Email => "email",
            Self::Telegram => "telegram",
            Self::Phone => "phone",
            Self::RecoveryKey => "recovery-key",
            Self::SupportCode => "support-code",
        }
    }

    /// Reads [`Self::as_str`] back; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|method| method.as_str() == text)
    }

    /// Whether it is a daily factor: one that makes the second step be asked for. A recovery key alone does not.
    pub fn is_daily(self) -> bool {
        match self {
            Self::Authenticator | Self::Email | Self::Telegram | Self::Phone => true,
            Self::RecoveryKey | Self::SupportCode => false,
        }
    }

    /// Whether an account can have it for itself.
    pub fn is_enrollable(self) -> bool {
        match self {
            Self::Authenticator | Self::Email | Self::Telegram | Self::Phone | Self::RecoveryKey => true,
            Self::SupportCode => false,
        }
    }

    /// Whether it is proof enough for changes of the account, and a sign-in by it counts as recent proof. Four digits of a
    /// call never are: they sign in, and whoever wants to change something shows another method first.
    pub fn proves_changes(self) -> bool {
        match self {
            Self::Authenticator | Self::Email | Self::Telegram | Self::RecoveryKey | Self::SupportCode => {
                true
            }
            Self::Phone => false,
        }
    }

    /// The key of the method's name in the pages' texts.
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Authenticator => "method-authenticator",
            Self::Email => "method-email",
            Self::Telegram => "method-telegram",
            Self::Phone => "method-phone",
            Self::RecoveryKey => "method-recovery-key",
            Self::SupportCode => "method-support-code",
        }
    }
}

/// How much a second step proves, from nothing to phishing-resistant. The order is the strength, so classes
/// compare with `<`.
///
/// The grading follows NIST SP 800-63B-4 sections 3.1.2 to 3.1.4 and ASVS 5.0 sections 6.3 to 6.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// No second step: the first step alone.
    None,
    /// Below what the standards accept as a second step, for example a code sent by e-mail.
    Weak,
    /// A saved recovery code: never a daily factor.
    Recovery,
    /// Accepted only beside an unrestricted alternative, for example a code sent by SMS.
    Restricted,
    /// A one-time code made on a device that the person holds.
    Strong,
    /// Bound to the site's address, so that a look-alike page gains nothing.
    PhishingResistant,
}

impl Class {
    /// Every class, weakest first.
    pub const ALL: &'static [Self] =
        &[Self::None, Self::Weak, Self::Recovery, Self::Restricted, Self::Strong, Self::PhishingResistant];

    /// The name in storage and the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Weak => "weak",
            Self::Recovery => "recovery",
            Self::Restricted => "restricted",
            Self::Strong => "strong",
            Self::PhishingResistant => "phishing-resistant",
        }
    }

    /// Reads [`Self::as_str`] back; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|class| class.as_str() == text)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for Method {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::parse(text).ok_or(UnknownName("method"))
    }
}

impl fmt::Display for Class {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for Class {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::parse(text).ok_or(UnknownName("class"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_agree_with_serde() {
        for &method in Method::ALL {
            assert_eq!(Method::parse(method.as_str()), Some(method));
            assert_eq!(serde_json::to_value(method).unwrap(), method.as_str());
        }
        for &class in Class::ALL {
            assert_eq!(Class::parse(class.as_str()), Some(class));
            assert_eq!(serde_json::to_value(class).unwrap(), class.as_str());
        }
        assert_eq!("Authenticator".parse::<Method>(), Err(UnknownName("method")));
        assert_eq!(Class::parse(""), None);
    }

    #[test]
    fn classes_are_listed_weakest_first() {
        assert!(Class::ALL.is_sorted());
        assert_eq!(Class::ALL.len(), 6);
        assert!(Class::None < Class::Weak && Class::Restricted < Class::Strong);
    }

    #[test]
    fn methods_are_listed_in_the_order_in_which_sets_hold_them() {
        assert!(Method::ALL.is_sorted());
        assert_eq!(Method::ALL.len(), 6);
    }
}
