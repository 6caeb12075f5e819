//! The clock's mark, where an operator has to take it back.

use std::time::Duration;

use countersign_core::audit::{AuditRow, Event};
use countersign_core::time::Timestamp;
use countersign_store::{audit, clock, lease};

use super::{About, Call, FlowError};

/// No lease lasts longer than this.
const LEASES_MOST: Duration = Duration::from_mins(2);

/// The highest time that any server has seen. `None`: none has run yet.
pub async fn mark(call: &Call) -> Result<Option<Timestamp>, FlowError> {
    let mut db = call.reader().await?;
    Ok(clock::read(&mut db).await?)
}

/// Sets the mark to `wall`, which an operator has found right, and forgets the leases of the wrong time, so that a server
/// leads again. The servers that run learn of it within seconds.
pub async fn reset(call: &Call, wall: Timestamp) -> Result<(), FlowError> {
    let before = mark(call).await?.map_or_else(String::new, |mark| mark.as_millis().to_string());
    let detail = [("from", before), ("to", wall.as_millis().to_string())];
    // The call's own time is that of the mark.
    let note = AuditRow { at: wall, ..call.caller_row(Event::ClockReset, About::default(), &detail) };
    let job = call.deps.store.write((wall, note), |tx, (wall, note)| {
        Box::pin(async move {
            clock::set(tx, *wall).await?;
            lease::clear_beyond(tx, wall.plus(LEASES_MOST)).await?;
            audit::append(tx, note).await
        })
    });
    Ok(job.await?)
}
