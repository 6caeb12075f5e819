//! The security page: methods, devices, what the policy asks for.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::id::AuthenticatorId;
use countersign_core::sign_in::{AccountChange, Permission, Purpose};
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use serde::Deserialize;

use super::super::view::{
    CodeProblem, DeviceRemovePage, DeviceRenamePage, Done, FormErrors, NotOffered, Notice, Page, SecurityPage,
};
use super::super::visit::{Member, Newcomer, form_errors, go, say, show, show_refused};
use super::removal::removed;
use super::{address, methods, sso};
use crate::flow::FlowError;
use crate::flow::authenticator::{self, DeviceLine};
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::{self, Problem};
use crate::words::Moment;

/// What was just done, told once on the page that follows.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct After {
    #[serde(default)]
    done: Option<String>,
}

impl After {
    /// The name of what was done.
    pub(super) fn name(&self) -> Option<&str> {
        self.done.as_deref()
    }

    pub(super) fn notice(&self, page: &Page) -> Option<Notice> {
        told(self.done.as_deref(), page)
    }
}

/// The notice of a redirect's `?done=`; a name that is none of ours says nothing.
pub(super) fn told(done: Option<&str>, page: &Page) -> Option<Notice> {
    Some(Done::parse(done?)?.notice(page))
}

/// A path on which this is told.
pub(super) fn with_done(path: &str, done: Done) -> String {
    format!("{path}?done={}", done.as_str())
}

/// The sentence for a limit that was reached.
pub(super) fn too_many(page: &Page, until: Option<Moment>) -> String {
    CodeProblem::TooMany(until).text(page).into_owned()
}

/// The sentence for an address that was written to too often.
pub(super) fn letters_too_many(page: &Page, until: Option<Timestamp>) -> String {
    match until {
        Some(until) => say(page, &Text::new("letters-too-many").with("until", until)),
        None => too_many(page, None),
    }
}

pub(super) async fn overview(member: Member, Query(after): Query<After>) -> Result<Response, Problem> {
    let mut page = member.page();
    page.notice = after.notice(&page);
    let facts = &member.me.facts;
    let (policy, role) = (&facts.policy, facts.account.role);
    let absent = |one: &countersign_core::policy::NotOffered| NotOffered {
        icon: "message",
        name: page.t(one.name_key).into_owned(),
        reason: page.t(one.reason_key).into_owned(),
    };
    let not_offered = policy.not_on_offer().iter().map(absent).collect();
    show(&SecurityPage {
        required: policy.required_for(role, member.call().now),
        methods: methods::rows(&member, &page).await?,
        not_offered,
        ways: methods::ways(&member, &page),
        address: address::row(&member).await?,
        sign_ins: sso::sign_ins(&member).await?,
        page,
    })
}

fn id(text: &str) -> Result<AuthenticatorId, Problem> {
    text.parse().map_err(|_| Problem::new(&problem::NOT_FOUND))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NameForm {
    name: String,
}

fn rename_page(member: &Member, line: DeviceLine, typed: String) -> DeviceRenamePage {
    let errors = FormErrors::default();
    DeviceRenamePage { page: member.page(), id: line.id.to_string(), name: line.name, typed, errors }
}

pub(super) async fn rename(member: Member, Path(text): Path<String>) -> Result<Response, Problem> {
    let line = authenticator::by_id(member.call(), &member.me, id(&text)?).await?;
    let typed = line.name.clone();
    show(&rename_page(&member, line, typed))
}

pub(super) async fn save_name(
    member: Member,
    Path(text): Path<String>,
    Form(form): Form<NameForm>,
) -> Result<Response, Problem> {
    let id = id(&text)?;
    let line = authenticator::by_id(member.call(), &member.me, id).await?;
    match authenticator::rename(member.call(), &member.me, id, &form.name).await {
        Ok(()) => Ok(go(&with_done("/account/security", Done::DeviceRenamed))),
        Err(FlowError::Invalid(faults)) => {
            let mut page = rename_page(&member, line, form.name);
            page.errors = form_errors(&page.page, &faults);
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

/// Also while a new device has to be set up: after a recovery the lost one may make room for it.
pub(super) async fn remove(
    Newcomer(member): Newcomer,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let line = authenticator::by_id(member.call(), &member.me, id(&text)?).await?;
    if let Permission::No(key) = member.me.may(AccountChange::RemoveAuthenticator, member.call().now) {
        return Err(FlowError::Forbidden(Text::new(key)).into());
    }
    let facts = &member.me.facts;
    show(&DeviceRemovePage {
        page: member.page(),
        id: line.id.to_string(),
        name: line.name,
        last: facts.authenticators == 1,
        required: facts.policy.required_for(facts.account.role, member.call().now),
    })
}

pub(super) async fn start_removal(
    Newcomer(member): Newcomer,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let removal = authenticator::start_removal(member.call(), &member.me, id(&text)?).await;
    removed(&member, removal, Purpose::RemoveAuthenticator, "/account/security")
}
