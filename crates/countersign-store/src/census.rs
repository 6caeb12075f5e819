//! How many accounts of an organisation are alike in everything that a policy looks at, for telling whom a change touches.

use countersign_core::id::OrganisationId;
use countersign_core::role::Role;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// Accounts that are alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CensusRow {
    /// Their role.
    pub role: Role,
    /// Whether they have a confirmed authenticator.
    pub authenticators: bool,
    /// Whether their codes by e-mail are on.
    pub email_codes: bool,
    /// Whether they have a recovery key that was not used.
    pub recovery_key: bool,
    /// Whether Telegram is on and can be asked.
    pub telegram: bool,
    /// Whether they have a proved phone number.
    pub phone: bool,
    /// How many there are.
    pub accounts: u64,
}

impl CensusRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        let role = Role::parse(&row.text("role")?).ok_or(StoreError::Corrupt("account.role"))?;
        let accounts = u64::try_from(row.int("accounts")?).map_err(|_| StoreError::Corrupt("accounts"))?;
        Ok(Self {
            role,
            authenticators: row.int("authenticators")? > 0,
            email_codes: row.int("email_codes")? > 0,
            recovery_key: row.int("recovery_key")? > 0,
            telegram: row.int("telegram")? > 0,
            phone: row.int("phone")? > 0,
            accounts,
        })
    }
}

// One walk over the organisation's accounts; what is enrolled is gathered by hash joins and not account by account.
const OF_ORGANISATION: &str = "SELECT a.role AS role, \
    COUNT(f.account_id) AS authenticators, COUNT(a.email_codes_at) AS email_codes, \
    COUNT(r.account_id) AS recovery_key, COUNT(g.account_id) AS telegram, COUNT(n.account_id) AS phone, \
    COUNT(*) AS accounts \
    FROM account a \
    LEFT JOIN (SELECT DISTINCT account_id FROM authenticator WHERE confirmed_at IS NOT NULL) f \
    ON f.account_id = a.id \
    LEFT JOIN recovery_key r ON r.account_id = a.id AND r.spent_at IS NULL \
    LEFT JOIN (SELECT DISTINCT account_id FROM telegram_account WHERE blocked_at IS NULL) g \
    ON g.account_id = a.id AND a.telegram_at IS NOT NULL \
    LEFT JOIN (SELECT DISTINCT account_id FROM phone_number WHERE confirmed_at IS NOT NULL) n \
    ON n.account_id = a.id \
    WHERE a.organisation_id = ?1 AND a.state = 'active' \
    GROUP BY a.role, CASE WHEN f.account_id IS NULL THEN 0 ELSE 1 END, \
    CASE WHEN a.email_codes_at IS NULL THEN 0 ELSE 1 END, CASE WHEN r.account_id IS NULL THEN 0 ELSE 1 END, \
    CASE WHEN g.account_id IS NULL THEN 0 ELSE 1 END, CASE WHEN n.account_id IS NULL THEN 0 ELSE 1 END";

pub(crate) const STATEMENTS: &[&str] = &[OF_ORGANISATION];

/// The active accounts of an organisation, by role and by what they have enrolled. In no order.
pub async fn of_organisation(
    db: &mut Db,
    organisation: OrganisationId,
) -> Result<Vec<CensusRow>, StoreError> {
    db.query(OF_ORGANISATION, &[Value::from(organisation)]).await?.iter().map(CensusRow::of).collect()
}
