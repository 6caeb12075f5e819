//! The audit log's chain: sealing, verifying, purging. Listing for operators.

use std::time::Duration;

use countersign_core::audit::{Actor, AuditRow, Event, seal_digest};
use countersign_core::time::Timestamp;
use countersign_store::audit::{self, AuditFilter, SealRow};
use countersign_store::{Db, StoreError};

use super::{About, Call, FlowError};

pub mod organisation;

/// Most rows under one seal: few enough that on SQLite no answer waits long behind the transaction that writes it.
const SEAL_MOST: u32 = 250;
/// Most seals of one turn, so that a backlog is worked off and the other jobs still have theirs.
const SEALS_MOST: usize = 40;
/// Before every row.
const BEGINNING: Timestamp = Timestamp::from_millis(i64::MIN);
/// Seals read at once while verifying.
const VERIFY_BATCH: u32 = 100;
/// How far before the last sealed row others may turn up: a request ends within 30 seconds, but its row bears the time
/// at which it began, by the clock of its own replica.
const LATE: Duration = Duration::from_mins(5);
/// How far behind the newest sealed row the rare wide look goes. A transaction never lives this long.
const HORIZON: Duration = Duration::from_hours(24);
/// A row is sealed within seconds; one that waits longer than this shows that nobody seals.
const OVERDUE: Duration = Duration::from_mins(1);
/// The rows of a seal are never purged sooner; the database's triggers hold this too.
const PURGE_LEAST: Duration = Duration::from_hours(24);

/// Rows for the operator, newest first.
pub async fn list(call: &Call, filter: &AuditFilter, most: u32) -> Result<Vec<AuditRow>, FlowError> {
    let mut db = call.reader().await?;
    Ok(audit::list(&mut db, filter, most).await?)
}

/// Seals the rows that are committed and not yet sealed; tells how many. Only the replica with the lease calls this,
/// and should two do so, the second one's seal number is taken and nothing of it is kept.
///
/// It looks no farther back than a little before the last row that was sealed: rows past counting have been sealed
/// before that. Whatever was later still is found by [`seal_late`].
pub async fn seal_once(call: &Call) -> Result<u64, FlowError> {
    let mut total = 0;
    for _ in 0..SEALS_MOST {
        let up_to = audit::sealed_up_to(&mut call.reader().await?).await?;
        let count = seal(call, up_to.map_or(BEGINNING, |at| at.min(call.now).minus(LATE))).await?;
        total += count;
        if count < u64::from(SEAL_MOST) {
            break;
        }
    }
    Ok(total)
}

/// Seals rows that turned up so late that [`seal_once`] does not look for them.
pub async fn seal_late(call: &Call) -> Result<u64, FlowError> {
    let mut total = 0;
    for _ in 0..SEALS_MOST {
        let count = seal(call, wide(call).await?).await?;
        total += count;
        if count < u64::from(SEAL_MOST) {
            break;
        }
    }
    Ok(total)
}

/// Before which nothing unsealed can be: rows are sealed in the order of their time, so whatever is still without a seal
/// is younger than the newest row under the last one, but for what committed late. However long nobody sealed, and
/// wherever the clock is, no row is passed over.
async fn wide(call: &Call) -> Result<Timestamp, FlowError> {
    let mut db = call.reader().await?;
    let Some(last) = audit::last_seal(&mut db).await? else { return Ok(BEGINNING) };
    let newest = audit::newest_in(&mut db, last.number).await?.unwrap_or(last.sealed_at);
    Ok(newest.min(last.sealed_at).min(call.now).minus(HORIZON))
}

/// One seal. Its rows are read outside the transaction that writes it, which is then short: a committed row never
/// changes, and seal and entries are refused where another replica was faster.
async fn seal(call: &Call, horizon: Timestamp) -> Result<u64, FlowError> {
    let mut db = call.reader().await?;
    let rows = audit::unsealed(&mut db, horizon, SEAL_MOST).await?;
    if rows.is_empty() {
        return Ok(0);
    }
    let last = audit::last_seal(&mut db).await?;
    drop(db);
    let (number, previous) = last.map_or((1, [0; 32]), |seal| (seal.number + 1, seal.digest));
    let count = rows.len() as u64;
    let seal = SealRow {
        number,
        rows: count,
        previous,
        digest: seal_digest(previous, number, call.now, &rows),
        sealed_at: call.now,
        purged_at: None,
    };
    let entries: Vec<_> = rows.iter().map(|row| row.id).collect();
    let job = call.deps.store.write((seal, entries), |tx, (seal, entries)| {
        Box::pin(async move { audit::seal(tx, seal, entries).await })
    });
    match job.await {
        Err(StoreError::Unique(_)) => Ok(0),
        other => Ok(other.map(|()| count)?),
    }
}

/// What a walk along the chain found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// Seals walked.
    pub seals: u64,
    /// Rows whose content fits their seal.
    pub rows: u64,
    /// Seals whose rows were purged as a whole; only their place in the chain is verified.
    pub purged: u64,
    /// Seals that do not fit, with what is wrong.
    pub broken: Vec<(u64, &'static str)>,
    /// The digest at the head of the chain, to be kept elsewhere.
    pub head: Option<[u8; 32]>,
    /// Rows older than a minute that no seal covers.
    pub unsealed: u64,
    /// Up to which seal the log itself says, by the server's own hand, that rows were purged.
    recorded: u64,
    /// Whether a seal was met that has its rows: none after it may be purged.
    kept: bool,
}

/// Walks the whole chain.
pub async fn verify(call: &Call) -> Result<Verification, FlowError> {
    let mut found = Verification::default();
    let mut previous = [0; 32];
    let mut db = call.reader().await?;
    loop {
        let seals = audit::seals(&mut db, found.seals, VERIFY_BATCH).await?;
        let Some(last) = seals.last().map(|seal| seal.number) else { break };
        for seal in &seals {
            if let Some(fault) = fault(&mut db, seal, found.seals + 1, previous, &mut found).await? {
                found.broken.push((seal.number, fault));
            }
            found.seals += 1;
            previous = seal.digest;
        }
        if last != found.seals {
            break;
        }
    }
    found.head = (found.seals > 0).then_some(previous);
    // A purge of this very minute is told by a row that waits for its seal; longer, and it counts as unsealed.
    for row in audit::unsealed(&mut db, BEGINNING, SEAL_MOST).await? {
        found.take_note(&row);
    }
    // Purging goes in order, so the row about one seal speaks for those before it, whose own rows may be purged too.
    let unrecorded = found.recorded + 1..=found.purged;
    found.broken.extend(unrecorded.map(|number| (number, "audit-fault-purge-unrecorded")));
    found.unsealed = audit::count_unsealed(&mut db, call.now.minus(OVERDUE)).await?;
    Ok(found)
}

impl Verification {
    /// Learns from a row what the server has purged.
    fn take_note(&mut self, row: &AuditRow) {
        if row.event == Event::AuditPurged && row.actor == Actor::System {
            let seal = row.detail.get("seal").and_then(|number| number.parse().ok());
            self.recorded = self.recorded.max(seal.unwrap_or_default());
        }
    }
}

/// How far the sealing has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// When the newest seal was made.
    pub sealed_at: Option<Timestamp>,
    /// Rows older than a minute that no seal covers, as [`verify`] counts them.
    pub unsealed: u64,
}

/// Looks at the head of the chain only.
pub async fn head(call: &Call) -> Result<Head, FlowError> {
    let mut db = call.reader().await?;
    let sealed_at = audit::last_seal(&mut db).await?.map(|seal| seal.sealed_at);
    let unsealed = audit::count_unsealed(&mut db, call.now.minus(OVERDUE)).await?;
    Ok(Head { sealed_at, unsealed })
}

/// Whether any seal bears this digest: a head that was kept elsewhere must be somewhere in the chain.
pub async fn has_seal(call: &Call, digest: [u8; 32]) -> Result<bool, FlowError> {
    let (mut db, mut after) = (call.reader().await?, 0);
    loop {
        let seals = audit::seals(&mut db, after, VERIFY_BATCH).await?;
        if seals.iter().any(|seal| seal.digest == digest) {
            return Ok(true);
        }
        let Some(last) = seals.last() else { return Ok(false) };
        after = last.number;
    }
}

async fn fault(
    db: &mut Db,
    seal: &SealRow,
    expected: u64,
    previous: [u8; 32],
    found: &mut Verification,
) -> Result<Option<&'static str>, StoreError> {
    if seal.number != expected {
        return Ok(Some("audit-fault-missing-seal"));
    }
    if seal.previous != previous {
        return Ok(Some("audit-fault-chain"));
    }
    if let Some(purged_at) = seal.purged_at {
        found.purged += 1;
        if found.kept {
            return Ok(Some("audit-fault-purge-order"));
        }
        let early = purged_at < seal.sealed_at.plus(PURGE_LEAST);
        return Ok(early.then_some("audit-fault-purge-early"));
    }
    found.kept = true;
    let rows = audit::rows_of(db, seal.number).await?;
    if rows.len() as u64 != seal.rows {
        return Ok(Some("audit-fault-missing-row"));
    }
    if seal_digest(previous, seal.number, seal.sealed_at, &rows) != seal.digest {
        return Ok(Some("audit-fault-changed-row"));
    }
    found.rows += seal.rows;
    for row in &rows {
        found.take_note(row);
    }
    Ok(None)
}

/// Drops the rows of whole seals that are older than `keep` (a day at least), and leaves the seals. Tells how many rows went.
pub async fn purge(call: &Call, keep: Duration) -> Result<u64, FlowError> {
    let mut db = call.reader().await?;
    let seals = audit::purgeable(&mut db, call.now.minus(keep.max(PURGE_LEAST)), VERIFY_BATCH).await?;
    drop(db);
    let mut gone = 0;
    for seal in seals {
        let note =
            call.caller_row(Event::AuditPurged, About::default(), &[("seal", seal.number.to_string())]);
        let data = (seal.number, call.now, note);
        let job = call.deps.store.write(data, |tx, (number, now, note)| {
            Box::pin(async move {
                let rows = audit::purge(tx, *number, *now).await?;
                audit::append(tx, note).await?;
                Ok(rows)
            })
        });
        match job.await {
            Ok(rows) => gone += rows,
            Err(StoreError::Unique(_)) => {}
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(gone)
}
