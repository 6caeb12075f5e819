//! The deeds themselves: proved again in their transaction, written down with it.

use countersign_core::action::Action;
use countersign_core::audit::{Actor, Event};
use countersign_core::id::SsoProviderId;
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::sso_provider::{self, SsoProviderRow};
use countersign_store::{Db, StoreError, audit, organisation, sso_identity};
use zeroize::Zeroizing;

use super::super::super::session::SignedIn;
use super::super::super::{About, Call, FlowError, GONE, staff};
use super::{Keeper, Which, actor};

/// Rolls a deed back for the reasons of their names.
const SLUG_TAKEN: &str = "slug taken";
const DOMAIN_TAKEN: &str = "domain taken";
const DOMAIN_OF_OPERATOR: &str = "a domain is for the operator to give";
const CHANGED: &str = "changed by somebody else";
const ONLY_WAY: &str = "the only way in of accounts";

/// Who does what to which row.
struct Deed {
    call: Call,
    keeper: Option<SignedIn>,
    actor: Actor,
    row: SsoProviderRow,
    secret: Option<Zeroizing<String>>,
}

impl Deed {
    fn of(call: &Call, keeper: &Keeper<'_>, row: SsoProviderRow, secret: Option<Zeroizing<String>>) -> Self {
        let actor = actor(call, keeper);
        let keeper = match keeper {
            Keeper::Administrator(signed_in) => Some((*signed_in).clone()),
            Keeper::Operator => None,
        };
        Self { call: call.clone(), keeper, actor, row, secret }
    }

    async fn proved(&self, tx: &mut Db) -> Result<(), StoreError> {
        if let Some(signed_in) = &self.keeper {
            staff::hold(tx, &self.call, signed_in, Action::ManageSso).await?;
        }
        Ok(())
    }

    async fn note(&self, tx: &mut Db, event: Event, more: &[(&str, String)]) -> Result<(), StoreError> {
        let row = &self.row;
        let about = About { account: None, organisation: Some(row.organisation_id) };
        let mut detail = vec![("provider", row.slug.clone())];
        detail.extend_from_slice(more);
        audit::append(tx, &self.call.audit_row(event, self.actor, about, &detail)).await
    }

    /// A domain stands for one provider of the installation: whoever types an address must not be sent to a stranger's.
    async fn domains_free(&self, tx: &mut Db) -> Result<(), StoreError> {
        let others = sso_provider::all(tx).await?;
        // Among several organisations nobody but the operator knows whose a domain is.
        if self.keeper.is_some() && organisation::list(tx).await?.len() > 1 {
            let before = others.iter().find(|other| other.id == self.row.id);
            let had = before.map(|row| row.domains.clone()).unwrap_or_default();
            if !self.row.domains.is_subset(&had) {
                return Err(StoreError::Refused(DOMAIN_OF_OPERATOR));
            }
        }
        let mut others = others.iter().filter(|other| other.id != self.row.id);
        if others.any(|other| !other.domains.is_disjoint(&self.row.domains)) {
            return Err(StoreError::Refused(DOMAIN_TAKEN));
        }
        Ok(())
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        let row = &self.row;
        let domains: Vec<&str> = row.domains.iter().map(String::as_str).collect();
        vec![
            ("issuer", row.issuer.clone()),
            ("client_id", row.client_id.clone()),
            ("domains", domains.join(" ")),
            ("jit", row.jit.to_string()),
            ("button", row.button.to_string()),
            ("enabled", row.enabled.to_string()),
            ("new_secret", self.secret.is_some().to_string()),
        ]
    }
}

/// Nothing is overwritten that was not seen.
pub(super) fn changed_meanwhile() -> FlowError {
    FlowError::Conflict(Text::new(crate::text!("sso-changed-meanwhile")))
}

fn told(error: StoreError) -> FlowError {
    match error {
        StoreError::Refused(SLUG_TAKEN) => FlowError::field("slug", crate::text!("sso-fault-slug-taken")),
        StoreError::Refused(DOMAIN_TAKEN) => {
            FlowError::field("domains", crate::text!("sso-fault-domain-taken"))
        }
        StoreError::Refused(DOMAIN_OF_OPERATOR) => {
            FlowError::field("domains", crate::text!("sso-fault-domain-of-operator"))
        }
        StoreError::Refused(CHANGED) => changed_meanwhile(),
        StoreError::Refused(ONLY_WAY) => FlowError::Conflict(Text::new("sso-only-way")),
        StoreError::Refused(GONE) => FlowError::NotFound,
        other => other.into(),
    }
}

pub(super) async fn add(
    call: &Call,
    keeper: &Keeper<'_>,
    row: SsoProviderRow,
    secret: Zeroizing<String>,
) -> Result<SsoProviderId, FlowError> {
    let id = row.id;
    let deed = Deed::of(call, keeper, row, Some(secret));
    let job = call.deps.store.write(deed, |tx, deed| {
        Box::pin(async move {
            deed.proved(tx).await?;
            deed.domains_free(tx).await?;
            let call = &deed.call;
            let secret = deed.secret.as_deref().map_or("", String::as_str);
            if !sso_provider::create(tx, &call.deps.keys, call.entropy(), &deed.row, secret).await? {
                return Err(StoreError::Refused(SLUG_TAKEN));
            }
            deed.note(tx, Event::SsoProviderAdded, &deed.settings()).await
        })
    });
    job.await.map_err(told)?;
    Ok(id)
}

pub(super) async fn change(
    call: &Call,
    keeper: &Keeper<'_>,
    row: SsoProviderRow,
    before: Timestamp,
    secret: Option<Zeroizing<String>>,
) -> Result<(), FlowError> {
    let data = (Deed::of(call, keeper, row, secret), before);
    let job = call.deps.store.write(data, |tx, (deed, before)| {
        Box::pin(async move {
            deed.proved(tx).await?;
            deed.domains_free(tx).await?;
            if !sso_provider::update(tx, &deed.row, *before).await? {
                return Err(StoreError::Refused(CHANGED));
            }
            if !deed.row.enabled {
                sso_identity::end_all(tx, deed.row.id, deed.call.now).await?;
            }
            if let Some(secret) = &deed.secret {
                let (call, row) = (&deed.call, &deed.row);
                let (keys, dice) = (&call.deps.keys, call.entropy());
                sso_provider::set_secret(tx, keys, dice, row.id, secret, row.changed_at).await?;
            }
            deed.note(tx, Event::SsoProviderChanged, &deed.settings()).await
        })
    });
    job.await.map_err(told)
}

/// Removes one of an administrator's own providers, and with it what it signs in to.
///
/// # Errors
///
/// [`FlowError::Conflict`] while accounts have no other way in, and as [`staff::require`].
pub async fn remove(call: &Call, signed_in: &SignedIn, id: SsoProviderId) -> Result<(), FlowError> {
    removed(call, Which::Own(signed_in, id)).await
}

/// As [`remove`], for the operator.
///
/// # Errors
///
/// As [`remove`].
pub async fn remove_as_operator(call: &Call, slug: &str) -> Result<(), FlowError> {
    removed(call, Which::Any(slug)).await
}

async fn removed(call: &Call, which: Which<'_>) -> Result<(), FlowError> {
    let (keeper, row) = which.found(call, Action::ManageSso).await?;
    let job = call.deps.store.write(Deed::of(call, &keeper, row, None), |tx, deed| {
        Box::pin(async move {
            deed.proved(tx).await?;
            if sso_identity::only_way(tx, deed.row.id).await? > 0 {
                return Err(StoreError::Refused(ONLY_WAY));
            }
            sso_identity::end_all(tx, deed.row.id, deed.call.now).await?;
            if !sso_provider::delete(tx, deed.row.id, deed.row.organisation_id).await? {
                return Err(StoreError::Refused(GONE));
            }
            deed.note(tx, Event::SsoProviderRemoved, &[]).await
        })
    });
    job.await.map_err(told)
}
