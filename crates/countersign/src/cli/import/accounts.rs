//! Accounts, read from CSV or JSON Lines.

use countersign_core::import::{AccountLine, Columns, Fault, RawAccount};
use countersign_core::time::Timestamp;

use super::super::Failure;
use super::drive::Work;
use super::source::{Lines, Source};
use crate::flow::import::{self, Batch, Import, Judged, NewRow, Written};
use crate::flow::{Call, FlowError};
use crate::language::Language;

/// The lines of a file with accounts.
pub(super) fn lines(source: Source, is_json: bool, now: Timestamp) -> Result<Lines<AccountLine>, Failure> {
    if is_json {
        return Ok(source.lines(move |line| vec![RawAccount::json(line).and_then(|raw| judge(raw, now))]));
    }
    source.records(
        |names| Columns::parse(names.iter().copied()),
        move |columns, row| vec![columns.read(row.iter().copied()).and_then(|raw| judge(raw, now))],
    )
}

fn judge(raw: RawAccount, now: Timestamp) -> Result<AccountLine, Fault> {
    AccountLine::judge(raw, &Language::ALL.map(Language::tag), now, instant)
}

/// A time (RFC 3339), or the beginning of a day in UTC.
fn instant(text: &str) -> Option<Timestamp> {
    let whole = if text.len() == 10 { format!("{text}T00:00:00Z") } else { text.to_owned() };
    let at: jiff::Timestamp = whole.parse().ok()?;
    Some(Timestamp::from_millis(at.as_millisecond()))
}

/// Takes accounts over.
pub(super) struct Accounts;

impl Work for Accounts {
    type Item = AccountLine;
    type Ready = NewRow;

    async fn judge(
        &self,
        call: &Call,
        import: &mut Import,
        batch: Batch<AccountLine>,
    ) -> Result<Judged<NewRow>, FlowError> {
        import::judge_accounts(call, import, batch).await
    }

    async fn write(
        &self,
        call: &Call,
        import: &mut Import,
        judged: Judged<NewRow>,
    ) -> Result<Written, FlowError> {
        import::write_accounts(call, import, judged).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rec_3_times_are_read_as_other_systems_write_them() {
        let seconds = |text| instant(text).map(Timestamp::as_secs);
        assert_eq!(seconds("2024-05-31"), Some(1_717_113_600));
        assert_eq!(seconds("2024-05-31T02:00:00+02:00"), Some(1_717_113_600));
        assert_eq!(seconds("2024-05-31T00:00:00.5Z"), Some(1_717_113_600));
        for text in ["", "2024", "31.05.2024", "2024-05-32", "äöüäö", "2024-05-31 noon"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
