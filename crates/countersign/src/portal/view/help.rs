//! Help, and pages for when something went wrong.

use std::borrow::Cow;

use askama::Template;
use countersign_core::request::Lost;

use super::form::FormErrors;
use super::page::Page;
use crate::words::Moment;

/// Where a page of help leads back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Onward {
    /// The second step that waits for its code.
    Code,
    /// The set-up in progress.
    SetUp,
    /// The security page, for whoever is signed in.
    Security,
    /// The sign-in.
    SignIn,
}

impl Onward {
    fn address(self) -> &'static str {
        match self {
            Self::Code => "/second-step",
            Self::SetUp => "/account/security/authenticator/set-up",
            Self::Security => "/account/security",
            Self::SignIn => "/sign-in",
        }
    }

    fn label(self, page: &Page) -> Cow<'static, str> {
        match self {
            Self::Code => page.t("back-to-code"),
            Self::SetUp => page.t("back-to-set-up"),
            Self::Security => page.t1("back-to", "place", &page.wording.tab),
            Self::SignIn => page.t("to-sign-in"),
        }
    }
}

/// How to reach support.
#[derive(Debug, Clone)]
pub struct ContactLink {
    /// Where the link points: a `mailto:` or an `https:` address, as the setting takes no other.
    pub href: String,
    /// What it reads.
    pub label: String,
}

/// Lost access: `/help/lost-access`. POST there: `csrf`, `email` (of a stranger), `lost`, `message`.
#[derive(Debug, Template)]
#[template(path = "help/lost_access.html")]
pub struct LostAccessPage {
    /// What every page shares.
    pub page: Page,
    /// Where it leads back to.
    pub onward: Onward,
    /// Whether the policy lets support pause a second step.
    pub may_pause: bool,
    /// How to reach the organisation's support, where the operator has said so.
    pub contact: Option<ContactLink>,
    /// The account's address, masked, where the browser has proved whose it is.
    pub known: Option<String>,
    /// The address as typed before.
    pub email: String,
    /// What was chosen before: the name of one of [`Lost`].
    pub lost: String,
    /// The message as typed before.
    pub message: String,
    /// Faults of the fields.
    pub errors: FormErrors,
}

impl LostAccessPage {
    /// What can be chosen: value, words, and whether it was.
    fn choices(&self) -> Vec<(&'static str, Cow<'static, str>, bool)> {
        let all = Lost::ALL.iter();
        all.map(|lost| (lost.as_str(), self.page.t(lost.text_key()), self.lost == lost.as_str())).collect()
    }
}

/// After asking support for help: the same page whether or not there is such an account.
#[derive(Debug, Template)]
#[template(path = "help/request_done.html")]
pub struct RequestDonePage {
    /// What every page shares.
    pub page: Page,
    /// Where it leads back to.
    pub onward: Onward,
    /// Whether letters go out, so that support can answer by e-mail.
    pub by_mail: bool,
}

/// The clock: `/help/clock`. It never tells an offset.
#[derive(Debug, Template)]
#[template(path = "help/clock.html")]
pub struct HelpClockPage {
    /// What every page shares.
    pub page: Page,
    /// Where it leads back to.
    pub onward: Onward,
}

/// Several devices: `/help/devices`.
#[derive(Debug, Template)]
#[template(path = "help/devices.html")]
pub struct HelpDevicesPage {
    /// What every page shares.
    pub page: Page,
    /// Where it leads back to.
    pub onward: Onward,
}

/// Something went wrong: what to do next.
#[derive(Debug, Template)]
#[template(path = "help/error.html")]
pub struct ErrorPage {
    /// What every page shares.
    pub page: Page,
    /// The HTTP status.
    pub status: u16,
    /// What exactly is refused, in words, where that is known.
    pub reason: Option<String>,
    /// When to try again, where that is known.
    pub until: Option<Moment>,
    /// The request's id, to tell support.
    pub request_id: String,
}

impl ErrorPage {
    fn heading(&self) -> Cow<'static, str> {
        match self.status {
            401 => self.page.t("error-401-title"),
            403 => self.page.t("error-403-title"),
            404 => self.page.t("error-404-title"),
            405 => self.page.t("error-405-title"),
            409 => self.page.t("error-409-title"),
            410 => self.page.t("error-410-title"),
            413 => self.page.t("error-413-title"),
            415 => self.page.t("error-415-title"),
            422 => self.page.t("error-422-title"),
            428 => self.page.t("error-428-title"),
            429 => self.page.t("error-429-title"),
            // Only what is not the reader's doing is called a fault of ours.
            ..500 => self.page.t("error-400-title"),
            503 => self.page.t("error-503-title"),
            _ => self.page.t("error-500-title"),
        }
    }

    fn advice(&self) -> Cow<'static, str> {
        match self.status {
            401 => self.page.t("error-401-text"),
            403 => self.page.t("error-403-text"),
            404 => self.page.t("error-404-text"),
            405 => self.page.t("error-405-text"),
            409 => self.page.t("error-409-text"),
            410 => self.page.t("error-410-text"),
            413 => self.page.t("error-413-text"),
            415 => self.page.t("error-415-text"),
            422 => self.page.t("error-422-text"),
            428 => self.page.t("error-428-text"),
            429 => self.page.t("error-429-text"),
            ..500 => self.page.t("error-400-text"),
            503 => self.page.t("error-503-text"),
            _ => self.page.t("error-500-text"),
        }
    }

    /// Where the button leads: to the account, or to the sign-in.
    fn onwards(&self) -> (&'static str, Cow<'static, str>) {
        if self.page.user.is_some() && self.status != 401 {
            ("/account", self.page.t("to-account"))
        } else {
            ("/sign-in", self.page.t("to-sign-in"))
        }
    }
}
