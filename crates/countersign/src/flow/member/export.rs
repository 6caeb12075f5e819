//! What is kept of an account, to be taken along: for its owner's rights, and before it is deleted. No secret is in it.

use countersign_core::action::Action;
use countersign_core::audit::{AuditRow, Event};
use countersign_core::csv;
use countersign_core::id::{AccountId, OrganisationId};
use countersign_core::time::Timestamp;
use countersign_store::audit::{self, AuditFilter, AuditScope};
use countersign_store::facts::AccountFacts;
use countersign_store::{
    Db, StoreError, api_token, authenticator, dispatch, letter, phone_number, recovery_key, session,
    telegram_account,
};
use serde_json::{Value, json};

use super::{Doer, MemberFilter, list, told};
use crate::flow::activity::told as as_its_owner_reads;
use crate::flow::facts::switched_on;
use crate::flow::{About, Call, FlowError};

/// Rows of activity and letters at most: a document that is opened by hand.
const MOST: u32 = 10_000;
/// Members read at once.
const STRIDE: u32 = 500;

/// Takes along what is kept of an account, as a JSON document. That it was is in the audit log.
///
/// # Errors
///
/// What [`Doer`] is refused.
pub async fn export(call: &Call, doer: &Doer, id: AccountId) -> Result<Value, FlowError> {
    doer.subject(call, Action::ExportAccount, id).await?;
    let job = call.deps.store.write((call.clone(), doer.clone(), id), |tx, (call, doer, id)| {
        Box::pin(async move {
            let account = doer.hold_subject(tx, call, Action::ExportAccount, *id).await?.account;
            let row = doer.row(call, Event::AccountExported, About::of(&account), &[]);
            audit::append(tx, &row).await
        })
    });
    told(job.await, "")?;
    document(call, id).await
}

async fn document(call: &Call, id: AccountId) -> Result<Value, FlowError> {
    let mut db = call.reader().await?;
    let facts = countersign_store::facts::account_facts(&mut db, id, call.now).await?;
    let facts = facts.ok_or(FlowError::NotFound)?;
    let sessions = session::list(&mut db, id, call.now).await?;
    let tokens = api_token::live(&mut db, id, facts.account.password_version, call.now, MOST).await?;
    let letters = letter::of_account(&mut db, id, MOST).await?;
    let sent = dispatch::of_account(&mut db, id, MOST).await?;
    let wanted = AuditFilter { scope: AuditScope::Account(id), ..AuditFilter::default() };
    let activity = audit::list(&mut db, &wanted, MOST).await?.into_iter();
    let activity: Vec<AuditRow> = activity.map(|row| as_its_owner_reads(id, row)).collect();
    let row = &facts.account;
    Ok(json!({
        "exported_at": rfc3339(call.now),
        "profile": {
            "id": row.id.to_string(), "email": row.email.as_str(), "display_name": row.display_name,
            "language": row.language, "role": row.role.as_str(), "state": row.state.as_str(),
            "email_verified_at": row.email_verified_at.map(rfc3339), "created_at": rfc3339(row.created_at),
            "last_sign_in_at": row.last_sign_in_at.map(rfc3339), "has_password": row.password.is_some(),
        },
        "second_step": second_step(call, &mut db, &facts).await?,
        "sessions": sessions.iter().map(|session| json!({
            "id": session.id.to_string(), "class": session.class.as_str(), "address": session.address,
            "device": session.device, "created_at": rfc3339(session.created_at),
            "last_used_at": rfc3339(session.last_used_at),
        })).collect::<Vec<_>>(),
        "api_tokens": tokens.iter().map(|token| json!({
            "id": token.id.to_string(), "name": token.name, "created_at": rfc3339(token.created_at),
            "expires_at": rfc3339(token.expires_at), "last_used_at": token.last_used_at.map(rfc3339),
        })).collect::<Vec<_>>(),
        "letters": letters.iter().map(|letter| json!({
            "id": letter.id.to_string(), "kind": letter.kind.as_str(), "to": letter.recipient.as_str(),
            "state": letter.state.as_str(), "written_at": rfc3339(letter.created_at),
            "ended_at": letter.ended_at.map(rfc3339),
        })).collect::<Vec<_>>(),
        "calls_and_messages": sent.iter().map(|sent| json!({
            "id": sent.id.to_string(), "channel": sent.channel.as_str(), "kind": sent.kind,
            "phone": sent.phone_id.map(|id| id.to_string()), "state": sent.state.as_str(),
            "outcome": sent.outcome, "written_at": rfc3339(sent.created_at),
            "ended_at": sent.ended_at.map(rfc3339),
        })).collect::<Vec<_>>(),
        "activity": activity.iter().map(activity_row).collect::<Vec<_>>(),
    }))
}

/// What the account has to confirm with. Numbers stand there whole, as the address does: they are its owner's.
async fn second_step(call: &Call, db: &mut Db, facts: &AccountFacts) -> Result<Value, StoreError> {
    let (row, keys) = (&facts.account, &call.deps.keys);
    let devices = authenticator::confirmed(db, row.id).await?;
    let key = recovery_key::of_account(db, row.id).await?;
    let phones = phone_number::of_account(db, keys, row.id, call.now).await?;
    let chats = telegram_account::of_account(db, keys, row.id).await?;
    Ok(json!({
        "on": switched_on(facts).iter().map(|method| method.as_str()).collect::<Vec<_>>(),
        "email_codes_since": row.email_codes_at.map(rfc3339),
        "authenticators": devices.iter().map(|device| json!({
            "id": device.id.to_string(), "name": device.name,
            "added_at": device.confirmed_at.map(rfc3339), "last_used_at": device.last_used_at.map(rfc3339),
        })).collect::<Vec<_>>(),
        "telegram_since": facts.telegram.on_since.map(rfc3339),
        "telegram_accounts": chats.iter().map(|chat| json!({
            "id": chat.id.to_string(), "number": chat.person.id.reveal(), "name": chat.person.name,
            "username": chat.person.username, "language": chat.person.language,
            "linked_at": rfc3339(chat.created_at), "last_used_at": chat.last_used_at.map(rfc3339),
            "blocked_at": chat.blocked_at.map(rfc3339),
        })).collect::<Vec<_>>(),
        "phone_numbers": phones.iter().map(|phone| json!({
            "id": phone.id.to_string(), "number": phone.number.reveal(),
            "proved_at": phone.confirmed_at.map(rfc3339), "last_used_at": phone.last_used_at.map(rfc3339),
        })).collect::<Vec<_>>(),
        "recovery_key_made_at": key.filter(|key| key.spent_at.is_none()).map(|key| rfc3339(key.created_at)),
    }))
}

fn activity_row(row: &AuditRow) -> Value {
    json!({
        "id": row.id.to_string(), "at": rfc3339(row.at), "event": row.event.as_str(),
        "actor": row.actor.kind(), "address": row.address, "device": row.device, "detail": row.detail,
    })
}

/// An instant in RFC 3339, in UTC with milliseconds.
pub(in crate::flow) fn rfc3339(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default();
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

/// The members of an organisation as comma-separated values, without anything that a spreadsheet takes for a formula.
/// Each piece goes to `write` as soon as it is read. For the operator; that it was done is in the audit log.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn members_csv(
    call: &Call,
    organisation: OrganisationId,
    mut write: impl FnMut(String),
) -> Result<u64, FlowError> {
    let about = About { account: None, organisation: Some(organisation) };
    call.record(call.caller_row(Event::MembersExported, about, &[])).await?;
    write(csv::line(&[
        "id",
        "email",
        "name",
        "role",
        "state",
        "authenticators",
        "email_codes",
        "recovery_key",
        "created_at",
        "last_sign_in_at",
    ]));
    let (mut filter, mut count) = (MemberFilter::default(), 0);
    loop {
        let page = list(call, organisation, &filter, STRIDE).await?;
        for row in &page.rows {
            let account = &row.account;
            let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
            write(csv::line(&[
                account.id.to_string(),
                account.email.as_str().to_owned(),
                account.display_name.clone(),
                account.role.as_str().to_owned(),
                account.state.as_str().to_owned(),
                row.authenticators.to_string(),
                yes(account.email_codes_at.is_some()),
                yes(row.recovery_key),
                rfc3339(account.created_at),
                account.last_sign_in_at.map(rfc3339).unwrap_or_default(),
            ]));
            count += 1;
        }
        let Some(next) = page.next else { return Ok(count) };
        filter.after = Some(next);
    }
}
