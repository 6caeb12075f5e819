//! Sending Telegram messages, calls and SMS: on every replica, as each dispatch is claimed by one.
//!
//! Each channel has a lane of its own, so that calls that ring keep no message waiting. An SMS or a call goes at most once:
//! claiming it commits that it was attempted. A Telegram message goes at least once.

mod fate;
mod send;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use countersign_core::id::DispatchId;
use countersign_core::phone::PhoneNumber;
use countersign_courier::sms::{Receipt, ReceiptState};
use countersign_store::StoreError;
use countersign_store::dispatch::DispatchState;
use countersign_store::dispatch::{self, Channel, Claimed, DispatchRow};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinSet;

use self::send::{Delivery, Lesson};
use super::call;
use crate::app::App;
use crate::flow::FlowError;
use crate::flow::dispatch::give_up;
use crate::letters::LetterStyle;
use crate::observe::metrics;
use crate::time_source::Stopwatch;

/// How often the outbox is looked at when nobody calls: what another replica wrote, and what is tried again.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// The same while the database cannot be asked.
const LOOK_LATER: Duration = Duration::from_secs(2);
/// How often what is over is given up, and the figures are read.
const TIDY_EVERY: Duration = Duration::from_secs(5);
/// How often it is looked, while phones ring, whether their codes were answered: on whichever replica that was.
const HANG_UP_EVERY: Duration = Duration::from_millis(500);
/// Dispatches given up in one transaction.
const BATCH: u32 = 100;
/// How long whatever is on its way may take when the process is told to stop; hanging up takes five seconds at most.
const LEAVE_WITHIN: Duration = Duration::from_secs(6);
/// Messages in chats that are on their way at once: Telegram takes some thirty a second.
const CHATS_AT_ONCE: usize = 8;
/// SMS that are on their way at once.
const SMS_AT_ONCE: usize = 32;
/// Calls at once: as many as 40 trunks of the usual speed keep ringing.
const CALLS_AT_ONCE: usize = 400;
/// How long a message is one replica's: longer than sending takes, which is 10 seconds at most.
const CHAT_CLAIM: Duration = Duration::from_secs(30);
/// How long an SMS is: every route may take a minute.
const SMS_CLAIM: Duration = Duration::from_mins(5);
/// How much longer a call is than its trunks may take: it waits for its turn there.
const CALL_CLAIM: Duration = Duration::from_mins(2);
/// How often a receipt is looked up that came before its SMS was written down, and how long after the first time.
const RECEIPT_TRIES: u32 = 6;
const RECEIPT_AGAIN: Duration = Duration::from_millis(500);
/// Receipts that are written down at once. With every place taken the others wait where the couriers put them.
const RECEIPTS_AT_ONCE: usize = 64;

/// The loop that sends.
pub(super) struct DispatchLoop {
    app: Arc<App>,
    style: Arc<LetterStyle>,
    trusts_clock: Arc<AtomicBool>,
    uptime: Stopwatch,
    tidy_due: Duration,
    lanes: [Lane; 3],
    /// The calls that this replica makes, and what tells each that nobody needs it any more.
    ringing: BTreeMap<DispatchId, Arc<Notify>>,
    hang_up_due: Duration,
    /// Whether the database did not answer at the last look.
    blind: bool,
}

/// What is on its way by one channel.
struct Lane {
    channel: Channel,
    at_once: usize,
    /// How many may be claimed in a second, where that is limited.
    a_second: Option<u32>,
    /// How many of these are left, and when it was counted last.
    left: f64,
    counted: Duration,
    on_their_way: JoinSet<Lesson>,
    /// Whether the other side asked for silence: one at a time then, until one is taken.
    is_slow: bool,
}

impl Lane {
    fn new(channel: Channel, at_once: usize, a_second: Option<u32>) -> Self {
        let left = f64::from(a_second.unwrap_or(0));
        let on_their_way = JoinSet::new();
        Self { channel, at_once, a_second, left, counted: Duration::ZERO, on_their_way, is_slow: false }
    }

    /// How many may be claimed now.
    fn free(&mut self, up: Duration) -> usize {
        let at_once = if self.is_slow { 1 } else { self.at_once };
        let room = at_once.saturating_sub(self.on_their_way.len());
        let Some(a_second) = self.a_second.map(f64::from) else { return room };
        self.left = (self.left + a_second * up.saturating_sub(self.counted).as_secs_f64()).min(a_second);
        self.counted = up;
        let turns =
            (1..=room).take_while(|turn| u32::try_from(*turn).is_ok_and(|turn| f64::from(turn) <= self.left));
        turns.last().unwrap_or(0)
    }

    fn take(&mut self, count: usize) {
        self.left -= u32::try_from(count).map_or(0.0, f64::from);
    }

    fn learn(&mut self, lesson: Option<Lesson>) {
        match lesson {
            Some(Lesson::Taken) => self.is_slow = false,
            Some(Lesson::Slower) => self.is_slow = true,
            Some(Lesson::None) | None => {}
        }
    }
}

impl DispatchLoop {
    /// `trusts_clock`: whether the clock is believed, so that what it says is over may be given up.
    pub(super) fn new(app: Arc<App>, trusts_clock: Arc<AtomicBool>) -> Self {
        let style = Arc::new(LetterStyle::of(&app.settings));
        let calls_a_second = app.settings.calls.as_ref().map(crate::config::CallSettings::calls_per_second);
        let lanes = [
            Lane::new(Channel::Telegram, CHATS_AT_ONCE, None),
            Lane::new(Channel::Sms, SMS_AT_ONCE, None),
            Lane::new(Channel::Call, CALLS_AT_ONCE, calls_a_second),
        ];
        let uptime = Stopwatch::start();
        Self {
            app,
            style,
            trusts_clock,
            uptime,
            tidy_due: Duration::ZERO,
            lanes,
            ringing: BTreeMap::new(),
            hang_up_due: Duration::ZERO,
            blind: false,
        }
    }

    pub(super) async fn run(mut self, mut stopped: watch::Receiver<bool>) {
        let receipts = self.open().await;
        let wake = Arc::clone(&self.app.deps.dispatch_wake);
        while !*stopped.borrow_and_update() {
            self.look().await;
            let pause = if self.blind { LOOK_LATER } else { LOOK_EVERY };
            let [chats, sms, calls] = &mut self.lanes;
            tokio::select! {
                () = wake.notified() => {}
                () = tokio::time::sleep(pause) => {}
                Some(done) = chats.on_their_way.join_next() => chats.learn(done.ok()),
                Some(done) = sms.on_their_way.join_next() => sms.learn(done.ok()),
                Some(done) = calls.on_their_way.join_next() => calls.learn(done.ok()),
                _ = stopped.changed() => {}
            }
        }
        // What rings is hung up, and what became of it is written down.
        let (left, ()) = tokio::join!(
            tokio::time::timeout(LEAVE_WITHIN, finish(&mut self.lanes)),
            self.app.phones.calls.shutdown()
        );
        if left.is_err() {
            tracing::warn!(
                "messages were on their way when the server stopped; which of them went is not known"
            );
        }
        if let Some(receipts) = receipts {
            receipts.abort();
        }
        self.app.phones.sms.close(LEAVE_WITHIN).await;
    }

    /// Opens the routes for SMS and listens for their receipts.
    async fn open(&self) -> Option<tokio::task::JoinHandle<()>> {
        if self.is_on(Channel::Call) || self.is_on(Channel::Sms) {
            // The numbering plans are read with the first number: not while somebody waits for a call.
            drop(tokio::task::spawn_blocking(|| PhoneNumber::stored("+4930123456")));
        }
        if let Err(error) = self.app.phones.sms.open().await {
            tracing::error!(%error, "SMS cannot be sent with these settings");
        }
        let receipts = self.app.phones.sms.receipts().await?;
        Some(tokio::spawn(listen(Arc::clone(&self.app), receipts)))
    }

    /// Looks until nothing is due.
    pub(super) async fn once(mut self) {
        loop {
            self.look().await;
            if self.lanes.iter().all(|lane| lane.on_their_way.is_empty()) {
                break;
            }
            finish(&mut self.lanes).await;
        }
    }

    async fn look(&mut self) {
        for lane in &mut self.lanes {
            while let Some(done) = lane.on_their_way.try_join_next() {
                lane.learn(done.ok());
            }
        }
        let mut outcome = self.send_due().await.map_err(FlowError::from);
        if outcome.is_ok() {
            outcome = self.hang_up_answered().await.map_err(FlowError::from);
        }
        if outcome.is_ok() && self.uptime.elapsed() >= self.tidy_due {
            self.tidy_due = self.uptime.elapsed() + TIDY_EVERY;
            outcome = self.tidy().await;
        }
        match outcome {
            Ok(()) => self.blind = false,
            Err(error) => {
                if !self.blind {
                    tracing::warn!(%error, "what is to be sent cannot be read; it waits until it can");
                }
                self.blind = true;
            }
        }
    }

    fn is_on(&self, channel: Channel) -> bool {
        match channel {
            Channel::Telegram => self.app.messenger.is_on(),
            Channel::Sms => self.app.phones.sms.is_on(),
            Channel::Call => self.app.phones.calls.is_on(),
        }
    }

    /// Claims what is due, as far as there is room, and sends it off.
    async fn send_due(&mut self) -> Result<(), StoreError> {
        for index in 0..self.lanes.len() {
            let channel = self.lanes[index].channel;
            let free = self.lanes[index].free(self.uptime.elapsed());
            if free == 0 || !self.is_on(channel) {
                continue;
            }
            let now = self.app.clock.now();
            if !dispatch::due(&mut self.app.deps.store.reader().await?, channel, now).await? {
                continue;
            }
            let claimed = self.claim(channel, free).await?;
            self.lanes[index].take(claimed.len());
            for claimed in claimed {
                let (app, style, done) =
                    (Arc::clone(&self.app), Arc::clone(&self.style), Arc::<Notify>::default());
                if channel == Channel::Call {
                    self.ringing.insert(claimed.row.id, Arc::clone(&done));
                }
                self.lanes[index].on_their_way.spawn(Delivery { app, style, done }.deliver(claimed));
            }
        }
        Ok(())
    }

    /// Hangs up what still rings though its code was answered.
    async fn hang_up_answered(&mut self) -> Result<(), StoreError> {
        self.ringing.retain(|_, done| Arc::strong_count(done) > 1);
        let up = self.uptime.elapsed();
        if self.ringing.is_empty() || up < self.hang_up_due {
            return Ok(());
        }
        self.hang_up_due = up + HANG_UP_EVERY;
        let answered = dispatch::answered(&mut self.app.deps.store.reader().await?).await?;
        for done in answered.iter().filter_map(|id| self.ringing.get(id)) {
            done.notify_one();
        }
        Ok(())
    }

    async fn claim(&self, channel: Channel, most: usize) -> Result<Vec<Claimed>, StoreError> {
        let calls = self.app.settings.calls.as_ref();
        let lasts = match channel {
            Channel::Telegram => CHAT_CLAIM,
            Channel::Sms => SMS_CLAIM,
            Channel::Call => {
                CALL_CLAIM + calls.map(crate::config::CallSettings::longest_call).unwrap_or_default()
            }
        };
        let (now, most) = (self.app.clock.now(), u32::try_from(most).unwrap_or(u32::MAX));
        let data = (Arc::clone(&self.app.deps.keys), channel, now, now.plus(lasts), most);
        let job = self.app.deps.store.write(data, |tx, (keys, channel, now, until, most)| {
            Box::pin(async move { dispatch::claim(tx, keys, *channel, *now, *until, *most).await })
        });
        job.await
    }

    /// Gives up what is too late, loudly, and reads the figures.
    async fn tidy(&mut self) -> Result<(), FlowError> {
        while self.trusts_clock.load(Ordering::Relaxed) {
            let given_up = give_up(&call(&self.app, "dispatch"), BATCH).await?;
            for row in &given_up {
                tell_given_up(row);
            }
            if given_up.len() < BATCH as usize {
                break;
            }
        }
        let now = self.app.clock.now();
        let mut db = self.app.deps.store.reader().await?;
        for &channel in Channel::ALL {
            let oldest = dispatch::oldest_due(&mut db, channel, now).await?;
            metrics::dispatches_oldest(channel.as_str(), oldest.map(|oldest| now.since(oldest)));
        }
        Ok(())
    }
}

/// Waits for whatever is on its way.
async fn finish(lanes: &mut [Lane; 3]) {
    for lane in lanes {
        while let Some(done) = lane.on_their_way.join_next().await {
            lane.learn(done.ok());
        }
    }
}

/// Nobody gets this any more, so whoever runs the server has to hear of it.
fn tell_given_up(row: &DispatchRow) {
    let (channel, kind) = (row.channel.as_str(), row.kind.as_str());
    let outcome = if row.state == DispatchState::Expired { "expired" } else { "lost" };
    metrics::dispatch(channel, outcome);
    tracing::error!(
        dispatch = %row.id, channel, kind, outcome, attempts = row.attempts,
        reason = row.outcome.as_deref().unwrap_or("it was never tried"),
        "a Telegram message, a call or an SMS was given up"
    );
}

/// Writes down what receipts say.
async fn listen(app: Arc<App>, mut receipts: mpsc::Receiver<Receipt>) {
    let mut notes = JoinSet::new();
    loop {
        let has_room = notes.len() < RECEIPTS_AT_ONCE;
        let receipt = tokio::select! {
            Some(_) = notes.join_next() => continue,
            receipt = receipts.recv(), if has_room => receipt,
        };
        let Some(receipt) = receipt else { break };
        let (state, outcome) = match receipt.state {
            ReceiptState::Delivered => (DispatchState::Delivered, "delivered"),
            ReceiptState::Undeliverable => (DispatchState::Failed, "undeliverable"),
            ReceiptState::Expired => (DispatchState::Failed, "expired-there"),
            ReceiptState::Rejected => (DispatchState::Failed, "rejected"),
            ReceiptState::Accepted | ReceiptState::Unknown => continue,
        };
        metrics::dispatch(Channel::Sms.as_str(), outcome);
        notes.spawn(note(Arc::clone(&app), receipt, (state, outcome)));
    }
    while notes.join_next().await.is_some() {}
}

/// A receipt may be faster than what writes down that its SMS was taken.
async fn note(app: Arc<App>, receipt: Receipt, what: (DispatchState, &'static str)) {
    let mut pause = RECEIPT_AGAIN;
    let mut names = vec![receipt.message_id];
    names.extend(receipt.also);
    let route = receipt.route;
    for _ in 0..RECEIPT_TRIES {
        let data = (route.clone(), names.clone(), what, app.clock.now());
        let job = app.deps.store.write(data, |tx, (route, names, what, now)| {
            Box::pin(async move {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                dispatch::receipt(tx, route, &names, *what, *now).await
            })
        });
        match job.await {
            Ok(true) => return,
            Ok(false) => {}
            Err(error) => tracing::debug!(%error, "a receipt was not written down yet"),
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
    tracing::debug!(route, "a receipt belongs to no SMS that is known here");
}

#[cfg(test)]
mod tests;
