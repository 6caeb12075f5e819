//! The rules of Countersign: what a code, a password, a session and a policy are, and who may do what.
//!
//! Everything here is pure. There is no async, no I/O, no clock and no randomness of the operating system: `now` is a
//! [`time::Timestamp`] and randomness an [`entropy::Entropy`] that the caller passes in.

pub mod accent;
pub mod action;
pub mod api_token;
pub mod audit;
pub mod blocklist;
pub mod clean;
pub mod clock;
pub mod code;
pub mod csv;
pub mod dispatch;
pub mod email;
pub mod entropy;
pub mod factor;
pub mod id;
pub mod import;
pub mod keys;
pub mod letter;
pub mod limits;
pub mod link;
pub mod method;
pub mod name;
pub mod password;
pub mod phone;
pub mod policy;
pub mod preset;
pub mod puzzle;
pub mod request;
pub mod role;
pub mod roster;
pub mod secret;
pub mod session;
pub mod sign_in;
pub mod sso;
pub mod text;
pub mod time;

pub use entropy::testing;
