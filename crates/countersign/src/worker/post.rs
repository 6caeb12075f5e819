//! Sending letters: beside the jobs and on every replica, because a letter is claimed by one.
//!
//! A letter goes at least once. It is claimed, sent outside any transaction, and then ended or put off; who dies between
//! leaves a claim behind that ends by itself, and another replica sends the letter again, under the same Message-ID.

mod deliver;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use countersign_core::letter::{LetterBody, LetterKind};
use countersign_core::time::Timestamp;
use countersign_store::letter::{self, Claimed, LetterRow, LetterState};
use countersign_store::{StoreError, courier};
use tokio::sync::watch;
use tokio::task::JoinSet;

use self::deliver::{Delivery, Health};
use super::call;
use crate::app::App;
use crate::flow::outbox::{self, MAIL};
use crate::language::Language;
use crate::letters::{LetterStyle, Rendered, render};
use crate::observe::metrics;
use crate::time_source::Stopwatch;

/// How often the outbox is looked at when nobody calls: what another replica wrote, and what is tried again.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// The same while the database cannot be asked.
const LOOK_LATER: Duration = Duration::from_secs(2);
/// How long a letter is one replica's: longer than sending takes, which is 45 seconds at most.
const CLAIM_LASTS: Duration = Duration::from_mins(1);
/// Letters that are on their way at once.
const AT_ONCE: usize = 8;
/// How often letters whose time is over are given up, and the figures are read.
const TIDY_EVERY: Duration = Duration::from_secs(5);
/// Letters given up in one transaction.
const EXPIRE_BATCH: u32 = 100;
/// How often it is written down that mail goes as it went before.
const NOTE_EVERY: Duration = Duration::from_mins(1);
/// Failures in a row after which mail is taken to be down: one letter that is put off, as unknown senders often are, says
/// nothing of the others.
const DOWN_AFTER: u32 = 3;
/// How long letters on their way may take when the process is told to stop.
const LEAVE_WITHIN: Duration = Duration::from_secs(5);

/// Puts a letter into words.
type Renderer = fn(&LetterStyle, Language, LetterKind, u32, &LetterBody) -> Result<Rendered, askama::Error>;

/// The loop that sends.
pub(super) struct PostLoop {
    app: Arc<App>,
    style: Arc<LetterStyle>,
    render: Renderer,
    trusts_clock: Arc<AtomicBool>,
    uptime: Stopwatch,
    tidy_due: Duration,
    on_their_way: JoinSet<Health>,
    /// How mail went last, and when that was written down.
    noted: Option<(Health, Timestamp)>,
    /// Letters in a row that no server took.
    failures: u32,
    /// Whether the database did not answer at the last look.
    blind: bool,
}

impl PostLoop {
    /// `trusts_clock`: whether the clock is believed, so that what it says is over may be given up.
    pub(super) fn new(app: Arc<App>, trusts_clock: Arc<AtomicBool>) -> Self {
        Self::with(app, trusts_clock, render)
    }

    fn with(app: Arc<App>, trusts_clock: Arc<AtomicBool>, render: Renderer) -> Self {
        let style = Arc::new(LetterStyle::of(&app.settings));
        Self {
            app,
            style,
            render,
            trusts_clock,
            uptime: Stopwatch::start(),
            tidy_due: Duration::ZERO,
            on_their_way: JoinSet::new(),
            noted: None,
            failures: 0,
            blind: false,
        }
    }

    pub(super) async fn run(mut self, mut stopped: watch::Receiver<bool>) {
        let wake = Arc::clone(&self.app.deps.post_wake);
        while !*stopped.borrow_and_update() {
            self.look().await;
            let pause = if self.blind { LOOK_LATER } else { LOOK_EVERY };
            tokio::select! {
                // Nothing new can be taken on while all places are taken.
                () = wake.notified(), if self.free() > 0 => {}
                () = tokio::time::sleep(pause) => {}
                Some(done) = self.on_their_way.join_next() => self.note(done.ok()).await,
                _ = stopped.changed() => {}
            }
        }
        if tokio::time::timeout(LEAVE_WITHIN, self.finish()).await.is_err() {
            tracing::warn!(
                letters = self.on_their_way.len(),
                "letters were on their way when the server stopped; they are sent again within a minute"
            );
        }
    }

    /// Looks until nothing is due.
    pub(super) async fn once(mut self) {
        loop {
            self.look().await;
            if self.on_their_way.is_empty() {
                break;
            }
            self.finish().await;
        }
    }

    /// Waits for the letters on their way.
    async fn finish(&mut self) {
        while let Some(done) = self.on_their_way.join_next().await {
            self.note(done.ok()).await;
        }
    }

    fn free(&self) -> usize {
        AT_ONCE.saturating_sub(self.on_their_way.len())
    }

    async fn look(&mut self) {
        while let Some(done) = self.on_their_way.try_join_next() {
            self.note(done.ok()).await;
        }
        let mut outcome = self.send_due().await;
        if outcome.is_ok() && self.uptime.elapsed() >= self.tidy_due {
            self.tidy_due = self.uptime.elapsed() + TIDY_EVERY;
            outcome = self.tidy().await;
        }
        match outcome {
            Ok(()) => self.blind = false,
            Err(error) => {
                if !self.blind {
                    tracing::warn!(%error, "the outbox cannot be read; letters wait until it can");
                }
                self.blind = true;
            }
        }
    }

    /// Claims what is due, as far as there is room, and sends it off.
    async fn send_due(&mut self) -> Result<(), StoreError> {
        while self.free() > 0 && self.app.post.is_on() {
            let now = self.app.clock.now();
            if !letter::due(&mut self.app.deps.store.reader().await?, now).await? {
                break;
            }
            let claimed = self.claim(now).await?;
            if claimed.is_empty() {
                break;
            }
            for claimed in claimed {
                let delivery = Delivery {
                    app: Arc::clone(&self.app),
                    style: Arc::clone(&self.style),
                    render: self.render,
                };
                self.on_their_way.spawn(delivery.deliver(claimed));
            }
        }
        Ok(())
    }

    async fn claim(&self, now: Timestamp) -> Result<Vec<Claimed>, StoreError> {
        let most = u32::try_from(self.free()).unwrap_or(0);
        let data = (Arc::clone(&self.app.deps.keys), now, most);
        let job = self.app.deps.store.write(data, |tx, (keys, now, most)| {
            Box::pin(async move { letter::claim(tx, keys, *now, now.plus(CLAIM_LASTS), *most).await })
        });
        job.await
    }

    /// Gives up what is too late, loudly, and reads the figures.
    async fn tidy(&mut self) -> Result<(), StoreError> {
        while self.trusts_clock.load(Ordering::Relaxed) {
            let job = self.app.deps.store.write(call(&self.app, "post"), |tx, call| {
                Box::pin(async move {
                    let expired = letter::expire(tx, call.now, EXPIRE_BATCH).await?;
                    for row in &expired {
                        outbox::note_given_up(tx, call, row, LetterState::Expired).await?;
                    }
                    Ok::<_, StoreError>(expired)
                })
            });
            let expired = job.await?;
            for row in &expired {
                tell_expired(row);
            }
            if expired.len() < EXPIRE_BATCH as usize {
                break;
            }
        }
        let now = self.app.clock.now();
        let counts = letter::counts(&mut self.app.deps.store.reader().await?, now).await?;
        metrics::letters_waiting(counts.waiting, counts.oldest_waiting.map(|oldest| now.since(oldest)));
        Ok(())
    }

    /// Notes how mail goes: when that changes, and every minute.
    async fn note(&mut self, health: Option<Health>) {
        let health = match health {
            None | Some(Health::Unknown) => return,
            Some(known) => known,
        };
        let now = self.app.clock.now();
        let up = matches!(health, Health::Up);
        self.failures = if up { 0 } else { self.failures.saturating_add(1) };
        if !up && self.failures < DOWN_AFTER {
            return;
        }
        metrics::courier_up(MAIL, up);
        let before = self.noted.as_ref();
        let changed = before.is_none_or(|(before, _)| matches!(before, Health::Up) != up);
        if !changed && before.is_some_and(|(_, at)| now.since(*at) < NOTE_EVERY) {
            return;
        }
        match &health {
            Health::Down(reason) if changed => {
                tracing::error!(
                    courier = MAIL,
                    reason,
                    "letters cannot be sent and wait; see countersign doctor"
                );
            }
            Health::Up if changed && before.is_some() => {
                tracing::info!(courier = MAIL, "letters are sent again");
            }
            _ => {}
        }
        let job = self.app.deps.store.write((health.clone(), now), |tx, (health, now)| {
            Box::pin(async move {
                match health {
                    Health::Down(reason) => courier::failed(tx, MAIL, *now, reason).await,
                    _ => courier::worked(tx, MAIL, *now).await,
                }
            })
        });
        match job.await {
            Ok(()) => self.noted = Some((health, now)),
            Err(error) => tracing::warn!(%error, "how mail goes was not noted"),
        }
    }
}

/// Nobody gets this letter any more, so whoever runs the server has to hear of it.
fn tell_expired(row: &LetterRow) {
    metrics::letter(row.kind.as_str(), "expired");
    tracing::error!(
        letter = %row.id, kind = row.kind.as_str(), outcome = "expired", attempts = row.attempts,
        reason = row.last_error.as_deref().unwrap_or("it was never tried"), "a letter was given up: its time is over"
    );
}

#[cfg(test)]
mod tests;
