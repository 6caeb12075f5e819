//! Files to be taken over, read a line at a time however large they are.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::rc::Rc;

use countersign_core::import::{Fault, Reason};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::super::{Exit, Failure};
use crate::flow::import::Kind;

/// Longest line in bytes. The longest field has some hundred; a payload of ten keys has two thousand.
pub(super) const LINE_MOST: usize = 64 * 1024;

/// Largest export that is one document, in bytes: an app with a thousand entries and their icons.
const DOCUMENT_MOST: u64 = 32 * 1024 * 1024;

/// Bytes that are read at once.
const CHUNK: usize = 64 * 1024;

/// What a file holds on one line: usually one thing.
pub(super) struct Line<T> {
    /// Its number, from 1.
    pub(super) number: u64,
    pub(super) items: Vec<Result<T, Fault>>,
}

/// The lines of a file. The failure is the end: nothing after it can be read.
pub(super) type Lines<T> = Box<dyn Iterator<Item = Result<Line<T>, Failure>>>;

/// An open file.
pub(super) struct Source {
    reader: BufReader<Counted>,
    read: Rc<Cell<u64>>,
    /// Its bytes, where they can be known.
    total: Option<u64>,
    /// SHA-256 over its kind and its bytes; of a pipe nobody knows it.
    pub(super) digest: Option<[u8; 32]>,
}

/// How much of a file was read.
pub(super) struct Meter {
    read: Rc<Cell<u64>>,
    /// Its bytes, where they can be known.
    pub(super) total: Option<u64>,
}

impl Meter {
    /// Bytes so far.
    pub(super) fn read(&self) -> u64 {
        self.read.get()
    }
}

/// Counts what is read.
struct Counted {
    inner: Box<dyn Read>,
    read: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.read.set(self.read.get() + length as u64);
        Ok(length)
    }
}

/// Opens a file, or standard input for `-`.
///
/// # Errors
/// When it cannot be read.
pub(super) fn open(path: &Path, kind: Kind) -> Result<Source, Failure> {
    if path.as_os_str() == "-" {
        return Ok(of(Box::new(io::stdin()), None, None));
    }
    let unreadable = |error: io::Error| Failure::new(Exit::Usage, format!("{}: {error}", path.display()));
    let file = File::open(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if about.is_dir() {
        return Err(Failure::new(Exit::Usage, format!("{} is a folder", path.display())));
    }
    if !about.is_file() {
        return Ok(of(Box::new(file), None, None));
    }
    let digest = digest(File::open(path).map_err(unreadable)?, kind).map_err(unreadable)?;
    Ok(of(Box::new(file), Some(about.len()), Some(digest)))
}

fn of(inner: Box<dyn Read>, total: Option<u64>, digest: Option<[u8; 32]>) -> Source {
    let read = Rc::new(Cell::new(0));
    let reader = BufReader::with_capacity(CHUNK, Counted { inner, read: Rc::clone(&read) });
    Source { reader, read, total, digest }
}

fn digest(mut file: File, kind: Kind) -> io::Result<[u8; 32]> {
    let mut hash = Sha256::new().chain_update(kind.as_str()).chain_update([0]);
    let mut chunk = Zeroizing::new(vec![0; CHUNK]);
    loop {
        match file.read(&mut chunk)? {
            0 => return Ok(hash.finalize().into()),
            length => hash.update(&chunk[..length]),
        }
    }
}

/// Whether a file's name ends in one of these.
pub(super) fn is_named(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
    ending.is_some_and(|ending| endings.contains(&ending.as_str()))
}

/// Reading stopped in the middle.
pub(super) fn broken(error: &io::Error) -> Failure {
    Failure::new(Exit::Failed, format!("the file cannot be read on: {error}"))
}

impl Source {
    /// How much was read, while somebody else reads.
    pub(super) fn meter(&self) -> Meter {
        Meter { read: Rc::clone(&self.read), total: self.total }
    }

    /// The whole file, where it is one document.
    pub(super) fn document(self) -> Result<Zeroizing<String>, Failure> {
        let mut text = Zeroizing::new(String::new());
        let read = self.reader.take(DOCUMENT_MOST + 1).read_to_string(&mut text);
        let read = read.map_err(|error| broken(&error))?;
        if read as u64 > DOCUMENT_MOST {
            return Err(Failure::new(Exit::Usage, "the file is too large for an export of an app"));
        }
        if let Some(rest) = text.strip_prefix('\u{feff}') {
            return Ok(Zeroizing::new(rest.to_owned()));
        }
        Ok(text)
    }

    /// The lines that are not blank, each read by `read`.
    pub(super) fn lines<T: 'static>(
        self,
        mut read: impl FnMut(&str) -> Vec<Result<T, Fault>> + 'static,
    ) -> Lines<T> {
        let mut lines = TextLines { reader: self.reader, number: 0 };
        Box::new(std::iter::from_fn(move || {
            loop {
                let line = match lines.next() {
                    Err(error) => return Some(Err(broken(&error))),
                    Ok(None) => return None,
                    Ok(Some(Err(fault))) => vec![Err(fault)],
                    Ok(Some(Ok(text))) if text.trim().is_empty() => continue,
                    Ok(Some(Ok(text))) => read(&text),
                };
                return Some(Ok(Line { number: lines.number, items: line }));
            }
        }))
    }

    /// The records of a table: its first line, read by `head`, and the others, read by `read`.
    pub(super) fn records<H: 'static, T: 'static>(
        self,
        head: impl FnOnce(&[&str]) -> Result<H, Fault>,
        read: impl Fn(&H, &[&str]) -> Vec<Result<T, Fault>> + 'static,
    ) -> Result<Lines<T>, Failure> {
        let left = Rc::new(Cell::new(LINE_MOST));
        let fence =
            Fence { inner: self.reader, left: Rc::clone(&left), read: 0, last: Zeroizing::new(Vec::new()) };
        let mut table = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(fence);
        let mut record = csv::ByteRecord::new();
        if !table.read_byte_record(&mut record).map_err(|error| unfenced(&error, 1))? {
            return Err(Failure::new(Exit::Usage, "the file is empty"));
        }
        let named = |fault: &Fault| {
            let reason = super::say(&fault.reason.text());
            Failure::new(Exit::Usage, format!("the first line, {}: {reason}", fault.field))
        };
        let first = texts(&record).map_err(|fault| named(&fault))?;
        let head = head(&first).map_err(|fault| named(&fault))?;
        Ok(Box::new(std::iter::from_fn(move || {
            left.set(LINE_MOST);
            let end = table.position();
            let next = end.line() + u64::from(table.get_ref().byte_before(end.byte()) == Some(b'\r'));
            match table.read_byte_record(&mut record) {
                Err(error) => Some(Err(unfenced(&error, next))),
                Ok(false) => None,
                Ok(true) => {
                    let number = begins_on(&table, &record);
                    let items = texts(&record).map_or_else(|fault| vec![Err(fault)], |row| read(&head, &row));
                    Some(Ok(Line { number, items }))
                }
            }
        })))
    }
}

/// The line that the record just read begins on. Its own position is where the one before ended, which is a line too early
/// after `\r\n` and after blank lines; so it is counted back from its end.
fn begins_on<R: Read>(table: &csv::Reader<Fence<R>>, record: &csv::ByteRecord) -> u64 {
    let end = table.position();
    let inside = record.as_slice().split(|byte| *byte == b'\n').skip(1).count() as u64;
    let ended = table.get_ref().byte_before(end.byte()) == Some(b'\n');
    end.line().saturating_sub(inside + u64::from(ended))
}

/// The fields of a record as text. A file of another program may begin with a mark of its byte order.
fn texts(record: &csv::ByteRecord) -> Result<Vec<&str>, Fault> {
    let text = |field| std::str::from_utf8(field).map_err(|_| Fault::line(Reason::NotText));
    let mut texts = record.iter().map(text).collect::<Result<Vec<_>, _>>()?;
    if let Some(first) = texts.first_mut() {
        *first = first.strip_prefix('\u{feff}').unwrap_or(first);
    }
    Ok(texts)
}

fn unfenced(error: &csv::Error, line: u64) -> Failure {
    match error.kind() {
        csv::ErrorKind::Io(cause) if cause.kind() != io::ErrorKind::FileTooLarge => broken(cause),
        _ => {
            let reason = super::say(&Reason::LineTooLong.text());
            Failure::new(Exit::Failed, format!("line {line}: {reason} Nothing after it was read."))
        }
    }
}

/// Keeps one record from filling the memory: a quotation mark that is never closed would join all the rest to it.
struct Fence<R> {
    inner: R,
    left: Rc<Cell<usize>>,
    /// Bytes that were read in all.
    read: u64,
    /// The last of them, as they were read at once.
    last: Zeroizing<Vec<u8>>,
}

impl<R> Fence<R> {
    /// The byte before this offset, where it is one of the last.
    fn byte_before(&self, offset: u64) -> Option<u8> {
        let back = usize::try_from(self.read.checked_sub(offset)?).ok()? + 1;
        self.last.len().checked_sub(back).map(|at| self.last[at])
    }
}

impl<R: Read> Read for Fence<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(self.left.get());
        if most == 0 && !buffer.is_empty() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let length = self.inner.read(&mut buffer[..most])?;
        self.left.set(self.left.get() - length);
        if length > 0 {
            self.read += length as u64;
            self.last.clear();
            self.last.extend_from_slice(&buffer[..length]);
        }
        Ok(length)
    }
}

/// Lines of text, of which none takes more memory than the longest allowed.
struct TextLines<R> {
    reader: R,
    number: u64,
}

impl<R: BufRead> TextLines<R> {
    fn next(&mut self) -> io::Result<Option<Result<Zeroizing<String>, Fault>>> {
        let mut line = Zeroizing::new(Vec::new());
        let (mut length, mut ended) = (0, false);
        while !ended {
            let chunk = self.reader.fill_buf()?;
            if chunk.is_empty() {
                break;
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let part = &chunk[..end.unwrap_or(chunk.len())];
            length += part.len();
            if length <= LINE_MOST {
                line.extend_from_slice(part);
            }
            ended = end.is_some();
            let used = part.len() + usize::from(ended);
            self.reader.consume(used);
        }
        if length == 0 && !ended {
            return Ok(None);
        }
        self.number += 1;
        if length > LINE_MOST {
            return Ok(Some(Err(Fault::line(Reason::LineTooLong))));
        }
        Ok(Some(match std::str::from_utf8(&line) {
            Err(_) => Err(Fault::line(Reason::NotText)),
            Ok(text) => {
                let text = text.strip_suffix('\r').unwrap_or(text);
                let mark = if self.number == 1 { '\u{feff}' } else { '\0' };
                Ok(Zeroizing::new(text.strip_prefix(mark).unwrap_or(text).to_owned()))
            }
        }))
    }
}

#[cfg(test)]
mod tests;
