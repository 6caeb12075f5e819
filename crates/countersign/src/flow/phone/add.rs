//! Adding a number and proving it, and the list of an account's numbers.

use countersign_core::audit::Event;
use countersign_core::id::PhoneNumberId;
use countersign_core::letter::LetterKind;
use countersign_core::limits::CHALLENGE_LIFE;
use countersign_core::method::{Class, Method};
use countersign_core::phone::PhoneNumber;
use countersign_core::secret::Token;
use countersign_core::sign_in::{AccountChange, Permission, Purpose};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::challenge::ChallengeRow;
use countersign_store::facts::AccountFacts;
use countersign_store::phone_number::{self, Confirmed, E164, Most, PhoneNumberRow};
use countersign_store::{Db, StoreError, account, audit, facts};

use super::super::factors::{self, Present};
use super::super::gate::{OpenChallenge, Opening, challenge_for};
use super::super::session::{SignedIn, hold};
use super::super::sign_in::Recognised;
use super::super::{About, Call, FlowError, GONE, step_up};
use super::{ACCOUNTS_OF_NUMBER, guards, masked};
use crate::text;

/// Numbers of an account that wait for their proof at the same time: the newest takes the place of the one before.
const PENDING_MOST: u32 = 1;

/// One number of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneLine {
    /// Its id.
    pub id: PhoneNumberId,
    /// The number, masked.
    pub masked: String,
    /// When it was proved; of one that waits, when it was added.
    pub added_at: Timestamp,
    /// When a code that went to it last signed in.
    pub last_used_at: Option<Timestamp>,
    /// Until when it can be proved; `None`: it is.
    pub waits_until: Option<Timestamp>,
}

impl PhoneLine {
    pub(in crate::flow) fn of(row: &PhoneNumberRow) -> Self {
        Self {
            id: row.id,
            masked: masked(row),
            added_at: row.confirmed_at.unwrap_or(row.created_at),
            last_used_at: row.last_used_at,
            waits_until: row.expires_at.filter(|_| row.confirmed_at.is_none()),
        }
    }
}

/// The account's numbers, the first added first; also one that still waits for its proof.
pub async fn list(call: &Call, signed_in: &SignedIn) -> Result<Vec<PhoneLine>, FlowError> {
    let mut db = call.reader().await?;
    let rows = phone_number::of_account(&mut db, &call.deps.keys, signed_in.account(), call.now).await?;
    Ok(rows.iter().map(PhoneLine::of).collect())
}

/// A number that waits for its proof.
pub struct Added {
    /// Its id.
    pub id: PhoneNumberId,
    /// The number, masked.
    pub masked: String,
    /// The challenge that proves it; its token goes into the challenge's cookie.
    pub challenge: OpenChallenge,
}

struct Adding {
    call: Call,
    signed_in: SignedIn,
    number: PhoneNumber,
}

enum Outcome {
    Added(PhoneNumberId, OpenChallenge),
    Before,
    Full(u32),
}

/// Adds a number and opens the challenge that proves it (MSG-6). Needs what adding any factor needs, and a method beside
/// which a phone counts (MSG-8). Whether other accounts have the number is told by nothing here.
///
/// # Errors
///
/// A fault of the field `number`: why it cannot be used, or that the account has it. `Conflict`: the account has as many as
/// it may.
pub async fn start(call: &Call, signed_in: &SignedIn, typed: &str) -> Result<Added, FlowError> {
    match signed_in.may(AccountChange::AddPhone, call.now) {
        Permission::No(key) => return Err(FlowError::Forbidden(Text::new(key))),
        Permission::StepUp => return Err(FlowError::StepUpNeeded),
        Permission::Yes | Permission::OwnChallenge => {}
    }
    let number = PhoneNumber::parse(typed, call.deps.reach.home)
        .map_err(|fault| FlowError::field("number", fault.text_key()))?;
    if let Err(guard) = guards::reached(call, signed_in.facts.policy.phone_rules(), &number) {
        guards::record(call, &signed_in.facts, &number, guard).await?;
        return Err(FlowError::field("number", guard.text_key()));
    }
    let masked = number.masked();
    let adding = Adding { call: call.clone(), signed_in: signed_in.clone(), number };
    match call.deps.store.write(adding, |tx, adding| Box::pin(adding.settle(tx))).await {
        Ok(Outcome::Added(id, challenge)) => Ok(Added { id, masked, challenge }),
        Ok(Outcome::Before) => Err(FlowError::field("number", text!("phone-number-yours"))),
        Ok(Outcome::Full(most)) => {
            Err(FlowError::Conflict(Text::new(text!("phone-too-many")).with("most", i64::from(most))))
        }
        Err(StoreError::Refused(GONE)) => Err(FlowError::SignInAgain),
        Err(fault) => Err(fault.into()),
    }
}

impl Adding {
    async fn settle(&self, tx: &mut Db) -> Result<Outcome, StoreError> {
        let (call, signed_in) = (&self.call, &self.signed_in);
        let account = hold(tx, call, signed_in, AccountChange::AddPhone).await?;
        let held = facts::account_facts(tx, account.id, call.now).await?.ok_or(StoreError::Refused(GONE))?;
        let new = PhoneNumberRow {
            id: PhoneNumberId::new(call.now, call.entropy()),
            account_id: account.id,
            number: E164::new(self.number.reveal()),
            country: self.number.country().to_string(),
            session_id: Some(signed_in.session),
            created_at: call.now,
            expires_at: Some(call.now.plus(CHALLENGE_LIFE)),
            confirmed_at: None,
            last_used_at: None,
            last_caller: None,
        };
        phone_number::discard_pending(tx, account.id).await?;
        let most = most(&held);
        let id = match phone_number::add(tx, &call.deps.keys, call.entropy(), &new, most).await? {
            phone_number::Added::Done => new.id,
            phone_number::Added::Again(id) => id,
            phone_number::Added::Before(_) => return Ok(Outcome::Before),
            phone_number::Added::AccountFull | phone_number::Added::PendingFull => {
                return Ok(Outcome::Full(most.of_account));
            }
        };
        let browser = signed_in.browser.map(|id| Recognised { id, is_current: true });
        let opening = Opening {
            purpose: Purpose::ProvePhone,
            subject: Some(*id.as_bytes()),
            session: Some(signed_in.session),
            browser,
            first_step: "session",
            wish: None,
        };
        let challenge = challenge_for(tx, call, &held, &opening).await?;
        let detail = [
            ("phone", id.to_string()),
            ("number", self.number.masked()),
            ("country", self.number.country().to_string()),
        ];
        audit::append(tx, &call.own_row(Event::PhoneAdded, About::of(&account), &detail)).await?;
        Ok(Outcome::Added(id, challenge))
    }
}

fn most(held: &AccountFacts) -> Most {
    Most {
        of_account: u32::from(held.policy.phone_numbers_max),
        pending: PENDING_MOST,
        of_number: ACCOUNTS_OF_NUMBER,
    }
}

/// Opens another challenge that proves a number which was added before and still waits: the first one may be over.
///
/// # Errors
///
/// `NotFound`: no such number of the account waits.
pub async fn start_proof(
    call: &Call,
    signed_in: &SignedIn,
    id: PhoneNumberId,
) -> Result<OpenChallenge, FlowError> {
    let waiting = list(call, signed_in).await?.into_iter().find(|line| line.waits_until.is_some());
    waiting.filter(|line| line.id == id).ok_or(FlowError::NotFound)?;
    match signed_in.may(AccountChange::AddPhone, call.now) {
        Permission::No(key) => Err(FlowError::Forbidden(Text::new(key))),
        Permission::StepUp => Err(FlowError::StepUpNeeded),
        Permission::Yes | Permission::OwnChallenge => {
            step_up::open(call, signed_in, Purpose::ProvePhone, Some(*id.as_bytes())).await
        }
    }
}

/// Forgets a number that waits for its proof. Nothing to forget is fine.
pub async fn cancel(call: &Call, signed_in: &SignedIn) -> Result<(), FlowError> {
    let job = call.deps.store.write(signed_in.account(), |tx, account| {
        Box::pin(async move { phone_number::discard_pending(tx, *account).await })
    });
    job.await?;
    Ok(())
}

/// Proves the challenge's number after the right code: it counts from now on, and every other session ends (MSG-9). `held`
/// is the account as it is held; that there is room for the number was looked at before the code was spent, so that where
/// another account was faster all is rolled back.
///
/// The code of a phone is no proof for anything else: the session is no stronger by it, and no fresher.
pub(in crate::flow) async fn prove(
    tx: &mut Db,
    call: &Call,
    held: &AccountFacts,
    row: &ChallengeRow,
    present: Present,
) -> Result<Token, StoreError> {
    let account = &held.account;
    let id = PhoneNumberId::from_bytes(row.subject.ok_or(StoreError::Refused(GONE))?);
    let keys = &call.deps.keys;
    let phone = phone_number::by_id(tx, keys, id, account.id).await?.ok_or(StoreError::Refused(GONE))?;
    match phone_number::confirm(tx, keys, (id, account.id), most(held), call.now).await? {
        Confirmed::Done => {}
        Confirmed::Over | Confirmed::AccountFull | Confirmed::NumberFull => {
            return Err(StoreError::Refused(GONE));
        }
    }
    account::bump_factor_version(tx, account.id).await?;
    let (token, ended) = factors::renew(tx, call, account.id, present, Class::None).await?;
    let name = masked(&phone);
    let detail = [("phone", id.to_string()), ("number", name.clone()), ("ended", ended.to_string())];
    audit::append(tx, &call.own_row(Event::PhoneProved, About::of(account), &detail)).await?;
    factors::tell(tx, call, account, LetterKind::MethodAdded, Method::Phone, Some(name)).await?;
    Ok(token)
}
