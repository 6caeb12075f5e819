//! What Google Authenticator exports: a protocol buffer in base64, with the keys of one QR code.
//!
//! Its two messages have a dozen fields of three wire types, so they are read here in a page rather than by a library and
//! its code generator. Every length is checked against what is left, numbers end after ten bytes, groups (which no
//! version ever wrote) are refused, and unknown fields are stepped over as the format demands.

use data_encoding::{BASE64, BASE64_NOPAD};
use zeroize::Zeroizing;

use super::key::RawKey;
use super::reason::{Fault, Reason};

/// Most keys in one payload. The app puts ten into a QR code.
pub const KEYS_MOST: usize = 100;

const BROKEN: Fault = Fault::new("data", Reason::NotMigration);

/// Reads the payload's keys, each with its own verdict.
pub(super) fn read(data: &str) -> Result<Vec<Result<RawKey, Fault>>, Fault> {
    // Where a plus was not encoded, some readers of QR codes made a blank of it.
    let text = Zeroizing::new(data.replace(' ', "+"));
    let text = text.trim_end_matches('=').as_bytes();
    let bytes = BASE64_NOPAD.decode(text).or_else(|_| BASE64.decode(text)).map_err(|_| BROKEN)?;
    let bytes = Zeroizing::new(bytes);
    let mut message = Message(&bytes);
    let mut keys = Vec::new();
    while let Some((number, value)) = message.field()? {
        if let (1, Value::Bytes(bytes)) = (number, value) {
            if keys.len() == KEYS_MOST {
                return Err(Fault::new("data", Reason::TooManyKeys(KEYS_MOST)));
            }
            keys.push(key(bytes));
        }
    }
    if keys.is_empty() { Err(BROKEN) } else { Ok(keys) }
}

fn key(bytes: &[u8]) -> Result<RawKey, Fault> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|_| BROKEN);
    let mut message = Message(bytes);
    // Of what is left out, the first value of each list counts as "not said".
    let mut key = RawKey { kind: "totp".to_owned(), ..RawKey::default() };
    while let Some((number, value)) = message.field()? {
        match (number, value) {
            (1, Value::Bytes(secret)) => key.secret = Zeroizing::new(secret.to_vec()),
            (2, Value::Bytes(name)) => key.label = text(name)?,
            (3, Value::Bytes(issuer)) => key.issuer = text(issuer)?,
            (4, Value::Number(algorithm)) => {
                let name = match algorithm {
                    0 | 1 => "SHA1",
                    2 => "SHA256",
                    3 => "SHA512",
                    _ => "other",
                };
                name.clone_into(&mut key.algorithm);
            }
            (5, Value::Number(count)) => {
                key.digits = match count {
                    0 => None,
                    1 => Some(6),
                    _ => Some(8),
                };
            }
            (6, Value::Number(kind)) => {
                let kind = if matches!(kind, 0 | 2) { "totp" } else { "hotp" };
                kind.clone_into(&mut key.kind);
            }
            _ => {}
        }
    }
    Ok(key)
}

enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Fixed,
}

/// What is left of a message.
struct Message<'a>(&'a [u8]);

impl<'a> Message<'a> {
    fn field(&mut self) -> Result<Option<(u64, Value<'a>)>, Fault> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let value = match tag & 7 {
            0 => Value::Number(self.varint()?),
            1 => self.take(8).map(|_| Value::Fixed)?,
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| BROKEN)?;
                Value::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Value::Fixed)?,
            _ => return Err(BROKEN),
        };
        Ok(Some((tag >> 3, value)))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(BROKEN)?;
        self.0 = rest;
        Ok(taken)
    }

    fn varint(&mut self) -> Result<u64, Fault> {
        let mut number = 0_u64;
        for place in 0..10 {
            let (&byte, rest) = self.0.split_first().ok_or(BROKEN)?;
            self.0 = rest;
            let part = u64::from(byte & 0x7f);
            // The tenth byte has room for one bit.
            if place == 9 && part > 1 {
                return Err(BROKEN);
            }
            number |= part << (7 * place);
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(BROKEN)
    }
}
