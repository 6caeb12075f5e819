//! The jobs of this version.

use std::sync::Arc;
use std::time::Duration;

use countersign_store::{lease, purge};

use super::{Job, call};
use crate::app::App;
use crate::flow::{FlowError, adoption, audit, enrolment, phone, suspension};

/// Rows of each kind that one transaction clears away.
const BATCH: u32 = 500;

const DAY: Duration = Duration::from_hours(24);

/// Every job, the most urgent first.
pub(super) const ALL: &[Job] = &[
    Job { name: "seal-audit", every: Duration::from_secs(1), run: |app| Box::pin(seal(app)) },
    Job { name: "seal-late", every: Duration::from_hours(1), run: |app| Box::pin(seal_late(app)) },
    Job { name: "clear-expired", every: Duration::from_mins(1), run: |app| Box::pin(clear(app)) },
    Job { name: "take-adoption", every: Duration::from_hours(1), run: |app| Box::pin(take_adoption(app)) },
    Job { name: "tell-ended", every: Duration::from_secs(15), run: |app| Box::pin(tell_ended(app)) },
    Job { name: "note-breakers", every: Duration::from_mins(1), run: |app| Box::pin(note_breakers(app)) },
    Job { name: "purge-audit", every: Duration::from_hours(1), run: |app| Box::pin(purge_audit(app)) },
    Job { name: "remind", every: Duration::from_mins(10), run: |app| Box::pin(remind(app)) },
];

async fn seal(app: Arc<App>) -> Result<u64, FlowError> {
    audit::seal_once(&call(&app, "seal-audit")).await
}

async fn seal_late(app: Arc<App>) -> Result<u64, FlowError> {
    audit::seal_late(&call(&app, "seal-late")).await
}

async fn clear(app: Arc<App>) -> Result<u64, FlowError> {
    let now = app.clock.now();
    let ended = app.deps.store.write(now.minus(DAY), |tx, before| Box::pin(lease::clear(tx, *before)));
    let mut total = ended.await?;
    loop {
        let job = app.deps.store.write(now, |tx, now| Box::pin(purge::expired(tx, *now, BATCH)));
        match job.await?.total() {
            0 => return Ok(total),
            count => total += count,
        }
    }
}

async fn take_adoption(app: Arc<App>) -> Result<u64, FlowError> {
    adoption::take(&call(&app, "take-adoption")).await
}

/// Suspensions that ended by themselves: their owners are told.
async fn tell_ended(app: Arc<App>) -> Result<u64, FlowError> {
    suspension::tell_ended(&call(&app, "tell-ended")).await
}

/// Breakers that closed by themselves stand in the audit log.
async fn note_breakers(app: Arc<App>) -> Result<u64, FlowError> {
    phone::note_closed(&call(&app, "note-breakers")).await
}

async fn purge_audit(app: Arc<App>) -> Result<u64, FlowError> {
    audit::purge(&call(&app, "purge-audit"), DAY * app.settings.audit_keep_days).await
}

async fn remind(app: Arc<App>) -> Result<u64, FlowError> {
    let call = call(&app, "remind");
    Ok(enrolment::remind(&call).await? + enrolment::tell_ending_tokens(&call).await?)
}
