//! API tokens: keys for programs.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::api_token::Scope;
use countersign_core::role::Role;
use countersign_core::sign_in::AccountChange;

use super::super::view::{
    ApiTokenMadePage, ApiTokenNewPage, ApiTokenRow, ApiTokensPage, Done, FormErrors, Page, ScopeChoice,
};
use super::super::visit::{Member, form_errors, go, moment, show, show_refused};
use super::security::{After, with_done};
use super::sign_in::with_next;
use crate::flow::FlowError;
use crate::flow::api_token::{self, NewApiToken};
use crate::http::STEP_UP_PATH;
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::{self, Problem};

const DAYS: u32 = 90;

pub(super) async fn list(member: Member, Query(after): Query<After>) -> Result<Response, Problem> {
    let mut page = member.page();
    page.notice = after.notice(&page);
    let rows = api_token::list(member.call(), &member.me).await?;
    let tokens = rows
        .into_iter()
        .map(|row| ApiTokenRow {
            id: row.id.to_string(),
            name: row.name,
            scopes: row.scopes.iter().map(|scope| page.t(scope.text_key()).into_owned()).collect(),
            created: moment(row.created_at),
            expires: moment(row.expires_at),
            last_used: row.last_used_at.map(moment),
        })
        .collect();
    show(&ApiTokensPage { page, tokens })
}

fn new_page(
    page: Page,
    role: Role,
    name: String,
    chosen: &BTreeSet<Scope>,
    days: u32,
    errors: FormErrors,
) -> ApiTokenNewPage {
    let choice = |scope: &Scope| ScopeChoice {
        value: scope.as_str().to_owned(),
        name: page.t(scope.text_key()).into_owned(),
        checked: chosen.contains(scope),
    };
    let scopes =
        Scope::ALL.iter().filter(|scope| scope.only_for().is_none_or(|only| only == role)).map(choice);
    let scopes = scopes.collect();
    ApiTokenNewPage { page, name, scopes, days, errors }
}

pub(super) async fn form(member: Member) -> Result<Response, Problem> {
    member.me.require(AccountChange::MakeApiToken, member.call().now)?;
    let chosen = BTreeSet::from([Scope::AccountRead]);
    show(&new_page(
        member.page(),
        member.me.facts.account.role,
        String::new(),
        &chosen,
        DAYS,
        FormErrors::default(),
    ))
}

/// Each scope is a field of its own name, ticked or absent: a name sent twice is refused everywhere.
fn asked(mut fields: BTreeMap<String, String>) -> Result<NewApiToken, Problem> {
    let malformed = || Problem::new(&problem::MALFORMED);
    let name = fields.remove("name").ok_or_else(malformed)?;
    let days = fields.remove("days").ok_or_else(malformed)?;
    let scopes: Option<BTreeSet<Scope>> = fields.keys().map(|field| Scope::parse(field)).collect();
    let days = days.trim().parse().unwrap_or(0);
    Ok(NewApiToken { name, scopes: scopes.ok_or_else(malformed)?, days })
}

pub(super) async fn make(
    member: Member,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let new = asked(fields)?;
    match api_token::make(member.call(), &member.me, new.clone()).await {
        Ok(made) => show(&ApiTokenMadePage {
            page: member.page(),
            name: made.line.name,
            token: made.token.reveal().to_string(),
            expires: moment(made.line.expires_at),
        }),
        Err(FlowError::Invalid(faults)) => {
            let page = member.page();
            let errors = form_errors(&page, &faults);
            let again = new_page(page, member.me.facts.account.role, new.name, &new.scopes, new.days, errors);
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &again)
        }
        Err(FlowError::StepUpNeeded) => Ok(go(&with_next(STEP_UP_PATH, Some("/account/api-tokens/new")))),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn end(
    member: Member,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let id = text.parse().map_err(|_| Problem::new(&problem::NOT_FOUND))?;
    match api_token::end(member.call(), &member.me, id).await {
        Ok(()) => Ok(go(&with_done("/account/api-tokens", Done::TokenEnded))),
        Err(FlowError::StepUpNeeded) => Ok(go(&with_next(STEP_UP_PATH, Some("/account/api-tokens")))),
        Err(error) => Err(error.into()),
    }
}
