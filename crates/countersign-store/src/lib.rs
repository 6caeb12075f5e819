//! The SQL of Countersign, on SQLite and on PostgreSQL: one file per table, one function per query.
//!
//! A read takes a [`Db`] from [`Store::reader`]; everything that changes something is a job for [`Store::write`], in
//! one transaction that is committed durably before the answer is known.

mod db;
mod error;
mod store;

pub mod account;
pub mod adoption;
pub mod api_token;
pub mod audit;
pub mod authenticator;
pub mod breaker;
pub mod browser;
pub mod census;
pub mod challenge;
pub mod clock;
pub mod counter;
pub mod courier;
pub mod delivered_code;
pub mod dispatch;
pub mod facts;
pub mod health;
pub mod import;
pub mod lease;
pub mod letter;
pub mod link;
mod lookup;
pub mod member;
pub mod nonce;
pub mod organisation;
pub mod phone_number;
pub mod policy;
pub mod purge;
pub mod recovery_key;
pub mod session;
pub mod setting;
pub mod sign_up;
pub mod sso_attempt;
pub mod sso_identity;
pub mod sso_provider;
pub mod support_request;
pub mod suspension;
pub mod telegram_account;
pub mod telegram_cursor;
pub mod telegram_link;
pub mod telegram_prompt;

#[doc(hidden)]
pub mod contract;

pub use db::Db;
pub use error::StoreError;
pub use store::{Backend, Database, Job, Store, StoreSettings};

/// Every statement of the tables, so that a test can have both databases prepare each.
#[doc(hidden)]
pub fn statements() -> Vec<&'static str> {
    [
        account::STATEMENTS,
        account::ADDRESS_STATEMENTS,
        adoption::STATEMENTS,
        account::ENROLMENT_STATEMENTS,
        account::PEPPER_STATEMENTS,
        account::SEARCH_STATEMENTS,
        account::TELEGRAM_STATEMENTS,
        api_token::STATEMENTS,
        audit::STATEMENTS,
        audit::SEAL_STATEMENTS,
        audit::SEARCH_STATEMENTS,
        authenticator::STATEMENTS,
        breaker::STATEMENTS,
        browser::STATEMENTS,
        census::STATEMENTS,
        challenge::STATEMENTS,
        challenge::MESSENGER_STATEMENTS,
        clock::STATEMENTS,
        counter::STATEMENTS,
        courier::STATEMENTS,
        delivered_code::STATEMENTS,
        dispatch::STATEMENTS,
        dispatch::FIGURES_STATEMENTS,
        dispatch::QUEUE_STATEMENTS,
        facts::STATEMENTS,
        import::STATEMENTS,
        lease::STATEMENTS,
        letter::STATEMENTS,
        letter::QUEUE_STATEMENTS,
        link::STATEMENTS,
        link::INVITATION_STATEMENTS,
        member::STATEMENTS,
        nonce::STATEMENTS,
        organisation::STATEMENTS,
        phone_number::STATEMENTS,
        policy::STATEMENTS,
        purge::STATEMENTS,
        recovery_key::STATEMENTS,
        session::STATEMENTS,
        setting::STATEMENTS,
        sign_up::STATEMENTS,
        support_request::STATEMENTS,
        sso_attempt::STATEMENTS,
        sso_identity::STATEMENTS,
        sso_provider::STATEMENTS,
        suspension::STATEMENTS,
        telegram_account::STATEMENTS,
        telegram_cursor::STATEMENTS,
        telegram_link::STATEMENTS,
        telegram_prompt::STATEMENTS,
    ]
    .concat()
}
