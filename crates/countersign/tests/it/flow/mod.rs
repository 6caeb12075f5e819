//! What the flows promise: codes that count once, limits, the gate, the audit log, secrets that stay secret.

mod audit;
mod gate;
mod letters;
mod limits_first;
mod limits_second;
mod meanwhile;
mod operator;
mod purposes;
mod replay;
mod secrets;
mod unknown;
