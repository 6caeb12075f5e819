//! What to believe when the server's clock is set back or jumps.
//!
//! The database keeps the highest wall time any replica has seen. A clock behind that mark would give new life to what
//! has expired, so the mark is believed instead.

use std::time::Duration;

use crate::time::Timestamp;

/// How far the clock may be behind the mark before the installation counts as degraded. Replicas' clocks are seldom
/// equal to the second; thirty seconds is one step of an authenticator.
pub const BEHIND_MOST: Duration = Duration::from_secs(30);

/// How far the wall clock may run ahead of the monotonic clock between two readings before an alarm is raised.
pub const JUMP_MOST: Duration = Duration::from_mins(5);

/// How far the clock may be ahead of the mark when a server starts before it is watched for a while first. A wrong clock
/// is mostly wrong by months; a server that stood still for a day is started by somebody who can wait.
pub const AHEAD_AT_START_MOST: Duration = Duration::from_hours(24);

/// How the server's clock is to be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The instant that decides whether something has expired.
    pub now_for_expiry: Timestamp,
    /// Whether the clock is so far behind that the operator has to be told and health checks report it.
    pub degraded: bool,
}

/// Judges the clock's `now` by the highest time that was ever stored.
///
/// Within [`BEHIND_MOST`] the clock is believed; farther behind, the mark decides what has expired.
pub fn judge(now: Timestamp, high_water: Timestamp) -> Reading {
    let degraded = high_water.since(now) > BEHIND_MOST;
    Reading { now_for_expiry: if degraded { high_water } else { now }, degraded }
}

/// Whether the wall clock jumped forward: between two readings it moved more than [`JUMP_MOST`] farther than the
/// monotonic clock did.
pub fn jumped(wall: Duration, monotonic: Duration) -> bool {
    wall.saturating_sub(monotonic) > JUMP_MOST
}

/// Whether a clock that reads `now` when a server starts is farther ahead of the mark than is believed at once.
pub fn is_far_ahead(now: Timestamp, high_water: Timestamp) -> bool {
    now.since(high_water) > AHEAD_AT_START_MOST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_back_revives_nothing() {
        let mark = Timestamp::from_secs(1_000_000);
        for (behind_ms, degraded) in
            [(0, false), (1, false), (30_000, false), (30_001, true), (86_400_000, true)]
        {
            let now = mark.minus(Duration::from_millis(behind_ms));
            let expected = Reading { now_for_expiry: if degraded { mark } else { now }, degraded };
            assert_eq!(judge(now, mark), expected, "{behind_ms} ms behind");
        }
        let ahead = mark.plus(Duration::from_secs(9));
        assert_eq!(judge(ahead, mark), Reading { now_for_expiry: ahead, degraded: false });
    }

    #[test]
    fn a_day_ahead_of_the_mark_is_believed_at_start_and_no_more() {
        let mark = Timestamp::from_secs(1_000_000);
        for (ahead, far) in [(0, false), (86_400_000, false), (86_400_001, true)] {
            assert_eq!(is_far_ahead(mark.plus(Duration::from_millis(ahead)), mark), far, "{ahead} ms ahead");
        }
        assert!(!is_far_ahead(mark, mark.plus(Duration::from_hours(99))), "behind is judged by the mark");
    }

    #[test]
    fn only_a_jump_forward_of_more_than_five_minutes_is_one() {
        let minute = Duration::from_mins(1);
        assert!(!jumped(minute, minute));
        assert!(!jumped(6 * minute, minute));
        assert!(jumped(6 * minute + Duration::from_millis(1), minute));
        assert!(!jumped(Duration::ZERO, minute), "a clock set back is judged by the mark");
    }
}
