//! Whether a code is right, and what is learned from it about a device's clock.

use subtle::ConstantTimeEq;

use crate::clock;
use crate::id::AuthenticatorId;
use crate::time::Timestamp;

use super::{Code, PERIOD, Secret, code_at, step_at};

/// Steps before and after a device's own time that are accepted (RFC 6238 section 5.2: one for the network's delay;
/// the one after serves clocks that run fast).
const WINDOW: i64 = 1;

/// How many of the last steps are recognised as right but late, so that a slow person is told so (APP-6).
pub const LATE_STEPS: i64 = 10;

/// Farthest that a device's clock may be learned to be off, in steps of 30 seconds.
pub const OFFSET_MOST: i64 = 2;

/// Successes in a row on the same side after which the offset follows the device.
const FOLLOW_AFTER: u32 = 3;

/// No step beyond this many from the server's is ever accepted or stored, or a wrong clock could lock a device out.
const AHEAD_MOST: i64 = OFFSET_MOST + WINDOW;

/// How far set-up searches to tell that a clock is wrong: one hour either way.
const SET_UP_SEARCH: i64 = 120;

/// What is known about a device's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drift {
    /// Steps that the device runs ahead of the server, -[`OFFSET_MOST`] to [`OFFSET_MOST`].
    pub offset: i64,
    /// The side of the last successes: -1 behind the offset, 1 ahead of it, 0 on it.
    pub side: i64,
    /// Successes in a row on that side.
    pub run: u32,
}

impl Drift {
    /// What is known after another success that lay `side` from the offset. A steady drift is followed one step at
    /// a time (RFC 6238 section 6); somebody who is merely slow now and then moves nothing.
    fn learn(self, side: i64) -> Self {
        if side == 0 {
            return Self { offset: self.offset, ..Self::default() };
        }
        let run = if side == self.side { self.run.saturating_add(1) } else { 1 };
        if run < FOLLOW_AFTER {
            return Self { side, run, ..self };
        }
        let offset = self.offset.saturating_add(side).clamp(-OFFSET_MOST, OFFSET_MOST);
        Self { offset, ..Self::default() }
    }
}

/// One enrolled device, as it is judged.
pub struct Device {
    /// Its id.
    pub id: AuthenticatorId,
    /// Its key.
    pub secret: Secret,
    /// What is known about its clock.
    pub drift: Drift,
    /// The step of the last code that was accepted from it; no code of that step or an earlier one counts again.
    pub last_step: Option<i64>,
}

/// The answer to a code at sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Right. It counts only once the store has raised the device's last step to `step` by a conditional update.
    Right {
        /// The device that shows this code.
        device: AuthenticatorId,
        /// The step to which the code belongs.
        step: i64,
        /// What is now known about the device's clock.
        drift: Drift,
    },
    /// It was right a few minutes ago; the next one will do.
    Late {
        /// The device that showed it.
        device: AuthenticatorId,
    },
    /// It was accepted already, or it is still in time and a later one was accepted (ALL-1).
    Used {
        /// The device that shows it.
        device: AuthenticatorId,
    },
    /// No device shows or lately showed it.
    Wrong,
}

impl Verdict {
    /// Which verdict counts when several devices, or several steps of one, match.
    fn rank(&self) -> (u8, i64) {
        match self {
            // Of two steps with the same code the later one, so that spending it spends both.
            Self::Right { step, .. } => (3, *step),
            Self::Used { .. } => (2, 0),
            Self::Late { .. } => (1, 0),
            Self::Wrong => (0, 0),
        }
    }
}

/// Judges a code against all devices of an account.
///
/// `high_water` is the latest time that the installation has seen: a clock set back does not revive old codes. Every
/// candidate of every device is computed and compared in constant time, so that the time taken tells nothing.
pub fn judge(devices: &[Device], code: &Code, now: Timestamp, high_water: Timestamp) -> Verdict {
    let server = step_at(clock::judge(now, high_water).now_for_expiry);
    let mut best = Verdict::Wrong;
    for device in devices {
        let offset = device.drift.offset.clamp(-OFFSET_MOST, OFFSET_MOST);
        let own = server.saturating_add(offset);
        for away in -LATE_STEPS..=WINDOW {
            let step = own.saturating_add(away);
            let matches = bool::from(code_at(&device.secret, step).ct_eq(code));
            let found = candidate(device, server, step, away, matches);
            if found.rank() > best.rank() {
                best = found;
            }
        }
    }
    best
}

/// What one candidate says by itself; `away` is its distance from the device's own time.
fn candidate(device: &Device, server: i64, step: i64, away: i64, matches: bool) -> Verdict {
    if !matches {
        return Verdict::Wrong;
    }
    let expired = away < -WINDOW;
    // Of a code that is both older than the last one and expired only the second is known to be true.
    if device.last_step.is_some_and(|last| step == last || (step < last && !expired)) {
        Verdict::Used { device: device.id }
    } else if expired {
        Verdict::Late { device: device.id }
    } else if step <= server.saturating_add(AHEAD_MOST) {
        Verdict::Right { device: device.id, step, drift: device.drift.learn(away) }
    } else {
        Verdict::Wrong
    }
}

/// The answer to the first code of a device that is being set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetUp {
    /// Right.
    Right {
        /// The step to which the code belongs; it counts as used.
        step: i64,
        /// The device's offset to start with, see [`Drift::offset`].
        offset: i64,
    },
    /// The key is right and the device's clock is wrong (MSG-11).
    ClockWrong {
        /// About how many minutes: positive when the device's clock is fast, never 0.
        minutes: i64,
    },
    /// Wrong.
    Wrong,
}

/// Judges the code that confirms a set-up. A clock that is off by up to a minute is accepted and its offset learned;
/// one that is off by up to an hour is told how far. Every candidate is computed and compared in constant time.
pub fn judge_set_up(secret: &Secret, code: &Code, now: Timestamp) -> SetUp {
    let server = step_at(now);
    let mut nearest: Option<i64> = None;
    for away in -SET_UP_SEARCH..=SET_UP_SEARCH {
        let step = server.saturating_add(away);
        let matches = bool::from(code_at(secret, step).ct_eq(code));
        if matches && nearest.is_none_or(|found| away.abs() < found.abs()) {
            nearest = Some(away);
        }
    }
    match nearest {
        None => SetUp::Wrong,
        Some(away) if away.abs() <= OFFSET_MOST => {
            SetUp::Right { step: server.saturating_add(away), offset: away }
        }
        Some(away) => {
            let seconds = away.abs() * i64::from(PERIOD);
            let minutes = ((seconds + 30) / 60).max(1);
            SetUp::ClockWrong { minutes: minutes * away.signum() }
        }
    }
}
