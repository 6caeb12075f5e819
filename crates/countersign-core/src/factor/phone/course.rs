//! How a challenge goes on: another call, an SMS in its place, or nothing more (MSG-7).

use std::time::Duration;

use crate::policy::Policy;
use crate::time::Timestamp;

/// SMS that one challenge may send.
pub const SMS_MOST: u32 = 2;

/// How long after the first, second … call or SMS of a challenge the next one may be asked for; after the last of these
/// always as long as then.
pub const GAPS: [Duration; 3] = [Duration::from_secs(30), Duration::from_mins(1), Duration::from_mins(2)];

/// How a call ended, as far as people and rules need to tell calls apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CallOutcome {
    /// It rang for as long as it should and was ended by us.
    Rang,
    /// It rang, and the person declined.
    Declined,
    /// Somebody or something answered.
    Answered,
    /// The line was busy.
    Busy,
    /// The carrier knows no such number.
    NotFound,
    /// The phone is switched off or out of reach.
    Unavailable,
    /// The carrier or a filter of theirs does not let the call through.
    Barred,
    /// The carrier has too many calls.
    Overloaded,
    /// The carrier does not take our calls: wrong credentials, or an account that is closed.
    Rejected,
    /// The call went out and nothing was heard of it. It may have rung.
    Silent,
    /// The carrier could not be reached.
    Unreached,
}

impl CallOutcome {
    /// Every outcome.
    pub const ALL: &'static [Self] = &[
        Self::Rang,
        Self::Declined,
        Self::Answered,
        Self::Busy,
        Self::NotFound,
        Self::Unavailable,
        Self::Barred,
        Self::Overloaded,
        Self::Rejected,
        Self::Silent,
        Self::Unreached,
    ];

    /// The name in storage, the audit log and the figures.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rang => "rang",
            Self::Declined => "declined",
            Self::Answered => "answered",
            Self::Busy => "busy",
            Self::NotFound => "not-found",
            Self::Unavailable => "unavailable",
            Self::Barred => "barred",
            Self::Overloaded => "overloaded",
            Self::Rejected => "rejected",
            Self::Silent => "silent",
            Self::Unreached => "unreached",
        }
    }

    /// Reads [`Self::as_str`] back; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|outcome| outcome.as_str() == text)
    }

    /// Whether the phone showed the number for sure, so that its digits can be typed.
    pub fn was_shown(self) -> bool {
        matches!(self, Self::Rang | Self::Declined | Self::Answered)
    }

    /// Whether it is the carrier's matter or ours, so that another call would end alike.
    pub fn is_carriers(self) -> bool {
        matches!(self, Self::Barred | Self::Overloaded | Self::Rejected | Self::Unreached)
    }

    /// The key of what the person is told.
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Rang => "call-rang",
            Self::Declined => "call-declined",
            Self::Answered => "call-answered",
            Self::Busy => "call-busy",
            Self::NotFound => "call-not-found",
            Self::Unavailable => "call-unavailable",
            Self::Silent => "call-silent",
            Self::Barred | Self::Overloaded | Self::Rejected | Self::Unreached => "call-not-made",
        }
    }
}

/// What a policy allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Calls of one challenge; 0: nobody is called.
    pub calls: u32,
    /// Whether an SMS takes their place.
    pub sms: bool,
}

impl Policy {
    /// How this policy has phones used.
    pub fn phone_rules(&self) -> Rules {
        Rules { calls: u32::from(self.calls_before_sms), sms: self.sms }
    }

    /// Whether a call is enough to prove that a number is one's own: only where its four digits sign in to new browsers too
    /// (`docs/limits.md`). Elsewhere an SMS does, where one can be sent.
    pub fn proves_by_call(&self) -> bool {
        self.phone_in_new_browsers
    }
}

/// What is open to this number now: a route is set up and nothing stands against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ways {
    /// Calls. Not once the account had its wrong answers to calls.
    pub calls: bool,
    /// Messages. Not to a fixed line.
    pub sms: bool,
}

impl Ways {
    /// Those that may prove that a number is one's own under this policy.
    #[must_use]
    pub fn of_proof(self, policy: &Policy) -> Self {
        let by_sms = self.sms && policy.sms;
        Self { calls: self.calls && (policy.proves_by_call() || !by_sms), ..self }
    }
}

/// What a challenge has done so far, to any of the account's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Course {
    /// Calls.
    pub calls: u32,
    /// Messages.
    pub sms: u32,
    /// When the last of either went.
    pub last_at: Option<Timestamp>,
    /// How the last call ended, if a call was last and has ended.
    pub outcome: Option<CallOutcome>,
    /// Whether a call was last and its code was answered wrongly.
    pub missed: bool,
}

/// What may be asked for next, and from when on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Next {
    /// A call.
    pub call: Option<Timestamp>,
    /// An SMS. Beside a call only where the last one did not reach the phone.
    pub sms: Option<Timestamp>,
}

impl Next {
    /// Whether nothing more may be asked for.
    pub fn is_over(self) -> bool {
        self == Self::default()
    }
}

/// How the challenge may go on.
///
/// First the calls, each a while after the last. An SMS takes their place once they are used up, and at once where another
/// call would be no use: after a wrong answer, and after a call that did not reach the phone.
pub fn next(course: &Course, rules: Rules, ways: Ways) -> Next {
    let unknown = course.outcome == Some(CallOutcome::NotFound);
    let calls_left = ways.calls && course.calls < rules.calls && !unknown;
    let sms_left = ways.sms && rules.sms && course.sms < SMS_MOST;
    let failed = course.outcome.is_some_and(|outcome| !outcome.was_shown());
    let at_once = course.missed || failed;
    let after_gap =
        course.last_at.map_or(Timestamp::from_millis(0), |at| at.plus(gap(course.calls + course.sms)));
    let no_wait = course.last_at.unwrap_or(Timestamp::from_millis(0));
    Next {
        call: (calls_left && !(course.missed && sms_left)).then_some(after_gap),
        sms: (sms_left && (!calls_left || at_once)).then_some(if at_once { no_wait } else { after_gap }),
    }
}

fn gap(sends: u32) -> Duration {
    let at = usize::try_from(sends.saturating_sub(1)).unwrap_or(usize::MAX);
    GAPS[at.min(GAPS.len() - 1)]
}
