//! What became of a call or an SMS, in the audit log.

use countersign_core::audit::{AuditRow, Event};
use countersign_store::dispatch::{Channel, DispatchRow};
use countersign_store::{Db, StoreError, account, audit, phone_number};

use super::super::{About, Call};
use super::masked;

/// Writes down how a call or an SMS ended, in the transaction that ends its row: `outcome` is the word that stands there. Of
/// anything else nothing is written.
pub(in crate::flow) async fn note_end(
    tx: &mut Db,
    call: &Call,
    row: &DispatchRow,
    outcome: &str,
) -> Result<(), StoreError> {
    let event = match row.channel {
        Channel::Call => Event::CallEnded,
        Channel::Sms => Event::SmsEnded,
        Channel::Telegram => return Ok(()),
    };
    let mut about = About { account: row.account_id, organisation: row.organisation_id };
    let mut detail = vec![("outcome", outcome.to_owned())];
    if let Some(id) = row.account_id {
        if let Some(account) = account::by_id(tx, id).await? {
            about = About::of(&account);
        }
        if let Some(phone) = row.phone_id {
            let found = phone_number::by_id(tx, &call.deps.keys, phone, id).await?;
            detail.push(("phone", phone.to_string()));
            detail.extend(found.as_ref().map(|found| ("number", masked(found))));
        }
    }
    // No network and no browser ended it, so there is none to tell.
    let row = AuditRow { address: None, device: None, ..call.caller_row(event, about, &detail) };
    audit::append(tx, &row).await
}
