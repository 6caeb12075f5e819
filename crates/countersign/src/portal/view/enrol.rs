//! Setting up an authenticator, in three steps.

use std::borrow::Cow;

use askama::Template;

use super::form::FormErrors;
use super::page::Page;
use crate::words::Moment;

/// Before the start: what will happen. `/account/security/authenticator`; POST
/// `/account/security/authenticator/start`: `csrf`.
#[derive(Debug, Template)]
#[template(path = "account/set_up_start.html")]
pub struct SetUpStartPage {
    /// What every page shares; with `must_enrol` nothing else may be reached.
    pub page: Page,
    /// Whether a second step is on already, so that this adds a device.
    pub another: bool,
    /// How many other sessions will be signed out.
    pub other_sessions: u32,
    /// Whether codes by e-mail are switched off by it (EXC-2).
    pub ends_email: bool,
    /// Whether codes by e-mail may be switched on instead.
    pub or_email: bool,
}

/// What was wrong with the code typed during set-up.
#[derive(Debug, Clone, Copy)]
pub enum SetUpCheck {
    /// It is not six digits.
    Malformed,
    /// It fits no moment near now; how many tries are left.
    Wrong(u32),
    /// It fits another moment: the device's clock is this many minutes fast (or, negative, slow).
    ClockWrong(i64),
    /// Too many attempts; codes are taken again at this moment.
    TooMany(Option<Moment>),
}

impl SetUpCheck {
    /// What happened and what to do next.
    pub fn text(self, page: &Page) -> Cow<'static, str> {
        match self {
            Self::Malformed => page.t("code-malformed"),
            Self::Wrong(left) => page.t1("set-up-code-wrong", "n", left),
            Self::ClockWrong(minutes) => {
                let time = page.minutes(&u32::try_from(minutes.unsigned_abs()).unwrap_or(u32::MAX));
                if minutes >= 0 {
                    page.t1("clock-fast", "time", time)
                } else {
                    page.t1("clock-slow", "time", time)
                }
            }
            Self::TooMany(Some(until)) => {
                page.t2("too-many-until", "time", page.left(&until), "clock", page.clock(&until))
            }
            Self::TooMany(None) => page.t("too-many"),
        }
    }
}

/// The QR code and the code to prove it: `/account/security/authenticator/set-up`. POST
/// `/account/security/authenticator/confirm`: `csrf`, `name`, `code`. The picture: POST
/// `/account/security/authenticator/qr`: `csrf`. Giving up: POST
/// `/account/security/authenticator/cancel`: `csrf`.
#[derive(Template)]
#[template(path = "account/set_up.html")]
pub struct SetUpPage {
    /// What every page shares; with `must_enrol` nothing else may be reached.
    pub page: Page,
    /// The QR code as a `data:` URI of a picture.
    pub qr: String,
    /// The key as text, in groups of four.
    pub key_groups: Vec<String>,
    /// The device name as typed before.
    pub name: String,
    /// What was wrong with the last code.
    pub problem: Option<SetUpCheck>,
    /// Faults of the name.
    pub errors: FormErrors,
    /// When the set-up began.
    pub started_at: Moment,
    /// When it ends.
    pub expires_at: Moment,
    /// Whether the key as text stands open beside the QR code (EXC-5).
    pub key_open: bool,
}

impl SetUpPage {
    fn span_ms(&self) -> u128 {
        self.expires_at.since(self.started_at).as_millis()
    }

    fn step_seconds(&self) -> i64 {
        (self.page.step_left_ms() + 999) / 1_000
    }

    fn problem_text(&self) -> Cow<'static, str> {
        self.problem.map_or(Cow::Borrowed(""), |problem| problem.text(&self.page))
    }

    fn clock_is_wrong(&self) -> bool {
        matches!(self.problem, Some(SetUpCheck::ClockWrong(_)))
    }

    /// The eye belongs to the QR code first, and to the code once one was wrong.
    fn focus_code(&self) -> bool {
        self.problem.is_some()
    }
}

/// Done: what changed.
#[derive(Debug, Template)]
#[template(path = "account/set_up_done.html")]
pub struct SetUpDonePage {
    /// What every page shares.
    pub page: Page,
    /// The device's name.
    pub name: String,
    /// Whether it is the account's first, so that the second step is on from now.
    pub first: bool,
    /// How many other sessions were signed out.
    pub sessions_ended: u32,
    /// Whether another device may be added.
    pub can_add: bool,
}

/// The key one last time (EXC-7): `/account/security/authenticator/last-showing`. *Download*: POST there with
/// `/download`: `csrf`. *Accept*: POST there with `/accept`: `csrf`, `first`, `ended`.
#[derive(Template)]
#[template(path = "account/last_showing.html")]
pub struct LastShowingPage {
    /// What every page shares.
    pub page: Page,
    /// The device's name.
    pub name: String,
    /// The QR code as a `data:` URI of a picture.
    pub qr: String,
    /// The key as text, in groups of four.
    pub key_groups: Vec<String>,
    /// Whether the device is the account's first, for the page that follows.
    pub first: bool,
    /// How many other sessions were signed out, for the page that follows.
    pub sessions_ended: u32,
}
