//! Which providers the sign-in page shows, and which one an address belongs to.

use countersign_core::email::EmailAddress;
use countersign_core::id::AccountId;
use countersign_core::sso::domain_of;
use countersign_store::{Db, StoreError, organisation, sso_identity, sso_provider};

use super::super::{Call, FieldFault, FlowError, policy};

/// A provider to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Its short name.
    pub slug: String,
    /// The name on its button.
    pub name: String,
}

/// What the sign-in page of an organisation shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Front {
    /// The organisation's name.
    pub organisation: String,
    /// Its providers with a button, by slug.
    pub buttons: Vec<Choice>,
    /// Whether there are providers that are found by an address.
    pub finds_others: bool,
}

/// The sign-in page of the organisation with this slug, or of the one that people without one of their own come to.
///
/// # Errors
///
/// [`FlowError::NotFound`] for any other slug.
pub async fn front(call: &Call, slug: Option<&str>) -> Result<Front, FlowError> {
    let organisation = match slug {
        None => policy::default_organisation(call).await?,
        Some(slug) => {
            let mut db = call.reader().await?;
            organisation::by_slug(&mut db, slug).await?.ok_or(FlowError::NotFound)?
        }
    };
    let mut db = call.reader().await?;
    let rows = sso_provider::enabled(&mut db).await?;
    let finds_others = rows.iter().any(|row| !row.domains.is_empty());
    let own = rows.into_iter().filter(|row| row.organisation_id == organisation.id && row.button);
    let buttons = own.map(|row| Choice { slug: row.slug, name: row.name }).collect();
    Ok(Front { organisation: organisation.name, buttons, finds_others })
}

/// Where the people of a provider belong.
#[derive(Clone, Debug)]
pub struct Home {
    /// The short name of its organisation.
    pub organisation: String,
    /// Whether the policy lets them use a password as well.
    pub password_works: bool,
}

/// Where the people of the provider with this slug belong. `None`: there is no such provider.
///
/// # Errors
///
/// Whatever stops reading.
pub async fn home(call: &Call, slug: &str) -> Result<Option<Home>, FlowError> {
    let mut db = call.reader().await?;
    let Some(row) = sso_provider::by_slug(&mut db, slug).await? else { return Ok(None) };
    let organisation = organisation::by_id(&mut db, row.organisation_id).await?.ok_or(FlowError::NotFound)?;
    drop(db);
    let rules = policy::current_of(call, organisation.id).await?.policy;
    Ok(Some(Home { organisation: organisation.slug, password_works: rules.password_sign_in }))
}

/// The provider that stands for the domain of an address. `None`: none does; nothing is said about accounts.
///
/// # Errors
///
/// [`FlowError::Invalid`] for what is no address.
pub async fn by_address(call: &Call, email: &str) -> Result<Option<Choice>, FlowError> {
    let email = EmailAddress::parse(email)
        .map_err(|fault| FlowError::Invalid(vec![FieldFault { field: "email", text: fault.text() }]))?;
    let domain = domain_of(&email);
    let mut db = call.reader().await?;
    let rows = sso_provider::enabled(&mut db).await?;
    let found = rows.into_iter().find(|row| row.domains.contains(&domain));
    Ok(found.map(|row| Choice { slug: row.slug, name: row.name }))
}

/// Whether the policy keeps this account, which a provider signs in to, from using a password. A provider that is not in
/// use keeps nobody out.
pub(in crate::flow) async fn password_is_off(
    tx: &mut Db,
    allowed: bool,
    account: AccountId,
) -> Result<bool, StoreError> {
    if allowed {
        return Ok(false);
    }
    Ok(sso_identity::of_account(tx, account).await?.iter().any(|one| one.enabled))
}
