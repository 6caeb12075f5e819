//! What e-mail codes and recovery keys open, and what they do not.

use std::time::Duration;

use super::tests::{of_class, situation};
use super::*;
use crate::policy::Requirement;
use crate::preset::Preset;
use crate::session::RECOVERY_FRESH;

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const MAIL: &[Method] = &[Method::Email];
const MAIL_AND_KEY: &[Method] = &[Method::Email, Method::RecoveryKey];
const ALL: &[Method] = &[Method::Email, Method::Authenticator, Method::RecoveryKey];

fn kind(known: bool) -> BrowserKind {
    if known { BrowserKind::Former } else { BrowserKind::Unknown }
}

fn offered(purpose: Purpose, situation: &Situation<'_>, known: bool) -> Vec<Method> {
    offers(purpose, situation, kind(known)).iter().map(|offer| offer.method).collect()
}

fn recovered(at: Timestamp) -> SessionFacts {
    SessionFacts { stepped_up_at: Some(at), recovered_at: Some(at), ..of_class(Class::Recovery) }
}

#[test]
fn key_5_a_recovery_key_is_asked_for_only_beside_a_daily_method() {
    let policy = Preset::EmailWithRecoveryKey.policy();
    let beside = situation(&policy, Role::Member, MAIL_AND_KEY, None, NOW);
    assert_eq!(gate(&beside, false), Gate::Challenge { methods: MAIL_AND_KEY.to_vec() });
    let alone = situation(&policy, Role::Member, &[Method::RecoveryKey], None, NOW);
    assert_eq!(gate(&alone, false), Gate::Session { class: Class::None });
}

#[test]
fn key_9_the_last_used_method_is_offered_first_and_the_key_last() {
    let policy = Preset::EmailWithRecoveryKey.policy();
    let account = situation(&policy, Role::Member, ALL, None, NOW);
    assert_eq!(offered(Purpose::SignIn, &account, false), ALL);
    assert_eq!(offered(Purpose::StepUp, &account, false), [Method::Email, Method::Authenticator]);
    assert_eq!(offered(Purpose::EnableEmail, &account, false), MAIL);
    // KEY-6 and KEY-7: the confirmed address or the key, also where an authenticator is there.
    assert_eq!(offered(Purpose::DisableEmail, &account, false), MAIL_AND_KEY);
    assert_eq!(offered(Purpose::NewRecoveryKey, &account, false), MAIL_AND_KEY);
    let only_app = [Method::Authenticator, Method::RecoveryKey];
    let app = situation(&policy, Role::Member, &only_app, None, NOW);
    assert_eq!(offered(Purpose::NewRecoveryKey, &app, false), MAIL_AND_KEY);
    let unconfirmed = Situation { address_confirmed: false, ..app };
    assert_eq!(offered(Purpose::NewRecoveryKey, &unconfirmed, false), [Method::RecoveryKey]);
}

#[test]
fn staff_are_asked_for_what_gives_them_a_session() {
    let policy = Preset::EmailWithRecoveryKey.policy();
    let account = situation(&policy, Role::Support, ALL, None, NOW);
    assert_eq!(offered(Purpose::SignIn, &account, false), [Method::Authenticator, Method::RecoveryKey]);
    let weak = situation(&policy, Role::Support, MAIL, None, NOW);
    assert_eq!(offered(Purpose::SignIn, &weak, false), MAIL);
}

#[test]
fn a_step_up_takes_what_the_policy_accepts_for_changes() {
    let mut policy = Preset::EmailWithRecoveryKey.policy();
    policy.class_for_account_changes = crate::policy::ClassRule::Strong;
    let account = situation(&policy, Role::Member, ALL, None, NOW);
    for purpose in [Purpose::StepUp, Purpose::RemoveAuthenticator, Purpose::NewRecoveryKey] {
        assert_eq!(offered(purpose, &account, false), [Method::Authenticator], "{purpose:?}");
    }
    let weak = situation(&policy, Role::Member, MAIL, None, NOW);
    assert_eq!(offered(Purpose::StepUp, &weak, false), MAIL, "to end sessions it must do");
    let change = may(AccountChange::ChangePassword, &weak, of_class(Class::Weak));
    assert_eq!(change, Permission::No(refusal::STRONGER_NEEDED));
}

#[test]
fn all_4_after_a_reset_by_mail_the_mailbox_alone_does_not_open_the_account() {
    let policy = Preset::EmailWithRecoveryKey.policy();
    let plain = situation(&policy, Role::Member, MAIL_AND_KEY, None, NOW);
    let reset = Situation { mail_reset_at: Some(NOW), ..plain };
    let until = NOW.plus(MAIL_RESET_HOLD);
    let held = |now, known| offers(Purpose::SignIn, &Situation { now, ..reset }, kind(known));
    let last = until.minus(Duration::from_millis(1));
    assert_eq!(
        held(last, false),
        [
            Offer { method: Method::RecoveryKey, held_until: None },
            Offer { method: Method::Email, held_until: Some(until) }
        ]
    );
    for open in [held(last, true), held(until, false)] {
        assert!(open.iter().all(|offer| offer.held_until.is_none()));
        assert_eq!(open[0].method, Method::Email);
    }
    // Inside a session that passed the second step otherwise, the code is proof again.
    assert!(
        offers(Purpose::StepUp, &reset, BrowserKind::Unknown).iter().all(|offer| offer.held_until.is_none())
    );
}

#[test]
fn all_4_after_a_reset_by_mail_four_digits_of_a_call_open_nothing_in_a_new_browser() {
    let policy = crate::policy::tests::with_phone();
    let plain = situation(&policy, Role::Member, &[Method::Phone, Method::Telegram], None, NOW);
    let reset = Situation { mail_reset_at: Some(NOW), ..plain };
    let until = NOW.plus(MAIL_RESET_HOLD);
    for browser in [BrowserKind::Unknown, BrowserKind::Former] {
        assert_eq!(calls_held_until(Purpose::SignIn, &reset, browser), Some(until), "{browser:?}");
        assert_eq!(calls_held_until(Purpose::SignIn, &Situation { now: until, ..reset }, browser), None);
        assert_eq!(calls_held_until(Purpose::SignIn, &plain, browser), None);
    }
    assert_eq!(calls_held_until(Purpose::SignIn, &reset, BrowserKind::Current), None);
    // A number that is added belongs to whoever is signed in already.
    assert_eq!(calls_held_until(Purpose::ProvePhone, &reset, BrowserKind::Unknown), None);
}

#[test]
fn key_8_a_recovered_session_saves_its_new_key_first_and_then_replaces_what_was_lost() {
    let policy = Preset::EmailWithRecoveryKey.policy();
    let unsaved = situation(&policy, Role::Member, MAIL, None, NOW);
    let session = recovered(NOW);
    assert_eq!(standing(&unsaved, session), Standing::SaveKey);
    let later = Situation { now: NOW.plus(RECOVERY_FRESH * 3), ..unsaved };
    for situation in [&unsaved, &later] {
        assert_eq!(may(AccountChange::MakeRecoveryKey, situation, session), Permission::Yes);
        let refused = may(AccountChange::ChangeAddress, situation, session);
        assert_eq!(refused, Permission::No(refusal::SAVE_KEY_FIRST));
    }
    let saved = Situation { key_saved: true, enrolled: MAIL_AND_KEY, ..unsaved };
    assert_eq!(standing(&saved, session), Standing::Full);
    for change in [
        AccountChange::ChangeAddress,
        AccountChange::MakeRecoveryKey,
        AccountChange::DisableEmail,
        AccountChange::AddAuthenticator,
    ] {
        assert_eq!(may(change, &saved, session), Permission::Yes, "{change:?}");
        let later = Situation { now: NOW.plus(RECOVERY_FRESH), ..saved };
        assert_ne!(may(change, &later, session), Permission::Yes, "{change:?}");
    }
}

#[test]
fn after_recovery_the_policy_may_ask_for_enrolment_and_staff_always_enrol() {
    fn saved(policy: &Policy, role: Role) -> Situation<'_> {
        let enrolled = &[Method::Authenticator, Method::RecoveryKey];
        Situation { key_saved: true, ..situation(policy, role, enrolled, None, NOW) }
    }
    let mut policy = Preset::EmailWithRecoveryKey.policy();
    assert_eq!(standing(&saved(&policy, Role::Member), recovered(NOW)), Standing::Full);
    assert_eq!(standing(&saved(&policy, Role::Support), recovered(NOW)), Standing::MustEnrol);
    policy.after_recovery = AfterRecovery::Enrolment;
    let account = saved(&policy, Role::Member);
    assert_eq!(standing(&account, recovered(NOW)), Standing::MustEnrol);
    assert_eq!(may(AccountChange::AddAuthenticator, &account, recovered(NOW)), Permission::Yes);
    // The lost device makes room for its successor.
    assert_eq!(may(AccountChange::RemoveAuthenticator, &account, recovered(NOW)), Permission::Yes);
    let refused = may(AccountChange::ChangePassword, &account, recovered(NOW));
    assert_eq!(refused, Permission::No(refusal::ENROL_FIRST));
    let enrolled = SessionFacts { class: Class::Strong, ..recovered(NOW) };
    assert_eq!(standing(&account, enrolled), Standing::Full);
}

#[test]
fn key_1_nothing_is_enabled_before_the_address_is_confirmed() {
    let policy = Preset::EmailWithRecoveryKey.policy();
    let unconfirmed =
        Situation { address_confirmed: false, ..situation(&policy, Role::Member, &[], None, NOW) };
    let session = SessionFacts { stepped_up_at: Some(NOW), ..of_class(Class::None) };
    for change in [AccountChange::EnableEmail, AccountChange::AddAuthenticator] {
        let refused = may(change, &unconfirmed, session);
        assert_eq!(refused, Permission::No(refusal::CONFIRM_ADDRESS_FIRST), "{change:?}");
    }
    assert_eq!(may(AccountChange::ConfirmAddress, &unconfirmed, of_class(Class::None)), Permission::Yes);
}

#[test]
fn exc_2_codes_wait_until_the_authenticator_is_off() {
    let policy = Preset::EmailOrAuthenticator.policy();
    let session = SessionFacts { stepped_up_at: Some(NOW), ..of_class(Class::Strong) };
    let app = situation(&policy, Role::Member, &[Method::Authenticator], None, NOW);
    assert_eq!(may(AccountChange::EnableEmail, &app, session), Permission::No(refusal::EXCLUDED));
    let mail = situation(&policy, Role::Member, MAIL, None, NOW);
    assert_eq!(may(AccountChange::AddAuthenticator, &mail, session), Permission::Yes);
    assert_eq!(may(AccountChange::EnableEmail, &mail, session), Permission::No(refusal::ALREADY_ON));
    let none = situation(&policy, Role::Member, &[], None, NOW);
    assert_eq!(may(AccountChange::EnableEmail, &none, session), Permission::OwnChallenge);
    let stale = SessionFacts { stepped_up_at: None, ..session };
    assert_eq!(may(AccountChange::EnableEmail, &none, stale), Permission::StepUp);
}

#[test]
fn key_6_and_key_7_take_a_challenge_of_their_own_however_fresh_the_proof() {
    let policy = Preset::EmailWithRecoveryKey.policy();
    let account = Situation { key_saved: true, ..situation(&policy, Role::Member, MAIL_AND_KEY, None, NOW) };
    let session = SessionFacts { stepped_up_at: Some(NOW), ..of_class(Class::Weak) };
    for change in [AccountChange::DisableEmail, AccountChange::MakeRecoveryKey] {
        assert_eq!(may(change, &account, session), Permission::OwnChallenge, "{change:?}");
    }
}

#[test]
fn this_was_not_me_locks_every_change_but_shutting_others_out() {
    let policy = Preset::EmailWithRecoveryKey.policy();
    let locked = Situation {
        changes_locked: true,
        ..situation(&policy, Role::Member, &[Method::Email, Method::Authenticator], None, NOW)
    };
    let session = SessionFacts { stepped_up_at: Some(NOW), ..of_class(Class::Strong) };
    for &change in AccountChange::ALL {
        let open = matches!(change, AccountChange::EndSessions | AccountChange::EndApiToken);
        assert_eq!(change.waits_for_lock(), !open, "{change:?}");
        let found = may(change, &locked, session);
        assert_eq!(found == Permission::No(refusal::LOCKED), !open, "{change:?} {found:?}");
    }
}

#[test]
fn all_4_a_reset_by_mail_ends_a_suspension_that_was_granted_before() {
    let policy = Preset::Authenticator.policy();
    let suspension = Suspension {
        kind: SuspensionKind::PasswordAlone,
        started_at: NOW.minus(Duration::from_hours(2)),
        until: NOW.plus(Duration::from_hours(2)),
        lifted_at: None,
    };
    let account = situation(&policy, Role::Member, &[Method::Authenticator], Some(&suspension), NOW);
    assert!(account.is_suspended());
    let reset = |at| Situation { mail_reset_at: Some(at), ..account };
    assert!(reset(suspension.started_at).is_suspended(), "support granted it knowing of the reset");
    let since = reset(NOW.minus(Duration::from_hours(1)));
    assert!(!since.is_suspended());
    assert!(matches!(gate(&since, false), Gate::Challenge { .. }));
}

#[test]
fn key_10_whoever_began_with_a_weak_method_can_add_a_strong_one() {
    let policy = Preset::EmailWithRecoveryKey.policy();
    for role in [Role::Support, Role::Administrator] {
        let account = situation(&policy, role, MAIL, None, NOW);
        let session = SessionFacts { stepped_up_at: Some(NOW), ..of_class(Class::Weak) };
        assert_eq!(may(AccountChange::AddAuthenticator, &account, session), Permission::Yes, "{role}");
        let stale = of_class(Class::Weak);
        assert_eq!(may(AccountChange::AddAuthenticator, &account, stale), Permission::StepUp, "{role}");
    }
}

#[test]
fn all_9_a_weak_method_never_lets_staff_past_enrolment() {
    for &preset in Preset::ALL {
        let mut policy = preset.policy();
        policy.second_step = Requirement::Off;
        let account = situation(&policy, Role::Administrator, MAIL, None, NOW);
        assert_eq!(standing(&account, of_class(Class::Weak)), Standing::MustEnrol, "{preset}");
    }
}
