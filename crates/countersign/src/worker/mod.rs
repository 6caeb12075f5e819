//! What runs beside the requests: sealing the audit log, clearing away, the clock's mark, sending letters.
//!
//! Every replica runs the loop; the one that holds the lease does the jobs. A job that fails or panics is told of and
//! tried again at its next turn.

mod dispatch;
mod jobs;
mod post;
mod probe;
mod telegram;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use countersign_core::audit::Actor;
use countersign_core::clock;
use countersign_core::time::Timestamp;
use countersign_store::{StoreError, clock as high_water, lease};
use data_encoding::HEXLOWER;
use futures_util::future::BoxFuture;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use self::dispatch::DispatchLoop;
use self::post::PostLoop;
use self::probe::ProbeLoop;
use self::telegram::TelegramLoop;
use crate::app::App;
use crate::flow::{FlowError, audit, keys};
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

/// How long the mark is left alone, and nothing is led, after the clock jumped forward: a clock that was wrong for a
/// moment must not age everything that is stored. After that the new time is believed.
const HELD_AFTER_JUMP: Duration = Duration::from_mins(5);
/// A job that fails again and again is tried no less often than this.
const LONGEST_BACK_OFF: Duration = Duration::from_mins(5);

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
    post: JoinHandle<()>,
    messengers: [JoinHandle<()>; 3],
}

impl Worker {
    /// Starts the loop with the jobs of this version.
    pub fn start(app: Arc<App>) -> Self {
        Self::start_with(app, jobs::ALL)
    }

    fn start_with(app: Arc<App>, jobs: &'static [Job]) -> Self {
        let (stop, stopped) = watch::channel(false);
        let jobs = Loop::new(Arc::clone(&app), jobs);
        let post = PostLoop::new(Arc::clone(&app), Arc::clone(&jobs.trusts_clock));
        let dispatch = DispatchLoop::new(Arc::clone(&app), Arc::clone(&jobs.trusts_clock));
        let messengers = [
            tokio::spawn(dispatch.run(stopped.clone())),
            tokio::spawn(TelegramLoop::new(Arc::clone(&app)).run(stopped.clone())),
            tokio::spawn(ProbeLoop::new(app).run(stopped.clone())),
        ];
        let post = tokio::spawn(post.run(stopped.clone()));
        let task = tokio::spawn(jobs.run(stopped));
        Self { stop, task, post, messengers }
    }

    /// Sends the letters that are due at this moment, waits until each has ended or was put off, and gives up those whose
    /// time is over: what the loop does, once, for whoever turns the clock by hand.
    pub async fn post_once(app: Arc<App>) {
        PostLoop::new(app, Arc::new(AtomicBool::new(true))).once().await;
    }

    /// As [`Self::post_once`], for Telegram messages, calls and SMS.
    pub async fn dispatch_once(app: Arc<App>) {
        DispatchLoop::new(app, Arc::new(AtomicBool::new(true))).once().await;
    }

    /// Acts on what has happened in chats up to now: what the loop does, once.
    pub async fn telegram_once(app: Arc<App>) {
        TelegramLoop::new(app).once().await;
    }

    /// Lets the present job and the letters on their way finish, these for a few seconds at most, hangs up whatever rings, gives the leases back and ends.
    pub async fn stop(self) {
        // An error would mean that the loop has ended already.
        let _ = self.stop.send(true);
        let messengers = futures_util::future::join_all(self.messengers);
        let (jobs, post, messengers) = tokio::join!(self.task, self.post, messengers);
        if jobs.is_err() || post.is_err() || messengers.iter().any(Result::is_err) {
            tracing::error!("the worker had ended by itself");
        }
    }
}

/// What one look at the leases works with.
struct Turn {
    /// The lease that says that this server runs, and with which keys.
    replica: String,
    /// Its words.
    ring: String,
    /// Who holds the lease of the jobs.
    holder: String,
    now: Timestamp,
    /// What the clock itself shows: the mark is raised by that alone, or a server whose clock is behind would keep up a
    /// mark that an operator has reset.
    wall: Timestamp,
    /// Whether the clock did not jump just now.
    trusted: bool,
}

struct Loop {
    app: Arc<App>,
    jobs: &'static [Job],
    holder: String,
    uptime: Stopwatch,
    /// When each job is due next, as time since the loop began.
    due: Vec<Duration>,
    /// How often each job has failed in a row.
    failures: Vec<u32>,
    /// Until when, as time since the loop began, the clock is not trusted after a jump.
    held_until: Duration,
    /// Whether that is over; what ages by the clock asks.
    trusts_clock: Arc<AtomicBool>,
    lease_due: Duration,
    upkeep_due: Duration,
    leads: bool,
    /// Wall and monotonic time of the last look, to notice a jump.
    last_look: Option<(Timestamp, Duration)>,
    /// Whether the clock was compared with the mark since this server started.
    judged_start: bool,
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
            failures: jobs.iter().map(|_| 0).collect(),
            held_until: Duration::ZERO,
            trusts_clock: Arc::default(),
            lease_due: Duration::ZERO,
            upkeep_due: UPKEEP_EVERY,
            leads: false,
            last_look: None,
            judged_start: false,
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
        // What was done while the last requests were answered is sealed before the process ends.
        if self.leads
            && let Err(error) = audit::seal_once(&call(&self.app, "seal-audit")).await
        {
            tracing::warn!(%error, "the audit log was not sealed once more; the next start does it");
        }
        let released = self.app.deps.store.write(self.turn(), |tx, turn| {
            Box::pin(async move {
                lease::release(tx, &turn.replica, &turn.ring).await?;
                lease::release(tx, LEASE, &turn.holder).await
            })
        });
        if let Err(error) = released.await {
            tracing::warn!(%error, "the worker's lease was not given back; it ends by itself");
        }
    }

    fn turn(&self) -> Turn {
        let ring = &self.app.deps.keys;
        Turn {
            replica: format!("{}{}", keys::REPLICA_LEASE, self.holder),
            ring: keys::ring_words(ring.active(), &ring.ids()),
            holder: self.holder.clone(),
            now: self.app.clock.now(),
            wall: self.app.clock.wall(),
            trusted: self.uptime.elapsed() >= self.held_until,
        }
    }

    async fn look(&mut self) {
        if !self.judged_start {
            self.judge_start().await;
        }
        self.watch_clock();
        let up = self.uptime.elapsed();
        self.trusts_clock.store(self.judged_start && up >= self.held_until, Ordering::Relaxed);
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
                self.work(index, up).await;
            }
        }
    }

    /// Runs one job. The first failure in a row is told of, and so is the recovery; between them it is tried less and
    /// less often.
    async fn work(&mut self, index: usize, up: Duration) {
        let job = &self.jobs[index];
        let failures = &mut self.failures[index];
        match run(&self.app, job).await {
            Ok(()) if *failures > 0 => {
                tracing::info!(job = job.name, failures = *failures, "the job works again");
                *failures = 0;
            }
            Ok(()) => {}
            Err(error) => {
                if *failures == 0 {
                    tracing::error!(job = job.name, error, "a job failed and is tried again");
                }
                *failures = failures.saturating_add(1);
            }
        }
        let back_off = job.every.saturating_mul(1 << (*failures).min(16)).min(LONGEST_BACK_OFF);
        self.due[index] = up + back_off.max(job.every);
    }

    /// Extends the lease, tells which keys this server has, and raises the clock's mark, in one transaction.
    async fn take_lease(&self) -> bool {
        let clock = &self.app.clock;
        let job = self.app.deps.store.write(self.turn(), |tx, turn| {
            Box::pin(async move {
                let until = turn.now.plus(LEASE_LASTS);
                lease::take(tx, &turn.replica, &turn.ring, turn.now, until).await?;
                if !turn.trusted {
                    return Ok((None, false));
                }
                let mark = high_water::raise(tx, turn.wall).await?;
                let leads = lease::take(tx, LEASE, &turn.holder, turn.now, until).await?;
                Ok::<_, StoreError>((Some(mark), leads))
            })
        });
        match job.await {
            Ok((mark, leads)) => {
                if let Some(mark) = mark {
                    clock.learn(mark);
                }
                metrics::clock_degraded(clock.is_degraded());
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

    /// The first look at the clock has nothing to compare it with but the mark. A clock that is far ahead of it is wrong,
    /// or the installation stood still for long: it is watched for a while before anything is aged by it.
    async fn judge_start(&mut self) {
        let read = async {
            let mut db = self.app.deps.store.reader().await?;
            high_water::read(&mut db).await
        };
        match read.await {
            Ok(mark) => {
                self.judged_start = true;
                let wall = self.app.clock.wall();
                if mark.is_some_and(|mark| clock::is_far_ahead(wall, mark)) {
                    tracing::error!(
                        "the clock is more than a day ahead of when a server last ran; if it is wrong, stop this \
                         server within five minutes and set the clock right: after that it is believed"
                    );
                    metrics::clock_jumped();
                    self.hold();
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the worker cannot reach the database");
                self.hold();
            }
        }
    }

    /// Believes the clock only after a while.
    fn hold(&mut self) {
        self.held_until = self.uptime.elapsed() + HELD_AFTER_JUMP;
        self.leads = false;
    }

    fn watch_clock(&mut self) {
        let (wall, up) = (self.app.clock.wall(), self.uptime.elapsed());
        if let Some((last_wall, last_up)) = self.last_look
            && clock::jumped(wall.since(last_wall), up.saturating_sub(last_up))
        {
            tracing::error!(
                "the clock jumped forward by more than five minutes; look at the machine's time service"
            );
            metrics::clock_jumped();
            self.hold();
        }
        self.last_look = Some((wall, up));
    }
}

/// Runs one job in a task of its own, so that a panic ends nothing but this run.
async fn run(app: &Arc<App>, job: &Job) -> Result<(), String> {
    let outcome = match tokio::spawn((job.run)(Arc::clone(app))).await {
        Ok(Ok(0)) => {
            metrics::job(job.name, "idle");
            return Ok(());
        }
        Ok(Ok(count)) => {
            metrics::job(job.name, "done");
            tracing::debug!(job = job.name, count, "job done");
            return Ok(());
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => {
            metrics::panicked();
            "it panicked".to_owned()
        }
    };
    metrics::job(job.name, "failed");
    Err(outcome)
}

/// The call of a job.
fn call(app: &App, name: &str) -> crate::flow::Call {
    app.call(Actor::System, &format!("job {name}"))
}

#[cfg(test)]
mod tests;
