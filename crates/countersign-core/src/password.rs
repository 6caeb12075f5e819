//! Passwords: how they are hashed and checked, and which new ones are accepted.
//!
//! A password is normalised (NFKC), keyed with the pepper (HMAC-SHA-256) and hashed with Argon2id (RFC 9106, version
//! 1.3). The hashing takes tens of milliseconds and 46 MiB by design; the server runs it on threads of its own.

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash as Phc, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

use crate::blocklist;
use crate::clean::fold;
use crate::entropy::Entropy;
use crate::keys::{KeyId, KeyRing};
use crate::secret::Password;
use crate::text::Text;

pub mod foreign;

/// Shortest password in code points where it may be the only proof (NIST SP 800-63B-4 section 3.1.1.2).
pub const SHORTEST_ALONE: usize = 15;
/// Shortest password in code points where a second step is always asked for as well (same section).
pub const SHORTEST_WITH_SECOND_STEP: usize = 8;
/// Longest password in code points; at least 64 have to be accepted (same section).
pub const LONGEST: usize = 256;
/// Longest password in bytes of UTF-8, as typed and normalised.
pub const LONGEST_BYTES: usize = 1024;

/// Bytes of salt (RFC 9106 section 3.1 recommends 16).
const SALT: usize = 16;
/// Bytes of the hash (RFC 9106 section 4).
const OUTPUT: usize = 32;
/// Most memory that a stored hash may ask for, in KiB: a broken row must not bring the server down.
const MEMORY_MOST: u32 = 1024 * 1024;

/// What one hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// Argon2 knows no such parameters: too little memory for the lanes, no pass, no lane, or more than 1 GiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("impossible Argon2 parameters")]
pub struct ParametersFault;

impl Parameters {
    /// 46 MiB, two passes, one lane: above every line of the floor in ASVS 5.0 appendix C.
    pub const DEFAULT: Self = Self { memory_kib: 47_104, passes: 2, lanes: 1 };

    /// Other parameters: memory in KiB (at least eight for each lane, at most 1 GiB), passes over it, lanes.
    ///
    /// # Errors
    /// When Argon2 cannot work with them. Weak ones are possible, for tests; see [`Parameters::meets_floor`].
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, ParametersFault> {
        if memory_kib > MEMORY_MOST || Params::new(memory_kib, passes, lanes, Some(OUTPUT)).is_err() {
            return Err(ParametersFault);
        }
        Ok(Self { memory_kib, passes, lanes })
    }

    /// Memory in KiB.
    pub const fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    pub const fn passes(self) -> u32 {
        self.passes
    }

    /// Lanes, which are worked one after another here.
    pub const fn lanes(self) -> u32 {
        self.lanes
    }

    /// Whether they are strong enough for real passwords (ASVS 5.0 appendix C).
    pub const fn meets_floor(self) -> bool {
        match self.passes {
            0 => false,
            1 => self.memory_kib >= 47_104,
            2 => self.memory_kib >= 19_456,
            _ => self.memory_kib >= 12_288,
        }
    }

    const fn is_below(self, wanted: Self) -> bool {
        self.memory_kib < wanted.memory_kib || self.passes < wanted.passes || self.lanes < wanted.lanes
    }

    fn argon2(self) -> Argon2<'static> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(OUTPUT));
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params.expect("`new` has tried them"))
    }
}

impl Default for Parameters {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A password as the database keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordHash {
    /// The hash with its salt and parameters, as a PHC string (`$argon2id$v=19$m=47104,t=2,p=1$…$…`), or another
    /// system's hash as [`foreign::keep`] seals it.
    pub phc: String,
    /// The master key whose pepper was used, or that sealed it.
    pub pepper_key: KeyId,
}

/// What became of a password that was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// It is the one.
    Right {
        /// Whether the stored hash is weaker than wanted or has the pepper of an older key, so that the password is to
        /// be hashed anew now that it is known.
        rehash: bool,
    },
    /// It is another one.
    Wrong,
}

/// Why a stored hash could not be looked into. Never to be taken for a wrong password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashFault {
    /// Its pepper's master key is not loaded.
    #[error("hashed with the pepper of key {0}, which is not loaded")]
    UnknownKey(KeyId),
    /// It is no Argon2id hash as this server writes them.
    #[error("the stored password hash is broken")]
    Broken,
}

/// Working memory for Argon2, kept from one hash to the next, so that not every hash has to fetch 46 MiB of fresh
/// pages from the system. Each hashing thread owns one.
#[derive(Default)]
pub struct HashMemory(Vec<Block>);

impl HashMemory {
    /// No memory yet; the first hash fetches what it needs.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Wipes the memory and gives it back: for a thread that has had nothing to do for a while.
    pub fn release(&mut self) {
        self.0.zeroize();
        self.0 = Vec::new();
    }

    fn blocks(&mut self, argon2: &Argon2<'_>) -> &mut [Block] {
        let needed = argon2.params().block_count();
        if self.0.len() < needed {
            self.0.resize(needed, Block::new());
        }
        &mut self.0[..needed]
    }
}

impl Drop for HashMemory {
    fn drop(&mut self) {
        self.release();
    }
}

/// Hashes a new password with the active key's pepper and a fresh salt.
pub fn hash(
    ring: &KeyRing,
    entropy: &dyn Entropy,
    password: &Password,
    parameters: Parameters,
    memory: &mut HashMemory,
) -> PasswordHash {
    let mut salt = [0; SALT];
    entropy.fill(&mut salt);
    let output = argon2id(&ring.active_pepper(password), &salt, parameters, memory);
    PasswordHash { phc: phc(&salt, &output, parameters), pepper_key: ring.active() }
}

/// Compares a typed password with a stored hash, in time that does not depend on where they differ. `wanted` are the
/// parameters that new hashes get.
///
/// # Errors
/// When the stored hash could not be looked into: that is a fault of the installation, not a wrong password.
pub fn verify(
    ring: &KeyRing,
    stored: &PasswordHash,
    password: &Password,
    wanted: Parameters,
    memory: &mut HashMemory,
) -> Result<Verified, HashFault> {
    if foreign::is_kept(&stored.phc) {
        // What the old hash never looked at must not become part of the password.
        let right = foreign::verify(ring, stored, password)?;
        return Ok(right.map_or(Verified::Wrong, |whole| Verified::Right { rehash: whole }));
    }
    let (salt, expected, parameters) = read(&stored.phc).ok_or(HashFault::Broken)?;
    let peppered =
        ring.pepper(stored.pepper_key, password).ok_or(HashFault::UnknownKey(stored.pepper_key))?;
    let output = argon2id(&peppered, &salt, parameters, memory);
    if !bool::from(output.ct_eq(expected.as_bytes())) {
        return Ok(Verified::Wrong);
    }
    Ok(Verified::Right { rehash: stored.pepper_key != ring.active() || parameters.is_below(wanted) })
}

/// A hash that no password fits, to be verified where there is no account: the answer then takes as long as a wrong
/// password does. It is the same for the life of the active key.
pub fn dummy(ring: &KeyRing, parameters: Parameters) -> PasswordHash {
    let salt = ring.identifier("dummy password");
    let output = ring.mac("dummy password", &[]);
    PasswordHash { phc: phc(&salt, &output, parameters), pepper_key: ring.active() }
}

fn argon2id(
    peppered: &[u8; 32],
    salt: &[u8],
    parameters: Parameters,
    memory: &mut HashMemory,
) -> Zeroizing<[u8; OUTPUT]> {
    let argon2 = parameters.argon2();
    let mut output = Zeroizing::new([0; OUTPUT]);
    argon2
        .hash_password_into_with_memory(peppered, salt, output.as_mut_slice(), memory.blocks(&argon2))
        .expect("lengths of salt, output and memory are right");
    output
}

fn phc(salt: &[u8; SALT], output: &[u8; OUTPUT], parameters: Parameters) -> String {
    let mut params = ParamsString::new();
    for (name, value) in [("m", parameters.memory_kib), ("t", parameters.passes), ("p", parameters.lanes)] {
        params.add_decimal(name, value).expect("three short parameters fit");
    }
    Phc {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params,
        salt: Some(Salt::new(salt).expect("16 bytes are a salt")),
        hash: Some(Output::new(output).expect("32 bytes are an output")),
    }
    .to_string()
}

fn read(phc: &str) -> Option<(Salt, Output, Parameters)> {
    let phc = Phc::new(phc).ok()?;
    if phc.algorithm != ARGON2ID_IDENT || phc.version != Some(Version::V0x13.into()) {
        return None;
    }
    let number = |name| phc.params.get_decimal(name);
    let parameters = Parameters::new(number("m")?, number("t")?, number("p")?).ok()?;
    let output = phc.hash.filter(|output| output.len() == OUTPUT)?;
    Some((phc.salt?, output, parameters))
}

/// What a new password must not resemble, besides the list of common ones.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The account's e-mail address.
    pub email: &'a str,
    /// The account's display name.
    pub display_name: &'a str,
    /// The organisation's name.
    pub organisation: &'a str,
    /// What this installation calls itself.
    pub product: &'a str,
}

/// A piece of the context that a password resembles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContextWord {
    /// The product's name.
    Product,
    /// The organisation's name.
    Organisation,
    /// What stands before the `@` of the e-mail address.
    EmailName,
    /// What stands after it, or the whole address.
    EmailDomain,
    /// The account's display name.
    DisplayName,
}

/// What is wrong with a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordFault {
    /// It has fewer code points than this.
    #[error("shorter than {min} characters")]
    TooShort {
        /// The shortest length that is accepted here.
        min: usize,
    },
    /// It has more than [`LONGEST`] code points or [`LONGEST_BYTES`] bytes.
    #[error("longer than {max} characters")]
    TooLong {
        /// The longest length in code points.
        max: usize,
    },
    /// It is a common password, or a simple variant of common words.
    #[error("a common password")]
    Common,
    /// It is made of words that anybody who knows the account would try.
    #[error("made of a word of the context ({0:?})")]
    Context(ContextWord),
}

impl PasswordFault {
    /// What to tell the person; `min` and `max` are lengths in characters.
    pub fn text(self) -> Text {
        match self {
            Self::TooShort { min } => Text::new("password-fault-too-short").with("min", min),
            Self::TooLong { max } => Text::new("password-fault-too-long").with("max", max),
            Self::Common => Text::new("password-fault-common"),
            Self::Context(word) => Text::new(match word {
                ContextWord::Product => "password-fault-product",
                ContextWord::Organisation => "password-fault-organisation",
                ContextWord::EmailName => "password-fault-email-name",
                ContextWord::EmailDomain => "password-fault-email-domain",
                ContextWord::DisplayName => "password-fault-display-name",
            }),
        }
    }
}

/// Judges a new password. There are no rules of composition: any characters, any blanks (NIST SP 800-63B-4 section
/// 3.1.1.2). `floor` is [`SHORTEST_ALONE`] or [`SHORTEST_WITH_SECOND_STEP`].
///
/// # Errors
/// Everything that is wrong with it. Of a too long one nothing else is looked at.
pub fn check_new(password: &Password, context: &Context<'_>, floor: usize) -> Result<(), Vec<PasswordFault>> {
    // Judged by bytes before it is normalised, which costs time in proportion.
    let too_long = || vec![PasswordFault::TooLong { max: LONGEST }];
    if password.len() > LONGEST_BYTES {
        return Err(too_long());
    }
    let text = password.nfkc();
    let length = text.chars().count();
    if length > LONGEST || text.len() > LONGEST_BYTES {
        return Err(too_long());
    }
    let mut faults = Vec::new();
    if length < floor {
        faults.push(PasswordFault::TooShort { min: floor });
    }
    if blocklist::is_common(&text, floor) {
        faults.push(PasswordFault::Common);
    }
    faults.extend(near_context(&text, context).into_iter().map(PasswordFault::Context));
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn near_context(text: &str, context: &Context<'_>) -> Vec<ContextWord> {
    let (email_name, email_domain) = context.email.rsplit_once('@').unwrap_or((context.email, ""));
    let kinds = [
        (ContextWord::Product, context.product),
        (ContextWord::Organisation, context.organisation),
        (ContextWord::EmailName, email_name),
        (ContextWord::EmailDomain, email_domain),
        (ContextWord::DisplayName, context.display_name),
    ]
    .map(|(kind, words)| (kind, blocklist::context_words(words)));
    let all: Vec<String> = kinds.iter().flat_map(|(_, words)| words.iter().cloned()).collect();
    // What needs no word at all ("abcdefgh") is common, and nothing of the context is to blame.
    if !blocklist::is_near(text, &all) || blocklist::is_made_of(text, &[]) {
        return Vec::new();
    }
    // With words of the list, any kind would do for a password that is common already; then only a kind that makes it
    // up by itself is to blame.
    let common = blocklist::is_near(text, &[]);
    let blamed = |judge: &dyn Fn(&[String]) -> bool| -> Vec<ContextWord> {
        kinds.iter().filter(|(_, words)| judge(words)).map(|(kind, _)| *kind).collect()
    };
    let found =
        blamed(&|words| blocklist::is_made_of(text, words) || (!common && blocklist::is_near(text, words)));
    if common || !found.is_empty() {
        return found;
    }
    // Only several kinds together make it up ("acme-countersign"): those that occur in it.
    let folded = fold(text);
    blamed(&|words| words.iter().any(|word| folded.contains(word.as_str())))
}

#[cfg(test)]
mod tests;
