//! How far the second step has come.

use axum::response::Response;
use countersign_core::action::Action;
use serde::Deserialize;

use super::super::super::view::{AdoptionPage, AdoptionRow, Choice, Page, Series};
use super::super::super::visit::{Administrator, show};
use super::{allowed, said};
use crate::flow::adoption::{self, ALL, AdoptionDay, METHODS, NONE};
use crate::http::form::Query;
use crate::http::problem::Problem;
use crate::text;
use crate::words::Moment;

const SPANS: [u32; 3] = [30, 90, 365];

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::portal::handlers) struct Which {
    #[serde(default)]
    days: Option<String>,
}

pub(in crate::portal::handlers) async fn show_adoption(
    Administrator(agent): Administrator,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let organisation = allowed(&agent, Action::ViewAdoption).await?;
    let days = said(which.days).and_then(|days| days.parse().ok());
    let days = days.filter(|days| SPANS.contains(days)).unwrap_or(SPANS[1]);
    let found = adoption::history(agent.call(), organisation, days).await?;
    let page = agent.page();
    let span = |one| Choice::new(format!("{one}"), page.t1("duration-days", "n", one), one == days);
    show(&AdoptionPage {
        spans: SPANS.map(span).into(),
        series: series(&page),
        days: found.iter().map(row).collect(),
        page,
    })
}

fn series(page: &Page) -> Vec<Series> {
    let methods = METHODS.iter().map(|method| page.t(method.text_key()).into_owned());
    let names = methods.chain([page.t(text!("member-password-alone")).into_owned()]);
    names.enumerate().map(|(look, name)| Series { name, look }).collect()
}

fn row(day: &AdoptionDay) -> AdoptionRow {
    let methods = METHODS.iter().map(|method| day.of(method.as_str()));
    AdoptionRow {
        at: Moment(day.day.saturating_mul(86_400_000)),
        all: day.of(ALL),
        accounts: methods.chain([day.of(NONE)]).collect(),
    }
}
