//! The providers that sign in to an account.

use countersign_core::audit::Event;
use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::sign_in::AccountChange;
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::sso_identity::LinkedIdentity;
use countersign_store::{StoreError, api_token, audit, session, sso_identity, sso_provider};

use super::super::letters::notice;
use super::super::session::{SignedIn, hold};
use super::super::{About, Call, FlowError, GONE};

/// Rolls an unlinking back that would lock the owner out.
const LAST: &str = "the last way in";

/// A provider that signs in to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linked {
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The address that it told last.
    pub email: Option<String>,
    /// When it was linked.
    pub linked_at: Timestamp,
    /// When it last signed in or confirmed the owner.
    pub last_used_at: Option<Timestamp>,
    /// Whether it may be used now.
    pub enabled: bool,
    /// Whether the account would have no way to sign in without it.
    pub is_last: bool,
}

/// The providers that sign in to this account, by slug.
pub async fn linked(call: &Call, signed_in: &SignedIn) -> Result<Vec<Linked>, FlowError> {
    let mut db = call.reader().await?;
    let found = sso_identity::of_account(&mut db, signed_in.account()).await?;
    let is_last = is_last(signed_in.facts.account.password.is_some(), &found);
    Ok(found
        .into_iter()
        .map(|one| Linked {
            slug: one.slug,
            name: one.name,
            email: one.identity.email,
            linked_at: one.identity.created_at,
            last_used_at: one.identity.last_used_at,
            enabled: one.enabled,
            is_last,
        })
        .collect())
}

fn is_last(has_password: bool, found: &[LinkedIdentity]) -> bool {
    !has_password && found.len() == 1
}

/// The providers that could be linked to this account: slug and name.
pub async fn providers_to_link(
    call: &Call,
    signed_in: &SignedIn,
) -> Result<Vec<(String, String)>, FlowError> {
    let mut db = call.reader().await?;
    let rows = sso_provider::list(&mut db, signed_in.facts.account.organisation_id).await?;
    let linked = sso_identity::of_account(&mut db, signed_in.account()).await?;
    let free = |slug: &str| !linked.iter().any(|one| one.slug == slug);
    let usable = rows.into_iter().filter(|row| row.enabled && free(&row.slug));
    Ok(usable.map(|row| (row.slug, row.name)).collect())
}

/// By which providers this session may step up: those that are linked, where the account has neither a password nor a
/// factor that counts.
pub async fn may_step_up(call: &Call, signed_in: &SignedIn) -> Result<Vec<Linked>, FlowError> {
    if signed_in.facts.account.password.is_some() || !signed_in.steps_up_by_password(call.now) {
        return Ok(Vec::new());
    }
    let mut linked = linked(call, signed_in).await?;
    linked.retain(|one| one.enabled);
    Ok(linked)
}

/// Unlinks a provider. Needs fresh proof; the last way in stays.
///
/// # Errors
///
/// [`FlowError::NotFound`] where it is not linked, [`FlowError::Conflict`] for the last way in.
pub async fn unlink(call: &Call, signed_in: &SignedIn, slug: &str) -> Result<(), FlowError> {
    signed_in.require(AccountChange::UnlinkProvider, call.now)?;
    let data = (call.clone(), signed_in.clone(), slug.to_owned());
    let job = call.deps.store.write(data, |tx, (call, signed_in, slug)| {
        Box::pin(async move {
            let held = hold(tx, call, signed_in, AccountChange::UnlinkProvider).await?;
            let found = sso_identity::of_account(tx, held.id).await?;
            let one = found.iter().find(|one| one.slug == *slug).ok_or(StoreError::Refused(GONE))?;
            if is_last(held.password.is_some(), &found) {
                return Err(StoreError::Refused(LAST));
            }
            if !sso_identity::delete(tx, one.identity.provider_id, held.id).await? {
                return Err(StoreError::Refused(GONE));
            }
            // Whoever came in through it may be whoever should not: what it opened ends, but for the session that acts.
            let ended = session::delete_others(tx, held.id, signed_in.session).await?;
            api_token::end_all(tx, held.id, call.now).await?;
            let detail = [("provider", one.slug.clone()), ("ended", ended.to_string())];
            audit::append(tx, &call.own_row(Event::SsoUnlinked, About::of(&held), &detail)).await?;
            let body = LetterBody { name: Some(one.name.clone()), ..LetterBody::default() };
            notice(tx, call, &held, LetterKind::ProviderUnlinked, body).await
        })
    });
    match job.await {
        Err(StoreError::Refused(GONE)) => Err(FlowError::NotFound),
        Err(StoreError::Refused(LAST)) => Err(FlowError::Conflict(Text::new("sso-last-way-in"))),
        other => {
            other?;
            call.deps.post_wake.notify_one();
            Ok(())
        }
    }
}
