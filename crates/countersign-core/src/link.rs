//! One-time links: what they are for and how long they live.

use std::time::Duration;

/// What a one-time link lets its holder do. None of them goes round the second step (ALL-4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LinkPurpose {
    /// Make the first administrator of a new installation.
    FirstAdministrator,
    /// Take up an account that an operator made.
    Invitation,
    /// Set a new password for an existing account.
    PasswordReset,
}

impl LinkPurpose {
    /// All purposes.
    pub const ALL: &'static [Self] = &[Self::FirstAdministrator, Self::Invitation, Self::PasswordReset];

    /// The purpose's name in the database and the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstAdministrator => "first-administrator",
            Self::Invitation => "invitation",
            Self::PasswordReset => "password-reset",
        }
    }

    /// The purpose of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|purpose| purpose.as_str() == text)
    }

    /// How long such a link can be used once it is made.
    ///
    /// A reset goes to somebody who is waiting for it; an invitation has to survive a weekend, and the first
    /// administrator's address stands in a terminal that may be looked at the next day.
    pub const fn life(self) -> Duration {
        match self {
            Self::FirstAdministrator => Duration::from_hours(24),
            Self::Invitation => Duration::from_hours(72),
            Self::PasswordReset => Duration::from_mins(30),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_lives_are_short() {
        for &purpose in LinkPurpose::ALL {
            assert_eq!(LinkPurpose::parse(purpose.as_str()), Some(purpose));
            assert!(purpose.life() <= Duration::from_hours(72));
        }
        assert_eq!(LinkPurpose::parse("Invitation"), None);
        assert_eq!(LinkPurpose::PasswordReset.life(), Duration::from_mins(30));
    }
}
