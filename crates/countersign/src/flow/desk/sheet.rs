//! One account on one page: what an agent needs to see to help, and nothing that would let anybody in.

use std::time::Duration;

use countersign_core::action::{Action, may_touch};
use countersign_core::audit::{Actor, AuditRow, Event};
use countersign_core::id::{AccountId, AuthenticatorId, PhoneNumberId};
use countersign_core::limits::Refused;
use countersign_core::method::Method;
use countersign_core::time::Timestamp;
use countersign_store::account::AccountRow;
use countersign_store::audit::{AuditFilter, AuditScope};
use countersign_store::facts::AccountFacts;
use countersign_store::{
    Db, StoreError, audit, authenticator, counter, letter, nonce, phone_number, session, support_request,
    telegram_account,
};

pub use countersign_store::letter::{LetterRow, LetterState};
pub use countersign_store::support_request::SupportRequestRow;

pub use super::super::telegram::switch::ChatLine;

use super::super::facts::{enrolled, situation, suspension as as_judged};
use super::super::session::{SessionLine, SignedIn, is_alive};
use super::super::suspension::{self, View};
use super::super::{About, Call, FlowError, phone, staff};
use super::sees;

/// Looks of one agent at one account within this time are one row of the audit log.
const LOOK: Duration = Duration::from_mins(5);

/// How many letters, suspensions and requests the page shows.
const MOST: u32 = 10;
/// How many events.
const EVENTS: u32 = 20;

/// One authenticator.
#[derive(Clone, Debug)]
pub struct DeviceFact {
    /// Its id.
    pub id: AuthenticatorId,
    /// Its name.
    pub name: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// When its last code was taken.
    pub last_used_at: Option<Timestamp>,
}

/// One proved phone number.
#[derive(Clone, Debug)]
pub struct PhoneFact {
    /// Its id.
    pub id: PhoneNumberId,
    /// The number, masked.
    pub masked: String,
    /// When it was proved.
    pub added_at: Timestamp,
    /// When a code that went to it last signed in.
    pub last_used_at: Option<Timestamp>,
}

/// Everything on the page. No secret is in here, and the address is masked.
#[derive(Clone, Debug)]
pub struct AccountSheet {
    /// Account, policy, suspension.
    pub facts: AccountFacts,
    /// The address, masked.
    pub masked: String,
    /// Whether this agent may act on the account, or only look.
    pub may_act: bool,
    /// The methods that count now.
    pub enrolled: Vec<Method>,
    /// Whether the second step is suspended at this moment.
    pub is_suspended: bool,
    /// Until when a new password that came by mail must not be enough by itself.
    pub mail_reset_until: Option<Timestamp>,
    /// Confirmed devices.
    pub devices: Vec<DeviceFact>,
    /// Linked Telegram accounts, their names masked.
    pub chats: Vec<ChatLine>,
    /// Proved phone numbers.
    pub phones: Vec<PhoneFact>,
    /// Live sessions, the last used first.
    pub sessions: Vec<SessionLine>,
    /// The last letters, newest first, without what they said.
    pub letters: Vec<LetterRow>,
    /// Limits that are full now.
    pub limits: Vec<Refused>,
    /// The last suspensions, newest first.
    pub suspensions: Vec<View>,
    /// The last requests, newest first.
    pub requests: Vec<SupportRequestRow>,
    /// What happened last, newest first.
    pub events: Vec<AuditRow>,
}

impl AccountSheet {
    /// The account.
    pub fn account(&self) -> &AccountRow {
        &self.facts.account
    }
}

/// Shows an account; the look is written to the audit log before anything is told. `NotFound`: another organisation's, or
/// none.
///
/// # Errors
///
/// [`FlowError::Forbidden`] where support looks for an account of the staff, which is written to the audit log too.
pub async fn look(call: &Call, signed_in: &SignedIn, id: AccountId) -> Result<AccountSheet, FlowError> {
    let facts = looked(call, signed_in, id).await?;
    let mut db = call.reader().await?;
    gather(call, &mut db, signed_in, facts).await
}

/// As [`look`], for a page that shows something else of the account.
pub(in super::super) async fn looked(
    call: &Call,
    signed_in: &SignedIn,
    id: AccountId,
) -> Result<AccountFacts, FlowError> {
    let facts = seen(call, signed_in, id).await?;
    note_look(call, signed_in, &facts.account).await?;
    Ok(facts)
}

/// The account, if this agent may look at it.
pub(super) async fn seen(
    call: &Call,
    signed_in: &SignedIn,
    id: AccountId,
) -> Result<AccountFacts, FlowError> {
    staff::require(call, signed_in, Action::ViewAccount).await?;
    let facts = staff::target(call, signed_in, id).await?;
    if sees(signed_in.facts.account.role, facts.account.role) {
        return Ok(facts);
    }
    // Refused there, with its row in the audit log.
    staff::subject(call, signed_in, Action::ViewAccount, id).await
}

async fn note_look(call: &Call, signed_in: &SignedIn, account: &AccountRow) -> Result<(), FlowError> {
    let window = call.now.as_secs().div_euclid(LOOK.as_secs().cast_signed()).to_be_bytes();
    let (agent, whose) = (signed_in.account(), account.id);
    let parts: [&[u8]; 3] = [agent.as_bytes(), whose.as_bytes(), &window];
    let hash = call.deps.keys.mac("desk look", &parts);
    let mut db = call.reader().await?;
    if nonce::is_spent(&mut db, &hash).await? {
        return Ok(());
    }
    drop(db);
    let row = call.audit_row(Event::DeskLooked, Actor::Account(agent), About::of(account), &[]);
    let data = (hash, call.now.plus(LOOK), row);
    let job = call.deps.store.write(data, |tx, (hash, until, row)| {
        Box::pin(async move {
            if nonce::spend(tx, hash, *until).await? {
                audit::append(tx, row).await?;
            }
            Ok(())
        })
    });
    Ok(job.await?)
}

async fn gather(
    call: &Call,
    db: &mut Db,
    signed_in: &SignedIn,
    facts: AccountFacts,
) -> Result<AccountSheet, FlowError> {
    let id = facts.account.id;
    let (enrolled, judged) = (enrolled(&facts), as_judged(&facts));
    let me = &signed_in.facts.account;
    let devices = authenticator::confirmed(db, id).await?.into_iter().map(|row| DeviceFact {
        id: row.id,
        name: row.name.unwrap_or_default(),
        added_at: row.confirmed_at.unwrap_or(row.created_at),
        last_used_at: row.last_used_at,
    });
    let filter = AuditFilter { scope: AuditScope::Account(id), ..AuditFilter::default() };
    Ok(AccountSheet {
        masked: facts.account.email.masked(),
        may_act: may_touch((me.id, me.role), (id, facts.account.role)),
        is_suspended: situation(&facts, &enrolled, judged.as_ref(), call.now).suspended().is_some(),
        mail_reset_until: suspension::mail_reset_until(&facts.account, call.now),
        enrolled,
        devices: devices.collect(),
        chats: chats(call, db, id).await?,
        phones: phones(call, db, id).await?,
        sessions: sessions(call, db, &facts).await?,
        letters: letter::of_account(db, id, MOST).await?,
        limits: full(call, db, id).await?,
        suspensions: suspension::views(db, &facts, call.now, MOST).await?,
        requests: support_request::of_account(db, id, MOST).await?,
        events: audit::list(db, &filter, EVENTS).await?,
        facts,
    })
}

async fn chats(call: &Call, db: &mut Db, id: AccountId) -> Result<Vec<ChatLine>, StoreError> {
    let rows = telegram_account::of_account(db, &call.deps.keys, id).await?;
    Ok(rows.into_iter().map(ChatLine::masked).collect())
}

pub(in super::super) async fn phones(
    call: &Call,
    db: &mut Db,
    id: AccountId,
) -> Result<Vec<PhoneFact>, StoreError> {
    let rows = phone_number::of_account(db, &call.deps.keys, id, call.now).await?;
    let facts = rows.iter().filter_map(|row| {
        Some(PhoneFact {
            id: row.id,
            masked: phone::masked(row),
            added_at: row.confirmed_at?,
            last_used_at: row.last_used_at,
        })
    });
    Ok(facts.collect())
}

async fn sessions(call: &Call, db: &mut Db, facts: &AccountFacts) -> Result<Vec<SessionLine>, StoreError> {
    let rows = session::list(db, facts.account.id, call.now).await?;
    let alive = rows.into_iter().filter(|row| is_alive(facts, row, call.now));
    let lines = alive.map(|row| SessionLine {
        here: false,
        id: row.id,
        user_agent: row.device,
        address: row.address,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        class: row.class,
    });
    Ok(lines.collect())
}

/// The limits of an account that let nobody try just now, by name; of several counters of one limit the one that frees
/// itself last.
async fn full(call: &Call, db: &mut Db, id: AccountId) -> Result<Vec<Refused>, StoreError> {
    let counters = counter::of_account(db, id).await?;
    let refused = counters.iter().filter_map(|(key, counter)| counter.check(key.limit(), call.now).err());
    let mut full: Vec<Refused> = Vec::new();
    for one in refused {
        // Without an end it lasts longest.
        let longest = |refused: &Refused| (refused.until.is_none(), refused.until);
        match full.iter_mut().find(|known| known.limit == one.limit) {
            Some(known) if longest(&one) > longest(known) => *known = one,
            Some(_) => {}
            None => full.push(one),
        }
    }
    full.sort_by_key(|refused| refused.limit);
    Ok(full)
}
