//! The laws of the store, each on SQLite and on PostgreSQL.
//!
//! `COUNTERSIGN_TEST_POSTGRES=postgres://…` names a database in which schemas may be made; every test makes its own and
//! drops it. Without it the PostgreSQL half is left out on a developer's machine and fails where `CI` is set.

#[macro_use]
mod support;

mod db;
mod group;
mod open;
mod postgres;
mod shape;
