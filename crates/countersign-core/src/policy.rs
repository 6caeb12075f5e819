//! The security policy of an organisation: plain data, judged on every request from live rows.

mod check;
mod effect;
mod moment;
mod risk;
mod wording;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::method::{Class, Method};
use crate::preset::Preset;
use crate::role::Role;
use crate::sign_in::SuspensionKind;
use crate::time::Timestamp;

pub use check::PolicyFault;
pub use effect::{Effect, Group, effect};
pub use risk::Risk;
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
/// Most calls that a policy may allow before a message takes their place (MSG-7).
pub const CALLS_BEFORE_SMS_MOST: u8 = 10;

/// Most Telegram accounts that a policy may allow an account: each one more is asked at every sign-in.
pub const TELEGRAM_ACCOUNTS_MOST: u8 = 5;
/// Most phone numbers that a policy may allow an account: each one more can be made to ring.
pub const PHONE_NUMBERS_MOST: u8 = 5;

/// Everything that differs between organisations about signing in. Stored as JSON, unknown fields refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "switches of one form, none of which says anything of another"
)]
pub struct Policy {
    /// The preset from which this policy started; it decides what pages say is not on offer.
    pub preset: Preset,
    /// The methods that may be enrolled. One of them must be strong, as staff always need one.
    pub methods: BTreeSet<Method>,
    /// Whether members may or must have a second step.
    pub second_step: Requirement,
    /// From when on a required second step is required; until then it is offered and people are reminded. `None`: at once.
    #[serde(with = "moment")]
    pub required_from: Option<Timestamp>,
    /// The lowest class that meets what is required, by role.
    pub lowest_class: LowestClass,
    /// Sets of daily methods of which an account may have one (EXC-2): a stronger one takes the place of a weaker, and a
    /// weaker has to wait until the stronger is off.
    pub exclusive: Vec<BTreeSet<Method>>,
    /// Daily methods that count only beside one that is none of these (MSG-8). A recovery key always is such a one.
    pub fallback_only: BTreeSet<Method>,
    /// Methods that count only while one of the named ones is on.
    pub needs: BTreeMap<Method, BTreeSet<Method>>,
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
    /// How a Telegram account confirms a sign-in (MSG-2).
    pub telegram_style: TelegramStyle,
    /// Most Telegram accounts of one account, 1 to [`TELEGRAM_ACCOUNTS_MOST`] (MSG-3).
    pub telegram_accounts_max: u8,
    /// Calls after which an SMS takes their place, 0 to [`CALLS_BEFORE_SMS_MOST`] (MSG-7). 0: nobody is called.
    pub calls_before_sms: u8,
    /// Whether codes go by SMS: once the calls of a challenge are used up, or at once where there are none (MSG-7).
    pub sms: bool,
    /// Most phone numbers of one account, 1 to [`PHONE_NUMBERS_MOST`] (MSG-6).
    pub phone_numbers_max: u8,
    /// Whether the phone signs in to any browser, or only to one that completed a sign-in before.
    pub phone_in_new_browsers: bool,
    /// How new accounts come into being.
    pub sign_up: SignUp,
    /// Whether an account that signs in through the organisation's single sign-on may use a password instead.
    pub password_sign_in: bool,
    /// What a provider has to say of a sign-in for it to count as a second step (KEY-11), by the provider's short name.
    pub trusted: BTreeMap<String, TrustedClaims>,
    /// How long sessions live, and how many there may be.
    pub sessions: SessionLives,
    /// What support may do for whoever lost a factor.
    pub suspension: SuspensionRules,
    /// The four words that a preset may set.
    pub wording: Wording,
    /// The risks that whoever switched something weak on has read.
    pub risks_acknowledged: BTreeSet<Risk>,
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

/// The lowest class of a second step that meets what is required, by role. Staff: [`Class::Strong`] or better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LowestClass {
    /// Of members.
    pub member: Class,
    /// Of support agents.
    pub support: Class,
    /// Of administrators.
    pub administrator: Class,
}

impl Default for LowestClass {
    fn default() -> Self {
        Self { member: Class::Weak, support: Class::Strong, administrator: Class::Strong }
    }
}

/// How a Telegram account confirms a sign-in (MSG-2), the safest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TelegramStyle {
    /// The six digits that the browser shows are typed into the chat.
    #[default]
    Type,
    /// The browser shows a number, the chat offers three.
    Match,
    /// One button.
    Tap,
}

/// What a provider has to say of a sign-in for it to count as a second step: one of these (OpenID Connect Core 1.0,
/// section 2; the values of `amr` are those of RFC 8176).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedClaims {
    /// Values of `amr`, of which one has to be there.
    pub amr: BTreeSet<String>,
    /// Values of `acr`.
    pub acr: BTreeSet<String>,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SuspensionRules {
    /// What a suspension may let in; none: support cannot suspend. The password alone never lets staff in (APP-9).
    pub kinds: BTreeSet<SuspensionKind>,
    /// How long one is where nobody says otherwise, in hours, 1 to `longest_hours`.
    pub default_hours: u32,
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

const SMS_NOT_ON_OFFER: &[NotOffered] =
    &[NotOffered { name_key: "method-sms", reason_key: "not-on-offer-sms" }];

impl Policy {
    /// How strong a session becomes by this method together with a first step, by how this policy has it used.
    ///
    /// Telegram is out of band over an encrypted messenger as long as a secret is carried between browser and chat; neither
    /// one button nor a pick from a short list is that (NIST SP 800-63B-4 section 3.1.3). Of the phone the weakest way in use counts: four
    /// digits of a call are below every minimum (ASVS 5.0, 6.5.4), an SMS alone is restricted (6.6.1).
    pub fn class_of(&self, method: Method) -> Class {
        match method {
            Method::Authenticator => Class::Strong,
            Method::Email | Method::SupportCode => Class::Weak,
            Method::Telegram => match self.telegram_style {
                TelegramStyle::Type => Class::Restricted,
                TelegramStyle::Match | TelegramStyle::Tap => Class::Weak,
            },
            Method::Phone => {
                if self.calls_before_sms == 0 && self.sms {
                    Class::Restricted
                } else {
                    Class::Weak
                }
            }
            Method::RecoveryKey => Class::Recovery,
        }
    }

    /// Whether a method takes the place of another: by its class, and among equals none does.
    fn stronger(&self, one: Method, other: Method) -> bool {
        self.class_of(one) > self.class_of(other)
    }

    /// Whether an account of this role must have a second step at this moment. Staff always must (REC-2, in every preset).
    pub fn required_for(&self, role: Role, now: Timestamp) -> bool {
        role.is_staff()
            || (self.second_step == Requirement::Required
                && self.required_from.is_none_or(|from| from <= now))
    }

    /// Until when an account of this role may put off what will then be required (KEY-10).
    pub fn grace_until(&self, role: Role, now: Timestamp) -> Option<Timestamp> {
        let until = self.required_from.filter(|_| self.second_step == Requirement::Required)?;
        (!role.is_staff() && now < until).then_some(until)
    }

    /// Whether an account of this role may enrol this method. Staff never a phone number, which could not sign them in.
    pub fn offers(&self, method: Method, role: Role) -> bool {
        let open =
            if role.is_staff() { method != Method::Phone } else { self.second_step != Requirement::Off };
        self.methods.contains(&method) && open
    }

    /// The lowest class of a second step that suffices for this role.
    pub fn floor(&self, role: Role) -> Class {
        match role {
            Role::Member => self.lowest_class.member.max(Class::Weak),
            Role::Support => self.lowest_class.support.max(Class::Strong),
            Role::Administrator => self.lowest_class.administrator.max(Class::Strong),
        }
    }

    /// Whether what this provider says of a sign-in counts as a second step for this role (KEY-11). Never for staff, and
    /// never where more is asked than the word of another: we did not see the proof ourselves.
    pub fn trusts(&self, provider: &str, amr: &[String], acr: Option<&str>, role: Role) -> bool {
        let said = self.trusted.get(provider).is_some_and(|claims| {
            amr.iter().any(|value| claims.amr.contains(value))
                || acr.is_some_and(|value| claims.acr.contains(value))
        });
        said && !role.is_staff() && self.floor(role) <= Class::Restricted
    }

    /// Whether a method counts only beside another.
    pub fn is_fallback(&self, method: Method) -> bool {
        !method.is_daily() || self.fallback_only.contains(&method)
    }

    /// Which of an account's methods count: of an exclusive set the strongest, none without what it needs, and a fallback
    /// only beside a daily method. The order stays.
    pub fn counting(&self, methods: &[Method]) -> Vec<Method> {
        let weaker = |one: &Method| {
            methods.iter().any(|other| self.excludes(*one, *other) && self.stronger(*other, *one))
        };
        let mut counting: Vec<Method> = methods.iter().copied().filter(|method| !weaker(method)).collect();
        loop {
            let before = counting.clone();
            counting.retain(|method| self.has_what_it_needs(*method, &before));
            if !counting.iter().any(|method| !self.is_fallback(*method)) {
                counting.clear();
            }
            if counting == before {
                return counting;
            }
        }
    }

    fn has_what_it_needs(&self, method: Method, methods: &[Method]) -> bool {
        self.needs
            .get(&method)
            .is_none_or(|needed| needed.is_empty() || methods.iter().any(|other| needed.contains(other)))
    }

    /// Whether this method could be enabled beside the account's others only after another: it would not count (MSG-8).
    pub fn lacks_anchor(&self, wanted: Method, methods: &[Method]) -> bool {
        let anchored = !self.is_fallback(wanted) || methods.iter().any(|method| !self.is_fallback(*method));
        !anchored || !self.has_what_it_needs(wanted, methods)
    }

    /// Which of an account's methods are switched off when this one is enabled (EXC-2).
    pub fn giving_way(&self, enabled: Method, methods: &[Method]) -> Vec<Method> {
        let gives_way = |other: &Method| self.excludes(enabled, *other) && !self.stronger(*other, enabled);
        methods.iter().copied().filter(gives_way).collect()
    }

    /// Whether one of an account's methods keeps this one from being enabled (EXC-2).
    pub fn blocks(&self, wanted: Method, methods: &[Method]) -> bool {
        methods.iter().any(|other| self.excludes(wanted, *other) && self.stronger(*other, wanted))
    }

    fn excludes(&self, one: Method, other: Method) -> bool {
        one != other && self.exclusive.iter().any(|set| set.contains(&one) && set.contains(&other))
    }

    /// The methods that the page names as deliberately missing, with the reason (APP-7).
    pub fn not_on_offer(&self) -> &'static [NotOffered] {
        match self.preset {
            Preset::Authenticator if !self.methods.contains(&Method::Phone) => SMS_NOT_ON_OFFER,
            Preset::Authenticator
            | Preset::EmailOrAuthenticator
            | Preset::EmailWithRecoveryKey
            | Preset::Messenger
            | Preset::Recommended => &[],
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
