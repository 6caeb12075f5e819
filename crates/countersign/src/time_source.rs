//! The only place that reads the machine's clocks. Everything else gets `now` as a value.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use countersign_core::clock;
use countersign_core::time::Timestamp;

/// What says what time it is: the machine's clock, or one that a test turns.
pub trait Clock: Send + Sync {
    /// The present instant. Asked once per request or job.
    fn now(&self) -> Timestamp;

    /// What the clock itself shows, whatever was seen before.
    fn wall(&self) -> Timestamp {
        self.now()
    }

    /// Takes note of the highest time that the database has seen. It only falls when an operator resets it.
    fn learn(&self, _mark: Timestamp) {}

    /// Whether the machine's clock is so far behind that mark that an operator has to be told.
    fn is_degraded(&self) -> bool {
        false
    }
}

/// The machine's wall clock, in UTC.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the wall clock")]
    fn now(&self) -> Timestamp {
        // A clock before 1970 is a broken one: everything then looks expired or not yet valid, which is the safe side.
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Measures how long something takes, on the monotonic clock. For logs, metrics and waiting; no rule rests on it.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the monotonic clock")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The time since it was started.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// The machine's clock, held up by the highest time that the database has seen: a clock that was set back does not
/// revive what has expired. The worker tells it the mark.
#[derive(Debug, Default)]
pub struct MarkedClock {
    mark: AtomicI64,
}

impl Clock for MarkedClock {
    fn now(&self) -> Timestamp {
        self.reading().now_for_expiry
    }

    fn wall(&self) -> Timestamp {
        SystemClock.now()
    }

    fn learn(&self, mark: Timestamp) {
        self.mark.store(mark.as_millis(), Ordering::Relaxed);
    }

    fn is_degraded(&self) -> bool {
        self.reading().degraded
    }
}

impl MarkedClock {
    fn reading(&self) -> clock::Reading {
        clock::judge(SystemClock.now(), Timestamp::from_millis(self.mark.load(Ordering::Relaxed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_far_behind_what_was_seen_is_held_up() {
        let clock = MarkedClock::default();
        let now = clock.now();
        clock.learn(now.plus(Duration::from_secs(20)));
        assert!(!clock.is_degraded());
        assert!(clock.now() < now.plus(Duration::from_secs(10)));
        let mark = now.plus(Duration::from_hours(1));
        clock.learn(mark);
        assert!(clock.is_degraded());
        assert_eq!(clock.now(), mark);
        assert!(clock.wall() < mark);
        clock.learn(now);
        assert!(!clock.is_degraded(), "an operator has reset the mark");
    }
}
