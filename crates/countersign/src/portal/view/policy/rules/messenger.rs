//! The rules of Telegram and of the phone.

use countersign_core::method::Method;
use countersign_core::policy::{
    CALLS_BEFORE_SMS_MOST, PHONE_NUMBERS_MOST, Policy, TELEGRAM_ACCOUNTS_MOST, TelegramStyle,
};

use super::{Control, List, RuleGroup, Unit, is_daily, number};
use crate::text;

pub(super) fn telegram(list: &mut List<'_>, policy: &Policy) {
    let styles = [
        (TelegramStyle::Type, text!("rule-telegram-style-type")),
        (TelegramStyle::Match, text!("rule-telegram-style-match")),
        (TelegramStyle::Tap, text!("rule-telegram-style-tap")),
    ];
    let styles = Control::Radios(list.pick(&styles, &policy.telegram_style));
    let accounts =
        number(u32::from(policy.telegram_accounts_max), u32::from(TELEGRAM_ACCOUNTS_MOST), Unit::None);
    list.under(RuleGroup::Telegram)
        .add("telegram_style", text!("rule-telegram-style"), text!("rule-telegram-style-why"), styles)
        .add(
            "telegram_accounts_max",
            text!("rule-telegram-accounts-max"),
            text!("rule-telegram-accounts-max-why"),
            accounts,
        );
}

pub(super) fn phone(list: &mut List<'_>, policy: &Policy) {
    let calls = Control::Number {
        value: policy.calls_before_sms.to_string(),
        least: 0,
        most: u32::from(CALLS_BEFORE_SMS_MOST),
        unit: Unit::None,
    };
    let numbers = number(u32::from(policy.phone_numbers_max), u32::from(PHONE_NUMBERS_MOST), Unit::None);
    let needed = policy.needs.get(&Method::Phone);
    let beside = |method: Method| is_daily(method) && method != Method::Phone;
    let needs = list.methods(beside, |method| needed.is_some_and(|needed| needed.contains(&method)));
    list.under(RuleGroup::Phone)
        .add("calls_before_sms", text!("rule-calls"), text!("rule-calls-why"), calls)
        .add("sms", text!("rule-sms"), text!("rule-sms-why"), Control::Switch(policy.sms))
        .add(
            "phone_numbers_max",
            text!("rule-phone-numbers-max"),
            text!("rule-phone-numbers-max-why"),
            numbers,
        )
        .add(
            "phone_in_new_browsers",
            text!("rule-phone-in-new-browsers"),
            text!("rule-phone-in-new-browsers-why"),
            Control::Switch(policy.phone_in_new_browsers),
        )
        .add("needs.phone", text!("rule-needs-phone"), text!("rule-needs-phone-why"), needs);
}
