//! Putting Telegram messages, calls and SMS into their outbox, and writing down what became of them.
//!
//! To send is to insert a row in the transaction that decides it, and to wake the worker once that is committed:
//! `call.deps.dispatch_wake.notify_one()`.

use std::time::Duration;

use countersign_core::id::{AccountId, ChallengeId, DispatchId, OrganisationId};
use countersign_core::time::Timestamp;
use countersign_store::dispatch::{self, Destination, NewDispatch};
use countersign_store::{Db, StoreError};

pub use countersign_core::dispatch::{
    Asked, Body, BotText, CallBody, Prompt, PromptButton, PromptEdit, PromptEnd, Saying, SmsBody,
};
pub use countersign_store::dispatch::Channel;

use super::Call;

/// How long a bot's message is tried that nothing waits for: an edit, an answer to a command.
pub const CHAT_LIFE: Duration = Duration::from_mins(10);

/// A dispatch that goes at once, to be completed by whoever sends it: [`NewDispatch`] has the rest as plain fields.
pub fn draft(call: &Call, body: &Body, expires_at: Timestamp) -> NewDispatch {
    let channel = match body {
        Body::Prompt(_) | Body::PromptEdit(_) | Body::BotText(_) => Channel::Telegram,
        Body::Call(_) => Channel::Call,
        Body::Sms(_) => Channel::Sms,
    };
    NewDispatch {
        id: DispatchId::new(call.now, call.entropy()),
        channel,
        kind: body.kind().to_owned(),
        account_id: None::<AccountId>,
        organisation_id: None::<OrganisationId>,
        challenge_id: None::<ChallengeId>,
        phone_id: None,
        prompt_id: None,
        body: body.to_bytes(),
        destination: None::<Destination>,
        caller: None,
        price: 0,
        created_at: call.now,
        send_at: call.now,
        expires_at,
    }
}

/// Puts it into the outbox. Calls and SMS that an organisation's budget pays for go by
/// [`countersign_store::dispatch::insert_within`].
pub async fn post(tx: &mut Db, call: &Call, new: &NewDispatch) -> Result<(), StoreError> {
    dispatch::insert(tx, &call.deps.keys, call.entropy(), new).await
}
