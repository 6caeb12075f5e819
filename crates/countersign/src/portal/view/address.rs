//! The account's e-mail address.

use askama::Template;

use super::form::FormErrors;
use super::page::Page;

/// The account's e-mail address.
#[derive(Debug, Clone)]
pub struct AddressRow {
    /// The address.
    pub email: String,
    /// Whether it was shown to be its owner's.
    pub verified: bool,
    /// The address it is to become, while that waits for its confirmation.
    pub pending: Option<String>,
}

/// Choose another address: `/account/email`. POST there: `csrf`, `email`. Dropping one that waits: POST
/// `/account/email/drop`: `csrf`.
#[derive(Debug, Template)]
#[template(path = "account/address.html")]
pub struct AddressPage {
    /// What every page shares.
    pub page: Page,
    /// How the present address stands.
    pub address: AddressRow,
    /// The new address as typed before.
    pub typed: String,
    /// Faults of the fields.
    pub errors: FormErrors,
}

/// Before a set-up that waits for the address: POST `/account/email/confirm`: `csrf`.
#[derive(Debug, Template)]
#[template(path = "account/confirm_first.html")]
pub struct ConfirmFirstPage {
    /// What every page shares; with `must_enrol` nothing else may be reached.
    pub page: Page,
    /// The address to confirm.
    pub email: String,
}
