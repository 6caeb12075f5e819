//! Phone numbers (MSG-6 to MSG-8): adding and proving them, the calls and SMS that carry codes to them, what stops those
//! before they cost anything, and how they stand.
//!
//! A number is told to nobody whole: pages, letters and the audit log have it masked, the outbox has it sealed.

mod add;
pub(super) mod answer;
mod code;
mod ended;
mod guards;
mod over;
mod remove;
mod spending;
mod view;

use countersign_core::phone::PhoneNumber;
use countersign_store::phone_number::{E164, PhoneNumberRow};

use crate::text;

pub use add::{Added, PhoneLine, cancel, list, start, start_proof};
pub use code::{Asking, Want};
pub use over::note_closed;
pub use remove::start_removal;
pub use spending::{
    BreakerLine, DayLine, GuardLine, PoolLine, PrefixLine, Spending, close_breaker, spending,
};
pub use view::{Look, Newest, NumberChoice, PhoneStep, Stage};

pub(super) use add::prove;
pub(super) use code::send;
pub(super) use ended::note_end;
pub(super) use guards::bucket;
pub(super) use remove::{drop_lost, remove};
pub(super) use view::step_of;

/// Accounts that may have proved one number (whoever earns by messages has few numbers and many
/// accounts).
pub const ACCOUNTS_OF_NUMBER: u32 = 3;

/// What is said of an answer that is neither right nor a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// The code of that call ended with a wrong answer before.
    Ended,
    /// Four digits where six were sent, or six where four were. It cost no attempt.
    Misfit,
    /// As many accounts have proved the number as may.
    NumberFull,
    /// The account has proved as many numbers as it may have.
    AccountFull,
}

impl Said {
    /// The key of the message for the person.
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Ended => text!("phone-answer-ended"),
            Self::Misfit => text!("phone-answer-misfit"),
            Self::NumberFull => text!("phone-answer-number-full"),
            Self::AccountFull => text!("phone-answer-account-full"),
        }
    }
}

/// The number of a row as people see it.
pub(super) fn masked(row: &PhoneNumberRow) -> String {
    masked_text(&row.number)
}

/// As [`masked`]. Of a number that the numbering plans have withdrawn since, the last two digits are left.
fn masked_text(number: &E164) -> String {
    PhoneNumber::stored(number.reveal()).map_or_else(
        || {
            let digits = number.reveal();
            let shown = digits.get(digits.len().saturating_sub(2)..).unwrap_or_default();
            format!("+*** ***-**-{shown}")
        },
        |number| number.masked(),
    )
}
