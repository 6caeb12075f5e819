//! The link that finishes a sign-up. It shows that somebody reads the mailbox; only the password that was chosen shows that
//! it is the same person. Otherwise whoever signs up with somebody else's address would know the password of the account
//! that its owner makes.

use countersign_core::audit::{AuditRow, Event};
use countersign_core::id::AccountId;
use countersign_core::limits::{CounterKey, Refused};
use countersign_core::password::Verified;
use countersign_core::secret::Password;
use countersign_store::link::LinkRow;
use countersign_store::{Db, StoreError, audit, link, sign_up};

use super::super::gate::Entered;
use super::super::limit::{Charges, Refusal};
use super::super::sign_up::finish;
use super::super::{About, Call, FlowError, GONE};
use crate::text;

/// What the password was asked for, in the audit log.
const PURPOSE: &str = "sign-up";

/// How a press under the lock ended.
enum Judged {
    Entered(Entered),
    Wrong,
    TooMany(Refused),
}

struct Finishing {
    call: Call,
    link: LinkRow,
    charges: Charges,
    right: bool,
    /// The hash of the token of the session that the browser holds.
    replaces: Option<[u8; 32]>,
}

/// Makes the account of a sign-up, for whoever has its link and its password.
pub(super) async fn press(
    call: &Call,
    link: LinkRow,
    password: Option<Password>,
    replaces: Option<[u8; 32]>,
) -> Result<Result<Entered, FlowError>, StoreError> {
    let Some(password) = password.filter(|typed| !typed.is_empty()) else {
        return Ok(Err(FlowError::field("password", text!("password-missing"))));
    };
    let keys = vec![CounterKey::link_password(link.id), CounterKey::link_address(&call.origin.address)];
    let charges = Charges::new(keys);
    let mut db = call.deps.store.reader().await?;
    if let Err(refused) = charges.peek(&mut db, call.now).await? {
        refused_at(call, &link, &refused).record(call).await?;
        return Ok(Err(refused.into()));
    }
    let asked = sign_up::by_link(&mut db, link.id).await?.ok_or(StoreError::Refused(GONE))?;
    drop(db);
    let right = match call.deps.hasher.verify(Some(asked.password), password).await {
        Ok(verified) => matches!(verified, Verified::Right { .. }),
        Err(busy) => return Ok(Err(busy.into())),
    };
    let finishing = Finishing { call: call.clone(), link, charges, right, replaces };
    let job = call.deps.store.write(finishing, |tx, finishing| Box::pin(finishing.settle(tx)));
    Ok(match job.await? {
        Judged::Entered(entered) => Ok(entered),
        Judged::Wrong => Err(FlowError::field("password", text!("link-sign-up-wrong"))),
        Judged::TooMany(refused) => Err(refused.into()),
    })
}

impl Finishing {
    async fn settle(&self, tx: &mut Db) -> Result<Judged, StoreError> {
        let (call, link) = (&self.call, &self.link);
        let mut locked = self.charges.lock(tx).await?;
        if let Err(refused) = locked.check(call.now) {
            refused_at(call, link, &refused).note(tx).await?;
            return Ok(Judged::TooMany(refused));
        }
        if !self.right {
            locked.fail(tx, call.now).await?;
            audit::append(tx, &row(call, link, Event::SignInFirstStepFailed)).await?;
            return Ok(Judged::Wrong);
        }
        if !link::spend(tx, link.id, call.now).await? {
            return Err(StoreError::Refused(GONE));
        }
        finish(tx, call, link, self.replaces.as_ref()).await.map(Judged::Entered)
    }
}

fn row(call: &Call, link: &LinkRow, event: Event) -> AuditRow {
    let about = About { account: None, organisation: Some(link.organisation_id) };
    let detail = [("purpose", PURPOSE.to_owned()), ("link", link.id.to_string())];
    call.caller_row(event, about, &detail)
}

fn refused_at(call: &Call, link: &LinkRow, refused: &Refused) -> Refusal {
    let row = row(call, link, Event::SignInFirstStepRefused);
    Refusal::new(call, AccountId::from_bytes(*link.id.as_bytes()), refused.limit, row)
}
