//! Keyed hashes by which sealed rows are found: of the number of a Telegram account, of a phone number.
//!
//! A row has the hash under the key that it is sealed with. Until everything is sealed anew after a change of keys there are
//! rows under several, so whoever looks for one asks for its hash under each.

use countersign_core::factor::telegram::TelegramId;
use countersign_core::keys::KeyRing;

use crate::db::Value;

/// How many hashes one statement asks for; a ring seldom has more than two keys.
pub(crate) const AT_ONCE: usize = 4;

/// The hashes of one thing under every loaded key.
pub(crate) struct Lookup {
    active: [u8; 32],
    all: Vec<[u8; 32]>,
}

impl Lookup {
    /// Of a Telegram account.
    pub(crate) fn telegram(keys: &KeyRing, id: TelegramId) -> Self {
        Self::of(keys, "telegram lookup", id.lookup_text().as_bytes())
    }

    /// Of a phone number in E.164.
    pub(crate) fn phone(keys: &KeyRing, e164: &str) -> Self {
        Self::of(keys, "phone lookup", e164.as_bytes())
    }

    fn of(keys: &KeyRing, purpose: &str, text: &[u8]) -> Self {
        Self { active: keys.mac(purpose, &[text]), all: keys.macs(purpose, &[text]) }
    }

    /// The hash that is written.
    pub(crate) fn written(&self) -> Value {
        Value::from(self.active)
    }

    /// The hash under the oldest key, which replicas share while a change of keys goes round: the name under which
    /// [`crate::nonce::hold`] holds the thing.
    pub(crate) fn name(&self) -> &[u8; 32] {
        self.all.first().unwrap_or(&self.active)
    }

    /// All of them, as many as one statement asks for at a time.
    pub(crate) fn chunks(&self) -> impl Iterator<Item = [Value; AT_ONCE]> {
        // The last one fills the places that are left over: in a list it changes nothing to name one twice.
        self.all
            .chunks(AT_ONCE)
            .map(|chunk| std::array::from_fn(|at| Value::from(chunk[at.min(chunk.len() - 1)])))
    }
}
