//! What runs beside the requests: sealing the audit log, clearing away, the clock's mark.
//!
//! Every replica runs the loop; the one that holds the lease does the jobs. A job that fails or panics is told of and
//! tried again at its next turn.

mod jobs;

use std::sync::Arc;
use std::time::Duration;

use countersign_core::audit::Actor;
use countersign_core::clock;
use countersign_core::keys::KeyId;
use countersign_core::time::Timestamp;
use countersign_store::{StoreError, clock as high_water, lease};
use data_encoding::HEXLOWER;
use futures_util::future::BoxFuture;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::flow::FlowError;
use crate::observe::metrics;
use crate::time_source::Stopwatch;

/// The lease that all jobs share.
const LEASE: &str = "worker";
/// How long it lasts: after a crash another replica takes over within this time.
const LEASE_LASTS: Duration = Duration::from_secs(30);
/// How often it is extended, together with the clock's mark.
const LEASE_EVERY: Duration = Duration::from_secs(10);
/// How often the loop looks what is due. The audit log's seals follow their rows by no more than twice this.
const TICK: Duration = Duration::from_secs(1);
/// How often the recorder tidies up what was measured, so that its memory stays small when nobody reads it.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// The lease that says: a running server seals with this key. As long as it is held, the key must not be retired, even
/// when nothing rests on it yet. One server holds it for all that have the same key active.
pub fn sealing_lease(active: KeyId) -> String {
    format!("sealing with {active}")
}

/// One kind of work. `run` tells how many things it did.
pub struct Job {
    /// Its name in logs and metrics.
    pub name: &'static str,
    /// How often it is due.
    pub every: Duration,
    /// The work itself.
    pub run: fn(Arc<App>) -> BoxFuture<'static, Result<u64, FlowError>>,
}

/// The running worker.
pub struct Worker {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Worker {
    /// Starts the loop with the jobs of this version.
    pub fn start(app: Arc<App>) -> Self {
        Self::start_with(app, jobs::ALL)
    }

    fn start_with(app: Arc<App>, jobs: &'static [Job]) -> Self {
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(Loop::new(app, jobs).run(stopped));
        Self { stop, task }
    }

    /// Lets the present job finish, gives the lease back and ends.
    pub async fn stop(self) {
        // An error would mean that the loop has ended already.
        let _ = self.stop.send(true);
        if self.task.await.is_err() {
            tracing::error!("the worker had ended by itself");
        }
    }
}

struct Loop {
    app: Arc<App>,
    jobs: &'static [Job],
    holder: String,
    uptime: Stopwatch,
    /// When each job is due next, as time since the loop began.
    due: Vec<Duration>,
    lease_due: Duration,
    upkeep_due: Duration,
    leads: bool,
    /// Wall and monotonic time of the last look, to notice a jump.
    last_look: Option<(Timestamp, Duration)>,
}

impl Loop {
    fn new(app: Arc<App>, jobs: &'static [Job]) -> Self {
        let mut holder = [0; 16];
        app.deps.entropy.fill(&mut holder);
        Self {
            app,
            jobs,
            holder: HEXLOWER.encode(&holder),
            uptime: Stopwatch::start(),
            due: jobs.iter().map(|_| Duration::ZERO).collect(),
            lease_due: Duration::ZERO,
            upkeep_due: UPKEEP_EVERY,
            leads: false,
            last_look: None,
        }
    }

    async fn run(mut self, mut stopped: watch::Receiver<bool>) {
        loop {
            self.look().await;
            tokio::select! {
                () = tokio::time::sleep(TICK) => {}
                _ = stopped.changed() => break,
            }
        }
        let released = self.app.deps.store.write(self.leases(), |tx, (sealing, holder, _)| {
            Box::pin(async move {
                lease::release(tx, sealing, holder).await?;
                lease::release(tx, LEASE, holder).await
            })
        });
        if let Err(error) = released.await {
            tracing::warn!(%error, "the worker's lease was not given back; it ends by itself");
        }
    }

    /// The name of the key's lease, the holder of both, and the present instant.
    fn leases(&self) -> (String, String, Timestamp) {
        let sealing = sealing_lease(self.app.deps.keys.active());
        (sealing, self.holder.clone(), self.app.clock.now())
    }

    async fn look(&mut self) {
        self.watch_clock();
        let up = self.uptime.elapsed();
        if up >= self.lease_due {
            self.lease_due = up + LEASE_EVERY;
            self.leads = self.take_lease().await;
        }
        if up >= self.upkeep_due {
            self.upkeep_due = up + UPKEEP_EVERY;
            self.app.metrics.run_upkeep();
        }
        for index in 0..self.jobs.len() {
            if self.leads && up >= self.due[index] {
                self.due[index] = up + self.jobs[index].every;
                run(&self.app, &self.jobs[index]).await;
            }
        }
    }

    /// Extends the leases and raises the clock's mark in one transaction.
    async fn take_lease(&self) -> bool {
        let clock = &self.app.clock;
        let job = self.app.deps.store.write(self.leases(), |tx, (sealing, holder, now)| {
            Box::pin(async move {
                let mark = high_water::raise(tx, *now).await?;
                let until = now.plus(LEASE_LASTS);
                lease::take(tx, sealing, holder, *now, until).await?;
                let leads = lease::take(tx, LEASE, holder, *now, until).await?;
                Ok::<_, StoreError>((mark, leads))
            })
        });
        match job.await {
            Ok((mark, leads)) => {
                clock.learn(mark);
                if clock.is_degraded() {
                    tracing::error!(
                        "the clock is behind what was seen before: the time seen before is believed"
                    );
                }
                leads
            }
            Err(error) => {
                tracing::warn!(%error, "the worker cannot reach the database");
                false
            }
        }
    }

    fn watch_clock(&mut self) {
        let (wall, up) = (self.app.clock.now(), self.uptime.elapsed());
        if let Some((last_wall, last_up)) = self.last_look
            && clock::jumped(wall.since(last_wall), up.saturating_sub(last_up))
        {
            tracing::error!("the clock jumped forward by more than five minutes");
        }
        self.last_look = Some((wall, up));
    }
}

/// Runs one job in a task of its own, so that a panic ends nothing but this run.
async fn run(app: &Arc<App>, job: &Job) {
    match tokio::spawn((job.run)(Arc::clone(app))).await {
        Ok(Ok(0)) => metrics::job(job.name, "idle"),
        Ok(Ok(count)) => {
            metrics::job(job.name, "done");
            tracing::debug!(job = job.name, count, "job done");
        }
        Ok(Err(error)) => {
            metrics::job(job.name, "failed");
            tracing::warn!(job = job.name, %error, "job failed");
        }
        Err(_) => {
            metrics::job(job.name, "failed");
            metrics::panicked();
        }
    }
}

/// The call of a job.
fn call(app: &App, name: &str) -> crate::flow::Call {
    app.call(Actor::System, &format!("job {name}"))
}

#[cfg(test)]
mod tests;
