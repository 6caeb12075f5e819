//! The API's description: what `utoipa` gathers from the handlers, completed with what holds for all of them.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use axum::extract::{FromRequestParts, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use serde_json::{Map, Value, json};
use utoipa::{OpenApi, ToSchema};

use super::caller::AnySession;
use super::problems;
use crate::app::App;
use crate::config::ApiReference;
use crate::http::extract::ApiCaller;
use crate::http::problem::Problem;

/// The frame that handlers fill.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Countersign",
        description = include_str!("about.md"),
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/", description = "This server")),
    components(schemas(ProblemDetails, ProblemField)),
    tags(
        (name = "Signing in", description = "From the password to a session, and out again."),
        (name = "Signing up", description = "Making an account, where the policy leaves it open."),
        (name = "Links", description = "Invitations, password resets, the first administrator."),
        (name = "Account", description = "The account, its password and its policy."),
        (name = "Authenticators", description = "The devices whose codes are the second step."),
        (name = "E-mail codes", description = "One-time codes by e-mail as a second step."),
        (name = "Phone numbers", description = "Calls and SMS as a fallback beside a second step."),
        (name = "Telegram", description = "Answers in Telegram as a second step."),
        (name = "Recovery key", description = "The key that signs in once when everything else is lost."),
        (name = "Sessions", description = "The browsers that are signed in."),
        (name = "Activity", description = "What happened on the account."),
        (name = "API tokens", description = "Tokens for programs."),
        (name = "Security policy", description = "The organisation's rules, for administrators."),
        (name = "Administration", description = "The organisation, its members and its audit log."),
        (name = "Support", description = "What staff do for the people of their organisation."),
        (name = "Support", description = "Asking the support desk, and the desk itself."),
        (name = "Operation", description = "What administrators look after."),
        (name = "Reference", description = "This description."),
    ),
)]
pub(super) struct Frame;

/// A refusal or a fault (RFC 9457).
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description only: problems are written at the boundary")]
struct ProblemDetails {
    /// What kind of problem it is; the address explains it. Rely on this, not on the words.
    #[schema(format = "uri")]
    r#type: String,
    /// The kind in words, in the language of the request.
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What happened here and what to do, in the language of the request.
    detail: String,
    /// The request's id, which its log lines carry.
    #[schema(format = "uri")]
    instance: String,
    /// The values that will not do, where it is about values.
    errors: Option<Vec<ProblemField>>,
    /// Answers that are left, after a wrong code.
    tries_left: Option<u32>,
    /// Until when codes by e-mail have to wait.
    #[schema(format = "date-time")]
    held_until: Option<String>,
    /// By how many minutes a device's clock is wrong; positive is fast.
    minutes: Option<i64>,
    /// The puzzle to be solved.
    puzzle: Option<String>,
    /// How many zero bits its solution's hash begins with.
    bits: Option<u32>,
    /// Where to ask what has to be set up.
    #[schema(format = "uri")]
    enrolment: Option<String>,
    /// The page on which a person sets it up.
    #[schema(format = "uri")]
    page: Option<String>,
}

/// A value that will not do.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description only: problems are written at the boundary")]
struct ProblemField {
    /// Its name, with dots for what lies inside.
    field: String,
    /// What is wrong, for programs.
    code: String,
    /// What is wrong and what to do, in the language of the request.
    detail: String,
}

/// The whole description, as `docs/openapi.json` and `/api/openapi.json` have it.
pub fn document() -> Value {
    let gathered = super::described().into_openapi();
    let mut document = serde_json::to_value(gathered).unwrap_or_default();
    document["components"]["securitySchemes"] = security_schemes();
    if let Some(info) = document["info"].as_object_mut() {
        // Nobody is named in the manifest, which makes an empty contact.
        info.remove("contact");
    }
    for (_, schema) in members(&mut document["components"]["schemas"]) {
        for (_, property) in schema.get_mut("properties").into_iter().flat_map(members) {
            lift_description(property);
        }
    }
    for (path, item) in members(&mut document["paths"]) {
        for (method, operation) in members(item) {
            complete(path, method, operation);
        }
    }
    document
}

/// The JSON Schema of a whole security policy, by itself.
pub fn policy_schema() -> Value {
    const PLACE: &str = "#/components/schemas/";
    let document = document();
    let schemas = &document["components"]["schemas"];
    let (mut wanted, mut defs) = (vec!["PolicyDocument".to_owned()], Map::new());
    while let Some(name) = wanted.pop() {
        let text = schemas[&name].to_string();
        for part in text.split(PLACE).skip(1) {
            let found: String = part.chars().take_while(char::is_ascii_alphanumeric).collect();
            if !defs.contains_key(&found) && found != name {
                wanted.push(found);
            }
        }
        let own = serde_json::from_str(&text.replace(PLACE, "#/$defs/")).unwrap_or_default();
        defs.insert(name, own);
    }
    let mut schema = defs.remove("PolicyDocument").unwrap_or_default();
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("Security policy");
    schema["$defs"] = Value::Object(defs);
    schema
}

fn members(value: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    value.as_object_mut().into_iter().flat_map(|map| map.iter_mut())
}

/// A value that may be `null` is described as a whole, not in one of its alternatives.
fn lift_description(property: &mut Value) {
    let described = property.pointer_mut("/oneOf/0").and_then(Value::as_object_mut);
    if let Some(text) = described.and_then(|alternative| alternative.remove("description")) {
        property["description"] = text;
    }
}

fn security_schemes() -> Value {
    let cookie = |name: &str, about: &str| json!({"type": "apiKey", "in": "cookie", "name": name, "description": about});
    json!({
        "session": cookie("__Host-sid", "The session, set by signing in. On http://localhost the name is `sid`."),
        "challenge": cookie(
            "__Host-challenge",
            "A second step in progress, set by signing in. On http://localhost the name is `challenge`.",
        ),
        "csrf": {
            "type": "apiKey", "in": "header", "name": "X-CSRF-Token",
            "description": "With a cookie, whatever changes something also brings this header: the `csrf_token` that \
                came with the cookie's session or challenge.",
        },
        "bearer": {
            "type": "http", "scheme": "bearer",
            "description": "An API token, `cs_…`, made at `/api/v1/api-tokens`. An operation names the scope it needs.",
        },
    })
}

/// Adds to an operation what follows from its method, path, body and security.
fn complete(path: &str, method: &str, operation: &mut Value) {
    let slugs = problems_of(path, method, operation);
    if let Some(map) = operation.as_object_mut() {
        map.remove("x-problems");
    }
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for slug in &slugs {
        if let Some(kind) = problems::kind(slug) {
            by_status.entry(kind.status.as_u16()).or_default().push(kind.slug);
        }
    }
    for (status, slugs) in by_status {
        operation["responses"][status.to_string()] = refusal(status, &slugs);
    }
    if method != "get" {
        for requirement in operation["security"].as_array_mut().into_iter().flatten() {
            if requirement.get("bearer").is_none()
                && requirement.as_object().is_some_and(|map| !map.is_empty())
            {
                requirement["csrf"] = json!([]);
            }
        }
    }
}

/// The kinds of problem that an operation may answer with: its own, and those of every operation of its like.
fn problems_of(path: &str, method: &str, operation: &Value) -> Vec<String> {
    let mut slugs = vec!["malformed", "forwarding", "tls-needed", "internal", "unavailable", "timeout"];
    let is_secured = |name: &str| {
        operation["security"].as_array().is_some_and(|list| list.iter().any(|one| one.get(name).is_some()))
    };
    if is_secured("session") || is_secured("challenge") {
        slugs.push("sign-in-needed");
    }
    if is_secured("session") {
        slugs.extend(["must-enrol", "must-save-key", "forbidden"]);
    }
    if is_secured("bearer") {
        slugs.push("too-many");
    }
    if method != "get" {
        slugs.push("foreign-request");
        if is_secured("session") || is_secured("challenge") {
            slugs.push("stale-form");
        }
    }
    if operation.get("requestBody").is_some() {
        slugs.extend(["too-large", "media-type", "invalid"]);
    }
    if path.contains('{') {
        slugs.push("not-found");
    }
    let own = operation["x-problems"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let mut slugs: Vec<String> = own.chain(slugs).map(str::to_owned).collect();
    let mut seen = std::collections::BTreeSet::new();
    slugs.retain(|slug| seen.insert(slug.clone()));
    slugs
}

/// One status with every kind of problem that is answered with it.
fn refusal(status: u16, slugs: &[&str]) -> Value {
    let about: Vec<String> =
        slugs.iter().map(|slug| format!("`{slug}`: {}", problems::about(slug).unwrap_or_default())).collect();
    let examples: Map<String, Value> =
        slugs.iter().map(|slug| ((*slug).to_owned(), json!({"value": example(slug, status)}))).collect();
    let mut response = json!({
        "description": about.join("\n\n"),
        "content": {"application/problem+json": {
            "schema": {"$ref": "#/components/schemas/ProblemDetails"},
            "examples": examples,
        }},
    });
    if matches!(status, 429 | 503) {
        response["headers"] = json!({"Retry-After": {
            "description": "Seconds to wait, where time alone helps.",
            "schema": {"type": "integer", "minimum": 1},
        }});
    }
    response
}

fn example(slug: &str, status: u16) -> Value {
    let mut problem = json!({
        "type": format!("https://account.example.org/api/problems/{slug}"),
        "title": slug.replace('-', " "),
        "status": status,
        "detail": problems::about(slug).unwrap_or_default(),
        "instance": "urn:request:6f1c2a9be0d84c5fa7730c1d2e4b5a69",
    });
    match slug {
        "wrong-code" | "wrong-set-up-code" => problem["tries_left"] = json!(4),
        "held" => problem["held_until"] = json!("2026-03-02T09:30:00.000Z"),
        "clock-wrong" => problem["minutes"] = json!(-3),
        "must-enrol" => {
            problem["enrolment"] = json!("https://account.example.org/api/v1/enrolment");
            problem["page"] = json!("https://account.example.org/account/set-up");
        }
        "puzzle" => {
            problem["puzzle"] = json!("Zm9vYmFyYmF6cXV4MTIzNA.1772357400000.18.bWFj");
            problem["bits"] = json!(18);
        }
        "invalid" => {
            problem["errors"] =
                json!([{"field": "email", "code": "field-missing", "detail": "This is missing."}]);
        }
        _ => {}
    }
    problem
}

/// May read the description: everybody or whoever is signed in, as the operator has set.
pub(super) struct Reader;

impl FromRequestParts<Arc<App>> for Reader {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        if app.settings.api_reference == ApiReference::Everybody {
            return Ok(Self);
        }
        if parts.headers.contains_key(axum::http::header::AUTHORIZATION) {
            return ApiCaller::from_request_parts(parts, app).await.map(|_| Self);
        }
        AnySession::from_request_parts(parts, app).await.map(|_| Self)
    }
}

/// Show this description
///
/// For whoever is signed in, with any scope, or for everybody: as the operator has set.
#[utoipa::path(
    get, path = "/api/openapi.json", tag = "Reference",
    responses((status = 200, content_type = "application/json", description = "OpenAPI 3.1.")),
    security(("session" = []), ("bearer" = [])),
)]
pub(super) async fn get_openapi(_: State<Arc<App>>, _: Reader) -> impl IntoResponse {
    static TEXT: LazyLock<String> = LazyLock::new(|| document().to_string());
    ([(CONTENT_TYPE, "application/json")], TEXT.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_that_an_operation_names_exists() {
        let gathered = serde_json::to_value(super::super::described().into_openapi()).unwrap();
        for (path, item) in gathered["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                for slug in problems_of(path, method, operation) {
                    assert!(problems::kind(&slug).is_some(), "{method} {path}: {slug}");
                }
            }
        }
    }
}
