//! A phone in memory: the demo shows it ringing, tests read what came.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::Secret;
use crate::sip::{Call, CallOutcome, CallResult};
use crate::sms::{Sms, SmsOutcome, SmsResult};

/// How many calls and messages a tray holds; the oldest one leaves for the next.
const MOST: usize = 1000;
/// What it is called where the name of a trunk or a route would stand.
const NAME: &str = "tray";

/// A phone that every number leads to. Its clones are the same phone.
#[derive(Clone, Default)]
pub struct PhoneTray(Arc<Shared>);

#[derive(Default)]
struct Shared {
    inside: Mutex<Inside>,
    changed: Notify,
}

#[derive(Default)]
struct Inside {
    calls: VecDeque<TrayCall>,
    messages: VecDeque<TraySms>,
    last: u64,
    ring: Duration,
    call_outcome: Option<CallOutcome>,
    sms_outcome: Option<SmsOutcome>,
}

/// A call in the tray. It has no `Debug`: the caller's number holds the code.
#[derive(Clone)]
pub struct TrayCall {
    /// The how-manieth thing it is, calls and messages together, from 1.
    pub sequence: u64,
    /// Whose phone.
    pub to: String,
    /// The number that it shows.
    pub from: String,
    /// How it ended; `None`: it still rings.
    pub end: Option<TrayEnd>,
}

impl TrayCall {
    /// Whether it still rings.
    pub const fn is_ringing(&self) -> bool {
        self.end.is_none()
    }
}

/// How a call in the tray ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrayEnd {
    /// Whoever called hung up.
    Missed,
    /// The person did not take it.
    Declined,
    /// The person took it.
    Answered,
}

/// A message in the tray. It has no `Debug`: it holds a code.
#[derive(Clone)]
pub struct TraySms {
    /// The how-manieth thing it is, calls and messages together, from 1.
    pub sequence: u64,
    /// Whose phone.
    pub to: String,
    /// What it says.
    pub text: Secret,
}

impl TraySms {
    /// What it says, for the page that stands in for the phone.
    pub fn reveal(&self) -> &str {
        self.text.reveal()
    }
}

impl PhoneTray {
    /// A phone that rings for this long.
    pub fn new(ring: Duration) -> Self {
        let tray = Self::default();
        tray.inside().ring = ring;
        tray
    }

    /// The calls, the oldest first: at most the last 1000.
    pub fn calls(&self) -> Vec<TrayCall> {
        self.inside().calls.iter().cloned().collect()
    }

    /// The messages, the oldest first: at most the last 1000.
    pub fn messages(&self) -> Vec<TraySms> {
        self.inside().messages.iter().cloned().collect()
    }

    /// Declines a call while it rings: it ends as one that was shown and refused.
    pub fn decline(&self, sequence: u64) {
        self.pick(|call| call.sequence == sequence, TrayEnd::Declined);
    }

    /// Takes a call while it rings.
    pub fn answer(&self, sequence: u64) {
        self.pick(|call| call.sequence == sequence, TrayEnd::Answered);
    }

    /// Declines whatever rings.
    pub fn decline_all(&self) {
        self.pick(|_| true, TrayEnd::Declined);
    }

    fn pick(&self, which: impl Fn(&TrayCall) -> bool, end: TrayEnd) {
        for call in self.inside().calls.iter_mut().filter(|call| call.is_ringing() && which(call)) {
            call.end = Some(end);
        }
        self.0.changed.notify_waiters();
    }

    /// Makes every call come to this, without ringing unless the number was shown; `None`: rings again.
    pub fn set_call_outcome(&self, outcome: Option<CallOutcome>) {
        self.inside().call_outcome = outcome;
    }

    /// Makes every message come to this; `None`: takes them again.
    pub fn set_sms_outcome(&self, outcome: Option<SmsOutcome>) {
        self.inside().sms_outcome = outcome;
    }

    /// Empties it.
    pub fn clear(&self) {
        let mut inside = self.inside();
        inside.calls.clear();
        inside.messages.clear();
    }

    pub(crate) async fn ring_until(
        &self,
        call: Call<'_>,
        on_ringing: impl FnOnce(),
        done: impl Future<Output = ()>,
    ) -> CallResult {
        let result = |outcome| CallResult { trunk: NAME.to_owned(), outcome, passed_over: Vec::new() };
        let (sequence, ring, told) = {
            let mut inside = self.inside();
            let told = inside.call_outcome;
            if told.is_some_and(|outcome| !outcome.was_shown()) {
                return result(told.unwrap_or(CallOutcome::Transport));
            }
            inside.last += 1;
            let sequence = inside.last;
            if inside.calls.len() == MOST {
                inside.calls.pop_front();
            }
            let (to, from) = (call.to.to_owned(), call.from.to_owned());
            inside.calls.push_back(TrayCall { sequence, to, from, end: None });
            (sequence, inside.ring, told)
        };
        // Whoever goes away leaves nothing ringing.
        let hung_up = HangUp { tray: self, sequence };
        on_ringing();
        let end = tokio::select! {
            biased;
            end = self.end_of(sequence) => end,
            () = done => TrayEnd::Missed,
            () = tokio::time::sleep(ring) => TrayEnd::Missed,
        };
        drop(hung_up);
        let rang_ms = u64::try_from(ring.as_millis()).unwrap_or(u64::MAX);
        result(told.unwrap_or(match end {
            TrayEnd::Answered => CallOutcome::Answered,
            TrayEnd::Declined => CallOutcome::RangThenRefused(603),
            TrayEnd::Missed => CallOutcome::Rang { alert_ms: 0, rang_ms, final_code: Some(487) },
        }))
    }

    /// Waits until the phone's owner ends a call.
    async fn end_of(&self, sequence: u64) -> TrayEnd {
        loop {
            let changed = self.0.changed.notified();
            let found =
                self.inside().calls.iter().find(|call| call.sequence == sequence).map(|call| call.end);
            match found {
                Some(None) => changed.await,
                Some(Some(end)) => return end,
                // The tray was emptied.
                None => return TrayEnd::Missed,
            }
        }
    }

    pub(crate) fn send(&self, sms: Sms<'_>) -> SmsResult {
        let mut inside = self.inside();
        if let Some(outcome) = inside.sms_outcome.clone() {
            return SmsResult { route: NAME.to_owned(), outcome };
        }
        inside.last += 1;
        let sequence = inside.last;
        if inside.messages.len() == MOST {
            inside.messages.pop_front();
        }
        inside.messages.push_back(TraySms { sequence, to: sms.to.to_owned(), text: sms.text.clone() });
        let message_id = Some(format!("{sequence:x}"));
        SmsResult { route: NAME.to_owned(), outcome: SmsOutcome::Accepted { message_id } }
    }

    // Nothing in here can panic half-way, so a poisoned lock still guards a whole tray.
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct HangUp<'a> {
    tray: &'a PhoneTray,
    sequence: u64,
}

impl Drop for HangUp<'_> {
    fn drop(&mut self) {
        let mut inside = self.tray.inside();
        if let Some(call) = inside.calls.iter_mut().find(|call| call.sequence == self.sequence) {
            call.end.get_or_insert(TrayEnd::Missed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phones::{CallWay, SmsWay};

    const CALL: Call<'_> = Call { to: "+491701234567", from: "+493023125007" };

    #[tokio::test]
    async fn it_rings_and_stops() {
        let tray = PhoneTray::new(Duration::ZERO);
        let mut rang = false;
        let result = CallWay::Tray(tray.clone()).ring(CALL, || rang = true).await;
        assert!(rang && matches!(result.outcome, CallOutcome::Rang { .. }));
        let calls = tray.calls();
        assert!(calls.len() == 1 && calls[0].end == Some(TrayEnd::Missed) && calls[0].from == CALL.from);
    }

    #[tokio::test]
    async fn it_is_declined_and_left_by_whoever_calls() {
        let tray = PhoneTray::new(Duration::from_mins(10));
        let way = CallWay::Tray(tray.clone());
        let declining = tray.clone();
        let result = way.ring(CALL, move || declining.decline_all()).await;
        assert_eq!(result.outcome, CallOutcome::RangThenRefused(603));
        let left = way.ring(CALL, || {});
        assert!(tokio::time::timeout(Duration::from_millis(1), left).await.is_err());
        assert!(tray.calls().iter().all(|call| !call.is_ringing()), "nothing is left ringing");
    }

    #[tokio::test]
    async fn one_of_two_calls_is_answered() {
        let tray = PhoneTray::new(Duration::from_mins(10));
        let way = CallWay::Tray(tray.clone());
        let (answering, declining) = (tray.clone(), tray.clone());
        let first = way.ring(CALL, || {});
        let second = way.ring(CALL, move || {
            answering.answer(2);
            declining.decline(2);
            declining.decline(1);
        });
        let (first, second) = tokio::join!(first, second);
        assert_eq!(first.outcome, CallOutcome::RangThenRefused(603));
        assert_eq!(second.outcome, CallOutcome::Answered, "what was answered is not declined any more");
        let ends: Vec<_> = tray.calls().iter().map(|call| call.end).collect();
        assert_eq!(ends, [Some(TrayEnd::Declined), Some(TrayEnd::Answered)]);
    }

    #[tokio::test]
    async fn it_stops_as_soon_as_nobody_needs_the_call() {
        let tray = PhoneTray::new(Duration::from_mins(10));
        let (answered, done) = tokio::sync::oneshot::channel::<()>();
        let way = CallWay::Tray(tray.clone());
        let result = way.ring_until(CALL, move || drop(answered), async { drop(done.await) }).await;
        assert!(matches!(result.outcome, CallOutcome::Rang { .. }));
        assert!(!tray.calls()[0].is_ringing());
    }

    #[tokio::test]
    async fn it_comes_to_what_it_is_told() {
        let tray = PhoneTray::new(Duration::ZERO);
        tray.set_call_outcome(Some(CallOutcome::Busy));
        tray.set_sms_outcome(Some(SmsOutcome::Unknown));
        let call = CallWay::Tray(tray.clone()).ring(CALL, || {}).await;
        let text = Secret::new("012345".to_owned());
        let sms = Sms { to: CALL.to, text: &text, valid_for: Duration::from_mins(5) };
        let way = SmsWay::Tray(tray.clone());
        assert_eq!((call.outcome, way.send(sms).await.outcome), (CallOutcome::Busy, SmsOutcome::Unknown));
        assert!(tray.calls().is_empty() && tray.messages().is_empty());
        tray.set_sms_outcome(None);
        way.send(sms).await;
        assert_eq!(tray.messages()[0].reveal(), "012345");
    }
}
