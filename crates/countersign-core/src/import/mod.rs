//! What other systems hand over: accounts with their password hashes, and the keys of authenticators. Only an operator
//! imports (REC-3), from the command line.
//!
//! Everything here is a pure reader of one line, one address or one document. What it refuses it names: the field, and a
//! [`Reason`] that says what to do and never quotes a hash or a key.

mod account;
mod aegis;
mod andotp;
mod key;
mod migration;
mod otpauth;
mod reason;

pub use account::{AccountLine, Columns, LONGEST_EXTERNAL_ID, RawAccount};
pub use aegis::read as aegis;
pub use andotp::read as andotp;
pub use key::{KeyLine, Wanted};
pub use migration::KEYS_MOST;
pub use otpauth::{key_row, uri};
pub use reason::{Fault, Reason};

#[cfg(test)]
mod tests;
