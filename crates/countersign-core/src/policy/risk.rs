//! Risks that an administrator has to have read before something weak is switched on (REC-1).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::method::Method;
use crate::sign_in::SuspensionKind;

use super::{Policy, TelegramStyle};

/// A risk that comes with a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Risk {
    /// Codes by e-mail: whoever reads the mailbox has the second step (NIST SP 800-63B-4 section 3.1.3.1).
    EmailCodes,
    /// A suspension that lets the password alone in (NIST SP 800-63B-4 section 4.2.1).
    PasswordAlone,
    /// A provider's word takes the place of a second step (ASVS 5.0, 6.8.4).
    TrustedProvider,
    /// Telegram: whoever gets one SMS of the owner's can open the Telegram account too.
    Telegram,
    /// One button in the chat, which is pressed without looking (NIST SP 800-63B-4 section 3.1.3, ASVS 5.0, 6.6.4).
    TelegramTap,
    /// Four digits of a call, below the minimum of six (NIST SP 800-63B-4 section 3.1.3.2, ASVS 5.0, 6.5.4).
    PhoneCalls,
    /// Codes by SMS over the public telephone network (NIST SP 800-63B-4 section 3.1.3, ASVS 5.0, 6.6.1).
    Sms,
    /// The phone signs in to browsers that never completed a sign-in before.
    PhoneInNewBrowsers,
}

impl Risk {
    /// Every risk, in the order in which pages list them.
    pub const ALL: &'static [Self] = &[
        Self::EmailCodes,
        Self::Telegram,
        Self::TelegramTap,
        Self::PhoneCalls,
        Self::Sms,
        Self::PhoneInNewBrowsers,
        Self::PasswordAlone,
        Self::TrustedProvider,
    ];

    /// The name in storage, the API and the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EmailCodes => "email-codes",
            Self::PasswordAlone => "password-alone",
            Self::TrustedProvider => "trusted-provider",
            Self::Telegram => "telegram",
            Self::TelegramTap => "telegram-tap",
            Self::PhoneCalls => "phone-calls",
            Self::Sms => "sms",
            Self::PhoneInNewBrowsers => "phone-in-new-browsers",
        }
    }

    /// Reads [`Self::as_str`] back; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|risk| risk.as_str() == text)
    }

    /// The key of the text that tells the risk.
    pub fn text_key(self) -> &'static str {
        match self {
            Self::EmailCodes => "risk-email-codes",
            Self::PasswordAlone => "risk-password-alone",
            Self::TrustedProvider => "risk-trusted-provider",
            Self::Telegram => "risk-telegram",
            Self::TelegramTap => "risk-telegram-tap",
            Self::PhoneCalls => "risk-phone-calls",
            Self::Sms => "risk-sms",
            Self::PhoneInNewBrowsers => "risk-phone-in-new-browsers",
        }
    }
}

impl Policy {
    /// The risks that come with these settings.
    pub fn risks(&self) -> BTreeSet<Risk> {
        let (telegram, phone) =
            (self.methods.contains(&Method::Telegram), self.methods.contains(&Method::Phone));
        let carried = |risk: &Risk| match risk {
            Risk::Telegram => telegram,
            Risk::TelegramTap => telegram && self.telegram_style == TelegramStyle::Tap,
            Risk::PhoneCalls => phone && self.calls_before_sms > 0,
            Risk::Sms => phone && self.sms,
            Risk::PhoneInNewBrowsers => phone && self.phone_in_new_browsers,
            Risk::EmailCodes => self.methods.contains(&Method::Email),
            Risk::PasswordAlone => self.suspension.kinds.contains(&SuspensionKind::PasswordAlone),
            Risk::TrustedProvider => !self.trusted.is_empty(),
        };
        Risk::ALL.iter().copied().filter(carried).collect()
    }

    /// The same policy with every risk that it carries read, and no other.
    pub fn acknowledged(mut self) -> Self {
        self.risks_acknowledged = self.risks();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset::Preset;

    #[test]
    fn rec_1_names_read_back_and_recommended_carries_no_risk() {
        for &risk in Risk::ALL {
            assert_eq!(Risk::parse(risk.as_str()), Some(risk));
            assert_eq!(serde_json::to_value(risk).unwrap(), risk.as_str());
            assert_eq!(risk.text_key(), format!("risk-{}", risk.as_str()));
        }
        assert!(Preset::Recommended.policy().risks().is_empty());
        assert_eq!(Preset::Authenticator.policy().risks(), BTreeSet::from([Risk::PasswordAlone]));
        assert_eq!(Preset::EmailOrAuthenticator.policy().risks(), BTreeSet::from([Risk::EmailCodes]));
    }
}
