//! Which master keys the database still needs, and sealing anew with the active one.

use std::collections::BTreeMap;

use countersign_core::audit::Event;
use countersign_core::keys::KeyId;
use countersign_core::letter::LetterKind;
use countersign_core::method::Method;
use countersign_store::{
    account, audit, authenticator, browser, challenge, dispatch, lease, letter, phone_number, recovery_key,
    setting, sign_up, sso_attempt, sso_provider, telegram_account, telegram_link,
};
use data_encoding::HEXLOWER;

use super::{About, Call, FlowError, factors};

/// Rows sealed anew in one transaction.
const BATCH: u32 = 200;

/// How many rows rest on a master key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    /// Authenticator keys, Telegram accounts, phone numbers, what waits to be sent, what browsers show, client secrets and
    /// visits to identity providers sealed with it.
    pub sealed: u64,
    /// Passwords peppered with it; they move at their owner's next sign-in. Those of sign-ups that wait are among them.
    pub passwords: u64,
    /// Recovery keys that are known by a MAC made with it; they cannot move.
    pub recovery_keys: u64,
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
    for (id, count) in letter::count_by_key(&mut db).await? {
        uses.entry(id).or_default().sealed += count;
    }
    for (id, count) in sso_provider::key_counts(&mut db).await? {
        uses.entry(id).or_default().sealed += count;
    }
    for (id, count) in sso_attempt::key_counts(&mut db).await? {
        uses.entry(id).or_default().sealed += count;
    }
    for counts in [
        telegram_account::key_counts(&mut db).await?,
        telegram_link::key_counts(&mut db).await?,
        challenge::key_counts(&mut db).await?,
        phone_number::key_counts(&mut db).await?,
        dispatch::key_counts(&mut db).await?,
    ] {
        for (id, count) in counts {
            uses.entry(id).or_default().sealed += count;
        }
    }
    for (id, count) in account::count_by_pepper_key(&mut db).await? {
        uses.entry(id).or_default().passwords = count;
    }
    for (id, count) in sign_up::count_by_pepper_key(&mut db).await? {
        uses.entry(id).or_default().passwords += count;
    }
    for (id, count) in recovery_key::count_by_key(&mut db).await? {
        uses.entry(id).or_default().recovery_keys = count;
    }
    Ok(uses)
}

/// Keys that something rests on and the ring does not have, counted row by row: for `doctor`, not for every start.
pub async fn missing(call: &Call) -> Result<Vec<KeyId>, FlowError> {
    let known = &call.deps.keys;
    let uses = uses(call).await?;
    Ok(uses.into_keys().filter(|id| !known.contains(*id)).collect())
}

/// Names of the settings that hold each key's check value.
const CHECK: &str = "key-check:";

/// What is wrong with the ring, judged by the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFault {
    /// Something rests on this key, and the ring does not have it.
    Missing(KeyId),
    /// The ring has a key of this number, but it is another one than the database was sealed with.
    Different(KeyId),
}

/// Compares the ring with the database: a server must not start on the wrong key file, nor on a new one that was made
/// because the old one was lost. The active key leaves its check value (a keyed hash of its number) for later starts.
pub async fn faults(call: &Call) -> Result<Vec<KeyFault>, FlowError> {
    let checks = check_values(call).await?;
    let faults = compare(call, &checks).await?;
    let ring = &call.deps.keys;
    let name = format!("{CHECK}{}", ring.active());
    if faults.is_empty() && !checks.iter().any(|(known, _)| *known == name) {
        let value = HEXLOWER.encode(&ring.mac(CHECK, &[name.as_bytes()]));
        let job = call.deps.store.write((name, value), |tx, (name, value)| {
            Box::pin(async move { setting::put_if_absent(tx, name, value).await })
        });
        job.await?;
    }
    Ok(faults)
}

/// As [`faults`], with every row counted and nothing written: for `doctor`.
pub async fn found(call: &Call) -> Result<Vec<KeyFault>, FlowError> {
    let mut faults = compare(call, &check_values(call).await?).await?;
    for id in missing(call).await? {
        if !faults.contains(&KeyFault::Missing(id)) {
            faults.push(KeyFault::Missing(id));
        }
    }
    Ok(faults)
}

async fn check_values(call: &Call) -> Result<Vec<(String, String)>, FlowError> {
    let mut db = call.reader().await?;
    Ok(setting::starting_with(&mut db, CHECK).await?)
}

async fn compare(call: &Call, checks: &[(String, String)]) -> Result<Vec<KeyFault>, FlowError> {
    let ring = &call.deps.keys;
    let mut faults = Vec::new();
    let mut resting = None;
    for (name, value) in checks {
        let Some(id) = name.strip_prefix(CHECK).and_then(|text| text.parse::<KeyId>().ok()) else { continue };
        if ring.contains(id) {
            let known = HEXLOWER.decode(value.as_bytes()).unwrap_or_default();
            if !ring.mac_matches(CHECK, &[name.as_bytes()], &known) {
                faults.push(KeyFault::Different(id));
            }
            continue;
        }
        if resting.is_none() {
            resting = Some(uses(call).await?);
        }
        if resting.as_ref().is_some_and(|uses| uses.contains_key(&id)) {
            faults.push(KeyFault::Missing(id));
        }
    }
    Ok(faults)
}

/// Takes a retired key's check value away.
pub async fn forgotten(call: &Call, id: KeyId) -> Result<(), FlowError> {
    let job = call
        .deps
        .store
        .write(format!("{CHECK}{id}"), |tx, name| Box::pin(async move { setting::delete(tx, name).await }));
    job.await?;
    Ok(())
}

/// Seals everything anew that is not sealed with the active key; tells how many rows. Runs beside a serving server.
pub async fn reseal(call: &Call) -> Result<u64, FlowError> {
    let mut done = 0;
    loop {
        let job = call.deps.store.write(call.clone(), |tx, call| {
            Box::pin(async move {
                let (keys, entropy) = (&call.deps.keys, call.entropy());
                let devices = authenticator::reseal_batch(tx, keys, entropy, BATCH).await?;
                let letters = letter::reseal_batch(tx, keys, entropy, BATCH).await?;
                let providers = sso_provider::reseal_batch(tx, keys, entropy, BATCH).await?;
                let visits = sso_attempt::reseal_batch(tx, keys, entropy, BATCH).await?;
                let chats = telegram_account::reseal_batch(tx, keys, entropy, BATCH).await?;
                let links = telegram_link::reseal_batch(tx, keys, entropy, BATCH).await?;
                let numbers = phone_number::reseal_batch(tx, keys, entropy, BATCH).await?;
                let shown = challenge::reseal_batch(tx, keys, entropy, BATCH).await?;
                let outgoing = dispatch::reseal_batch(tx, keys, entropy, BATCH).await?;
                Ok(devices + letters + providers + visits + chats + links + numbers + shown + outgoing)
            })
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

/// The name under which a running server tells which keys it has: this and its own identifier.
pub const REPLICA_LEASE: &str = "replica:";

/// A running server and the keys it was started with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replica {
    /// Its identifier, made anew at each start.
    pub name: String,
    /// The key it seals with.
    pub active: KeyId,
    /// All the keys it can open.
    pub keys: Vec<KeyId>,
}

/// How a server tells its keys: the active one, then all of them.
pub fn ring_words(active: KeyId, ids: &[KeyId]) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    format!("{active} {}", ids.join(" "))
}

/// The servers that run on this database now. One that was killed is listed for up to a minute longer.
pub async fn replicas(call: &Call) -> Result<Vec<Replica>, FlowError> {
    let mut db = call.reader().await?;
    let live = lease::live(&mut db, REPLICA_LEASE, call.now).await?;
    let read = |(name, words): (String, String)| {
        let mut ids = words.split(' ').filter_map(|word| word.parse().ok());
        let name = name.trim_start_matches(REPLICA_LEASE).to_owned();
        Some(Replica { name, active: ids.next()?, keys: ids.collect() })
    };
    Ok(live.into_iter().filter_map(read).collect())
}

/// Takes away every password that is peppered with this key, tells how many, and ends what rests on them except
/// sessions. Their owners come back through a reset link, and through the same gate as ever (ALL-4, ALL-9). Sign-ups that
/// wait are taken back, and counted with them.
pub async fn forget_passwords(call: &Call, key: KeyId) -> Result<u64, FlowError> {
    let mut done = 0;
    loop {
        let job = call.deps.store.write((call.clone(), key), |tx, (call, key)| {
            Box::pin(async move {
                let owners = account::forget_passwords(tx, *key, BATCH).await?;
                let mut rows = Vec::with_capacity(owners.len());
                for (id, organisation) in &owners {
                    challenge::delete_for_account(tx, *id).await?;
                    browser::delete_for_account(tx, *id).await?;
                    let about = About { account: Some(*id), organisation: Some(*organisation) };
                    let cause = [("cause", "key-retired".to_owned()), ("key", key.to_string())];
                    rows.push(call.caller_row(Event::PasswordReset, about, &cause));
                }
                audit::append_all(tx, &rows).await?;
                Ok(owners.len() as u64 + sign_up::void_by_pepper_key(tx, *key, BATCH).await?)
            })
        });
        let batch = job.await?;
        done += batch;
        if batch == 0 {
            return Ok(done);
        }
    }
}

/// Removes every recovery key that is known by this key alone, tells how many, and ends the second steps in progress of
/// their owners, who make new ones.
pub async fn void_recovery_keys(call: &Call, key: KeyId) -> Result<u64, FlowError> {
    let mut done = 0;
    loop {
        let job = call.deps.store.write((call.clone(), key), |tx, (call, key)| {
            Box::pin(async move {
                let owners = recovery_key::void_by_key(tx, *key, BATCH).await?;
                let mut rows = Vec::with_capacity(owners.len());
                for (id, organisation) in &owners {
                    account::bump_factor_version(tx, *id).await?;
                    challenge::delete_for_account(tx, *id).await?;
                    let about = About { account: Some(*id), organisation: Some(*organisation) };
                    let cause = [("cause", "key-retired".to_owned()), ("key", key.to_string())];
                    rows.push(call.caller_row(Event::RecoveryKeyVoided, about, &cause));
                    if let Some(account) = account::by_id(tx, *id).await? {
                        let (kind, method) = (LetterKind::MethodRemoved, Method::RecoveryKey);
                        factors::tell(tx, call, &account, kind, method, None).await?;
                    }
                }
                audit::append_all(tx, &rows).await?;
                Ok(owners.len() as u64)
            })
        });
        let batch = job.await?;
        done += batch;
        if batch == 0 {
            return Ok(done);
        }
    }
}

/// Writes what happened to the key file into the audit log.
pub async fn record(call: &Call, event: Event, detail: &[(&str, String)]) -> Result<(), FlowError> {
    let note = call.caller_row(event, About::default(), detail);
    let job = call.deps.store.write(note, |tx, note| Box::pin(async move { audit::append(tx, note).await }));
    Ok(job.await?)
}
