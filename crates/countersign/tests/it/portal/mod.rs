//! What people do on the pages.

mod account;
mod admin;
mod desk;
mod devices;
mod enrolment;
mod invitations;
mod last_showing;
mod links;
mod lost_access;
mod mail_codes;
mod phone;
mod policy;
mod policy_rules;
mod recovery_key;
mod security;
mod sessions;
mod set_up;
mod sign_in;
mod sign_up;
mod sso;
mod step_up;
mod suspending;
mod suspension;
mod telegram;
mod tokens;
mod without_script;
