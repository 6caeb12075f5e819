//! The use cases: one file per thing a person, an operator or the clock can do.
//!
//! A flow loads rows, lets core decide, spends in one transaction, and tells the outcome after the commit. It knows
//! neither HTTP nor SQL. A refusal (a wrong code, a limit) is an outcome; [`FlowError`] is for what stopped the flow.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use countersign_core::audit::{Actor, AuditRow, Event};
use countersign_core::entropy::Entropy;
use countersign_core::id::{AccountId, AuditId, OrganisationId};
use countersign_core::keys::KeyRing;
use countersign_core::limits::Refused;
use countersign_core::sign_in::refusal;
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use countersign_store::account::AccountRow;
use countersign_store::{Db, Store, StoreError};
use tokio::sync::Notify;

use crate::hasher::{Busy, PasswordPool};

pub mod account;
pub mod activity;
pub mod address;
pub mod admin;
pub mod adoption;
pub mod api_token;
pub mod audit;
pub mod authenticator;
pub mod clock;
pub mod courier;
pub mod desk;
pub mod dispatch;
pub mod email_code;
pub mod enrolment;
mod factors;
mod facts;
pub mod gate;
pub mod import;
pub mod invitation;
pub mod keys;
mod letters;
pub mod limit;
pub mod link;
mod mail_code;
pub mod member;
pub mod organisation;
pub mod outbox;
pub mod password;
pub mod phone;
pub mod policy;
pub mod reach;
pub mod recovery_key;
pub mod request;
pub mod reset;
pub mod second_step;
pub mod session;
pub mod sign_in;
pub mod sign_up;
pub mod sso;
pub mod staff;
pub mod step_up;
pub mod suspension;
pub mod telegram;

/// Rolls a deed back whose session, device or link has gone meanwhile.
const GONE: &str = "gone meanwhile";

/// Rolls a deed back whose session was ended meanwhile.
const ENDED: &str = "session ended meanwhile";

/// What every flow works with; made once at start.
pub struct Deps {
    /// The database.
    pub store: Store,
    /// The key ring, read from outside the database.
    pub keys: Arc<KeyRing>,
    /// Where randomness comes from: the operating system, or a test's dice.
    pub entropy: Arc<dyn Entropy>,
    /// The threads that hash passwords.
    pub hasher: PasswordPool,
    /// Whether letters can go out at all; where not, none is written.
    pub mail: bool,
    /// Wakes the worker that sends letters, once one is committed.
    pub post_wake: Arc<Notify>,
    /// The bot, trunks and routes for SMS that are set up, and what they may be used for.
    pub reach: reach::Reach,
    /// Wakes the worker that sends Telegram messages, calls and SMS, once one is committed.
    pub dispatch_wake: Arc<Notify>,
    /// The language of letters to people who have chosen none, as a tag.
    pub language: String,
    /// The identity providers of organisations.
    pub identity: Arc<dyn sso::IdentityProviders>,
    /// The product's name as authenticator apps show it (the issuer), and a word no password may be.
    pub product: String,
}

/// Who asks from where, for limits and the audit log.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The client's address, as the trusted proxies tell it.
    pub address: IpAddr,
    /// The browser's own description, cut to 400 bytes.
    pub user_agent: String,
    /// The request's id, which stands in the log and on error pages.
    pub request_id: String,
    /// Whose deed it is when no account is known: a stranger's, the command line's or the worker's.
    pub actor: Actor,
}

/// One request or job: what it works with, when it began, where it came from.
#[derive(Clone)]
pub struct Call {
    /// Store, keys, entropy, hash pool.
    pub deps: Arc<Deps>,
    /// The one instant this request lives in.
    pub now: Timestamp,
    /// Where it came from.
    pub origin: Arc<Origin>,
}

/// Whose row an audit line is about.
#[derive(Clone, Copy, Debug, Default)]
pub struct About {
    /// The account, where one is known.
    pub account: Option<AccountId>,
    /// Its organisation.
    pub organisation: Option<OrganisationId>,
}

impl About {
    /// About an account of an organisation.
    pub fn of(account: &AccountRow) -> Self {
        Self { account: Some(account.id), organisation: Some(account.organisation_id) }
    }
}

impl Call {
    /// Source of randomness.
    pub fn entropy(&self) -> &dyn Entropy {
        self.deps.entropy.as_ref()
    }

    /// A connection for reading.
    pub async fn reader(&self) -> Result<Db, FlowError> {
        Ok(self.deps.store.reader().await?)
    }

    /// The device as words store it: the browser's own description.
    pub fn device(&self) -> &str {
        &self.origin.user_agent
    }

    /// An audit row for a deed of this request; `details` never hold a secret.
    pub fn audit_row(
        &self,
        event: Event,
        actor: Actor,
        about: About,
        details: &[(&str, String)],
    ) -> AuditRow {
        AuditRow {
            id: AuditId::new(self.now, self.entropy()),
            at: self.now,
            organisation: about.organisation,
            account: about.account,
            actor,
            event,
            detail: details.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
            address: Some(self.origin.address.to_string()),
            device: Some(cut(&self.origin.user_agent)).filter(|text| !text.is_empty()),
            request_id: Some(self.origin.request_id.clone()),
        }
    }

    /// The account's own deed.
    pub fn own_row(&self, event: Event, about: About, details: &[(&str, String)]) -> AuditRow {
        let actor = about.account.map_or(self.origin.actor, Actor::Account);
        self.audit_row(event, actor, about, details)
    }

    /// A deed of whoever called (stranger, command line, worker).
    pub fn caller_row(&self, event: Event, about: About, details: &[(&str, String)]) -> AuditRow {
        self.audit_row(event, self.origin.actor, about, details)
    }

    /// Writes one audit row in a transaction of its own, for a refusal that changed nothing else.
    pub async fn record(&self, row: AuditRow) -> Result<(), FlowError> {
        self.deps
            .store
            .write(row, |tx, row| Box::pin(async move { countersign_store::audit::append(tx, row).await }))
            .await?;
        Ok(())
    }
}

/// A browser's description as the audit log keeps it: at most 200 bytes.
fn cut(text: &str) -> String {
    text[..text.floor_char_boundary(200)].to_owned()
}

/// A field that was not accepted, and why, as a text key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The field's name as forms and JSON carry it.
    pub field: &'static str,
    /// What is wrong and what to do.
    pub text: Text,
}

/// What stopped a flow. Outcomes such as a wrong code are not in here.
#[derive(Debug, thiserror::Error)]
pub enum FlowError {
    /// The database could not be asked: 503, and nothing told.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// Too much to hash right now: 503 with Retry-After.
    #[error("busy")]
    Busy {
        /// How long to wait before trying again.
        retry_after: Duration,
    },
    /// No such thing for this account: 404.
    #[error("not found")]
    NotFound,
    /// Not allowed, and why: 403.
    #[error("forbidden: {}", .0.key)]
    Forbidden(Text),
    /// Fields to mend: 422.
    #[error("invalid input")]
    Invalid(Vec<FieldFault>),
    /// The session is over: 401, or the sign-in page.
    #[error("sign in again")]
    SignInAgain,
    /// A fresh second step (or password) is needed first: 403, or the step-up page.
    #[error("a recent second step is needed")]
    StepUpNeeded,
    /// The policy wants a factor first: 403, or the enrolment page.
    #[error("enrolment is required")]
    MustEnrol,
    /// A limit was reached: 429.
    #[error("too many attempts")]
    TooMany {
        /// When it is worth trying again; `None` when time alone does not help.
        until: Option<Timestamp>,
    },
    /// Something else changed meanwhile: 409.
    #[error("conflict: {}", .0.key)]
    Conflict(Text),
}

impl FlowError {
    /// One faulty field.
    pub fn field(field: &'static str, key: &'static str) -> Self {
        Self::Invalid(vec![FieldFault { field, text: Text::new(key) }])
    }
}

impl From<StoreError> for FlowError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(ENDED) => Self::SignInAgain,
            StoreError::Refused(refusal::LOCKED) => Self::Forbidden(Text::new(refusal::LOCKED)),
            StoreError::Refused(reason) if staff::told(reason).is_some() => {
                staff::told(reason).unwrap_or(Self::NotFound)
            }
            error => Self::Unavailable(error.to_string()),
        }
    }
}

impl From<Refused> for FlowError {
    fn from(refused: Refused) -> Self {
        Self::TooMany { until: refused.until }
    }
}

impl From<Busy> for FlowError {
    fn from(busy: Busy) -> Self {
        Self::Busy { retry_after: busy.retry_after }
    }
}
