//! Live rows as core's decisions want them.

use countersign_core::factor::telegram::held_until;
use countersign_core::method::Method;
use countersign_core::sign_in::{ProviderClaims, SessionFacts, Situation, Suspension, SuspensionKind};
use countersign_core::time::Timestamp;
use countersign_store::facts::AccountFacts;
use countersign_store::session::SessionRow;

/// The account's methods that count now, the last used one first.
pub(super) fn enrolled(facts: &AccountFacts) -> Vec<Method> {
    facts.policy.counting(&switched_on(facts))
}

/// Every method that is on, whether or not the policy lets it count beside the others; the last used one first, a
/// recovery key last.
pub(super) fn switched_on(facts: &AccountFacts) -> Vec<Method> {
    let on = |method: &Method| match method {
        Method::Authenticator => facts.authenticators > 0,
        Method::Email => facts.account.email_codes_at.is_some(),
        Method::RecoveryKey => facts.recovery_key.is_some(),
        Method::Phone => facts.phone_numbers > 0,
        // Also where the bot is blocked: that must not open the account by the password alone.
        Method::Telegram => facts.telegram.on_since.is_some(),
        Method::SupportCode => false,
    };
    let mut methods: Vec<Method> = Method::ALL.iter().copied().filter(on).collect();
    methods.sort_by_key(|method| (!method.is_daily(), facts.account.last_method != Some(*method)));
    methods
}

/// The suspension as core judges it.
pub(super) fn suspension(facts: &AccountFacts) -> Option<Suspension> {
    facts.suspension.as_ref().map(|row| Suspension {
        kind: row.kind,
        started_at: row.created_at,
        until: row.until,
        lifted_at: row.lifted_at,
    })
}

/// Which kind of suspension counts now, if one does.
pub(super) fn suspended(facts: &AccountFacts, now: Timestamp) -> Option<SuspensionKind> {
    let (enrolled, suspension) = (enrolled(facts), suspension(facts));
    situation(facts, &enrolled, suspension.as_ref(), now).suspended()
}

/// What gate, standing and permission are decided from.
pub(super) fn situation<'a>(
    facts: &'a AccountFacts,
    enrolled: &'a [Method],
    suspension: Option<&'a Suspension>,
    now: Timestamp,
) -> Situation<'a> {
    Situation {
        policy: &facts.policy,
        role: facts.account.role,
        enrolled,
        suspension,
        address_confirmed: facts.account.email_verified_at.is_some(),
        mail_reset_at: facts.account.mail_reset_at,
        telegram_held_until: held_until(&facts.telegram.refused, now),
        changes_locked: facts.account.changes_locked_at.is_some(),
        key_saved: facts.recovery_key.is_some_and(|key| key.saved),
        now,
    }
}

/// An API token as core judges sessions: it gives no fresh proof.
pub(super) fn without_proof(class: countersign_core::method::Class) -> SessionFacts {
    SessionFacts {
        class,
        stepped_up_at: None,
        recovered_at: None,
        under_suspension: false,
        by_provider: None,
    }
}

/// A session as core judges it.
pub(super) fn proof(facts: &AccountFacts, row: &SessionRow) -> SessionFacts {
    let trusted = |claims: &ProviderClaims| {
        let (amr, acr) = (&claims.amr, claims.acr.as_deref());
        facts.policy.trusts(&claims.provider, amr, acr, facts.account.role)
    };
    SessionFacts {
        class: row.class,
        stepped_up_at: row.stepped_up_at,
        recovered_at: row.recovered_at,
        under_suspension: row.suspension_id.is_some(),
        by_provider: row.trusted_claims.as_ref().map(trusted),
    }
}
