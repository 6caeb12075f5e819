//! The recovery key: before one is made, and the only page that ever shows one.

use std::borrow::Cow;

use askama::Template;
use zeroize::Zeroizing;

use super::form::FormErrors;
use super::page::Page;
use crate::words::Moment;

/// What is there already.
#[derive(Debug, Clone, Copy)]
pub enum KeyState {
    /// No key.
    None,
    /// One that was shown at this moment and never confirmed as saved.
    Unsaved(Moment),
    /// One that its owner has saved.
    Saved(Moment),
    /// The session began with the key, which is used up.
    UsedUp,
}

/// Before a key is made: `/account/security/recovery-key`. POST `/account/security/recovery-key/make`: `csrf`, `set_up`, or
/// `…/start` where a proof comes first.
#[derive(Debug, Template)]
#[template(path = "account/recovery_key.html")]
pub struct RecoveryKeyPage {
    /// What every page shares; with `must_enrol` nothing else may be reached.
    pub page: Page,
    /// What is there already.
    pub state: KeyState,
    /// Whether the key may be made at once.
    pub may_make: bool,
}

impl RecoveryKeyPage {
    fn action(&self) -> &'static str {
        if self.may_make {
            "/account/security/recovery-key/make"
        } else {
            "/account/security/recovery-key/start"
        }
    }

    fn button(&self) -> Cow<'static, str> {
        if self.may_make { self.page.t("key-make") } else { self.page.t("continue") }
    }

    /// Whether it is the key that ends a set-up.
    fn ends_set_up(&self) -> bool {
        self.may_make && matches!(self.state, KeyState::None)
    }

    /// Whether somebody may leave it for later without breaking anything off.
    fn may_wait(&self) -> bool {
        !self.page.must_enrol
    }
}

/// A key that was just made. POST `/account/security/recovery-key/save`: `csrf`, `key`, `first`, `second`, `set_up`. The file: POST
/// `…/file`: `csrf`, `key`.
#[derive(Template)]
#[template(path = "account/recovery_key_made.html")]
pub struct RecoveryKeyMadePage {
    /// What every page shares; with `must_enrol` nothing else may be reached.
    pub page: Page,
    /// The account, masked, for the printed sheet.
    pub account: String,
    /// The key in groups with dashes between them.
    pub key: Zeroizing<String>,
    /// The two groups to type, counted from 1.
    pub groups: (usize, usize),
    /// Faults of what was typed.
    pub errors: FormErrors,
    /// Whether it ends a set-up, which the page that follows tells.
    pub set_up: bool,
}

impl RecoveryKeyMadePage {
    /// The groups, each but the last with its dash.
    fn parts(&self) -> Vec<&str> {
        self.key.split_inclusive('-').collect()
    }
}
