//! The recovery key: 115 random bits on paper, for whoever has lost everything else.
//!
//! Twenty-three symbols of Crockford's base 32 and a check symbol, in six groups of four. It is made and shown once; the
//! database keeps its MAC only (ALL-7), found by the account and never by the key.

use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::entropy::Entropy;
use crate::id::{AccountId, RecoveryKeyId};
use crate::keys::KeyRing;

/// The alphabet, in the order of the values: no I, L, O or U, which are misread or mean something.
pub const SYMBOLS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Random symbols of five bits: 115 bits, of which NIST SP 800-63B-4 section 4.2.1.1 wants 64 and ASVS 5.0, 6.5.2 wants
/// 112 before a fast keyed hash may do.
const RANDOM: usize = 23;

/// All symbols, the check symbol included.
const LENGTH: usize = RANDOM + 1;

/// Symbols of a group, as it is printed.
const GROUP: usize = 4;

/// Groups of a key.
pub const GROUPS: usize = LENGTH / GROUP;

/// Longest text that is looked at.
const LONGEST: usize = 200;

/// Purpose of the MAC's sub-key.
const MAC: &str = "recovery key";

/// One recovery key. Wiped on drop, without `Debug`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct RecoveryKey([u8; LENGTH]);

/// Why a text is no recovery key. It costs no attempt, as nothing was guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryKeyFault {
    /// Nothing was typed.
    #[error("empty")]
    Empty,
    /// A character that no key has.
    #[error("a character that no key has")]
    Character,
    /// More or fewer symbols than a key has.
    #[error("not 24 symbols")]
    Length,
    /// The check symbol says that one was mistyped, or two were swapped.
    #[error("mistyped")]
    Mistyped,
}

impl RecoveryKeyFault {
    /// The key of the message for the person who typed it.
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Empty => "recovery-key-empty",
            Self::Character => "recovery-key-character",
            Self::Length => "recovery-key-length",
            Self::Mistyped => "recovery-key-mistyped",
        }
    }

    /// Every key, for the test that each language has it.
    pub const TEXT_KEYS: &'static [&'static str] =
        &["recovery-key-empty", "recovery-key-character", "recovery-key-length", "recovery-key-mistyped"];
}

impl RecoveryKey {
    /// A fresh key.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut key = Self([0; LENGTH]);
        entropy.fill(&mut key.0[..RANDOM]);
        for symbol in &mut key.0[..RANDOM] {
            *symbol &= 31;
        }
        key.0[RANDOM] = check_symbol(&key.0[..RANDOM]);
        key
    }

    /// Reads a key as people type it: case, blanks and dashes are ignored, O is read as 0, I and L as 1.
    ///
    /// # Errors
    ///
    /// What is wrong with the text's form, see [`RecoveryKeyFault`].
    pub fn parse(text: &str) -> Result<Self, RecoveryKeyFault> {
        if text.len() > LONGEST {
            return Err(RecoveryKeyFault::Length);
        }
        let mut key = Self([0; LENGTH]);
        let mut count = 0;
        for sign in text.chars().filter(|sign| !is_filler(*sign)) {
            let value = value_of(sign).ok_or(RecoveryKeyFault::Character)?;
            *key.0.get_mut(count).ok_or(RecoveryKeyFault::Length)? = value;
            count += 1;
        }
        match count {
            0 => Err(RecoveryKeyFault::Empty),
            LENGTH if check_symbol(&key.0[..RANDOM]) == key.0[RANDOM] => Ok(key),
            LENGTH => Err(RecoveryKeyFault::Mistyped),
            _ => Err(RecoveryKeyFault::Length),
        }
    }

    /// The key in six groups of four with dashes between them, to be shown once to its owner.
    pub fn grouped(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(LENGTH + GROUPS));
        for (at, &symbol) in self.0.iter().enumerate() {
            if at > 0 && at.is_multiple_of(GROUP) {
                text.push('-');
            }
            text.push(char::from(SYMBOLS.as_bytes()[usize::from(symbol & 31)]));
        }
        text
    }

    /// Whether `typed` is the key's group of this number (from 0), read as leniently as a whole key.
    pub fn has_group(&self, number: usize, typed: &str) -> bool {
        let Some(group) = self.0.chunks(GROUP).nth(number) else { return false };
        let values: Zeroizing<Vec<u8>> = Zeroizing::new(
            typed.chars().take(LONGEST).filter(|sign| !is_filler(*sign)).map_while(value_of).collect(),
        );
        let signs = typed.chars().take(LONGEST).filter(|sign| !is_filler(*sign)).count();
        signs == values.len() && bool::from(group.ct_eq(&values))
    }

    /// What the database keeps of it, under the ring's active key.
    pub fn mac(&self, keys: &KeyRing, account: AccountId) -> [u8; 32] {
        keys.mac(MAC, &[account.as_bytes(), &self.0])
    }

    /// Whether it is the key of this account whose MAC is given.
    pub fn matches(&self, keys: &KeyRing, account: AccountId, mac: &[u8; 32]) -> bool {
        keys.mac_matches(MAC, &[account.as_bytes(), &self.0], mac)
    }
}

/// Two groups to be typed as proof that the key was saved, numbered from 0, lower first: picked by the key's id, so that
/// they stay the same however often the page is drawn.
pub fn groups_to_type(id: RecoveryKeyId) -> (usize, usize) {
    let [.., one, two] = *id.as_bytes();
    let first = usize::from(one) % GROUPS;
    let second = (first + 1 + usize::from(two) % (GROUPS - 1)) % GROUPS;
    (first.min(second), first.max(second))
}

/// What people type between the symbols.
pub(super) fn is_filler(sign: char) -> bool {
    sign.is_whitespace() || matches!(sign, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}')
}

/// The value of a symbol, its look-alikes included.
pub(super) fn value_of(sign: char) -> Option<u8> {
    let sign = match sign.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    SYMBOLS.chars().position(|symbol| symbol == sign).and_then(|at| u8::try_from(at).ok())
}

/// Luhn's algorithm modulo 32: finds every single mistyped symbol and nearly every swap of neighbours.
fn check_symbol(symbols: &[u8]) -> u8 {
    let sum: u32 = symbols
        .iter()
        .rev()
        .enumerate()
        .map(|(at, &symbol)| {
            let value = u32::from(symbol) << u32::from(at.is_multiple_of(2));
            value / 32 + value % 32
        })
        .sum();
    u8::try_from((32 - sum % 32) % 32).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::keys::{KeyId, MasterKey};
    use crate::testing::CountingEntropy;
    use crate::time::Timestamp;

    fn key(seed: u64) -> RecoveryKey {
        RecoveryKey::new(&CountingEntropy::new(seed))
    }

    #[test]
    fn key_5_a_key_reads_back_however_it_is_spelt() {
        let key = key(1);
        let text = key.grouped();
        assert_eq!(text.len(), 29);
        assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [4; 6]);
        let same = |typed: &str| RecoveryKey::parse(typed).map(|read| read.0) == Ok(key.0);
        assert!(same(&text));
        assert!(same(&text.to_lowercase()));
        assert!(same(&text.replace('-', "")));
        assert!(same(&format!("  {}\n", text.replace('-', " – "))));
        assert!(same(&text.replace('0', "o").replace('1', "l")));
        assert!(same(&text.replace('0', "O").replace('1', "I")));
    }

    #[test]
    fn what_is_no_key_is_told_apart_and_costs_nothing() {
        let text = key(2).grouped().to_string();
        let mut short = text.clone();
        short.pop();
        let swapped = format!("{}{}", &text[1..2], &text[0..1]) + &text[2..];
        for (typed, fault) in [
            (String::new(), RecoveryKeyFault::Empty),
            (" - ".to_owned(), RecoveryKeyFault::Empty),
            (short, RecoveryKeyFault::Length),
            (format!("{text}0"), RecoveryKeyFault::Length),
            ("0".repeat(10_000), RecoveryKeyFault::Length),
            (text.replacen(|c: char| c != '-', "U", 1), RecoveryKeyFault::Character),
            (text.replacen(|c: char| c != '-', "é", 1), RecoveryKeyFault::Character),
            (swapped, RecoveryKeyFault::Mistyped),
        ] {
            assert_eq!(RecoveryKey::parse(&typed).err(), Some(fault), "{typed}");
        }
    }

    #[test]
    fn all_7_the_mac_is_bound_to_the_account() {
        let ring = KeyRing::new(KeyId(1), vec![(KeyId(1), MasterKey::from([7; 32]))]).unwrap();
        let now = Timestamp::from_secs(1);
        let (mine, other) =
            (AccountId::new(now, &CountingEntropy::new(5)), AccountId::new(now, &CountingEntropy::new(6)));
        let (right, wrong) = (key(3), key(4));
        let mac = right.mac(&ring, mine);
        assert!(right.matches(&ring, mine, &mac));
        assert!(!wrong.matches(&ring, mine, &mac));
        assert!(!right.matches(&ring, other, &mac), "another account's key");
    }

    #[test]
    fn saving_is_shown_by_two_different_groups() {
        let entropy = CountingEntropy::new(9);
        let key = key(7);
        let text = key.grouped();
        let groups: Vec<&str> = text.split('-').collect();
        for _ in 0..200 {
            let (first, second) = groups_to_type(RecoveryKeyId::new(Timestamp::from_secs(1), &entropy));
            assert!(first < second && second < GROUPS);
            assert!(key.has_group(first, &groups[first].to_lowercase()));
            assert_eq!(key.has_group(first, groups[second]), groups[first] == groups[second]);
        }
        assert!(!key.has_group(0, "") && !key.has_group(6, groups[0]) && !key.has_group(0, &text));
        assert!(!key.has_group(0, &format!("{}é", groups[0])));
    }

    proptest! {
        #[test]
        fn one_mistyped_symbol_is_always_found(seed: u64, place in 0_usize..LENGTH, by in 1_u8..32) {
            let key = key(seed);
            let mut wrong = RecoveryKey(key.0);
            wrong.0[place] = (wrong.0[place] + by) % 32;
            prop_assert_eq!(RecoveryKey::parse(&wrong.grouped()).err(), Some(RecoveryKeyFault::Mistyped));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,60}") {
            let _ = RecoveryKey::parse(&text);
            let _ = key(1).has_group(2, &text);
        }
    }
}
