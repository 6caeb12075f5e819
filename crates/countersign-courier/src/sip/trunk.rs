//! One trunk: whose turn it is, which address it is reached at, and whether it ever took a call.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::digest::Login;
use super::line::{Event, Line};
use super::message::{Order, Question};
use super::outcome::{CallOutcome, Ended, Heard};
use super::place::Place;
use super::settings::Setting;
use super::stack::{StackLine, Way};
use super::{SipFault, Transport, TrunkSettings, call, tls};

/// A trunk and the way to it.
pub(super) struct Trunk {
    settings: TrunkSettings,
    place: Place,
    way: Arc<Way>,
    line: tokio::sync::Mutex<Option<Arc<StackLine>>>,
    next_turn: Mutex<Option<Instant>>,
    /// It told of progress at least once, so it accepts the login.
    is_proven: AtomicBool,
}

impl Trunk {
    pub(super) fn new(settings: TrunkSettings) -> Result<Self, SipFault> {
        settings.check()?;
        let verifier = (settings.transport == Transport::Tls)
            .then(|| tls::verifier(settings.roots.as_deref()))
            .map(|verifier| {
                verifier.ok_or_else(|| SipFault::Setting {
                    trunk: settings.name.clone(),
                    setting: Setting::Roots,
                })
            })
            .transpose()?;
        let place = Place::new(&settings);
        let way = Arc::new(Way { transport: settings.transport, host: place.host().to_owned(), verifier });
        Ok(Self {
            settings,
            place,
            way,
            line: tokio::sync::Mutex::default(),
            next_turn: Mutex::default(),
            is_proven: AtomicBool::new(false),
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.settings.name
    }

    pub(super) const fn settings(&self) -> &TrunkSettings {
        &self.settings
    }

    /// Calls once. `hang_up` ends it at any time, `rings` is told of the first 180.
    pub(super) async fn call(
        &self,
        order: Order,
        hang_up: &CancellationToken,
        rings: &mpsc::UnboundedSender<()>,
    ) -> Ended {
        let ready = async {
            let Some(turn) = self.turn() else { return Err(CallOutcome::TrunkOverload) };
            tokio::time::sleep_until(turn).await;
            self.line().await.map_err(|_| CallOutcome::Transport)
        };
        let line = tokio::select! {
            line = ready => line,
            () = hang_up.cancelled() => Err(CallOutcome::Transport),
        };
        match line {
            Ok(line) => {
                let ended = call::run(Arc::clone(&line), order, &self.is_proven, hang_up, rings).await;
                if ended.outcome == CallOutcome::Timeout && !ended.may_have_rung && !hang_up.is_cancelled() {
                    self.falls_silent(&line).await;
                }
                ended
            }
            Err(outcome) => Heard::default().ended(outcome),
        }
    }

    /// When the next call may begin; nothing when that is too far away. Whoever asks has taken the turn.
    fn turn(&self) -> Option<Instant> {
        let now = Instant::now();
        let mut next = self.next_turn.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = next.map_or(now, |next| next.max(now));
        if turn > now + self.settings.max_wait {
            return None;
        }
        *next = Some(turn + Duration::from_secs(1) / self.settings.calls_per_second);
        Some(turn)
    }

    /// The way to the trunk, opened where it is not. All calls share it. While one opens it the others wait.
    async fn line(&self) -> Result<Arc<StackLine>, String> {
        let addresses = self.place.addresses().await?;
        let mut line = self.line.lock().await;
        if let Some(current) = line.as_ref().filter(|line| addresses.contains(&line.remote()))
            && current.is_ready().await
        {
            return Ok(Arc::clone(current));
        }
        *line = None;
        let mut fault = "its name leads to no address".to_owned();
        for address in addresses {
            match StackLine::open(Arc::clone(&self.way), address).await {
                Ok(opened) => {
                    *line = Some(Arc::clone(&opened));
                    return Ok(opened);
                }
                Err(reason) => fault = reason,
            }
        }
        Err(fault)
    }

    /// Nothing came this way. Another address may do, or a new connection: a dead one looks like one where nobody talks.
    async fn falls_silent(&self, silent: &Arc<StackLine>) {
        self.place.falls_silent(silent.remote());
        self.line.lock().await.take_if(|line| Arc::ptr_eq(line, silent));
    }

    /// Whether it would take calls.
    pub(super) async fn probe(&self) -> Result<(), String> {
        let limit = self.settings.max_wait;
        let asked = tokio::time::timeout(limit, self.ask());
        asked.await.unwrap_or_else(|_| Err(format!("no answer within {} s", limit.as_secs())))
    }

    async fn ask(&self) -> Result<(), String> {
        let line = self.line().await?;
        let question = Question::new(&self.settings);
        let mut answered = call::Answered::default();
        for sequence in 1.. {
            let credentials = answered.headers();
            let mut exchange = line.send(|origin| question.options(origin, sequence, &credentials)).await?;
            let answer = loop {
                match exchange.next().await {
                    Some(Event::Answer(answer)) if answer.is_provisional() => {}
                    Some(Event::Answer(answer)) => break answer,
                    Some(Event::TimedOut) | None => return Err("no answer".to_owned()),
                    Some(Event::Lost) => return Err("closed the connection".to_owned()),
                }
            };
            let login: Option<&Login> = question.login.as_ref();
            match answer.code {
                401 | 407 if login.is_none() => return Ok(()),
                401 | 407 if answered.answer(&answer, login, "OPTIONS", &question.target()) => {}
                code @ (401 | 407) => return Err(format!("does not accept the login ({code})")),
                503 => return Err("says that it is out of service (503)".to_owned()),
                // Whatever else it says, it is there, and many trunks do not care for OPTIONS.
                _ => {
                    if !credentials.is_empty() && answer.code != 403 {
                        self.is_proven.store(true, Ordering::Release);
                    }
                    return Ok(());
                }
            }
        }
        Err("no answer".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trunk(calls_per_second: u32, max_wait: u64) -> Trunk {
        let mut settings = TrunkSettings::usual("main", "192.0.2.7");
        settings.calls_per_second = calls_per_second;
        settings.max_wait = Duration::from_secs(max_wait);
        Trunk::new(settings).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn calls_begin_at_the_rate_that_was_sold() {
        let trunk = trunk(4, 1);
        let start = Instant::now();
        let turns: Vec<_> = (0..5).map(|_| (trunk.turn().unwrap() - start).as_millis()).collect();
        assert_eq!(turns, [0, 250, 500, 750, 1000]);
        // The sixth would wait longer than a call may take.
        assert_eq!(trunk.turn(), None);
        tokio::time::advance(Duration::from_secs(10)).await;
        assert_eq!(trunk.turn(), Some(Instant::now()), "what was not used is not saved up");
        assert_eq!(trunk.turn(), Some(Instant::now() + Duration::from_millis(250)));
    }
}
