//! The factors: what each second step is and when an answer to it is right. One file per factor.

pub mod email;
pub mod phone;
pub mod recovery_key;
pub mod support_code;
pub mod telegram;
pub mod totp;
