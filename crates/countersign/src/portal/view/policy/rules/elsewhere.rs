//! The rules that no control of the page sets.

use std::collections::BTreeSet;

use countersign_core::method::Method;
use countersign_core::policy::{CALLS_BEFORE_SMS_MOST, Policy, TelegramStyle};

use super::super::preset_name;
use super::{Control, List, RuleGroup, Unit, class_name, number};
use crate::text;

pub(super) fn elsewhere(list: &mut List<'_>, policy: &Policy) {
    let page = list.page;
    let name = |method: &Method| page.t(method.text_key()).into_owned();
    let names = |methods: &BTreeSet<Method>| methods.iter().map(name).collect::<Vec<_>>().join(", ");
    let needs: Vec<String> =
        policy.needs.iter().map(|(method, needed)| format!("{} ({})", name(method), names(needed))).collect();
    let more: Vec<String> = policy.exclusive.iter().skip(1).map(names).collect();
    let style = match policy.telegram_style {
        TelegramStyle::Type => text!("rule-telegram-style-type"),
        TelegramStyle::Match => text!("rule-telegram-style-match"),
        TelegramStyle::Tap => text!("rule-telegram-style-tap"),
    };
    let lowest = policy.lowest_class;
    list.under(RuleGroup::Elsewhere)
        .say("preset", text!("rule-preset"), page.t(preset_name(&policy.preset)).into_owned())
        .say("lowest_class.support", text!("rule-lowest-class-support"), class_name(page, lowest.support))
        .say(
            "lowest_class.administrator",
            text!("rule-lowest-class-administrator"),
            class_name(page, lowest.administrator),
        )
        .say("needs", text!("rule-needs"), needs.join("; "))
        .say("exclusive-more", text!("rule-exclusive"), more.join("; "))
        .say("telegram_style", text!("rule-telegram-style"), page.t(style).into_owned());
    let calls = number(u32::from(policy.calls_before_sms), u32::from(CALLS_BEFORE_SMS_MOST), Unit::None);
    let most = |most: u8| number(u32::from(most), u32::from(most), Unit::None).said(page);
    let switch = |on| Control::Switch(on).said(page);
    list.say(
        "telegram_accounts_max",
        text!("rule-telegram-accounts-max"),
        most(policy.telegram_accounts_max),
    )
    .say("calls_before_sms", text!("rule-calls"), calls.said(page))
    .say("sms", text!("rule-sms"), switch(policy.sms))
    .say("phone_numbers_max", text!("rule-phone-numbers-max"), most(policy.phone_numbers_max))
    .say(
        "phone_in_new_browsers",
        text!("rule-phone-in-new-browsers"),
        switch(policy.phone_in_new_browsers),
    );
}
