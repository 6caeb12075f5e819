//! Authenticator devices: the list, setting one up, renaming, removing.

use countersign_core::audit::Event;
use countersign_core::factor::totp::{self, Code, Secret, SetUp};
use countersign_core::id::{AccountId, AuthenticatorId, SessionId};
use countersign_core::limits::{self, SET_UP_TRIES};
use countersign_core::method::Method;
use countersign_core::name::DeviceName;
use countersign_core::secret::Token;
use countersign_core::sign_in::{AccountChange, Permission, Purpose};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::authenticator::{Confirmation as Confirmed, NewAuthenticator, PendingAuthenticator};
use countersign_store::facts::ChallengeFacts;
use countersign_store::{
    Db, StoreError, account, api_token, audit, authenticator, browser, challenge, session,
};

use super::gate::OpenChallenge;
use super::session::SignedIn;
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
        Ok((session, ended)) => Ok(Confirmation::Done { session, ended }),
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
        // Raising the version locks the account's row, so that two confirmations count their room one by one.
        account::bump_factor_version(tx, signed_in.account()).await?;
        let confirmation = Confirmed {
            id: self.id,
            account_id: signed_in.account(),
            name: self.name.clone(),
            step: self.step,
            offset: self.offset,
            most: u32::from(signed_in.facts.policy.authenticators_max),
        };
        if !authenticator::confirm(tx, &confirmation, call.now).await? {
            return Err(StoreError::Refused(GONE));
        }
        api_token::end_below(tx, signed_in.account(), Method::Authenticator.class(), call.now).await?;
        let ended = session::delete_others(tx, signed_in.account(), signed_in.session).await?;
        if signed_in.facts.authenticators == 0 {
            // They were recognised by the password alone; this one has just shown the first device.
            browser::delete_others(tx, signed_in.account(), signed_in.browser).await?;
        }
        let token = renewed(tx, call, signed_in.account(), signed_in.session).await?;
        let detail = [
            ("device", self.id.to_string()),
            ("name", self.name.as_str().to_owned()),
            ("ended", ended.to_string()),
        ];
        audit::append(tx, &call.own_row(Event::AuthenticatorAdded, signed_in.about(), &detail)).await?;
        Ok((token, ended))
    }
}

/// Ends the account's challenges and gives the one session that stays a new token and the class of the proof.
async fn renewed(
    tx: &mut Db,
    call: &Call,
    account: AccountId,
    session: SessionId,
) -> Result<Token, StoreError> {
    challenge::delete_for_account(tx, account).await?;
    let token = Token::new(call.entropy());
    let class = Method::Authenticator.class();
    if session::step_up(tx, session, &token.hash(), class, call.now).await? {
        return Ok(token);
    }
    Err(StoreError::Refused(GONE))
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
    let data = (id, signed_in.account(), name, row);
    let job = call.deps.store.write(data, |tx, (id, account, name, row)| {
        Box::pin(async move {
            let renamed = authenticator::rename(tx, *id, *account, name).await?;
            if renamed {
                audit::append(tx, row).await?;
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

/// Opens the challenge that a removal always takes (ALL-4), whatever was proved before.
pub async fn start_removal(
    call: &Call,
    signed_in: &SignedIn,
    id: AuthenticatorId,
) -> Result<OpenChallenge, FlowError> {
    by_id(call, signed_in, id).await?;
    if let Permission::No(key) = signed_in.may(AccountChange::RemoveAuthenticator, call.now) {
        return Err(FlowError::Forbidden(Text::new(key)));
    }
    step_up::open(call, signed_in, Purpose::RemoveAuthenticator, Some(*id.as_bytes())).await
}

/// Removes the challenge's device after a right answer.
pub(super) async fn remove(tx: &mut Db, call: &Call, facts: &ChallengeFacts) -> Result<Token, StoreError> {
    let (Some(subject), Some(present)) = (facts.challenge.subject, facts.challenge.session_id) else {
        return Err(StoreError::Refused(GONE));
    };
    let (id, account) = (AuthenticatorId::from_bytes(subject), &facts.facts.account);
    if !authenticator::delete(tx, id, account.id).await? {
        return Err(StoreError::Refused(GONE));
    }
    account::bump_factor_version(tx, account.id).await?;
    session::delete_others(tx, account.id, present).await?;
    let token = renewed(tx, call, account.id, present).await?;
    let detail = [("device", id.to_string())];
    audit::append(tx, &call.own_row(Event::AuthenticatorRemoved, About::of(account), &detail)).await?;
    Ok(token)
}
