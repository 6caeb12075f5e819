//! Single sign-on: what an identity provider is called, how long a visit to it may last, and whom it may bring along.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::email::EmailAddress;

/// How long a visit to a provider may last, from the button to its answer.
pub const ATTEMPT_LIFE: Duration = Duration::from_mins(10);

/// By how much a provider's clock may differ from ours, for the times in its tokens.
pub const LEEWAY: Duration = Duration::from_mins(1);

/// The longest slug.
const SLUG_LONGEST: usize = 32;

/// The most domains that one provider may stand for.
pub const DOMAINS_MOST: usize = 50;

/// What a visit to a provider is for. Its answer counts for that only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SsoPurpose {
    /// To sign in.
    SignIn,
    /// To let the provider sign in to an account that is open in this browser.
    Link,
    /// To confirm that it is still the account's owner.
    StepUp,
}

impl SsoPurpose {
    /// Every purpose.
    pub const ALL: &'static [Self] = &[Self::SignIn, Self::Link, Self::StepUp];

    /// The name in storage and the audit log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Link => "link",
            Self::StepUp => "step-up",
        }
    }

    /// Reads [`Self::as_str`] back; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|purpose| purpose.as_str() == text)
    }
}

/// Where a visit to a provider may lead afterwards: a fixed list, never a place from a request (ASVS 5.0, 3.7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum ReturnTo {
    /// The account's home.
    #[default]
    Account,
    /// Its methods and sign-ins.
    Security,
    /// Its address.
    Address,
    /// Its password.
    Password,
    /// Its sessions.
    Sessions,
    /// Its tokens for programs.
    ApiTokens,
    /// The set-up of an authenticator.
    Authenticator,
    /// The support desk.
    Support,
    /// The administration.
    Administration,
}

impl ReturnTo {
    /// Every place.
    pub const ALL: &'static [Self] = &[
        Self::Account,
        Self::Security,
        Self::Address,
        Self::Password,
        Self::Sessions,
        Self::ApiTokens,
        Self::Authenticator,
        Self::Support,
        Self::Administration,
    ];

    /// The path on this server, which is the name in storage too.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Account => "/account",
            Self::Security => "/account/security",
            Self::Address => "/account/email",
            Self::Password => "/account/password",
            Self::Sessions => "/account/sessions",
            Self::ApiTokens => "/account/api-tokens",
            Self::Authenticator => "/account/security/authenticator",
            Self::Support => "/support",
            Self::Administration => "/admin",
        }
    }

    /// The place with exactly this path; the account's home for any other.
    pub fn of_path(path: &str) -> Self {
        Self::ALL.iter().copied().find(|place| place.path() == path).unwrap_or_default()
    }
}

/// A provider's short name in addresses: 1 to 32 of a-z, 0-9 and inner dashes.
pub fn is_slug(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=SLUG_LONGEST).contains(&text.len())
        && text.bytes().all(plain)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// A mail domain in the one spelling in which domains are compared. `None`: it is none.
pub fn domain(text: &str) -> Option<String> {
    let probe = EmailAddress::parse(&format!("a@{}", text.trim())).ok()?;
    let key = probe.key();
    key.split_once('@').map(|(_, domain)| domain.to_owned())
}

/// The domain of an address in the spelling of [`domain`].
pub fn domain_of(email: &EmailAddress) -> String {
    email.key().rsplit_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default()
}

/// The address with which somebody may get an account who comes through a provider for the first time: the provider
/// makes accounts, vouches for the address, and stands for its domain. An address that an account has already is no
/// matter of this rule: it never links anything.
pub fn newcomer<'a>(
    makes_accounts: bool,
    domains: &BTreeSet<String>,
    email: Option<&'a EmailAddress>,
    is_verified: bool,
) -> Option<&'a EmailAddress> {
    email.filter(|email| makes_accounts && is_verified && domains.contains(&domain_of(email)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_88_only_places_of_the_list_are_returned_to() {
        for place in ReturnTo::ALL {
            assert_eq!(ReturnTo::of_path(place.path()), *place);
        }
        for wrong in ["https://evil.example", "//evil.example", "/account?x", "/ACCOUNT", "", "/link/abc"] {
            assert_eq!(ReturnTo::of_path(wrong), ReturnTo::Account, "{wrong}");
        }
    }

    #[test]
    fn purposes_read_back() {
        for purpose in SsoPurpose::ALL {
            assert_eq!(SsoPurpose::parse(purpose.as_str()), Some(*purpose));
        }
        assert_eq!(SsoPurpose::parse("Link"), None);
    }

    #[test]
    fn slugs_are_plain() {
        assert!(["a", "corp-login", "x9"].iter().all(|slug| is_slug(slug)));
        for wrong in ["", "-a", "a-", "A", "a.b", "a/b", "é", &"a".repeat(33)] {
            assert!(!is_slug(wrong), "{wrong}");
        }
    }

    #[test]
    fn domains_have_one_spelling() {
        assert_eq!(domain(" Example.ORG "), Some("example.org".to_owned()));
        assert_eq!(domain("bücher.example"), domain("xn--bcher-kva.example"));
        for wrong in ["", "@example.org", "a@example.org", "exa mple.org"] {
            assert_eq!(domain(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn key_11_only_a_vouched_address_of_an_allowed_domain_gets_an_account() {
        let domains = BTreeSet::from(["example.org".to_owned()]);
        let ours = EmailAddress::parse("ada@Example.org").unwrap();
        let foreign = EmailAddress::parse("ada@sub.example.org").unwrap();
        assert_eq!(newcomer(true, &domains, Some(&ours), true), Some(&ours));
        assert_eq!(newcomer(false, &domains, Some(&ours), true), None, "it makes none");
        assert_eq!(newcomer(true, &domains, Some(&ours), false), None, "it does not vouch");
        assert_eq!(newcomer(true, &domains, Some(&foreign), true), None, "another domain");
        assert_eq!(newcomer(true, &BTreeSet::new(), Some(&ours), true), None, "no domain at all");
        assert_eq!(newcomer(true, &domains, None, true), None, "no address");
    }
}
