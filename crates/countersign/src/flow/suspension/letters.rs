//! What is written about suspensions. Who asked for one is not named to its owner, nor where from: that is for the audit
//! log.

use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::link::LinkPurpose;
use countersign_core::time::Timestamp;
use countersign_store::account::AccountRow;
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
