//! The first step: e-mail address and password.
//!
//! An unknown address takes the same road as a known one: a real hash against a dummy, counters under an id derived
//! from the address, the same answers. Limits are looked at before the hash (so a refused caller costs nothing) and
//! judged under the lock after it.

use std::sync::Arc;

use countersign_core::audit::{Actor, AuditRow, Event};
use countersign_core::email::EmailAddress;
use countersign_core::id::{AccountId, BrowserId};
use countersign_core::limits::{self, Bucket, CounterKey, Refused};
use countersign_core::password::{PasswordHash, Verified};
use countersign_core::puzzle::{Puzzle, Solved};
use countersign_core::secret::{Password, Token};
use countersign_core::sign_in::BrowserKind;
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::account::{AccountRow, AccountState};
use countersign_store::facts::{self, AccountFacts};
use countersign_store::{Db, StoreError, account, audit, browser, nonce};

use super::gate::{self, Entered, Entering, FirstStep};
use super::limit::{self, Charges};
use super::{About, Call, FieldFault, FlowError, sso};
use crate::observe::metrics;

/// What the sign-in form or the API brings.
pub struct Credentials {
    /// The address as typed.
    pub email: String,
    /// The password as typed.
    pub password: Password,
    /// The recognised browser's cookie, if any. It selects counters and gives no rights.
    pub browser: Option<Token>,
    /// A solved proof of work, where one was asked for.
    pub puzzle: Option<String>,
    /// The session's cookie, if any: that session ends where a new one takes its place.
    pub session: Option<Token>,
}

/// How the first step ended.
pub enum FirstStepOutcome {
    /// A session, or the enrolment gate.
    Entered(gate::Entry),
    /// The second step is asked for.
    Challenge(gate::OpenChallenge),
    /// No.
    Refused(Refusal),
}

/// Why the first step was refused. Never tells whether the account exists.
#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Address and password do not fit together.
    Wrong,
    /// Too many failures; `until` is when it is worth trying again.
    TooMany {
        /// The moment the limit lets go, if time alone helps.
        until: Option<Timestamp>,
    },
    /// Solve this first: the puzzle's text, to be sent back with its answer.
    Puzzle(String),
    /// Only recognised browsers may still try, until the password is changed.
    KnownBrowsersOnly,
}

/// Checks address and password and passes the gate.
pub async fn first_step(call: &Call, input: Credentials) -> Result<FirstStepOutcome, FlowError> {
    let outcome = tried(call, input).await;
    metrics::first_step(match &outcome {
        Ok(FirstStepOutcome::Entered(_)) => "entered",
        Ok(FirstStepOutcome::Challenge(_)) => "challenge",
        Ok(FirstStepOutcome::Refused(Refusal::Wrong)) => "wrong",
        Err(FlowError::Busy { .. }) => "busy",
        Ok(FirstStepOutcome::Refused(_)) => "refused",
        Err(FlowError::Invalid(_)) => "invalid",
        Err(_) => "unavailable",
    });
    outcome
}

async fn tried(call: &Call, input: Credentials) -> Result<FirstStepOutcome, FlowError> {
    let email = checked(&input)?;
    let mut db = call.reader().await?;
    let facts = facts::sign_in_facts(&mut db, &email.key(), call.now).await?;
    let attempt = Attempt::of(call, &mut db, &email, facts, input.browser.as_ref()).await?;
    let looked = attempt.look(&mut db, input.puzzle.as_deref()).await?;
    drop(db);
    let solved = match looked {
        Look::Refused(refusal, limit) => {
            attempt.refusal(limit).record(call).await?;
            return Ok(FirstStepOutcome::Refused(refusal));
        }
        Look::Solved(solved) => Some(solved),
        Look::Free => None,
    };
    let password = Arc::new(input.password);
    let verified = call.deps.hasher.verify(attempt.hash(), Arc::clone(&password)).await?;
    let right = matches!(verified, Verified::Right { .. });
    let upgrade = Upgrade::of(call, attempt.facts.as_ref(), verified);
    let replaces = input.session.as_ref().map(Token::hash);
    let judged = Judged { attempt, right, solved, replaces };
    let outcome = call.deps.store.write(judged, |tx, judged| Box::pin(judged.settle(tx))).await?;
    if let (Some(upgrade), FirstStepOutcome::Entered(_) | FirstStepOutcome::Challenge(_)) =
        (upgrade, &outcome)
    {
        tokio::spawn(upgrade.run(password));
    }
    if matches!(outcome, FirstStepOutcome::Entered(_) | FirstStepOutcome::Challenge(_)) {
        call.deps.post_wake.notify_one();
    }
    Ok(outcome)
}

/// A password to be hashed anew with today's parameters and the active key. It is done once the sign-in is settled and
/// nobody waits for it: before the charge it would tell by its time that the password was right.
struct Upgrade {
    call: Call,
    account: AccountId,
    password_version: i64,
}

impl Upgrade {
    fn of(call: &Call, facts: Option<&AccountFacts>, verified: Verified) -> Option<Self> {
        let account = &facts.filter(|_| matches!(verified, Verified::Right { rehash: true }))?.account;
        Some(Self { call: call.clone(), account: account.id, password_version: account.password_version })
    }

    /// Whatever stops it, the next sign-in tries again; a faster change of the password wins.
    async fn run(self, password: Arc<Password>) {
        let deps = Arc::clone(&self.call.deps);
        let Ok(fresh) = deps.hasher.hash(password).await else { return };
        let job = deps.store.write((self, fresh), |tx, (this, fresh)| {
            Box::pin(async move { account::rehash(tx, this.account, this.password_version, fresh).await })
        });
        if let Err(error) = job.await {
            tracing::warn!(%error, "a password was not hashed anew");
        }
    }
}

fn checked(input: &Credentials) -> Result<EmailAddress, FlowError> {
    let mut faults = Vec::new();
    let email = EmailAddress::parse(&input.email);
    if let Err(fault) = &email {
        faults.push(FieldFault { field: "email", text: fault.text() });
    }
    if input.password.is_empty() {
        faults.push(FieldFault { field: "password", text: Text::new("password-missing") });
    }
    match email {
        Ok(email) if faults.is_empty() => Ok(email),
        _ => Err(FlowError::Invalid(faults)),
    }
}

/// A browser in which the account's owner has completed a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// The browser.
    pub id: BrowserId,
    /// Whether that was under the present password. Only then has it counters of its own; after a reset it is known
    /// all the same, so that a code by mail is believed in it.
    pub is_current: bool,
}

impl Recognised {
    /// The browser whose own counters apply.
    pub fn current(self) -> Option<BrowserId> {
        self.is_current.then_some(self.id)
    }
}

/// How well a browser is known.
pub(super) fn kind_of(browser: Option<Recognised>) -> BrowserKind {
    match browser {
        None => BrowserKind::Unknown,
        Some(known) if known.is_current => BrowserKind::Current,
        Some(_) => BrowserKind::Former,
    }
}

/// The browser behind a cookie: of this account, and not yet over.
pub(super) async fn recognised(
    call: &Call,
    db: &mut Db,
    account: &AccountRow,
    token: Option<&Token>,
) -> Result<Option<Recognised>, StoreError> {
    let Some(token) = token else { return Ok(None) };
    let row = browser::by_token_hash(db, &token.hash(), account.id).await?;
    let row = row.filter(|row| row.expires_at > call.now);
    Ok(row.map(|row| Recognised { id: row.id, is_current: row.password_version == account.password_version }))
}

/// One try: who, from where, charged to what.
struct Attempt {
    call: Call,
    facts: Option<AccountFacts>,
    subject: AccountId,
    /// What a puzzle is bound to: derived from the address, whether or not it has an account.
    identifier: [u8; 16],
    /// The recognised browser, whose own counters apply.
    known: Option<BrowserId>,
    browser: Option<Recognised>,
    charges: Charges,
    /// What strangers together have failed: past its limit they solve a puzzle before the password is looked at.
    strangers: Option<Charges>,
}

/// What the look before the hash found.
enum Look {
    Free,
    Solved(Solved),
    /// Refused, and at which limit.
    Refused(Refusal, &'static str),
}

impl Attempt {
    async fn of(
        call: &Call,
        db: &mut Db,
        email: &EmailAddress,
        facts: Option<AccountFacts>,
        token: Option<&Token>,
    ) -> Result<Self, StoreError> {
        let identifier = call.deps.keys.identifier(&email.key());
        let (subject, browser) = match &facts {
            Some(facts) => (facts.account.id, recognised(call, db, &facts.account, token).await?),
            None => (AccountId::from_bytes(identifier), None),
        };
        let known = browser.and_then(Recognised::current);
        let address = call.origin.address;
        let bucket = known.map_or_else(|| Bucket::Prefix(limits::network(&address)), Bucket::Browser);
        let mut list = vec![CounterKey::first_step(subject, &bucket)];
        let mut strangers = None;
        // A recognised browser has a row of its own and no other: whatever strangers do, on the same network too,
        // can't stop it.
        if known.is_none() {
            list.push(CounterKey::first_step_address(&address));
            list.push(CounterKey::first_step_row(subject));
            strangers = Some(Charges::new(vec![CounterKey::first_step_strangers(subject)]));
        }
        Ok(Self {
            call: call.clone(),
            facts,
            subject,
            identifier,
            known,
            browser,
            charges: Charges::new(list),
            strangers,
        })
    }

    /// A plain look, so that a refused caller costs no hash.
    async fn look(&self, db: &mut Db, solution: Option<&str>) -> Result<Look, StoreError> {
        if let Err(refused) = self.charges.peek(db, self.call.now).await? {
            return Ok(Look::Refused(refusal(&refused), refused.limit));
        }
        let Some(strangers) = &self.strangers else { return Ok(Look::Free) };
        let Err(refused) = strangers.peek(db, self.call.now).await? else { return Ok(Look::Free) };
        let keys = &self.call.deps.keys;
        let answer =
            solution.and_then(|text| Puzzle::check(keys, text, &self.identifier, self.call.now).ok());
        Ok(match answer {
            // One that was used already is worth no hash, and says nothing about the password.
            Some(solved) if !nonce::is_spent(db, &solved.nonce_hash).await? => Look::Solved(solved),
            _ => Look::Refused(self.puzzle(), refused.limit),
        })
    }

    fn puzzle(&self) -> Refusal {
        let call = &self.call;
        Refusal::Puzzle(Puzzle::new(&call.deps.keys, call.entropy(), &self.identifier, call.now).encode())
    }

    /// The stored hash of an active account; `None` has a dummy checked at the same cost.
    fn hash(&self) -> Option<PasswordHash> {
        let account = self.facts.as_ref().map(|facts| &facts.account)?;
        account.password.clone().filter(|_| account.state == AccountState::Active)
    }

    fn about(&self) -> About {
        self.facts.as_ref().map_or_else(About::default, |facts| About::of(&facts.account))
    }

    fn row(&self, event: Event) -> AuditRow {
        // An unknown address is told apart in the operator's log only, by the counters' subject.
        let detail =
            [("subject", self.subject.to_string()), ("known_browser", self.known.is_some().to_string())];
        self.call.audit_row(event, Actor::Stranger, self.about(), &detail)
    }

    fn refusal(&self, limit: &str) -> limit::Refusal {
        let row = self.row(Event::SignInFirstStepRefused);
        limit::Refusal::new(&self.call, self.subject, limit, row)
    }
}

/// A try whose password has been checked, ready to be settled.
struct Judged {
    attempt: Attempt,
    right: bool,
    solved: Option<Solved>,
    /// The hash of the token of the session that the browser holds.
    replaces: Option<[u8; 32]>,
}

impl Judged {
    /// The deciding transaction: charge, then pass the gate.
    async fn settle(&self, tx: &mut Db) -> Result<FirstStepOutcome, StoreError> {
        let attempt = &self.attempt;
        let call = &attempt.call;
        let mut locked = attempt.charges.lock(tx).await?;
        let mut strangers = match &attempt.strangers {
            Some(charges) => Some(charges.lock(tx).await?),
            None => None,
        };
        // Many strangers at once may all have passed the look: under the lock each is counted before the next.
        let unsolved = self.solved.is_none()
            && strangers.as_ref().is_some_and(|counted| counted.check(call.now).is_err());
        if let Err(refused) = locked.check(call.now) {
            attempt.refusal(refused.limit).note(tx).await?;
            return Ok(FirstStepOutcome::Refused(refusal(&refused)));
        }
        let is_fresh = match &self.solved {
            Some(solved) => nonce::spend(tx, &solved.nonce_hash, solved.expires_at).await?,
            None => true,
        };
        if unsolved || !is_fresh {
            attempt.refusal(limits::FIRST_STEP_STRANGERS.name).note(tx).await?;
            return Ok(FirstStepOutcome::Refused(attempt.puzzle()));
        }
        let entered = match attempt.facts.as_ref().filter(|_| self.right) {
            // Told like a wrong password, and counted like one: nobody learns that it was right.
            Some(facts) if self.is_off(tx, facts).await? => None,
            Some(facts) => gate::enter(tx, call, &self.entering(facts)).await?,
            None => None,
        };
        let Some(entered) = entered else {
            locked.fail(tx, call.now).await?;
            if let Some(strangers) = &mut strangers {
                strangers.fail(tx, call.now).await?;
            }
            audit::append(tx, &attempt.row(Event::SignInFirstStepFailed)).await?;
            return Ok(FirstStepOutcome::Refused(Refusal::Wrong));
        };
        locked.succeed(tx, call.now).await?;
        Ok(match entered {
            Entered::Session(entry) => FirstStepOutcome::Entered(entry),
            Entered::Challenge(open) => FirstStepOutcome::Challenge(open),
        })
    }

    /// Whether the policy wants this account to come in through its provider.
    async fn is_off(&self, tx: &mut Db, facts: &AccountFacts) -> Result<bool, StoreError> {
        sso::password_is_off(tx, facts.policy.password_sign_in, facts.account.id).await
    }

    fn entering(&self, facts: &AccountFacts) -> Entering {
        Entering {
            account: facts.account.id,
            password_version: facts.account.password_version,
            first_step: FirstStep::Password,
            claims: None,
            browser: self.attempt.browser,
            replaces: self.replaces,
        }
    }
}

fn refusal(refused: &Refused) -> Refusal {
    if refused.limit == limits::FIRST_STEP_ROW.name {
        return Refusal::KnownBrowsersOnly;
    }
    Refusal::TooMany { until: refused.until }
}
