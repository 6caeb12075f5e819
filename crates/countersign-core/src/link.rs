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
    /// Finish a sign-up: only then is there an account.
    SignUp,
    /// Show that the account's address is its owner's.
    ConfirmAddress,
    /// Show the same of an address that is to take the present one's place.
    ConfirmNewAddress,
    /// Take a change of address back; sent to the old one.
    UndoAddressChange,
    /// "This was not me": end every session and lock changes until the password is reset.
    NotMe,
    /// End the suspension of the account's second step, which its owner did not ask for.
    StopSuspension,
}

impl LinkPurpose {
    /// All purposes.
    pub const ALL: &'static [Self] = &[
        Self::FirstAdministrator,
        Self::Invitation,
        Self::PasswordReset,
        Self::SignUp,
        Self::ConfirmAddress,
        Self::ConfirmNewAddress,
        Self::UndoAddressChange,
        Self::NotMe,
        Self::StopSuspension,
    ];

    /// The purpose's name in the database and the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FirstAdministrator => "first-administrator",
            Self::Invitation => "invitation",
            Self::PasswordReset => "password-reset",
            Self::SignUp => "sign-up",
            Self::ConfirmAddress => "confirm-address",
            Self::ConfirmNewAddress => "confirm-new-address",
            Self::UndoAddressChange => "undo-address-change",
            Self::NotMe => "not-me",
            Self::StopSuspension => "stop-suspension",
        }
    }

    /// The purpose of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|purpose| purpose.as_str() == text)
    }

    /// Whether it sets a password, by a form; the others do what they are for with one button.
    pub const fn sets_password(self) -> bool {
        match self {
            Self::FirstAdministrator | Self::Invitation | Self::PasswordReset => true,
            Self::SignUp
            | Self::ConfirmAddress
            | Self::ConfirmNewAddress
            | Self::UndoAddressChange
            | Self::NotMe
            | Self::StopSuspension => false,
        }
    }

    /// How long such a link can be used once it is made.
    ///
    /// A reset goes to somebody who is waiting for it; an invitation has to survive a weekend, and the first
    /// administrator's address stands in a terminal that may be looked at the next day. An address is confirmed within a
    /// day (NIST SP 800-63B-4 section 4.2.1.2), and whoever did not ask for a change has a long weekend to say so.
    pub const fn life(self) -> Duration {
        match self {
            Self::FirstAdministrator | Self::SignUp | Self::ConfirmAddress | Self::ConfirmNewAddress => {
                Duration::from_hours(24)
            }
            Self::Invitation | Self::UndoAddressChange | Self::NotMe | Self::StopSuspension => {
                Duration::from_hours(72)
            }
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
