//! Time-based one-time codes (RFC 6238 on RFC 4226): the authenticator app.
//!
//! SHA-1, six digits and thirty seconds: the only combination that every app and hardware token supports.

mod judge;
mod secret;

pub use judge::{Device, Drift, LATE_STEPS, OFFSET_MOST, SetUp, Verdict, judge, judge_set_up};
pub use secret::{Secret, SecretFault, otpauth_uri};

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use zeroize::Zeroizing;

pub use crate::code::{Code, CodeFault, DIGITS};

use crate::code::CODES;
use crate::time::Timestamp;

/// Seconds for which a code is shown (RFC 6238 section 5.2: the recommended default).
pub const PERIOD: u32 = 30;

/// Bytes of SHA-1's block, to which HMAC fills a shorter key up with zeros (RFC 2104 section 2).
const BLOCK: usize = 64;

/// The number of the period that `now` lies in, counted from 1970 (RFC 6238 section 4.2, T0 = 0).
pub fn step_at(now: Timestamp) -> i64 {
    now.as_secs().div_euclid(i64::from(PERIOD))
}

/// Seconds until the next code, 1 to [`PERIOD`] (APP-6).
pub fn seconds_left(now: Timestamp) -> u32 {
    let passed = now.as_secs().rem_euclid(i64::from(PERIOD));
    PERIOD - u32::try_from(passed).unwrap_or(0)
}

/// The code that a device with this secret shows during a step.
pub fn code_at(secret: &Secret, step: i64) -> Code {
    Code::from_number(truncated(secret, step.cast_unsigned()) % CODES)
}

/// The dynamic truncation of RFC 4226 section 5.3: 31 bits of the HMAC of the counter.
fn truncated(secret: &Secret, counter: u64) -> u32 {
    let mut key = Zeroizing::new([0_u8; BLOCK]);
    let (head, _) = key.split_at_mut(secret.as_bytes().len());
    head.copy_from_slice(secret.as_bytes());
    let mut mac = Hmac::<Sha1>::new((&*key).into());
    mac.update(&counter.to_be_bytes());
    let digest = Zeroizing::new(<[u8; 20]>::from(mac.finalize().into_bytes()));
    let offset = usize::from(digest[19] & 0x0f);
    let word = [digest[offset], digest[offset + 1], digest[offset + 2], digest[offset + 3]];
    u32::from_be_bytes(word) & 0x7fff_ffff
}

#[cfg(test)]
mod tests;
