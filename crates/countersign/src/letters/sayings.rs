//! Which texts a letter of each kind is made of.

use countersign_core::letter::LetterKind;
use countersign_core::sign_in::Purpose;

use crate::text;

/// The keys of one kind's texts.
pub(super) struct Sayings {
    /// What happened, in a few words; the subject too.
    pub title: &'static str,
    /// The same in one or two sentences.
    pub lead: &'static str,
    /// The same where the lead names a day, for when none is known.
    pub undated: Option<&'static str>,
    /// What its button reads, where its link is what the letter is about.
    pub button: Option<&'static str>,
    /// What to do if nothing of it is wanted, or if there is no link.
    pub after: Option<&'static str>,
    /// What the other address in it is.
    pub email: &'static str,
    /// What the name in it is the name of.
    pub name: &'static str,
}

impl Sayings {
    const fn new(title: &'static str, lead: &'static str) -> Self {
        Self {
            title,
            lead,
            undated: None,
            button: None,
            after: None,
            email: text!("letter-email"),
            name: text!("device-name-label"),
        }
    }

    const fn undated(self, key: &'static str) -> Self {
        Self { undated: Some(key), ..self }
    }

    const fn button(self, key: &'static str) -> Self {
        Self { button: Some(key), ..self }
    }

    const fn after(self, key: &'static str) -> Self {
        Self { after: Some(key), ..self }
    }

    const fn name(self, key: &'static str) -> Self {
        Self { name: key, ..self }
    }

    const fn email(self, key: &'static str) -> Self {
        Self { email: key, ..self }
    }
}

const CODE: Sayings = Sayings::new(text!("letter-code-title"), text!("letter-code-text"));

const PASSWORD_RESET: Sayings =
    Sayings::new(text!("letter-password-reset-title"), text!("letter-password-reset-text"))
        .button(text!("letter-new-password-button"))
        .after(text!("letter-password-reset-after"));

const SIGN_UP: Sayings = Sayings::new(text!("letter-sign-up-title"), text!("letter-sign-up-text"))
    .button(text!("letter-confirm-button"))
    .after(text!("letter-sign-up-after"));

const SIGN_UP_TAKEN: Sayings =
    Sayings::new(text!("letter-sign-up-taken-title"), text!("letter-sign-up-taken-text"))
        .button(text!("letter-new-password-button"))
        .after(text!("letter-sign-up-taken-after"));

const INVITATION: Sayings = Sayings::new(text!("letter-invitation-title"), text!("letter-invitation-text"))
    .button(text!("letter-invitation-button"))
    .after(text!("letter-invitation-after"));

const INVITATION_TAKEN: Sayings =
    Sayings::new(text!("letter-invitation-taken-title"), text!("letter-invitation-taken-text"))
        .after(text!("letter-invitation-taken-after"));

const ROLE_CHANGED: Sayings =
    Sayings::new(text!("letter-role-changed-title"), text!("letter-role-changed-text"));

const ACCOUNT_DISABLED: Sayings =
    Sayings::new(text!("letter-account-disabled-title"), text!("letter-account-disabled-text"))
        .after(text!("letter-account-disabled-after"));

const ACCOUNT_ENABLED: Sayings =
    Sayings::new(text!("letter-account-enabled-title"), text!("letter-account-enabled-text"));

const ACCOUNT_DELETED: Sayings =
    Sayings::new(text!("letter-account-deleted-title"), text!("letter-account-deleted-text"))
        .after(text!("letter-account-deleted-after"));

const TEST: Sayings = Sayings::new(text!("letter-test-title"), text!("letter-test-text"));

const CONFIRM_ADDRESS: Sayings =
    Sayings::new(text!("letter-confirm-address-title"), text!("letter-confirm-address-text"))
        .button(text!("letter-confirm-button"))
        .after(text!("letter-confirm-address-after"));

const CONFIRM_NEW_ADDRESS: Sayings =
    Sayings::new(text!("letter-confirm-new-address-title"), text!("letter-confirm-new-address-text"))
        .button(text!("letter-confirm-button"))
        .after(text!("letter-confirm-new-address-after"))
        .email(text!("letter-email-former"));

const ADDRESS_CHANGE_ASKED: Sayings =
    Sayings::new(text!("letter-address-change-asked-title"), text!("letter-address-change-asked-text"))
        .email(text!("letter-email-new"));

const ADDRESS_CHANGED: Sayings =
    Sayings::new(text!("letter-address-changed-title"), text!("letter-address-changed-text"))
        .button(text!("letter-address-changed-button"))
        .after(text!("letter-address-changed-after"))
        .email(text!("letter-email-new"));

const ADDRESS_IS_NOW: Sayings =
    Sayings::new(text!("letter-address-is-now-title"), text!("letter-address-is-now-text"))
        .email(text!("letter-email-former"));

const ADDRESS_CHANGE_UNDONE: Sayings =
    Sayings::new(text!("letter-address-change-undone-title"), text!("letter-address-change-undone-text"))
        .button(text!("letter-new-password-button"))
        .after(text!("letter-address-change-undone-after"))
        .email(text!("letter-email-withdrawn"));

const METHOD_ADDED: Sayings =
    Sayings::new(text!("letter-method-added-title"), text!("letter-method-added-text"));

const METHOD_REMOVED: Sayings =
    Sayings::new(text!("letter-method-removed-title"), text!("letter-method-removed-text"));

const PROVIDER_LINKED: Sayings =
    Sayings::new(text!("letter-provider-linked-title"), text!("letter-provider-linked-text"))
        .name(text!("letter-provider"));

const PROVIDER_UNLINKED: Sayings =
    Sayings::new(text!("letter-provider-unlinked-title"), text!("letter-provider-unlinked-text"))
        .name(text!("letter-provider"));

const AUTHENTICATOR_RENAMED: Sayings =
    Sayings::new(text!("letter-authenticator-renamed-title"), text!("letter-authenticator-renamed-text"));

const RECOVERY_KEY_MADE: Sayings =
    Sayings::new(text!("letter-recovery-key-made-title"), text!("letter-recovery-key-made-text"));

const RECOVERY_KEY_USED: Sayings =
    Sayings::new(text!("letter-recovery-key-used-title"), text!("letter-recovery-key-used-text"));

const PASSWORD_CHANGED: Sayings =
    Sayings::new(text!("letter-password-changed-title"), text!("letter-password-changed-text"));

const PASSWORD_WAS_RESET: Sayings =
    Sayings::new(text!("letter-password-was-reset-title"), text!("letter-password-was-reset-text"));

const NEW_BROWSER: Sayings =
    Sayings::new(text!("letter-new-browser-title"), text!("letter-new-browser-text"));

const WRONG_SECOND_STEP: Sayings =
    Sayings::new(text!("letter-wrong-second-step-title"), text!("letter-wrong-second-step-text"));

const ENTERED_AFTER_FAILURES: Sayings =
    Sayings::new(text!("letter-entered-after-failures-title"), text!("letter-entered-after-failures-text"));

const ENTERED_UNDER_SUSPENSION: Sayings = Sayings::new(
    text!("letter-entered-under-suspension-title"),
    text!("letter-entered-under-suspension-text"),
);

const SUSPENSION_STARTED: Sayings =
    Sayings::new(text!("letter-suspension-started-title"), text!("letter-suspension-started-text"))
        .button(text!("letter-suspension-started-button"))
        .after(text!("letter-suspension-started-after"));

const SUSPENSION_ENDED: Sayings =
    Sayings::new(text!("letter-suspension-ended-title"), text!("letter-suspension-ended-text"));

const SUSPENSION_STOPPED: Sayings =
    Sayings::new(text!("letter-suspension-stopped-title"), text!("letter-suspension-stopped-text"))
        .after(text!("letter-suspension-stopped-after"))
        .email(text!("letter-suspension-account"));

const SUSPENSION_WAITS: Sayings =
    Sayings::new(text!("letter-suspension-waits-title"), text!("letter-suspension-waits-text"))
        .after(text!("letter-suspension-waits-after"))
        .email(text!("letter-suspension-account"));

const ACCOUNT_SECURED: Sayings =
    Sayings::new(text!("letter-account-secured-title"), text!("letter-account-secured-text"))
        .button(text!("letter-new-password-button"))
        .after(text!("letter-account-secured-after"));

const ENROLMENT_REMINDER: Sayings =
    Sayings::new(text!("letter-enrolment-reminder-title"), text!("letter-enrolment-reminder-text"))
        .undated(text!("letter-enrolment-reminder-text-some-time"))
        .after(text!("letter-enrolment-reminder-after"));

const API_TOKEN_ENDING: Sayings =
    Sayings::new(text!("letter-api-token-ending-title"), text!("letter-api-token-ending-text"))
        .undated(text!("letter-api-token-ending-text-some-time"))
        .after(text!("letter-api-token-ending-after"));

const REQUEST_RECEIVED: Sayings =
    Sayings::new(text!("letter-request-received-title"), text!("letter-request-received-text"))
        .after(text!("letter-request-received-after"));

const DESK_ANSWER: Sayings =
    Sayings::new(text!("letter-desk-answer-title"), text!("letter-desk-answer-text"))
        .after(text!("letter-desk-answer-after"));

const LIMIT_CLEARED: Sayings =
    Sayings::new(text!("letter-limit-cleared-title"), text!("letter-limit-cleared-text"));

const SIGNED_OUT_BY_DESK: Sayings =
    Sayings::new(text!("letter-signed-out-by-desk-title"), text!("letter-signed-out-by-desk-text"));

const TELEGRAM_REFUSED: Sayings =
    Sayings::new(text!("letter-telegram-refused-title"), text!("letter-telegram-refused-text"));

const TELEGRAM_HELD: Sayings =
    Sayings::new(text!("letter-telegram-held-title"), text!("letter-telegram-held-text"));

const TELEGRAM_BLOCKED: Sayings =
    Sayings::new(text!("letter-telegram-blocked-title"), text!("letter-telegram-blocked-text"));

/// The texts of a kind.
pub(super) const fn sayings(kind: LetterKind) -> Sayings {
    match kind {
        LetterKind::Code => CODE,
        LetterKind::PasswordReset => PASSWORD_RESET,
        LetterKind::SignUp => SIGN_UP,
        LetterKind::SignUpTaken => SIGN_UP_TAKEN,
        LetterKind::Invitation => INVITATION,
        LetterKind::InvitationTaken => INVITATION_TAKEN,
        LetterKind::RoleChanged => ROLE_CHANGED,
        LetterKind::AccountDisabled => ACCOUNT_DISABLED,
        LetterKind::AccountEnabled => ACCOUNT_ENABLED,
        LetterKind::AccountDeleted => ACCOUNT_DELETED,
        LetterKind::Test => TEST,
        LetterKind::ConfirmAddress => CONFIRM_ADDRESS,
        LetterKind::ConfirmNewAddress => CONFIRM_NEW_ADDRESS,
        LetterKind::AddressChangeAsked => ADDRESS_CHANGE_ASKED,
        LetterKind::AddressChanged => ADDRESS_CHANGED,
        LetterKind::AddressIsNow => ADDRESS_IS_NOW,
        LetterKind::AddressChangeUndone => ADDRESS_CHANGE_UNDONE,
        LetterKind::MethodAdded => METHOD_ADDED,
        LetterKind::MethodRemoved => METHOD_REMOVED,
        LetterKind::AuthenticatorRenamed => AUTHENTICATOR_RENAMED,
        LetterKind::RecoveryKeyMade => RECOVERY_KEY_MADE,
        LetterKind::RecoveryKeyUsed => RECOVERY_KEY_USED,
        LetterKind::PasswordChanged => PASSWORD_CHANGED,
        LetterKind::PasswordWasReset => PASSWORD_WAS_RESET,
        LetterKind::NewBrowser => NEW_BROWSER,
        LetterKind::WrongSecondStep => WRONG_SECOND_STEP,
        LetterKind::EnteredAfterFailures => ENTERED_AFTER_FAILURES,
        LetterKind::EnteredUnderSuspension => ENTERED_UNDER_SUSPENSION,
        LetterKind::SuspensionStarted => SUSPENSION_STARTED,
        LetterKind::SuspensionEnded => SUSPENSION_ENDED,
        LetterKind::SuspensionStopped => SUSPENSION_STOPPED,
        LetterKind::SuspensionWaits => SUSPENSION_WAITS,
        LetterKind::AccountSecured => ACCOUNT_SECURED,
        LetterKind::EnrolmentReminder => ENROLMENT_REMINDER,
        LetterKind::ApiTokenEnding => API_TOKEN_ENDING,
        LetterKind::RequestReceived => REQUEST_RECEIVED,
        LetterKind::DeskAnswer => DESK_ANSWER,
        LetterKind::LimitCleared => LIMIT_CLEARED,
        LetterKind::SignedOutByDesk => SIGNED_OUT_BY_DESK,
        LetterKind::ProviderLinked => PROVIDER_LINKED,
        LetterKind::ProviderUnlinked => PROVIDER_UNLINKED,
        LetterKind::TelegramRefused => TELEGRAM_REFUSED,
        LetterKind::TelegramHeld => TELEGRAM_HELD,
        LetterKind::TelegramBlocked => TELEGRAM_BLOCKED,
    }
}

/// The title of a code's letter, and what the code is for.
pub(super) const fn purpose(purpose: Purpose) -> (&'static str, &'static str) {
    match purpose {
        Purpose::SignIn => (text!("letter-code-sign-in-title"), text!("letter-for-sign-in")),
        Purpose::StepUp => (text!("letter-code-title"), text!("letter-for-step-up")),
        Purpose::RemoveAuthenticator => {
            (text!("letter-code-title"), text!("letter-for-remove-authenticator"))
        }
        Purpose::EnableEmail => (text!("letter-code-title"), text!("letter-for-enable-email")),
        Purpose::DisableEmail => (text!("letter-code-title"), text!("letter-for-disable-email")),
        Purpose::NewRecoveryKey => (text!("letter-code-title"), text!("letter-for-new-recovery-key")),
        Purpose::DisableTelegram => (text!("letter-code-title"), text!("letter-for-disable-telegram")),
        Purpose::UnlinkTelegram => (text!("letter-code-title"), text!("letter-for-unlink-telegram")),
        Purpose::ProvePhone => (text!("letter-code-title"), text!("letter-for-prove-phone")),
        Purpose::RemovePhone => (text!("letter-code-title"), text!("letter-for-remove-phone")),
    }
}
