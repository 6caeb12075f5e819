//! Who somebody is at an identity provider: the pair of provider and subject, never an e-mail address (ASVS 5.0, 6.8.1
//! and 10.5.2).

use countersign_core::id::{AccountId, OrganisationId, SsoProviderId};
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// One identity, linked to an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SsoIdentityRow {
    /// Whose word it is.
    pub provider_id: SsoProviderId,
    /// Who it is there: the `sub` of its tokens.
    pub subject: String,
    /// The account it signs in to.
    pub account_id: AccountId,
    /// The address that the provider told last, to be shown; nothing is decided by it.
    pub email: Option<String>,
    /// When it was linked.
    pub created_at: Timestamp,
    /// When it last signed in or confirmed its owner.
    pub last_used_at: Option<Timestamp>,
}

/// An account's identity, with what its provider is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedIdentity {
    /// The identity.
    pub identity: SsoIdentityRow,
    /// The provider's slug.
    pub slug: String,
    /// The provider's name.
    pub name: String,
    /// Whether the provider may be used.
    pub enabled: bool,
}

impl SsoIdentityRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            provider_id: row.id("provider_id")?,
            subject: row.text("subject")?,
            account_id: row.id("account_id")?,
            email: row.text_opt("email")?,
            created_at: row.time("created_at")?,
            last_used_at: row.time_opt("last_used_at")?,
        })
    }
}

const CREATE: &str = "INSERT INTO sso_identity (provider_id, subject, account_id, email, created_at, last_used_at) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
const BY_SUBJECT: &str = "SELECT provider_id, subject, account_id, email, created_at, last_used_at FROM sso_identity \
    WHERE provider_id = ?1 AND subject = ?2";
const OF_ACCOUNT: &str = "SELECT i.provider_id AS provider_id, i.subject AS subject, i.account_id AS account_id, \
    i.email AS email, i.created_at AS created_at, i.last_used_at AS last_used_at, p.slug AS slug, p.name AS name, \
    p.enabled AS enabled FROM sso_identity i JOIN sso_provider p ON p.id = i.provider_id \
    WHERE i.account_id = ?1 ORDER BY p.slug";
const TOUCH: &str =
    "UPDATE sso_identity SET last_used_at = ?3, email = ?4 WHERE provider_id = ?1 AND subject = ?2";
const DELETE: &str = "DELETE FROM sso_identity WHERE provider_id = ?1 AND account_id = ?2";
const COUNTS: &str = "SELECT i.provider_id AS provider_id, COUNT(*) AS n FROM sso_identity i \
    JOIN sso_provider p ON p.id = i.provider_id WHERE p.organisation_id = ?1 GROUP BY i.provider_id";
const ONLY_WAY: &str = "SELECT COUNT(*) AS n FROM sso_identity i JOIN account a ON a.id = i.account_id \
    WHERE i.provider_id = ?1 AND a.password_hash IS NULL AND NOT EXISTS \
    (SELECT 1 FROM sso_identity o WHERE o.account_id = i.account_id AND o.provider_id <> ?1)";

const DELETE_ALL: &str = "DELETE FROM sso_identity WHERE account_id = ?1";
const END_SESSIONS: &str =
    "DELETE FROM session WHERE account_id IN (SELECT account_id FROM sso_identity WHERE provider_id = ?1)";
const END_TOKENS: &str = "UPDATE api_token SET ended_at = ?2 WHERE ended_at IS NULL AND account_id IN \
    (SELECT account_id FROM sso_identity WHERE provider_id = ?1)";

pub(crate) const STATEMENTS: &[&str] =
    &[CREATE, BY_SUBJECT, OF_ACCOUNT, TOUCH, DELETE, COUNTS, ONLY_WAY, DELETE_ALL, END_SESSIONS, END_TOKENS];

/// Links an identity to its account. `false`: it is linked already, or the account has one of this provider, and
/// nothing was written.
pub async fn create(db: &mut Db, row: &SsoIdentityRow) -> Result<bool, StoreError> {
    let values = [
        Value::from(row.provider_id),
        Value::from(row.subject.as_str()),
        Value::from(row.account_id),
        Value::from(row.email.as_deref()),
        Value::from(row.created_at),
        Value::from(row.last_used_at),
    ];
    Ok(db.execute(CREATE, &values).await? == 1)
}

/// The identity that a provider calls so.
pub async fn by_subject(
    db: &mut Db,
    provider: SsoProviderId,
    subject: &str,
) -> Result<Option<SsoIdentityRow>, StoreError> {
    let row = db.query_opt(BY_SUBJECT, &[Value::from(provider), Value::from(subject)]).await?;
    row.as_ref().map(SsoIdentityRow::of).transpose()
}

/// The identities of an account, by the providers' slugs.
pub async fn of_account(db: &mut Db, account: AccountId) -> Result<Vec<LinkedIdentity>, StoreError> {
    let rows = db.query(OF_ACCOUNT, &[Value::from(account)]).await?;
    rows.iter()
        .map(|row| {
            Ok(LinkedIdentity {
                identity: SsoIdentityRow::of(row)?,
                slug: row.text("slug")?,
                name: row.text("name")?,
                enabled: row.int("enabled")? != 0,
            })
        })
        .collect()
}

/// Notes that an identity was used, and the address that came with it. `false`: it is linked to nothing any more.
pub async fn touch(
    db: &mut Db,
    provider: SsoProviderId,
    subject: &str,
    now: Timestamp,
    email: Option<&str>,
) -> Result<bool, StoreError> {
    let values = [Value::from(provider), Value::from(subject), Value::from(now), Value::from(email)];
    Ok(db.execute(TOUCH, &values).await? == 1)
}

/// Unlinks a provider from an account. `false`: it was not linked.
pub async fn delete(db: &mut Db, provider: SsoProviderId, account: AccountId) -> Result<bool, StoreError> {
    Ok(db.execute(DELETE, &[Value::from(provider), Value::from(account)]).await? == 1)
}

/// Unlinks every provider from an account, and returns how many there were.
pub async fn delete_all(db: &mut Db, account: AccountId) -> Result<u64, StoreError> {
    db.execute(DELETE_ALL, &[Value::from(account)]).await
}

/// Ends every session and API token of the accounts that a provider signs in to, and returns how many sessions there were:
/// what it opened is no longer to be trusted.
pub async fn end_all(db: &mut Db, provider: SsoProviderId, now: Timestamp) -> Result<u64, StoreError> {
    db.execute(END_TOKENS, &[Value::from(provider), Value::from(now)]).await?;
    db.execute(END_SESSIONS, &[Value::from(provider)]).await
}

/// How many identities each provider of an organisation has; one without any is not in it.
pub async fn counts(
    db: &mut Db,
    organisation: OrganisationId,
) -> Result<Vec<(SsoProviderId, u64)>, StoreError> {
    let rows = db.query(COUNTS, &[Value::from(organisation)]).await?;
    rows.iter().map(|row| Ok((row.id("provider_id")?, row.count("n")?))).collect()
}

/// How many accounts have no other way to sign in than this provider: neither a password nor another identity.
pub async fn only_way(db: &mut Db, provider: SsoProviderId) -> Result<u64, StoreError> {
    let row = db.query_opt(ONLY_WAY, &[Value::from(provider)]).await?;
    row.ok_or(StoreError::Corrupt("a count"))?.count("n")
}
