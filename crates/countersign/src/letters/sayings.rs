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
    /// What its button reads, where its link is what the letter is about.
    pub button: Option<&'static str>,
    /// What to do if nothing of it is wanted, or if there is no link.
    pub after: Option<&'static str>,
    /// What the other address in it is.
    pub email: &'static str,
}

impl Sayings {
    const fn new(title: &'static str, lead: &'static str) -> Self {
        Self { title, lead, button: None, after: None, email: text!("letter-email") }
    }

    const fn button(self, key: &'static str) -> Self {
        Self { button: Some(key), ..self }
    }

    const fn after(self, key: &'static str) -> Self {
        Self { after: Some(key), ..self }
    }

    const fn email(self, key: &'static str) -> Self {
        Self { email: key, ..self }
    }
}

/// The texts of a kind.
pub(super) const fn sayings(kind: LetterKind) -> Sayings {
    match kind {
        LetterKind::Code => Sayings::new(text!("letter-code-title"), text!("letter-code-text")),
        LetterKind::PasswordReset => {
            Sayings::new(text!("letter-password-reset-title"), text!("letter-password-reset-text"))
                .button(text!("letter-new-password-button"))
                .after(text!("letter-password-reset-after"))
        }
        LetterKind::SignUp => Sayings::new(text!("letter-sign-up-title"), text!("letter-sign-up-text"))
            .button(text!("letter-confirm-button"))
            .after(text!("letter-sign-up-after")),
        LetterKind::SignUpTaken => {
            Sayings::new(text!("letter-sign-up-taken-title"), text!("letter-sign-up-taken-text"))
                .button(text!("letter-new-password-button"))
                .after(text!("letter-sign-up-taken-after"))
        }
        LetterKind::Test => Sayings::new(text!("letter-test-title"), text!("letter-test-text")),
        _ => of_address(kind),
    }
}

/// Those about addresses.
const fn of_address(kind: LetterKind) -> Sayings {
    match kind {
        LetterKind::ConfirmAddress => {
            Sayings::new(text!("letter-confirm-address-title"), text!("letter-confirm-address-text"))
                .button(text!("letter-confirm-button"))
                .after(text!("letter-confirm-address-after"))
        }
        LetterKind::ConfirmNewAddress => {
            Sayings::new(text!("letter-confirm-new-address-title"), text!("letter-confirm-new-address-text"))
                .button(text!("letter-confirm-button"))
                .after(text!("letter-confirm-new-address-after"))
                .email(text!("letter-email-former"))
        }
        LetterKind::AddressChangeAsked => Sayings::new(
            text!("letter-address-change-asked-title"),
            text!("letter-address-change-asked-text"),
        )
        .email(text!("letter-email-new")),
        LetterKind::AddressChanged => {
            Sayings::new(text!("letter-address-changed-title"), text!("letter-address-changed-text"))
                .button(text!("letter-address-changed-button"))
                .after(text!("letter-address-changed-after"))
                .email(text!("letter-email-new"))
        }
        LetterKind::AddressIsNow => {
            Sayings::new(text!("letter-address-is-now-title"), text!("letter-address-is-now-text"))
                .email(text!("letter-email-former"))
        }
        LetterKind::AddressChangeUndone => Sayings::new(
            text!("letter-address-change-undone-title"),
            text!("letter-address-change-undone-text"),
        )
        .button(text!("letter-new-password-button"))
        .after(text!("letter-address-change-undone-after"))
        .email(text!("letter-email-withdrawn")),
        _ => of_event(kind),
    }
}

/// Those about what else happened. Kinds of the other tables never come here.
const fn of_event(kind: LetterKind) -> Sayings {
    match kind {
        LetterKind::MethodAdded => {
            Sayings::new(text!("letter-method-added-title"), text!("letter-method-added-text"))
        }
        LetterKind::MethodRemoved => {
            Sayings::new(text!("letter-method-removed-title"), text!("letter-method-removed-text"))
        }
        LetterKind::AuthenticatorRenamed => Sayings::new(
            text!("letter-authenticator-renamed-title"),
            text!("letter-authenticator-renamed-text"),
        ),
        LetterKind::RecoveryKeyMade => {
            Sayings::new(text!("letter-recovery-key-made-title"), text!("letter-recovery-key-made-text"))
        }
        LetterKind::RecoveryKeyUsed => {
            Sayings::new(text!("letter-recovery-key-used-title"), text!("letter-recovery-key-used-text"))
        }
        LetterKind::PasswordChanged => {
            Sayings::new(text!("letter-password-changed-title"), text!("letter-password-changed-text"))
        }
        LetterKind::PasswordWasReset => {
            Sayings::new(text!("letter-password-was-reset-title"), text!("letter-password-was-reset-text"))
        }
        LetterKind::NewBrowser => {
            Sayings::new(text!("letter-new-browser-title"), text!("letter-new-browser-text"))
        }
        LetterKind::WrongSecondStep => {
            Sayings::new(text!("letter-wrong-second-step-title"), text!("letter-wrong-second-step-text"))
        }
        LetterKind::EnteredAfterFailures => Sayings::new(
            text!("letter-entered-after-failures-title"),
            text!("letter-entered-after-failures-text"),
        ),
        LetterKind::EnteredUnderSuspension => Sayings::new(
            text!("letter-entered-under-suspension-title"),
            text!("letter-entered-under-suspension-text"),
        ),
        LetterKind::AccountSecured => {
            Sayings::new(text!("letter-account-secured-title"), text!("letter-account-secured-text"))
                .button(text!("letter-new-password-button"))
                .after(text!("letter-account-secured-after"))
        }
        _ => Sayings::new(text!("letter-test-title"), text!("letter-test-text")),
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
    }
}
