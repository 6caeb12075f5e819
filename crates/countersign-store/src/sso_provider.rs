//! Identity providers of organisations, through which their members sign in.
//!
//! The client secret is sealed for its row (ALL-7) and opened in here only.

use std::collections::BTreeSet;

use countersign_core::entropy::Entropy;
use countersign_core::id::{OrganisationId, SsoProviderId};
use countersign_core::keys::{Binding, KeyId, KeyRing};
use countersign_core::time::Timestamp;
use zeroize::Zeroizing;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// One provider, without its client secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SsoProviderRow {
    /// Its identifier.
    pub id: SsoProviderId,
    /// Whose members it signs in.
    pub organisation_id: OrganisationId,
    /// The short name in addresses; unique in the installation.
    pub slug: String,
    /// The name on the button.
    pub name: String,
    /// Its issuer, exactly as its tokens name it. It never changes.
    pub issuer: String,
    /// What this installation is called there.
    pub client_id: String,
    /// The mail domains it stands for, each in the spelling of `core::sso::domain`.
    pub domains: BTreeSet<String>,
    /// Whether somebody of those domains gets an account at the first sign-in.
    pub jit: bool,
    /// Whether the sign-in page has a button for it.
    pub button: bool,
    /// Whether it may be used at all.
    pub enabled: bool,
    /// When it was set up.
    pub created_at: Timestamp,
    /// When its settings were last changed.
    pub changed_at: Timestamp,
    /// When it was last tested.
    pub checked_at: Option<Timestamp>,
    /// What was wrong at that test; `None`: nothing.
    pub check_error: Option<String>,
}

impl SsoProviderRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.id("id")?,
            organisation_id: row.id("organisation_id")?,
            slug: row.text("slug")?,
            name: row.text("name")?,
            issuer: row.text("issuer")?,
            client_id: row.text("client_id")?,
            domains: serde_json::from_str(&row.text("domains")?)
                .map_err(|_| StoreError::Corrupt("sso_provider.domains"))?,
            jit: row.int("jit")? != 0,
            button: row.int("button")? != 0,
            enabled: row.int("enabled")? != 0,
            created_at: row.time("created_at")?,
            changed_at: row.time("changed_at")?,
            checked_at: row.time_opt("checked_at")?,
            check_error: row.text_opt("check_error")?,
        })
    }

    fn domains_text(&self) -> String {
        serde_json::to_string(&self.domains).unwrap_or_else(|_| "[]".to_owned())
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, organisation_id, slug, name, issuer, client_id, client_secret, domains, jit, button, enabled, \
             created_at, changed_at, checked_at, check_error FROM sso_provider ",
            $rest
        )
    };
}

const CREATE: &str = "INSERT INTO sso_provider (id, organisation_id, slug, name, issuer, client_id, client_secret, \
    key_id, domains, jit, button, enabled, created_at, changed_at) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) ON CONFLICT (slug) DO NOTHING";
const UPDATE: &str = "UPDATE sso_provider SET name = ?3, client_id = ?4, domains = ?5, jit = ?6, button = ?7, \
    enabled = ?8, changed_at = ?9 WHERE id = ?1 AND organisation_id = ?2 AND changed_at = ?10";
const SET_SECRET: &str =
    "UPDATE sso_provider SET client_secret = ?2, key_id = ?3, changed_at = ?4 WHERE id = ?1";
const NOTE_CHECK: &str = "UPDATE sso_provider SET checked_at = ?2, check_error = ?3 WHERE id = ?1";
const DELETE: &str = "DELETE FROM sso_provider WHERE id = ?1 AND organisation_id = ?2";
const BY_ID: &str = select!("WHERE id = ?1");
const BY_SLUG: &str = select!("WHERE slug = ?1");
const LIST: &str = select!("WHERE organisation_id = ?1 ORDER BY slug");
const ENABLED: &str = select!("WHERE enabled = 1 ORDER BY slug");
const ALL: &str = select!("ORDER BY slug");
const KEY_COUNTS: &str = "SELECT key_id, COUNT(*) AS n FROM sso_provider GROUP BY key_id ORDER BY key_id";
const TO_RESEAL: &str = "SELECT id, client_secret FROM sso_provider WHERE key_id <> ?1 ORDER BY id LIMIT ?2";
// A row that was resealed or given another secret meanwhile is left as it is.
const RESEAL: &str =
    "UPDATE sso_provider SET client_secret = ?2, key_id = ?3 WHERE id = ?1 AND client_secret = ?4";

pub(crate) const STATEMENTS: &[&str] = &[
    CREATE, UPDATE, SET_SECRET, NOTE_CHECK, DELETE, BY_ID, BY_SLUG, LIST, ENABLED, ALL, KEY_COUNTS,
    TO_RESEAL, RESEAL,
];

const fn binding(id: SsoProviderId) -> Binding {
    Binding { table: "sso_provider", column: "client_secret", row: *id.as_bytes(), account: [0; 16] }
}

fn open(keys: &KeyRing, row: &Row) -> Result<Zeroizing<Vec<u8>>, StoreError> {
    keys.open(&row.blob("client_secret")?, &binding(row.id("id")?))
        .map_err(|_| StoreError::Corrupt("sso_provider.client_secret"))
}

/// Adds a provider with its client secret, sealed under the active master key. `false`: the slug is taken and nothing
/// was written.
pub async fn create(
    db: &mut Db,
    keys: &KeyRing,
    entropy: &dyn Entropy,
    row: &SsoProviderRow,
    secret: &str,
) -> Result<bool, StoreError> {
    let values = [
        Value::from(row.id),
        Value::from(row.organisation_id),
        Value::from(row.slug.as_str()),
        Value::from(row.name.as_str()),
        Value::from(row.issuer.as_str()),
        Value::from(row.client_id.as_str()),
        Value::from(keys.seal(entropy, secret.as_bytes(), &binding(row.id))),
        Value::from(keys.active().0),
        Value::from(row.domains_text()),
        Value::from(row.jit),
        Value::from(row.button),
        Value::from(row.enabled),
        Value::from(row.created_at),
        Value::from(row.changed_at),
    ];
    Ok(db.execute(CREATE, &values).await? == 1)
}

/// Changes name, client id, domains and switches to what `row` says, if it was last changed at `before`. `false`: it was
/// changed since, or the organisation has no such provider.
pub async fn update(db: &mut Db, row: &SsoProviderRow, before: Timestamp) -> Result<bool, StoreError> {
    let values = [
        Value::from(row.id),
        Value::from(row.organisation_id),
        Value::from(row.name.as_str()),
        Value::from(row.client_id.as_str()),
        Value::from(row.domains_text()),
        Value::from(row.jit),
        Value::from(row.button),
        Value::from(row.enabled),
        Value::from(row.changed_at),
        Value::from(before),
    ];
    Ok(db.execute(UPDATE, &values).await? == 1)
}

/// Replaces the client secret. `false`: there is no such provider.
pub async fn set_secret(
    db: &mut Db,
    keys: &KeyRing,
    entropy: &dyn Entropy,
    id: SsoProviderId,
    secret: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let sealed = keys.seal(entropy, secret.as_bytes(), &binding(id));
    let values = [Value::from(id), Value::from(sealed), Value::from(keys.active().0), Value::from(now)];
    Ok(db.execute(SET_SECRET, &values).await? == 1)
}

/// Notes what came of a test. `false`: there is no such provider.
pub async fn note_check(
    db: &mut Db,
    id: SsoProviderId,
    at: Timestamp,
    error: Option<&str>,
) -> Result<bool, StoreError> {
    Ok(db.execute(NOTE_CHECK, &[Value::from(id), Value::from(at), Value::from(error)]).await? == 1)
}

/// Removes a provider with its identities and visits. `false`: the organisation has no such provider.
pub async fn delete(
    db: &mut Db,
    id: SsoProviderId,
    organisation: OrganisationId,
) -> Result<bool, StoreError> {
    Ok(db.execute(DELETE, &[Value::from(id), Value::from(organisation)]).await? == 1)
}

/// The provider with this identifier.
pub async fn by_id(db: &mut Db, id: SsoProviderId) -> Result<Option<SsoProviderRow>, StoreError> {
    db.query_opt(BY_ID, &[Value::from(id)]).await?.as_ref().map(SsoProviderRow::of).transpose()
}

/// The provider with this slug.
pub async fn by_slug(db: &mut Db, slug: &str) -> Result<Option<SsoProviderRow>, StoreError> {
    db.query_opt(BY_SLUG, &[Value::from(slug)]).await?.as_ref().map(SsoProviderRow::of).transpose()
}

/// The providers of an organisation, by slug.
pub async fn list(db: &mut Db, organisation: OrganisationId) -> Result<Vec<SsoProviderRow>, StoreError> {
    db.query(LIST, &[Value::from(organisation)]).await?.iter().map(SsoProviderRow::of).collect()
}

/// The providers of all organisations that may be used, by slug.
pub async fn enabled(db: &mut Db) -> Result<Vec<SsoProviderRow>, StoreError> {
    db.query(ENABLED, &[]).await?.iter().map(SsoProviderRow::of).collect()
}

/// The providers of all organisations, by slug.
pub async fn all(db: &mut Db) -> Result<Vec<SsoProviderRow>, StoreError> {
    db.query(ALL, &[]).await?.iter().map(SsoProviderRow::of).collect()
}

/// The client secret of a provider. One that does not open is [`StoreError::Corrupt`].
pub async fn secret(
    db: &mut Db,
    keys: &KeyRing,
    id: SsoProviderId,
) -> Result<Option<Zeroizing<String>>, StoreError> {
    let Some(row) = db.query_opt(BY_ID, &[Value::from(id)]).await? else { return Ok(None) };
    let bytes = open(keys, &row)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| StoreError::Corrupt("sso_provider.client_secret"))?;
    Ok(Some(Zeroizing::new(text.to_owned())))
}

/// How many client secrets are sealed under each master key.
pub async fn key_counts(db: &mut Db) -> Result<Vec<(KeyId, u64)>, StoreError> {
    let rows = db.query(KEY_COUNTS, &[]).await?;
    rows.iter().map(|row| Ok((KeyId(row.u32("key_id")?), row.count("n")?))).collect()
}

/// Seals at most `limit` client secrets anew under the active master key, and returns how many; zero means that none was
/// left. One that does not open stops the batch with [`StoreError::Corrupt`].
pub async fn reseal_batch(
    db: &mut Db,
    keys: &KeyRing,
    entropy: &dyn Entropy,
    limit: u32,
) -> Result<u64, StoreError> {
    let active = keys.active().0;
    let rows = db.query(TO_RESEAL, &[Value::from(active), Value::from(limit)]).await?;
    let mut resealed = 0;
    for row in &rows {
        let id = row.id("id")?;
        let sealed = keys.seal(entropy, &open(keys, row)?, &binding(id));
        let before = Value::from(row.blob("client_secret")?);
        let values = [Value::from(id), Value::from(sealed), Value::from(active), before];
        resealed += db.execute(RESEAL, &values).await?;
    }
    Ok(resealed)
}
