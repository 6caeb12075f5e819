//! Browsers that wait for somebody to answer in Telegram: told by server-sent events as it happens, or when they ask.
//!
//! Waiting changes nothing and spends nothing: it only says when to go on. Between two looks no connection to the database
//! is held, and how many may wait at once is bounded for a challenge and for the process.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use countersign_core::secret::Token;
use futures_util::stream;
use serde::Serialize;
use tokio::sync::watch;

use super::problem::{self, Problem, Retry};
use crate::app::App;
use crate::flow::second_step::{self, ChallengeView, Wait};
use crate::flow::telegram::view::Stage;
use crate::flow::{Call, FlowError};

/// How often it is looked whether somebody has answered.
const EVERY: Duration = Duration::from_secs(1);

/// Looks between two at how far the question is; whether it was answered is looked at every time.
const STAGE_EVERY: u32 = 5;

/// Looks of one connection: two minutes. A browser comes again by itself.
const MOST_LOOKS: u32 = 120;

/// Something is said at least this often, so that no proxy takes the connection for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Connections of one challenge: a person's tabs.
const MOST_OF_ONE: usize = 4;

/// Connections of this process. Whoever comes then asks from time to time instead.
const MOST: usize = 500;

/// Who waits at this process. One for its life.
#[derive(Default)]
pub struct Waiting {
    seats: Mutex<HashMap<[u8; 32], usize>>,
    closing: watch::Sender<bool>,
}

impl Waiting {
    /// The process stops: nobody waits any longer, so that its other requests need not wait for them.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// A place to wait at; `None` where all are taken.
    fn seat(self: &Arc<Self>, of: [u8; 32]) -> Option<Seat> {
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
    of: [u8; 32],
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
}

impl Told {
    fn of(wait: Wait, stage: Option<Stage>) -> Self {
        let state = match wait {
            Wait::Still => "still",
            Wait::Confirmed => "confirmed",
            Wait::Refused => "refused",
            Wait::Over => "over",
        };
        Self { state, stage: stage.filter(|_| wait == Wait::Still).map(stage_name) }
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

/// How it stands now.
///
/// # Errors
///
/// When the database could not be asked.
pub async fn look(call: &Call, token: &Token) -> Result<Told, FlowError> {
    let wait = second_step::wait(call, token).await?;
    if wait != Wait::Still {
        return Ok(Told::of(wait, None));
    }
    match second_step::view(call, token).await {
        Ok(view) => Ok(Told::of(wait, stage_of(&view))),
        // It ended between the two looks, or by something else than an answer: a new password, say.
        Err(FlowError::NotFound) => Ok(Told::of(Wait::Over, None)),
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
/// [`problem::BUSY`] where as many wait as may: ask from time to time instead.
pub fn events(app: &Arc<App>, call: Call, token: Token) -> Result<Response, Problem> {
    let busy = || Problem::new(&problem::BUSY).retry(Retry::After(EVERY));
    let seat = app.waiting.seat(token.hash()).ok_or_else(busy)?;
    let watched = Watched { app: Arc::clone(app), call, token, _seat: seat, looks: 0, told: None };
    let told = stream::unfold(watched, |watched| async move { watched.next().await });
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
    _seat: Seat,
    looks: u32,
    told: Option<Told>,
}

impl Watched {
    /// The next event; `None`: there is nothing more to tell.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        let mut closing = self.app.waiting.closing.subscribe();
        loop {
            if self.told.is_some_and(|told| told.state != "still") || self.looks >= MOST_LOOKS {
                return None;
            }
            if self.looks > 0 {
                tokio::select! {
                    () = tokio::time::sleep(EVERY) => {}
                    _ = closing.wait_for(|closing| *closing) => return None,
                }
            }
            // An error ends the connection: the browser comes again, and is told by a status what is wrong.
            let told = self.look().await.ok()?;
            self.looks += 1;
            if self.told.replace(told) != Some(told) {
                return Some((Ok(told.event()), self));
            }
        }
    }

    async fn look(&self) -> Result<Told, FlowError> {
        let call = Call { now: self.app.clock.now(), ..self.call.clone() };
        let on_its_way = self.told.is_none_or(|told| told.stage == Some(stage_name(Stage::OnItsWay)));
        if on_its_way || self.looks.is_multiple_of(STAGE_EVERY) {
            return look(&call, &self.token).await;
        }
        match (second_step::wait(&call, &self.token).await?, self.told) {
            (Wait::Still, Some(told)) => Ok(told),
            (wait, _) => Ok(Told::of(wait, None)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_wait_as_there_are_places_and_each_is_free_again() {
        let waiting = Arc::new(Waiting::default());
        let mine: Vec<Seat> = (0..MOST_OF_ONE).map(|_| waiting.seat([1; 32]).unwrap()).collect();
        assert!(waiting.seat([1; 32]).is_none());
        let number = |at: usize| {
            let mut of = [0; 32];
            of[..8].copy_from_slice(&(at as u64 + 2).to_be_bytes());
            of
        };
        let others: Vec<Seat> = (0..MOST - MOST_OF_ONE).map(|at| waiting.seat(number(at)).unwrap()).collect();
        assert!(waiting.seat([2; 32]).is_none());
        drop(mine);
        let again = waiting.seat([1; 32]).unwrap();
        drop((others, again));
        assert!(waiting.seats.lock().unwrap().is_empty());
        waiting.close();
        assert!(waiting.seat([1; 32]).is_none());
    }
}
