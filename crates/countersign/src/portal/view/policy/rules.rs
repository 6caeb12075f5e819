//! Every rule of a policy as a sentence and what sets it. One list serves the editor, the comparison before and after, and
//! the history, so that nothing can change without being told.

mod elsewhere;
mod messenger;

use std::fmt::Write as _;

use countersign_core::method::{Class, Method};
use countersign_core::policy::{
    ABSOLUTE_HOURS_MOST, AUTHENTICATORS_MOST, AfterRecovery, ClassRule, IDLE_MINUTES_MOST, Policy,
    Requirement, SESSIONS_MOST, SUSPENSION_HOURS_MOST, SignUp, Slot, Word,
};
use countersign_core::sign_in::SuspensionKind;
use serde::Serialize;

use super::super::page::Page;
use super::Rule;
use crate::text;
use crate::words::Moment;

/// The headings, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum RuleGroup {
    Who,
    Methods,
    Telegram,
    Phone,
    Strong,
    Fallbacks,
    Recovery,
    Sessions,
    Entry,
    Words,
    /// Not on the page: what follows from something else, or is set by the operator or a program. Told where it changes.
    Elsewhere,
}

impl RuleGroup {
    /// The headings of the page.
    pub const SHOWN: [(Self, &'static str); 10] = [
        (Self::Who, text!("policy-group-who")),
        (Self::Methods, text!("policy-group-methods")),
        (Self::Telegram, text!("policy-group-telegram")),
        (Self::Phone, text!("policy-group-phone")),
        (Self::Strong, text!("policy-group-strong")),
        (Self::Fallbacks, text!("policy-group-fallbacks")),
        (Self::Recovery, text!("policy-group-recovery")),
        (Self::Sessions, text!("policy-group-sessions")),
        (Self::Entry, text!("policy-group-entry")),
        (Self::Words, text!("policy-group-words")),
    ];
}

/// Something to pick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick {
    /// Its value, as the policy spells it.
    pub value: String,
    /// Its name, in words.
    pub label: String,
    /// Whether it is picked.
    pub on: bool,
    /// What stands against it on this installation, in words; empty: nothing.
    pub note: String,
}

/// The unit of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Things.
    None,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
}

/// What sets a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Control {
    /// On or off: a field of the rule's name, sent when it is on.
    Switch(bool),
    /// One of several.
    Radios(Vec<Pick>),
    /// One of several, from a list.
    Select(Vec<Pick>),
    /// Any of several: a field `rule-value` for each, sent when it is on.
    Ticks(Vec<Pick>),
    /// A whole number from the least to the most.
    Number {
        /// The number, or what was typed in its place.
        value: String,
        /// The least.
        least: u32,
        /// The most.
        most: u32,
        /// What it counts.
        unit: Unit,
    },
    /// A day and a time in UTC, or nothing: `2026-12-01T08:00`.
    Instant(String),
    /// Lines of text.
    Lines(String),
    /// Nothing sets it on the page.
    Said(String),
}

impl Control {
    /// The label of the number's unit, where it has one.
    pub fn unit(&self, page: &Page) -> String {
        match self {
            Self::Number { unit: Unit::Minutes, .. } => page.t("unit-minutes-label").into_owned(),
            Self::Number { unit: Unit::Hours, .. } => page.t("unit-hours-label").into_owned(),
            _ => String::new(),
        }
    }

    /// What it is set to, in words.
    pub fn said(&self, page: &Page) -> String {
        match self {
            Self::Switch(on) => page.t(if *on { text!("rule-on") } else { text!("rule-off") }).into_owned(),
            Self::Radios(picks) | Self::Select(picks) | Self::Ticks(picks) => {
                let on: Vec<&str> =
                    picks.iter().filter(|pick| pick.on).map(|pick| pick.label.as_str()).collect();
                said_or(page, on.join(", "), text!("rule-none"))
            }
            Self::Number { value, unit, .. } => {
                let number: u32 = value.parse().unwrap_or(0);
                page.t1(
                    match unit {
                        Unit::None => text!("unit-none"),
                        Unit::Minutes => text!("unit-minutes"),
                        Unit::Hours => text!("unit-hours"),
                    },
                    "n",
                    number,
                )
                .into_owned()
            }
            Self::Instant(value) => said_or(page, value.replace('T', " "), text!("rule-at-once")),
            Self::Lines(value) | Self::Said(value) => {
                said_or(page, value.trim().replace('\n', "; "), text!("rule-none"))
            }
        }
    }
}

fn said_or(page: &Page, said: String, nothing: &str) -> String {
    if said.is_empty() { page.t(nothing).into_owned() } else { said }
}

/// The spelling of a value in the policy.
fn spelt(value: impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

struct List<'a> {
    page: &'a Page,
    group: RuleGroup,
    rules: Vec<Rule>,
}

impl List<'_> {
    fn under(&mut self, group: RuleGroup) -> &mut Self {
        self.group = group;
        self
    }

    fn add(&mut self, id: &'static str, label: &str, why: &str, control: Control) -> &mut Self {
        let (label, why) = (self.page.t(label).into_owned(), self.page.t(why).into_owned());
        self.rules.push(Rule { id, group: self.group, label, why, note: String::new(), control });
        self
    }

    /// A rule that no control of the page sets.
    fn say(&mut self, id: &'static str, label: &str, said: String) -> &mut Self {
        let label = self.page.t(label).into_owned();
        self.rules.push(Rule {
            id,
            group: self.group,
            label,
            why: String::new(),
            note: String::new(),
            control: Control::Said(said),
        });
        self
    }

    fn pick<T: Serialize + PartialEq>(&self, all: &[(T, &str)], chosen: &T) -> Vec<Pick> {
        let pick = |(value, key): &(T, &str)| Pick {
            value: spelt(value),
            label: self.page.t(key).into_owned(),
            on: value == chosen,
            note: String::new(),
        };
        all.iter().map(pick).collect()
    }

    fn methods(&self, listed: impl Fn(Method) -> bool, on: impl Fn(Method) -> bool) -> Control {
        let pick = |method: Method| Pick {
            value: method.as_str().to_owned(),
            label: self.page.t(method.text_key()).into_owned(),
            on: on(method),
            note: String::new(),
        };
        Control::Ticks(Method::ALL.iter().copied().filter(|method| listed(*method)).map(pick).collect())
    }

    /// The classes that some daily method has, however it is used, and the one that is chosen.
    fn classes(&self, chosen: Class) -> Vec<Pick> {
        let has = |class: &Class| *class == chosen || OF_DAILY_METHODS.contains(class);
        let pick = |class: Class| Pick {
            value: class.as_str().to_owned(),
            label: class_name(self.page, class),
            on: class == chosen,
            note: String::new(),
        };
        Class::ALL.iter().copied().filter(has).map(pick).collect()
    }
}

/// The classes of daily methods, whatever the rest of a policy says, so that a change elsewhere changes nothing here.
const OF_DAILY_METHODS: [Class; 3] = [Class::Weak, Class::Restricted, Class::Strong];

fn class_name(page: &Page, class: Class) -> String {
    let key = match class {
        Class::None => text!("rule-none"),
        Class::Weak => text!("strength-weak"),
        Class::Recovery => text!("strength-recovery"),
        Class::Restricted => text!("strength-restricted"),
        Class::Strong => text!("strength-strong"),
        Class::PhishingResistant => text!("strength-phishing-resistant"),
    };
    page.t(key).into_owned()
}

fn number(value: u32, most: u32, unit: Unit) -> Control {
    Control::Number { value: value.to_string(), least: 1, most, unit }
}

/// Every rule of this policy, in the order of the page.
pub fn rules(page: &Page, policy: &Policy) -> Vec<Rule> {
    let mut list = List { page, group: RuleGroup::Who, rules: Vec::new() };
    who_and_how(&mut list, policy);
    methods(&mut list, policy);
    messenger::telegram(&mut list, policy);
    messenger::phone(&mut list, policy);
    recovery(&mut list, policy);
    sessions(&mut list, policy);
    entry(&mut list, policy);
    words(&mut list, policy);
    elsewhere::elsewhere(&mut list, policy);
    list.rules
}

fn who_and_how(list: &mut List<'_>, policy: &Policy) {
    let steps = [
        (Requirement::Off, text!("rule-second-step-off")),
        (Requirement::Offered, text!("rule-second-step-offered")),
        (Requirement::Required, text!("rule-second-step-required")),
    ];
    let steps = Control::Radios(list.pick(&steps, &policy.second_step));
    let from = policy.required_from.map(|at| Moment(at.as_millis()).iso());
    let from = from.and_then(|text| text.get(..16).map(str::to_owned)).unwrap_or_default();
    list.under(RuleGroup::Who)
        .add("second_step", text!("rule-second-step"), text!("rule-second-step-why"), steps)
        .add(
            "required_from",
            text!("rule-required-from"),
            text!("rule-required-from-why"),
            Control::Instant(from),
        );
    let changes = [
        (ClassRule::Strong, text!("rule-class-changes-strong")),
        (ClassRule::AnyEnrolled, text!("rule-class-changes-any-enrolled")),
    ];
    let changes = Control::Radios(list.pick(&changes, &policy.class_for_account_changes));
    let lowest = Control::Select(list.classes(policy.lowest_class.member));
    list.under(RuleGroup::Strong)
        .add(
            "lowest_class.member",
            text!("rule-lowest-class-member"),
            text!("rule-lowest-class-member-why"),
            lowest,
        )
        .add(
            "class_for_account_changes",
            text!("rule-class-changes"),
            text!("rule-class-changes-why"),
            changes,
        );
}

/// What an account can have for every day.
fn is_daily(method: Method) -> bool {
    method.is_daily() && method.is_enrollable()
}

fn methods(list: &mut List<'_>, policy: &Policy) {
    let allowed = list.methods(Method::is_enrollable, |method| policy.methods.contains(&method));
    let devices = number(u32::from(policy.authenticators_max), u32::from(AUTHENTICATORS_MOST), Unit::None);
    list.under(RuleGroup::Methods)
        .add("methods", text!("rule-methods"), text!("rule-methods-why"), allowed)
        .add(
            "authenticators_max",
            text!("rule-authenticators-max"),
            text!("rule-authenticators-max-why"),
            devices,
        )
        .add(
            "confirmed_address_first",
            text!("rule-confirmed-address-first"),
            text!("rule-confirmed-address-first-why"),
            Control::Switch(policy.confirmed_address_first),
        )
        .add(
            "last_showing",
            text!("rule-last-showing"),
            text!("rule-last-showing-why"),
            Control::Switch(policy.last_showing),
        );
    let first = policy.exclusive.first();
    let exclusive = list.methods(is_daily, |method| first.is_some_and(|set| set.contains(&method)));
    let fallback = list.methods(is_daily, |method| policy.fallback_only.contains(&method));
    list.under(RuleGroup::Fallbacks)
        .add("exclusive", text!("rule-exclusive"), text!("rule-exclusive-why"), exclusive)
        .add("fallback_only", text!("rule-fallback-only"), text!("rule-fallback-only-why"), fallback);
}

fn recovery(list: &mut List<'_>, policy: &Policy) {
    let rules = &policy.suspension;
    let after = [
        (AfterRecovery::Session, text!("rule-after-recovery-session")),
        (AfterRecovery::Enrolment, text!("rule-after-recovery-enrolment")),
    ];
    let after = Control::Radios(list.pick(&after, &policy.after_recovery));
    let kinds = [
        (SuspensionKind::PasswordAlone, text!("rule-suspension-kinds-password-alone")),
        (SuspensionKind::SupportCode, text!("rule-suspension-kinds-support-code")),
    ];
    let kind = |(kind, key): &(SuspensionKind, &str)| Pick {
        value: spelt(kind),
        label: list.page.t(key).into_owned(),
        on: rules.kinds.contains(kind),
        note: String::new(),
    };
    let kinds = Control::Ticks(kinds.iter().map(kind).collect());
    let hours = |hours| number(hours, SUSPENSION_HOURS_MOST, Unit::Hours);
    list.under(RuleGroup::Recovery)
        .add("after_recovery", text!("rule-after-recovery"), text!("rule-after-recovery-why"), after)
        .add("suspension.kinds", text!("rule-suspension-kinds"), text!("rule-suspension-kinds-why"), kinds)
        .add(
            "suspension.default_hours",
            text!("rule-suspension-default"),
            text!("rule-suspension-default-why"),
            hours(rules.default_hours),
        )
        .add(
            "suspension.longest_hours",
            text!("rule-suspension-longest"),
            text!("rule-suspension-longest-why"),
            hours(rules.longest_hours),
        )
        .add(
            "suspension.enrol_while",
            text!("rule-suspension-enrol"),
            text!("rule-suspension-enrol-why"),
            Control::Switch(rules.enrol_while),
        );
}

fn sessions(list: &mut List<'_>, policy: &Policy) {
    let lives = &policy.sessions;
    let minutes = |minutes| number(minutes, IDLE_MINUTES_MOST, Unit::Minutes);
    let hours = |hours| number(hours, ABSOLUTE_HOURS_MOST, Unit::Hours);
    list.under(RuleGroup::Sessions)
        .add("sessions.idle_minutes", text!("rule-idle"), text!("rule-idle-why"), minutes(lives.idle_minutes))
        .add(
            "sessions.absolute_hours",
            text!("rule-absolute"),
            text!("rule-absolute-why"),
            hours(lives.absolute_hours),
        )
        .add(
            "sessions.staff_idle_minutes",
            text!("rule-staff-idle"),
            text!("rule-staff-idle-why"),
            minutes(lives.staff_idle_minutes),
        )
        .add(
            "sessions.staff_absolute_hours",
            text!("rule-staff-absolute"),
            text!("rule-staff-absolute-why"),
            hours(lives.staff_absolute_hours),
        )
        .add(
            "sessions.most",
            text!("rule-most"),
            text!("rule-most-why"),
            number(lives.most, SESSIONS_MOST, Unit::None),
        );
}

fn entry(list: &mut List<'_>, policy: &Policy) {
    let modes = [
        (SignUp::Open, text!("rule-sign-up-open")),
        (SignUp::Invitation, text!("rule-sign-up-invitation")),
        (SignUp::Closed, text!("rule-sign-up-closed")),
    ];
    let modes = Control::Radios(list.pick(&modes, &policy.sign_up));
    let mut trusted = String::new();
    for (provider, claims) in &policy.trusted {
        trusted.push_str(provider);
        for (name, values) in [("amr", &claims.amr), ("acr", &claims.acr)] {
            for value in values {
                let _ = write!(trusted, " {name}={value}");
            }
        }
        trusted.push('\n');
    }
    list.under(RuleGroup::Entry)
        .add("sign_up", text!("rule-sign-up"), text!("rule-sign-up-why"), modes)
        .add(
            "password_sign_in",
            text!("rule-password-sign-in"),
            text!("rule-password-sign-in-why"),
            Control::Switch(policy.password_sign_in),
        )
        .add("trusted", text!("rule-trusted"), text!("rule-trusted-why"), Control::Lines(trusted));
}

fn words(list: &mut List<'_>, policy: &Policy) {
    list.under(RuleGroup::Words);
    for slot in Slot::ALL {
        let all: Vec<(Word, &str)> = Word::ALL
            .iter()
            .filter(|word| word.slot() == slot || **word == policy.wording.word(slot))
            .map(|word| (*word, word.text_key()))
            .collect();
        let picks = Control::Select(list.pick(&all, &policy.wording.word(slot)));
        let (id, label, why) = match slot {
            Slot::Menu => ("wording.menu", text!("rule-menu"), text!("rule-menu-why")),
            Slot::Tab => ("wording.tab", text!("rule-tab"), text!("rule-tab-why")),
            Slot::Enable => ("wording.enable", text!("rule-enable"), text!("rule-enable-why")),
            Slot::Confirm => ("wording.confirm", text!("rule-confirm"), text!("rule-confirm-why")),
        };
        list.add(id, label, why, picks);
    }
}
