//! How fast this machine computes Argon2id by itself.

use std::sync::Arc;
use std::time::Duration;

use countersign::time_source::Stopwatch;
use countersign_core::keys::KeyRing;
use countersign_core::password::{self, HashMemory, Parameters, PasswordHash, Verified};
use countersign_core::secret::Password;

use crate::Fault;
use crate::people::PASSWORD;
use crate::sample::Sample;

/// Checks the common password on so many threads until the time is up. Each keeps its working memory, as the server's
/// threads do; fetching it is done before the clock starts.
pub(crate) fn raw(
    keys: &Arc<KeyRing>,
    hash: &PasswordHash,
    threads: usize,
    lasts: Duration,
) -> Result<Sample, Fault> {
    let barrier = std::sync::Barrier::new(threads);
    let outcome: Result<Vec<Sample>, Fault> = std::thread::scope(|scope| {
        let running: Vec<_> =
            (0..threads).map(|_| scope.spawn(|| one(keys, hash, &barrier, lasts))).collect();
        running.into_iter().map(|thread| thread.join().map_err(|_| "a hashing thread panicked")?).collect()
    });
    let mut all = Sample::default();
    for sample in outcome? {
        all.took = all.took.max(sample.took);
        all.add(sample);
    }
    Ok(all)
}

fn one(
    keys: &KeyRing,
    hash: &PasswordHash,
    barrier: &std::sync::Barrier,
    lasts: Duration,
) -> Result<Sample, Fault> {
    let password = Password::new(PASSWORD.to_owned());
    let mut memory = HashMemory::new();
    let mut check = || match password::verify(keys, hash, &password, Parameters::DEFAULT, &mut memory) {
        Ok(Verified::Right { .. }) => Ok(()),
        _ => Err("the common password does not fit its hash"),
    };
    check()?;
    barrier.wait();
    let clock = Stopwatch::start();
    let mut sample = Sample::default();
    while clock.elapsed() < lasts {
        let before = Stopwatch::start();
        check()?;
        sample.note(before.elapsed());
    }
    sample.took = clock.elapsed();
    Ok(sample)
}
