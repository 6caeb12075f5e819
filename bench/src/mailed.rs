//! What goes by way of a letter: whole sign-ins with a mailed code, and letters at a fixed rate.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use countersign::time_source::{Clock, Stopwatch, SystemClock};
use countersign_core::secret::Token;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::deed::{Deed, Slice, Worker};
use crate::peer::{Letter, Peer};
use crate::sample::Sample;
use crate::wire::Connection;
use crate::{Fault, load, people};

/// A letter that takes longer than this is lost.
const PATIENCE: Duration = Duration::from_secs(15);

/// So many clients that sign in wholly, each again as soon as it has a session: password, the code out of the letter that
/// the mail server took, session.
pub(crate) async fn sign_ins(
    server: SocketAddr,
    peer: Arc<Peer>,
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
    for mut connection in connections {
        let (peer, slice) = (Arc::clone(&peer), Arc::clone(&slice));
        all.spawn(async move {
            let mut sample = Sample::default();
            let mut worker = Worker::new(Deed::MailedSignIn, &slice);
            while clock.elapsed() < lasts && worker.prepare() {
                let before = Stopwatch::start();
                match sign_in(&mut worker, &peer, &mut connection).await {
                    Ok(()) => sample.note(before.elapsed()),
                    Err(fault) => sample.fail(&fault),
                }
            }
            sample
        });
    }
    let mut sample = Sample::default();
    while let Some(done) = all.join_next().await {
        sample.add(done?);
    }
    sample.took = clock.elapsed();
    Ok(sample)
}

async fn sign_in(worker: &mut Worker<'_>, peer: &Peer, connection: &mut Connection) -> Result<(), Fault> {
    let letter = expect(worker, peer)?;
    let answer = worker.send(connection).await?;
    let challenge = answer.cookie("set-cookie: challenge=").and_then(Token::parse);
    let challenge = challenge.ok_or("a challenge's cookie is no token")?;
    let code = arrived(letter).await?.code().ok_or("a letter has no code")?;
    worker.finish(connection, &challenge, &code).await
}

/// So many codes asked for each second. A latency ends when the mail server has taken the letter.
pub(crate) async fn letters(
    server: SocketAddr,
    peer: Arc<Peer>,
    rate: u32,
    lasts: Duration,
    slice: Arc<Slice>,
) -> Result<Sample, Fault> {
    let each = move |due: Instant, free| {
        let (peer, slice) = (Arc::clone(&peer), Arc::clone(&slice));
        async move {
            let mut connection = Connection::free_or_new(free, server).await?;
            let mut worker = Worker::new(Deed::Letter, &slice);
            if !worker.prepare() {
                return Err("nobody is left who could be sent a letter".into());
            }
            // The mail server tells wall-clock time; both read the same machine's clock.
            let due_at = SystemClock.now().minus(due.elapsed());
            let letter = expect(&worker, &peer)?;
            worker.send(&mut connection).await?;
            let letter = arrived(letter).await?;
            letter.code().ok_or("a letter has no code")?;
            Ok((connection, letter.at.since(due_at)))
        }
    };
    load::paced(rate, lasts, each).await
}

fn expect(worker: &Worker<'_>, peer: &Peer) -> Result<oneshot::Receiver<Letter>, Fault> {
    let person = worker.person().ok_or("nobody is left")?;
    Ok(peer.expect(people::email(person.index)))
}

async fn arrived(letter: oneshot::Receiver<Letter>) -> Result<Letter, Fault> {
    match tokio::time::timeout(PATIENCE, letter).await {
        Ok(Ok(letter)) => Ok(letter),
        Ok(Err(_)) => Err("the mail server has ended".into()),
        Err(_) => Err("a letter did not arrive".into()),
    }
}
