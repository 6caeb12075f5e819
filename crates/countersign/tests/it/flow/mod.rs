//! What the flows promise: codes that count once, limits, the gate, the audit log, secrets that stay secret.

mod addresses;
mod audit;
mod gate;
mod limits_first;
mod limits_second;
mod meanwhile;
mod operator;
mod purposes;
mod replay;
mod resets;
mod secrets;
mod sign_ups;
mod unknown;
