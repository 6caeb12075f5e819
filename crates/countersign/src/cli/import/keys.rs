//! Keys of authenticators, read from addresses, tables and the exports of apps.

use std::cell::Cell;

use countersign_core::id::AccountId;
use countersign_core::import::{Fault, KeyLine, Reason, Wanted, aegis, andotp, key_row, uri};

use super::super::{Exit, Failure};
use super::KeyFormat;
use super::drive::Work;
use super::source::{Line, Lines, Source};
use crate::flow::import::{self, Batch, Import, Judged, Written};
use crate::flow::{Call, FlowError};

type Verdicts = Result<Vec<Result<KeyLine, Fault>>, Fault>;

/// The lines of a file with keys.
pub(super) fn lines(source: Source, format: KeyFormat, wanted: Wanted) -> Result<Lines<KeyLine>, Failure> {
    match format {
        KeyFormat::Otpauth => Ok(source.lines(move |line| {
            // What a person noted in a list of addresses.
            if line.trim_start().starts_with('#') { Vec::new() } else { flat(uri(line, &wanted)) }
        })),
        KeyFormat::Csv => source.records(Places::of, move |places, row| flat(places.read(row, &wanted))),
        KeyFormat::Aegis => entries(source, |text| aegis(text, &wanted)),
        KeyFormat::Andotp => entries(source, |text| andotp(text, &wanted)),
    }
}

fn flat(verdicts: Verdicts) -> Vec<Result<KeyLine, Fault>> {
    verdicts.unwrap_or_else(|fault| vec![Err(fault)])
}

/// The entries of a document, numbered in their order.
fn entries(source: Source, read: impl FnOnce(&str) -> Verdicts) -> Result<Lines<KeyLine>, Failure> {
    let text = source.document()?;
    let whole = |fault: Fault| Failure::new(Exit::Usage, super::say(&fault.reason.text()));
    let keys = read(&text).map_err(whole)?;
    Ok(Box::new((1..).zip(keys).map(|(number, key)| Ok(Line { number, items: vec![key] }))))
}

/// Where the columns of a table stand.
struct Places {
    account: usize,
    name: Option<usize>,
    uri: usize,
    columns: usize,
}

impl Places {
    fn of(names: &[&str]) -> Result<Self, Fault> {
        let names: Vec<&str> = names.iter().map(|name| name.trim()).collect();
        if let Some(other) = names.iter().find(|name| !["account", "name", "uri"].contains(name)) {
            let shown: String = other.chars().take(40).collect();
            return Err(Fault::line(Reason::UnknownField(shown)));
        }
        let place = |wanted: &str| names.iter().position(|name| *name == wanted);
        let missing = |field| Fault::new(field, Reason::Missing);
        let places = Self {
            account: place("account").ok_or(missing("account"))?,
            name: place("name"),
            uri: place("uri").ok_or(missing("uri"))?,
            columns: names.len(),
        };
        if names.len() != 2 + usize::from(places.name.is_some()) {
            return Err(Fault::line(Reason::TwiceGiven(names.join(", "))));
        }
        Ok(places)
    }

    fn read(&self, row: &[&str], wanted: &Wanted) -> Verdicts {
        if row.len() != self.columns {
            return Err(Fault::line(Reason::FieldCount));
        }
        let name = self.name.map_or("", |place| row[place]);
        key_row(row[self.account], name, row[self.uri], wanted)
    }
}

/// Takes keys over.
pub(super) struct Authenticators {
    tell_owners: bool,
    /// How many had fewer than the recommended bits.
    short: Cell<u64>,
}

impl Authenticators {
    pub(super) fn new(tell_owners: bool) -> Self {
        Self { tell_owners, short: Cell::new(0) }
    }

    pub(super) fn short(&self) -> u64 {
        self.short.get()
    }
}

impl Work for Authenticators {
    type Item = KeyLine;
    type Ready = (AccountId, KeyLine);

    async fn judge(
        &self,
        call: &Call,
        import: &mut Import,
        batch: Batch<KeyLine>,
    ) -> Result<Judged<Self::Ready>, FlowError> {
        let short = batch.items.iter().filter(|(_, key)| key.secret.is_short()).count();
        self.short.set(self.short.get() + short as u64);
        import::judge_authenticators(call, import, batch).await
    }

    async fn write(
        &self,
        call: &Call,
        import: &mut Import,
        judged: Judged<Self::Ready>,
    ) -> Result<Written, FlowError> {
        import::write_authenticators(call, import, judged, self.tell_owners).await
    }
}
