//! Which changes of the account a session may make (ALL-4).

use crate::method::{Class, Method};
use crate::policy::ClassRule;
use crate::session;
use crate::time::Timestamp;

use super::{Situation, Standing, standing};

/// A change that somebody wants to make to the own account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountChange {
    /// Enrol an authenticator device. The number of devices is not judged here.
    AddAuthenticator,
    /// Remove one authenticator device.
    RemoveAuthenticator,
    /// Give a device another name.
    RenameAuthenticator,
    /// Choose another password.
    ChangePassword,
    /// Change the display name or the language.
    EditProfile,
    /// Make an API token.
    MakeApiToken,
    /// End an API token.
    EndApiToken,
    /// End one or all other sessions.
    EndSessions,
}

impl AccountChange {
    /// Every change.
    pub const ALL: &'static [Self] = &[
        Self::AddAuthenticator,
        Self::RemoveAuthenticator,
        Self::RenameAuthenticator,
        Self::ChangePassword,
        Self::EditProfile,
        Self::MakeApiToken,
        Self::EndApiToken,
        Self::EndSessions,
    ];

    /// Whether the change only takes away access and so stays open to a session that may not change the account:
    /// whoever lost the telephone must still be able to shut a thief out.
    fn only_ends_access(self) -> bool {
        matches!(self, Self::EndApiToken | Self::EndSessions)
    }

    /// Whether recent proof is asked for. A name or a language opens nothing; ending a session does need it
    /// (ASVS 5.0, 7.5.2).
    fn needs_fresh_proof(self) -> bool {
        match self {
            Self::RenameAuthenticator | Self::EditProfile => false,
            Self::AddAuthenticator
            | Self::RemoveAuthenticator
            | Self::ChangePassword
            | Self::MakeApiToken
            | Self::EndApiToken
            | Self::EndSessions => true,
        }
    }
}

/// What is known about the session that asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionFacts {
    /// The class of its second step.
    pub class: Class,
    /// When it last gave fresh proof, if ever.
    pub stepped_up_at: Option<Timestamp>,
}

/// The answer to a wish to change the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Go ahead.
    Yes,
    /// First a second step, or the password where nothing is enrolled; then ask again.
    StepUp,
    /// A new challenge of that very purpose; an earlier step-up does not count.
    OwnChallenge,
    /// Not in this session: a text key from [`refusal`].
    No(&'static str),
}

/// The text keys with which a change is refused.
pub mod refusal {
    /// The session never passed the second step that the account has.
    pub const SIGN_IN_AGAIN: &str = "change-refused-sign-in-again";
    /// Enrolment comes first.
    pub const ENROL_FIRST: &str = "change-refused-enrol-first";
    /// The second step is suspended, and with it changes of the account.
    pub const SUSPENDED: &str = "change-refused-suspended";
    /// The organisation does not offer this method.
    pub const NOT_OFFERED: &str = "change-refused-not-offered";
    /// There is no authenticator on the account.
    pub const NOTHING_ENROLLED: &str = "change-refused-nothing-enrolled";
    /// The change needs a stronger second step than the account has.
    pub const STRONGER_NEEDED: &str = "change-refused-stronger-needed";

    /// Every key, for the test that each language has it.
    pub const ALL: &[&str] =
        &[SIGN_IN_AGAIN, ENROL_FIRST, SUSPENDED, NOT_OFFERED, NOTHING_ENROLLED, STRONGER_NEEDED];
}

/// Whether this session may make this change now.
pub fn may(change: AccountChange, situation: &Situation<'_>, session: SessionFacts) -> Permission {
    if let Some(key) = refused(change, situation, session.class) {
        return Permission::No(key);
    }
    if change == AccountChange::RemoveAuthenticator {
        return Permission::OwnChallenge;
    }
    // A suspended session cannot pass the second step; its means of fresh proof is the password.
    let needed = if situation.is_suspended() { Class::None } else { class_needed(situation) };
    if session.class < needed && !change.only_ends_access() {
        let reachable = situation.enrolled.iter().any(|method| method.class() >= needed);
        return if reachable { Permission::StepUp } else { Permission::No(refusal::STRONGER_NEEDED) };
    }
    if change.needs_fresh_proof() && !session::is_stepped_up(session.stepped_up_at, situation.now) {
        Permission::StepUp
    } else {
        Permission::Yes
    }
}

/// Why no proof whatever would allow the change, if so.
fn refused(change: AccountChange, situation: &Situation<'_>, class: Class) -> Option<&'static str> {
    match standing(situation, class) {
        Standing::Stale => return Some(refusal::SIGN_IN_AGAIN),
        Standing::MustEnrol if change != AccountChange::AddAuthenticator => {
            return Some(refusal::ENROL_FIRST);
        }
        Standing::MustEnrol | Standing::Full => {}
    }
    let enrols = change == AccountChange::AddAuthenticator;
    if situation.is_suspended() {
        let open = change.only_ends_access() || (enrols && situation.policy.suspension.enrol_while);
        if !open {
            return Some(refusal::SUSPENDED);
        }
    }
    let enrolled = situation.enrolled.contains(&Method::Authenticator);
    match change {
        AccountChange::AddAuthenticator
            if !situation.policy.offers(Method::Authenticator, situation.role) =>
        {
            Some(refusal::NOT_OFFERED)
        }
        AccountChange::RemoveAuthenticator | AccountChange::RenameAuthenticator if !enrolled => {
            Some(refusal::NOTHING_ENROLLED)
        }
        _ => None,
    }
}

/// The class that changes of this account need. Without any factor there is nothing to ask for but the password.
fn class_needed(situation: &Situation<'_>) -> Class {
    let Some(weakest) = situation.enrolled.iter().map(|method| method.class()).min() else {
        return Class::None;
    };
    match situation.policy.class_for_account_changes {
        ClassRule::AnyEnrolled if !situation.role.is_staff() => weakest,
        ClassRule::AnyEnrolled | ClassRule::Strong => Class::Strong,
    }
}
