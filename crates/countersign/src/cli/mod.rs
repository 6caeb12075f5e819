//! The command line: one file per command.

mod account;
mod audit;
mod desk;
mod failure;
mod keys;
mod output;
mod policy;
mod span;
