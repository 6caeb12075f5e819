//! The rules that no control of the page sets.

use std::collections::BTreeSet;

use countersign_core::method::Method;
use countersign_core::policy::Policy;

use super::super::preset_name;
use super::{List, RuleGroup, class_name};
use crate::text;

pub(super) fn elsewhere(list: &mut List<'_>, policy: &Policy) {
    let page = list.page;
    let name = |method: &Method| page.t(method.text_key()).into_owned();
    let names = |methods: &BTreeSet<Method>| methods.iter().map(name).collect::<Vec<_>>().join(", ");
    // Those of the phone have a control of their own.
    let needs = policy.needs.iter().filter(|(method, _)| **method != Method::Phone);
    let needs: Vec<String> =
        needs.map(|(method, needed)| format!("{} ({})", name(method), names(needed))).collect();
    let more: Vec<String> = policy.exclusive.iter().skip(1).map(names).collect();
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
        .say("exclusive-more", text!("rule-exclusive"), more.join("; "));
}
