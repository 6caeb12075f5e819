//! Who an account is within its organisation.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::method::UnknownName;

/// What an account may do beyond its own settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// A customer: manages the own account.
    Member,
    /// Helps members who lost a factor.
    Support,
    /// Changes the organisation's security policy and its staff.
    Administrator,
}

impl Role {
    /// Every role, least powerful first.
    pub const ALL: &'static [Self] = &[Self::Member, Self::Support, Self::Administrator];

    /// Whether the account has power over others, and therefore always needs a strong second step.
    pub fn is_staff(self) -> bool {
        match self {
            Self::Member => false,
            Self::Support | Self::Administrator => true,
        }
    }

    /// The name in storage, the API and the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Support => "support",
            Self::Administrator => "administrator",
        }
    }

    /// Reads [`Self::as_str`] back; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.as_str() == text)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        Self::parse(text).ok_or(UnknownName("role"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_agree_with_serde() {
        for &role in Role::ALL {
            assert_eq!(Role::parse(role.as_str()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
        assert_eq!("root".parse::<Role>(), Err(UnknownName("role")));
    }

    #[test]
    fn only_members_are_not_staff() {
        let staff: Vec<_> = Role::ALL.iter().filter(|role| role.is_staff()).collect();
        assert_eq!(staff, [&Role::Support, &Role::Administrator]);
    }
}
