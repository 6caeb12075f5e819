//! "Protect your account": the choice of a method after signing in, and that it is done.

use std::borrow::Cow;

use askama::Template;

use super::form::FormErrors;
use super::page::Page;
use super::security::{Device, Strength};
use crate::text;
use crate::words::Moment;

/// Why the page is shown.
#[derive(Debug, Clone, Copy)]
pub enum EnrolmentReason {
    /// A second step may be set up.
    Offered,
    /// It will be required at this moment.
    Grace(Moment),
    /// It is required.
    Required,
    /// Support let the person in without the factor that is lost.
    UnderSuspension,
    /// The recovery key did.
    Recovered,
}

impl EnrolmentReason {
    fn replaces(self) -> bool {
        matches!(self, Self::UnderSuspension | Self::Recovered)
    }

    fn may_wait(self) -> bool {
        matches!(self, Self::Offered | Self::Grace(_))
    }
}

/// What has to be done before a method can be chosen.
#[derive(Debug, Clone)]
pub enum EnrolmentHurdle {
    /// Nothing.
    None,
    /// This address has to be confirmed: POST `/account/set-up/confirm`: `csrf`.
    ConfirmAddress(String),
    /// The proof is too old; signing out and in again is the way on.
    SignInAgain,
    /// One of these devices has to go first.
    RemoveDevice(Vec<Device>),
    /// Something that this page cannot change, in words.
    Told(String),
}

/// A method to choose.
#[derive(Debug, Clone)]
pub struct EnrolmentChoice {
    /// Its name in forms.
    pub value: &'static str,
    /// The name of its icon.
    pub icon: &'static str,
    /// "Enable with …".
    pub label: String,
    /// What it is.
    pub about: String,
    /// Why it is that strong, where its strength alone does not say it.
    pub why: Option<String>,
    /// How strong it is.
    pub strength: Strength,
}

impl EnrolmentChoice {
    fn why(&self, page: &Page) -> Cow<'static, str> {
        self.why.clone().map_or_else(|| self.strength.why(page), Cow::Owned)
    }
}

/// The choice of a method: `/account/set-up`. POST there: `csrf`, `method`, `next`. Putting it off: POST
/// `/account/set-up/not-now`: `csrf`, `next`.
#[derive(Debug, Template)]
#[template(path = "account/enrolment.html")]
pub struct EnrolmentPage {
    /// What every page shares.
    pub page: Page,
    /// Why it is shown.
    pub reason: EnrolmentReason,
    /// What comes first.
    pub hurdle: EnrolmentHurdle,
    /// The methods, at least one where nothing comes first.
    pub methods: Vec<EnrolmentChoice>,
    /// How many other sessions will be signed out.
    pub other_sessions: u32,
    /// Whether a recovery key follows.
    pub key_follows: bool,
    /// Whether an authenticator switches codes by e-mail off (EXC-2).
    pub ends_email: bool,
    /// Whether letters can't get out at this moment.
    pub mail_is_down: bool,
    /// Faults of the choice.
    pub errors: FormErrors,
    /// Where to go on when it is put off.
    pub return_to: Option<String>,
}

impl EnrolmentPage {
    fn title(&self) -> Cow<'static, str> {
        self.page.t(if self.reason.replaces() {
            text!("enrolment-new-title")
        } else {
            text!("enrolment-title")
        })
    }

    fn lead(&self) -> Cow<'static, str> {
        let page = &self.page;
        match self.reason {
            EnrolmentReason::Offered => page.t("enrolment-lead-offered"),
            EnrolmentReason::Grace(until) => {
                page.t2("enrolment-lead-grace", "organisation", &page.organisation, "date", page.date(&until))
            }
            EnrolmentReason::Required => page.t1("must-enrol-lead", "organisation", &page.organisation),
            EnrolmentReason::UnderSuspension => page.t("enrolment-lead-suspended"),
            EnrolmentReason::Recovered => page.t("enrolment-lead-recovered"),
        }
    }

    /// What stands beside *Not now*.
    fn wait_until(&self) -> Cow<'static, str> {
        match self.reason {
            EnrolmentReason::Grace(until) => self.page.t1("enrolment-until", "date", self.page.date(&until)),
            _ => self.page.t("enrolment-again-later"),
        }
    }

    /// The only method there is, which needs no choosing.
    fn only(&self) -> Option<&EnrolmentChoice> {
        if let [only] = self.methods.as_slice() { Some(only) } else { None }
    }

    fn last_step(&self) -> Cow<'static, str> {
        self.page.t(if self.key_follows { text!("enrolment-step-key") } else { text!("enrolment-step-done") })
    }
}

/// The second step is on: `/account/set-up/done`.
#[derive(Debug, Template)]
#[template(path = "account/enrolment_done.html")]
pub struct EnrolmentDonePage {
    /// What every page shares.
    pub page: Page,
    /// What protects the account, in words.
    pub ways: String,
    /// Whether a recovery key is saved.
    pub key_saved: bool,
    /// Whether it is codes by e-mail that will be asked for.
    pub email: bool,
    /// Whether it is an answer in Telegram.
    pub telegram: bool,
}
