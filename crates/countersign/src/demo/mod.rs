//! What exists in the demo only: ready accounts, and a tray that stands in for the phone.
//!
//! `serve` has none of these routes and refuses the demo's data; the keys of authenticators are read for display in this
//! room and in no other.

mod pages;
pub mod plan;
mod seed;
pub mod styleguide;
mod tray;

pub use pages::routes;
pub use seed::seed;

#[cfg(test)]
mod tests;
