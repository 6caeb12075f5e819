//! The list of members, and one of them.

use std::time::Duration;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::action::{Action, may_touch};
use countersign_core::id::AccountId;
use countersign_core::method::Method;
use countersign_core::role::Role;
use countersign_core::session::describe_device;
use countersign_core::text::Text;
use serde::Deserialize;

use super::super::super::view::{
    Choice, MemberDevice, MemberLine, MemberPage, MembersPage, Page, Pager, SessionRow, role_words,
};
use super::super::super::visit::{Administrator, Member, moment, say, show, show_refused};
use super::super::desk::warning;
use super::super::security::told;
use super::{address, allowed, said};
use crate::flow::member::{self, AccountState, Detail, MemberFilter, MemberRow, Protection};
use crate::http::form::Query;
use crate::http::problem::{self, Problem};
use crate::text;

const DAY: Duration = Duration::from_hours(24);
const QUIET: [u32; 3] = [30, 90, 365];

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::portal::handlers) struct Which {
    #[serde(default)]
    q: Option<String>,
    #[serde(default)]
    role: Option<String>,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    second_step: Option<String>,
    #[serde(default)]
    quiet: Option<String>,
    #[serde(default)]
    after: Option<String>,
    #[serde(default)]
    done: Option<String>,
}

/// What is looked for, once read: a word that is none of the lists means all of them.
struct Wanted {
    filter: MemberFilter,
    quiet: Option<u32>,
}

fn wanted(agent: &Member, which: Which) -> Wanted {
    let quiet = said(which.quiet).and_then(|days| days.parse().ok()).filter(|days| QUIET.contains(days));
    let filter = MemberFilter {
        search: said(which.q).map(|text| text.chars().take(100).collect()),
        role: which.role.as_deref().and_then(Role::parse),
        state: which.state.as_deref().and_then(AccountState::parse),
        protection: which.second_step.as_deref().and_then(Protection::parse),
        quiet_since: quiet.map(|days| agent.call().now.minus(DAY * days)),
        after: said(which.after),
    };
    Wanted { filter, quiet }
}

impl Wanted {
    fn address(&self, after: &str) -> String {
        let filter = &self.filter;
        let quiet = self.quiet.map(|days| days.to_string()).unwrap_or_default();
        let pairs = [
            ("q", filter.search.as_deref().unwrap_or_default()),
            ("role", filter.role.map_or("", Role::as_str)),
            ("state", filter.state.map_or("", AccountState::as_str)),
            ("second_step", filter.protection.map_or("", Protection::as_str)),
            ("quiet", &quiet),
            ("after", after),
        ];
        address("/admin/members", &pairs)
    }
}

pub(in crate::portal::handlers) async fn list(
    Administrator(agent): Administrator,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let organisation = allowed(&agent, Action::ViewMembers).await?;
    let mut page = agent.page();
    page.notice = told(which.done.as_deref(), &page);
    let wanted = wanted(&agent, which);
    let found = member::list(agent.call(), organisation, &wanted.filter, member::PAGE).await?;
    let total = member::counts(agent.call(), organisation).await?.all;
    let pager = Pager {
        newest: wanted.filter.after.is_some().then(|| wanted.address("")),
        older: found.next.as_deref().map(|after| wanted.address(after)),
    };
    let lines = found.rows.iter().map(|row| line(&page, row)).collect();
    show(&drawn(page, &wanted, lines, pager, total))
}

fn drawn(page: Page, wanted: &Wanted, lines: Vec<MemberLine>, pager: Pager, total: u64) -> MembersPage {
    let second_step = protections(&page, wanted.filter.protection);
    MembersPage {
        search: wanted.filter.search.clone().unwrap_or_default(),
        roles: any(&page, text!("filter-any-role"), roles(&page, wanted.filter.role)),
        states: any(&page, text!("filter-any-state"), states(&page, wanted.filter.state)),
        protections: any(&page, text!("filter-any-second-step"), second_step),
        quiet: any(&page, text!("filter-any-time"), quiet(&page, wanted.quiet)),
        lines,
        total,
        pager,
        page,
    }
}

fn any(page: &Page, key: &str, mut choices: Vec<Choice>) -> Vec<Choice> {
    let chosen = choices.iter().all(|choice| !choice.chosen);
    choices.insert(0, Choice::new("", page.t(key), chosen));
    choices
}

pub(super) fn roles(page: &Page, chosen: Option<Role>) -> Vec<Choice> {
    let choice = |role: &Role| Choice::new(role.as_str(), role_words(page, *role), chosen == Some(*role));
    Role::ALL.iter().map(choice).collect()
}

fn states(page: &Page, chosen: Option<AccountState>) -> Vec<Choice> {
    [(AccountState::Active, text!("member-active")), (AccountState::Disabled, text!("member-disabled"))]
        .map(|(state, key)| Choice::new(state.as_str(), page.t(key), chosen == Some(state)))
        .into()
}

/// The methods that members are counted by.
pub(super) const COUNTED: [Method; 5] =
    [Method::Authenticator, Method::Email, Method::Telegram, Method::Phone, Method::RecoveryKey];

fn protections(page: &Page, chosen: Option<Protection>) -> Vec<Choice> {
    let ends = [
        (Protection::Any, page.t(text!("members-protected")).into_owned()),
        (Protection::None, page.t(text!("member-password-alone")).into_owned()),
    ];
    let methods = COUNTED.map(|method| (Protection::By(method), page.t(method.text_key()).into_owned()));
    let all = ends.into_iter().chain(methods);
    all.map(|(one, words)| Choice::new(one.as_str(), words, chosen == Some(one))).collect()
}

fn quiet(page: &Page, chosen: Option<u32>) -> Vec<Choice> {
    let choice =
        |days| Choice::new(format!("{days}"), page.t1("members-quiet-days", "n", days), chosen == Some(days));
    QUIET.map(choice).into()
}

fn methods(page: &Page, row: &MemberRow) -> Vec<String> {
    let mail = row.account.email_codes_at.is_some();
    let on = [row.authenticators > 0, mail, row.telegram, row.phone, row.recovery_key];
    let on = COUNTED.into_iter().zip(on).filter(|(_, on)| *on);
    on.map(|(method, _)| page.t(method.text_key()).into_owned()).collect()
}

fn line(page: &Page, row: &MemberRow) -> MemberLine {
    let account = &row.account;
    MemberLine {
        id: account.id.to_string(),
        name: account.display_name.clone(),
        email: account.email.as_str().to_owned(),
        role: account.role.is_staff().then(|| role_words(page, account.role)),
        disabled: account.state == AccountState::Disabled,
        methods: methods(page, row),
        last_sign_in: account.last_sign_in_at.map(moment),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::portal::handlers) struct AfterDeed {
    #[serde(default)]
    done: Option<String>,
}

pub(in crate::portal::handlers) async fn show_one(
    Administrator(agent): Administrator,
    Path(id): Path<String>,
    Query(after): Query<AfterDeed>,
) -> Result<Response, Problem> {
    let organisation = allowed(&agent, Action::ViewMembers).await?;
    let id = id.parse().map_err(|_| Problem::new(&problem::NOT_FOUND))?;
    let detail = member::show(agent.call(), organisation, id).await?;
    let mut page = agent.page();
    page.notice = told(after.done.as_deref(), &page);
    show(&view(&agent, page, &detail))
}

/// The account as it stands, and why what was asked for cannot be done to it.
pub(super) async fn refused(agent: &Member, id: AccountId, why: &Text) -> Result<Response, Problem> {
    let organisation = allowed(agent, Action::ViewMembers).await?;
    let detail = member::show(agent.call(), organisation, id).await?;
    let mut page = agent.page();
    page.notice = Some(warning(say(&page, why)));
    show_refused(StatusCode::CONFLICT, &view(agent, page, &detail))
}

fn view(agent: &Member, page: Page, detail: &Detail) -> MemberPage {
    let (account, mine) = (&detail.facts.account, &agent.me.facts.account);
    let row = row(detail);
    MemberPage {
        id: account.id.to_string(),
        name: account.display_name.clone(),
        email: account.email.as_str().to_owned(),
        verified: account.email_verified_at.is_some(),
        role: role_words(&page, account.role),
        disabled: account.state == AccountState::Disabled,
        created: moment(account.created_at),
        last_sign_in: account.last_sign_in_at.map(moment),
        methods: methods(&page, &row),
        devices: detail.devices.iter().map(device).collect(),
        chats: detail.chats.iter().map(chat).collect(),
        phones: detail.phones.iter().map(phone).collect(),
        sessions: sessions(detail),
        suspended: detail.facts.suspension.as_ref().map(|row| moment(row.until)),
        may_act: may_touch((mine.id, mine.role), (account.id, account.role)),
        roles: roles(&page, Some(account.role)),
        page,
    }
}

/// The account as lists of members have it.
fn row(detail: &Detail) -> MemberRow {
    MemberRow {
        account: detail.facts.account.clone(),
        authenticators: detail.facts.authenticators,
        recovery_key: detail.facts.recovery_key.is_some_and(|key| key.saved),
        telegram: detail.facts.telegram.on_since.is_some() && detail.facts.telegram.accounts > 0,
        phone: detail.facts.phone_numbers > 0,
    }
}

fn device(row: &member::AuthenticatorRow) -> MemberDevice {
    MemberDevice { name: row.name.clone().unwrap_or_default(), last_used: row.last_used_at.map(moment) }
}

fn chat(line: &member::ChatLine) -> MemberDevice {
    MemberDevice { name: line.name.clone(), last_used: line.last_used_at.map(moment) }
}

fn phone(fact: &member::PhoneFact) -> MemberDevice {
    MemberDevice { name: fact.masked.clone(), last_used: fact.last_used_at.map(moment) }
}

fn sessions(detail: &Detail) -> Vec<SessionRow> {
    let row = |session: &member::SessionRow| {
        let device = describe_device(&session.device);
        SessionRow {
            id: session.id.to_string(),
            browser: device.browser.map(str::to_owned),
            system: device.system.map(str::to_owned),
            address: session.address.clone(),
            last_used: moment(session.last_used_at),
            created: moment(session.created_at),
            current: false,
        }
    };
    detail.sessions.iter().map(row).collect()
}
