//! Live rows as core's decisions want them.

use countersign_core::method::Method;
use countersign_core::sign_in::{Situation, Suspension};
use countersign_core::time::Timestamp;
use countersign_store::facts::AccountFacts;

/// The kinds of factor that are enrolled now.
pub(super) fn enrolled(facts: &AccountFacts) -> Vec<Method> {
    if facts.authenticators > 0 { vec![Method::Authenticator] } else { Vec::new() }
}

/// The suspension as core judges it.
pub(super) fn suspension(facts: &AccountFacts) -> Option<Suspension> {
    facts.suspension.as_ref().map(|row| Suspension {
        kind: row.kind,
        until: row.until,
        lifted_at: row.lifted_at,
    })
}

/// What gate, standing and permission are decided from.
pub(super) fn situation<'a>(
    facts: &'a AccountFacts,
    enrolled: &'a [Method],
    suspension: Option<&'a Suspension>,
    now: Timestamp,
) -> Situation<'a> {
    Situation { policy: &facts.policy, role: facts.account.role, enrolled, suspension, now }
}
