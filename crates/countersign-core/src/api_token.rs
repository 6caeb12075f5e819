//! Tokens for programs: their text and what they may be used for.

use std::collections::BTreeSet;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::entropy::Entropy;
use crate::role::Role;
use crate::secret::Token;

/// What every API token begins with, so that secret scanners and people know one when they see it.
pub const PREFIX: &str = "cs_";

/// Longest life of an API token: a year, so that a forgotten one dies.
pub const LONGEST: Duration = Duration::from_hours(365 * 24);

/// One thing an API token may be used for. There is no scope for factors, passwords or further tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Read the account's profile and whether its second step is on.
    AccountRead,
    /// List the account's sessions.
    SessionsRead,
    /// End the account's sessions.
    SessionsEnd,
    /// Read the account's activity.
    ActivityRead,
    /// Read how mail of the installation is delivered. Of use to an administrator's token only.
    MailRead,
    /// Read the members of the organisation and how they are protected. Of use to an administrator's token only.
    MembersRead,
    /// Read the organisation's audit log. Of use to an administrator's token only.
    AuditRead,
}

impl Scope {
    /// All scopes, in the order the pages show.
    pub const ALL: &'static [Self] = &[
        Self::AccountRead,
        Self::SessionsRead,
        Self::SessionsEnd,
        Self::ActivityRead,
        Self::MailRead,
        Self::MembersRead,
        Self::AuditRead,
    ];

    /// The scope's name in the database and the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccountRead => "account:read",
            Self::SessionsRead => "sessions:read",
            Self::SessionsEnd => "sessions:end",
            Self::ActivityRead => "activity:read",
            Self::MailRead => "mail:read",
            Self::MembersRead => "members:read",
            Self::AuditRead => "audit:read",
        }
    }

    /// The scope of this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.as_str() == text)
    }

    /// Key of the words that say what the scope allows.
    pub const fn text_key(self) -> &'static str {
        match self {
            Self::AccountRead => "scope-account-read",
            Self::SessionsRead => "scope-sessions-read",
            Self::SessionsEnd => "scope-sessions-end",
            Self::ActivityRead => "scope-activity-read",
            Self::MailRead => "scope-mail-read",
            Self::MembersRead => "scope-members-read",
            Self::AuditRead => "scope-audit-read",
        }
    }

    /// The role whose tokens alone the scope is of use to; `None`: everybody's.
    pub const fn only_for(self) -> Option<Role> {
        match self {
            Self::MailRead | Self::MembersRead | Self::AuditRead => Some(Role::Administrator),
            Self::AccountRead | Self::SessionsRead | Self::SessionsEnd | Self::ActivityRead => None,
        }
    }

    /// Scopes as the database keeps them: their names, one blank between.
    pub fn encode(scopes: &BTreeSet<Self>) -> String {
        scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
    }

    /// Reads what [`Scope::encode`] wrote. `None` when a name is unknown: half a set of rights is not guessed at.
    pub fn decode(text: &str) -> Option<BTreeSet<Self>> {
        text.split_whitespace().map(Self::parse).collect()
    }
}

/// An API token's secret: a [`Token`] behind [`PREFIX`].
pub struct ApiToken(Token);

impl ApiToken {
    /// A fresh token.
    pub fn new(entropy: &dyn Entropy) -> Self {
        Self(Token::new(entropy))
    }

    /// Reads a token from an `Authorization` header's credentials: exactly `cs_` and 43 characters.
    pub fn parse(text: &str) -> Option<Self> {
        text.strip_prefix(PREFIX).and_then(Token::parse).map(Self)
    }

    /// The token's text, shown to its owner once.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new([PREFIX, &self.0.reveal()].concat())
    }

    /// What the database stores.
    pub fn hash(&self) -> [u8; 32] {
        self.0.hash()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::CountingEntropy;

    #[test]
    fn a_token_is_read_back_and_only_with_its_prefix() {
        let token = ApiToken::new(&CountingEntropy::new(1));
        let text = token.reveal();
        assert_eq!(text.len(), 46);
        assert_eq!(ApiToken::parse(&text).map(|read| read.hash()), Some(token.hash()));
        for wrong in [&text[3..], &text[..45], &format!("{}A", *text), &text.replace("cs_", "CS_"), ""] {
            assert!(ApiToken::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn scopes_are_read_back_and_an_unknown_one_grants_nothing() {
        for &scope in Scope::ALL {
            assert_eq!(Scope::parse(scope.as_str()), Some(scope));
        }
        let all: BTreeSet<Scope> = Scope::ALL.iter().copied().collect();
        assert_eq!(Scope::decode(&Scope::encode(&all)), Some(all));
        assert_eq!(Scope::decode(""), Some(BTreeSet::new()));
        assert_eq!(Scope::decode("account:read factors:manage"), None);
        assert_eq!(LONGEST.as_secs(), 365 * 86_400);
    }
}
