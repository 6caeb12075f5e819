//! Finding the account of whoever asks the support desk.

use countersign_core::email::EmailAddress;
use countersign_core::id::OrganisationId;

use crate::db::{Db, Value};
use crate::error::StoreError;

use super::{AccountRow, account_columns, pattern};

macro_rules! search {
    ($who:literal) => {
        concat!(
            "SELECT ",
            account_columns!(),
            " FROM account a WHERE a.organisation_id = ?1 AND ",
            $who,
            "(a.email_key LIKE ?2 ESCAPE '\\' OR LOWER(a.display_name) LIKE ?2 ESCAPE '\\') \
             ORDER BY CASE WHEN a.email_key = ?3 THEN 0 ELSE 1 END, a.email_key LIMIT ?4"
        )
    };
}

const EVERYBODY: &str = search!("");
const MEMBERS: &str = search!("a.role = 'member' AND ");

pub(crate) const STATEMENTS: &[&str] = &[EVERYBODY, MEMBERS];

/// At most `most` accounts of an organisation whose address or name contains this, the one whose address it is first.
/// `staff`: also accounts that are staff.
pub async fn search(
    db: &mut Db,
    organisation: OrganisationId,
    text: &str,
    staff: bool,
    most: u32,
) -> Result<Vec<AccountRow>, StoreError> {
    let exact = EmailAddress::parse(text).map(|address| address.key()).unwrap_or_default();
    let values =
        [Value::from(organisation), Value::from(pattern(text)), Value::from(exact), Value::from(most)];
    let rows = db.query(if staff { EVERYBODY } else { MEMBERS }, &values).await?;
    rows.iter().map(AccountRow::of).collect()
}
