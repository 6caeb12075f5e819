//! Suspending a second step: the form, how an account stands, the code that is read out, and the second person.

use std::borrow::Cow;

use askama::Template;

use super::form::FormErrors;
use super::page::Page;
use crate::text;
use crate::words::Moment;

/// What a reader whose session rests on a suspension is told on every page.
#[derive(Debug, Clone)]
pub struct SuspensionBanner {
    /// When the suspension ends by itself.
    pub until: Moment,
    /// Whether a new device may be set up.
    pub set_up: bool,
}

/// How far a suspension has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SuspensionState {
    /// It runs.
    Running,
    /// It waits for a second person.
    Waiting,
    /// A second person refused it, or nobody agreed in time.
    Refused,
    /// It is over.
    Over,
}

/// A suspension as staff see it.
#[derive(Debug, Clone)]
pub struct SuspensionFacts {
    /// The key of its kind's words.
    pub kind: &'static str,
    /// How far it has come.
    pub state: SuspensionState,
    /// Why.
    pub reason: String,
    /// The case it belongs to.
    pub ticket: String,
    /// How the owner was known.
    pub identity_proof: String,
    /// Who asked for it; `None`: the operator.
    pub asked_by: Option<String>,
    /// When it was asked for.
    pub created: Moment,
    /// When it ends, or ended.
    pub until: Moment,
}

impl SuspensionFacts {
    fn who(&self, page: &Page) -> String {
        self.asked_by.clone().unwrap_or_else(|| page.t("suspension-by-operator").into_owned())
    }

    /// The class and the words of how far it has come.
    pub fn badge(&self, page: &Page) -> (&'static str, Cow<'static, str>) {
        match self.state {
            SuspensionState::Running => ("warn", page.t("suspension-state-running")),
            SuspensionState::Waiting => ("warn", page.t("suspension-state-waiting")),
            SuspensionState::Refused => ("plain", page.t("suspension-state-refused")),
            SuspensionState::Over => ("plain", page.t("suspension-state-over")),
        }
    }
}

/// A kind to choose.
#[derive(Debug, Clone)]
pub struct KindChoice {
    /// The form value.
    pub value: &'static str,
    /// The key of its words.
    pub name: &'static str,
    /// The key of the sentence that says what it means.
    pub about: &'static str,
    /// Whether it is chosen.
    pub checked: bool,
}

/// Suspend a second step. POST `/support/accounts/{id}/suspend`: `csrf`, `kind`, `hours`, `reason`, `ticket`,
/// `identity_proof`.
#[derive(Debug, Template)]
#[template(path = "support/suspend.html")]
pub struct SuspendPage {
    /// What every page shares.
    pub page: Page,
    /// The account's id, for addresses.
    pub account: String,
    /// Its owner's name.
    pub person: String,
    /// Its address, masked.
    pub email: String,
    /// The kinds to choose from; none: it cannot be suspended, or not yet.
    pub kinds: Vec<KindChoice>,
    /// For how many hours, as typed.
    pub hours: String,
    /// How many hours it may be.
    pub longest: u32,
    /// Why, as typed.
    pub reason: String,
    /// The case, as typed.
    pub ticket: String,
    /// How the owner was known, as typed.
    pub identity_proof: String,
    /// Whether a second person has to agree.
    pub needs_approval: bool,
    /// Whether one runs, which this one replaces.
    pub replaces: bool,
    /// Until when a new password that came by mail must not be enough by itself.
    pub mail_reset_until: Option<Moment>,
    /// Faults of the fields.
    pub errors: FormErrors,
}

/// How an account stands. POST `/support/accounts/{id}/suspension/lift` and `…/code`: `csrf`.
#[derive(Debug, Template)]
#[template(path = "support/suspension.html")]
pub struct SuspensionPage {
    /// What every page shares.
    pub page: Page,
    /// The account's id, for addresses.
    pub account: String,
    /// Its owner's name.
    pub person: String,
    /// Its address, masked.
    pub email: String,
    /// Whether the reader may suspend it, and end that.
    pub may_act: bool,
    /// The suspension that runs or waits.
    pub present: Option<SuspensionFacts>,
    /// Whether a code can be made.
    pub takes_code: bool,
    /// Until when the newest code can be used.
    pub code_until: Option<Moment>,
    /// Those of before.
    pub past: Vec<SuspensionFacts>,
}

/// The code, shown this once. Without `Debug`.
#[derive(Template)]
#[template(path = "support/code.html")]
pub struct SupportCodePage {
    /// What every page shares.
    pub page: Page,
    /// The account's id, for addresses.
    pub account: String,
    /// The code in its groups.
    pub groups: Vec<String>,
    /// When it can no longer be used.
    pub expires_at: Moment,
}

/// A suspension that waits for a second person.
#[derive(Debug, Clone)]
pub struct WaitingRow {
    /// Its id, for addresses.
    pub id: String,
    /// Whose second step.
    pub person: String,
    /// The address, masked.
    pub email: String,
    /// Its facts.
    pub facts: SuspensionFacts,
    /// For how long it is to run, in words.
    pub length: String,
    /// Until when somebody may agree.
    pub waits_until: Moment,
    /// Whether the reader may decide.
    pub may_decide: bool,
}

/// Those that wait for a second person.
#[derive(Debug, Template)]
#[template(path = "support/suspensions.html")]
pub struct WaitingPage {
    /// What every page shares.
    pub page: Page,
    /// The longest waiting first.
    pub rows: Vec<WaitingRow>,
}

/// Deciding one. POST `/support/suspensions/{id}`: `csrf`, `reason`, `decision` (`approve` or `refuse`).
#[derive(Debug, Template)]
#[template(path = "support/decide.html")]
pub struct DecidePage {
    /// What every page shares.
    pub page: Page,
    /// What is decided.
    pub row: WaitingRow,
    /// The reason as typed.
    pub reason: String,
    /// Faults of the fields.
    pub errors: FormErrors,
}

/// The keys of the words that say what a kind means.
pub fn kind_about(name: &str) -> &'static str {
    if name == "password-alone" {
        text!("suspension-kind-password-alone-about")
    } else {
        text!("suspension-kind-support-code-about")
    }
}
