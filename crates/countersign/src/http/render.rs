//! Turns problems into answers: problem details for the API, pages or redirects for people.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{ALLOW, CONTENT_TYPE, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::Response;
use countersign_core::text::Text;
use serde_json::json;

use super::context::{RequestContext, Surface};
use super::problem::{self, Problem, Retry};
use super::voice::ErrorPage;
use crate::app::App;

/// Where a page sends somebody who is not signed in.
pub const SIGN_IN_PATH: &str = "/sign-in";
/// Where a page sends somebody who has to repeat the second step.
pub const STEP_UP_PATH: &str = "/account/step-up";
/// Where a page sends somebody who has to set up a second step first.
pub const ENROL_PATH: &str = "/account/set-up";
/// Where a program asks what has to be set up.
const ENROL_API: &str = "/api/v1/enrolment";
/// Where a page sends somebody who has to save a new recovery key first.
pub const SAVE_KEY_PATH: &str = "/account/security/recovery-key";

/// A mark on a response that is to be sent as it is, whatever its status.
#[derive(Clone, Copy, Debug)]
pub(super) struct AsItIs;

/// What the renderer needs to know of the request, which is gone by then.
pub(super) struct Asked {
    pub(super) method: Method,
    pub(super) uri: Uri,
}

/// Puts a response into its final form.
pub(super) fn finish(app: &App, context: &RequestContext, asked: &Asked, mut response: Response) -> Response {
    let Some(problem) = problem_of(&mut response) else { return response };
    if let Some(cause) = &problem.cause {
        let request_id = &*context.id;
        tracing::error!(request_id, kind = problem.kind.slug, cause, "a request failed");
    }
    let headers = std::mem::take(response.headers_mut());
    let mut rendered = match context.surface {
        Surface::Api => problem_details(app, context, &problem),
        Surface::Page => page(app, context, asked, &problem),
    };
    add_headers(rendered.headers_mut(), &headers, context, &problem);
    rendered
}

fn problem_of(response: &mut Response) -> Option<Problem> {
    if response.extensions().get::<AsItIs>().is_some() {
        return None;
    }
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        return Some(problem);
    }
    let status = response.status();
    // The router's own refusals are plain text or empty; a handler's pages and documents have their own type.
    let plain =
        response.headers().get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let refused = status.is_client_error() || status.is_server_error();
    (refused && plain).then(|| Problem::of_status(status))
}

fn add_headers(to: &mut HeaderMap, from: &HeaderMap, context: &RequestContext, problem: &Problem) {
    if let Some(allow) = from.get(ALLOW) {
        to.insert(ALLOW, allow.clone());
    }
    for cookie in from.get_all("set-cookie") {
        to.append("set-cookie", cookie.clone());
    }
    if let Some(retry) = problem.retry {
        let span = match retry {
            Retry::After(span) => span,
            Retry::At(instant) => instant.since(context.now),
        };
        to.insert(RETRY_AFTER, retry_after(span));
    }
    // A 401 without this header is malformed (RFC 9110 section 11.6.1).
    if context.surface == Surface::Api && problem.kind.status == StatusCode::UNAUTHORIZED {
        to.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
}

/// The value of `Retry-After`, rounded up: whoever comes a moment too early is refused again.
pub fn retry_after(span: Duration) -> HeaderValue {
    HeaderValue::from(span.as_secs() + 1)
}

fn words(app: &App, context: &RequestContext, problem: &Problem) -> (String, String) {
    let say = |text: &Text| app.voice.say(context.language, text);
    let detail = problem.detail.as_ref().map_or_else(|| say(&Text::new(problem.kind.detail)), say);
    (say(&Text::new(problem.kind.title)), detail)
}

fn problem_details(app: &App, context: &RequestContext, problem: &Problem) -> Response {
    let (title, detail) = words(app, context, problem);
    let errors: Vec<_> = problem
        .errors
        .iter()
        .map(|error| {
            json!({
                "field": error.field,
                "code": error.text.key,
                "detail": app.voice.say(context.language, &error.text),
            })
        })
        .collect();
    let mut body = json!({
        "type": app.settings.public_address.link(&format!("/api/problems/{}", problem.kind.slug)),
        "title": title,
        "status": problem.kind.status.as_u16(),
        "detail": detail,
        "instance": format!("urn:request:{}", context.id),
    });
    if !errors.is_empty() {
        body["errors"] = errors.into();
    }
    if problem.kind == &problem::MUST_ENROL {
        body["enrolment"] = app.settings.public_address.link(ENROL_API).into();
        body["page"] = app.settings.public_address.link(ENROL_PATH).into();
    }
    for (name, value) in problem.members.iter().flat_map(|members| members.iter()) {
        body[name] = value.clone();
    }
    with_type(problem.kind.status, "application/problem+json", body.to_string())
}

fn page(app: &App, context: &RequestContext, asked: &Asked, problem: &Problem) -> Response {
    for (kind, path) in [
        (&problem::SIGN_IN_NEEDED, SIGN_IN_PATH),
        (&problem::STEP_UP_NEEDED, STEP_UP_PATH),
        (&problem::MUST_ENROL, ENROL_PATH),
        (&problem::MUST_SAVE_KEY, SAVE_KEY_PATH),
    ] {
        if problem.kind == kind {
            return redirect(&with_way_back(path, asked));
        }
    }
    let (title, detail) = words(app, context, problem);
    let errors: Vec<String> =
        problem.errors.iter().map(|error| app.voice.say(context.language, &error.text)).collect();
    let html = app.voice.error_page(&ErrorPage {
        status: problem.kind.status,
        title: &title,
        detail: &detail,
        errors: &errors,
        request_id: &context.id,
        nonce: context.nonce.as_str(),
        language: context.language,
    });
    with_type(problem.kind.status, "text/html; charset=utf-8", html)
}

/// Adds where the person wanted to go, so that nobody has to find the way again. Only pages can be gone back to.
fn with_way_back(path: &str, asked: &Asked) -> String {
    let wanted = asked.uri.path_and_query().map_or("/", |wanted| wanted.as_str());
    if asked.method != Method::GET || wanted == "/" || local_path(wanted).is_none() {
        return path.to_owned();
    }
    let query: String =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("next", wanted).finish();
    format!("{path}?{query}")
}

/// The text, if it is a path on this server and nothing that a browser could take for another host.
pub fn local_path(text: &str) -> Option<&str> {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let local = text.starts_with('/') && !text.starts_with("//");
    (plain && local && text.len() <= 1024).then_some(text)
}

/// A redirect that the browser follows with GET (303).
pub(super) fn redirect(to: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    match HeaderValue::from_str(to) {
        Ok(location) => response.headers_mut().insert(LOCATION, location),
        Err(_) => response.headers_mut().insert(LOCATION, HeaderValue::from_static("/")),
    };
    response
}

fn with_type(status: StatusCode, kind: &'static str, body: String) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_on_this_server_are_gone_back_to() {
        for good in ["/", "/account", "/activity?page=2", "/a%20b"] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in [
            "",
            "account",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\nb",
            "/a b",
            "\t/",
            "/é",
        ] {
            assert_eq!(local_path(bad), None, "{bad:?}");
        }
        assert_eq!(local_path(&format!("/{}", "a".repeat(2000))), None);
    }
}
