//! Whether an account has still to set up a second step, how urgently, and by what (KEY-10). Judged from live rows with
//! every request, never from a mark left at sign-in.

use std::time::Duration;

use crate::method::{Class, Method};
use crate::policy::Requirement;
use crate::session;
use crate::time::Timestamp;

use super::change::{AccountChange, Permission, SessionFacts, may, refusal};
use super::{Situation, Standing, standing};

/// How long whoever said "not now" is left alone where a second step is only offered: 30 days. Often enough not to be
/// forgotten, seldom enough not to be clicked away unread; the number is ours.
pub const NOT_NOW: Duration = Duration::from_hours(30 * 24);

/// Whether a second step has still to be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enrolment {
    /// It need not: there is one that suffices, or none may be had.
    None,
    /// It may, and who would rather not is asked again after [`NOT_NOW`].
    Offered,
    /// It will be required from this moment on; until then it can be put off from sign-in to sign-in.
    Grace(Timestamp),
    /// Nothing else answers before.
    Required,
}

/// Why a second step has to be set up now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// There is none yet, or none that suffices.
    First,
    /// Support let this session in, as the factor is lost: a new one takes its place.
    UnderSuspension,
    /// The session began by recovery key: likewise.
    Recovered,
}

/// What comes before the choice of a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// Nothing.
    Nothing,
    /// The address has to be shown to be the person's (KEY-1).
    ConfirmAddress,
    /// The proof of this session is too old, and what a new one would take is lost: signing in again, by recovery key.
    SignInAgain,
    /// There is no room for another device; one has to go first.
    RemoveDevice,
    /// There is no room for another device, and only support may remove one while it has suspended the second step.
    AskSupport,
    /// No method can be set up in this session: a text key from [`refusal`].
    Refused(&'static str),
}

/// How urgently this session has to set up a second step.
pub fn enrolment(situation: &Situation<'_>, session: SessionFacts) -> Enrolment {
    match standing(situation, session) {
        Standing::MustEnrol => return Enrolment::Required,
        Standing::SaveKey | Standing::Stale => return Enrolment::None,
        Standing::Full => {}
    }
    // A provider's word that counts as a second step leaves nothing to be set up (KEY-11).
    let exempt = session.by_provider == Some(true) || situation.rests_on_suspension(session);
    if exempt || choices(situation, session).is_empty() {
        return Enrolment::None;
    }
    if let Some(until) = situation.policy.grace_until(situation.role, situation.now) {
        return if suffices(situation) { Enrolment::None } else { Enrolment::Grace(until) };
    }
    let offered = situation.policy.second_step == Requirement::Offered;
    let has_one = situation.enrolled.iter().any(|method| method.is_daily());
    if offered && !has_one { Enrolment::Offered } else { Enrolment::None }
}

/// Whether one of the enrolled methods meets what is, or will be, required.
pub fn suffices(situation: &Situation<'_>) -> bool {
    let floor = situation.policy.floor(situation.role);
    situation.enrolled.iter().any(|method| method.is_daily() && situation.class_of(*method) >= floor)
}

impl Enrolment {
    /// Whether the set-up is shown before anything else to whoever has just signed in. `not_now_at`: when its owner last
    /// put it off.
    pub fn comes_first(self, not_now_at: Option<Timestamp>, now: Timestamp) -> bool {
        match self {
            Self::None => false,
            Self::Offered => not_now_at.is_none_or(|at| now.since(at) >= NOT_NOW),
            Self::Grace(_) | Self::Required => true,
        }
    }

    /// Whether it may be put off.
    pub fn may_wait(self) -> bool {
        matches!(self, Self::Offered | Self::Grace(_))
    }
}

/// The methods to choose from, in the order of pages: those that this account may enable, whatever has to come first, and
/// where one is required only those that suffice.
pub fn choices(situation: &Situation<'_>, session: SessionFacts) -> Vec<Method> {
    let policy = situation.policy;
    let forced = policy.required_for(situation.role, situation.now)
        || policy.grace_until(situation.role, situation.now).is_some();
    let floor = if forced { policy.floor(situation.role) } else { Class::None };
    let open = |method: &Method| {
        let Some(change) = change_of(*method) else { return false };
        let permission = may(change, situation, session);
        !matches!(permission, Permission::No(key) if key != refusal::CONFIRM_ADDRESS_FIRST)
    };
    let methods = Method::ALL.iter().copied();
    methods.filter(|method| method.is_daily() && situation.class_of(*method) >= floor).filter(open).collect()
}

/// The change that enables a method; `None` for what nobody enables by itself.
fn change_of(method: Method) -> Option<AccountChange> {
    match method {
        Method::Authenticator => Some(AccountChange::AddAuthenticator),
        Method::Email => Some(AccountChange::EnableEmail),
        Method::Telegram => Some(AccountChange::LinkTelegram),
        Method::Phone => Some(AccountChange::AddPhone),
        Method::RecoveryKey | Method::SupportCode => None,
    }
}

/// Why this session has to set something up.
pub fn occasion(situation: &Situation<'_>, session: SessionFacts) -> Occasion {
    if session.under_suspension && session.class < Class::Strong {
        Occasion::UnderSuspension
    } else if session.recovered_at.is_some()
        && session.class <= Class::Recovery
        && !situation.enrolled.is_empty()
    {
        Occasion::Recovered
    } else {
        Occasion::First
    }
}

/// What has to be done before a method can be chosen. `devices`: how many authenticator devices the account has.
pub fn before(situation: &Situation<'_>, session: SessionFacts, devices: u32) -> Before {
    let choices = choices(situation, session);
    if choices.is_empty() {
        let permission = may(AccountChange::AddAuthenticator, situation, session);
        return if let Permission::No(key) = permission { Before::Refused(key) } else { Before::Nothing };
    }
    let permissions = choices.iter().filter_map(|method| change_of(*method));
    let permissions: Vec<_> = permissions.map(|change| may(change, situation, session)).collect();
    let unconfirmed = Permission::No(refusal::CONFIRM_ADDRESS_FIRST);
    if permissions.iter().all(|permission| *permission == unconfirmed) {
        return Before::ConfirmAddress;
    }
    let occasion = occasion(situation, session);
    let is_fresh = session::is_just_recovered(session.recovered_at, situation.now);
    if occasion == Occasion::Recovered && !is_fresh && permissions.contains(&Permission::StepUp) {
        return Before::SignInAgain;
    }
    let full = devices >= u32::from(situation.policy.authenticators_max);
    if full && choices == [Method::Authenticator] {
        return match occasion {
            Occasion::UnderSuspension => Before::AskSupport,
            Occasion::Recovered | Occasion::First => Before::RemoveDevice,
        };
    }
    Before::Nothing
}
