//! Which master keys the database still needs, and sealing anew with the active one.

use std::collections::BTreeMap;

use countersign_core::audit::Event;
use countersign_core::keys::KeyId;
use countersign_store::{account, audit, authenticator};

use super::{About, Call, FlowError};

/// Rows sealed anew in one transaction.
const BATCH: u32 = 200;

/// How many rows rest on a master key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Authenticator keys sealed with it.
    pub sealed: u64,
    /// Passwords peppered with it; they move at their owner's next sign-in.
    pub passwords: u64,
}

/// Counts what rests on each key. Keys that nothing rests on and that are not on the ring are not in it.
pub async fn uses(call: &Call) -> Result<BTreeMap<KeyId, Uses>, FlowError> {
    let mut db = call.reader().await?;
    let mut uses: BTreeMap<KeyId, Uses> = BTreeMap::new();
    for id in call.deps.keys.ids() {
        uses.entry(id).or_default();
    }
    for (id, count) in authenticator::key_counts(&mut db).await? {
        uses.entry(id).or_default().sealed = count;
    }
    for (id, count) in account::count_by_pepper_key(&mut db).await? {
        uses.entry(id).or_default().passwords = count;
    }
    Ok(uses)
}

/// Keys the database needs and the ring does not have. A server must not start with one missing.
pub async fn missing(call: &Call) -> Result<Vec<KeyId>, FlowError> {
    let known = &call.deps.keys;
    let uses = uses(call).await?;
    Ok(uses.into_keys().filter(|id| !known.contains(*id)).collect())
}

/// Seals everything anew that is not sealed with the active key; tells how many rows. Runs beside a serving server.
pub async fn reseal(call: &Call) -> Result<u64, FlowError> {
    let mut done = 0;
    loop {
        let job = call.deps.store.write(call.clone(), |tx, call| {
            Box::pin(
                async move { authenticator::reseal_batch(tx, &call.deps.keys, call.entropy(), BATCH).await },
            )
        });
        let batch = job.await?;
        done += batch;
        if batch == 0 {
            break;
        }
    }
    if done > 0 {
        let detail = [("rows", done.to_string()), ("key", call.deps.keys.active().to_string())];
        record(call, Event::KeyResealed, &detail).await?;
    }
    Ok(done)
}

/// Writes what happened to the key file into the audit log.
pub async fn record(call: &Call, event: Event, detail: &[(&str, String)]) -> Result<(), FlowError> {
    let note = call.caller_row(event, About::default(), detail);
    let job = call.deps.store.write(note, |tx, note| Box::pin(async move { audit::append(tx, note).await }));
    Ok(job.await?)
}
