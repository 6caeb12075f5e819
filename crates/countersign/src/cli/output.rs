//! The only place that writes to standard output: text for people, JSON for scripts, tables with even columns.

use std::io::{self, Write};

use countersign_core::clean;
use countersign_core::time::Timestamp;
use serde_json::Value;

/// Where a command prints. What comes from outside is escaped, so that no name can move the operator's cursor.
#[derive(Debug, Default)]
pub struct Output {
    /// What was printed, where it is kept instead (tests).
    kept: Option<String>,
}

impl Output {
    /// Prints on standard output.
    pub const fn standard() -> Self {
        Self { kept: None }
    }

    /// Keeps what is printed, for tests.
    pub const fn kept() -> Self {
        Self { kept: Some(String::new()) }
    }

    /// What was kept.
    pub fn text(&self) -> &str {
        self.kept.as_deref().unwrap_or_default()
    }

    /// One line.
    pub fn line(&mut self, text: &str) {
        // Lines are made of our own words and of names from the database; line breaks in the latter end here.
        let text = text.split('\n').map(clean::escape).collect::<Vec<_>>().join("\n");
        match &mut self.kept {
            Some(kept) => *kept += &format!("{text}\n"),
            // Whoever closed the pipe (`| head`) has read enough.
            None => drop(writeln!(io::stdout().lock(), "{text}")),
        }
    }

    /// One JSON value, over several lines.
    pub fn json(&mut self, value: &Value) {
        let text = serde_json::to_string_pretty(value).unwrap_or_default();
        match &mut self.kept {
            Some(kept) => *kept += &format!("{text}\n"),
            None => drop(writeln!(io::stdout().lock(), "{text}")),
        }
    }

    /// A table: a head and rows with as many columns. Nothing is printed for a table without rows.
    pub fn table(&mut self, head: &[&str], rows: &[Vec<String>]) {
        if rows.is_empty() {
            return;
        }
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| clean::escape(cell).to_string()).collect()).collect();
        let width = |column: usize| {
            let cells = rows.iter().map(|row| row.get(column).map_or(0, |cell| cell.chars().count()));
            cells.chain([head[column].chars().count()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..head.len()).map(width).collect();
        let print = |cells: &[String]| {
            let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        let head: Vec<String> = head.iter().map(|title| (*title).to_uppercase()).collect();
        self.line(&print(&head));
        for row in &rows {
            self.line(&print(row));
        }
    }
}

/// Prints a failure, on standard error.
pub fn complain(text: &str) {
    if !text.is_empty() {
        drop(writeln!(io::stderr().lock(), "{text}"));
    }
}

/// An instant for people: `2026-11-21 14:35:00 UTC`.
pub fn time(at: Timestamp) -> String {
    instant(at).strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// An instant for scripts, to the millisecond: `2026-11-21T14:35:00.000Z` (RFC 3339).
pub fn rfc3339(at: Timestamp) -> String {
    instant(at).strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

fn instant(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or_default()
}

/// A count with its noun: `1 session`, `3 sessions`.
pub fn count(number: u64, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_even_and_names_cannot_move_the_cursor() {
        let mut out = Output::kept();
        out.table(&["name", "n"], &[vec!["a\u{1b}[2J\n".into(), "1".into()], vec!["bcd".into(), "22".into()]]);
        let lines: Vec<_> = out.text().lines().collect();
        assert_eq!(lines.len(), 3, "{}", out.text());
        assert!(!out.text().contains('\u{1b}'));
        assert!(lines[0].starts_with("NAME"));
        assert_eq!(lines[1].find(" 1"), lines[2].find(" 22"));
    }

    #[test]
    fn times_are_in_utc() {
        let at = Timestamp::from_millis(1_795_296_247_089);
        assert_eq!(time(at), "2026-11-21 21:24:07 UTC");
        assert_eq!(rfc3339(at), "2026-11-21T21:24:07.089Z");
    }
}
