//! The account's home, profile and password.

use std::borrow::Cow;

use askama::Template;

use super::form::FormErrors;
use super::page::Page;
use crate::words::{Language, Moment};

/// How the account is protected.
#[derive(Debug, Clone)]
pub enum Protection {
    /// By the password alone.
    None,
    /// By a second step: by what, in words, and what is asked for at sign-in.
    On(String, AtSignIn),
    /// By a second step that support has suspended until this moment.
    Suspended(Moment),
}

/// What is asked for at sign-in.
#[derive(Debug, Clone, Copy)]
pub enum AtSignIn {
    /// The code of an app.
    App,
    /// A code by e-mail.
    Email,
    /// Either of them.
    Either,
    /// An answer in Telegram.
    Telegram,
    /// One of several.
    Several,
}

/// The best thing to do next.
#[derive(Debug, Clone, Copy)]
pub enum NextStep {
    /// Set up the first authenticator.
    SetUp,
    /// Make and save a recovery key.
    RecoveryKey,
    /// Add a second device, in case one is lost.
    SecondDevice,
    /// Look at this many other sessions.
    Sessions(u32),
    /// Nothing.
    Nothing,
}

/// The account's home: `/account`.
#[derive(Debug, Template)]
#[template(path = "account/home.html")]
pub struct HomePage {
    /// What every page shares.
    pub page: Page,
    /// How the account is protected.
    pub protection: Protection,
    /// The best thing to do next.
    pub next: NextStep,
    /// The sign-in before this one.
    pub last_sign_in: Option<Moment>,
    /// Whether an administrator is to know that letters can't get out.
    pub mail_is_down: bool,
}

impl HomePage {
    fn greeting(&self) -> Cow<'static, str> {
        let name = self.page.user.as_ref().map_or("", |user| user.name.as_str());
        self.page.t1("home-greeting", "name", name)
    }

    fn state(&self) -> Cow<'static, str> {
        match &self.protection {
            Protection::None => self.page.t("home-protected-none"),
            Protection::On(ways, _) => self.page.t1("home-protected", "ways", ways),
            Protection::Suspended(_) => self.page.t("home-suspended"),
        }
    }

    fn state_note(&self) -> Cow<'static, str> {
        match &self.protection {
            Protection::None => self.page.t("home-protected-none-note"),
            Protection::On(_, AtSignIn::App) => self.page.t("home-protected-note"),
            Protection::On(_, AtSignIn::Email) => self.page.t("home-protected-email-note"),
            Protection::On(_, AtSignIn::Either) => self.page.t("home-protected-either-note"),
            Protection::On(_, AtSignIn::Telegram) => self.page.t("home-protected-telegram-note"),
            Protection::On(_, AtSignIn::Several) => self.page.t("home-protected-several-note"),
            Protection::Suspended(until) => {
                self.page.t1("home-suspended-note", "time", self.page.exact(until))
            }
        }
    }

    fn state_look(&self) -> (&'static str, &'static str) {
        match self.protection {
            Protection::On(..) => ("good", "shield-check"),
            _ => ("warn", "shield"),
        }
    }
}

/// Profile: `/account/profile`. POST there: `csrf`, `display_name`, `language` (a tag, or empty for
/// the browser's).
#[derive(Debug, Template)]
#[template(path = "account/profile.html")]
pub struct ProfilePage {
    /// What every page shares.
    pub page: Page,
    /// The name as stored, or as typed before.
    pub display_name: String,
    /// The e-mail address.
    pub email: String,
    /// The language of the profile; `None` follows the browser.
    pub language: Option<Language>,
    /// Whether a second step is on.
    pub two_factor: bool,
    /// Faults of the fields.
    pub errors: FormErrors,
}

impl ProfilePage {
    fn languages(&self) -> [(Language, bool); 2] {
        Language::ALL.map(|language| (language, self.language == Some(language)))
    }
}

/// Change password: `/account/password`. POST there: `csrf`, `current_password`, `new_password`.
#[derive(Debug, Template)]
#[template(path = "account/password.html")]
pub struct PasswordPage {
    /// What every page shares.
    pub page: Page,
    /// The fewest characters a password may have.
    pub password_least: u32,
    /// How many other sessions will end.
    pub other_sessions: u32,
    /// Faults of the fields.
    pub errors: FormErrors,
}
