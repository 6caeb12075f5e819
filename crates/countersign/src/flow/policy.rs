//! Organisations and their security policies, as far as the operator's command line needs them.

use countersign_core::audit::Event;
use countersign_core::id::OrganisationId;
use countersign_core::method::Method;
use countersign_core::policy::{Policy, SignUp};
use countersign_core::preset::Preset;
use countersign_core::text::Text;
use countersign_store::organisation::OrganisationRow;
use countersign_store::policy::PolicyRow;
use countersign_store::{StoreError, audit, organisation, policy, setting};

use super::{About, Call, FlowError};

/// The setting that names the organisation which people without one of their own come to.
const DEFAULT_ORGANISATION: &str = "default-organisation";

/// The preset a new installation starts with, until the factors of `recommended` exist.
pub const FIRST_PRESET: Preset = Preset::Authenticator;

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

/// Puts a preset into force. Sign-up stays as it is: who may come in is not the preset's matter.
pub async fn set_preset(
    call: &Call,
    slug: Option<&str>,
    preset: Preset,
    reason: &str,
) -> Result<Policy, FlowError> {
    let (organisation, row) = current(call, slug).await?;
    let rules = Policy { sign_up: row.policy.sign_up, ..preset.policy() };
    put(call, &organisation, &row, rules, reason).await
}

/// Opens or closes sign-up.
pub async fn set_sign_up(
    call: &Call,
    slug: Option<&str>,
    mode: SignUp,
    reason: &str,
) -> Result<Policy, FlowError> {
    let (organisation, row) = current(call, slug).await?;
    let rules = Policy { sign_up: mode, ..row.policy.clone() };
    put(call, &organisation, &row, rules, reason).await
}

async fn put(
    call: &Call,
    organisation: &OrganisationRow,
    before: &PolicyRow,
    rules: Policy,
    reason: &str,
) -> Result<Policy, FlowError> {
    if let Err(faults) = rules.validate() {
        let told = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        return Err(FlowError::Conflict(Text::new("policy-impossible").with("faults", told)));
    }
    let next = PolicyRow {
        organisation_id: organisation.id,
        version: before.version + 1,
        policy: rules.clone(),
        changed_at: call.now,
        changed_by: call.origin.actor.kind().to_owned(),
        reason: reason.to_owned(),
    };
    let about = About { account: None, organisation: Some(organisation.id) };
    let detail = [("version", next.version.to_string()), ("preset", rules.preset.as_str().to_owned())];
    let note = call.caller_row(Event::PolicyChanged, about, &detail);
    let job = call.deps.store.write((next, note), |tx, (next, note)| {
        Box::pin(async move {
            let kept = policy::append(tx, next).await?;
            if kept {
                audit::append(tx, note).await?;
            }
            Ok(kept)
        })
    });
    if job.await? { Ok(rules) } else { Err(FlowError::Conflict(Text::new("policy-changed-meanwhile"))) }
}
