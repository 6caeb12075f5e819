//! The organisation's identity providers: `/admin/sso`.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use countersign_core::action::Action;
use countersign_core::id::SsoProviderId;
use countersign_core::text::Text;
use countersign_core::time::Timestamp;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::super::view::{
    AdminSsoFormPage, AdminSsoPage, AdminSsoRemovePage, AdminSsoTestPage, Done, FormErrors, SsoRow,
    SsoTestStep, SsoValues,
};
use super::super::visit::{Administrator, Member, form_errors, go, moment, say, show, show_refused};
use super::security::{After, with_done};
use super::sign_in::with_next;
use crate::flow::FlowError;
use crate::flow::sso::{self, Changes, Line, NewProvider, Step, Which};
use crate::http::STEP_UP_PATH;
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::{self, Problem};
use crate::http::secret::Typed;

const LIST: &str = "/admin/sso";
const NEW: &str = "/admin/sso/new";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProviderForm {
    name: String,
    #[serde(default)]
    slug: Option<String>,
    #[serde(default)]
    issuer: Option<String>,
    client_id: String,
    #[serde(default)]
    client_secret: Option<Typed>,
    #[serde(default)]
    domains: String,
    #[serde(default)]
    jit: Option<String>,
    #[serde(default)]
    button: Option<String>,
    #[serde(default)]
    seen: String,
}

impl ProviderForm {
    fn values(&self) -> SsoValues {
        SsoValues {
            name: self.name.clone(),
            slug: self.slug.clone().unwrap_or_default(),
            issuer: self.issuer.clone().unwrap_or_default(),
            client_id: self.client_id.clone(),
            domains: self.domains.clone(),
            jit: self.jit.is_some(),
            button: self.button.is_some(),
            seen: self.seen.clone(),
        }
    }

    /// How the provider stood that was filled in: nothing newer is overwritten.
    fn seen(&self) -> Result<Timestamp, Problem> {
        let millis = self.seen.parse().map_err(|_| Problem::new(&problem::MALFORMED))?;
        Ok(Timestamp::from_millis(millis))
    }

    fn provider(&self) -> NewProvider {
        let values = self.values();
        NewProvider {
            slug: values.slug.trim().to_owned(),
            name: values.name,
            issuer: values.issuer.trim().to_owned(),
            client_id: values.client_id,
            client_secret: self.secret().unwrap_or_default(),
            domains: self.domains(),
            jit: values.jit,
            button: values.button,
        }
    }

    fn secret(&self) -> Option<Zeroizing<String>> {
        let typed = self.client_secret.as_deref().filter(|text| !text.is_empty());
        typed.map(|text| Zeroizing::new(text.to_owned()))
    }

    fn domains(&self) -> Vec<String> {
        let parts = self.domains.split([' ', ',', ';', '\t', '\r', '\n']);
        parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }
}

fn id(text: &str) -> Result<SsoProviderId, Problem> {
    text.parse().map_err(|_| Problem::new(&problem::NOT_FOUND))
}

fn row(line: &Line) -> SsoRow {
    SsoRow {
        id: line.id.to_string(),
        name: line.name.clone(),
        issuer: line.issuer.clone(),
        answers_at: line.answers_at.clone(),
        enabled: line.enabled,
        accounts: line.accounts,
        checked: line.checked_at.map(moment),
        is_sound: line.check_error.is_none(),
    }
}

/// The form of a provider as it stands.
fn values(line: &Line) -> SsoValues {
    let domains: Vec<&str> = line.domains.iter().map(String::as_str).collect();
    SsoValues {
        name: line.name.clone(),
        slug: line.slug.clone(),
        issuer: line.issuer.clone(),
        client_id: line.client_id.clone(),
        domains: domains.join(" "),
        jit: line.jit,
        button: line.button,
        seen: line.changed_at.as_millis().to_string(),
    }
}

/// What goes on after a deed that was refused: fresh proof, or the form once more.
fn fresh_first(error: FlowError, back: &str) -> Result<Response, Problem> {
    match error {
        FlowError::StepUpNeeded => Ok(go(&with_next(STEP_UP_PATH, Some(back)))),
        error => Err(error.into()),
    }
}

pub(super) async fn list(
    Administrator(member): Administrator,
    Query(after): Query<After>,
) -> Result<Response, Problem> {
    let lines = sso::list(member.call(), Some(&member.me), None).await?;
    let mut page = member.page();
    page.notice = after.notice(&page);
    show(&AdminSsoPage { page, rows: lines.iter().map(row).collect() })
}

pub(super) async fn new(Administrator(member): Administrator) -> Result<Response, Problem> {
    sso::list(member.call(), Some(&member.me), None).await?;
    let values = SsoValues { button: true, ..SsoValues::default() };
    let mut page = member.page();
    page.proof_first = member.proof_first(Action::ManageSso, NEW, false);
    show(&AdminSsoFormPage { page, known: None, values, errors: FormErrors::default() })
}

pub(super) async fn add(
    Administrator(member): Administrator,
    Form(form): Form<ProviderForm>,
) -> Result<Response, Problem> {
    let values = form.values();
    match sso::add(member.call(), Some(&member.me), None, form.provider()).await {
        Ok(_) => Ok(go(&with_done(LIST, Done::SsoSaved))),
        Err(FlowError::Invalid(faults)) => again(&member, None, values, &faults),
        Err(FlowError::StepUpNeeded) => {
            let mut page = member.page();
            page.proof_first = member.proof_first(Action::ManageSso, NEW, true);
            let errors = FormErrors::default();
            show_refused(StatusCode::FORBIDDEN, &AdminSsoFormPage { page, known: None, values, errors })
        }
        Err(error) => Err(error.into()),
    }
}

fn again(
    member: &Member,
    known: Option<SsoRow>,
    values: SsoValues,
    faults: &[crate::flow::FieldFault],
) -> Result<Response, Problem> {
    let page = member.page();
    let errors = form_errors(&page, faults);
    show_refused(StatusCode::UNPROCESSABLE_ENTITY, &AdminSsoFormPage { page, known, values, errors })
}

pub(super) async fn edit(
    Administrator(member): Administrator,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let line = sso::find(member.call(), &member.me, id(&text)?).await?;
    let values = values(&line);
    let known = Some(row(&line));
    let mut page = member.page();
    page.proof_first = member.proof_first(Action::ManageSso, &format!("{LIST}/{}", line.id), false);
    show(&AdminSsoFormPage { page, known, values, errors: FormErrors::default() })
}

pub(super) async fn save(
    Administrator(member): Administrator,
    Path(text): Path<String>,
    Form(form): Form<ProviderForm>,
) -> Result<Response, Problem> {
    let line = sso::find(member.call(), &member.me, id(&text)?).await?;
    let changes = Changes {
        name: Some(form.name.clone()),
        client_id: Some(form.client_id.clone()),
        client_secret: form.secret(),
        domains: Some(form.domains()),
        jit: Some(form.jit.is_some()),
        button: Some(form.button.is_some()),
        enabled: None,
        seen: Some(form.seen()?),
    };
    match sso::change(member.call(), Which::Own(&member.me, line.id), changes).await {
        Ok(()) => Ok(go(&with_done(LIST, Done::SsoSaved))),
        Err(FlowError::Invalid(faults)) => again(&member, Some(row(&line)), form.values(), &faults),
        Err(FlowError::Conflict(text)) => overtaken(&member, &line, form.values(), &text),
        Err(error) => fresh_first(error, &format!("{LIST}/{}", line.id)),
    }
}

/// What was typed stays to be copied, and is not saved over what was not seen: it stands for the provider as it was then.
fn overtaken(member: &Member, line: &Line, values: SsoValues, text: &Text) -> Result<Response, Problem> {
    let page = member.page();
    let (known, errors) = (Some(row(line)), FormErrors::general(say(&page, text)));
    show_refused(StatusCode::CONFLICT, &AdminSsoFormPage { page, known, values, errors })
}

async fn switched(member: &Member, text: &str, enabled: bool) -> Result<Response, Problem> {
    let id = id(text)?;
    let changes = Changes { enabled: Some(enabled), ..Changes::default() };
    match sso::change(member.call(), Which::Own(&member.me, id), changes).await {
        Ok(()) => Ok(go(&with_done(LIST, Done::SsoSaved))),
        Err(FlowError::Conflict(text)) => {
            let line = sso::find(member.call(), &member.me, id).await?;
            overtaken(member, &line, values(&line), &text)
        }
        Err(error) => fresh_first(error, &format!("{LIST}/{id}")),
    }
}

pub(super) async fn enable(
    Administrator(member): Administrator,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    switched(&member, &text, true).await
}

pub(super) async fn disable(
    Administrator(member): Administrator,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    switched(&member, &text, false).await
}

fn remove_page(member: &Member, line: &Line, problem: Option<String>) -> AdminSsoRemovePage {
    let (id, name) = (line.id.to_string(), line.name.clone());
    AdminSsoRemovePage { page: member.page(), id, name, accounts: line.accounts, problem }
}

pub(super) async fn before_removal(
    Administrator(member): Administrator,
    Path(text): Path<String>,
) -> Result<Response, Problem> {
    let line = sso::find(member.call(), &member.me, id(&text)?).await?;
    show(&remove_page(&member, &line, None))
}

pub(super) async fn remove(
    Administrator(member): Administrator,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let line = sso::find(member.call(), &member.me, id(&text)?).await?;
    match sso::remove(member.call(), &member.me, line.id).await {
        Ok(()) => Ok(go(&with_done(LIST, Done::SsoRemoved))),
        Err(FlowError::Conflict(text)) => {
            let problem = say(&member.page(), &text);
            show_refused(StatusCode::CONFLICT, &remove_page(&member, &line, Some(problem)))
        }
        Err(error) => fresh_first(error, &format!("{LIST}/{}/remove", line.id)),
    }
}

fn step_name(step: Step) -> &'static str {
    match step {
        Step::Discovery => crate::text!("sso-step-discovery"),
        Step::Issuer => crate::text!("sso-step-issuer"),
        Step::Endpoints => crate::text!("sso-step-endpoints"),
        Step::Algorithms => crate::text!("sso-step-algorithms"),
        Step::Keys => crate::text!("sso-step-keys"),
        Step::Client => crate::text!("sso-step-client"),
    }
}

pub(super) async fn test(
    Administrator(member): Administrator,
    Path(text): Path<String>,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    let line = sso::find(member.call(), &member.me, id(&text)?).await?;
    let steps = sso::test(member.call(), &member.me, line.id).await?;
    let page = member.page();
    let steps = steps
        .into_iter()
        .map(|one| SsoTestStep { name: page.words.t(step_name(one.step)).into_owned(), fault: one.fault })
        .collect();
    show(&AdminSsoTestPage { page, id: line.id.to_string(), name: line.name, steps })
}
