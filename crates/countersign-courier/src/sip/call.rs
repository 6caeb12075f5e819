//! One call on one trunk, from the INVITE until nothing can ring any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::digest::{Challenge, Login};
use super::line::{Answer, Event, Exchange, Line};
use super::message::{self, Invite, Order};
use super::outcome::{CallOutcome, Ended, Heard};

/// How long the trunk is given to confirm that a call is hung up, before the confirmation is waited for elsewhere.
const CONFIRMING: Duration = Duration::from_secs(5);
/// How many challenges of one call are answered: one each of a proxy and of who is called, and one stale nonce each.
const MOST_CHALLENGES: usize = 4;

/// Calls, and comes back when the call has ended. `hang_up` ends it at any time, and `rings` is told of the first 180.
pub(super) async fn run<L: Line>(
    line: Arc<L>,
    order: Order,
    is_proven: &AtomicBool,
    hang_up: &CancellationToken,
    rings: &mpsc::UnboundedSender<()>,
) -> Ended {
    let started = Instant::now();
    let invite = Invite { branch: message::branch(), sequence: 1, credentials: vec![] };
    let order = Arc::new(order);
    let Ok(exchange) = line.send(|origin| order.invite(origin, &invite)).await else {
        return Ended::never_left();
    };
    let deadline = started + order.max_wait;
    let leg = Leg { line, order, invite, exchange, cancelled: None, ended: Vec::new() };
    let mut call = Running {
        leg,
        answered: Answered::default(),
        heard: Heard::default(),
        started,
        rings_since: None,
        deadline,
    };
    loop {
        let event = tokio::select! {
            biased;
            event = call.leg.exchange.next() => event,
            () = hang_up.cancelled() => return call.end(true).await,
            () = tokio::time::sleep_until(call.deadline) => return call.end(false).await,
        };
        let ended = match event {
            Some(Event::Answer(answer)) => call.hear(&answer, is_proven, rings).await,
            Some(Event::TimedOut) => return call.end(false).await,
            Some(Event::Lost) | None => return call.lost().await,
        };
        if let Some(ended) = ended {
            return call.after(ended);
        }
    }
}

/// A call that has not ended.
struct Running<L: Line> {
    leg: Leg<L>,
    answered: Answered,
    heard: Heard,
    started: Instant,
    rings_since: Option<Instant>,
    /// When it is hung up.
    deadline: Instant,
}

/// An INVITE that was sent, with all it takes to undo it.
struct Leg<L: Line> {
    line: Arc<L>,
    order: Arc<Order>,
    invite: Invite,
    exchange: Exchange,
    /// The CANCEL, once it was sent.
    cancelled: Option<Exchange>,
    /// The tags of those who answered and were hung up on. A trunk may ring several phones.
    ended: Vec<String>,
}

impl<L: Line> Running<L> {
    /// One answer. Tells how the call ended, if it did.
    async fn hear(
        &mut self,
        answer: &Answer,
        is_proven: &AtomicBool,
        rings: &mpsc::UnboundedSender<()>,
    ) -> Option<Ended> {
        match answer.code {
            ..=100 => self.heard.anything = true,
            101..=199 => {
                is_proven.store(true, Ordering::Release);
                self.progress(answer.code, rings);
            }
            200..=299 => {
                is_proven.store(true, Ordering::Release);
                self.leg.hang_up_on(answer).await;
                return Some(self.heard.ended(CallOutcome::Answered));
            }
            401 | 407 if self.rings_since.is_none() => return self.answer_challenge(answer).await,
            code => {
                if proves(code, &self.leg.invite) {
                    is_proven.store(true, Ordering::Release);
                }
                return Some(self.heard.refused(code, is_proven.load(Ordering::Acquire)));
            }
        }
        None
    }

    fn progress(&mut self, code: u16, rings: &mpsc::UnboundedSender<()>) {
        let (now, ring) = (Instant::now(), self.leg.order.ring);
        let is_first = !self.heard.progress;
        self.heard.anything = true;
        if code == 180 {
            if self.rings_since.is_none() {
                self.rings_since = Some(now);
                self.heard.alert_ms = Some(milliseconds(now - self.started));
                self.deadline = now + ring;
                let _ = rings.send(());
            }
        } else if is_first {
            self.heard.progress = true;
            // It may ring by now, or be about to: neither shorter than a ring, nor longer than anything else is waited for.
            if self.rings_since.is_none() {
                self.deadline = self.deadline.max(now + ring);
            }
        }
    }

    /// Sends the INVITE again with the answer to a challenge. Tells how the call ended where there is none.
    async fn answer_challenge(&mut self, answer: &Answer) -> Option<Ended> {
        let order = Arc::clone(&self.leg.order);
        if !self.answered.answer(answer, order.login.as_ref(), "INVITE", order.target()) {
            return Some(self.heard.refused(answer.code, false));
        }
        let sequence = self.leg.invite.sequence + 1;
        let invite = Invite { branch: message::branch(), sequence, credentials: self.answered.headers() };
        let Ok(exchange) = self.leg.line.send(|origin| order.invite(origin, &invite)).await else {
            return Some(self.heard.ended(CallOutcome::Transport));
        };
        self.leg.invite = invite;
        self.leg.exchange = exchange;
        None
    }

    /// Hangs up, and waits until the trunk has confirmed it. Where nothing was heard there is nothing to be confirmed, and
    /// only somebody who is told to hang up (`patiently`) waits for the trunk to speak.
    async fn end(mut self, patiently: bool) -> Ended {
        let rang_ms = self.rang_ms();
        if self.heard.anything {
            self.leg.cancel().await;
        } else {
            self.leg.exchange.quiet();
        }
        if self.heard.anything || patiently {
            return self.after_confirmation(rang_ms).await;
        }
        let ended = self.heard.given_up(rang_ms, None);
        self.after(ended)
    }

    async fn after_confirmation(mut self, rang_ms: u64) -> Ended {
        let ended = match tokio::time::timeout(CONFIRMING, self.confirm()).await {
            Ok(Some(Confirmed::Answered)) => self.heard.ended(CallOutcome::Answered),
            // Its own reason crossed ours.
            Ok(Some(Confirmed::Ended(code))) if code != 487 && self.heard.alert_ms.is_none() => {
                self.heard.refused(code, true)
            }
            Ok(Some(Confirmed::Ended(code))) => self.heard.given_up(rang_ms, Some(code)),
            Ok(None) | Err(_) => self.heard.given_up(rang_ms, None),
        };
        self.after(ended)
    }

    /// Waits for the final answer after hanging up.
    async fn confirm(&mut self) -> Option<Confirmed> {
        loop {
            match self.leg.exchange.next().await? {
                Event::Answer(answer) if answer.is_provisional() => {
                    self.heard.anything = true;
                    self.heard.progress |= answer.code > 100;
                    if answer.code == 180 && self.heard.alert_ms.is_none() {
                        self.heard.alert_ms = Some(milliseconds(self.started.elapsed()));
                    }
                    self.leg.cancel().await;
                }
                Event::Answer(answer) if answer.is_success() => {
                    self.leg.hang_up_on(&answer).await;
                    return Some(Confirmed::Answered);
                }
                Event::Answer(answer) => return Some(Confirmed::Ended(answer.code)),
                Event::TimedOut => return None,
                // Over a new connection. If that cannot be had, nobody can be told.
                Event::Lost => {
                    if !self.leg.cancel_again().await {
                        return None;
                    }
                }
            }
        }
    }

    /// The connection is gone. Whatever the trunk may have begun is taken back over a new one, if there is one to be had.
    async fn lost(mut self) -> Ended {
        let rang_ms = self.rang_ms();
        let is_told = self.leg.cancel_again().await;
        if is_told && !self.heard.anything {
            self.heard.anything = self.leg.trunk_knew_of_it().await;
        }
        if !self.heard.anything {
            let ended = self.heard.ended(CallOutcome::Transport);
            return self.after(ended);
        }
        if is_told {
            return self.after_confirmation(rang_ms).await;
        }
        let ended = self.heard.given_up(rang_ms, None);
        self.after(ended)
    }

    fn rang_ms(&self) -> u64 {
        self.rings_since.map_or(0, |since| milliseconds(since.elapsed()))
    }

    /// The call has ended as far as anybody waits for it. Others may still answer, and the trunk may still be late.
    fn after(self, ended: Ended) -> Ended {
        tokio::spawn(self.leg.watch());
        ended
    }
}

enum Confirmed {
    Answered,
    Ended(u16),
}

impl<L: Line> Leg<L> {
    /// Takes the INVITE back, once. Tells whether the trunk could be told.
    async fn cancel(&mut self) -> bool {
        if self.cancelled.is_none() {
            let origin = self.exchange.origin;
            // The stack repeats it by itself.
            self.cancelled = self.line.send(|_| self.order.cancel(&origin, &self.invite)).await.ok();
        }
        self.cancelled.is_some()
    }

    /// The same after the connection was lost, over a new one.
    async fn cancel_again(&mut self) -> bool {
        self.cancelled = None;
        self.cancel().await
    }

    /// Whether the trunk had got the INVITE, by its answer to the CANCEL: 481 says that it had not.
    async fn trunk_knew_of_it(&mut self) -> bool {
        let Some(cancelled) = &mut self.cancelled else { return false };
        let answer = async {
            loop {
                match cancelled.next().await {
                    Some(Event::Answer(answer)) if answer.is_provisional() => {}
                    Some(Event::Answer(answer)) => return answer.is_success(),
                    _ => return false,
                }
            }
        };
        tokio::time::timeout(CONFIRMING, answer).await.unwrap_or(false)
    }

    /// Hangs up on somebody who answered, once for each. The stack has acknowledged the answer.
    async fn hang_up_on(&mut self, answer: &Answer) {
        let who = answer.first("To").unwrap_or_default().to_owned();
        if self.ended.contains(&who) {
            return;
        }
        self.ended.push(who);
        let sequence = self.invite.sequence + 1;
        let sent = self.line.send(|origin| self.order.bye(origin, answer, sequence, &[])).await;
        if let Ok(exchange) = sent {
            let (line, order) = (Arc::clone(&self.line), Arc::clone(&self.order));
            tokio::spawn(see_off(line, order, exchange, answer.clone(), sequence));
        }
    }

    /// Hangs up whatever the trunk still comes up with, until the stack gives the INVITE up after 32 seconds.
    async fn watch(mut self) {
        while let Some(event) = self.exchange.next().await {
            match event {
                Event::Answer(answer) if answer.is_provisional() => {
                    self.cancel().await;
                }
                Event::Answer(answer) if answer.is_success() => self.hang_up_on(&answer).await,
                Event::Answer(_) | Event::TimedOut => return,
                Event::Lost => {}
            }
        }
    }
}

/// Some trunks want the login for a BYE too. Without it the call would last, and cost, until the other side hangs up.
async fn see_off<L: Line>(
    line: Arc<L>,
    order: Arc<Order>,
    mut exchange: Exchange,
    answer: Answer,
    mut sequence: u32,
) {
    let mut answered = Answered::default();
    while let Some(event) = exchange.next().await {
        let challenge = match event {
            Event::Answer(challenge) if challenge.is_provisional() => continue,
            Event::Answer(challenge @ Answer { code: 401 | 407, .. }) => challenge,
            _ => return,
        };
        if !answered.answer(&challenge, order.login.as_ref(), "BYE", order.answerer(&answer)) {
            return;
        }
        sequence += 1;
        let credentials = answered.headers();
        let sent = line.send(|origin| order.bye(origin, &answer, sequence, &credentials)).await;
        let Ok(next) = sent else { return };
        exchange = next;
    }
}

/// Whether only a trunk that takes our calls says so: it spoke of who was called.
fn proves(code: u16, invite: &Invite) -> bool {
    matches!(code, 480 | 486 | 487 | 600 | 603) || (code == 404 && !invite.credentials.is_empty())
}

/// The challenges that were answered for one request.
#[derive(Default)]
pub(super) struct Answered {
    given: Vec<(&'static str, String, String)>,
    count: usize,
}

impl Answered {
    /// Answers the challenge in a 401 or 407. Not where there is no login, nothing that can be answered, or the same
    /// challenge came twice: then the login is wrong.
    pub(super) fn answer(&mut self, answer: &Answer, login: Option<&Login>, method: &str, uri: &str) -> bool {
        let (asks, answers) = if answer.code == 401 {
            ("WWW-Authenticate", "Authorization")
        } else {
            ("Proxy-Authenticate", "Proxy-Authorization")
        };
        let (Some(login), Some(challenge)) = (login, Challenge::choose(answer.all(asks))) else {
            return false;
        };
        let before =
            self.given.iter().position(|(name, realm, _)| *name == answers && *realm == challenge.realm);
        self.count += 1;
        if self.count > MOST_CHALLENGES || (before.is_some() && !challenge.stale) {
            return false;
        }
        let value = challenge.answer(login, method, uri, &message::token());
        if let Some(before) = before {
            self.given.remove(before);
        }
        self.given.push((answers, challenge.realm, value));
        true
    }

    /// The headers that answer them.
    pub(super) fn headers(&self) -> Vec<(&'static str, String)> {
        self.given.iter().map(|(name, _, value)| (*name, value.clone())).collect()
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
