//! The other ways of a second step.

use std::borrow::Cow;

use askama::Template;

use super::page::Page;
use crate::text;
use crate::words::Moment;

/// A path with where to go afterwards.
pub(super) fn with_next(path: &str, next: Option<&str>) -> String {
    let Some(next) = next else { return path.to_owned() };
    let query: String =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    format!("{path}?{query}")
}

/// Another method to choose.
#[derive(Debug, Clone)]
pub struct MethodLink {
    /// Its icon.
    pub icon: &'static str,
    /// Its name, in words.
    pub name: String,
    /// What it needs, in words.
    pub needs: String,
    /// The form value that chooses it.
    pub value: String,
    /// Until when it can't be chosen.
    pub held_until: Option<Moment>,
}

impl MethodLink {
    /// Until when it can't be chosen, and why.
    fn held(&self, page: &Page) -> Option<Cow<'static, str>> {
        let until = page.exact(self.held_until.as_ref()?);
        let by_mail = text!("other-ways-held");
        let key = if self.value == "telegram" { text!("other-ways-held-telegram") } else { by_mail };
        Some(page.t1(key, "time", until))
    }
}

/// The other ways of the second step. POST `/second-step/method` or `/account/step-up/method`: `csrf`, `method`, `next`.
#[derive(Debug, Template)]
#[template(path = "auth/other_ways.html")]
pub struct TryAnotherWayPage {
    /// What every page shares.
    pub page: Page,
    /// The methods to choose from.
    pub methods: Vec<MethodLink>,
    /// Whether the one listed is all that the account has.
    pub only_one: bool,
    /// Whether it stands before a change in the account.
    pub step_up: bool,
    /// Where to go afterwards: a path on this server.
    pub return_to: Option<String>,
}

impl TryAnotherWayPage {
    /// Whether an authenticator is listed: of those there may be several.
    fn is_authenticator(&self) -> bool {
        self.methods.iter().any(|method| method.value == "authenticator")
    }

    fn action(&self) -> &'static str {
        if self.step_up { "/account/step-up/method" } else { "/second-step/method" }
    }

    fn back(&self) -> String {
        let path = if self.step_up { "/account/step-up" } else { "/second-step" };
        with_next(path, self.return_to.as_deref())
    }
}
