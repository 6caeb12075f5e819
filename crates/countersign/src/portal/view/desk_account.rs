//! The support desk: one account on one page.

use askama::Template;

use super::desk::RequestRow;
use super::form::FormErrors;
use super::page::Page;
use super::suspension::{SuspensionFacts, SuspensionState};
use super::watch::{ActivityEntry, SessionRow};
use crate::words::Moment;

/// One factor.
#[derive(Debug, Clone)]
pub struct FactorRow {
    /// Its icon.
    pub icon: &'static str,
    /// What it is, in words.
    pub name: String,
    /// A device's name.
    pub device: Option<String>,
    /// When it was added, where that is known.
    pub added: Option<Moment>,
    /// When it was last used, where that is known.
    pub last_used: Option<Moment>,
    /// What forms name it.
    pub value: String,
}

/// One letter, without what it said.
#[derive(Debug, Clone)]
pub struct LetterFact {
    /// Its subject, in words.
    pub kind: String,
    /// What became of it, in words.
    pub state: String,
    /// The class of its look.
    pub state_class: &'static str,
    /// When it was written.
    pub at: Moment,
}

/// A limit that is full.
#[derive(Debug, Clone)]
pub struct FullLimit {
    /// What it counts, in words.
    pub name: String,
    /// When it frees itself; `None`: not by time alone.
    pub until: Option<Moment>,
}

/// One account: `/support/accounts/{id}`. POST below it: `address`, `end-sessions`, `unlock`, `confirmation`,
/// `remove-factor` (`factor`, `reason`); each with `csrf`.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Debug, Template)]
#[template(path = "support/account.html")]
pub struct DeskAccountPage {
    /// What every page shares.
    pub page: Page,
    /// The account's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The address: masked, or in full where that was asked for.
    pub address: String,
    /// Whether it is in full.
    pub is_shown: bool,
    /// When the address was confirmed, if it was.
    pub confirmed: Option<Moment>,
    /// The role, in words.
    pub role: String,
    /// Whether it may sign in at all.
    pub active: bool,
    /// Whether its owner has locked changes ("this was not me").
    pub locked: bool,
    /// When it was made.
    pub created: Moment,
    /// When it last signed in.
    pub last_sign_in: Option<Moment>,
    /// Until when a new password that came by mail must not be enough by itself.
    pub mail_reset_until: Option<Moment>,
    /// What protects it, in words; empty: the password alone.
    pub ways: String,
    /// Whether the reader may act on it.
    pub may_act: bool,
    /// Whether its second step is suspended now.
    pub is_suspended: bool,
    /// Factors.
    pub factors: Vec<FactorRow>,
    /// Sessions.
    pub sessions: Vec<SessionRow>,
    /// Letters.
    pub letters: Vec<LetterFact>,
    /// Limits that are full now.
    pub limits: Vec<FullLimit>,
    /// Suspensions.
    pub suspensions: Vec<SuspensionFacts>,
    /// Requests.
    pub requests: Vec<RequestRow>,
    /// What happened last.
    pub events: Vec<ActivityEntry>,
    /// A reason as typed before.
    pub reason: String,
    /// Whether letters go out.
    pub by_mail: bool,
    /// Faults of the fields.
    pub errors: FormErrors,
}

impl DeskAccountPage {
    /// Nobody's page, to be filled.
    pub fn empty(page: Page) -> Self {
        Self {
            created: page.now,
            page,
            id: String::new(),
            name: String::new(),
            address: String::new(),
            is_shown: false,
            confirmed: None,
            role: String::new(),
            active: true,
            locked: false,
            last_sign_in: None,
            mail_reset_until: None,
            ways: String::new(),
            may_act: false,
            is_suspended: false,
            factors: Vec::new(),
            sessions: Vec::new(),
            letters: Vec::new(),
            limits: Vec::new(),
            suspensions: Vec::new(),
            requests: Vec::new(),
            events: Vec::new(),
            reason: String::new(),
            by_mail: true,
            errors: FormErrors::default(),
        }
    }

    /// Whether one runs or waits for a second person.
    fn stands(&self) -> bool {
        let stands = |state| matches!(state, SuspensionState::Running | SuspensionState::Waiting);
        self.suspensions.iter().any(|one| stands(one.state))
    }
}
