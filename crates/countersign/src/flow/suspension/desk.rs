//! What staff do: ask for a suspension, make its code, end it. Never for themselves, their equals or those above.

use countersign_core::action::{Action, may_touch};
use countersign_core::audit::{Actor, Event};
use countersign_core::id::{AccountId, SuspensionId};
use countersign_core::limits::{CounterKey, Refused};
use countersign_core::sign_in::SuspensionKind;
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::facts::AccountFacts;
use countersign_store::suspension::{Approval, SuspensionRow};
use countersign_store::{Db, StoreError, account, audit, suspension};

use super::super::desk::sheet;
use super::super::facts::suspended;
use super::super::limit::{Charges, Refusal};
use super::super::session::SignedIn;
use super::super::{Call, FlowError, GONE, staff};
use super::{
    IssuedCode, WAITS, Wanted, code_for, end, faults, kinds, letters, mail_reset_until, run, told_of,
};
use crate::text;

/// Suspensions of the past that are shown.
const SHOWN: u32 = 20;

/// How far a suspension has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It runs and counts.
    Running,
    /// It waits for a second person.
    Waiting,
    /// A second person refused it, or nobody agreed in time.
    Refused,
    /// It is over, or the policy no longer knows its kind.
    Over,
}

impl State {
    /// As it counts at this moment, under the policy that is in force.
    fn of(facts: &AccountFacts, row: &SuspensionRow, now: Timestamp) -> Self {
        let counts = suspended(facts, now).and(facts.suspension.as_ref()).is_some_and(|one| one.id == row.id);
        match row.approval {
            _ if counts => Self::Running,
            _ if waits(row, now) => Self::Waiting,
            Approval::Refused | Approval::Waiting => Self::Refused,
            Approval::NoneNeeded | Approval::Approved => Self::Over,
        }
    }
}

/// What staff see of a suspension. The code is never among it.
#[derive(Clone, Debug)]
pub struct View {
    /// Its id.
    pub id: SuspensionId,
    /// What it lets in.
    pub kind: SuspensionKind,
    /// How far it has come.
    pub state: State,
    /// Why.
    pub reason: String,
    /// The case it belongs to; may be empty.
    pub ticket: String,
    /// How whoever asked was known to be the owner; may be empty.
    pub identity_proof: String,
    /// The name of whoever asked for it; `None`: the operator.
    pub asked_by: Option<String>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub until: Timestamp,
    /// When it was ended by hand, if it was.
    pub lifted_at: Option<Timestamp>,
    /// Whether a second person has to agree, and did.
    pub approval: Approval,
    /// Until when the newest code can be used, where it was not used yet.
    pub code_until: Option<Timestamp>,
}

/// How an account stands.
#[derive(Clone, Debug)]
pub struct Status {
    /// The account.
    pub account: AccountId,
    /// Its owner's name.
    pub person: String,
    /// Its address, masked.
    pub email: String,
    /// Whether whoever looks may suspend it, and end that.
    pub may_act: bool,
    /// The suspension that runs and counts.
    pub running: Option<View>,
    /// One that waits for a second person.
    pub waiting: Option<View>,
    /// Those of before, newest first.
    pub past: Vec<View>,
}

/// What the form for a suspension offers.
#[derive(Clone, Debug)]
pub struct Form {
    /// How the account stands.
    pub status: Status,
    /// The kinds to choose from; none: this account cannot be suspended, or not yet.
    pub kinds: Vec<SuspensionKind>,
    /// How long one is where nobody says otherwise, in hours.
    pub default_hours: u32,
    /// How long one may be, in hours.
    pub longest_hours: u32,
    /// Whether a second person has to agree.
    pub needs_approval: bool,
    /// Until when the password alone must not be enough, because it came by mail lately.
    pub mail_reset_until: Option<Timestamp>,
}

/// What came of asking.
pub enum Started {
    /// It runs.
    Running {
        /// When it ends by itself.
        until: Timestamp,
        /// Its first code, where one was asked for and its kind takes one.
        code: Option<IssuedCode>,
    },
    /// It waits for a second person.
    Waiting {
        /// How long it does.
        until: Timestamp,
    },
}

impl View {
    pub(super) async fn of(
        db: &mut Db,
        row: &SuspensionRow,
        state: State,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let asked_by = match row.created_by.parse::<AccountId>() {
            Ok(id) => account::by_id(db, id).await?.map(|account| account.display_name),
            Err(_) => None,
        };
        let fresh = row.code.filter(|code| code.spent_at.is_none() && code.expires_at > now);
        Ok(Self {
            id: row.id,
            kind: row.kind,
            state,
            reason: row.reason.clone(),
            ticket: row.ticket.clone(),
            identity_proof: row.identity_proof.clone(),
            asked_by,
            created_at: row.created_at,
            until: row.until,
            lifted_at: row.lifted_at,
            approval: row.approval,
            code_until: fresh.map(|code| code.expires_at),
        })
    }
}

/// Whether a suspension still waits for a second person.
pub(super) fn waits(row: &SuspensionRow, now: Timestamp) -> bool {
    row.approval == Approval::Waiting && row.lifted_at.is_none() && row.created_at.plus(WAITS) > now
}

/// Those of an account, newest first.
pub(in super::super) async fn views(
    db: &mut Db,
    facts: &AccountFacts,
    now: Timestamp,
    most: u32,
) -> Result<Vec<View>, StoreError> {
    let mut views = Vec::new();
    for row in suspension::list(db, facts.account.id, most).await? {
        views.push(View::of(db, &row, State::of(facts, &row, now), now).await?);
    }
    Ok(views)
}

/// Shows how an account stands to staff who may look at it; the look is written to the audit log.
///
/// # Errors
///
/// As [`sheet::look`].
pub async fn status(call: &Call, signed_in: &SignedIn, id: AccountId) -> Result<Status, FlowError> {
    let facts = sheet::looked(call, signed_in, id).await?;
    status_of(call, signed_in, &facts).await
}

async fn status_of(call: &Call, signed_in: &SignedIn, facts: &AccountFacts) -> Result<Status, FlowError> {
    let mut db = call.reader().await?;
    let (mut running, mut waiting, mut past) = (None, None, Vec::new());
    for view in views(&mut db, facts, call.now, SHOWN).await? {
        match view.state {
            State::Running => running = Some(view),
            State::Waiting => drop(waiting.get_or_insert(view)),
            State::Refused | State::Over => past.push(view),
        }
    }
    let (me, whose) = (&signed_in.facts.account, &facts.account);
    let touches = may_touch((me.id, me.role), (whose.id, whose.role));
    Ok(Status {
        may_act: touches && staff::allowed(signed_in, Action::StartSuspension),
        account: facts.account.id,
        person: facts.account.display_name.clone(),
        email: facts.account.email.masked(),
        running,
        waiting,
        past,
    })
}

/// What the form offers. The proof that the deed takes is asked for before it is filled in.
///
/// # Errors
///
/// As [`request_start`].
pub async fn form(call: &Call, signed_in: &SignedIn, id: AccountId) -> Result<Form, FlowError> {
    staff::require(call, signed_in, Action::StartSuspension).await?;
    let facts = staff::subject(call, signed_in, Action::StartSuspension, id).await?;
    let rules = &facts.policy.suspension;
    Ok(Form {
        status: status_of(call, signed_in, &facts).await?,
        kinds: kinds(&facts, call.now),
        default_hours: rules.default_hours,
        longest_hours: rules.longest_hours,
        needs_approval: facts.account.role.is_staff(),
        mail_reset_until: mail_reset_until(&facts.account, call.now),
    })
}

struct Asking {
    call: Call,
    signed_in: SignedIn,
    charges: Charges,
    subject: AccountId,
    wanted: Wanted,
    with_code: bool,
}

/// Suspends the second step of another account; for one of the staff it is asked for, and a second person agrees.
/// `with_code`: makes the first code with it, so that one proof is enough for both.
///
/// # Errors
///
/// `Invalid` with what stands against it, `TooMany` past the limits of one member of the staff, and whatever
/// [`staff::require`] and [`staff::subject`] refuse with.
pub async fn request_start(
    call: &Call,
    signed_in: &SignedIn,
    id: AccountId,
    wanted: Wanted,
    with_code: bool,
) -> Result<Started, FlowError> {
    staff::require(call, signed_in, Action::StartSuspension).await?;
    let facts = staff::subject(call, signed_in, Action::StartSuspension, id).await?;
    let found = faults(&facts, &wanted, true, call.now);
    if !found.is_empty() {
        return Err(FlowError::Invalid(found));
    }
    let charges = Charges::new(vec![CounterKey::suspension_staff(signed_in.account())]);
    let (call, signed_in) = (call.clone(), signed_in.clone());
    let asking = Asking { call: call.clone(), signed_in, charges, subject: id, wanted, with_code };
    let job = call.deps.store.write(asking, |tx, asking| Box::pin(asking.settle(tx)));
    let outcome = job.await.map_err(meanwhile)?;
    call.deps.post_wake.notify_one();
    Ok(outcome?)
}

/// A deed that was overtaken by another.
pub(super) fn meanwhile(error: StoreError) -> FlowError {
    match error {
        StoreError::Refused(GONE) => FlowError::Conflict(Text::new(text!("suspension-changed-meanwhile"))),
        other => other.into(),
    }
}

impl Asking {
    async fn settle(&self, tx: &mut Db) -> Result<Result<Started, Refused>, StoreError> {
        let (call, signed_in) = (&self.call, &self.signed_in);
        let mut locked = self.charges.lock(tx).await?;
        if let Err(refused) = locked.check(call.now) {
            let detail = [("action", Action::StartSuspension.as_str().to_owned())];
            let row = call.own_row(Event::AuthorisationRefused, signed_in.about(), &detail);
            Refusal::new(call, signed_in.account(), refused.limit, row).note(tx).await?;
            return Ok(Err(refused));
        }
        let agent = staff::hold(tx, call, signed_in, Action::StartSuspension).await?;
        let mut facts = staff::hold_subject(tx, call, &agent, self.subject).await?;
        if !faults(&facts, &self.wanted, true, call.now).is_empty() {
            return Err(StoreError::Refused(GONE));
        }
        locked.fail(tx, call.now).await?;
        let (actor, by) = (Actor::Account(agent.id), agent.id.to_string());
        let account = &facts.account;
        if account.role.is_staff() {
            let row = self.wanted.row(call, account.id, &by, Approval::Waiting);
            suspension::create(tx, &row).await?;
            audit::append(tx, &told_of(call, Event::SuspensionRequested, actor, account, &row)).await?;
            letters::waits(tx, call, account, &agent).await?;
            return Ok(Ok(Started::Waiting { until: call.now.plus(WAITS) }));
        }
        let row = self.wanted.row(call, account.id, &by, Approval::NoneNeeded);
        suspension::create(tx, &row).await?;
        run(tx, call, actor, account, &row).await?;
        let until = row.until;
        facts.suspension = Some(row);
        let code = if self.with_code { code_for(tx, call, actor, &facts).await? } else { None };
        Ok(Ok(Started::Running { until, code }))
    }
}

struct Deed {
    call: Call,
    signed_in: SignedIn,
    action: Action,
    subject: AccountId,
}

impl Deed {
    async fn new(
        call: &Call,
        signed_in: &SignedIn,
        action: Action,
        subject: AccountId,
    ) -> Result<Self, FlowError> {
        staff::require(call, signed_in, action).await?;
        staff::subject(call, signed_in, action, subject).await?;
        Ok(Self { call: call.clone(), signed_in: signed_in.clone(), action, subject })
    }

    async fn held(&self, tx: &mut Db) -> Result<AccountFacts, StoreError> {
        let agent = staff::hold(tx, &self.call, &self.signed_in, self.action).await?;
        staff::hold_subject(tx, &self.call, &agent, self.subject).await
    }
}

fn none_runs() -> FlowError {
    FlowError::Conflict(Text::new(text!("suspension-none-runs")))
}

/// Makes the code that is read out; the one of before no longer counts.
///
/// # Errors
///
/// `Conflict` where no suspension runs that takes one, and whatever [`staff::require`] and [`staff::subject`] refuse with.
pub async fn issue_code(call: &Call, signed_in: &SignedIn, id: AccountId) -> Result<IssuedCode, FlowError> {
    let deed = Deed::new(call, signed_in, Action::IssueSupportCode, id).await?;
    let job = call.deps.store.write(deed, |tx, deed| {
        Box::pin(async move {
            let facts = deed.held(tx).await?;
            code_for(tx, &deed.call, Actor::Account(deed.signed_in.account()), &facts).await
        })
    });
    job.await.map_err(meanwhile)?.ok_or_else(none_runs)
}

/// Ends a suspension early, or takes back one that waits for a second person.
///
/// # Errors
///
/// `Conflict` where there is neither, and whatever [`staff::require`] and [`staff::subject`] refuse with.
pub async fn lift(call: &Call, signed_in: &SignedIn, id: AccountId) -> Result<(), FlowError> {
    let deed = Deed::new(call, signed_in, Action::LiftSuspension, id).await?;
    let job = call.deps.store.write(deed, |tx, deed| {
        Box::pin(async move {
            let facts = deed.held(tx).await?;
            let (id, event) = (deed.signed_in.account(), Event::SuspensionLifted);
            let actor = Actor::Account(id);
            end::lifted(tx, &deed.call, actor, &id.to_string(), &facts.account, event).await
        })
    });
    let ended = job.await.map_err(meanwhile)?;
    call.deps.post_wake.notify_one();
    ended.map(drop).ok_or_else(none_runs)
}
