//! How the outbox stands, for whoever runs the installation. Nothing here tells what a letter says.

use std::time::Duration;

use countersign_core::audit::Event;
use countersign_store::{Db, StoreError, account, audit, courier, letter};

pub use countersign_store::courier::CourierState;
pub use countersign_store::letter::{LetterCounts, LetterRow, LetterState};

use super::{About, Call, FlowError};

/// The name under which it is noted how mail goes.
pub const MAIL: &str = "mail";

/// How many failures are told at most.
const MOST: u32 = 100;

/// How many letters wait, were sent and failed.
pub async fn counts(call: &Call) -> Result<LetterCounts, FlowError> {
    let mut db = call.reader().await?;
    Ok(letter::counts(&mut db, call.now).await?)
}

/// The letters that were refused or given up within the last `span`, newest first, at most 100.
pub async fn failures(call: &Call, span: Duration) -> Result<Vec<LetterRow>, FlowError> {
    let mut db = call.reader().await?;
    Ok(letter::recent_failures(&mut db, call.now.minus(span), MOST).await?)
}

/// How sending mail last went, on any server of this installation; `None`: nothing was ever sent.
pub async fn mail(call: &Call) -> Result<Option<CourierState>, FlowError> {
    let mut db = call.reader().await?;
    Ok(courier::state(&mut db, MAIL).await?)
}

/// Writes that a letter was given up, beside the row that says so: in its account's list and in the audit log. Neither
/// the address nor what the letter said is told.
pub async fn note_given_up(
    tx: &mut Db,
    call: &Call,
    row: &LetterRow,
    state: LetterState,
) -> Result<(), StoreError> {
    let mut about = About { account: row.account_id, organisation: None };
    if let Some(id) = row.account_id
        && let Some(account) = account::by_id(tx, id).await?
    {
        about = About::of(&account);
    }
    let details = [("letter", row.kind.as_str().to_owned()), ("outcome", state.as_str().to_owned())];
    audit::append(tx, &call.caller_row(Event::LetterGivenUp, about, &details)).await
}

/// Whether letters can't get out at this moment: no mail is set up, or the last try failed.
pub async fn is_mail_down(call: &Call) -> Result<bool, FlowError> {
    Ok(!call.deps.mail || mail(call).await?.is_some_and(|state| super::second_step::is_down(&state)))
}
