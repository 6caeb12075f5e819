//! The support code: eight symbols that a support agent reads out to whoever lost a factor, while the second step of the
//! account is suspended. It signs in once, together with the password.

use std::time::Duration;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::recovery_key::{SYMBOLS, is_filler, value_of};
use crate::entropy::Entropy;
use crate::id::{AccountId, SuspensionId};
use crate::keys::KeyRing;
use crate::time::Timestamp;

/// Symbols of five bits each: 40 bits, twice what ASVS 5.0, 6.5.4 asks of a code that is typed.
const LENGTH: usize = 8;

/// Symbols of a group, as it is shown and read out.
const GROUP: usize = 4;

/// Longest text that is looked at.
const LONGEST: usize = 64;

/// Purpose of the MAC's sub-key.
const MAC: &str = "support code";

/// How long a code can be used once it is made.
pub const LIFE: Duration = Duration::from_mins(30);

/// One support code. Wiped on drop, without `Debug`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SupportCode([u8; LENGTH]);

/// Why a text is no support code. It costs no attempt, as nothing was guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SupportCodeFault {
    /// Nothing was typed.
    #[error("empty")]
    Empty,
    /// A character that no code has.
    #[error("a character that no support code has")]
    Character,
    /// More or fewer symbols than a code has.
    #[error("not 8 symbols")]
    Length,
}

impl SupportCodeFault {
    /// The key of the message for the person who typed it.
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Empty => "support-code-empty",
            Self::Character => "support-code-character",
            Self::Length => "support-code-length",
        }
    }

    /// Every key, for the test that each language has it.
    pub const TEXT_KEYS: &'static [&'static str] =
        &["support-code-empty", "support-code-character", "support-code-length"];
}

impl SupportCode {
    /// A fresh code.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut code = Self([0; LENGTH]);
        entropy.fill(&mut code.0);
        for symbol in &mut code.0 {
            *symbol &= 31;
        }
        code
    }

    /// Reads a code as people type it: case, blanks and dashes are ignored, O is read as 0, I and L as 1.
    ///
    /// # Errors
    ///
    /// What is wrong with the text's form, see [`SupportCodeFault`].
    pub fn parse(text: &str) -> Result<Self, SupportCodeFault> {
        if text.len() > LONGEST {
            return Err(SupportCodeFault::Length);
        }
        let mut code = Self([0; LENGTH]);
        let mut count = 0;
        for sign in text.chars().filter(|sign| !is_filler(*sign)) {
            let value = value_of(sign).ok_or(SupportCodeFault::Character)?;
            *code.0.get_mut(count).ok_or(SupportCodeFault::Length)? = value;
            count += 1;
        }
        match count {
            0 => Err(SupportCodeFault::Empty),
            LENGTH => Ok(code),
            _ => Err(SupportCodeFault::Length),
        }
    }

    /// The code in two groups of four with a dash between them, to be shown once to the agent who made it.
    pub fn grouped(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(LENGTH + 1));
        for (at, &symbol) in self.0.iter().enumerate() {
            if at > 0 && at.is_multiple_of(GROUP) {
                text.push('-');
            }
            text.push(char::from(SYMBOLS.as_bytes()[usize::from(symbol & 31)]));
        }
        text
    }

    /// What the database keeps of it, under the ring's active key. The code is bound to this suspension of this account.
    pub fn mac(&self, keys: &KeyRing, account: AccountId, suspension: SuspensionId) -> [u8; 32] {
        keys.mac(MAC, &[account.as_bytes(), suspension.as_bytes(), &self.0])
    }
}

/// What is known of the code of a suspension.
#[derive(Debug, Clone, Copy)]
pub struct Issued<'a> {
    /// Its MAC.
    pub mac: &'a [u8; 32],
    /// When it can no longer be used.
    pub expires_at: Timestamp,
    /// Whether it was used.
    pub spent: bool,
}

/// What an answer is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is the code, and it still counts.
    Right,
    /// It was the code, and was used.
    Used,
    /// It was the code, and came too late.
    Late,
    /// It is not the code.
    Wrong,
}

/// Judges an answer for this suspension of this account. `None` for `issued`: support has made no code.
pub fn judge(
    keys: &KeyRing,
    account: AccountId,
    suspension: SuspensionId,
    issued: Option<&Issued<'_>>,
    code: &SupportCode,
    now: Timestamp,
) -> Verdict {
    let parts: [&[u8]; 3] = [account.as_bytes(), suspension.as_bytes(), &code.0];
    match issued.filter(|issued| keys.mac_matches(MAC, &parts, issued.mac)) {
        None => Verdict::Wrong,
        Some(issued) if issued.spent => Verdict::Used,
        Some(issued) if now < issued.expires_at => Verdict::Right,
        Some(_) => Verdict::Late,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{KeyId, MasterKey};
    use crate::testing::CountingEntropy;

    const NOW: Timestamp = Timestamp::from_secs(1_000_000);

    #[test]
    fn rec_2_a_code_reads_back_however_it_is_spelt() {
        let code = SupportCode::new(&CountingEntropy::new(1));
        let text = code.grouped();
        assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [4; 2]);
        let spelt = [
            text.to_lowercase(),
            text.replace('-', " "),
            text.replace('0', "o").replace('1', "l"),
            format!(" {} ", text.replace('-', "")),
        ];
        for typed in spelt {
            assert_eq!(SupportCode::parse(&typed).map(|read| read.0), Ok(code.0), "{typed}");
        }
        for (typed, fault) in [
            ("", SupportCodeFault::Empty),
            ("ABCD-EFG", SupportCodeFault::Length),
            ("ABCD-EFGHJ", SupportCodeFault::Length),
            ("ABCD-EFGU", SupportCodeFault::Character),
        ] {
            assert_eq!(SupportCode::parse(typed).err(), Some(fault), "{typed}");
            assert!(SupportCodeFault::TEXT_KEYS.contains(&fault.text_key()));
        }
    }

    #[test]
    fn rec_2_a_code_is_good_once_for_half_an_hour_for_its_own_suspension() {
        let keys = KeyRing::new(KeyId(1), vec![(KeyId(1), MasterKey::from([7; 32]))]).unwrap();
        let dice = CountingEntropy::new(5);
        let (account, other) = (AccountId::new(NOW, &dice), AccountId::new(NOW, &dice));
        let (suspension, next) = (SuspensionId::new(NOW, &dice), SuspensionId::new(NOW, &dice));
        let code = SupportCode::new(&dice);
        let mac = code.mac(&keys, account, suspension);
        let issued = Issued { mac: &mac, expires_at: NOW.plus(LIFE), spent: false };
        let spent = Issued { spent: true, ..issued };
        let told = |account, suspension, issued: Option<&Issued<'_>>, code: &SupportCode, at| {
            judge(&keys, account, suspension, issued, code, at)
        };
        let last = NOW.plus(LIFE).minus(Duration::from_millis(1));
        assert_eq!(told(account, suspension, Some(&issued), &code, last), Verdict::Right);
        assert_eq!(told(account, suspension, Some(&issued), &code, NOW.plus(LIFE)), Verdict::Late);
        assert_eq!(told(account, suspension, Some(&spent), &code, NOW), Verdict::Used);
        assert_eq!(told(account, suspension, None, &code, NOW), Verdict::Wrong);
        assert_eq!(told(other, suspension, Some(&issued), &code, NOW), Verdict::Wrong);
        assert_eq!(told(account, next, Some(&issued), &code, NOW), Verdict::Wrong);
        let guess = SupportCode::new(&dice);
        assert_eq!(told(account, suspension, Some(&issued), &guess, NOW), Verdict::Wrong);
    }
}
