//! What exists in the demo only: ready accounts, and a tray that stands in for the phone, Telegram and the mailbox.
//!
//! `serve` has none of these routes and refuses the demo's data; the keys of authenticators are read for display in this
//! room and in no other.

mod deeds;
mod pages;
pub mod plan;
mod reached;
mod seed;
pub mod styleguide;
mod tray;

pub use pages::{CHAT_PAGE, routes};
pub use reached::open_chats;
pub use seed::seed;

#[cfg(test)]
mod tests;
