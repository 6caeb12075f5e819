//! An answer to a question in a chat, by the person who was asked: judged by core, charged to the counters of every second
//! step (ALL-2), decided by conditional updates (ALL-1).

use std::net::IpAddr;

use countersign_core::audit::{Actor, AuditRow, Event};
use countersign_core::dispatch::{PromptEnd, Saying};
use countersign_core::factor::telegram::{
    self as rules, Answer, Prompt, Refusal as Reason, Shown, State, Verdict,
};
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::limits::CHALLENGE_TRIES;
use countersign_core::method::Method;
use countersign_core::time::Timestamp;
use countersign_store::account::{AccountRow, AccountState};
use countersign_store::challenge::ChallengeRow;
use countersign_store::facts::{self, AccountFacts};
use countersign_store::telegram_account::{TelegramAccountRow, TelegramPerson};
use countersign_store::telegram_prompt::TelegramPromptRow;
use countersign_store::{
    Db, StoreError, account, audit, challenge, dispatch, letter, telegram_account, telegram_prompt,
};

use super::super::super::letters::notice;
use super::super::super::limit::{Charges, Locked, Refusal};
use super::super::super::second_step::{charges_of, offers_of};
use super::super::super::{About, Call};
use super::super::{chat_row, owner, prompt, say, saying, which};
use super::junk;

/// Who answers, and where the answer stands.
pub(super) struct Spoken<'a> {
    pub(super) person: &'a TelegramPerson,
    /// The message whose button was pressed.
    pub(super) message: Option<i64>,
    /// Whether digits were typed, which are answered in the chat.
    pub(super) typed: bool,
}

/// A question that the person was really asked.
pub(super) struct Asked<'a> {
    pub(super) chat: &'a TelegramAccountRow,
    pub(super) prompt: &'a TelegramPromptRow,
}

/// What came of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Confirmed,
    Refused,
    WrongNumber,
    Wrong,
    Answered,
    Over,
    Late,
    Misfit,
    TooMany,
}

/// What is known under the locks.
struct Held {
    account: AccountRow,
    prompt: TelegramPromptRow,
    /// The challenge, whether or not it still waits.
    challenge: Option<ChallengeRow>,
    /// What the account's rows say, where they are those that the challenge was opened with.
    facts: Option<AccountFacts>,
}

impl Asked<'_> {
    /// Counters first, then the account, then the rest: the order of every transaction.
    pub(super) async fn answered(
        &self,
        tx: &mut Db,
        call: &Call,
        spoken: &Spoken<'_>,
        answer: &Answer,
    ) -> Result<Outcome, StoreError> {
        let row = challenge::by_id(tx, self.prompt.challenge_id).await?;
        let mut locked = match &row {
            Some(row) => charges(row).lock(tx).await?,
            None => Charges::new(Vec::new()).lock(tx).await?,
        };
        let noise = junk(tx, call, spoken.person.id).await?;
        let Some(held) = self.held(tx, call).await? else { return Ok(Outcome::Over) };
        let verdict = held.judge(tx, call, answer).await?;
        let deed = Deed { call, asked: self, spoken, held: &held };
        let guess = !matches!(answer, Answer::NotMe)
            && matches!(verdict, Verdict::Confirmed | Verdict::Refused(_) | Verdict::Wrong);
        if guess && let Err(refused) = locked.check(call.now) {
            let note = deed.row(Event::SecondStepRefused, &[]);
            Refusal::new(call, held.account.id, refused.limit, note).note(tx).await?;
            return Ok(Outcome::TooMany);
        }
        match verdict {
            Verdict::Confirmed => deed.confirm(tx).await,
            Verdict::Refused(reason) => {
                if reason == Reason::WrongNumber {
                    locked.fail(tx, call.now).await?;
                }
                deed.refuse(tx, reason).await
            }
            Verdict::Wrong => {
                locked.fail(tx, call.now).await?;
                deed.wrong(tx).await
            }
            Verdict::Answered => deed.nothing(tx, noise, Outcome::Answered).await,
            Verdict::Over => deed.nothing(tx, noise, Outcome::Over).await,
            Verdict::Late => deed.nothing(tx, noise, Outcome::Late).await,
            Verdict::Misfit => deed.nothing(tx, noise, Outcome::Misfit).await,
        }
    }

    /// Holds the account's row and reads everything again: an answer in another chat comes wholly before or wholly after.
    async fn held(&self, tx: &mut Db, call: &Call) -> Result<Option<Held>, StoreError> {
        account::lock(tx, self.prompt.account_id).await?;
        let Some(account) = account::by_id(tx, self.prompt.account_id).await? else { return Ok(None) };
        let Some(prompt) = telegram_prompt::by_id(tx, self.prompt.id).await? else { return Ok(None) };
        let challenge = challenge::by_id(tx, prompt.challenge_id).await?;
        let facts = facts::account_facts(tx, account.id, call.now).await?;
        Ok(Some(Held { account, prompt, challenge, facts }))
    }
}

/// The counters of the second step that a challenge is: the browser that began it has its own, or is a stranger.
fn charges(row: &ChallengeRow) -> Charges {
    charges_of(row, row.address.parse::<IpAddr>().ok().as_ref(), row.current_browser())
}

impl Held {
    /// Whether the challenge still waits for exactly this: nothing that it is bound to has changed.
    fn waits(&self, call: &Call) -> bool {
        let (Some(row), Some(facts)) = (&self.challenge, &self.facts) else { return false };
        let account = &facts.account;
        let offers = offers_of(call, facts, row.purpose, row.browser());
        row.spent_at.is_none()
            && row.approved_at.is_none()
            && row.expires_at > call.now
            && row.tries < CHALLENGE_TRIES
            && account.state == AccountState::Active
            && row.password_version == account.password_version
            && row.factor_version == account.factor_version
            && offers.iter().any(|offer| offer.method == Method::Telegram && offer.held_until.is_none())
    }

    async fn judge(&self, tx: &mut Db, call: &Call, answer: &Answer) -> Result<Verdict, StoreError> {
        let shown = match &self.challenge {
            Some(row) => challenge::shown(tx, &call.deps.keys, row.id).await?,
            None => None,
        };
        let state = match self.prompt.state {
            State::Waiting if !self.waits(call) && self.prompt.expires_at > call.now => State::Ended,
            state => state,
        };
        let asked = Prompt {
            state,
            shown: &shown.unwrap_or(Shown::Nothing),
            offered: &self.prompt.offered,
            expires_at: self.prompt.expires_at,
        };
        Ok(rules::judge(&asked, answer, call.now))
    }
}

/// What an answer leads to.
struct Deed<'a> {
    call: &'a Call,
    asked: &'a Asked<'a>,
    spoken: &'a Spoken<'a>,
    held: &'a Held,
}

impl Deed<'_> {
    fn row(&self, event: Event, detail: &[(&'static str, String)]) -> AuditRow {
        let mut told = vec![which(self.asked.chat.id), ("method", Method::Telegram.as_str().to_owned())];
        told.extend(self.held.challenge.as_ref().map(|row| ("purpose", row.purpose.as_str().to_owned())));
        told.extend(detail.iter().cloned());
        let about = About::of(&self.held.account);
        let actor =
            if event == Event::TelegramForged { Actor::Stranger } else { owner(self.held.account.id) };
        chat_row(self.call, event, actor, about, &told)
    }

    /// Puts what became of it in the question's place.
    async fn edit(&self, tx: &mut Db, end: PromptEnd) -> Result<(), StoreError> {
        let (held, person) = (self.held, self.spoken.person);
        let Some(message) = held.prompt.message_id.or(self.spoken.message) else { return Ok(()) };
        prompt::edit(tx, self.call, &held.account, person, (&held.prompt, message), end).await
    }

    /// Says something below what was typed; whoever pressed a button is answered on the button.
    async fn say(&self, tx: &mut Db, what: Saying) -> Result<(), StoreError> {
        if !self.spoken.typed {
            return Ok(());
        }
        let account = &self.held.account;
        say(tx, self.call, Some(account), saying(self.call, self.spoken.person, Some(account), what)).await
    }

    /// Marks the challenge; the browser that holds it spends it.
    async fn confirm(&self, tx: &mut Db) -> Result<Outcome, StoreError> {
        let (call, held) = (self.call, self.held);
        let Some(row) = &held.challenge else { return Ok(Outcome::Over) };
        if !telegram_prompt::confirm(tx, held.prompt.id, call.now).await? {
            return Ok(Outcome::Answered);
        }
        // Whoever answers here has not blocked the bot, whatever sending was told before.
        telegram_account::unblock(tx, &call.deps.keys, self.spoken.person.id).await?;
        if !challenge::approve(tx, row.id, self.asked.chat.id, call.now).await? {
            return Ok(Outcome::Over);
        }
        self.edit(tx, PromptEnd::Confirmed).await?;
        self.say(tx, Saying::Confirmed).await?;
        prompt::end_of_challenge(tx, call, &held.account, row, PromptEnd::AnsweredElsewhere).await?;
        telegram_account::set_used(tx, self.asked.chat.id, call.now).await?;
        prompt::charges(held.account.id, row.current_browser()).lock(tx).await?.succeed(tx, call.now).await?;
        audit::append(tx, &self.row(Event::TelegramConfirmed, &[])).await?;
        Ok(Outcome::Confirmed)
    }

    /// Ends the challenge and warns the owner: whoever began it had the password.
    async fn refuse(&self, tx: &mut Db, reason: Reason) -> Result<Outcome, StoreError> {
        let (call, held) = (self.call, self.held);
        if !telegram_prompt::refuse(tx, held.prompt.id, call.now).await? {
            return Ok(Outcome::Answered);
        }
        let (end, outcome) = match reason {
            Reason::NotMe => (PromptEnd::Refused, Outcome::Refused),
            Reason::WrongNumber => (PromptEnd::WrongNumber, Outcome::WrongNumber),
        };
        if let Some(row) = &held.challenge {
            prompt::end_of_challenge(tx, call, &held.account, row, PromptEnd::AnsweredElsewhere).await?;
            challenge::cancel(tx, row.id, call.now).await?;
            letter::drop_waiting_of_challenge(tx, row.id).await?;
            dispatch::drop_waiting_of_challenge(tx, row.id, call.now).await?;
        }
        self.edit(tx, end).await?;
        let detail = [("reason", reason.as_str().to_owned())];
        audit::append(tx, &self.row(Event::TelegramRefused, &detail)).await?;
        let until = self.hold(tx).await?;
        let kind = if until.is_some() { LetterKind::TelegramHeld } else { LetterKind::TelegramRefused };
        self.warn(tx, kind, until).await?;
        Ok(outcome)
    }

    /// Counts the refusal, be it "it wasn't me" or a wrong number; the second of a day stops further questions for another.
    async fn hold(&self, tx: &mut Db) -> Result<Option<Timestamp>, StoreError> {
        let (call, account) = (self.call, &self.held.account);
        let held_before = self.held.facts.as_ref();
        let held_before = held_before.and_then(|facts| rules::held_until(&facts.telegram.refused, call.now));
        account::note_telegram_refusal(tx, account.id, call.now).await?;
        let Some(facts) = facts::account_facts(tx, account.id, call.now).await? else { return Ok(None) };
        let Some(until) = rules::held_until(&facts.telegram.refused, call.now) else { return Ok(None) };
        if held_before.is_none() {
            audit::append(tx, &self.row(Event::TelegramHeld, &[])).await?;
            let mut told = saying(call, self.spoken.person, Some(account), Saying::Held);
            told.until = Some(until.as_millis());
            say(tx, call, Some(account), told).await?;
        }
        Ok(Some(until))
    }

    /// A letter about where the sign-in came from, not about where the answer did.
    async fn warn(&self, tx: &mut Db, kind: LetterKind, until: Option<Timestamp>) -> Result<(), StoreError> {
        let begun = self.held.challenge.as_ref();
        let body = LetterBody {
            method: Some(Method::Telegram.as_str().to_owned()),
            at: Some(begun.map_or(self.held.prompt.created_at, |row| row.created_at).as_millis()),
            address: begun.map(|row| row.address.clone()),
            device: begun.map(|row| row.device.clone()),
            until: until.map(Timestamp::as_millis),
            ..LetterBody::default()
        };
        notice(tx, self.call, &self.held.account, kind, body).await
    }

    /// Wrong digits: a wrong answer like any other.
    async fn wrong(&self, tx: &mut Db) -> Result<Outcome, StoreError> {
        let (call, held) = (self.call, self.held);
        let Some(row) = &held.challenge else { return Ok(Outcome::Over) };
        let Some(tries) = challenge::fail(tx, row.id, call.now).await? else { return Ok(Outcome::Over) };
        audit::append(tx, &self.row(Event::SecondStepFailed, &[])).await?;
        self.warn(tx, LetterKind::WrongSecondStep, None).await?;
        self.say(tx, Saying::WrongCode).await?;
        if tries >= CHALLENGE_TRIES {
            prompt::end_of_challenge(tx, call, &held.account, row, PromptEnd::Over).await?;
        }
        Ok(Outcome::Wrong)
    }

    /// An answer that comes too late or a second time, or that was never asked for. It is noted, though not without end.
    async fn nothing(&self, tx: &mut Db, mut noise: Locked, outcome: Outcome) -> Result<Outcome, StoreError> {
        let now = self.call.now;
        if noise.check(now).is_ok() {
            noise.fail(tx, now).await?;
            let (event, reason) = match outcome {
                Outcome::Misfit => (Event::TelegramForged, "misfit"),
                Outcome::Answered => (Event::SecondStepUsed, "answered"),
                Outcome::Late => (Event::SecondStepLate, "late"),
                _ => (Event::SecondStepLate, "over"),
            };
            audit::append(tx, &self.row(event, &[("reason", reason.to_owned())])).await?;
            match outcome {
                Outcome::Late => self.edit(tx, PromptEnd::Late).await?,
                // Whoever ended it has said so there.
                Outcome::Over if self.held.prompt.state == State::Waiting => {
                    self.edit(tx, PromptEnd::Over).await?;
                }
                _ => {}
            }
        }
        Ok(outcome)
    }
}
