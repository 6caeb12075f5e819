//! What the flows promise: codes that count once, limits, the gate, the audit log, secrets that stay secret.

mod addresses;
mod audit;
mod enrolments;
mod gate;
mod imports;
mod letters;
mod limits_first;
mod limits_second;
mod mail_codes;
mod mail_limits;
mod meanwhile;
mod operator;
mod owners_letters;
mod purposes;
mod recovery;
mod replay;
mod resets;
mod secrets;
mod sign_ups;
mod sso;
mod sso_links;
mod sso_tokens;
mod suspension_rules;
mod suspensions;
mod unknown;
