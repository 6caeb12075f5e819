//! Who is asked to set up a second step, how urgently, and what comes first.

use std::time::Duration;

use super::tests::{of_class, situation};
use super::*;
use crate::policy::{ClassRule, Requirement};
use crate::preset::Preset;
use crate::session::RECOVERY_FRESH;

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const APP: &[Method] = &[Method::Authenticator];
const APP_AND_KEY: &[Method] = &[Method::Authenticator, Method::RecoveryKey];

fn fresh(class: Class) -> SessionFacts {
    SessionFacts { stepped_up_at: Some(NOW), ..of_class(class) }
}

fn asked(policy: &Policy, role: Role, enrolled: &[Method]) -> Enrolment {
    let class = enrolled.iter().map(|method| policy.class_of(*method)).max().unwrap_or(Class::None);
    enrolment(&situation(policy, role, enrolled, None, NOW), fresh(class))
}

#[test]
fn key_10_off_offered_in_grace_and_required_differ_in_how_they_ask() {
    let plain = Preset::EmailWithRecoveryKey.policy();
    let off = Policy { second_step: Requirement::Off, ..plain.clone() };
    let required = Policy { second_step: Requirement::Required, ..plain.clone() };
    let from = NOW.plus(Duration::from_hours(24));
    let grace = Policy { required_from: Some(from), ..required.clone() };
    let over = Policy { required_from: Some(NOW), ..required.clone() };
    for (policy, member) in [
        (&off, Enrolment::None),
        (&plain, Enrolment::Offered),
        (&grace, Enrolment::Grace(from)),
        (&required, Enrolment::Required),
        (&over, Enrolment::Required),
    ] {
        assert_eq!(asked(policy, Role::Member, &[]), member);
        assert_eq!(asked(policy, Role::Member, APP), Enrolment::None);
        assert_eq!(asked(policy, Role::Support, &[]), Enrolment::Required, "staff always must");
    }
}

#[test]
fn key_10_a_method_too_weak_for_what_will_be_required_does_not_silence_the_grace_period() {
    let mut policy = Preset::EmailWithRecoveryKey.policy();
    policy.second_step = Requirement::Required;
    policy.required_from = Some(NOW.plus(Duration::from_hours(1)));
    assert_eq!(asked(&policy, Role::Member, &[Method::Email]), Enrolment::None);
    policy.lowest_class.member = Class::Strong;
    assert!(matches!(asked(&policy, Role::Member, &[Method::Email]), Enrolment::Grace(_)));
    let account = situation(&policy, Role::Member, &[Method::Email], None, NOW);
    assert_eq!(choices(&account, fresh(Class::Weak)), APP, "and only what suffices is on offer");
}

#[test]
fn key_10_whoever_said_not_now_is_asked_again_after_thirty_days() {
    let offered = Enrolment::Offered;
    assert!(offered.comes_first(None, NOW));
    assert!(!offered.comes_first(Some(NOW), NOW.plus(NOT_NOW).minus(Duration::from_millis(1))));
    assert!(offered.comes_first(Some(NOW), NOW.plus(NOT_NOW)));
    assert!(Enrolment::Grace(NOW).comes_first(Some(NOW), NOW), "at each sign-in");
    assert!(Enrolment::Required.comes_first(Some(NOW), NOW));
    assert!(!Enrolment::None.comes_first(None, NOW));
    assert!(offered.may_wait() && Enrolment::Grace(NOW).may_wait());
    assert!(!Enrolment::Required.may_wait() && !Enrolment::None.may_wait());
}

#[test]
fn key_1_and_key_10_the_address_comes_first_where_the_policy_needs_it() {
    let policy = Preset::EmailWithRecoveryKey.policy();
    let account = situation(&policy, Role::Member, &[], None, NOW);
    assert_eq!(before(&account, fresh(Class::None), 0), Before::Nothing);
    assert_eq!(choices(&account, fresh(Class::None)), [Method::Authenticator, Method::Email]);
    let unconfirmed = Situation { address_confirmed: false, ..account };
    assert_eq!(before(&unconfirmed, fresh(Class::None), 0), Before::ConfirmAddress);
    assert_eq!(choices(&unconfirmed, fresh(Class::None)).len(), 2, "what will follow is shown");
    let locked = Situation { changes_locked: true, ..account };
    assert_eq!(before(&locked, fresh(Class::None), 0), Before::Refused(refusal::LOCKED));
    assert_eq!(enrolment(&locked, fresh(Class::None)), Enrolment::None, "nothing is asked that is refused");
}

#[test]
fn staff_are_not_offered_what_would_not_let_them_in() {
    let policy = Preset::EmailWithRecoveryKey.policy();
    let account = situation(&policy, Role::Administrator, &[], None, NOW);
    assert_eq!(choices(&account, fresh(Class::None)), APP);
}

#[test]
fn rec_2_whoever_came_by_recovery_key_replaces_the_device_while_the_proof_is_fresh() {
    let policy = Preset::Recommended.policy();
    assert_eq!(policy.class_for_account_changes, ClassRule::Strong);
    let account = Situation { key_saved: true, ..situation(&policy, Role::Member, APP_AND_KEY, None, NOW) };
    let session = SessionFacts { recovered_at: Some(NOW), ..fresh(Class::Recovery) };
    assert_eq!(enrolment(&account, session), Enrolment::Required);
    assert_eq!(occasion(&account, session), Occasion::Recovered);
    assert_eq!(before(&account, session, 1), Before::Nothing);
    assert_eq!(before(&account, session, 5), Before::RemoveDevice);
    let later = Situation { now: NOW.plus(RECOVERY_FRESH), ..account };
    assert_eq!(before(&later, session, 1), Before::SignInAgain, "the device that could prove more is lost");
    let unsaved = Situation { key_saved: false, ..account };
    assert_eq!(enrolment(&unsaved, session), Enrolment::None, "the new key is saved first");
}

#[test]
fn d_12_under_a_support_code_where_a_second_step_is_required_only_a_new_device_is_reached() {
    let mut policy = Preset::Recommended.policy();
    policy.second_step = Requirement::Required;
    let suspension = Suspension {
        kind: SuspensionKind::SupportCode,
        started_at: NOW,
        until: NOW.plus(Duration::from_hours(1)),
        lifted_at: None,
    };
    let session = SessionFacts { under_suspension: true, ..fresh(Class::Weak) };
    let account = situation(&policy, Role::Member, APP, Some(&suspension), NOW);
    assert_eq!(enrolment(&account, session), Enrolment::Required);
    assert_eq!(occasion(&account, session), Occasion::UnderSuspension);
    assert_eq!(before(&account, session, 1), Before::Nothing);
    assert_eq!(before(&account, session, 5), Before::AskSupport);
    policy.suspension.enrol_while = false;
    let account = situation(&policy, Role::Member, APP, Some(&suspension), NOW);
    assert_eq!(before(&account, session, 1), Before::Refused(refusal::SUSPENDED));
}

#[test]
fn key_11_a_trusted_provider_leaves_nothing_to_set_up() {
    let policy = Preset::Authenticator.policy();
    let session = SessionFacts { by_provider: Some(true), ..fresh(Class::Restricted) };
    let account = situation(&policy, Role::Member, &[], None, NOW);
    assert_eq!(enrolment(&account, session), Enrolment::None);
}
