//! Whether a policy's settings fit together.

use std::collections::BTreeSet;

use crate::method::{Class, Method};
use crate::role::Role;
use crate::text::Text;

use super::{
    ABSOLUTE_HOURS_MOST, AUTHENTICATORS_MOST, CALLS_BEFORE_SMS_MOST, IDLE_MINUTES_MOST, PHONE_NUMBERS_MOST,
    Policy, Requirement, Risk, SESSIONS_MOST, SUSPENSION_HOURS_MOST, Slot, TELEGRAM_ACCOUNTS_MOST,
};

/// Why a policy cannot be used. Each names one setting.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// A second step is required and there is none to enrol.
    #[error("second_step is required but methods is empty")]
    RequiredWithoutMethod,
    /// A day from which something is required that is not required.
    #[error("required_from is set but second_step is not required")]
    DateWithoutRequirement,
    /// Staff always need a strong second step, so one must be on offer.
    #[error("methods must hold one of class strong that is no fallback, as staff always need one")]
    NoStrongMethod,
    /// Less than a strong second step for staff.
    #[error("lowest_class.{0} must be strong or better")]
    StaffBelowStrong(Role),
    /// No allowed method reaches what a required second step must be.
    #[error("no method reaches lowest_class.{0}")]
    ClassOutOfReach(Role),
    /// What support reads out is no method to enrol.
    #[error("methods cannot hold {0}: nobody can enrol it")]
    NotToEnrol(Method),
    /// A fallback counts beside a daily method only, and none is allowed.
    #[error("{0} is a fallback, and no method is allowed beside which it counts")]
    FallbackWithoutAnchor(Method),
    /// A method needs others of which none is allowed, or which exclude it.
    #[error("{0} needs a method that is not allowed beside it")]
    NeedsWhatIsMissing(Method),
    /// Four digits of a call are too weak to stand alone, and an SMS needs an alternative (ASVS 5.0, 6.6.1).
    #[error("fallback_only must hold phone where methods does: it never stands alone")]
    PhoneAlone,
    /// A phone number is allowed and nothing reaches it.
    #[error("methods holds phone, but calls_before_sms is 0 and sms is off")]
    PhoneUnreached,
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
    /// A provider is trusted whatever it says.
    #[error("trusted.{0} names no value of amr or acr")]
    TrustedWithoutClaim(String),
    /// What a provider says of a single weak factor is taken for a second step.
    #[error("trusted.{provider} names amr {amr}, which is a single weak factor")]
    TrustedWeakFactor {
        /// The provider's short name.
        provider: String,
        /// The value, as it was written.
        amr: String,
    },
    /// A risk comes with the settings that nobody has said to have read.
    #[error("risks_acknowledged lacks {}", .0.as_str())]
    RiskNotRead(Risk),
    /// A word stands at a place it was not made for.
    #[error("wording.{0} holds a word of another place")]
    MisplacedWord(&'static str),
}

impl PolicyFault {
    /// The fault in the words of the pages.
    pub fn text(&self) -> Text {
        match self {
            Self::RequiredWithoutMethod => Text::new("policy-fault-required-without-method"),
            Self::DateWithoutRequirement => Text::new("policy-fault-date-without-requirement"),
            Self::NoStrongMethod => Text::new("policy-fault-no-strong-method"),
            Self::StaffBelowStrong(role) => {
                Text::new("policy-fault-staff-below-strong").with("role", role.as_str())
            }
            Self::ClassOutOfReach(role) => {
                Text::new("policy-fault-class-out-of-reach").with("role", role.as_str())
            }
            Self::NotToEnrol(method) => {
                Text::new("policy-fault-not-to-enrol").with("method", method.as_str())
            }
            Self::FallbackWithoutAnchor(method) => {
                Text::new("policy-fault-fallback-without-anchor").with("method", method.as_str())
            }
            Self::NeedsWhatIsMissing(method) => {
                Text::new("policy-fault-needs-what-is-missing").with("method", method.as_str())
            }
            Self::PhoneAlone => Text::new("policy-fault-phone-alone"),
            Self::PhoneUnreached => Text::new("policy-fault-phone-unreached"),
            Self::OutOfRange { setting, least, most } => Text::new("policy-fault-out-of-range")
                .with("setting", *setting)
                .with("least", i64::from(*least))
                .with("most", i64::from(*most)),
            Self::IdleBeyondAbsolute { setting } => {
                Text::new("policy-fault-idle-beyond-absolute").with("setting", *setting)
            }
            Self::ExclusiveSet => Text::new("policy-fault-exclusive-set"),
            Self::TrustedWithoutClaim(provider) => {
                Text::new("policy-fault-trusted-without-claim").with("provider", provider.clone())
            }
            Self::TrustedWeakFactor { provider, amr } => Text::new("policy-fault-trusted-weak-factor")
                .with("provider", provider.clone())
                .with("amr", amr.clone()),
            Self::RiskNotRead(risk) => Text::new("policy-fault-risk-not-read").with("risk", risk.as_str()),
            Self::MisplacedWord(slot) => Text::new("policy-fault-misplaced-word").with("slot", *slot),
        }
    }
}

impl PolicyFault {
    /// Path of the setting that would have to change first, within the policy.
    pub fn setting(&self) -> &'static str {
        match self {
            Self::RequiredWithoutMethod | Self::NoStrongMethod | Self::NotToEnrol(_) => "methods",
            Self::DateWithoutRequirement => "required_from",
            Self::StaffBelowStrong(role) | Self::ClassOutOfReach(role) => match role {
                Role::Member => "lowest_class.member",
                Role::Support => "lowest_class.support",
                Role::Administrator => "lowest_class.administrator",
            },
            Self::FallbackWithoutAnchor(_) | Self::PhoneAlone => "fallback_only",
            Self::PhoneUnreached => "calls_before_sms",
            Self::NeedsWhatIsMissing(_) => "needs",
            Self::OutOfRange { setting, .. } | Self::IdleBeyondAbsolute { setting } => setting,
            Self::ExclusiveSet => "exclusive",
            Self::TrustedWithoutClaim(_) | Self::TrustedWeakFactor { .. } => "trusted",
            Self::RiskNotRead(_) => "risks_acknowledged",
            Self::MisplacedWord(slot) => match *slot {
                "menu" => "wording.menu",
                "tab" => "wording.tab",
                "enable" => "wording.enable",
                _ => "wording.confirm",
            },
        }
    }
}

/// Values of `amr` that tell of one factor at most, and of one that is as weak as a password or weaker: something that is
/// known, somebody's presence, a place, a guess (RFC 8176 section 2), and what some providers write for them.
const WEAK_FACTORS: [&str; 10] =
    ["pwd", "password", "pin", "kba", "user", "geo", "rba", "wia", "none", "unknown"];

fn is_weak_factor(amr: &str) -> bool {
    WEAK_FACTORS.iter().any(|weak| amr.trim().eq_ignore_ascii_case(weak))
}

impl Policy {
    /// Whether the settings fit together.
    ///
    /// # Errors
    ///
    /// Every mistake at once, in the order of the fields.
    pub fn validate(&self) -> Result<(), Vec<PolicyFault>> {
        let mut faults = Vec::new();
        self.check_requirement(&mut faults);
        self.check_methods(&mut faults);
        self.check_phone(&mut faults);
        self.check_numbers(&mut faults);
        self.check_trusted(&mut faults);
        for slot in Slot::ALL {
            if self.wording.word(slot).slot() != slot {
                faults.push(PolicyFault::MisplacedWord(slot.as_str()));
            }
        }
        let unread: BTreeSet<Risk> = &self.risks() - &self.risks_acknowledged;
        faults.extend(unread.into_iter().map(PolicyFault::RiskNotRead));
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// Whether some allowed method that is no fallback is of this class.
    fn reaches(&self, class: Class) -> bool {
        self.methods.iter().any(|method| !self.is_fallback(*method) && self.class_of(*method) >= class)
    }

    fn check_trusted(&self, faults: &mut Vec<PolicyFault>) {
        for (provider, claims) in &self.trusted {
            if claims.amr.is_empty() && claims.acr.is_empty() {
                faults.push(PolicyFault::TrustedWithoutClaim(provider.clone()));
            }
            let weak = claims.amr.iter().filter(|amr| is_weak_factor(amr));
            faults.extend(
                weak.map(|amr| PolicyFault::TrustedWeakFactor {
                    provider: provider.clone(),
                    amr: amr.clone(),
                }),
            );
        }
    }

    fn check_requirement(&self, faults: &mut Vec<PolicyFault>) {
        let required = self.second_step == Requirement::Required;
        if required && self.methods.is_empty() {
            faults.push(PolicyFault::RequiredWithoutMethod);
        }
        if !required && self.required_from.is_some() {
            faults.push(PolicyFault::DateWithoutRequirement);
        }
        if !self.reaches(Class::Strong) {
            faults.push(PolicyFault::NoStrongMethod);
        }
        let lowest = self.lowest_class;
        for (role, class) in [(Role::Support, lowest.support), (Role::Administrator, lowest.administrator)] {
            if class < Class::Strong {
                faults.push(PolicyFault::StaffBelowStrong(role));
            } else if class > Class::Strong && !self.reaches(class) {
                faults.push(PolicyFault::ClassOutOfReach(role));
            }
        }
        if required && !self.methods.is_empty() && !self.reaches(self.floor(Role::Member)) {
            faults.push(PolicyFault::ClassOutOfReach(Role::Member));
        }
    }

    fn check_methods(&self, faults: &mut Vec<PolicyFault>) {
        let to_enrol = |method: &&Method| !method.is_enrollable();
        faults.extend(self.methods.iter().filter(to_enrol).map(|method| PolicyFault::NotToEnrol(*method)));
        let excludes = |set: &BTreeSet<Method>| set.len() > 1 && set.iter().all(|method| method.is_daily());
        if !self.exclusive.iter().all(excludes) {
            faults.push(PolicyFault::ExclusiveSet);
        }
        for &method in &self.methods {
            let others: Vec<Method> = self.methods.iter().copied().filter(|other| *other != method).collect();
            let beside = |other: &&Method| !self.is_fallback(**other) && !self.excludes(method, **other);
            if self.is_fallback(method) && !others.iter().any(|other| beside(&other)) {
                faults.push(PolicyFault::FallbackWithoutAnchor(method));
            }
            let Some(needed) = self.needs.get(&method).filter(|needed| !needed.is_empty()) else { continue };
            let usable = |other: &Method| {
                // Two that need each other would never begin.
                let begins = self.needs.get(other).is_none_or(|back| !back.contains(&method));
                needed.contains(other) && !self.excludes(method, *other) && begins
            };
            if !others.iter().any(usable) {
                faults.push(PolicyFault::NeedsWhatIsMissing(method));
            }
        }
    }

    fn check_phone(&self, faults: &mut Vec<PolicyFault>) {
        if !self.methods.contains(&Method::Phone) {
            return;
        }
        if !self.fallback_only.contains(&Method::Phone) {
            faults.push(PolicyFault::PhoneAlone);
        }
        if self.calls_before_sms == 0 && !self.sms {
            faults.push(PolicyFault::PhoneUnreached);
        }
    }

    fn check_numbers(&self, faults: &mut Vec<PolicyFault>) {
        let (lives, suspension) = (&self.sessions, &self.suspension);
        let calls = u32::from(self.calls_before_sms);
        if calls > u32::from(CALLS_BEFORE_SMS_MOST) {
            let (setting, most) = ("calls_before_sms", u32::from(CALLS_BEFORE_SMS_MOST));
            faults.push(PolicyFault::OutOfRange { setting, least: 0, most });
        }
        let (telegram, phones) = (self.telegram_accounts_max, self.phone_numbers_max);
        let ranges = [
            ("authenticators_max", u32::from(self.authenticators_max), u32::from(AUTHENTICATORS_MOST)),
            ("telegram_accounts_max", u32::from(telegram), u32::from(TELEGRAM_ACCOUNTS_MOST)),
            ("phone_numbers_max", u32::from(phones), u32::from(PHONE_NUMBERS_MOST)),
            ("sessions.idle_minutes", lives.idle_minutes, IDLE_MINUTES_MOST),
            ("sessions.absolute_hours", lives.absolute_hours, ABSOLUTE_HOURS_MOST),
            ("sessions.staff_idle_minutes", lives.staff_idle_minutes, IDLE_MINUTES_MOST),
            ("sessions.staff_absolute_hours", lives.staff_absolute_hours, ABSOLUTE_HOURS_MOST),
            ("sessions.most", lives.most, SESSIONS_MOST),
            ("suspension.longest_hours", suspension.longest_hours, SUSPENSION_HOURS_MOST),
            (
                "suspension.default_hours",
                suspension.default_hours,
                suspension.longest_hours.clamp(1, SUSPENSION_HOURS_MOST),
            ),
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
    }
}
