//! Calls that ring: from asking for one over HTTP to the first ring of the phone, one at a time and many at once.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use countersign::flow::policy;
use countersign::time_source::{Clock, SystemClock};
use countersign_core::preset::Preset;
use countersign_core::time::Timestamp;
use serde::Serialize;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::Fault;
use crate::child::Plan;
use crate::deed::{Deed, Slice, Worker};
use crate::home::Home;
use crate::load;
use crate::options::Options;
use crate::people;
use crate::phones::{Phones, Seen};
use crate::wire::Connection;

/// Calls one at a time: so many, with this gap.
const ALONE: u32 = 40;
const GAP: Duration = Duration::from_millis(250);
/// The calls a second that the trunk of the measurement takes. A server begins no more, whoever asks.
pub(crate) const SOLD: u32 = 100;
/// How often a server may have too much to do for one call.
const MOST_TURNED_AWAY: u32 = 40;
/// How long all of them may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// What came of calls.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Called {
    /// One at a time.
    pub(crate) alone: Rings,
    /// All at once.
    pub(crate) at_once: Rings,
    /// The calls a second that the trunk takes.
    pub(crate) sold: u32,
    /// The most that began within any second.
    pub(crate) busiest: usize,
    /// Calls that were not hung up on.
    pub(crate) left_ringing: usize,
}

/// How long phones took to ring, from the request.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Rings {
    /// How many rang.
    pub(crate) calls: usize,
    /// Milliseconds within which half of them did,
    pub(crate) p50_ms: f64,
    /// 99 of 100,
    pub(crate) p99_ms: f64,
    /// and all.
    pub(crate) most_ms: f64,
    /// How often the server had too much to do, and was asked again.
    pub(crate) turned_away: u32,
}

/// When somebody's call was asked for.
struct Asked {
    number: String,
    at: Timestamp,
    /// How often the server had too much to do.
    turned_away: u32,
}

/// Measures calls on this database.
pub(crate) fn calls(options: &Options, home: &mut Home) -> Result<Called, Fault> {
    let total = ALONE + options.calls;
    let call = home.call();
    let people = home.people(total)?;
    home.runtime().block_on(async {
        policy::set_preset(&call, None, Preset::Messenger, "bench").await?;
        home.seeder.phones(&people).await?;
        Ok::<_, Fault>(())
    })?;
    let phones = Phones::start(options)?;
    let server = Plan { calls: Some(phones.port), ..home.server(true) }.start()?;
    let work = ask(server.address, Arc::clone(&people), options.calls);
    let (alone, at_once) = load::runtime()?.block_on(work)?;
    let seen = phones.seen(usize::try_from(total)?, PATIENCE)?;
    home.settle(&people);
    server.stop()?;
    let called = Called {
        alone: rings(&alone, &seen),
        at_once: rings(&at_once, &seen),
        sold: SOLD,
        busiest: busiest(&seen),
        left_ringing: seen.calls - seen.ended.min(seen.calls),
    };
    let rang = called.alone.calls + called.at_once.calls;
    if rang != usize::try_from(total)? || seen.calls != rang {
        return Err(format!("{total} calls were asked for; {rang} phones rang, {} times", seen.calls).into());
    }
    Ok(called)
}

async fn ask(
    server: SocketAddr,
    people: Arc<Slice>,
    at_once: u32,
) -> Result<(Vec<Asked>, Vec<Asked>), Fault> {
    let mut alone = Vec::new();
    let mut connection = Connection::open(server).await?;
    for _ in 0..ALONE {
        alone.push(ask_one(&mut connection, &people).await?);
        tokio::time::sleep(GAP).await;
    }
    let together = Arc::new(Barrier::new(usize::try_from(at_once)?));
    let mut all = JoinSet::new();
    for _ in 0..at_once {
        let mut connection = Connection::open(server).await?;
        let (people, together) = (Arc::clone(&people), Arc::clone(&together));
        all.spawn(async move {
            together.wait().await;
            ask_one(&mut connection, &people).await
        });
    }
    let asked = all.join_all().await.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok((alone, asked))
}

async fn ask_one(connection: &mut Connection, people: &Slice) -> Result<Asked, Fault> {
    let mut worker = Worker::new(Deed::Call, people);
    if !worker.prepare() {
        return Err("nobody is left who could be called".into());
    }
    let person = worker.person().ok_or("nobody is left who could be called")?;
    let at = SystemClock.now();
    let mut turned_away = 0;
    while worker.send(connection).await?.status == 503 {
        turned_away += 1;
        if turned_away == MOST_TURNED_AWAY {
            return Err("a call was asked for again and again, and the server had too much to do".into());
        }
        tokio::time::sleep(GAP).await;
    }
    Ok(Asked { number: people::number(person.index), at, turned_away })
}

fn rings(asked: &[Asked], seen: &Seen) -> Rings {
    let since = |asked: &Asked| Some(seen.rang.get(&asked.number)?.since(asked.at).as_secs_f64() * 1000.0);
    let mut all: Vec<f64> = asked.iter().filter_map(since).collect();
    all.sort_by(f64::total_cmp);
    let within = |percent: usize| {
        let place = (all.len() * percent).div_ceil(100).saturating_sub(1);
        all.get(place).copied().unwrap_or_default()
    };
    Rings {
        calls: all.len(),
        p50_ms: within(50),
        p99_ms: within(99),
        most_ms: within(100),
        turned_away: asked.iter().map(|asked| asked.turned_away).sum(),
    }
}

/// The most calls that began within any second.
fn busiest(seen: &Seen) -> usize {
    let mut all: Vec<i64> = seen.rang.values().map(|at| at.as_millis()).collect();
    all.sort_unstable();
    let within =
        |(place, first): (usize, &i64)| all[place..].iter().take_while(|at| **at < first + 1000).count();
    all.iter().enumerate().map(within).max().unwrap_or_default()
}
