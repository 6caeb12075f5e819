//! Proof of work for strangers: once somebody without a recognised browser has guessed too often at an account's
//! password, the next guesses cost computing time before the password is looked at.
//!
//! The puzzle is stateless: everything it says stands in its text and under a MAC. That it is used once only is the
//! store's business (it remembers [`Solved::nonce_hash`] until [`Solved::expires_at`]).

use std::fmt::Write as _;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use crate::entropy::Entropy;
use crate::keys::KeyRing;
use crate::time::Timestamp;

/// Leading zero bits that are asked for: 262,144 hashes on average, a second or two in a browser.
pub const BITS: u32 = 18;
/// How long a puzzle may be answered.
pub const LIFE: Duration = Duration::from_mins(10);
/// Most characters of an answer: the digits of a 64-bit number.
const ANSWER_MOST: usize = 20;
/// Purpose of the MAC's sub-key.
const PURPOSE: &str = "puzzle";

/// A puzzle for one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Puzzle {
    nonce: [u8; 16],
    expires_at: Timestamp,
    bits: u32,
    mac: [u8; 32],
}

/// A right answer, still to be spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Solved {
    /// What the store remembers so that the answer serves once: SHA-256 of the nonce.
    pub nonce_hash: [u8; 32],
    /// Until when it has to be remembered.
    pub expires_at: Timestamp,
}

/// Why an answer does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PuzzleFault {
    /// It is not of the form `puzzle.answer`.
    #[error("not an answered puzzle")]
    Malformed,
    /// This server did not make the puzzle, or made it for another account.
    #[error("a puzzle of somebody else")]
    Foreign,
    /// It was answered too late.
    #[error("the puzzle has expired")]
    Expired,
    /// The hash has too few leading zero bits.
    #[error("the answer is wrong")]
    Wrong,
}

impl Puzzle {
    /// A fresh puzzle for guesses at `identifier`: the account's id, or its stand-in ([`KeyRing::identifier`]).
    pub fn new(ring: &KeyRing, entropy: &dyn Entropy, identifier: &[u8; 16], now: Timestamp) -> Self {
        let mut nonce = [0; 16];
        entropy.fill(&mut nonce);
        Self::made(ring, nonce, now.plus(LIFE), BITS, identifier)
    }

    fn made(
        ring: &KeyRing,
        nonce: [u8; 16],
        expires_at: Timestamp,
        bits: u32,
        identifier: &[u8; 16],
    ) -> Self {
        let mut puzzle = Self { nonce, expires_at, bits, mac: [0; 32] };
        puzzle.mac = ring.mac(PURPOSE, &puzzle.parts(identifier).each_ref().map(Vec::as_slice));
        puzzle
    }

    fn parts(&self, identifier: &[u8; 16]) -> [Vec<u8>; 4] {
        [
            self.nonce.to_vec(),
            self.expires_at.as_millis().to_be_bytes().to_vec(),
            self.bits.to_be_bytes().to_vec(),
            identifier.to_vec(),
        ]
    }

    /// The puzzle as a page carries it: `nonce.expiry.bits.mac`, of letters, digits, `-`, `_` and dots.
    ///
    /// The browser looks for a decimal number such that SHA-256 of the ASCII text `puzzle.number` begins with so many
    /// zero bits, and sends that whole text back.
    pub fn encode(&self) -> String {
        let mut text = BASE64URL_NOPAD.encode(&self.nonce);
        // Writing to a `String` cannot fail.
        let _ = write!(text, ".{}.{}.", self.expires_at.as_millis(), self.bits);
        text.push_str(&BASE64URL_NOPAD.encode(&self.mac));
        text
    }

    /// Reads what [`Puzzle::encode`] wrote; `None` for anything else. It may still be forged.
    pub fn parse(text: &str) -> Option<Self> {
        let mut fields = text.split('.');
        let puzzle = Self {
            nonce: decoded(fields.next()?)?,
            expires_at: Timestamp::from_millis(fields.next()?.parse().ok()?),
            bits: fields.next()?.parse().ok()?,
            mac: decoded(fields.next()?)?,
        };
        // One spelling only: the hash is taken over the text.
        (fields.next().is_none() && puzzle.encode() == text).then_some(puzzle)
    }

    /// Judges an answered puzzle, `puzzle.number`, for guesses at `identifier`.
    ///
    /// # Errors
    /// Says what is wrong; a forged puzzle is never looked into further.
    pub fn check(
        ring: &KeyRing,
        answered: &str,
        identifier: &[u8; 16],
        now: Timestamp,
    ) -> Result<Solved, PuzzleFault> {
        let (text, answer) = answered.rsplit_once('.').ok_or(PuzzleFault::Malformed)?;
        let puzzle = Self::parse(text).ok_or(PuzzleFault::Malformed)?;
        if answer.is_empty() || answer.len() > ANSWER_MOST || !answer.bytes().all(|b| b.is_ascii_digit()) {
            return Err(PuzzleFault::Malformed);
        }
        let parts = puzzle.parts(identifier);
        if !ring.mac_matches(PURPOSE, &parts.each_ref().map(Vec::as_slice), &puzzle.mac) {
            return Err(PuzzleFault::Foreign);
        }
        if now >= puzzle.expires_at {
            return Err(PuzzleFault::Expired);
        }
        if zero_bits(&Sha256::digest(answered)) < puzzle.bits {
            return Err(PuzzleFault::Wrong);
        }
        Ok(Solved { nonce_hash: Sha256::digest(puzzle.nonce).into(), expires_at: puzzle.expires_at })
    }
}

/// Answers a puzzle as a browser does: the smallest number that fits, behind the puzzle's text. Takes as long as the
/// puzzle asks for; meant for tests and programs that sign in.
pub fn solve(puzzle: &Puzzle) -> String {
    let text = puzzle.encode() + ".";
    let start = Sha256::new().chain_update(&text);
    let fits =
        |number: &u64| zero_bits(&start.clone().chain_update(number.to_string()).finalize()) >= puzzle.bits;
    let number = (0..u64::MAX).find(fits).unwrap_or(u64::MAX);
    text + &number.to_string()
}

fn decoded<const N: usize>(text: &str) -> Option<[u8; N]> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()?.try_into().ok()
}

fn zero_bits(hash: &[u8]) -> u32 {
    let whole = hash.iter().take_while(|&&byte| byte == 0).count();
    let rest = hash.get(whole).map_or(0, |byte| byte.leading_zeros());
    u32::try_from(whole).unwrap_or(0) * 8 + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::KeyId;
    use crate::testing::CountingEntropy;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
    const MINE: [u8; 16] = [1; 16];

    fn ring(active: u32) -> KeyRing {
        KeyRing::new(KeyId(active), vec![(KeyId(1), [7; 32]), (KeyId(2), [8; 32])]).unwrap()
    }

    fn easy(bits: u32) -> Puzzle {
        Puzzle::made(&ring(1), [9; 16], NOW.plus(LIFE), bits, &MINE)
    }

    #[test]
    fn all_2_a_fresh_puzzle_is_solved_and_accepted_for_its_account_in_time() {
        let puzzle = Puzzle::new(&ring(1), &CountingEntropy::new(1), &MINE, NOW);
        let answered = solve(&puzzle);
        let solved = Puzzle::check(&ring(1), &answered, &MINE, NOW).unwrap();
        assert_eq!(solved.expires_at, NOW.plus(LIFE));
        assert_eq!(Puzzle::check(&ring(2), &answered, &MINE, NOW), Ok(solved), "after a change of keys");
        assert_eq!(Puzzle::check(&ring(1), &answered, &[2; 16], NOW), Err(PuzzleFault::Foreign));
        let last = NOW.plus(LIFE).minus(Duration::from_millis(1));
        assert_eq!(Puzzle::check(&ring(1), &answered, &MINE, last), Ok(solved));
        assert_eq!(Puzzle::check(&ring(1), &answered, &MINE, NOW.plus(LIFE)), Err(PuzzleFault::Expired));
    }

    #[test]
    fn all_2_a_wrong_answer_is_refused() {
        let puzzle = easy(8);
        let answered = solve(&puzzle);
        let right: u64 = answered.rsplit('.').next().unwrap().parse().unwrap();
        for number in 0..right {
            let text = format!("{}.{number}", puzzle.encode());
            assert_eq!(Puzzle::check(&ring(1), &text, &MINE, NOW), Err(PuzzleFault::Wrong));
        }
    }

    #[test]
    fn all_2_a_changed_puzzle_is_not_ours() {
        let good = easy(4);
        let other_ring = KeyRing::new(KeyId(1), vec![(KeyId(1), [6; 32])]).unwrap();
        let changes = [
            Puzzle { nonce: [0; 16], ..good.clone() },
            Puzzle { bits: 0, ..good.clone() },
            Puzzle { expires_at: good.expires_at.plus(LIFE), ..good.clone() },
            Puzzle { mac: [0; 32], ..good.clone() },
            Puzzle::made(&other_ring, [9; 16], good.expires_at, 4, &MINE),
        ];
        for changed in changes {
            assert_eq!(
                Puzzle::check(&ring(1), &solve(&changed), &MINE, NOW),
                Err(PuzzleFault::Foreign),
                "{changed:?}"
            );
        }
    }

    #[test]
    fn anything_else_is_malformed() {
        let text = easy(0).encode();
        let answers =
            ["", "1", "..", &text, &format!("{text}."), &format!("{text}.-1"), &format!("{text}.1 ")]
                .map(str::to_owned)
                .into_iter()
                .chain([
                    format!("{text}.{}", "1".repeat(21)),
                    format!("x{text}.1"),
                    text.replace(".0.", ".00.") + ".1",
                ]);
        for answered in answers {
            assert_eq!(
                Puzzle::check(&ring(1), &answered, &MINE, NOW),
                Err(PuzzleFault::Malformed),
                "{answered}"
            );
        }
    }

    #[test]
    fn leading_zero_bits_are_counted_across_bytes() {
        for (hash, bits) in [(&[0x80, 0][..], 0), (&[0x01], 7), (&[0, 0x20], 10), (&[0, 0], 16)] {
            assert_eq!(zero_bits(hash), bits);
        }
    }
}
