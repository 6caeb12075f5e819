//! Where settings come from: the flags, the environment and the file, laid over one another.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use countersign_courier as courier;
use toml::Value;

use super::Mistake;

/// Where one setting was written, so that a mistake can be found again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The configuration file.
    File(PathBuf),
    /// An environment variable of this name.
    Environment(String),
    /// A flag on the command line.
    Flag(String),
    /// Nowhere: the built-in value.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
            Self::Default => f.write_str("built-in value"),
        }
    }
}

/// All settings as they were written, by dotted name (`log.format`), and the mistakes found while reading them.
///
/// A section takes what it knows; whatever is left at the end is an unknown setting, and that is a mistake too.
pub struct Source {
    values: BTreeMap<String, (Value, Origin)>,
    known: BTreeSet<&'static str>,
    written: BTreeSet<&'static str>,
    mistakes: Vec<Mistake>,
}

/// A number as it stands in a file, or as text in the environment and in flags.
fn whole(value: &Value) -> Option<u32> {
    match value {
        Value::Integer(number) => u32::try_from(*number).ok(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// Variables that Kubernetes sets by itself for a service called "countersign", and those of the tests: not ours.
const FOREIGN_VARIABLES: [&str; 4] =
    ["COUNTERSIGN_SERVICE_", "COUNTERSIGN_PORT", "COUNTERSIGN_TEST_", "COUNTERSIGN_CONFIG"];

impl Source {
    /// Lays `flags` (dotted name, value) over `environment` over the text of the `file`.
    pub fn new(
        file: Option<(PathBuf, &str)>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
        flags: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Self {
        let mut source = Self {
            values: BTreeMap::new(),
            known: BTreeSet::new(),
            written: BTreeSet::new(),
            mistakes: Vec::new(),
        };
        if let Some((path, text)) = file {
            source.add_file(&Origin::File(path), text);
        }
        source.add_environment(environment);
        for (name, value) in flags {
            let flag = Origin::Flag(format!("--{}", name.replace(['_', '.'], "-")));
            source.values.insert(name.to_owned(), (Value::String(value), flag));
        }
        source
    }

    fn add_file(&mut self, origin: &Origin, text: &str) {
        match text.parse::<toml::Table>() {
            Ok(table) => flatten("", table, &mut |name, value| {
                self.values.insert(name, (value, origin.clone()));
            }),
            // The parser's own message quotes the line, which may hold a password: only the place is told.
            Err(error) => {
                let line = error.span().map_or(0, |span| text[..span.start].matches('\n').count() + 1);
                self.mistake_at("", origin.clone(), format!("line {line} is not TOML: {}", error.message()));
            }
        }
    }

    fn add_environment(&mut self, environment: impl IntoIterator<Item = (OsString, OsString)>) {
        let mut database_url = None;
        for (name, value) in environment {
            let Some(name) = name.to_str() else { continue };
            if name == "DATABASE_URL" {
                database_url = value.into_string().ok();
                continue;
            }
            let ours = name.starts_with("COUNTERSIGN_")
                && !FOREIGN_VARIABLES.iter().any(|foreign| name.starts_with(foreign));
            if ours {
                let origin = Origin::Environment(name.to_owned());
                match value.into_string() {
                    Ok(value) => {
                        self.values.insert(name.to_owned(), (Value::String(value), origin));
                    }
                    Err(_) => self.mistake_at("", origin, "is not valid UTF-8".to_owned()),
                }
            }
        }
        if let Some(url) = database_url.filter(|url| !url.is_empty()) {
            // Only where the longer name is absent: whoever writes both means the longer one.
            self.values
                .entry("COUNTERSIGN_DATABASE_URL".to_owned())
                .or_insert((Value::String(url), Origin::Environment("DATABASE_URL".to_owned())));
        }
    }

    /// The raw value of a setting, the strongest layer first; every layer's copy is taken away.
    fn take(&mut self, name: &'static str) -> Option<(Value, Origin)> {
        self.known.insert(name);
        let variable = variable(name);
        let from_environment = self.values.remove(&variable);
        let from_file_or_flag = self.values.remove(name);
        let strongest = match (from_file_or_flag, from_environment) {
            (Some(flag @ (_, Origin::Flag(_))), _) => Some(flag),
            (file, environment) => environment.or(file),
        };
        if strongest.is_some() {
            self.written.insert(name);
        }
        strongest
    }

    /// Whether a setting that was read stands anywhere, rightly or wrongly.
    pub fn is_written(&self, name: &str) -> bool {
        self.written.contains(name)
    }

    /// A text.
    pub fn text(&mut self, name: &'static str) -> Option<(String, Origin)> {
        let (value, origin) = self.take(name)?;
        if let Value::String(text) = value {
            return Some((text, origin));
        }
        self.mistake_at(name, origin, "must be a text in quotes".to_owned());
        None
    }

    /// A text that some type can be parsed from; `what` names what is expected.
    pub fn parsed<T: FromStr>(&mut self, name: &'static str, what: &str) -> Option<T> {
        let (text, origin) = self.text(name)?;
        if let Ok(value) = text.parse() {
            return Some(value);
        }
        self.mistake_at(name, origin, format!("must be {what}"));
        None
    }

    /// Yes or no.
    pub fn switch(&mut self, name: &'static str) -> Option<bool> {
        let (value, origin) = self.take(name)?;
        match value {
            Value::Boolean(on) => return Some(on),
            Value::String(text) if text == "true" => return Some(true),
            Value::String(text) if text == "false" => return Some(false),
            _ => self.mistake_at(name, origin, "must be true or false".to_owned()),
        }
        None
    }

    /// A whole number of `least..=most`.
    pub fn number(&mut self, name: &'static str, least: u32, most: u32) -> Option<u32> {
        let (value, origin) = self.take(name)?;
        let number = whole(&value).filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.mistake_at(name, origin, format!("must be a whole number from {least} to {most}"));
        }
        number
    }

    /// A whole number of `least..`, or the word `"none"`. `None` where it is not set rightly.
    pub fn number_or_none(&mut self, name: &'static str, least: u32) -> Option<Option<u32>> {
        let (value, origin) = self.take(name)?;
        if value.as_str() == Some("none") {
            return Some(None);
        }
        let number = whole(&value).filter(|number| *number >= least);
        if number.is_none() {
            let most = u32::MAX;
            let what = format!("must be a whole number from {least} to {most}, or \"none\"");
            self.mistake_at(name, origin, what);
        }
        number.map(Some)
    }

    /// A list; in the environment and in flags its items stand between commas. A mistake a wrong item.
    pub fn list<T: FromStr>(&mut self, name: &'static str, what: &str) -> Option<Vec<T>> {
        let (value, origin) = self.take(name)?;
        let items: Vec<Option<String>> = match value {
            Value::String(text) => text
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(|item| Some(item.to_owned()))
                .collect(),
            Value::Array(values) => values.into_iter().map(as_text).collect(),
            _ => vec![None],
        };
        let count = items.len();
        let good: Vec<T> = items.into_iter().filter_map(|item| item?.parse().ok()).collect();
        if good.len() < count {
            let wrong = count - good.len();
            self.mistake_at(name, origin, format!("must be a list of {what}; {wrong} of {count} are not"));
            return None;
        }
        Some(good)
    }

    /// The sections of a list such as `[[calls.trunks]]`, each a source of its own; in the environment they stand as a list
    /// of inline tables. What is read from them has to be brought back by [`Source::absorb`].
    pub fn sections(&mut self, name: &'static str) -> Vec<Self> {
        let from_environment = self.values.remove(&variable(name));
        let from_file = self.values.remove(name);
        let Some((value, origin)) = from_environment.or(from_file) else { return Vec::new() };
        self.written.insert(name);
        let value = match value {
            Value::String(text) => inline(&text),
            value => Some(value),
        };
        let Some(Value::Array(items)) = value else {
            self.mistake_at(name, origin, format!("must be a list of sections, [[{name}]]"));
            return Vec::new();
        };
        let mut sections = Vec::new();
        for item in items {
            let Value::Table(table) = item else {
                self.mistake_at(name, origin, format!("must be a list of sections, [[{name}]]"));
                return Vec::new();
            };
            let mut section = Self::new(None, [], []);
            flatten("", table, &mut |name, value| {
                section.values.insert(name, (value, origin.clone()));
            });
            sections.push(section);
        }
        sections
    }

    /// Takes over what was found wrong in one of a list's sections, the `at`th, counted from 1.
    pub fn absorb(&mut self, list: &str, at: usize, section: Self) {
        for mut mistake in section.finish() {
            let dot = if mistake.name.is_empty() { "" } else { "." };
            mistake.name = format!("{list}[{at}]{dot}{}", mistake.name);
            self.mistakes.push(mistake);
        }
    }

    /// Everything below a name whose keys an operator chooses, such as countries, by what follows it. There are no variables
    /// for these.
    pub fn below(&mut self, name: &'static str) -> Vec<(String, Value, Origin)> {
        let prefix = format!("{name}.");
        let is_below = |key: &String| key.starts_with(&prefix);
        let keys: Vec<String> = self.values.keys().filter(|key| is_below(key)).cloned().collect();
        let mut found = Vec::new();
        for key in keys {
            if let Some((value, origin)) = self.values.remove(&key) {
                self.written.insert(name);
                found.push((key[prefix.len()..].to_owned(), value, origin));
            }
        }
        found
    }

    /// The texts below a name whose keys an operator chooses.
    pub fn texts_below(&mut self, name: &'static str) -> Vec<(String, String, Origin)> {
        let mut texts = Vec::new();
        for (key, value, origin) in self.below(name) {
            match as_text(value) {
                Some(text) => texts.push((key, text, origin)),
                None => {
                    self.mistake_at(&format!("{name}.{key}"), origin, "must be a text in quotes".to_owned());
                }
            }
        }
        texts
    }

    /// What is in the file that a setting names. `None` where it is not set, `Some(None)` where the file cannot be read.
    pub fn file(&mut self, name: &'static str) -> Option<Option<Vec<u8>>> {
        let (path, origin) = self.text(name)?;
        let read = std::fs::read(path);
        Some(read.map_err(|error| self.mistake_at(name, origin, format!("cannot be read: {error}"))).ok())
    }

    /// A secret that stands in the setting `name` or in the file that `file` names, not in both. `None` where it is not set,
    /// `Some(None)` where it cannot be had.
    pub fn secret(&mut self, name: &'static str, file: &'static str) -> Option<Option<courier::Secret>> {
        let text = self.text(name).map(|(text, _)| text);
        let text = match (text, self.file(file)) {
            (Some(_), Some(_)) => {
                self.mistake(file, format!("set either this or {name}, not both"));
                return Some(None);
            }
            (Some(text), None) => Some(text),
            (None, Some(read)) => read.and_then(|bytes| String::from_utf8(bytes).ok()),
            (None, None) if self.is_written(name) => None,
            (None, None) => return None,
        };
        Some(text.map(|text| courier::Secret::new(text.trim_end_matches(['\r', '\n']).to_owned())))
    }

    /// Notes a mistake about a setting that was read.
    pub fn mistake(&mut self, name: &str, message: impl Into<String>) {
        self.mistakes.push(Mistake {
            name: name.to_owned(),
            origin: Origin::Default,
            message: message.into(),
        });
    }

    /// Notes a mistake with the place it was written at.
    pub fn mistake_at(&mut self, name: &str, origin: Origin, message: String) {
        self.mistakes.push(Mistake { name: name.to_owned(), origin, message });
    }

    /// Everything that is wrong, unknown settings included; empty when nothing is.
    pub fn finish(mut self) -> Vec<Mistake> {
        for (name, (_, origin)) in std::mem::take(&mut self.values) {
            let close = self
                .known
                .iter()
                .map(|known| (distance(&name, known).min(distance(&name, &variable(known))), known));
            let hint = close.filter(|(steps, _)| *steps <= 3).min().map_or(String::new(), |(_, known)| {
                let known =
                    if name.starts_with("COUNTERSIGN_") { variable(known) } else { (*known).to_owned() };
                format!("; did you mean {known}?")
            });
            self.mistakes.push(Mistake { name, origin, message: format!("is not a setting{hint}") });
        }
        self.mistakes
    }
}

/// A value as it would stand behind the equals sign of a setting.
fn inline(text: &str) -> Option<Value> {
    let table = format!("value = {text}").parse::<toml::Table>().ok()?;
    if table.len() == 1 { table.into_iter().next().map(|(_, value)| value) } else { None }
}

/// A list of texts; a text alone is a list of one.
pub(super) fn texts(value: Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text]),
        Value::Array(values) => values.into_iter().map(as_text).collect(),
        _ => None,
    }
}

fn as_text(value: Value) -> Option<String> {
    if let Value::String(text) = value { Some(text) } else { None }
}

/// `log.format` as the environment spells it.
fn variable(name: &str) -> String {
    format!("COUNTERSIGN_{}", name.replace('.', "_").to_uppercase())
}

fn flatten(prefix: &str, table: toml::Table, add: &mut impl FnMut(String, Value)) {
    for (key, value) in table {
        let name = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
        match value {
            Value::Table(inner) => flatten(&name, inner, add),
            value => add(name, value),
        }
    }
}

/// Levenshtein's distance, to guess what a misspelt name was meant to be.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// The name of every setting, found by reading an empty source.
#[cfg(test)]
pub(super) fn names() -> Vec<&'static str> {
    let mut source = Source::new(None, [], []);
    super::Settings::read(&mut source);
    source.known.into_iter().collect()
}
