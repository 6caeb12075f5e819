//! Short messages that handlers choose: what was done.

use std::borrow::Cow;

use super::page::{Notice, NoticeKind, Page};
use crate::text;

macro_rules! messages {
    ($(#[$doc:meta])* $kind:ident { $($(#[$about:meta])* $name:ident = $text:literal, $key:expr;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $kind {
            $($(#[$about])* $name,)+
        }

        impl $kind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Its name, as in a query.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }

            /// The one of this name.
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == name)
            }

            /// Its words.
            pub fn text(self, page: &Page) -> Cow<'static, str> {
                page.t(match self {
                    $(Self::$name => $key,)+
                })
            }
        }
    };
}

messages! {
    /// What was done; shown on the page that follows, for which a redirect carries `?done=` and the name.
    Done {
        /// The person signed out.
        SignedOut = "signed-out", text!("done-signed-out");
        /// Name or language was saved.
        ProfileSaved = "profile-saved", text!("done-profile-saved");
        /// The password was changed.
        PasswordSaved = "password-saved", text!("done-password-saved");
        /// The password was set through a link.
        PasswordReset = "password-reset", text!("done-password-reset");
        /// A change of address was taken back.
        AddressUndone = "address-undone", text!("done-address-undone");
        /// "This was not me" was used.
        AccountSecured = "account-secured", text!("done-account-secured");
        /// An account was made through a link.
        AccountMade = "account-made", text!("done-account-made");
        /// A device got another name.
        DeviceRenamed = "device-renamed", text!("done-device-renamed");
        /// A device was removed.
        DeviceRemoved = "device-removed", text!("done-device-removed");
        /// An authenticator was set up.
        AuthenticatorOn = "authenticator-on", text!("done-authenticator-on");
        /// Codes by e-mail were switched on.
        EmailCodesOn = "email-codes-on", text!("done-email-codes-on");
        /// Codes by e-mail were switched off.
        EmailCodesOff = "email-codes-off", text!("done-email-codes-off");
        /// A phone number was proved.
        PhoneAdded = "phone-added", text!("done-phone-added");
        /// A phone number was removed.
        PhoneRemoved = "phone-removed", text!("done-phone-removed");
        /// A phone number that waited for its proof was forgotten.
        PhoneDropped = "phone-dropped", text!("done-phone-dropped");
        /// Telegram was switched on.
        TelegramOn = "telegram-on", text!("done-telegram-on");
        /// Telegram was switched off.
        TelegramOff = "telegram-off", text!("done-telegram-off");
        /// A Telegram account was unlinked.
        TelegramUnlinked = "telegram-unlinked", text!("done-telegram-unlinked");
        /// The recovery key was shown to be saved.
        KeySaved = "recovery-key-saved", text!("done-recovery-key-saved");
        /// The key on the page is no longer the account's.
        KeyReplaced = "recovery-key-replaced", text!("done-recovery-key-replaced");
        /// A letter that confirms the address is on its way.
        ConfirmationSent = "confirmation-sent", text!("done-confirmation-sent");
        /// Another address was asked for.
        AddressAsked = "address-asked", text!("done-address-asked");
        /// A change of address was dropped.
        AddressDropped = "address-dropped", text!("done-address-dropped");
        /// A set-up was cancelled.
        SetUpCancelled = "set-up-cancelled", text!("done-set-up-cancelled");
        /// A set-up ended by its time.
        SetUpEnded = "set-up-ended", text!("done-set-up-ended");
        /// One session was ended.
        SessionEnded = "session-ended", text!("done-session-ended");
        /// All other sessions were ended.
        OthersEnded = "others-ended", text!("done-others-ended");
        /// An API token was ended.
        TokenEnded = "token-ended", text!("done-token-ended");
        /// An agent took a request.
        RequestTaken = "request-taken", text!("done-request-taken");
        /// A note was added for the desk alone.
        NoteAdded = "note-added", text!("done-note-added");
        /// An answer is on its way.
        AnswerSent = "answer-sent", text!("done-answer-sent");
        /// A request was closed.
        RequestClosed = "request-closed", text!("done-request-closed");
        /// A request was opened again.
        RequestReopened = "request-reopened", text!("done-request-reopened");
        /// Every session of somebody's account was ended.
        SignedOutEverywhere = "signed-out-everywhere", text!("done-signed-out-everywhere");
        /// Somebody's failed attempts were cleared.
        LimitCleared = "limit-cleared", text!("done-limit-cleared");
        /// The letter that confirms somebody's address is on its way again.
        ConfirmationResent = "confirmation-resent", text!("done-confirmation-resent");
        /// Somebody's lost factor was removed.
        FactorRemoved = "factor-removed", text!("done-factor-removed");
        /// A member got another role.
        RoleChanged = "role-changed", text!("done-role-changed");
        /// A member was disabled.
        MemberDisabled = "member-disabled", text!("done-member-disabled");
        /// A member was enabled again.
        MemberEnabled = "member-enabled", text!("done-member-enabled");
        /// All sessions of a member were ended.
        MemberSessionsEnded = "member-sessions-ended", text!("done-member-sessions-ended");
        /// A member was deleted.
        MemberDeleted = "member-deleted", text!("done-member-deleted");
        /// An invitation is on its way.
        Invited = "invited", text!("done-invited");
        /// A whole list of invitations is on its way.
        ListInvited = "list-invited", text!("done-list-invited");
        /// An invitation was taken back.
        InvitationWithdrawn = "invitation-withdrawn", text!("done-invitation-withdrawn");
        /// A test e-mail is on its way.
        CourierTested = "courier-tested", text!("done-courier-tested");
        /// A stopped prefix of phone numbers was opened again.
        PrefixOpen = "prefix-open", text!("done-prefix-open");
        /// The organisation's name or look was saved.
        OrganisationSaved = "organisation-saved", text!("done-organisation-saved");
        /// A second step was suspended.
        SuspensionStarted = "suspension-started", text!("done-suspension-started");
        /// A suspension waits for a second person.
        SuspensionAsked = "suspension-asked", text!("done-suspension-asked");
        /// A suspension was ended.
        SuspensionLifted = "suspension-lifted", text!("done-suspension-lifted");
        /// It was over already.
        SuspensionOver = "suspension-over", text!("done-suspension-over");
        /// A second person agreed.
        SuspensionApproved = "suspension-approved", text!("done-suspension-approved");
        /// A second person refused.
        SuspensionRefused = "suspension-refused", text!("done-suspension-refused");
        /// Somebody else has decided already, or it waited too long.
        SuspensionDecided = "suspension-decided", text!("done-suspension-decided");
        /// A second step or a change was left.
        Cancelled = "cancelled", text!("done-cancelled");
        /// The security policy was changed.
        PolicySaved = "policy-saved", text!("done-policy-saved");
        /// The session is over, so that signing in comes first.
        SessionOver = "session-over", text!("done-session-over");
        /// A provider was let sign in to the account.
        ProviderLinked = "sign-in-linked", text!("done-provider-linked");
        /// A provider no longer signs in to the account.
        ProviderUnlinked = "sign-in-unlinked", text!("done-provider-unlinked");
        /// An organisation's provider was set up or changed.
        SsoSaved = "sso-saved", text!("done-sso-saved");
        /// An organisation's provider was removed.
        SsoRemoved = "sso-removed", text!("done-sso-removed");
    }
}

impl Done {
    /// The notice that says so.
    pub fn notice(self, page: &Page) -> Notice {
        let kind = match self {
            Self::Cancelled
            | Self::SetUpCancelled
            | Self::SetUpEnded
            | Self::SessionOver
            | Self::SuspensionAsked
            | Self::SuspensionOver
            | Self::SuspensionDecided
            | Self::KeyReplaced
            | Self::ConfirmationSent
            | Self::AddressAsked
            | Self::AddressDropped
            | Self::PhoneDropped => NoticeKind::Info,
            _ => NoticeKind::Success,
        };
        Notice::new(kind, self.text(page))
    }
}
