//! Calls that ring and are never answered (SIP, RFC 3261): the number that calls carries the code in its last digits.
//!
//! Several trunks, tried in order. The next one is asked only while the one before cannot have rung the phone, because
//! a person must never be called twice for one code.

mod call;
mod digest;
mod line;
mod message;
mod outcome;
mod place;
mod settings;
mod stack;
mod tls;
mod trunk;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use outcome::CallOutcome;
pub use settings::{CallerHeader, NumberForm, Setting, SipFault, Transport, TrunkSettings};

use message::Order;
use outcome::Ended;
use trunk::Trunk;

/// The target under which the SIP library logs. It has to be kept out of every log, at every level: the library logs whole
/// messages, with both numbers and the answers to digest challenges in them.
pub const PRIVATE_LOG_TARGET: &str = "rsipstack";

/// How long hanging up may take when the house closes.
const CLOSING: Duration = Duration::from_secs(5);

/// A call that is wanted. It has no `Debug`: both numbers are private, and the caller's holds the code.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// Who is called: E.164, a plus sign and 7 to 15 digits.
    pub to: &'a str,
    /// The number that the phone is to show, written alike.
    pub from: &'a str,
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallResult {
    /// The trunk that it went through, or the last one that was asked.
    pub trunk: String,
    /// What became of it there.
    pub outcome: CallOutcome,
    /// The trunks that were asked before, and why each could not take the call.
    pub passed_over: Vec<(String, CallOutcome)>,
}

/// Whether a trunk would take calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrunkState {
    /// Which one.
    pub trunk: String,
    /// Nothing, or why it would not, in words that an operator may read and a log may keep.
    pub result: Result<(), String>,
}

/// Trunks, with the connections to them that are open.
pub struct Calls {
    trunks: Vec<Arc<Trunk>>,
    running: TaskTracker,
    closing: CancellationToken,
}

impl Calls {
    /// Prepares calling. Nothing is connected or resolved yet.
    ///
    /// # Errors
    ///
    /// The first setting that no call can be made with, and the trunk it stands in.
    pub fn new(trunks: Vec<TrunkSettings>) -> Result<Self, SipFault> {
        if trunks.is_empty() {
            return Err(SipFault::NoTrunk);
        }
        let trunks: Result<Vec<_>, _> =
            trunks.into_iter().map(|settings| Trunk::new(settings).map(Arc::new)).collect();
        Ok(Self { trunks: trunks?, running: TaskTracker::new(), closing: CancellationToken::new() })
    }

    /// Lets a phone ring once: for the trunk's `ring` from the first 180, and then hangs up. `on_ringing` is called with
    /// that 180. Numbers that are not E.164 are told as not found, and nobody is called.
    ///
    /// Dropping the future hangs up, whatever the call has come to.
    pub async fn ring(&self, call: Call<'_>, on_ringing: impl FnOnce()) -> CallResult {
        self.ring_until(call, on_ringing, std::future::pending()).await
    }

    /// As [`Calls::ring`], and hangs up as soon as `done` has come: nobody needs the call any more. What it came to until then
    /// is told as ever, and no other trunk is asked.
    pub async fn ring_until(
        &self,
        call: Call<'_>,
        on_ringing: impl FnOnce(),
        done: impl Future<Output = ()>,
    ) -> CallResult {
        let over = self.closing.child_token();
        let ringing = self.ring_in_turn(call, on_ringing, &over);
        tokio::pin!(ringing);
        tokio::select! {
            biased;
            result = &mut ringing => return result,
            () = done => over.cancel(),
        }
        ringing.await
    }

    async fn ring_in_turn(
        &self,
        call: Call<'_>,
        on_ringing: impl FnOnce(),
        over: &CancellationToken,
    ) -> CallResult {
        let mut on_ringing = Some(on_ringing);
        let mut passed_over = Vec::new();
        let (last, before) = match self.trunks.split_last() {
            Some((last, before)) if is_e164(call.to) && is_e164(call.from) => (last, before),
            _ => return CallResult { trunk: String::new(), outcome: CallOutcome::NotFound, passed_over },
        };
        for trunk in before {
            let ended = self.ring_through(trunk, call, &mut on_ringing, over).await;
            if ended.may_have_rung || over.is_cancelled() {
                return CallResult { trunk: trunk.name().to_owned(), outcome: ended.outcome, passed_over };
            }
            passed_over.push((trunk.name().to_owned(), ended.outcome));
        }
        let ended = self.ring_through(last, call, &mut on_ringing, over).await;
        CallResult { trunk: last.name().to_owned(), outcome: ended.outcome, passed_over }
    }

    /// The call has a task of its own, so that a caller who goes away leaves nothing ringing.
    async fn ring_through(
        &self,
        trunk: &Arc<Trunk>,
        call: Call<'_>,
        on_ringing: &mut Option<impl FnOnce()>,
        over: &CancellationToken,
    ) -> Ended {
        if over.is_cancelled() {
            return Ended::never_left();
        }
        let hang_up = over.child_token();
        let guard = hang_up.clone().drop_guard();
        let (rings, mut rung) = mpsc::unbounded_channel();
        let order = Order::new(trunk.settings(), call);
        let through = Arc::clone(trunk);
        let task = self.running.spawn(async move { through.call(order, &hang_up, &rings).await });
        // The channel closes with the task.
        while rung.recv().await.is_some() {
            if let Some(tell) = on_ringing.take() {
                tell();
            }
        }
        let ended = task.await.unwrap_or_else(|_| Ended::unknown());
        drop(guard);
        ended
    }

    /// Asks every trunk at once whether it would take calls: connects, secures, and sends OPTIONS (RFC 3261 section 11),
    /// with the login if the trunk asks for one. Takes as long as the slowest trunk, at most its `max_wait`.
    pub async fn probe(&self) -> Vec<TrunkState> {
        let mut asking = JoinSet::new();
        for (place, trunk) in self.trunks.iter().enumerate() {
            let trunk = Arc::clone(trunk);
            asking.spawn(async move { (place, trunk.probe().await) });
        }
        let mut states: Vec<_> = self
            .trunks
            .iter()
            .map(|trunk| TrunkState {
                trunk: trunk.name().to_owned(),
                result: Err("could not be asked".to_owned()),
            })
            .collect();
        while let Some(asked) = asking.join_next().await {
            if let Ok((place, result)) = asked {
                states[place].result = result;
            }
        }
        states
    }

    /// Hangs up whatever rings, takes no further call, and waits until the trunks have confirmed it: at most five
    /// seconds.
    pub async fn shutdown(&self) {
        self.closing.cancel();
        self.running.close();
        let _ = tokio::time::timeout(CLOSING, self.running.wait()).await;
    }
}

/// Whether this is a number as [`Call`] wants it.
fn is_e164(number: &str) -> bool {
    number.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::is_e164;

    #[test]
    fn numbers_are_a_plus_sign_and_seven_to_fifteen_digits() {
        for (number, fits) in [
            ("+79161234567", true),
            ("+4930123", true),
            ("+123456789012345", true),
            ("79161234567", false),
            ("+1234567890123456", false),
            ("+123456", false),
            ("+07916123456", false),
            ("+7916123456x", false),
            ("+7916123456\r\n", false),
            ("+7916@evil.example", false),
            ("", false),
            ("+", false),
        ] {
            assert_eq!(is_e164(number), fits, "{number:?}");
        }
    }
}
