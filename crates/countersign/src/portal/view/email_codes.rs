//! Codes by e-mail: before they are switched on, and before they are switched off.

use askama::Template;

use super::page::Page;

/// Before codes by e-mail are switched on: `/account/security/email`. POST `/account/security/email/start`: `csrf`.
#[derive(Debug, Template)]
#[template(path = "account/email_codes_on.html")]
pub struct EmailCodesOnPage {
    /// What every page shares; with `must_enrol` nothing else may be reached.
    pub page: Page,
    /// The address that codes go to.
    pub email: String,
    /// How many other sessions will be signed out.
    pub other_sessions: u32,
    /// Whether a recovery key follows.
    pub key_follows: bool,
    /// Whether letters can't get out at this moment.
    pub is_down: bool,
}

/// Before codes by e-mail are switched off: `/account/security/email/disable`. POST there: `csrf`.
#[derive(Debug, Template)]
#[template(path = "account/email_codes_off.html")]
pub struct EmailCodesOffPage {
    /// What every page shares.
    pub page: Page,
    /// The address that codes go to.
    pub email: String,
    /// How many other sessions will be signed out.
    pub other_sessions: u32,
    /// Whether the password alone will protect the account.
    pub last: bool,
    /// Whether the policy requires a second step, so that a set-up follows.
    pub required: bool,
    /// Whether the recovery key stops working, too.
    pub key_goes: bool,
}
