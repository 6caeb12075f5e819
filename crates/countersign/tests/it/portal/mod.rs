//! What people do on the pages.

mod account;
mod admin;
mod devices;
mod last_showing;
mod links;
mod lost_access;
mod mail_codes;
mod recovery_key;
mod security;
mod sessions;
mod set_up;
mod sign_in;
mod sign_up;
mod step_up;
mod suspension;
mod tokens;
mod without_script;
