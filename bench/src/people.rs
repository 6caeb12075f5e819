//! The people of a measurement: everything about each follows from a number, so that a million of them need no memory.

use std::net::Ipv4Addr;
use std::time::Duration;

use countersign::time_source::{Clock, SystemClock};
use countersign_core::entropy::Entropy;
use countersign_core::factor::totp::{self, Code, LATE_STEPS, Secret};
use countersign_core::id::{AccountId, AuthenticatorId, BrowserId, ChallengeId, PhoneNumberId};
use countersign_core::secret::Token;
use countersign_core::time::Timestamp;
use sha2::{Digest, Sha256};

/// How they all describe their browser.
pub(crate) const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
/// Their common password; its hash is made once.
pub(crate) const PASSWORD: &str = "seven quiet lanterns over water";

/// A crowd, all derived from one random seed.
#[derive(Clone, Copy)]
pub(crate) struct People {
    seed: [u8; 32],
    /// When the first of them was made; the others follow a millisecond apart, as ids of real accounts do.
    since: Timestamp,
    /// From this one on they have codes by e-mail and no device.
    mailed_from: u32,
}

/// One of them, with a challenge that is open now.
#[derive(Clone, Copy)]
pub(crate) struct Person {
    /// Who.
    pub(crate) index: u32,
    /// The how many-th challenge this is.
    pub(crate) round: u32,
}

/// 32 bytes in place of dice.
struct Given([u8; 32]);

impl Entropy for Given {
    fn fill(&self, bytes: &mut [u8]) {
        let most = bytes.len().min(self.0.len());
        bytes[..most].copy_from_slice(&self.0[..most]);
    }
}

impl People {
    /// A new crowd; its accounts were made over the last days.
    pub(crate) fn new(entropy: &dyn Entropy, mailed_from: u32) -> Self {
        let mut seed = [0; 32];
        entropy.fill(&mut seed);
        Self { seed, since: SystemClock.now().minus(Duration::from_hours(3 * 24)), mailed_from }
    }

    /// Whether this one's second step is a code by e-mail. The others have a device.
    pub(crate) fn has_mail(&self, index: u32) -> bool {
        index >= self.mailed_from
    }

    fn given(&self, what: &str, index: u32, round: u32) -> Given {
        let hash = Sha256::new()
            .chain_update(self.seed)
            .chain_update(what.as_bytes())
            .chain_update(index.to_be_bytes())
            .chain_update(round.to_be_bytes());
        Given(hash.finalize().into())
    }

    /// When this account was made.
    pub(crate) fn made_at(&self, index: u32) -> Timestamp {
        self.since.plus(Duration::from_millis(u64::from(index)))
    }

    /// The account's id.
    pub(crate) fn account(&self, index: u32) -> AccountId {
        AccountId::new(self.made_at(index), &self.given("account", index, 0))
    }

    /// Its device's id.
    pub(crate) fn device(&self, index: u32) -> AuthenticatorId {
        AuthenticatorId::new(self.made_at(index), &self.given("device", index, 0))
    }

    /// Its phone's id, where it has one.
    pub(crate) fn phone(&self, index: u32) -> PhoneNumberId {
        PhoneNumberId::new(self.made_at(index), &self.given("phone", index, 0))
    }

    /// Its recognised browser's id.
    pub(crate) fn browser(&self, index: u32) -> BrowserId {
        BrowserId::new(self.made_at(index), &self.given("browser", index, 0))
    }

    /// The id of an open challenge.
    pub(crate) fn challenge(&self, person: Person, now: Timestamp) -> ChallengeId {
        ChallengeId::new(now, &self.given("challenge", person.index, person.round))
    }

    /// The cookie of the challenge.
    pub(crate) fn challenge_token(&self, person: Person) -> Token {
        Token::new(&self.given("challenge cookie", person.index, person.round))
    }

    /// The cookie of the recognised browser.
    pub(crate) fn browser_token(&self, index: u32) -> Token {
        Token::new(&self.given("browser cookie", index, 0))
    }

    /// The cookie that ties forms to the browser.
    pub(crate) fn form_token(&self, index: u32) -> Token {
        Token::new(&self.given("form cookie", index, 0))
    }

    /// The device's key.
    pub(crate) fn secret(&self, index: u32) -> Secret {
        Secret::new(&self.given("secret", index, 0))
    }

    /// The code that the device shows now.
    pub(crate) fn code(&self, index: u32) -> Code {
        totp::code_at(&self.secret(index), totp::step_at(SystemClock.now()))
    }

    /// Whether the device shows, lately showed or soon will show this code.
    pub(crate) fn shows(&self, index: u32, code: &str) -> bool {
        let (secret, step) = (self.secret(index), totp::step_at(SystemClock.now()));
        (-LATE_STEPS - 2..=2).any(|away| totp::code_at(&secret, step + away).reveal().as_str() == code)
    }

    /// A guess, another one each time.
    pub(crate) fn guess(&self, person: Person, attempt: u32) -> String {
        let [a, b, c, ..] = self.given("guess", person.index, person.round * 8 + attempt).0;
        format!("{:06}", u32::from_be_bytes([0, a, b, c]) % 1_000_000)
    }
}

/// The address that signs in.
pub(crate) fn email(index: u32) -> String {
    format!("person{index}@example.org")
}

/// Their phone's number, where they have one: no two in one block of a thousand, as limits count by blocks.
pub(crate) fn number(index: u32) -> String {
    format!("+49170{:08}", 10_000_000 + u64::from(index % 80_000) * 1000 + 567)
}

/// Where they are: each has an address of their own, as limits count by address.
pub(crate) fn address(index: u32) -> Ipv4Addr {
    Ipv4Addr::from_bits(u32::from(Ipv4Addr::new(10, 0, 0, 1)) + index)
}
