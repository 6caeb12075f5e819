//! Password hashes that another system made, and how they are kept until their owner signs in.
//!
//! They were made from the password as it was typed (most systems normalise nothing) and without our pepper. Each is
//! kept sealed, as `$sealed$` and an envelope in base64: whoever reads the database alone can neither guess at it nor
//! put a hash of their own there. The next right password is hashed anew as ours, and the foreign hash is gone.

use std::sync::LazyLock;

use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::{BASE64_NOPAD, BitOrder, Encoding, Specification};
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{HashFault, PasswordHash};
use crate::entropy::Entropy;
use crate::keys::{Binding, KeyRing, SealError};
use crate::secret::Password;

/// Longest hash in bytes; the longest that a known system writes has about 200.
pub const LONGEST_HASH: usize = 512;
/// Most memory in KiB that checking one may take: 256 MiB, what libsodium's `crypto_pwhash` calls *moderate*. More would
/// let a handful of sign-ins push a small server into swapping.
pub const MEMORY_MOST_KIB: u32 = 256 * 1024;
/// Most memory that may be walked through for one Argon2 or scrypt hash, in KiB: 2 GiB, about two seconds of a core.
/// Fourteen times the cost of RFC 9106's second recommendation would already be above it.
pub const WORK_MOST_KIB: u64 = 2 * 1024 * 1024;
/// Most lanes of Argon2 and of scrypt; both are worked one after another here.
pub const LANES_MOST: u32 = 16;
/// Highest cost of bcrypt: about two seconds of a core. Systems use 10 to 13 (OWASP's password storage sheet: at least
/// 10); 15 is what the slowest of them allow.
pub const BCRYPT_COST_MOST: u32 = 15;
/// Most rounds of PBKDF2: about two seconds of a core. OWASP's password storage sheet asks for 600 000 with SHA-256.
pub const PBKDF2_ROUNDS_MOST: u32 = 5_000_000;
/// Fewest rounds of PBKDF2 (RFC 8018 section 4.2).
pub const PBKDF2_ROUNDS_LEAST: u32 = 1_000;
/// What bcrypt looks at, in bytes.
pub const BCRYPT_BYTES: usize = 72;

/// Lengths of a hash and of a salt in bytes.
const OUTPUT: std::ops::RangeInclusive<usize> = 16..=128;
const SALT: std::ops::RangeInclusive<usize> = 4..=64;

/// What a kept foreign hash begins with. No PHC string does: its second part would be a base64 text.
const SEALED: &str = "$sealed$";

/// Where an envelope belongs to. No row: as with our own hashes, it is the pepper's key that keeps others from writing one.
const BINDING: Binding =
    Binding { table: "account", column: "password_hash", row: [0; 16], account: [0; 16] };

/// bcrypt's alphabet. Some systems leave bits of the salt's last letter set that mean nothing.
static BCRYPT64: LazyLock<Encoding> = LazyLock::new(|| {
    let mut spec = Specification::new();
    spec.symbols.push_str("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");
    spec.bit_order = BitOrder::MostSignificantFirst;
    spec.check_trailing_bits = false;
    spec.encoding().expect("64 different letters")
});

/// Why a hash cannot be taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForeignFault {
    /// It is of no kind that is known here.
    #[error("an unknown kind of password hash")]
    UnknownKind,
    /// It begins like a known kind and is none.
    #[error("a broken password hash")]
    Broken,
    /// Checking it would take so long or so much memory that signing in could be used against the server.
    #[error("a password hash that costs too much to check")]
    TooCostly,
    /// It is so cheap that it protects nothing.
    #[error("a password hash that is too weak")]
    TooWeak,
}

enum Kind {
    Argon2(Algorithm, Version, Params),
    Bcrypt(u32),
    Scrypt(scrypt::Params),
    Pbkdf2Sha256(u32),
    Pbkdf2Sha512(u32),
}

/// A hash of another system that can be checked here, with its parameters within what signing in may cost. No `Debug`.
pub struct ForeignHash {
    kind: Kind,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl ForeignHash {
    /// Reads a PHC string of Argon2 (`i`, `d`, `id`), scrypt or PBKDF2 (with SHA-256 or SHA-512; also as passlib writes
    /// it), or a bcrypt hash (`$2a$`, `$2b$`, `$2y$`).
    ///
    /// # Errors
    /// Why it cannot be taken over.
    pub fn parse(text: &str) -> Result<Self, ForeignFault> {
        if text.len() > LONGEST_HASH {
            return Err(ForeignFault::Broken);
        }
        let rest = text.strip_prefix('$').ok_or(ForeignFault::UnknownKind)?;
        let (name, rest) = rest.split_once('$').ok_or(ForeignFault::UnknownKind)?;
        let parts: Vec<&str> = rest.split('$').collect();
        match name {
            "argon2i" => argon2(Algorithm::Argon2i, &parts),
            "argon2d" => argon2(Algorithm::Argon2d, &parts),
            "argon2id" => argon2(Algorithm::Argon2id, &parts),
            "2a" | "2b" | "2y" => bcrypt(&parts),
            "scrypt" => scrypt(&parts),
            "pbkdf2-sha256" => pbkdf2(&parts, Kind::Pbkdf2Sha256),
            "pbkdf2-sha512" => pbkdf2(&parts, Kind::Pbkdf2Sha512),
            _ => Err(ForeignFault::UnknownKind),
        }
    }

    /// Whether the hash depends on every byte of this text: bcrypt stops after 72, and what follows may be anything.
    fn looks_at_all(&self, text: &str) -> bool {
        !matches!(self.kind, Kind::Bcrypt(_)) || text.len() <= BCRYPT_BYTES
    }

    /// Whether this password, as these bytes, is the one; in time that does not depend on where it differs.
    fn fits(&self, password: &[u8]) -> bool {
        let mut output = Zeroizing::new(vec![0; self.output.len()]);
        match &self.kind {
            Kind::Argon2(algorithm, version, params) => {
                let argon2 = Argon2::new(*algorithm, *version, params.clone());
                if argon2.hash_password_into(password, &self.salt, &mut output).is_err() {
                    return false;
                }
            }
            Kind::Bcrypt(cost) => {
                // Other implementations end a password at a zero byte, so its remainder was never looked at.
                let Ok(salt) = self.salt.as_slice().try_into() else { return false };
                if password.contains(&0) {
                    return false;
                }
                let mut input = Zeroizing::new([0_u8; BCRYPT_BYTES]);
                let length = password.len().min(BCRYPT_BYTES);
                input[..length].copy_from_slice(&password[..length]);
                let whole = bcrypt::bcrypt(*cost, salt, &input[..(length + 1).min(BCRYPT_BYTES)]);
                output.copy_from_slice(&whole[..self.output.len()]);
            }
            Kind::Scrypt(params) => {
                if scrypt::scrypt(password, &self.salt, params, &mut output).is_err() {
                    return false;
                }
            }
            Kind::Pbkdf2Sha256(rounds) => {
                pbkdf2::pbkdf2_hmac::<Sha256>(password, &self.salt, *rounds, &mut output);
            }
            Kind::Pbkdf2Sha512(rounds) => {
                pbkdf2::pbkdf2_hmac::<Sha512>(password, &self.salt, *rounds, &mut output);
            }
        }
        output.ct_eq(&self.output).into()
    }
}

/// Keeps a hash that [`ForeignHash::parse`] reads: sealed under the active key.
///
/// # Errors
/// Why it cannot be taken over.
pub fn keep(ring: &KeyRing, entropy: &dyn Entropy, text: &str) -> Result<PasswordHash, ForeignFault> {
    ForeignHash::parse(text)?;
    let envelope = ring.seal(entropy, text.as_bytes(), &BINDING);
    let phc = format!("{SEALED}{}", BASE64_NOPAD.encode(&envelope));
    Ok(PasswordHash { phc, pepper_key: ring.active() })
}

/// Whether a stored hash is one that [`keep`] made.
pub(super) fn is_kept(phc: &str) -> bool {
    phc.starts_with(SEALED)
}

/// Compares a typed password with a kept foreign hash: as it was typed, and else normalised.
/// `None`: it is not the one. `Some(whole)`: it is, and whether the hash looked at the whole of what was typed.
pub(super) fn verify(
    ring: &KeyRing,
    stored: &PasswordHash,
    password: &Password,
) -> Result<Option<bool>, HashFault> {
    let text = stored.phc.strip_prefix(SEALED).ok_or(HashFault::Broken)?;
    let envelope = BASE64_NOPAD.decode(text.as_bytes()).map_err(|_| HashFault::Broken)?;
    let plain = ring.open(&envelope, &BINDING).map_err(|fault| match fault {
        SealError::UnknownKey(key) => HashFault::UnknownKey(key),
        SealError::Broken => HashFault::Broken,
    })?;
    let hash = std::str::from_utf8(&plain).ok().and_then(|text| ForeignHash::parse(text).ok());
    let hash = hash.ok_or(HashFault::Broken)?;
    let typed = password.as_typed();
    if hash.fits(typed.as_bytes()) {
        return Ok(Some(hash.looks_at_all(typed)));
    }
    let normalised = password.nfkc();
    let right = normalised.as_str() != typed && hash.fits(normalised.as_bytes());
    Ok(right.then(|| hash.looks_at_all(&normalised)))
}

/// Named decimal parameters (`m=65536,t=3,p=4`), each once and none beyond `known`.
fn numbers<const N: usize>(text: &str, known: [&str; N]) -> Result<[Option<u32>; N], ForeignFault> {
    let mut found = [None; N];
    for pair in text.split(',') {
        let (name, value) = pair.split_once('=').ok_or(ForeignFault::Broken)?;
        let place = known.iter().position(|known| *known == name).ok_or(ForeignFault::Broken)?;
        if found[place].replace(decimal(value)?).is_some() {
            return Err(ForeignFault::Broken);
        }
    }
    Ok(found)
}

/// One spelling a number: no sign, no leading zero.
fn decimal(text: &str) -> Result<u32, ForeignFault> {
    let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !plain || (text.len() > 1 && text.starts_with('0')) {
        return Err(ForeignFault::Broken);
    }
    // Nothing that is counted here may come near what does not fit.
    text.parse().map_err(|_| ForeignFault::TooCostly)
}

fn bytes(text: &str, lengths: &std::ops::RangeInclusive<usize>) -> Result<Vec<u8>, ForeignFault> {
    let bytes = BASE64_NOPAD.decode(text.as_bytes()).map_err(|_| ForeignFault::Broken)?;
    if lengths.contains(&bytes.len()) { Ok(bytes) } else { Err(ForeignFault::Broken) }
}

fn argon2(algorithm: Algorithm, parts: &[&str]) -> Result<ForeignHash, ForeignFault> {
    // Version 1.0 wrote none into its strings.
    let (version, parts) = match parts.split_first() {
        Some((&"v=19", rest)) => (Version::V0x13, rest),
        Some((&"v=16", rest)) => (Version::V0x10, rest),
        _ => (Version::V0x10, parts),
    };
    let [params, salt, output] = parts else { return Err(ForeignFault::Broken) };
    let [memory, passes, lanes] = numbers(params, ["m", "t", "p"])?;
    let (Some(memory), Some(passes), Some(lanes)) = (memory, passes, lanes) else {
        return Err(ForeignFault::Broken);
    };
    let work = u64::from(memory) * u64::from(passes);
    if memory > MEMORY_MOST_KIB || lanes > LANES_MOST || work > WORK_MOST_KIB {
        return Err(ForeignFault::TooCostly);
    }
    let (salt, output) = (bytes(salt, &(8..=64))?, bytes(output, &OUTPUT)?);
    let params = Params::new(memory, passes, lanes, Some(output.len())).map_err(|_| ForeignFault::Broken)?;
    Ok(ForeignHash { kind: Kind::Argon2(algorithm, version, params), salt, output })
}

fn bcrypt(parts: &[&str]) -> Result<ForeignHash, ForeignFault> {
    let [cost, text] = parts else { return Err(ForeignFault::Broken) };
    if cost.len() != 2 || text.len() != 53 || !text.is_ascii() {
        return Err(ForeignFault::Broken);
    }
    let cost = decimal(cost.strip_prefix('0').unwrap_or(cost))?;
    if cost < 4 {
        return Err(ForeignFault::Broken);
    }
    if cost > BCRYPT_COST_MOST {
        return Err(ForeignFault::TooCostly);
    }
    let (salt, output) = text.split_at(22);
    let read = |text: &str| BCRYPT64.decode(text.as_bytes()).map_err(|_| ForeignFault::Broken);
    Ok(ForeignHash { kind: Kind::Bcrypt(cost), salt: read(salt)?, output: read(output)? })
}

fn scrypt(parts: &[&str]) -> Result<ForeignHash, ForeignFault> {
    let [params, salt, output] = parts else { return Err(ForeignFault::Broken) };
    let [log_n, block, lanes] = numbers(params, ["ln", "r", "p"])?;
    let (Some(log_n), Some(block), Some(lanes)) = (log_n, block, lanes) else {
        return Err(ForeignFault::Broken);
    };
    if log_n > 24 || block > 64 || lanes > LANES_MOST {
        return Err(ForeignFault::TooCostly);
    }
    // RFC 7914 section 2: 128 · r · N bytes, for each lane once.
    let memory = ((128_u64 * u64::from(block)) << log_n) / 1024;
    if memory > u64::from(MEMORY_MOST_KIB) || memory * u64::from(lanes) > WORK_MOST_KIB {
        return Err(ForeignFault::TooCostly);
    }
    // 1 MiB is what its authors' first paper (2009) took for interactive use, long ago.
    if memory < 1024 {
        return Err(ForeignFault::TooWeak);
    }
    let log_n = u8::try_from(log_n).map_err(|_| ForeignFault::Broken)?;
    let params = scrypt::Params::new(log_n, block, lanes).map_err(|_| ForeignFault::Broken)?;
    Ok(ForeignHash { kind: Kind::Scrypt(params), salt: bytes(salt, &SALT)?, output: bytes(output, &OUTPUT)? })
}

fn pbkdf2(parts: &[&str], kind: fn(u32) -> Kind) -> Result<ForeignHash, ForeignFault> {
    let [params, salt, output] = parts else { return Err(ForeignFault::Broken) };
    let (rounds, length) = if params.contains('=') {
        let [rounds, length] = numbers(params, ["i", "l"])?;
        (rounds.ok_or(ForeignFault::Broken)?, length)
    } else {
        (decimal(params)?, None)
    };
    if rounds > PBKDF2_ROUNDS_MOST {
        return Err(ForeignFault::TooCostly);
    }
    if rounds < PBKDF2_ROUNDS_LEAST {
        return Err(ForeignFault::TooWeak);
    }
    // passlib writes a dot for the plus.
    let read = |text: &str, lengths| bytes(&text.replace('.', "+"), lengths);
    let (salt, output) = (read(salt, &SALT)?, read(output, &(16..=64))?);
    if length.is_some_and(|length| usize::try_from(length) != Ok(output.len())) {
        return Err(ForeignFault::Broken);
    }
    Ok(ForeignHash { kind: kind(rounds), salt, output })
}

#[cfg(test)]
mod tests;
