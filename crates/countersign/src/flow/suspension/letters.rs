//! What is written about suspensions. Who asked for one is not named to its owner, nor where from: that is for the audit
//! log.

use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::link::LinkPurpose;
use countersign_core::role::Role;
use countersign_core::time::Timestamp;
use countersign_store::account::{AccountRow, AccountState};
use countersign_store::member::{self, MemberFilter};
use countersign_store::suspension::SuspensionRow;
use countersign_store::{Db, StoreError};

use super::super::Call;
use super::super::letters::{Draft, addresses, notice, one_more_link, post};

/// A body that tells nothing of the browser that the deed came from.
fn from_nowhere() -> LetterBody {
    LetterBody { address: Some(String::new()), device: Some(String::new()), ..LetterBody::default() }
}

/// Tells the owner that it runs, with a link of its own to each address that stops it.
pub(super) async fn started(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    row: &SuspensionRow,
) -> Result<(), StoreError> {
    if !call.deps.mail {
        return Ok(());
    }
    for recipient in addresses(call, account) {
        let link = one_more_link(tx, call, account, LinkPurpose::StopSuspension, None).await?;
        let body = LetterBody {
            link: Some(link.reveal()),
            suspension: Some(row.kind.as_str().to_owned()),
            until: Some(row.until.as_millis()),
            ..from_nowhere()
        };
        post(tx, call, Draft::about(account, LetterKind::SuspensionStarted, recipient, body)).await?;
    }
    Ok(())
}

/// Tells the owner that it is over, since then.
pub(super) async fn ended(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    at: Timestamp,
) -> Result<(), StoreError> {
    let body = LetterBody { at: Some(at.as_millis()), ..from_nowhere() };
    notice(tx, call, account, LetterKind::SuspensionEnded, body).await
}

/// Administrators who are told at most.
const TOLD_MOST: u32 = 50;

/// Tells the organisation's other administrators that one waits for them: all but whoever asked and whose it is.
pub(super) async fn waits(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    asked_by: &AccountRow,
) -> Result<(), StoreError> {
    if !call.deps.mail {
        return Ok(());
    }
    let filter = MemberFilter {
        role: Some(Role::Administrator),
        state: Some(AccountState::Active),
        ..MemberFilter::default()
    };
    for found in member::list(tx, account.organisation_id, &filter, TOLD_MOST).await? {
        let to = found.account;
        if to.id == account.id || to.id == asked_by.id {
            continue;
        }
        let body = LetterBody { email: Some(account.email.masked()), ..from_nowhere() };
        post(tx, call, Draft::about(&to, LetterKind::SuspensionWaits, &to.email, body)).await?;
    }
    Ok(())
}

/// Tells whoever of the staff started it that the owner has stopped it.
pub(super) async fn stopped(
    tx: &mut Db,
    call: &Call,
    account: &AccountRow,
    starter: &AccountRow,
) -> Result<(), StoreError> {
    let body = LetterBody { email: Some(account.email.masked()), ..from_nowhere() };
    post(tx, call, Draft::about(starter, LetterKind::SuspensionStopped, &starter.email, body)).await
}
