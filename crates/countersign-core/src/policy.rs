//! The security policy of an organisation: plain data, judged on every request from live rows.

mod wording;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::method::{Class, Method};
use crate::preset::Preset;
use crate::role::Role;

pub use wording::{Slot, Word, Wording};

/// Most authenticator devices that a policy may allow an account. Every device multiplies the chance of a guess.
pub const AUTHENTICATORS_MOST: u8 = 20;
/// Longest idle life of a session that a policy may set, in minutes (one day).
pub const IDLE_MINUTES_MOST: u32 = 1_440;
/// Longest absolute life of a session that a policy may set, in hours: 30 days, the longest that NIST SP 800-63B-4
/// section 2.1.3 allows between two sign-ins.
pub const ABSOLUTE_HOURS_MOST: u32 = 720;
/// Most parallel sessions of one account that a policy may allow.
pub const SESSIONS_MOST: u32 = 500;
/// Longest suspension of the second step that a policy may allow, in hours (30 days).
pub const SUSPENSION_HOURS_MOST: u32 = 720;

/// Everything that differs between organisations about signing in. Stored as JSON, unknown fields refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The preset from which this policy started; it decides what pages say is not on offer.
    pub preset: Preset,
    /// The methods that may be enrolled. One of them must be strong, as staff always need one.
    pub methods: BTreeSet<Method>,
    /// Whether members may or must have a second step.
    pub second_step: Requirement,
    /// Sets of daily methods of which an account may have one (EXC-2): a stronger one takes the place of a weaker, and a
    /// weaker has to wait until the stronger is off.
    pub exclusive: Vec<BTreeSet<Method>>,
    /// Whether the e-mail address must be confirmed before any method can be enabled (KEY-1).
    pub confirmed_address_first: bool,
    /// What a sign-in by recovery key leads to, once the new key is saved.
    pub after_recovery: AfterRecovery,
    /// Whether a new authenticator's key is shown one last time after its first code (EXC-7).
    pub last_showing: bool,
    /// Most authenticator devices of one account, 1 to [`AUTHENTICATORS_MOST`] (MSG-14).
    pub authenticators_max: u8,
    /// The class a session needs to change the account.
    pub class_for_account_changes: ClassRule,
    /// How new accounts come into being.
    pub sign_up: SignUp,
    /// How long sessions live, and how many there may be.
    pub sessions: SessionLives,
    /// What support may do for whoever lost a factor.
    pub suspension: SuspensionRules,
    /// The four words that a preset may set.
    pub wording: Wording,
}

/// Whether members have a second step (KEY-10). Staff always have one, whatever stands here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Requirement {
    /// Members cannot enrol. Whoever enrolled earlier is still asked: a switch never opens an account.
    Off,
    /// Members may enrol.
    Offered,
    /// Members reach nothing but enrolment until they have enrolled.
    Required,
}

/// Which class a session needs before it may change the account. Staff always need [`Class::Strong`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClassRule {
    /// [`Class::Strong`] or better.
    Strong,
    /// The class of any second step that is enrolled on the account.
    AnyEnrolled,
}

/// What a sign-in by recovery key leads to. For staff it is always [`AfterRecovery::Enrolment`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AfterRecovery {
    /// An ordinary session (KEY-8).
    Session,
    /// A session that reaches nothing but enrolment: the lost factor is replaced first.
    #[default]
    Enrolment,
}

/// How new accounts come into being.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignUp {
    /// Anybody may make an account.
    Open,
    /// Only by an invitation link.
    Invitation,
    /// Only the operator makes accounts, each with a password: no invitations are made. One that was made before still counts.
    Closed,
}

/// How long sessions live. Defaults: NIST SP 800-63B-4 section 2.2.3 for members (1 h idle, 24 h in all); for staff
/// 15 min and 8 h, within section 2.3.3 (15 min idle, 12 h in all).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionLives {
    /// Minutes without a request after which a member's session ends, 1 to [`IDLE_MINUTES_MOST`].
    pub idle_minutes: u32,
    /// Hours after which a member's session ends however busy it is, 1 to [`ABSOLUTE_HOURS_MOST`].
    pub absolute_hours: u32,
    /// As `idle_minutes`, for staff.
    pub staff_idle_minutes: u32,
    /// As `absolute_hours`, for staff.
    pub staff_absolute_hours: u32,
    /// Most parallel sessions of one account, 1 to [`SESSIONS_MOST`]; the oldest ends (ASVS 5.0, 7.1.2).
    pub most: u32,
}

impl Default for SessionLives {
    fn default() -> Self {
        Self {
            idle_minutes: 60,
            absolute_hours: 24,
            staff_idle_minutes: 15,
            staff_absolute_hours: 8,
            most: 50,
        }
    }
}

/// What a suspension of the second step may be in this organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuspensionRules {
    /// Whether a suspension may let the password alone sign in (APP-9). Never for staff.
    pub password_alone: bool,
    /// Longest suspension in hours, 1 to [`SUSPENSION_HOURS_MOST`].
    pub longest_hours: u32,
    /// Whether a new authenticator may be added while a suspension lasts.
    pub enrol_while: bool,
}

/// A method that people ask for and that this policy deliberately lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotOffered {
    /// Text key of the method's name.
    pub name_key: &'static str,
    /// Text key of the reason that the page gives.
    pub reason_key: &'static str,
}

/// Why a policy cannot be used. Each names one setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// A second step is required and there is none to enrol.
    #[error("second_step is required but methods is empty")]
    RequiredWithoutMethod,
    /// Staff always need a strong second step, so one must be on offer.
    #[error("methods must hold one of class strong, as staff always need one")]
    NoStrongMethod,
    /// A number is outside its range; both ends belong to it.
    #[error("{setting} must be {least} to {most}")]
    OutOfRange {
        /// Path of the setting within the policy.
        setting: &'static str,
        /// Smallest allowed value.
        least: u32,
        /// Greatest allowed value.
        most: u32,
    },
    /// An idle life longer than the whole life would never be reached.
    #[error("{setting} is longer than the session lives at all")]
    IdleBeyondAbsolute {
        /// Path of the idle setting within the policy.
        setting: &'static str,
    },
    /// A set of one method excludes nothing, and a recovery key is no daily method.
    #[error("exclusive must hold sets of two or more daily methods")]
    ExclusiveSet,
    /// A word stands at a place it was not made for.
    #[error("wording.{0} holds a word of another place")]
    MisplacedWord(&'static str),
}

const SMS_NOT_ON_OFFER: &[NotOffered] =
    &[NotOffered { name_key: "method-sms", reason_key: "not-on-offer-sms" }];

/// Whether a method takes the place of another: by its class, and among equals none does.
fn stronger(one: Method, other: Method) -> bool {
    one.class() > other.class()
}

impl Policy {
    /// Whether an account of this role must have a second step. Staff always must (REC-2, in every preset).
    pub fn required_for(&self, role: Role) -> bool {
        role.is_staff() || self.second_step == Requirement::Required
    }

    /// Whether an account of this role may enrol this method.
    pub fn offers(&self, method: Method, role: Role) -> bool {
        self.methods.contains(&method) && (self.required_for(role) || self.second_step != Requirement::Off)
    }

    /// Which of an account's methods count: of an exclusive set the strongest, and a recovery key only beside a daily
    /// method. The order stays.
    pub fn counting(&self, methods: &[Method]) -> Vec<Method> {
        let weaker =
            |one: &Method| methods.iter().any(|other| self.excludes(*one, *other) && stronger(*other, *one));
        let mut counting: Vec<Method> = methods.iter().copied().filter(|method| !weaker(method)).collect();
        if !counting.iter().any(|method| method.is_daily()) {
            counting.clear();
        }
        counting
    }

    /// Which of an account's methods are switched off when this one is enabled (EXC-2).
    pub fn giving_way(&self, enabled: Method, methods: &[Method]) -> Vec<Method> {
        let gives_way = |other: &Method| self.excludes(enabled, *other) && !stronger(*other, enabled);
        methods.iter().copied().filter(gives_way).collect()
    }

    /// Whether one of an account's methods keeps this one from being enabled (EXC-2).
    pub fn blocks(&self, wanted: Method, methods: &[Method]) -> bool {
        methods.iter().any(|other| self.excludes(wanted, *other) && stronger(*other, wanted))
    }

    fn excludes(&self, one: Method, other: Method) -> bool {
        one != other && self.exclusive.iter().any(|set| set.contains(&one) && set.contains(&other))
    }

    /// The methods that the page names as deliberately missing, with the reason (APP-7).
    pub fn not_on_offer(&self) -> &'static [NotOffered] {
        match self.preset {
            Preset::Authenticator => SMS_NOT_ON_OFFER,
            Preset::EmailOrAuthenticator
            | Preset::EmailWithRecoveryKey
            | Preset::Messenger
            | Preset::Recommended => &[],
        }
    }

    /// Whether the settings fit together.
    ///
    /// # Errors
    ///
    /// Every mistake at once, in the order of the fields.
    pub fn validate(&self) -> Result<(), Vec<PolicyFault>> {
        let mut faults = Vec::new();
        if self.second_step == Requirement::Required && self.methods.is_empty() {
            faults.push(PolicyFault::RequiredWithoutMethod);
        }
        if !self.methods.iter().any(|method| method.class() >= Class::Strong) {
            faults.push(PolicyFault::NoStrongMethod);
        }
        let excludes = |set: &BTreeSet<Method>| set.len() > 1 && set.iter().all(|method| method.is_daily());
        if !self.exclusive.iter().all(excludes) {
            faults.push(PolicyFault::ExclusiveSet);
        }
        let lives = &self.sessions;
        let ranges = [
            ("authenticators_max", u32::from(self.authenticators_max), u32::from(AUTHENTICATORS_MOST)),
            ("sessions.idle_minutes", lives.idle_minutes, IDLE_MINUTES_MOST),
            ("sessions.absolute_hours", lives.absolute_hours, ABSOLUTE_HOURS_MOST),
            ("sessions.staff_idle_minutes", lives.staff_idle_minutes, IDLE_MINUTES_MOST),
            ("sessions.staff_absolute_hours", lives.staff_absolute_hours, ABSOLUTE_HOURS_MOST),
            ("sessions.most", lives.most, SESSIONS_MOST),
            ("suspension.longest_hours", self.suspension.longest_hours, SUSPENSION_HOURS_MOST),
        ];
        for (setting, value, most) in ranges {
            if !(1..=most).contains(&value) {
                faults.push(PolicyFault::OutOfRange { setting, least: 1, most });
            }
        }
        let idles = [
            ("sessions.idle_minutes", lives.idle_minutes, lives.absolute_hours),
            ("sessions.staff_idle_minutes", lives.staff_idle_minutes, lives.staff_absolute_hours),
        ];
        for (setting, minutes, hours) in idles {
            if minutes > hours.saturating_mul(60) {
                faults.push(PolicyFault::IdleBeyondAbsolute { setting });
            }
        }
        for slot in Slot::ALL {
            if self.wording.word(slot).slot() != slot {
                faults.push(PolicyFault::MisplacedWord(slot.as_str()));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }
}

#[cfg(test)]
mod tests;
