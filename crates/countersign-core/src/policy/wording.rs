//! The four words that a preset may set, so that the portal reads as the original that it stands in for.
//!
//! A word is a text key, never text: the pages' languages put it into words.

use serde::{Deserialize, Serialize};

/// The four places whose word a policy may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The menu entry that leads to the account's settings.
    Menu,
    /// The tab that holds the second step.
    Tab,
    /// The button that starts setting up a method.
    Enable,
    /// The button that confirms a set-up by a code.
    Confirm,
}

impl Slot {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Menu, Self::Tab, Self::Enable, Self::Confirm];

    /// The name of the key in a policy.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Menu => "menu",
            Self::Tab => "tab",
            Self::Enable => "enable",
            Self::Confirm => "confirm",
        }
    }
}

/// A word that may stand at one of the four places. Stored as its text key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Word {
    /// "Account".
    #[serde(rename = "wording-menu-account")]
    MenuAccount,
    /// "Personal data".
    #[serde(rename = "wording-menu-personal-data")]
    MenuPersonalData,
    /// "Security".
    #[serde(rename = "wording-tab-security")]
    TabSecurity,
    /// "Security and credentials".
    #[serde(rename = "wording-tab-security-and-credentials")]
    TabSecurityAndCredentials,
    /// "Enable".
    #[serde(rename = "wording-enable-enable")]
    EnableEnable,
    /// "Launch".
    #[serde(rename = "wording-enable-launch")]
    EnableLaunch,
    /// "Confirm".
    #[serde(rename = "wording-confirm-confirm")]
    ConfirmConfirm,
    /// "Validate".
    #[serde(rename = "wording-confirm-validate")]
    ConfirmValidate,
    /// "Complete activation".
    #[serde(rename = "wording-confirm-complete-activation")]
    ConfirmCompleteActivation,
    /// "Verify".
    #[serde(rename = "wording-confirm-verify")]
    ConfirmVerify,
}

impl Word {
    /// Every word, place by place.
    pub const ALL: &'static [Self] = &[
        Self::MenuAccount,
        Self::MenuPersonalData,
        Self::TabSecurity,
        Self::TabSecurityAndCredentials,
        Self::EnableEnable,
        Self::EnableLaunch,
        Self::ConfirmConfirm,
        Self::ConfirmValidate,
        Self::ConfirmCompleteActivation,
        Self::ConfirmVerify,
    ];

    /// The key under which every language holds the word.
    pub fn text_key(self) -> &'static str {
        match self {
            Self::MenuAccount => "wording-menu-account",
            Self::MenuPersonalData => "wording-menu-personal-data",
            Self::TabSecurity => "wording-tab-security",
            Self::TabSecurityAndCredentials => "wording-tab-security-and-credentials",
            Self::EnableEnable => "wording-enable-enable",
            Self::EnableLaunch => "wording-enable-launch",
            Self::ConfirmConfirm => "wording-confirm-confirm",
            Self::ConfirmValidate => "wording-confirm-validate",
            Self::ConfirmCompleteActivation => "wording-confirm-complete-activation",
            Self::ConfirmVerify => "wording-confirm-verify",
        }
    }

    /// The one place for which the word was made.
    pub fn slot(self) -> Slot {
        match self {
            Self::MenuAccount | Self::MenuPersonalData => Slot::Menu,
            Self::TabSecurity | Self::TabSecurityAndCredentials => Slot::Tab,
            Self::EnableEnable | Self::EnableLaunch => Slot::Enable,
            Self::ConfirmConfirm
            | Self::ConfirmValidate
            | Self::ConfirmCompleteActivation
            | Self::ConfirmVerify => Slot::Confirm,
        }
    }
}

/// The word at each of the four places. The default is Countersign's own vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// The menu entry that leads to the account's settings.
    pub menu: Word,
    /// The tab that holds the second step.
    pub tab: Word,
    /// The button that starts setting up a method.
    pub enable: Word,
    /// The button that confirms a set-up by a code.
    pub confirm: Word,
}

impl Wording {
    /// The word at one place.
    pub fn word(&self, slot: Slot) -> Word {
        match slot {
            Slot::Menu => self.menu,
            Slot::Tab => self.tab,
            Slot::Enable => self.enable,
            Slot::Confirm => self.confirm,
        }
    }
}

impl Default for Wording {
    fn default() -> Self {
        Self {
            menu: Word::MenuAccount,
            tab: Word::TabSecurity,
            enable: Word::EnableEnable,
            confirm: Word::ConfirmConfirm,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_stored_as_their_text_key_and_name_their_place() {
        for &word in Word::ALL {
            assert_eq!(serde_json::to_value(word).unwrap(), word.text_key());
            assert!(word.text_key().starts_with(&format!("wording-{}-", word.slot().as_str())));
        }
        assert!(serde_json::from_str::<Word>("\"wording-menu-else\"").is_err());
    }

    #[test]
    fn a_fifth_place_is_refused() {
        let mut wording = serde_json::to_value(Wording::default()).unwrap();
        wording["title"] = "wording-menu-account".into();
        assert!(serde_json::from_value::<Wording>(wording).is_err());
    }
}
