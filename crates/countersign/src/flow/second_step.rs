//! The second step: showing a challenge and answering it.
//!
//! Answering reads challenge and devices, has core judge the code, and then settles in one transaction: lock the
//! counters; refuse at a limit whatever the verdict; on a right code spend challenge and step by conditional updates,
//! where zero rows means that somebody was faster; then the deed the challenge was opened for. A refusal commits too.

use std::time::Duration;

use countersign_core::audit::{Actor, AuditRow, Event};
use countersign_core::factor::totp::{self, Code, Verdict};
use countersign_core::id::{AuthenticatorId, BrowserId};
use countersign_core::limits::{Bucket, CHALLENGE_TRIES, CounterKey};
use countersign_core::method::Method;
use countersign_core::secret::Token;
use countersign_core::session::lives;
use countersign_core::sign_in::Purpose;
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::account::AccountState;
use countersign_store::facts::{self, AccountFacts, ChallengeFacts};
use countersign_store::{Db, StoreError, audit, authenticator, challenge, counter};

use super::facts::enrolled;
use super::gate::{self, Entry, FirstStep, Passed};
use super::limit::{Charges, Refusal};
use super::session::SignedIn;
use super::sign_in::recognised;
use super::{About, Call, FieldFault, FlowError, GONE, authenticator as devices, step_up};
use crate::observe::metrics;

/// What the second-step page and the API show of a challenge.
#[derive(Clone, Debug)]
pub struct ChallengeView {
    /// What the code will be used for.
    pub purpose: Purpose,
    /// The account, masked: `m•••@e•••.org`.
    pub account: String,
    /// The methods to choose from.
    pub methods: Vec<Method>,
    /// When the challenge ends.
    pub expires_at: Timestamp,
    /// Wrong answers that are still allowed.
    pub tries_left: u32,
    /// The name of the device that will be removed, where that is the purpose.
    pub subject: Option<String>,
}

/// What was answered, and what came of it.
pub enum Answer {
    /// A session has begun.
    Entered(Entry),
    /// The deed is done; the session goes on under a new token.
    Done {
        /// What was done.
        purpose: Purpose,
        /// The session's new token.
        session: Token,
        /// The longest its cookie may live.
        lives: Duration,
    },
    /// The code is wrong.
    Wrong {
        /// Answers left before the challenge is over.
        tries_left: u32,
    },
    /// The code was right up to five minutes ago: enter the present one.
    Late,
    /// The code was right and has been used: wait for the next one.
    Used,
    /// A limit was reached; the code was not looked at.
    TooMany {
        /// When to try again, if time alone helps.
        until: Option<Timestamp>,
    },
    /// The challenge is over: start again.
    Over,
}

/// Shows a challenge to the browser that holds its token. `NotFound` when it is over.
pub async fn view(call: &Call, token: &Token) -> Result<ChallengeView, FlowError> {
    let mut db = call.reader().await?;
    let facts = live(call, &mut db, token).await?.ok_or(FlowError::NotFound)?;
    let row = &facts.challenge;
    let subject = match row.subject {
        Some(id) => authenticator::by_id(&mut db, AuthenticatorId::from_bytes(id))
            .await?
            .filter(|device| device.account_id == row.account_id)
            .and_then(|device| device.name),
        None => None,
    };
    Ok(ChallengeView {
        purpose: row.purpose,
        account: facts.facts.account.email.masked(),
        methods: enrolled(&facts.facts),
        expires_at: row.expires_at,
        tries_left: CHALLENGE_TRIES.saturating_sub(row.tries),
        subject,
    })
}

/// The challenge, if it can still be answered: in time, not spent, and nothing it is bound to has changed.
async fn live(call: &Call, db: &mut Db, token: &Token) -> Result<Option<ChallengeFacts>, StoreError> {
    let facts = facts::challenge_facts(db, &token.hash(), call.now).await?;
    Ok(facts.filter(|facts| {
        let (row, account) = (&facts.challenge, &facts.facts.account);
        row.spent_at.is_none()
            && row.expires_at > call.now
            && row.tries < CHALLENGE_TRIES
            && account.state == AccountState::Active
            && row.password_version == account.password_version
            && row.factor_version == account.factor_version
    }))
}

/// Whether this challenge waits for a step-up of this very session.
pub async fn waits_for_step_up(call: &Call, token: &Token, signed_in: &SignedIn) -> Result<bool, FlowError> {
    let mut db = call.reader().await?;
    let facts = live(call, &mut db, token).await?;
    Ok(facts.is_some_and(|facts| {
        facts.challenge.purpose == Purpose::StepUp && facts.challenge.session_id == Some(signed_in.session)
    }))
}

/// What the browser brings with its answer.
pub struct Reply<'a> {
    /// The challenge's token.
    pub challenge: &'a Token,
    /// The recognised browser's cookie.
    pub browser: Option<&'a Token>,
    /// The session's cookie: step-up and removal go on in it, and a sign-in ends it.
    pub session: Option<&'a Token>,
    /// The code as typed.
    pub code: &'a str,
}

/// Judges the answer and settles it.
pub async fn answer(call: &Call, reply: &Reply<'_>) -> Result<Answer, FlowError> {
    let answer = judged(call, reply).await;
    metrics::second_step(match &answer {
        Ok(Answer::Entered(_) | Answer::Done { .. }) => "right",
        Ok(Answer::Wrong { .. }) => "wrong",
        Ok(Answer::Late) => "late",
        Ok(Answer::Used) => "used",
        Ok(Answer::Over) => "over",
        Ok(Answer::TooMany { .. }) => "refused",
        Err(FlowError::Invalid(_)) => "invalid",
        Err(_) => "unavailable",
    });
    answer
}

async fn judged(call: &Call, reply: &Reply<'_>) -> Result<Answer, FlowError> {
    let code = Code::parse(reply.code).map_err(|fault| {
        FlowError::Invalid(vec![FieldFault { field: "code", text: Text::new(fault.text_key()) }])
    })?;
    let mut db = call.reader().await?;
    let Some(facts) = live(call, &mut db, reply.challenge).await? else { return Ok(Answer::Over) };
    if !same_session(&mut db, &facts, reply.session).await? {
        return Ok(Answer::Over);
    }
    let known = match recognised(call, &mut db, &facts.facts.account, reply.browser).await? {
        // A session knows the browser it began in: without its cookie the owner is no stranger there.
        None if facts.challenge.session_id.is_some() => facts.challenge.browser_id,
        known => known,
    };
    let list = authenticator::devices(&mut db, &call.deps.keys, facts.facts.account.id).await?;
    drop(db);
    let verdict = totp::judge(&list, &code, call.now, call.now);
    let charges = charges(call, &facts, known);
    let replaces = reply.session.map(Token::hash);
    let judged = Judged { call: call.clone(), charges, facts, known, verdict, replaces };
    match call.deps.store.write(judged, |tx, judged| Box::pin(judged.settle(tx))).await {
        // What the answer was for is gone: everything was rolled back, and the challenge leads nowhere.
        Err(StoreError::Refused(GONE)) => Ok(Answer::Over),
        other => Ok(other?),
    }
}

/// A challenge of a session answers only to the browser that holds this session.
async fn same_session(
    db: &mut Db,
    facts: &ChallengeFacts,
    token: Option<&Token>,
) -> Result<bool, StoreError> {
    let Some(wanted) = facts.challenge.session_id else { return Ok(true) };
    let Some(token) = token else { return Ok(false) };
    let found = countersign_store::session::id_by_token_hash(db, &token.hash()).await?;
    Ok(found == Some(wanted))
}

/// A recognised browser is charged to a row of its own and no other: whatever strangers do, on the same network too,
/// can't stop it.
fn charges(call: &Call, facts: &ChallengeFacts, known: Option<BrowserId>) -> Charges {
    let account = facts.facts.account.id;
    Charges::new(match known {
        None if follows_reset(facts) => vec![
            CounterKey::second_step_after_reset(account),
            CounterKey::second_step_address(&call.origin.address),
        ],
        Some(browser) => vec![CounterKey::second_step(account, &Bucket::Browser(browser))],
        None => vec![
            CounterKey::second_step(account, &Bucket::Strangers),
            CounterKey::second_step_address(&call.origin.address),
        ],
    })
}

/// Whether the password was set by a link just before. What strangers ran up must not keep the owner out of this very
/// step, as it is the one that clears it.
fn follows_reset(facts: &ChallengeFacts) -> bool {
    let row = &facts.challenge;
    row.purpose == Purpose::SignIn && row.first_step == FirstStep::Reset.as_str()
}

/// Ends a challenge that its owner does not want to answer. Nothing to end is fine.
pub async fn cancel(call: &Call, token: &Token) -> Result<(), FlowError> {
    let mut db = call.reader().await?;
    let Some(facts) = facts::challenge_facts(&mut db, &token.hash(), call.now).await? else { return Ok(()) };
    drop(db);
    let about = About::of(&facts.facts.account);
    let purpose = [("purpose", facts.challenge.purpose.as_str().to_owned())];
    let row = call.audit_row(Event::SecondStepCancelled, Actor::Stranger, about, &purpose);
    let data = (facts.challenge.id, call.now, row);
    let job = call.deps.store.write(data, |tx, (id, now, row)| {
        Box::pin(async move {
            if challenge::cancel(tx, *id, *now).await? {
                audit::append(tx, row).await?;
            }
            Ok(())
        })
    });
    Ok(job.await?)
}

/// An answer that core has judged, ready to be settled.
struct Judged {
    call: Call,
    facts: ChallengeFacts,
    known: Option<BrowserId>,
    charges: Charges,
    verdict: Verdict,
    /// The hash of the token of the session that the browser holds.
    replaces: Option<[u8; 32]>,
}

impl Judged {
    async fn settle(&self, tx: &mut Db) -> Result<Answer, StoreError> {
        let now = self.call.now;
        let mut locked = self.charges.lock(tx).await?;
        if let Err(refused) = locked.check(now) {
            let row = self.row(Event::SecondStepRefused, &[]);
            Refusal::new(&self.call, self.facts.challenge.account_id, refused.limit, row).note(tx).await?;
            return Ok(Answer::TooMany { until: refused.until });
        }
        match &self.verdict {
            Verdict::Right { device, step, drift } => {
                // The account before all else: a change of password or factors comes wholly before or wholly after.
                let row = &self.facts.challenge;
                let held = gate::held(tx, &self.call, row.account_id, row.password_version).await?;
                let Some(held) = held.filter(|held| held.account.factor_version == row.factor_version) else {
                    return Ok(Answer::Over);
                };
                // The step first: who loses this race has a challenge left to answer with the next code.
                if !authenticator::spend(tx, *device, *step, drift, now).await? {
                    return self.refused(tx, Event::SecondStepUsed, Some(*device), Answer::Used).await;
                }
                if !challenge::spend(tx, self.facts.challenge.id, now).await? {
                    return Ok(Answer::Over);
                }
                locked.succeed(tx, now).await?;
                if follows_reset(&self.facts) {
                    counter::delete(tx, &CounterKey::second_step(row.account_id, &Bucket::Strangers)).await?;
                }
                self.deed(tx, &held, *device).await
            }
            Verdict::Used { device } => {
                self.refused(tx, Event::SecondStepUsed, Some(*device), Answer::Used).await
            }
            Verdict::Late { device } => {
                self.refused(tx, Event::SecondStepLate, Some(*device), Answer::Late).await
            }
            Verdict::Wrong => {
                locked.fail(tx, now).await?;
                self.refused(tx, Event::SecondStepFailed, None, Answer::Wrong { tries_left: 0 }).await
            }
        }
    }

    /// Counts a wrong answer on the challenge. Late and used codes cost nothing on account and address (D.5.3).
    async fn refused(
        &self,
        tx: &mut Db,
        event: Event,
        device: Option<AuthenticatorId>,
        answer: Answer,
    ) -> Result<Answer, StoreError> {
        let Some(tries) = challenge::fail(tx, self.facts.challenge.id, self.call.now).await? else {
            return Ok(Answer::Over);
        };
        let detail: Vec<_> = device.map(|id| ("device", id.to_string())).into_iter().collect();
        self.note(tx, event, &detail).await?;
        let tries_left = CHALLENGE_TRIES.saturating_sub(tries);
        Ok(match answer {
            _ if tries_left == 0 => Answer::Over,
            Answer::Wrong { .. } => Answer::Wrong { tries_left },
            other => other,
        })
    }

    /// Does what the challenge was opened for.
    async fn deed(
        &self,
        tx: &mut Db,
        held: &AccountFacts,
        device: AuthenticatorId,
    ) -> Result<Answer, StoreError> {
        let facts = &self.facts;
        match facts.challenge.purpose {
            Purpose::SignIn => {
                let passed = Passed {
                    facts: held,
                    first_step: &facts.challenge.first_step,
                    browser: self.known,
                    method: Method::Authenticator,
                    device,
                    replaces: self.replaces,
                };
                Ok(Answer::Entered(gate::passed(tx, &self.call, &passed).await?))
            }
            Purpose::StepUp => {
                let session = step_up::raise(tx, &self.call, facts).await?;
                Ok(self.done(session))
            }
            Purpose::RemoveAuthenticator => {
                let session = devices::remove(tx, &self.call, facts).await?;
                Ok(self.done(session))
            }
        }
    }

    fn done(&self, session: Token) -> Answer {
        let (facts, class) = (&self.facts.facts, Method::Authenticator.class());
        let lives = lives(&facts.policy.sessions, facts.account.role, class).absolute;
        Answer::Done { purpose: self.facts.challenge.purpose, session, lives }
    }

    async fn note(&self, tx: &mut Db, event: Event, detail: &[(&str, String)]) -> Result<(), StoreError> {
        audit::append(tx, &self.row(event, detail)).await
    }

    fn row(&self, event: Event, detail: &[(&str, String)]) -> AuditRow {
        let about = About::of(&self.facts.facts.account);
        let mut detail = detail.to_vec();
        detail.push(("purpose", self.facts.challenge.purpose.as_str().to_owned()));
        self.call.audit_row(event, Actor::Stranger, about, &detail)
    }
}
