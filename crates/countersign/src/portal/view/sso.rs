//! Single sign-on: the way to a provider and back, linked sign-ins, and the providers of an organisation.

use std::borrow::Cow;

use askama::Template;

use super::form::FormErrors;
use super::page::Page;
use crate::words::Moment;

/// A provider to choose.
#[derive(Debug, Clone)]
pub struct SsoChoice {
    /// Its short name, for addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// On the way to a provider.
#[derive(Debug, Template)]
#[template(path = "sso/away.html")]
pub struct SsoAwayPage {
    /// What every page shares.
    pub page: Page,
    /// The provider's name.
    pub provider: String,
    /// The address at the provider.
    pub address: String,
    /// Where *Cancel* leads.
    pub back: String,
}

/// A visit to a provider came to nothing.
#[derive(Debug, Template)]
#[template(path = "sso/refused.html")]
pub struct SsoRefusedPage {
    /// What every page shares.
    pub page: Page,
    /// Why, in one plain sentence.
    pub text: String,
    /// Whether somebody is signed in.
    pub signed_in: bool,
    /// Where the sign-in page is.
    pub sign_in: String,
    /// Whether a password may be used there.
    pub password_works: bool,
}

/// Find the provider by the address: `/sso`. POST there: `csrf`, `email`.
#[derive(Debug, Template)]
#[template(path = "sso/find.html")]
pub struct SsoFindPage {
    /// What every page shares.
    pub page: Page,
    /// The address as typed before.
    pub email: String,
    /// The short name of the organisation from whose sign-in page one came.
    pub organisation: Option<String>,
    /// Faults of the fields.
    pub errors: FormErrors,
}

/// "Confirm it's you" at a provider. POST `/account/step-up/sso/{slug}`: `csrf`, `next`.
#[derive(Debug, Template)]
#[template(path = "sso/step_up.html")]
pub struct SsoStepUpPage {
    /// What every page shares.
    pub page: Page,
    /// By whom.
    pub choices: Vec<SsoChoice>,
    /// Where to go afterwards.
    pub return_to: String,
}

/// A provider that signs in to the account.
#[derive(Debug, Clone)]
pub struct LinkedSignIn {
    /// Its short name, for addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The address that it told last.
    pub email: Option<String>,
    /// When it was linked.
    pub since: Moment,
    /// When it was last used.
    pub last_used: Option<Moment>,
    /// Whether it may be used.
    pub enabled: bool,
    /// Whether the account has no other way in.
    pub is_last: bool,
}

/// The block of the security page. POST `/account/security/sso/{slug}/link` and `…/unlink`: `csrf`.
#[derive(Debug, Clone, Default)]
pub struct SignIns {
    /// Providers that sign in to the account.
    pub linked: Vec<LinkedSignIn>,
    /// Providers that could.
    pub to_link: Vec<SsoChoice>,
}

impl SignIns {
    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.linked.is_empty() && self.to_link.is_empty()
    }
}

/// A provider in the administration's list.
#[derive(Debug, Clone)]
pub struct SsoRow {
    /// Its id, for addresses.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its issuer.
    pub issuer: String,
    /// The address to be registered there.
    pub answers_at: String,
    /// Whether it may be used.
    pub enabled: bool,
    /// How many accounts it signs in to.
    pub accounts: u64,
    /// When it was last tested.
    pub checked: Option<Moment>,
    /// Whether nothing was wrong then.
    pub is_sound: bool,
}

impl SsoRow {
    fn address(&self, deed: &str) -> String {
        format!("/admin/sso/{}{deed}", self.id)
    }
}

/// The organisation's providers: `/admin/sso`.
#[derive(Debug, Template)]
#[template(path = "sso/admin.html")]
pub struct AdminSsoPage {
    /// What every page shares.
    pub page: Page,
    /// Every provider.
    pub rows: Vec<SsoRow>,
}

/// What the form holds.
#[derive(Debug, Clone, Default)]
pub struct SsoValues {
    /// The name on the button.
    pub name: String,
    /// The short name.
    pub slug: String,
    /// The issuer.
    pub issuer: String,
    /// What this installation is called there.
    pub client_id: String,
    /// The mail domains, with blanks between.
    pub domains: String,
    /// Whether somebody of those domains gets an account.
    pub jit: bool,
    /// Whether the sign-in page has a button.
    pub button: bool,
    /// When the provider that is filled in was last changed, in milliseconds; empty for a new one.
    pub seen: String,
}

/// Set up or change a provider: `/admin/sso/new`, `/admin/sso/{id}`. POST `/admin/sso` or there: `csrf`, `name`, `slug`,
/// `issuer`, `client_id`, `client_secret`, `domains`, `jit`, `button`, `seen`.
#[derive(Debug, Template)]
#[template(path = "sso/admin_form.html")]
pub struct AdminSsoFormPage {
    /// What every page shares.
    pub page: Page,
    /// The provider; `None` for a new one.
    pub known: Option<SsoRow>,
    /// What is filled in.
    pub values: SsoValues,
    /// Faults of the fields.
    pub errors: FormErrors,
}

impl AdminSsoFormPage {
    fn title(&self) -> Cow<'static, str> {
        match &self.known {
            Some(known) => Cow::Owned(known.name.clone()),
            None => self.page.t("sso-admin-new"),
        }
    }

    fn action(&self) -> String {
        self.known.as_ref().map_or_else(|| "/admin/sso".to_owned(), |known| known.address(""))
    }

    fn secret_hint(&self) -> &'static str {
        if self.known.is_some() { "hint" } else { "" }
    }
}

/// Remove a provider: `/admin/sso/{id}/remove`. POST there: `csrf`.
#[derive(Debug, Template)]
#[template(path = "sso/admin_remove.html")]
pub struct AdminSsoRemovePage {
    /// What every page shares.
    pub page: Page,
    /// The provider's id.
    pub id: String,
    /// The provider's name.
    pub name: String,
    /// How many accounts it signs in to.
    pub accounts: u64,
    /// Why it was not removed, in words.
    pub problem: Option<String>,
}

impl AdminSsoRemovePage {
    fn action(&self) -> String {
        format!("/admin/sso/{}/remove", self.id)
    }
}

/// One step of a test.
#[derive(Debug, Clone)]
pub struct SsoTestStep {
    /// What was tried, in words.
    pub name: String,
    /// What is wrong.
    pub fault: Option<String>,
}

impl SsoTestStep {
    fn icon(&self) -> &'static str {
        if self.fault.is_none() { "check-circle" } else { "alert" }
    }

    fn class(&self) -> &'static str {
        if self.fault.is_none() { "good" } else { "warn" }
    }

    fn state(&self, page: &Page) -> Cow<'static, str> {
        if self.fault.is_none() { page.t("sso-test-good") } else { page.t("sso-test-bad") }
    }
}

/// What came of a test.
#[derive(Debug, Template)]
#[template(path = "sso/admin_test.html")]
pub struct AdminSsoTestPage {
    /// What every page shares.
    pub page: Page,
    /// The provider's id.
    pub id: String,
    /// The provider's name.
    pub name: String,
    /// The steps that were taken.
    pub steps: Vec<SsoTestStep>,
}

impl AdminSsoTestPage {
    fn is_sound(&self) -> bool {
        self.steps.iter().all(|step| step.fault.is_none())
    }
}
