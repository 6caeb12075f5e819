//! The security page: methods, devices, what the policy asks for.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::id::AuthenticatorId;
use countersign_core::method::{Class, Method};
use countersign_core::sign_in::{AccountChange, Permission};
use countersign_core::text::Text;
use serde::Deserialize;

use super::super::view::{
    CodeProblem, Device, DeviceRemovePage, DeviceRenamePage, Done, FormErrors, MethodRow, MethodState,
    NotOffered, Notice, Page, SecurityPage, Strength,
};
use super::super::visit::{Member, form_errors, go, moment, say, show, show_refused};
use super::super::words::Moment;
use crate::flow::FlowError;
use crate::flow::authenticator::{self, DeviceLine};
use crate::flow::email_code::Removal;
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::{self, Problem};
use crate::text;

/// What was just done, told once on the page that follows.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct After {
    #[serde(default)]
    done: Option<String>,
}

impl After {
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

fn strength(class: Class) -> Strength {
    match class {
        Class::PhishingResistant => Strength::PhishingResistant,
        Class::Strong => Strength::Strong,
        Class::Restricted => Strength::Restricted,
        Class::Recovery => Strength::Recovery,
        Class::Weak | Class::None => Strength::Weak,
    }
}

fn device(line: DeviceLine) -> Device {
    Device {
        id: line.id.to_string(),
        name: line.name,
        added: moment(line.added_at),
        last_used: line.last_used_at.map(moment),
    }
}

pub(super) async fn overview(member: Member, Query(after): Query<After>) -> Result<Response, Problem> {
    let mut page = member.page();
    page.notice = after.notice(&page);
    let policy = &member.me.facts.policy;
    let role = member.me.facts.account.role;
    let mut methods = Vec::new();
    for method in policy.methods.iter().filter(|method| policy.offers(**method, role)) {
        methods.push(row(&member, &page, *method).await?);
    }
    let absent = |one: &countersign_core::policy::NotOffered| NotOffered {
        icon: "message",
        name: page.t(one.name_key).into_owned(),
        reason: page.t(one.reason_key).into_owned(),
    };
    let not_offered = policy.not_on_offer().iter().map(absent).collect();
    show(&SecurityPage { required: policy.required_for(role), methods, not_offered, page })
}

/// How a method looks and what its row says of it. A method without its line here does not compile.
pub(super) struct Look {
    /// The name of its icon.
    pub(super) icon: &'static str,
    /// The key of the sentence that says what it is.
    about: &'static str,
}

pub(super) fn look(method: Method) -> Look {
    match method {
        Method::Authenticator => Look { icon: "phone", about: text!("method-authenticator-about") },
        Method::Email => Look { icon: "mail", about: text!("method-email-about") },
        Method::RecoveryKey => Look { icon: "key", about: text!("method-recovery-key-about") },
    }
}

async fn row(member: &Member, page: &Page, method: Method) -> Result<MethodRow, Problem> {
    let now = member.call().now;
    let state = match member.me.suspension().filter(|_| member.me.is_suspended(now)) {
        Some(suspension) => MethodState::Suspended(moment(suspension.until)),
        None if member.me.enrolled.contains(&method) => MethodState::On,
        None => MethodState::Off,
    };
    let devices = authenticator::list(member.call(), &member.me).await?.into_iter().map(device).collect();
    let refused = match member.me.may(AccountChange::AddAuthenticator, now) {
        Permission::No(key) => Some(say(page, &Text::new(key))),
        Permission::Yes | Permission::StepUp | Permission::OwnChallenge => None,
    };
    let look = look(method);
    Ok(MethodRow {
        icon: look.icon,
        name: page.t(method.text_key()).into_owned(),
        about: page.t(look.about).into_owned(),
        strength: strength(method.class()),
        state,
        devices,
        most: u32::from(member.me.facts.policy.authenticators_max),
        set_up: refused.is_none().then(|| "/account/security/authenticator".to_owned()),
        refused,
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

pub(super) async fn remove(member: Member, Path(text): Path<String>) -> Result<Response, Problem> {
    let line = authenticator::by_id(member.call(), &member.me, id(&text)?).await?;
    let facts = &member.me.facts;
    show(&DeviceRemovePage {
        page: member.page(),
        id: line.id.to_string(),
        name: line.name,
        last: facts.authenticators == 1,
        required: facts.policy.required_for(facts.account.role),
    })
}

pub(super) async fn start_removal(
    member: Member,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let open = authenticator::start_removal(member.call(), &member.me, id(&text)?).await?;
    match open {
        Removal::Challenge(open) => member.visit.challenge(&open),
        Removal::Done(token) => {
            member.renew(&token);
            return Ok(go(&with_done("/account/security", Done::DeviceRemoved)));
        }
    }
    Ok(go("/second-step"))
}
