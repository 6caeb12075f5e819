//! Risks that an administrator has to have read before something weak is switched on (REC-1).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::method::Method;
use crate::sign_in::SuspensionKind;

use super::Policy;

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
}

impl Risk {
    /// Every risk, in the order in which pages list them.
    pub const ALL: &'static [Self] = &[Self::EmailCodes, Self::PasswordAlone, Self::TrustedProvider];

    /// The name in storage, the API and the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EmailCodes => "email-codes",
            Self::PasswordAlone => "password-alone",
            Self::TrustedProvider => "trusted-provider",
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
        }
    }
}

impl Policy {
    /// The risks that come with these settings.
    pub fn risks(&self) -> BTreeSet<Risk> {
        let carried = |risk: &Risk| match risk {
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
