//! Letters that tell in time what will end or begin: a grace period (KEY-10), an API token (ASVS 5.0, 6.4.5).

use std::time::Duration;

use countersign_core::id::{AccountId, OrganisationId};
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::policy::{Policy, Requirement};
use countersign_core::role::Role;
use countersign_core::sign_in;
use countersign_core::time::Timestamp;
use countersign_store::policy::PolicyRow;
use countersign_store::{Db, StoreError, account, api_token, facts, organisation, policy};

use super::super::facts::{enrolled, situation, suspension};
use super::super::letters::{Draft, post};
use super::{Call, FlowError};

/// How long before the day a second step is required people are reminded of it, beside the letter when the day is set.
const BEFOREHAND: [Duration; 2] = [Duration::from_hours(7 * 24), Duration::from_hours(24)];

/// How many accounts, or tokens, are looked up at once.
const BATCH: u32 = 200;

/// How many versions of a policy are looked at for when its day was set.
const VERSIONS: u32 = 200;

/// How long before a token's end its owner is told: a week (ASVS 5.0, 6.4.5), and a day for the job to come round. A
/// token of less than twice that is told of after two fifths of its life.
const TOKEN_BEFOREHAND: Duration = Duration::from_hours(8 * 24);

/// The grace period that an organisation is in.
#[derive(Clone, Copy)]
struct Grace {
    organisation: OrganisationId,
    until: Timestamp,
    /// When the present stage of it began: the day was set, or is near.
    stage: Timestamp,
}

/// Writes to every member who lacks a second step that will be required, once for each stage. Tells how many letters.
///
/// # Errors
///
/// What stopped it; whoever was written to already is not written to again.
pub async fn remind(call: &Call) -> Result<u64, FlowError> {
    if !call.deps.mail {
        return Ok(0);
    }
    let mut db = call.reader().await?;
    let mut running = Vec::new();
    for organisation in organisation::list(&mut db).await? {
        let history = policy::history(&mut db, organisation.id, VERSIONS).await?;
        running.extend(grace(&history, call.now));
    }
    drop(db);
    let mut count = 0;
    for grace in running {
        count += remind_all(call, grace).await?;
    }
    if count > 0 {
        call.deps.post_wake.notify_one();
    }
    Ok(count)
}

/// The grace period that the newest version sets, since the oldest version in a row that set the same day.
fn grace(history: &[PolicyRow], now: Timestamp) -> Option<Grace> {
    let newest = history.first()?;
    let until = newest.policy.grace_until(Role::Member, now)?;
    let same = |rules: &Policy| {
        rules.second_step == Requirement::Required && rules.required_from == newest.policy.required_from
    };
    let set_at = history.iter().take_while(|row| same(&row.policy)).last()?.changed_at;
    let near = BEFOREHAND.into_iter().map(|span| until.minus(span)).filter(|at| *at <= now);
    let stage = near.fold(set_at, Ord::max);
    Some(Grace { organisation: newest.organisation_id, until, stage })
}

async fn remind_all(call: &Call, grace: Grace) -> Result<u64, FlowError> {
    let (mut count, mut after) = (0, None);
    loop {
        let mut db = call.reader().await?;
        let found = account::to_remind(&mut db, grace.organisation, after, grace.stage, BATCH).await?;
        drop(db);
        let Some(last) = found.last() else { return Ok(count) };
        after = Some(*last);
        for id in found {
            // Each in a transaction of its own: no account waits for another one's.
            let job = call.deps.store.write((call.clone(), grace, id), |tx, (call, grace, id)| {
                Box::pin(async move { remind_one(tx, call, *grace, *id).await })
            });
            count += u64::from(job.await?);
        }
    }
}

/// Whether a letter was written.
async fn remind_one(tx: &mut Db, call: &Call, grace: Grace, id: AccountId) -> Result<bool, StoreError> {
    if !account::reminded(tx, id, call.now, grace.stage).await? {
        return Ok(false);
    }
    let Some(facts) = facts::account_facts(tx, id, call.now).await? else { return Ok(false) };
    let (enrolled, suspension) = (enrolled(&facts), suspension(&facts));
    let situation = situation(&facts, &enrolled, suspension.as_ref(), call.now);
    // The policy may have changed since it was read; the next turn follows the new one.
    let until = facts.policy.grace_until(facts.account.role, call.now);
    if sign_in::suffices(&situation) || until != Some(grace.until) {
        return Ok(false);
    }
    let body = LetterBody { until: Some(grace.until.as_millis()), ..LetterBody::default() };
    let account = &facts.account;
    post(tx, call, Draft::about(account, LetterKind::EnrolmentReminder, &account.email, body)).await?;
    Ok(true)
}

/// Tells the owners of API tokens that will end soon, once each. Tells how many letters.
///
/// # Errors
///
/// What stopped it; whoever was told already is not told again.
pub async fn tell_ending_tokens(call: &Call) -> Result<u64, FlowError> {
    if !call.deps.mail {
        return Ok(0);
    }
    let mut count = 0;
    loop {
        let mut db = call.reader().await?;
        let until = call.now.plus(TOKEN_BEFOREHAND);
        let found = api_token::ending(&mut db, call.now, until, BATCH).await?;
        drop(db);
        if found.is_empty() {
            break;
        }
        let job = call.deps.store.write((call.clone(), found), |tx, (call, found)| {
            Box::pin(async move {
                for token in found {
                    tell_one(tx, call, token).await?;
                }
                Ok(u64::try_from(found.len()).unwrap_or(u64::MAX))
            })
        });
        count += job.await?;
    }
    if count > 0 {
        call.deps.post_wake.notify_one();
    }
    Ok(count)
}

async fn tell_one(tx: &mut Db, call: &Call, token: &api_token::ApiTokenRow) -> Result<(), StoreError> {
    if !api_token::end_told(tx, token.id, call.now).await? {
        return Ok(());
    }
    let Some(owner) = account::by_id(tx, token.account_id).await? else { return Ok(()) };
    let body = LetterBody {
        name: Some(token.name.clone()),
        until: Some(token.expires_at.as_millis()),
        ..LetterBody::default()
    };
    post(tx, call, Draft::about(&owner, LetterKind::ApiTokenEnding, &owner.email, body)).await
}
