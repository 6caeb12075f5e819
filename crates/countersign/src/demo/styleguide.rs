//! Every part of the portal's look in its empty, loading, error, success and long-text states.
//!
//! For designers and for the browser tests that photograph it: `/demo/styleguide`, in the demo only.
//! Its own headings are English; the parts speak the page's language.

use std::borrow::Cow;

use askama::Template;

use crate::portal::view::{Accent, Blocked, FormErrors, MethodRow, MethodState, Page, SetUpCheck, Strength};
use crate::portal::view::{CodeProblem, Device};
use crate::words::Moment;

/// A name as long as the rules allow, with no place to break.
const LONG: &str = "Donaudampfschifffahrtselektrizitätenhaup";

/// The styleguide.
#[derive(Debug, Template)]
#[template(path = "demo/styleguide.html")]
pub struct StyleguidePage {
    /// What every page shares.
    pub page: Page,
    nothing_wrong: FormErrors,
    wrong: FormErrors,
    methods: Vec<MethodRow>,
}

impl StyleguidePage {
    /// The styleguide in the page's language and colour.
    pub fn new(page: Page) -> Self {
        let wrong = FormErrors::default()
            .with("wrong_email", page.t("email-fault-not-one-at"))
            .with("wrong_password", page.t1("password-fault-too-short", "min", 15));
        let now = page.now;
        let device = |name: &str, days: i64, last_used| Device {
            id: "0".to_owned(),
            name: name.to_owned(),
            added: Moment(now.0 - days * 86_400_000),
            last_used,
        };
        let mut off = MethodRow::authenticator(&page, MethodState::Off, Vec::new(), 5);
        off.set_up = Some("#".to_owned());
        let two = vec![device("Pixel", 3, Some(now)), device(LONG, 400, None)];
        let mut on = MethodRow::authenticator(&page, MethodState::On, two, 5);
        on.set_up.clone_from(&off.set_up);
        let one = vec![device("Aegis", 40, Some(Moment(now.0 - 7_200_000)))];
        let mut paused =
            MethodRow::authenticator(&page, MethodState::Suspended(Moment(now.0 + 86_400_000)), one, 1);
        let reason = page.t("change-refused-suspended").into_owned();
        paused.blocked = Some(Blocked { reason, confirm_address: false });
        Self { page, nothing_wrong: FormErrors::default(), wrong, methods: vec![off, on, paused] }
    }

    /// The code box's states: name and error.
    fn codes(&self) -> Vec<(&'static str, Cow<'static, str>)> {
        let late = Moment(self.page.now.0 + 300_000);
        vec![
            ("Empty", Cow::Borrowed("")),
            ("Wrong", CodeProblem::Wrong(3).text(&self.page)),
            ("Late", CodeProblem::Late.text(&self.page)),
            ("Used", CodeProblem::Used.text(&self.page)),
            ("Clock", SetUpCheck::ClockWrong(-3).text(&self.page)),
            ("Too many", CodeProblem::TooMany(Some(late)).text(&self.page)),
        ]
    }

    fn long() -> &'static str {
        LONG
    }
}
