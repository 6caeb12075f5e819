//! Instants as values. Nothing here reads a clock: `now` is read once per request or job and passed down.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// An instant: milliseconds since 1970-01-01T00:00:00Z (UTC, without leap seconds), as both databases store it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant so many milliseconds after (negative: before) the epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// The instant so many seconds after the epoch; the farthest representable one when that is out of range.
    pub const fn from_secs(secs: i64) -> Self {
        Self(secs.saturating_mul(1000))
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since the epoch, rounded towards the past (also before 1970).
    pub const fn as_secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The instant `span` later; the last representable one when that is out of range.
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(millis(span)))
    }

    /// The instant `span` earlier; the first representable one when that is out of range.
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(millis(span)))
    }

    /// How long it is since `earlier`; zero when `earlier` is in fact later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn seconds_round_towards_the_past() {
        for (millis, secs) in [(0, 0), (999, 0), (1000, 1), (-1, -1), (-1000, -1), (-1001, -2)] {
            assert_eq!(Timestamp::from_millis(millis).as_secs(), secs, "{millis}");
        }
        assert_eq!(Timestamp::from_secs(2).as_millis(), 2000);
    }

    #[test]
    fn the_far_ends_do_not_overflow() {
        let last = Timestamp::from_millis(i64::MAX);
        let first = Timestamp::from_millis(i64::MIN);
        assert_eq!(last.plus(Duration::MAX), last);
        assert_eq!(first.minus(Duration::MAX), first);
        assert_eq!(first.since(last), Duration::ZERO);
        assert_eq!(last.since(first), Duration::from_millis(i64::MAX.unsigned_abs()));
    }

    proptest! {
        #[test]
        fn plus_and_since_undo_each_other(start in -1_000_000_000_000_000i64..1_000_000_000_000_000, span in 0u64..1_000_000_000_000) {
            let start = Timestamp::from_millis(start);
            let span = Duration::from_millis(span);
            prop_assert_eq!(start.plus(span).since(start), span);
            prop_assert_eq!(start.plus(span).minus(span), start);
        }
    }
}
