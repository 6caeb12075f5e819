//! The decisions around signing in: what follows the first step, what a live session is worth now, and which
//! changes it may make. All are judged from live rows on every request, never from a mark left at sign-in.

mod change;
mod enrolment;
mod offers;
mod suspension;

use crate::method::{Class, Method};
use crate::policy::{AfterRecovery, Policy};
use crate::role::Role;
use crate::time::Timestamp;

pub use change::{AccountChange, Permission, ProviderClaims, SessionFacts, may, refusal};
pub use enrolment::{Before, Enrolment, NOT_NOW, Occasion, before, choices, enrolment, occasion, suffices};
pub use offers::{BrowserKind, MAIL_RESET_HOLD, Offer, calls_held_until, offers};
pub use suspension::{Suspension, SuspensionKind};

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
    /// Until when nothing is asked in Telegram outside the owner's browsers, as two questions were refused
    /// ([`crate::factor::telegram::held_until`]).
    pub telegram_held_until: Option<Timestamp>,
    /// Whether its owner has said "this was not me": no changes until the password is reset.
    pub changes_locked: bool,
    /// Whether it has a recovery key that its owner showed to have saved.
    pub key_saved: bool,
    /// The time of the request.
    pub now: Timestamp,
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
    /// Switching Telegram off; the accounts stay linked (MSG-10).
    DisableTelegram,
    /// Unlinking one Telegram account.
    UnlinkTelegram,
    /// Showing that a phone number that was added is one's own (MSG-6).
    ProvePhone,
    /// Removing one phone number.
    RemovePhone,
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
        Self::DisableTelegram,
        Self::UnlinkTelegram,
        Self::ProvePhone,
        Self::RemovePhone,
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
            Self::DisableTelegram => "disable-telegram",
            Self::UnlinkTelegram => "unlink-telegram",
            Self::ProvePhone => "prove-phone",
            Self::RemovePhone => "remove-phone",
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
    /// Which kind of suspension counts at this moment, if one does.
    ///
    /// None that the policy no longer allows, none that lets the password alone in where staff would come in, and none
    /// where nothing is enrolled: there is then no second step to suspend, and a required one must still be set up. A password
    /// that was set through a mailed link since it was granted ends it: whoever reads the mailbox would need little else.
    pub fn suspended(&self) -> Option<SuspensionKind> {
        let suspension = self.suspension.filter(|suspension| suspension.is_active(self.now))?;
        let reset_since = self.mail_reset_at.is_some_and(|at| at > suspension.started_at);
        let kind = suspension.kind;
        let allowed = self.policy.suspension.kinds.contains(&kind);
        let for_role = kind == SuspensionKind::SupportCode || !self.role.is_staff();
        (allowed && for_role && !reset_since && !self.enrolled.is_empty()).then_some(kind)
    }

    /// Whether the password alone counts at this moment (APP-9).
    pub fn is_suspended(&self) -> bool {
        self.suspended() == Some(SuspensionKind::PasswordAlone)
    }

    /// Whether what this session may rests on a suspension and not on a second step.
    pub fn rests_on_suspension(&self, session: SessionFacts) -> bool {
        self.is_suspended()
            || (session.under_suspension
                && session.class < Class::Strong
                && self.suspended() == Some(SuspensionKind::SupportCode))
    }

    /// How strong a session becomes by this method.
    fn class_of(&self, method: Method) -> Class {
        self.policy.class_of(method)
    }

    /// The lowest class of an enrolled method that meets what is required of this account.
    fn floor(&self) -> Class {
        self.policy.floor(self.role)
    }

    /// Whether a second step is required of this account now.
    fn must_have(&self) -> bool {
        self.policy.required_for(self.role, self.now)
    }
}

/// The one decision from every first step (password, single sign-on, reset, invitation, API) to what follows it
/// (ALL-9). Whoever has enrolled is asked even where the policy has since switched the second step off. `trusted`: the first
/// step was a provider's, and the policy trusts what it said of it ([`Policy::trusts`]).
pub fn gate(situation: &Situation<'_>, trusted: bool) -> Gate {
    if situation.is_suspended() {
        return Gate::Session { class: Class::None };
    }
    if trusted {
        return Gate::Session { class: Class::Restricted };
    }
    let mut methods = Vec::new();
    for method in situation.enrolled {
        if !methods.contains(method) {
            methods.push(*method);
        }
    }
    if methods.iter().any(|method| method.is_daily()) {
        Gate::Challenge { methods }
    } else if situation.must_have() {
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
    if session.under_suspension && session.class < Class::Strong {
        return under_support_code(situation);
    }
    if session.by_provider == Some(true) && session.class == Class::Restricted {
        return Standing::Full;
    }
    // What a provider said no longer counts: the session is worth its first step.
    let told = session.by_provider == Some(false) && session.class == Class::Restricted;
    let class = if told { Class::None } else { session.class };
    if class == Class::None && !situation.enrolled.is_empty() {
        return Standing::Stale;
    }
    if session.recovered_at.is_some() {
        let standing = after_recovery(situation, class);
        if standing != Standing::Full {
            return standing;
        }
    }
    if !situation.must_have() {
        return Standing::Full;
    }
    let floor = situation.floor();
    if !suffices(situation) {
        Standing::MustEnrol
    } else if class < floor {
        Standing::Stale
    } else {
        Standing::Full
    }
}

/// What a session that support let in is worth: nothing once the suspension is over, and where a second step is required
/// only the way to a new one.
fn under_support_code(situation: &Situation<'_>) -> Standing {
    if situation.suspended() != Some(SuspensionKind::SupportCode) {
        Standing::Stale
    } else if situation.must_have() {
        Standing::MustEnrol
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
mod enrolment_tests;
#[cfg(test)]
mod mail_tests;
#[cfg(test)]
mod messenger_tests;
#[cfg(test)]
mod tests;
