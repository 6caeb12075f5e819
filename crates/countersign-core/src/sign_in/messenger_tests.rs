//! What Telegram and the phone open, and what they do not.

use std::time::Duration;

use super::tests::{of_class, situation};
use super::*;
use crate::policy::ClassRule;
use crate::policy::TelegramStyle;
use crate::policy::tests::with_phone;

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const TELEGRAM: &[Method] = &[Method::Telegram];
const WITH_PHONE: &[Method] = &[Method::Phone, Method::Telegram];
const ALL: &[Method] = &[Method::Phone, Method::Telegram, Method::Authenticator, Method::Email];

fn offered(purpose: Purpose, situation: &Situation<'_>, known: bool) -> Vec<Method> {
    let browser = if known { BrowserKind::Current } else { BrowserKind::Unknown };
    offers(purpose, situation, browser).iter().map(|offer| offer.method).collect()
}

fn fresh(class: Class) -> SessionFacts {
    SessionFacts { stepped_up_at: Some(NOW), ..of_class(class) }
}

#[test]
fn msg_8_the_phone_is_offered_last_and_to_sign_in_only() {
    let policy = with_phone();
    let account = situation(&policy, Role::Member, ALL, None, NOW);
    let others = &ALL[1..];
    for known in [true, false] {
        let sign_in = offered(Purpose::SignIn, &account, known);
        assert_eq!((&sign_in[..3], sign_in[3]), (others, Method::Phone));
        for &purpose in Purpose::ALL {
            let found = offered(purpose, &account, known);
            let may = matches!(purpose, Purpose::SignIn | Purpose::ProvePhone);
            assert_eq!(found.contains(&Method::Phone), may, "{purpose:?}");
            assert!(!found.is_empty() || purpose == Purpose::NewRecoveryKey, "{purpose:?}");
        }
    }
    assert_eq!(offered(Purpose::ProvePhone, &account, false), [Method::Phone]);
    for purpose in [Purpose::StepUp, Purpose::RemovePhone, Purpose::UnlinkTelegram, Purpose::DisableTelegram]
    {
        assert_eq!(offered(purpose, &account, false), others, "{purpose:?}");
    }
}

#[test]
fn msg_8_the_phone_signs_in_to_new_browsers_only_where_the_policy_says_so_and_never_staff() {
    let open = with_phone();
    let closed = Policy { phone_in_new_browsers: false, ..open.clone() };
    for (policy, known, expected) in
        [(&open, false, true), (&open, true, true), (&closed, false, false), (&closed, true, true)]
    {
        for &role in Role::ALL {
            let account = situation(policy, role, WITH_PHONE, None, NOW);
            let found = offered(Purpose::SignIn, &account, known).contains(&Method::Phone);
            assert_eq!(found, expected && role == Role::Member, "{role} {known}");
        }
    }
}

#[test]
fn msg_8_a_session_by_phone_changes_nothing_before_another_method_is_shown() {
    for style in [TelegramStyle::Match, TelegramStyle::Tap] {
        for rule in [ClassRule::AnyEnrolled, ClassRule::Strong] {
            let policy = Policy { telegram_style: style, class_for_account_changes: rule, ..with_phone() };
            let account = situation(&policy, Role::Member, ALL, None, NOW);
            // The sign-in itself is no recent proof: see `Method::proves_changes`.
            let session = of_class(policy.class_of(Method::Phone));
            assert_eq!(standing(&account, session), Standing::Full);
            for change in [
                AccountChange::AddAuthenticator,
                AccountChange::LinkTelegram,
                AccountChange::AddPhone,
                AccountChange::ChangeAddress,
                AccountChange::ChangePassword,
                AccountChange::EndSessions,
            ] {
                assert_eq!(may(change, &account, session), Permission::StepUp, "{change:?} {style:?}");
            }
            for change in [
                AccountChange::RemoveAuthenticator,
                AccountChange::DisableTelegram,
                AccountChange::UnlinkTelegram,
                AccountChange::RemovePhone,
            ] {
                assert_eq!(may(change, &account, session), Permission::OwnChallenge, "{change:?}");
            }
        }
    }
}

#[test]
fn msg_8_adding_a_number_takes_another_method_first_and_then_the_number_itself() {
    let policy = with_phone();
    let may_add = |enrolled: &[Method], session| {
        may(AccountChange::AddPhone, &situation(&policy, Role::Member, enrolled, None, NOW), session)
    };
    let telegram = policy.class_of(Method::Telegram);
    assert_eq!(may_add(TELEGRAM, fresh(telegram)), Permission::OwnChallenge);
    assert_eq!(may_add(TELEGRAM, of_class(telegram)), Permission::StepUp);
    assert_eq!(may_add(WITH_PHONE, fresh(telegram)), Permission::OwnChallenge, "several numbers");
    for none in [&[][..], &[Method::Email]] {
        let refused = Permission::No(refusal::NEEDS_ANOTHER);
        assert_eq!(may_add(none, fresh(Class::Weak)), refused, "{none:?}");
    }
    let staff = situation(&policy, Role::Support, ALL, None, NOW);
    let found = may(AccountChange::AddPhone, &staff, fresh(Class::Strong));
    assert_eq!(found, Permission::No(refusal::NOT_OFFERED));
}

#[test]
fn msg_1_linking_enables_telegram_and_switching_it_on_again_needs_recent_proof_only() {
    let policy = with_phone();
    let none = situation(&policy, Role::Member, &[], None, NOW);
    for change in [AccountChange::LinkTelegram, AccountChange::EnableTelegram] {
        assert_eq!(may(change, &none, fresh(Class::None)), Permission::Yes, "{change:?}");
        assert_eq!(may(change, &none, of_class(Class::None)), Permission::StepUp, "{change:?}");
    }
    let on = situation(&policy, Role::Member, TELEGRAM, None, NOW);
    let session = fresh(Class::Restricted);
    assert_eq!(may(AccountChange::LinkTelegram, &on, session), Permission::Yes, "another account");
    let already = Permission::No(refusal::ALREADY_ON);
    assert_eq!(may(AccountChange::EnableTelegram, &on, session), already);
    let session = session_without_proof();
    assert_eq!(may(AccountChange::DisableTelegram, &on, session), Permission::OwnChallenge);
    let off = Permission::No(refusal::NOTHING_ENROLLED);
    assert_eq!(may(AccountChange::DisableTelegram, &none, fresh(Class::None)), off);
}

fn session_without_proof() -> SessionFacts {
    of_class(Class::Restricted)
}

#[test]
fn all_4_what_no_longer_counts_is_cleared_away_by_recent_proof() {
    let policy = with_phone();
    let mail = situation(&policy, Role::Member, &[Method::Email], None, NOW);
    for change in [AccountChange::UnlinkTelegram, AccountChange::RemovePhone] {
        assert_eq!(may(change, &mail, of_class(Class::Weak)), Permission::StepUp, "{change:?}");
        assert_eq!(may(change, &mail, fresh(Class::Weak)), Permission::Yes, "{change:?}");
        let all = situation(&policy, Role::Member, ALL, None, NOW);
        assert_eq!(may(change, &all, fresh(Class::Strong)), Permission::OwnChallenge, "{change:?}");
    }
}

#[test]
fn msg_8_the_phone_is_nothing_to_begin_with() {
    let policy = Policy { second_step: crate::policy::Requirement::Required, ..with_phone() };
    let none = situation(&policy, Role::Member, &[], None, NOW);
    let found = choices(&none, fresh(Class::None));
    assert_eq!(found, [Method::Authenticator, Method::Email, Method::Telegram]);
    let staff = situation(&policy, Role::Administrator, &[], None, NOW);
    assert_eq!(choices(&staff, fresh(Class::None)), [Method::Authenticator]);
}

#[test]
fn msg_2_telegram_is_held_after_refusals_for_every_purpose_and_all_2_not_in_its_owners_browser() {
    let policy = with_phone();
    let until = NOW.plus(Duration::from_hours(1));
    let account = Situation {
        telegram_held_until: Some(until),
        ..situation(&policy, Role::Member, WITH_PHONE, None, NOW)
    };
    let open = |situation: &Situation<'_>, purpose, browser| {
        offers(purpose, situation, browser).iter().all(|offer| offer.held_until.is_none())
    };
    for purpose in [Purpose::SignIn, Purpose::StepUp, Purpose::RemovePhone] {
        for browser in [BrowserKind::Unknown, BrowserKind::Former] {
            let found = offers(purpose, &account, browser);
            let telegram = found.iter().find(|offer| offer.method == Method::Telegram).unwrap();
            assert_eq!(telegram.held_until, Some(until), "{purpose:?} {browser:?}");
            assert!(open(&Situation { now: until, ..account }, purpose, browser));
        }
        assert!(open(&account, purpose, BrowserKind::Current), "{purpose:?}");
    }
    // What can be used comes before what has to wait.
    let beside = situation(&policy, Role::Member, ALL, None, NOW);
    let beside = Situation { telegram_held_until: Some(until), ..beside };
    let found = offered(Purpose::SignIn, &beside, false);
    assert_eq!(found, [Method::Authenticator, Method::Email, Method::Telegram]);
}

#[test]
fn msg_2_refusals_lead_nobody_on_to_the_four_digits_of_a_call() {
    let policy = with_phone();
    let until = NOW.plus(Duration::from_hours(1));
    let account = situation(&policy, Role::Member, WITH_PHONE, None, NOW);
    let held = Situation { telegram_held_until: Some(until), ..account };
    for browser in [BrowserKind::Unknown, BrowserKind::Former] {
        let telegram = Offer { method: Method::Telegram, held_until: Some(until) };
        assert_eq!(offers(Purpose::SignIn, &held, browser), [telegram], "{browser:?}");
    }
    let over = Situation { now: until, ..held };
    assert!(offered(Purpose::SignIn, &over, false).contains(&Method::Phone));
    assert!(offered(Purpose::SignIn, &held, true).contains(&Method::Phone), "ALL-2");
    assert_eq!(
        offered(Purpose::ProvePhone, &held, false),
        [Method::Phone],
        "a number of one's own is no way in"
    );
}

#[test]
fn c_the_phone_takes_a_browser_that_knows_the_present_password() {
    let policy = Policy { phone_in_new_browsers: false, ..with_phone() };
    let account = situation(&policy, Role::Member, WITH_PHONE, None, NOW);
    let by_phone = |browser| {
        offers(Purpose::SignIn, &account, browser).iter().any(|offer| offer.method == Method::Phone)
    };
    assert!(by_phone(BrowserKind::Current));
    assert!(!by_phone(BrowserKind::Former) && !by_phone(BrowserKind::Unknown));
}

#[test]
fn rec_2_telegram_never_lets_staff_past_enrolment() {
    for style in [TelegramStyle::Type, TelegramStyle::Match, TelegramStyle::Tap] {
        let policy = Policy { telegram_style: style, ..with_phone() };
        let account = situation(&policy, Role::Administrator, TELEGRAM, None, NOW);
        let session = of_class(policy.class_of(Method::Telegram));
        assert_eq!(standing(&account, session), Standing::MustEnrol, "{style:?}");
    }
}

#[test]
fn app_9_a_suspension_lets_nobody_add_a_number() {
    let mut policy = with_phone();
    policy.suspension.kinds.insert(SuspensionKind::PasswordAlone);
    let suspension = Suspension {
        kind: SuspensionKind::PasswordAlone,
        started_at: NOW,
        until: NOW.plus(Duration::from_hours(1)),
        lifted_at: None,
    };
    let account = situation(&policy, Role::Member, TELEGRAM, Some(&suspension), NOW);
    let session = fresh(Class::None);
    assert_eq!(may(AccountChange::AddPhone, &account, session), Permission::No(refusal::SUSPENDED));
    assert_eq!(may(AccountChange::LinkTelegram, &account, session), Permission::Yes);
}
