//! The security policy: rules, review, presets, history.

use countersign_core::method::Method;
use countersign_core::policy::{Effect, Policy, Requirement, Risk};
use countersign_core::preset::Preset;

use super::super::*;
use super::{Book, DAY, HOSTILE, before, noticed, signed_in};
use crate::words::Words;

fn effect() -> Effect {
    Effect {
        accounts: 212,
        must_enrol: 14,
        must_enrol_already: 2,
        must_enrol_later: 3,
        newly_asked: 1,
        stops_counting: [(Method::Email, 30)].into(),
        ..Effect::default()
    }
}

fn editor(page: Page, policy: &Policy, edited: bool, errors: FormErrors) -> PolicyPage {
    let mut all = rules(&page, policy);
    Installed { mail: !edited, telegram: edited, calls: false, sms: edited }.note(&page, &mut all);
    let section = |(group, title): (RuleGroup, &'static str)| RuleSection {
        title: page.t(title).into_owned(),
        rules: all.iter().filter(|rule| rule.group == group).cloned().collect(),
    };
    let sections = RuleGroup::SHOWN.into_iter().map(section).collect();
    PolicyPage { page, version: 7, since: before(3 * DAY), preset: policy.preset, sections, edited, errors }
}

fn review(page: Page, next: &Policy, effect: &Effect, reviewed: Reviewed) -> PolicyReviewPage {
    let before = Preset::Recommended.policy();
    let risk = |risk: &Risk| RiskToRead {
        name: risk.as_str(),
        text: page.t(risk.text_key()).into_owned(),
        ticked: false,
    };
    PolicyReviewPage {
        reviewed,
        version: 7,
        policy: serde_json::to_string(next).expect("JSON"),
        changes: changed_rules(&page, &before, next),
        touched: effect_lines(&page, effect),
        missing: Installed { mail: true, telegram: false, calls: false, sms: false }.missing(&page, next),
        risks: next.risks().iter().map(risk).collect(),
        faults: Vec::new(),
        reason: String::new(),
        reason_most: 500,
        edit: "/admin/policy?second_step=required".to_owned(),
        errors: FormErrors::default(),
        page,
    }
}

pub(super) fn policy(book: &mut Book, words: Words) {
    let recommended = Preset::Recommended.policy();
    let page = noticed(words, Done::PolicySaved);
    book.add("policy", &editor(page, &recommended, false, FormErrors::default()));
    let rich = Policy {
        second_step: Requirement::Required,
        required_from: Some(countersign_core::time::Timestamp::from_secs(1_800_000_000)),
        trusted: [(HOSTILE.to_owned(), countersign_core::policy::TrustedClaims::default())].into(),
        ..Preset::EmailOrAuthenticator.policy()
    };
    let errors = FormErrors::default()
        .with("methods", words.t("policy-fault-no-strong-method"))
        .with("required_from", words.t("policy-moment"))
        .with("sessions.idle_minutes", words.t("policy-number"))
        .with("wording.menu", words.t("policy-choose"));
    book.add("policy-wrong", &editor(signed_in(words), &rich, true, errors));

    let required = Policy { second_step: Requirement::Required, ..recommended.clone() };
    let messenger = Preset::Messenger.policy();
    book.add("policy-messenger", &editor(signed_in(words), &messenger, false, FormErrors::default()));
    book.add(
        "policy-review-messenger",
        &review(signed_in(words), &messenger, &effect(), Reviewed::Preset(Preset::Messenger)),
    );
    book.add("policy-review", &review(signed_in(words), &required, &effect(), Reviewed::Edit));
    let weaker = Effect { no_longer_asked: 5, weaker: 9, asks_less: true, ..effect() };
    let switch = Reviewed::Preset(Preset::EmailOrAuthenticator);
    let mut view = review(signed_in(words), &rich, &weaker, switch);
    view.errors = FormErrors::default()
        .with("acknowledged", words.t1("policy-fault-risk-not-read", "risk", "email-codes"))
        .with("reason", words.t1("policy-reason", "most", 500));
    HOSTILE.clone_into(&mut view.reason);
    book.add("policy-review-weaker", &view);
    let same = Effect { accounts: 212, ..Effect::default() };
    book.add("policy-review-nothing", &review(signed_in(words), &recommended, &same, Reviewed::Version(3)));
    let mut view = review(signed_in(words), &required, &effect(), Reviewed::Version(3));
    view.faults = vec![words.t("policy-fault-no-strong-method").into_owned()];
    book.add("policy-review-impossible", &view);

    choices(book, words, [&required, &rich], &weaker);
}

/// The presets side by side, and what was in force before.
fn choices(book: &mut Book, words: Words, [required, rich]: [&Policy; 2], weaker: &Effect) {
    let recommended = Preset::Recommended.policy();
    let same = Effect { accounts: 212, ..Effect::default() };
    let page = signed_in(words);
    let choice = |preset: &Preset| PresetChoice {
        preset: *preset,
        in_force: *preset == Preset::Recommended,
        changes: changed_rules(&page, &recommended, &preset.policy()),
        missing: Installed { mail: true, telegram: false, calls: false, sms: false }
            .missing(&page, &preset.policy()),
        touched: effect_lines(&page, if *preset == Preset::Authenticator { weaker } else { &same }),
    };
    let presets = Preset::ALL.iter().map(choice).collect();
    book.add("policy-presets", &PolicyPresetsPage { presets, page: page.clone() });

    let version = |number, by, reason: &str, after: &Policy| PolicyVersion {
        number,
        at: before((8 - number) * DAY),
        by,
        reason: reason.to_owned(),
        changes: changed_rules(&page, &recommended, after),
        in_force: number == 7,
    };
    let mia = VersionAuthor::Person("Mia Sørensen".to_owned(), "mia@example.org".to_owned());
    let versions = vec![
        version(7, mia, "Ticket 118", required),
        version(6, VersionAuthor::Gone, HOSTILE, rich),
        version(1, VersionAuthor::Operator, "", &recommended),
    ];
    book.add("policy-history", &PolicyHistoryPage { versions, page: page.clone() });
}

/// Whatever changes in a policy is told: no setting is left out of the rules.
#[test]
fn every_setting_has_a_rule() {
    use serde_json::Value;
    let page = signed_in(Words::default());
    let mut policy = Preset::EmailOrAuthenticator.policy();
    policy.required_from = Some(countersign_core::time::Timestamp::from_secs(1_800_000_000));
    let whole = serde_json::to_value(&policy).unwrap();
    let other = |value: &Value| match value {
        Value::Bool(on) => Value::Bool(!on),
        Value::Number(number) => (number.as_u64().unwrap() + 1).into(),
        Value::Null => "2026-12-01T08:00:00Z".into(),
        _ => Value::Null,
    };
    let words = [
        ("/preset", "messenger".into()),
        ("/methods", serde_json::json!(["authenticator"])),
        ("/second_step", "required".into()),
        ("/required_from", Value::Null),
        ("/lowest_class/member", "strong".into()),
        ("/lowest_class/support", "phishing-resistant".into()),
        ("/lowest_class/administrator", "phishing-resistant".into()),
        ("/exclusive", serde_json::json!([])),
        ("/fallback_only", serde_json::json!(["email"])),
        ("/needs", serde_json::json!({"email": ["authenticator"]})),
        ("/after_recovery", "enrolment".into()),
        ("/class_for_account_changes", "strong".into()),
        ("/telegram_style", "tap".into()),
        ("/sign_up", "closed".into()),
        ("/trusted", serde_json::json!({"example": {"amr": ["mfa"], "acr": []}})),
        ("/suspension/kinds", serde_json::json!([])),
        ("/wording/menu", "wording-menu-personal-data".into()),
        ("/wording/tab", "wording-tab-security-and-credentials".into()),
        ("/wording/enable", "wording-enable-launch".into()),
        ("/wording/confirm", "wording-confirm-verify".into()),
    ];
    let mut paths = Vec::new();
    for (name, value) in whole.as_object().unwrap() {
        match value {
            Value::Object(inner) if !["needs", "trusted"].contains(&name.as_str()) => {
                paths.extend(inner.keys().map(|inner| format!("/{name}/{inner}")));
            }
            _ => paths.push(format!("/{name}")),
        }
    }
    for path in paths.iter().filter(|path| *path != "/risks_acknowledged") {
        let mut changed = whole.clone();
        let place = changed.pointer_mut(path).unwrap();
        let named = words.iter().find(|(name, _)| name == path);
        *place = named.map_or_else(|| other(place), |(_, value)| value.clone());
        let changed: Policy =
            serde_json::from_value(changed).unwrap_or_else(|error| panic!("{path}: {error}"));
        let told = changed_rules(&page, &policy, &changed);
        assert_eq!(told.len(), 1, "{path}: {told:?}");
        assert_ne!(told[0].before, told[0].after, "{path}");
    }
}
