//! Every part of the portal's look in its empty, loading, error, success and long-text states.
//!
//! For designers and for the browser tests that photograph it: `/demo/styleguide`, in the demo only.
//! Its own headings are English; the parts speak the page's language.

use std::borrow::Cow;

use askama::Template;

use crate::portal::view::{Accent, Blocked, FormErrors, MethodRow, MethodState, Page, SetUpCheck, Strength};
use crate::portal::view::{ChatRow, Chats, CodeProblem, Device, PhoneEntry, PhoneList};
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
        let methods = vec![off, on, paused, phones(&page), chats(&page)];
        Self { page, nothing_wrong: FormErrors::default(), wrong, methods }
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

/// The row of phone numbers: one that was used, and one that waits for its proof.
fn phones(page: &Page) -> MethodRow {
    let now = page.now;
    let entry = |masked: &str, waits_until| PhoneEntry {
        id: "0".to_owned(),
        masked: masked.to_owned(),
        added: Moment(now.0 - 3 * 86_400_000),
        last_used: None,
        waits_until,
    };
    let waiting = entry("+43 664 *****21", Some(Moment(now.0 + 420_000)));
    let entries = vec![entry("+49 171 *****11", None), waiting];
    MethodRow {
        state: MethodState::On,
        is_on: true,
        phones: Some(PhoneList { entries, most: 3, may_add: true }),
        ..MethodRow::new(page, ("call", "method-phone", "method-phone-about"), Strength::Weak)
    }
}

/// The row of Telegram accounts: one that answers, and one whose owner has blocked the bot.
fn chats(page: &Page) -> MethodRow {
    let now = page.now;
    let chat = |name: &str, is_blocked| ChatRow {
        id: "0".to_owned(),
        name: name.to_owned(),
        added: Moment(now.0 - 3 * 86_400_000),
        last_used: None,
        is_blocked,
    };
    let rows = vec![chat("Robin (@robin_example)", false), chat(LONG, true)];
    MethodRow {
        state: MethodState::On,
        is_on: true,
        chats: Chats { rows, most: 3, may_link: true },
        ..MethodRow::new(page, ("message", "method-telegram", "method-telegram-about"), Strength::Weak)
    }
}
