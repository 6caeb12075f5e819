//! Deleting an account. What the audit log says of it stays; everything else goes.

use countersign_core::action::Action;
use countersign_core::audit::Event;
use countersign_core::email::EmailAddress;
use countersign_core::id::AccountId;
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_store::{StoreError, audit, member, organisation};

use super::{Doer, keep_one_administrator, told};
use crate::flow::letters::{Draft, addresses, post};
use crate::flow::{About, Call, FlowError, GONE, link};
use crate::text;

/// Deletes another account, whose address is typed to confirm it.
///
/// # Errors
///
/// A fault of the field `confirm` for another address; [`FlowError::Conflict`] where the last administrator would go; what
/// [`Doer`] is refused.
pub async fn delete(call: &Call, doer: &Doer, id: AccountId, typed: &str) -> Result<(), FlowError> {
    let facts = doer.subject(call, Action::DeleteAccount, id).await?;
    let same = EmailAddress::parse(typed).is_ok_and(|typed| typed.key() == facts.account.email.key());
    if !same {
        return Err(FlowError::field("confirm", text!("member-delete-confirm-wrong")));
    }
    let job = call.deps.store.write((call.clone(), doer.clone(), id), |tx, (call, doer, id)| {
        Box::pin(async move {
            let account = doer.hold_subject(tx, call, Action::DeleteAccount, *id).await?.account;
            keep_one_administrator(tx, &account).await?;
            let name = organisation::by_id(tx, account.organisation_id).await?.map(|row| row.name);
            let ended = link::word_falls(tx, call, *id).await?;
            if !member::delete(tx, *id, account.organisation_id).await? {
                return Err(StoreError::Refused(GONE));
            }
            let mut detail = vec![("email", account.email.masked())];
            detail.extend(ended);
            let row = doer.row(call, Event::AccountDeleted, About::of(&account), &detail);
            audit::append(tx, &row).await?;
            // About no account, or it would be gone with it.
            for recipient in addresses(call, &account) {
                let body = LetterBody {
                    person: Some(account.display_name.clone()),
                    organisation: name.clone(),
                    ..LetterBody::default()
                };
                let draft = Draft {
                    kind: LetterKind::AccountDeleted,
                    recipient,
                    account: None,
                    challenge: None,
                    language: account.language.as_deref(),
                    body,
                };
                post(tx, call, draft).await?;
            }
            Ok(())
        })
    });
    told(job.await, "")?;
    call.deps.post_wake.notify_one();
    Ok(())
}
