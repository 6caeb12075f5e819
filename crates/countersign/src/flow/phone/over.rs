//! Breakers that closed by themselves, in the audit log. A prefix goes on when its hour is over, whether or not that was written
//! down.

use countersign_core::audit::{Actor, Event};
use countersign_core::phone::spend::BREAKER_OPEN;
use countersign_store::breaker::{self, BreakerRow};
use countersign_store::{StoreError, audit};

use super::super::{About, Call, FlowError};

/// Who closes what nobody has closed.
const TIME: &str = "time";

/// How many are written down in one turn.
const MOST: u32 = 100;

/// Writes down the breakers whose time is over. Tells how many.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn note_closed(call: &Call) -> Result<u64, FlowError> {
    let mut db = call.reader().await?;
    let over = breaker::over(&mut db, call.now.minus(BREAKER_OPEN), MOST).await?;
    drop(db);
    let mut noted = 0;
    for row in over {
        noted += u64::from(note(call, row).await?);
    }
    Ok(noted)
}

async fn note(call: &Call, row: BreakerRow) -> Result<bool, StoreError> {
    let job = call.deps.store.write((call.clone(), row), |tx, (call, row)| {
        Box::pin(async move {
            if !breaker::close_over(tx, row, TIME, row.opened_at.plus(BREAKER_OPEN)).await? {
                return Ok(false);
            }
            let about = About { account: None, organisation: row.organisation_id };
            let detail = [("prefix", row.prefix.clone()), ("country", row.country.clone())];
            audit::append(tx, &call.audit_row(Event::BreakerClosed, Actor::System, about, &detail)).await?;
            Ok(true)
        })
    });
    job.await
}
