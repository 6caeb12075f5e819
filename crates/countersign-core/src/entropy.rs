//! Randomness as an argument: only the server's start-up knows the operating system's generator.

/// A source of random bytes.
///
/// The server's implementation asks the operating system and must never return predictable bytes; where the system
/// has none to give, it has to panic rather than leave `bytes` as they were.
pub trait Entropy: Send + Sync {
    /// Fills the whole of `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// A number from 0 up to, but not with, `bound`, every one equally likely. `bound` must not be 0; then it is 0.
pub fn below(entropy: &dyn Entropy, bound: u32) -> u32 {
    if bound <= 1 {
        return 0;
    }
    // Numbers from the greatest multiple of `bound` on would favour small ones.
    let fair = u32::MAX - u32::MAX % bound;
    loop {
        let mut bytes = zeroize::Zeroizing::new([0; 4]);
        entropy.fill(&mut *bytes);
        let number = u32::from_be_bytes(*bytes);
        if number < fair {
            return number % bound;
        }
    }
}

/// What tests use in place of the operating system's generator. Pure, predictable, and unfit for anything else.
pub mod testing {
    use std::sync::atomic::{AtomicU64, Ordering};

    use sha2::{Digest, Sha256};

    use super::Entropy;

    /// A repeatable stream for tests: SHA-256 of a seed and a counter. The same seed gives the same bytes.
    #[derive(Debug)]
    pub struct CountingEntropy {
        seed: u64,
        count: AtomicU64,
    }

    impl CountingEntropy {
        /// A stream that is fully determined by `seed`.
        pub const fn new(seed: u64) -> Self {
            Self { seed, count: AtomicU64::new(0) }
        }
    }

    impl Entropy for CountingEntropy {
        fn fill(&self, bytes: &mut [u8]) {
            for chunk in bytes.chunks_mut(32) {
                let count = self.count.fetch_add(1, Ordering::Relaxed);
                let block = Sha256::new()
                    .chain_update(self.seed.to_be_bytes())
                    .chain_update(count.to_be_bytes())
                    .finalize();
                chunk.copy_from_slice(&block[..chunk.len()]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::CountingEntropy;
    use super::*;

    fn take(entropy: &CountingEntropy) -> [u8; 40] {
        let mut bytes = [0; 40];
        entropy.fill(&mut bytes);
        bytes
    }

    #[test]
    fn every_number_below_the_bound_comes_up_equally_often() {
        let entropy = CountingEntropy::new(3);
        let mut counts = [0_u32; 7];
        for _ in 0..70_000 {
            counts[below(&entropy, 7) as usize] += 1;
        }
        // Chi-squared with six degrees of freedom: 22.5 is passed by chance once in a thousand.
        let chi: f64 = counts.iter().map(|&n| (f64::from(n) - 10_000.0).powi(2) / 10_000.0).sum();
        assert!(chi < 22.5, "{counts:?}");
        assert_eq!((below(&entropy, 1), below(&entropy, 0)), (0, 0));
    }

    #[test]
    fn the_test_stream_repeats_by_seed_and_moves_on() {
        let entropy = CountingEntropy::new(7);
        let first = take(&entropy);
        assert_eq!(first, take(&CountingEntropy::new(7)));
        assert_ne!(first, take(&entropy));
        assert_ne!(first, take(&CountingEntropy::new(8)));
        assert_ne!(first[..8], first[32..]);
    }
}
