//! The loop: one leader, and no job that ends it.

use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::app::testing;

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

#[tokio::test]
async fn a_key_that_a_running_server_seals_with_is_held() {
    let (app, _folder) = testing::app("").await;
    let mut running = Loop::new(Arc::clone(&app), &[]);
    running.look().await;
    let free = async || {
        let data = (sealing_lease(KeyId(1)), app.clock.now());
        let job = app.deps.store.write(data, |tx, (name, now)| {
            Box::pin(async move { lease::take(tx, name, "other", *now, *now).await })
        });
        job.await.unwrap()
    };
    assert!(!free().await);
    let (stop, stopped) = watch::channel(true);
    let ending = tokio::spawn(running.run(stopped));
    stop.send(true).unwrap();
    ending.await.unwrap();
    assert!(free().await);
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
