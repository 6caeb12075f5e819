//! The second step: showing a challenge, choosing a method, asking for a code, and answering.
//!
//! Answering reads challenge and factors, has core judge the answer, and then settles in one transaction: lock the
//! counters; refuse at a limit whatever the verdict; on a right answer spend challenge and proof by conditional updates,
//! where zero rows means that somebody was faster; then the deed the challenge was opened for. A refusal commits too.

mod judged;
mod mail;
mod proof;
mod ring;
mod send;

use std::time::Duration;

use countersign_core::audit::{Actor, Event};
use countersign_core::dispatch::PromptEnd;
use countersign_core::id::{AuthenticatorId, OrganisationId, PhoneNumberId, TelegramAccountId};
use countersign_core::limits::CHALLENGE_TRIES;
use countersign_core::method::{Class, Method};
use countersign_core::secret::Token;
use countersign_core::sign_in::{BrowserKind, Offer, Purpose, offers};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::account::AccountState;
use countersign_store::challenge::ChallengeRow;
use countersign_store::courier::CourierState;
use countersign_store::facts::{self, AccountFacts, ChallengeFacts};
use countersign_store::{
    Db, StoreError, account, audit, authenticator, challenge, dispatch, letter, phone_number, session,
    telegram_account,
};

use super::facts::{enrolled, situation, suspension};
use super::gate::Entry;
use super::session::SignedIn;
use super::sign_in::{Recognised, recognised};
use super::telegram::view::TelegramStep;
use super::{About, Call, FlowError, GONE, phone, telegram};
use crate::observe::metrics;
use crate::text;

pub use super::mail_code::Sending;
pub use super::telegram::view::{Wait, Waited, wait};
use judged::Judged;
pub(super) use judged::charges_of;
use mail::mail_code_of;
pub use mail::{Again, Delivery, MailCode, SentCode};
use proof::Proof;
pub use ring::ask_phone;
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
    /// The name of the device or the Telegram account that will be removed, or the masked number that will be proved or removed, where that is the
    /// purpose.
    pub subject: Option<String>,
    /// How the code by e-mail stands, where that method is on offer.
    pub mail: Option<MailCode>,
    /// How the question in Telegram stands, where that method is on offer.
    pub telegram: Option<TelegramStep>,
    /// How calls and SMS stand, where that method is on offer.
    pub phone: Option<phone::PhoneStep>,
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
    /// Nobody has confirmed in Telegram yet: nothing was charged.
    NotYet,
    /// It was refused in Telegram; the challenge is over.
    RefusedInChat,
    /// The digits from the phone were neither right nor a guess.
    Phone(phone::Said),
    /// The method has to wait, e-mail codes after a reset by mail, Telegram after refusals; the answer was not looked at.
    Held {
        /// Which.
        method: Method,
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
    let subject = subject(call, &mut db, row).await?;
    let offers = offered(call, &facts);
    let mails = offers.iter().any(|offer| offer.method == Method::Email);
    let mail = if mails { Some(mail_code_of(call, &mut db, &facts).await?) } else { None };
    let asks = offers.iter().any(|offer| offer.method == Method::Telegram);
    let telegram = if asks { Some(telegram::view::step_of(call, &mut db, &facts).await?) } else { None };
    let phones = offers.iter().any(|offer| offer.method == Method::Phone);
    let phone = if phones { phone::step_of(call, &mut db, &facts).await? } else { None };
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
        telegram,
        phone,
    })
}

/// How calls and SMS of a challenge stand, without all else that its page shows: asked for again and again while a phone rings.
pub struct PhoneNews {
    /// What the answer will be used for.
    pub purpose: Purpose,
    /// The challenge's organisation.
    pub organisation: OrganisationId,
    /// The phone's part; `None`: it goes on by another method.
    pub phone: Option<phone::PhoneStep>,
}

/// Tells how calls and SMS stand. `NotFound` when the challenge is over.
pub async fn phone_news(call: &Call, token: &Token) -> Result<PhoneNews, FlowError> {
    let mut db = call.reader().await?;
    let facts = live(call, &mut db, token).await?.ok_or(FlowError::NotFound)?;
    let method = chosen(facts.challenge.method, &offered(call, &facts)).ok_or(FlowError::NotFound)?;
    let by_phone = method == Method::Phone;
    let phone = if by_phone { phone::step_of(call, &mut db, &facts).await? } else { None };
    let organisation = facts.facts.account.organisation_id;
    Ok(PhoneNews { purpose: facts.challenge.purpose, organisation, phone })
}

/// What the purpose is about, by the name under which its owner knows it.
async fn subject(call: &Call, db: &mut Db, row: &ChallengeRow) -> Result<Option<String>, StoreError> {
    let Some(id) = row.subject else { return Ok(None) };
    if matches!(row.purpose, Purpose::ProvePhone | Purpose::RemovePhone) {
        let id = PhoneNumberId::from_bytes(id);
        let found = phone_number::by_id(db, &call.deps.keys, id, row.account_id).await?;
        return Ok(found.as_ref().map(phone::masked));
    }
    if row.purpose == Purpose::UnlinkTelegram {
        let found = telegram_account::by_id(db, &call.deps.keys, TelegramAccountId::from_bytes(id)).await?;
        let mine = found.filter(|chat| chat.account_id == row.account_id);
        return Ok(mine.map(|chat| telegram::called(&chat.person)));
    }
    let found = authenticator::by_id(db, AuthenticatorId::from_bytes(id)).await?;
    Ok(found.filter(|device| device.account_id == row.account_id).and_then(|device| device.name))
}

/// The methods of a challenge as they are on offer now.
fn offered(call: &Call, facts: &ChallengeFacts) -> Vec<Offer> {
    offers_of(call, &facts.facts, facts.challenge.purpose, facts.challenge.browser())
}

pub(super) fn offers_of(
    call: &Call,
    facts: &AccountFacts,
    purpose: Purpose,
    browser: BrowserKind,
) -> Vec<Offer> {
    let (enrolled, suspension) = (enrolled(facts), suspension(facts));
    offers(purpose, &situation(facts, &enrolled, suspension.as_ref(), call.now), browser)
}

/// What is said of a method that has to wait.
pub(super) fn held_text(method: Method) -> Text {
    Text::new(if method == Method::Telegram { text!("telegram-held") } else { text!("second-step-held") })
}

/// The method that was chosen, while it is on offer; otherwise the one to begin with.
fn chosen(method: Option<Method>, offers: &[Offer]) -> Option<Method> {
    let first = offers.first().map(|offer| offer.method);
    method.filter(|method| offers.iter().any(|offer| offer.method == *method)).or(first)
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
        Ok(Answer::Late | Answer::Superseded | Answer::NoCode | Answer::Phone(_)) => "late",
        Ok(Answer::Used) => "used",
        Ok(Answer::Over | Answer::RefusedInChat) => "over",
        Ok(Answer::NotYet) => "waiting",
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
    let Some(facts) = live(call, &mut db, reply.challenge).await? else {
        let refused = telegram::view::is_refused(&mut db, reply.challenge).await?;
        return Ok(if refused { Answer::RefusedInChat } else { Answer::Over });
    };
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
        return Ok(Answer::Held { method, until });
    }
    let known = match recognised(call, &mut db, &facts.facts.account, reply.browser).await? {
        // A session knows the browser it began in: without its cookie the owner is no stranger there.
        None if facts.challenge.session_id.is_some() => {
            facts.challenge.browser_id.map(|id| Recognised { id, is_current: true })
        }
        known => known,
    };
    if method == Method::Telegram && facts.challenge.approved_at.is_none() {
        return Ok(Answer::NotYet);
    }
    let proof = Proof::judge(call, &mut db, &facts, typed).await?;
    drop(db);
    let charges = judged::charges(call, &facts, known.and_then(Recognised::current), &proof);
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
    let data = (call.clone(), facts, row);
    let job = call.deps.store.write(data, |tx, (call, facts, row)| {
        Box::pin(async move {
            let (id, account) = (facts.challenge.id, &facts.facts.account);
            account::lock(tx, account.id).await?;
            if challenge::cancel(tx, id, call.now).await? {
                letter::drop_waiting_of_challenge(tx, id).await?;
                telegram::prompt::end_of_challenge(tx, call, account, &facts.challenge, PromptEnd::Over)
                    .await?;
                dispatch::drop_waiting_of_challenge(tx, id, call.now).await?;
                audit::append(tx, row).await?;
            }
            Ok(())
        })
    });
    job.await?;
    call.deps.dispatch_wake.notify_one();
    Ok(())
}
