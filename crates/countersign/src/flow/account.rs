//! The account's home and profile.

use countersign_core::audit::Event;
use countersign_core::id::OrganisationId;
use countersign_core::name::DisplayName;
use countersign_core::sign_in::AccountChange;
use countersign_store::{account, audit, organisation};

use super::session::{SignedIn, hold};
use super::{Call, FieldFault, FlowError};
use countersign_core::text::Text;

/// The languages a profile may choose.
pub const LANGUAGES: &[&str] = &["en", "de"];

/// The name of the account's organisation, for headings.
pub async fn organisation_name(call: &Call, signed_in: &SignedIn) -> Result<String, FlowError> {
    name_of(call, signed_in.facts.account.organisation_id).await
}

/// The name of an organisation.
pub async fn name_of(call: &Call, organisation: OrganisationId) -> Result<String, FlowError> {
    let mut db = call.reader().await?;
    let row = organisation::by_id(&mut db, organisation).await?;
    row.map(|row| row.name).ok_or(FlowError::NotFound)
}

/// Changes display name and language. `language`: one of [`LANGUAGES`], or `None` to follow the browser.
pub async fn change_profile(
    call: &Call,
    signed_in: &SignedIn,
    display_name: &str,
    language: Option<&str>,
) -> Result<(), FlowError> {
    signed_in.require(AccountChange::EditProfile, call.now)?;
    let name = DisplayName::parse(display_name);
    let mut faults = Vec::new();
    if let Err(fault) = &name {
        faults.push(FieldFault { field: "display_name", text: fault.text() });
    }
    if language.is_some_and(|code| !LANGUAGES.contains(&code)) {
        faults.push(FieldFault { field: "language", text: Text::new("language-unknown") });
    }
    let Ok(name) = name else { return Err(FlowError::Invalid(faults)) };
    if !faults.is_empty() {
        return Err(FlowError::Invalid(faults));
    }
    let row = call.own_row(Event::ProfileChanged, signed_in.about(), &[]);
    let data = (call.clone(), signed_in.clone(), name.as_str().to_owned(), language.map(str::to_owned), row);
    let job = call.deps.store.write(data, |tx, (call, signed_in, name, language, row)| {
        Box::pin(async move {
            let held = hold(tx, call, signed_in, AccountChange::EditProfile).await?;
            account::set_profile(tx, held.id, name, language.as_deref()).await?;
            audit::append(tx, row).await
        })
    });
    Ok(job.await?)
}
