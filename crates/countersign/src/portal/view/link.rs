//! Pages behind one-time addresses.

use std::borrow::Cow;

use askama::Template;

use super::form::FormErrors;
use super::page::Page;

/// What a one-time address is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// Making the installation's first administrator.
    FirstAdministrator,
    /// Joining the organisation by invitation.
    Invitation,
    /// Setting a new password.
    PasswordReset,
}

impl LinkKind {
    /// Whether the page makes an account, and so asks for a name.
    pub fn makes_account(self) -> bool {
        self != Self::PasswordReset
    }
}

/// A one-time address. POST to `action`: `csrf`, `email` (when not fixed), `display_name` (when an
/// account is made), `password`.
#[derive(Debug, Template)]
#[template(path = "auth/link.html")]
pub struct LinkPage {
    /// What every page shares.
    pub page: Page,
    /// What it is for.
    pub kind: LinkKind,
    /// Where the form posts to.
    pub action: String,
    /// The address that the link is bound to; `None` lets the person type one.
    pub fixed_email: Option<String>,
    /// The address as typed before.
    pub email: String,
    /// The name as typed before.
    pub display_name: String,
    /// The fewest characters a password may have.
    pub password_least: u32,
    /// Faults of the fields.
    pub errors: FormErrors,
}

impl LinkPage {
    fn heading(&self) -> Cow<'static, str> {
        match self.kind {
            LinkKind::FirstAdministrator => self.page.t("link-first-title"),
            LinkKind::Invitation => {
                self.page.t1("link-invitation-title", "organisation", &self.page.organisation)
            }
            LinkKind::PasswordReset => self.page.t("link-reset-title"),
        }
    }

    fn lead(&self) -> Cow<'static, str> {
        match self.kind {
            LinkKind::FirstAdministrator => self.page.t("link-first-lead"),
            LinkKind::Invitation => self.page.t("link-invitation-lead"),
            LinkKind::PasswordReset => self.page.t("link-reset-lead"),
        }
    }

    fn password_label(&self) -> Cow<'static, str> {
        if self.kind.makes_account() {
            self.page.t("password-label")
        } else {
            self.page.t("new-password-label")
        }
    }

    fn button(&self) -> Cow<'static, str> {
        if self.kind.makes_account() { self.page.t("sign-up-button") } else { self.page.t("save-password") }
    }
}

/// A one-time address that was used, has expired or never was.
#[derive(Debug, Template)]
#[template(path = "auth/link_over.html")]
pub struct LinkOverPage {
    /// What every page shares.
    pub page: Page,
}
