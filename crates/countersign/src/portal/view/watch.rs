//! Sessions and activity: who has been here.

use std::borrow::Cow;

use askama::Template;

use super::page::Page;
use crate::words::Moment;

/// One session.
#[derive(Debug, Clone)]
pub struct SessionRow {
    /// Its id, for addresses.
    pub id: String,
    /// The browser's name, where it is known.
    pub browser: Option<String>,
    /// The system's name, where it is known.
    pub system: Option<String>,
    /// The address it was last used from.
    pub address: String,
    /// When it was last used.
    pub last_used: Moment,
    /// When it began.
    pub created: Moment,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// A device in words: "Firefox on Android".
pub fn device(page: &Page, browser: Option<&str>, system: Option<&str>) -> Cow<'static, str> {
    match (browser, system) {
        (Some(browser), Some(system)) => page.t2("device-on", "browser", browser, "system", system),
        (Some(one), None) | (None, Some(one)) => Cow::Owned(one.to_owned()),
        (None, None) => page.t("device-unknown"),
    }
}

impl SessionRow {
    pub(super) fn device(&self, page: &Page) -> Cow<'static, str> {
        device(page, self.browser.as_deref(), self.system.as_deref())
    }
}

/// Sessions: `/account/sessions`. End one: POST `/account/sessions/{id}/end`: `csrf`; all others: POST
/// `/account/sessions/end-others`: `csrf`.
#[derive(Debug, Template)]
#[template(path = "account/sessions.html")]
pub struct SessionsPage {
    /// What every page shares.
    pub page: Page,
    /// Every session, the present one first.
    pub sessions: Vec<SessionRow>,
}

/// Which part of the activity is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ActivityFilter {
    /// Everything.
    #[default]
    All,
    /// Sign-ins and sign-outs.
    SignIns,
    /// Changes of the account.
    Changes,
    /// What failed or was refused.
    Failures,
}

impl ActivityFilter {
    /// Every filter.
    pub const ALL: [Self; 4] = [Self::All, Self::SignIns, Self::Changes, Self::Failures];

    /// The value of `?show=`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::SignIns => "sign-ins",
            Self::Changes => "changes",
            Self::Failures => "failures",
        }
    }

    /// The filter of a value; anything unknown shows everything.
    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|filter| filter.as_str() == text).unwrap_or_default()
    }

    fn label(self, page: &Page) -> Cow<'static, str> {
        match self {
            Self::All => page.t("activity-all"),
            Self::SignIns => page.t("activity-sign-ins"),
            Self::Changes => page.t("activity-changes"),
            Self::Failures => page.t("activity-failures"),
        }
    }
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct ActivityEntry {
    /// When.
    pub at: Moment,
    /// What, as a sentence (the words of the event's text key).
    pub text: String,
    /// What it concerned, for example a device's name.
    pub subject: Option<String>,
    /// Whether it failed or was refused.
    pub failed: bool,
    /// The browser's name, where it is known.
    pub browser: Option<String>,
    /// The system's name, where it is known.
    pub system: Option<String>,
    /// From which address.
    pub address: Option<String>,
}

impl ActivityEntry {
    pub(super) fn device(&self, page: &Page) -> Option<Cow<'static, str>> {
        let known = self.browser.is_some() || self.system.is_some();
        known.then(|| device(page, self.browser.as_deref(), self.system.as_deref()))
    }
}

/// Activity: `/account/activity?show=…&before=…`.
#[derive(Debug, Template)]
#[template(path = "account/activity.html")]
pub struct ActivityPage {
    /// What every page shares.
    pub page: Page,
    /// What is shown.
    pub filter: ActivityFilter,
    /// The entries, newest first.
    pub entries: Vec<ActivityEntry>,
    /// The address of the newest page, unless this is it.
    pub newest: Option<String>,
    /// The address of the next older page, if there is one.
    pub older: Option<String>,
}

impl ActivityPage {
    fn filters(&self) -> [(ActivityFilter, bool); 4] {
        ActivityFilter::ALL.map(|filter| (filter, filter == self.filter))
    }

    /// The entries by day, newest first.
    fn days(&self) -> Vec<(Cow<'static, str>, Vec<&ActivityEntry>)> {
        let mut days: Vec<(Cow<'static, str>, Vec<&ActivityEntry>)> = Vec::new();
        for entry in &self.entries {
            let day = self.page.date(&entry.at);
            match days.last_mut() {
                Some((last, entries)) if *last == day => entries.push(entry),
                _ => days.push((day, vec![entry])),
            }
        }
        days
    }
}
