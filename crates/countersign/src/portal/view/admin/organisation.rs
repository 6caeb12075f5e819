//! The audit log, couriers and the organisation itself.

use std::borrow::Cow;

use askama::Template;

use super::super::form::FormErrors;
use super::super::page::Page;
use super::{Choice, Pager};
use crate::text;
use crate::words::Moment;

/// One row of the audit log.
#[derive(Debug, Clone)]
pub struct AuditLine {
    /// When.
    pub at: Moment,
    /// What, in words.
    pub text: String,
    /// The event's name.
    pub event: String,
    /// Whether it failed or was refused.
    pub failed: bool,
    /// Whom it concerned.
    pub account: Option<String>,
    /// Who did it, where that was somebody else.
    pub by: Option<String>,
    /// From which address.
    pub address: Option<String>,
    /// Particulars.
    pub details: Vec<(String, String)>,
}

/// The filters of the audit log, as they were typed.
#[derive(Debug, Clone, Default)]
pub struct AuditLook {
    /// The account's address.
    pub account: String,
    /// The doer's address.
    pub by: String,
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
}

/// The audit log: `/admin/audit?event=…&account=…&by=…&from=…&to=…&before=…`. POST `/admin/audit/export`: `csrf`, `form`
/// and the filters; `/admin/audit/verify`: `csrf`.
#[derive(Debug, Template)]
#[template(path = "admin/audit.html")]
pub struct AuditPage {
    /// What every page shares.
    pub page: Page,
    /// The events.
    pub events: Vec<Choice>,
    /// The chosen event; empty for all.
    pub event: String,
    /// The other filters.
    pub look: AuditLook,
    /// The rows of this page.
    pub lines: Vec<AuditLine>,
    /// The neighbours.
    pub pager: Pager,
    /// Faults of the filters.
    pub errors: FormErrors,
}

impl AuditPage {
    /// The forms of an export, with their words.
    fn exports(&self) -> [(&'static str, Cow<'static, str>); 2] {
        [("csv", self.page.t(text!("audit-export-csv"))), ("json", self.page.t(text!("audit-export-json")))]
    }
}

/// One way by which letters, messages or calls go out.
#[derive(Debug, Clone)]
pub struct CourierLine {
    /// Its icon.
    pub icon: &'static str,
    /// Whether letters go out by it; the others are asked whether they would work.
    pub is_mail: bool,
    /// Its name in words.
    pub name: String,
    /// How it stands, in words.
    pub state: String,
    /// The class of that.
    pub class: &'static str,
    /// When it last took something.
    pub worked: Option<Moment>,
    /// When it last failed.
    pub failed: Option<Moment>,
}

/// How the messages or calls of one kind fared within a day.
#[derive(Debug, Clone)]
pub struct ChannelLine {
    /// What they are, in words.
    pub name: String,
    /// How many wait.
    pub waiting: u64,
    /// How many went out.
    pub sent: u64,
    /// How many were not taken, came too late or got lost.
    pub failed: u64,
}

/// Couriers: `/admin/couriers`. POST `/admin/couriers/test`: `csrf`.
#[derive(Debug, Template)]
#[template(path = "admin/couriers.html")]
pub struct CouriersPage {
    /// What every page shares.
    pub page: Page,
    /// All of them.
    pub couriers: Vec<CourierLine>,
    /// Letters that wait.
    pub waiting: u64,
    /// Since when the oldest waits.
    pub oldest: Option<Moment>,
    /// Letters of the last 24 hours that went out.
    pub sent: u64,
    /// Letters of the last 24 hours that were given up.
    pub failed: u64,
    /// Whether a test e-mail can be sent at all.
    pub can_test: bool,
    /// Telegram messages, calls and SMS of the last 24 hours, where they are set up.
    pub channels: Vec<ChannelLine>,
}

impl CouriersPage {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand it over like this")]
    fn count(&self, count: &u64) -> String {
        self.page.words.number(*count)
    }
}

/// The organisation: `/admin/organisation`. POST there: `csrf`, `name`, `accent`.
#[derive(Debug, Template)]
#[template(path = "admin/organisation.html")]
pub struct OrganisationPage {
    /// What every page shares.
    pub page: Page,
    /// The name, as stored or as typed before.
    pub name: String,
    /// The short name.
    pub slug: String,
    /// The address of its own sign-in page.
    pub sign_in: String,
    /// The colour, as stored or as typed before.
    pub accent: String,
    /// The colours that are in force: light and dark.
    pub swatches: Vec<String>,
    /// Faults of the fields.
    pub errors: FormErrors,
}
