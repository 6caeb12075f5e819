//! Writes the ready organisations and accounts into the demo's empty database.

use std::sync::Arc;
use std::time::Duration;

use countersign_core::email::EmailAddress;
use countersign_core::factor::recovery_key::RecoveryKey;
use countersign_core::factor::totp::{Secret, step_at};
use countersign_core::id::{AccountId, AuthenticatorId, OrganisationId, RecoveryKeyId, SessionId};
use countersign_core::method::Method;
use countersign_core::name::DeviceName;
use countersign_core::password::PasswordHash;
use countersign_core::secret::Password;
use countersign_store::account::{AccountRow, AccountState};
use countersign_store::authenticator::{Confirmation, NewAuthenticator};
use countersign_store::recovery_key::RecoveryKeyRow;
use countersign_store::{Db, StoreError, account, authenticator, recovery_key};
use futures_util::future::try_join_all;

use super::plan::{Plan, ReadyAccount, ReadyOrganisation};
use super::reached;
use crate::flow::suspension::{self, NewSuspension};
use crate::flow::{Call, FlowError, policy};

/// How long the suspended account stays so: longer than anybody tries a demo.
const SUSPENDED_FOR: Duration = Duration::from_hours(72);
/// How long ago the devices were set up, so that the present code is fresh.
pub(super) const SET_UP_AGO: Duration = Duration::from_hours(24);

/// Makes everything of the plan.
///
/// # Errors
///
/// When the database or the hashing threads cannot do it.
pub async fn seed(call: &Call, plan: &Plan) -> Result<(), FlowError> {
    let hashes = plan.organisations.iter().map(|organisation| {
        let password = Password::new(organisation.password.clone());
        call.deps.hasher.hash(password)
    });
    let hashes = try_join_all(hashes).await?;
    for (number, (organisation, hash)) in plan.organisations.iter().zip(hashes).enumerate() {
        // The first one made is where sign-up and people without an organisation of their own lead.
        let row = if number == 0 {
            let row = policy::ensure_organisation(call, organisation.name, organisation.slug).await?;
            policy::set_preset(call, None, organisation.policy.preset, "demo").await?;
            policy::set_sign_up(call, None, organisation.policy.sign_up, "demo").await?;
            row
        } else {
            policy::add_organisation(call, organisation.name, organisation.slug, organisation.policy.clone())
                .await?
        };
        fill(call, row.id, organisation, &hash).await?;
    }
    Ok(())
}

async fn fill(
    call: &Call,
    id: OrganisationId,
    organisation: &ReadyOrganisation,
    hash: &PasswordHash,
) -> Result<(), FlowError> {
    let mut rows = Vec::new();
    for ready in &organisation.accounts {
        let email = EmailAddress::parse(&organisation.email(ready))
            .map_err(|_| FlowError::Unavailable("a ready account has no proper address".to_owned()))?;
        rows.push((account_row(call, id, email, ready, hash), *ready));
    }
    let data = (call.clone(), Arc::new(rows), organisation.recovery_key.clone());
    let job = call.deps.store.write(data, |tx, (call, rows, key)| {
        Box::pin(async move {
            for (row, ready) in rows.iter() {
                account::create(tx, row).await?;
                for name in ready.devices {
                    add_device(tx, call, row.id, name).await?;
                }
                if ready.has_recovery_key() {
                    add_recovery_key(tx, call, row.id, key).await?;
                }
                reached::add(tx, call, row.id, ready).await?;
            }
            Ok(())
        })
    });
    job.await?;
    for ready in organisation.accounts.iter().filter(|ready| ready.suspended) {
        let email = organisation.email(ready);
        let reason = "demo".to_owned();
        suspension::start(call, NewSuspension { email, length: SUSPENDED_FOR, reason }).await?;
    }
    Ok(())
}

fn account_row(
    call: &Call,
    organisation: OrganisationId,
    email: EmailAddress,
    ready: &ReadyAccount,
    hash: &PasswordHash,
) -> AccountRow {
    AccountRow {
        id: AccountId::new(call.now, call.entropy()),
        organisation_id: organisation,
        email,
        display_name: ready.name.to_owned(),
        language: None,
        role: ready.role,
        state: AccountState::Active,
        email_verified_at: (!ready.unverified).then_some(call.now),
        password: Some(hash.clone()),
        password_version: 1,
        factor_version: 1,
        created_at: call.now.minus(SET_UP_AGO),
        last_sign_in_at: None,
        email_codes_at: ready.has_email_codes().then_some(call.now),
        last_method: last_method(ready),
        mail_reset_at: None,
        changes_locked_at: None,
        previous_email: None,
        previous_email_until: None,
        not_now_at: None,
        enrolment_reminded_at: None,
    }
}

/// What it was asked for at its last sign-in, and so at its next.
fn last_method(ready: &ReadyAccount) -> Option<Method> {
    if ready.has_email_codes() {
        return Some(Method::Email);
    }
    (!ready.chats.is_empty()).then_some(Method::Telegram)
}

async fn add_device(tx: &mut Db, call: &Call, owner: AccountId, name: &str) -> Result<(), StoreError> {
    let (then, entropy) = (call.now.minus(SET_UP_AGO), call.entropy());
    let device = NewAuthenticator {
        id: AuthenticatorId::new(then, entropy),
        account_id: owner,
        session_id: SessionId::new(then, entropy),
        secret: Secret::new(entropy),
        created_at: then,
        expires_at: call.now,
    };
    authenticator::create_pending(tx, &call.deps.keys, entropy, &device).await?;
    let confirmation = Confirmation {
        id: device.id,
        account_id: owner,
        name: DeviceName::parse(name).map_err(|_| StoreError::Corrupt("a ready device's name"))?,
        step: step_at(then),
        offset: 0,
        most: 5,
    };
    authenticator::confirm(tx, &confirmation, then).await.map(drop)
}

async fn add_recovery_key(tx: &mut Db, call: &Call, owner: AccountId, key: &str) -> Result<(), StoreError> {
    let key = RecoveryKey::parse(key).map_err(|_| StoreError::Corrupt("a ready account's recovery key"))?;
    let then = call.now.minus(SET_UP_AGO);
    let row = RecoveryKeyRow {
        id: RecoveryKeyId::new(then, call.entropy()),
        account_id: owner,
        mac: key.mac(&call.deps.keys, owner),
        key_id: call.deps.keys.active(),
        created_at: then,
        confirmed_at: Some(then),
        spent_at: None,
    };
    recovery_key::replace(tx, &row).await
}
