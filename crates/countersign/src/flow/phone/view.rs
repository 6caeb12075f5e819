//! How a challenge stands with the phone, as the page that waits for digits shows it.

use countersign_core::factor::phone::CallOutcome;
use countersign_core::id::PhoneNumberId;
use countersign_core::phone::Channel;
use countersign_core::time::Timestamp;
use countersign_store::delivered_code::SentTo;
use countersign_store::dispatch::{Channel as Outgoing, DispatchRow, DispatchState};
use countersign_store::facts::ChallengeFacts;
use countersign_store::{Db, StoreError};

use super::super::Call;
use super::code::{Stand, chosen, numbers, outcome, stand};
use super::masked;

/// The phone's part of a challenge.
#[derive(Clone, Debug)]
pub struct PhoneStep {
    /// The numbers to choose from, the first added first; that which is to be proved stands alone.
    pub numbers: Vec<NumberChoice>,
    /// The one that is called next, unless another is chosen.
    pub chosen: PhoneNumberId,
    /// The newest call or SMS of this challenge.
    pub newest: Option<Newest>,
    /// What may be asked for next for the chosen number.
    pub next: Look,
    /// With what every number of the pool that calls it begins, if they all begin alike.
    pub calls_begin_with: Option<String>,
}

/// One number to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberChoice {
    /// Its id.
    pub id: PhoneNumberId,
    /// The number, masked.
    pub masked: String,
}

/// What may be asked for, and from when on. A time that is past: at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// A call.
    pub call: Option<Timestamp>,
    /// An SMS; beside a call only where the last one did not reach the phone.
    pub sms: Option<Timestamp>,
}

impl Look {
    /// What the next request brings, and from when on; `None`: nothing more.
    pub fn first(self) -> Option<(Channel, Timestamp)> {
        let call = self.call.map(|at| (Channel::Call, at));
        let sms = self.sms.map(|at| (Channel::Sms, at));
        [call, sms].into_iter().flatten().min_by_key(|(_, at)| *at)
    }
}

/// The newest call or SMS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newest {
    /// Which it was.
    pub channel: Channel,
    /// The number it went to, masked; `None`: it is no longer the account's.
    pub to: Option<String>,
    /// When it was asked for.
    pub at: Timestamp,
    /// How far it has come.
    pub stage: Stage,
    /// Until when its code can be answered; `None`: it cannot, as it is over, was used, was answered wrongly, or another
    /// sign-in has asked for one since.
    pub answer_until: Option<Timestamp>,
    /// Whether its code ended with a wrong answer.
    pub missed: bool,
}

/// How far a call or an SMS has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It is about to go.
    OnItsWay,
    /// The phone rings.
    Ringing,
    /// The call has ended: the outcome has the text that tells how.
    Ended(CallOutcome),
    /// The SMS was taken over, or may have been.
    Sent,
    /// The SMS has arrived.
    Delivered,
    /// The SMS could not be delivered.
    Undelivered,
}

/// The phone's part of a challenge; `None`: there is no number that it could go to.
pub(in crate::flow) async fn step_of(
    call: &Call,
    db: &mut Db,
    facts: &ChallengeFacts,
) -> Result<Option<PhoneStep>, StoreError> {
    let row = &facts.challenge;
    let all = numbers(db, call, row).await?;
    let Some(phone) = chosen(row, &all) else { return Ok(None) };
    let stand = stand(db, call, &facts.facts, row, phone).await?;
    let choices: Vec<NumberChoice> =
        all.iter().map(|phone| NumberChoice { id: phone.id, masked: masked(phone) }).collect();
    let newest = stand.newest.as_ref().and_then(|newest| newest_of(call, &stand, newest, &choices));
    Ok(Some(PhoneStep {
        chosen: stand.phone.id,
        newest,
        next: Look { call: stand.next.call, sms: stand.next.sms },
        calls_begin_with: begin_with(call, &stand),
        numbers: choices,
    }))
}

fn begin_with(call: &Call, stand: &Stand) -> Option<String> {
    let number = stand.number.as_ref().filter(|_| stand.ways.calls)?;
    let pool = call.deps.reach.pools.of(number.country())?;
    pool.shared_prefix().map(str::to_owned)
}

fn newest_of(call: &Call, stand: &Stand, row: &DispatchRow, choices: &[NumberChoice]) -> Option<Newest> {
    let channel = match row.channel {
        Outgoing::Call => Channel::Call,
        Outgoing::Sms => Channel::Sms,
        Outgoing::Telegram => return None,
    };
    let code = stand.code.as_ref().filter(|code| match (&code.sent_to, channel) {
        (SentTo::Call(_), Channel::Call) | (SentTo::Sms(_), Channel::Sms) => true,
        (SentTo::Call(_) | SentTo::Sms(_) | SentTo::Mail(_), _) => false,
    });
    let missed = channel == Channel::Call && code.is_some_and(|code| code.missed_at.is_some());
    let live = code.filter(|code| !missed && code.spent_at.is_none() && code.expires_at > call.now);
    Some(Newest {
        channel,
        to: choices.iter().find(|choice| row.phone_id == Some(choice.id)).map(|choice| choice.masked.clone()),
        at: row.created_at,
        stage: stage(row, channel, call.now),
        answer_until: live.map(|code| code.expires_at),
        missed,
    })
}

fn stage(row: &DispatchRow, channel: Channel, now: Timestamp) -> Stage {
    if channel == Channel::Call {
        let under_way = if row.rang_at.is_some() { Stage::Ringing } else { Stage::OnItsWay };
        return outcome(row, now).map_or(under_way, Stage::Ended);
    }
    match row.state {
        DispatchState::Waiting if row.expires_at <= now => Stage::Undelivered,
        DispatchState::Waiting | DispatchState::Attempted | DispatchState::Ringing => Stage::OnItsWay,
        DispatchState::Sent | DispatchState::Unknown => Stage::Sent,
        DispatchState::Delivered => Stage::Delivered,
        DispatchState::Failed | DispatchState::Expired | DispatchState::Dropped => Stage::Undelivered,
    }
}
