//! The key that a device and the server share, and the address by which an app learns it.

use data_encoding::BASE32_NOPAD;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::entropy::Entropy;

use super::{DIGITS, PERIOD};

/// Bytes of a key that is made here: 160 bits, as RFC 4226 section 4, R6 recommends.
const BYTES: usize = 20;
/// Fewest bytes of a key that was made elsewhere: 128 bits (RFC 4226 section 4, R6). It is above the 112 bits that NIST
/// SP 800-63B-4 section 3.1.4.1 asks for at least.
const FEWEST: usize = 16;
/// Most bytes of a key: one block of SHA-1. HMAC would hash a longer one first (RFC 2104 section 2).
const MOST: usize = 64;

/// Letters that stand together when the key is shown for typing (APP-3).
const GROUP: usize = 4;

/// Why a key that was made elsewhere is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretFault {
    /// It has fewer than 128 bits.
    #[error("the key has fewer than 128 bits")]
    TooShort,
    /// It has more than 512 bits.
    #[error("the key has more than 512 bits")]
    TooLong,
}

/// The shared key of one device, 128 to 512 bits. Wiped on drop, without `Debug`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret {
    bytes: [u8; MOST],
    length: usize,
}

impl Secret {
    /// A fresh random key.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut secret = Self { bytes: [0; MOST], length: BYTES };
        entropy.fill(&mut secret.bytes[..BYTES]);
        secret
    }

    /// A stored key; `None` unless it has 16 to 64 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Self::imported(bytes).ok()
    }

    /// A key that another system made.
    ///
    /// # Errors
    /// When it has too few or too many bits.
    pub fn imported(bytes: &[u8]) -> Result<Self, SecretFault> {
        if bytes.len() < FEWEST {
            return Err(SecretFault::TooShort);
        }
        let mut secret = Self { bytes: [0; MOST], length: bytes.len() };
        secret.bytes.get_mut(..bytes.len()).ok_or(SecretFault::TooLong)?.copy_from_slice(bytes);
        Ok(secret)
    }

    /// Whether it has fewer than the 160 bits that RFC 4226 section 4, R6 recommends.
    pub const fn is_short(&self) -> bool {
        self.length < BYTES
    }

    /// Whether both are the same key, in time that does not depend on where they differ.
    pub fn is(&self, other: &Self) -> bool {
        self.as_bytes().ct_eq(other.as_bytes()).into()
    }

    /// The key's bytes, to be sealed.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// The key as letters and digits (RFC 4648 section 6, no padding), as apps take it.
    pub fn base32(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE32_NOPAD.encode(self.as_bytes()))
    }

    /// [`Self::base32`] in groups of four, for typing.
    pub fn grouped(&self) -> Zeroizing<String> {
        let plain = self.base32();
        // Room from the start, so that growing leaves no copies behind.
        let mut grouped = Zeroizing::new(String::with_capacity(plain.len() + plain.len() / GROUP));
        for (index, letter) in plain.chars().enumerate() {
            if index > 0 && index % GROUP == 0 {
                grouped.push(' ');
            }
            grouped.push(letter);
        }
        grouped
    }
}

/// The address that the QR code holds. `issuer` is the product or organisation, `account` what tells this account
/// from others in the app, usually the e-mail address. All parameters are named, although they are the defaults, as
/// some apps guess otherwise.
pub fn otpauth_uri(issuer: &str, account: &str, secret: &Secret) -> Zeroizing<String> {
    let (issuer, account) = (percent(issuer), percent(account));
    let key = secret.base32();
    Zeroizing::new(format!(
        "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits={DIGITS}&period={PERIOD}",
        key.as_str()
    ))
}

/// Everything but the unreserved characters of RFC 3986 section 2.3. The colon too: in the label a bare one
/// separates issuer and account.
fn percent(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.extend(
                [byte >> 4, byte & 0x0f].map(|half| char::from(b"0123456789ABCDEF"[usize::from(half)])),
            );
        }
    }
    encoded
}
