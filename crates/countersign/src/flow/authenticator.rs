//! Authenticator devices: the list, setting one up, renaming, removing.

use countersign_core::audit::Event;
use countersign_core::factor::totp::{self, Code, Secret, SetUp};
use countersign_core::id::AuthenticatorId;
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::limits::{self, SET_UP_LIFE, SET_UP_TRIES};
use countersign_core::method::{Class, Method};
use countersign_core::name::DeviceName;
use countersign_core::secret::Token;
use countersign_core::sign_in::{AccountChange, Permission, Purpose};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::account::AccountRow;
use countersign_store::authenticator::{Confirmation as Confirmed, NewAuthenticator, PendingAuthenticator};
use countersign_store::facts::ChallengeFacts;
use countersign_store::{Db, StoreError, account, audit, authenticator, facts};

use super::email_code::Removal;
use super::factors::{self, Present, SignedInHere};
use super::letters::notice;
use super::session::{SignedIn, hold};
use super::{About, Call, FieldFault, FlowError, GONE, step_up};
use crate::text;

/// One confirmed device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceLine {
    /// The device's id.
    pub id: AuthenticatorId,
    /// The name its owner gave it.
    pub name: String,
    /// When it was confirmed.
    pub added_at: Timestamp,
    /// When a code of it was last accepted after set-up.
    pub last_used_at: Option<Timestamp>,
}

/// The account's devices, oldest first.
pub async fn list(call: &Call, signed_in: &SignedIn) -> Result<Vec<DeviceLine>, FlowError> {
    let mut db = call.reader().await?;
    let rows = authenticator::confirmed(&mut db, signed_in.account()).await?;
    Ok(rows
        .into_iter()
        .map(|row| DeviceLine {
            id: row.id,
            name: row.name.unwrap_or_default(),
            added_at: row.confirmed_at.unwrap_or(row.created_at),
            last_used_at: row.last_used_at,
        })
        .collect())
}

/// One device of the account. `NotFound` for any other id.
pub async fn by_id(call: &Call, signed_in: &SignedIn, id: AuthenticatorId) -> Result<DeviceLine, FlowError> {
    list(call, signed_in).await?.into_iter().find(|device| device.id == id).ok_or(FlowError::NotFound)
}

/// Makes a key that is pending: bound to this session, for ten minutes, until a code confirms it. A key that was
/// pending before is gone. Needs a recent second step (or password, where nothing is enrolled).
pub async fn start(call: &Call, signed_in: &SignedIn) -> Result<(), FlowError> {
    signed_in.require(AccountChange::AddAuthenticator, call.now)?;
    room_left(signed_in.facts.authenticators, signed_in)?;
    let data = (call.clone(), signed_in.clone());
    let job = call.deps.store.write(data, |tx, (call, signed_in)| {
        Box::pin(async move {
            hold(tx, call, signed_in, AccountChange::AddAuthenticator).await?;
            authenticator::discard_pending(tx, signed_in.account()).await?;
            let new = NewAuthenticator {
                id: AuthenticatorId::new(call.now, call.entropy()),
                account_id: signed_in.account(),
                session_id: signed_in.session,
                secret: Secret::new(call.entropy()),
                created_at: call.now,
                expires_at: call.now.plus(limits::SET_UP_LIFE),
            };
            authenticator::create_pending(tx, &call.deps.keys, call.entropy(), &new).await?;
            let detail = [("device", new.id.to_string())];
            audit::append(tx, &call.own_row(Event::AuthenticatorSetUpStarted, signed_in.about(), &detail))
                .await
        })
    });
    Ok(job.await?)
}

fn room_left(confirmed: u32, signed_in: &SignedIn) -> Result<(), FlowError> {
    let most = u32::from(signed_in.facts.policy.authenticators_max);
    if confirmed < most {
        return Ok(());
    }
    Err(FlowError::Conflict(Text::new("authenticator-too-many").with("most", i64::from(most))))
}

/// A key that waits for its first code. The only place that ever gives a key out.
pub struct Pending {
    /// The key in groups of four, for typing.
    pub key: zeroize::Zeroizing<String>,
    /// The address in the QR code.
    pub uri: zeroize::Zeroizing<String>,
    /// When the set-up ends.
    pub expires_at: Timestamp,
    /// Seconds until the app shows another code.
    pub seconds_left: u32,
}

/// The pending key of this session. `NotFound` when there is none, or its ten minutes are over.
pub async fn pending(call: &Call, signed_in: &SignedIn) -> Result<Pending, FlowError> {
    let mut db = call.reader().await?;
    let row = waiting(call, signed_in, &mut db).await?;
    let account = signed_in.facts.account.email.as_str();
    Ok(Pending {
        key: row.secret.grouped(),
        uri: totp::otpauth_uri(&call.deps.product, account, &row.secret),
        expires_at: row.row.expires_at.unwrap_or(call.now),
        seconds_left: totp::seconds_left(call.now),
    })
}

async fn waiting(call: &Call, signed_in: &SignedIn, db: &mut Db) -> Result<PendingAuthenticator, FlowError> {
    let keys = &call.deps.keys;
    authenticator::pending_for(db, keys, signed_in.session, signed_in.account(), call.now)
        .await?
        .ok_or(FlowError::NotFound)
}

/// How a confirmation ended.
pub enum Confirmation {
    /// The device is active; every other session has ended.
    Done {
        /// The session's new token.
        session: Token,
        /// How many other sessions were ended.
        ended: u64,
        /// Whether the key is shown one last time now (EXC-7).
        last_showing: bool,
        /// Whether a recovery key may be made now (KEY-10).
        may_make_key: bool,
    },
    /// The code belongs to another moment: the device's clock is wrong.
    ClockWrong {
        /// By how many minutes; positive is fast.
        minutes: i64,
    },
    /// The code does not fit the key.
    Wrong {
        /// Codes that may still be tried with this key.
        tries_left: u32,
    },
    /// Too many wrong codes: the key is gone, start again.
    Over,
}

/// Confirms the pending key by a code and names the device.
pub async fn confirm(
    call: &Call,
    signed_in: &SignedIn,
    name: &str,
    code: &str,
) -> Result<Confirmation, FlowError> {
    let (name, code) = checked(name, code)?;
    let mut db = call.reader().await?;
    let row = waiting(call, signed_in, &mut db).await?;
    drop(db);
    let (step, offset) = match totp::judge_set_up(&row.secret, &code, call.now) {
        SetUp::Right { step, offset } => (step, offset),
        SetUp::ClockWrong { minutes } => {
            return Ok(match failed(call, &row).await? {
                0 => Confirmation::Over,
                _ => Confirmation::ClockWrong { minutes },
            });
        }
        SetUp::Wrong => {
            return Ok(match failed(call, &row).await? {
                0 => Confirmation::Over,
                tries_left => Confirmation::Wrong { tries_left },
            });
        }
    };
    let data =
        Confirming { call: call.clone(), signed_in: signed_in.clone(), id: row.row.id, name, step, offset };
    match call.deps.store.write(data, |tx, confirming| Box::pin(confirming.settle(tx))).await {
        Err(StoreError::Unique(_)) => Err(FlowError::field("name", text!("device-name-taken"))),
        Err(StoreError::Refused(GONE)) => Err(FlowError::NotFound),
        Err(fault) => Err(fault.into()),
        Ok((session, ended)) => {
            call.deps.post_wake.notify_one();
            let (policy, role) = (&signed_in.facts.policy, signed_in.facts.account.role);
            let missing = !signed_in.facts.recovery_key.is_some_and(|key| key.saved);
            Ok(Confirmation::Done {
                session,
                ended,
                last_showing: policy.last_showing,
                may_make_key: missing && policy.offers(Method::RecoveryKey, role),
            })
        }
    }
}

fn checked(name: &str, code: &str) -> Result<(DeviceName, Code), FlowError> {
    let name = DeviceName::parse(name);
    let code = Code::parse(code);
    let mut faults = Vec::new();
    if let Err(fault) = &name {
        faults.push(FieldFault { field: "name", text: fault.text() });
    }
    if let Err(fault) = &code {
        faults.push(FieldFault { field: "code", text: Text::new(fault.text_key()) });
    }
    match (name, code) {
        (Ok(name), Ok(code)) => Ok((name, code)),
        _ => Err(FlowError::Invalid(faults)),
    }
}

/// Counts a wrong code on the pending key and tells how many are left; after the last one the key is gone.
async fn failed(call: &Call, pending: &PendingAuthenticator) -> Result<u32, FlowError> {
    let data = (pending.row.id, pending.row.account_id, pending.row.session_id, call.now);
    let job = call.deps.store.write(data, |tx, (id, account, session, now)| {
        Box::pin(async move {
            let tries = authenticator::count_try(tx, *id, SET_UP_TRIES, *now).await?;
            let left = SET_UP_TRIES.saturating_sub(tries.unwrap_or(SET_UP_TRIES));
            if let (0, Some(session)) = (left, session) {
                authenticator::discard_pending_of(tx, *account, *session).await?;
            }
            Ok(left)
        })
    });
    Ok(job.await?)
}

struct Confirming {
    call: Call,
    signed_in: SignedIn,
    id: AuthenticatorId,
    name: DeviceName,
    step: i64,
    offset: i64,
}

impl Confirming {
    async fn settle(&self, tx: &mut Db) -> Result<(Token, u64), StoreError> {
        let (call, signed_in) = (&self.call, &self.signed_in);
        // It holds the account's row, so that two confirmations count their room one by one.
        hold(tx, call, signed_in, AccountChange::AddAuthenticator).await?;
        account::bump_factor_version(tx, signed_in.account()).await?;
        let before = facts::account_facts(tx, signed_in.account(), call.now).await?;
        let before = before.ok_or(StoreError::Refused(GONE))?;
        let confirmation = Confirmed {
            id: self.id,
            account_id: signed_in.account(),
            name: self.name.clone(),
            step: self.step,
            offset: self.offset,
            most: u32::from(before.policy.authenticators_max),
        };
        if !authenticator::confirm(tx, &confirmation, call.now).await? {
            return Err(StoreError::Refused(GONE));
        }
        let here = SignedInHere { session: signed_in.session, browser: signed_in.browser };
        factors::enabled(tx, call, &before, Method::Authenticator, &here).await?;
        if signed_in.facts.policy.last_showing {
            let until = call.now.plus(SET_UP_LIFE);
            authenticator::show_until(tx, self.id, signed_in.account(), signed_in.session, until).await?;
        }
        let class = before.policy.class_of(Method::Authenticator);
        let (token, ended) =
            factors::renew(tx, call, signed_in.account(), Present::of(signed_in), class).await?;
        let detail = [
            ("device", self.id.to_string()),
            ("name", self.name.as_str().to_owned()),
            ("ended", ended.to_string()),
        ];
        audit::append(tx, &call.own_row(Event::AuthenticatorAdded, signed_in.about(), &detail)).await?;
        let name = Some(self.name.as_str().to_owned());
        let (account, method) = (&signed_in.facts.account, Method::Authenticator);
        factors::tell(tx, call, account, LetterKind::MethodAdded, method, name).await?;
        Ok((token, ended))
    }
}

/// Throws the pending key away.
pub async fn cancel(call: &Call, signed_in: &SignedIn) -> Result<(), FlowError> {
    let job = call.deps.store.write((signed_in.account(), signed_in.session), |tx, (account, session)| {
        Box::pin(async move { authenticator::discard_pending_of(tx, *account, *session).await })
    });
    job.await?;
    Ok(())
}

/// Gives a device another name.
pub async fn rename(
    call: &Call,
    signed_in: &SignedIn,
    id: AuthenticatorId,
    name: &str,
) -> Result<(), FlowError> {
    signed_in.require(AccountChange::RenameAuthenticator, call.now)?;
    let name = DeviceName::parse(name)
        .map_err(|fault| FlowError::Invalid(vec![FieldFault { field: "name", text: fault.text() }]))?;
    by_id(call, signed_in, id).await?;
    let row = {
        let detail = [("device", id.to_string()), ("name", name.as_str().to_owned())];
        call.own_row(Event::AuthenticatorRenamed, signed_in.about(), &detail)
    };
    let data = (id, signed_in.clone(), name, row, call.clone());
    let job = call.deps.store.write(data, |tx, (id, signed_in, name, row, call)| {
        Box::pin(async move {
            let account = hold(tx, call, signed_in, AccountChange::RenameAuthenticator).await?;
            let renamed = authenticator::rename(tx, *id, account.id, name).await?;
            if renamed {
                audit::append(tx, row).await?;
                let method = Method::Authenticator.as_str().to_owned();
                let body = LetterBody {
                    method: Some(method),
                    name: Some(name.as_str().to_owned()),
                    ..LetterBody::default()
                };
                notice(tx, call, &account, LetterKind::AuthenticatorRenamed, body).await?;
            }
            Ok(renamed)
        })
    });
    match job.await {
        Ok(true) => Ok(()),
        Ok(false) => Err(FlowError::NotFound),
        Err(StoreError::Unique(_)) => Err(FlowError::field("name", text!("device-name-taken"))),
        Err(fault) => Err(fault.into()),
    }
}

/// Removes a device: opens the challenge that this always takes (ALL-4), whatever was proved before, or does it at once
/// after a recovery (KEY-8).
pub async fn start_removal(
    call: &Call,
    signed_in: &SignedIn,
    id: AuthenticatorId,
) -> Result<Removal, FlowError> {
    by_id(call, signed_in, id).await?;
    match signed_in.may(AccountChange::RemoveAuthenticator, call.now) {
        Permission::No(key) => Err(FlowError::Forbidden(Text::new(key))),
        Permission::StepUp => Err(FlowError::StepUpNeeded),
        Permission::OwnChallenge => {
            let subject = Some(*id.as_bytes());
            let open = step_up::open(call, signed_in, Purpose::RemoveAuthenticator, subject).await?;
            Ok(Removal::Challenge(open))
        }
        Permission::Yes => {
            let data = (call.clone(), signed_in.clone(), id);
            let job = call.deps.store.write(data, |tx, (call, signed_in, id)| {
                Box::pin(async move {
                    let account = hold(tx, call, signed_in, AccountChange::RemoveAuthenticator).await?;
                    let by = Method::RecoveryKey;
                    let class = signed_in.facts.policy.class_of(by);
                    delete(tx, call, &account, *id, Present::of(signed_in), (by, class)).await
                })
            });
            match job.await {
                Err(StoreError::Refused(GONE)) => Err(FlowError::NotFound),
                other => Ok(Removal::Done(other?)),
            }
        }
    }
}

/// Removes the challenge's device after a right answer by `method`.
pub(super) async fn remove(
    tx: &mut Db,
    call: &Call,
    facts: &ChallengeFacts,
    present: Present,
    method: Method,
) -> Result<Token, StoreError> {
    let subject = facts.challenge.subject.ok_or(StoreError::Refused(GONE))?;
    let id = AuthenticatorId::from_bytes(subject);
    let by = (method, facts.facts.policy.class_of(method));
    delete(tx, call, &facts.facts.account, id, present, by).await
}

async fn delete(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    id: AuthenticatorId,
    present: Present,
    (method, class): (Method, Class),
) -> Result<Token, StoreError> {
    account::bump_factor_version(tx, account.id).await?;
    let device = authenticator::by_id(tx, id).await?.filter(|device| device.account_id == account.id);
    let name = device.and_then(|device| device.name);
    if !authenticator::delete(tx, id, account.id).await? {
        return Err(StoreError::Refused(GONE));
    }
    factors::drop_unanchored(tx, call, account, Method::Authenticator).await?;
    let (token, _) = factors::renew(tx, call, account.id, present, class).await?;
    let detail = [("device", id.to_string()), ("by", method.as_str().to_owned())];
    audit::append(tx, &call.own_row(Event::AuthenticatorRemoved, About::of(account), &detail)).await?;
    factors::tell(tx, call, account, LetterKind::MethodRemoved, Method::Authenticator, name).await?;
    Ok(token)
}

/// A key that is shown one last time after its set-up (EXC-7), in the session that confirmed it.
pub struct LastShowing {
    /// The device's name.
    pub name: String,
    /// The key in groups of four, for typing.
    pub key: zeroize::Zeroizing<String>,
    /// The address in the QR code.
    pub uri: zeroize::Zeroizing<String>,
}

/// The key that this session may see one last time. `NotFound`: there is none, it was accepted, or ten minutes are over.
pub async fn last_showing(call: &Call, signed_in: &SignedIn) -> Result<LastShowing, FlowError> {
    let mut db = call.reader().await?;
    let keys = &call.deps.keys;
    let (account, session) = (&signed_in.facts.account, signed_in.session);
    let found = authenticator::shown(&mut db, keys, account.id, session, call.now).await?;
    let (_, name, secret) = found.ok_or(FlowError::NotFound)?;
    Ok(LastShowing {
        name,
        key: secret.grouped(),
        uri: totp::otpauth_uri(&call.deps.product, account.email.as_str(), &secret),
    })
}

/// Ends the last showing and hands the key out this once, for the picture to save. Of any number of callers one gets it.
pub async fn end_last_showing(call: &Call, signed_in: &SignedIn) -> Result<LastShowing, FlowError> {
    let shown = last_showing(call, signed_in).await?;
    let data = (call.clone(), signed_in.clone());
    let job = call.deps.store.write(data, |tx, (call, signed_in)| {
        Box::pin(async move {
            hold(tx, call, signed_in, AccountChange::AddAuthenticator).await?;
            authenticator::end_showing(tx, signed_in.account(), signed_in.session).await
        })
    });
    if job.await? { Ok(shown) } else { Err(FlowError::NotFound) }
}
