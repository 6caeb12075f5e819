//! The deciding transaction of an answer: charge, spend, deed.

use std::net::IpAddr;

use countersign_core::audit::{Actor, AuditRow, Event};
use countersign_core::dispatch::PromptEnd;
use countersign_core::factor::{email, phone as phone_code, support_code, totp};
use countersign_core::id::{AuthenticatorId, BrowserId};
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::limits::{Bucket, CHALLENGE_TRIES, CounterKey};
use countersign_core::method::{Class, Method};
use countersign_core::secret::Token;
use countersign_core::session::lives;
use countersign_core::sign_in::Purpose;
use countersign_store::challenge::ChallengeRow;
use countersign_store::delivered_code::SentTo;
use countersign_store::facts::{AccountFacts, ChallengeFacts};
use countersign_store::{
    Db, StoreError, account, audit, authenticator, challenge, counter, delivered_code, recovery_key,
    suspension,
};

use super::super::factors::{Present, SignedInHere};
use super::super::gate::{self, FirstStep, Passed};
use super::super::letters::notice;
use super::super::limit::{Charges, Refusal};
use super::super::phone::{self, Said};
use super::super::sign_in::Recognised;
use super::super::telegram::prompt;
use super::super::telegram::switch::{self, By};
use super::super::{About, Call, GONE, authenticator as devices, email_code, recovery_key as keys, step_up};
use super::{Answer, Proof, offers_of};

/// Wrong answers to one challenge after which its owner is told when it was passed all the same.
const SUSPICIOUS: u32 = 3;

/// An answer that core has judged, ready to be settled.
pub(super) struct Judged {
    pub(super) call: Call,
    pub(super) facts: ChallengeFacts,
    pub(super) known: Option<Recognised>,
    pub(super) charges: Charges,
    pub(super) proof: Proof,
    /// The class of the session that the challenge is of.
    pub(super) class: Class,
    /// The hash of the token of the session that the browser holds.
    pub(super) replaces: Option<[u8; 32]>,
}

/// A right answer that is to be spent.
struct Right {
    method: Method,
    device: Option<AuthenticatorId>,
}

/// A recognised browser is charged to a row of its own and no other: whatever strangers do, on the same network too,
/// can't stop it. The four digits of a call have counters besides, apart for strangers and each recognised browser, too: by the
/// browser that the challenge is of, so that all answers to one call share one.
pub(super) fn charges(
    call: &Call,
    facts: &ChallengeFacts,
    known: Option<BrowserId>,
    proof: &Proof,
) -> Charges {
    let mut keys = keys_of(&facts.challenge, Some(&call.origin.address), known);
    if let Proof::Phone(judged) = proof
        && judged.is_of_a_call(&facts.challenge)
    {
        let whose = phone::bucket(facts.challenge.current_browser());
        keys.push(CounterKey::call_answer(facts.facts.account.id, &whose));
    }
    Charges::new(keys)
}

/// As [`charges`], of an answer that comes another way than from the browser.
pub(in crate::flow) fn charges_of(
    row: &ChallengeRow,
    address: Option<&IpAddr>,
    known: Option<BrowserId>,
) -> Charges {
    Charges::new(keys_of(row, address, known))
}

fn keys_of(row: &ChallengeRow, address: Option<&IpAddr>, known: Option<BrowserId>) -> Vec<CounterKey> {
    let account = row.account_id;
    let own = match known {
        Some(browser) => return vec![CounterKey::second_step(account, &Bucket::Browser(browser))],
        None if follows_reset(row) => CounterKey::second_step_after_reset(account),
        None => CounterKey::second_step(account, &Bucket::Strangers),
    };
    std::iter::once(own).chain(address.map(CounterKey::second_step_address)).collect()
}

/// Whether the password was set by a link just before. What strangers ran up must not keep the owner out of this very
/// step, as it is the one that clears it.
fn follows_reset(row: &ChallengeRow) -> bool {
    row.purpose == Purpose::SignIn && row.first_step == FirstStep::Reset.as_str()
}

impl Judged {
    pub(super) async fn settle(&self, tx: &mut Db) -> Result<Answer, StoreError> {
        let now = self.call.now;
        let mut locked = self.charges.lock(tx).await?;
        if follows_reset(&self.facts.challenge) {
            // It is cleared below, after the account's row is held: every transaction takes counters first.
            let strangers = CounterKey::second_step(self.facts.challenge.account_id, &Bucket::Strangers);
            Charges::new(vec![strangers]).lock(tx).await?;
        }
        if let Err(refused) = locked.check(now) {
            let row = self.row(Event::SecondStepRefused, &[]);
            Refusal::new(&self.call, self.facts.challenge.account_id, refused.limit, row).note(tx).await?;
            return Ok(Answer::TooMany { until: refused.until });
        }
        if let Proof::Phone(judged) = &self.proof
            && judged.ended_meanwhile(tx, &self.facts.challenge).await?
        {
            let answer = Answer::Phone(Said::Ended);
            return self.refused(tx, Event::SecondStepLate, None, answer).await;
        }
        if let Some((event, device, answer)) = self.refusal() {
            if matches!(answer, Answer::Phone(Said::Misfit)) {
                return Ok(answer);
            }
            if matches!(answer, Answer::Wrong { .. }) {
                locked.fail(tx, now).await?;
            }
            return self.refused(tx, event, device, answer).await;
        }
        // The account before all else: a change of password or factors comes wholly before or wholly after.
        let row = &self.facts.challenge;
        let held = gate::held(tx, &self.call, row.account_id, row.password_version).await?;
        let held = held.filter(|held| held.account.factor_version == row.factor_version);
        let Some(held) = held.filter(|held| self.is_on_offer(held)) else { return Ok(Answer::Over) };
        if let Proof::Phone(judged) = &self.proof
            && let Some(said) = judged.no_room(tx, &self.call, &held, row).await?
        {
            return Ok(Answer::Phone(said));
        }
        // The proof first: who loses this race has a challenge left to answer anew.
        let Some(right) = self.spend(tx, &held).await? else {
            return self.refused(tx, Event::SecondStepUsed, None, Answer::Used).await;
        };
        if !challenge::spend(tx, row.id, now).await? {
            // Rolled back with all else: a key or a code must not be spent by an answer that opens nothing.
            return Err(StoreError::Refused(GONE));
        }
        locked.succeed(tx, now).await?;
        self.disarm(tx, &held).await?;
        if follows_reset(row) {
            counter::delete(tx, &CounterKey::second_step(row.account_id, &Bucket::Strangers)).await?;
        }
        self.deed(tx, &held, &right).await
    }

    /// What Telegram still asks is over.
    async fn disarm(&self, tx: &mut Db, held: &AccountFacts) -> Result<(), StoreError> {
        if held.telegram.on_since.is_none() {
            return Ok(());
        }
        prompt::end_of_challenge(tx, &self.call, &held.account, &self.facts.challenge, PromptEnd::Over).await
    }

    /// Whether the method counts by what is known under the lock.
    fn is_on_offer(&self, held: &AccountFacts) -> bool {
        let row = &self.facts.challenge;
        let offers = offers_of(&self.call, held, row.purpose, row.browser());
        let method = self.proof.method();
        offers.iter().any(|offer| offer.method == method && offer.held_until.is_none())
    }

    /// What a judgement that is not right leads to. Late, used and replaced codes cost nothing on account and address.
    fn refusal(&self) -> Option<(Event, Option<AuthenticatorId>, Answer)> {
        let wrong = (Event::SecondStepFailed, None, Answer::Wrong { tries_left: 0 });
        match &self.proof {
            Proof::Authenticator(verdict) => match verdict {
                totp::Verdict::Right { .. } => None,
                totp::Verdict::Used { device } => Some((Event::SecondStepUsed, Some(*device), Answer::Used)),
                totp::Verdict::Late { device } => Some((Event::SecondStepLate, Some(*device), Answer::Late)),
                totp::Verdict::Wrong => Some(wrong),
            },
            Proof::Email { verdict, .. } => match verdict {
                email::Verdict::Right => None,
                email::Verdict::Used => Some((Event::SecondStepUsed, None, Answer::Used)),
                email::Verdict::Late => Some((Event::SecondStepLate, None, Answer::Late)),
                email::Verdict::Superseded => Some((Event::SecondStepLate, None, Answer::Superseded)),
                email::Verdict::NoneSent => Some((Event::SecondStepLate, None, Answer::NoCode)),
                email::Verdict::Wrong => Some(wrong),
            },
            Proof::Telegram { approved: true } | Proof::RecoveryKey { right: Some(_), .. } => None,
            Proof::Telegram { approved: false } => Some((Event::SecondStepLate, None, Answer::NotYet)),
            Proof::Phone(judged) => match judged.verdict {
                phone_code::Verdict::Right => None,
                phone_code::Verdict::Used => Some((Event::SecondStepUsed, None, Answer::Used)),
                phone_code::Verdict::Late => Some((Event::SecondStepLate, None, Answer::Late)),
                phone_code::Verdict::Superseded => Some((Event::SecondStepLate, None, Answer::Superseded)),
                phone_code::Verdict::NoneSent => Some((Event::SecondStepLate, None, Answer::NoCode)),
                phone_code::Verdict::Ended => Some((Event::SecondStepLate, None, Answer::Phone(Said::Ended))),
                phone_code::Verdict::Misfit => {
                    Some((Event::SecondStepLate, None, Answer::Phone(Said::Misfit)))
                }
                phone_code::Verdict::Wrong => Some(wrong),
            },
            Proof::RecoveryKey { used: true, .. } => Some((Event::SecondStepUsed, None, Answer::Used)),
            Proof::RecoveryKey { .. } => Some(wrong),
            Proof::SupportCode { verdict, .. } => match verdict {
                support_code::Verdict::Right => None,
                support_code::Verdict::Used => Some((Event::SecondStepUsed, None, Answer::Used)),
                support_code::Verdict::Late => Some((Event::SecondStepLate, None, Answer::Late)),
                support_code::Verdict::Wrong => Some(wrong),
            },
        }
    }

    /// Spends the proof by one conditional update. `None`: somebody was faster.
    async fn spend(&self, tx: &mut Db, held: &AccountFacts) -> Result<Option<Right>, StoreError> {
        let (now, account) = (self.call.now, held.account.id);
        let method = self.proof.method();
        let (spent, device) = match &self.proof {
            Proof::Authenticator(totp::Verdict::Right { device, step, drift }) => {
                (authenticator::spend(tx, *device, *step, drift, now).await?, Some(*device))
            }
            Proof::Email { verdict: email::Verdict::Right, code: Some(code) } => {
                // A code counts for the address it was sent to, as long as that is the account's.
                let same = matches!(&code.sent_to, SentTo::Mail(to) if to.key() == held.account.email.key());
                let row = &self.facts.challenge;
                let spent =
                    same && delivered_code::spend(tx, account, method, row.id, &code.mac, now).await?;
                (spent, None)
            }
            // What is spent is the challenge itself.
            Proof::Telegram { approved } => (*approved, None),
            Proof::Phone(judged) => (judged.spend(tx, &self.call, &self.facts.challenge).await?, None),
            Proof::RecoveryKey { right: Some(id), .. } => {
                (recovery_key::spend(tx, account, *id, now).await?, None)
            }
            Proof::SupportCode { issued: Some((id, mac)), .. } => {
                (suspension::spend_code(tx, *id, mac, now).await?, None)
            }
            _ => (false, None),
        };
        if spent && method == Method::RecoveryKey {
            keys::used(tx, &self.call, &self.facts).await?;
        }
        Ok(spent.then_some(Right { method, device }))
    }

    /// Counts a wrong answer on the challenge and tells the owner where a stranger gave it.
    async fn refused(
        &self,
        tx: &mut Db,
        event: Event,
        device: Option<AuthenticatorId>,
        answer: Answer,
    ) -> Result<Answer, StoreError> {
        let asks = self.facts.facts.telegram.on_since.is_some();
        if self.call.deps.mail || asks || matches!(self.proof, Proof::Phone(_)) {
            // A notice holds the account's row, and so does whoever puts another code in this one's place or answers in a chat:
            // it comes before the challenge's in every transaction.
            account::lock(tx, self.facts.challenge.account_id).await?;
        }
        if let Proof::Phone(judged) = &self.proof {
            judged.miss(tx, &self.call, &self.facts.challenge).await?;
        }
        let Some(tries) = challenge::fail(tx, self.facts.challenge.id, self.call.now).await? else {
            return Ok(Answer::Over);
        };
        let mut detail = vec![("method", self.proof.method().as_str().to_owned())];
        detail.extend(device.map(|id| ("device", id.to_string())));
        audit::append(tx, &self.row(event, &detail)).await?;
        let tries_left = CHALLENGE_TRIES.saturating_sub(tries);
        if tries_left == 0 {
            self.disarm(tx, &self.facts.facts).await?;
        }
        let by_stranger = self.known.and_then(Recognised::current).is_none();
        if event == Event::SecondStepFailed && (by_stranger || tries_left == 0) {
            self.tell(tx, LetterKind::WrongSecondStep).await?;
        }
        Ok(match answer {
            _ if tries_left == 0 => Answer::Over,
            Answer::Wrong { .. } => Answer::Wrong { tries_left },
            other => other,
        })
    }

    async fn tell(&self, tx: &mut Db, kind: LetterKind) -> Result<(), StoreError> {
        let method = self.proof.method().as_str().to_owned();
        let body = LetterBody { method: Some(method), ..LetterBody::default() };
        notice(tx, &self.call, &self.facts.facts.account, kind, body).await
    }

    /// Does what the challenge was opened for.
    async fn deed(&self, tx: &mut Db, held: &AccountFacts, right: &Right) -> Result<Answer, StoreError> {
        let (facts, call) = (&self.facts, &self.call);
        let row = &facts.challenge;
        if row.purpose == Purpose::SignIn {
            let passed = Passed {
                facts: held,
                first_step: &row.first_step,
                browser: self.known,
                method: right.method,
                device: right.device,
                replaces: self.replaces,
            };
            let entry = gate::passed(tx, call, &passed).await?;
            if row.tries >= SUSPICIOUS {
                self.tell(tx, LetterKind::EnteredAfterFailures).await?;
            }
            return Ok(Answer::Entered(entry));
        }
        let session = row.session_id.ok_or(StoreError::Refused(GONE))?;
        let present = Present { session, class: self.class };
        let token = match row.purpose {
            Purpose::SignIn | Purpose::StepUp => {
                step_up::raise(tx, call, facts, present, right.method).await?
            }
            Purpose::RemoveAuthenticator => devices::remove(tx, call, facts, present, right.method).await?,
            Purpose::EnableEmail => {
                let here = SignedInHere { session, browser: row.browser_id };
                email_code::enable(tx, call, held, present, &here).await?
            }
            Purpose::DisableEmail => email_code::disable(tx, call, held, present, right.method).await?,
            Purpose::NewRecoveryKey => keys::grant(tx, call, session).await?,
            Purpose::ProvePhone => phone::prove(tx, call, held, row, present).await?,
            Purpose::RemovePhone => phone::remove(tx, call, facts, present, right.method).await?,
            Purpose::DisableTelegram => {
                switch::disable(tx, call, held, present, By::answer(held, right.method)).await?
            }
            Purpose::UnlinkTelegram => {
                let by = By::answer(held, right.method);
                switch::unlink_subject(tx, call, facts, held, present, by).await?
            }
        };
        let makes_key = row.purpose == Purpose::NewRecoveryKey || right.method == Method::RecoveryKey;
        if right.method == Method::RecoveryKey {
            keys::open(tx, call, session).await?;
        }
        Ok(self.done(held, token, right.method, makes_key))
    }

    fn done(&self, held: &AccountFacts, session: Token, method: Method, makes_key: bool) -> Answer {
        let (facts, purpose) = (&self.facts.facts, self.facts.challenge.purpose);
        let class = facts.policy.class_of(method).max(self.class);
        let lives = lives(&facts.policy.sessions, facts.account.role, class).absolute;
        let missing = !held.recovery_key.is_some_and(|key| key.saved);
        let first = purpose == Purpose::EnableEmail
            && missing
            && held.policy.offers(Method::RecoveryKey, held.account.role);
        Answer::Done { purpose, session, lives, may_make_key: makes_key || first }
    }

    fn row(&self, event: Event, detail: &[(&str, String)]) -> AuditRow {
        let about = About::of(&self.facts.facts.account);
        let mut detail = detail.to_vec();
        detail.push(("purpose", self.facts.challenge.purpose.as_str().to_owned()));
        self.call.audit_row(event, Actor::Stranger, about, &detail)
    }
}
