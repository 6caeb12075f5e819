//! Sessions: who a cookie belongs to right now, the list, and ending them.

use countersign_core::audit::Event;
use countersign_core::id::{AccountId, SessionId};
use countersign_core::method::{Class, Method};
use countersign_core::secret::Token;
use countersign_core::session as lives;
use countersign_core::sign_in::{AccountChange, Permission, SessionFacts, Standing, Suspension, refusal};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::account::{AccountRow, AccountState};
use countersign_store::facts::AccountFacts;
use countersign_store::session::{SessionRow, SessionView};
use countersign_store::{Db, StoreError, account, audit, session};
use std::time::Duration;

use super::api_token::Bearer;
use super::facts::{enrolled, proof, situation, suspension};
use super::{About, Call, ENDED, FlowError};

/// A session is marked as used at most once in this time, so that reading pages does not write.
const TOUCH_EVERY: Duration = Duration::from_mins(1);

/// A live session, proved and judged with this very request.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Account, policy, factors and suspension as they stand now.
    pub facts: AccountFacts,
    /// The session's id.
    pub session: SessionId,
    /// The strength it was opened or raised with.
    pub class: Class,
    /// When the person last proved who they are.
    pub stepped_up_at: Option<Timestamp>,
    /// Its absolute end.
    pub expires_at: Timestamp,
    /// When it began by recovery key, if it did.
    pub recovered_at: Option<Timestamp>,
    /// What it has proved, as core judges it.
    pub proof: SessionFacts,
    /// Until when a recovery key may be made in it, after the proof that this takes.
    pub key_grant_until: Option<Timestamp>,
    /// The recognised browser it began in.
    pub browser: Option<countersign_core::id::BrowserId>,
    /// What it may reach: everything of its own, or enrolment only.
    pub standing: Standing,
    /// The kinds of factor that are enrolled now.
    pub enrolled: Vec<Method>,
    /// The form token of this session.
    pub csrf: String,
}

impl SignedIn {
    /// The account's id.
    pub fn account(&self) -> AccountId {
        self.facts.account.id
    }

    /// Whose audit rows these are.
    pub fn about(&self) -> About {
        About::of(&self.facts.account)
    }

    /// A suspension of the second step that is running.
    pub fn suspension(&self) -> Option<Suspension> {
        suspension(&self.facts)
    }

    /// Whether what it may rests on a suspension of the second step and not on a second step.
    pub fn is_suspended(&self, now: Timestamp) -> bool {
        let suspension = self.suspension();
        situation(&self.facts, &self.enrolled, suspension.as_ref(), now).rests_on_suspension(self.proof)
    }

    /// Whether a step-up is by password: nothing is enrolled, or what is enrolled is suspended.
    pub fn steps_up_by_password(&self, now: Timestamp) -> bool {
        self.enrolled.is_empty() || self.is_suspended(now)
    }

    /// Whether this change may be made now, or what is missing.
    pub fn may(&self, change: AccountChange, now: Timestamp) -> Permission {
        let suspension = self.suspension();
        let situation = situation(&self.facts, &self.enrolled, suspension.as_ref(), now);
        countersign_core::sign_in::may(change, &situation, self.proof)
    }

    /// As [`Self::may`], for changes that need no challenge of their own: `Ok` or the error that says what is missing.
    pub fn require(&self, change: AccountChange, now: Timestamp) -> Result<(), FlowError> {
        match self.may(change, now) {
            Permission::Yes => Ok(()),
            Permission::StepUp | Permission::OwnChallenge => Err(FlowError::StepUpNeeded),
            Permission::No(key) => Err(FlowError::Forbidden(Text::new(key))),
        }
    }
}

/// Proves a session. Judged from live rows: ended, idle, disabled, or stale (a second step exists now that this
/// session lacks, and no suspension runs) all read as [`FlowError::SignInAgain`].
pub async fn authenticate(call: &Call, token: &Token) -> Result<SignedIn, FlowError> {
    let mut db = call.reader().await?;
    let found = session::by_token_hash(&mut db, &token.hash(), call.now).await?;
    drop(db);
    let view = found.ok_or(FlowError::SignInAgain)?;
    if !alive(&view, call.now) {
        return Err(FlowError::SignInAgain);
    }
    let enrolled = enrolled(&view.facts);
    let suspension = suspension(&view.facts);
    let situation = situation(&view.facts, &enrolled, suspension.as_ref(), call.now);
    let proof = proof(&view.facts, &view.session);
    let standing = countersign_core::sign_in::standing(&situation, proof);
    if standing == Standing::Stale {
        return Err(FlowError::SignInAgain);
    }
    if call.now.since(view.session.last_used_at) >= TOUCH_EVERY {
        touch(call, view.session.id).await?;
    }
    Ok(SignedIn {
        session: view.session.id,
        class: view.session.class,
        stepped_up_at: view.session.stepped_up_at,
        expires_at: view.session.expires_at,
        recovered_at: view.session.recovered_at,
        proof,
        key_grant_until: view.session.key_grant_until,
        browser: view.session.recognised_browser_id,
        standing,
        enrolled,
        csrf: token.csrf(),
        facts: view.facts,
    })
}

/// Holds the account for a change that this session was allowed, and returns its row. What was proved when the request
/// came in is proved again: a body may come slowly, and whoever ended the session meanwhile has ended this change too.
/// Counters come before, as in every transaction. Refused with [`ENDED`] or [`refusal::LOCKED`], which
/// [`FlowError`] knows.
pub(super) async fn hold(
    tx: &mut Db,
    call: &Call,
    signed_in: &SignedIn,
    change: AccountChange,
) -> Result<AccountRow, StoreError> {
    let (id, version) = (signed_in.account(), signed_in.facts.account.password_version);
    let there =
        account::hold(tx, id, version).await? && session::exists(tx, signed_in.session, id, call.now).await?;
    let row = account::by_id(tx, id).await?.filter(|_| there).ok_or(StoreError::Refused(ENDED))?;
    if row.changes_locked_at.is_some() && change.waits_for_lock() {
        return Err(StoreError::Refused(refusal::LOCKED));
    }
    Ok(row)
}

fn alive(view: &SessionView, now: Timestamp) -> bool {
    let (row, account) = (&view.session, &view.facts.account);
    let lives = lives::lives(&view.facts.policy.sessions, account.role, row.class);
    account.state == AccountState::Active
        && row.expires_at > now
        && lives::is_alive(row.created_at, row.last_used_at, lives, now)
}

async fn touch(call: &Call, id: SessionId) -> Result<(), FlowError> {
    let data = (id, call.now, call.origin.address.to_string());
    let job = call.deps.store.write(data, |tx, (id, now, address)| {
        Box::pin(async move { session::touch(tx, *id, *now, address).await })
    });
    job.await?;
    Ok(())
}

/// One line of the session list.
#[derive(Clone, Debug)]
pub struct SessionLine {
    /// The session's id.
    pub id: SessionId,
    /// The browser's own description.
    pub user_agent: String,
    /// The address it was last used from.
    pub address: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Timestamp,
    /// Its strength.
    pub class: Class,
    /// Whether it is the one that asks.
    pub here: bool,
}

/// The account's live sessions, the present one first, then by last use.
pub async fn list(call: &Call, signed_in: &SignedIn) -> Result<Vec<SessionLine>, FlowError> {
    lines(call, &signed_in.facts, Some(signed_in.session)).await
}

/// As [`list`], for a bearer token; none of the sessions is its own.
pub async fn list_by_token(call: &Call, bearer: &Bearer) -> Result<Vec<SessionLine>, FlowError> {
    lines(call, &bearer.facts, None).await
}

/// Whether a session of this account still lives, its idle time and its absolute end considered.
pub(super) fn is_alive(facts: &AccountFacts, row: &SessionRow, now: Timestamp) -> bool {
    let lives = lives::lives(&facts.policy.sessions, facts.account.role, row.class);
    lives::is_alive(row.created_at, row.last_used_at, lives, now)
}

async fn lines(
    call: &Call,
    facts: &AccountFacts,
    present: Option<SessionId>,
) -> Result<Vec<SessionLine>, FlowError> {
    let mut db = call.reader().await?;
    let rows = session::list(&mut db, facts.account.id, call.now).await?;
    let mut lines: Vec<SessionLine> = rows
        .into_iter()
        .filter(|row| is_alive(facts, row, call.now))
        .map(|row| SessionLine {
            here: Some(row.id) == present,
            id: row.id,
            user_agent: row.device,
            address: row.address,
            created_at: row.created_at,
            last_used_at: row.last_used_at,
            class: row.class,
        })
        .collect();
    lines.sort_by_key(|line| (!line.here, std::cmp::Reverse(line.last_used_at)));
    Ok(lines)
}

/// Ends one of the account's own sessions. `NotFound` for any other id.
pub async fn end(call: &Call, signed_in: &SignedIn, id: SessionId) -> Result<(), FlowError> {
    signed_in.require(AccountChange::EndSessions, call.now)?;
    let row = call.own_row(Event::SessionEnded, signed_in.about(), &[("session", id.to_string())]);
    if delete(call, signed_in.account(), id, row).await? { Ok(()) } else { Err(FlowError::NotFound) }
}

/// As [`end`], for a bearer token. The recent proof was given when the token was made with this right, so none is asked
/// for again: whoever holds the token can only take access away.
pub async fn end_by_token(call: &Call, bearer: &Bearer, id: SessionId) -> Result<(), FlowError> {
    let detail = [("session", id.to_string()), ("token", bearer.token.to_string())];
    let row = call.own_row(Event::SessionEnded, bearer.about(), &detail);
    if delete(call, bearer.facts.account.id, id, row).await? { Ok(()) } else { Err(FlowError::NotFound) }
}

/// As [`end_others`], for a bearer token: it has no session, so all of them end.
pub async fn end_all_by_token(call: &Call, bearer: &Bearer) -> Result<u64, FlowError> {
    let data = (call.clone(), bearer.clone());
    let job = call.deps.store.write(data, |tx, (call, bearer)| {
        Box::pin(async move {
            let ended = session::delete_all(tx, bearer.facts.account.id).await?;
            let detail = [("ended", ended.to_string()), ("token", bearer.token.to_string())];
            audit::append(tx, &call.own_row(Event::SessionsEndedAll, bearer.about(), &detail)).await?;
            Ok(ended)
        })
    });
    Ok(job.await?)
}

/// Ends the present session.
pub async fn sign_out(call: &Call, signed_in: &SignedIn) -> Result<(), FlowError> {
    let row = call.own_row(Event::SignOut, signed_in.about(), &[("session", signed_in.session.to_string())]);
    delete(call, signed_in.account(), signed_in.session, row).await?;
    Ok(())
}

async fn delete(
    call: &Call,
    account: AccountId,
    id: SessionId,
    row: countersign_core::audit::AuditRow,
) -> Result<bool, StoreError> {
    let job = call.deps.store.write((account, id, row), |tx, (account, id, row)| {
        Box::pin(async move {
            let ended = session::delete(tx, *id, *account).await?;
            if ended {
                audit::append(tx, row).await?;
            }
            Ok(ended)
        })
    });
    job.await
}

/// Ends every session but the present one and tells how many there were.
pub async fn end_others(call: &Call, signed_in: &SignedIn) -> Result<u64, FlowError> {
    signed_in.require(AccountChange::EndSessions, call.now)?;
    let data = (call.clone(), signed_in.clone());
    let job = call.deps.store.write(data, |tx, (call, signed_in)| {
        Box::pin(async move {
            let ended = session::delete_others(tx, signed_in.account(), signed_in.session).await?;
            let detail = [("ended", ended.to_string())];
            audit::append(tx, &call.own_row(Event::SessionsEndedOthers, signed_in.about(), &detail)).await?;
            Ok(ended)
        })
    });
    Ok(job.await?)
}
