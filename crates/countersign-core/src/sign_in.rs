//! The decisions around signing in: what follows the first step, what a live session is worth now, and which
//! changes it may make. All are judged from live rows on every request, never from a mark left at sign-in.

mod change;
mod offers;

use crate::method::{Class, Method};
use crate::policy::{AfterRecovery, Policy};
use crate::role::Role;
use crate::time::Timestamp;

pub use change::{AccountChange, Permission, SessionFacts, may, refusal};
pub use offers::{MAIL_RESET_HOLD, Offer, offers};

/// What is known about an account at this moment.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// The policy of its organisation that is in force.
    pub policy: &'a Policy,
    /// Its role.
    pub role: Role,
    /// The methods of its factors that count ([`Policy::counting`]), last used first.
    pub enrolled: &'a [Method],
    /// The newest suspension of its second step, whether or not it still runs.
    pub suspension: Option<&'a Suspension>,
    /// Whether its e-mail address was shown to be its owner's.
    pub address_confirmed: bool,
    /// When its password was last set through a mailed link.
    pub mail_reset_at: Option<Timestamp>,
    /// Whether its owner has said "this was not me": no changes until the password is reset.
    pub changes_locked: bool,
    /// Whether it has a recovery key that its owner showed to have saved.
    pub key_saved: bool,
    /// The time of the request.
    pub now: Timestamp,
}

/// What a suspension of the second step lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuspensionKind {
    /// The password alone signs in (APP-9).
    PasswordAlone,
}

impl SuspensionKind {
    /// The name in storage and the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PasswordAlone => "password-alone",
        }
    }

    /// Reads [`Self::as_str`] back; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        (text == Self::PasswordAlone.as_str()).then_some(Self::PasswordAlone)
    }
}

/// Support has switched the second step off for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspension {
    /// What it lets in.
    pub kind: SuspensionKind,
    /// When it was granted.
    pub started_at: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
    /// When it was ended by hand, if it was.
    pub lifted_at: Option<Timestamp>,
}

impl Suspension {
    /// Whether it runs at this moment. At the very hour that was set it no longer does.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.lifted_at.is_none() && now < self.until
    }
}

/// What a challenge is for. An answer counts for that purpose only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The second step of a sign-in.
    SignIn,
    /// Fresh proof before a change of the account.
    StepUp,
    /// Removing one authenticator; an earlier step-up does not count (ALL-4).
    RemoveAuthenticator,
    /// Switching e-mail codes on (KEY-3).
    EnableEmail,
    /// Switching e-mail codes off (KEY-6).
    DisableEmail,
    /// Making a recovery key (KEY-7).
    NewRecoveryKey,
}

impl Purpose {
    /// Every purpose.
    pub const ALL: &'static [Self] = &[
        Self::SignIn,
        Self::StepUp,
        Self::RemoveAuthenticator,
        Self::EnableEmail,
        Self::DisableEmail,
        Self::NewRecoveryKey,
    ];

    /// The name in storage and the audit log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::StepUp => "step-up",
            Self::RemoveAuthenticator => "remove-authenticator",
            Self::EnableEmail => "enable-email",
            Self::DisableEmail => "disable-email",
            Self::NewRecoveryKey => "new-recovery-key",
        }
    }

    /// Reads [`Self::as_str`] back; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|purpose| purpose.as_str() == text)
    }
}

/// What follows a right first step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    /// A session at once.
    Session {
        /// The class that the session carries.
        class: Class,
    },
    /// A second step by one of these methods, last used first. No session yet.
    Challenge {
        /// At least one.
        methods: Vec<Method>,
    },
    /// A session that reaches nothing but enrolment.
    Enrolment,
}

/// What a live session is worth now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// All pages answer; changes still ask [`may`].
    Full,
    /// It began by recovery key, and the new key is not saved yet: only that answers (KEY-8).
    SaveKey,
    /// A second step is required and none that suffices is enrolled: only enrolment answers.
    MustEnrol,
    /// A second step exists that this session never passed, for example because a suspension ended: sign in again.
    Stale,
}

impl Situation<'_> {
    /// Whether the password alone counts at this moment (APP-9).
    ///
    /// Never for staff, never where the policy no longer allows it, and without effect where nothing is
    /// enrolled: there is then no second step to suspend, and a required one must still be set up. A password that
    /// was set through a mailed link since it was granted ends it: whoever reads the mailbox would need nothing else.
    pub fn is_suspended(&self) -> bool {
        let reset = self.mail_reset_at;
        if self.suspension.is_some_and(|suspension| reset.is_some_and(|at| at > suspension.started_at)) {
            return false;
        }
        let runs = self.suspension.is_some_and(|suspension| match suspension.kind {
            SuspensionKind::PasswordAlone => {
                self.policy.suspension.password_alone && suspension.is_active(self.now)
            }
        });
        runs && !self.role.is_staff() && !self.enrolled.is_empty()
    }

    /// The lowest class of an enrolled method that meets what is required of this account.
    fn floor(&self) -> Class {
        if self.role.is_staff() { Class::Strong } else { Class::Weak }
    }
}

/// The one decision from every first step (password, single sign-on, reset, invitation, API) to what follows it
/// (ALL-9). Whoever has enrolled is asked even where the policy has since switched the second step off.
pub fn gate(situation: &Situation<'_>) -> Gate {
    if situation.is_suspended() {
        return Gate::Session { class: Class::None };
    }
    let mut methods = Vec::new();
    for method in situation.enrolled {
        if !methods.contains(method) {
            methods.push(*method);
        }
    }
    if methods.iter().any(|method| method.is_daily()) {
        Gate::Challenge { methods }
    } else if situation.policy.required_for(situation.role) {
        Gate::Enrolment
    } else {
        Gate::Session { class: Class::None }
    }
}

/// What a session is worth now. Judged on every request, so that a policy made stricter, a factor enrolled elsewhere or a
/// suspension that ended shows at once.
pub fn standing(situation: &Situation<'_>, session: SessionFacts) -> Standing {
    if situation.is_suspended() {
        return Standing::Full;
    }
    if session.class == Class::None && !situation.enrolled.is_empty() {
        return Standing::Stale;
    }
    if session.recovered_at.is_some() {
        let standing = after_recovery(situation, session.class);
        if standing != Standing::Full {
            return standing;
        }
    }
    if !situation.policy.required_for(situation.role) {
        return Standing::Full;
    }
    let floor = situation.floor();
    if !situation.enrolled.iter().any(|method| method.is_daily() && method.class() >= floor) {
        Standing::MustEnrol
    } else if session.class < floor {
        Standing::Stale
    } else {
        Standing::Full
    }
}

/// What a session that began by recovery key is worth: first the new key, then what the policy says. A stronger second
/// step in it ends the exception.
fn after_recovery(situation: &Situation<'_>, class: Class) -> Standing {
    let offered = situation.policy.methods.contains(&Method::RecoveryKey);
    if offered && !situation.key_saved && situation.enrolled.iter().any(|method| method.is_daily()) {
        return Standing::SaveKey;
    }
    let enrolment = situation.role.is_staff() || situation.policy.after_recovery == AfterRecovery::Enrolment;
    if enrolment && class <= Class::Recovery { Standing::MustEnrol } else { Standing::Full }
}

#[cfg(test)]
mod mail_tests;
#[cfg(test)]
mod tests;
