//! Calling a phone, or writing to it, for a challenge (MSG-6, MSG-7).
//!
//! One transaction decides: it holds the account's row, judges what stands against it, writes the dispatch, counts it, and
//! keeps the code's MAC in the place of the one before. The worker makes the call once that is committed.

use std::collections::BTreeSet;

use countersign_core::audit::{Actor, Event};
use countersign_core::code::Code;
use countersign_core::factor::phone::{
    self, CallOutcome, Course, GAPS, Next, PhoneCode, SMS_MOST, Ways, next,
};
use countersign_core::id::{BrowserId, PhoneNumberId};
use countersign_core::method::Method;
use countersign_core::phone::pool::Caller;
use countersign_core::phone::spend::{BUDGET_SPAN, Guard};
use countersign_core::phone::{Channel, PhoneNumber};
use countersign_core::sign_in::{Purpose, calls_held_until};
use countersign_core::time::Timestamp;
use countersign_store::challenge::ChallengeRow;
use countersign_store::delivered_code::{DeliveredCode, SentTo};
use countersign_store::dispatch::{
    Budget, Channel as Outgoing, Destination, DispatchRow, DispatchState, insert_within, newest_of_challenge,
};
use countersign_store::facts::AccountFacts;
use countersign_store::phone_number::{self, PhoneNumberRow};
use countersign_store::{Db, StoreError, audit, challenge, delivered_code, organisation};

use super::super::dispatch::{Body, CallBody, SmsBody, draft, post};
use super::super::facts::{enrolled, situation, suspension};
use super::super::{About, Call, GONE};
use super::guards::{self, Wanted};

/// How a code is asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Want {
    /// To which of the account's numbers; `None`: to the one that was chosen before.
    pub phone: Option<PhoneNumberId>,
    /// In which way, where both are open; `None`, and a way that is not open: as the rules say (MSG-7).
    pub channel: Option<Channel>,
}

/// What came of asking for a call or an SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asking {
    /// It is in the outbox.
    Begun(Channel),
    /// The last one is too young.
    TooSoon {
        /// When the next one may be asked for.
        at: Timestamp,
    },
    /// This challenge has had all it may.
    NoMore,
    /// Something stands against it: the key of what the person is told, which says little.
    Guarded(&'static str),
    /// The account has no such number.
    NoNumber,
    /// The challenge is over.
    Over,
}

/// How far a challenge is with one number, and what may follow.
pub(super) struct Stand {
    pub(super) phone: PhoneNumberRow,
    /// `None`: no number that can be called any more.
    pub(super) number: Option<PhoneNumber>,
    pub(super) newest: Option<DispatchRow>,
    pub(super) code: Option<DeliveredCode>,
    pub(super) ways: Ways,
    pub(super) next: Next,
    /// Whether nobody calls, though calls could be made: as there were wrong answers to calls, or as the password came by mail a
    /// short while ago.
    pub(super) is_held: bool,
}

/// The numbers that a challenge may go to: that which is to be proved, or those that are.
pub(super) async fn numbers(
    db: &mut Db,
    call: &Call,
    row: &ChallengeRow,
) -> Result<Vec<PhoneNumberRow>, StoreError> {
    let all = phone_number::of_account(db, &call.deps.keys, row.account_id, call.now).await?;
    let fits = |phone: &PhoneNumberRow| match row.purpose {
        Purpose::ProvePhone => phone.confirmed_at.is_none() && row.subject == Some(*phone.id.as_bytes()),
        _ => phone.confirmed_at.is_some(),
    };
    Ok(all.into_iter().filter(fits).collect())
}

/// The one that was chosen, or the one that signed in last, or the first.
pub(super) fn chosen(row: &ChallengeRow, numbers: &[PhoneNumberRow]) -> Option<PhoneNumberRow> {
    let by_choice = numbers.iter().find(|phone| row.phone_id == Some(phone.id));
    let first = || numbers.iter().min_by_key(|phone| std::cmp::Reverse(phone.last_used_at));
    by_choice.or_else(first).cloned()
}

/// How the challenge stands with this number.
pub(super) async fn stand(
    db: &mut Db,
    call: &Call,
    held: &AccountFacts,
    row: &ChallengeRow,
    phone: PhoneNumberRow,
) -> Result<Stand, StoreError> {
    let newest = newest_of_challenge(db, row.id).await?;
    let code = delivered_code::of_account(db, row.account_id, Method::Phone).await?;
    let code = code.filter(|code| code.challenge_id == row.id);
    let number = PhoneNumber::stored(phone.number.reveal());
    let is_held = guards::calls_are_used_up(db, row.account_id, row.current_browser(), call.now).await?
        || calls_wait(call, held, row);
    let none = Ways { calls: false, sms: false };
    let routes = number.as_ref().map_or(none, |number| guards::routes(call, number));
    let ways = Ways { calls: routes.calls && !is_held, ..routes };
    let ways = if row.purpose == Purpose::ProvePhone { ways.of_proof(&held.policy) } else { ways };
    let called = newest.as_ref().filter(|last| last.channel == Outgoing::Call);
    let here = called.filter(|last| last.phone_id == Some(phone.id));
    let missed = code.as_ref().filter(|code| matches!(code.sent_to, SentTo::Call(_)));
    let course = Course {
        calls: row.calls,
        sms: row.sms,
        last_at: row.phone_at,
        outcome: here.and_then(|last| outcome(last, call.now)),
        missed: missed.is_some_and(|code| code.missed_at.is_some()),
    };
    let next = next(&course, held.policy.phone_rules(), ways);
    Ok(Stand { phone, number, newest, code, ways, next, is_held })
}

/// Whether the password came by mail so short a while ago that four digits are no second step here.
fn calls_wait(call: &Call, held: &AccountFacts, row: &ChallengeRow) -> bool {
    let (enrolled, suspension) = (enrolled(held), suspension(held));
    let situation = situation(held, &enrolled, suspension.as_ref(), call.now);
    calls_held_until(row.purpose, &situation, row.browser()).is_some()
}

/// How a call ended; `None`: it has not.
pub(super) fn outcome(row: &DispatchRow, now: Timestamp) -> Option<CallOutcome> {
    let told = row.outcome.as_deref().and_then(CallOutcome::parse);
    match row.state {
        DispatchState::Waiting if row.expires_at <= now => Some(CallOutcome::Unreached),
        DispatchState::Waiting | DispatchState::Attempted | DispatchState::Ringing => None,
        DispatchState::Sent | DispatchState::Delivered => Some(told.unwrap_or(CallOutcome::Rang)),
        DispatchState::Unknown => Some(told.unwrap_or(CallOutcome::Silent)),
        DispatchState::Failed | DispatchState::Expired | DispatchState::Dropped => {
            Some(told.unwrap_or(CallOutcome::Unreached))
        }
    }
}

/// Begins a call or an SMS for a challenge, within what gaps, guards and limits allow. The transaction must hold the account's
/// row; `row` is the challenge as it stands under it, `browser` the recognised one that asks.
pub(in crate::flow) async fn send(
    tx: &mut Db,
    call: &Call,
    held: &AccountFacts,
    row: &ChallengeRow,
    browser: Option<BrowserId>,
    want: Want,
) -> Result<Asking, StoreError> {
    let numbers = numbers(tx, call, row).await?;
    let phone = match want.phone {
        Some(id) => numbers.iter().find(|phone| phone.id == id).cloned(),
        None => chosen(row, &numbers),
    };
    let Some(phone) = phone else { return Ok(Asking::NoNumber) };
    if row.phone_id != Some(phone.id) && !challenge::choose_phone(tx, row.id, phone.id, call.now).await? {
        return Ok(Asking::Over);
    }
    let stand = stand(tx, call, held, row, phone).await?;
    let Some(number) = stand.number.as_ref() else {
        return Ok(Asking::Guarded(Guard::Destination.text_key()));
    };
    let account = &held.account;
    let wanted = |channel| Wanted { call, account, purpose: row.purpose, number, channel, browser };
    let channel = match open_way(&stand, want.channel, call.now) {
        Ok(channel) => channel,
        Err(Shut::Later(at)) => return Ok(Asking::TooSoon { at }),
        Err(Shut::Over) if row.calls + row.sms > 0 => return Ok(Asking::NoMore),
        Err(Shut::Over) => {
            let guard = if stand.is_held { Guard::Account } else { Guard::NoRoute };
            let channel = if held.policy.phone_rules().calls > 0 { Channel::Call } else { Channel::Sms };
            return wanted(channel).refused(tx, guard).await.map(Asking::Guarded);
        }
    };
    let wanted = wanted(channel);
    let mut locked = match wanted.judged(tx).await? {
        Ok(locked) => locked,
        Err(guard) => return wanted.refused(tx, guard).await.map(Asking::Guarded),
    };
    let sending = Sending { call, held, row, stand: &stand, number, channel };
    if !sending.settle(tx).await? {
        return wanted.refused(tx, Guard::Budget).await.map(Asking::Guarded);
    }
    locked.fail(tx, call.now).await?;
    Ok(Asking::Begun(channel))
}

/// Why nothing goes now.
enum Shut {
    Later(Timestamp),
    Over,
}

/// The way that is taken now: the wished one where it is open, otherwise whichever is.
fn open_way(stand: &Stand, wish: Option<Channel>, now: Timestamp) -> Result<Channel, Shut> {
    let mut ways = [(Channel::Call, stand.next.call), (Channel::Sms, stand.next.sms)];
    if wish == Some(Channel::Sms) {
        ways.reverse();
    }
    if wish.is_some()
        && let (_, Some(at)) = ways[0]
    {
        return if at <= now { Ok(ways[0].0) } else { Err(Shut::Later(at)) };
    }
    let open = ways.iter().find(|(_, at)| at.is_some_and(|at| at <= now));
    let later = ways.iter().filter_map(|(_, at)| *at).min();
    open.map(|(channel, _)| *channel).ok_or_else(|| later.map_or(Shut::Over, Shut::Later))
}

/// A code that nothing but the budget stands against.
struct Sending<'a> {
    call: &'a Call,
    held: &'a AccountFacts,
    row: &'a ChallengeRow,
    stand: &'a Stand,
    number: &'a PhoneNumber,
    channel: Channel,
}

impl Sending<'_> {
    /// Writes dispatch, code and counts. `false`: the budget does not hold it, and nothing was written.
    async fn settle(&self, tx: &mut Db) -> Result<bool, StoreError> {
        let (call, row) = (self.call, self.row);
        let keys = &call.deps.keys;
        let (code, body, caller) = match self.channel {
            Channel::Call => {
                let caller = self.caller(tx).await?;
                let (to, from) = (self.number.reveal().to_owned(), caller.reveal().to_owned());
                let body = Body::Call(CallBody { to, from });
                (PhoneCode::Call(caller.code()), body, Some(caller.lookup(keys)))
            }
            Channel::Sms => {
                let code = Code::random(call.entropy());
                let body = self.sms(tx, &code).await?;
                (PhoneCode::Sms(code), body, None)
            }
        };
        if !self.post(tx, &body, caller).await? {
            return Ok(false);
        }
        let seen = (row.calls, row.sms);
        let begun = match self.channel {
            Channel::Call => {
                let most = self.held.policy.phone_rules().calls;
                challenge::count_call(tx, row.id, seen, most, call.now).await?
            }
            Channel::Sms => challenge::count_sms(tx, row.id, seen, SMS_MOST, call.now).await?,
        };
        // The challenge ended meanwhile: what was written is rolled back with all else.
        begun.ok_or(StoreError::Refused(GONE))?;
        if let Some(caller) = caller {
            phone_number::set_last_caller(tx, self.stand.phone.id, caller).await?;
        }
        self.keep(tx, &code).await?;
        self.note(tx).await?;
        Ok(true)
    }

    /// Draws the number that calls from all but those that called this person's phones last, so none that rings on another of
    /// them just now. Whom else they call is no matter of chance: whoever could keep some of them busy would know the rest.
    async fn caller(&self, tx: &mut Db) -> Result<Caller, StoreError> {
        let call = self.call;
        let pool = call.deps.reach.pools.of(self.number.country()).ok_or(StoreError::Refused(GONE))?;
        let account = self.row.account_id;
        let all = phone_number::of_account(tx, &call.deps.keys, account, call.now).await?;
        let last: BTreeSet<[u8; 16]> = all.iter().filter_map(|phone| phone.last_caller).collect();
        let called_last = |caller: &Caller| last.contains(&caller.lookup(&call.deps.keys));
        Ok(pool.draw(call.entropy(), called_last).clone())
    }

    async fn sms(&self, tx: &mut Db, code: &Code) -> Result<Body, StoreError> {
        let account = &self.held.account;
        let organisation = organisation::by_id(tx, account.organisation_id).await?;
        Ok(Body::Sms(SmsBody {
            to: self.number.reveal().to_owned(),
            language: account.language.clone().unwrap_or_else(|| self.call.deps.language.clone()),
            organisation: organisation.map(|organisation| organisation.name).unwrap_or_default(),
            code: code.reveal(),
            purpose: self.row.purpose.as_str().to_owned(),
            until: self.expires_at().as_millis(),
        }))
    }

    /// Puts it into the outbox, where it waits for no longer than until the next one may be asked for: of two codes the older
    /// one must not go last. `false`: the budget does not hold its price.
    async fn post(&self, tx: &mut Db, body: &Body, caller: Option<[u8; 16]>) -> Result<bool, StoreError> {
        let (call, reach) = (self.call, &self.call.deps.reach);
        let price = reach.prices.of(self.number.country(), self.channel);
        let mut new = draft(call, body, self.expires_at().min(call.now.plus(GAPS[0])));
        new.account_id = Some(self.row.account_id);
        new.organisation_id = Some(self.held.account.organisation_id);
        new.challenge_id = Some(self.row.id);
        new.phone_id = Some(self.stand.phone.id);
        new.destination = Some(Destination {
            country: self.number.country().to_string(),
            prefix: self.number.prefix().to_owned(),
        });
        new.caller = caller;
        new.price = u32::try_from(price).unwrap_or(u32::MAX);
        let Some(most) = reach.budget else {
            post(tx, call, &new).await?;
            return Ok(true);
        };
        let budget = Budget { most, since: call.now.minus(BUDGET_SPAN) };
        insert_within(tx, &call.deps.keys, call.entropy(), &new, budget).await
    }

    fn expires_at(&self) -> Timestamp {
        self.call.now.plus(phone::life(self.channel)).min(self.row.expires_at)
    }

    /// Keeps the code's MAC as the account's one live code.
    async fn keep(&self, tx: &mut Db, code: &PhoneCode) -> Result<(), StoreError> {
        let (call, row, to) = (self.call, self.row, self.stand.phone.id);
        let mut earlier = Vec::new();
        if let Some(before) = &self.stand.code {
            earlier.clone_from(&before.earlier);
            earlier.push(before.mac);
        }
        let sent = DeliveredCode {
            account_id: row.account_id,
            method: Method::Phone,
            challenge_id: row.id,
            sent_to: match self.channel {
                Channel::Call => SentTo::Call(to),
                Channel::Sms => SentTo::Sms(to),
            },
            mac: phone::mac(&call.deps.keys, row.id, row.purpose, code),
            earlier,
            sent_at: call.now,
            expires_at: self.expires_at(),
            spent_at: None,
            missed_at: None,
        };
        delivered_code::put(tx, &sent).await
    }

    async fn note(&self, tx: &mut Db) -> Result<(), StoreError> {
        let detail = [
            ("purpose", self.row.purpose.as_str().to_owned()),
            ("phone", self.stand.phone.id.to_string()),
            ("number", self.number.masked()),
            ("country", self.number.country().to_string()),
        ];
        let event = match self.channel {
            Channel::Call => Event::CallAsked,
            Channel::Sms => Event::SmsAsked,
        };
        let about = About::of(&self.held.account);
        audit::append(tx, &self.call.audit_row(event, Actor::Stranger, about, &detail)).await
    }
}
