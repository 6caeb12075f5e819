//! The policy's own rules: what is refused, what survives storage, what the page says is missing.

use proptest::prelude::*;

use super::*;

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

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
    for path in ["", "/sessions", "/suspension", "/wording", "/lowest_class"] {
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
    let settings: [(&str, u32, Set); 9] = [
        ("telegram_accounts_max", 5, |policy, to| policy.telegram_accounts_max = u8::try_from(to).unwrap()),
        ("phone_numbers_max", 5, |policy, to| policy.phone_numbers_max = u8::try_from(to).unwrap()),
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
    // No calls at all is a choice; more than ten is none.
    let fault = PolicyFault::OutOfRange { setting: "calls_before_sms", least: 0, most: 10 };
    for (calls_before_sms, expected) in [(0, Ok(())), (10, Ok(())), (11, Err(vec![fault]))] {
        assert_eq!(Policy { calls_before_sms, ..recommended() }.validate(), expected);
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
            assert_eq!(policy.required_for(role, NOW), expected, "{second_step:?} {role}");
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

#[test]
fn key_10_a_grace_period_puts_off_what_is_required_of_members_only() {
    let from = NOW.plus(std::time::Duration::from_hours(1));
    let policy = Policy { second_step: Requirement::Required, required_from: Some(from), ..recommended() };
    assert_eq!(policy.validate(), Ok(()));
    assert!(!policy.required_for(Role::Member, NOW) && policy.required_for(Role::Support, NOW));
    assert!(policy.required_for(Role::Member, from));
    assert_eq!(policy.grace_until(Role::Member, NOW), Some(from));
    assert_eq!(policy.grace_until(Role::Support, NOW), None);
    assert_eq!(policy.grace_until(Role::Member, from), None);
    let found = faults(|policy| policy.required_from = Some(from));
    assert_eq!(found, [PolicyFault::DateWithoutRequirement]);
}

#[test]
fn msg_8_a_fallback_needs_its_anchor_and_stops_counting_without_it() {
    let both = BTreeSet::from([Method::Authenticator, Method::Email]);
    let policy = Policy { methods: both, fallback_only: BTreeSet::from([Method::Email]), ..recommended() };
    let policy = policy.acknowledged();
    assert_eq!(policy.validate(), Ok(()));
    assert_eq!(policy.counting(&[Method::Email]), []);
    let beside = [Method::Email, Method::Authenticator];
    assert_eq!(policy.counting(&beside), beside);
    assert!(policy.lacks_anchor(Method::Email, &[]) && !policy.lacks_anchor(Method::Email, &beside[1..]));
    let alone = faults(|policy| policy.fallback_only = BTreeSet::from([Method::Authenticator]));
    assert!(alone.contains(&PolicyFault::NoStrongMethod), "{alone:?}");
    assert!(alone.contains(&PolicyFault::FallbackWithoutAnchor(Method::Authenticator)), "{alone:?}");
    let key_alone = faults(|policy| policy.methods = BTreeSet::from([Method::RecoveryKey]));
    assert!(key_alone.contains(&PolicyFault::FallbackWithoutAnchor(Method::RecoveryKey)));
}

pub(crate) fn with_phone() -> Policy {
    Preset::Messenger.policy()
}

#[test]
fn msg_8_the_phone_counts_beside_telegram_or_the_authenticator_only() {
    let policy = with_phone();
    assert_eq!(policy.validate(), Ok(()));
    let (telegram, phone, mail) = (Method::Telegram, Method::Phone, Method::Email);
    for (methods, counting) in [
        (&[phone][..], &[][..]),
        (&[phone, mail], &[mail]),
        (&[phone, telegram], &[phone, telegram]),
        (&[mail, phone, Method::Authenticator], &[mail, phone, Method::Authenticator]),
    ] {
        assert_eq!(policy.counting(methods), counting, "{methods:?}");
    }
    assert!(policy.lacks_anchor(phone, &[]) && policy.lacks_anchor(phone, &[mail]));
    assert!(!policy.lacks_anchor(phone, &[telegram]));
    for &role in Role::ALL {
        assert_eq!(policy.offers(phone, role), role == Role::Member, "{role}");
        assert!(policy.offers(telegram, role), "{role}");
    }
}

#[test]
fn msg_8_a_policy_cannot_let_the_phone_stand_alone_nor_leave_it_unreached() {
    let found = |change: fn(&mut Policy)| {
        let mut policy = with_phone();
        change(&mut policy);
        policy.acknowledged().validate().unwrap_err()
    };
    assert_eq!(found(|policy| policy.fallback_only.clear()), [PolicyFault::PhoneAlone]);
    let unreached = found(|policy| (policy.calls_before_sms, policy.sms) = (0, false));
    assert_eq!(unreached, [PolicyFault::PhoneUnreached]);
    let only = Policy { calls_before_sms: 0, ..with_phone() };
    assert_eq!(only.acknowledged().validate(), Ok(()));
    let without = found(|policy| {
        policy.methods.remove(&Method::Telegram);
        policy.needs = [(Method::Phone, [Method::Telegram].into())].into();
    });
    assert_eq!(without, [PolicyFault::NeedsWhatIsMissing(Method::Phone)]);
}

#[test]
fn rec_1_every_weak_way_of_telegram_and_phone_has_its_risk() {
    use Risk::{EmailCodes, PhoneCalls, PhoneInNewBrowsers, Sms, Telegram, TelegramTap};
    let risks = |change: fn(&mut Policy)| {
        let mut policy = with_phone();
        change(&mut policy);
        policy.risks()
    };
    let all = [EmailCodes, Telegram, PhoneCalls, Sms, PhoneInNewBrowsers];
    assert_eq!(risks(|_| ()), all.into());
    assert!(risks(|policy| policy.telegram_style = TelegramStyle::Tap).contains(&TelegramTap));
    assert!(!risks(|policy| policy.calls_before_sms = 0).contains(&PhoneCalls));
    assert!(!risks(|policy| policy.sms = false).contains(&Sms));
    assert!(!risks(|policy| policy.phone_in_new_browsers = false).contains(&PhoneInNewBrowsers));
    let off = risks(|policy| drop(policy.methods.split_off(&Method::Telegram)));
    assert_eq!(off, [EmailCodes].into());
}

#[test]
fn the_class_of_a_method_follows_from_how_it_is_used() {
    let class = |method, change: fn(&mut Policy)| {
        let mut policy = with_phone();
        change(&mut policy);
        policy.class_of(method)
    };
    assert_eq!(
        class(Method::Telegram, |policy| policy.telegram_style = TelegramStyle::Type),
        Class::Restricted
    );
    for style in [TelegramStyle::Match, TelegramStyle::Tap] {
        let policy = Policy { telegram_style: style, ..with_phone() };
        assert_eq!(policy.class_of(Method::Telegram), Class::Weak, "{style:?}");
    }
    assert_eq!(class(Method::Phone, |_| ()), Class::Weak);
    assert_eq!(class(Method::Phone, |policy| policy.calls_before_sms = 0), Class::Restricted);
    assert_eq!(class(Method::Authenticator, |_| ()), Class::Strong);
    assert_eq!(class(Method::RecoveryKey, |_| ()), Class::Recovery);
}

proptest! {
    /// Fewer demands never make a session count for more.
    #[test]
    fn no_class_rises_by_a_weaker_policy(calls in 0_u8..=10, more in 0_u8..=10, sms: bool, style in 0_usize..3, weaker in 0_usize..3) {
        let styles = [TelegramStyle::Type, TelegramStyle::Match, TelegramStyle::Tap];
        let strict = Policy { calls_before_sms: calls, sms, telegram_style: styles[style], ..with_phone() };
        let weak = Policy {
            calls_before_sms: calls.saturating_add(more),
            telegram_style: styles[style.max(weaker)],
            phone_in_new_browsers: true,
            ..strict.clone()
        };
        for &method in Method::ALL {
            prop_assert!(weak.class_of(method) <= strict.class_of(method), "{method}");
        }
        // Only an authenticator is enough for staff.
        let strong: Vec<_> = Method::ALL.iter().filter(|method| strict.class_of(**method) >= Class::Strong).collect();
        prop_assert_eq!(strong, [&Method::Authenticator]);
    }
}

#[test]
fn a_method_counts_only_with_what_it_needs_and_the_impossible_is_refused() {
    let both = BTreeSet::from([Method::Authenticator, Method::Email]);
    let needs = BTreeMap::from([(Method::Email, BTreeSet::from([Method::Authenticator]))]);
    let policy = Policy { methods: both.clone(), needs, ..recommended() }.acknowledged();
    assert_eq!(policy.validate(), Ok(()));
    assert_eq!(policy.counting(&[Method::Email]), []);
    let excluding = Policy { exclusive: vec![both.clone()], ..policy.clone() };
    assert_eq!(excluding.validate(), Err(vec![PolicyFault::NeedsWhatIsMissing(Method::Email)]));
    let mut circle = policy.clone();
    circle.needs.insert(Method::Authenticator, BTreeSet::from([Method::Email]));
    let faults = circle.validate().unwrap_err();
    assert!(faults.contains(&PolicyFault::NeedsWhatIsMissing(Method::Email)), "{faults:?}");
    let missing = Policy { methods: BTreeSet::from([Method::Email, Method::RecoveryKey]), ..policy };
    let faults = missing.validate().unwrap_err();
    assert!(faults.contains(&PolicyFault::NeedsWhatIsMissing(Method::Email)), "{faults:?}");
}

#[test]
fn rec_1_a_weak_method_is_refused_until_its_risk_was_read() {
    let found = faults(|policy| {
        policy.methods.insert(Method::Email);
    });
    assert_eq!(found, [PolicyFault::RiskNotRead(Risk::EmailCodes)]);
    let found = faults(|policy| {
        policy.trusted.insert("example".to_owned(), TrustedClaims::default());
    });
    let unread = PolicyFault::RiskNotRead(Risk::TrustedProvider);
    assert_eq!(found, [PolicyFault::TrustedWithoutClaim("example".to_owned()), unread]);
}

/// RFC 8176: what tells of one weak factor is no second one, whoever says it.
#[test]
fn key_11_a_single_weak_factor_is_never_trusted() {
    let found = |amr: &[&str]| {
        let mut policy = recommended();
        let amr = amr.iter().map(|one| (*one).to_owned()).collect();
        policy.trusted.insert("example".to_owned(), TrustedClaims { amr, ..TrustedClaims::default() });
        policy.acknowledged().validate().err().unwrap_or_default()
    };
    for weak in ["pwd", "pin", "kba", "user", "geo", "rba", "wia", "none", "PWD", " pwd"] {
        let fault = PolicyFault::TrustedWeakFactor { provider: "example".to_owned(), amr: weak.to_owned() };
        assert_eq!(found(&[weak]), std::slice::from_ref(&fault), "{weak}");
        assert_eq!(found(&["hwk", weak]), [fault], "one of several would be enough");
    }
    assert_eq!(found(&["mfa", "otp", "hwk", "swk", "sc", "fpt", "pop"]), []);
}

#[test]
fn staff_may_be_asked_for_more_but_never_for_less_than_strong() {
    let found = faults(|policy| policy.lowest_class.support = Class::Weak);
    assert_eq!(found, [PolicyFault::StaffBelowStrong(Role::Support)]);
    let found = faults(|policy| policy.lowest_class.administrator = Class::PhishingResistant);
    assert_eq!(found, [PolicyFault::ClassOutOfReach(Role::Administrator)]);
    let found = faults(|policy| {
        policy.second_step = Requirement::Required;
        policy.lowest_class.member = Class::PhishingResistant;
    });
    assert_eq!(found, [PolicyFault::ClassOutOfReach(Role::Member)]);
    let found = faults(|policy| {
        policy.methods.insert(Method::SupportCode);
    });
    assert!(found.contains(&PolicyFault::NotToEnrol(Method::SupportCode)), "{found:?}");
}

#[test]
fn key_11_a_provider_is_trusted_by_what_it_says_and_never_for_staff() {
    let claims = TrustedClaims {
        amr: BTreeSet::from(["mfa".to_owned()]),
        acr: BTreeSet::from(["urn:example:two".to_owned()]),
    };
    let mut policy = recommended();
    policy.trusted.insert("example".to_owned(), claims);
    let said = |amr: &str, acr: Option<&str>, role| {
        policy.trusts("example", &["pwd".to_owned(), amr.to_owned()], acr, role)
    };
    assert!(said("mfa", None, Role::Member) && said("", Some("urn:example:two"), Role::Member));
    assert!(!said("otp", Some("urn:example:one"), Role::Member));
    assert!(!said("mfa", None, Role::Support) && !said("mfa", None, Role::Administrator));
    assert!(!policy.trusts("other", &["mfa".to_owned()], None, Role::Member));
    let strict = Policy {
        lowest_class: LowestClass { member: Class::Strong, ..LowestClass::default() },
        ..policy.clone()
    };
    assert!(!strict.trusts("example", &["mfa".to_owned()], None, Role::Member));
}

#[test]
fn every_text_that_a_policy_names_is_listed_for_the_locales() {
    let listed: BTreeSet<&str> =
        include_str!("../../../countersign/locales/keys-from-core.txt").lines().collect();
    let faults = [
        PolicyFault::RequiredWithoutMethod,
        PolicyFault::DateWithoutRequirement,
        PolicyFault::NoStrongMethod,
        PolicyFault::StaffBelowStrong(Role::Support),
        PolicyFault::ClassOutOfReach(Role::Member),
        PolicyFault::NotToEnrol(Method::SupportCode),
        PolicyFault::FallbackWithoutAnchor(Method::Email),
        PolicyFault::NeedsWhatIsMissing(Method::Email),
        PolicyFault::PhoneAlone,
        PolicyFault::PhoneUnreached,
        PolicyFault::OutOfRange { setting: "sessions.most", least: 1, most: 500 },
        PolicyFault::IdleBeyondAbsolute { setting: "sessions.idle_minutes" },
        PolicyFault::ExclusiveSet,
        PolicyFault::TrustedWithoutClaim("example".to_owned()),
        PolicyFault::TrustedWeakFactor { provider: "example".to_owned(), amr: "pwd".to_owned() },
        PolicyFault::RiskNotRead(Risk::EmailCodes),
        PolicyFault::MisplacedWord("menu"),
    ];
    let known = listed.iter().filter(|key| key.starts_with("policy-fault-")).count();
    assert_eq!(known, faults.len());
    let whole = serde_json::to_value(recommended()).unwrap();
    for fault in faults {
        assert!(listed.contains(fault.text().key), "{}", fault.text().key);
        let path = format!("/{}", fault.setting().replace('.', "/"));
        assert!(whole.pointer(&path).is_some(), "{path} is no setting");
    }
    for risk in Risk::ALL {
        assert!(listed.contains(risk.text_key()), "{}", risk.text_key());
    }
}

#[test]
fn key_10_the_day_is_written_as_people_write_it() {
    let mut policy = recommended();
    policy.required_from = Some(NOW);
    let written = serde_json::to_value(&policy).unwrap();
    assert_eq!(written["required_from"], "2026-09-21T14:13:20.000Z");
    assert_eq!(serde_json::from_value::<Policy>(written.clone()).unwrap(), policy);
    let mut wrong = written;
    wrong["required_from"] = 1_790_000_000.into();
    assert!(serde_json::from_value::<Policy>(wrong).is_err());
}
