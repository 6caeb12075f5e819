//! Takes a file over, batch by batch, in memory that does not grow with it.

use std::path::Path;

use countersign_core::audit::Actor;
use countersign_core::time::Timestamp;

use super::super::Failure;
use super::super::told::{Desk, told};
use super::progress::Progress;
use super::report::Report;
use super::source::{Lines, Meter};
use crate::flow::import::{self, BATCH, Batch, Import, Judged, Plan, Refused, Written};
use crate::flow::{Call, FlowError};

/// What is done with the lines of a file.
pub(super) trait Work {
    /// What a line holds.
    type Item;
    /// What is ready to be written.
    type Ready;

    /// Judges a batch and changes nothing.
    async fn judge(
        &self,
        call: &Call,
        import: &mut Import,
        batch: Batch<Self::Item>,
    ) -> Result<Judged<Self::Ready>, FlowError>;

    /// Writes what was found good.
    async fn write(
        &self,
        call: &Call,
        import: &mut Import,
        judged: Judged<Self::Ready>,
    ) -> Result<Written, FlowError>;
}

/// What came of a file.
pub(super) struct Outcome {
    /// The short name of the organisation.
    pub(super) organisation: String,
    /// The line after which it went on; 0: it began with the first one.
    pub(super) resumed_after: u64,
    /// When all of it had been done already.
    pub(super) finished_before: Option<Timestamp>,
    /// The last line that was dealt with.
    pub(super) last_line: u64,
    /// How many were or would be taken over, with those of before.
    pub(super) accepted: u64,
    /// How many were refused, with those of before.
    pub(super) refused: u64,
}

/// Takes a file over.
pub(super) async fn drive<W: Work>(
    desk: &Desk,
    plan: &Plan,
    mut lines: Lines<W::Item>,
    meter: Meter,
    report: Option<&Path>,
    work: &W,
) -> Result<Outcome, Failure> {
    let what = format!("organisation {}", plan.organisation.as_deref().unwrap_or("yet"));
    let mut import = import::begin(&desk.call, plan).await.map_err(|error| told(error, &what))?;
    let (accepted, refused) = import.before();
    let mut outcome = Outcome {
        organisation: import.organisation().to_owned(),
        resumed_after: import.lines_done(),
        finished_before: import.finished_at(),
        last_line: import.lines_done(),
        accepted,
        refused,
    };
    if outcome.finished_before.is_some() {
        return Ok(outcome);
    }
    let mut report = Report::open(report, outcome.resumed_after)?;
    let mut progress = Progress::new(meter);
    loop {
        let (batch, end) = fill(&mut lines, outcome.resumed_after);
        if let Some(batch) = batch {
            outcome.last_line = batch.upto;
            // Rows of the audit log bear the time of their batch: none is older than what was sealed meanwhile.
            let call = desk.app.call(Actor::CommandLine, "cli import");
            let (accepted, refused) = step(&call, plan, &mut import, batch, &mut report, work).await?;
            outcome.accepted += accepted;
            outcome.refused += refused;
            progress.tell(outcome.accepted, outcome.refused);
        }
        match end {
            None => {}
            Some(Ok(())) => break,
            Some(Err(failure)) => return Err(failure),
        }
    }
    progress.end();
    import::finish(&desk.app.call(Actor::CommandLine, "cli import"), &import).await?;
    Ok(outcome)
}

/// One batch. Its refusals stand in the report before it is committed: whoever goes on after a crash drops those of lines
/// that were not.
async fn step<W: Work>(
    call: &Call,
    plan: &Plan,
    import: &mut Import,
    batch: Batch<W::Item>,
    report: &mut Report,
    work: &W,
) -> Result<(u64, u64), Failure> {
    let judged = work.judge(call, import, batch).await?;
    let (ready, refused) = (judged.ready(), judged.refused.len() as u64);
    report.add(&judged.refused)?;
    if plan.dry_run {
        return Ok((ready, refused));
    }
    let written = work.write(call, import, judged).await?;
    report.add(&written.late)?;
    Ok((written.accepted, refused + written.late.len() as u64))
}

/// Whether and how the lines ended.
type End = Option<Result<(), Failure>>;

/// The next batch of whole lines beyond those that were dealt with before.
fn fill<T>(lines: &mut Lines<T>, done: u64) -> (Option<Batch<T>>, End) {
    let mut batch = Batch { upto: done, items: Vec::new(), refused: Vec::new() };
    let mut count = 0;
    let mut end = None;
    while count < BATCH && end.is_none() {
        match lines.next() {
            None => end = Some(Ok(())),
            Some(Err(failure)) => end = Some(Err(failure)),
            Some(Ok(line)) if line.number <= done => {}
            Some(Ok(line)) => {
                count += 1;
                batch.upto = line.number;
                for item in line.items {
                    match item {
                        Ok(item) => batch.items.push((line.number, item)),
                        Err(fault) => batch.refused.push(Refused { line: line.number, fault }),
                    }
                }
            }
        }
    }
    ((count > 0).then_some(batch), end)
}
