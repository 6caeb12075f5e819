//! Secrets that people type into forms and programs send: read off the body into memory that is wiped.

use std::ops::Deref;

use countersign_core::secret::Password;
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// A password, a code or a token as it was typed. It has no `Debug`, so that nothing that holds it can have one, and it
/// is wiped when dropped.
pub struct Typed(Zeroizing<String>);

impl<'de> Deserialize<'de> for Typed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}

impl Deref for Typed {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<Typed> for Password {
    /// Moves the text, so that no copy stays behind.
    fn from(mut typed: Typed) -> Self {
        Self::new(std::mem::take(&mut *typed.0))
    }
}
