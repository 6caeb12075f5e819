//! Step-up: proving again who one is before something that matters.
//!
//! With a factor enrolled it is a challenge of its own purpose; without one it is the password. Either way the session
//! goes on under a new token.

use countersign_core::audit::Event;
use countersign_core::limits::{self, Bucket, CounterKey, Refused};
use countersign_core::method::Method;
use countersign_core::password::Verified;
use countersign_core::secret::{Password, Token};
use countersign_core::sign_in::{Offer, Purpose};
use countersign_core::time::Timestamp;
use countersign_store::facts::ChallengeFacts;
use countersign_store::{Db, StoreError, audit, session};

use super::factors::Present;
use super::gate::{self, OpenChallenge, Opening};
use super::limit::{Charges, Refusal};
use super::second_step::offers_of;
use super::session::SignedIn;
use super::sign_in::{Recognised, kind_of};
use super::{About, Call, FlowError, GONE};

/// How the person will prove themselves.
pub enum StepUp {
    /// By a second step; the token goes into the challenge cookie.
    Challenge(OpenChallenge),
    /// By the password, as nothing else is enrolled.
    Password,
}

/// By which methods a challenge of this session could be answered, the one to begin with first.
pub fn methods(call: &Call, signed_in: &SignedIn) -> Vec<Offer> {
    let browser = signed_in.browser.map(|id| Recognised { id, is_current: true });
    offers_of(call, &signed_in.facts, Purpose::StepUp, kind_of(browser))
}

/// Opens a step-up for this session. With a `wish` it begins with that method where it is on offer, and nothing goes out by
/// another one.
pub async fn start(call: &Call, signed_in: &SignedIn, wish: Option<Method>) -> Result<StepUp, FlowError> {
    if signed_in.steps_up_by_password(call.now) {
        return Ok(StepUp::Password);
    }
    Ok(StepUp::Challenge(opened(call, signed_in, (Purpose::StepUp, None), wish).await?))
}

/// Opens a challenge of this session for a purpose and, where it has one, its subject.
pub(super) async fn open(
    call: &Call,
    signed_in: &SignedIn,
    purpose: Purpose,
    subject: Option<[u8; 16]>,
) -> Result<OpenChallenge, FlowError> {
    opened(call, signed_in, (purpose, subject), None).await
}

async fn opened(
    call: &Call,
    signed_in: &SignedIn,
    what: (Purpose, Option<[u8; 16]>),
    wish: Option<Method>,
) -> Result<OpenChallenge, FlowError> {
    let data = (call.clone(), signed_in.clone(), what, wish);
    let job = call.deps.store.write(data, |tx, (call, signed_in, (purpose, subject), wish)| {
        Box::pin(async move {
            let browser = signed_in.browser.map(|id| Recognised { id, is_current: true });
            let opening = Opening {
                purpose: *purpose,
                subject: *subject,
                session: Some(signed_in.session),
                browser,
                first_step: "session",
                wish: *wish,
            };
            let version = signed_in.facts.account.password_version;
            let held = gate::held(tx, call, signed_in.account(), version).await?;
            let held = held.ok_or(StoreError::Refused(GONE))?;
            gate::challenge_for(tx, call, &held, &opening).await
        })
    });
    match job.await {
        Err(StoreError::Refused(GONE)) => Err(FlowError::SignInAgain),
        other => {
            let open = other?;
            call.deps.post_wake.notify_one();
            Ok(open)
        }
    }
}

/// Raises the challenge's session after a right answer.
pub(super) async fn raise(
    tx: &mut Db,
    call: &Call,
    facts: &ChallengeFacts,
    present: Present,
    method: Method,
) -> Result<Token, StoreError> {
    let token = Token::new(call.entropy());
    let class = facts.facts.policy.class_of(method).max(present.class);
    if !session::step_up(tx, present.session, &token.hash(), class, call.now).await? {
        return Err(StoreError::Refused(GONE));
    }
    let detail = [("method", method.as_str().to_owned())];
    audit::append(tx, &call.own_row(Event::StepUpSucceeded, About::of(&facts.facts.account), &detail))
        .await?;
    Ok(token)
}

/// How a step-up by password ended.
pub enum PasswordStepUp {
    /// Proved; the session's new token.
    Done(Token),
    /// The password is wrong.
    Wrong,
    /// A limit was reached; the password was not judged.
    TooMany {
        /// When to try again, if time alone helps.
        until: Option<Timestamp>,
    },
}

/// The counters a signed-in person's password is charged to: the same as at sign-in.
pub(super) fn password_charges(call: &Call, signed_in: &SignedIn) -> Charges {
    let (account, address) = (signed_in.account(), call.origin.address);
    Charges::new(match signed_in.browser {
        Some(browser) => vec![CounterKey::first_step(account, &Bucket::Browser(browser))],
        None => vec![
            CounterKey::first_step(account, &Bucket::Prefix(limits::network(&address))),
            CounterKey::first_step_address(&address),
        ],
    })
}

/// What is noted for a password of a signed-in person that was not judged, as a limit was reached.
pub(super) fn refused_at(call: &Call, signed_in: &SignedIn, purpose: &str, refused: &Refused) -> Refusal {
    let detail = [("purpose", purpose.to_owned())];
    let row = call.own_row(Event::SignInFirstStepRefused, signed_in.about(), &detail);
    Refusal::new(call, signed_in.account(), refused.limit, row)
}

/// Proves the person by the password. Refused where a factor is enrolled and not suspended: then only it counts.
pub async fn with_password(
    call: &Call,
    signed_in: &SignedIn,
    password: Password,
) -> Result<PasswordStepUp, FlowError> {
    if !signed_in.steps_up_by_password(call.now) {
        return Err(FlowError::StepUpNeeded);
    }
    let charges = password_charges(call, signed_in);
    let mut db = call.reader().await?;
    if let Err(refused) = charges.peek(&mut db, call.now).await? {
        refused_at(call, signed_in, Purpose::StepUp.as_str(), &refused).record(call).await?;
        return Ok(PasswordStepUp::TooMany { until: refused.until });
    }
    drop(db);
    let verified = call.deps.hasher.verify(signed_in.facts.account.password.clone(), password).await?;
    let right = matches!(verified, Verified::Right { .. });
    let data = (call.clone(), signed_in.clone(), charges, right);
    let job = call.deps.store.write(data, |tx, (call, signed_in, charges, right)| {
        Box::pin(settle(tx, call, signed_in, charges, *right))
    });
    match job.await {
        Err(StoreError::Refused(GONE)) => Err(FlowError::SignInAgain),
        other => Ok(other?),
    }
}

async fn settle(
    tx: &mut Db,
    call: &Call,
    signed_in: &SignedIn,
    charges: &Charges,
    right: bool,
) -> Result<PasswordStepUp, StoreError> {
    let mut locked = charges.lock(tx).await?;
    if let Err(refused) = locked.check(call.now) {
        refused_at(call, signed_in, Purpose::StepUp.as_str(), &refused).note(tx).await?;
        return Ok(PasswordStepUp::TooMany { until: refused.until });
    }
    if !right {
        locked.fail(tx, call.now).await?;
        let detail = [("purpose", Purpose::StepUp.as_str().to_owned())];
        audit::append(tx, &call.own_row(Event::SignInFirstStepFailed, signed_in.about(), &detail)).await?;
        return Ok(PasswordStepUp::Wrong);
    }
    locked.succeed(tx, call.now).await?;
    let token = Token::new(call.entropy());
    if !session::step_up(tx, signed_in.session, &token.hash(), signed_in.class, call.now).await? {
        return Err(StoreError::Refused(GONE));
    }
    let detail = [("method", "password".to_owned())];
    audit::append(tx, &call.own_row(Event::StepUpSucceeded, signed_in.about(), &detail)).await?;
    Ok(PasswordStepUp::Done(token))
}
