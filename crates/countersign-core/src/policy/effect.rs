//! Whom a change of the policy touches, told before it is made.

use std::collections::BTreeMap;

use crate::method::Method;
use crate::role::Role;
use crate::time::Timestamp;

use super::Policy;

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
            && self.stops_counting.is_empty()
    }
}

/// What it would mean to put `after` in the place of `before`.
pub fn effect(before: &Policy, after: &Policy, groups: &[Group], now: Timestamp) -> Effect {
    let mut told = Effect::default();
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
            _ => {}
        }
        for method in counted.iter().filter(|method| !counts.contains(method)) {
            *told.stops_counting.entry(*method).or_default() += group.accounts;
        }
    }
    told.stops_counting.retain(|_, accounts| *accounts > 0);
    told
}

/// Whether these methods meet what is required of this role.
fn suffices(policy: &Policy, role: Role, counting: &[Method]) -> bool {
    let floor = policy.floor(role);
    counting.iter().any(|method| method.is_daily() && method.class() >= floor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Requirement;
    use crate::preset::Preset;

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
    fn exc_2_what_the_stronger_takes_the_place_of_is_told() {
        let (before, after) = (Preset::EmailWithRecoveryKey.policy(), Preset::EmailOrAuthenticator.policy());
        let both = [Method::Email, Method::Authenticator];
        let told = effect(&before, &after, &[group(Role::Member, &both, 3)], NOW);
        assert_eq!(told.stops_counting, BTreeMap::from([(Method::Email, 3)]));
        assert_eq!(told.no_longer_asked, 0);
    }
}
