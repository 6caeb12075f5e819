//! Clients: so many that each ask again as soon as they are answered, or so many requests a second come what may.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign::time_source::Stopwatch;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::Fault;
use crate::deed::{Deed, Slice, Worker};
use crate::sample::Sample;
use crate::wire::Connection;

/// One thread for all clients.
pub(crate) fn runtime() -> Result<Runtime, Fault> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}

/// So many clients, each asking again as soon as it is answered, until the time is up or nobody is left.
pub(crate) async fn closed(
    server: SocketAddr,
    deed: Deed,
    clients: usize,
    lasts: Duration,
    slice: Arc<Slice>,
) -> Result<Sample, Fault> {
    let mut connections = Vec::with_capacity(clients);
    for _ in 0..clients {
        connections.push(Connection::open(server).await?);
    }
    let clock = Stopwatch::start();
    let mut all = JoinSet::new();
    for connection in connections {
        all.spawn(client(connection, deed, clock, lasts, Arc::clone(&slice)));
    }
    let mut sample = Sample::default();
    while let Some(done) = all.join_next().await {
        sample.add(done??);
    }
    sample.took = clock.elapsed();
    Ok(sample)
}

async fn client(
    mut connection: Connection,
    deed: Deed,
    clock: Stopwatch,
    lasts: Duration,
    slice: Arc<Slice>,
) -> Result<Sample, Fault> {
    let mut sample = Sample::default();
    let mut worker = Worker::new(deed, &slice);
    while clock.elapsed() < lasts && worker.prepare() {
        let before = Stopwatch::start();
        match worker.send(&mut connection).await {
            Ok(_) => sample.note(before.elapsed()),
            Err(fault) => sample.fail(&fault),
        }
    }
    Ok(sample)
}

/// So many requests a second, sent at their time whether or not earlier ones were answered. A latency begins when its
/// request was due, so that one that had to wait for its turn counts its wait.
pub(crate) async fn steady(
    server: SocketAddr,
    deed: Deed,
    rate: u32,
    lasts: Duration,
    slice: Arc<Slice>,
) -> Result<Sample, Fault> {
    let each = move |due: Instant, free| {
        let slice = Arc::clone(&slice);
        async move {
            let connection = one(server, free, deed, &slice).await?;
            Ok((connection, due.elapsed()))
        }
    };
    paced(rate, lasts, each).await
}

/// Does this so many times a second, each at its time, and notes the latencies that it tells. Connections that are free
/// are handed on.
pub(crate) async fn paced<F>(
    rate: u32,
    lasts: Duration,
    each: impl Fn(Instant, Option<Connection>) -> F,
) -> Result<Sample, Fault>
where
    F: Future<Output = Result<(Connection, Duration), Fault>> + Send + 'static,
{
    let idle = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::new(Mutex::new(Sample::default()));
    let start = Instant::now();
    let apart = Duration::from_secs(1) / rate;
    let mut all = JoinSet::new();
    for number in 0.. {
        let due = start + apart * number;
        if due >= start + lasts {
            break;
        }
        tokio::time::sleep_until(due).await;
        let (idle, seen) = (Arc::clone(&idle), Arc::clone(&seen));
        let work = each(due, lock(&idle).pop());
        all.spawn(async move {
            let outcome = work.await;
            let mut seen = lock(&seen);
            match outcome {
                Ok((connection, latency)) => {
                    seen.note(latency);
                    lock(&idle).push(connection);
                }
                Err(fault) => seen.fail(&fault),
            }
        });
    }
    while let Some(done) = all.join_next().await {
        done?;
    }
    let mut sample = std::mem::take(&mut *lock(&seen));
    sample.took = start.elapsed();
    Ok(sample)
}

async fn one(
    server: SocketAddr,
    free: Option<Connection>,
    deed: Deed,
    slice: &Slice,
) -> Result<Connection, Fault> {
    let mut connection = Connection::free_or_new(free, server).await?;
    let mut worker = Worker::new(deed, slice);
    if !worker.prepare() {
        return Err("nobody is left to sign in".into());
    }
    worker.send(&mut connection).await?;
    Ok(connection)
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
