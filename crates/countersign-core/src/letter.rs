//! Letters: what is written to people, as data. The words are put to it when it is sent.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::factor::email::CODE_LIFE;
use crate::link::LinkPurpose;

/// How long further letters of one kind to one person are held back and told in one: whoever attacks an account can make
/// its owner read two letters an hour of each kind, and no more.
const BUNDLED: Duration = Duration::from_hours(1);

/// How long a notice is tried; after three days it is no news.
const NOTICE_LIFE: Duration = Duration::from_hours(72);

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)+) => {
        /// What a letter says.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum LetterKind {
            $($(#[$doc])* $name,)+
        }

        impl LetterKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The kind's name in the database and the figures.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// The kind of this name.
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

kinds! {
    /// A one-time code that answers a challenge.
    Code = "code";
    /// A link to set a new password.
    PasswordReset = "password-reset";
    /// A link that finishes a sign-up.
    SignUp = "sign-up";
    /// Somebody wanted to sign up with the address of an account that exists.
    SignUpTaken = "sign-up-taken";
    /// A link that confirms the account's address.
    ConfirmAddress = "confirm-address";
    /// A link that confirms the address that is to take the present one's place.
    ConfirmNewAddress = "confirm-new-address";
    /// To the present address: another one was asked for.
    AddressChangeAsked = "address-change-asked";
    /// To the old address: another one took its place. Carries the link that takes it back.
    AddressChanged = "address-changed";
    /// To the new address: it is the account's now.
    AddressIsNow = "address-is-now";
    /// A change of address was taken back.
    AddressChangeUndone = "address-change-undone";
    /// A factor was added.
    MethodAdded = "method-added";
    /// A factor was removed.
    MethodRemoved = "method-removed";
    /// An authenticator got another name.
    AuthenticatorRenamed = "authenticator-renamed";
    /// A recovery key was made; an earlier one no longer counts.
    RecoveryKeyMade = "recovery-key-made";
    /// The recovery key signed in.
    RecoveryKeyUsed = "recovery-key-used";
    /// The password was changed by its owner.
    PasswordChanged = "password-changed";
    /// The password was set through a link.
    PasswordWasReset = "password-was-reset";
    /// A sign-in from a browser that was not known.
    NewBrowser = "new-browser";
    /// The right password, and a wrong second step.
    WrongSecondStep = "wrong-second-step";
    /// A sign-in after several wrong second steps.
    EnteredAfterFailures = "entered-after-failures";
    /// A sign-in by the password alone while the second step is suspended.
    EnteredUnderSuspension = "entered-under-suspension";
    /// Support has suspended the second step. Carries the link that ends it.
    SuspensionStarted = "suspension-started";
    /// A suspension of the second step is over.
    SuspensionEnded = "suspension-ended";
    /// To whoever of the staff started it: the owner has stopped a suspension.
    SuspensionStopped = "suspension-stopped";
    /// To the organisation's other administrators: a suspension waits for a second person.
    SuspensionWaits = "suspension-waits";
    /// "This was not me" was pressed: every session has ended and changes are locked.
    AccountSecured = "account-secured";
    /// A link that makes an account.
    Invitation = "invitation";
    /// An organisation invited the address of an account that exists elsewhere.
    InvitationTaken = "invitation-taken";
    /// The account's role was changed by an administrator.
    RoleChanged = "role-changed";
    /// The account was disabled by an administrator.
    AccountDisabled = "account-disabled";
    /// The account was enabled again.
    AccountEnabled = "account-enabled";
    /// The account was deleted by an administrator.
    AccountDeleted = "account-deleted";
    /// A second step will be required from a day on, and there is none that suffices.
    EnrolmentReminder = "enrolment-reminder";
    /// An API token will end soon.
    ApiTokenEnding = "api-token-ending";
    /// A request to the support desk has arrived.
    RequestReceived = "request-received";
    /// The support desk writes, in an agent's own words.
    DeskAnswer = "desk-answer";
    /// The support desk has cleared limits on attempts.
    LimitCleared = "limit-cleared";
    /// The support desk has ended every session.
    SignedOutByDesk = "signed-out-by-desk";
    /// An identity provider was let sign in to the account.
    ProviderLinked = "provider-linked";
    /// An identity provider can no longer sign in to the account.
    ProviderUnlinked = "provider-unlinked";
    /// A sign-in was refused in Telegram.
    TelegramRefused = "telegram-refused";
    /// Nothing is asked in Telegram for a while, as sign-ins were refused twice: somebody has the password.
    TelegramHeld = "telegram-held";
    /// The bot was blocked, so that it can ask nothing.
    TelegramBlocked = "telegram-blocked";
    /// A test, sent by the operator or to an administrator.
    Test = "test";
}

impl LetterKind {
    /// Whether it tells the owner what happened, and so carries "this was not me".
    pub const fn is_notice(self) -> bool {
        match self {
            Self::Code
            | Self::PasswordReset
            | Self::SignUp
            | Self::SignUpTaken
            | Self::ConfirmAddress
            | Self::ConfirmNewAddress
            | Self::AddressChangeUndone
            | Self::AccountSecured
            | Self::Invitation
            | Self::InvitationTaken
            | Self::AccountDisabled
            | Self::AccountDeleted
            | Self::EnrolmentReminder
            | Self::ApiTokenEnding
            | Self::RequestReceived
            | Self::DeskAnswer
            | Self::SuspensionStopped
            | Self::SuspensionWaits
            | Self::Test => false,
            Self::AddressChangeAsked
            | Self::AddressChanged
            | Self::AddressIsNow
            | Self::MethodAdded
            | Self::MethodRemoved
            | Self::AuthenticatorRenamed
            | Self::RecoveryKeyMade
            | Self::RecoveryKeyUsed
            | Self::PasswordChanged
            | Self::PasswordWasReset
            | Self::NewBrowser
            | Self::WrongSecondStep
            | Self::EnteredAfterFailures
            | Self::EnteredUnderSuspension
            | Self::RoleChanged
            | Self::AccountEnabled
            | Self::LimitCleared
            | Self::SignedOutByDesk
            | Self::SuspensionStarted
            | Self::SuspensionEnded
            | Self::ProviderLinked
            | Self::ProviderUnlinked
            | Self::TelegramRefused
            | Self::TelegramHeld
            | Self::TelegramBlocked => true,
        }
    }

    /// Within which time further letters of this kind to the same person become one. `None`: each is sent by itself, as it
    /// carries something of its own.
    pub const fn bundled_for(self) -> Option<Duration> {
        match self {
            // Each carries a code, a link or an answer that only it has; that of a changed address takes one particular change back,
            // and whoever never asked for a suspension must be able to stop it at once. Whoever invites must not see by the
            // number of letters that an address has an account elsewhere.
            Self::Code
            | Self::PasswordReset
            | Self::SignUp
            | Self::ConfirmAddress
            | Self::ConfirmNewAddress
            | Self::AddressChanged
            | Self::Invitation
            | Self::InvitationTaken
            | Self::AccountDeleted
            | Self::SuspensionStarted
            | Self::SuspensionStopped
            | Self::SuspensionWaits
            | Self::EnrolmentReminder
            | Self::ApiTokenEnding
            | Self::RequestReceived
            | Self::DeskAnswer
            | Self::Test => None,
            Self::SignUpTaken
            | Self::AddressChangeAsked
            | Self::AddressIsNow
            | Self::AddressChangeUndone
            | Self::MethodAdded
            | Self::MethodRemoved
            | Self::AuthenticatorRenamed
            | Self::RecoveryKeyMade
            | Self::RecoveryKeyUsed
            | Self::PasswordChanged
            | Self::PasswordWasReset
            | Self::NewBrowser
            | Self::WrongSecondStep
            | Self::EnteredAfterFailures
            | Self::EnteredUnderSuspension
            | Self::RoleChanged
            | Self::AccountDisabled
            | Self::AccountEnabled
            | Self::LimitCleared
            | Self::SignedOutByDesk
            | Self::SuspensionEnded
            | Self::ProviderLinked
            | Self::ProviderUnlinked
            | Self::TelegramRefused
            | Self::TelegramHeld
            | Self::TelegramBlocked
            | Self::AccountSecured => Some(BUNDLED),
        }
    }

    /// How long it is worth sending.
    pub const fn life(self) -> Duration {
        match self {
            Self::Code => CODE_LIFE,
            Self::PasswordReset => LinkPurpose::PasswordReset.life(),
            Self::SignUp => LinkPurpose::SignUp.life(),
            Self::ConfirmAddress => LinkPurpose::ConfirmAddress.life(),
            Self::ConfirmNewAddress => LinkPurpose::ConfirmNewAddress.life(),
            Self::AddressChanged => LinkPurpose::UndoAddressChange.life(),
            Self::Invitation | Self::InvitationTaken => LinkPurpose::Invitation.life(),
            Self::SuspensionStarted => LinkPurpose::StopSuspension.life(),
            Self::SignUpTaken
            | Self::AddressChangeAsked
            | Self::AddressIsNow
            | Self::AddressChangeUndone
            | Self::MethodAdded
            | Self::MethodRemoved
            | Self::AuthenticatorRenamed
            | Self::RecoveryKeyMade
            | Self::RecoveryKeyUsed
            | Self::PasswordChanged
            | Self::PasswordWasReset
            | Self::NewBrowser
            | Self::WrongSecondStep
            | Self::EnteredAfterFailures
            | Self::EnteredUnderSuspension
            | Self::SuspensionEnded
            | Self::SuspensionStopped
            | Self::SuspensionWaits
            | Self::ProviderLinked
            | Self::ProviderUnlinked
            | Self::TelegramRefused
            | Self::TelegramHeld
            | Self::TelegramBlocked
            | Self::AccountSecured
            | Self::RoleChanged
            | Self::AccountDisabled
            | Self::AccountEnabled
            | Self::AccountDeleted
            | Self::EnrolmentReminder
            | Self::ApiTokenEnding
            | Self::RequestReceived
            | Self::DeskAnswer
            | Self::LimitCleared
            | Self::SignedOutByDesk
            | Self::Test => NOTICE_LIFE,
        }
    }
}

/// What stands in a letter. It waits sealed in the outbox and is erased once the letter is sent or given up. Without
/// `Debug`; code and link are wiped on drop.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LetterBody {
    /// The six digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<Zeroizing<String>>,
    /// The four characters that stand on the page too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// What the code is for: a name of [`crate::sign_in::Purpose`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The token of the link, as addresses carry it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<Zeroizing<String>>,
    /// The method: a name of [`crate::method::Method`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The name of a device, of a Telegram account, or a phone number, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Another address, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// When it happened, in milliseconds since 1970 (UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// The network address it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The browser, as it describes itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Until when something holds, in milliseconds since 1970 (UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
    /// The role of an account: a name of [`crate::role::Role`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What an agent of the support desk wrote, in lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What a suspension lets in: a name of [`crate::sign_in::SuspensionKind`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suspension: Option<String>,
    /// The person's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The organisation's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
}

impl LetterBody {
    /// The form in which it is sealed.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads [`Self::to_bytes`] back; `None` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for &kind in LetterKind::ALL {
            assert_eq!(LetterKind::parse(kind.as_str()), Some(kind));
        }
        assert_eq!(LetterKind::parse("Code"), None);
    }

    #[test]
    fn all_3_every_notice_is_bundled_but_those_whose_link_undoes_what_happened() {
        for &kind in LetterKind::ALL {
            assert_eq!(
                kind.is_notice() && kind.bundled_for().is_none(),
                matches!(kind, LetterKind::AddressChanged | LetterKind::SuspensionStarted),
                "{kind:?}"
            );
        }
        assert_eq!(LetterKind::Code.bundled_for(), None);
        assert_eq!(LetterKind::Code.life(), Duration::from_mins(10));
    }

    #[test]
    fn a_body_reads_back_and_refuses_what_it_does_not_know() {
        let body =
            LetterBody { code: Some("012345".to_owned().into()), at: Some(5), ..LetterBody::default() };
        assert!(LetterBody::from_bytes(&body.to_bytes()).is_some_and(|read| read == body));
        assert!(LetterBody::from_bytes(br#"{"colour":"red"}"#).is_none());
    }
}
