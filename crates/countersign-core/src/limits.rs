//! Limits on attempts: rolling, exact, and such that a stranger cannot lock an owner out (ALL-2).
//!
//! A [`Limit`] is data (`table`), a [`Counter`] is what happened, a [`CounterKey`] says to whom it happened.
//! [`Counter::check`] is asked before any verdict is told, and a limit that is reached refuses whatever the
//! verdict would be. Second-step counters can be reached only by somebody who passed the first step, and an owner's
//! recognised browser counts in a bucket of its own.

mod counter;
mod key;
mod table;

use std::time::Duration;

pub use counter::{Counter, Refused};
pub use key::{Bucket, CounterKey, network};
pub use table::*;

/// One limit: everything that must hold at once for another attempt to be let through.
#[derive(Debug, PartialEq, Eq)]
pub struct Limit {
    /// Name in the documentation, the log and the stored key.
    pub name: &'static str,
    /// Most failures in rolling spans of time.
    pub windows: &'static [Window],
    /// Most failures in a row since the last success. Only a success or [`Counter::reset`] opens it again.
    pub in_a_row: Option<u32>,
    /// Waits that grow with every failure in a row.
    pub wait: Option<Wait>,
    /// How long after the last failure the count in a row is remembered. Must exceed the longest wait, or
    /// whoever waits would start afresh.
    pub row_kept: Duration,
}

/// At most so many failures in any span of this length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Failures that are let through; the next attempt is refused.
    pub most: u32,
    /// Length of the rolling span.
    pub span: Duration,
    /// Whether earlier failures keep counting after a success of the owner.
    pub kept_by_success: bool,
}

/// None after the first `free` failures in a row, then `first`, and twice as long after each further failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// Failures in a row after which nobody waits.
    pub free: u32,
    /// The wait after failure number `free + 1`.
    pub first: Duration,
    /// No wait is longer.
    pub longest: Duration,
}

impl Wait {
    /// How long after the last of `failures` in a row the next attempt is refused.
    pub fn after(&self, failures: u32) -> Duration {
        let Some(doublings) = failures.checked_sub(self.free.saturating_add(1)) else {
            return Duration::ZERO;
        };
        let factor = 1_u32.checked_shl(doublings).unwrap_or(u32::MAX);
        self.first.saturating_mul(factor).min(self.longest)
    }
}

impl Limit {
    /// Whether it counts attempts on all accounts together: those of one network, of a block of numbers, or all.
    pub fn is_over_all_accounts(&self) -> bool {
        self.name.ends_with("-address")
            || [&PHONE_BLOCK, &PHONE_MINUTE].iter().any(|one| one.name == self.name)
    }

    /// Failures that a counter must remember: the newest ones decide, however many there were.
    pub(crate) fn remembered(&self) -> usize {
        let most = self.windows.iter().map(|window| window.most).max().unwrap_or(0);
        usize::try_from(most.max(1)).unwrap_or(usize::MAX)
    }
}

#[cfg(test)]
mod tests;
