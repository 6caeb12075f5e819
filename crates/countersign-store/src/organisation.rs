//! Organisations: the provider's customers, each with its security policy and its accounts.

use countersign_core::id::OrganisationId;
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// One organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationRow {
    /// Its identifier.
    pub id: OrganisationId,
    /// The name that people read.
    pub name: String,
    /// The short name in addresses and on the command line; unique in the installation.
    pub slug: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The colour that its pages carry, as `#rrggbb`; `None`: the product's own.
    pub accent: Option<String>,
}

impl OrganisationRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("organisation_id")?,
            name: row.text("name")?,
            slug: row.text("slug")?,
            created_at: row.time("created_at")?,
            accent: row.text_opt("accent")?,
        })
    }
}

macro_rules! columns {
    () => {
        "SELECT id AS organisation_id, name, slug, created_at, accent FROM organisation "
    };
}

const CREATE: &str = "INSERT INTO organisation (id, name, slug, created_at, accent) \
    VALUES (?1, ?2, ?3, ?4, ?5) \
    ON CONFLICT (slug) DO NOTHING";
const SET_LOOK: &str = "UPDATE organisation SET name = ?2, accent = ?3 WHERE id = ?1";
const BY_ID: &str = concat!(columns!(), "WHERE id = ?1");
const BY_SLUG: &str = concat!(columns!(), "WHERE slug = ?1");
const LIST: &str = concat!(columns!(), "ORDER BY slug");

pub(crate) const STATEMENTS: &[&str] = &[CREATE, SET_LOOK, BY_ID, BY_SLUG, LIST];

/// Adds an organisation. `false`: the slug is taken and nothing was written.
pub async fn create(db: &mut Db, organisation: &OrganisationRow) -> Result<bool, StoreError> {
    let values = [
        Value::from(organisation.id),
        Value::from(organisation.name.as_str()),
        Value::from(organisation.slug.as_str()),
        Value::from(organisation.created_at),
        Value::from(organisation.accent.as_deref()),
    ];
    Ok(db.execute(CREATE, &values).await? == 1)
}

/// Changes name and colour. `false`: there is no such organisation.
pub async fn set_look(
    db: &mut Db,
    id: OrganisationId,
    name: &str,
    accent: Option<&str>,
) -> Result<bool, StoreError> {
    Ok(db.execute(SET_LOOK, &[Value::from(id), Value::from(name), Value::from(accent)]).await? == 1)
}

/// The organisation with this identifier.
pub async fn by_id(db: &mut Db, id: OrganisationId) -> Result<Option<OrganisationRow>, StoreError> {
    db.query_opt(BY_ID, &[Value::from(id)]).await?.as_ref().map(OrganisationRow::of).transpose()
}

/// The organisation with this slug.
pub async fn by_slug(db: &mut Db, slug: &str) -> Result<Option<OrganisationRow>, StoreError> {
    db.query_opt(BY_SLUG, &[Value::from(slug)]).await?.as_ref().map(OrganisationRow::of).transpose()
}

/// All organisations, by slug. An installation has few.
pub async fn list(db: &mut Db) -> Result<Vec<OrganisationRow>, StoreError> {
    db.query(LIST, &[]).await?.iter().map(OrganisationRow::of).collect()
}
