//! The account's home and profile.

use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::method::Method;
use countersign_core::role::Role;
use countersign_core::sign_in::{AccountChange, Permission};
use serde::Deserialize;

use super::super::view::{AtSignIn, Done, FormErrors, HomePage, NextStep, Page, ProfilePage, Protection};
use super::super::visit::{Member, form_errors, go, moment, show, show_refused};
use super::methods;
use super::security::{After, with_done};
use crate::flow::{FlowError, account, activity, outbox};
use crate::http::form::{Form, Query};
use crate::http::problem::Problem;
use crate::language::Language;

pub(super) async fn home(member: Member) -> Result<Response, Problem> {
    let page = member.page();
    show(&HomePage {
        protection: protection(&member, &page),
        next: next(&member).await?,
        last_sign_in: activity::sign_in_before(member.call(), member.me.account()).await?.map(moment),
        mail_is_down: mail_is_down(&member).await?,
        page,
    })
}

fn protection(member: &Member, page: &Page) -> Protection {
    let now = member.call().now;
    let on = |method| member.me.enrolled.contains(&method);
    let suspension = member.me.suspension().filter(|_| member.me.is_suspended(now));
    let asked = match (on(Method::Authenticator), on(Method::Email), on(Method::Telegram)) {
        (false, false, false) => return Protection::None,
        (true, true, false) => AtSignIn::Either,
        (true, false, false) => AtSignIn::App,
        (false, true, false) => AtSignIn::Email,
        (false, false, true) => AtSignIn::Telegram,
        (_, _, true) => AtSignIn::Several,
    };
    match suspension {
        Some(suspension) => Protection::Suspended(moment(suspension.until)),
        None => Protection::On(methods::ways(member, page), asked),
    }
}

async fn next(member: &Member) -> Result<NextStep, Problem> {
    let (facts, others) = (&member.me.facts, member.other_sessions().await?);
    let key = AccountChange::MakeRecoveryKey;
    let wants_key = !facts.recovery_key.is_some_and(|key| key.saved)
        && !matches!(member.me.may(key, member.call().now), Permission::No(_));
    Ok(match facts.authenticators {
        _ if member.me.enrolled.is_empty() => NextStep::SetUp,
        _ if wants_key => NextStep::RecoveryKey,
        _ if others > 0 => NextStep::Sessions(others),
        1 if facts.policy.authenticators_max > 1 => NextStep::SecondDevice,
        _ => NextStep::Nothing,
    })
}

/// Whether this is somebody to be told that letters which the policy needs can't get out.
async fn mail_is_down(member: &Member) -> Result<bool, Problem> {
    let facts = &member.me.facts;
    let concerns = facts.account.role == Role::Administrator
        && (member.call().deps.mail || facts.policy.methods.contains(&Method::Email));
    Ok(concerns && outbox::is_mail_down(member.call()).await?)
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
        two_factor: !member.me.enrolled.is_empty(),
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
