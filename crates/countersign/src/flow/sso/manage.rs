//! Providers as administrators and operators look after them.

mod deeds;

use std::collections::BTreeSet;
use std::time::Duration;

use countersign_core::action::Action;
use countersign_core::audit::Actor;
use countersign_core::id::{OrganisationId, SsoProviderId};
use countersign_core::name::DisplayName;
use countersign_core::sso::{DOMAINS_MOST, domain, is_slug};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::sso_identity;
use countersign_store::sso_provider::{self, SsoProviderRow};
use zeroize::Zeroizing;

use super::super::session::SignedIn;
use super::super::{Call, FieldFault, FlowError, policy, staff};
use super::{Checked, client_of};

pub use deeds::{remove, remove_as_operator};

/// Who looks after providers.
pub(super) enum Keeper<'a> {
    /// An administrator of the organisation.
    Administrator(&'a SignedIn),
    /// The operator at the command line.
    Operator,
}

/// A provider to be set up.
pub struct NewProvider {
    /// The short name in addresses.
    pub slug: String,
    /// The name on the button.
    pub name: String,
    /// The issuer, exactly.
    pub issuer: String,
    /// What this installation is called there.
    pub client_id: String,
    /// What it proves itself with there.
    pub client_secret: Zeroizing<String>,
    /// The mail domains it stands for.
    pub domains: Vec<String>,
    /// Whether somebody of those domains gets an account.
    pub jit: bool,
    /// Whether the sign-in page has a button.
    pub button: bool,
}

/// What is to be different; what is `None` stays.
#[derive(Default)]
pub struct Changes {
    /// The name on the button.
    pub name: Option<String>,
    /// What this installation is called there.
    pub client_id: Option<String>,
    /// What it proves itself with there.
    pub client_secret: Option<Zeroizing<String>>,
    /// The mail domains it stands for.
    pub domains: Option<Vec<String>>,
    /// Whether somebody of those domains gets an account.
    pub jit: Option<bool>,
    /// Whether the sign-in page has a button.
    pub button: Option<bool>,
    /// Whether it may be used.
    pub enabled: Option<bool>,
    /// When it was last changed, as whoever makes these changes has seen it; `None`: however it stands.
    pub seen: Option<Timestamp>,
}

/// A provider as its keepers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its identifier.
    pub id: SsoProviderId,
    /// Its short name.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its issuer.
    pub issuer: String,
    /// What this installation is called there.
    pub client_id: String,
    /// The mail domains it stands for.
    pub domains: BTreeSet<String>,
    /// Whether somebody of those domains gets an account.
    pub jit: bool,
    /// Whether the sign-in page has a button.
    pub button: bool,
    /// Whether it may be used.
    pub enabled: bool,
    /// The address to be registered there.
    pub answers_at: String,
    /// How many accounts it signs in to.
    pub accounts: u64,
    /// When it was set up.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// When it was last tested.
    pub checked_at: Option<Timestamp>,
    /// What was wrong then.
    pub check_error: Option<String>,
}

/// An organisation's providers by slug, for an administrator, or of the organisation with this slug for the operator.
///
/// # Errors
///
/// As [`staff::require`].
pub async fn list(
    call: &Call,
    signed_in: Option<&SignedIn>,
    organisation: Option<&str>,
) -> Result<Vec<Line>, FlowError> {
    let id = match signed_in {
        Some(signed_in) => {
            staff::require(call, signed_in, Action::ViewSso).await?;
            signed_in.facts.account.organisation_id
        }
        None => policy::of_slug(call, organisation).await?.0.id,
    };
    let mut db = call.reader().await?;
    let rows = sso_provider::list(&mut db, id).await?;
    let counts = sso_identity::counts(&mut db, id).await?;
    let line = |row: SsoProviderRow| {
        let accounts = counts.iter().find(|(id, _)| *id == row.id).map_or(0, |(_, count)| *count);
        line_of(call, row, accounts)
    };
    Ok(rows.into_iter().map(line).collect())
}

fn line_of(call: &Call, row: SsoProviderRow, accounts: u64) -> Line {
    Line {
        answers_at: call.deps.identity.answers_at(&row.slug),
        id: row.id,
        slug: row.slug,
        name: row.name,
        issuer: row.issuer,
        client_id: row.client_id,
        domains: row.domains,
        jit: row.jit,
        button: row.button,
        enabled: row.enabled,
        accounts,
        created_at: row.created_at,
        changed_at: row.changed_at,
        checked_at: row.checked_at,
        check_error: row.check_error,
    }
}

/// One of an administrator's own providers.
///
/// # Errors
///
/// [`FlowError::NotFound`] for any other, and as [`staff::require`].
pub async fn find(call: &Call, signed_in: &SignedIn, id: SsoProviderId) -> Result<Line, FlowError> {
    let lines = list(call, Some(signed_in), None).await?;
    lines.into_iter().find(|line| line.id == id).ok_or(FlowError::NotFound)
}

/// Sets a provider up, switched on. An administrator's own organisation, or the one with this slug for the operator.
///
/// # Errors
///
/// [`FlowError::Invalid`] names every field that will not do.
pub async fn add(
    call: &Call,
    signed_in: Option<&SignedIn>,
    organisation: Option<&str>,
    new: NewProvider,
) -> Result<SsoProviderId, FlowError> {
    let (keeper, organisation) = match signed_in {
        Some(signed_in) => {
            staff::require(call, signed_in, Action::ManageSso).await?;
            (Keeper::Administrator(signed_in), signed_in.facts.account.organisation_id)
        }
        None => (Keeper::Operator, policy::of_slug(call, organisation).await?.0.id),
    };
    let row = checked(call, organisation, &new)?;
    deeds::add(call, &keeper, row, new.client_secret).await
}

/// Changes a provider: an administrator's own one, or any one for the operator, who names it by its slug.
///
/// # Errors
///
/// [`FlowError::NotFound`], [`FlowError::Invalid`], [`FlowError::Conflict`] where somebody else has changed it meanwhile,
/// and as [`staff::require`].
pub async fn change(call: &Call, which: Which<'_>, changes: Changes) -> Result<(), FlowError> {
    let (keeper, mut row) = which.found(call, Action::ManageSso).await?;
    let before = row.changed_at;
    if changes.seen.is_some_and(|seen| seen != before) {
        return Err(deeds::changed_meanwhile());
    }
    apply(&mut row, &changes)?;
    // Two changes never bear the same time, so that it tells one from the other.
    row.changed_at = call.now.max(before.plus(Duration::from_millis(1)));
    deeds::change(call, &keeper, row, before, changes.client_secret).await
}

/// A provider and who asks for it.
pub enum Which<'a> {
    /// One of the administrator's own organisation.
    Own(&'a SignedIn, SsoProviderId),
    /// Any one, for the operator.
    Any(&'a str),
}

impl<'a> Which<'a> {
    pub(super) async fn found(
        &self,
        call: &Call,
        action: Action,
    ) -> Result<(Keeper<'a>, SsoProviderRow), FlowError> {
        match *self {
            Self::Own(signed_in, id) => {
                staff::require(call, signed_in, action).await?;
                let mut db = call.reader().await?;
                let own = signed_in.facts.account.organisation_id;
                let row = sso_provider::by_id(&mut db, id).await?.filter(|row| row.organisation_id == own);
                Ok((Keeper::Administrator(signed_in), row.ok_or(FlowError::NotFound)?))
            }
            Self::Any(slug) => {
                let mut db = call.reader().await?;
                let row = sso_provider::by_slug(&mut db, slug).await?.ok_or(FlowError::NotFound)?;
                Ok((Keeper::Operator, row))
            }
        }
    }
}

/// Tries the settings of an administrator's own provider, and notes what came of it.
pub async fn test(call: &Call, signed_in: &SignedIn, id: SsoProviderId) -> Result<Vec<Checked>, FlowError> {
    let (_, row) = Which::Own(signed_in, id).found(call, Action::ViewSso).await?;
    tried(call, row).await
}

/// As [`test()`], for the operator.
pub async fn test_as_operator(call: &Call, slug: &str) -> Result<Vec<Checked>, FlowError> {
    let (_, row) = Which::Any(slug).found(call, Action::ViewSso).await?;
    tried(call, row).await
}

async fn tried(call: &Call, row: SsoProviderRow) -> Result<Vec<Checked>, FlowError> {
    let mut db = call.reader().await?;
    let client = client_of(call, &mut db, &row).await?;
    drop(db);
    let steps = call.deps.identity.test(&client, call.now).await;
    let fault = steps.iter().find_map(|checked| checked.fault.clone());
    let job = call.deps.store.write((row.id, call.now, fault), |tx, (id, now, fault)| {
        Box::pin(async move { sso_provider::note_check(tx, *id, *now, fault.as_deref()).await })
    });
    job.await?;
    Ok(steps)
}

/// Longest client id and client secret, in bytes.
const CREDENTIAL_LONGEST: usize = 512;

fn checked(
    call: &Call,
    organisation: OrganisationId,
    new: &NewProvider,
) -> Result<SsoProviderRow, FlowError> {
    let mut faults = Vec::new();
    let mut fault = |field: &'static str, text: Text| faults.push(FieldFault { field, text });
    if !is_slug(&new.slug) {
        fault("slug", Text::new("sso-fault-slug"));
    }
    if !call.deps.identity.is_issuer(&new.issuer) {
        fault("issuer", Text::new("sso-fault-issuer"));
    }
    let mut row = SsoProviderRow {
        id: SsoProviderId::new(call.now, call.entropy()),
        organisation_id: organisation,
        slug: new.slug.clone(),
        name: String::new(),
        issuer: new.issuer.clone(),
        client_id: String::new(),
        domains: BTreeSet::new(),
        jit: new.jit,
        button: new.button,
        enabled: true,
        created_at: call.now,
        changed_at: call.now,
        checked_at: None,
        check_error: None,
    };
    let changes = Changes {
        name: Some(new.name.clone()),
        client_id: Some(new.client_id.clone()),
        client_secret: Some(new.client_secret.clone()),
        domains: Some(new.domains.clone()),
        ..Changes::default()
    };
    match apply(&mut row, &changes) {
        Err(FlowError::Invalid(more)) => faults.extend(more),
        other => other?,
    }
    if faults.is_empty() { Ok(row) } else { Err(FlowError::Invalid(faults)) }
}

/// Puts the changes into the row, or names every field that will not do.
fn apply(row: &mut SsoProviderRow, changes: &Changes) -> Result<(), FlowError> {
    let mut faults = Vec::new();
    let credential = |text: &str| {
        (1..=CREDENTIAL_LONGEST).contains(&text.len())
            && text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
    };
    if let Some(name) = &changes.name {
        match DisplayName::parse(name) {
            Ok(name) => name.as_str().clone_into(&mut row.name),
            Err(fault) => faults.push(FieldFault { field: "name", text: fault.text() }),
        }
    }
    if let Some(id) = changes.client_id.as_deref().map(str::trim) {
        if credential(id) {
            id.clone_into(&mut row.client_id);
        } else {
            faults.push(FieldFault { field: "client_id", text: Text::new("sso-fault-client-id") });
        }
    }
    if changes.client_secret.as_ref().is_some_and(|secret| !credential(secret)) {
        faults.push(FieldFault { field: "client_secret", text: Text::new("sso-fault-client-secret") });
    }
    if let Some(texts) = &changes.domains {
        let domains: Option<BTreeSet<String>> = texts.iter().map(|text| domain(text)).collect();
        match domains.filter(|domains| domains.len() <= DOMAINS_MOST) {
            Some(domains) => row.domains = domains,
            None => faults.push(FieldFault { field: "domains", text: Text::new("sso-fault-domains") }),
        }
    }
    row.jit = changes.jit.unwrap_or(row.jit);
    row.button = changes.button.unwrap_or(row.button);
    row.enabled = changes.enabled.unwrap_or(row.enabled);
    if faults.is_empty() { Ok(()) } else { Err(FlowError::Invalid(faults)) }
}

/// The author of a deed, for the audit log.
pub(super) fn actor(call: &Call, keeper: &Keeper<'_>) -> Actor {
    match keeper {
        Keeper::Administrator(signed_in) => Actor::Account(signed_in.account()),
        Keeper::Operator => call.origin.actor,
    }
}
