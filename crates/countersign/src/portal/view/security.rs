//! The second step's methods and devices.

use std::borrow::Cow;

use askama::Template;
use countersign_core::method::Method;

use super::address::AddressRow;
use super::form::FormErrors;
use super::page::Page;
use super::phone::PhoneList;
use super::sso::SignIns;
use super::telegram::Chats;
use crate::text;
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

/// Why a method can't be changed now.
#[derive(Debug, Clone)]
pub struct Blocked {
    /// The reason, in words.
    pub reason: String,
    /// Whether confirming the e-mail address helps (KEY-1).
    pub confirm_address: bool,
}

/// Something to do with a method: a link.
#[derive(Debug, Clone)]
pub struct RowAction {
    /// What it reads.
    pub label: String,
    /// Where it leads.
    pub address: &'static str,
    /// The class of its look.
    pub class: &'static str,
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
    /// Why it is that strong, where its strength alone does not say it.
    pub why: Option<String>,
    /// Whether it is on.
    pub state: MethodState,
    /// Whether something is set up, be it suspended.
    pub is_on: bool,
    /// What is to be known beyond that, in words.
    pub note: Option<String>,
    /// When it was last used.
    pub last_used: Option<Moment>,
    /// The devices listed inside.
    pub devices: Vec<Device>,
    /// The most devices that the policy allows.
    pub most: u32,
    /// The numbers listed inside; `None` in the rows of other methods.
    pub phones: Option<PhoneList>,
    /// The Telegram accounts listed inside.
    pub chats: Chats,
    /// Where *Enable* and *Add a device* lead; `None` where neither may be done now.
    pub set_up: Option<String>,
    /// What else may be done.
    pub actions: Vec<RowAction>,
    /// Why nothing may be changed now.
    pub blocked: Option<Blocked>,
}

impl MethodRow {
    /// A row with nothing to press yet.
    pub fn new(page: &Page, (icon, name, about): (&'static str, &str, &str), strength: Strength) -> Self {
        Self {
            icon,
            name: page.t(name).into_owned(),
            about: page.t(about).into_owned(),
            strength,
            why: None,
            state: MethodState::Off,
            is_on: false,
            note: None,
            last_used: None,
            devices: Vec::new(),
            most: 0,
            phones: None,
            chats: Chats::default(),
            set_up: None,
            actions: Vec::new(),
            blocked: None,
        }
    }

    /// The authenticator's row, with nothing to press yet: set `set_up` or `blocked`.
    pub fn authenticator(page: &Page, state: MethodState, devices: Vec<Device>, most: u32) -> Self {
        let words = ("phone", text!("method-authenticator"), text!("method-authenticator-about"));
        let row = Self::new(page, words, Strength::Strong);
        let last_used = devices.iter().filter_map(|device| device.last_used).max();
        Self { state, is_on: !devices.is_empty(), last_used, devices, most, ..row }
    }

    /// One sentence why it is as strong as it is.
    pub fn why(&self, page: &Page) -> Cow<'static, str> {
        self.why.clone().map_or_else(|| self.strength.why(page), Cow::Owned)
    }

    /// Whether the policy allows no further device.
    pub fn is_full(&self) -> bool {
        u32::try_from(self.devices.len()).unwrap_or(u32::MAX) >= self.most
    }

    /// What ties the button that can't be pressed to its reason.
    pub fn reason_id(&self) -> String {
        format!("reason-{}", self.icon)
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
    /// What protects the account, in words; empty where nothing does.
    pub ways: String,
    /// The account's e-mail address.
    pub address: AddressRow,
    /// The identity providers that sign in to it, and those that could.
    pub sign_ins: SignIns,
}

impl SecurityPage {
    fn is_on(&self) -> bool {
        !self.ways.is_empty()
    }

    fn state(&self) -> Cow<'static, str> {
        if self.suspended_until().is_some() {
            self.page.t("two-factor-suspended")
        } else if self.is_on() {
            self.page.t1("two-factor-on", "ways", &self.ways)
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

    /// Where the gear leads (APP-2): to set-up, or to the methods once there is a choice or something is on.
    fn gear(&self) -> &str {
        match self.methods.as_slice() {
            [only] if !self.is_on() => only.set_up.as_deref().unwrap_or("#methods"),
            _ => "#methods",
        }
    }

    fn wants_address(&self) -> bool {
        !self.address.verified
    }
}

/// What protects an account.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Ways {
    /// Its authenticators.
    pub devices: u32,
    /// Whether codes by e-mail are on.
    pub email: bool,
    /// Whether Telegram is.
    pub telegram: bool,
    /// Whether a phone number counts.
    pub phone: bool,
    /// Whether there is a recovery key.
    pub key: bool,
}

impl Ways {
    /// Those that count, with so many authenticators.
    pub fn of(methods: &[Method], authenticators: u32) -> Self {
        let on = |method| methods.contains(&method);
        Self {
            devices: if on(Method::Authenticator) { authenticators } else { 0 },
            email: on(Method::Email),
            telegram: on(Method::Telegram),
            phone: on(Method::Phone),
            key: on(Method::RecoveryKey),
        }
    }
}

/// What protects an account, in words: "2 devices, codes by e-mail and a recovery key". Empty where nothing does.
pub fn ways(page: &Page, on: &Ways) -> String {
    let mut ways = Vec::new();
    if on.devices > 0 {
        ways.push(page.t1("ways-devices", "n", on.devices).into_owned());
    }
    for (is_on, key) in [
        (on.email, text!("ways-email")),
        (on.telegram, text!("ways-telegram")),
        (on.phone, text!("ways-phone")),
        (on.key, text!("ways-key")),
    ] {
        if is_on {
            ways.push(page.t(key).into_owned());
        }
    }
    match ways.pop() {
        Some(last) if !ways.is_empty() => {
            page.t2("list-and", "list", ways.join(", "), "last", last).into_owned()
        }
        Some(only) => only,
        None => String::new(),
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
