//! The API's reference, read from its `OpenAPI` description.

use askama::Template;
use serde_json::Value;

use super::page::Page;
use super::prose::{Piece, Prose};

/// The verbs of an `OpenAPI` path item that are shown, in the order of a page.
const VERBS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// A parameter or a field of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it goes: `path`, `query`, `header`, `body`.
    pub place: String,
    /// Its type, as far as it is told.
    pub kind: String,
    /// Whether it must be given.
    pub required: bool,
    /// What it means.
    pub about: Prose,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: String,
    /// What it means.
    pub about: Prose,
}

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// The HTTP method, in capitals.
    pub verb: String,
    /// The path.
    pub path: String,
    /// What it does, in one line.
    pub summary: String,
    /// More about it.
    pub about: Prose,
    /// What it takes.
    pub parameters: Vec<Parameter>,
    /// What it answers.
    pub answers: Vec<Answer>,
}

impl Operation {
    fn class(&self) -> &'static str {
        match self.verb.as_str() {
            "GET" => "accent",
            "DELETE" => "bad",
            _ => "good",
        }
    }
}

/// Operations that belong together.
#[derive(Debug, Clone)]
pub struct OperationGroup {
    /// Their tag.
    pub name: String,
    /// The operations.
    pub operations: Vec<Operation>,
}

/// The API's reference: `/help/api`.
#[derive(Debug, Template)]
#[template(path = "help/reference.html")]
pub struct ApiReferencePage {
    /// What every page shares.
    pub page: Page,
    /// The API's title.
    pub title: String,
    /// Its version.
    pub version: String,
    /// What it is for.
    pub about: Prose,
    /// Where the machine-readable description is.
    pub description_address: String,
    /// The operations, grouped by their first tag.
    pub groups: Vec<OperationGroup>,
}

impl ApiReferencePage {
    /// Reads an `OpenAPI` description. What it does not say stays empty.
    pub fn new(page: Page, description_address: impl Into<String>, api: &Value) -> Self {
        Self {
            page,
            title: text(&api["info"]["title"]),
            version: text(&api["info"]["version"]),
            about: prose(&api["info"]["description"]),
            description_address: description_address.into(),
            groups: groups(api),
        }
    }
}

fn groups(api: &Value) -> Vec<OperationGroup> {
    let mut groups: Vec<OperationGroup> = Vec::new();
    for (path, item) in api["paths"].as_object().into_iter().flatten() {
        for verb in VERBS {
            let Some(found) = item.get(verb) else { continue };
            let tag = found["tags"][0].as_str().unwrap_or("API");
            let operation = operation(api, path, verb, item, found);
            match groups.iter_mut().find(|group| group.name == tag) {
                Some(group) => group.operations.push(operation),
                None => groups.push(OperationGroup { name: tag.to_owned(), operations: vec![operation] }),
            }
        }
    }
    groups
}

fn operation(api: &Value, path: &str, verb: &str, item: &Value, found: &Value) -> Operation {
    let shared = item["parameters"].as_array().into_iter().flatten();
    let own = found["parameters"].as_array().into_iter().flatten();
    let mut parameters: Vec<_> = shared.chain(own).map(|given| parameter(resolve(api, given))).collect();
    for content in resolve(api, &found["requestBody"])["content"].as_object().into_iter().flatten() {
        parameters.extend(fields(api, &content.1["schema"]));
    }
    let answers = found["responses"].as_object().into_iter().flatten();
    Operation {
        verb: verb.to_ascii_uppercase(),
        path: path.to_owned(),
        summary: text(&found["summary"]),
        about: prose(&found["description"]),
        parameters,
        answers: answers
            .map(|(status, answer)| Answer {
                status: status.clone(),
                about: prose(&resolve(api, answer)["description"]),
            })
            .collect(),
    }
}

fn parameter(given: &Value) -> Parameter {
    Parameter {
        name: text(&given["name"]),
        place: text(&given["in"]),
        kind: kind(&given["schema"]),
        required: given["required"].as_bool().unwrap_or(false),
        about: prose(&given["description"]),
    }
}

fn fields(api: &Value, schema: &Value) -> Vec<Parameter> {
    let schema = resolve(api, schema);
    let required = schema["required"].as_array();
    let is_required = |name: &str| required.is_some_and(|all| all.iter().any(|one| one == name));
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, field)| Parameter {
            name: name.clone(),
            place: "body".to_owned(),
            kind: kind(field),
            required: is_required(name),
            about: prose(&field["description"]),
        })
        .collect()
}

/// Follows one reference inside the description (`#/components/…`).
fn resolve<'a>(api: &'a Value, value: &'a Value) -> &'a Value {
    let target = value["$ref"].as_str().and_then(|address| address.strip_prefix('#'));
    target.and_then(|pointer| api.pointer(pointer)).unwrap_or(value)
}

fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    match &schema["type"] {
        Value::String(one) if one == "array" => format!("{}[]", kind(&schema["items"])),
        Value::String(one) => one.clone(),
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "),
        _ => String::new(),
    }
}

fn prose(value: &Value) -> Prose {
    Prose::parse(value.as_str().unwrap_or_default())
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_body_behind_a_reference_lists_its_fields() {
        let api = json!({
            "paths": {"/a": {"post": {"tags": ["Sessions"], "requestBody": {"content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/A"}}}}}}},
            "components": {"schemas": {"A": {"required": ["code"], "properties": {
                "code": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}}}}}
        });
        let groups = groups(&api);
        assert_eq!(groups[0].name, "Sessions");
        let kinds: Vec<_> = groups[0].operations[0]
            .parameters
            .iter()
            .map(|field| (field.name.as_str(), field.kind.as_str(), field.required))
            .collect();
        assert_eq!(kinds, [("code", "string", true), ("tags", "string[]", false)]);
    }
}
