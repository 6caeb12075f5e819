//! The name and the look of an organisation.

use countersign_core::accent::{Accent, Colour, TooBright};
use countersign_core::action::Action;
use countersign_core::audit::Event;
use countersign_core::id::OrganisationId;
use countersign_core::name::DisplayName;
use countersign_core::text::Text;
use countersign_store::{audit, organisation};

pub use countersign_store::organisation::OrganisationRow;

use super::member::Doer;
use super::{About, Call, FieldFault, FlowError};
use crate::text;

/// Longest short name, in characters.
const LONGEST_SLUG: usize = 40;

/// An organisation.
///
/// # Errors
///
/// [`FlowError::NotFound`] for none.
pub async fn show(call: &Call, id: OrganisationId) -> Result<OrganisationRow, FlowError> {
    let mut db = call.reader().await?;
    organisation::by_id(&mut db, id).await?.ok_or(FlowError::NotFound)
}

/// Changes name and colour. `accent`: `#rrggbb`, or nothing for the product's own.
///
/// # Errors
///
/// Faults of the fields `name` and `accent`; what [`Doer`] is refused.
pub async fn change(
    call: &Call,
    doer: &Doer,
    given: OrganisationId,
    name: &str,
    accent: &str,
) -> Result<OrganisationRow, FlowError> {
    doer.require(call, Action::EditOrganisation).await?;
    let before = show(call, doer.organisation(given)).await?;
    let (name, accent) = checked(name, accent)?;
    let row = OrganisationRow { name, accent, ..before.clone() };
    let mut detail = Vec::new();
    if row.name != before.name {
        detail.push(("name", row.name.clone()));
    }
    if row.accent != before.accent {
        detail.push(("accent", row.accent.clone().unwrap_or_default()));
    }
    if detail.is_empty() {
        return Ok(row);
    }
    let about = About { account: None, organisation: Some(row.id) };
    let note = doer.row(call, Event::OrganisationChanged, about, &detail);
    let data = (call.clone(), doer.clone(), row.clone(), note);
    let job = call.deps.store.write(data, |tx, (call, doer, row, note)| {
        Box::pin(async move {
            doer.hold(tx, call, Action::EditOrganisation).await?;
            organisation::set_look(tx, row.id, &row.name, row.accent.as_deref()).await?;
            audit::append(tx, note).await
        })
    });
    job.await?;
    Ok(row)
}

fn checked(name: &str, accent: &str) -> Result<(String, Option<String>), FlowError> {
    let mut faults = Vec::new();
    let name = DisplayName::parse(name)
        .map_err(|fault| faults.push(FieldFault { field: "name", text: fault.text() }));
    let accent = match accent.trim() {
        "" => Ok(None),
        text => colour(text).map(Some).map_err(|text| faults.push(FieldFault { field: "accent", text })),
    };
    match (name, accent) {
        (Ok(name), Ok(accent)) => Ok((name.as_str().to_owned(), accent)),
        _ => Err(FlowError::Invalid(faults)),
    }
}

fn colour(text: &str) -> Result<String, Text> {
    let colour = Colour::parse(text).map_err(|_| Text::new(text!("accent-not-a-colour")))?;
    match Accent::of(colour) {
        Ok(_) => Ok(colour.to_string()),
        Err(TooBright(nearest)) => {
            Err(Text::new(text!("accent-too-bright")).with("nearest", nearest.to_string()))
        }
    }
}

/// Adds an organisation, with the policy that a new installation starts with. For the operator.
///
/// # Errors
///
/// Faults of the fields `name` and `slug`; [`FlowError::Conflict`] where the short name is taken.
pub async fn add(call: &Call, name: &str, slug: &str) -> Result<OrganisationRow, FlowError> {
    let (name, _) = checked(name, "")?;
    let plain = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '-';
    let good = !slug.is_empty() && slug.len() <= LONGEST_SLUG && slug.chars().all(plain);
    if !good || slug.starts_with('-') || slug.ends_with('-') {
        return Err(FlowError::field("slug", text!("organisation-slug")));
    }
    let mut db = call.reader().await?;
    let taken = organisation::by_slug(&mut db, slug).await?.is_some();
    drop(db);
    if taken {
        return Err(FlowError::Conflict(Text::new(text!("organisation-slug-taken"))));
    }
    let row =
        super::policy::add_organisation(call, &name, slug, super::policy::FIRST_PRESET.policy()).await?;
    let about = About { account: None, organisation: Some(row.id) };
    call.record(call.caller_row(Event::OrganisationAdded, about, &[("slug", row.slug.clone())])).await?;
    Ok(row)
}
