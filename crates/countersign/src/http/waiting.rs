//! Browsers that wait for somebody to answer in Telegram: told by server-sent events as it happens, or when they ask.
//!
//! Waiting changes nothing and spends nothing: it only says when to go on. A place is for whoever waits for something: a
//! challenge that is over, or that there never was, is told at once. Between two looks no connection to the database is held,
//! and how many may wait at once is bounded for an account and for the process. A place is given back after two minutes, whether
//! or not anybody reads what is told.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use countersign_core::id::AccountId;
use countersign_core::secret::Token;
use countersign_core::time::Timestamp;
use futures_util::stream;
use serde::Serialize;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use super::problem::{self, Problem, Retry};
use crate::app::App;
use crate::flow::second_step::{self, ChallengeView, Wait, Waited};
use crate::flow::telegram::view::Stage;
use crate::flow::{Call, FlowError};

/// How often it is looked whether somebody has answered.
const EVERY: Duration = Duration::from_secs(1);

/// Looks between two at how far the question is; whether it was answered is looked at every time.
const STAGE_EVERY: u32 = 5;

/// How long one connection is told. A browser comes again by itself.
const LONGEST: Duration = Duration::from_mins(2);

/// Something is said at least this often, so that no proxy takes the connection for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Connections of one account: a person's browsers and tabs.
const MOST_OF_ONE: usize = 4;

/// Connections of this process. Whoever comes then asks from time to time instead.
const MOST: usize = 500;

/// Who waits at this process. One for its life.
#[derive(Default)]
pub struct Waiting {
    seats: Mutex<HashMap<AccountId, usize>>,
    closing: watch::Sender<bool>,
}

impl Waiting {
    /// The process stops: nobody waits any longer, so that its other requests need not wait for them.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// How many places are taken now.
    pub fn taken(&self) -> usize {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }

    /// A place to wait at; `None` where all are taken.
    fn seat(self: &Arc<Self>, of: AccountId) -> Option<Seat> {
        let mut seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, mine) = (seats.values().sum::<usize>(), seats.get(&of).copied().unwrap_or_default());
        if all >= MOST || mine >= MOST_OF_ONE || *self.closing.borrow() {
            return None;
        }
        seats.insert(of, mine + 1);
        drop(seats);
        Some(Seat { waiting: Arc::clone(self), of })
    }
}

/// Free again once it is dropped, however the connection ended.
struct Seat {
    waiting: Arc<Waiting>,
    of: AccountId,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = self.waiting.seats.lock().unwrap_or_else(PoisonError::into_inner);
        let left = seats.get(&self.of).map_or(0, |mine| mine.saturating_sub(1));
        if left == 0 {
            seats.remove(&self.of);
        } else {
            seats.insert(self.of, left);
        }
    }
}

/// What whoever waits is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// `still`, `confirmed`, `refused` or `over`.
    pub state: &'static str,
    /// How far the question is, while it waits and one was asked.
    pub stage: Option<&'static str>,
    /// Which round of questions counts, while it waits and one was asked: the milliseconds since 1970 when it began.
    pub round: Option<i64>,
}

impl Told {
    fn of(waited: Waited, stage: Option<Stage>) -> Self {
        let still = waited.wait == Wait::Still;
        let word = match waited.wait {
            Wait::Still => "still",
            Wait::Confirmed => "confirmed",
            Wait::Refused => "refused",
            Wait::Over => "over",
        };
        let round = waited.asked_at.filter(|_| still).map(Timestamp::as_millis);
        Self { state: word, stage: stage.filter(|_| still).map(stage_name), round }
    }

    fn is_still(self) -> bool {
        self.state == "still"
    }

    fn event(self) -> Event {
        Event::default()
            .event(self.state)
            .json_data(self)
            .unwrap_or_else(|_| Event::default().event(self.state))
    }
}

/// The name of a stage in JSON, events and pages.
const fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::OnItsWay => "on-its-way",
        Stage::Sent => "sent",
        Stage::NotDelivered => "not-delivered",
        Stage::Blocked => "blocked",
        Stage::Confirmed => "confirmed",
        Stage::Late => "late",
    }
}

fn stage_of(view: &ChallengeView) -> Option<Stage> {
    view.telegram.as_ref()?.asked.as_ref().map(|asked| asked.stage)
}

/// What was seen.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// What is told of it.
    pub told: Told,
    /// Whose challenge it is; `None`: there is none.
    account: Option<AccountId>,
}

/// How it stands now.
///
/// # Errors
///
/// When the database could not be asked.
pub async fn look(call: &Call, token: &Token) -> Result<Seen, FlowError> {
    let waited = second_step::wait(call, token).await?;
    let seen = |waited, stage| Seen { told: Told::of(waited, stage), account: waited.account };
    if waited.wait != Wait::Still {
        return Ok(seen(waited, None));
    }
    match second_step::view(call, token).await {
        Ok(view) => Ok(seen(waited, stage_of(&view))),
        // It ended between the two looks, or by something else than an answer: a new password, say.
        Err(FlowError::NotFound) => Ok(seen(Waited { wait: Wait::Over, ..waited }, None)),
        Err(error) => Err(error),
    }
}

/// Whether the browser asks for events; everybody else is told how it stands now.
pub fn wants_events(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).is_some_and(|kinds| kinds.as_bytes().starts_with(b"text/event-stream"))
}

/// Tells by events how it goes on, until the challenge ends.
///
/// # Errors
///
/// [`problem::BUSY`] where as many wait as may: ask from time to time instead. When the database could not be asked.
pub async fn events(app: &Arc<App>, call: Call, token: Token) -> Result<Response, Problem> {
    let seen = look(&call, &token).await?;
    let (teller, heard) = mpsc::channel(1);
    match seen.account.filter(|_| seen.told.is_still()) {
        Some(account) => {
            let busy = || Problem::new(&problem::BUSY).retry(Retry::After(EVERY));
            let seat = app.waiting.seat(account).ok_or_else(busy)?;
            let watched = Watched { app: Arc::clone(app), call, token, looks: 0, told: seen.told };
            tokio::spawn(async move {
                // What is told waits for whoever hears it, but not for ever: nobody keeps a place by not listening.
                let _over = timeout(LONGEST, watched.tell(teller)).await;
                drop(seat);
            });
        }
        // Nothing to wait for, and the only thing there is to tell.
        None => drop(teller.try_send(seen.told)),
    }
    let told = stream::unfold(heard, |mut heard: mpsc::Receiver<Told>| async move {
        let told = heard.recv().await?;
        Some((Ok::<_, Infallible>(told.event()), heard))
    });
    let events = Sse::new(told).keep_alive(KeepAlive::new().interval(HEARTBEAT));
    // What nginx and its like take as the wish not to hold events back.
    let headers = [
        (CONTENT_TYPE.as_str(), "text/event-stream; charset=utf-8"),
        (CACHE_CONTROL.as_str(), "no-store"),
        ("x-accel-buffering", "no"),
    ];
    Ok((headers, events).into_response())
}

/// A challenge that somebody watches.
struct Watched {
    app: Arc<App>,
    call: Call,
    token: Token,
    looks: u32,
    told: Told,
}

impl Watched {
    /// Tells how it stands and whatever changes, until there is nothing more to tell, nobody hears it, or the process stops.
    async fn tell(mut self, teller: mpsc::Sender<Told>) {
        let mut closing = self.app.waiting.closing.subscribe();
        loop {
            if teller.send(self.told).await.is_err() {
                return;
            }
            let told = tokio::select! {
                told = self.changed() => told,
                () = teller.closed() => return,
                _ = closing.wait_for(|closing| *closing) => return,
            };
            // An error ends the connection: the browser comes again, and is told by a status what is wrong.
            let Ok(told) = told else { return };
            self.told = told;
            if !told.is_still() {
                let _heard = teller.send(told).await;
                return;
            }
        }
    }

    /// How it stands once it stands otherwise.
    async fn changed(&mut self) -> Result<Told, FlowError> {
        loop {
            sleep(EVERY).await;
            self.looks += 1;
            let told = self.look().await?;
            if told != self.told {
                return Ok(told);
            }
        }
    }

    async fn look(&self) -> Result<Told, FlowError> {
        let call = Call { now: self.app.clock.now(), ..self.call.clone() };
        let on_its_way = self.told.stage == Some(stage_name(Stage::OnItsWay));
        if on_its_way || self.looks.is_multiple_of(STAGE_EVERY) {
            return Ok(look(&call, &self.token).await?.told);
        }
        let waited = second_step::wait(&call, &self.token).await?;
        let told = Told::of(waited, None);
        if told.is_still() && told.round == self.told.round {
            return Ok(self.told);
        }
        // Another question, or an answer.
        Ok(look(&call, &self.token).await?.told)
    }
}

#[cfg(test)]
mod tests {
    use countersign_core::audit::Actor;
    use countersign_core::testing::CountingEntropy;

    use super::*;
    use crate::app::testing;

    fn account(at: u64) -> AccountId {
        AccountId::new(Timestamp::from_millis(0), &CountingEntropy::new(at))
    }

    #[test]
    fn as_many_wait_as_there_are_places_and_each_is_free_again() {
        let waiting = Arc::new(Waiting::default());
        let ada = account(1);
        let mine: Vec<Seat> = (0..MOST_OF_ONE).map(|_| waiting.seat(ada).unwrap()).collect();
        assert!(waiting.seat(ada).is_none());
        let others = MOST - MOST_OF_ONE;
        let others: Vec<Seat> =
            (0..others).map(|at| waiting.seat(account(100 + at as u64)).unwrap()).collect();
        assert!(waiting.seat(account(2)).is_none());
        drop(mine);
        let again = waiting.seat(ada).unwrap();
        drop((others, again));
        assert_eq!(waiting.taken(), 0);
        waiting.close();
        assert!(waiting.seat(ada).is_none());
    }

    #[tokio::test]
    async fn what_never_was_is_told_at_once_and_takes_no_place() {
        let (app, _folder) = testing::app("").await;
        let mut unread = Vec::new();
        for _ in 0..=MOST_OF_ONE {
            let call = app.call(Actor::Stranger, "test");
            let made_up = Token::new(call.entropy());
            unread.push(events(&app, call, made_up).await.unwrap());
            assert_eq!(app.waiting.taken(), 0);
        }
        for answer in unread {
            let told = axum::body::to_bytes(answer.into_body(), 1_000).await.unwrap();
            assert!(told.starts_with(b"event: over"), "{told:?}");
        }
    }
}
