//! E-mail addresses: what is accepted, how two are compared, and how one is shown to others.

use std::fmt;

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use unicode_normalization::UnicodeNormalization;

use crate::clean::{fold, is_hidden};
use crate::text::Text;

/// Longest address in bytes of UTF-8 (RFC 5321 section 4.5.3.1.3: a path has 256 octets with its angle brackets).
pub const LONGEST: usize = 254;
/// Longest part before the `@` in bytes (RFC 5321 section 4.5.3.1.1).
const LONGEST_LOCAL: usize = 64;
/// Longest label of a domain in bytes (RFC 1035 section 2.3.4).
const LONGEST_LABEL: usize = 63;
/// Characters that need quoting before the `@` (RFC 5322 section 3.2.3). Quoted addresses are not accepted: nobody
/// has one, and these are what header injection is made of.
const SPECIAL: &[char] = &['"', '(', ')', ',', ':', ';', '<', '>', '[', '\\', ']'];

/// What stands in no domain: all of ASCII but letters, digits, dash and dot (RFC 1034 section 3.5), and the underscore that
/// names inside a house have.
const IN_NO_DOMAIN: AsciiDenyList = AsciiDenyList::new(true, "!\"#$%&'()*+,/:;<=>?@[\\]^`{|}~");
/// What UTS 46 (section 2.3) takes for a dot; people type it for one, mail servers differ.
const OTHER_DOTS: &[char] = &['\u{3002}', '\u{ff0e}', '\u{ff61}'];

/// An address that mail can be sent to, trimmed, with its domain in lower case. Internationalised parts (RFC 6531)
/// stay as they were typed.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

/// Why a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailFault {
    /// Nothing was typed.
    #[error("the address is empty")]
    Empty,
    /// More than [`LONGEST`] bytes, or a part is longer than mail servers take.
    #[error("the address is too long")]
    TooLong,
    /// There is not exactly one `@` with something on both sides.
    #[error("the address has no name and domain around one @")]
    NotOneAt,
    /// It holds a blank, an invisible character or one that would need quoting.
    #[error("the address has a character that is not allowed")]
    Character,
    /// A dot stands first, last or beside another one, or a part of the domain begins or ends with a dash.
    #[error("the address has a misplaced dot or dash")]
    Dots,
}

impl EmailFault {
    /// What to tell the person.
    pub const fn text(self) -> Text {
        Text::new(match self {
            Self::Empty => "email-fault-empty",
            Self::TooLong => "email-fault-too-long",
            Self::NotOneAt => "email-fault-not-one-at",
            Self::Character => "email-fault-character",
            Self::Dots => "email-fault-dots",
        })
    }
}

impl EmailAddress {
    /// Reads an address as a person typed it; blanks around it are dropped.
    ///
    /// # Errors
    /// Names the first thing that is wrong with it.
    pub fn parse(text: &str) -> Result<Self, EmailFault> {
        let text = text.trim();
        if text.is_empty() {
            return Err(EmailFault::Empty);
        }
        if text.len() > LONGEST {
            return Err(EmailFault::TooLong);
        }
        // Full-width forms turn into `@`, dots or blanks when the key is made, so that form has to hold up as well.
        check(&text.nfkc().collect::<String>())?;
        let (local, domain) = check(text)?;
        if domain.contains(OTHER_DOTS) {
            return Err(EmailFault::Dots);
        }
        let domain = domain.to_lowercase();
        canonical(&domain).ok_or(EmailFault::Character)?;
        Ok(Self(format!("{local}@{domain}")))
    }

    /// The address as it is shown to its owner and as mail is sent to it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What decides whether two addresses are the same account: NFKC and lower case, with the domain in Punycode, as mail
    /// servers compare it.
    pub fn key(&self) -> String {
        let domain = canonical(self.domain()).unwrap_or_else(|| fold(self.domain()));
        format!("{}@{domain}", fold(self.local()))
    }

    /// What stands before the `@`.
    pub fn local(&self) -> &str {
        self.0.split_once('@').map_or("", |(local, _)| local)
    }

    /// What stands after the `@`, in lower case.
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address for somebody who may not be its owner, and for logs: `m•••@e•••.org`. The number of dots says
    /// nothing about the length.
    pub fn masked(&self) -> String {
        let mut out = String::new();
        out.extend(self.local().chars().next());
        out.push_str("•••@");
        out.extend(self.domain().chars().next());
        out.push_str("•••");
        if let Some((_, top)) = self.domain().rsplit_once('.') {
            out.push('.');
            out.push_str(top);
        }
        out
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Masked, because what is printed for debugging ends up in logs.
        write!(f, "EmailAddress({})", self.masked())
    }
}

/// The domain as DNS has it (UTS 46, section 4.2), if there can be one of this name.
fn canonical(domain: &str) -> Option<String> {
    let domain = domain.as_bytes();
    let ascii = Uts46::new().to_ascii(domain, IN_NO_DOMAIN, Hyphens::CheckFirstLast, DnsLength::Verify);
    ascii.ok().map(std::borrow::Cow::into_owned)
}

fn check(text: &str) -> Result<(&str, &str), EmailFault> {
    if text.chars().any(|c| c.is_whitespace() || is_hidden(c) || SPECIAL.contains(&c)) {
        return Err(EmailFault::Character);
    }
    let (local, domain) = text.split_once('@').ok_or(EmailFault::NotOneAt)?;
    if local.is_empty() || domain.is_empty() || domain.contains('@') {
        return Err(EmailFault::NotOneAt);
    }
    if local.split('.').any(str::is_empty) || domain.split('.').any(|label| !is_label(label)) {
        return Err(EmailFault::Dots);
    }
    if local.len() > LONGEST_LOCAL || domain.split('.').any(|label| label.len() > LONGEST_LABEL) {
        return Err(EmailFault::TooLong);
    }
    Ok((local, domain))
}

fn is_label(label: &str) -> bool {
    !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_are_read_trimmed_with_the_domain_in_lower_case() {
        for (typed, kept) in [
            (" Ada@Example.ORG\n", "Ada@example.org"),
            ("o'brien+tag@mail.example.org", "o'brien+tag@mail.example.org"),
            ("root@localhost", "root@localhost"),
            ("jürgen@Bücher.example", "jürgen@bücher.example"),
            ("用户@例子.广告", "用户@例子.广告"),
            ("x@xn--bcher-kva.example", "x@xn--bcher-kva.example"),
        ] {
            assert_eq!(EmailAddress::parse(typed).as_ref().map(EmailAddress::as_str), Ok(kept));
        }
    }

    #[test]
    fn what_is_no_address_is_refused_with_its_reason() {
        let long_local = format!("{}@example.org", "a".repeat(65));
        let long_label = format!("a@{}.org", "b".repeat(64));
        let long = format!("a@{}", ["b".repeat(62).as_str(); 5].join("."));
        for (typed, fault) in [
            ("", EmailFault::Empty),
            (" \t", EmailFault::Empty),
            ("ada", EmailFault::NotOneAt),
            ("@example.org", EmailFault::NotOneAt),
            ("ada@", EmailFault::NotOneAt),
            ("a@b@example.org", EmailFault::NotOneAt),
            ("a\u{ff20}b@example.org", EmailFault::NotOneAt),
            ("a b@example.org", EmailFault::Character),
            ("a\u{3000}b@example.org", EmailFault::Character),
            ("a\r\nBcc:x@example.org", EmailFault::Character),
            ("a@example.org,b", EmailFault::Character),
            ("\"a\"@example.org", EmailFault::Character),
            ("a\u{202e}@example.org", EmailFault::Character),
            ("a@example%2eorg", EmailFault::Character),
            ("a@exa!mple.org", EmailFault::Character),
            ("a@xn--\u{fc}.example", EmailFault::Character),
            ("a@例子\u{3002}广告", EmailFault::Dots),
            ("a@example\u{ff61}org", EmailFault::Dots),
            (".a@example.org", EmailFault::Dots),
            ("a..b@example.org", EmailFault::Dots),
            ("a\u{ff0e}@example.org", EmailFault::Dots),
            ("a@example..org", EmailFault::Dots),
            ("a@-example.org", EmailFault::Dots),
            (&long_local, EmailFault::TooLong),
            (&long_label, EmailFault::TooLong),
            (&long, EmailFault::TooLong),
        ] {
            assert_eq!(EmailAddress::parse(typed).err(), Some(fault), "{typed:?}");
        }
    }

    #[test]
    fn case_and_normal_form_make_no_second_account() {
        let key = |typed| EmailAddress::parse(typed).map(|address| address.key());
        assert_eq!(key("ADA@example.org"), key("ada@EXAMPLE.org"));
        assert_eq!(key("Ren\u{e9}@example.org"), key("rene\u{301}@example.org"));
        assert_eq!(key("\u{ff41}da@example.org"), key("ada@example.org"));
        assert_ne!(key("ada+x@example.org"), key("ada@example.org"));
    }

    #[test]
    fn one_domain_in_several_spellings_makes_no_second_account() {
        let key = |typed| EmailAddress::parse(typed).map(|address| address.key());
        assert_eq!(key("x@B\u{fc}cher.example"), Ok("x@xn--bcher-kva.example".to_owned()));
        assert_eq!(key("x@xn--bcher-kva.example"), key("x@bu\u{308}cher.example"));
        assert_eq!(key("x@\u{ff45}xample.org"), key("x@example.org"));
        assert_eq!(key("x@exam\u{2460}ple.org"), key("x@exam1ple.org"));
        assert_ne!(key("x@stra\u{df}e.example"), key("x@strasse.example"));
        assert_eq!(key("x@my_host.internal"), Ok("x@my_host.internal".to_owned()));
    }

    #[test]
    fn a_masked_address_tells_little() {
        for (typed, masked) in [
            ("maria@example.org", "m•••@e•••.org"),
            ("m@mail.example.co", "m•••@m•••.co"),
            ("root@localhost", "r•••@l•••"),
        ] {
            let address = EmailAddress::parse(typed);
            assert_eq!(address.as_ref().map(EmailAddress::masked).as_deref(), Ok(masked));
            assert_eq!(address.map(|a| format!("{a:?}")), Ok(format!("EmailAddress({masked})")));
        }
    }

    proptest! {
        #[test]
        fn what_is_kept_is_read_again_as_the_same(typed in "[\\PC]{1,20}@[\\PC]{1,20}") {
            if let Ok(address) = EmailAddress::parse(&typed) {
                prop_assert_eq!(EmailAddress::parse(address.as_str()).map(|again| again.key()), Ok(address.key()));
                prop_assert_eq!(address.key().matches('@').count(), 1);
            }
        }
    }
}
