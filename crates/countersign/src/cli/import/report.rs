//! The refused lines, exactly: as CSV in a file, or the first of them on standard error.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom};
use std::path::Path;

use super::super::{Exit, Failure, out};
use crate::flow::import::Refused;

/// Refusals that are shown where no file is given.
const SHOWN: u32 = 20;

const HEAD: [&str; 3] = ["line", "field", "reason"];

/// Where refusals go.
pub(super) enum Report {
    File(Box<csv::Writer<File>>, String),
    Shown(u32),
}

impl Report {
    /// Opens the file. One that an interrupted import began is kept up to the last line that was dealt with.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn open(path: Option<&Path>, done: u64) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(Self::Shown(0)) };
        let name = path.display().to_string();
        let unwritable = |error: io::Error| Failure::new(Exit::Usage, format!("{name}: {error}"));
        let (file, is_new) = if done > 0 && path.exists() {
            (kept(path, done).map_err(unwritable)?, false)
        } else {
            (File::create(path).map_err(unwritable)?, true)
        };
        let mut writer = csv::Writer::from_writer(file);
        if is_new {
            writer.write_record(HEAD).map_err(|error| failed(&name, &error))?;
        }
        Ok(Self::File(Box::new(writer), name))
    }

    /// Adds refusals. What is in the file when this returns stays there, whatever stops the program.
    pub(super) fn add(&mut self, refused: &[Refused]) -> Result<(), Failure> {
        for refusal in refused {
            let reason = super::say(&refusal.fault.reason.text());
            match self {
                Self::File(writer, name) => {
                    let row = [refusal.line.to_string(), neutral(refusal.fault.field), neutral(&reason)];
                    writer.write_record(&row).map_err(|error| failed(name, &error))?;
                }
                Self::Shown(count) => {
                    *count += 1;
                    if *count <= SHOWN {
                        out::note(format_args!("line {}, {}: {reason}", refusal.line, refusal.fault.field));
                    } else if *count == SHOWN + 1 {
                        out::note("There are more; --report FILE writes all of them down.");
                    }
                }
            }
        }
        match self {
            Self::File(writer, name) if !refused.is_empty() => {
                writer.flush().map_err(|error| failed(name, &error))
            }
            _ => Ok(()),
        }
    }
}

fn failed(name: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Exit::Failed, format!("{name}: {error}"))
}

/// A cell that no spreadsheet takes for a formula.
fn neutral(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// The file, cut off before the first row of a line after `done`, or before a row that was not written whole.
fn kept(path: &Path, done: u64) -> io::Result<File> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let length = file.metadata()?.len();
    let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(&file);
    let mut record = csv::ByteRecord::new();
    let mut end = 0;
    rows.byte_headers().map_err(io::Error::other)?;
    loop {
        let start = rows.position().byte();
        end = if start <= length { start } else { end };
        if !rows.read_byte_record(&mut record).map_err(io::Error::other)? {
            break;
        }
        let line = record.get(0).and_then(|cell| std::str::from_utf8(cell).ok()?.parse::<u64>().ok());
        if record.len() != HEAD.len() || line.is_none_or(|line| line > done) {
            break;
        }
    }
    file.set_len(end)?;
    file.seek(SeekFrom::End(0))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use countersign_core::import::{Fault, Reason};

    use super::*;

    fn refusal(line: u64, name: &str) -> Refused {
        Refused { line, fault: Fault::line(Reason::UnknownField(name.to_owned())) }
    }

    #[test]
    fn rec_3_the_report_of_an_interrupted_import_goes_on_without_gap_or_repetition() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("refused.csv");
        let mut report = Report::open(Some(&path), 0).unwrap();
        report.add(&[refusal(2, "a, \"b\""), refusal(7, "c")]).unwrap();
        report.add(&[refusal(9, "d")]).unwrap();
        drop(report);
        let whole = std::fs::read_to_string(&path).unwrap();
        assert_eq!(whole.lines().count(), 4);

        let mut report = Report::open(Some(&path), 7).unwrap();
        report.add(&[refusal(8, "e"), refusal(9, "d")]).unwrap();
        drop(report);
        let again = std::fs::read_to_string(&path).unwrap();
        let numbers: Vec<&str> = again.lines().map(|line| line.split(',').next().unwrap()).collect();
        assert_eq!(numbers, ["line", "2", "7", "8", "9"]);

        std::fs::write(&path, &whole[..whole.len() - 9]).unwrap();
        drop(Report::open(Some(&path), 8).unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 3);
        drop(Report::open(Some(&path), 0).unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap().trim(), "line,field,reason");
    }

    #[test]
    fn rec_3_no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-1", "@x", "\tx"] {
            assert!(neutral(text).starts_with('\''));
        }
        assert_eq!(neutral("plain =1"), "plain =1");
    }
}
