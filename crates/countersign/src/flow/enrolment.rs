//! Setting up a second step for the first time, or anew: what is asked of this session, putting it off, and reminders.

use countersign_core::audit::Event;
use countersign_core::method::Method;
use countersign_core::sign_in::{self, Before, Enrolment, Occasion, SessionFacts};
use countersign_core::text::Text;
use countersign_store::facts::AccountFacts;
use countersign_store::{account, audit};

use super::facts::{enrolled, situation, suspension};
use super::session::SignedIn;
use super::{Call, FlowError};
use crate::text;

mod remind;

pub use remind::{remind, tell_ending_tokens};

/// What this session has still to set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// How urgently.
    pub enrolment: Enrolment,
    /// Why.
    pub occasion: Occasion,
    /// What comes before the choice of a method.
    pub before: Before,
    /// The methods to choose from, in the order of pages.
    pub methods: Vec<Method>,
    /// Whether a recovery key follows.
    pub key_follows: bool,
}

/// What this session has still to set up, judged now.
pub fn state(call: &Call, signed_in: &SignedIn) -> State {
    let facts = &signed_in.facts;
    let suspension = suspension(facts);
    let situation = situation(facts, &signed_in.enrolled, suspension.as_ref(), call.now);
    let mut methods = sign_in::choices(&situation, signed_in.proof);
    methods.retain(|method| match method {
        Method::Email => call.deps.mail,
        Method::Telegram => call.deps.reach.telegram.is_some(),
        // It counts beside another method only (MSG-8), so nothing begins with it.
        Method::Phone => false,
        Method::Authenticator | Method::RecoveryKey | Method::SupportCode => true,
    });
    let missing = !facts.recovery_key.is_some_and(|key| key.saved);
    State {
        enrolment: sign_in::enrolment(&situation, signed_in.proof),
        occasion: sign_in::occasion(&situation, signed_in.proof),
        before: sign_in::before(&situation, signed_in.proof, facts.authenticators),
        methods,
        key_follows: missing && facts.policy.offers(Method::RecoveryKey, facts.account.role),
    }
}

/// Whether a session that begins now is shown the set-up before anything else.
pub(super) fn comes_first(call: &Call, facts: &AccountFacts, session: SessionFacts) -> bool {
    let (enrolled, suspension) = (enrolled(facts), suspension(facts));
    let situation = situation(facts, &enrolled, suspension.as_ref(), call.now);
    sign_in::enrolment(&situation, session).comes_first(facts.account.not_now_at, call.now)
}

/// Puts the set-up off: for a while where a second step is offered, until the next sign-in in a grace period.
///
/// # Errors
///
/// [`FlowError::MustEnrol`] where it is required; [`FlowError::Conflict`] where nothing has to be set up.
pub async fn put_off(call: &Call, signed_in: &SignedIn) -> Result<(), FlowError> {
    match state(call, signed_in).enrolment {
        Enrolment::Required => return Err(FlowError::MustEnrol),
        Enrolment::None => return Err(FlowError::Conflict(Text::new(text!("enrolment-nothing-to-put-off")))),
        Enrolment::Offered | Enrolment::Grace(_) => {}
    }
    let note = call.own_row(Event::EnrolmentPutOff, signed_in.about(), &[]);
    let data = (signed_in.account(), call.now, note);
    let job = call.deps.store.write(data, |tx, (account, now, note)| {
        Box::pin(async move {
            if account::put_off(tx, *account, *now).await? {
                audit::append(tx, note).await?;
            }
            Ok(())
        })
    });
    Ok(job.await?)
}
