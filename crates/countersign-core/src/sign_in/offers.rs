//! Which methods may answer a challenge (KEY-9), and which of them has to wait.
//!
//! A phone number answers two purposes only: a member's sign-in, and showing that the number is one's own.

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
    /// Until when it can't be used: e-mail codes because the password was reset by mail a short while ago, Telegram because
    /// its questions were refused.
    pub held_until: Option<Timestamp>,
}

/// The browser that a challenge is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BrowserKind {
    /// It never completed a sign-in to the account, as far as is known.
    Unknown,
    /// It did, under an earlier password.
    Former,
    /// It did under the present password: it is its owner's, as far as anything tells.
    Current,
}

/// The methods of a challenge, the one to begin with first: what can be used now, last used first, a recovery key last.
pub fn offers(purpose: Purpose, situation: &Situation<'_>, browser: BrowserKind) -> Vec<Offer> {
    let held = |method| match method {
        Method::Email => situation.mail_hold(purpose, browser),
        Method::Telegram => situation.telegram_hold(browser),
        Method::Authenticator | Method::Phone | Method::RecoveryKey | Method::SupportCode => None,
    };
    let mut offers: Vec<Offer> = methods(purpose, situation, browser)
        .into_iter()
        .map(|method| Offer { method, held_until: held(method) })
        .collect();
    // What support reads out comes first: whoever has it lacks the rest.
    offers.sort_by_key(|offer| {
        let fallback = situation.policy.is_fallback(offer.method);
        (offer.method != Method::SupportCode, offer.held_until.is_some(), fallback)
    });
    offers
}

/// Until when the four digits of a call are no answer to a challenge of this browser: the password was set through a mailed
/// link a short while ago, and mailbox and four digits alone would open the account. Six digits by SMS are one.
pub fn calls_held_until(
    purpose: Purpose,
    situation: &Situation<'_>,
    browser: BrowserKind,
) -> Option<Timestamp> {
    let until = situation.mail_reset_at?.plus(MAIL_RESET_HOLD);
    let held = purpose == Purpose::SignIn && browser != BrowserKind::Current && situation.now < until;
    held.then_some(until)
}

fn methods(purpose: Purpose, situation: &Situation<'_>, browser: BrowserKind) -> Vec<Method> {
    let mut enrolled = Vec::new();
    for &method in situation.enrolled {
        if !enrolled.contains(&method) {
            enrolled.push(method);
        }
    }
    let by_phone = purpose == Purpose::SignIn && situation.signs_in_by_phone(browser);
    enrolled.retain(|method| method.proves_changes() || by_phone);
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
            at_least(situation, class_needed(situation), enrolled)
        }
        Purpose::RemoveAuthenticator
        | Purpose::DisableTelegram
        | Purpose::UnlinkTelegram
        | Purpose::RemovePhone => at_least(situation, class_needed(situation), enrolled),
        Purpose::ProvePhone => vec![Method::Phone],
        Purpose::EnableEmail => vec![Method::Email],
        Purpose::DisableEmail => {
            enrolled.retain(|method| matches!(method, Method::Email | Method::RecoveryKey));
            enrolled
        }
        Purpose::NewRecoveryKey => {
            let mut methods = new_key(situation, &enrolled);
            if situation.needs_strong() {
                methods = at_least(situation, Class::Strong, methods);
            }
            methods
        }
    }
}

/// A weak second step would give staff a session that is worth nothing, so where they have a strong one it is asked for.
fn what_suffices(situation: &Situation<'_>, enrolled: Vec<Method>) -> Vec<Method> {
    let floor = situation.floor();
    if !enrolled.iter().any(|method| method.is_daily() && situation.class_of(*method) >= floor) {
        return enrolled;
    }
    enrolled.into_iter().filter(|method| !method.is_daily() || situation.class_of(*method) >= floor).collect()
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
fn at_least(situation: &Situation<'_>, class: Class, methods: Vec<Method>) -> Vec<Method> {
    let reaches = |method: &Method| situation.class_of(*method) >= class;
    let enough: Vec<Method> = methods.iter().copied().filter(reaches).collect();
    if enough.is_empty() { methods } else { enough }
}

impl Situation<'_> {
    /// Until when e-mail codes have to wait.
    fn mail_hold(&self, purpose: Purpose, browser: BrowserKind) -> Option<Timestamp> {
        let until = self.mail_reset_at?.plus(MAIL_RESET_HOLD);
        (purpose == Purpose::SignIn && browser == BrowserKind::Unknown && self.now < until).then_some(until)
    }

    /// Until when nobody is asked in Telegram. What strangers are refused for keeps nobody out of their own browser (ALL-2).
    fn telegram_hold(&self, browser: BrowserKind) -> Option<Timestamp> {
        self.telegram_held_until.filter(|until| browser != BrowserKind::Current && self.now < *until)
    }

    /// Whether a phone number may answer a sign-in in this browser. Never that of staff, who are dearer to guess at; and
    /// while Telegram waits, as strangers have the password, its four digits are no way round that.
    fn signs_in_by_phone(&self, browser: BrowserKind) -> bool {
        let new = self.policy.phone_in_new_browsers && self.telegram_hold(browser).is_none();
        !self.role.is_staff() && (browser == BrowserKind::Current || new)
    }

    /// Whether changes of this account need a strong second step.
    fn needs_strong(&self) -> bool {
        self.role.is_staff() || self.policy.class_for_account_changes == ClassRule::Strong
    }
}
