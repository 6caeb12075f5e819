//! Putting Telegram messages, calls and SMS into their outbox, and writing down what became of them.
//!
//! To send is to insert a row in the transaction that decides it, and to wake the worker once that is committed:
//! `call.deps.dispatch_wake.notify_one()`.

use std::time::Duration;

use countersign_core::id::{AccountId, ChallengeId, DispatchId, OrganisationId};
use countersign_core::time::Timestamp;
use countersign_store::dispatch::{self, Destination, DispatchRow, DispatchState, End, NewDispatch};
use countersign_store::{Db, StoreError, account};

pub use countersign_core::dispatch::{
    Asked, Body, BotText, CallBody, Prompt, PromptButton, PromptEdit, PromptEnd, Saying, SmsBody,
};
pub use countersign_store::dispatch::Channel;

use super::telegram::{inbox, prompt};
use super::{Call, FlowError, phone};

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

/// What became of a dispatch that was begun.
#[derive(Clone, Debug)]
pub enum Ending {
    /// It has ended.
    Ended {
        /// Sent, delivered, failed or unknown.
        state: DispatchState,
        /// In which way.
        outcome: &'static str,
        /// By which trunk or route it went, where one was asked.
        route: Option<String>,
        /// What that calls it in its receipts.
        remote_id: Option<String>,
        /// The message that it has become in its chat.
        message: Option<i64>,
    },
    /// Nobody can write to this chat: the person has blocked the bot, or never started it.
    Blocked {
        /// The chat.
        chat: i64,
    },
    /// It was certainly not handed over and is tried again.
    Later {
        /// When.
        at: Timestamp,
        /// Why not now.
        outcome: &'static str,
    },
}

impl Ending {
    /// The word that is written down.
    pub const fn outcome(&self) -> &'static str {
        match self {
            Self::Ended { outcome, .. } | Self::Later { outcome, .. } => outcome,
            Self::Blocked { .. } => "blocked",
        }
    }
}

/// Notes that the phone rings.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn ringing(call: &Call, id: DispatchId) -> Result<bool, FlowError> {
    let data = (id, call.now);
    let job = call
        .deps
        .store
        .write(data, |tx, (id, now)| Box::pin(async move { dispatch::ringing(tx, *id, *now).await }));
    Ok(job.await?)
}

/// Writes down what became of a dispatch, and what follows from it: the message of a question, a bot that was blocked, the
/// end of a call. `false`: it had ended or was taken back.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn outcome(call: &Call, row: &DispatchRow, ending: Ending) -> Result<bool, FlowError> {
    let data = (call.clone(), row.clone(), ending);
    let job = call.deps.store.write(data, |tx, (call, row, ending)| {
        Box::pin(async move { write_down(tx, call, row, ending).await })
    });
    let ended = job.await?;
    // What follows may have something to say.
    if row.channel == Channel::Telegram {
        call.deps.dispatch_wake.notify_one();
        call.deps.post_wake.notify_one();
    }
    Ok(ended)
}

async fn write_down(
    tx: &mut Db,
    call: &Call,
    row: &DispatchRow,
    ending: &Ending,
) -> Result<bool, StoreError> {
    // Accounts come first, as wherever what waits for a challenge is taken back. Who blocked the bot may have several, which
    // are locked in their order.
    if let Ending::Blocked { chat } = ending {
        inbox::blocked(tx, call, *chat).await?;
    } else if let Some(id) = row.account_id.filter(|_| row.channel == Channel::Telegram) {
        account::lock(tx, id).await?;
    }
    match ending {
        Ending::Later { at, outcome } => dispatch::retry(tx, row.id, *at, outcome).await,
        Ending::Blocked { .. } => {
            let failed = DispatchState::Failed;
            let end = End { state: failed, outcome: ending.outcome(), route: None, remote_id: None };
            dispatch::end(tx, row.id, &end, call.now).await
        }
        Ending::Ended { state, outcome, route, remote_id, message } => {
            let (route, remote_id) = (route.as_deref(), remote_id.as_deref());
            let end = End { state: *state, outcome, route, remote_id };
            if !dispatch::end(tx, row.id, &end, call.now).await? {
                return Ok(false);
            }
            if let Some((prompt, message)) = row.prompt_id.zip(*message) {
                prompt::sent(tx, call, prompt, message).await?;
            }
            phone::note_end(tx, call, row, outcome).await?;
            Ok(true)
        }
    }
}

/// Gives up at most `most` dispatches that nobody began to send in time, or whose sender was not heard of again, and
/// returns them.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn give_up(call: &Call, most: u32) -> Result<Vec<DispatchRow>, FlowError> {
    let job = call.deps.store.write((call.clone(), most), |tx, (call, most)| {
        Box::pin(async move {
            let mut rows = dispatch::expire(tx, call.now, *most).await?;
            for row in &rows {
                phone::note_end(tx, call, row, "expired").await?;
            }
            let lost = dispatch::lose(tx, call.now, *most).await?;
            for row in &lost {
                phone::note_end(tx, call, row, "lost").await?;
            }
            rows.extend(lost);
            Ok::<_, StoreError>(rows)
        })
    });
    Ok(job.await?)
}
