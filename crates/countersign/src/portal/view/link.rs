//! Pages behind one-time addresses.

use std::borrow::Cow;

use askama::Template;

use super::form::FormErrors;
use super::help::ContactLink;
use super::page::Page;
use crate::text;

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

/// A one-time address. POST to `action`: `csrf`, `link`, `email` (when not fixed), `display_name` (when an
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
    /// Tells which link the form was drawn for.
    pub mark: String,
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

/// What a one-time address does at the press of one button.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkAct {
    /// Finishing a sign-up.
    SignUp,
    /// Confirming the account's address.
    ConfirmAddress,
    /// Confirming the address that is to take its place.
    ConfirmNewAddress,
    /// Taking a change of address back.
    UndoAddressChange,
    /// "This was not me".
    NotMe,
    /// Ending a suspension of the second step that the owner did not ask for.
    StopSuspension,
}

/// A one-time address that needs one button. POST to `/link`: `csrf`, `link`, `password` (for a sign-up).
#[derive(Debug, Template)]
#[template(path = "auth/link_act.html")]
pub struct LinkActPage {
    /// What every page shares.
    pub page: Page,
    /// What the button does.
    pub act: LinkAct,
    /// Tells which link the form was drawn for.
    pub mark: String,
    /// The account's address, masked, where there is an account.
    pub account: Option<String>,
    /// The address that it is about.
    pub address: Option<String>,
    /// Faults of the fields.
    pub errors: FormErrors,
}

impl LinkActPage {
    /// Whether the password that was chosen is asked for.
    fn asks_password(&self) -> bool {
        self.act == LinkAct::SignUp
    }

    fn heading(&self) -> Cow<'static, str> {
        match self.act {
            LinkAct::SignUp => self.page.t1("link-sign-up-title", "organisation", &self.page.organisation),
            LinkAct::ConfirmAddress => self.page.t("link-confirm-title"),
            LinkAct::ConfirmNewAddress => self.page.t("link-new-address-title"),
            LinkAct::UndoAddressChange => self.page.t("link-undo-title"),
            LinkAct::NotMe => self.page.t("link-not-me-title"),
            LinkAct::StopSuspension => self.page.t("link-stop-title"),
        }
    }

    fn lead(&self) -> Cow<'static, str> {
        self.page.t(match self.act {
            LinkAct::SignUp => text!("link-sign-up-lead"),
            LinkAct::ConfirmAddress => text!("link-confirm-lead"),
            LinkAct::ConfirmNewAddress => text!("link-new-address-lead"),
            LinkAct::UndoAddressChange => text!("link-undo-lead"),
            LinkAct::NotMe => text!("link-not-me-lead"),
            LinkAct::StopSuspension => text!("link-stop-lead"),
        })
    }

    /// Whether a new password comes next, by this same letter.
    fn leads_to_reset(&self) -> bool {
        matches!(self.act, LinkAct::UndoAddressChange | LinkAct::NotMe)
    }

    fn button(&self) -> Cow<'static, str> {
        self.page.t(match self.act {
            LinkAct::SignUp => text!("link-sign-up-button"),
            LinkAct::ConfirmAddress | LinkAct::ConfirmNewAddress => text!("link-confirm-button"),
            LinkAct::UndoAddressChange => text!("link-undo-button"),
            LinkAct::NotMe => text!("link-not-me-button"),
            LinkAct::StopSuspension => text!("link-stop-button"),
        })
    }
}

/// What came of a one-time address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkOutcome {
    /// The account's address is confirmed.
    AddressConfirmed,
    /// The account has its new address.
    AddressChanged,
    /// Somebody else has the address by now; nothing was changed.
    AddressTaken,
    /// The suspension of the second step is over.
    SuspensionStopped,
    /// The same, and the account is disabled, as it has no second step left.
    AccountDisabled,
}

impl LinkOutcome {
    /// After a suspension was stopped.
    pub const fn stopped(disabled: bool) -> Self {
        if disabled { Self::AccountDisabled } else { Self::SuspensionStopped }
    }
}

/// After a one-time address that leads into no account.
#[derive(Debug, Template)]
#[template(path = "auth/link_done.html")]
pub struct LinkDonePage {
    /// What every page shares.
    pub page: Page,
    /// What came of it.
    pub outcome: LinkOutcome,
}

impl LinkDonePage {
    fn is_good(&self) -> bool {
        self.outcome != LinkOutcome::AddressTaken
    }

    fn heading(&self) -> Cow<'static, str> {
        self.page.t(match self.outcome {
            LinkOutcome::AddressConfirmed => text!("link-confirmed-title"),
            LinkOutcome::AddressChanged => text!("link-changed-title"),
            LinkOutcome::AddressTaken => text!("link-taken-title"),
            LinkOutcome::SuspensionStopped | LinkOutcome::AccountDisabled => text!("link-stopped-title"),
        })
    }

    fn lead(&self) -> Cow<'static, str> {
        self.page.t(match self.outcome {
            LinkOutcome::AddressConfirmed => text!("link-confirmed-text"),
            LinkOutcome::AddressChanged => text!("link-changed-text"),
            LinkOutcome::AddressTaken => text!("address-taken-meanwhile"),
            LinkOutcome::SuspensionStopped => text!("link-stopped-text"),
            LinkOutcome::AccountDisabled => text!("link-stopped-disabled"),
        })
    }
}

/// A forgotten password. POST `/forgot-password`: `csrf`, `email`.
#[derive(Debug, Template)]
#[template(path = "auth/forgot.html")]
pub struct ForgotPage {
    /// What every page shares.
    pub page: Page,
    /// Whether letters go out; without, the page says whom to ask.
    pub by_mail: bool,
    /// Whom to ask, where the operator has set somebody.
    pub contact: Option<ContactLink>,
    /// The address as typed before.
    pub email: String,
    /// Faults of the fields.
    pub errors: FormErrors,
}

/// After asking for a new password: the same page whether or not there is such an account.
#[derive(Debug, Template)]
#[template(path = "auth/forgot_done.html")]
pub struct ForgotDonePage {
    /// What every page shares.
    pub page: Page,
}

/// A one-time address that was used, has expired or never was.
#[derive(Debug, Template)]
#[template(path = "auth/link_over.html")]
pub struct LinkOverPage {
    /// What every page shares.
    pub page: Page,
    /// Whether letters go out, and so a new one can be asked for.
    pub by_mail: bool,
}
