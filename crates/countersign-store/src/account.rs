//! Accounts: who may sign in, and what voids what was proved before (the two versions).

use countersign_core::email::EmailAddress;
use countersign_core::id::{AccountId, OrganisationId};
use countersign_core::keys::KeyId;
use countersign_core::method::Method;
use countersign_core::password::PasswordHash;
use countersign_core::role::Role;
use countersign_core::time::Timestamp;

use crate::db::{Db, Row, Value};
use crate::error::StoreError;

mod address;
mod enrolment;
mod pepper;
mod search;
mod telegram;

pub(crate) use address::STATEMENTS as ADDRESS_STATEMENTS;
pub use address::{
    is_taken, is_taken_by_other, restore_email, set_email, set_email_verified, taken, taken_within,
};
pub(crate) use enrolment::STATEMENTS as ENROLMENT_STATEMENTS;
pub use enrolment::{put_off, reminded, to_remind};
pub(crate) use pepper::STATEMENTS as PEPPER_STATEMENTS;
pub use pepper::{count_by_pepper_key, forget_passwords};
pub(crate) use search::STATEMENTS as SEARCH_STATEMENTS;
pub use search::search;
pub(crate) use telegram::STATEMENTS as TELEGRAM_STATEMENTS;
pub use telegram::{forget_telegram_refusals, note_telegram_refusal, set_telegram};

/// Whether an account may sign in at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// It may.
    Active,
    /// An operator has closed it; nothing of it was removed.
    Disabled,
}

impl AccountState {
    /// The word in the database and in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    /// Reads [`AccountState::as_str`] back.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::Disabled].into_iter().find(|state| state.as_str() == word)
    }
}

/// One account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Its identifier.
    pub id: AccountId,
    /// The organisation whose policy it is under.
    pub organisation_id: OrganisationId,
    /// The address that signs in, as its owner wrote it.
    pub email: EmailAddress,
    /// The name shown in the portal.
    pub display_name: String,
    /// The language chosen in the profile (`en`, `de`); `None` leaves it to the browser.
    pub language: Option<String>,
    /// What it may do.
    pub role: Role,
    /// Whether it may sign in at all.
    pub state: AccountState,
    /// When the address was proved, if it was.
    pub email_verified_at: Option<Timestamp>,
    /// The password's hash; `None` for an invited account that has not chosen one.
    pub password: Option<PasswordHash>,
    /// Raised whenever the password changes; what was made under another version is dead.
    pub password_version: i64,
    /// Raised whenever a factor is added or removed; a challenge made under another version is dead.
    pub factor_version: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last signed in completely.
    pub last_sign_in_at: Option<Timestamp>,
    /// Since when codes may be sent to its address as a second step; `None`: they may not.
    pub email_codes_at: Option<Timestamp>,
    /// The method that answered its last second step.
    pub last_method: Option<Method>,
    /// When a reset link sent by mail last set its password, as long as that matters.
    pub mail_reset_at: Option<Timestamp>,
    /// When changes to how it signs in were locked; `None`: they are open.
    pub changes_locked_at: Option<Timestamp>,
    /// The address of before, while a change can still be undone.
    pub previous_email: Option<EmailAddress>,
    /// Until when the address of before stays reserved for it.
    pub previous_email_until: Option<Timestamp>,
    /// When its owner last put the set-up of a second step off.
    pub not_now_at: Option<Timestamp>,
    /// When its owner was last reminded that a second step will be required.
    pub enrolment_reminded_at: Option<Timestamp>,
}

/// The columns of an account, from a table named `a`, under names that no other table's columns have in a join.
macro_rules! account_columns {
    () => {
        "a.id AS account_id, a.organisation_id AS organisation_id, a.email AS email, \
         a.display_name AS display_name, a.language AS language, a.role AS role, a.state AS state, \
         a.email_verified_at AS email_verified_at, a.password_hash AS password_hash, a.pepper_key AS pepper_key, \
         a.password_version AS password_version, a.factor_version AS factor_version, \
         a.created_at AS account_created_at, a.last_sign_in_at AS last_sign_in_at, \
         a.email_codes_at AS email_codes_at, a.last_method AS last_method, a.mail_reset_at AS mail_reset_at, \
         a.changes_locked_at AS changes_locked_at, a.previous_email AS previous_email, \
         a.previous_email_until AS previous_email_until, a.not_now_at AS not_now_at, \
         a.enrolment_reminded_at AS enrolment_reminded_at"
    };
}
pub(crate) use account_columns;

impl AccountRow {
    pub(crate) fn of(row: &Row) -> Result<Self, StoreError> {
        let previous = row.text_opt("previous_email")?;
        let method = row.text_opt("last_method")?;
        Ok(Self {
            id: row.id("account_id")?,
            organisation_id: row.id("organisation_id")?,
            email: EmailAddress::parse(&row.text("email")?)
                .map_err(|_| StoreError::Corrupt("account.email"))?,
            display_name: row.text("display_name")?,
            language: row.text_opt("language")?,
            role: Role::parse(&row.text("role")?).ok_or(StoreError::Corrupt("account.role"))?,
            state: AccountState::parse(&row.text("state")?).ok_or(StoreError::Corrupt("account.state"))?,
            email_verified_at: row.time_opt("email_verified_at")?,
            password: read_password(row)?,
            password_version: row.int("password_version")?,
            factor_version: row.int("factor_version")?,
            created_at: row.time("account_created_at")?,
            last_sign_in_at: row.time_opt("last_sign_in_at")?,
            email_codes_at: row.time_opt("email_codes_at")?,
            last_method: method
                .map(|word| Method::parse(&word).ok_or(StoreError::Corrupt("account.last_method")))
                .transpose()?,
            mail_reset_at: row.time_opt("mail_reset_at")?,
            changes_locked_at: row.time_opt("changes_locked_at")?,
            previous_email: previous
                .map(|text| EmailAddress::parse(&text))
                .transpose()
                .map_err(|_| StoreError::Corrupt("account.previous_email"))?,
            previous_email_until: row.time_opt("previous_email_until")?,
            not_now_at: row.time_opt("not_now_at")?,
            enrolment_reminded_at: row.time_opt("enrolment_reminded_at")?,
        })
    }
}

fn read_password(row: &Row) -> Result<Option<PasswordHash>, StoreError> {
    let key = row.u32_opt("pepper_key")?.map(KeyId);
    match (row.text_opt("password_hash")?, key) {
        (Some(phc), Some(pepper_key)) => Ok(Some(PasswordHash { phc, pepper_key })),
        (None, None) => Ok(None),
        _ => Err(StoreError::Corrupt("account.password_hash")),
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", account_columns!(), " FROM account a ", $rest)
    };
}

const CREATE: &str = "INSERT INTO account (id, organisation_id, email, email_key, display_name, language, role, state, \
    email_verified_at, password_hash, pepper_key, password_version, factor_version, created_at, last_sign_in_at, \
    email_codes_at, last_method, mail_reset_at, changes_locked_at, previous_email, previous_email_key, \
    previous_email_until, not_now_at, enrolment_reminded_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, \
    ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24) ON CONFLICT (email_key) DO NOTHING";
const BY_ID: &str = select!("WHERE a.id = ?1");
const BY_EMAIL_KEY: &str = select!("WHERE a.email_key = ?1");
const LIST: &str = select!(
    "WHERE a.email_key > ?1 AND (a.email_key LIKE ?2 ESCAPE '\\' OR LOWER(a.display_name) LIKE ?2 ESCAPE '\\') \
     ORDER BY a.email_key LIMIT ?3"
);
const LIST_OF: &str = select!(
    "WHERE a.organisation_id = ?4 AND a.email_key > ?1 \
     AND (a.email_key LIKE ?2 ESCAPE '\\' OR LOWER(a.display_name) LIKE ?2 ESCAPE '\\') \
     ORDER BY a.email_key LIMIT ?3"
);
const SET_PASSWORD: &str = "UPDATE account SET password_hash = ?2, pepper_key = ?3, \
    password_version = password_version + 1 WHERE id = ?1 RETURNING password_version";
const HOLD: &str = "UPDATE account SET password_version = password_version \
    WHERE id = ?1 AND password_version = ?2 AND state = 'active'";
const REHASH: &str = "UPDATE account SET password_hash = ?2, pepper_key = ?3 \
    WHERE id = ?1 AND password_hash IS NOT NULL AND password_version = ?4";
const BUMP_FACTOR: &str =
    "UPDATE account SET factor_version = factor_version + 1 WHERE id = ?1 RETURNING factor_version";
const LOCK: &str = "UPDATE account SET factor_version = factor_version WHERE id = ?1";
const SET_PROFILE: &str = "UPDATE account SET display_name = ?2, language = ?3 WHERE id = ?1";
const SET_STATE: &str = "UPDATE account SET state = ?2 WHERE id = ?1 AND state <> ?2";
const SET_ROLE: &str = "UPDATE account SET role = ?2 WHERE id = ?1 AND role <> ?2";
const TOUCH_SIGN_IN: &str =
    "UPDATE account SET last_sign_in_at = ?2, last_method = COALESCE(?3, last_method) WHERE id = ?1";
const SET_EMAIL_CODES: &str = "UPDATE account SET email_codes_at = ?2 WHERE id = ?1";
const SET_MAIL_RESET: &str = "UPDATE account SET mail_reset_at = ?2 WHERE id = ?1";
const LOCK_CHANGES: &str =
    "UPDATE account SET changes_locked_at = ?2 WHERE id = ?1 AND changes_locked_at IS NULL";
const UNLOCK_CHANGES: &str =
    "UPDATE account SET changes_locked_at = NULL WHERE id = ?1 AND changes_locked_at IS NOT NULL";
const COUNT: &str = "SELECT COUNT(*) AS n FROM account";
const COUNT_ROLE: &str = "SELECT COUNT(*) AS n FROM account WHERE role = ?1 AND state = 'active'";
pub(crate) const STATEMENTS: &[&str] = &[
    CREATE,
    BY_ID,
    BY_EMAIL_KEY,
    LIST,
    LIST_OF,
    SET_PASSWORD,
    HOLD,
    REHASH,
    BUMP_FACTOR,
    LOCK,
    SET_PROFILE,
    SET_STATE,
    SET_ROLE,
    TOUCH_SIGN_IN,
    SET_EMAIL_CODES,
    SET_MAIL_RESET,
    LOCK_CHANGES,
    UNLOCK_CHANGES,
    COUNT,
    COUNT_ROLE,
];

/// Which accounts a list shows.
#[derive(Clone, Debug, Default)]
pub struct AccountFilter {
    /// Only this organisation's accounts.
    pub organisation: Option<OrganisationId>,
    /// Only accounts whose address or name contains this, capitals aside (beyond ASCII, a name's capitals may count).
    pub search: Option<String>,
    /// Only accounts whose address key comes after this one: the last of the page before.
    pub after: Option<String>,
}

/// Adds an account. `false`: the address is taken and nothing was written.
pub async fn create(db: &mut Db, account: &AccountRow) -> Result<bool, StoreError> {
    Ok(db.execute(CREATE, &values(account)).await? == 1)
}

/// Adds accounts, on PostgreSQL without waiting for one before sending the next. Tells of each whether it was added: a
/// taken address is left as it is. One that is only reserved is for [`taken`] to tell.
pub async fn create_all<'a>(
    db: &mut Db,
    accounts: impl IntoIterator<Item = &'a AccountRow>,
) -> Result<Vec<bool>, StoreError> {
    let statements: Vec<_> = accounts.into_iter().map(|account| (CREATE, values(account))).collect();
    Ok(db.execute_all(&statements).await?.into_iter().map(|rows| rows == 1).collect())
}

fn values(account: &AccountRow) -> Vec<Value> {
    vec![
        Value::from(account.id),
        Value::from(account.organisation_id),
        Value::from(account.email.as_str()),
        Value::from(account.email.key()),
        Value::from(account.display_name.as_str()),
        Value::from(account.language.as_deref()),
        Value::from(account.role.as_str()),
        Value::from(account.state.as_str()),
        Value::from(account.email_verified_at),
        Value::from(account.password.as_ref().map(|hash| hash.phc.as_str())),
        Value::from(account.password.as_ref().map(|hash| hash.pepper_key.0)),
        Value::from(account.password_version),
        Value::from(account.factor_version),
        Value::from(account.created_at),
        Value::from(account.last_sign_in_at),
        Value::from(account.email_codes_at),
        Value::from(account.last_method.map(Method::as_str)),
        Value::from(account.mail_reset_at),
        Value::from(account.changes_locked_at),
        Value::from(account.previous_email.as_ref().map(EmailAddress::as_str)),
        Value::from(account.previous_email.as_ref().map(EmailAddress::key)),
        Value::from(account.previous_email_until),
        Value::from(account.not_now_at),
        Value::from(account.enrolment_reminded_at),
    ]
}

/// The account with this identifier.
pub async fn by_id(db: &mut Db, id: AccountId) -> Result<Option<AccountRow>, StoreError> {
    db.query_opt(BY_ID, &[Value::from(id)]).await?.as_ref().map(AccountRow::of).transpose()
}

/// The account with this address, by [`EmailAddress::key`].
pub async fn by_email_key(db: &mut Db, email_key: &str) -> Result<Option<AccountRow>, StoreError> {
    db.query_opt(BY_EMAIL_KEY, &[Value::from(email_key)]).await?.as_ref().map(AccountRow::of).transpose()
}

/// A page of at most `most` accounts, in the order of their address keys.
pub async fn list(db: &mut Db, filter: &AccountFilter, most: u32) -> Result<Vec<AccountRow>, StoreError> {
    let mut values = vec![
        Value::from(filter.after.as_deref().unwrap_or_default()),
        Value::from(pattern(filter.search.as_deref().unwrap_or_default())),
        Value::from(most),
    ];
    let rows = if let Some(organisation) = filter.organisation {
        values.push(Value::from(organisation));
        db.query(LIST_OF, &values).await?
    } else {
        db.query(LIST, &values).await?
    };
    rows.iter().map(AccountRow::of).collect()
}

/// The LIKE pattern for "contains this text", whose own wildcards are taken literally.
pub(crate) fn pattern(search: &str) -> String {
    let mut pattern = String::from("%");
    for letter in search.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// Sets a new password and returns the password version that counts from now on. `None`: there is no such account.
pub async fn set_password(
    db: &mut Db,
    id: AccountId,
    password: &PasswordHash,
) -> Result<Option<i64>, StoreError> {
    let values = [Value::from(id), Value::from(password.phc.as_str()), Value::from(password.pepper_key.0)];
    db.query_opt(SET_PASSWORD, &values).await?.map(|row| row.int("password_version")).transpose()
}

/// Holds the row of an active account until the transaction ends, if its password is still of this version: a change of
/// the password, of the factors or of the state then comes wholly before what follows or wholly after it. `false`: one
/// of them came before.
pub async fn hold(db: &mut Db, id: AccountId, password_version: i64) -> Result<bool, StoreError> {
    Ok(db.execute(HOLD, &[Value::from(id), Value::from(password_version)]).await? == 1)
}

/// Stores the same password under newer parameters or a newer pepper, when its version is still the one that was
/// checked. `false`: the password was changed meanwhile and nothing was written.
pub async fn rehash(
    db: &mut Db,
    id: AccountId,
    password_version: i64,
    password: &PasswordHash,
) -> Result<bool, StoreError> {
    let values = [
        Value::from(id),
        Value::from(password.phc.as_str()),
        Value::from(password.pepper_key.0),
        Value::from(password_version),
    ];
    Ok(db.execute(REHASH, &values).await? == 1)
}

/// Voids the challenges that rest on the present factors and returns the new version. `None`: there is no such
/// account. The row stays locked until the transaction ends, so changes of one account's factors queue behind it.
pub async fn bump_factor_version(db: &mut Db, id: AccountId) -> Result<Option<i64>, StoreError> {
    let row = db.query_opt(BUMP_FACTOR, &[Value::from(id)]).await?;
    row.map(|row| row.int("factor_version")).transpose()
}

/// Locks the account's row until the transaction ends, so that whoever counts what hangs on it counts alone. `false`:
/// there is no such account.
pub async fn lock(db: &mut Db, id: AccountId) -> Result<bool, StoreError> {
    Ok(db.execute(LOCK, &[Value::from(id)]).await? == 1)
}

/// Changes the name and the language. `false`: there is no such account.
pub async fn set_profile(
    db: &mut Db,
    id: AccountId,
    display_name: &str,
    language: Option<&str>,
) -> Result<bool, StoreError> {
    let values = [Value::from(id), Value::from(display_name), Value::from(language)];
    Ok(db.execute(SET_PROFILE, &values).await? == 1)
}

/// Opens or closes an account. `false`: it was so already, or there is none.
pub async fn set_state(db: &mut Db, id: AccountId, state: AccountState) -> Result<bool, StoreError> {
    Ok(db.execute(SET_STATE, &[Value::from(id), Value::from(state.as_str())]).await? == 1)
}

/// Gives an account another role. `false`: it had it already, or there is none.
pub async fn set_role(db: &mut Db, id: AccountId, role: Role) -> Result<bool, StoreError> {
    Ok(db.execute(SET_ROLE, &[Value::from(id), Value::from(role.as_str())]).await? == 1)
}

/// Notes a complete sign-in, and by which method its second step was answered; `None` leaves the last one noted.
pub async fn touch_sign_in(
    db: &mut Db,
    id: AccountId,
    now: Timestamp,
    method: Option<Method>,
) -> Result<(), StoreError> {
    let values = [Value::from(id), Value::from(now), Value::from(method.map(Method::as_str))];
    db.execute(TOUCH_SIGN_IN, &values).await.map(drop)
}

/// Lets codes be sent to the address from `since` on, or no longer. `false`: there is no such account.
pub async fn set_email_codes(
    db: &mut Db,
    id: AccountId,
    since: Option<Timestamp>,
) -> Result<bool, StoreError> {
    Ok(db.execute(SET_EMAIL_CODES, &[Value::from(id), Value::from(since)]).await? == 1)
}

/// Notes that a reset by mail set the password, or forgets it. `false`: there is no such account.
pub async fn set_mail_reset(db: &mut Db, id: AccountId, at: Option<Timestamp>) -> Result<bool, StoreError> {
    Ok(db.execute(SET_MAIL_RESET, &[Value::from(id), Value::from(at)]).await? == 1)
}

/// Locks changes to how an account signs in. `false`: they were locked before, whose time stays, or there is no such
/// account.
pub async fn lock_changes(db: &mut Db, id: AccountId, now: Timestamp) -> Result<bool, StoreError> {
    Ok(db.execute(LOCK_CHANGES, &[Value::from(id), Value::from(now)]).await? == 1)
}

/// Opens changes again. `false`: they were open, or there is no such account.
pub async fn unlock_changes(db: &mut Db, id: AccountId) -> Result<bool, StoreError> {
    Ok(db.execute(UNLOCK_CHANGES, &[Value::from(id)]).await? == 1)
}

/// How many accounts there are.
pub async fn count(db: &mut Db) -> Result<u64, StoreError> {
    one_count(db, COUNT, &[]).await
}

/// How many active accounts have this role.
pub async fn count_role(db: &mut Db, role: Role) -> Result<u64, StoreError> {
    one_count(db, COUNT_ROLE, &[Value::from(role.as_str())]).await
}

async fn one_count(db: &mut Db, sql: &'static str, values: &[Value]) -> Result<u64, StoreError> {
    let row = db.query_opt(sql, values).await?.ok_or(StoreError::Corrupt("count"))?;
    row.count("n")
}
