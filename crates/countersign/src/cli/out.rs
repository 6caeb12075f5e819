//! What commands write. Results go to standard output, one writer for all, so that a script can read them; everything
//! else goes to standard error.

use std::fmt::Display;
use std::io::{self, Write};

use serde_json::Value;

/// How a command answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON document.
    Json,
}

impl Format {
    /// JSON where `--json` was given.
    pub const fn of(json: bool) -> Self {
        if json { Self::Json } else { Self::Text }
    }

    /// Writes `value` as JSON, or else the text that `text` makes of it.
    pub fn write(self, value: &Value, text: impl FnOnce() -> String) {
        match self {
            Self::Json => line(format_args!("{value:#}")),
            Self::Text => line(text()),
        }
    }
}

/// Writes a line to standard output.
pub fn line(text: impl Display) {
    // A reader that went away (`| head`) is no fault of the command's.
    let _ = writeln!(io::stdout().lock(), "{text}");
}

/// Writes a line to standard error, beside the result.
pub fn note(text: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Rows with aligned columns under `head`.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain([head[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: Vec<&str>| {
        let cells = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut lines = vec![line(head.to_vec())];
    lines.extend(rows.iter().map(|row| line(row.iter().map(String::as_str).collect())));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = vec![vec!["k1".into(), "standby".into()], vec!["k12".into(), "active".into()]];
        assert_eq!(table(&["key", "state"], &rows), "key  state\nk1   standby\nk12  active");
    }
}
