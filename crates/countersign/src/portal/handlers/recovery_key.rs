//! The recovery key: making one, the one page that shows it, its file, and the proof that it was saved.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use countersign_core::sign_in::Standing;
use serde::Deserialize;

use super::super::view::{Done, FormErrors, KeyState, Page, RecoveryKeyMadePage, RecoveryKeyPage};
use super::super::visit::{Member, Newcomer, go, moment, show, show_refused};
use super::enrolment::DONE;
use super::security::{told, with_done};
use super::sign_in::Way;
use crate::flow::FlowError;
use crate::flow::recovery_key::{self, Made, NewKey, Saved};
use crate::http::form::{Form, NoFields, Query};
use crate::http::problem::Problem;
use crate::http::secret::Typed;

/// Where a key is made.
pub(super) const KEY: &str = crate::http::SAVE_KEY_PATH;

pub(super) async fn before(Newcomer(member): Newcomer, Query(way): Query<Way>) -> Result<Response, Problem> {
    let may_make = recovery_key::may_make(member.call(), &member.me)?;
    let state = match member.me.facts.recovery_key {
        Some(key) if key.saved => KeyState::Saved(moment(key.made_at)),
        Some(key) => KeyState::Unsaved(moment(key.made_at)),
        None if member.me.standing == Standing::SaveKey => KeyState::UsedUp,
        None => KeyState::None,
    };
    let mut page = member.page();
    page.notice = told(way.done.as_deref(), &page);
    show(&RecoveryKeyPage { page, state, may_make })
}

pub(super) async fn start(
    Newcomer(member): Newcomer,
    Form(NoFields {}): Form<NoFields>,
) -> Result<Response, Problem> {
    match recovery_key::start(member.call(), &member.me).await? {
        NewKey::Challenge(open) => {
            member.visit.challenge(&open);
            Ok(go("/second-step"))
        }
        NewKey::Granted => Ok(go(KEY)),
    }
}

fn made_page(member: &Member, made: &Made, errors: FormErrors, set_up: bool) -> RecoveryKeyMadePage {
    RecoveryKeyMadePage {
        set_up,
        page: member.page(),
        account: member.me.facts.account.email.masked(),
        key: made.key.grouped(),
        groups: (made.groups.0 + 1, made.groups.1 + 1),
        errors,
    }
}

/// Whether the key ends a set-up, so that the page that follows tells what is on now. Nothing rests on it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MakeForm {
    #[serde(default)]
    set_up: Option<bool>,
}

pub(super) async fn make(
    Newcomer(member): Newcomer,
    Form(form): Form<MakeForm>,
) -> Result<Response, Problem> {
    match recovery_key::make(member.call(), &member.me).await {
        Ok(made) => {
            let set_up = form.set_up.unwrap_or_default();
            show(&made_page(&member, &made, FormErrors::default(), set_up))
        }
        Err(FlowError::StepUpNeeded) => Ok(go(KEY)),
        Err(error) => Err(error.into()),
    }
}

/// The key that the page carries along; `None`: it is none, or no longer the account's.
async fn carried(member: &Member, key: &str) -> Result<Option<Made>, Problem> {
    match recovery_key::carried(member.call(), &member.me, key).await {
        Ok(made) => Ok(made),
        Err(FlowError::Invalid(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The page is over: another key was made, or this one is saved.
fn lost() -> Response {
    go(&with_done(KEY, Done::KeyReplaced))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileForm {
    key: Typed,
}

pub(super) async fn file(
    Newcomer(member): Newcomer,
    Form(form): Form<FileForm>,
) -> Result<Response, Problem> {
    let Some(made) = carried(&member, &form.key).await? else { return Ok(lost()) };
    let page = member.page();
    let text = file_text(&page, &member.me.facts.account.email.masked(), &made.key.grouped());
    let name = format!("attachment; filename=\"{}\"", file_name(&page.product));
    let headers = [(CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, text).into_response())
}

/// What the saved file says. Lines end as every system's editor shows them.
fn file_text(page: &Page, account: &str, key: &str) -> String {
    let lines = [
        page.t1("key-file-title", "product", &page.product),
        "".into(),
        key.to_owned().into(),
        "".into(),
        page.t1("key-file-organisation", "organisation", &page.organisation),
        page.t1("key-file-account", "account", account),
        page.t1("key-file-made", "time", page.exact(&page.now)),
        "".into(),
        page.t("key-file-how"),
        page.t("key-file-once"),
        page.t("key-file-guard"),
        "".into(),
    ];
    lines.join("\r\n")
}

/// A name that every system takes.
fn file_name(product: &str) -> String {
    let plain: String = product
        .chars()
        .map(|sign| if sign.is_ascii_alphanumeric() { sign.to_ascii_lowercase() } else { '-' })
        .collect();
    let plain = plain.trim_matches('-');
    format!("{plain}{}recovery-key.txt", if plain.is_empty() { "" } else { "-" })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SaveForm {
    key: Typed,
    first: Typed,
    second: Typed,
    #[serde(default)]
    set_up: Option<bool>,
}

pub(super) async fn save(
    Newcomer(member): Newcomer,
    Form(form): Form<SaveForm>,
) -> Result<Response, Problem> {
    let set_up = form.set_up.unwrap_or_default();
    let saved = recovery_key::save(member.call(), &member.me, &form.key, (&*form.first, &*form.second)).await;
    match saved {
        Ok(Saved::Done) if set_up => Ok(go(DONE)),
        Ok(Saved::Done) => Ok(go(&with_done("/account/security", Done::KeySaved))),
        Ok(Saved::NotThis) | Err(FlowError::Invalid(_)) => Ok(lost()),
        Ok(Saved::WrongGroups) => {
            let Some(made) = carried(&member, &form.key).await? else { return Ok(lost()) };
            let mut page = made_page(&member, &made, FormErrors::default(), set_up);
            page.errors = FormErrors::general(page.page.t("recovery-key-groups-wrong"));
            show_refused(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_files_name_is_plain_whatever_the_product_is_called() {
        assert_eq!(file_name("Countersign"), "countersign-recovery-key.txt");
        assert_eq!(file_name("Ärger & \"Söhne\""), "rger----s-hne-recovery-key.txt");
        assert_eq!(file_name("鍵"), "recovery-key.txt");
    }
}
