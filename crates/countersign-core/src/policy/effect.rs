//! Whom a change of the policy touches, told before it is made.

use std::collections::BTreeMap;

use crate::method::{Class, Method};
use crate::role::Role;
use crate::time::Timestamp;

use super::{ClassRule, Policy, Requirement};

/// Accounts that are alike in everything that a policy looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Their role.
    pub role: Role,
    /// The methods that are switched on, whether or not they count.
    pub methods: Vec<Method>,
    /// How many there are.
    pub accounts: u64,
}

/// What a change would mean for the accounts that exist. Numbers of accounts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effect {
    /// All of the organisation.
    pub accounts: u64,
    /// Reach nothing but enrolment from their next request on, and did before.
    pub must_enrol_already: u64,
    /// Will be asked to enrol at once, and were not before.
    pub must_enrol: u64,
    /// Will have to enrol from the policy's date on.
    pub must_enrol_later: u64,
    /// Were asked for a second step and will no longer be.
    pub no_longer_asked: u64,
    /// Were not asked for a second step, as what they had did not count, and will be.
    pub newly_asked: u64,
    /// Will be asked for a second step as before, but a weaker one will do than the strongest that counted.
    pub weaker: u64,
    /// Whether the rules themselves ask for less than before, whoever has what today: a second step no longer required, a
    /// lower class, or a risk that was not there.
    pub asks_less: bool,
    /// Accounts whose method of this kind counted and no longer will, or is no longer offered to new ones.
    pub stops_counting: BTreeMap<Method, u64>,
}

impl Effect {
    /// Whether nobody notices.
    pub fn is_nothing(&self) -> bool {
        self.must_enrol == 0
            && self.must_enrol_later == 0
            && self.no_longer_asked == 0
            && self.newly_asked == 0
            && self.weaker == 0
            && self.stops_counting.is_empty()
    }

    /// Whether accounts are less well protected afterwards, or may become so.
    pub fn weakens(&self) -> bool {
        self.no_longer_asked > 0 || self.weaker > 0 || self.asks_less
    }
}

/// What it would mean to put `after` in the place of `before`.
pub fn effect(before: &Policy, after: &Policy, groups: &[Group], now: Timestamp) -> Effect {
    let mut told = Effect { asks_less: asks_less(before, after, now), ..Effect::default() };
    for group in groups {
        let (counted, counts) = (before.counting(&group.methods), after.counting(&group.methods));
        told.accounts += group.accounts;
        let lacked = before.required_for(group.role, now) && !suffices(before, group.role, &counted);
        let lacks = !suffices(after, group.role, &counts);
        if lacks && after.required_for(group.role, now) {
            *(if lacked { &mut told.must_enrol_already } else { &mut told.must_enrol }) += group.accounts;
        } else if lacks && after.grace_until(group.role, now).is_some() {
            told.must_enrol_later += group.accounts;
        }
        match (counted.is_empty(), counts.is_empty()) {
            (false, true) => told.no_longer_asked += group.accounts,
            (true, false) => told.newly_asked += group.accounts,
            _ if strongest(after, &counts) < strongest(before, &counted) => told.weaker += group.accounts,
            _ => {}
        }
        for method in counted.iter().filter(|method| !counts.contains(method)) {
            *told.stops_counting.entry(*method).or_default() += group.accounts;
        }
    }
    told.stops_counting.retain(|_, accounts| *accounts > 0);
    told
}

fn strongest(policy: &Policy, methods: &[Method]) -> Option<Class> {
    methods.iter().filter(|method| method.is_daily()).map(|method| policy.class_of(*method)).max()
}

fn asks_less(before: &Policy, after: &Policy, now: Timestamp) -> bool {
    let rank = |policy: &Policy| match policy.second_step {
        Requirement::Off => 0,
        Requirement::Offered => 1,
        Requirement::Required => 2,
    };
    let required = |policy: &Policy| policy.required_for(Role::Member, now);
    let any = |policy: &Policy| policy.class_for_account_changes == ClassRule::AnyEnrolled;
    rank(after) < rank(before)
        || (required(before) && !required(after))
        || Role::ALL.iter().any(|role| after.floor(*role) < before.floor(*role))
        || (any(after) && !any(before))
        || !after.risks().is_subset(&before.risks())
}

/// Whether these methods meet what is required of this role.
fn suffices(policy: &Policy, role: Role, counting: &[Method]) -> bool {
    let floor = policy.floor(role);
    counting.iter().any(|method| method.is_daily() && policy.class_of(*method) >= floor)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::preset::Preset;
    use crate::sign_in::{Gate, SessionFacts, Situation, Standing, gate, standing};

    const NOW: Timestamp = Timestamp::from_secs(1_000_000);

    fn group(role: Role, methods: &[Method], accounts: u64) -> Group {
        Group { role, methods: methods.to_vec(), accounts }
    }

    #[test]
    fn key_10_a_new_requirement_asks_whoever_has_nothing() {
        let before = Preset::Recommended.policy();
        let after = Policy { second_step: Requirement::Required, ..before.clone() };
        let groups = [
            group(Role::Member, &[], 14),
            group(Role::Member, &[Method::Authenticator], 198),
            group(Role::Support, &[], 2),
        ];
        let told = effect(&before, &after, &groups, NOW);
        assert_eq!((told.accounts, told.must_enrol, told.must_enrol_already), (214, 14, 2));
        let later = Policy { required_from: Some(NOW.plus(std::time::Duration::from_secs(1))), ..after };
        let told = effect(&before, &later, &groups, NOW);
        assert_eq!((told.must_enrol, told.must_enrol_later), (0, 14));
        assert!(effect(&before, &before, &groups, NOW).is_nothing());
    }

    #[test]
    fn rec_1_what_weakens_is_told() {
        let weakens = |before: Preset, after: Preset| {
            let groups = [group(Role::Member, &[Method::Authenticator], 1)];
            effect(&before.policy(), &after.policy(), &groups, NOW).weakens()
        };
        assert!(weakens(Preset::Recommended, Preset::EmailOrAuthenticator));
        assert!(weakens(Preset::Recommended, Preset::Authenticator));
        assert!(!weakens(Preset::Authenticator, Preset::Recommended));
        let before = Preset::EmailWithRecoveryKey.policy();
        let weaker = Policy { fallback_only: [Method::Authenticator].into(), ..before.clone() };
        let both = [group(Role::Member, &[Method::Authenticator, Method::Email], 5)];
        assert_eq!(effect(&before, &weaker, &both, NOW).weaker, 0, "the authenticator still counts");
        let needs = [(Method::Authenticator, [Method::RecoveryKey].into())].into();
        let told = effect(&before, &Policy { needs, ..before.clone() }, &both, NOW);
        assert_eq!((told.weaker, told.no_longer_asked), (5, 0));
        assert!(told.weakens() && !told.is_nothing() && !told.asks_less);
        let required = Policy { second_step: Requirement::Required, ..before.clone() };
        assert!(effect(&required, &before, &[], NOW).asks_less);
    }

    #[test]
    fn exc_2_what_the_stronger_takes_the_place_of_is_told() {
        let (before, after) = (Preset::EmailWithRecoveryKey.policy(), Preset::EmailOrAuthenticator.policy());
        let both = [Method::Email, Method::Authenticator];
        let told = effect(&before, &after, &[group(Role::Member, &both, 3)], NOW);
        assert_eq!(told.stops_counting, BTreeMap::from([(Method::Email, 3)]));
        assert_eq!(told.no_longer_asked, 0);
    }

    fn policies() -> impl Strategy<Value = Policy> {
        let steps = select(vec![Requirement::Off, Requirement::Offered, Requirement::Required]);
        let lowest = select(vec![Class::Weak, Class::Strong]);
        let fallback = select(vec![vec![], vec![Method::Email], vec![Method::Authenticator]]);
        (select(Preset::ALL), steps, lowest, fallback, proptest::option::of(999_999i64..1_000_002)).prop_map(
            |(preset, second_step, member, fallback, from)| {
                let mut policy = preset.policy();
                policy.second_step = second_step;
                policy.lowest_class.member = member;
                policy.fallback_only = fallback.into_iter().collect();
                policy.required_from = from.map(Timestamp::from_secs);
                policy
            },
        )
    }

    /// What the gate and the standing make of accounts like these once they sign in again.
    fn happens(policy: &Policy, group: &Group) -> (bool, bool) {
        let enrolled = policy.counting(&group.methods);
        let situation = Situation {
            policy,
            role: group.role,
            enrolled: &enrolled,
            suspension: None,
            address_confirmed: true,
            mail_reset_at: None,
            telegram_held_until: None,
            changes_locked: false,
            key_saved: true,
            now: NOW,
        };
        let asked = matches!(gate(&situation, false), Gate::Challenge { .. });
        let session = SessionFacts {
            class: strongest(policy, &enrolled).unwrap_or(Class::None),
            stepped_up_at: None,
            recovered_at: None,
            under_suspension: false,
            by_provider: None,
        };
        (asked, standing(&situation, session) == Standing::MustEnrol)
    }

    proptest! {
        #[test]
        fn key_10_what_is_told_beforehand_is_what_then_happens(
            before in policies(),
            after in policies(),
            groups in proptest::collection::vec(
                (select(Role::ALL), proptest::collection::btree_set(
                    select(vec![Method::Authenticator, Method::Email, Method::RecoveryKey]), 0..4), 0u64..50),
                0..6,
            ),
        ) {
            let groups: Vec<Group> = groups
                .into_iter()
                .map(|(role, methods, accounts)| Group { role, methods: methods.into_iter().collect(), accounts })
                .collect();
            let told = effect(&before, &after, &groups, NOW);
            let count = |wanted: &dyn Fn((bool, bool), (bool, bool)) -> bool| -> u64 {
                let is = |group: &&Group| wanted(happens(&before, group), happens(&after, group));
                groups.iter().filter(is).map(|group| group.accounts).sum()
            };
            prop_assert_eq!(told.no_longer_asked, count(&|was, is| was.0 && !is.0));
            prop_assert_eq!(told.newly_asked, count(&|was, is| !was.0 && is.0));
            prop_assert_eq!(told.must_enrol, count(&|was, is| !was.1 && is.1));
            prop_assert_eq!(told.must_enrol_already, count(&|was, is| was.1 && is.1));
            prop_assert_eq!(told.accounts, count(&|_, _| true));
        }
    }
}
