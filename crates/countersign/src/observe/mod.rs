//! What an operator sees: the log and the figures. Neither holds personal data or secrets.

pub mod log;
pub mod metrics;
