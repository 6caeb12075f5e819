//! What calls need of a SIP stack, in words of our own, so that the stack can be replaced and tests can play a trunk.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::Transport;

/// The way to one address of one trunk.
pub(super) trait Line: Send + Sync + 'static {
    /// Sends a request and repeats it as the transport needs, dialling first where no connection is open. `write` is told
    /// where the request leaves from. The error tells why it could not leave.
    fn send(
        self: &Arc<Self>,
        write: impl FnOnce(&Origin) -> String + Send,
    ) -> impl Future<Output = Result<Exchange, String>> + Send;
}

/// Where requests leave from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) transport: Transport,
    pub(super) address: SocketAddr,
}

/// A request that was sent, and what comes back.
pub(super) struct Exchange {
    pub(super) origin: Origin,
    events: mpsc::UnboundedReceiver<Event>,
    lost: CancellationToken,
    loss_is_told: bool,
    quiet: Box<dyn Fn() + Send + Sync>,
}

/// What comes back.
#[derive(Debug)]
pub(super) enum Event {
    /// An answer of the trunk.
    Answer(Answer),
    /// The request was repeated to the end of its time, and no final answer came.
    TimedOut,
    /// The connection is gone. Answers may still come over another one.
    Lost,
}

/// An answer.
#[derive(Clone)]
pub(super) struct Answer {
    pub(super) code: u16,
    /// The headers, in order, each under its full name.
    pub(super) headers: Vec<(String, String)>,
}

impl Exchange {
    pub(super) fn new(
        origin: Origin,
        events: mpsc::UnboundedReceiver<Event>,
        lost: CancellationToken,
        quiet: impl Fn() + Send + Sync + 'static,
    ) -> Self {
        Self { origin, events, lost, loss_is_told: false, quiet: Box::new(quiet) }
    }

    /// What comes next; nothing once the exchange is over. A loss is told once. Nothing is missed when this is dropped.
    pub(super) async fn next(&mut self) -> Option<Event> {
        tokio::select! {
            biased;
            event = self.events.recv() => event,
            () = self.lost.cancelled(), if !self.loss_is_told => {
                self.loss_is_told = true;
                Some(Event::Lost)
            }
        }
    }

    /// Repeats the request no more, but goes on listening.
    pub(super) fn quiet(&self) {
        (self.quiet)();
    }
}

impl Answer {
    /// The values of all headers of this name, in order.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(super) const fn is_provisional(&self) -> bool {
        self.code < 200
    }

    pub(super) const fn is_success(&self) -> bool {
        self.code >= 200 && self.code < 300
    }
}

// Headers hold numbers.
impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Answer({})", self.code)
    }
}
