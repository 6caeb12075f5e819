//! The only place that reads the machine's clocks. Everything else gets `now` as a value.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use countersign_core::time::Timestamp;

/// What says what time it is: the machine's clock, or one that a test turns.
pub trait Clock: Send + Sync {
    /// The present instant. Asked once per request or job.
    fn now(&self) -> Timestamp;
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
