//! Activity: what happened to the account, in sentences.

use axum::response::Response;
use countersign_core::audit::AuditRow;
use countersign_core::session::describe_device;
use serde::Deserialize;

use super::super::view::{ActivityEntry, ActivityFilter, ActivityPage, Page};
use super::super::visit::{Member, moment, show};
use crate::flow::activity::{self, Filter, Kind};
use crate::http::form::Query;
use crate::http::problem::{self, Problem};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    #[serde(default)]
    show: Option<String>,
    #[serde(default)]
    before: Option<String>,
}

fn kind(filter: ActivityFilter) -> Option<Kind> {
    match filter {
        ActivityFilter::All => None,
        ActivityFilter::SignIns => Some(Kind::SignIns),
        ActivityFilter::Changes => Some(Kind::Changes),
        ActivityFilter::Failures => Some(Kind::Failures),
    }
}

pub(super) fn entry(page: &Page, row: &AuditRow) -> ActivityEntry {
    let device = describe_device(row.device.as_deref().unwrap_or_default());
    ActivityEntry {
        at: moment(row.at),
        text: page.t(row.event.text_key()).into_owned(),
        subject: row.detail.get("name").or_else(|| row.detail.get("reason")).cloned(),
        failed: Kind::of(row.event) == Kind::Failures,
        browser: device.browser.map(str::to_owned),
        system: device.system.map(str::to_owned),
        address: row.address.clone(),
    }
}

pub(super) async fn list(member: Member, Query(which): Query<Which>) -> Result<Response, Problem> {
    let filter = ActivityFilter::parse(which.show.as_deref().unwrap_or_default());
    let before = match which.before.as_deref() {
        Some(text) => Some(activity::parse_cursor(text).ok_or(Problem::new(&problem::MALFORMED))?),
        None => None,
    };
    let wanted = Filter { kind: kind(filter), event: None, before };
    let found = activity::list(member.call(), member.me.account(), &wanted).await?;
    let page = member.page();
    let entries = found.rows.iter().map(|row| entry(&page, row)).collect();
    let address = |tail: &str| format!("/account/activity?show={}{tail}", filter.as_str());
    let older = found.next.map(|next| address(&format!("&before={}", activity::cursor(next))));
    let newest = before.map(|_| address(""));
    show(&ActivityPage { page, filter, entries, newest, older })
}
