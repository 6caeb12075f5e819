//! The loop: one leader, and no job that ends it.

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::app::testing;
use crate::time_source::Clock;

static RUNS: AtomicU64 = AtomicU64::new(0);

static JOBS: &[Job] = &[
    Job { name: "panics", every: Duration::ZERO, run: |_| Box::pin(async { panic!("on purpose") }) },
    Job {
        name: "counts",
        every: Duration::ZERO,
        run: |_| Box::pin(async { Ok(RUNS.fetch_add(1, Ordering::Relaxed)) }),
    },
];

#[tokio::test]
async fn one_replica_leads_and_gives_the_lease_back() {
    let (app, _folder) = testing::app("").await;
    let mut first = Loop::new(Arc::clone(&app), &[]);
    let mut second = Loop::new(Arc::clone(&app), &[]);
    first.look().await;
    second.look().await;
    assert!(first.leads && !second.leads);
    let (stop, stopped) = watch::channel(true);
    let running = tokio::spawn(first.run(stopped));
    stop.send(true).unwrap();
    running.await.unwrap();
    assert!(second.take_lease().await);
}

/// A clock that the test turns.
struct TurnedClock(std::sync::atomic::AtomicI64);

impl TurnedClock {
    fn turn_back(&self, by: Duration) {
        self.0.fetch_sub(i64::try_from(by.as_millis()).unwrap(), Ordering::Relaxed);
    }

    fn turn(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).unwrap(), Ordering::Relaxed);
    }
}

impl Clock for TurnedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// Two servers on one database and under one turned clock.
async fn two_servers() -> (Arc<App>, Arc<App>, Arc<TurnedClock>, tempfile::TempDir) {
    let (app, folder) = testing::app("").await;
    let clock = Arc::new(TurnedClock(std::sync::atomic::AtomicI64::new(1_795_296_247_000)));
    let server = || {
        Arc::new(App {
            settings: app.settings.clone(),
            deps: Arc::clone(&app.deps),
            clock: clock.clone(),
            voice: Arc::clone(&app.voice),
            post: Arc::clone(&app.post),
            messenger: Arc::clone(&app.messenger),
            phones: Arc::clone(&app.phones),
            waiting: Arc::default(),
            metrics: app.metrics.clone(),
        })
    };
    (server(), server(), clock, folder)
}

async fn record_something(app: &App) {
    let call = call(app, "test");
    let row = call.caller_row(countersign_core::audit::Event::SignOut, crate::flow::About::default(), &[]);
    call.record(row).await.unwrap();
}

#[tokio::test]
async fn one_of_two_servers_seals_and_the_other_takes_over_when_it_is_killed() {
    let (one, two, clock, _folder) = two_servers().await;
    let (mut first, mut second) = (Loop::new(Arc::clone(&one), jobs::ALL), Loop::new(two, jobs::ALL));
    record_something(&one).await;
    first.look().await;
    second.look().await;
    assert!(first.leads && !second.leads);
    let sealed = async || crate::flow::audit::verify(&call(&one, "test")).await.unwrap();
    assert_eq!((sealed().await.seals, sealed().await.rows), (1, 1));

    // Killed: it gives nothing back.
    drop(first);
    record_something(&one).await;
    clock.turn(LEASE_LASTS.saturating_sub(Duration::from_secs(1)));
    assert!(!second.take_lease().await, "the lease still runs");
    clock.turn(Duration::from_secs(2));
    second.leads = second.take_lease().await;
    assert!(second.leads);
    second.work(0, Duration::ZERO).await;
    let found = sealed().await;
    assert_eq!((found.seals, found.rows, found.broken.len()), (2, 2, 0));
}

#[tokio::test]
async fn all_7_a_running_server_tells_which_keys_it_has_until_it_stops() {
    let (app, _folder) = testing::app("").await;
    let mut running = Loop::new(Arc::clone(&app), &[]);
    running.look().await;
    let replicas = async || keys::replicas(&call(&app, "test")).await.unwrap();
    let found = replicas().await;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].active, &*found[0].keys), (app.deps.keys.active(), &*app.deps.keys.ids()));
    let (stop, stopped) = watch::channel(true);
    let ending = tokio::spawn(running.run(stopped));
    stop.send(true).unwrap();
    ending.await.unwrap();
    assert_eq!(replicas().await, []);
}

#[tokio::test]
async fn a_clock_that_jumps_forward_does_not_raise_the_mark_at_once() {
    let (one, _, clock, _folder) = two_servers().await;
    let mut server = Loop::new(Arc::clone(&one), &[]);
    server.look().await;
    assert!(server.leads);
    let mark = async || {
        let mut db = one.deps.store.reader().await.unwrap();
        high_water::read(&mut db).await.unwrap().unwrap()
    };
    let before = mark().await;
    clock.turn(Duration::from_hours(5));
    server.lease_due = Duration::ZERO;
    server.look().await;
    assert!(!server.leads);
    assert_eq!(mark().await, before);
    server.held_until = Duration::ZERO;
    assert!(server.take_lease().await, "after a while the new time is believed");
    assert!(mark().await > before);
}

#[tokio::test]
async fn a_server_that_starts_with_a_clock_far_ahead_waits_before_it_believes_it() {
    let (one, two, clock, _folder) = two_servers().await;
    let mark = async || {
        let mut db = one.deps.store.reader().await.unwrap();
        high_water::read(&mut db).await.unwrap()
    };
    let mut first = Loop::new(Arc::clone(&one), &[]);
    first.look().await;
    assert!(first.leads, "a new installation has no mark to compare with");
    let before = mark().await;
    drop(first);
    clock.turn(Duration::from_hours(23));
    let mut soon = Loop::new(Arc::clone(&one), &[]);
    soon.look().await;
    assert!(soon.leads && mark().await > before);
    drop(soon);
    let before = mark().await;
    clock.turn(Duration::from_hours(24 * 300));
    let mut late = Loop::new(Arc::clone(&two), jobs::ALL);
    late.look().await;
    assert!(!late.leads);
    assert_eq!(mark().await, before);
    late.held_until = Duration::ZERO;
    assert!(late.take_lease().await, "after five minutes it is believed");

    // It was wrong after all, and an operator takes the mark back.
    clock.turn_back(Duration::from_hours(24 * 300));
    let right = clock.now();
    let operator = one.call(Actor::CommandLine, "test");
    assert!(mark().await.unwrap() > right);
    crate::flow::clock::reset(&operator, right).await.unwrap();
    assert_eq!(mark().await, Some(right));
    let mut again = Loop::new(Arc::clone(&one), jobs::ALL);
    again.look().await;
    assert!(again.leads, "no lease of the wrong time is left");
    assert_eq!(crate::flow::audit::verify(&call(&one, "test")).await.unwrap().broken, []);
}

#[tokio::test]
async fn a_job_that_fails_is_tried_less_and_less_often() {
    static FAILING: &[Job] = &[Job {
        name: "fails",
        every: Duration::from_secs(1),
        run: |_| Box::pin(async { Err(FlowError::NotFound) }),
    }];
    let (app, _folder) = testing::app("").await;
    let mut turn = Loop::new(app, FAILING);
    let mut waits = Vec::new();
    for _ in 0..12 {
        turn.work(0, Duration::ZERO).await;
        waits.push(turn.due[0].as_secs());
    }
    assert_eq!(waits[..4], [2, 4, 8, 16]);
    assert_eq!(waits.last(), Some(&LONGEST_BACK_OFF.as_secs()));
}

#[tokio::test]
async fn a_job_that_panics_ends_neither_the_loop_nor_the_other_jobs() {
    let (app, _folder) = testing::app("").await;
    let mut turn = Loop::new(app, JOBS);
    turn.look().await;
    turn.look().await;
    assert_eq!(RUNS.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn the_jobs_of_this_version_run_on_an_empty_database() {
    let (app, _folder) = testing::app("").await;
    for job in jobs::ALL {
        (job.run)(Arc::clone(&app)).await.unwrap();
    }
}

#[tokio::test]
async fn the_loop_stops_when_told() {
    let (app, _folder) = testing::app("").await;
    Worker::start_with(app, &[]).stop().await;
}
