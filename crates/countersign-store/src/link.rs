//! One-time links: invitations, password resets, and the first administrator's address.

mod invitation;

pub(crate) use invitation::STATEMENTS as INVITATION_STATEMENTS;
pub use invitation::{
    count_invitations, invited_addresses, pending_invitation, pending_invitations, void_invitations_to_staff,
};

use countersign_core::email::EmailAddress;
use countersign_core::id::{AccountId, LinkId, OrganisationId};
use countersign_core::link::LinkPurpose;
use countersign_core::role::Role;
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// One link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkRow {
    /// Its identifier.
    pub id: LinkId,
    /// What it is good for.
    pub purpose: LinkPurpose,
    /// The account it is for; `None` where it will make one.
    pub account_id: Option<AccountId>,
    /// The organisation that the account belongs or will belong to.
    pub organisation_id: OrganisationId,
    /// The invited address, where one is fixed.
    pub email: Option<EmailAddress>,
    /// The role that the new account gets, where it makes one.
    pub role: Option<Role>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it can no longer be used.
    pub expires_at: Timestamp,
    /// When it was used or voided.
    pub spent_at: Option<Timestamp>,
    /// Who made it: an account's identifier or a word such as `command-line`.
    pub created_by: String,
    /// Whose invitation it is; `None`: the operator's, or no invitation. That account may be gone by now.
    pub invited_by: Option<AccountId>,
}

impl LinkRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        let email = row.text_opt("email")?;
        let role = row.text_opt("role")?;
        Ok(Self {
            id: row.id("link_id")?,
            purpose: LinkPurpose::parse(&row.text("purpose")?).ok_or(StoreError::Corrupt("link.purpose"))?,
            account_id: row.id_opt("account_id")?,
            organisation_id: row.id("organisation_id")?,
            email: email
                .map(|text| EmailAddress::parse(&text).map_err(|_| StoreError::Corrupt("link.email")))
                .transpose()?,
            role: role.map(|word| Role::parse(&word).ok_or(StoreError::Corrupt("link.role"))).transpose()?,
            created_at: row.time("created_at")?,
            expires_at: row.time("expires_at")?,
            spent_at: row.time_opt("spent_at")?,
            created_by: row.text("created_by")?,
            invited_by: row.id_opt("invited_by")?,
        })
    }
}

const CREATE: &str = "INSERT INTO link (id, token_hash, purpose, account_id, organisation_id, email, role, created_at, \
    expires_at, spent_at, created_by, invited_by) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id AS link_id, purpose, account_id, organisation_id, email, role, created_at, expires_at, \
             spent_at, created_by, invited_by FROM link ",
            $rest
        )
    };
}

const BY_TOKEN_HASH: &str = select!("WHERE token_hash = ?1");
const PENDING_OF: &str = select!(
    "WHERE account_id = ?1 AND purpose = ?2 AND spent_at IS NULL AND expires_at > ?3 \
     ORDER BY created_at DESC, id DESC LIMIT 1"
);
const SPEND: &str = "UPDATE link SET spent_at = ?2 WHERE id = ?1 AND spent_at IS NULL AND expires_at > ?2";
const DELETE_BY_TOKEN_HASH: &str = "DELETE FROM link WHERE token_hash = ?1";
const VOID_FOR: &str =
    "UPDATE link SET spent_at = ?3 WHERE account_id = ?1 AND purpose = ?2 AND spent_at IS NULL";
const VOID_MADE_BY: &str = "UPDATE link SET spent_at = ?4 WHERE account_id = ?1 AND purpose = ?2 AND created_by = ?3 \
    AND spent_at IS NULL";
const VOID_ALL_FOR: &str = "UPDATE link SET spent_at = ?2 WHERE account_id = ?1 AND spent_at IS NULL";
const VOID_OF_ORGANISATION: &str =
    "UPDATE link SET spent_at = ?3 WHERE organisation_id = ?1 AND purpose = ?2 AND spent_at IS NULL";

pub(crate) const STATEMENTS: &[&str] = &[
    CREATE,
    BY_TOKEN_HASH,
    PENDING_OF,
    SPEND,
    DELETE_BY_TOKEN_HASH,
    VOID_FOR,
    VOID_MADE_BY,
    VOID_ALL_FOR,
    VOID_OF_ORGANISATION,
];

/// Writes a link, to be found by the hash of its token.
pub async fn create(db: &mut Db, token_hash: &[u8; 32], link: &LinkRow) -> Result<(), StoreError> {
    let values = [
        Value::from(link.id),
        Value::from(token_hash),
        Value::from(link.purpose.as_str()),
        Value::from(link.account_id),
        Value::from(link.organisation_id),
        Value::from(link.email.as_ref().map(EmailAddress::as_str)),
        Value::from(link.role.map(Role::as_str)),
        Value::from(link.created_at),
        Value::from(link.expires_at),
        Value::from(link.spent_at),
        Value::from(link.created_by.as_str()),
        Value::from(link.invited_by),
    ];
    db.execute(CREATE, &values).await.map(drop)
}

/// The link with this token, whether or not it can still be used.
pub async fn by_token_hash(db: &mut Db, token_hash: &[u8; 32]) -> Result<Option<LinkRow>, StoreError> {
    db.query_opt(BY_TOKEN_HASH, &[Value::from(token_hash)]).await?.as_ref().map(LinkRow::of).transpose()
}

/// The newest link of one purpose that an account can still use at `now`.
pub async fn pending_of(
    db: &mut Db,
    account: AccountId,
    purpose: LinkPurpose,
    now: Timestamp,
) -> Result<Option<LinkRow>, StoreError> {
    let values = [Value::from(account), Value::from(purpose.as_str()), Value::from(now)];
    db.query_opt(PENDING_OF, &values).await?.as_ref().map(LinkRow::of).transpose()
}

/// Spends a link: of any number of callers exactly one gets `true`. `false`: it was used, voided, or is over.
pub async fn spend(db: &mut Db, id: LinkId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(SPEND, &[Value::from(id), Value::from(now)]).await? == 1)
}

/// Forgets the link with this token, which nobody was told. `false`: there is no such link.
pub async fn delete_by_token_hash(db: &mut Db, token_hash: &[u8; 32]) -> Result<bool, StoreError> {
    Ok(db.execute(DELETE_BY_TOKEN_HASH, &[Value::from(token_hash)]).await? == 1)
}

/// Voids an account's unused links of one purpose, and returns how many there were: only the latest request counts.
pub async fn void_for(
    db: &mut Db,
    account: AccountId,
    purpose: LinkPurpose,
    now: Timestamp,
) -> Result<u64, StoreError> {
    db.execute(VOID_FOR, &[Value::from(account), Value::from(purpose.as_str()), Value::from(now)]).await
}

/// As [`void_for`], but only those that were made by `maker`, as [`LinkRow::created_by`] names it.
pub async fn void_made_by(
    db: &mut Db,
    account: AccountId,
    purpose: LinkPurpose,
    maker: &str,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let values = [Value::from(account), Value::from(purpose.as_str()), Value::from(maker), Value::from(now)];
    db.execute(VOID_MADE_BY, &values).await
}

/// Voids all unused links of an account, whatever they are for, and returns how many there were.
pub async fn void_all_for(db: &mut Db, account: AccountId, now: Timestamp) -> Result<u64, StoreError> {
    db.execute(VOID_ALL_FOR, &[Value::from(account), Value::from(now)]).await
}

/// Voids an organisation's unused links of one purpose, and returns how many there were.
pub async fn void_of_organisation(
    db: &mut Db,
    organisation: OrganisationId,
    purpose: LinkPurpose,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let values = [Value::from(organisation), Value::from(purpose.as_str()), Value::from(now)];
    db.execute(VOID_OF_ORGANISATION, &values).await
}
