//! Comma-separated values (RFC 4180): reading what people paste, and writing what they open in a spreadsheet.

use std::borrow::Cow;

/// A cell that was opened with a quotation mark and never closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the quotation mark that opens in line {0} is never closed")]
pub struct OpenQuote(
    /// The line, from 1, in which the record begins.
    pub u32,
);

/// One record: the line in which it begins, from 1, and its cells without blanks around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The line in which it begins, from 1.
    pub line: u32,
    /// Its cells. Never empty.
    pub cells: Vec<String>,
}

/// Reads records. The separator is whichever of comma, semicolon and tab comes first outside quotation marks, as
/// spreadsheets of different countries write different ones. Lines without anything in them are left out.
///
/// # Errors
///
/// A quotation mark that is never closed.
pub fn read(text: &str) -> Result<Vec<Record>, OpenQuote> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::new(separator(text));
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if reader.quoted && letter == '"' && letters.peek() == Some(&'"') {
            letters.next();
            reader.cell.push('"');
        } else {
            reader.take(letter);
        }
    }
    reader.finish()
}

fn separator(text: &str) -> char {
    let mut quoted = false;
    text.chars()
        .find(|letter| {
            quoted ^= *letter == '"';
            !quoted && matches!(letter, ',' | ';' | '\t')
        })
        .unwrap_or(',')
}

struct Reader {
    separator: char,
    records: Vec<Record>,
    cells: Vec<String>,
    cell: String,
    quoted: bool,
    /// The present line, and that in which the record began.
    line: u32,
    begun: u32,
}

impl Reader {
    fn new(separator: char) -> Self {
        let (records, cells, cell) = (Vec::new(), Vec::new(), String::new());
        Self { separator, records, cells, cell, quoted: false, line: 1, begun: 1 }
    }

    fn take(&mut self, letter: char) {
        if letter == '\n' {
            self.line += 1;
        }
        match letter {
            '"' if self.quoted => self.quoted = false,
            '"' if self.cell.trim().is_empty() => {
                self.cell.clear();
                self.quoted = true;
            }
            other if self.quoted => self.cell.push(other),
            '\n' => self.end_record(),
            '\r' => {}
            other if other == self.separator => self.end_cell(),
            other => self.cell.push(other),
        }
    }

    fn end_cell(&mut self) {
        let cell = std::mem::take(&mut self.cell);
        self.cells.push(cell.trim().to_owned());
    }

    fn end_record(&mut self) {
        self.end_cell();
        let cells = std::mem::take(&mut self.cells);
        if cells.iter().any(|cell| !cell.is_empty()) {
            self.records.push(Record { line: self.begun, cells });
        }
        self.begun = self.line;
    }

    fn finish(mut self) -> Result<Vec<Record>, OpenQuote> {
        if self.quoted {
            return Err(OpenQuote(self.begun));
        }
        self.end_record();
        Ok(self.records)
    }
}

/// A cell that no spreadsheet takes for a formula (ASVS 5.0, 1.2.10): what begins as one gets an apostrophe in front.
pub fn neutral(cell: &str) -> Cow<'_, str> {
    let seen = cell.trim_start_matches([' ', '\u{a0}', '\u{feff}']);
    if seen.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '|', '＝', '＋', '－', '＠']) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// One record as a line with its end: every cell in quotation marks, and none of them a formula.
pub fn line<T: AsRef<str>>(cells: &[T]) -> String {
    let cells = cells.iter().map(|cell| format!("\"{}\"", neutral(cell.as_ref()).replace('"', "\"\"")));
    let mut line = cells.collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, records: &[(u32, &[&str])]) {
        let expected: Vec<Record> = records
            .iter()
            .map(|(line, cells)| Record {
                line: *line,
                cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
            })
            .collect();
        assert_eq!(read(text), Ok(expected), "{text:?}");
    }

    #[test]
    fn records_are_read_as_spreadsheets_write_them() {
        check("", &[]);
        check("\n\r\n  \n", &[]);
        check("a,b\r\nc,d", &[(1, &["a", "b"]), (2, &["c", "d"])]);
        check("a;b,c\n", &[(1, &["a", "b,c"])]);
        check("a\tb;c\n", &[(1, &["a", "b;c"])]);
        check("\u{feff} a , b ", &[(1, &["a", "b"])]);
        check("\n\"a\"\"b\",\"c\nd\"\ne", &[(2, &["a\"b", "c\nd"]), (4, &["e"])]);
        check("\"x,y\";z", &[(1, &["x,y", "z"])]);
        check("a,,\n,,\n", &[(1, &["a", "", ""])]);
        assert_eq!(read("a\n\"b\nc"), Err(OpenQuote(2)));
    }

    #[test]
    fn asvs_1_2_10_no_cell_is_a_formula() {
        for formula in
            ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u{a0}=cmd|' /C calc'!A0", "＝1"]
        {
            assert_eq!(neutral(formula), format!("'{formula}"));
            assert!(line(&[formula]).starts_with("\"'"), "{formula:?}");
        }
        for plain in ["", "ada@example.org", "a=b", "1-2", "Ada’s phone"] {
            assert_eq!(neutral(plain), plain);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(cells in prop::collection::vec("[a-zA-Z0-9,;\" \n’]{0,12}", 1..6)) {
            let wanted: Vec<String> = cells.iter().map(|cell| neutral(cell).trim().to_owned()).collect();
            let read = read(&line(&cells)).unwrap();
            if wanted.iter().all(String::is_empty) {
                prop_assert!(read.is_empty());
            } else {
                prop_assert_eq!(&read[0].cells, &wanted);
            }
        }
    }
}
