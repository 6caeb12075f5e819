//! Suspensions: support has switched the second step off for a while (APP-9).

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// What a suspension of the second step lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SuspensionKind {
    /// The password alone signs in (APP-9).
    PasswordAlone,
    /// A one-time code that support reads out takes the place of the second step (REC-2).
    SupportCode,
}

impl SuspensionKind {
    /// Every kind, in the order in which pages list them.
    pub const ALL: &'static [Self] = &[Self::SupportCode, Self::PasswordAlone];

    /// The name in storage and the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PasswordAlone => "password-alone",
            Self::SupportCode => "support-code",
        }
    }

    /// Key of the words for people.
    pub fn text_key(self) -> &'static str {
        match self {
            Self::PasswordAlone => "suspension-kind-password-alone",
            Self::SupportCode => "suspension-kind-support-code",
        }
    }

    /// Reads [`Self::as_str`] back; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }
}

/// Support has switched the second step off for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspension {
    /// What it lets in.
    pub kind: SuspensionKind,
    /// When it was granted.
    pub started_at: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
    /// When it was ended by hand, if it was.
    pub lifted_at: Option<Timestamp>,
}

impl Suspension {
    /// Whether it runs at this moment. At the very hour that was set it no longer does.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.lifted_at.is_none() && now < self.until
    }
}
