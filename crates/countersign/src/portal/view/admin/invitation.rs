//! Invitations: one, many, and what a list would lead to.

use std::borrow::Cow;

use askama::Template;

use super::super::form::FormErrors;
use super::super::page::Page;
use super::{Choice, Pager};
use crate::words::Moment;

/// One invitation that was not used yet.
#[derive(Debug, Clone)]
pub struct InvitationLine {
    /// Its id, for addresses.
    pub id: String,
    /// To whom.
    pub email: String,
    /// The role in words.
    pub role: String,
    /// When it was made.
    pub made: Moment,
    /// When it ends.
    pub until: Moment,
}

/// A link that somebody has to hand over, as no letters go out.
#[derive(Debug, Clone)]
pub struct HandOver {
    /// To whom.
    pub email: String,
    /// The whole address.
    pub link: String,
    /// When it ends.
    pub until: Moment,
}

/// Invitations: `/admin/invitations`. POST there: `csrf`, `email`, `role`; to `…/list`: `csrf`, `list`; to `…/{id}/resend`
/// and `…/{id}/withdraw`: `csrf`.
#[derive(Debug, Template)]
#[template(path = "admin/invitations.html")]
pub struct InvitationsPage {
    /// What every page shares.
    pub page: Page,
    /// The address as typed before.
    pub email: String,
    /// The roles.
    pub roles: Vec<Choice>,
    /// Those that wait.
    pub lines: Vec<InvitationLine>,
    /// The neighbours.
    pub pager: Pager,
    /// A link to be handed over.
    pub hand_over: Option<HandOver>,
    /// The list as pasted before.
    pub list: String,
    /// Most lines of a list.
    pub most_lines: usize,
    /// Whether letters go out: the links of a list are told to nobody.
    pub by_mail: bool,
    /// Faults of the fields.
    pub errors: FormErrors,
}

/// What kind of outcome a line has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanLook {
    /// It invites somebody.
    Good,
    /// There is nothing to do.
    Idle,
    /// It cannot be used.
    Bad,
}

/// One line of a list and what becomes of it.
#[derive(Debug, Clone)]
pub struct PlanLine {
    /// Its number.
    pub number: u32,
    /// What stands there, without anything that a spreadsheet takes for a formula.
    pub written: String,
    /// What becomes of it, in words.
    pub text: String,
    /// Of what kind that is.
    pub look: PlanLook,
}

impl PlanLine {
    fn class(&self) -> &'static str {
        match self.look {
            PlanLook::Good => "good",
            PlanLook::Idle => "",
            PlanLook::Bad => "bad",
        }
    }
}

/// What a list would lead to: answered by POST `/admin/invitations/list`. POST `/admin/invitations/list/send`: `csrf`,
/// `list`, `mark`.
#[derive(Debug, Template)]
#[template(path = "admin/invitation_plan.html")]
pub struct InvitationPlanPage {
    /// What every page shares.
    pub page: Page,
    /// The list as it came.
    pub list: String,
    /// What names this very plan.
    pub mark: String,
    /// How many people are invited.
    pub invites: usize,
    /// Every line.
    pub lines: Vec<PlanLine>,
    /// Whether it is another plan than the one that was agreed to.
    pub changed: bool,
    /// How many people were invited before that showed.
    pub sent: usize,
}

impl InvitationPlanPage {
    fn of(&self, look: PlanLook) -> usize {
        self.lines.iter().filter(|line| line.look == look).count()
    }

    fn told(&self) -> Cow<'static, str> {
        self.page.t2("plan-left-out", "idle", self.of(PlanLook::Idle), "bad", self.of(PlanLook::Bad))
    }
}
