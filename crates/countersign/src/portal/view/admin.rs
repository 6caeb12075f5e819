//! Administration: members, invitations, the audit log, couriers, the organisation, and how far the second step has come.

mod chart;
mod invitation;
mod member;
mod organisation;
mod spending;

pub use chart::{AdoptionPage, AdoptionRow, Series};
pub use invitation::{HandOver, InvitationLine, InvitationPlanPage, InvitationsPage, PlanLine, PlanLook};
pub use member::{MemberDeletePage, MemberDevice, MemberLine, MemberPage, MembersPage};
pub use organisation::{
    AuditLine, AuditLook, AuditPage, ChannelLine, CourierLine, CouriersPage, OrganisationPage,
};
pub use spending::{CallingPool, GuardTimes, SpendingDay, SpendingPage, SpendingPrefix, StoppedPrefix};

use askama::Template;
use countersign_core::role::Role;

use super::page::Page;
use crate::text;

/// The name of a role in words.
pub fn role_words(page: &Page, role: Role) -> String {
    let key = match role {
        Role::Member => text!("admin-role-member"),
        Role::Support => text!("admin-role-support"),
        Role::Administrator => text!("admin-role-administrator"),
    };
    page.t(key).into_owned()
}

/// One of a closed list, to choose.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What it is called.
    pub label: String,
    /// Whether it is chosen.
    pub chosen: bool,
}

impl Choice {
    /// A choice with its value and words.
    pub fn new(value: impl Into<String>, label: impl Into<String>, chosen: bool) -> Self {
        Self { value: value.into(), label: label.into(), chosen }
    }
}

/// Where the neighbours of a page of a list are.
#[derive(Debug, Clone, Default)]
pub struct Pager {
    /// The address of the first page, unless this is it.
    pub newest: Option<String>,
    /// The address of the next page, if there is one.
    pub older: Option<String>,
}

/// The home of administration: `/admin`.
#[derive(Debug, Template)]
#[template(path = "admin/home.html")]
pub struct AdminHomePage {
    /// What every page shares.
    pub page: Page,
    /// How many accounts there are.
    pub members: u64,
    /// How many of them sign in with the password alone.
    pub unprotected: u64,
    /// How many of them are staff.
    pub staff: u64,
    /// How many of them are disabled.
    pub disabled: u64,
    /// How many invitations wait.
    pub invitations: u64,
    /// How many requests for help nobody has taken.
    pub requests: u64,
    /// How many suspensions wait for a second person.
    pub suspensions: u64,
    /// Whether letters cannot get out.
    pub mail_is_down: bool,
}
