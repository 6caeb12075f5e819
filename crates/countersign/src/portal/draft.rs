//! A policy as the fields of a form, and back. A draft is what differs from the policy in force; it fits into an address,
//! so that a step-up in between loses nothing.

use std::collections::{BTreeMap, BTreeSet};

use countersign_core::method::Method;
use countersign_core::policy::{Policy, TrustedClaims};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::view::{Control, Page, RuleGroup, rules};
use crate::flow::FieldFault;
use crate::http::problem::{self, Problem};
use crate::text;

/// A form that no page of ours has.
pub(super) fn malformed() -> Problem {
    Problem::new(&problem::MALFORMED)
}

/// Fields by name.
pub(super) type Fields = BTreeMap<String, String>;

/// What became of a draft.
pub(super) struct Applied {
    /// The policy with all that could be read.
    pub(super) policy: Policy,
    /// What could not.
    pub(super) faults: Vec<FieldFault>,
}

/// The policy as a whole form.
fn fields(page: &Page, policy: &Policy) -> Fields {
    let mut fields = Fields::new();
    let switch = |on: bool| if on { "on" } else { "off" }.to_owned();
    let shown = |group: RuleGroup| group != RuleGroup::Elsewhere;
    for rule in rules(page, policy).into_iter().filter(|rule| shown(rule.group)) {
        match rule.control {
            Control::Switch(on) => {
                fields.insert(rule.id.to_owned(), switch(on));
            }
            Control::Radios(picks) | Control::Select(picks) => {
                let chosen = picks.into_iter().find(|pick| pick.on);
                fields.insert(rule.id.to_owned(), chosen.map(|pick| pick.value).unwrap_or_default());
            }
            Control::Ticks(picks) => {
                let ticks =
                    picks.into_iter().map(|pick| (format!("{}-{}", rule.id, pick.value), switch(pick.on)));
                fields.extend(ticks);
            }
            Control::Number { value, .. } | Control::Instant(value) | Control::Lines(value) => {
                fields.insert(rule.id.to_owned(), value);
            }
            Control::Said(_) => {}
        }
    }
    fields
}

/// Adds what a form leaves out: switches that are off.
pub(super) fn complete(page: &Page, base: &Policy, sent: &mut Fields) {
    for (name, value) in fields(page, base) {
        if matches!(value.as_str(), "on" | "off") {
            sent.entry(name).or_insert_with(|| "off".to_owned());
        }
    }
}

/// Where the difference between two policies is carried in the address.
pub(super) fn address(path: &str, page: &Page, before: &Policy, after: &Policy) -> String {
    let (before, after) = (fields(page, before), fields(page, after));
    let differing = after.iter().filter(|(name, value)| before.get(*name) != Some(value));
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(differing).finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Puts fields over a policy. What no field names stays as it is.
///
/// # Errors
///
/// For a field that no page of ours has.
pub(super) fn apply(base: &Policy, sent: &Fields) -> Result<Applied, Problem> {
    let mut applied = Applied { policy: base.clone(), faults: Vec::new() };
    for (name, value) in sent {
        match name.split_once('-') {
            Some((rule, value_name)) => tick(&mut applied.policy, rule, value_name, on(value)?)?,
            None => set(&mut applied, base, name, value)?,
        }
    }
    Ok(applied)
}

fn on(value: &str) -> Result<bool, Problem> {
    match value {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(malformed()),
    }
}

/// Reads a value in the policy's own spelling.
fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(Value::String(text.to_owned())).ok()
}

fn toggle<T: DeserializeOwned + Ord>(set: &mut BTreeSet<T>, name: &str, on: bool) -> Result<(), Problem> {
    let value: T = read(name).ok_or_else(malformed)?;
    if on {
        set.insert(value);
    } else {
        set.remove(&value);
    }
    Ok(())
}

fn tick(policy: &mut Policy, rule: &str, name: &str, on: bool) -> Result<(), Problem> {
    match rule {
        "methods" => toggle(&mut policy.methods, name, on),
        "fallback_only" => toggle(&mut policy.fallback_only, name, on),
        "suspension.kinds" => toggle(&mut policy.suspension.kinds, name, on),
        "needs.phone" => {
            let mut needed = policy.needs.remove(&Method::Phone).unwrap_or_default();
            toggle(&mut needed, name, on)?;
            policy
                .needs
                .extend(Some(needed).filter(|needed| !needed.is_empty()).map(|set| (Method::Phone, set)));
            Ok(())
        }
        "exclusive" => {
            let mut set: BTreeSet<Method> = policy.exclusive.first().cloned().unwrap_or_default();
            toggle(&mut set, name, on)?;
            let rest = policy.exclusive.iter().skip(1).cloned();
            policy.exclusive = Some(set).filter(|set| !set.is_empty()).into_iter().chain(rest).collect();
            Ok(())
        }
        _ => Err(malformed()),
    }
}

impl Applied {
    fn choose<T: DeserializeOwned>(
        &mut self,
        field: &'static str,
        text: &str,
        place: impl FnOnce(&mut Policy) -> &mut T,
    ) {
        match read(text) {
            Some(value) => *place(&mut self.policy) = value,
            None => self.fault(field, text!("policy-choose")),
        }
    }

    fn number<T: std::str::FromStr>(
        &mut self,
        field: &'static str,
        text: &str,
        place: impl FnOnce(&mut Policy) -> &mut T,
    ) {
        match text.trim().parse() {
            Ok(value) => *place(&mut self.policy) = value,
            Err(_) => self.fault(field, text!("policy-number")),
        }
    }

    fn fault(&mut self, field: &'static str, key: &'static str) {
        self.faults.push(FieldFault { field, text: Text::new(key) });
    }
}

fn set(to: &mut Applied, base: &Policy, name: &str, text: &str) -> Result<(), Problem> {
    match name {
        "second_step" => to.choose("second_step", text, |policy| &mut policy.second_step),
        "required_from" => match instant(base, text) {
            Some(at) => to.policy.required_from = at,
            None => to.fault("required_from", text!("policy-moment")),
        },
        "lowest_class.member" => {
            to.choose("lowest_class.member", text, |policy| &mut policy.lowest_class.member);
        }
        "class_for_account_changes" => {
            to.choose("class_for_account_changes", text, |policy| &mut policy.class_for_account_changes);
        }
        "confirmed_address_first" => to.policy.confirmed_address_first = on(text)?,
        "last_showing" => to.policy.last_showing = on(text)?,
        "after_recovery" => to.choose("after_recovery", text, |policy| &mut policy.after_recovery),
        "suspension.enrol_while" => to.policy.suspension.enrol_while = on(text)?,
        "sign_up" => to.choose("sign_up", text, |policy| &mut policy.sign_up),
        "password_sign_in" => to.policy.password_sign_in = on(text)?,
        "telegram_style" => to.choose("telegram_style", text, |policy| &mut policy.telegram_style),
        "sms" => to.policy.sms = on(text)?,
        "phone_in_new_browsers" => to.policy.phone_in_new_browsers = on(text)?,
        "trusted" => match trusted(text) {
            Some(trusted) => to.policy.trusted = trusted,
            None => to.fault("trusted", text!("policy-trusted-form")),
        },
        _ => return set_number_or_word(to, name, text),
    }
    Ok(())
}

fn set_number_or_word(to: &mut Applied, name: &str, text: &str) -> Result<(), Problem> {
    match name {
        "authenticators_max" => {
            to.number("authenticators_max", text, |policy| &mut policy.authenticators_max);
        }
        "telegram_accounts_max" => {
            to.number("telegram_accounts_max", text, |policy| &mut policy.telegram_accounts_max);
        }
        "calls_before_sms" => {
            to.number("calls_before_sms", text, |policy| &mut policy.calls_before_sms);
        }
        "phone_numbers_max" => {
            to.number("phone_numbers_max", text, |policy| &mut policy.phone_numbers_max);
        }
        "suspension.default_hours" => {
            to.number("suspension.default_hours", text, |policy| &mut policy.suspension.default_hours);
        }
        "suspension.longest_hours" => {
            to.number("suspension.longest_hours", text, |policy| &mut policy.suspension.longest_hours);
        }
        "sessions.idle_minutes" => {
            to.number("sessions.idle_minutes", text, |policy| &mut policy.sessions.idle_minutes);
        }
        "sessions.absolute_hours" => {
            to.number("sessions.absolute_hours", text, |policy| &mut policy.sessions.absolute_hours);
        }
        "sessions.staff_idle_minutes" => {
            to.number("sessions.staff_idle_minutes", text, |policy| &mut policy.sessions.staff_idle_minutes);
        }
        "sessions.staff_absolute_hours" => {
            to.number("sessions.staff_absolute_hours", text, |policy| {
                &mut policy.sessions.staff_absolute_hours
            });
        }
        "sessions.most" => to.number("sessions.most", text, |policy| &mut policy.sessions.most),
        "wording.menu" => to.choose("wording.menu", text, |policy| &mut policy.wording.menu),
        "wording.tab" => to.choose("wording.tab", text, |policy| &mut policy.wording.tab),
        "wording.enable" => to.choose("wording.enable", text, |policy| &mut policy.wording.enable),
        "wording.confirm" => to.choose("wording.confirm", text, |policy| &mut policy.wording.confirm),
        _ => return Err(malformed()),
    }
    Ok(())
}

/// A day and a time in UTC, or nothing. What the page itself wrote keeps its seconds.
#[expect(clippy::option_option, reason = "nothing typed is an answer, what cannot be read is none")]
fn instant(base: &Policy, text: &str) -> Option<Option<Timestamp>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(None);
    }
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    let at = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond();
    let kept = base.required_from.filter(|kept| kept.as_millis().div_euclid(60_000) == at.div_euclid(60_000));
    Some(Some(kept.unwrap_or(Timestamp::from_millis(at))))
}

/// One provider per line: `name amr=value acr=value`.
fn trusted(text: &str) -> Option<BTreeMap<String, TrustedClaims>> {
    let mut found = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let mut claims = TrustedClaims::default();
        let provider = words.next().filter(|name| !name.contains('='))?;
        for word in words {
            match word.split_once('=')? {
                ("amr", value) if !value.is_empty() => claims.amr.insert(value.to_owned()),
                ("acr", value) if !value.is_empty() => claims.acr.insert(value.to_owned()),
                _ => return None,
            };
        }
        if found.insert(provider.to_owned(), claims).is_some() {
            return None;
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use countersign_core::preset::Preset;

    use super::*;
    use crate::language::Language;
    use crate::words::{Moment, Words};

    fn page() -> Page {
        Page::new(Words::new(Language::En), Moment(0), "", "")
    }

    /// As a browser sends it: what is off is not sent.
    fn sent(policy: &Policy) -> Fields {
        fields(&page(), policy).into_iter().filter(|(_, value)| value != "off").collect()
    }

    fn rich() -> Policy {
        let mut policy = Preset::EmailOrAuthenticator.policy();
        policy.second_step = countersign_core::policy::Requirement::Required;
        policy.required_from = Some(Timestamp::from_millis(1_800_000_000_123));
        policy.fallback_only = BTreeSet::from([Method::Email]);
        let claims = TrustedClaims {
            amr: BTreeSet::from(["mfa".to_owned(), "otp".to_owned()]),
            acr: BTreeSet::from(["urn:example:high".to_owned()]),
        };
        policy.trusted = BTreeMap::from([("example".to_owned(), claims)]);
        policy
    }

    #[test]
    fn every_policy_comes_back_from_its_form() {
        let all = Preset::ALL.iter().map(|preset| preset.policy()).chain([rich()]);
        for policy in all {
            let mut form = sent(&policy);
            complete(&page(), &policy, &mut form);
            let read = apply(&policy, &form).ok().unwrap();
            assert_eq!(read.policy, policy);
            assert!(read.faults.is_empty());
        }
    }

    #[test]
    fn a_draft_in_an_address_is_what_differs_and_no_more() {
        let (before, mut after) = (Preset::Recommended.policy(), Preset::Recommended.policy());
        assert_eq!(address("/a", &page(), &before, &after), "/a");
        after.methods.insert(Method::Email);
        after.sessions.idle_minutes = 30;
        let address = address("/a", &page(), &before, &after);
        assert_eq!(address, "/a?methods-email=on&sessions.idle_minutes=30");
        let query = url::form_urlencoded::parse(address.split_once('?').unwrap().1.as_bytes());
        let draft: Fields = query.into_owned().collect();
        assert_eq!(apply(&before, &draft).ok().unwrap().policy, after);
    }

    #[test]
    fn msg_8_what_the_phone_needs_is_ticked_and_unticked() {
        let (before, mut after) = (Preset::Messenger.policy(), Preset::Messenger.policy());
        after.needs.get_mut(&Method::Phone).unwrap().remove(&Method::Telegram);
        after.calls_before_sms = 0;
        let changed = address("/a", &page(), &before, &after);
        assert_eq!(changed, "/a?calls_before_sms=0&needs.phone-telegram=off");
        let none: Fields = ["authenticator", "telegram"]
            .map(|name| (format!("needs.phone-{name}"), "off".to_owned()))
            .into();
        let read = apply(&before, &none).ok().unwrap().policy;
        assert!(read.needs.is_empty(), "an empty set would say nothing");
    }

    #[test]
    fn what_cannot_be_read_is_told_at_its_field_and_what_no_page_has_is_refused() {
        let base = Preset::Recommended.policy();
        let fields = |pairs: &[(&str, &str)]| -> Fields {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let wrong = fields(&[
            ("required_from", "tomorrow"),
            ("second_step", "perhaps"),
            ("sessions.most", "many"),
            ("trusted", "example amr"),
            ("wording.menu", "Home"),
        ]);
        let read = apply(&base, &wrong).ok().unwrap();
        let named: Vec<&str> = read.faults.iter().map(|fault| fault.field).collect();
        assert_eq!(named, ["required_from", "second_step", "sessions.most", "trusted", "wording.menu"]);
        assert_eq!(read.policy, base);
        for strange in [("role", "x"), ("methods-fax", "on"), ("methods-email", "1"), ("other-email", "on")] {
            assert!(apply(&base, &fields(&[strange])).is_err(), "{strange:?}");
        }
    }
}
