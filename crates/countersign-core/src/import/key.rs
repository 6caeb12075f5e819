//! The key of an authenticator, whatever app it comes from, and whether it can be taken over.

use data_encoding::{BitOrder, Encoding, Specification};
use std::sync::LazyLock;
use zeroize::Zeroizing;

use super::reason::{Fault, Reason};
use crate::clean::fold;
use crate::email::EmailAddress;
use crate::factor::totp::{DIGITS, PERIOD, Secret, SecretFault};
use crate::name::{DeviceName, LONGEST_DEVICE_NAME};

/// What a device is called that comes without an issuer and was given no name.
const NAMELESS: &str = "Imported";

/// Base32 as apps read it: bits of the last letter that make no byte mean nothing.
static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut spec = Specification::new();
    spec.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
    spec.translate.from.push_str("abcdefghijklmnopqrstuvwxyz");
    spec.translate.to.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    spec.ignore.push_str(" -=");
    spec.bit_order = BitOrder::MostSignificantFirst;
    spec.check_trailing_bits = false;
    spec.encoding().expect("32 different letters")
});

/// What the operator says about all keys of an import.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Whose they all are; without it each names its account by its label.
    pub account: Option<EmailAddress>,
    /// Only keys of this issuer, capitals aside.
    pub issuer: Option<String>,
    /// What the devices are called; without it by their issuer.
    pub name: Option<DeviceName>,
}

/// A key that can be taken over.
pub struct KeyLine {
    /// The address of the account it belongs to.
    pub account: EmailAddress,
    /// What the device is called.
    pub name: DeviceName,
    /// The key.
    pub secret: Secret,
}

/// What an app knows about a key, before it is judged.
#[derive(Default)]
pub(super) struct RawKey {
    /// `totp`, in small letters.
    pub(super) kind: String,
    /// What the app shows: the account, perhaps after its issuer and a colon.
    pub(super) label: String,
    pub(super) issuer: String,
    pub(super) secret: Zeroizing<Vec<u8>>,
    /// `SHA1`; empty means that.
    pub(super) algorithm: String,
    pub(super) digits: Option<u64>,
    /// Seconds.
    pub(super) period: Option<u64>,
}

/// The bytes of a key in base32, with or without its padding, in groups or not.
pub(super) fn base32(text: &str) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let bytes = BASE32.decode(text.as_bytes());
    bytes.map(Zeroizing::new).map_err(|_| Fault::new("secret", Reason::NotBase32))
}

impl RawKey {
    /// Judges the key. Its algorithm, digits and period are those that every app and hardware token supports, since the
    /// server keeps none of its own for each key.
    pub(super) fn judge(self, wanted: &Wanted) -> Result<KeyLine, Fault> {
        if self.kind != "totp" {
            return Err(Fault::new("type", Reason::NotTimed));
        }
        let algorithm = self.algorithm.to_ascii_uppercase().replace('-', "");
        if !matches!(algorithm.as_str(), "" | "SHA1" | "HMACSHA1") {
            return Err(Fault::new("algorithm", Reason::Algorithm));
        }
        if self.digits.is_some_and(|digits| usize::try_from(digits) != Ok(DIGITS)) {
            return Err(Fault::new("digits", Reason::Digits));
        }
        if self.period.is_some_and(|period| period != u64::from(PERIOD)) {
            return Err(Fault::new("period", Reason::Period));
        }
        let secret = Secret::imported(&self.secret).map_err(|fault| {
            let bits = self.secret.len() * 8;
            Fault::new(
                "secret",
                match fault {
                    SecretFault::TooShort => Reason::KeyTooShort(bits),
                    SecretFault::TooLong => Reason::KeyTooLong(bits),
                },
            )
        })?;
        let (issuer, account) = self.named()?;
        if wanted.issuer.as_ref().is_some_and(|wanted| fold(wanted.trim()) != fold(&issuer)) {
            return Err(Fault::new("issuer", Reason::OtherIssuer));
        }
        let account = match &wanted.account {
            Some(account) => account.clone(),
            None => {
                EmailAddress::parse(&account).map_err(|fault| Fault::new("account", Reason::Email(fault)))?
            }
        };
        let name = wanted.name.clone().map_or_else(|| device(&issuer), Ok)?;
        Ok(KeyLine { account, name, secret })
    }

    /// The issuer and the account. In a label the issuer may stand before a colon; where it is also given by itself, both
    /// must say the same, or nobody knows whose key it is.
    fn named(&self) -> Result<(String, String), Fault> {
        let issuer = self.issuer.trim();
        let Some((before, account)) = self.label.rsplit_once(':') else {
            return Ok((issuer.to_owned(), self.label.trim().to_owned()));
        };
        let before = before.trim();
        if !issuer.is_empty() && !before.is_empty() && fold(issuer) != fold(before) {
            return Err(Fault::new("issuer", Reason::IssuersDiffer));
        }
        let issuer = if issuer.is_empty() { before } else { issuer };
        Ok((issuer.to_owned(), account.trim().to_owned()))
    }
}

fn device(issuer: &str) -> Result<DeviceName, Fault> {
    let short: String = issuer.chars().take(LONGEST_DEVICE_NAME).collect();
    DeviceName::parse(&short)
        .or_else(|_| DeviceName::parse(NAMELESS))
        .map_err(|fault| Fault::new("name", Reason::Name(fault)))
}

impl KeyLine {
    /// A device's name beside others of the account: with a number where one of them bears it already.
    pub fn name_beside(&self, taken: &[String]) -> DeviceName {
        let numbers = (2..=u32::MAX).filter_map(|number| numbered(&self.name, number));
        let mut names = std::iter::once(self.name.clone()).chain(numbers);
        names.find(|name| !taken.contains(&name.key())).unwrap_or_else(|| self.name.clone())
    }
}

fn numbered(name: &DeviceName, number: u32) -> Option<DeviceName> {
    let suffix = format!(" {number}");
    let room = LONGEST_DEVICE_NAME.saturating_sub(suffix.chars().count());
    let short: String = name.as_str().chars().take(room).collect();
    DeviceName::parse(&format!("{}{suffix}", short.trim_end())).ok()
}
