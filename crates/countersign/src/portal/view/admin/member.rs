//! Members: the list, one of them, and the question before one is deleted.

use askama::Template;

use super::super::form::FormErrors;
use super::super::page::Page;
use super::super::watch::SessionRow;
use super::{Choice, Pager};
use crate::words::Moment;

/// One member in the list.
#[derive(Debug, Clone)]
pub struct MemberLine {
    /// The account's id, for addresses.
    pub id: String,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The role in words, where it is not a member's.
    pub role: Option<String>,
    /// Whether it is disabled.
    pub disabled: bool,
    /// The second steps in words; none for the password alone.
    pub methods: Vec<String>,
    /// When it last signed in.
    pub last_sign_in: Option<Moment>,
}

/// The members: `/admin/members?q=…&role=…&state=…&second_step=…&quiet=…&after=…`.
#[derive(Debug, Template)]
#[template(path = "admin/members.html")]
pub struct MembersPage {
    /// What every page shares.
    pub page: Page,
    /// What is looked for.
    pub search: String,
    /// The roles.
    pub roles: Vec<Choice>,
    /// The states.
    pub states: Vec<Choice>,
    /// The second steps.
    pub protections: Vec<Choice>,
    /// For how long nobody signed in.
    pub quiet: Vec<Choice>,
    /// The members of this page.
    pub lines: Vec<MemberLine>,
    /// How many there are, without any filter.
    pub total: u64,
    /// The neighbours.
    pub pager: Pager,
}

/// One device, Telegram account or phone number of a member.
#[derive(Debug, Clone)]
pub struct MemberDevice {
    /// Its name; of a number what may be seen of it.
    pub name: String,
    /// When it was last used.
    pub last_used: Option<Moment>,
}

/// One member: `/admin/members/{id}`. POST `…/role` (`csrf`, `role`), `…/disable`, `…/enable`, `…/end-sessions`,
/// `…/export` (`csrf`).
#[derive(Debug, Template)]
#[template(path = "admin/member.html")]
pub struct MemberPage {
    /// What every page shares.
    pub page: Page,
    /// The account's id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// Whether the address is confirmed.
    pub verified: bool,
    /// The role in words.
    pub role: String,
    /// Whether it is disabled.
    pub disabled: bool,
    /// When it was made.
    pub created: Moment,
    /// When it last signed in.
    pub last_sign_in: Option<Moment>,
    /// The second steps in words.
    pub methods: Vec<String>,
    /// The authenticators.
    pub devices: Vec<MemberDevice>,
    /// The linked Telegram accounts.
    pub chats: Vec<MemberDevice>,
    /// The proved phone numbers.
    pub phones: Vec<MemberDevice>,
    /// The sessions that are alive.
    pub sessions: Vec<SessionRow>,
    /// Until when the second step is suspended.
    pub suspended: Option<Moment>,
    /// Whether whoever looks may act on it.
    pub may_act: bool,
    /// The roles, its own chosen.
    pub roles: Vec<Choice>,
}

/// The question before a member is deleted: `/admin/members/{id}/delete`. POST there: `csrf`, `confirm`.
#[derive(Debug, Template)]
#[template(path = "admin/member_delete.html")]
pub struct MemberDeletePage {
    /// What every page shares.
    pub page: Page,
    /// The account's id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The address, to be typed.
    pub email: String,
    /// What was typed.
    pub typed: String,
    /// Faults of the fields.
    pub errors: FormErrors,
}
