//! Which methods may answer a challenge (KEY-9), and which of them has to wait.

use std::time::Duration;

use crate::method::{Class, Method};
use crate::policy::ClassRule;
use crate::time::Timestamp;

use super::change::class_needed;
use super::{Purpose, Situation, SuspensionKind};

/// How long after a password reset by mail an e-mail code does not open the account in an unknown browser: the mailbox
/// alone would be enough otherwise.
pub const MAIL_RESET_HOLD: Duration = Duration::from_hours(24);

/// One method that a challenge may be answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// The method.
    pub method: Method,
    /// Until when it can't be used, because the password was reset by mail a short while ago.
    pub held_until: Option<Timestamp>,
}

/// The methods of a challenge, the one to begin with first: what can be used now, last used first, a recovery key last.
///
/// `known_browser`: whether the challenge is of a browser that completed a sign-in before.
pub fn offers(purpose: Purpose, situation: &Situation<'_>, known_browser: bool) -> Vec<Offer> {
    let hold = situation.hold(purpose, known_browser);
    let mut offers: Vec<Offer> = methods(purpose, situation)
        .into_iter()
        .map(|method| Offer { method, held_until: hold.filter(|_| method == Method::Email) })
        .collect();
    // What support reads out comes first: whoever has it lacks the rest.
    offers.sort_by_key(|offer| {
        let fallback = situation.policy.is_fallback(offer.method);
        (offer.method != Method::SupportCode, offer.held_until.is_some(), fallback)
    });
    offers
}

fn methods(purpose: Purpose, situation: &Situation<'_>) -> Vec<Method> {
    let mut enrolled = Vec::new();
    for &method in situation.enrolled {
        if !enrolled.contains(&method) {
            enrolled.push(method);
        }
    }
    match purpose {
        Purpose::SignIn => {
            let mut methods = what_suffices(situation, enrolled);
            if situation.suspended() == Some(SuspensionKind::SupportCode) {
                methods.push(Method::SupportCode);
            }
            methods
        }
        Purpose::StepUp => {
            enrolled.retain(|method| method.is_daily());
            at_least(class_needed(situation), enrolled)
        }
        Purpose::RemoveAuthenticator => at_least(class_needed(situation), enrolled),
        Purpose::EnableEmail => vec![Method::Email],
        Purpose::DisableEmail => {
            enrolled.retain(|method| matches!(method, Method::Email | Method::RecoveryKey));
            enrolled
        }
        Purpose::NewRecoveryKey => {
            let mut methods = new_key(situation, &enrolled);
            if situation.needs_strong() {
                methods = at_least(Class::Strong, methods);
            }
            methods
        }
    }
}

/// A weak second step would give staff a session that is worth nothing, so where they have a strong one it is asked for.
fn what_suffices(situation: &Situation<'_>, enrolled: Vec<Method>) -> Vec<Method> {
    let floor = situation.floor();
    if !enrolled.iter().any(|method| method.is_daily() && method.class() >= floor) {
        return enrolled;
    }
    enrolled.into_iter().filter(|method| !method.is_daily() || method.class() >= floor).collect()
}

/// KEY-7: a code to the confirmed address, whether or not codes are its owner's daily factor, or the present key.
fn new_key(situation: &Situation<'_>, enrolled: &[Method]) -> Vec<Method> {
    let mut methods = Vec::new();
    let mails = situation.policy.methods.contains(&Method::Email) || enrolled.contains(&Method::Email);
    if mails && situation.address_confirmed {
        methods.push(Method::Email);
    }
    if enrolled.contains(&Method::RecoveryKey) {
        methods.push(Method::RecoveryKey);
    }
    if situation.needs_strong() || methods.is_empty() {
        methods.extend(enrolled.iter().copied().filter(|method| method.is_daily()));
        methods.dedup();
    }
    methods
}

/// Those of at least this class, or all where that would leave none.
fn at_least(class: Class, methods: Vec<Method>) -> Vec<Method> {
    let enough: Vec<Method> = methods.iter().copied().filter(|method| method.class() >= class).collect();
    if enough.is_empty() { methods } else { enough }
}

impl Situation<'_> {
    /// Until when e-mail codes have to wait.
    fn hold(&self, purpose: Purpose, known_browser: bool) -> Option<Timestamp> {
        let until = self.mail_reset_at?.plus(MAIL_RESET_HOLD);
        (purpose == Purpose::SignIn && !known_browser && self.now < until).then_some(until)
    }

    /// Whether changes of this account need a strong second step.
    fn needs_strong(&self) -> bool {
        self.role.is_staff() || self.policy.class_for_account_changes == ClassRule::Strong
    }
}
