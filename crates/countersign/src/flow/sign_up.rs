//! Signing up, where the organisation's policy leaves it open.
//!
//! A taken address is answered like a free one, at the same cost. Where mail goes out, a letter to the address finishes the
//! sign-up, or tells its owner that there is an account already; where none does, the page says to sign in next, and only
//! somebody who then signs in learns which it was. Those tries are limited.

use countersign_core::audit::Event;
use countersign_core::email::EmailAddress;
use countersign_core::id::{AccountId, OrganisationId};
use countersign_core::limits::{CounterKey, Refused};
use countersign_core::name::DisplayName;
use countersign_core::password::{PasswordHash, SHORTEST_ALONE};
use countersign_core::policy::SignUp;
use countersign_core::role::Role;
use countersign_core::secret::Password;
use countersign_core::text::Text;
use countersign_store::account::{AccountRow, AccountState};
use countersign_store::organisation::OrganisationRow;
use countersign_store::{Db, StoreError, account, audit};

use super::limit::Charges;
use super::password::Around;
use super::{About, Call, FieldFault, FlowError, password, policy};

mod ask;

pub(super) use ask::finish;

/// What the sign-up form brings.
pub struct Application {
    /// The address as typed.
    pub email: String,
    /// The name to greet by.
    pub display_name: String,
    /// The password to be.
    pub password: Password,
    /// The language of the page, kept in the profile.
    pub language: Option<String>,
    /// The organisation's slug; the installation's first organisation without it.
    pub organisation: Option<String>,
}

/// Whether this organisation lets people sign up. `NotFound`: there is no such organisation.
pub async fn is_open(call: &Call, slug: Option<&str>) -> Result<bool, FlowError> {
    let (_, rules) = policy::of_slug(call, slug).await?;
    Ok(rules.sign_up == SignUp::Open)
}

/// How a sign-up goes on. Neither tells whether the address was free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignedUp {
    /// There is an account to sign in to.
    Made,
    /// A letter is on its way, which finishes it.
    Asked,
}

/// Makes an account, or where mail goes out, has its address confirmed first. The answer is the same for a taken address.
pub async fn sign_up(call: &Call, application: Application) -> Result<SignedUp, FlowError> {
    let (organisation, rules) = policy::of_slug(call, application.organisation.as_deref()).await?;
    if rules.sign_up != SignUp::Open {
        return Err(FlowError::Forbidden(Text::new("sign-up-not-open")));
    }
    let (email, name) = checked(call, &application, &organisation)?;
    let charges = Charges::new(vec![CounterKey::sign_up_address(&call.origin.address)]);
    let mut db = call.reader().await?;
    if let Err(refused) = charges.peek(&mut db, call.now).await? {
        return Err(FlowError::TooMany { until: refused.until });
    }
    drop(db);
    let hash = call.deps.hasher.hash(application.password).await?;
    let language = application.language.filter(|code| super::account::LANGUAGES.contains(&code.as_str()));
    if call.deps.mail {
        let asking = ask::Asking { call: call.clone(), charges, organisation, email, name, language, hash };
        let job = call.deps.store.write(asking, |tx, asking| Box::pin(asking.settle(tx)));
        job.await??;
        call.deps.post_wake.notify_one();
        return Ok(SignedUp::Asked);
    }
    let mut row = new_row(call, organisation.id, &email, &name, Role::Member, &hash);
    row.language = language;
    let data = Joining { call: call.clone(), charges, organisation, row };
    let job = call.deps.store.write(data, |tx, joining| Box::pin(joining.settle(tx)));
    job.await??;
    Ok(SignedUp::Made)
}

fn checked(
    call: &Call,
    application: &Application,
    organisation: &OrganisationRow,
) -> Result<(EmailAddress, DisplayName), FlowError> {
    let mut faults = Vec::new();
    let email = EmailAddress::parse(&application.email);
    if let Err(fault) = &email {
        faults.push(FieldFault { field: "email", text: fault.text() });
    }
    let name = DisplayName::parse(&application.display_name);
    if let Err(fault) = &name {
        faults.push(FieldFault { field: "display_name", text: fault.text() });
    }
    let around = Around {
        email: email.as_ref().map_or("", EmailAddress::as_str),
        name: name.as_ref().map_or("", DisplayName::as_str),
        organisation: &organisation.name,
    };
    faults.extend(password::check(call, "password", &application.password, &around, SHORTEST_ALONE));
    match (email, name) {
        (Ok(email), Ok(name)) if faults.is_empty() => Ok((email, name)),
        _ => Err(FlowError::Invalid(faults)),
    }
}

/// The password version of a new account.
pub(super) const FIRST_VERSION: i64 = 1;

/// An account as it is born: active, unverified, no factor.
pub(super) fn new_row(
    call: &Call,
    organisation: OrganisationId,
    email: &EmailAddress,
    name: &DisplayName,
    role: Role,
    hash: &PasswordHash,
) -> AccountRow {
    AccountRow { password: Some(hash.clone()), ..bare_row(call, organisation, email, name, role) }
}

/// As [`new_row`], without a password.
pub(super) fn bare_row(
    call: &Call,
    organisation: OrganisationId,
    email: &EmailAddress,
    name: &DisplayName,
    role: Role,
) -> AccountRow {
    AccountRow {
        id: AccountId::new(call.now, call.entropy()),
        organisation_id: organisation,
        email: email.clone(),
        display_name: name.as_str().to_owned(),
        language: None,
        role,
        state: AccountState::Active,
        email_verified_at: None,
        password: None,
        password_version: FIRST_VERSION,
        factor_version: 1,
        created_at: call.now,
        last_sign_in_at: None,
        email_codes_at: None,
        last_method: None,
        mail_reset_at: None,
        changes_locked_at: None,
        previous_email: None,
        previous_email_until: None,
        not_now_at: None,
        enrolment_reminded_at: None,
    }
}

struct Joining {
    call: Call,
    charges: Charges,
    organisation: OrganisationRow,
    row: AccountRow,
}

impl Joining {
    async fn settle(&self, tx: &mut Db) -> Result<Result<(), Refused>, StoreError> {
        let mut locked = self.charges.lock(tx).await?;
        if let Err(refused) = locked.check(self.call.now) {
            return Ok(Err(refused));
        }
        // Every try counts, made or taken alike, so that the counter tells nothing either.
        locked.fail(tx, self.call.now).await?;
        let made = account::create(tx, &self.row).await?;
        let about = About { account: made.then_some(self.row.id), organisation: Some(self.organisation.id) };
        let detail = [("made", made.to_string())];
        audit::append(tx, &self.call.caller_row(Event::SignUpMade, about, &detail)).await?;
        Ok(Ok(()))
    }
}
