//! Keeps the house in order: rooms and their forbidden imports, sizes of files and functions, and marks that must
//! never land. The compiler keeps the arrows between crates; this keeps those inside the server.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use syn::spanned::Spanned;
use syn::visit::Visit;

/// A file never passes this many lines of code above its tests (ARCHITECTURE.md, Sizes).
const FILE_LINES: usize = 400;
/// A function never passes this many lines, first to last.
const FUNCTION_LINES: usize = 60;
/// A handler (a function in `portal/` or `api/` that the router calls) never passes this many lines.
const HANDLER_LINES: usize = 25;

/// Which room must never name which path. The rows are ARCHITECTURE.md's table.
const FORBIDDEN: &[(&str, &[&str])] = &[
    (
        "crates/countersign-core/src",
        &[
            "tokio",
            "axum",
            "rusqlite",
            "tokio_postgres",
            "getrandom",
            "std::fs",
            "std::net::Tcp",
            "SystemTime",
            "std::env",
        ],
    ),
    ("crates/countersign-store/src", &["axum", "reqwest", "lettre", "hyper", "askama"]),
    (
        "crates/countersign-courier/src",
        &[
            "axum",
            "hyper",
            "askama",
            "countersign_store",
            "rusqlite",
            "tokio_postgres",
            "std::fs",
            "std::env",
        ],
    ),
    (
        "crates/countersign/src/flow",
        &[
            "axum",
            "hyper",
            "tower",
            "askama",
            "rusqlite",
            "tokio_postgres",
            "crate::http",
            "crate::portal",
            "crate::api",
            "crate::worker",
            "crate::cli",
            "crate::demo",
            "crate::config",
            "crate::sso",
            "openidconnect",
            "reqwest",
        ],
    ),
    (
        "crates/countersign/src/http",
        &[
            "askama",
            "countersign_store",
            "rusqlite",
            "tokio_postgres",
            "crate::portal",
            "crate::api",
            "crate::worker",
            "crate::cli",
            "crate::demo",
        ],
    ),
    (
        "crates/countersign/src/portal",
        &["countersign_store", "rusqlite", "tokio_postgres", "crate::api", "crate::worker", "crate::cli"],
    ),
    (
        "crates/countersign/src/api",
        &[
            "countersign_store",
            "rusqlite",
            "tokio_postgres",
            "crate::portal",
            "crate::worker",
            "crate::cli",
            "crate::demo",
        ],
    ),
    (
        "crates/countersign/src/worker",
        &["axum", "crate::http", "crate::portal", "crate::api", "crate::cli", "crate::demo"],
    ),
    (
        "crates/countersign/src/sso",
        &[
            "axum",
            "countersign_store",
            "rusqlite",
            "tokio_postgres",
            "crate::http",
            "crate::portal",
            "crate::api",
            "crate::worker",
            "crate::cli",
            "crate::demo",
        ],
    ),
    ("crates/countersign/src/letters", UNDER_EVERYTHING),
    ("crates/countersign/src/config", UNDER_EVERYTHING),
    ("crates/countersign/src/observe", UNDER_EVERYTHING),
    ("crates/countersign/src/hasher", UNDER_EVERYTHING),
    ("crates/countersign/src/demo", &["rusqlite", "tokio_postgres", "crate::cli"]),
    ("crates/countersign/src/language.rs", UNDER_EVERYTHING),
    ("crates/countersign/src/qr.rs", UNDER_EVERYTHING),
    ("crates/countersign/src/words.rs", UNDER_EVERYTHING),
];

/// What the rooms that others stand on never name.
const UNDER_EVERYTHING: &[&str] = &[
    "axum",
    "countersign_store",
    "rusqlite",
    "tokio_postgres",
    "crate::flow",
    "crate::http",
    "crate::portal",
    "crate::api",
    "crate::worker",
    "crate::cli",
    "crate::demo",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn rust_files(under: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(under) else { return };
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && name != "node_modules" && !name.starts_with('.') {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
}

fn all_rust() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in ["crates", "bench"] {
        rust_files(&root().join(folder), &mut found);
    }
    let root = root();
    let mut files: Vec<_> = found
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("a readable file");
            (path.strip_prefix(&root).expect("below the root").display().to_string(), text)
        })
        .collect();
    files.sort();
    assert!(files.len() > 50, "the walk found too few files: {}", files.len());
    files
}

fn report(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn no_file_is_a_dump() {
    let mut faults = Vec::new();
    for (name, text) in all_rust() {
        let code = text
            .lines()
            .take_while(|line| !line.starts_with("#[cfg(test)]"))
            .filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with("//"))
            .count();
        if code > FILE_LINES {
            faults.push(format!("{name}: {code} lines of code, at most {FILE_LINES}"));
        }
    }
    report(&faults);
}

struct Functions<'a> {
    file: &'a str,
    most: usize,
    faults: Vec<String>,
}

impl Functions<'_> {
    fn judge(&mut self, name: &syn::Ident, span: proc_macro2::Span) {
        let lines = span.end().line - span.start().line + 1;
        if lines > self.most {
            self.faults.push(format!("{}: fn {name} has {lines} lines, at most {}", self.file, self.most));
        }
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.judge(&item.sig.ident, item.sig.span().join(item.block.span()).unwrap_or(item.block.span()));
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.judge(&item.sig.ident, item.sig.span().join(item.block.span()).unwrap_or(item.block.span()));
        syn::visit::visit_impl_item_fn(self, item);
    }
}

#[test]
fn no_function_is_a_scroll() {
    let mut faults = Vec::new();
    for (name, text) in all_rust() {
        let handlers =
            name.contains("countersign/src/portal/handlers") || name.contains("countersign/src/api/v1");
        let most = if handlers { HANDLER_LINES } else { FUNCTION_LINES };
        let syntax = syn::parse_file(&text).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let mut visit = Functions { file: &name, most, faults: Vec::new() };
        visit.visit_file(&syntax);
        faults.append(&mut visit.faults);
    }
    report(&faults);
}

#[test]
fn every_room_keeps_its_arrows() {
    let mut faults = Vec::new();
    for (name, text) in all_rust() {
        for (room, forbidden) in FORBIDDEN {
            let is_test =
                name.ends_with("/tests.rs") || name.ends_with("_tests.rs") || name.contains("/tests/");
            if is_test || !name.starts_with(room) {
                continue;
            }
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (number, line) in code.lines().enumerate() {
                let line = line.split("//").next().unwrap_or_default();
                for word in *forbidden {
                    if names(line, word) {
                        faults.push(format!("{name}:{}: {room} must never name {word}", number + 1));
                    }
                }
            }
        }
    }
    report(&faults);
}

/// Whether a line uses a path that starts with `word`, as a whole word.
fn names(line: &str, word: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let path_like =
            word.contains("::") || word == "SystemTime" || line[at + word.len()..].starts_with("::");
        path_like && !before.is_some_and(|c| is_word(c) || c == ':') && !after.is_some_and(is_word)
    })
}

#[test]
fn nothing_unfinished_lands() {
    let marks = [
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
        concat!("#[ig", "nore"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
    ];
    let mut faults = Vec::new();
    for (name, text) in all_rust() {
        for (number, line) in text.lines().enumerate() {
            if marks.iter().any(|mark| line.contains(mark)) {
                faults.push(format!("{name}:{}: {}", number + 1, line.trim()));
            }
            if line.trim_start().starts_with(concat!("#[al", "low("))
                || line.trim_start().starts_with(concat!("#![al", "low("))
            {
                faults.push(format!("{name}:{}: say #[expect(…, reason = …)]", number + 1));
            }
        }
    }
    report(&faults);
}

#[test]
fn one_tls_provider_and_no_openssl() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).expect("a lock file");
    let packages: BTreeSet<&str> =
        lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"')).collect();
    for banned in ["openssl", "openssl-sys", "native-tls", "aws-lc-rs", "aws-lc-sys"] {
        assert!(!packages.contains(banned), "{banned} is in Cargo.lock; deny.toml says why it must not be");
    }
    assert!(packages.contains("ring") && packages.contains("rustls"));
}

#[test]
fn the_map_names_crates_and_rooms_that_exist() {
    let map = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    for entry in fs::read_dir(root().join("crates")).expect("crates/") {
        let name = entry.expect("a readable folder").file_name().to_string_lossy().into_owned();
        assert!(map.contains(&name), "ARCHITECTURE.md does not name the crate {name}");
    }
    for entry in fs::read_dir(root().join("crates/countersign/src")).expect("the server's rooms") {
        let entry = entry.expect("a readable folder");
        let mut room = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            room.push('/');
        }
        assert!(map.contains(&room), "ARCHITECTURE.md does not name the room {room}");
    }
}
