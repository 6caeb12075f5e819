//! The only place that asks the operating system for randomness.

use countersign_core::entropy::Entropy;

/// The operating system's generator.
#[derive(Debug)]
pub struct OsEntropy(());

/// The operating system has no randomness to give.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no random numbers: {0}")]
pub struct NoEntropy(getrandom::Error);

impl OsEntropy {
    /// Asks once, so that a server without randomness never starts.
    ///
    /// # Errors
    ///
    /// When the system has none to give.
    pub fn new() -> Result<Self, NoEntropy> {
        fill(&mut [0; 32]).map_err(NoEntropy)?;
        Ok(Self(()))
    }
}

impl Entropy for OsEntropy {
    /// # Panics
    ///
    /// When the system has no randomness to give: going on would hand out predictable tokens.
    fn fill(&self, bytes: &mut [u8]) {
        fill(bytes).expect("the operating system gave random numbers at start and gives none now");
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that asks the operating system")]
fn fill(bytes: &mut [u8]) -> Result<(), getrandom::Error> {
    getrandom::fill(bytes)
}
