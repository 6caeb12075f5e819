//! What stands against a call or an SMS before it costs anything.
//!
//! All of it is judged in the transaction that sends, after the account's row is held. Whoever asks hears the same of every
//! limit; which it was stands in the audit log.

use countersign_core::audit::{Actor, AuditRow, Event};
use countersign_core::factor::phone::{Rules, SMS_LIFE, Ways};
use countersign_core::id::{AccountId, BrowserId};
use countersign_core::limits::{
    Bucket, CounterKey, PHONE_BLOCK, PHONE_CODE_ADDRESS, PHONE_MINUTE, PHONE_NUMBER, PHONE_NUMBER_BROWSER,
    PHONE_NUMBER_PROOF,
};
use countersign_core::phone::spend::{
    BREAKER_CODES, BREAKER_LEAST, BREAKER_OPEN, Guard, SEQUENCE_LEAST, SEQUENCE_NEIGHBOURS, SEQUENCE_SPAN,
    stopped_until, too_few_come_back,
};
use countersign_core::phone::{Channel, PhoneNumber};
use countersign_core::sign_in::Purpose;
use countersign_core::time::Timestamp;
use countersign_store::account::AccountRow;
use countersign_store::breaker::{self, BreakerRow};
use countersign_store::dispatch::answered_of_prefix;
use countersign_store::facts::AccountFacts;
use countersign_store::{Db, StoreError, audit, counter};

use super::super::limit::{Charges, Locked, Refusal};
use super::super::{About, Call, FlowError};
use crate::observe::metrics;

/// The words in the breaker's row and in the audit log for why it opened: too few codes came back.
const TOO_FEW: &str = "too-few-answered";
/// … or few did, of neighbouring numbers that were asked one after another.
pub(super) const IN_SEQUENCE: &str = "neighbours-in-sequence";

/// What is about to be sent, as far as guards ask.
pub(super) struct Wanted<'a> {
    pub(super) call: &'a Call,
    pub(super) account: &'a AccountRow,
    pub(super) purpose: Purpose,
    pub(super) number: &'a PhoneNumber,
    pub(super) channel: Channel,
    pub(super) browser: Option<BrowserId>,
}

/// Whether this number can be reached at all: it is on the list, and what the policy allows has a way to it.
pub(super) fn reached(call: &Call, rules: Rules, number: &PhoneNumber) -> Result<(), Guard> {
    if !call.deps.reach.destinations.allow(number) {
        return Err(Guard::Destination);
    }
    let ways = routes(call, number);
    let open = (ways.calls && rules.calls > 0) || (ways.sms && rules.sms);
    if open { Ok(()) } else { Err(Guard::NoRoute) }
}

/// The ways to this number that are set up.
pub(super) fn routes(call: &Call, number: &PhoneNumber) -> Ways {
    let reach = &call.deps.reach;
    Ways {
        calls: reach.has(Channel::Call, number.country()),
        sms: reach.has(Channel::Sms, number.country()) && number.takes_sms(),
    }
}

/// Whether all the wrong answers to calls were given that this browser, or all strangers together, may give on an account: nobody
/// calls for it then, and an SMS has six digits. A look only: the answer itself takes this counter before the account's row.
pub(super) async fn calls_are_used_up(
    db: &mut Db,
    account: AccountId,
    browser: Option<BrowserId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    Ok(Charges::new(vec![CounterKey::call_answer(account, &bucket(browser))]).peek(db, now).await?.is_err())
}

/// Whose counters a call or an SMS, or an answer to it, is charged to.
pub(in crate::flow) fn bucket(browser: Option<BrowserId>) -> Bucket {
    browser.map_or(Bucket::Strangers, Bucket::Browser)
}

impl Wanted<'_> {
    /// What strangers ask for, who share the owner's number or network, is counted apart from what a recognised browser asks
    /// for to sign in (ALL-2). What costs whoever runs the server is counted of both.
    fn charges(&self) -> Charges {
        let (call, keys) = (self.call, &self.call.deps.keys);
        let number = self.number.limit_id(keys);
        let mut charged = vec![
            CounterKey::phone_block(self.number.block_limit_id(keys)),
            CounterKey::phone_code(self.account.id, &bucket(self.browser)),
            CounterKey::phone_code_account(self.account.id),
            CounterKey::phone_minute(),
        ];
        if self.browser.is_some() && self.purpose == Purpose::SignIn {
            charged.push(CounterKey::phone_number_browser(number));
        } else {
            charged.push(CounterKey::phone_number(number));
            charged.push(CounterKey::phone_code_address(&call.origin.address));
        }
        if self.purpose == Purpose::ProvePhone {
            charged.push(CounterKey::phone_number_proof(number));
        }
        Charges::new(charged)
    }

    /// Judges all but the budget, which is judged with writing. What is returned is to be charged once something is sent.
    pub(super) async fn judged(&self, tx: &mut Db) -> Result<Result<Locked, Guard>, StoreError> {
        if !self.call.deps.reach.destinations.allow(self.number) {
            return Ok(Err(Guard::Destination));
        }
        let locked = self.charges().lock(tx).await?;
        if let Err(refused) = locked.check(self.call.now) {
            return Ok(Err(guard_of(refused.limit)));
        }
        if self.is_stopped(tx).await? {
            return Ok(Err(Guard::Breaker));
        }
        Ok(Ok(locked))
    }

    /// Whether the breaker of the number's prefix is open, or has to be opened now. The counter of the whole installation is
    /// held, so nobody else judges the same codes.
    async fn is_stopped(&self, tx: &mut Db) -> Result<bool, StoreError> {
        let (now, prefix) = (self.call.now, self.number.prefix());
        let last = breaker::of_prefix(tx, prefix).await?;
        let is_open =
            |row: &BreakerRow| row.closed_at.is_none() && stopped_until(row.opened_at, now).is_some();
        if last.as_ref().is_some_and(is_open) {
            return Ok(true);
        }
        // What was sent before it was closed no longer counts.
        let since = last.map_or(Timestamp::from_millis(0), |row| {
            row.closed_at.unwrap_or_else(|| row.opened_at.plus(BREAKER_OPEN))
        });
        let most = u32::try_from(BREAKER_CODES).unwrap_or(u32::MAX);
        let answered = answered_of_prefix(tx, prefix, since, now.minus(SMS_LIFE), most).await?;
        let reason = if too_few_come_back(&answered, BREAKER_LEAST) {
            TOO_FEW
        } else if too_few_come_back(&answered, SEQUENCE_LEAST) && self.is_in_sequence(tx).await? {
            IN_SEQUENCE
        } else {
            return Ok(false);
        };
        self.open_breaker(tx, &answered, reason).await?;
        Ok(true)
    }

    /// Whether the numbers next to this one have had calls or SMS a short while ago.
    async fn is_in_sequence(&self, tx: &mut Db) -> Result<bool, StoreError> {
        let near = self.number.neighbour_limit_ids(&self.call.deps.keys);
        let keys = near
            .into_iter()
            .flat_map(|number| [CounterKey::phone_number(number), CounterKey::phone_number_browser(number)]);
        let mut keys: Vec<CounterKey> = keys.collect();
        keys.sort();
        let since = self.call.now.minus(SEQUENCE_SPAN);
        let asked = counter::peek(tx, &keys).await?;
        let lately = asked.iter().filter(|(_, counter)| counter.hits().last().is_some_and(|at| *at > since));
        Ok(lately.count() >= SEQUENCE_NEIGHBOURS)
    }

    async fn open_breaker(
        &self,
        tx: &mut Db,
        answered: &[bool],
        reason: &'static str,
    ) -> Result<(), StoreError> {
        let (call, number) = (self.call, self.number);
        let opened = BreakerRow {
            prefix: number.prefix().to_owned(),
            country: number.country().to_string(),
            reason: reason.to_owned(),
            organisation_id: Some(self.account.organisation_id),
            opened_at: call.now,
            closed_at: None,
            closed_by: None,
        };
        if !breaker::open(tx, &opened, call.now.minus(BREAKER_OPEN)).await? {
            return Ok(());
        }
        let right = answered.iter().filter(|answered| **answered).count();
        let detail = [
            ("prefix", opened.prefix.clone()),
            ("country", opened.country.clone()),
            ("reason", reason.to_owned()),
            ("codes", answered.len().to_string()),
            ("answered", right.to_string()),
        ];
        // About the organisation whose codes opened it, and about none of its accounts: a prefix beside a masked number
        // would tell most of it.
        let about = About { account: None, organisation: Some(self.account.organisation_id) };
        audit::append(tx, &call.audit_row(Event::BreakerOpened, Actor::System, about, &detail)).await
    }

    /// Writes down why nothing is sent, in the transaction that decided it, and returns what the person is told.
    pub(super) async fn refused(&self, tx: &mut Db, guard: Guard) -> Result<&'static str, StoreError> {
        let detail = [
            ("guard", guard.as_str().to_owned()),
            ("channel", self.channel.as_str().to_owned()),
            ("purpose", self.purpose.as_str().to_owned()),
            ("number", self.number.masked()),
            ("country", self.number.country().to_string()),
        ];
        let row = self.call.audit_row(Event::PhoneGuarded, Actor::Stranger, About::of(self.account), &detail);
        note(tx, self.call, self.account, guard, row).await?;
        Ok(guard.text_key())
    }
}

/// One row a minute for each guard, account and network; the others stand in the figures only. That the budget is spent is
/// told once an hour besides.
async fn note(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    guard: Guard,
    row: AuditRow,
) -> Result<(), StoreError> {
    metrics::phone_guarded(guard.as_str());
    Refusal::new(call, account.id, limit_of(guard), row).note(tx).await?;
    if guard != Guard::Budget {
        return Ok(());
    }
    let hour = call.now.as_secs().div_euclid(3_600).to_be_bytes();
    let hash = call.deps.keys.mac("budget told", &[account.organisation_id.as_bytes(), &hour]);
    if countersign_store::nonce::spend(tx, &hash, call.now.plus(std::time::Duration::from_hours(2))).await? {
        let about = About { account: None, organisation: Some(account.organisation_id) };
        let budget = call.deps.reach.budget.unwrap_or_default().to_string();
        let row = call.audit_row(Event::BudgetSpent, Actor::System, about, &[("budget", budget)]);
        audit::append(tx, &row).await?;
    }
    Ok(())
}

/// As [`Wanted::refused`], of a number that is being added: nothing else is written.
pub(super) async fn record(
    call: &Call,
    facts: &AccountFacts,
    number: &PhoneNumber,
    guard: Guard,
) -> Result<(), FlowError> {
    let detail = [
        ("guard", guard.as_str().to_owned()),
        ("purpose", Purpose::ProvePhone.as_str().to_owned()),
        ("number", number.masked()),
        ("country", number.country().to_string()),
    ];
    let row = call.own_row(Event::PhoneGuarded, About::of(&facts.account), &detail);
    metrics::phone_guarded(guard.as_str());
    Ok(Refusal::new(call, facts.account.id, guard.as_str(), row).record(call).await?)
}

/// Under which name a refusal is noted: what counts over all accounts has one row for all.
fn limit_of(guard: Guard) -> &'static str {
    match guard {
        Guard::Block => PHONE_BLOCK.name,
        Guard::Address => PHONE_CODE_ADDRESS.name,
        Guard::Minute => PHONE_MINUTE.name,
        other => other.as_str(),
    }
}

fn guard_of(limit: &str) -> Guard {
    match limit {
        name if [&PHONE_NUMBER, &PHONE_NUMBER_PROOF, &PHONE_NUMBER_BROWSER]
            .iter()
            .any(|one| one.name == name) =>
        {
            Guard::Number
        }
        name if name == PHONE_BLOCK.name => Guard::Block,
        name if name == PHONE_CODE_ADDRESS.name => Guard::Address,
        name if name == PHONE_MINUTE.name => Guard::Minute,
        _ => Guard::Account,
    }
}
