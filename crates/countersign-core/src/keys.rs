//! The installation's master keys and everything that is derived from them: sealing, pepper, keyed identifiers, MACs.
//!
//! A ring holds several keys, of which one writes; the others still open what they sealed until it is sealed anew.
//! Each purpose has a sub-key of its own (HKDF-SHA-256, RFC 5869), so no value made for one can serve another.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use data_encoding::BASE64;
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::entropy::Entropy;
use crate::secret::Password;

/// First byte of every envelope. Another layout gets another number.
const ENVELOPE_VERSION: u8 = 1;
/// Bytes of an `XChaCha20` nonce: long enough to be drawn at random for every seal.
const NONCE: usize = 24;
/// Bytes before the ciphertext: version, key id, nonce.
const HEADER: usize = 1 + 4 + NONCE;
/// Bytes of a Poly1305 tag.
const TAG: usize = 16;

/// The number of a master key. It is public and stands in every envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub u32);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "k{}", self.0)
    }
}

/// The text is not a key id of the form `k1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a key id (k1, k2, …)")]
pub struct KeyIdFault;

impl FromStr for KeyId {
    type Err = KeyIdFault;

    fn from_str(text: &str) -> Result<Self, KeyIdFault> {
        let id = text.strip_prefix('k').and_then(|digits| digits.parse().ok()).map(Self).ok_or(KeyIdFault)?;
        // `parse` takes "k+1" and "k01" too; one key has one name.
        if id.to_string() == text { Ok(id) } else { Err(KeyIdFault) }
    }
}

/// 256 secret bits from which all sub-keys are derived. Kept outside the database and its backups.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// A fresh key.
    pub fn new(entropy: &dyn Entropy) -> Self {
        let mut key = Self([0; 32]);
        entropy.fill(&mut key.0);
        key
    }

    /// Reads a key as the key file holds it: 32 bytes in padded base64. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(BASE64.decode(text.as_bytes()).ok()?);
        let mut key = Self([0; 32]);
        if bytes.len() != key.0.len() {
            return None;
        }
        key.0.copy_from_slice(&bytes);
        Some(key)
    }

    /// The key's text for the key file.
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64.encode(&self.0))
    }
}

impl From<[u8; 32]> for MasterKey {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// The place a sealed value belongs to. It is authenticated with the value, so an envelope that was moved to another
/// row, column or account does not open (ALL-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Name of the table.
    pub table: &'static str,
    /// Name of the column.
    pub column: &'static str,
    /// Id of the row.
    pub row: [u8; 16],
    /// Id of the account that owns the row; zeros where no account does.
    pub account: [u8; 16],
}

impl Binding {
    fn authenticated(&self, key: KeyId) -> Vec<u8> {
        let mut data = vec![ENVELOPE_VERSION];
        for part in
            [self.table.as_bytes(), self.column.as_bytes(), &self.row, &self.account, &key.0.to_be_bytes()]
        {
            data.extend_from_slice(&length(part));
            data.extend_from_slice(part);
        }
        data
    }
}

/// Why an envelope could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The master key it was sealed with is not on the ring.
    #[error("sealed with key {0}, which is not loaded")]
    UnknownKey(KeyId),
    /// It was changed, moved from another place, or never was an envelope.
    #[error("the sealed value is broken or was moved")]
    Broken,
}

/// Why no ring could be made of some keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRingFault {
    /// The key that is to write is not among them.
    #[error("the active key {0} is missing")]
    ActiveMissing(KeyId),
    /// Two keys bear the same id.
    #[error("key {0} is given twice")]
    Twice(KeyId),
}

/// The loaded master keys.
pub struct KeyRing {
    active: KeyId,
    keys: BTreeMap<KeyId, SubKeys>,
}

/// The sub-keys in constant use, derived once; [`KeyRing::mac`] derives its own per purpose.
#[derive(ZeroizeOnDrop)]
struct SubKeys {
    master: MasterKey,
    seal: [u8; 32],
    pepper: [u8; 32],
    identifier: [u8; 32],
}

impl KeyRing {
    /// A ring of these keys, of which `active` writes.
    ///
    /// # Errors
    /// When `active` is not among them or an id appears twice.
    pub fn new<K: Into<MasterKey>>(active: KeyId, keys: Vec<(KeyId, K)>) -> Result<Self, KeyRingFault> {
        let mut ring = Self { active, keys: BTreeMap::new() };
        for (id, key) in keys {
            if ring.keys.insert(id, SubKeys::of(key.into())).is_some() {
                return Err(KeyRingFault::Twice(id));
            }
        }
        if ring.contains(active) { Ok(ring) } else { Err(KeyRingFault::ActiveMissing(active)) }
    }

    /// The key that writes.
    pub const fn active(&self) -> KeyId {
        self.active
    }

    /// All loaded keys, lowest number first.
    pub fn ids(&self) -> Vec<KeyId> {
        self.keys.keys().copied().collect()
    }

    /// Whether this key is loaded.
    pub fn contains(&self, id: KeyId) -> bool {
        self.keys.contains_key(&id)
    }

    /// Seals `plain` for one place with the active key: XChaCha20-Poly1305 under a random nonce, as
    /// `0x01 ‖ key id (4 bytes, big-endian) ‖ nonce (24) ‖ ciphertext ‖ tag (16)`.
    pub fn seal(&self, entropy: &dyn Entropy, plain: &[u8], binding: &Binding) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        entropy.fill(&mut nonce);
        let mut envelope = Vec::with_capacity(HEADER + plain.len() + TAG);
        envelope.push(ENVELOPE_VERSION);
        envelope.extend_from_slice(&self.active.0.to_be_bytes());
        envelope.extend_from_slice(&nonce);
        envelope.extend(encrypt(&self.writing().seal, &nonce, plain, &binding.authenticated(self.active)));
        envelope
    }

    /// Opens what [`KeyRing::seal`] made for the same place, with whichever key it names.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`] when that key is not loaded, [`SealError::Broken`] for everything else.
    pub fn open(&self, envelope: &[u8], binding: &Binding) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let id = key_of(envelope).ok_or(SealError::Broken)?;
        let key = self.keys.get(&id).ok_or(SealError::UnknownKey(id))?;
        let (header, sealed) = envelope.split_at_checked(HEADER).ok_or(SealError::Broken)?;
        let nonce = XNonce::try_from(&header[HEADER - NONCE..]).map_err(|_| SealError::Broken)?;
        let aad = binding.authenticated(id);
        XChaCha20Poly1305::new(&key.seal.into())
            .decrypt(&nonce, Payload { msg: sealed, aad: &aad })
            .map(Zeroizing::new)
            .map_err(|_| SealError::Broken)
    }

    /// What is hashed in place of the password: HMAC-SHA-256 of its NFKC form under this key's pepper. `None` when the
    /// key is not loaded. Without the key, a stolen database cannot be tried against a list of passwords.
    pub fn pepper(&self, id: KeyId, password: &Password) -> Option<Zeroizing<[u8; 32]>> {
        self.keys.get(&id).map(|key| key.peppered(password))
    }

    /// [`KeyRing::pepper`] with the active key, which is always loaded.
    pub(crate) fn active_pepper(&self, password: &Password) -> Zeroizing<[u8; 32]> {
        self.writing().peppered(password)
    }

    /// A stand-in for the id of an account that does not exist, from what was typed (already normalised), so that
    /// limits count unknown accounts exactly like known ones. It comes from the oldest loaded key (the lowest number), so
    /// that it does not change when a key is added and made active: counters that start afresh would tell that there is
    /// no account. It changes when that key is retired.
    pub fn identifier(&self, text: &str) -> [u8; 16] {
        let mut id = [0; 16];
        id.copy_from_slice(&hmac(&self.oldest().identifier, [text.as_bytes()])[..16]);
        id
    }

    /// HMAC-SHA-256 over `parts` (each with its length, so their borders count too) under the active key's sub-key for
    /// `purpose`.
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        self.writing().mac(purpose, parts)
    }

    /// Whether any loaded key makes this MAC: one that was written before a change of keys still counts.
    pub fn mac_matches(&self, purpose: &str, parts: &[&[u8]], mac: &[u8]) -> bool {
        self.keys.values().any(|key| key.mac(purpose, parts).ct_eq(mac).into())
    }

    /// What [`KeyRing::mac`] makes under every loaded key, that of the lowest number first: by these a row is found that may
    /// have been written before a change of keys.
    pub fn macs(&self, purpose: &str, parts: &[&[u8]]) -> Vec<[u8; 32]> {
        self.keys.values().map(|key| key.mac(purpose, parts)).collect()
    }

    fn oldest(&self) -> &SubKeys {
        self.keys.values().next().unwrap_or_else(|| self.writing())
    }

    fn writing(&self) -> &SubKeys {
        // `new` refuses a ring without its active key, and a ring never changes.
        &self.keys[&self.active]
    }
}

impl SubKeys {
    fn of(master: MasterKey) -> Self {
        let [seal, pepper, identifier] =
            ["seal", "pepper", "identifier"].map(|purpose| derive(&master, purpose));
        Self { master, seal, pepper, identifier }
    }

    fn peppered(&self, password: &Password) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(hmac(&self.pepper, [password.nfkc().as_bytes()]))
    }

    fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let key = Zeroizing::new(derive(&self.master, &format!("mac {purpose}")));
        let lengths: Vec<[u8; 8]> = parts.iter().map(|part| length(part)).collect();
        hmac(&key, lengths.iter().zip(parts).flat_map(|(length, part)| [length.as_slice(), part]))
    }
}

/// The key an envelope names, also when it is not loaded; `None` when it is no envelope of this layout.
pub fn key_of(envelope: &[u8]) -> Option<KeyId> {
    let (&version, rest) = envelope.split_first()?;
    let id = rest.first_chunk()?;
    (version == ENVELOPE_VERSION).then(|| KeyId(u32::from_be_bytes(*id)))
}

fn length(part: &[u8]) -> [u8; 8] {
    (part.len() as u64).to_be_bytes()
}

fn derive(master: &MasterKey, purpose: &str) -> [u8; 32] {
    let mut key = [0; 32];
    Hkdf::<Sha256>::new(None, &master.0)
        .expand_multi_info(&[b"countersign ", purpose.as_bytes()], &mut key)
        .expect("HKDF-SHA-256 gives up to 8160 bytes, and 32 are asked for");
    key
}

fn hmac<'a>(key: &[u8; 32], parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

fn encrypt(key: &[u8; 32], nonce: &[u8; NONCE], plain: &[u8], aad: &[u8]) -> Vec<u8> {
    XChaCha20Poly1305::new(key.into())
        .encrypt(nonce.into(), Payload { msg: plain, aad })
        .expect("XChaCha20-Poly1305 takes 256 GiB, and no row is that long")
}

#[cfg(test)]
mod tests;
