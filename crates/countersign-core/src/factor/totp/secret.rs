//! The key that a device and the server share, and the address by which an app learns it.

use data_encoding::BASE32_NOPAD;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::entropy::Entropy;

use super::{DIGITS, PERIOD};

/// Bytes of a key: 160 bits, as RFC 4226 section 4, R6 recommends.
const BYTES: usize = 20;

/// Letters that stand together when the key is shown for typing (APP-3).
const GROUP: usize = 4;

/// The shared key of one device. Wiped on drop, without `Debug`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret([u8; BYTES]);

impl Secret {
    /// A fresh random key.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut secret = Self([0; BYTES]);
        entropy.fill(&mut secret.0);
        secret
    }

    /// A stored key; `None` unless it has exactly 20 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The 20 bytes, to be sealed.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The key as 32 letters and digits (RFC 4648 section 6, no padding), as apps take it.
    pub fn base32(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE32_NOPAD.encode(&self.0))
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
