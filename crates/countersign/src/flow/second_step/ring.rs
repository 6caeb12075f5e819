//! Asking for a call or an SMS.

use countersign_core::method::Method;
use countersign_core::secret::Token;
use countersign_store::{Db, StoreError, challenge};

use super::super::phone::{self, Asking, Want};
use super::super::sign_in::Recognised;
use super::super::{Call, FlowError, GONE};
use super::send::{Wish, wish};

/// A wish for the phone, and how.
struct PhoneWish {
    wish: Wish,
    want: Want,
}

/// Calls the chosen number, or writes to it, as the rules say (MSG-6, MSG-7), and goes on with this method. Answers at once:
/// how far the call has come is told by the view of the challenge.
///
/// # Errors
///
/// `NotFound`: the challenge is over, or the account has no such number. `Conflict`: the method is not on offer.
pub async fn ask_phone(
    call: &Call,
    token: &Token,
    browser: Option<&Token>,
    session: Option<&Token>,
    want: Want,
) -> Result<Asking, FlowError> {
    let wish = wish(call, token, browser, session, Method::Phone, true).await?;
    let wish = PhoneWish { wish, want };
    let asking = match call.deps.store.write(wish, |tx, wish| Box::pin(wish.settle(tx))).await {
        Err(StoreError::Refused(GONE)) => Asking::Over,
        other => other?,
    };
    match asking {
        Asking::Over | Asking::NoNumber => return Err(FlowError::NotFound),
        Asking::Begun(_) => call.deps.dispatch_wake.notify_one(),
        Asking::TooSoon { .. } | Asking::NoMore | Asking::Guarded(_) => {}
    }
    Ok(asking)
}

impl PhoneWish {
    async fn settle(&self, tx: &mut Db) -> Result<Asking, StoreError> {
        let Wish { call, facts, browser, method, .. } = &self.wish;
        let Some(held) = self.wish.held(tx).await? else { return Ok(Asking::Over) };
        if !challenge::set_method(tx, facts.challenge.id, *method, call.now).await? {
            return Ok(Asking::Over);
        }
        // Under the lock of the account the row may have sent meanwhile: what counts is what stands there now.
        let Some(row) = challenge::by_id(tx, facts.challenge.id).await? else { return Ok(Asking::Over) };
        let known = browser.and_then(Recognised::current);
        phone::send(tx, call, &held, &row, known, self.want).await
    }
}
