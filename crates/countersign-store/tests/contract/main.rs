//! The laws of the store, each on SQLite and on PostgreSQL.
//!
//! `COUNTERSIGN_TEST_POSTGRES=postgres://…` names a database in which schemas may be made; every test makes its own and
//! drops it. Without it the PostgreSQL half is left out on a developer's machine and fails where `CI` is set.

#![expect(clippy::unwrap_used, reason = "a law that does not hold panics")]

#[macro_use]
mod support;

mod account;
mod api_token;
mod audit;
mod audit_search;
mod authenticator;
mod breaker;
mod browser;
mod census;
mod challenge;
mod counter;
mod courier;
mod db;
mod delivered_code;
mod dispatch;
mod dispatch_figures;
mod dispatch_queue;
mod facts;
mod group;
mod import;
mod invitation;
mod letter;
mod letter_queue;
mod link;
mod member;
mod messenger;
mod open;
mod organisation;
mod phone_number;
mod policy;
mod postgres;
mod purge;
mod recovery_key;
mod rows;
mod session;
mod shape;
mod sign_up;
mod small;
mod sso;
mod support_request;
mod suspension;
mod telegram_account;
mod telegram_link;
mod telegram_prompt;
mod upkeep;
