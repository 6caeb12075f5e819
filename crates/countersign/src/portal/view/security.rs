//! The second step's methods and devices.

use std::borrow::Cow;

use askama::Template;

use super::form::FormErrors;
use super::page::Page;
use crate::words::Moment;

/// How strong a method is, told honestly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Strength {
    PhishingResistant,
    Strong,
    Restricted,
    Weak,
    Recovery,
}

impl Strength {
    /// Every strength, from the strongest.
    pub const ALL: [Self; 5] =
        [Self::PhishingResistant, Self::Strong, Self::Restricted, Self::Weak, Self::Recovery];

    /// The label.
    pub fn label(self, page: &Page) -> Cow<'static, str> {
        match self {
            Self::PhishingResistant => page.t("strength-phishing-resistant"),
            Self::Strong => page.t("strength-strong"),
            Self::Restricted => page.t("strength-restricted"),
            Self::Weak => page.t("strength-weak"),
            Self::Recovery => page.t("strength-recovery"),
        }
    }

    /// One sentence why.
    pub fn why(self, page: &Page) -> Cow<'static, str> {
        match self {
            Self::PhishingResistant => page.t("strength-phishing-resistant-why"),
            Self::Strong => page.t("strength-strong-why"),
            Self::Restricted => page.t("strength-restricted-why"),
            Self::Weak => page.t("strength-weak-why"),
            Self::Recovery => page.t("strength-recovery-why"),
        }
    }

    /// The class of the label's look.
    pub fn class(self) -> &'static str {
        match self {
            Self::PhishingResistant | Self::Strong => "accent",
            Self::Restricted | Self::Weak => "warn",
            Self::Recovery => "plain",
        }
    }
}

/// Whether a method is on.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the names say it")]
pub enum MethodState {
    Off,
    On,
    Suspended(Moment),
}

/// One enrolled authenticator.
#[derive(Debug, Clone)]
pub struct Device {
    /// Its id, for addresses.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was added.
    pub added: Moment,
    /// When its last code was taken.
    pub last_used: Option<Moment>,
}

/// A method's row.
#[derive(Debug, Clone)]
pub struct MethodRow {
    /// Its icon.
    pub icon: &'static str,
    /// Its name, in words.
    pub name: String,
    /// One sentence what it is, in words.
    pub about: String,
    /// How strong it is.
    pub strength: Strength,
    /// Whether it is on.
    pub state: MethodState,
    /// The devices listed inside.
    pub devices: Vec<Device>,
    /// The most devices that the policy allows.
    pub most: u32,
    /// Where *Enable* and *Add a device* lead; `None` where neither may be done now.
    pub set_up: Option<String>,
    /// Why nothing may be changed now, in words.
    pub refused: Option<String>,
}

impl MethodRow {
    /// The authenticator's row, with nothing to press yet: set `set_up` or `refused`.
    pub fn authenticator(page: &Page, state: MethodState, devices: Vec<Device>, most: u32) -> Self {
        Self {
            icon: "phone",
            name: page.t("method-authenticator").into_owned(),
            about: page.t("method-authenticator-about").into_owned(),
            strength: Strength::Strong,
            state,
            devices,
            most,
            set_up: None,
            refused: None,
        }
    }

    /// Whether it is on.
    pub fn is_on(&self) -> bool {
        !self.devices.is_empty()
    }

    /// Whether the policy allows no further device.
    pub fn is_full(&self) -> bool {
        u32::try_from(self.devices.len()).unwrap_or(u32::MAX) >= self.most
    }

    /// When any of its devices was last used.
    pub fn last_used(&self) -> Option<Moment> {
        self.devices.iter().filter_map(|device| device.last_used).max()
    }
}

/// A method that the policy does not offer, and why.
#[derive(Debug, Clone)]
pub struct NotOffered {
    /// Its icon.
    pub icon: &'static str,
    /// Its name, in words.
    pub name: String,
    /// Why it is not on offer, in words.
    pub reason: String,
}

/// Security: `/account/security`.
#[derive(Debug, Template)]
#[template(path = "account/security.html")]
pub struct SecurityPage {
    /// What every page shares.
    pub page: Page,
    /// Whether the policy requires a second step of this account.
    pub required: bool,
    /// Every method on offer.
    pub methods: Vec<MethodRow>,
    /// Methods that are not, and why.
    pub not_offered: Vec<NotOffered>,
}

impl SecurityPage {
    fn devices(&self) -> usize {
        self.methods.iter().map(|method| method.devices.len()).sum()
    }

    fn state(&self) -> Cow<'static, str> {
        if self.suspended_until().is_some() {
            self.page.t("two-factor-suspended")
        } else if self.devices() > 0 {
            self.page.t1("two-factor-on", "n", self.devices())
        } else {
            self.page.t("two-factor-off")
        }
    }

    fn suspended_until(&self) -> Option<Moment> {
        self.methods.iter().find_map(|method| match method.state {
            MethodState::Suspended(until) => Some(until),
            _ => None,
        })
    }

    /// Where the gear leads (APP-2): to set-up, or to the devices once there are some.
    fn gear(&self) -> &str {
        if self.devices() > 0 { "#methods" } else { self.set_up().unwrap_or("#methods") }
    }

    fn set_up(&self) -> Option<&str> {
        self.methods.iter().find_map(|method| method.set_up.as_deref())
    }
}

/// Rename a device: `/account/security/authenticator/{id}/rename`. POST there: `csrf`, `name`.
#[derive(Debug, Template)]
#[template(path = "account/device_rename.html")]
pub struct DeviceRenamePage {
    /// What every page shares.
    pub page: Page,
    /// The device's id.
    pub id: String,
    /// Its present name.
    pub name: String,
    /// The name as typed before, at first the present one.
    pub typed: String,
    /// Faults of the fields.
    pub errors: FormErrors,
}

/// Remove a device: `/account/security/authenticator/{id}/remove`. POST there: `csrf`; it leads to a
/// challenge of its own.
#[derive(Debug, Template)]
#[template(path = "account/device_remove.html")]
pub struct DeviceRemovePage {
    /// What every page shares.
    pub page: Page,
    /// The device's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is the account's last one.
    pub last: bool,
    /// Whether the policy requires a second step, so that set-up follows the removal of the last one.
    pub required: bool,
}
