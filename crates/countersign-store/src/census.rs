//! How many accounts of an organisation are alike in everything that a policy looks at, for telling whom a change touches.

use countersign_core::id::OrganisationId;
use countersign_core::method::Method;
use countersign_core::role::Role;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

/// Accounts that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CensusRow {
    /// Their role.
    pub role: Role,
    /// What they have, in the order of [`Method::ALL`]: a confirmed authenticator, codes by e-mail that are on, Telegram that is
    /// on and can be asked, a proved phone number, a recovery key that was not used.
    pub methods: Vec<Method>,
    /// How many there are.
    pub accounts: u64,
}

impl CensusRow {
    fn of(row: &Row) -> Result<Self, StoreError> {
        let role = Role::parse(&row.text("role")?).ok_or(StoreError::Corrupt("account.role"))?;
        let accounts = u64::try_from(row.int("accounts")?).map_err(|_| StoreError::Corrupt("accounts"))?;
        let mut methods = Vec::new();
        for &method in Method::ALL {
            let have = match method {
                Method::Authenticator => row.int("authenticators")?,
                Method::Email => row.int("email_codes")?,
                Method::Telegram => row.int("telegram")?,
                Method::Phone => row.int("phone")?,
                Method::RecoveryKey => row.int("recovery_key")?,
                Method::SupportCode => 0,
            };
            if have > 0 {
                methods.push(method);
            }
        }
        Ok(Self { role, methods, accounts })
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
