//! How many members have a second step, by method and day.

use std::time::Duration;

use countersign_core::id::OrganisationId;
use countersign_store::adoption;

pub use countersign_store::adoption::{ALL, AdoptionDay, METHODS, NONE, day_of};

use super::{Call, FlowError};

/// How far back figures are told: a year and a little.
pub const LONGEST: u32 = 400;

const DAY: Duration = Duration::from_hours(24);

/// Takes today's figures of every organisation, in place of those taken earlier on the same day. Tells how many.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn take(call: &Call) -> Result<u64, FlowError> {
    let job = call
        .deps
        .store
        .write(day_of(call.now), |tx, day| Box::pin(async move { adoption::take(tx, *day).await }));
    Ok(job.await?)
}

/// An organisation's figures of the last `days` days (at most [`LONGEST`]), the oldest first.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn history(
    call: &Call,
    organisation: OrganisationId,
    days: u32,
) -> Result<Vec<AdoptionDay>, FlowError> {
    let since = day_of(call.now.minus(DAY * days.min(LONGEST)));
    let mut db = call.reader().await?;
    Ok(adoption::list(&mut db, organisation, since + 1).await?)
}
