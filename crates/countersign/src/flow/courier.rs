//! How letters go out, as administrators see it, and a test letter to oneself.

use countersign_core::action::Action;
use countersign_core::audit::Event;
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::text::Text;
use countersign_store::{audit, courier};

use super::letters::{Draft, post};
use super::outbox::{self, CourierState, LetterCounts};
use super::session::SignedIn;
use super::{Call, FlowError, second_step, staff};
use crate::text;

/// One way by which letters go out.
#[derive(Clone, Debug)]
pub struct Courier {
    /// Its name.
    pub name: String,
    /// Whether it is set up.
    pub is_set_up: bool,
    /// Whether the last attempt failed.
    pub is_down: bool,
    /// How it last went.
    pub state: CourierState,
}

/// Every way by which letters go out, or did.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn list(call: &Call) -> Result<(Vec<Courier>, LetterCounts), FlowError> {
    let counts = outbox::counts(call).await?;
    let mut db = call.reader().await?;
    let mut states = courier::states(&mut db).await?;
    if !states.iter().any(|(name, _)| name == outbox::MAIL) {
        states.insert(0, (outbox::MAIL.to_owned(), CourierState::default()));
    }
    let couriers = states.into_iter().map(|(name, state)| Courier {
        is_set_up: name == outbox::MAIL && call.deps.mail,
        is_down: second_step::is_down(&state),
        name,
        state,
    });
    Ok((couriers.collect(), counts))
}

/// Sends a test letter to whoever asks.
///
/// # Errors
///
/// [`FlowError::Conflict`] where no mail is set up; as [`staff::require`] else.
pub async fn test(call: &Call, signed_in: &SignedIn) -> Result<(), FlowError> {
    staff::require(call, signed_in, Action::TestCourier).await?;
    if !call.deps.mail {
        return Err(FlowError::Conflict(Text::new(text!("courier-not-set-up"))));
    }
    let job = call.deps.store.write((call.clone(), signed_in.clone()), |tx, (call, signed_in)| {
        Box::pin(async move {
            let account = staff::hold(tx, call, signed_in, Action::TestCourier).await?;
            let body = LetterBody::default();
            post(tx, call, Draft::about(&account, LetterKind::Test, &account.email, body)).await?;
            let detail = [("courier", outbox::MAIL.to_owned())];
            audit::append(tx, &call.own_row(Event::CourierTested, signed_in.about(), &detail)).await
        })
    });
    job.await?;
    call.deps.post_wake.notify_one();
    Ok(())
}
