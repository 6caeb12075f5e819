//! API tokens: keys for programs.

use askama::Template;

use super::form::FormErrors;
use super::page::Page;
use crate::words::Moment;

/// One API token; its secret is never shown again.
#[derive(Debug, Clone)]
pub struct ApiTokenRow {
    /// Its id, for addresses.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it may do, in words.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created: Moment,
    /// When it ends by itself.
    pub expires: Moment,
    /// When it was last used.
    pub last_used: Option<Moment>,
}

impl ApiTokenRow {
    fn has_expired(&self, page: &Page) -> bool {
        self.expires <= page.now
    }
}

/// API tokens: `/account/api-tokens`. End one: POST `/account/api-tokens/{id}/end`: `csrf`.
#[derive(Debug, Template)]
#[template(path = "account/tokens.html")]
pub struct ApiTokensPage {
    /// What every page shares.
    pub page: Page,
    /// Every token that was not ended.
    pub tokens: Vec<ApiTokenRow>,
}

/// A right to choose.
#[derive(Debug, Clone)]
pub struct ScopeChoice {
    /// The field's name, for example `account:read`.
    pub value: String,
    /// What it allows, in words.
    pub name: String,
    /// Whether it is chosen.
    pub checked: bool,
}

/// Make a token: `/account/api-tokens/new`. POST `/account/api-tokens`: `csrf`, `name`, `days`, and
/// for each chosen right a field of its name (`account:read=on`).
#[derive(Debug, Template)]
#[template(path = "account/token_new.html")]
pub struct ApiTokenNewPage {
    /// What every page shares.
    pub page: Page,
    /// The name as typed before.
    pub name: String,
    /// Every right.
    pub scopes: Vec<ScopeChoice>,
    /// The life chosen before, in days.
    pub days: u32,
    /// Faults of the fields.
    pub errors: FormErrors,
}

impl ApiTokenNewPage {
    fn lives(&self) -> [(u32, bool); 4] {
        [7, 30, 90, 365].map(|days| (days, days == self.days))
    }
}

/// The token, shown this once.
#[derive(Template)]
#[template(path = "account/token_made.html")]
pub struct ApiTokenMadePage {
    /// What every page shares.
    pub page: Page,
    /// The token's name.
    pub name: String,
    /// The token.
    pub token: String,
    /// When it ends by itself.
    pub expires: Moment,
}
