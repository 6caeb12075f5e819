//! What each kind of problem means, for whoever writes a program against this API.

use std::sync::Arc;

use axum::extract::State;
use countersign_core::text::Text;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Id;
use super::shapes::Sent;
use crate::app::App;
use crate::http::context::RequestContext;
use crate::http::problem::{self, Kind, Problem};

/// When a problem of each kind is answered, and what a program does next.
const ABOUT: &[(&str, &str)] = &[
    (
        "malformed",
        "The request cannot be read: its JSON, its query, or its headers. Sending it again will not help.",
    ),
    (
        "forwarding",
        "A trusted proxy sent a forwarding header that cannot be read. The operator has to mend the proxy.",
    ),
    (
        "sign-in-needed",
        "No valid session, challenge or bearer token came along. Sign in, or use another token.",
    ),
    (
        "wrong-credentials",
        "E-mail address and password do not fit together. It does not tell which of them is wrong.",
    ),
    (
        "wrong-code",
        "The code is wrong. `tries_left` more answers are allowed before the second step is over.",
    ),
    ("late-code", "The code was right a short while ago. Send the one that the app shows now."),
    (
        "superseded-code",
        "The code stood in an earlier letter of this second step. Send the one from the newest; the letter and `mail_code` show the same `reference`.",
    ),
    ("used-code", "The code was right and has been used. Wait for the next one, at most 30 seconds."),
    ("forbidden", "The account, or the bearer token's scopes, do not allow this. `detail` says why."),
    (
        "known-browsers-only",
        "After many wrong passwords, only browsers that have signed in before may still try, until the password is changed.",
    ),
    ("foreign-request", "The request comes from a page of another origin."),
    (
        "stale-form",
        "The header `X-CSRF-Token` is missing, or is not that of the present session or challenge. Read it anew.",
    ),
    (
        "tls-needed",
        "The API answers over TLS only. Change the address that is called, and the credentials that were sent in the clear.",
    ),
    (
        "step-up-needed",
        "Recent proof is needed. Give it at `/api/v1/account/step-up` and send the request again.",
    ),
    (
        "must-enrol",
        "The policy demands a second step. `enrolment` is where to ask what has to be set up, `page` where a person does it.",
    ),
    (
        "must-save-key",
        "The session began by recovery key. Make a new one at `/api/v1/recovery-key/make` and confirm that it was saved first.",
    ),
    (
        "held",
        "This method does not count here before `held_until`: codes by e-mail, as the password was reset by e-mail a short while ago, or Telegram, as two questions were refused there. Choose another method, or a browser that has signed in before.",
    ),
    (
        "no-code",
        "No code of this second step can be answered: none was sent, or another one has asked for a code since. Have one sent at `/api/v1/second-step/code`.",
    ),
    ("not-found", "There is nothing here, or nothing that belongs to this account."),
    ("method", "The address exists, but not with this method. `Allow` lists those it takes."),
    (
        "conflict",
        "Something else happened first, or a limit on the number of things is reached. `detail` says which.",
    ),
    (
        "over",
        "The second step or the set-up is over: too late, answered, or too many wrong codes. Start again.",
    ),
    ("too-large", "The body is larger than anything this API takes."),
    ("media-type", "The body has to be `application/json` in UTF-8."),
    ("invalid", "The request was read, but some values will not do. `errors` names each and says why."),
    (
        "wrong-set-up-code",
        "The code does not fit the key that is being set up. `tries_left` more are allowed.",
    ),
    (
        "clock-wrong",
        "The key is right, but the clock of the device is wrong by about `minutes`: positive is fast.",
    ),
    (
        "puzzle",
        "A proof of work comes first: find a decimal number so that SHA-256 of `puzzle.number` begins with `bits` zero bits, and send that text as `puzzle`.",
    ),
    (
        "too-many",
        "A limit is reached, and what was sent was not looked at. `Retry-After` says when to come again, if time alone helps.",
    ),
    ("internal", "A fault of the server. `instance` finds it in its log."),
    (
        "unavailable",
        "The database or another part does not answer now. Nothing is known of what was sent; try again.",
    ),
    ("busy", "More passwords are to be checked than can be at once. Try again after `Retry-After`."),
    ("timeout", "The request took longer than it may. Whether it was done is not known."),
];

/// When a problem of this kind is answered, and what a program does next.
pub(super) fn about(slug: &str) -> Option<&'static str> {
    ABOUT.iter().find(|(kind, _)| *kind == slug).map(|(_, text)| *text)
}

/// The kind of this name.
pub(super) fn kind(slug: &str) -> Option<&'static Kind> {
    problem::ALL.iter().copied().find(|kind| kind.slug == slug)
}

/// A kind of problem.
#[derive(Serialize, ToSchema)]
pub(super) struct ProblemKind {
    /// The `type` of its problems: the address of this very text.
    #[serde(rename = "type")]
    #[schema(format = "uri")]
    address: String,
    /// What happened, in the language of the request.
    title: String,
    /// The HTTP status it is answered with.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// When it is answered, and what a program does next.
    #[schema(value_type = String)]
    about: &'static str,
}

/// Explain a kind of problem
///
/// The `type` of every problem leads here.
#[utoipa::path(
    get, path = "/api/problems/{slug}", tag = "Reference",
    params(("slug" = String, Path, description = "The last part of the `type`.", example = "too-many")),
    responses((status = 200, body = ProblemKind, description = "What it means.")),
    security(()),
)]
pub(super) async fn get_problem(
    State(app): State<Arc<App>>,
    context: RequestContext,
    Id(slug): Id<String>,
) -> Result<Sent<ProblemKind>, Problem> {
    let found = kind(&slug).zip(about(&slug));
    let (kind, about) = found.ok_or(Problem::new(&problem::NOT_FOUND))?;
    Ok(Sent(ProblemKind {
        address: app.settings.public_address.link(&format!("/api/problems/{}", kind.slug)),
        title: app.voice.say(context.language, &Text::new(kind.title)),
        status: kind.status.as_u16(),
        about,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_explained() {
        for kind in problem::ALL {
            assert!(about(kind.slug).is_some(), "{}", kind.slug);
        }
    }
}
