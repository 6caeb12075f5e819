//! How a code by e-mail stands, as the second step shows it.

use crate::words::Moment;

/// How a code by e-mail stands.
#[derive(Debug, Clone)]
pub struct MailBox {
    /// The address it goes to, masked.
    pub to: String,
    /// The code that can be answered now.
    pub sent: Option<MailSent>,
    /// When another one may be asked for.
    pub again: MailAgain,
    /// Whether letters can't get out at this moment.
    pub is_down: bool,
    /// Until when codes by e-mail have to wait, after a reset by mail.
    pub held_until: Option<Moment>,
}

/// A code that was sent.
#[derive(Debug, Clone)]
pub struct MailSent {
    /// When it was asked for.
    pub at: Moment,
    /// When it ends.
    pub expires_at: Moment,
    /// The four characters in its letter.
    pub reference: String,
    /// How far its letter has come.
    pub delivery: MailDelivery,
}

/// How far a letter has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailDelivery {
    /// It is about to leave.
    OnItsWay,
    /// The mail server took it.
    Sent,
    /// The mail server can't be reached; it is tried again.
    Delayed,
    /// The address does not take it.
    Refused,
}

/// When another code may be asked for.
#[derive(Debug, Clone, Copy)]
pub enum MailAgain {
    /// At once.
    Now,
    /// At this moment.
    At(Moment),
    /// Not in this second step.
    Never,
    /// After a limit, at this moment where time alone helps.
    Limited(Option<Moment>),
}
