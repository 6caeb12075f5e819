//! Coming in: sign-in, sign-up, and the password once more.

use std::borrow::Cow;

use askama::Template;

use super::form::FormErrors;
use super::page::Page;
use super::sso::SsoChoice;
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
    /// The organisation's identity providers with a button. POST `/sso/{slug}/start`: `csrf`, `next`.
    pub providers: Vec<SsoChoice>,
    /// Whether there are providers that are found by an address.
    pub finds_sso: bool,
    /// The short name of the organisation whose page it is, where that is not the usual one.
    pub organisation: Option<String>,
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
    /// The short name of the organisation to join, where that is not the usual one.
    pub organisation: Option<String>,
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

/// "Confirm it's you" by password, for accounts with no second step. POST `/account/step-up`: `csrf`,
/// `password`, `next`. With a second step, the second step's page asks for the code.
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
