//! Every combination of policy, role, enrolment, suspension and session, against the rules in words.

use std::time::Duration;

use super::*;
use crate::policy::{ClassRule, Requirement};
use crate::preset::Preset;
use crate::session::STEP_UP_FRESH;

const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);
const ENROLLED: &[Method] = &[Method::Authenticator];

/// An account with a confirmed address and nothing special about it.
pub(super) fn situation<'a>(
    policy: &'a Policy,
    role: Role,
    enrolled: &'a [Method],
    suspension: Option<&'a Suspension>,
    now: Timestamp,
) -> Situation<'a> {
    Situation {
        policy,
        role,
        enrolled,
        suspension,
        address_confirmed: true,
        mail_reset_at: None,
        telegram_held_until: None,
        changes_locked: false,
        key_saved: false,
        now,
    }
}

/// A session of this class without fresh proof.
pub(super) fn of_class(class: Class) -> SessionFacts {
    SessionFacts {
        class,
        stepped_up_at: None,
        recovered_at: None,
        under_suspension: false,
        by_provider: None,
    }
}

/// One row of the table: what differs between accounts.
#[derive(Debug, Clone)]
struct Case {
    policy: Policy,
    role: Role,
    enrolled: bool,
    suspension: Option<Suspension>,
}

impl Case {
    fn situation(&self) -> Situation<'_> {
        let enrolled = if self.enrolled { ENROLLED } else { &[] };
        situation(&self.policy, self.role, enrolled, self.suspension.as_ref(), NOW)
    }

    /// The rule in words: a member with a factor, while a suspension runs that the policy allows.
    fn lets_password_in(&self) -> bool {
        self.role == Role::Member
            && self.enrolled
            && self.policy.suspension.kinds.contains(&SuspensionKind::PasswordAlone)
            && self.suspension.is_some_and(|suspension| suspension.is_active(NOW))
    }
}

fn running() -> Suspension {
    Suspension {
        kind: SuspensionKind::PasswordAlone,
        started_at: NOW.minus(Duration::from_hours(1)),
        until: NOW.plus(Duration::from_hours(1)),
        lifted_at: None,
    }
}

fn cases() -> Vec<Case> {
    let over = Suspension { until: NOW, ..running() };
    let lifted = Suspension { lifted_at: Some(NOW), ..running() };
    let mut cases = Vec::new();
    for second_step in [Requirement::Off, Requirement::Offered, Requirement::Required] {
        for password_alone in [true, false] {
            for enrol_while in [true, false] {
                for rule in [ClassRule::Strong, ClassRule::AnyEnrolled] {
                    let mut policy = Preset::Authenticator.policy();
                    policy.second_step = second_step;
                    if !password_alone {
                        policy.suspension.kinds.remove(&SuspensionKind::PasswordAlone);
                    }
                    policy.suspension.enrol_while = enrol_while;
                    policy.class_for_account_changes = rule;
                    for &role in Role::ALL {
                        for enrolled in [true, false] {
                            for suspension in [None, Some(running()), Some(over), Some(lifted)] {
                                cases.push(Case { policy: policy.clone(), role, enrolled, suspension });
                            }
                        }
                    }
                }
            }
        }
    }
    cases
}

#[test]
fn all_9_the_gate_lets_nobody_past_an_enrolled_second_step() {
    for case in cases() {
        let expected = if case.lets_password_in() {
            Gate::Session { class: Class::None }
        } else if case.enrolled {
            Gate::Challenge { methods: vec![Method::Authenticator] }
        } else if case.role.is_staff() || case.policy.second_step == Requirement::Required {
            Gate::Enrolment
        } else {
            Gate::Session { class: Class::None }
        };
        assert_eq!(gate(&case.situation(), false), expected, "{case:?}");
    }
}

#[test]
fn standing_is_judged_from_live_facts() {
    for case in cases() {
        for &class in Class::ALL {
            let required = case.role.is_staff() || case.policy.second_step == Requirement::Required;
            let expected = match (case.enrolled, class) {
                _ if case.lets_password_in() => Standing::Full,
                (true, Class::None) => Standing::Stale,
                (true, class) if case.role.is_staff() && class < Class::Strong => Standing::Stale,
                (false, _) if required => Standing::MustEnrol,
                _ => Standing::Full,
            };
            assert_eq!(standing(&case.situation(), of_class(class)), expected, "{case:?} {class}");
        }
    }
}

#[test]
fn what_the_gate_opens_the_standing_keeps_open() {
    for case in cases() {
        let situation = case.situation();
        match gate(&situation, false) {
            Gate::Session { class } => {
                assert_eq!(standing(&situation, of_class(class)), Standing::Full, "{case:?}");
            }
            Gate::Enrolment => {
                assert_eq!(standing(&situation, of_class(Class::None)), Standing::MustEnrol, "{case:?}");
            }
            Gate::Challenge { methods } => {
                let class = case.policy.class_of(methods[0]);
                assert_eq!(standing(&situation, of_class(class)), Standing::Full, "{case:?}");
                assert_eq!(standing(&situation, of_class(Class::None)), Standing::Stale, "{case:?}");
            }
        }
    }
}

#[test]
fn app_9_the_password_alone_signs_in_until_the_hour_that_was_set_and_never_staff() {
    let policy = Preset::Authenticator.policy();
    let suspension = running();
    let at = |role, now| situation(&policy, role, ENROLLED, Some(&suspension), now);
    let last = suspension.until.minus(Duration::from_millis(1));
    assert_eq!(gate(&at(Role::Member, last), false), Gate::Session { class: Class::None });
    assert_eq!(standing(&at(Role::Member, last), of_class(Class::None)), Standing::Full);
    // Enrolled devices ask again afterwards, and the session that was let in must sign in again.
    let challenge = Gate::Challenge { methods: vec![Method::Authenticator] };
    assert_eq!(gate(&at(Role::Member, suspension.until), false), challenge);
    assert_eq!(standing(&at(Role::Member, suspension.until), of_class(Class::None)), Standing::Stale);
    for role in [Role::Support, Role::Administrator] {
        assert_eq!(gate(&at(role, last), false), challenge);
        assert_eq!(standing(&at(role, last), of_class(Class::None)), Standing::Stale);
    }
}

#[test]
fn app_9_lifting_by_hand_ends_a_suspension_at_once() {
    let policy = Preset::Authenticator.policy();
    let lifted = Suspension { lifted_at: Some(NOW), ..running() };
    let situation = situation(&policy, Role::Member, ENROLLED, Some(&lifted), NOW);
    assert!(matches!(gate(&situation, false), Gate::Challenge { .. }));
}

/// What sets up a factor that may suffice.
fn sets_up(change: AccountChange) -> bool {
    use AccountChange as Change;
    matches!(
        change,
        Change::AddAuthenticator | Change::EnableEmail | Change::LinkTelegram | Change::EnableTelegram
    )
}

/// What preset `authenticator` offers nobody.
fn is_not_offered(change: AccountChange) -> bool {
    use AccountChange as Change;
    matches!(
        change,
        Change::EnableEmail
            | Change::MakeRecoveryKey
            | Change::LinkTelegram
            | Change::EnableTelegram
            | Change::AddPhone
    )
}

/// The whole table of [`may`], in words, for a session that is not stale.
#[test]
fn all_4_changes_need_the_right_session_and_fresh_proof() {
    use AccountChange as Change;
    let fresh = NOW.minus(STEP_UP_FRESH).plus(Duration::from_millis(1));
    let stale = NOW.minus(STEP_UP_FRESH);
    for case in cases() {
        let situation = case.situation();
        for &class in Class::ALL {
            let stand = standing(&situation, of_class(class));
            for (stepped_up_at, recent) in [(None, false), (Some(stale), false), (Some(fresh), true)] {
                for &change in Change::ALL {
                    let adds = sets_up(change);
                    let mails = change == Change::ConfirmAddress;
                    let elsewhere = is_not_offered(change);
                    let ends = matches!(change, Change::EndSessions | Change::EndApiToken);
                    let concerns_device =
                        matches!(change, Change::RemoveAuthenticator | Change::RenameAuthenticator);
                    let concerns_mail = matches!(change, Change::DisableEmail | Change::DisableTelegram);
                    let suspended = case.lets_password_in();
                    let open_while_suspended = ends || mails || (adds && case.policy.suspension.enrol_while);
                    let strict = case.role.is_staff() || case.enrolled;
                    let quiet = matches!(change, Change::RenameAuthenticator | Change::EditProfile);
                    let expected = if stand == Standing::Stale {
                        Permission::No(refusal::SIGN_IN_AGAIN)
                    } else if stand == Standing::MustEnrol && !adds && !mails {
                        Permission::No(refusal::ENROL_FIRST)
                    } else if suspended && !open_while_suspended {
                        Permission::No(refusal::SUSPENDED)
                    } else if mails {
                        Permission::Yes
                    } else if elsewhere {
                        Permission::No(refusal::NOT_OFFERED)
                    } else if concerns_mail {
                        Permission::No(refusal::NOTHING_ENROLLED)
                    } else if adds && case.role == Role::Member && case.policy.second_step == Requirement::Off
                    {
                        Permission::No(refusal::NOT_OFFERED)
                    } else if concerns_device && !case.enrolled {
                        Permission::No(refusal::NOTHING_ENROLLED)
                    } else if change == Change::RemoveAuthenticator {
                        Permission::OwnChallenge
                    } else if strict && case.enrolled && !suspended && !ends && class < Class::Strong {
                        Permission::StepUp
                    } else if quiet || recent {
                        Permission::Yes
                    } else {
                        Permission::StepUp
                    };
                    let found = may(change, &situation, SessionFacts { stepped_up_at, ..of_class(class) });
                    assert_eq!(found, expected, "{case:?} {class} {change:?} {stepped_up_at:?}");
                }
            }
        }
    }
}

#[test]
fn all_4_removing_an_authenticator_takes_its_own_challenge_however_fresh_the_proof() {
    for &preset in Preset::ALL {
        let policy = preset.policy();
        for &role in Role::ALL {
            let situation = situation(&policy, role, ENROLLED, None, NOW);
            let session = SessionFacts { stepped_up_at: Some(NOW), ..of_class(Class::Strong) };
            let found = may(AccountChange::RemoveAuthenticator, &situation, session);
            assert_eq!(found, Permission::OwnChallenge, "{preset} {role}");
        }
    }
}

#[test]
fn all_4_the_first_enrolment_needs_the_password_again() {
    let policy = Preset::Recommended.policy();
    let situation = situation(&policy, Role::Member, &[], None, NOW);
    let ask = |stepped_up_at| {
        let session = SessionFacts { stepped_up_at, ..of_class(Class::None) };
        may(AccountChange::AddAuthenticator, &situation, session)
    };
    assert_eq!(ask(None), Permission::StepUp);
    assert_eq!(ask(Some(NOW)), Permission::Yes);
}

#[test]
fn names_read_back_and_refusals_differ() {
    for &purpose in Purpose::ALL {
        assert_eq!(Purpose::parse(purpose.as_str()), Some(purpose));
    }
    assert_eq!(Purpose::parse("enrol"), None);
    let kind = SuspensionKind::PasswordAlone;
    assert_eq!(SuspensionKind::parse(kind.as_str()), Some(kind));
    assert_eq!(SuspensionKind::parse(""), None);
    let mut keys = refusal::ALL.to_vec();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), refusal::ALL.len());
}
