//! Identifiers: one type per kind of thing, so that a session can never be looked up by an account's number.
//!
//! All are UUID version 7 (RFC 9562 section 5.7): 48 bits of milliseconds, then 74 random bits. Newer rows sort after
//! older ones, which keeps the indexes of both databases compact. They are names, not secrets.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::entropy::Entropy;
use crate::time::Timestamp;

/// The text is not an identifier in the hyphenated form `01890a5d-ac96-774b-bcce-b302099a8057`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct IdFault;

macro_rules! id_type {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes a fresh identifier: the time of `now` and 74 bits of `entropy`. A time before 1970 counts as 1970.
            pub fn new(now: Timestamp, entropy: &dyn Entropy) -> Self {
                Self(fresh(now, entropy))
            }

            /// The identifier with these sixteen bytes, as a database column holds them.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The sixteen bytes, in network order.
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = IdFault;

            fn from_str(text: &str) -> Result<Self, IdFault> {
                parse(text).map(Self)
            }
        }
    )+};
}

id_type! {
    /// An account: one person's or one member of staff's way in.
    AccountId;
    /// An organisation: the provider's customer, which has a security policy and accounts.
    OrganisationId;
    /// An authenticator device enrolled on an account.
    AuthenticatorId;
    /// A challenge: one second step in progress.
    ChallengeId;
    /// A session: a browser that is signed in.
    SessionId;
    /// A recognised browser: it once completed a sign-in with a second step and has counters of its own.
    BrowserId;
    /// A file that was taken over from another system.
    ImportId;
    /// A one-time link (invitation, password reset, first administrator).
    LinkId;
    /// An API token.
    ApiTokenId;
    /// A suspension of an account's second step.
    SuspensionId;
    /// A row of the audit log.
    AuditId;
    /// A letter in the outbox.
    LetterId;
    /// A recovery key of an account.
    RecoveryKeyId;
    /// A request to the support desk.
    SupportRequestId;
    /// A note of the support desk about a request.
    SupportNoteId;
    /// An identity provider of an organisation, through which its members sign in.
    SsoProviderId;
    /// One visit to an identity provider, from the button to its answer.
    SsoAttemptId;
    /// A Telegram account that is linked to an account.
    TelegramAccountId;
    /// The linking of a Telegram account, from its address to the code that confirms it.
    TelegramLinkId;
    /// One question to one Telegram account.
    TelegramPromptId;
    /// A phone number of an account.
    PhoneNumberId;
    /// A Telegram message, an SMS or a call in the outbox.
    DispatchId;
}

fn fresh(now: Timestamp, entropy: &dyn Entropy) -> Uuid {
    let mut random = [0; 10];
    entropy.fill(&mut random);
    let millis = u64::try_from(now.as_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

fn parse(text: &str) -> Result<Uuid, IdFault> {
    // `Uuid` also reads the braced, URN and unhyphenated forms; one spelling per thing keeps addresses canonical.
    if text.len() != 36 {
        return Err(IdFault);
    }
    Uuid::try_parse(text).map_err(|_| IdFault)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::CountingEntropy;

    #[test]
    fn a_fresh_id_has_the_layout_of_version_seven() {
        let id = AccountId::new(Timestamp::from_millis(0x0123_4567_89ab), &CountingEntropy::new(1));
        let bytes = id.as_bytes();
        assert_eq!(bytes[..6], [0x01, 0x23, 0x45, 0x67, 0x89, 0xab]);
        assert_eq!(bytes[6] >> 4, 7, "version");
        assert_eq!(bytes[8] >> 6, 0b10, "variant");
    }

    #[test]
    fn only_the_hyphenated_form_is_read() {
        let id = SessionId::new(Timestamp::from_millis(1), &CountingEntropy::new(2));
        let text = id.to_string();
        assert_eq!(text.parse::<SessionId>().unwrap(), id);
        for wrong in [text.replace('-', ""), format!("{{{text}}}"), format!("urn:uuid:{text}"), String::new()]
        {
            assert_eq!(wrong.parse::<SessionId>(), Err(IdFault), "{wrong}");
        }
    }

    #[test]
    fn two_fresh_ids_differ_and_later_ones_sort_later() {
        let entropy = CountingEntropy::new(3);
        let first = LinkId::new(Timestamp::from_millis(1000), &entropy);
        let second = LinkId::new(Timestamp::from_millis(1000), &entropy);
        let later = LinkId::new(Timestamp::from_millis(1001), &entropy);
        assert_ne!(first, second);
        assert!(first < later && second < later);
    }

    proptest! {
        #[test]
        fn bytes_text_and_json_round_trip(bytes: [u8; 16]) {
            let id = AuditId::from_bytes(bytes);
            prop_assert_eq!(*id.as_bytes(), bytes);
            prop_assert_eq!(id.to_string().parse::<AuditId>().unwrap(), id);
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(&json, &format!("\"{id}\""));
            prop_assert_eq!(serde_json::from_str::<AuditId>(&json).unwrap(), id);
        }
    }
}
