//! A change of the policy in words: what changes, and whom it touches.

use std::borrow::Cow;

use countersign_core::policy::{Effect, Policy};

use super::super::page::Page;
use super::{ChangedRule, Touched, rules};

/// One thing that a change would mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectLine {
    /// In words.
    pub text: String,
    /// Whether it makes accounts easier to get into.
    pub weakens: bool,
}

/// The rules that differ, in the order of the page.
pub fn changed_rules(page: &Page, before: &Policy, after: &Policy) -> Vec<ChangedRule> {
    let pairs = rules(page, before).into_iter().zip(rules(page, after));
    let differing = pairs.filter(|(one, other)| one.control != other.control);
    differing
        .map(|(one, other)| ChangedRule {
            before: one.control.said(page),
            after: other.control.said(page),
            label: one.label,
        })
        .collect()
}

/// Whom a change touches, the gravest first.
pub fn effect_lines(page: &Page, effect: &Effect) -> Touched {
    let total = effect.accounts;
    let mut lines = Vec::new();
    let mut say = |accounts: u64, weakens: bool, text: Cow<'static, str>| {
        if accounts > 0 {
            lines.push(EffectLine { text: text.into_owned(), weakens });
        }
    };
    let n = effect.no_longer_asked;
    say(n, true, page.t2("policy-effect-no-longer-asked", "n", n, "total", total));
    let n = effect.weaker;
    say(n, true, page.t2("policy-effect-weaker", "n", n, "total", total));
    say(u64::from(effect.asks_less), true, page.t("policy-asks-less"));
    let n = effect.must_enrol;
    say(n, false, page.t2("policy-effect-must-enrol", "n", n, "total", total));
    let n = effect.must_enrol_later;
    say(n, false, page.t2("policy-effect-must-enrol-later", "n", n, "total", total));
    let n = effect.newly_asked;
    say(n, false, page.t2("policy-effect-newly-asked", "n", n, "total", total));
    for (method, accounts) in &effect.stops_counting {
        let name = page.t(method.text_key());
        let values: [(&str, &dyn crate::words::Value); 3] =
            [("method", &name), ("n", accounts), ("total", &total)];
        let text = page.words.message(crate::text!("policy-effect-stops"), &values);
        say(*accounts, false, text);
    }
    let n = effect.must_enrol_already;
    say(n, false, page.t2("policy-effect-must-enrol-already", "n", n, "total", total));
    if effect.is_nothing() {
        say(1, false, page.t("policy-effect-nothing"));
    }
    Touched { lines, weakens: effect.weakens() }
}
