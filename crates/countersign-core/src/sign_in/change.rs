//! Which changes of the account a session may make (ALL-4).

use serde::{Deserialize, Serialize};

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
    /// Switch e-mail codes on.
    EnableEmail,
    /// Switch e-mail codes off.
    DisableEmail,
    /// Make a recovery key; an earlier one no longer counts.
    MakeRecoveryKey,
    /// Choose another e-mail address.
    ChangeAddress,
    /// Have a letter sent that confirms the present address.
    ConfirmAddress,
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
    /// Let an identity provider sign in to the account.
    LinkProvider,
    /// No longer let an identity provider sign in to the account.
    UnlinkProvider,
    /// Link a Telegram account, which switches Telegram on by itself (MSG-1). The number of accounts is not judged here.
    LinkTelegram,
    /// Switch Telegram on again. Whether an account is linked is not judged here.
    EnableTelegram,
    /// Switch Telegram off; the accounts stay linked.
    DisableTelegram,
    /// Unlink one Telegram account.
    UnlinkTelegram,
    /// Add a phone number (MSG-6). The number of numbers is not judged here.
    AddPhone,
    /// Remove one phone number.
    RemovePhone,
}

impl AccountChange {
    /// Every change.
    pub const ALL: &'static [Self] = &[
        Self::AddAuthenticator,
        Self::RemoveAuthenticator,
        Self::RenameAuthenticator,
        Self::EnableEmail,
        Self::DisableEmail,
        Self::MakeRecoveryKey,
        Self::ChangeAddress,
        Self::ConfirmAddress,
        Self::ChangePassword,
        Self::EditProfile,
        Self::MakeApiToken,
        Self::EndApiToken,
        Self::EndSessions,
        Self::LinkProvider,
        Self::UnlinkProvider,
        Self::LinkTelegram,
        Self::EnableTelegram,
        Self::DisableTelegram,
        Self::UnlinkTelegram,
        Self::AddPhone,
        Self::RemovePhone,
    ];

    /// Whether the change only takes away access and so stays open to a session that may not change the account:
    /// whoever lost the telephone must still be able to shut a thief out.
    fn only_ends_access(self) -> bool {
        matches!(self, Self::EndApiToken | Self::EndSessions)
    }

    /// Whether it has to wait while changes of the account are locked. A password chosen with the old one too: whoever still
    /// knows that one would choose the next. One that is set through a link by mail opens all again.
    pub fn waits_for_lock(self) -> bool {
        !self.only_ends_access()
    }

    /// Whether it sets up a factor, which a session that must enrol may do. A phone number is none that would suffice.
    fn enrols(self) -> bool {
        matches!(self, Self::AddAuthenticator | Self::EnableEmail | Self::LinkTelegram | Self::EnableTelegram)
    }

    /// Whether it adds a way in, for which recent proof comes before any challenge.
    fn adds(self) -> bool {
        self.enrols() || self == Self::AddPhone
    }

    /// Whether it takes a new challenge of its own, whatever was proved before (ALL-4). What does not count as a factor
    /// any more is cleared away by recent proof.
    fn takes_own_challenge(self, situation: &Situation<'_>) -> bool {
        match self {
            Self::RemoveAuthenticator
            | Self::EnableEmail
            | Self::DisableEmail
            | Self::MakeRecoveryKey
            | Self::DisableTelegram
            | Self::AddPhone => true,
            Self::UnlinkTelegram => situation.enrolled.contains(&Method::Telegram),
            Self::RemovePhone => situation.enrolled.contains(&Method::Phone),
            _ => false,
        }
    }

    /// Whether a sign-in by recovery key is proof enough for it, for a while (KEY-8): it replaces what may be lost.
    fn replaces_what_is_lost(self) -> bool {
        matches!(
            self,
            Self::AddAuthenticator
                | Self::RemoveAuthenticator
                | Self::DisableEmail
                | Self::MakeRecoveryKey
                | Self::ChangeAddress
                | Self::LinkTelegram
                | Self::DisableTelegram
                | Self::UnlinkTelegram
                | Self::RemovePhone
        )
    }

    /// Whether recent proof is asked for. A name or a language opens nothing; ending a session does need it
    /// (ASVS 5.0, 7.5.2).
    fn needs_fresh_proof(self) -> bool {
        match self {
            Self::RenameAuthenticator | Self::EditProfile | Self::ConfirmAddress => false,
            Self::AddAuthenticator
            | Self::RemoveAuthenticator
            | Self::EnableEmail
            | Self::DisableEmail
            | Self::MakeRecoveryKey
            | Self::ChangeAddress
            | Self::ChangePassword
            | Self::MakeApiToken
            | Self::EndApiToken
            | Self::EndSessions
            | Self::LinkProvider
            | Self::UnlinkProvider
            | Self::LinkTelegram
            | Self::EnableTelegram
            | Self::DisableTelegram
            | Self::UnlinkTelegram
            | Self::AddPhone
            | Self::RemovePhone => true,
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
    /// When it began by recovery key, if it did.
    pub recovered_at: Option<Timestamp>,
    /// Whether support let it in, by a suspension of the second step.
    pub under_suspension: bool,
    /// Where it began by a provider whose word took the place of a second step: whether the policy still trusts that.
    pub by_provider: Option<bool>,
}

/// What a provider said of a sign-in (OpenID Connect Core 1.0, section 2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderClaims {
    /// The provider's short name.
    pub provider: String,
    /// Its `amr`: how it knew who it was.
    pub amr: Vec<String>,
    /// Its `acr`: how much it makes of that.
    pub acr: Option<String>,
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
    /// The account has no factor of that kind.
    pub const NOTHING_ENROLLED: &str = "change-refused-nothing-enrolled";
    /// The change needs a stronger second step than the account has.
    pub const STRONGER_NEEDED: &str = "change-refused-stronger-needed";
    /// The new recovery key has to be saved first.
    pub const SAVE_KEY_FIRST: &str = "change-refused-save-key-first";
    /// The owner has said "this was not me"; a new password opens changes again.
    pub const LOCKED: &str = "change-refused-locked";
    /// The e-mail address has to be confirmed first.
    pub const CONFIRM_ADDRESS_FIRST: &str = "change-refused-confirm-address-first";
    /// A stronger method is on that excludes this one.
    pub const EXCLUDED: &str = "change-refused-excluded";
    /// It counts only beside another method, which has to be set up first.
    pub const NEEDS_ANOTHER: &str = "change-refused-needs-another";
    /// It is on already.
    pub const ALREADY_ON: &str = "change-refused-already-on";

    /// Every key, for the test that each language has it.
    pub const ALL: &[&str] = &[
        SIGN_IN_AGAIN,
        ENROL_FIRST,
        SUSPENDED,
        NOT_OFFERED,
        NOTHING_ENROLLED,
        STRONGER_NEEDED,
        SAVE_KEY_FIRST,
        LOCKED,
        CONFIRM_ADDRESS_FIRST,
        EXCLUDED,
        NEEDS_ANOTHER,
        ALREADY_ON,
    ];
}

/// Whether this session may make this change now.
pub fn may(change: AccountChange, situation: &Situation<'_>, session: SessionFacts) -> Permission {
    if let Some(key) = refused(change, situation, session) {
        return Permission::No(key);
    }
    if change == AccountChange::ConfirmAddress || standing(situation, session) == Standing::SaveKey {
        return if change.only_ends_access() {
            fresh_or_step_up(situation, session)
        } else {
            Permission::Yes
        };
    }
    let recovered = session::is_just_recovered(session.recovered_at, situation.now);
    if recovered && change.replaces_what_is_lost() {
        return Permission::Yes;
    }
    // Enabling a factor is adding one: beside the code to the new address it needs what any addition needs.
    let own_challenge = change.takes_own_challenge(situation);
    if own_challenge && (recovered || !change.adds()) {
        return Permission::OwnChallenge;
    }
    // A suspended session cannot pass the second step; its means of fresh proof is the password.
    let suspended = situation.rests_on_suspension(session);
    let mut needed = if suspended { Class::None } else { class_needed(situation) };
    if change.enrols() {
        // Nobody can show more than what is enrolled, and a stronger method has to begin somewhere.
        needed = needed.min(strongest(situation));
    }
    if session.class < needed && !change.only_ends_access() {
        let mut proofs =
            situation.enrolled.iter().filter(|method| method.is_daily() && method.proves_changes());
        let reachable = proofs.any(|method| situation.class_of(*method) >= needed);
        return if reachable { Permission::StepUp } else { Permission::No(refusal::STRONGER_NEEDED) };
    }
    match fresh_or_step_up(situation, session) {
        Permission::StepUp if change.needs_fresh_proof() => Permission::StepUp,
        _ if own_challenge => Permission::OwnChallenge,
        _ => Permission::Yes,
    }
}

fn fresh_or_step_up(situation: &Situation<'_>, session: SessionFacts) -> Permission {
    let fresh = session::is_stepped_up(session.stepped_up_at, situation.now);
    if fresh { Permission::Yes } else { Permission::StepUp }
}

/// Why no proof whatever would allow the change, if so.
fn refused(change: AccountChange, situation: &Situation<'_>, session: SessionFacts) -> Option<&'static str> {
    match standing(situation, session) {
        Standing::Stale => return Some(refusal::SIGN_IN_AGAIN),
        Standing::SaveKey if change != AccountChange::MakeRecoveryKey && !change.only_ends_access() => {
            return Some(refusal::SAVE_KEY_FIRST);
        }
        Standing::MustEnrol if !serves_enrolment(change, situation, session) => {
            return Some(refusal::ENROL_FIRST);
        }
        Standing::SaveKey | Standing::MustEnrol | Standing::Full => {}
    }
    if situation.rests_on_suspension(session) {
        let open = change.only_ends_access()
            || change == AccountChange::ConfirmAddress
            || (change.enrols() && situation.policy.suspension.enrol_while);
        if !open {
            return Some(refusal::SUSPENDED);
        }
    }
    if situation.changes_locked && change.waits_for_lock() {
        return Some(refusal::LOCKED);
    }
    unavailable(change, situation)
}

/// Whether a session that must enrol may make the change. After a recovery the lost device may make room for its
/// successor first.
fn serves_enrolment(change: AccountChange, situation: &Situation<'_>, session: SessionFacts) -> bool {
    let recovered = session::is_just_recovered(session.recovered_at, situation.now);
    change.enrols()
        || change == AccountChange::ConfirmAddress
        || (recovered && matches!(change, AccountChange::RemoveAuthenticator | AccountChange::UnlinkTelegram))
}

/// Why there is nothing to change in this account, or not that way.
fn unavailable(change: AccountChange, situation: &Situation<'_>) -> Option<&'static str> {
    let on = |method| situation.enrolled.contains(&method);
    match change {
        AccountChange::AddAuthenticator => not_to_be_enabled(Method::Authenticator, situation),
        AccountChange::EnableEmail if on(Method::Email) => Some(refusal::ALREADY_ON),
        AccountChange::EnableEmail => not_to_be_enabled(Method::Email, situation),
        AccountChange::RemoveAuthenticator | AccountChange::RenameAuthenticator => {
            (!on(Method::Authenticator)).then_some(refusal::NOTHING_ENROLLED)
        }
        AccountChange::DisableEmail => (!on(Method::Email)).then_some(refusal::NOTHING_ENROLLED),
        AccountChange::EnableTelegram if on(Method::Telegram) => Some(refusal::ALREADY_ON),
        AccountChange::LinkTelegram | AccountChange::EnableTelegram => {
            not_to_be_enabled(Method::Telegram, situation)
        }
        AccountChange::DisableTelegram => (!on(Method::Telegram)).then_some(refusal::NOTHING_ENROLLED),
        AccountChange::AddPhone => not_to_be_enabled(Method::Phone, situation),
        AccountChange::MakeRecoveryKey => {
            if !situation.policy.offers(Method::RecoveryKey, situation.role) {
                return Some(refusal::NOT_OFFERED);
            }
            let anchored = situation.enrolled.iter().any(|method| method.is_daily());
            (!anchored).then_some(refusal::NOTHING_ENROLLED)
        }
        _ => None,
    }
}

fn not_to_be_enabled(method: Method, situation: &Situation<'_>) -> Option<&'static str> {
    let policy = situation.policy;
    if !policy.offers(method, situation.role) {
        return Some(refusal::NOT_OFFERED);
    }
    if policy.confirmed_address_first && !situation.address_confirmed {
        return Some(refusal::CONFIRM_ADDRESS_FIRST);
    }
    if policy.lacks_anchor(method, situation.enrolled) {
        return Some(refusal::NEEDS_ANOTHER);
    }
    policy.blocks(method, situation.enrolled).then_some(refusal::EXCLUDED)
}

/// The highest class that the account's daily methods reach.
fn strongest(situation: &Situation<'_>) -> Class {
    let daily = situation.enrolled.iter().filter(|method| method.is_daily());
    daily.map(|method| situation.class_of(*method)).max().unwrap_or(Class::None)
}

/// The class that changes of this account need. Without any factor there is nothing to ask for but the password.
pub(super) fn class_needed(situation: &Situation<'_>) -> Class {
    let proofs = situation.enrolled.iter().filter(|method| method.proves_changes());
    let Some(weakest) = proofs.map(|method| situation.class_of(*method)).min() else {
        return Class::None;
    };
    match situation.policy.class_for_account_changes {
        ClassRule::AnyEnrolled if !situation.role.is_staff() => weakest,
        ClassRule::AnyEnrolled | ClassRule::Strong => Class::Strong,
    }
}
