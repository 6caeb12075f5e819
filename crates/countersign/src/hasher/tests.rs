//! The pool under a storm.

use countersign_core::keys::KeyId;
use countersign_core::testing::CountingEntropy;

use super::*;

fn pool(threads: usize) -> PasswordPool {
    let keys = Arc::new(KeyRing::new(KeyId(1), vec![(KeyId(1), [7; 32])]).unwrap());
    let parameters = Parameters::new(64, 1, 1).unwrap();
    PasswordPool::start(threads, keys, Arc::new(CountingEntropy::new(1)), parameters).unwrap()
}

fn password(text: &str) -> Password {
    Password::new(text.to_owned())
}

#[tokio::test]
async fn a_password_is_hashed_and_recognised() {
    let pool = pool(2);
    let hash = pool.hash(password("correct horse battery")).await.unwrap();
    let right = pool.verify(Some(hash.clone()), password("correct horse battery")).await.unwrap();
    assert!(matches!(right, Verified::Right { .. }));
    let wrong = pool.verify(Some(hash), password("correct horse battery!")).await.unwrap();
    assert!(matches!(wrong, Verified::Wrong));
}

#[tokio::test]
async fn where_there_is_no_hash_every_password_is_wrong() {
    let pool = pool(1);
    assert!(matches!(pool.verify(None, password("")).await.unwrap(), Verified::Wrong));
}

#[tokio::test]
async fn a_hash_that_cannot_be_looked_into_is_a_fault_and_not_a_wrong_password() {
    let pool = pool(1);
    let mut hash = pool.hash(password("x")).await.unwrap();
    hash.pepper_key = KeyId(9);
    assert!(pool.verify(Some(hash), password("x")).await.is_err());
}

/// Occupies the pool's only thread until the returned sender is dropped.
async fn occupied(pool: &PasswordPool) -> std::sync::mpsc::Sender<()> {
    let (release, wait) = std::sync::mpsc::channel::<()>();
    let (started, begun) = oneshot::channel();
    let busy = pool.clone();
    tokio::spawn(async move {
        busy.run(move |_, _| {
            started.send(()).unwrap();
            let _ = wait.recv();
        })
        .await
    });
    begun.await.unwrap();
    release
}

#[tokio::test]
async fn a_full_queue_turns_away_and_everybody_else_goes_on() {
    let pool = pool(1);
    let release = occupied(&pool).await;
    let mut waiting: Vec<_> =
        (0..LONGEST_QUEUE).map(|_| Box::pin(pool.verify(None, password("x")))).collect();
    for one in &mut waiting {
        assert!(futures_util::poll!(one.as_mut()).is_pending());
    }
    assert_eq!(pool.waiting(), LONGEST_QUEUE);
    let busy = pool.verify(None, password("one too many")).await.unwrap_err();
    assert!(busy.retry_after >= Duration::from_secs(1) && busy.retry_after < Duration::from_secs(10));
    // The runtime itself is free meanwhile: this future is answered while all 64 wait.
    assert_eq!(tokio::spawn(async { 1 + 1 }).await.unwrap(), 2);
    drop(release);
    for one in waiting {
        assert!(matches!(one.await, Ok(Verified::Wrong)));
    }
}

#[tokio::test]
async fn nobody_works_for_a_request_that_went_away() {
    let pool = pool(1);
    let release = occupied(&pool).await;
    let (done, worked) = oneshot::channel();
    {
        let mut gone = Box::pin(pool.run(move |_, _| done.send(())));
        assert!(futures_util::poll!(gone.as_mut()).is_pending());
    }
    drop(release);
    assert!(worked.await.is_err(), "the work was dropped undone");
    assert!(pool.hash(password("x")).await.is_ok());
}

#[tokio::test]
async fn a_panic_costs_one_answer_and_no_thread() {
    let pool = pool(1);
    assert!(pool.run(|_, _| -> () { panic!("on purpose") }).await.is_err());
    assert!(pool.hash(password("x")).await.is_ok());
}

#[tokio::test]
async fn the_threads_run_at_a_lower_priority() {
    let pool = pool(1);
    let nice = pool.run(|_, _| rustix::process::getpriority_process(Some(rustix::thread::gettid())).unwrap());
    let own = rustix::process::getpriority_process(Some(rustix::thread::gettid())).unwrap();
    assert_eq!(nice.await.unwrap(), (own + NICENESS).min(19));
}
