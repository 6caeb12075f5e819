//! The pages of the editor and of the review, filled.

use std::collections::BTreeSet;

use countersign_core::policy::{Policy, Risk};

use super::super::super::draft::{self, Fields};
use super::super::super::view::{
    Control, FormErrors, Installed, Page, PolicyPage, PolicyReviewPage, Reviewed, RiskToRead, RuleGroup,
    RuleSection, changed_rules, effect_lines, rules,
};
use super::super::super::visit::{Member, moment, say};
use super::{POLICY, REVIEW, clean, installed};
use crate::flow::policy::{self, PolicyRow};
use crate::http::problem::Problem;

/// The rules with their switches; what was typed and could not be read stays in its field.
pub(super) fn editor(
    page: Page,
    installed: Installed,
    row: &PolicyRow,
    (shown, typed): (&Policy, &Fields),
    errors: FormErrors,
) -> PolicyPage {
    PolicyPage {
        version: row.version,
        since: moment(row.changed_at),
        preset: row.policy.preset,
        sections: sections(&page, installed, (shown, typed), &errors),
        edited: !typed.is_empty(),
        errors,
        page,
    }
}

/// The rules by their groups.
fn sections(
    page: &Page,
    installed: Installed,
    (shown, typed): (&Policy, &Fields),
    errors: &FormErrors,
) -> Vec<RuleSection> {
    let mut all = rules(page, shown);
    installed.note(page, &mut all);
    for rule in all.iter_mut().filter(|rule| errors.of(rule.id).is_some()) {
        keep(&mut rule.control, typed.get(rule.id));
    }
    let section = |(group, title): (RuleGroup, &'static str)| RuleSection {
        title: page.t(title).into_owned(),
        rules: all.iter().filter(|rule| rule.group == group).cloned().collect(),
    };
    RuleGroup::SHOWN.into_iter().map(section).collect()
}

/// What was typed stays, where it could not be read.
fn keep(control: &mut Control, typed: Option<&String>) {
    let Some(typed) = typed else { return };
    if let Control::Number { value, .. } | Control::Instant(value) | Control::Lines(value) = control {
        value.clone_from(typed);
    }
}

/// The risks that are to be read first.
fn to_read(page: &Page, risks: &BTreeSet<Risk>) -> Vec<RiskToRead> {
    let told = |risk: &Risk| RiskToRead {
        name: risk.as_str(),
        text: page.t(risk.text_key()).into_owned(),
        ticked: false,
    };
    risks.iter().map(told).collect()
}

/// What a change would mean, before it is made.
pub(super) async fn review(
    member: &Member,
    row: &PolicyRow,
    next: Policy,
    reviewed: Reviewed,
) -> Result<PolicyReviewPage, Problem> {
    let preview = policy::preview(member.call(), row.organisation_id, &next).await?;
    let page = member.page();
    Ok(PolicyReviewPage {
        edit: draft::address(POLICY, &page, &row.policy, &next),
        version: row.version,
        policy: serde_json::to_string(&next).unwrap_or_default(),
        changes: changed_rules(&page, &row.policy, &next),
        touched: effect_lines(&page, &preview.effect),
        missing: installed(member).missing(&page, &next),
        risks: to_read(&page, &preview.risks),
        faults: preview.faults.iter().map(|fault| say(&page, &fault.text())).collect(),
        reason: String::new(),
        reason_most: policy::REASON_MOST,
        errors: clean(),
        reviewed,
        page,
    })
}

/// Keeps what was typed and ticked.
pub(super) fn fill(page: &mut PolicyReviewPage, read: &BTreeSet<Risk>, reason: String) {
    for risk in &mut page.risks {
        risk.ticked = read.iter().any(|one| one.as_str() == risk.name);
    }
    page.reason = reason;
}

/// The address of a review.
pub(super) fn way_back(page: &Page, before: &Policy, next: &Policy, reviewed: &Reviewed) -> String {
    match reviewed {
        Reviewed::Preset(preset) => format!("{REVIEW}?preset={preset}"),
        Reviewed::Version(version) => format!("{REVIEW}?restore={version}"),
        Reviewed::Edit => draft::address(REVIEW, page, before, next),
    }
}
