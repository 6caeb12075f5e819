//! Six digits: as an app shows them, as a letter carries them, as somebody typed them.

use std::fmt;

use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::entropy::{Entropy, below};

/// Digits of a code: RFC 4226 section 5.3, R4, and NIST SP 800-63B-4 section 3.1.3.2 ask for at least six.
pub const DIGITS: usize = 6;

/// One more than the greatest code.
pub const CODES: u32 = 1_000_000;

/// Longest text that is looked at; nobody types a code with that many spaces.
const LONGEST: usize = 64;

/// Code points of the digit zero in the scripts that people type; nine more follow each (Unicode, category Nd).
/// Phones with an Arabic or Indian keyboard, and East Asian ones in full width, send these instead of ASCII.
const ZEROS: &[u32] = &[
    0x0030, 0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66,
    0x0de6, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50,
    0x1bb0, 0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
];

/// A code of [`DIGITS`] digits. Wiped on drop; never shown by `Debug`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Code(u32);

/// Why a text is no code. It costs no attempt, as nothing was guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeFault {
    /// Nothing was typed.
    #[error("empty")]
    Empty,
    /// Something other than digits, spaces and dashes.
    #[error("not only digits")]
    NotDigits,
    /// Digits, but not six of them.
    #[error("not six digits")]
    WrongLength,
}

impl CodeFault {
    /// The key of the message for the person who typed it.
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Empty => "code-empty",
            Self::NotDigits => "code-not-digits",
            Self::WrongLength => "code-wrong-length",
        }
    }
}

impl Code {
    /// Reads a code as people type or paste it: spaces and dashes are dropped, digits of other scripts and in full
    /// width are accepted.
    ///
    /// # Errors
    ///
    /// What is wrong with the text's form, see [`CodeFault`].
    pub fn parse(text: &str) -> Result<Self, CodeFault> {
        if text.len() > LONGEST {
            return Err(CodeFault::WrongLength);
        }
        let (mut number, mut count) = (0_u32, 0);
        for sign in text.chars().filter(|sign| !is_filler(*sign)) {
            let digit = digit(sign).ok_or(CodeFault::NotDigits)?;
            // Past six digits the number no longer matters, only that there were too many.
            number = number.wrapping_mul(10).wrapping_add(digit);
            count += 1;
        }
        match count {
            DIGITS => Ok(Self(number)),
            0 => Err(CodeFault::Empty),
            _ => Err(CodeFault::WrongLength),
        }
    }

    /// A fresh code, every one of the million equally likely.
    pub fn random(entropy: &dyn Entropy) -> Self {
        Self(below(entropy, CODES))
    }

    /// The six digits, leading zeros kept.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{:06}", self.0))
    }

    pub(crate) fn from_number(number: u32) -> Self {
        Self(number)
    }
}

impl ConstantTimeEq for Code {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Code(***)")
    }
}

/// What people type between digits.
pub(crate) fn is_filler(sign: char) -> bool {
    // Hyphen, the dashes that keyboards and word processors make of it, minus, and full-width hyphen.
    sign.is_whitespace() || matches!(sign, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}')
}

/// The value of a digit of any script that people type.
pub(crate) fn digit(sign: char) -> Option<u32> {
    let point = u32::from(sign);
    ZEROS.iter().find_map(|zero| point.checked_sub(*zero).filter(|value| *value < 10))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::CountingEntropy;

    #[test]
    fn fresh_codes_are_spread_evenly_and_keep_their_leading_zeros() {
        let entropy = CountingEntropy::new(1);
        let mut digits = [[0_u32; 10]; DIGITS];
        for _ in 0..100_000 {
            let code = Code::random(&entropy).reveal();
            assert_eq!(code.len(), DIGITS);
            for (place, sign) in code.bytes().enumerate() {
                digits[place][usize::from(sign - b'0')] += 1;
            }
        }
        for counts in digits {
            // Chi-squared with nine degrees of freedom: 27.9 is passed by chance once in a thousand.
            let chi: f64 = counts.iter().map(|&n| (f64::from(n) - 10_000.0).powi(2) / 10_000.0).sum();
            assert!(chi < 27.9, "{counts:?}");
        }
    }
}
