//! The account's home and profile.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::super::view::{Done, FormErrors, HomePage, NextStep, ProfilePage, Protection};
use super::super::visit::{Member, form_errors, go, moment, show, show_refused};
use super::security::{After, with_done};
use crate::flow::{FlowError, account, activity};
use crate::http::form::{Form, Query};
use crate::http::problem::Problem;
use crate::language::Language;

pub(super) async fn home(member: Member) -> Result<Response, Problem> {
    let facts = &member.me.facts;
    let others = member.other_sessions().await?;
    let now = member.call().now;
    let protection = match (facts.authenticators, member.me.suspension().filter(|one| one.is_active(now))) {
        (0, _) => Protection::None,
        (_, Some(suspension)) if member.me.is_suspended(now) => {
            Protection::Suspended(moment(suspension.until))
        }
        (devices, _) => Protection::Devices(devices),
    };
    let most = u32::from(facts.policy.authenticators_max);
    let next = match facts.authenticators {
        0 => NextStep::SetUp,
        _ if others > 0 => NextStep::Sessions(others),
        1 if most > 1 => NextStep::SecondDevice,
        _ => NextStep::Nothing,
    };
    let last_sign_in = activity::sign_in_before(member.call(), member.me.account()).await?.map(moment);
    show(&HomePage { page: member.page(), protection, next, last_sign_in })
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProfileForm {
    display_name: String,
    language: String,
}

fn profile_page(member: &Member) -> ProfilePage {
    let account = &member.me.facts.account;
    ProfilePage {
        page: member.page(),
        display_name: account.display_name.clone(),
        email: account.email.as_str().to_owned(),
        language: account.language.as_deref().and_then(|tag| tag.parse::<Language>().ok()),
        devices: member.me.facts.authenticators,
        errors: FormErrors::default(),
    }
}

pub(super) async fn profile(member: Member, Query(after): Query<After>) -> Result<Response, Problem> {
    let mut page = profile_page(&member);
    page.page.notice = after.notice(&page.page);
    show(&page)
}

pub(super) async fn save_profile(member: Member, Form(form): Form<ProfileForm>) -> Result<Response, Problem> {
    let language = Some(form.language.as_str()).filter(|tag| !tag.is_empty());
    match account::change_profile(member.call(), &member.me, &form.display_name, language).await {
        Ok(()) => Ok(go(&with_done("/account/profile", Done::ProfileSaved))),
        Err(FlowError::Invalid(faults)) => {
            let mut page = profile_page(&member);
            page.errors = form_errors(&page.page, &faults);
            page.display_name = form.display_name;
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}
