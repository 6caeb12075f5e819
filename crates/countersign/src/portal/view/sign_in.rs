//! Coming in: sign-in, sign-up and the second step.

use std::borrow::Cow;

use askama::Template;

use super::form::FormErrors;
use super::page::Page;
use crate::words::Moment;

/// A small sum that the browser does before it may try again; against guessing by strangers.
#[derive(Debug, Clone)]
pub struct Puzzle {
    /// The puzzle; `puzzle.answer` goes back in the hidden field `puzzle`.
    pub text: String,
    /// How many leading zero bits SHA-256 of `puzzle.answer` must have.
    pub bits: u32,
}

/// Why the sign-in was refused.
#[derive(Debug, Clone, Copy)]
pub enum SignInProblem {
    /// The address or the password is wrong; which of them is not told.
    Wrong,
    /// Too many attempts; they are taken again at this moment.
    TooMany(Option<Moment>),
    /// The puzzle was not solved (no JavaScript, or the page was open for too long).
    Puzzle,
    /// Only browsers that have signed in before are let in for now.
    KnownBrowsersOnly,
    /// The database cannot be asked; nothing was judged.
    Busy,
}

impl SignInProblem {
    /// What happened and what to do next.
    pub fn text(self, page: &Page) -> Cow<'static, str> {
        match self {
            Self::Wrong => page.t("sign-in-wrong"),
            Self::TooMany(Some(until)) => {
                page.t2("too-many-until", "time", page.left(&until), "clock", page.clock(&until))
            }
            Self::TooMany(None) => page.t("too-many"),
            Self::Puzzle => page.t("sign-in-puzzle"),
            Self::KnownBrowsersOnly => page.t1("sign-in-known-browsers", "organisation", &page.organisation),
            Self::Busy => page.t("sign-in-busy"),
        }
    }
}

/// Sign in. POST `/sign-in`: `csrf`, `email`, `password`, `puzzle`, `next`.
#[derive(Debug, Template)]
#[template(path = "auth/sign_in.html")]
pub struct SignInPage {
    /// What every page shares.
    pub page: Page,
    /// The address as typed before.
    pub email: String,
    /// Why the last attempt was refused.
    pub problem: Option<SignInProblem>,
    /// Faults of the fields.
    pub errors: FormErrors,
    /// The puzzle to solve with the next attempt.
    pub puzzle: Option<Puzzle>,
    /// Whether anybody may sign up.
    pub sign_up_open: bool,
    /// Where to go afterwards.
    pub return_to: Option<String>,
}

/// Sign up. POST `/sign-up`: `csrf`, `email`, `display_name`, `password`.
#[derive(Debug, Template)]
#[template(path = "auth/sign_up.html")]
pub struct SignUpPage {
    /// What every page shares.
    pub page: Page,
    /// The address as typed before.
    pub email: String,
    /// The name as typed before.
    pub display_name: String,
    /// The fewest characters a password may have.
    pub password_least: u32,
    /// Faults of the fields.
    pub errors: FormErrors,
}

/// After a sign-up: the same page whether the address was new or taken.
#[derive(Debug, Template)]
#[template(path = "auth/sign_up_done.html")]
pub struct SignUpDonePage {
    /// What every page shares.
    pub page: Page,
    /// Whether a letter finishes it.
    pub by_letter: bool,
}

/// What a second step is for.
#[derive(Debug, Clone)]
pub enum SecondStepPurpose {
    /// Signing in.
    SignIn,
    /// Confirming a change in the account.
    StepUp,
    /// Removing the device of this name.
    RemoveAuthenticator(String),
}

/// What was wrong with the code that was typed.
#[derive(Debug, Clone, Copy)]
pub enum CodeProblem {
    /// It is not six digits.
    Malformed,
    /// It is wrong; how many tries are left.
    Wrong(u32),
    /// It was right until it expired.
    Late,
    /// It was used before.
    Used,
    /// Too many attempts; codes are taken again at this moment.
    TooMany(Option<Moment>),
    /// This second step is over: start again.
    Over,
}

impl CodeProblem {
    /// What happened and what to do next.
    pub fn text(self, page: &Page) -> Cow<'static, str> {
        match self {
            Self::Malformed => page.t("code-malformed"),
            Self::Wrong(left) => page.t1("code-wrong", "n", left),
            Self::Late => page.t("code-late"),
            Self::Used => page.t("code-used"),
            Self::TooMany(Some(until)) => {
                page.t2("too-many-until", "time", page.left(&until), "clock", page.clock(&until))
            }
            Self::TooMany(None) => page.t("too-many"),
            Self::Over => page.t("second-step-over-text"),
        }
    }
}

/// Another method to choose.
#[derive(Debug, Clone)]
pub struct MethodLink {
    /// Its icon.
    pub icon: &'static str,
    /// Its name, in words.
    pub name: String,
    /// The form value that chooses it.
    pub value: String,
}

impl MethodLink {
    /// The authenticator.
    pub fn authenticator(page: &Page) -> Self {
        Self {
            icon: "phone",
            name: page.t("method-authenticator").into_owned(),
            value: "authenticator".to_owned(),
        }
    }
}

/// The second step. POST `/second-step`: `csrf`, `code`. Cancel: POST `/second-step/cancel`: `csrf`.
#[derive(Debug, Template)]
#[template(path = "auth/second_step.html")]
pub struct SecondStepPage {
    /// What every page shares.
    pub page: Page,
    /// What it is for.
    pub purpose: SecondStepPurpose,
    /// The account, masked.
    pub account: String,
    /// What was wrong with the last code.
    pub problem: Option<CodeProblem>,
    /// When this second step began.
    pub started_at: Moment,
    /// When it ends.
    pub expires_at: Moment,
    /// Where to go afterwards: a path on this server.
    pub return_to: Option<String>,
}

impl SecondStepPage {
    /// Whether a code may still be typed.
    pub fn is_over(&self) -> bool {
        matches!(self.problem, Some(CodeProblem::Over))
    }

    /// Whether it stands before a change in the account. Its page belongs to the session, as does its form's token, and
    /// leaving it ends nothing.
    fn is_step_up(&self) -> bool {
        matches!(self.purpose, SecondStepPurpose::StepUp)
    }

    /// The milliseconds that the whole second step takes.
    pub fn span_ms(&self) -> u128 {
        self.expires_at.since(self.started_at).as_millis()
    }

    /// Where the code is sent: a step-up proves the session along with it.
    fn action(&self) -> &'static str {
        match self.purpose {
            SecondStepPurpose::StepUp => "/account/step-up",
            SecondStepPurpose::SignIn | SecondStepPurpose::RemoveAuthenticator(_) => "/second-step",
        }
    }

    fn heading(&self) -> Cow<'static, str> {
        match self.purpose {
            SecondStepPurpose::SignIn => self.page.t("second-step-title"),
            SecondStepPurpose::StepUp => self.page.t("step-up-title"),
            SecondStepPurpose::RemoveAuthenticator(_) => self.page.t("remove-challenge-title"),
        }
    }

    fn reason(&self) -> Cow<'static, str> {
        match &self.purpose {
            SecondStepPurpose::SignIn => self.page.t("second-step-lead"),
            SecondStepPurpose::StepUp => self.page.t("step-up-code-lead"),
            SecondStepPurpose::RemoveAuthenticator(name) => {
                self.page.t1("remove-challenge-lead", "name", name)
            }
        }
    }

    fn button(&self) -> Cow<'static, str> {
        match self.purpose {
            SecondStepPurpose::SignIn => self.page.t("sign-in-button"),
            SecondStepPurpose::StepUp => self.page.t("continue"),
            SecondStepPurpose::RemoveAuthenticator(_) => self.page.t("remove-device-button"),
        }
    }

    fn cancel(&self) -> Cow<'static, str> {
        match self.purpose {
            SecondStepPurpose::SignIn => self.page.t("cancel-and-sign-out"),
            _ => self.page.t("cancel"),
        }
    }

    fn again(&self) -> &'static str {
        match self.purpose {
            SecondStepPurpose::SignIn => "/sign-in",
            _ => "/account/security",
        }
    }

    fn problem_text(&self) -> Cow<'static, str> {
        self.problem.map_or(Cow::Borrowed(""), |problem| problem.text(&self.page))
    }

    /// Only a wrong code may come of a wrong clock; the offset itself is never told (MSG-11).
    fn links_to_clock(&self) -> bool {
        matches!(self.problem, Some(CodeProblem::Wrong(_)))
    }

    /// Where cancelling posts to.
    pub fn cancel_action(&self) -> &'static str {
        "/second-step/cancel"
    }
}

/// The other ways of the second step. POST `/second-step/method`: `csrf`, `method`.
#[derive(Debug, Template)]
#[template(path = "auth/other_ways.html")]
pub struct TryAnotherWayPage {
    /// What every page shares.
    pub page: Page,
    /// Every method of the account.
    pub methods: Vec<MethodLink>,
}

/// "Confirm it's you" by password, for accounts with no second step. POST `/account/step-up`: `csrf`,
/// `password`, `next`. With a second step, [`SecondStepPage`] asks for the code.
#[derive(Debug, Template)]
#[template(path = "auth/step_up_password.html")]
pub struct StepUpPasswordPage {
    /// What every page shares.
    pub page: Page,
    /// Faults of the fields.
    pub errors: FormErrors,
    /// Where to go afterwards.
    pub return_to: String,
}
