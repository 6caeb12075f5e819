//! Organisations and their security policies: which one counts, and the versions that came before.

mod change;
mod history;

use std::collections::BTreeSet;

use countersign_core::id::OrganisationId;
use countersign_core::method::Method;
use countersign_core::policy::{Policy, Risk, SignUp};
use countersign_core::preset::Preset;
use countersign_store::organisation::OrganisationRow;
use countersign_store::{StoreError, organisation, policy, setting};

use super::{Call, FlowError};

pub use change::{Change, Editor, NewPolicy, Preview, REASON_MOST, change, changes, preview, restore};
pub use countersign_store::policy::PolicyRow;
pub use history::{Author, Version, current_of, history, version};

/// The setting that names the organisation which people without one of their own come to.
const DEFAULT_ORGANISATION: &str = "default-organisation";

/// The preset that a new installation starts with (REC).
pub const FIRST_PRESET: Preset = Preset::Recommended;

/// Makes the first organisation if there is none. Safe to run on every start, by several replicas at once.
pub async fn ensure_organisation(call: &Call, name: &str, slug: &str) -> Result<OrganisationRow, FlowError> {
    let mut db = call.reader().await?;
    if let Some(slug) = setting::get(&mut db, DEFAULT_ORGANISATION).await?
        && let Some(row) = organisation::by_slug(&mut db, &slug).await?
    {
        return Ok(row);
    }
    drop(db);
    let row = add_organisation(call, name, slug, FIRST_PRESET.policy()).await?;
    let job = call.deps.store.write(row.slug.clone(), |tx, slug| {
        Box::pin(async move { setting::put_if_absent(tx, DEFAULT_ORGANISATION, slug).await })
    });
    job.await?;
    default_organisation(call).await
}

/// Adds an organisation with its policy; one with this slug that exists already is returned as it is.
pub async fn add_organisation(
    call: &Call,
    name: &str,
    slug: &str,
    rules: Policy,
) -> Result<OrganisationRow, FlowError> {
    let row = OrganisationRow {
        id: OrganisationId::new(call.now, call.entropy()),
        name: name.to_owned(),
        slug: slug.to_owned(),
        created_at: call.now,
        accent: None,
    };
    let first = PolicyRow {
        organisation_id: row.id,
        version: 1,
        policy: rules,
        changed_at: call.now,
        changed_by: call.origin.actor.kind().to_owned(),
        reason: String::new(),
    };
    let job = call.deps.store.write((row, first), |tx, (row, first)| {
        Box::pin(async move {
            if organisation::create(tx, row).await? {
                policy::append(tx, first).await?;
            }
            organisation::by_slug(tx, &row.slug).await?.ok_or(StoreError::Corrupt("organisation.slug"))
        })
    });
    Ok(job.await?)
}

/// The organisation that people without one of their own come to.
pub async fn default_organisation(call: &Call) -> Result<OrganisationRow, FlowError> {
    let mut db = call.reader().await?;
    let slug = setting::get(&mut db, DEFAULT_ORGANISATION).await?.ok_or(FlowError::NotFound)?;
    organisation::by_slug(&mut db, &slug).await?.ok_or(FlowError::NotFound)
}

/// All organisations, by slug.
pub async fn organisations(call: &Call) -> Result<Vec<OrganisationRow>, FlowError> {
    let mut db = call.reader().await?;
    Ok(organisation::list(&mut db).await?)
}

/// An organisation (the default one without a slug) and the policy that counts for it.
pub async fn of_slug(call: &Call, slug: Option<&str>) -> Result<(OrganisationRow, Policy), FlowError> {
    let (organisation, row) = current(call, slug).await?;
    Ok((organisation, row.policy))
}

/// As [`of_slug`], with version, author and time of the policy.
pub async fn current(call: &Call, slug: Option<&str>) -> Result<(OrganisationRow, PolicyRow), FlowError> {
    let organisation = match slug {
        Some(slug) => {
            let mut db = call.reader().await?;
            organisation::by_slug(&mut db, slug).await?.ok_or(FlowError::NotFound)?
        }
        None => default_organisation(call).await?,
    };
    let mut db = call.reader().await?;
    let row = policy::current(&mut db, organisation.id).await?.ok_or(FlowError::NotFound)?;
    Ok((organisation, row))
}

/// The organisations whose policy in force offers this method to somebody, by slug.
pub async fn offering(call: &Call, method: Method) -> Result<Vec<OrganisationRow>, FlowError> {
    let mut offering = Vec::new();
    for organisation in organisations(call).await? {
        let mut db = call.reader().await?;
        let row = policy::current(&mut db, organisation.id).await?;
        if row.is_some_and(|row| row.policy.methods.contains(&method)) {
            offering.push(organisation);
        }
    }
    Ok(offering)
}

/// Puts a preset into force with its risks read, for whoever sets an installation up. Who may come in stays as it is.
pub async fn set_preset(
    call: &Call,
    slug: Option<&str>,
    preset: Preset,
    reason: &str,
) -> Result<Policy, FlowError> {
    let (_, row) = current(call, slug).await?;
    let next = row.policy.adopting(preset);
    put(call, &row, next, reason).await
}

/// Opens or closes sign-up.
pub async fn set_sign_up(
    call: &Call,
    slug: Option<&str>,
    mode: SignUp,
    reason: &str,
) -> Result<Policy, FlowError> {
    let (_, row) = current(call, slug).await?;
    let next = Policy { sign_up: mode, ..row.policy.clone() };
    put(call, &row, next, reason).await
}

async fn put(call: &Call, before: &PolicyRow, next: Policy, reason: &str) -> Result<Policy, FlowError> {
    let new = NewPolicy {
        base_version: before.version,
        policy: next,
        acknowledged: Risk::ALL.iter().copied().collect::<BTreeSet<_>>(),
        reason: reason.to_owned(),
    };
    Ok(change(call, Editor::Operator(before.organisation_id), new).await?.policy)
}
