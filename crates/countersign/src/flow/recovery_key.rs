//! The recovery key: making one, showing it once, and having it confirmed that it was saved.
//!
//! The database never holds the key (ALL-7). The page that shows it carries it along until its owner has typed two of its
//! groups; a page that is lost before that is made good by making another key.

use countersign_core::audit::Event;
use countersign_core::factor::recovery_key::{RecoveryKey, groups_to_type};
use countersign_core::id::{RecoveryKeyId, SessionId};
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::method::Method;
use countersign_core::secret::Token;
use countersign_core::session::RECOVERY_FRESH;
use countersign_core::sign_in::{AccountChange, Permission, Purpose};
use countersign_core::text::Text;
use countersign_store::facts::ChallengeFacts;
use countersign_store::recovery_key::RecoveryKeyRow;
use countersign_store::{Db, StoreError, audit, recovery_key, session};

use super::gate::OpenChallenge;
use super::letters::notice;
use super::session::{SignedIn, hold};
use super::{About, Call, FieldFault, FlowError, GONE, step_up};

/// How the wish for a new key goes on.
pub enum NewKey {
    /// A challenge of that very purpose comes first (KEY-7).
    Challenge(OpenChallenge),
    /// Go ahead: [`make`] it.
    Granted,
}

/// Asks for a new key.
pub async fn start(call: &Call, signed_in: &SignedIn) -> Result<NewKey, FlowError> {
    if may_make(call, signed_in)? {
        return Ok(NewKey::Granted);
    }
    let open = step_up::open(call, signed_in, Purpose::NewRecoveryKey, None).await?;
    Ok(NewKey::Challenge(open))
}

/// Whether this session may make a key right now: its challenge was answered, the first method was just enabled, or it
/// began by recovery key.
///
/// # Errors
///
/// [`FlowError::Forbidden`] where no proof would allow it.
pub fn may_make(call: &Call, signed_in: &SignedIn) -> Result<bool, FlowError> {
    match signed_in.may(AccountChange::MakeRecoveryKey, call.now) {
        Permission::No(key) => Err(FlowError::Forbidden(Text::new(key))),
        Permission::Yes => Ok(true),
        Permission::OwnChallenge | Permission::StepUp => {
            Ok(signed_in.key_grant_until.is_some_and(|until| call.now < until))
        }
    }
}

/// A key that was just made. It is shown now and never again.
pub struct Made {
    /// The key.
    pub key: RecoveryKey,
    /// The numbers of the groups to type, counted from 0.
    pub groups: (usize, usize),
}

/// Makes a key. The one before stops working at this moment (KEY-7).
pub async fn make(call: &Call, signed_in: &SignedIn) -> Result<Made, FlowError> {
    if !may_make(call, signed_in)? {
        return Err(FlowError::StepUpNeeded);
    }
    let key = RecoveryKey::new(call.entropy());
    let row = RecoveryKeyRow {
        id: RecoveryKeyId::new(call.now, call.entropy()),
        account_id: signed_in.account(),
        mac: key.mac(&call.deps.keys, signed_in.account()),
        key_id: call.deps.keys.active(),
        created_at: call.now,
        confirmed_at: None,
        spent_at: None,
    };
    let groups = groups_to_type(row.id);
    let data = (call.clone(), signed_in.clone(), row);
    let job = call.deps.store.write(data, |tx, (call, signed_in, row)| {
        Box::pin(async move {
            let account = hold(tx, call, signed_in, AccountChange::MakeRecoveryKey).await?;
            recovery_key::replace(tx, row).await?;
            audit::append(tx, &call.own_row(Event::RecoveryKeyMade, signed_in.about(), &[])).await?;
            notice(tx, call, &account, LetterKind::RecoveryKeyMade, LetterBody::default()).await
        })
    });
    job.await?;
    call.deps.post_wake.notify_one();
    Ok(Made { key, groups })
}

/// How the proof that the key was saved ended.
pub enum Saved {
    /// It was saved; the set-up is finished.
    Done,
    /// The groups typed are not those of the key.
    WrongGroups,
    /// The key that came along is not the account's present one: another was made meanwhile.
    NotThis,
}

/// The key that a page carries along, if it is the account's present one and not yet shown to be saved. For drawing the
/// page again and for the file to save.
pub async fn carried(call: &Call, signed_in: &SignedIn, text: &str) -> Result<Option<Made>, FlowError> {
    let key = RecoveryKey::parse(text).map_err(|fault| {
        FlowError::Invalid(vec![FieldFault { field: "key", text: Text::new(fault.text_key()) }])
    })?;
    let mut db = call.reader().await?;
    let row = recovery_key::of_account(&mut db, signed_in.account()).await?;
    let present = row.filter(|row| {
        row.spent_at.is_none()
            && row.confirmed_at.is_none()
            && key.matches(&call.deps.keys, signed_in.account(), &row.mac)
    });
    Ok(present.map(|row| Made { key, groups: groups_to_type(row.id) }))
}

/// Confirms by two typed groups that the key was saved (KEY-4, *Finish*).
pub async fn save(
    call: &Call,
    signed_in: &SignedIn,
    key: &str,
    typed: (&str, &str),
) -> Result<Saved, FlowError> {
    let Some(made) = carried(call, signed_in, key).await? else { return Ok(Saved::NotThis) };
    // Both are looked at, so that the time tells nothing of the first.
    let (first, second) =
        (made.key.has_group(made.groups.0, typed.0), made.key.has_group(made.groups.1, typed.1));
    if !(first & second) {
        return Ok(Saved::WrongGroups);
    }
    let data = (call.clone(), signed_in.clone(), made.key);
    let job = call.deps.store.write(data, |tx, (call, signed_in, key)| {
        Box::pin(async move {
            hold(tx, call, signed_in, AccountChange::MakeRecoveryKey).await?;
            let row = recovery_key::of_account(tx, signed_in.account()).await?;
            let keys = &call.deps.keys;
            let present = row.filter(|row| key.matches(keys, signed_in.account(), &row.mac));
            let Some(row) = present else { return Ok(Saved::NotThis) };
            if !recovery_key::confirm(tx, signed_in.account(), row.id, call.now).await? {
                return Ok(Saved::NotThis);
            }
            session::end_key_grant(tx, signed_in.session).await?;
            audit::append(tx, &call.own_row(Event::RecoveryKeySaved, signed_in.about(), &[])).await?;
            Ok(Saved::Done)
        })
    });
    Ok(job.await?)
}

/// Lets a session make a new key after the right answer, and gives it a new token. The answer is no fresh proof for
/// anything else: it may have come by mail to somebody whose second step is another.
pub(super) async fn grant(tx: &mut Db, call: &Call, session: SessionId) -> Result<Token, StoreError> {
    let token = Token::new(call.entropy());
    if !session::renew(tx, session, &token.hash(), call.now).await? {
        return Err(StoreError::Refused(GONE));
    }
    open(tx, call, session).await?;
    Ok(token)
}

/// Lets a session make a new key for a while.
pub(super) async fn open(tx: &mut Db, call: &Call, session: SessionId) -> Result<(), StoreError> {
    session::grant_key(tx, session, call.now.plus(RECOVERY_FRESH)).await.map(drop)
}

/// Notes and tells that the key was used.
pub(super) async fn used(tx: &mut Db, call: &Call, facts: &ChallengeFacts) -> Result<(), StoreError> {
    let account = &facts.facts.account;
    let detail = [("purpose", facts.challenge.purpose.as_str().to_owned())];
    audit::append(tx, &call.own_row(Event::RecoveryKeyUsed, About::of(account), &detail)).await?;
    let body = LetterBody {
        method: Some(Method::RecoveryKey.as_str().to_owned()),
        purpose: Some(facts.challenge.purpose.as_str().to_owned()),
        ..LetterBody::default()
    };
    notice(tx, call, account, LetterKind::RecoveryKeyUsed, body).await
}
