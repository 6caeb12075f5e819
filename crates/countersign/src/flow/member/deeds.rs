//! Role, state and sessions of another account.

use countersign_core::action::Action;
use countersign_core::audit::Event;
use countersign_core::id::AccountId;
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::role::Role;
use countersign_store::account::AccountState;
use countersign_store::{Db, StoreError, account, api_token, audit, browser, challenge, session, suspension};

use super::{Doer, SAME, keep_one_administrator, told};
use crate::flow::letters::{Draft, addresses, notice, post};
use crate::flow::{About, Call, FlowError, link};
use crate::text;

/// Gives another account another role. Its sessions and API tokens end, so that the new rights and their stricter rules
/// count at once, and its owner is told.
///
/// # Errors
///
/// [`FlowError::Conflict`] for the role it has, and where the last administrator would go; what [`Doer`] is refused.
pub async fn change_role(call: &Call, doer: &Doer, id: AccountId, role: Role) -> Result<(), FlowError> {
    doer.subject(call, Action::ChangeRole, id).await?;
    let job = call.deps.store.write((call.clone(), doer.clone(), id, role), |tx, (call, doer, id, role)| {
        Box::pin(async move {
            let account = doer.hold_subject(tx, call, Action::ChangeRole, *id).await?.account;
            if account.role == *role {
                return Err(StoreError::Refused(SAME));
            }
            keep_one_administrator(tx, &account).await?;
            account::set_role(tx, *id, *role).await?;
            // One that a single person granted to a member is none that staff could have got.
            suspension::lift(tx, *id, "role-changed", call.now).await?;
            let mut detail =
                vec![("from", account.role.as_str().to_owned()), ("to", role.as_str().to_owned())];
            detail.extend(link::word_falls(tx, call, *id).await?);
            end_everything(tx, call, *id).await?;
            let row = doer.row(call, Event::RoleChanged, About::of(&account), &detail);
            audit::append(tx, &row).await?;
            let body = LetterBody { role: Some(role.as_str().to_owned()), ..LetterBody::default() };
            notice(tx, call, &account, LetterKind::RoleChanged, body).await
        })
    });
    told(job.await, text!("member-role-same"))?;
    call.deps.post_wake.notify_one();
    Ok(())
}

/// Disables another account, which ends everything it holds, or enables it again; its owner is told.
///
/// # Errors
///
/// [`FlowError::Conflict`] where it is so already, and where the last administrator would go; what [`Doer`] is refused.
pub async fn set_state(
    call: &Call,
    doer: &Doer,
    id: AccountId,
    state: AccountState,
) -> Result<(), FlowError> {
    doer.subject(call, Action::DisableAccount, id).await?;
    let data = (call.clone(), doer.clone(), id, state);
    let job = call.deps.store.write(data, |tx, (call, doer, id, state)| {
        Box::pin(async move {
            let account = doer.hold_subject(tx, call, Action::DisableAccount, *id).await?.account;
            if *state == AccountState::Disabled {
                keep_one_administrator(tx, &account).await?;
            }
            if !account::set_state(tx, *id, *state).await? {
                return Err(StoreError::Refused(SAME));
            }
            let event = match state {
                AccountState::Active => Event::AccountEnabled,
                AccountState::Disabled => Event::AccountDisabled,
            };
            let ended = match state {
                AccountState::Active => None,
                AccountState::Disabled => link::word_falls(tx, call, *id).await?,
            };
            let row = doer.row(call, event, About::of(&account), ended.as_slice());
            audit::append(tx, &row).await?;
            if *state == AccountState::Active {
                return notice(tx, call, &account, LetterKind::AccountEnabled, LetterBody::default()).await;
            }
            end_everything(tx, call, *id).await?;
            browser::delete_for_account(tx, *id).await?;
            for recipient in addresses(call, &account) {
                let kind = LetterKind::AccountDisabled;
                post(tx, call, Draft::about(&account, kind, recipient, LetterBody::default())).await?;
            }
            Ok(())
        })
    });
    told(job.await, text!("account-state-unchanged"))?;
    call.deps.post_wake.notify_one();
    Ok(())
}

async fn end_everything(tx: &mut Db, call: &Call, id: AccountId) -> Result<(), StoreError> {
    session::delete_all(tx, id).await?;
    challenge::delete_for_account(tx, id).await?;
    api_token::end_all(tx, id, call.now).await?;
    Ok(())
}

/// Ends every session and challenge of another account and tells how many sessions there were.
///
/// # Errors
///
/// What [`Doer`] is refused.
pub async fn end_sessions(call: &Call, doer: &Doer, id: AccountId) -> Result<u64, FlowError> {
    doer.subject(call, Action::EndSessions, id).await?;
    let job = call.deps.store.write((call.clone(), doer.clone(), id), |tx, (call, doer, id)| {
        Box::pin(async move {
            let account = doer.hold_subject(tx, call, Action::EndSessions, *id).await?.account;
            let ended = session::delete_all(tx, *id).await?;
            challenge::delete_for_account(tx, *id).await?;
            let detail = [("ended", ended.to_string())];
            let row = doer.row(call, Event::SessionsEndedAll, About::of(&account), &detail);
            audit::append(tx, &row).await?;
            Ok(ended)
        })
    });
    told(job.await, "")
}
