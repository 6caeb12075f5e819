//! What a call can come to.

/// What became of a call on one trunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallOutcome {
    /// The phone rang and was hung up on.
    Rang {
        /// From the first INVITE to the first 180, in milliseconds.
        alert_ms: u64,
        /// From the first 180 to hanging up, in milliseconds.
        rang_ms: u64,
        /// With what the trunk confirmed it, usually 487; nothing where it did not within five seconds.
        final_code: Option<u16>,
    },
    /// The trunk told of progress (181 to 183 and the like) but never that it rings. The phone may have rung, or the person
    /// may have heard an announcement.
    Progressed,
    /// The phone rang, and then the call was declined or ended with this code. The number was shown.
    RangThenRefused(u16),
    /// Somebody, or a voicemail, answered, and was hung up on at once. This may have cost money.
    Answered,
    /// The line is busy (486, 600).
    Busy,
    /// There is no such number (404, 410, 484, 604).
    NotFound,
    /// The phone cannot be reached now (480, 487).
    Unavailable,
    /// The trunk cannot take the call now (5xx), or has more calls waiting than it may begin.
    TrunkOverload,
    /// The trunk does not accept the login, or asks for one that there is not (401, 407, and 403 from a trunk that never
    /// took a call).
    AuthRejected,
    /// The trunk takes calls, but not to this number (403).
    DestinationBarred,
    /// Refused with another code, among them 603, 607 and 608 (declined, unwanted, rejected by analytics).
    Refused(u16),
    /// The trunk took the call, but nothing rang in time, and it was given up.
    NoProgress,
    /// The trunk did not answer in time, or said so itself (408).
    Timeout,
    /// The trunk could not be reached, trusted or understood.
    Transport,
}

impl CallOutcome {
    /// Whether the phone showed the number, so that a person may know the code.
    pub const fn was_shown(self) -> bool {
        matches!(self, Self::Rang { .. } | Self::RangThenRefused(_) | Self::Answered | Self::Progressed)
    }
}

/// How a call ended on one trunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) outcome: CallOutcome,
    /// Whether a phone may have rung: then no other trunk is asked.
    pub(super) may_have_rung: bool,
}

/// What was heard of a call before its end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Heard {
    /// Any answer at all, be it only 100.
    pub(super) anything: bool,
    /// Progress without ringing.
    pub(super) progress: bool,
    /// From the first INVITE to the first 180, in milliseconds.
    pub(super) alert_ms: Option<u64>,
}

impl Heard {
    const fn may_have_rung(self) -> bool {
        self.progress || self.alert_ms.is_some()
    }

    /// The trunk ended the call with this code.
    pub(super) const fn refused(self, code: u16, is_proven: bool) -> Ended {
        let outcome = if self.alert_ms.is_some() {
            CallOutcome::RangThenRefused(code)
        } else {
            match code {
                486 | 600 => CallOutcome::Busy,
                404 | 410 | 484 | 604 => CallOutcome::NotFound,
                480 | 487 => CallOutcome::Unavailable,
                408 => CallOutcome::Timeout,
                403 if is_proven => CallOutcome::DestinationBarred,
                401 | 403 | 407 => CallOutcome::AuthRejected,
                500..=599 => CallOutcome::TrunkOverload,
                _ => CallOutcome::Refused(code),
            }
        };
        self.ended(outcome)
    }

    /// It was given up.
    pub(super) const fn given_up(self, rang_ms: u64, final_code: Option<u16>) -> Ended {
        let outcome = match (self.alert_ms, self.progress, self.anything) {
            (Some(alert_ms), _, _) => CallOutcome::Rang { alert_ms, rang_ms, final_code },
            (None, true, _) => CallOutcome::Progressed,
            (None, false, true) => CallOutcome::NoProgress,
            (None, false, false) => CallOutcome::Timeout,
        };
        self.ended(outcome)
    }

    /// With this outcome. Another trunk is asked only where this one certainly rang nobody.
    pub(super) const fn ended(self, outcome: CallOutcome) -> Ended {
        let certainly_silent = match outcome {
            CallOutcome::Transport
            | CallOutcome::AuthRejected
            | CallOutcome::TrunkOverload
            | CallOutcome::DestinationBarred => !self.may_have_rung(),
            CallOutcome::Timeout => !self.anything,
            _ => false,
        };
        Ended { outcome, may_have_rung: !certainly_silent }
    }
}

impl Ended {
    /// Nothing was sent.
    pub(super) fn never_left() -> Self {
        Heard::default().ended(CallOutcome::Transport)
    }

    /// The task that called ended without a word: it may have rung.
    pub(super) const fn unknown() -> Self {
        Self { outcome: CallOutcome::Transport, may_have_rung: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Heard = Heard { anything: false, progress: false, alert_ms: None };
    const TRYING: Heard = Heard { anything: true, ..NOTHING };
    const PROGRESS: Heard = Heard { anything: true, progress: true, alert_ms: None };
    const RINGING: Heard = Heard { anything: true, progress: false, alert_ms: Some(8) };

    #[test]
    fn every_code_has_its_outcome() {
        for (code, outcome) in [
            (486, CallOutcome::Busy),
            (600, CallOutcome::Busy),
            (404, CallOutcome::NotFound),
            (410, CallOutcome::NotFound),
            (484, CallOutcome::NotFound),
            (604, CallOutcome::NotFound),
            (480, CallOutcome::Unavailable),
            (487, CallOutcome::Unavailable),
            (408, CallOutcome::Timeout),
            (401, CallOutcome::AuthRejected),
            (407, CallOutcome::AuthRejected),
            (500, CallOutcome::TrunkOverload),
            (503, CallOutcome::TrunkOverload),
            (302, CallOutcome::Refused(302)),
            (488, CallOutcome::Refused(488)),
            (603, CallOutcome::Refused(603)),
            (607, CallOutcome::Refused(607)),
            (608, CallOutcome::Refused(608)),
        ] {
            assert_eq!(TRYING.refused(code, true).outcome, outcome, "{code}");
            assert_eq!(RINGING.refused(code, true).outcome, CallOutcome::RangThenRefused(code));
        }
        assert_eq!(TRYING.refused(403, true).outcome, CallOutcome::DestinationBarred);
        assert_eq!(TRYING.refused(403, false).outcome, CallOutcome::AuthRejected);
    }

    #[test]
    fn another_trunk_is_asked_only_where_nothing_can_have_rung() {
        for (ended, may_have_rung) in [
            (Ended::never_left(), false),
            (Ended::unknown(), true),
            (NOTHING.ended(CallOutcome::Transport), false),
            (NOTHING.given_up(0, None), false),
            (TRYING.given_up(0, Some(487)), true),
            (TRYING.refused(408, true), true),
            (TRYING.refused(503, true), false),
            (TRYING.refused(403, true), false),
            (TRYING.refused(407, true), false),
            (TRYING.refused(486, true), true),
            (TRYING.refused(404, true), true),
            (TRYING.refused(603, true), true),
            (PROGRESS.refused(503, true), true),
            (PROGRESS.given_up(0, Some(487)), true),
            (PROGRESS.ended(CallOutcome::Transport), true),
            (RINGING.refused(503, true), true),
            (RINGING.refused(407, true), true),
            (RINGING.ended(CallOutcome::Transport), true),
        ] {
            assert_eq!(ended.may_have_rung, may_have_rung, "{ended:?}");
        }
    }

    #[test]
    fn giving_up_tells_how_far_it_came() {
        let rang = CallOutcome::Rang { alert_ms: 8, rang_ms: 4000, final_code: Some(487) };
        assert_eq!(RINGING.given_up(4000, Some(487)).outcome, rang);
        assert_eq!(PROGRESS.given_up(0, Some(487)).outcome, CallOutcome::Progressed);
        assert_eq!(TRYING.given_up(0, None).outcome, CallOutcome::NoProgress);
        assert_eq!(NOTHING.given_up(0, None).outcome, CallOutcome::Timeout);
    }
}
