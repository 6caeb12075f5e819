//! Checks every word of the portal and fingerprints its assets, so that a missing translation or a
//! mistyped asset name fails the build and not a visitor.
//!
//! Keys are found by convention: `t("key")`, `t1("key", "variable", …)`, `t2(…)`, `t3(…)` in
//! templates and Rust, and `text!("key")` where Rust picks a key. Keys that only other crates name
//! stand in `locales/keys-from-core.txt`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use fluent_syntax::ast::{CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement};
use sha2::{Digest, Sha256};

/// What each key's text needs: its variables.
type Keys = BTreeMap<String, BTreeSet<String>>;

/// The calls that name a key, and how many variables each passes.
const CALLS: [(&str, usize); 6] =
    [("t(", 0), ("t1(", 1), ("t2(", 2), ("t3(", 3), ("text!(", usize::MAX), ("Text::new(", usize::MAX)];

fn main() {
    for place in ["templates", "src", "locales", "assets", "build.rs"] {
        println!("cargo::rerun-if-changed={place}");
    }
    let mut faults = Vec::new();
    let files = assets();
    check_words(&files, &mut faults);
    assert!(faults.is_empty(), "\n\n{}\n", faults.join("\n"));
    write_assets(&files);
}

fn check_words(files: &[PathBuf], faults: &mut Vec<String>) {
    let (en, de) = (locale("locales/en.ftl", faults), locale("locales/de.ftl", faults));
    for (key, variables) in &en {
        match de.get(key) {
            None => faults.push(format!("de.ftl lacks {key}")),
            Some(other) if other != variables => {
                faults.push(format!("{key}: variables differ: en {variables:?}, de {other:?}"));
            }
            Some(_) => {}
        }
    }
    faults.extend(de.keys().filter(|key| !en.contains_key(*key)).map(|key| format!("en.ftl lacks {key}")));

    let mut used = listed("locales/keys-from-core.txt");
    for file in sources() {
        let text = without_comments(&read(&file));
        for (key, passed) in calls(&text) {
            check_call(&en, &file, &key, passed, faults);
            used.insert(key);
        }
        for name in strings_after(&text, "asset(") {
            if !files.iter().any(|path| path.ends_with(&name)) {
                faults.push(format!("{}: no asset {name}", file.display()));
            }
        }
    }
    for key in &used {
        if !en.contains_key(key) {
            faults.push(format!("no text for {key}"));
        }
    }
    faults.extend(en.keys().filter(|key| !used.contains(*key)).map(|key| format!("{key} is never used")));
}

fn check_call(en: &Keys, file: &Path, key: &str, passed: usize, faults: &mut Vec<String>) {
    let wanted = en.get(key).map_or(passed, BTreeSet::len);
    if passed != usize::MAX && wanted != passed {
        faults.push(format!("{}: {key} takes {wanted} variables, not {passed}", file.display()));
    }
}

/// The lines that are no comments: those may name a key as an example.
fn without_comments(text: &str) -> String {
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Every key named in a text, with the number of variables its call passes.
fn calls(text: &str) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for (call, passed) in CALLS {
        found.extend(strings_after(text, call).into_iter().map(|key| (key, passed)));
    }
    found
}

/// The string literals that directly follow `call`, where `call` is not the tail of a longer name.
fn strings_after(text: &str, call: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(call) {
        let inside_a_name = text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let rest = text[at + call.len()..].trim_start();
        if let (false, Some(rest)) = (inside_a_name, rest.strip_prefix('"'))
            && let Some((key, _)) = rest.split_once('"')
        {
            found.push(key.to_owned());
        }
    }
    found
}

fn locale(path: &str, faults: &mut Vec<String>) -> Keys {
    let text = read(Path::new(path));
    let resource = fluent_syntax::parser::parse(text.as_str()).unwrap_or_else(|(resource, errors)| {
        faults.extend(errors.iter().map(|error| format!("{path}: {error}")));
        resource
    });
    let mut keys = Keys::new();
    for entry in &resource.body {
        if let Entry::Message(message) = entry {
            let mut variables = BTreeSet::new();
            if let Some(pattern) = &message.value {
                pattern_variables(pattern, &mut variables);
            }
            if keys.insert(message.id.name.to_owned(), variables).is_some() {
                faults.push(format!("{path}: {} stands there twice", message.id.name));
            }
        }
    }
    keys
}

fn pattern_variables(pattern: &Pattern<&str>, found: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { .. } => {}
            PatternElement::Placeable { expression } => expression_variables(expression, found),
        }
    }
}

fn expression_variables(expression: &Expression<&str>, found: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => inline_variables(inline, found),
        Expression::Select { selector, variants } => {
            inline_variables(selector, found);
            for variant in variants {
                pattern_variables(&variant.value, found);
            }
        }
    }
}

fn inline_variables(inline: &InlineExpression<&str>, found: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            found.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference { arguments: CallArguments { positional, .. }, .. } => {
            for argument in positional {
                inline_variables(argument, found);
            }
        }
        InlineExpression::Placeable { expression } => expression_variables(expression, found),
        _ => {}
    }
}

fn listed(path: &str) -> BTreeSet<String> {
    let text = read(Path::new(path));
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for place in ["templates", "src"] {
        walk(Path::new(place), &mut found);
    }
    found
}

fn assets() -> Vec<PathBuf> {
    let mut found = Vec::new();
    walk(Path::new("assets"), &mut found);
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() { walk(&path, found) } else { found.push(path) }
    }
}

/// Writes the table that `portal::assets` includes: name, hashed address, type and bytes of each file.
fn write_assets(files: &[PathBuf]) {
    let root = variable("CARGO_MANIFEST_DIR");
    let mut table = String::from("&[\n");
    for path in files {
        let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        let hash = Sha256::digest(&bytes)[..8].iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        let kind = match ending {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml; charset=utf-8",
            _ => panic!("{name}: no content type is known for this ending"),
        };
        let full = root.join(path).display().to_string();
        let _ = writeln!(
            table,
            "Asset {{ name: {name:?}, path: \"/assets/{stem}.{hash}.{ending}\", content_type: {kind:?}, bytes: include_bytes!({full:?}) }},"
        );
    }
    table.push(']');
    let target = variable("OUT_DIR").join("assets.rs");
    fs::write(&target, table).unwrap_or_else(|error| panic!("{}: {error}", target.display()));
}

fn variable(name: &str) -> PathBuf {
    env::var_os(name).unwrap_or_else(|| panic!("cargo sets no {name}")).into()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
