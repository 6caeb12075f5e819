//! The policy's own rules: what is refused, what survives storage, what the page says is missing.

use super::*;

fn recommended() -> Policy {
    Preset::Recommended.policy()
}

fn faults(change: impl FnOnce(&mut Policy)) -> Vec<PolicyFault> {
    let mut policy = recommended();
    change(&mut policy);
    policy.validate().unwrap_err()
}

#[test]
fn every_preset_survives_storage() {
    for &preset in Preset::ALL {
        let policy = preset.policy();
        let text = serde_json::to_string(&policy).unwrap();
        assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), policy, "{text}");
    }
}

#[test]
fn unknown_fields_are_refused_at_every_depth() {
    for path in ["", "/sessions", "/suspension", "/wording"] {
        let mut body = serde_json::to_value(recommended()).unwrap();
        let place = body.pointer_mut(path).unwrap();
        place["surprise"] = true.into();
        assert!(serde_json::from_value::<Policy>(body).is_err(), "{path}");
    }
}

#[test]
fn missing_fields_are_refused() {
    let whole = serde_json::to_value(recommended()).unwrap();
    for field in whole.as_object().unwrap().keys() {
        let mut body = whole.clone();
        body.as_object_mut().unwrap().remove(field);
        assert!(serde_json::from_value::<Policy>(body).is_err(), "{field}");
    }
}

#[test]
fn a_required_second_step_needs_a_method() {
    let found = faults(|policy| {
        policy.second_step = Requirement::Required;
        policy.methods.clear();
    });
    assert_eq!(found, [PolicyFault::RequiredWithoutMethod, PolicyFault::NoStrongMethod]);
}

#[test]
fn staff_must_find_a_strong_method_even_where_members_need_none() {
    let found = faults(|policy| {
        policy.second_step = Requirement::Off;
        policy.methods.clear();
    });
    assert_eq!(found, [PolicyFault::NoStrongMethod]);
}

#[test]
fn numbers_outside_their_range_are_refused_and_the_ends_belong_to_it() {
    type Set = fn(&mut Policy, u32);
    let settings: [(&str, u32, Set); 7] = [
        ("authenticators_max", 20, |policy, to| policy.authenticators_max = u8::try_from(to).unwrap()),
        ("sessions.idle_minutes", 1_440, |policy, to| policy.sessions.idle_minutes = to),
        ("sessions.absolute_hours", 720, |policy, to| policy.sessions.absolute_hours = to),
        ("sessions.staff_idle_minutes", 1_440, |policy, to| policy.sessions.staff_idle_minutes = to),
        ("sessions.staff_absolute_hours", 720, |policy, to| policy.sessions.staff_absolute_hours = to),
        ("sessions.most", 500, |policy, to| policy.sessions.most = to),
        ("suspension.longest_hours", 720, |policy, to| policy.suspension.longest_hours = to),
    ];
    for (setting, most, set) in settings {
        let fault = PolicyFault::OutOfRange { setting, least: 1, most };
        for (value, refused) in [(0, true), (1, false), (most, false), (most + 1, true)] {
            let mut policy = recommended();
            policy.sessions.staff_absolute_hours = 24;
            set(&mut policy, value);
            let found = policy.validate().err().unwrap_or_default();
            assert_eq!(found.contains(&fault), refused, "{setting} = {value}");
        }
    }
}

#[test]
fn an_idle_life_beyond_the_whole_life_is_refused() {
    let found = faults(|policy| {
        policy.sessions.absolute_hours = 2;
        policy.sessions.idle_minutes = 121;
    });
    assert_eq!(found, [PolicyFault::IdleBeyondAbsolute { setting: "sessions.idle_minutes" }]);
}

#[test]
fn a_word_at_a_foreign_place_is_refused() {
    let found = faults(|policy| policy.wording.enable = policy.wording.menu);
    assert_eq!(found, [PolicyFault::MisplacedWord("enable")]);
}

#[test]
fn all_mistakes_are_told_at_once() {
    let found = faults(|policy| {
        policy.authenticators_max = 0;
        policy.sessions.most = 0;
        policy.wording.menu = policy.wording.tab;
    });
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn rec_2_staff_always_need_a_second_step_whatever_members_need() {
    for second_step in [Requirement::Off, Requirement::Offered, Requirement::Required] {
        let policy = Policy { second_step, ..recommended() };
        for &role in Role::ALL {
            let expected = role.is_staff() || second_step == Requirement::Required;
            assert_eq!(policy.required_for(role), expected, "{second_step:?} {role}");
            let offered = role.is_staff() || second_step != Requirement::Off;
            assert_eq!(policy.offers(Method::Authenticator, role), offered, "{second_step:?} {role}");
        }
    }
}

#[test]
fn app_7_sms_is_named_as_missing_with_its_reason() {
    let missing = Preset::Authenticator.policy().not_on_offer();
    assert_eq!(missing, [NotOffered { name_key: "method-sms", reason_key: "not-on-offer-sms" }]);
    assert!(recommended().not_on_offer().is_empty());
}
