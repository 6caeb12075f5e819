//! The one-time code that is sent to the account's e-mail address.
//!
//! A code belongs to one challenge and one address. The database keeps its MAC only (ALL-7); the code itself stands in the
//! sealed letter until that is sent.

use std::time::Duration;

use data_encoding::Encoding;
use sha2::{Digest, Sha256};

use crate::code::Code;
use crate::id::ChallengeId;
use crate::keys::KeyRing;
use crate::sign_in::Purpose;
use crate::time::Timestamp;

/// How long a code can be answered: NIST SP 800-63B-4 section 3.1.3.2 allows ten minutes. The challenge as a whole lives
/// no longer, so a code that is asked for again late in it has only what is left.
pub const CODE_LIFE: Duration = Duration::from_mins(10);

/// Codes that one challenge may send in all.
pub const SENDS_MOST: u32 = 3;

/// How long after the first, second … code of a challenge the next one may be asked for.
const GAPS: [Duration; 3] = [Duration::from_secs(30), Duration::from_mins(1), Duration::from_mins(2)];

/// Purpose of the MAC's sub-key.
const MAC: &str = "email code";

/// Characters of a reference: enough that two letters of one evening differ, short enough to compare at a glance.
const REFERENCE: usize = 4;

/// What an answer is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    /// The challenge that the newest code belongs to.
    pub challenge: ChallengeId,
    /// The newest code's MAC.
    pub mac: &'a [u8; 32],
    /// The MACs of the codes that this challenge sent before.
    pub earlier: &'a [[u8; 32]],
    /// When the newest code ends.
    pub expires_at: Timestamp,
    /// Whether it was answered already.
    pub spent: bool,
}

/// What is to be said of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is the newest code, in time and unused. Only spending it decides.
    Right,
    /// It was right until it ended.
    Late,
    /// It was right and has been used.
    Used,
    /// It stood in an earlier letter of this challenge; only the newest counts.
    Superseded,
    /// It is none of these.
    Wrong,
    /// This challenge has no live code: none was sent, or another sign-in has asked for one since.
    NoneSent,
}

/// What the database keeps of a code.
pub fn mac(keys: &KeyRing, challenge: ChallengeId, purpose: Purpose, code: &Code) -> [u8; 32] {
    keys.mac(MAC, &parts(&challenge, purpose, code.reveal().as_bytes()))
}

/// Judges an answer to `challenge`.
pub fn judge(
    keys: &KeyRing,
    challenge: ChallengeId,
    purpose: Purpose,
    sent: Option<&Sent<'_>>,
    code: &Code,
    now: Timestamp,
) -> Verdict {
    let Some(sent) = sent.filter(|sent| sent.challenge == challenge) else { return Verdict::NoneSent };
    let text = code.reveal();
    let parts = parts(&challenge, purpose, text.as_bytes());
    if keys.mac_matches(MAC, &parts, sent.mac) {
        return match sent.spent {
            true => Verdict::Used,
            false if now < sent.expires_at => Verdict::Right,
            false => Verdict::Late,
        };
    }
    if sent.earlier.iter().any(|mac| keys.mac_matches(MAC, &parts, mac)) {
        return Verdict::Superseded;
    }
    Verdict::Wrong
}

fn parts<'a>(challenge: &'a ChallengeId, purpose: Purpose, code: &'a [u8]) -> [&'a [u8]; 3] {
    [challenge.as_bytes(), purpose.as_str().as_bytes(), code]
}

/// When the next code of a challenge may be asked for, after `sends` of which the last went at `sent_at`. `None`: never,
/// as it has sent all it may. Before the first one it is at once.
pub fn next_send_at(sends: u32, sent_at: Option<Timestamp>) -> Option<Timestamp> {
    if sends >= SENDS_MOST {
        return None;
    }
    let Some(sent_at) = sent_at else { return Some(Timestamp::from_millis(0)) };
    let gap = usize::try_from(sends).unwrap_or(usize::MAX).checked_sub(1).and_then(|at| GAPS.get(at));
    Some(sent_at.plus(gap.copied().unwrap_or(GAPS[GAPS.len() - 1])))
}

/// Four characters that stand on the page and in the letter, so that a person sees which request a letter answers. They
/// are no secret and prove nothing.
pub fn reference(challenge: ChallengeId, sends: u32) -> String {
    let digest = Sha256::new()
        .chain_update(b"countersign reference")
        .chain_update(challenge.as_bytes())
        .chain_update(sends.to_be_bytes())
        .finalize();
    let mut text = crockford().encode(&digest[..5]);
    text.truncate(REFERENCE);
    text
}

/// Crockford's base 32: no I, L, O or U, which are misread.
fn crockford() -> Encoding {
    let mut alphabet = data_encoding::Specification::new();
    alphabet.symbols.push_str(super::recovery_key::SYMBOLS);
    alphabet.encoding().expect("32 different ASCII symbols are an alphabet")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::{KeyId, MasterKey};
    use crate::testing::CountingEntropy;

    fn ring() -> KeyRing {
        KeyRing::new(KeyId(1), vec![(KeyId(1), MasterKey::from([7; 32]))]).unwrap()
    }

    fn code(text: &str) -> Code {
        Code::parse(text).unwrap()
    }

    #[test]
    fn only_the_newest_code_of_this_challenge_and_purpose_is_right_in_time_and_once() {
        let keys = ring();
        let now = Timestamp::from_secs(1_000_000);
        let (mine, other) = (
            ChallengeId::new(now, &CountingEntropy::new(1)),
            ChallengeId::new(now, &CountingEntropy::new(2)),
        );
        let newest = mac(&keys, mine, Purpose::SignIn, &code("123456"));
        let earlier = [mac(&keys, mine, Purpose::SignIn, &code("000111"))];
        let expires_at = now.plus(CODE_LIFE);
        let sent = Sent { challenge: mine, mac: &newest, earlier: &earlier, expires_at, spent: false };
        let judged = |challenge, purpose, sent: &Sent<'_>, text, now| {
            judge(&keys, challenge, purpose, Some(sent), &code(text), now)
        };
        assert_eq!(judged(mine, Purpose::SignIn, &sent, "123 456", now), Verdict::Right);
        assert_eq!(judged(mine, Purpose::SignIn, &sent, "123456", expires_at), Verdict::Late);
        let used = Sent { spent: true, ..sent };
        assert_eq!(judged(mine, Purpose::SignIn, &used, "123456", now), Verdict::Used);
        assert_eq!(judged(mine, Purpose::SignIn, &sent, "000111", now), Verdict::Superseded);
        assert_eq!(judged(mine, Purpose::SignIn, &sent, "654321", now), Verdict::Wrong);
        assert_eq!(judged(mine, Purpose::StepUp, &sent, "123456", now), Verdict::Wrong);
        assert_eq!(judged(other, Purpose::SignIn, &sent, "123456", now), Verdict::NoneSent);
        assert_eq!(judge(&keys, mine, Purpose::SignIn, None, &code("123456"), now), Verdict::NoneSent);
        let moved = Sent { challenge: other, ..sent };
        assert_eq!(
            judged(other, Purpose::SignIn, &moved, "123456", now),
            Verdict::Wrong,
            "bound to its challenge"
        );
    }

    #[test]
    fn asking_again_takes_longer_each_time_and_ends() {
        let at = Timestamp::from_secs(1_000);
        let waits: Vec<_> = (0..4).map(|sends| next_send_at(sends, Some(at))).collect();
        let after = |secs| Some(at.plus(Duration::from_secs(secs)));
        assert_eq!(waits[1..], [after(30), after(60), None]);
        assert!(next_send_at(0, None).is_some_and(|at| at < Timestamp::from_secs(1)));
    }

    #[test]
    fn a_reference_is_four_plain_characters_and_another_for_each_letter() {
        let id = ChallengeId::new(Timestamp::from_secs(1), &CountingEntropy::new(3));
        let (one, two) = (reference(id, 1), reference(id, 2));
        assert_ne!(one, two);
        assert_eq!(one, reference(id, 1));
        assert!(
            one.len() == REFERENCE && one.chars().all(|c| super::super::recovery_key::SYMBOLS.contains(c))
        );
    }
}
