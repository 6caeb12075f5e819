//! The second step: showing a challenge, choosing a method, asking for a code, and answering.
//!
//! Answering reads challenge and factors, has core judge the answer, and then settles in one transaction: lock the
//! counters; refuse at a limit whatever the verdict; on a right answer spend challenge and proof by conditional updates,
//! where zero rows means that somebody was faster; then the deed the challenge was opened for. A refusal commits too.

mod judged;
mod proof;
mod send;

use std::time::Duration;

use countersign_core::audit::{Actor, Event};
use countersign_core::factor::email;
use countersign_core::id::{AuthenticatorId, OrganisationId};
use countersign_core::letter::LetterKind;
use countersign_core::limits::CHALLENGE_TRIES;
use countersign_core::method::{Class, Method};
use countersign_core::secret::Token;
use countersign_core::sign_in::{Offer, Purpose, offers};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::account::AccountState;
use countersign_store::courier::CourierState;
use countersign_store::facts::{self, AccountFacts, ChallengeFacts};
use countersign_store::letter::{LetterRow, LetterState};
use countersign_store::{
    Db, StoreError, audit, authenticator, challenge, courier, delivered_code, letter, session,
};

use super::facts::{enrolled, situation, suspension};
use super::gate::Entry;
use super::session::SignedIn;
use super::sign_in::{Recognised, recognised};
use super::{About, Call, FlowError, GONE, mail_code};
use crate::observe::metrics;

pub use super::mail_code::Sending;
use judged::Judged;
use proof::Proof;
pub use send::{choose, send_again};

/// The name under which the mail courier's state is kept.
pub const MAIL_COURIER: &str = "mail";

/// What the second-step page and the API show of a challenge.
#[derive(Clone, Debug)]
pub struct ChallengeView {
    /// What the answer will be used for.
    pub purpose: Purpose,
    /// The account, masked: `m•••@e•••.org`.
    pub account: String,
    /// Its organisation.
    pub organisation: OrganisationId,
    /// The methods to choose from, the one to begin with first.
    pub offers: Vec<Offer>,
    /// The method that is asked for now.
    pub method: Method,
    /// When the challenge ends.
    pub expires_at: Timestamp,
    /// Wrong answers that are still allowed.
    pub tries_left: u32,
    /// The name of the device that will be removed, where that is the purpose.
    pub subject: Option<String>,
    /// How the code by e-mail stands, where that method is on offer.
    pub mail: Option<MailCode>,
}

/// How the code by e-mail stands in a challenge.
#[derive(Clone, Debug)]
pub struct MailCode {
    /// The address it goes to, masked.
    pub to: String,
    /// The code that can be answered now; `None`: none was sent yet, or another sign-in has asked for one since.
    pub sent: Option<SentCode>,
    /// When another one may be asked for.
    pub again: Again,
    /// Whether letters can't get out at this moment.
    pub is_mail_down: bool,
}

/// A code that was sent and waits for its answer.
#[derive(Clone, Debug)]
pub struct SentCode {
    /// When it was asked for.
    pub at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The four characters that stand in its letter.
    pub reference: String,
    /// How far its letter has come.
    pub delivery: Delivery,
}

/// How far a letter has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It is about to be sent.
    OnItsWay,
    /// The mail server has taken it.
    Sent,
    /// The mail server could not be reached; it is tried again.
    Delayed,
    /// The address does not take it, or its time was over.
    Refused,
}

/// When another code may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// At once.
    Now,
    /// At this moment.
    At(Timestamp),
    /// Not in this challenge.
    Never,
    /// The account has had all the codes of the hour or the day.
    Limited(Option<Timestamp>),
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
        /// Whether a recovery key may be made now.
        may_make_key: bool,
    },
    /// The answer is wrong.
    Wrong {
        /// Answers left before the challenge is over.
        tries_left: u32,
    },
    /// The code was right a short while ago: enter the present one, or have another one sent.
    Late,
    /// It was right and has been used.
    Used,
    /// The code stood in an earlier letter: the newest counts.
    Superseded,
    /// No code of this challenge can be answered: have one sent.
    NoCode,
    /// E-mail codes have to wait after a reset by mail; the answer was not looked at.
    Held {
        /// Until when.
        until: Timestamp,
    },
    /// A limit was reached; the answer was not looked at.
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
    let offers = offered(call, &facts);
    let mails = offers.iter().any(|offer| offer.method == Method::Email);
    let mail = if mails { Some(mail_code_of(call, &mut db, &facts).await?) } else { None };
    Ok(ChallengeView {
        purpose: row.purpose,
        account: facts.facts.account.email.masked(),
        organisation: facts.facts.account.organisation_id,
        method: chosen(row.method, &offers).ok_or(FlowError::NotFound)?,
        offers,
        expires_at: row.expires_at,
        tries_left: CHALLENGE_TRIES.saturating_sub(row.tries),
        subject,
        mail,
    })
}

/// The methods of a challenge as they are on offer now.
fn offered(call: &Call, facts: &ChallengeFacts) -> Vec<Offer> {
    offers_of(call, &facts.facts, facts.challenge.purpose, facts.challenge.browser_id.is_some())
}

pub(super) fn offers_of(
    call: &Call,
    facts: &AccountFacts,
    purpose: Purpose,
    known_browser: bool,
) -> Vec<Offer> {
    let (enrolled, suspension) = (enrolled(facts), suspension(facts));
    offers(purpose, &situation(facts, &enrolled, suspension.as_ref(), call.now), known_browser)
}

/// The method that was chosen, while it is on offer; otherwise the one to begin with.
fn chosen(method: Option<Method>, offers: &[Offer]) -> Option<Method> {
    let first = offers.first().map(|offer| offer.method);
    method.filter(|method| offers.iter().any(|offer| offer.method == *method)).or(first)
}

async fn mail_code_of(call: &Call, db: &mut Db, facts: &ChallengeFacts) -> Result<MailCode, StoreError> {
    let (row, account) = (&facts.challenge, &facts.facts.account);
    let code = delivered_code::of_account(db, account.id, Method::Email).await?;
    let letter = letter::of_challenge(db, row.id).await?;
    let state = courier::state(db, MAIL_COURIER).await?;
    let code = code.filter(|code| code.challenge_id == row.id && code.spent_at.is_none());
    let again = match email::next_send_at(row.sends, row.sent_at) {
        None => Again::Never,
        Some(at) if at > call.now => Again::At(at),
        Some(_) => {
            let charges = mail_code::charges(account.id, row.browser_id);
            match charges.peek(db, call.now).await? {
                Ok(()) => Again::Now,
                Err(refused) => Again::Limited(refused.until),
            }
        }
    };
    Ok(MailCode {
        to: account.email.masked(),
        sent: code.map(|code| SentCode {
            at: code.sent_at,
            expires_at: code.expires_at,
            reference: email::reference(row.id, row.sends),
            delivery: delivery(letter.as_ref()),
        }),
        again,
        is_mail_down: !call.deps.mail || state.is_some_and(|state| is_down(&state)),
    })
}

/// How far a code's letter has come.
fn delivery(letter: Option<&LetterRow>) -> Delivery {
    match letter.filter(|letter| letter.kind == LetterKind::Code) {
        None => Delivery::OnItsWay,
        Some(letter) => match letter.state {
            LetterState::Sent => Delivery::Sent,
            LetterState::Refused | LetterState::Expired => Delivery::Refused,
            LetterState::Waiting if letter.attempts > 0 => Delivery::Delayed,
            LetterState::Waiting => Delivery::OnItsWay,
        },
    }
}

/// Whether the last thing known of a courier is that it failed.
pub fn is_down(state: &CourierState) -> bool {
    state.failed_at.is_some_and(|failed| state.ok_at.is_none_or(|ok| ok < failed))
}

/// The challenge, if it can still be answered: in time, not spent, and nothing it is bound to has changed.
pub(super) async fn live(
    call: &Call,
    db: &mut Db,
    token: &Token,
) -> Result<Option<ChallengeFacts>, StoreError> {
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
    /// The method that the page asked for; `None` takes the one that was chosen last.
    pub method: Option<Method>,
    /// The code or key as typed.
    pub code: &'a str,
}

/// Judges the answer and settles it.
pub async fn answer(call: &Call, reply: &Reply<'_>) -> Result<Answer, FlowError> {
    let answer = looked_at(call, reply).await;
    metrics::second_step(match &answer {
        Ok(Answer::Entered(_) | Answer::Done { .. }) => "right",
        Ok(Answer::Wrong { .. }) => "wrong",
        Ok(Answer::Late | Answer::Superseded | Answer::NoCode) => "late",
        Ok(Answer::Used) => "used",
        Ok(Answer::Over) => "over",
        Ok(Answer::TooMany { .. } | Answer::Held { .. }) => "refused",
        Err(FlowError::Invalid(_)) => "invalid",
        Err(_) => "unavailable",
    });
    if call.deps.mail {
        // A notice may have been written, whatever the answer was.
        call.deps.post_wake.notify_one();
    }
    answer
}

async fn looked_at(call: &Call, reply: &Reply<'_>) -> Result<Answer, FlowError> {
    let mut db = call.reader().await?;
    let Some(facts) = live(call, &mut db, reply.challenge).await? else { return Ok(Answer::Over) };
    let offers = offered(call, &facts);
    let Some(method) = chosen(reply.method.or(facts.challenge.method), &offers) else {
        return Ok(Answer::Over);
    };
    if reply.method.is_some_and(|asked| asked != method) {
        return Err(FlowError::Conflict(Text::new("second-step-not-on-offer")));
    }
    let typed = proof::parse(method, reply.code)?;
    let Some(class) = same_session(call, &mut db, &facts, reply.session).await? else {
        return Ok(Answer::Over);
    };
    if let Some(until) = offers.iter().find(|offer| offer.method == method).and_then(|o| o.held_until) {
        return Ok(Answer::Held { until });
    }
    let known = match recognised(call, &mut db, &facts.facts.account, reply.browser).await? {
        // A session knows the browser it began in: without its cookie the owner is no stranger there.
        None if facts.challenge.session_id.is_some() => {
            facts.challenge.browser_id.map(|id| Recognised { id, is_current: true })
        }
        known => known,
    };
    let proof = Proof::judge(call, &mut db, &facts, typed).await?;
    drop(db);
    let charges = judged::charges(call, &facts, known.and_then(Recognised::current));
    let replaces = reply.session.map(Token::hash);
    let judged = Judged { call: call.clone(), charges, facts, known, proof, class, replaces };
    match call.deps.store.write(judged, |tx, judged| Box::pin(judged.settle(tx))).await {
        // What the answer was for is gone: everything was rolled back, and the challenge leads nowhere.
        Err(StoreError::Refused(GONE)) => Ok(Answer::Over),
        other => Ok(other?),
    }
}

/// A challenge of a session answers only to the browser that holds this session: then it is the session's class, and
/// [`Class::None`] for a challenge of no session. `None`: another browser.
async fn same_session(
    call: &Call,
    db: &mut Db,
    facts: &ChallengeFacts,
    token: Option<&Token>,
) -> Result<Option<Class>, StoreError> {
    let Some(wanted) = facts.challenge.session_id else { return Ok(Some(Class::None)) };
    let Some(token) = token else { return Ok(None) };
    let found = session::by_token_hash(db, &token.hash(), call.now).await?;
    Ok(found.filter(|found| found.session.id == wanted).map(|found| found.session.class))
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
                letter::drop_waiting_of_challenge(tx, *id).await?;
                audit::append(tx, row).await?;
            }
            Ok(())
        })
    });
    Ok(job.await?)
}
