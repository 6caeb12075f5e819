//! The demo's pages: where to start, and a phone with authenticator apps.

use askama::Template;

use super::page::Page;

/// A ready account.
#[derive(Debug, Clone)]
pub struct DemoAccount {
    /// Its e-mail address.
    pub email: String,
    /// Its password. Ready accounts exist in the demo only.
    pub password: String,
    /// What it shows, in words.
    pub about: String,
}

/// An organisation of the demo.
#[derive(Debug, Clone)]
pub struct DemoOrganisation {
    /// Its name.
    pub name: String,
    /// Its preset.
    pub preset: String,
    /// What its preset does, in words.
    pub about: String,
    /// Its ready accounts.
    pub accounts: Vec<DemoAccount>,
}

/// Where to click: `/demo`.
#[derive(Debug, Template)]
#[template(path = "demo/start.html")]
pub struct DemoStartPage {
    /// What every page shares.
    pub page: Page,
    /// Every organisation.
    pub organisations: Vec<DemoOrganisation>,
}

/// One device on the demo's phone.
#[derive(Debug, Clone)]
pub struct TrayDevice {
    /// Its name.
    pub name: String,
    /// The present code: six digits.
    pub code: String,
    /// The code after it.
    pub next: String,
}

impl TrayDevice {
    fn shown(code: &str) -> String {
        let (left, right) = code.split_at_checked(3).unwrap_or((code, ""));
        format!("{left} {right}")
    }
}

/// One account in the demo's authenticator app.
#[derive(Debug, Clone)]
pub struct TrayApp {
    /// The organisation's name.
    pub organisation: String,
    /// The account's e-mail address.
    pub email: String,
    /// Its devices.
    pub devices: Vec<TrayDevice>,
}

/// The phone: `/demo/tray`.
#[derive(Debug, Template)]
#[template(path = "demo/tray.html")]
pub struct TrayPage {
    /// What every page shares.
    pub page: Page,
    /// The accounts that have devices.
    pub apps: Vec<TrayApp>,
    /// Every organisation with its ready accounts.
    pub organisations: Vec<DemoOrganisation>,
}

impl TrayPage {
    fn step_seconds(&self) -> i64 {
        (self.page.step_left_ms() + 999) / 1_000
    }
}
